"""Further test sets and genres: which rows are compared, counted by hand."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from stages.common.files import write_json, write_json_lines
from stages.evaluate import pairs
from stages.metrics.evaluation import TaskEvaluation, TaskGold
from stages.results.cards import EncodedSplit, EncodingCard
from stages.settings.evaluation import EvaluationSettings
from stages.settings.grid import Grid
from tests.tiny import TEXT_TASK

GRID = Grid(tasks=("any",), tunings=("full",), seeds=(1,))
SETTINGS = EvaluationSettings(resamples=100, bootstrap_seed=1)
ARMS = pairs(GRID, GRID.rivals)
CARD = EncodingCard(max_length=8, vocabulary=10, origin={}, splits={
    split: EncodedSplit(rows=1, tokens=3, truncated_rows=0, unknown_tokens=0, split_sentences=0, lengths={})
    for split in ("validation", "test", "test_mismatched")})
# Gold is always "positive", so a 1 is a right prediction. By split: (genre, pre-trained right, scratch right).
ROWS = {
    "validation": [("", 1, 1)],
    "test": [("fiction", 1, 0), ("travel", 1, 1), ("fiction", 1, 1), ("", 0, 0), ("travel", 0, 1)],
    "test_mismatched": [("letters", 1, 0), ("letters", 1, 1), ("oup", 0, 1), ("oup", 1, 0)],
}


def write(root: Path, rows: dict[str, list[tuple[str, int, int]]]) -> TaskEvaluation:
    prepared, predictions = root / "prepared", root / "predictions"
    prepared.mkdir()
    predictions.mkdir()
    write_json(prepared / "task.json", TEXT_TASK | {"splits": ["train", *rows]})
    for split, examples in rows.items():
        write_json_lines(prepared / f"{split}.jsonl", (
            {"guid": f"{split}:{line}", "label": "positive"} | ({"genre": genre} if genre else {})
            for line, (genre, *_) in enumerate(examples)))
    for position, cell in enumerate(GRID.cells, start=1):
        table = [(moment, split, f"{split}:{line}", [0.0, 1.0] if example[position] else [1.0, 0.0])
                 for moment in ("before", "after") for split, examples in rows.items()
                 for line, example in enumerate(examples)]
        names = ("moment", "split", "guid", "logits")
        columns = dict(zip(names, zip(*table, strict=True), strict=True))
        parquet.write_table(
            pa.table({name: list(values) for name, values in columns.items()}).set_column(
                3, "logits", pa.array([np.float32(row) for row in columns["logits"]], pa.list_(pa.float32()))),
            predictions / f"{cell}.parquet")
    evaluation = TaskEvaluation(TaskGold.read(prepared, CARD), predictions, SETTINGS)
    for cell in GRID.cells:
        evaluation.cell(cell)
    return evaluation


def test_every_further_test_set_and_every_genre(tmp_path: Path) -> None:
    found = [(part.split, part.genre, part.rows, compared.first, compared.second, compared.difference)
             for part in write(tmp_path, ROWS).slices(ARMS) for compared in part.comparisons.values()]
    assert found == [
        ("test", "fiction", 2, 1.0, 0.5, 0.5),
        ("test", "travel", 2, 0.5, 1.0, -0.5),
        ("test_mismatched", "", 4, 0.75, 0.5, 0.25),
        ("test_mismatched", "letters", 2, 1.0, 0.5, 0.5),
        ("test_mismatched", "oup", 2, 0.5, 0.5, 0.0),
    ]


def test_the_headline_is_that_of_test_alone(tmp_path: Path) -> None:
    compared = write(tmp_path, ROWS).headline(*ARMS["full"])
    assert (compared.first, compared.second) == (0.6, 0.6)


@pytest.mark.parametrize("genre", ["", "fiction"])
def test_one_genre_is_no_slice(tmp_path: Path, genre: str) -> None:
    rows = {split: [(genre, *right) for _, *right in examples] for split, examples in ROWS.items()}
    del rows["test_mismatched"]
    assert write(tmp_path, rows).slices(ARMS) == []
