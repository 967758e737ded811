"""Further test sets: HANS and others, whose labels are those of a task after some count as one; and a second gold."""

import json
import zipfile
from argparse import Namespace
from collections.abc import Sequence
from itertools import chain, permutations
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from stages import download, predict_further, preprocess_further, report
from stages.common.errors import UserError
from stages.common.files import read_json, read_json_lines, sha256, write_json, write_json_lines
from stages.common.sources import ROOT
from stages.corpora.rows import Content
from stages.metrics.further_scores import FurtherScores
from stages.metrics.second_gold import align, errors_by_gold
from stages.models.building import build_model
from stages.results.further import read_further
from stages.results.further_rows import FurtherTest, read_further_test
from stages.results.merging import merged_task
from stages.results.prepared import Task
from stages.settings.further import FurtherRows, FurtherSource, FurtherTable
from stages.settings.prediction import PredictionSettings
from stages.settings.published import PINS
from stages.settings.report import ReportSettings
from stages.settings.schema import check_values
from stages.settings.table import TableSettings
from stages.settings.yaml12 import parse_yaml
from stages.tracking import runs as tracked_runs
from tests import hans, tiny
from tests.test_report import GRID, Inputs

MERGE = {"neutral": "non-entailment", "contradiction": "non-entailment"}
NLI = ("entailment", "neutral", "contradiction")
COLUMNS = {"text": "sentence1", "pair": "sentence2", "label": "gold_label", "id": "pairID", "genre": "heuristic"}
HANS = FurtherTable(kind="pair", columns=COLUMNS, labels=["entailment", "non-entailment"], language="en")  # type: ignore[arg-type]
CELLS = {"full": ["pretrained-full-1", "pretrained-full-2"], "scratch": ["scratch-1", "scratch-2"]}


def task_of(labels: Sequence[str], kind: str = "pair") -> dict[str, Any]:
    facts = {"task": "mnli", "kind": kind, "labels": list(labels), "tags": list(labels), "metric": "accuracy",
             "synthetic": False, "splits": ["train", "test"]}
    if kind == "words":
        tags = ["O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")]
        facts |= {"tags": tags, "metric": "entity_f1"}
    return facts


def write_prepared(folder: Path, task: dict[str, Any], train: Sequence[Any] = (), test: Sequence[Any] = ()) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "task.json", task)
    write_json_lines(folder / "train.jsonl", train)
    write_json_lines(folder / "test.jsonl", test)
    return folder


def prepare(root: Path, file: Path, table: FurtherTable, prepared: Path, merge: dict[str, str] | None = None,
            second_gold: bool = False) -> Path:
    """Through both stages; the folder of the rows."""
    source = FurtherSource(corpus="table", source="local", folder=str(file), table=table)
    download.obtain_further("extra", root / "raw", source)
    preprocess_further.prepare_further("extra", root / "raw", prepared, root / "rows", FurtherRows(
        table=table, merge=merge or {}, second_gold=second_gold))
    return root / "rows"


def write_logits(folder: Path, test: FurtherTest, chosen: dict[str, list[Any]]) -> None:
    """Logits whose greatest is that of the chosen class of each row, or of the chosen tag of each word."""
    folder.mkdir(parents=True, exist_ok=True)
    for cell, answers in chosen.items():
        logits = [np.eye(len(test.task.tags), dtype=np.float32)[
            [test.task.tags.index(name) for name in ([answer] if isinstance(answer, str) else answer)]].ravel()
            for answer in answers]
        guids = [row.guid for row in test.rows]
        parquet.write_table(pa.table({
            "moment": ["after"] * len(guids), "split": ["test"] * len(guids), "guid": guids,
            "logits": pa.array(logits, pa.list_(pa.float32()))}), folder / f"{cell}.parquet")


def scored(root: Path, test: FurtherTest, chosen: dict[str, list[Any]], failed: set[str] | None = None
           ) -> dict[str, Any]:
    write_logits(root / "predictions", test, chosen)
    return FurtherScores(test, root / "predictions", CELLS, {"full": "scratch"}, failed or set()).facts()


def part(facts: dict[str, Any], genre: str = "", label: str = "") -> dict[str, Any]:
    return next(part for part in facts["parts"] if (part["genre"], part["label"]) == (genre, label))


@pytest.fixture
def hans_rows(tmp_path: Path) -> Path:
    file = hans.write(tmp_path / "heuristics_evaluation_set.txt", hans.pairs(300))
    return prepare(tmp_path, file, HANS, write_prepared(tmp_path / "prepared", task_of(NLI)), MERGE)


# HANS


def test_hans_is_read_whole(hans_rows: Path) -> None:
    facts, rows = read_json(hans_rows / "test.json"), list(read_json_lines(hans_rows / "rows.jsonl"))
    assert (facts["rows"], facts["labels"], facts["genre_column"]) == (300, ["entailment", "non-entailment"],
                                                                      "heuristic")
    assert facts["merge"] == MERGE
    assert [sum(row["genre"] == name and row["label"] == "entailment" for row in rows)
            for name in ("lexical_overlap", "subsequence", "constituent")] == [50, 50, 50]
    assert rows[0]["guid"] == "extra:2"  # the line, after the header
    first = hans.pairs(1)[0]
    assert (rows[0]["text"], rows[0]["text_pair"]) == (first["sentence1"], first["sentence2"])


@pytest.mark.parametrize("order", [*permutations(NLI)])
def test_scores_on_hans_are_the_same_whatever_the_order_of_the_labels(order: tuple[str, ...], tmp_path: Path) -> None:
    """A model that follows the heuristic says entailment everywhere, but for what is said here."""
    file = hans.write(tmp_path / "set.txt", hans.pairs(60))
    test = read_further_test(prepare(tmp_path, file, HANS, write_prepared(tmp_path / "prepared", task_of(order)),
                                     MERGE))
    fooled = ["entailment"] * 60
    # Of the 10 rows of a subcase, 4 of the swapped ones are seen through, half as neutral and half as contradiction.
    seen = list(fooled)
    swapped = [place for place, row in enumerate(test.rows) if row.genre == "lexical_overlap"
               and row.label == "non-entailment"]
    for place, said in zip(swapped[:4], ("neutral", "neutral", "contradiction", "contradiction"), strict=True):
        seen[place] = said
    facts = scored(tmp_path, test, dict(zip(chain(*CELLS.values()), (seen, fooled, fooled, fooled), strict=True)))
    assert [(one["genre"], one["label"], one["rows"]) for one in facts["parts"][:4]] == [
        ("", "", 60), ("", test.merged.labels[0], 30), ("", test.merged.labels[1], 30), ("constituent", "", 20)]
    whole, lexical = part(facts), part(facts, "lexical_overlap", "non-entailment")
    assert whole["arms"]["full"]["runs"] == pytest.approx({CELLS["full"][0]: 34 / 60, CELLS["full"][1]: 0.5})
    assert lexical["arms"]["full"]["runs"] == pytest.approx({CELLS["full"][0]: 0.4, CELLS["full"][1]: 0.0})
    assert lexical["arms"]["full"]["standard_deviation"] == pytest.approx(0.4 / 2**0.5)
    assert lexical["comparisons"]["full"]["difference"] == pytest.approx(0.2)
    for heuristic in ("lexical_overlap", "subsequence", "constituent"):
        entailed = part(facts, heuristic, "entailment")
        assert (entailed["rows"], entailed["arms"]["full"]["mean"]) == (10, 1.0)
    assert part(facts, "constituent", "non-entailment")["arms"]["full"]["mean"] == 0.0


@pytest.mark.parametrize(("name", "damage", "told"), [
    ("test.json", '{"kind": "pair"}', r"test\.json: not a further test set \(no 'labels'\)"),
    ("test.json", "[]", r"test\.json: not a further test set "),
    ("rows.jsonl", "{}\n", r"rows\.jsonl line 1: not a row "),
    ("rows.jsonl", "3\n", r"rows\.jsonl line 1: not a row ")])
def test_a_damaged_file_is_named_with_the_remedy(hans_rows: Path, name: str, damage: str, told: str) -> None:
    (hans_rows / name).write_text(damage, "utf-8")
    with pytest.raises(UserError, match=f"{told}.*; delete the file and run `dvc repro`"):
        read_further_test(hans_rows)


def test_a_failed_run_counts_nowhere(hans_rows: Path, tmp_path: Path) -> None:
    test = read_further_test(hans_rows)
    chosen = {cell: ["entailment"] * 300 for cells in CELLS.values() for cell in cells}
    chosen["scratch-2"] = ["neutral"] * 300
    arm = part(scored(tmp_path, test, chosen, {"scratch-2"}), "", "entailment")["arms"]["scratch"]
    assert (arm["mean"], list(arm["runs"])) == (1.0, ["scratch-1"])


@pytest.mark.parametrize(("merge", "message"), [
    ({}, "expected a label among entailment, neutral, contradiction, found 'non-entailment'; name it in table.labels"),
    ({"neutrall": "non-entailment"}, "further_tests.extra.merge: expected labels of the task, entailment, neutral"),
    ({"neutral": "non-entailment"}, "counts as one of the set, entailment, non-entailment, found 'contradiction'"),
    (MERGE | {"neutral": "other"}, "expected labels of the rows, entailment, non-entailment, found 'other'"),
    (dict.fromkeys(NLI, "entailment"), "expected two labels or more after merging, found only 'entailment'")])
def test_labels_that_no_label_of_the_task_counts_as_are_refused(
        merge: dict[str, str], message: str, tmp_path: Path) -> None:
    file = hans.write(tmp_path / "set.txt", hans.pairs(6))
    with pytest.raises(UserError, match=message):
        prepare(tmp_path, file, HANS, write_prepared(tmp_path / "prepared", task_of(NLI)), merge)


def test_rows_that_training_has_are_counted(tmp_path: Path) -> None:
    rows = hans.pairs(12)
    train = [{"guid": f"train:{place}", "text": row["sentence1"], "text_pair": row["sentence2"], "label": "neutral"}
             for place, row in enumerate(rows[:2])]
    prepared = write_prepared(tmp_path / "prepared", task_of(NLI), train)
    facts = read_json(prepare(tmp_path, hans.write(tmp_path / "set.txt", rows), HANS, prepared, MERGE) / "test.json")
    assert facts["train_overlap"] == 2


# Quirks of other sets


@pytest.mark.parametrize(("name", "text", "table", "expected"), [
    ("xnli.test.ko.tsv", 'sentence1\tsentence2\tgold_label\n그가 말했다, "엄마."\t그는 "말했다.\tneutral\n'
     "가\t나\tentailment\n다\t라\tcontradiction\n", {"kind": "pair", "language": "ko"},
     [('그가 말했다, "엄마."', '그는 "말했다.', "neutral"), ("가", "나", "entailment"), ("다", "라", "contradiction")]),
    ("xnli.test.jsonl", '{"language": "de", "gold_label": "neutral", "sentence1": "Ja.", "sentence2": "Nein.", '
     '"pairID": "1"}\n{"language": "sw", "gold_label": "entailment", "sentence1": "Ndiyo.", "sentence2": "Ndio."}\n',
     {"kind": "pair", "columns": {"genre": "language"}, "language": "de"},
     [("Ja.", "Nein.", "neutral"), ("Ndiyo.", "Ndio.", "entailment")]),
    ("test.jsonl", '{"uid": "a", "context": "It rains.", "hypothesis": "It is wet.", "label": "e"}\n'
     '{"uid": "b", "context": "It rains.", "hypothesis": "It is dry.", "label": "c"}\n',
     {"kind": "pair", "columns": {"text": "context", "pair": "hypothesis"},
      "labels": {"e": "entailment", "n": "neutral", "c": "contradiction"}, "language": "en"},
     [("It rains.", "It is wet.", "entailment"), ("It rains.", "It is dry.", "contradiction")])])
def test_sets_are_read_in_their_own_formats(
        name: str, text: str, table: dict[str, Any], expected: list[tuple[str, ...]], tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    folder = prepare(tmp_path, tmp_path / name, FurtherTable(**table),
                     write_prepared(tmp_path / "prepared", task_of(NLI)))
    rows = list(read_json_lines(folder / "rows.jsonl"))
    assert [(row["text"], row["text_pair"], row["label"]) for row in rows] == expected
    assert [row.get("genre") for row in rows] == (["de", "sw"] if "columns" in table and "genre" in table["columns"]
                                                  else [None] * len(rows))


def test_a_folder_with_several_files_is_refused(tmp_path: Path) -> None:
    for name in ("train.csv", "test.csv"):
        (tmp_path / name).write_text("text,label\na,b\n", "utf-8")
    source = FurtherSource(corpus="table", source="local", folder=str(tmp_path), table=FurtherTable())
    with pytest.raises(UserError, match="further_tests.extra.folder: expected one file, found test.csv, train.csv"):
        download.obtain_further("extra", tmp_path / "out", source)
    with pytest.raises(UserError, match="no.csv: expected the test file, found none; correct further_tests.extra"):
        download.obtain_further("extra", tmp_path / "out", source.model_copy(
            update={"table": FurtherTable(files={"test": "no.csv"})}))


def test_a_split_of_the_hub_is_read_with_the_names_of_its_classes(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """As `preset nli` takes XNLI in Korean; the download itself is tested with the tables of tasks."""
    asked: list[TableSettings] = []

    def fetched(settings: TableSettings, folder: Path, api: object) -> dict[str, Any]:
        asked.append(settings)
        (folder / "train.csv").write_text("premise,hypothesis,label\n가,나,2\n다,라,0\n마,바,-1\n", "utf-8")
        return {"repository": "kakaobrain/kor_nli", "revision": "main", "commit": "c0ffee",
                "homepage": "https://huggingface.co", "licence": "cc-by-sa-4.0", "splits": {"train": "train.csv"},
                "class_names": {"label": ["entailment", "neutral", "contradiction"]}}

    monkeypatch.setattr(download, "fetch_table", fetched)
    table = FurtherTable(repository="kakaobrain/kor_nli", configuration="xnli", splits={"test": "test"}, kind="pair",
                         language="ko")
    source = FurtherSource(corpus="table", source="hub", folder="data/local", table=table)
    download.obtain_further("extra", tmp_path / "raw", source)
    said = capsys.readouterr().err
    assert "terms of use: cc-by-sa-4.0" in said
    assert "to pin it: -S further_tests.extra.table.revision=c0ffee" in said
    assert (asked[0].splits, asked[0].configuration) == ({"train": "test"}, "xnli")
    preprocess_further.prepare_further(
        "extra", tmp_path / "raw", write_prepared(tmp_path / "prepared", task_of(NLI)), tmp_path / "rows",
        FurtherRows(table=table, merge={}, second_gold=False))
    facts = read_json(tmp_path / "rows" / "test.json")
    assert [row["label"] for row in read_json_lines(tmp_path / "rows" / "rows.jsonl")] == [
        "contradiction", "entailment"]
    assert (facts["dropped"], facts["source"]["commit"]) == ({"no label": 1}, "c0ffee")


def test_a_pinned_archive_is_taken_from_a_mirror_and_other_bytes_are_refused(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mirror" / "anli_r1").mkdir(parents=True)
    with zipfile.ZipFile(tmp_path / "mirror" / "anli_r1" / "anli_v0.1.zip", "w") as archive:
        archive.writestr("anli_v0.1/R1/test.jsonl", '{"uid": "a", "context": "b", "hypothesis": "c", "label": "e"}\n')
    path = tmp_path / "mirror" / "anli_r1" / "anli_v0.1.zip"
    file = {"name": path.name, "bytes": path.stat().st_size, "sha256": sha256(path), "urls": ["https://example.org/a"],
            "members": ["anli_v0.1/R1/test.jsonl"]}
    pins = tmp_path / PINS
    pins.parent.mkdir(parents=True)
    corpus = {"homepage": "https://example.org", "licence": "CC BY-NC 4.0", "files": [file]}
    pins.write_text(json.dumps({"anli_r1": corpus}), "utf-8")
    source = FurtherSource(corpus="anli_r1", source="published", folder="data/local", table=FurtherTable())
    mirror = (tmp_path / "mirror").as_uri()
    download.obtain_further("extra", tmp_path / "raw", source, mirror)
    facts = read_json(tmp_path / "raw" / "source.json")
    assert (facts["splits"], facts["licence"]) == ({"test": "test.jsonl"}, "CC BY-NC 4.0")
    pins.write_text(json.dumps({"anli_r1": corpus | {"files": [file | {"sha256": "0" * 64}]}}), "utf-8")
    with pytest.raises(UserError, match="anli_v0.1.zip"):
        download.obtain_further("extra", tmp_path / "again", source, mirror)


# A second gold standard


def sentence(*pairs: str) -> Content:
    """Words with their tags after a slash, O where there is none."""
    split = [pair.rpartition("/") if "/" in pair else (pair, "/", "O") for pair in pairs]
    return Content(words=tuple(word for word, _, _ in split), tags=tuple(tag for _, _, tag in split))


FIRST = [sentence("SKIING-WORLD", "CUP"), sentence("Ann", "of", "Bonn/B-LOC", "left"), sentence("Rome/B-LOC", ".")]
# One word is split, two sentences are joined, an entity has a word more, and one that is split is new.
SECOND = [sentence("SKIING", "-", "WORLD/B-MISC", "CUP/I-MISC"),
          sentence("Ann/B-PER", "of", "Bonn/B-LOC", "left", "Rome/B-ORG", ".")]


def test_a_second_gold_is_aligned_by_its_characters() -> None:
    found = align(FIRST, SECOND, Path("clean.test"))
    assert [second.tags for second in found] == [("O", "O"), ("B-PER", "O", "B-LOC", "O"), ("B-ORG", "O")]
    assert [second.unreachable for second in found] == [1, 0, 0]  # "WORLD CUP" begins inside a word


def test_an_entity_over_two_sentences_cannot_be_named() -> None:
    found = align([sentence("New"), sentence("York", "x")], [sentence("New/B-LOC", "York/I-LOC", "x")], Path("c"))
    assert [(second.tags, second.unreachable) for second in found] == [(("O",), 1), (("O", "O"), 0)]


@pytest.mark.parametrize(("second", "message"), [
    ([SECOND[0], sentence("Ann", "or", "Bonn", "left", "Rome", ".")],
     "clean.test: sentence 2: expected the words of sentence 2 of the test set, which go on with 'fBonnleftRome.', "
     "found 'rBonnleftRome.'; take the file of the same sentences"),
    ([*SECOND, sentence("More")], "clean.test: sentence 3: expected the words of sentence 3 .* with the end, found "
                                  "'More'"),
    (SECOND[:1], "clean.test: sentence 1: expected the words of sentence 2 .*'AnnofBonnleftRome.', found the end")])
def test_other_words_are_refused_with_the_numbers_of_the_sentences(second: list[Content], message: str) -> None:
    with pytest.raises(UserError, match=message):
        align(FIRST, second, Path("clean.test"))


def test_whose_error_an_error_was() -> None:
    """Bonn is found by all. Predicted is ORG for Rome, which the first gold has as LOC, and nothing for Ann."""
    predicted = [{(2, 3, "LOC")}, {(0, 1, "ORG")}]
    first, second = [{(2, 3, "LOC")}, {(0, 1, "LOC")}], [{(0, 1, "PER"), (2, 3, "LOC")}, {(0, 1, "ORG")}]
    found = errors_by_gold(predicted, first, second)
    # ORG is right, and LOC is rightly missing; the first has no PER either.
    assert found == {"errors": 2, "right_by_second": 2, "errors_by_second": 1, "right_by_first": 1}


def test_scores_by_both_golds(tmp_path: Path) -> None:
    test = [{"guid": f"test:{place}", "words": list(row.words), "tags": list(row.tags)}
            for place, row in enumerate(FIRST)]
    labels = ["LOC", "MISC", "ORG", "PER"]
    prepared = write_prepared(tmp_path / "prepared", task_of(labels, "words"), test=test)
    lines = ["-DOCSTART-\t-X-\tO\tO\tO", ""]
    for row in SECOND:
        lines += [*(f"{word}\tNN\tO\tO\t{tag}" for word, tag in zip(row.words, row.tags, strict=True)), ""]
    (tmp_path / "cleanconll.test").write_text("\n".join(lines) + "\n", "utf-8")
    table = FurtherTable(kind="words", columns={"tokens": 1, "tags": -1}, language="en")  # type: ignore[arg-type]
    found = read_further_test(prepare(tmp_path, tmp_path / "cleanconll.test", table, prepared, second_gold=True))
    # As the second gold has it, but for Rome, which is LOC as in the first.
    old = [["O", "O"], ["O", "O", "B-LOC", "O"], ["B-LOC", "O"]]
    new = [["O", "O"], ["B-PER", "O", "B-LOC", "O"], ["B-ORG", "O"]]
    facts = scored(tmp_path, found, {"pretrained-full-1": new, "pretrained-full-2": new, "scratch-1": old,
                                     "scratch-2": old})
    arms = part(facts)["arms"]
    assert arms["full"]["mean"] == pytest.approx(2 * 3 / (3 + 4))  # "WORLD CUP" is missed by all
    assert arms["scratch"]["mean"] == pytest.approx(2 * 1 / (2 + 4))
    second = facts["second_gold"]
    assert (second["first_by_second_f1"], second["unreachable"]) == (arms["scratch"]["mean"], 1)
    assert second["arms"]["scratch"] == {
        "first_f1": 1.0, "errors": 0, "right_by_second": 0, "share_right_by_second": 0.0,
        "errors_by_second": 4, "right_by_first": 3, "share_right_by_first": 3 / 4}
    assert second["arms"]["full"] == {
        "first_f1": pytest.approx(2 * 1 / 5), "errors": 3, "right_by_second": 3, "share_right_by_second": 1.0,
        "errors_by_second": 1, "right_by_first": 0, "share_right_by_first": 0.0}


def test_entity_types_are_merged_too() -> None:
    task = Task.of(task_of(["PS", "OG"], "words"))
    merged = merged_task(task, {"PS": "PER"}, "merge")
    assert (merged.labels, merged.tags) == (("PER", "OG"), ("O", "B-PER", "I-PER", "B-OG", "I-OG"))
    with pytest.raises(UserError, match="merge: expected entity types, found 'O', the tag of words outside"):
        merged_task(task, {"PS": "O"}, "merge")


# The stage with a model


@pytest.mark.parametrize("task", [tiny.TEXT_TASK, tiny.WORD_TASK])
def test_a_model_is_run_on_rows_with_labels_that_it_does_not_know(task: dict[str, Any], tmp_path: Path) -> None:
    tiny.write_prepared(tmp_path / "prepared", task)
    tiny.write_checkpoint(tmp_path / "checkpoint")
    words = task["kind"] == "words"
    rows = (tiny.word_rows if words else tiny.text_rows)("other", 5)
    other = {"tags": [["B-MISC"] * len(row["words"]) for row in rows]} if words else {"label": ["no"] * 5}
    name, values = next(iter(other.items()))
    write_json_lines(tmp_path / "rows" / "rows.jsonl", (
        row | {name: value} for row, value in zip(rows, values, strict=True)))
    build_model("scratch", tmp_path / "checkpoint", task["kind"], task["tags"], 0.0, 1).save_pretrained(
        tmp_path / "models" / "scratch-1")
    paths = Namespace(rows=tmp_path / "rows", prepared=tmp_path / "prepared", models=tmp_path / "models",
                      tokenizer=tmp_path / "checkpoint" / "tokenizer.json", out=tmp_path / "out")
    predict_further.predict_further(paths, ["scratch-1"], PredictionSettings(
        threads=1, precision="fp32", seed_varies="both"), 16)
    table = parquet.read_table(tmp_path / "out" / "scratch-1.parquet")
    assert table["guid"].to_pylist() == [row["guid"] for row in rows]
    assert table["logits"].combine_chunks().value_lengths().to_pylist() == [
        len(task["tags"]) * (len(row["words"]) if words else 1) for row in rows]


# The report and MLflow


def arm_scores(mean: float, deviation: float | None, **runs: float) -> dict[str, Any]:
    return {"mean": mean, "low": mean - 0.1, "high": mean + 0.1, "standard_deviation": deviation,
            "runs": {cell.replace("_", "-"): score for cell, score in runs.items()}}


def hans_facts(seeds: int) -> dict[str, Any]:
    """Scores of two arms on two parts; of one seed, or of two that differ by 40 points on one of the parts."""
    two = {"pretrained_full_2": 0.1, "scratch_2": 0.4} if seeds > 1 else {}
    deviation = 0.283 if seeds > 1 else None
    difference = {"difference": -0.1, "low": -0.4, "high": 0.2, "p_value": 0.4, "detectable": 0.5, "recipe": True}

    def of_part(genre: str, label: str, rows: int) -> dict[str, Any]:
        tuned, scratch = ({cell: score for cell, score in {"pretrained_full_1": 0.5, "scratch_1": 0.4, **two}.items()
                           if cell.startswith(arm)} for arm in ("pretrained", "scratch"))
        return {"genre": genre, "label": label, "rows": rows, "comparisons": {"full": difference},
                "arms": {"full": arm_scores(0.3, deviation, **tuned), "scratch": arm_scores(0.4, 0.0, **scratch)}}

    return {"name": "hans", "task": "reviews", "title": "HANS", "metric": "accuracy", "rows": 60, "synthetic": False,
            "merge": MERGE, "genre_column": "heuristic", "dropped": {}, "train_overlap": 3,
            "parts": [of_part("", "", 60), of_part("lexical_overlap", "non-entailment", 30)]}


@pytest.mark.parametrize("seeds", [1, 2])
def test_the_report_has_every_part_and_says_why_one_seed_is_not_enough(seeds: int, tmp_path: Path) -> None:
    inputs = Inputs(tmp_path, GRID.model_copy(update={"seeds": GRID.seeds[:seeds]}))
    inputs.write("further/hans.json", hans_facts(seeds))
    inputs.paths.further = tmp_path / "further"
    inputs.judge()
    report.write_report(inputs.paths, inputs.grid, ReportSettings(language="en"), {"hans": "reviews"})
    text = (inputs.paths.out_details / "reviews.md").read_text("utf-8")
    assert "Further test set: HANS" in text
    spread = "0.100 to 0.500" if seeds > 1 else "–"
    assert (f"| lexical\\_overlap | non-entailment | 30 | pre-trained | 0.300 | 0.200 to 0.400 | {spread} | "
            "−10.0 (−40.0 to 20.0) |") in text
    assert "5.0 % of its rows are also in the training set, of which the runs may have used a part." in text
    assert "neutral as non-entailment and contradiction as non-entailment" in text
    assert ("No score here comes from more than one seed that trained." in text) == (seeds == 1)
    assert ("differ by up to 28.3 points (standard deviation)" in text) == (seeds > 1)
    page = inputs.paths.out_page.read_text("utf-8").replace("\u00a0", " ")
    assert "추가 테스트 데이터: HANS" in page
    assert ("시드가 학습 방식마다 많아야 하나입니다" if seeds == 1 else "표준편차 28.3 %p까지 다릅니다") in page


def test_the_headline_is_what_it_is_without_a_further_test_set(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path)
    before = inputs.build()["metrics.json"]
    inputs.write("further/hans.json", hans_facts(2))
    inputs.paths.further = tmp_path / "further"
    report.write_report(inputs.paths, inputs.grid, ReportSettings(language="en"), {"hans": "reviews"})
    assert inputs.paths.out_metrics.read_text("utf-8") == before


def test_a_file_about_another_task_or_other_arms_is_refused(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path)
    inputs.write("further/hans.json", hans_facts(2) | {"task": "entities"})
    with pytest.raises(UserError, match="is about hans of the task 'entities'"):
        read_further(tmp_path / "further", {"hans": "reviews"}, "reviews", GRID.of_task("reviews"))
    inputs.write("further/hans.json", hans_facts(2))
    with pytest.raises(UserError, match="arms are not those of the grid .*missing head"):
        read_further(tmp_path / "further", {"hans": "reviews"}, "reviews",
                     GRID.model_copy(update={"tunings": ("full", "head")}).of_task("reviews"))
    assert read_further(tmp_path / "further", {"hans": "reviews"}, "entities", GRID.of_task("entities")) == []


def test_mlflow_has_the_scores_of_every_part(tmp_path: Path) -> None:
    facts = hans_facts(2)
    facts["parts"][1]["genre"] = "lexical@overlap"  # a name that MLflow refuses
    write_json(tmp_path / "hans.json", facts)
    found = tracked_runs._further(tmp_path, "reviews")
    assert found["pretrained-full-2"] == {
        "further/hans/accuracy": 0.1, "further/hans/lexical_overlap/non-entailment/accuracy": 0.1}
    assert tracked_runs._further(tmp_path, "entities") == {}
    cells = [{"failed": False, "after": {"test": {"accuracy": 0.5}}, "further": found[cell]}
             for cell in ("pretrained-full-1", "pretrained-full-2")]
    metrics = {name: value for name, value, _ in tracked_runs._over_seeds("accuracy", cells)}
    assert metrics["further/hans/accuracy/mean"] == pytest.approx(0.3)
    assert metrics["further/hans/accuracy/standard_deviation"] == pytest.approx(0.4 / 2**0.5)


# Settings


HANS_ENTRY = """further_tests:
  hans:
    task: mnli
    corpus: hans
    source: published
    folder: data/local
    table: {kind: pair}
    merge: {}
    second_gold: false
"""


@pytest.mark.parametrize(("old", "new", "message"), [
    ("task: mnli", "task: mnlj", r"further_tests.hans.task: no task 'mnlj'; .* remove further_tests.hans; did you mean "
     "mnli"),
    ("kind: pair", "kind: single", "further_tests.hans.table.kind: expected 'pair', as the rows of tasks.mnli are"),
    ("corpus: hans", "corpus: table", "further_tests.hans.corpus: expected an entry of stages/corpora/published.yaml"),
    ("source: published", "source: sample", "further_tests.hans.source: expected 'published', 'local' or 'hub'"),
    ("source: published", "source: hub", "further_tests.hans.table.repository: expected owner/name"),
    ("second_gold: false", "second_gold: true", "further_tests.hans.second_gold: expected a task of words .* found "
     "pair rows; set it to false"),
    ("{kind: pair}", "{kind: pair, files: {train: a.csv}}", "further_tests.hans.table.files: expected test alone"),
    ("{kind: pair}", "{kind: pair, columns: {split: set}}", "hans.table.columns: expected no column split"),
    ("    merge: {}\n", "", "further_tests.hans.merge: required key is missing"),
    ("  hans:", "  Hans!:", "further_tests.Hans!: expected only lower-case letters"),
    ("merge: {}", "merges: {}", "further_tests.hans.merges: unknown key; did you mean merge"),
])
def test_a_wrong_setting_is_refused(old: str, new: str, message: str) -> None:
    text = (ROOT / "params.yaml").read_text("utf-8").replace("further_tests: {}\n", HANS_ENTRY)
    check_values(parse_yaml(text, "params.yaml"))
    with pytest.raises(UserError, match=message):
        check_values(parse_yaml(text.replace(old, new), "params.yaml"))
