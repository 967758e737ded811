"""Stored logits of chosen rows, and the gold labels of rows."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as parquet

from stages.common.errors import UserError
from stages.metrics.task_scores import Labels

Row = dict[str, Any]


def gold_labels(rows: Sequence[Row], task: Row) -> Labels:
    """Class ids of prepared rows, and where each sentence ends among them."""
    ids = {tag: identifier for identifier, tag in enumerate(task["tags"])}
    if task["kind"] != "words":
        return Labels(np.array([ids[row["label"]] for row in rows], dtype=np.int64))
    tags = [row["tags"] for row in rows]
    return Labels(np.array([ids[tag] for of_row in tags for tag in of_row], dtype=np.int64),
                  np.cumsum([len(of_row) for of_row in tags]))


def stored_logits(path: Path, part: Mapping[str, str], rows: Sequence[Row], task: Row) -> np.ndarray:
    """Float32 [rows or words, classes] of ``rows``, from the lines of ``path`` whose columns are as ``part`` says.

    Raises:
        UserError: the file is missing, or lacks one of the rows or has it with another number of words.
    """
    if not path.is_file():
        raise UserError(f"{path}: no such file; run `dvc repro` to make the predictions")
    table = parquet.read_table(path, filters=[(column, "==", value) for column, value in part.items()])
    places = {guid: place for place, guid in enumerate(table["guid"].to_pylist())}
    classes = len(task["tags"])
    try:
        column = table.take([places[row["guid"]] for row in rows])["logits"].combine_chunks()
    except KeyError as missing:
        raise UserError(f"{path}: expected logits of {missing.args[0]}, found none; run `dvc repro` to predict again"
                        ) from None
    expected = [classes * len(row["tags"]) if task["kind"] == "words" else classes for row in rows]
    if column.value_lengths().to_pylist() != expected:
        raise UserError(f"{path}: rows of {', '.join(part.values())} have other words or classes than the prepared "
                        "ones; run `dvc repro` to predict again")
    return np.from_dlpack(column.flatten()).reshape(-1, classes)
