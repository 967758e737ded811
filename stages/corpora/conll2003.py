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

from stages.corpora.columns import Columns, find_columns
from stages.corpora.labels import unknown_label
from stages.corpora.lines import excerpt, malformed, read_lines
from stages.corpora.recognising import header
from stages.corpora.records import names_columns
from stages.corpora.rows import Row
from stages.corpora.tasks import TASKS

TYPES, TAGS = TASKS["conll2003"].labels, TASKS["conll2003"].tags
DOCUMENT_START = "-DOCSTART-"
# Not str.split: it also breaks at spaces, such as U+00A0, that belong to a word.
COLUMN_BREAK = re.compile("[ \t]+")
TAG = re.compile("O|[BI]-(.+)")
LONGEST_MEAN = 150  # words per sentence of a file; in the published ones it is 15, and 200 per document
FEWEST = 20  # sentences of one word each that are no accident


class _Token(NamedTuple):
    line: int
    document: int
    word: str
    tag: str


def read(path: Path) -> Iterator[Row]:
    """Yield every sentence with IOB2 tags, whether the file uses IOB1 or IOB2; ``-DOCSTART-`` is not a sentence.

    The word is in the first of two or more columns and the tag in the last, unless :func:`find_columns` finds them
    elsewhere; all lines have the same number of columns.

    Raises:
        UserError: blank lines do not separate sentences.
    """
    _refuse_other_formats(path)
    count = total = 0
    for between, group in groupby(_tokens(path), key=lambda token: token is None):
        if not between:
            lines, documents, words, tags = zip(*group, strict=True)
            count, total = count + 1, total + len(words)
            # Before the first mark, if there is one at all, no document is known.
            yield Row(lines[0], words=words, tags=_iob2(tags), group=str(documents[0] or ""))
    _check_breaks(count, total, path)


def _refuse_other_formats(path: Path) -> None:
    """Refuse JSON lines and CSV, whose first line could pass for a word with columns."""
    first = next(read_lines(path), "")
    fields = header(first, ",")
    found = ("a JSON object" if first.startswith("{") else
             "columns between commas" if len(fields) > 2 and all(fields) and names_columns(first) else "")
    if found:
        raise malformed(path, 1, "a word and its columns between spaces or tabs", f"{found} in {excerpt(first)}",
                        "write one word with its tag last per line, and a blank line after every sentence")


def _check_breaks(sentences: int, words: int, path: Path) -> None:
    """Refuse a file whose sentences are documents, or single words."""
    if words > LONGEST_MEAN * sentences or words == sentences >= FEWEST:
        raise malformed(path, 1, "blank lines between sentences and nowhere else",
                        f"{words:,} words in {sentences:,} sentence{'s' * (sentences > 1)}",
                        "separate the sentences, and only them, by blank lines")


def describe(path: Path) -> tuple[str, ...]:
    """How :func:`read` reads the file."""
    found = _columns(path)
    return found.described() if found else ()


def _columns(path: Path) -> Columns | None:
    return find_columns(((number, values) for number, _, values in _split(path)), _is_tag, path)


def _split(path: Path) -> Iterator[tuple[int, str, list[str] | None]]:
    """Yield number, text and columns of every line; between sentences there are no columns."""
    for number, line in enumerate(read_lines(path), start=1):
        values = COLUMN_BREAK.split(line.strip(" \t"))
        yield number, line, None if values == [""] or DOCUMENT_START in values else values


def _tokens(path: Path) -> Iterator[_Token | None]:
    """Yield the tokens with the number of their document, and None between sentences."""
    columns = _columns(path)
    width = columns.width if columns else 0
    word, tag = (columns.word, columns.tag) if columns else (0, -1)
    document = 0
    for number, line, values in _split(path):
        if values is None:
            document += DOCUMENT_START in line
            yield None
            continue
        width = width or len(values)
        if width < 2 or len(values) != width:
            expected = ("2 or more columns (word ... tag) between spaces or tabs" if width < 2 else
                        f"{width} columns as in the lines before")
            raise malformed(path, number, expected, f"{len(values)} in {excerpt(line)}", "restore the line")
        _check(values[tag], path, number)
        yield _Token(number, document, values[word], values[tag])


def _is_tag(value: str) -> bool:
    match = TAG.fullmatch(value)
    return bool(match) and (value == "O" or match[1] in TYPES)


def _check(tag: str, path: Path, number: int) -> None:
    if _is_tag(tag):
        return
    if TAG.fullmatch(tag):
        raise unknown_label(path, number, tag, TAGS, f"an entity type among {', '.join(TYPES)}",
                            "correct the tag, or put the tags into the last column")
    raise unknown_label(path, number, tag, TAGS, "the tag O, B-TYPE or I-TYPE",
                        "convert the tags to IOB1 or IOB2; remove a line of column names")


def _iob2(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Spell the first tag of every entity with ``B-``; reading IOB1 and IOB2 by one rule makes guessing needless."""
    return tuple(
        f"B-{tag[2:]}" if tag != "O" and previous[2:] != tag[2:] else tag
        for previous, tag in zip(("O", *tags), tags, strict=False)
    )
