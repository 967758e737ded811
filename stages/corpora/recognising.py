"""The format of a file by its first lines: lines of text, a table, or words in columns."""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from stages.corpora.lines import excerpt, malformed, read_lines

HEAD = 1000  # lines by which a file is recognised
SEPARATORS = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "vertical bars"}
NAME_WORDS = 3  # at most in the name of a column; more are a sentence
TEXT_NAMES = ("text", "document", "review", "sentence", "content", "comment", "message", "tweet", "body",
              "텍스트", "글", "본문", "내용", "문장", "리뷰", "후기", "댓글", "문서", "메시지")
PAIR_NAMES = (("text", "text_pair"), ("premise", "hypothesis"), ("sentence1", "sentence2"), ("전제", "가설"))
_CONLL = re.compile(r"\S+(?:[ \t]+\S+)*[ \t]+(?:O|[BI]-\S+)[ \t]*")
_CONLL_U = re.compile(r"\d+(?:[-.]\d+)?(?:\t[^\t]+){9}")
# Tags of any scheme: a letter before or behind the type of an entity, or the type alone, which is longer than a letter.
_WITH_LETTER = tuple(map(re.compile, (r"[BIESLUM][-_/:.]\S+", r"\S+[-_/:.][BIESLUM]")))
_TYPE = re.compile(r"[^\W\d]\w+")
_ARRAY = re.compile(r'\s*\[\s*(?:\{\s*(?:"|$)|$)')  # of objects, printed on one line or several


def read_plain_texts(path: Path) -> Iterator[str]:
    """Yield the lines of a file of unlabeled text.

    Raises:
        UserError: its first lines are a table, JSON or words in columns, from which ids and labels would be learnt as
            text and leaked test texts would not be recognised; or :func:`read_lines` refuses it.
    """
    lines = read_lines(path)
    head = list(islice(lines, HEAD))
    found = next((f"a table with columns between {SEPARATORS[separator]}" for separator in SEPARATORS
                  if looks_like_table(head, separator) or looks_like_rows(head, separator)), "")
    found = found or ("words with tags in columns" if looks_like_tagged_words(head) else "")
    found = found or ("JSON objects" if _is_object(head[0] if head else "") else "")
    found = found or ("a JSON array" if begins_array(head[0] if head else "") else "")
    if found:
        raise malformed(path, 1, "one text per line", f"{found} in {excerpt(head[0])}",
                        "write the texts alone into a file, one per line")
    return chain(head, lines)


def header(line: str, separator: str) -> tuple[str, ...]:
    """The column names in a first line, () if it has broken quoting."""
    try:
        return tuple(name.strip() for name in next(csv.reader([line], delimiter=separator, strict=True), []))
    except csv.Error:
        return ()


def sample(head: Sequence[str], separator: str) -> list[list[str]]:
    """Fields of the rows below the header, as far as the first lines have them; quoting may be broken here."""
    try:
        rows = [row for row in csv.reader((line + "\n" for line in head), delimiter=separator) if row]
    except csv.Error:
        return []
    return rows[1:-1] if len(head) == HEAD and len(rows) > 2 else rows[1:]  # the last may be cut off


def looks_like_table(head: Sequence[str], separator: str) -> bool:
    """Whether all lines have as many fields as the first line, and that has column names.

    It has if one of its fields is a usual name of a text column, or if a column below it is numeric.
    """
    columns = header(head[0], separator) if head else ()
    rows = sample(head, separator)
    if len(columns) < 2 or not rows or any(len(row) != len(columns) for row in rows):
        return False
    if any((name and is_number(name)) or len(name.split()) > NAME_WORDS for name in columns):
        return False
    names = {column.lower() for column in columns}
    named = names & set(TEXT_NAMES) or any(names >= set(pair) for pair in PAIR_NAMES)
    return bool(named) or _has_numbers(rows)


def looks_like_rows(head: Sequence[str], separator: str) -> bool:
    """Whether all lines, including the first, have equally many fields, one of which is numeric throughout."""
    rows = [list(header(head[0], separator)) if head else [], *sample(head, separator)]
    return len(rows) > 1 and len({len(row) for row in rows}) == 1 < len(rows[0]) and _has_numbers(rows)


def _has_numbers(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a column is numeric and not empty."""
    return any(all(map(is_number, column)) and any(column) for column in zip(*rows, strict=True))


def looks_like_conll(head: Sequence[str]) -> bool:
    """Whether the lines are words with their tags, as CoNLL has them."""
    given = [line for line in head if line.strip()]
    tagged = len(given) > 1 and all(map(_CONLL.fullmatch, given)) and not all(
        line.split()[-1] == "O" for line in given)
    return bool(given) and (given[0].startswith("-DOCSTART-") or tagged)


def looks_like_tagged_words(head: Sequence[str]) -> bool:
    """Whether the lines are words with tags of any scheme, below comments and a line with names of columns or not.

    Beside what :func:`looks_like_conll` recognises, a line must have the tag O, so that no text counts for a tag by its
    hyphen.
    """
    lines = [line for line in head if line.strip() and not line.startswith("#")]
    return looks_like_conll(lines) or any(map(_are_tagged, (lines, lines[1:])))


def _are_tagged(lines: Sequence[str]) -> bool:
    if lines and all(map(_CONLL_U.fullmatch, lines)):
        return True
    rows = [line.split() for line in lines]
    widths = set(map(len, rows))
    if not widths or min(widths) < 2:
        return False
    last = [row[-1] for row in rows]
    if any(_are_tags(last, tag) for tag in _WITH_LETTER):
        return True
    return widths == {2} and (_are_tags([row[0] for row in rows], _WITH_LETTER[0]) or (
        5 * last.count("O") > len(last) and _are_tags(last, _TYPE)))


def _are_tags(values: Sequence[str], tag: re.Pattern[str]) -> bool:
    return {"O"} < set(values) and all(value == "O" or tag.fullmatch(value) for value in values)


def begins_array(line: str) -> bool:
    """Whether a JSON array of objects begins with this line, or the line is one of texts."""
    if _ARRAY.match(line):
        return True
    try:
        values = json.loads(line) if line.lstrip().startswith("[") else None
    except (ValueError, RecursionError):
        return False
    return bool(values) and all(isinstance(value, str) for value in values)


def is_number(value: str) -> bool:
    """Whether a field is a number, or empty."""
    try:
        float(value or "0")
    except ValueError:
        return False
    return True


def _is_object(line: str) -> bool:
    try:
        return line.lstrip().startswith("{") and isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
