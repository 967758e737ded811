"""Rows, predictions and histories as they are read: what is in them, and what is refused."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from stages.common.errors import UserError
from stages.common.files import write_json, write_json_lines
from stages.metrics.task_scores import scorer
from stages.results.histories import read_history
from stages.results.predictions import Predictions
from stages.results.prepared import Row, Task, read_rows, read_task
from tests.tiny import TEXT_TASK, WORD_TASK

WORDS = Task.of(WORD_TASK)
ROWS = (Row("test:0", words=("Ann", "left"), tags=("B-PER", "O")), Row("test:1", words=("Rain",), tags=("O",)))


def test_what_a_row_says() -> None:
    pair = Row.of({"guid": "test:1", "text": "abc", "text_pair": "de", "label": "x", "source_id": "7"})
    assert (pair.texts, pair.joined, pair.length) == (("abc", "de"), "abc\nde", 5)
    assert (pair.labels, pair.answer) == (("x",), "x")
    tags = ["B-PER", "I-PER", "B-LOC", "B-LOC", "O"]
    sentence = Row.of({"guid": "test:2", "words": list("abcde"), "tags": tags})
    assert (sentence.texts, sentence.length) == (("a b c d e",), 5)
    assert (sentence.labels, sentence.answer) == (("PER", "LOC", "LOC"), tuple(tags))


def test_a_task_and_rows_are_those_on_disk(tmp_path: Path) -> None:
    write_json(tmp_path / "task.json", TEXT_TASK)
    write_json_lines(tmp_path / "test.jsonl", [{"guid": "test:0", "text": "good", "label": "positive"}])
    assert read_task(tmp_path).ids == {"negative": 0, "positive": 1}
    assert list(read_rows(tmp_path / "test.jsonl")) == [Row("test:0", text="good", label="positive")]
    write_json(tmp_path / "task.json", {"kind": "single"})
    with pytest.raises(UserError, match=r"task.json: not a task \(.*'labels'.*; delete the file and run `dvc repro`"):
        read_task(tmp_path)
    write_json(tmp_path / "task.json", TEXT_TASK | {"metric": "loss"})
    with pytest.raises(UserError, match="task.json: metric: expected accuracy or entity_f1, found 'loss'"):
        scorer(read_task(tmp_path))
    write_json_lines(tmp_path / "test.jsonl", [{"text": "good"}])
    with pytest.raises(UserError, match=r"test.jsonl line 1: not a row \(.*'guid'"):
        list(read_rows(tmp_path / "test.jsonl"))


def stored(path: Path, guids: list[str], words: list[int]) -> Predictions:
    """Logits of so many words per row; each is the number of its row, and is 9 before training."""
    values = [np.full(5 * count, place, dtype=np.float32) for place, count in enumerate(words)]
    logits = pa.array([value * 0 + 9 for value in values] + values, pa.list_(pa.float32()))
    parquet.write_table(pa.table({
        "moment": ["before"] * len(guids) + ["after"] * len(guids), "split": ["test"] * 2 * len(guids),
        "guid": guids * 2, "logits": logits}), path)
    return Predictions.read(path, WORDS)


def test_logits_of_a_split_and_of_chosen_rows(tmp_path: Path) -> None:
    predictions = stored(tmp_path / "a.parquet", ["test:0", "test:1"], [2, 1])
    assert predictions.splits == {"test"}
    assert predictions.of_split("test", ROWS)[:, 0].tolist() == [0, 0, 1]
    assert predictions.of_split("test", ROWS, "before").shape == (3, 5)
    assert (predictions.of_split("test", ROWS, "before") == 9).all()
    assert predictions.of_rows(ROWS[::-1], moment="after")[:, 0].tolist() == [1, 0, 0]


@pytest.mark.parametrize(("guids", "words", "message"), [
    (["test:1", "test:0"], [1, 2], "the after rows of test are not those of the prepared data"),
    (["test:0"], [2], "the after rows of test are not those"),
    (["test:0", "test:1", "test:2"], [2, 1, 1], "the after rows of test are not those"),
    (["test:0", "test:1"], [2, 2], "the words or classes of some rows are not those of the prepared data")])
def test_predictions_of_other_rows_are_refused(
    tmp_path: Path, guids: list[str], words: list[int], message: str
) -> None:
    with pytest.raises(UserError, match=f"a.parquet: {message}.*; run `dvc repro` to predict them again"):
        stored(tmp_path / "a.parquet", guids, words).of_split("test", ROWS)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_logits_that_are_no_numbers_are_refused_by_cell_and_row(tmp_path: Path, value: float) -> None:
    stored(tmp_path / "scratch-1.parquet", ["test:0", "test:1"], [2, 1])
    lines = parquet.read_table(tmp_path / "scratch-1.parquet").to_pylist()
    lines[-1]["logits"][3] = value
    predictions = Predictions(tmp_path / "scratch-1.parquet", WORDS, pa.Table.from_pylist(
        lines, schema=parquet.read_schema(tmp_path / "scratch-1.parquet")))
    assert predictions.of_split("test", ROWS, "before").shape == (3, 5)
    with pytest.raises(UserError, match="scratch-1.parquet: expected finite logits, found nan or inf for test:1; set"):
        predictions.of_split("test", ROWS)


def test_predictions_that_are_missing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"b.parquet: no such file; run `dvc repro`"):
        Predictions.read(tmp_path / "b.parquet", WORDS)
    with pytest.raises(UserError, match="expected logits of test:1, found none"):
        stored(tmp_path / "a.parquet", ["test:0"], [2]).of_rows(ROWS, moment="after")


EVENTS = [
    {"kind": "start", "settings": {"lr": 0.1}, "recipe": {"method": "full"}, "inputs": {"train": "a"}, "numerics": {}},
    {"kind": "evaluation", "step": 0, "epoch": 0.0, "train": {"loss": 2.0}, "validation": {"loss": 3.0}},
    {"kind": "step", "step": 1, "epoch": 0.5, "loss": 1.5, "learning_rate": 0.1, "gradient_norm": None,
     "gradient_norms": {"head": 0.2}},
    {"kind": "end", "outcome": "finished", "steps": 1, "skipped_steps": 0, "best_step": 0, "parameters": 9,
     "trainable_parameters": 8}]


def test_a_history_by_hand(tmp_path: Path) -> None:
    write_json_lines(tmp_path / "history.jsonl", EVENTS)
    found = read_history(tmp_path / "history.jsonl")
    assert (found.summary.outcome, found.summary.trainable_parameters, found.summary.settings) == (
        "finished", 8, {"lr": 0.1})
    assert [event.step for event in found.measured] == [0, 1]
    assert found.kept == found.evaluations[0] == found.measured[0]
    assert found.steps[0].gradient_norms == {"head": 0.2}


@pytest.mark.parametrize("events", [EVENTS[:1], EVENTS[:-1], [*EVENTS[:2], {"kind": "other"}, EVENTS[-1]]])
def test_a_history_that_is_cut_off_is_refused(tmp_path: Path, events: list) -> None:
    write_json_lines(tmp_path / "history.jsonl", events)
    with pytest.raises(UserError, match=r"history.jsonl: not the history of a run \(.*; delete the file"):
        read_history(tmp_path / "history.jsonl")
