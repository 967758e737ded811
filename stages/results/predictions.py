"""Logits that ``predict`` and ``stress`` stored for one cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet

from stages.common.errors import UserError
from stages.results.prepared import Row, Task

PHASES = ("before", "after")  # training; the column of the file is called moment
_SCHEMA = pa.schema([
    ("moment", pa.string()), ("split", pa.string()), ("guid", pa.string()), ("logits", pa.list_(pa.float32()))])
PREDICTIONS = "predictions.parquet"  # in the folder of a cell whose model no training stage made


def predictions_table(phase: str, split: str, guids: Sequence[str], logits: Sequence[np.ndarray]) -> pa.Table:
    """The lines of one split that a file has, from logits [classes] or [words, classes] of each row, flattened."""
    columns = [[phase] * len(guids), [split] * len(guids), guids, [row.ravel() for row in logits]]
    return pa.table(columns, schema=_SCHEMA)


@dataclass(frozen=True)
class Predictions:
    """The content of one Parquet file: logits of rows of several parts, which other columns tell apart."""

    path: Path
    task: Task
    table: pa.Table

    @classmethod
    def read(cls, path: Path, task: Task) -> "Predictions":
        """Read a file once.

        Raises:
            UserError: there is none.
        """
        if not path.is_file():
            raise UserError(f"{path}: no such file; run `dvc repro` to make the predictions")
        return cls(path, task, parquet.read_table(path))

    @property
    def splits(self) -> set[str]:
        """Names of the splits."""
        return set(self.table["split"].unique().to_pylist())

    def of_split(self, split: str, rows: Sequence[Row], phase: str = "after") -> np.ndarray:
        """Float32 logits [rows or words, classes] of ``rows``, which are all rows of a split, before or after training.

        Raises:
            UserError: the stored rows are others, or have other numbers of words or classes, or are no numbers.
        """
        part = self._part(moment=phase, split=split)
        if part["guid"].to_pylist() != [row.guid for row in rows]:
            raise self._refusal(f"the {phase} rows of {split} are not those of the prepared data")
        return self._logits(part, rows)

    def of_rows(self, rows: Sequence[Row], **part: str) -> np.ndarray:
        """The same of chosen ``rows``, in their order, from the lines whose columns have the values of ``part``.

        Raises:
            UserError: one of the rows is missing, or has another number of words or classes, or is no number.
        """
        table = self._part(**part)
        places = {guid: place for place, guid in enumerate(table["guid"].to_pylist())}
        if missing := next((row.guid for row in rows if row.guid not in places), ""):
            raise self._refusal(f"expected logits of {missing}, found none")
        return self._logits(table.take([places[row.guid] for row in rows]), rows)

    def _part(self, **part: str) -> pa.Table:
        table = self.table
        for column, value in part.items():
            table = table.filter(pc.field(column) == value)
        return table

    def _logits(self, part: pa.Table, rows: Sequence[Row]) -> np.ndarray:
        column, classes = part["logits"].combine_chunks(), len(self.task.tags)
        expected = [classes * (len(row.tags) if self.task.is_words else 1) for row in rows]
        if column.value_lengths().to_pylist() != expected:
            raise self._refusal("the words or classes of some rows are not those of the prepared data")
        logits = np.from_dlpack(column.flatten()).reshape(-1, classes)
        if not np.isfinite(logits).all():
            first = int(np.isfinite(logits).all(axis=1).argmin()) * classes
            guid = rows[int(np.searchsorted(np.cumsum(expected), first, side="right"))].guid
            raise UserError(f"{self.path}: expected finite logits, found nan or inf for {guid}; set "
                            "`training.precision` to fp32, or train this model again with a lower learning rate")
        return logits

    def _refusal(self, problem: str) -> UserError:
        return UserError(f"{self.path}: {problem}; run `dvc repro` to predict them again")
