"""A row as a reader yields it and as ``data/prepared`` stores it."""

import marshal
import operator
import os
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Fields of a stored row, in their order.
_STORED = ("text", "text_pair", "label", "words", "tags", "source_id", "genre", "group")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What an example says, whether a reader yields it or ``data/prepared`` stores it.

    Attributes:
        text: the text, "" for ``words``.
        label: label name, "" for ``words``.
        text_pair: second text of a ``pair``.
        words, tags: the words and their IOB2 tags, of equal length, for ``words``.
        genre: genre where the corpus names it.
        source_id: the corpus's own identifier, "" where it has none.
        group: what this row shares with others of its file, such as a document or a premise, "" where the corpus does
            not tell; rows of one group are no independent samples.
    """

    text: str = ""
    label: str = ""
    text_pair: str = ""
    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    genre: str = ""
    group: str = ""
    source_id: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """The text, both texts of a pair, or the words of a sentence joined by spaces."""
        if self.words:
            return (" ".join(self.words),)
        return (self.text, self.text_pair) if self.text_pair else (self.text,)

    @property
    def length(self) -> int:
        """Words of a sentence, else characters of the text or of both."""
        return len(self.words) or len(self.text) + len(self.text_pair)

    @property
    def joined(self) -> str:
        """All text, that of a pair on two lines."""
        return "\n".join(self.texts)

    @property
    def labels(self) -> tuple[str, ...]:
        """The label; of words the type of each entity, of which each begins with one ``B-`` tag in IOB2."""
        return tuple(tag[2:] for tag in self.tags if tag.startswith("B-")) if self.words else (self.label,)

    @property
    def content(self) -> dict[str, Any]:
        """JSON form; absent fields are left out, but not the text of a pair."""
        content = {name: list(value) if isinstance(value, tuple) else value
                   for name, value in ((name, getattr(self, name)) for name in _STORED)}
        return {name: value for name, value in content.items() if value or (name == "text" and self.text_pair)}

    @property
    def answer(self) -> str | tuple[str, ...]:
        """The label; of words their tags."""
        return self.tags or self.label


@dataclass(frozen=True, slots=True)
class Row(Content):
    """One labelled example, traceable to its line in the raw file.

    Attributes:
        line: 1-based line number at which the example starts in its raw file.
        dropped: why the example is not used, "" if it is.
    """

    line: int
    dropped: str = ""

    def prepared(self, split: str) -> dict[str, Any]:
        """JSON form with a stable guid such as ``train:17``."""
        return {"guid": f"{split}:{self.line}"} | self.content


class RowStore:
    """Rows of a file in their order, on disk: 8 bytes of memory a row, whatever it says.

    The file has no name, so it is gone when the store is, or the process; ``folder`` is where it takes its room.
    """

    _FIELDS = ("line", "text", "text_pair", "label", "words", "tags", "source_id", "genre", "group")
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
