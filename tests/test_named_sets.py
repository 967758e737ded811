"""The formats of named sets, by rows of our own: KLUE as its files and as the Hub has it."""

import json
from pathlib import Path
from typing import Any

import datasets
import pytest

from stages.common.errors import UserError
from stages.settings.overlays import OVERLAYS
from stages.settings.table import TableSettings
from stages.settings.yaml12 import parse_yaml
from stages.tables.class_names import class_names_of, with_class_names
from stages.tables.rows import Table, open_table

KLUE = parse_yaml((OVERLAYS / "klue.yaml").read_text("utf-8"), "klue.yaml")["tasks"]
TOPICS = ["IT과학", "경제", "사회", "생활문화", "세계", "스포츠", "정치"]
TAGS = ["B-DT", "I-DT", "B-LC", "I-LC", "B-OG", "I-OG", "B-PS", "I-PS", "B-QT", "I-QT", "B-TI", "I-TI", "O"]


def opened(task: str, path: Path) -> Table:
    """As preprocess opens the table of a task of the preset."""
    settings = TableSettings.model_validate(KLUE[task]["table"])
    return open_table(task, path, with_class_names(settings, path, class_names_of(path)))


def parquet(path: Path, features: dict[str, Any], rows: list[dict[str, Any]]) -> Path:
    """A file as the data sets of the Hub have it."""
    datasets.Dataset.from_list(rows, features=datasets.Features(features)).to_parquet(path)
    return path


def ner_row(*parts: str) -> dict[str, Any]:
    """Characters and tags of text parts, of which entities are written as in KLUE's headings, <서울:LC>."""
    tokens, tags = [], []
    for part in parts:
        text, _, kind = part.strip("<>").rpartition(":") if part.startswith("<") else (part, "", "")
        tokens += text
        tags += [TAGS.index(f"{'I' if place else 'B'}-{kind}") if kind else TAGS.index("O")
                 for place in range(len(text))]
    return {"sentence": "".join(parts), "tokens": tokens, "ner_tags": tags}


NER_FEATURES = {"sentence": datasets.Value("string"), "tokens": datasets.List(datasets.Value("string")),
                "ner_tags": datasets.List(datasets.ClassLabel(names=TAGS))}


def test_topics_of_the_hub_have_the_names_of_its_features(tmp_path: Path) -> None:
    string = datasets.Value("string")
    path = parquet(tmp_path / "train.parquet", {
        "guid": string, "title": string, "label": datasets.ClassLabel(names=TOPICS), "url": string, "date": string}, [
        {"guid": f"ynat-{place}", "title": f"제목…\"{place}\"", "label": label, "url": "x", "date": "2016.06.30."}
        for place, label in enumerate((3, 0, 6, -1))])
    table = opened("klue_ynat", path)
    assert table.task.labels == tuple(TOPICS)
    rows = list(table.read(path))
    assert [(row.source_id, row.text, row.label, row.dropped) for row in rows] == [
        ("ynat-0", '제목…"0"', "생활문화", ""), ("ynat-1", '제목…"1"', "IT과학", ""),
        ("ynat-2", '제목…"2"', "정치", ""), ("ynat-3", '제목…"3"', "", "no label")]


def test_inference_of_the_hub_is_in_the_order_of_its_features(tmp_path: Path) -> None:
    string = datasets.Value("string")
    path = parquet(tmp_path / "train.parquet", {
        "guid": string, "source": string, "premise": string, "hypothesis": string,
        "label": datasets.ClassLabel(names=["entailment", "neutral", "contradiction"])}, [
        {"guid": f"nli-{label}", "source": "NSMC", "premise": "앞", "hypothesis": f"뒤 {label}", "label": label}
        for label in (2, 0, 1)])
    rows = list(opened("klue_nli", path).read(path))
    assert [(row.label, row.genre, row.text_pair) for row in rows] == [
        ("contradiction", "NSMC", "뒤 2"), ("entailment", "NSMC", "뒤 0"), ("neutral", "NSMC", "뒤 1")]
    assert len({row.group for row in rows}) == 1  # one premise


def test_inference_of_the_file_is_read_by_its_gold_label(tmp_path: Path) -> None:
    """The file has the labels of every annotator beside the gold one."""
    path = tmp_path / "klue-nli-v1.1_dev.json"
    path.write_text(json.dumps([
        {"guid": f"klue-nli-v1_dev_0000{place}", "source": "airbnb", "premise": "앞", "hypothesis": "뒤",
         "gold_label": label, "author": "entailment", "label2": "neutral", "label3": label}
        for place, label in enumerate(("entailment", "neutral", "contradiction"))], ensure_ascii=False), "utf-8")
    settings = TableSettings.model_validate({"kind": "pair", "columns": {"label": "gold_label"}, "language": "ko"})
    assert [row.label for row in open_table("nli", path, settings).read(path)] == [
        "entailment", "neutral", "contradiction"]


def test_characters_of_the_hub_are_put_together_into_words(tmp_path: Path) -> None:
    path = parquet(tmp_path / "train.parquet", NER_FEATURES, [
        ner_row("<경찰:OG>", "은 ", "<박:PS>", "씨의 딸(", "<32:QT>", ")을"),
        ner_row("<5공화국 시절:DT>", " ", "<부산:LC>", " 지역"), ner_row("재미있다"),
        ner_row("<원더:PS>", "<1호:QT>", "가")])
    table = opened("klue_ner", path)
    rows = list(table.read(path))
    assert table.task.labels == ("DT", "LC", "OG", "PS", "QT", "TI")
    assert [list(zip(row.words, row.tags, strict=True)) for row in rows] == [
        [("경찰은", "B-OG"), ("박씨의", "B-PS"), ("딸", "O"), ("(", "O"), ("32", "B-QT"), (")", "O"), ("을", "O")],
        [("5공화국", "B-DT"), ("시절", "I-DT"), ("부산", "B-LC"), ("지역", "O")], [("재미있다", "O")],
        [("원더1호가", "B-PS")]]
    assert table.describe(path)[-3:] == (
        "words as predict divides running text", "3 entities begin or end inside a word; their tags are for all of it",
        "1 entities are in the word of an earlier one and left out")


def test_a_token_that_is_no_character_is_refused_by_its_row(tmp_path: Path) -> None:
    rows = [ner_row("<서울:LC>", "은 비") for _ in range(25)]
    rows[24]["tokens"][0] = "서서"
    path = parquet(tmp_path / "train.parquet", NER_FEATURES, rows)
    with pytest.raises(UserError, match="row 25: expected one character as in other lists, found '서서'"):
        list(opened("klue_ner", path).read(path))


def test_lists_of_words_stay_words(tmp_path: Path) -> None:
    path = parquet(tmp_path / "train.parquet", NER_FEATURES, [
        {"sentence": "", "tokens": ["서울", "은"], "ner_tags": [2, 12]}])
    assert [row.words for row in opened("klue_ner", path).read(path)] == [("서울", "은")]
