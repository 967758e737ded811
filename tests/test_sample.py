"""The embedded sample: the formats' quirks, fair labels, and no row of test in the text for pre-training."""

import csv
import json
from collections import Counter
from functools import cache
from random import Random

import pytest

from stages.common.errors import UserError
from stages.corpora.readers import READERS
from stages.corpora.sample import entities, inferences, reviews
from stages.corpora.sample.drawing import draw, noisy
from stages.corpora.sample.writing import unlabeled_lines, write_sample
from stages.corpora.tasks import TASKS

SEED = 1

# What the sample has of each corpus: all but the part of another corpus that a local copy of MultiNLI may have.
SPLITS = {task: [split for split in TASKS[task].files if split != "test_xnli"] for task in TASKS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("sample")
    for task in TASKS:
        write_sample(task, root / task, SEED)
    return root


@cache
def text() -> str:
    return "\n".join(unlabeled_lines(SEED))


def rows(folder, task, split):
    return [row for row in READERS[task].read(folder / task / TASKS[task].files[split][0]) if not row.dropped]


def said(row):
    return " ".join(part for part in (row.text, row.text_pair, *row.words) if part)


@pytest.mark.parametrize("task", TASKS)
def test_files_are_those_of_the_task_and_the_same_each_time(folder, task, tmp_path):
    write_sample(task, tmp_path, SEED)
    names = sorted(TASKS[task].files[split][0] for split in SPLITS[task])
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    for name in names:
        assert (tmp_path / name).read_bytes() == (folder / task / name).read_bytes()


def test_mismatched_pairs_have_genres_and_people_of_their_own(folder):
    known = [*rows(folder, "mnli", "train"), *rows(folder, "mnli", "test")]
    others = rows(folder, "mnli", "test_mismatched")
    assert not {row.genre for row in others} & {row.genre for row in known}
    assert not {row.text_pair.split()[1] for row in others} & {row.text_pair.split()[1] for row in known}


def test_another_seed_gives_another_sample(folder, tmp_path):
    write_sample("nsmc", tmp_path, SEED + 1)
    assert (tmp_path / "ratings_test.txt").read_bytes() != (folder / "nsmc" / "ratings_test.txt").read_bytes()


def test_unknown_task(tmp_path):
    with pytest.raises(UserError, match="unknown corpus 'squad'"):
        write_sample("squad", tmp_path, SEED)


@pytest.mark.parametrize("task", TASKS)
def test_no_row_of_test_occurs_elsewhere(folder, task):
    tests = [said(row) for split in SPLITS[task] if split.startswith("test") for row in rows(folder, task, split)]
    test = set(tests)
    assert len(test) == len(tests)
    assert not test & {said(row) for row in rows(folder, task, "train")}
    # Stray quotation marks and line-break artefacts of the raw files are not in the texts as they were drawn.
    assert not [one for one in test if one.replace('"', "").replace("\\", " ") in text()]


@pytest.mark.parametrize(("task", "split"), [
    (task, split) for task in ("nsmc", "mnli", "ag_news") for split in SPLITS[task]])
def test_labels_are_balanced(folder, task, split):
    counts = Counter(row.label for row in rows(folder, task, split))
    expected = counts.total() / len(TASKS[task].labels)
    assert sorted(counts) == sorted(TASKS[task].labels)
    assert all(0.85 * expected < count < 1.15 * expected for count in counts.values())


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_every_entity_type_occurs(folder, split):
    counts = Counter(tag for row in rows(folder, "conll2003", split) for tag in row.tags if tag.startswith("B-"))
    assert sorted(counts) == ["B-LOC", "B-MISC", "B-ORG", "B-PER"]
    assert min(counts.values()) >= 10


def test_nsmc_quirks(folder):
    lines = (folder / "nsmc" / "ratings_train.txt").read_text("utf-8").splitlines()
    assert lines[0] == "id\tdocument\tlabel"
    documents = [line.split("\t")[1] for line in lines[1:]]
    assert documents.count("") == 3
    assert any(document.count('"') % 2 for document in documents)
    assert any(document.startswith('"') for document in documents)


def test_mnli_quirks(folder):
    lines = (folder / "mnli" / "multinli_1.0_train.jsonl").read_text("utf-8").splitlines()
    pairs = [json.loads(line) for line in lines]
    assert sum(pair["gold_label"] == "-" for pair in pairs) == 5
    assert {*pairs[0]} == {"gold_label", "sentence1", "sentence2", "pairID", "genre"}


def test_conll_quirks(folder):
    lines = (folder / "conll2003" / "train.txt").read_text("utf-8").splitlines()
    assert lines[:2] == ["-DOCSTART- -X- O O", ""]
    assert all(len(line.split(" ")) == 4 for line in lines if line)


def test_touching_entities_of_one_type_are_parted_as_in_iob1():
    words = [("Doris", "PER", True), ("Vos", "PER", False), ("Felix", "PER", True), ("met", "", False)]
    tags = [line.split(" ")[3] for line in entities.columns([entities.Token(*word) for word in words])]
    assert tags == ["I-PER", "I-PER", "B-PER", "O"]


def test_ag_news_quirks(folder):
    raw = (folder / "ag_news" / "train.csv").read_text("utf-8")
    assert '""' in raw
    assert "#39;" in raw
    assert "\\" in raw
    records = list(csv.reader(raw.splitlines()))
    assert {record[0] for record in records} == {"1", "2", "3", "4"}
    assert all(len(record) == 3 for record in records)


def test_unlabeled_text_is_deterministic_and_mixed():
    lines = unlabeled_lines(SEED)
    assert "\n".join(lines) == text()
    assert all(line.strip() == line and line for line in lines)
    first = lines[:500]
    assert 0.1 < sum(any("가" <= character <= "힣" for character in line) for line in first) / len(first) < 0.9


def test_test_rows_use_words_that_no_training_row_shows_but_the_text_does(folder):
    shown = {word for row in rows(folder, "mnli", "train") for word in said(row).replace(".", "").split()}
    new = {word for row in rows(folder, "mnli", "test") for word in said(row).replace(".", "").split()} - shown
    assert len(new) >= 10
    assert all(f" {word}" in text() for word in new)


def polarity(clause: str) -> bool:
    """Whether a clause that ends in -네요 is positive."""
    predicate = clause.removesuffix("네요")
    affirmative = predicate.removesuffix("지 않").removesuffix("다고 할 수 없")
    stem = max((stem for stem in reviews.POSITIVE + reviews.NEGATIVE if affirmative.endswith(f" {stem}")), key=len)
    return (stem in reviews.POSITIVE) == (affirmative == predicate)


@pytest.mark.parametrize("positive", [True, False])
def test_later_of_two_contrasting_clauses_decides(positive, monkeypatch):
    monkeypatch.setattr(reviews, "ENDINGS", ("네요",))
    random = Random(0)
    for _ in range(100):
        text = reviews._contrast(random, "test", positive).replace("네요. 하지만 ", "네요|").replace("지만 ", "네요|")
        first, last = text.split("|")
        assert polarity(first) is not positive
        assert polarity(last) is positive


@pytest.mark.parametrize(("stem", "ending", "expected"), [
    ("훌륭하", "습니다", "훌륭합니다"), ("재미있", "습니다", "재미있습니다"), ("않", "습니다", "않습니다"),
    ("최악이", "습니다", "최악입니다"), ("지루하", "네요", "지루하네요"),
])
def test_korean_endings(stem, ending, expected):
    assert reviews._ended(stem, ending) == expected


def test_korean_particles_agree_with_the_final_consonant():
    random = Random(0)
    assert {reviews._with_particle(random, "연기") for _ in range(50)} == {"연기가", "연기는", "연기도"}
    assert {reviews._with_particle(random, "연출") for _ in range(50)} == {"연출이", "연출은", "연출도"}


@pytest.mark.parametrize("label", TASKS["mnli"].labels)
def test_hypothesis_stands_in_the_relation(label):
    random = Random(0)
    for _ in range(100):
        premise, hypothesis = inferences.pair(random, "test", label)
        predicate = hypothesis.removesuffix(".").split(" was ")[1]
        word = predicate.removeprefix("not ")
        mood = premise.removesuffix(".").split()[-1] in inferences.GOOD
        if word in inferences.OPEN:
            assert label == "neutral"
        else:
            agrees = ((word in inferences.GOOD) != predicate.startswith("not ")) == mood
            assert label == ("entailment" if agrees else "contradiction")


def test_lexicons_do_not_overlap():
    assert not {*reviews.POSITIVE} & {*reviews.NEGATIVE}
    assert not {*inferences.GOOD} & {*inferences.BAD}
    assert not {*inferences.OPEN} & {*inferences.GOOD, *inferences.BAD}


def test_training_draws_mostly_the_first_third():
    random = Random(0)
    counts = Counter(draw(random, "abcdefghi", "train") for _ in range(3000))
    # 0.85 from the first third, and a third of the remaining 0.15 falls there too: 0.90.
    assert 0.88 < sum(counts[letter] for letter in "abc") / 3000 < 0.92


def test_one_label_in_twenty_five_is_wrong():
    random = Random(0)
    wrong = sum(noisy(random, "a", "abc") != "a" for _ in range(10_000))
    assert 300 < wrong < 500
