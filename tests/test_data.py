"""Damage to data is found under its name, in every split; what real texts are like, too, is none."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest

from stages.common.example import Content
from stages.corpora.damage import count_damage, damage_of, damage_of_row
from stages.doctoring import labels, leakage, surface, tags, text_damage
from stages.doctoring.copies import character_bits, find_copies
from stages.doctoring.evidence import Evidence
from stages.results.findings import Finding
from stages.results.prepared import Row
from stages.wording.catalogue import render
from tests.healthy import LABELS, healthy, with_rows

TEXTS, WORDS = healthy(), healthy(words=True)
Edit = Callable[[str], str]
KOREAN = "이 영화는 정말 재미있고 배우들의 연기도 아주 좋았습니다"
BOTH_HEALTHY = pytest.mark.parametrize("evidence", [TEXTS, WORDS], ids=["texts", "words"])


def told(findings: Iterable[Finding]) -> list[tuple[str, str, str]]:
    return [(finding.name, finding.severity, finding.about) for finding in findings]


def edited(edit: Edit, split: str, rows: int) -> Evidence:
    return with_rows(TEXTS, split, lambda place, row: replace(row, text=edit(row.text)) if place < rows else row)


# Copies ---------------------------------------------------------------------------------------------------------------

def copied(split: str, rows: int, source: str = "train", edit: Edit = str) -> Evidence:
    """The first rows of a split get the texts of the source's last, edited."""
    texts = [row.text for row in TEXTS.rows[source]][::-1]
    return with_rows(TEXTS, split, lambda place, row: replace(row, text=edit(texts[place])) if place < rows else row)


@pytest.mark.parametrize(("rows", "severity"), [(2, []), (3, ["warning"]), (6, ["severe"])])
def test_leaked_rows(rows: int, severity: list[str]) -> None:
    """Of 300 rows of test."""
    found = list(leakage.leaked_rows(copied("test", rows)))
    assert [finding.severity for finding in found] == severity
    assert [finding.about for finding in leakage.leaked_rows(copied("validation", rows))] == (
        ["validation"] if rows > 2 else [])


@pytest.mark.parametrize(("rows", "severity"), [(2, []), (3, ["warning"]), (6, ["severe"])])
def test_test_rows_that_pre_training_alone_has_read(rows: int, severity: list[str]) -> None:
    unlabeled = [replace(row, guid=f"train:{1000 + place}", text=f"{row.text} {place}" if place >= rows else row.text)
                 for place, row in enumerate(TEXTS.rows["train"][:20])]
    texts = [row.text for row in TEXTS.rows["test"]]
    unlabeled = [replace(row, text=texts[place].upper()) if place < rows else row
                 for place, row in enumerate(unlabeled)]
    found = list(leakage.test_in_pretraining_text(replace(TEXTS, unlabeled=unlabeled, readers=("adapted",))))
    assert [finding.severity for finding in found] == severity
    assert all(finding.taints == ("adapted",) for finding in found)


@pytest.mark.parametrize("edit", [
    lambda text: f"  {text.upper()}!!", lambda text: "ｔｈｅ" + text.removeprefix("the"), lambda text: f"Re: {text}",
    lambda text: f"{text} (end of the review)", lambda text: text[:20] + "z" + text[21:],
    lambda text: text.replace(" ", ""), lambda text: text[:9] + text[10:]],
    ids=["case", "full width", "prefix", "suffix", "character changed", "spaces", "character dropped"])
def test_near_copies_are_leaked_rows(edit: Edit) -> None:
    finding, = leakage.leaked_rows(copied("test", 30, edit=edit))
    assert (finding.name, finding.severity, finding.about) == ("leaked_rows", "severe", "test")
    exact, near = (finding.evidence.values[name] for name in ("exact", "near"))
    assert exact + near >= 28  # of 30


def of_pairs(edit: Callable[[Row], Row]) -> Evidence:
    """Pairs, the first 40 of test edited from those of train."""
    pairs = {split: [replace(row, text_pair=" ".join(Random(row.text).sample(row.text.split(), 6))) for row in rows]
             for split, rows in TEXTS.rows.items()}
    pairs["test"][:40] = [edit(row) for row in pairs["train"][:40]]
    return replace(TEXTS, task=replace(TEXTS.task, kind="pair"), rows=pairs)


def test_pairs_are_copies_where_both_texts_are() -> None:
    assert told(leakage.leaked_rows(of_pairs(lambda row: row))) == [("leaked_rows", "severe", "test")]
    assert told(leakage.leaked_rows(of_pairs(lambda row: replace(row, text_pair=f"So: {row.text_pair}")))) == [
        ("leaked_rows", "severe", "test")]
    assert not list(leakage.leaked_rows(of_pairs(lambda row: replace(row, text=f"{row.guid} says what nobody knew"))))
    assert not list(leakage.leaked_rows(of_pairs(lambda row: replace(row, text_pair=f"{row.guid} nobody said so"))))


def swapped(row: Row, label: str = "") -> Row:
    return replace(row, text=row.text_pair, text_pair=row.text, label=label or row.label)


def test_pairs_are_leaked_where_their_texts_are_swapped() -> None:
    """Of 300 rows of test; another label may follow from the order, and one text of a pair says nothing."""
    finding, = leakage.leaked_rows(of_pairs(swapped))
    assert told([finding]) == [("leaked_rows", "severe", "test")]
    assert render(finding.evidence) == (
        "40 of 300 test rows (13.3 %) repeat a training row with its two texts swapped, 40 of them with the same label")
    finding, = leakage.leaked_rows(of_pairs(lambda row: swapped(row, LABELS[row.label == LABELS[0]])))
    assert told([finding]) == [("leaked_rows", "warning", "test")]
    assert render(finding.evidence).endswith("swapped, 0 of them with the same label")
    assert "the order decides the label" in render(finding.reason)
    assert not list(leakage.leaked_rows(of_pairs(lambda row: replace(swapped(row), text=f"{row.guid} nobody said"))))
    assert told(leakage.leaked_rows(of_pairs(lambda row: replace(row, text_pair=row.text)))) == []


@pytest.mark.parametrize(("rows", "severity"), [(2, []), (3, ["warning"]), (5, ["warning"]), (6, ["severe"])])
def test_few_swapped_pairs(rows: int, severity: list[str]) -> None:
    """Of 300 rows of test; in validation they choose the model alone, and labels of test are no other's."""
    pairs = of_pairs(lambda row: row).rows
    own = of_pairs(lambda row: replace(row, text=f"{row.guid} says", text_pair=f"{row.text_pair} {row.guid}"))
    for split, source, expected in (("test", "train", severity), ("test", "validation", ["warning"] * bool(severity)),
                                    ("validation", "train", ["warning"] * bool(severity))):
        leaked = [swapped(row) for row in pairs[source][-rows:]]
        evidence = replace(own, rows={**own.rows, split: [*leaked, *own.rows[split][rows:]]})
        assert [finding.severity for finding in leakage.leaked_rows(evidence)] == expected, (split, source)


def test_pairs_in_both_orders_within_a_split_are_no_leak() -> None:
    """As where a relation is symmetric; and a pair that is leaked in both orders is counted once."""
    def in_both_orders(edit: Callable[[Row], Row]) -> Evidence:
        evidence = of_pairs(edit)
        return replace(evidence, rows={split: [each for row in rows for each in (row, swapped(row))]
                                       for split, rows in evidence.rows.items()})
    apart = in_both_orders(lambda row: replace(row, text=f"{row.guid} says", text_pair=f"{row.text_pair} {row.guid}"))
    for check in leakage.CHECKS:
        assert not list(check(apart))
    finding, = leakage.leaked_rows(in_both_orders(lambda row: row))
    assert "repeat a training row but for case" in render(finding.evidence)


def test_swapped_test_pairs_that_pre_training_has_read() -> None:
    pairs = of_pairs(lambda row: replace(row, text=f"{row.guid} says"))
    unlabeled = [replace(swapped(row), guid=f"train:{1000 + place}")
                 for place, row in enumerate(pairs.rows["test"][100:130])]
    finding, = leakage.test_in_pretraining_text(replace(pairs, unlabeled=unlabeled, readers=("adapted",)))
    assert (finding.severity, finding.evidence.values["number"]) == ("severe", 30)


def test_short_texts_count_where_more_recur_than_in_train_itself() -> None:
    """A tenth of all texts are one of five short ones, as in reviews; then some of test are short ones of train."""
    common = [f"좋아{place}" for place in range(5)]

    def reviews(share: float) -> Evidence:
        random = Random(1)
        pool = ["".join(random.choices("가나다라마바사아자차카타파하거너더러머버", k=5)) for _ in range(60)]
        def text(place: int, row: Row) -> Row:
            if place % 10 == 0:
                return replace(row, text=random.choice(common))
            shown = place % 10 == 1 and row.guid.startswith("train")
            return replace(row, text=pool[place // 10 % 60]) if shown else row
        evidence = TEXTS
        for split in TEXTS.rows:
            evidence = with_rows(evidence, split, text)
        short = Random(2).choices(pool, k=300)
        return with_rows(evidence, "test", lambda place, row: replace(row, text=short[place])
                         if place % 10 and place < 300 * share else row)

    assert [finding.severity for finding in leakage.leaked_rows(reviews(0.0)) if finding.about == "test"] == ["note"]
    assert [finding.severity for finding in leakage.leaked_rows(reviews(0.2)) if finding.about == "test"] == ["severe"]


def test_what_recurs_in_train_recurs_in_test() -> None:
    """Forms that a fifth of every split is made from are a habit of the corpus; none of another split alone is."""
    form = "the results of the league for the season between {} and {} are as follows in this table"
    evidence = TEXTS
    for split in TEXTS.rows:
        evidence = with_rows(evidence, split, lambda place, row: replace(
            row, text=form.format(*Random(row.guid).choices(range(10**6), k=2))) if place % 5 == 0 else row)
    assert not list(leakage.leaked_rows(evidence))
    assert not list(leakage.duplicate_rows(evidence))


def test_test_is_validation() -> None:
    for rows in (200, 150):
        assert told(leakage.leaked_rows(copied("test", rows, "validation"))) == [
            ("test_is_validation", "severe", "test")]
    part = replace(TEXTS, rows={**TEXTS.rows, "test": TEXTS.rows["validation"][:60]})
    assert told(leakage.leaked_rows(part)) == [("test_is_validation", "severe", "test")]
    assert told(leakage.leaked_rows(copied("test", 20, "validation"))) == [("leaked_rows", "warning", "test")]


@pytest.mark.parametrize(("rows", "expected"), [
    (99, ("leaked_rows", "warning", "validation")), (101, ("validation_is_train", "severe", "validation"))])
def test_validation_is_train(rows: int, expected: tuple[str, str, str]) -> None:
    """Of 200 rows of validation."""
    assert told(leakage.leaked_rows(copied("validation", rows))) == [expected]


def test_shared_groups() -> None:
    """Of 300 rows of test; copies are leaked rows, and a number is of a document of its own file."""
    def of_authors(shared: int, name: str = "author {}") -> Evidence:
        evidence = with_rows(TEXTS, "train", lambda place, row: replace(row, group=name.format(place % 20)))
        return with_rows(evidence, "test", lambda place, row: replace(
            row, group=name.format(place % 20 + (0 if place < shared else 20))))

    for shared, severity in ((14, []), (15, ["warning"]), (149, ["warning"]), (150, ["severe"])):
        assert [finding.severity for finding in leakage.shared_groups(of_authors(shared))] == severity
    assert render(next(leakage.shared_groups(of_authors(300))).evidence) == (
        "300 of 300 test rows (100.0 %) are of 20 groups, such as authors or premises, with other rows in training or "
        "validation")
    assert not list(leakage.shared_groups(of_authors(300, "{}")))
    pairs = of_pairs(lambda row: row)
    premises = {split: [replace(row, group=row.text) for row in rows] for split, rows in pairs.rows.items()}
    assert not list(leakage.shared_groups(replace(pairs, rows=premises)))


def repeated(rows: int, edit: Edit = str) -> Evidence:
    """Rows of train get the text of the first."""
    return with_rows(TEXTS, "train", lambda place, row: replace(row, text=edit(TEXTS.rows["train"][0].text))
                     if 0 < place <= rows else row)


def test_duplicate_rows() -> None:
    assert not list(leakage.duplicate_rows(repeated(47)))
    assert [render(finding.evidence) for finding in leakage.duplicate_rows(repeated(48))] == [
        "48 of 600 training rows (8.0 %) repeat an earlier one; 0 (0.0 %) nearly repeat another"]
    near = with_rows(TEXTS, "train", lambda place, row: replace(
        row, text=TEXTS.rows["train"][place + 1].text + " so") if place % 4 == 0 else row)
    assert told(leakage.duplicate_rows(near)) == [("duplicate_rows", "warning", "train")]


@pytest.mark.parametrize(("rows", "recur"), [(lambda texts: texts * 6, True), (lambda texts: Random(1).choices(
    texts, k=len(texts)), True), (lambda texts: [*texts, *texts[:20] * 20], False)])
def test_texts_that_were_copied_do_not_recur_by_chance(rows: Callable[[list[str]], list[str]], recur: bool) -> None:
    """Short texts, some of which recur in any corpus: copied six times, drawn with replacement, or as in reviews."""
    texts = rows([f"film {place}" for place in range(500)])
    Random(2).shuffle(texts)
    cuts = (0, len(texts) // 2, len(texts) * 2 // 3, len(texts))
    evidence = replace(TEXTS, rows={split: [Row(f"{split}:{place}", label=LABELS[place % 2], text=text)
                                            for place, text in enumerate(texts[start:end])]
                                    for split, (start, end) in zip(TEXTS.rows, pairwise(cuts), strict=True)})
    assert (("leaked_rows", "severe", "test") in told(leakage.leaked_rows(evidence))) == recur
    assert (("duplicate_rows", "warning", "train") in told(leakage.duplicate_rows(evidence))) == recur


def test_conflicting_labels() -> None:
    """Rows 0 and 1 have different labels; so do all even and odd ones."""
    assert not list(leakage.conflicting_labels(repeated(4)))
    assert [render(finding.evidence) for finding in leakage.conflicting_labels(repeated(5))] == [
        "1 training text has different labels in different rows, 6 rows (1.0 %)"]
    same = with_rows(repeated(30), "train", lambda place, row: replace(row, label="negative"))
    assert not list(leakage.conflicting_labels(same))


def test_labels_of_copies_disagree() -> None:
    def with_labels(rows: int, same: bool) -> Evidence:
        known = TEXTS.rows["train"]
        return with_rows(TEXTS, "test", lambda place, row: replace(
            row, text=known[place].text, label=LABELS[(known[place].label == LABELS[0]) != same])
            if place < rows else row)
    assert not list(leakage.labels_of_copies_disagree(with_labels(20, same=True)))
    assert not list(leakage.labels_of_copies_disagree(with_labels(19, same=False)))
    assert told(leakage.labels_of_copies_disagree(with_labels(20, same=False))) == [
        ("swapped_labels", "severe", "test")]


def test_copies_by_hand() -> None:
    """Nine syllables have eight pairs, of which a changed one costs two; another sentence shares none."""
    found = find_copies({"train": [("가나다라마바사아자",), ("abc",), ("",)],
                         "test": [("가나다라 마바사아자!",), ("가나다라차바사아자",), ("카타파하거너더러머",), ("",)]})
    assert found.exact("test", "train").tolist() == [True, False, False, False]
    assert found.near("test", "train").tolist() == [False, True, False, False]
    assert found.exact("train", "train").tolist() == [False, False, False]
    assert found.near("train", "test").tolist() == [False, False, False]  # it has an exact copy there


def test_bits_by_hand() -> None:
    """Of "ab" and "ac", a is half of the characters and a sixth is smoothing: b after a, (1 + 10 / 4) / (2 + 10)."""
    np.testing.assert_allclose(character_bits(["ab", "ac"]), [-np.log2(0.5) - np.log2(3.5 / 12)] * 2)
    assert character_bits(["", ""]).tolist() == [0, 0]


# Damage ---------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("text", "kind"), [
    (KOREAN.encode("ascii", "replace").decode(), "question_marks"),
    ("??? ????? NSMC ??", "question_marks"),
    (KOREAN.encode().decode("latin-1"), "wrong_encoding"),
    (KOREAN.encode().decode("cp1252", "ignore"), "wrong_encoding"),
    ("The cafÃ© was â€œniceâ€\x9d.", "wrong_encoding"),
    (KOREAN.encode().decode("latin-1").encode().decode("latin-1"), "wrong_encoding"),
    (KOREAN.encode("cp949").decode("latin-1"), "wrong_encoding"),
    (KOREAN.encode().decode("cp949", "ignore"), "wrong_encoding"),
    (KOREAN.encode("cp949").decode("utf-8", "replace"), "unreadable_characters"),
    (KOREAN.encode().decode("cp949", "replace"), "unreadable_characters"),
    ("a\x00b", "unreadable_characters"), ("a\ue000b", "unreadable_characters"),
    (KOREAN.encode("ascii", "xmlcharrefreplace").decode(), "escaped_characters"),
    (KOREAN.encode("ascii", "backslashreplace").decode(), "escaped_characters"),
    (str(KOREAN.encode()), "escaped_characters"), (r"b'\xec\x95\x88\xeb\x85\x95'", "escaped_characters"),
    (r"재밌다 C:\xampp\xeb", ""),
    ("ㅋㅋㅋㅋㅋ ㅋㅋ", "repeated_character"), ("aaaaaa", "repeated_character"),
    ("...!! ♥", "no_words"), ("", "no_words"),
    ("This film was boring.", "other_language"), ("Фильм был скучным", "other_language"),
    ("nan", "missing_value"), (" None ", "missing_value"), ("\\N", "missing_value"), ("None 아닌 글", ""), ("난", ""),
    (KOREAN, ""), ("뭐?? 진짜??? 왜 ㅠㅠ", ""), ("ㅋㅋㅋㅋ 재밌다 ㅠㅠ 😀^^", ""), ("OST 최고! good", ""), ("10점", ""),
    ("재밌다", ""), ("굿 👍👍", ""), ("#39;s \\$5 (AP) &lt;b&gt; 영화", ""),
])
def test_damage_of_a_korean_text(text: str, kind: str) -> None:
    assert damage_of(text, "ko") == kind


@pytest.mark.parametrize(("text", "language", "kind"), [
    (KOREAN, "en", "other_language"), ("Él cantó «así» en el café de São Paulo", "en", ""),
    ("Köln, naïve façade", "de", ""), (r"b'It\xe2\x80\x99s a caf\xc3\xa9'", "en", "escaped_characters"),
    (r"It\xe2\x80\x99s one sign of a web page", "en", ""),
    ("SOCCER - 1996-08-30", "en", ""), ("映画はとても面白かったです", "ja", ""), ("Привет, как дела", "ru", ""),
    ("Привет, как дела", "und", ""), ("مرحبا كيف حالك اليوم", "und", ""), ("გამარჯობა, როგორ ხარ", "ka", ""),
    ("Ово је веома добар филм", "sr", ""), ("Ovo je veoma dobar film", "sr", ""),
    ("Привет, как дела", "pl", "other_language"),
])
def test_damage_by_language(text: str, language: str, kind: str) -> None:
    assert damage_of(text, language) == kind


def test_a_row_is_counted_once_by_its_worst_text() -> None:
    counts = count_damage([Content(text=first, text_pair=second) for first, second in (
        (KOREAN, "..."), ("a\ufffdb", "..."), ("fine words", "here"))], "ko")
    assert {kind: count for kind, count in counts.items() if count} == {
        "unreadable_characters": 1, "no_words": 1, "other_language": 1}


@pytest.mark.parametrize(("words", "tags", "kind"), [
    (("---",), ("O",), ""), (("*", "*", "*", "*", "*"), ("O",) * 5, ""), ((".", "♥"), ("O", "B-PER"), "no_words"),
    (("------",), ("B-PER",), "repeated_character"), (("zzzzzz",), ("O",), "repeated_character"),
    (("\ufffd",), ("O",), "unreadable_characters")])
def test_a_rule_between_sentences_is_no_damage(words: tuple[str, ...], tags: tuple[str, ...], kind: str) -> None:
    assert damage_of_row(Content(words=words, tags=tags), "en") == kind
    assert damage_of_row(Content(text="---", label="World"), "en") == "no_words"


@pytest.mark.parametrize(("name", "edit", "warning"), [
    ("question_marks", lambda text: "".join(" " if letter == " " else "?" for letter in text), 3),
    ("wrong_encoding", lambda text: f"{text} “영화”".encode().decode("latin-1"), 3),
    ("unreadable_characters", lambda text: f"{text}\ufffd", 3), ("no_words", lambda text: "...", 5),
    ("repeated_character", lambda text: "z" * 30, 5), ("other_language", lambda text: KOREAN, 5),
    ("missing_value", lambda text: "nan", 5),
    ("escaped_characters", lambda text: "&#50689;&#54868; " + text, 3)])
def test_damaged_text(name: str, edit: Edit, warning: int) -> None:
    """Of 300 rows of test; severe from 15 on."""
    for rows, severity in ((warning - 1, []), (warning, ["warning"]), (14, ["warning"]), (15, ["severe"])):
        found = told(text_damage.damaged_text(edited(edit, "test", rows)))
        assert found == [(name, each, "test") for each in severity], rows


# Tags -----------------------------------------------------------------------------------------------------------------

def tagged(edit: Callable[[list[str]], list[str]], splits: Sequence[str], every: int = 1) -> Evidence:
    evidence = WORDS
    for split in splits:
        evidence = with_rows(evidence, split, lambda place, row: replace(row, tags=tuple(edit(list(row.tags))))
                             if place % every == 0 else row)
    return evidence


ALL = ("train", "validation", "test")


@pytest.mark.parametrize(("edit", "splits", "every", "expected"), [
    (lambda tags: [f"B{tag[1:]}" if tag != "O" else tag for tag in tags], ["test"], 1,
     ("tag_scheme", "severe", "test")),
    (lambda tags: [f"B{tag[1:]}" if tag != "O" else tag for tag in tags], ALL, 1, ("tag_scheme", "severe", "task")),
    (lambda tags: [f"I{tag[1:]}" if tag != "O" else tag for tag in tags], ["train"], 1,
     ("tag_scheme", "severe", "train")),
    (lambda tags: ["O", *tags[:-1]], ["test"], 1, ("shifted_tags", "severe", "test")),
    (lambda tags: [*tags[1:], "O"], ["test"], 1, ("shifted_tags", "severe", "test")),
    (lambda tags: ["O", *tags[:-1]], ["train"], 1, ("shifted_tags", "severe", "train")),
    (lambda tags: ["O"] * len(tags), ["test"], 2, ("tag_drift", "severe", "test")),
    (lambda tags: ["O"] * len(tags), ["train"], 3, ("label_noise", "warning", "train")),
], ids=["all B", "all B everywhere", "all I", "right", "left", "right in train", "dropped in test", "dropped in train"])
def test_tagging(edit: Any, splits: Sequence[str], every: int, expected: tuple[str, str, str]) -> None:
    assert told(tags.tagging(tagged(edit, splits, every))) == [expected]


@BOTH_HEALTHY
def test_the_healthy_have_no_finding_about_data(evidence: Evidence) -> None:
    for module in (leakage, text_damage, tags, labels):
        assert [finding for check in module.CHECKS for finding in check(evidence)] == []


# Labels ---------------------------------------------------------------------------------------------------------------

_SAYS = {"negative": "dull slow weak poor thin flat".split(), "positive": "fine warm rich bright witty bold".split()}


def telling(train: float = 0.0, test: float = 0.0, validation: float = 0.0) -> Evidence:
    """Texts with words that say the label, and labels of which these shares are flipped."""
    wrong = {"train": train, "test": test, "validation": validation}

    def row(split: str, place: int, random: Random) -> Row:
        label = random.choice(LABELS)
        other = LABELS[label == LABELS[0]]
        words = [random.choice(_SAYS[label if random.random() < 0.85 else other]) for _ in range(5)]
        text = " ".join(random.sample([*TEXTS.rows[split][place].text.split()[:6], *words], 11))
        return Row(f"{split}:{place}", text=text, label=other if random.random() < wrong[split] else label)

    rows = {split: [row(split, place, random) for place in range(len(TEXTS.rows[split]))]
            for split in TEXTS.rows for random in [Random(split)]}
    return replace(TEXTS, rows=rows)


def moved(evidence: Evidence, splits: Sequence[str]) -> Evidence:
    answers = {split: [row.label for row in evidence.rows[split]] for split in splits}
    return replace(evidence, rows={**evidence.rows} | {
        split: [replace(row, label=before[place - 1]) for place, row in enumerate(evidence.rows[split])]
        for split, before in answers.items()})


@pytest.mark.parametrize(("evidence", "expected"), [
    (telling(), []),
    (telling(train=0.2), [("label_noise", "warning", "train")]),
    (telling(test=0.2), [("label_noise", "warning", "test")]),
    (telling(test=0.3), [("label_noise", "severe", "test")]),
    (telling(0.15, 0.15, 0.15), [("label_noise", "warning", "task")]),
    (moved(telling(), ["test"]), [("shifted_labels", "severe", "test")]),
    (moved(telling(), ["validation"]), [("shifted_labels", "severe", "validation")]),
    (moved(telling(), ["train"]), [("shifted_labels", "severe", "train")]),
    (TEXTS, []),
], ids=["sound", "train", "test", "more in test", "everywhere", "moved in test", "moved in validation",
        "moved in train", "no signal"])
def test_label_quality(evidence: Evidence, expected: list[tuple[str, str, str]]) -> None:
    assert told(labels.label_quality(evidence)) == expected


@pytest.mark.parametrize("label", [
    lambda place, drawn: "mixed" if place >= 570 else drawn, lambda place, drawn: LABELS[place >= 300]],
    ids=["a rare class", "one class after the other"])
def test_labels_of_which_the_first_rows_lack_some_are_judged(
    monkeypatch: pytest.MonkeyPatch, label: Callable[[int, str], str]
) -> None:
    monkeypatch.setattr(labels, "_ROWS_MOVED", 280)
    random = Random(7)
    sound = telling()
    learned = [replace(row, label=label(place, random.choice(LABELS))) for place, row in enumerate(sound.rows["train"])]
    assert told(labels.label_quality(replace(TEXTS, rows={**TEXTS.rows, "train": learned}))) == []
    # Labels of train that say nothing are still found where those of the other splits say something.
    assert told(labels.label_quality(replace(sound, rows={**sound.rows, "train": learned}))) == [
        ("label_noise", "severe", "train")]


def test_labels_of_texts_without_a_word_are_not_judged() -> None:
    marks = {split: [replace(row, text="???? ??") for row in rows] for split, rows in TEXTS.rows.items()}
    assert not list(labels.label_quality(replace(TEXTS, rows=marks)))


def signed(edit: Edit, splits: Sequence[str], every: int = 1) -> Evidence:
    """Positive rows bear a sign."""
    evidence = TEXTS
    for split in splits:
        evidence = with_rows(evidence, split, lambda place, row: replace(row, text=edit(row.text))
                             if row.label == "positive" and place // 2 % every == 0 else row)
    return evidence


@pytest.mark.parametrize("edit", [
    lambda text: f"{text}!", lambda text: f"{text} and so on and so forth until the end of it all", str.upper,
    lambda text: f"“{text}”", lambda text: f"{text} ", lambda text: f"Well {text}"],
    ids=["punctuation", "length", "case", "quotes", "space", "first word"])
def test_surface_shortcut(edit: Edit) -> None:
    assert told(surface.surface_shortcut(signed(edit, ["test"]))) == [("surface_shortcut", "severe", "test")]
    assert told(surface.surface_shortcut(signed(edit, ALL))) == [("surface_shortcut", "severe", "task")]
    assert told(surface.surface_shortcut(signed(edit, ["train"], every=2))) == [
        ("surface_shortcut", "warning", "train")]
    assert not list(surface.surface_shortcut(signed(edit, ["train"], every=6)))


@pytest.mark.parametrize("edit", [
    lambda text: f"well {text}", lambda text: re.sub(r"\d(?=\d*$)", "x", text, count=3)], ids=["first word", "digits"])
def test_words_and_numbers_that_tell_the_label_are_no_artefact(edit: Edit) -> None:
    """As "who" does of a question, and a telephone number of an offer."""
    assert told(surface.surface_shortcut(signed(edit, ["test"]))) == [("surface_shortcut", "warning", "test")]


def test_absent_label() -> None:
    def without(split: str, label: str, kept: int = 0) -> Evidence:
        rows = [row for place, row in enumerate(TEXTS.rows[split]) if row.label != label or place < 2 * kept]
        return replace(TEXTS, rows={**TEXTS.rows, split: rows})
    assert told(labels.absent_label(without("train", "positive"))) == [("absent_label", "severe", "train")]
    assert told(labels.absent_label(without("test", "positive"))) == [("absent_label", "severe", "test")]
    assert told(labels.absent_label(without("validation", "positive"))) == [("absent_label", "warning", "validation")]
    for split in TEXTS.rows:
        assert not list(labels.absent_label(without(split, "positive", kept=1)))
    people = with_rows(WORDS, "test", lambda place, row: replace(
        row, tags=tuple(tag if "PER" in tag else "O" for tag in row.tags)))
    assert told(labels.absent_label(people)) == [("absent_label", "severe", "test")]
    drawn = {1: TEXTS.rows["train"][:8], 2: TEXTS.rows["train"][:8:2]}  # every other row is positive
    finding, = labels.absent_label(replace(TEXTS, drawn=drawn))
    assert (finding.severity, finding.runs) == ("warning", ("pretrained-full-2", "scratch-2"))
    assert "no training row drawn for seed 2 has the label positive" in render(finding.evidence)
    assert not list(labels.absent_label(replace(TEXTS, drawn={1: TEXTS.rows["train"][:8]})))


def test_confident_learning_by_hand() -> None:
    """Rows of class 0 have 0.8 on average, of class 1 0.6: the third row is likelier of class 1 than those are."""
    judged = labels.Judged(np.array([[0.9, 0.1], [1.0, 0.0], [0.3, 0.7], [1.0, 0.0], [0.4, 0.6], [0.4, 0.6]]),
                           np.array([0, 0, 0, 0, 1, 1]))
    assert judged.suspected == pytest.approx(1 / 6)
    assert labels.kappa(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])) == pytest.approx(0.5)  # (0.75 - 0.5) / 0.5
