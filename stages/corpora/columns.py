"""Which columns of a CoNLL file hold the word and its tag.

The format (Tjong Kim Sang and De Meulder, 2003, https://aclanthology.org/W03-0419) has the word first and the tag last.
Copies put a running number before the word, or the tag first; the whole file decides which.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from stages.corpora.lines import malformed

REMEDY = "write the columns as in CoNLL-2003: the word first, its tag last"


@dataclass(frozen=True)
class Columns:
    """Positions of word and tag among ``width`` columns, and the number of leading columns with running numbers."""

    width: int
    word: int
    tag: int
    numbers: int = 0

    def described(self) -> tuple[str, ...]:
        """How lines are read, for people."""
        place = f"word from column {self.word + 1} and tag from column {self.tag + 1} of {self.width}"
        return (place, "running numbers before the word left out") if self.numbers else (place,)


def find_columns(
    tokens: Iterable[tuple[int, Sequence[str] | None]], is_tag: Callable[[str], bool], path: Path
) -> Columns | None:
    """The columns of word and tag in lines of equal width; None if lines differ in width or there are none.

    ``tokens`` are line numbers with the columns of a word, or None between sentences.

    Raises:
        UserError: the word's column is ambiguous.
    """
    columns: list[_Column] = []
    between = True
    first = 0
    for number, values in tokens:
        if values is None:
            between = True
            continue
        first = first or number
        columns = columns or [_Column() for _ in values]
        if len(values) != len(columns):
            return None
        for column, value in zip(columns, values, strict=True):
            column.see(value, between, is_tag)
        between = False
    return _find_word_and_tag(columns, path, first) if len(columns) > 1 else None


class _Column:
    """What all values of one column have in common."""

    def __init__(self) -> None:
        self.tags = self.integers = self.running = True
        self.values: set[str] = set()
        self._last = 0

    def see(self, value: str, begins_sentence: bool, is_tag: Callable[[str], bool]) -> None:
        self.tags = self.tags and is_tag(value)
        self.values.add(value)
        self.integers = self.integers and value.isdecimal()
        if self.integers and self.running:
            number = int(value)
            in_turn = number in (self._last, self._last + 1) if self.values != {value} else number in (0, 1)
            self.running = in_turn or (begins_sentence and number in (0, 1))
            self._last = number


def _find_word_and_tag(columns: Sequence[_Column], path: Path, first: int) -> Columns:
    width = len(columns)
    tags = [place for place, column in enumerate(columns) if column.tags and column.values != {"O"}]
    # Without one, the last: the error about its first tag says what is wrong.
    tag = tags[0] if len(tags) == 1 and not columns[-1].tags else width - 1
    words = [place for place in range(width) if place != tag]
    numbers = 0
    while len(words) > 1 and columns[words[0]].integers and columns[words[0]].running:
        words, numbers = words[1:], numbers + 1
    word = words[0]
    where = f"the word in column {word + 1} of {width}"
    if len(words) > 1 and tag != width - 1:
        raise malformed(path, first, "the word in the first column and its tag in the last",
                        f"the tags in column {tag + 1} of {width}", REMEDY)
    if len(words) > 1 and columns[word].integers and len(columns[word].values) > 2:
        raise malformed(path, first, where, "nothing but numbers there", REMEDY)
    richest = max(words, key=lambda place: len(columns[place].values))
    if len(columns[richest].values) > 2 * len(columns[word].values):
        raise malformed(path, first, where, f"{len(columns[word].values)} distinct values there and "
                        f"{len(columns[richest].values)} in column {richest + 1}", REMEDY)
    return Columns(width, word, tag, numbers)
