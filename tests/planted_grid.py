"""Further kinds of defects, half of them in draws of the real corpora and half in embedded samples.

Run it with `HEADSTART_CORPORA=... python -m tests.planted_grid FOLDER [run|again] [NAME ...]`; FOLDER/encoders is what
`python -m tests.real_grid encoders` makes. `again` prepares and diagnoses with the present code what is there, and
trains and scores again only where the encoded rows are others.

No threshold was set on these studies: draws from number 20 on and samples from seed 700 on were used for nothing else.
A defect is caught where one of the names that were listed for it beforehand is found as severe or a warning, where the
data are refused, or where they were read as if nothing were wrong with them. Names beside it are told, too.
"""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from stages.common.errors import UserError
from stages.common.files import read_json, write_json
from stages.corpora.tasks import TASKS
from stages.download import obtain
from stages.judging.verdicts import verdict_on, withholding
from stages.models.building import load_model
from stages.reporting.verdicts import reasons
from stages.results.findings import Finding
from stages.results.task_metrics import ArmDifference
from stages.settings.data import DownloadSettings
from stages.settings.train_rows import TrainRows
from stages.training.cell import train
from stages.wording.catalogue import render
from tests.corpus_files import read_rows, splits_of
from tests.defect_grid import choose_last, count_padding
from tests.real_grid import Plan, draw
from tests.small_study import SmallStudy, Splits, texts_of
from tests.tiny import training_settings

Edit = Callable[[Splits, Random], None]
_FIRST_DRAW, _FIRST_SEED = 20, 700
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WILD = {"lr": 1.0}


@dataclass(frozen=True)
class Kind:
    """How a defect is planted, and by which names it may be called.

    Attributes:
        rows: edits the rows before they are written as files of the corpus; train has those of validation, too.
        files: edits these files.
        prepared: edits prepared rows.
        settings: of cells, by the beginning of their names.
        tuned: whether the encoder learns the labels of test first.
        foreign: whether the tokenizer is one of another language.
        asked: arms beside the two that every task has.
        template: that a language model is prompted with.
        train_size: training rows that are learned from; 0 for all.
        without: label that the training rows drawn for the last seed lack; drawn are ``train_size`` for each.
        config: further entries of the checkpoint's config.json.
    """

    accepted: tuple[str, ...]
    rows: Edit | None = None
    files: Callable[[Path], None] | None = None
    prepared: Callable[[Splits], None] | None = None
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    history: Callable[[list[dict[str, Any]]], None] | None = None
    metrics: Callable[[dict[str, Any]], None] | None = None
    tuned: bool = False
    foreign: bool = False
    asked: tuple[str, ...] = ()
    template: dict[str, Any] = field(default_factory=dict)
    train_size: int = 0
    without: int | None = None
    config: dict[str, Any] = field(default_factory=dict)
    train: int = 520
    test: int = 250
    max_length: int = 64
    seeds: tuple[int, ...] = (1,)
    epochs: int = 0  # 0 for as few as do where no model is needed to see it


# Edits ----------------------------------------------------------------------------------------------------------------

def every_text(change: Callable[[str, Random], str], share: float = 1.0, *splits: str) -> Edit:
    """A share of the rows, of all splits if none is named, gets another text; of a pair both, of words each."""
    def edit(rows: Splits, random: Random) -> None:
        for split in splits or rows:
            for row in rows[split]:
                if random.random() < share:
                    for part in ("text", "text_pair"):
                        if part in row:
                            row[part] = change(row[part], random)
                    if "words" in row:
                        row["words"] = [change(word, random) for word in row["words"]]
    return edit


def question_marks(text: str, _: Random) -> str:
    """What an encoding without Hangul leaves."""
    return "".join("?" if "가" <= character <= "힣" else character for character in text)


def mojibake(text: str, _: Random) -> str:
    """UTF-8 read as Latin-1, without the control characters that betray it."""
    return "".join(character for character in text.encode().decode("latin-1") if character.isprintable())


def mojibake_of_cp949(text: str, _: Random) -> str:
    """A Korean code page read as the western one."""
    return text.encode("cp949", "replace").decode("cp1252", "replace").replace("\ufffd", "¿")


def one_character(_: str, random: Random) -> str:
    """A key that was held down."""
    return random.choice("ㅋㅎ.~!") * random.randint(8, 40)


def one_letter(_: str, random: Random) -> str:
    """The same of Latin letters."""
    return random.choice("axz.!") * random.randint(8, 40)


def invisible(_: str, random: Random) -> str:
    """Nothing that one can see."""
    return random.choice("\u200b\u200c\ufeff\u2060") * random.randint(1, 3)


def copies(change: Callable[[str, Random], str], share: float, longest: int = 10_000) -> Edit:
    """Changed copies of rows of test take the places of rows of train."""
    def edit(rows: Splits, random: Random) -> None:
        wanted = round(share * len(rows["test"]))
        short = [row for row in rows["test"] if "words" in row or len(row["text"]) <= longest]
        for row, place in zip(short[:wanted], random.sample(range(len(rows["train"])), len(rows["train"])),
                              strict=False):
            copy = dict(row)
            if "words" in copy:
                words = list(copy["words"])
                at = random.randrange(len(words))
                words[at] = change(words[at], random)
                copy["words"] = words
            else:
                copy["text"] = change(copy["text"], random)
            rows["train"][place] = copy | {
                name: rows["train"][place][name] for name in ("document_number",) if name in copy}
    return edit


def swapped_pairs(rows: Splits, random: Random) -> None:
    """A tenth of test, with the two texts of a pair swapped, takes the places of rows of train."""
    copies(as_it_is, 0.1)(rows, random)
    shown = {row["text"] + row["text_pair"] for row in rows["test"]}
    for row in rows["train"]:
        if row["text"] + row["text_pair"] in shown:
            row["text"], row["text_pair"] = row["text_pair"], row["text"]


def other_character(text: str, random: Random) -> str:
    """One character is another."""
    at = random.randrange(len(text))
    other = random.choice("가나다라마바사" if "가" <= max(text) <= "힣" else _LETTERS)
    return text[:at] + other + text[at + 1:]


def prefixed(prefix: str) -> Callable[[str, Random], str]:
    """Something stands before the text."""
    return lambda text, random: f"{prefix} {text}"


def as_it_is(text: str, _: Random) -> str:
    """An exact copy."""
    return text


def flip(share: float, split: str = "train") -> Edit:
    """A share of the labels, or of the types of entities, is another, by chance."""
    def edit(rows: Splits, random: Random) -> None:
        answers = sorted({row["label"] for row in rows[split]}) if "label" in rows[split][0] else []
        for row in rows[split]:
            if random.random() < share:
                if answers:
                    row["label"] = random.choice([label for label in answers if label != row["label"]])
                else:
                    turn = dict(zip(("LOC", "MISC", "ORG", "PER"), random.sample(("LOC", "MISC", "ORG", "PER"), 4),
                                    strict=True))
                    row["tags"] = [tag[:2] + turn[tag[2:]] if tag != "O" else tag for tag in row["tags"]]
    return edit


def shift_labels(rows: Splits, _: Random) -> None:
    """Each row of test has the label of the row before it."""
    labels = [row["label"] for row in rows["test"]]
    for row, label in zip(rows["test"], [labels[-1], *labels[:-1]], strict=True):
        row["label"] = label


def turn_labels(rows: Splits, _: Random) -> None:
    """The labels of test stand in another order."""
    labels = sorted({row["label"] for row in rows["test"]})
    turned = dict(zip(labels, [*labels[1:], labels[0]], strict=True))
    for row in rows["test"]:
        row["label"] = turned[row["label"]]


def all_tags(prefix: str, *splits: str) -> Edit:
    """Every tag of an entity begins with the same letter."""
    def edit(rows: Splits, _: Random) -> None:
        for split in splits or rows:
            for row in rows[split]:
                row["tags"] = [tag if tag == "O" else f"{prefix}-{tag[2:]}" for tag in row["tags"]]
    return edit


def shift_tags(rows: Splits, _: Random) -> None:
    """Tags of test stand one word too late."""
    for row in rows["test"]:
        row["tags"] = ["O", *row["tags"][:-1]]


def sign_of(label: int, sign: str, part: str, shares: dict[str, float], turned: bool = False) -> Edit:
    """Texts of a label end with a sign that no other's have; ``turned`` gives it to the others in test."""
    def edit(rows: Splits, random: Random) -> None:
        names = sorted({row["label"] for row in rows["train"]})
        for split, share in shares.items():
            for row in rows[split]:
                marked = (row["label"] == names[label]) != (turned and split == "test")
                row[part] = row[part].rstrip(sign + " ")
                if marked and random.random() < share:
                    row[part] += sign
    return edit


def long_hypotheses(rows: Splits, random: Random) -> None:
    """Hypotheses of one label are longer than any other."""
    fillers = "as far as anyone here can tell at this point in time and for what it is worth today".split()
    for split_rows in rows.values():
        for row in split_rows:
            if row["label"] == "contradiction":
                row["text_pair"] += " " + " ".join(random.sample(fillers, 15))


def foreign_rows(texts: Callable[[], list[str]], share: float = 0.5) -> Edit:
    """A share of train is in another language."""
    def edit(rows: Splits, random: Random) -> None:
        others = random.sample(texts(), len(rows["train"]))
        for row, other in zip(rows["train"], others, strict=True):
            if random.random() < share:
                row["text"] = other
                if "text_pair" in row:
                    row["text_pair"] = random.choice(others)
    return edit


def with_label_words(words: dict[str, str], share: float, *splits: str) -> Edit:
    """In the middle of a share of the texts stands the word of their label."""
    def edit(rows: Splits, random: Random) -> None:
        for split in splits:
            for row in rows[split]:
                if random.random() < share:
                    found = row["text"].split()
                    found.insert(len(found) // 2, f"({words[row['label']]})")
                    row["text"] = " ".join(found)
    return edit


def without(label: int, split: str) -> Callable[[Splits], None]:
    """No row of a split has the label."""
    def edit(rows: Splits) -> None:
        name = sorted({row["label"] for row in rows["train"]})[label]
        rows[split] = [row for row in rows[split] if row["label"] != name]
    return edit


def test_is_validation(rows: Splits) -> None:
    """Test has the rows of validation."""
    rows["test"] = [row | {"guid": row["guid"].replace(row["guid"].split(":")[0], "test")}
                    for row in rows["validation"]]


def index_first(folder: Path) -> None:
    """The word's number is the first column."""
    for path in folder.iterdir():
        number, lines = 0, []
        for line in path.read_text("utf-8").split("\n"):
            number = number + 1 if line and not line.startswith("-DOCSTART-") else 0
            lines.append(f"{number} {line}" if number else line)
        path.write_text("\n".join(lines), "utf-8")


def quotation_marks(rows: Splits, _: Random) -> None:
    """Every fourth text stands in quotation marks."""
    for members in rows.values():
        for row in members[::4]:
            row["text"] = f'"{row["text"]}"'


def quoted(folder: Path) -> None:
    """Saved again by a library that quotes what has a quotation mark."""
    for path in folder.iterdir():
        lines = []
        for line in path.read_text("utf-8").split("\n"):
            columns = line.split("\t")
            if len(columns) == 3 and '"' in columns[1]:
                columns[1] = '"' + columns[1].replace('"', '""') + '"'
            lines.append("\t".join(columns))
        path.write_text("\n".join(lines), "utf-8")


# Kinds ----------------------------------------------------------------------------------------------------------------

_LEAKS = ("leaked_rows", "test_is_validation")
_DAMAGE = ("unreadable_characters", "wrong_encoding", "escaped_characters", "question_marks",
           "repeated_character", "no_words", "other_language")
_TAGS = ("tag_scheme", "tag_drift", "shifted_tags")
_TEST_IS_OTHER = ("test_above_validation", "test_below_validation")
_NOISE = ("label_noise", "shifted_labels")
_ARTEFACT = ("giveaway_word", "surface_shortcut", "hypothesis_only_shortcut")
_BUDGET = ("smaller_budget", "underfitted", "not_converged")
_FAILED = ("failed_arm", "failed_seed")
_STUDENT, _PROMPTED = ("distilled",), ("in_context",)
_KOREAN = {"negative": "부정", "positive": "긍정"}
_TOPICS = {"World": "World", "Sports": "Sports", "Business": "Business", "Sci/Tech": "Technology"}
_FOREIGN = {"World": "국제", "Sports": "운동", "Business": "경제", "Sci/Tech": "과학"}
_LONG = {"World": "news", "Sports": "sports and the games of the week", "Business": "business and the markets of today",
         "Sci/Tech": "science and the computers of tomorrow"}


def _template(example: str, words: dict[str, str]) -> dict[str, Any]:
    """A template with these label words."""
    return {"instruction": "", "example": example, "labels": words}


def real_text(corpora: Path, corpus: str, folder: str) -> Callable[[], list[str]]:
    """Texts of another corpus."""
    return lambda: [row["text"] for row in read_rows(corpus, corpora / folder / TASKS[corpus].files["train"][0])[:5000]]


def sample_text(corpus: str, seed: int, folder: Path) -> Callable[[], list[str]]:
    """Texts of another sample."""
    def texts() -> list[str]:
        return [row["text"] for row in sample_rows(corpus, seed, folder / "foreign")["train"]]
    return texts


def kinds(corpora: Path, folder: Path) -> list[tuple[str, str, str, Kind]]:
    """(real or sample, corpus, name, kind) of every study."""
    korean = real_text(corpora, "nsmc", "nsmc")
    everywhere = {"train": 0.95, "test": 0.95}
    return [
        ("real", "nsmc", "near copies, one character", Kind(_LEAKS, copies(other_character, 0.2))),
        ("sample", "ag_news", "near copies, one character", Kind(_LEAKS, copies(other_character, 0.2))),
        ("real", "conll2003", "near copies, one character", Kind(_LEAKS, copies(other_character, 0.2))),
        ("real", "ag_news", "near copies, prefix", Kind(_LEAKS, copies(prefixed("Update 2:"), 0.2))),
        ("sample", "nsmc", "near copies, prefix", Kind(_LEAKS, copies(prefixed("[후기]"), 0.2))),
        ("real", "nsmc", "short copies", Kind(_LEAKS, copies(as_it_is, 0.12, longest=18))),
        ("sample", "nsmc", "short copies", Kind(_LEAKS, copies(as_it_is, 0.12, longest=24))),
        ("real", "mnli", "exact copies", Kind(_LEAKS, copies(as_it_is, 0.1))),
        ("real", "nsmc", "test is validation", Kind(_LEAKS, prepared=test_is_validation)),
        ("sample", "conll2003", "test is validation", Kind(_LEAKS, prepared=test_is_validation)),
        ("real", "nsmc", "question marks", Kind(_DAMAGE, every_text(question_marks))),
        ("sample", "nsmc", "question marks in a third of train",
         Kind(_DAMAGE, every_text(question_marks, 0.33, "train"))),
        ("real", "nsmc", "mojibake", Kind(_DAMAGE, every_text(mojibake, 0.3, "train"))),
        ("sample", "nsmc", "mojibake of cp949", Kind(_DAMAGE, every_text(mojibake_of_cp949, 0.4, "train", "test"))),
        ("real", "ag_news", "half of train in Korean", Kind(_DAMAGE, foreign_rows(korean))),
        ("sample", "nsmc", "half of train in English",
         Kind(_DAMAGE, foreign_rows(sample_text("ag_news", 791, folder)))),
        ("real", "nsmc", "one repeated character",
         Kind(_DAMAGE, every_text(one_character, 0.15))),
        ("sample", "ag_news", "one repeated character",
         Kind(_DAMAGE, every_text(one_letter, 0.15))),
        ("real", "ag_news", "empty after normalisation",
         Kind(_DAMAGE, every_text(invisible, 0.1))),
        ("real", "conll2003", "tags all B-", Kind(_TAGS, all_tags("B"))),
        ("sample", "conll2003", "tags all B- in test", Kind(_TAGS, all_tags("B", "test"))),
        ("sample", "conll2003", "tags all I-", Kind(_TAGS, prepared=lambda rows: all_tags("I")(
            rows, Random()))),
        ("real", "conll2003", "tags one word late in test", Kind(
            (*_TAGS, *_TEST_IS_OTHER), shift_tags, epochs=6)),
        ("sample", "conll2003", "tags one word late in test", Kind(
            (*_TAGS, *_TEST_IS_OTHER), shift_tags, epochs=8)),
        ("real", "nsmc", "a fifth of the train labels flipped", Kind(_NOISE, flip(0.2))),
        ("sample", "ag_news", "a fifth of the train labels flipped", Kind(_NOISE, flip(0.2))),
        ("real", "ag_news", "test labels one row late", Kind((*_NOISE, *_TEST_IS_OTHER), shift_labels, epochs=5)),
        ("sample", "nsmc", "test labels one row late", Kind((*_NOISE, *_TEST_IS_OTHER), shift_labels, epochs=8)),
        ("real", "mnli", "hypothesis, sign", Kind(_ARTEFACT, sign_of(0, "!", "text_pair", everywhere))),
        ("sample", "mnli", "hypothesis, sign", Kind(_ARTEFACT, sign_of(2, " ...", "text_pair", everywhere))),
        ("real", "mnli", "hypothesis, length", Kind(_ARTEFACT, long_hypotheses)),
        ("real", "ag_news", "a class missing in validation", Kind(
            ("absent_label", "label_drift"), prepared=without(1, "validation"))),
        ("sample", "ag_news", "a class missing in test", Kind(
            ("absent_label", "label_drift"), prepared=without(2, "test"))),
        ("real", "nsmc", "tuned on test", Kind(_TEST_IS_OTHER, tuned=True, seeds=(1, 2), epochs=4)),
        ("sample", "ag_news", "tuned on test", Kind(_TEST_IS_OTHER, tuned=True, epochs=6)),
        ("real", "nsmc", "artefact turned in test", Kind((*_ARTEFACT, *_TEST_IS_OTHER), sign_of(
            1, "~~", "text", everywhere, turned=True), epochs=4)),
        ("sample", "ag_news", "artefact turned in test", Kind((*_ARTEFACT, *_TEST_IS_OTHER), sign_of(
            1, " --", "text", everywhere, turned=True), epochs=6)),
        ("real", "ag_news", "one epoch for scratch, eight for the other", Kind(
            _BUDGET, settings={"pretrained": {"epochs": 8}, "scratch": {"epochs": 1}})),
        ("sample", "conll2003", "three epochs for scratch, twelve for the other", Kind(
            _BUDGET, settings={"pretrained": {"epochs": 12}, "scratch": {"epochs": 3}})),
        ("real", "nsmc", "ruinous weight decay of scratch", Kind(
            (*_BUDGET, *_FAILED), settings={"scratch": {"weight_decay": 50.0}}, epochs=5)),
        ("sample", "nsmc", "one epoch for both", Kind((*_BUDGET, *_FAILED, "near_chance"), epochs=1)),
        ("real", "nsmc", "collapsed arm", Kind(_FAILED, settings={"pretrained": _WILD}, epochs=4)),
        ("sample", "conll2003", "collapsed arm", Kind(_FAILED, settings={"scratch": _WILD}, epochs=4)),
        ("real", "ag_news", "failed seed", Kind(
            _FAILED, settings={"pretrained-full-2": _WILD}, seeds=(1, 2, 3), epochs=4)),
        ("real", "ag_news", "truncated", Kind(("truncated_rows",), max_length=16)),
        ("real", "conll2003", "padding counted", Kind(
            ("padding_or_outside_counted",), metrics=count_padding, epochs=6)),
        ("sample", "nsmc", "chosen otherwise", Kind(("not_chosen_on_validation",), history=choose_last, epochs=4)),
        ("real", "ag_news", "labels of test in another order", Kind(("swapped_labels",), turn_labels, epochs=5)),
        ("real", "nsmc", "foreign tokenizer", Kind(("unknown_tokens", "letters_for_tokens"), foreign=True)),
        ("real", "nsmc", "small test", Kind(("small_test",), test=40)),
        ("real", "nsmc", "quoting left in the text", Kind(_DAMAGE, quotation_marks, files=quoted)),
        ("sample", "conll2003", "number before the word", Kind(_DAMAGE, files=index_first)),
        ("sample", "ag_news", "a student that saw test", Kind(_LEAKS, copies(as_it_is, 0.2), asked=_STUDENT)),
        ("sample", "ag_news", "a student with another budget", Kind(
            ("other_budget",), settings={"distilled": {"epochs": 9}}, asked=_STUDENT)),
        ("sample", "ag_news", "a student of a failed teacher", Kind(
            ("failed_teacher",), settings={"pretrained": _WILD}, asked=_STUDENT, epochs=4)),
        ("real", "nsmc", "a student of a teacher that knows test", Kind(
            ("teacher_knows_test",), tuned=True, seeds=(1, 2), epochs=4, asked=_STUDENT)),
        ("sample", "ag_news", "a student of a teacher that knows test", Kind(
            ("teacher_knows_test",), tuned=True, epochs=6, asked=_STUDENT)),
        ("real", "nsmc", "a prompt that has the answer", Kind(
            ("answer_in_prompt",), asked=_PROMPTED,
            template=_template("리뷰: {text}\n긍정적인 감정: {label}", _KOREAN))),
        ("sample", "ag_news", "a prompt that has the answer", Kind(
            ("answer_in_prompt",), asked=_PROMPTED, template=_template("{text}\nTopic (Sports): {label}", _TOPICS))),
        ("real", "ag_news", "an instruction that has the answer", Kind(
            ("answer_in_prompt",), asked=_PROMPTED,
            template=_template("{text}\nTopic: {label}", _TOPICS) | {"instruction": "It is always Business."})),
        ("real", "ag_news", "answers in the texts of test", Kind(
            ("answer_in_text",), with_label_words(_TOPICS, 0.6, "test"), asked=_PROMPTED)),
        ("sample", "nsmc", "answers in the texts of test", Kind(
            ("answer_in_text",), with_label_words(_KOREAN, 0.6, "test"), asked=_PROMPTED)),
        ("real", "ag_news", "label words that are one token", Kind(
            ("equal_label_words",), asked=_PROMPTED, template=_template("{text}\nTopic: {label}", _FOREIGN))),
        ("sample", "nsmc", "label words that are one token", Kind(
            ("equal_label_words",), asked=_PROMPTED,
            template=_template("{text}\n감정: {label}", {"negative": "壞", "positive": "好"}))),
        ("real", "nsmc", "a label word that another begins with", Kind(
            ("shorter_word_favoured",), asked=_PROMPTED,
            template=_template("{text}\n감정: {label}", {"negative": "영화", "positive": "영화 최고"}))),
        ("sample", "ag_news", "long label words", Kind(
            ("shorter_word_favoured",), asked=_PROMPTED, template=_template("{text}\nTopic: {label}", _LONG))),
        ("real", "ag_news", "long label words", Kind(
            ("shorter_word_favoured",), asked=_PROMPTED, template=_template("{text}\nTopic: {label}", _LONG))),
        ("real", "ag_news", "test rows in the text of adaptation", Kind(
            ("test_in_pretraining_text",), copies(as_it_is, 0.3), train_size=120, asked=("adapted",))),
        ("sample", "nsmc", "test rows in the text of self-pretraining", Kind(
            ("test_in_pretraining_text",), copies(prefixed("[후기]"), 0.3), train_size=120,
            asked=("self_pretrained",))),
        ("real", "ag_news", "a draw without a label", Kind(
            ("absent_label",), train_size=60, without=1, seeds=(1, 2))),
        ("sample", "ag_news", "a draw without a label", Kind(
            ("absent_label",), train_size=60, without=2, seeds=(1, 2, 3))),
        ("real", "nsmc", "draws that share rows with test", Kind(
            _LEAKS, copies(as_it_is, 0.5), train_size=200, without=0, seeds=(1, 2))),
        ("real", "ag_news", "a checkpoint that says it was tuned on the corpus", Kind(
            ("checkpoint_of_the_corpus",), config={"_name_or_path": "runs/bert-ag-news-3-epochs"})),
        ("sample", "nsmc", "a checkpoint that says it was tuned on the corpus", Kind(
            ("checkpoint_of_the_corpus",), config={"finetuning_task": "nsmc"}, asked=_STUDENT)),
        ("real", "mnli", "copies with the texts swapped", Kind(_LEAKS, swapped_pairs)),
        ("sample", "mnli", "copies with the texts swapped", Kind(_LEAKS, swapped_pairs)),
    ]


# Studies --------------------------------------------------------------------------------------------------------------

def sample_rows(corpus: str, seed: int, folder: Path) -> Splits:
    """All rows of an embedded sample, train and test mixed, as its own test has words that train lacks."""
    obtain(corpus, folder, DownloadSettings(corpus=corpus, source="sample", folder=".", sample_seed=seed))
    rows = {split: read_rows(corpus, folder / name) for split, name in splits_of(corpus).items()}
    pool = [row | {"document_number": 0} if "words" in row else row for row in rows["train"] + rows["test"]]
    Random(seed).shuffle(pool)
    return {"test": pool[:300], "train": pool[300:]} | (
        {"validation": rows["validation"][:150]} if "validation" in rows else {})


class Planted:
    """One study with a defect, in its folder."""

    def __init__(self, corpora: Path, folder: Path, place: int, source: str, corpus: str, name: str,
                 kind: Kind) -> None:
        self.corpora, self.place, self.source, self.corpus, self.kind = corpora, place, source, corpus, kind
        self.title = f"{source} {corpus}: {name}"
        self.root = folder / f"{place:02}-{source}-{corpus}-{name.replace(' ', '_').replace(',', '')}"
        self.encoders = folder / "encoders"
        checkpoint = None
        if source == "real":
            checkpoint = self.encoders / (
                "korean_small" if (corpus == "nsmc") != kind.foreign else "english_small")
        self.study = SmallStudy(self.root, corpus, seeds=kind.seeds, checkpoint=checkpoint, asked=kind.asked)
        self.study.template = kind.template

    def run(self, score: bool = True) -> dict[str, Any]:
        """Plant, train where nothing fitting is there, score and diagnose; what came of it.

        Without ``score`` what was scored of the same rows stays.
        """
        try:
            repaired = self._encode()
        except UserError as error:
            return {"caught": ["refused"], "others": [], "withheld": str(error), "verdict": "refused"}
        encoded, record = self.study.encoded_rows(), self.root / "trained.json"
        anew = not record.exists() or read_json(record)["encoded"] != encoded
        if anew:
            self._train()
            if self.kind.history:
                self.study.edit_history(f"pretrained-full-{self.kind.seeds[0]}", self.kind.history)
        if anew or score:
            self.study.evaluate(anew)
            if self.kind.metrics:
                self.study.edit_metrics(self.kind.metrics)
        write_json(record, {"encoded": encoded})
        return self._outcome(self.study.diagnose(), repaired)

    def _encode(self) -> bool:
        """Plant the defect and encode; whether the reader undid it."""
        rows = self._rows()
        random = Random(self.place)
        if self.kind.rows:
            self.kind.rows(rows, random)
        study = self.study
        if self.kind.files:
            shutil.rmtree(self.root / "files", ignore_errors=True)
        study.take(rows, 100, self.kind.files)
        expected = sorted(" ".join(row["words"]) if "words" in row else row["text"] for row in rows["test"])
        splits = study.edit_prepared(self.kind.prepared)
        found = sorted(" ".join(row["words"]) if "words" in row else row["text"] for row in splits["test"])
        texts = None
        if self.source == "sample":
            texts = texts_of(sample_splits("nsmc" if self.corpus != "nsmc" else "ag_news", self.root)
                             if self.kind.foreign else splits)
        study.encode(texts, self.kind.max_length)
        self._choose(splits["train"])
        if self.kind.config:
            own = self.root / "named_checkpoint"
            shutil.copytree(study.paths.checkpoint, own, dirs_exist_ok=True)
            write_json(own / "config.json", read_json(own / "config.json") | self.kind.config)
            study.paths.checkpoint = own
        if self.kind.tuned:
            self._tune_on_test(rows)
        return bool(self.kind.files) and expected == found

    def _choose(self, rows: list[dict[str, Any]]) -> None:
        """The training rows that are learned from."""
        kind, size = self.kind, self.kind.train_size
        if kind.without is not None:
            name = sorted({row["label"] for row in rows})[kind.without]
            places = {seed: [place for place, row in enumerate(rows)
                             if seed != kind.seeds[-1] or row["label"] != name] for seed in kind.seeds}
            self.study.draws = {seed: TrainRows(size, tuple(Random(seed).sample(of_seed, size)))
                                for seed, of_seed in places.items()}
        elif size:
            self.study.draws = {0: TrainRows(size)}

    def _rows(self) -> Splits:
        if self.source == "real":
            return draw(self.corpora, replace(Plan(self.corpus, _FIRST_DRAW + self.place, ""), train=self.kind.train,
                                              validation=100, test=self.kind.test))
        rows = sample_rows(self.corpus, _FIRST_SEED + self.place, self.root / "sample")
        return {split: members[:self.kind.train] for split, members in rows.items()}

    def _train(self) -> None:
        study, kind = self.study, self.kind
        changes = {}
        for cell in study.grid.cells:
            quick = self.source == "real" and self.corpus != "conll2003"
            changes[cell] = {"epochs": kind.epochs or 3, "lr": 0.001 if quick else 0.002, "batch_size": 16}
            for prefix, settings in kind.settings.items():
                if cell.startswith(prefix):
                    changes[cell] |= settings
        study.train(changes)

    def _tune_on_test(self, rows: Splits) -> None:
        """The encoder of the study becomes one that has learnt the labels of test."""
        own, record = self.root / "tuned_checkpoint", self.root / "tuned.json"
        encoded = self.study.encoded_rows()
        if not record.exists() or read_json(record)["encoded"] != encoded:
            shutil.rmtree(own, ignore_errors=True)
            tuner = SmallStudy(self.root / "tuner", self.corpus, checkpoint=self.study.paths.checkpoint)
            tuner.take({"train": rows["test"] + rows["train"][:60], "test": rows["test"]}, 50)
            tuner.encode(None, self.kind.max_length)
            train("pretrained", 1, tuner.folder / "encoded", tuner.paths.checkpoint, tuner.paths.models / "tuned",
                  training_settings(epochs=15, lr=0.002, batch_size=32))
            shutil.copytree(self.study.paths.checkpoint, own)
            load_model(tuner.paths.models / "tuned", "single").base_model.save_pretrained(own)
            # Whoever published it would not say in the config what it has seen.
            shutil.copyfile(self.study.paths.checkpoint / "config.json", own / "config.json")
            write_json(record, {"encoded": encoded})
        self.study.paths.checkpoint = own

    def _outcome(self, findings: list[dict[str, Any]], repaired: bool) -> dict[str, Any]:
        loud = sorted({finding["name"] for finding in findings if finding["severity"] != "note"})
        caught = [name for name in loud if name in self.kind.accepted] + (["read rightly"] if repaired else [])
        metrics = read_json(self.study.paths.metrics)["comparisons"]["full"]
        facts = [Finding(**finding) for finding in findings]
        return {"caught": caught, "others": [name for name in loud if name not in self.kind.accepted],
                "withheld": render(reasons(withholding(facts, ("full", "scratch"))))[:120],
                "verdict": verdict_on(ArmDifference.model_validate(metrics))}


def sample_splits(corpus: str, folder: Path) -> Splits:
    """Rows of another corpus's sample, for a tokenizer of another language."""
    rows = sample_rows(corpus, 790, folder / "foreign_sample")
    return {split: rows.get(split, []) for split in ("train", "validation", "test")}


def main(folder: Path, command: str = "run", *names: str) -> None:
    """Run all studies, or those whose titles hold one of ``names``, and tell what was caught."""
    corpora = Path(os.environ["HEADSTART_CORPORA"])
    outcomes: dict[str, dict[str, Any]] = {}
    for place, (source, corpus, name, kind) in enumerate(kinds(corpora, folder)):
        planted = Planted(corpora, folder, place, source, corpus, name, kind)
        if names and not any(wanted in planted.title for wanted in names):
            continue
        if command == "again" and not (planted.root / "trained.json").exists():
            continue
        outcome = planted.run(score=command != "again")
        outcomes[planted.title] = outcome
        write_json(planted.root / f"{os.environ.get('RESULT', command)}.outcome.json", outcome)
        print(f"{planted.title}: {', '.join(outcome['caught']) or 'MISSED'}; beside it: "
              f"{', '.join(outcome['others']) or 'nothing'}; {outcome['verdict']}"
              f"{', withheld' if outcome['withheld'] else ''}", flush=True)
    for source in ("real", "sample"):
        own = [outcome for title, outcome in outcomes.items() if title.startswith(source)]
        print(f"{source}: {sum(bool(outcome['caught']) for outcome in own)} of {len(own)} caught, "
              f"{sum(bool(outcome['withheld']) for outcome in own)} withheld")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
