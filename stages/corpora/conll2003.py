"""Reader of CoNLL-2003: a word and its columns per line, a blank line between sentences.

Format and corpus: Tjong Kim Sang and De Meulder, 2003, https://aclanthology.org/W03-0419. The original files use IOB1,
where an entity starts with ``B-`` only if it touches another of its type; common copies use IOB2, where every entity
does (Tjong Kim Sang and Veenstra, 1999, https://aclanthology.org/E99-1023).
"""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from stages.corpora.lines import excerpt, malformed, read_lines
from stages.corpora.rows import Row
from stages.corpora.tasks import TASKS

TYPES = TASKS["conll2003"].labels
DOCUMENT_START = "-DOCSTART-"
# Not str.split: it also breaks at spaces, such as U+00A0, that belong to a word.
COLUMN_BREAK = re.compile("[ \t]+")
TAG = re.compile("O|[BI]-(.+)")


class _Token(NamedTuple):
    line: int
    document: int
    word: str
    tag: str


def read(path: Path) -> Iterator[Row]:
    """Yield every sentence with IOB2 tags, whichever of IOB1 and IOB2 the file uses; ``-DOCSTART-`` is no sentence.

    The word is the first of two or more columns and the tag the last; all lines have the same number of columns.
    """
    for between, group in groupby(_tokens(path), key=lambda token: token is None):
        if not between:
            lines, documents, words, tags = zip(*group, strict=True)
            # Before the first mark, if there is one at all, no document is known.
            yield Row(lines[0], words=words, tags=_iob2(tags), group=str(documents[0] or ""))


def _tokens(path: Path) -> Iterator[_Token | None]:
    """Yield the tokens with the number of their document, and None between sentences."""
    width = document = 0
    for number, line in enumerate(read_lines(path), start=1):
        columns = COLUMN_BREAK.split(line.strip(" \t"))
        document += columns[0] == DOCUMENT_START
        if columns[0] in ("", DOCUMENT_START):
            yield None
            continue
        width = width or len(columns)
        if width < 2 or len(columns) != width:
            expected = "2 or more columns (word ... tag)" if width < 2 else f"{width} columns as in the lines before"
            raise malformed(path, number, expected, f"{len(columns)} in {excerpt(line)}", "restore the line")
        _check(columns[-1], path, number)
        yield _Token(number, document, columns[0], columns[-1])


def _check(tag: str, path: Path, number: int) -> None:
    match = TAG.fullmatch(tag)
    if not match:
        raise malformed(path, number, "the tag O, B-TYPE or I-TYPE", excerpt(tag), "convert the tags to IOB1 or IOB2")
    if tag != "O" and match[1] not in TYPES:
        raise malformed(path, number, f"an entity type among {', '.join(TYPES)}", excerpt(tag),
                        "correct the tag, which stands in the last column")


def _iob2(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Spell the first tag of every entity with ``B-``; reading IOB1 and IOB2 by one rule makes guessing needless."""
    return tuple(
        f"B-{tag[2:]}" if tag != "O" and previous[2:] != tag[2:] else tag
        for previous, tag in zip(("O", *tags), tags, strict=False)
    )
