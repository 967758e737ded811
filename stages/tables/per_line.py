"""Text with a label and a text, or a word and its tag, on each line."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from stages.corpora.lines import excerpt, malformed
from stages.corpora.recognising import HEAD
from stages.settings.table import TableSettings
from stages.tables.encodings import Encoding, text_lines
from stages.tables.sources import REMEDY, SETTINGS, Record, Source
from stages.tables.tags import LETTERS

FASTTEXT = re.compile(r"__label__(\S+) +(.*)")
_COLUMN_BREAK = re.compile("[ \t]+")
_TAG = re.compile(rf"[{LETTERS}]-\S+")


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


def conll(path: Path, encoding: Encoding, _: TableSettings) -> Source:
    """Words in columns between spaces or tabs; a blank line, and a line of ``-DOCSTART-``, ends a sentence."""
    head = [line for line in islice(text_lines(path, encoding), HEAD)
            if line.strip() and not line.startswith("-DOCSTART-")]
    tabs = all("\t" in line for line in head)

    def split(line: str) -> list[str]:
        return line.rstrip(" \t").split("\t") if tabs else _COLUMN_BREAK.split(line.strip(" \t"))

    rows = [split(line) for line in head if not line.startswith("#")]
    widths = list(map(len, rows))
    width = max(set(widths), key=widths.count) if widths else 0
    if width < 2:
        first = next(line for line in text_lines(path, encoding) if line.strip())
        raise malformed(path, 1, "a word and its tag in columns between spaces or tabs", excerpt(first),
                        "write one word with its tag per line, and a blank line after every sentence; of a table with "
                        f"column names, set columns.tokens and columns.tags {SETTINGS}")
    headings = any(map(is_heading, head))
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
            elif line.startswith("#") and (len(values) != width or (begins and is_comment(values))):
                continue
            elif len(values) != width:
                raise malformed(path, number, f"{width} columns as in other lines", f"{len(values)} in {excerpt(line)}",
                                "restore the line")
            else:
                begins = False
                yield number, dict(enumerate(values, start=1)) | {"document": document, "heading": heading}

    unit, between = "character" if characters else "word", "tabs" if tabs else "spaces"
    return Source(path, tuple(range(1, width + 1)),
                  (*encoding.described, f"a {unit} per line, {width} columns between {between}"), read,
                  sentences=True, characters=characters)
