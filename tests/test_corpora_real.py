"""Readers on the real corpora: every count that is known of them."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path

import pandas as pd
import pytest

from stages.common.errors import UserError
from stages.common.files import read_json, read_json_lines
from stages.common.sources import ROOT
from stages.corpora import ag_news, conll2003, mnli, nsmc
from stages.corpora.fetching import Pin, fetch
from stages.corpora.rows import Row
from stages.download import obtain
from stages.metrics.second_gold import align
from stages.preprocess import prepare
from stages.settings.data import DownloadSettings, PrepareSettings
from stages.settings.further import FurtherTable
from stages.settings.published import PINS, published_corpus
from stages.tables.rows import open_table

pytestmark = pytest.mark.corpora


@pytest.mark.parametrize(("name", "rows", "empty", "quotation_marks"), [
    ("ratings_train.txt", 150_000, 5, (694, 158, 43)), ("ratings_test.txt", 50_000, 3, (195, 43, 16)),
])
def test_nsmc(corpora, name, rows, empty, quotation_marks):
    read = list(nsmc.read(corpora / "nsmc" / name))
    assert len(read) == rows
    assert sum(row.dropped == "empty text" for row in read) == empty
    assert [row.line for row in read] == list(range(2, rows + 2))
    texts = [row.text for row in read]
    assert (sum('"' in text for text in texts), sum(text.startswith('"') for text in texts),
            sum(text.count('"') % 2 for text in texts)) == quotation_marks


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


def local(corpus: str, folder: Path) -> DownloadSettings:
    return DownloadSettings(corpus=corpus, source="local", folder=str(folder), sample_seed=0)


@pytest.fixture
def card(corpora, tmp_path):
    def prepared(task: str, folder: str, validation_size: int, prefix: str = "") -> dict:
        obtain(task, tmp_path / "raw", local(task, corpora / folder))
        settings = PrepareSettings(
            corpus=task, validation_size=validation_size, test_size=0, exclude_id_prefix=prefix, split_seed=1)
        prepare(task, tmp_path / "raw", tmp_path / "out", tmp_path / "card.json", settings)
        return read_json(tmp_path / "card.json")
    return prepared


def lines(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_bytes().decode().split("\n")[1:-1]]


def test_nsmc_card(card, corpora, tmp_path):
    """Of the first rows: all of them take ten seconds."""
    (tmp_path / "front").mkdir()
    rows = {}
    for split, count in (("train", 30_000), ("test", 20_000)):
        path = corpora / "nsmc" / f"ratings_{split}.txt"
        rows[split] = [(text, label) for _, text, label in lines(path)[:count]]
        content = path.read_bytes().split(b"\n")[:count + 1]
        (tmp_path / "front" / path.name).write_bytes(b"\n".join(content) + b"\n")
    made = card("nsmc", str(tmp_path / "front"), 5_000)
    empty = {split: sum(not text for text, _ in found) for split, found in rows.items()}
    assert made["kept"] == {"train": 25_000 - empty["train"], "validation": 5_000, "test": 20_000 - empty["test"]}
    answers: dict[str, set[str]] = {}
    for text, label in rows["train"]:
        if text:
            answers.setdefault(text, set()).add(label)
    assert made["train_test_overlap"] == sum(text in answers for text, _ in rows["test"]) > 100
    assert made["conflicting_labels"] == sum(len(labels) > 1 for labels in answers.values()) > 10


def test_mnli_card(card):
    made = card("mnli", "mnli", 1_000, "xnliext-")
    assert made["dropped"] == {"train": {"excluded by id": 13_127}, "test": {}}
    assert made["kept"] == {"train": 8_453, "validation": 1_000, "test": 9_815}


def test_xnli_is_a_further_test_set_of_mnli(corpora, tmp_path, monkeypatch):
    folder = tmp_path / "mnli"
    folder.mkdir()
    for path in (*(corpora / "mnli").glob("*.jsonl"), corpora / "xnli_en" / "xnli.dev.en.jsonl"):
        (folder / path.name).symlink_to(path)
    obtain("mnli", tmp_path / "raw", local("mnli", folder))
    settings = PrepareSettings(
        corpus="mnli", validation_size=100, test_size=0, exclude_id_prefix="", split_seed=1)
    prepare("mnli", tmp_path / "raw", tmp_path / "rows", tmp_path / "card.json", settings)
    rows = list(read_json_lines(tmp_path / "rows" / "test_xnli.jsonl"))
    assert len(rows) == 2_490
    assert len({row["genre"] for row in rows}) == 10
    assert Counter(row["label"] for row in rows) == {"entailment": 830, "neutral": 830, "contradiction": 830}


@pytest.mark.parametrize(("file", "columns", "language"), [
    ("xnli_en/xnli.dev.en.jsonl", {"genre": "genre"}, "en"), ("kornli/xnli.dev.ko.tsv", {}, "ko")])
def test_xnli_is_a_further_test_set_as_a_table(corpora, tmp_path, file, columns, language):
    table = FurtherTable(kind="pair", columns=columns, language=language)
    rows = list(open_table("xnli", corpora / file, table).read(corpora / file))
    assert Counter(row.label for row in rows) == {"entailment": 830, "neutral": 830, "contradiction": 830}
    assert len({row.group for row in rows}) == 830  # premises
    assert len({row.genre for row in rows}) == (10 if columns else 1)


def test_a_corrected_conll_is_aligned_though_words_are_split_and_sentences_joined(corpora, tmp_path):
    """Words with a hyphen are split, and every tenth sentence is joined to the next, as CleanCoNLL has some."""
    original = corpora / "conll2003_published" / "test.txt"
    lines = []
    for number, row in enumerate(first := list(conll2003.read(original)), start=1):
        for word, tag in zip(row.words, row.tags, strict=True):
            before, hyphen, after = word.partition("-")
            parts = [before, hyphen, after] if before and after else [word]
            lines += [f"{part}\tNN\tO\tO\t{tag if not place else tag.replace('B-', 'I-')}"
                      for place, part in enumerate(parts)]
        lines += [""] if number % 10 else []
    path = tmp_path / "cleanconll.test"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    table = open_table("clean", path, FurtherTable(kind="words", columns={"tokens": 1, "tags": -1}, language="en"))
    second = list(table.read(path))
    assert len(second) == 3_453 - 345
    found = align(first, second, path)
    assert [aligned.tags for aligned in found] == [row.tags for row in first]
    assert sum(aligned.unreachable for aligned in found) == 0


def test_conll_card(card):
    made = card("conll2003", "conll2003_published", 0)
    assert made["labels"]["test"] == {"LOC": 1_668, "MISC": 702, "ORG": 1_661, "PER": 1_617}
    assert sum(made["labels"]["train"].values()) == 23_499


def mirror(folder: Path, corpus: str, files: dict[str, Path]) -> str:
    """A folder laid out as a mirror, with links to real files."""
    (folder / corpus).mkdir(parents=True)
    for name, path in files.items():
        (folder / corpus / name).symlink_to(path)
    return folder.as_uri()


def published(corpus: str) -> DownloadSettings:
    return DownloadSettings(corpus=corpus, source="published", folder="unused", sample_seed=0)


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    """A working directory that has the project's own pins."""
    (tmp_path / PINS).parent.mkdir(parents=True)
    (tmp_path / PINS).write_bytes((ROOT / PINS).read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_conll_passes_its_pins_and_both_names_of_its_files_are_found(corpora, root):
    """That both have the same sentences is shown above."""
    folder = corpora / "conll2003_published"
    base = mirror(root / "mirror", "conll2003", {path.name: path for path in folder.glob("*.txt")})
    obtain("conll2003", root / "raw", published("conll2003"), base)
    assert len(read_json(root / "raw" / "source.json")["pins"]) == 3
    local_copy = root / "local"
    local_copy.mkdir()
    for name, path in (("eng.train", corpora / "conll2003" / "eng.train"),
                       ("eng.testa", corpora / "conll2003" / "eng.testa"), ("test.txt", folder / "test.txt")):
        (local_copy / name).symlink_to(path)
    obtain("conll2003", root / "other", local("conll2003", local_copy))
    assert read_json(root / "other" / "source.json")["splits"] == {
        "train": "eng.train", "validation": "eng.testa", "test": "test.txt"}


def test_the_test_file_of_ag_news_passes_its_pin_and_the_part_of_train_does_not(corpora, root):
    base = mirror(root / "mirror", "ag_news", {path.name: path for path in (corpora / "ag_news").glob("*.csv")})
    test = next(file for file in published_corpus("ag_news").files if file.name == "test.csv")
    pin = Pin("ag_news/test.csv", tuple(test.urls), test.bytes, test.sha256)
    assert fetch(pin, root / "store", base).read_bytes() == (corpora / "ag_news" / "test.csv").read_bytes()
    with pytest.raises(UserError, match=r"train\.csv"):
        obtain("ag_news", root / "raw", published("ag_news"), base)


def test_the_rebuilt_nsmc_is_refused_by_its_pin_and_accepted_as_local(corpora, root):
    files = {path.name: path for path in (corpora / "nsmc").glob("ratings_*.txt")}
    base = mirror(root / "mirror", "nsmc", files)
    with pytest.raises(UserError) as caught:
        obtain("nsmc", root / "raw", published("nsmc"), base)
    message = str(caught.value)
    assert "\n" not in message
    for part in ("ratings_train.txt", "14628807", "source"):
        assert part in message.replace(",", "")
    assert not (root / "raw").exists()
    obtain("nsmc", root / "raw", local("nsmc", corpora / "nsmc"))
    assert read_json(root / "raw" / "source.json")["source"] == "local"


def content(read: Callable[[Path], Iterator[Row]], path: Path) -> list[tuple[str, str, str, str]]:
    return [(row.text, row.text_pair, row.label, row.dropped) for row in read(path)]


@pytest.mark.parametrize("options", [{"sep": "\t", "index": False}, {"sep": "\t"}, {"index": False}, {"sep": ";"},
                                     {"sep": "\t", "quoting": csv.QUOTE_ALL}])
def test_a_copy_by_pandas_has_the_same_rows(corpora, tmp_path, options):
    front = tmp_path / "front"
    front.write_bytes(b"\n".join((corpora / "nsmc" / "ratings_test.txt").read_bytes().split(b"\n")[:10_000]) + b"\n")
    table = pd.read_csv(front, sep="\t", quoting=csv.QUOTE_NONE, dtype=str, keep_default_na=False)
    table.to_csv(tmp_path / "copy", **options)
    assert content(nsmc.read, tmp_path / "copy") == content(nsmc.read, front)


def test_copies_with_numbers_from_zero_have_the_same_rows(corpora, tmp_path):
    news = pd.read_csv(corpora / "ag_news" / "test.csv", header=None, dtype=str, keep_default_na=False)
    numbers = news[0].astype(int) - 1
    pd.DataFrame({"text": news[1] + " " + news[2], "label": numbers}).to_csv(tmp_path / "copy", index=False)
    assert content(ag_news.read, tmp_path / "copy") == content(ag_news.read, corpora / "ag_news" / "test.csv")
    path = corpora / "mnli" / "multinli_1.0_dev_matched.jsonl"
    pairs = pd.read_json(path, lines=True, dtype=False).rename(
        columns={"sentence1": "premise", "sentence2": "hypothesis"}).assign(promptID=1, genre="fiction")
    pairs["label"] = pairs.pop("gold_label").map({"entailment": 0, "neutral": 1, "contradiction": 2})
    pairs.to_json(tmp_path / "copy", orient="records", lines=True)
    assert content(mnli.read, tmp_path / "copy") == content(mnli.read, path)


def test_numbers_before_the_words_change_no_sentence(corpora, tmp_path):
    path = corpora / "conll2003" / "eng.testa"
    blocks = path.read_text("utf-8").strip("\n").split("\n\n")
    numbered = "\n\n".join("\n".join(f"{place} {line}" for place, line in enumerate(block.split("\n"), start=1))
                           for block in blocks if block)
    (tmp_path / "copy").write_text(numbered, "utf-8")
    first, second = conll2003.read(path), conll2003.read(tmp_path / "copy")
    assert all((a.words, a.tags) == (b.words, b.tags) for a, b in zip_longest(first, second))
