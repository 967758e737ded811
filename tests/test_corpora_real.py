"""Readers on the real corpora: every count that is known of them."""

from collections import Counter
from itertools import zip_longest
from pathlib import Path

import pytest

from stages.common.files import read_json
from stages.corpora import ag_news, conll2003, mnli, nsmc
from stages.download import obtain
from stages.preprocess import prepare
from stages.settings.data import PrepareSettings

pytestmark = pytest.mark.corpora


@pytest.mark.parametrize(("name", "rows", "empty"), [
    ("ratings_train.txt", 150_000, 5), ("ratings_test.txt", 50_000, 3),
])
def test_nsmc(corpora, name, rows, empty):
    read = list(nsmc.read(corpora / "nsmc" / name))
    assert len(read) == rows
    assert sum(row.dropped == "empty text" for row in read) == empty
    assert [row.line for row in read] == list(range(2, rows + 2))


def test_nsmc_quotation_marks(corpora):
    texts = [row.text for row in nsmc.read(corpora / "nsmc" / "ratings_train.txt")]
    assert sum('"' in text for text in texts) == 694
    assert sum(text.startswith('"') for text in texts) == 158
    assert sum(text.count('"') % 2 for text in texts) == 43


@pytest.mark.parametrize(("name", "rows"), [("train.csv", 14_846), ("test.csv", 7_600)])
def test_ag_news(corpora, name, rows):
    assert sum(not row.dropped for row in ag_news.read(corpora / "ag_news" / name)) == rows


def test_ag_news_artefacts_are_kept(corpora):
    path = corpora / "ag_news" / "test.csv"
    rows = list(ag_news.read(path))
    assert Counter(row.label for row in rows) == dict.fromkeys(ag_news.LABELS.values(), 1_900)
    for artefact in ("\\", "\\$", "#39;", "&lt;"):
        assert sum(row.text.count(artefact) for row in rows) == path.read_bytes().count(artefact.encode())


def test_mnli(corpora):
    train = list(mnli.read(corpora / "mnli" / "multinli_1.0_train.jsonl"))
    assert (len(train), sum(row.source_id.startswith("xnliext-") for row in train)) == (22_580, 13_127)
    dev = list(mnli.read(corpora / "mnli" / "multinli_1.0_dev_matched.jsonl"))
    assert Counter(row.label for row in dev) == {"entailment": 3_479, "neutral": 3_123, "contradiction": 3_213}
    assert not any(row.dropped for row in train + dev)


@pytest.mark.parametrize(("name", "sentences", "words", "entities"), [
    ("conll2003/eng.train", 14_041, 203_621, 23_499),
    ("conll2003/eng.testa", 3_250, 51_362, 5_942),
    ("conll2003_published/train.txt", 14_041, 203_621, 23_499),
    ("conll2003_published/valid.txt", 3_250, 51_362, 5_942),
    ("conll2003_published/test.txt", 3_453, 46_435, 5_648),
])
def test_conll2003(corpora, name, sentences, words, entities):
    rows = list(conll2003.read(corpora / name))
    assert len(rows) == sentences
    assert sum(len(row.words) for row in rows) == words
    assert sum(tag.startswith("B-") for row in rows for tag in row.tags) == entities


@pytest.mark.parametrize(("iob1", "iob2"), [("eng.train", "train.txt"), ("eng.testa", "valid.txt")])
def test_both_tag_schemes_give_the_same_sentences(corpora, iob1, iob2):
    first, second = conll2003.read(corpora / "conll2003" / iob1), conll2003.read(corpora / "conll2003_published" / iob2)
    assert all((a.words, a.tags) == (b.words, b.tags) for a, b in zip_longest(first, second))


@pytest.fixture
def card(corpora, tmp_path):
    def prepared(task: str, folder: str, validation_size: int, prefix: str = "") -> dict:
        obtain(task, tmp_path / "raw", "local", str(corpora / folder), 0)
        settings = PrepareSettings(validation_size=validation_size, test_size=0, exclude_id_prefix=prefix, split_seed=1)
        prepare(task, tmp_path / "raw", tmp_path / "out", tmp_path / "card.json", settings)
        return read_json(tmp_path / "card.json")
    return prepared


def lines(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_bytes().decode().split("\n")[1:-1]]


def test_nsmc_card(card, corpora):
    made = card("nsmc", "nsmc", 5_000)
    assert made["kept"] == {"train": 144_995, "validation": 5_000, "test": 49_997}
    # Three empty test documents "occur" in train too, but are dropped.
    assert made["train_test_overlap"] == 1_623 - 3
    answers: dict[str, set[str]] = {}
    for _, text, label in lines(corpora / "nsmc" / "ratings_train.txt"):
        if text:
            answers.setdefault(text, set()).add(label)
    assert made["conflicting_labels"] == sum(len(labels) > 1 for labels in answers.values())


def test_mnli_card(card):
    made = card("mnli", "mnli", 1_000, "xnliext-")
    assert made["dropped"] == {"train": {"excluded by id": 13_127}, "test": {}}
    assert made["kept"] == {"train": 8_453, "validation": 1_000, "test": 9_815}


def test_conll_card(card):
    made = card("conll2003", "conll2003_published", 0)
    assert made["labels"]["test"] == {"LOC": 1_668, "MISC": 702, "ORG": 1_661, "PER": 1_617}
    assert sum(made["labels"]["train"].values()) == 23_499
