"""A row as a reader yields it and as ``data/prepared`` stores it."""

import marshal
import operator
import os
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from stages.common.example import Content


@dataclass(frozen=True, slots=True)
class Row(Content):
    """One labelled example, traceable to its line in the raw file.

    Attributes:
        line: 1-based line number at which the example starts in its raw file.
        dropped: why the example is not used, "" if it is.
    """

    line: int
    dropped: str = ""

    def prepared(self, split: str) -> dict[str, object]:
        """JSON form with a stable guid such as ``train:17``."""
        return self.stored(f"{split}:{self.line}")


class RowStore:
    """Rows of a file in their order, on disk: 8 bytes of memory a row, whatever it says.

    The file has no name, so it is gone when the store is, or the process; ``folder`` is where it takes its room.
    """

    _FIELDS = tuple(field.name for field in fields(Row))
    _values = operator.attrgetter(*_FIELDS)

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - open as long as the store is
        self._ends = array("Q", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def add(self, row: Row) -> None:
        """Append a row that is not dropped."""
        written = marshal.dumps(self._values(row))
        self._file.write(written)
        self._ends.append(self._ends[-1] + len(written))

    def rows(self, order: Iterable[int]) -> Iterator[Row]:
        """Yield the rows with these numbers, from 0, in this order."""
        self._file.flush()
        for place in order:
            start = self._ends[place]
            values = marshal.loads(os.pread(self._file.fileno(), self._ends[place + 1] - start, start))  # noqa: S302
            yield Row(**dict(zip(self._FIELDS, values, strict=True)))
