"""Encoded splits on disk: Arrow files that are memory-mapped, read without copying a row."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from stages.common.errors import UserError, not_made

IGNORED_LABEL = -100  # the index that torch.nn.CrossEntropyLoss skips by default


@dataclass(frozen=True)
class Ragged:
    """Sequences of differing lengths: one flat array and where each sequence starts in it."""

    values: np.ndarray
    offsets: np.ndarray

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> np.ndarray:
        return self.values[self.offsets[row] : self.offsets[row + 1]]

    @property
    def lengths(self) -> np.ndarray:
        """Length of every sequence."""
        return np.diff(self.offsets)

    def first(self, rows: int) -> "Ragged":
        """The first ``rows`` sequences."""
        return Ragged(self.values, self.offsets[: rows + 1])


@dataclass(frozen=True)
class EncodedSplit:
    """One split as a model takes it.

    Attributes:
        guids: guid per row; windows of one long sentence share theirs and follow one another.
        input_ids, token_type_ids: int32 per token.
        labels: int per row, or per token as :class:`Ragged` for ``words``.
        word_index: for ``words``, position of the word that a token stands for, -1 for the other tokens.
    """

    guids: list[str]
    input_ids: Ragged
    token_type_ids: Ragged
    labels: Any
    word_index: Ragged | None

    def __len__(self) -> int:
        return len(self.guids)

    def first_guids(self, count: int) -> "EncodedSplit":
        """The rows of the first ``count`` distinct guids, 0 for all."""
        rows = _rows_of_first_guids(self.guids, count) if count else len(self)
        labels = self.labels.first(rows) if isinstance(self.labels, Ragged) else self.labels[:rows]
        return EncodedSplit(
            self.guids[:rows], self.input_ids.first(rows), self.token_type_ids.first(rows), labels,
            self.word_index and self.word_index.first(rows),
        )


def _rows_of_first_guids(guids: list[str], count: int) -> int:
    seen = 0
    for row, guid in enumerate(guids):
        seen += row == 0 or guid != guids[row - 1]
        if seen > count:
            return row
    return len(guids)


def read_split(folder: Path, split: str, count: int = 0, places: Sequence[int] | None = None) -> EncodedSplit:
    """Open ``folder/<split>.arrow`` (an Arrow stream, as ``datasets.Dataset.from_file`` opens it too).

    Of ``count`` other than 0, the rows of the first so many distinct guids alone take memory; or of ``places``, those
    of the distinct guids at these places, in their order.

    Raises:
        UserError: the file is missing or is no Arrow stream.
    """
    path = folder / f"{split}.arrow"
    try:
        with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as stream:
            last = count if places is None else max(places) + 1
            table = pa.Table.from_batches(_batches(stream, last), stream.schema)
    except FileNotFoundError:
        raise not_made(path) from None
    except pa.ArrowInvalid as error:
        raise UserError(f"{path}: not an Arrow file ({error}); delete it and run `dvc repro`") from None
    if places is not None:
        table = table.take(_rows_at(table["guid"].to_pylist(), places))
    labels = _column(table, "labels")
    words = _column(table, "word_index") if "word_index" in table.column_names else None
    found = EncodedSplit(
        table["guid"].to_pylist(), _column(table, "input_ids"), _column(table, "token_type_ids"), labels, words
    )
    return found.first_guids(count)


def _rows_at(guids: list[str], places: Sequence[int]) -> np.ndarray:
    starts = [row for row, guid in enumerate(guids) if row == 0 or guid != guids[row - 1]]
    ends = [*starts[1:], len(guids)]
    return np.concatenate([np.arange(starts[place], ends[place]) for place in places])


def _batches(stream: Iterable[pa.RecordBatch], count: int) -> Iterator[pa.RecordBatch]:
    """The batches up to the one that begins after more than ``count`` distinct guids, all of them for 0."""
    seen: set[str] = set()
    for batch in stream:
        yield batch
        if count:
            seen.update(batch["guid"].to_pylist())
        if len(seen) > count > 0:
            return


def _column(table: pa.Table, name: str) -> Any:
    column = table[name].combine_chunks()
    # `to_numpy` would import pandas, which takes longer than reading a file.
    if not pa.types.is_list(column.type):
        return np.from_dlpack(column)
    return Ragged(np.from_dlpack(column.values), np.from_dlpack(column.offsets))
