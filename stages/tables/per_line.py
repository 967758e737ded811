"""Text with a label and a text, or a word and its tag, on each line."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from stages.common.composing import composed
from stages.corpora.lines import excerpt, malformed
from stages.corpora.recognising import HEAD
from stages.settings.table import TableSettings
from stages.tables.encodings import Encoding, text_lines
from stages.tables.names import USUAL
from stages.tables.sources import DOCUMENT, HEADING, REMEDY, SETTINGS, Name, Record, Source
from stages.tables.tags import LETTERS

FASTTEXT = re.compile(r"__label__(\S+) +(.*)")
_COLUMN_BREAK = re.compile("[ \t]+")
_TAG = re.compile(rf"[{LETTERS}]-\S+")
_SET_HEADER = f"set header to true or false {SETTINGS}"


def fasttext(path: Path, encoding: Encoding, _: TableSettings) -> Source:
    """A label and a text per line, as fastText has them: ``__label__positive a fine film``."""
    def read() -> Iterator[Record]:
        for number, line in enumerate(text_lines(path, encoding), start=1):
            found = FASTTEXT.fullmatch(line)
            if found and not found[2].startswith("__label__"):
                yield number, {"label": found[1], "text": found[2]}
            elif line.strip():
                raise malformed(path, number, "one label and a text, __label__name text", excerpt(line), REMEDY)

    return Source(path, ("label", "text"), (*encoding.described, "a label and a text per line, as fastText has them"),
                  read)


def is_heading(line: str) -> bool:
    """Whether a line names the sentence below it, as in KLUE: ``## identifier``, and after a tab the sentence."""
    return line.startswith("## ")


def names_columns(rows: Sequence[Sequence[str]], settings: TableSettings) -> bool | None:
    """Whether the first row of words with tags has the names of the columns; None if it may be a word.

    It has if it names a column of words and one of tags, and the latter's name is no tag of another row below.
    """
    if settings.header is not None or not rows:
        return bool(settings.header)
    lower = [composed(name.strip()).lower() for name in rows[0]]
    wanted = {name.lower() for name in (settings.columns.tokens, settings.columns.tags) if isinstance(name, str)}
    if wanted & set(lower):
        return True
    ends = [place - len(lower) for place, name in enumerate(lower) if name in USUAL["tags"]]  # Kaggle's `Sentence #`
    ends = [end for end in ends if all(
        row[end] != rows[0][end] or row == rows[0] for row in rows[1:] if len(row) >= -end)]
    if not ends:
        return False
    return True if set(lower) & set(USUAL["tokens"]) else None


def conll(path: Path, encoding: Encoding, settings: TableSettings) -> Source:
    """Words in columns between spaces or tabs; a blank line, and a line of ``-DOCSTART-``, ends a sentence.

    The first line may have the names of the columns.

    Raises:
        UserError: it may have them or not, or there are no columns.
    """
    head = {number: line for number, line in islice(enumerate(text_lines(path, encoding), start=1), HEAD)
            if line.strip() and not line.startswith("-DOCSTART-")}
    # no tag has a space in it: where all do, words are before a tab, and more columns between spaces
    tabs = all("\t" in line for line in head.values()) and not all(
        " " in line.rstrip().rpartition("\t")[2] for line in head.values())

    def split(line: str) -> list[str]:
        return line.rstrip(" \t").split("\t") if tabs else _COLUMN_BREAK.split(line.strip(" \t"))

    start = next((number for number, line in head.items() if not line.startswith("#")), 0)
    rows = [split(line) for line in head.values() if not line.startswith("#")]
    named = names_columns(rows, settings)
    if named is None:
        raise malformed(path, start, "names of columns, or a word and its tag", excerpt(head[start]), _SET_HEADER)
    names = rows.pop(0) if named else []
    widths = list(map(len, rows))
    width = max(set(widths), key=widths.count) if widths else 0
    if width < 2:
        first = next(line for line in text_lines(path, encoding) if line.strip())
        raise malformed(path, 1, "a word and its tag in columns between spaces or tabs", excerpt(first),
                        "write one word with its tag per line, and a blank line after every sentence; of a table with "
                        f"column names, set columns.tokens and columns.tags {SETTINGS}")
    if names and len(names) != width:
        raise malformed(path, start, f"a name for each of {width} columns", f"{len(names)} in {excerpt(head[start])}",
                        "write as many names as words have columns, without spaces, or remove the line")
    columns: tuple[Name, ...] = tuple(composed(name.strip()) for name in names) or tuple(range(1, width + 1))
    headings = any(map(is_heading, head.values()))
    last = {row[-1] for row in rows}
    characters = all(len(row[0]) < 2 for row in rows) and (headings or any(not row[0].strip() for row in rows))

    def is_comment(values: list[str]) -> bool:
        """Whether a line with as many columns as words have is none: "#" stands alone, and no tag is at the end."""
        return not values[0].strip("#") and values[-1] not in last and not _TAG.fullmatch(values[-1])

    def read() -> Iterator[Record | None]:
        document, heading, begins = 0, "", True
        for number, line in enumerate(text_lines(path, encoding), start=1):
            values = split(line)
            if not line.strip() or line.startswith("-DOCSTART-"):
                document += bool(line.strip())
                heading, begins = "", True
                yield None
            elif is_heading(line) and (characters or len(values) != width or " " in values[0]):
                heading = line.removeprefix("## ")
                yield None
            elif (number == start and names) or (
                    line.startswith("#") and (len(values) != width or (begins and is_comment(values)))):
                continue
            elif values == names:
                raise malformed(path, number, "a word and its tag", "the names of the columns again",
                                f"remove the line; if it is a word, {_SET_HEADER}")
            elif len(values) != width:
                raise malformed(path, number, f"{width} columns as in other lines", f"{len(values)} in {excerpt(line)}",
                                "restore the line")
            else:
                begins = False
                yield number, dict(zip(columns, values, strict=True)) | {DOCUMENT: document, HEADING: heading}

    unit, between = "character" if characters else "word", "tabs" if tabs else "spaces"
    return Source(path, columns, (*encoding.described, f"a {unit} per line, {width} columns between {between}",
                                  *["column names on the first line"] * bool(names)), read,
                  sentences=True, characters=characters)
