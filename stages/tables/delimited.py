"""Tables of fields with a delimiter between them: CSV and its kin."""

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path

from stages.common.composing import composed
from stages.corpora.lines import excerpt, malformed
from stages.corpora.recognising import HEAD, NAME_WORDS, SEPARATORS, header, is_number, looks_like_conll
from stages.corpora.records import Table, delimited, quoting
from stages.settings.table import TableSettings
from stages.tables.encodings import Encoding, text_lines
from stages.tables.names import USUAL
from stages.tables.sources import REMEDY, Name, Record, Source

_RULE = re.compile(r" *(:?-+:?)? *")
_ABOVE = 20  # lines in which the names of columns may be


def fields_of(line: str, separator: str) -> Sequence[str]:
    """Those of a first line, whose quoting may be broken."""
    return [composed(name) for name in header(line, separator) or line.split(separator)]


def delimited_text(path: Path, encoding: Encoding, settings: TableSettings) -> Source:
    """Fields with a delimiter between them."""
    head = list(islice(text_lines(path, encoding), HEAD))
    if re.fullmatch("sep=.", head[0].strip('" ')):
        raise malformed(path, 1, "the names of the columns", excerpt(head[0]),
                        "remove this line, which only Excel reads")
    if settings.header is None:
        _refuse_lines_above(path, head)
    separator = settings.delimiter or _separator(path, head, settings)
    quoted = quoting(text_lines(path, encoding), separator, path) if settings.quoted is None else settings.quoted
    table = Table((), separator, quoted)
    rows = _first_rows(head, table)
    if not rows:
        raise malformed(path, 1, "a row of fields", excerpt(head[0]), "remove carriage returns (CR) and blank lines "
                        "from the start of the file")
    names = [composed(name.strip()) for name in rows[0]]
    has_header = _has_header(path, names, rows[1:], settings) if settings.header is None else settings.header
    columns: tuple[Name, ...] = tuple(names) if has_header else tuple(range(1, len(names) + 1))
    table = Table(tuple(names) if has_header else (), separator, quoted)
    expected = f"{len(names)} columns as in the {'header' if has_header else 'first row'}"
    remedy = f"{REMEDY}; a field with the delimiter or a line end in it stands in quotation marks"
    again = [name.lower() for name in names]

    def read() -> Iterator[Record]:
        header = has_header
        for number, fields in delimited(text_lines(path, encoding), table, path, expected, remedy):
            if not fields or (len(fields) == 1 < len(columns) and not fields[0].strip()):
                continue
            if header:
                header = False
                continue
            if has_header and composed(fields[0].strip()).lower().endswith(again[0]) and [
                    composed(field.strip().removeprefix("\ufeff")).lower() for field in fields] == again:
                raise malformed(path, number, "a row", "the names of the columns again", "remove the line")
            if separator == "|" and all(_RULE.fullmatch(field) for field in fields):
                raise malformed(path, number, "a row", f"the line of a table in Markdown, {excerpt('|'.join(fields))}",
                                "remove the line")
            if len(fields) != len(columns):
                raise malformed(path, number, expected, f"{len(fields)} in {excerpt(separator.join(fields))}",
                                _remedy_for(fields, columns, has_header, separator) or remedy)
            yield number, dict(zip(columns, fields, strict=True))

    between = SEPARATORS.get(separator, f"{separator!r}")
    how = Table(table.columns, separator if separator in SEPARATORS else ",", quoted).described()
    return Source(path, columns, (*encoding.described, f"columns between {between}", *how[1:]), read,
                  delimiter=separator if quoted and settings.quoted is None else "")


def _remedy_for(fields: Sequence[str], columns: Sequence[Name], has_header: bool, separator: str) -> str:
    """What to do about a row that has one field more than the header, in the ways in which programs write it."""
    one_more = has_header and len(fields) == len(columns) + 1
    if one_more and not fields[-1].strip():
        return f"remove the {separator!r} at the end of the rows, or write one at the end of the header"
    if one_more and fields[0].strip().isdecimal():
        return f"if rows begin with their number, as R writes them, begin the header with its name and {separator!r}"
    return ""


def _refuse_lines_above(path: Path, head: Sequence[str]) -> None:
    """Refuse a title, or comments, above the line that has the usual names of a text and of its label."""
    texts = {*USUAL["text"], *USUAL["tokens"], *USUAL["entities"]}
    for number, line in enumerate(head[:_ABOVE], start=1):
        for separator in SEPARATORS:
            names = {name.lower() for name in fields_of(line, separator)}
            if names & texts and names & {*USUAL["label"], *USUAL["tags"]} and len(names) > 1:
                if number > 1 and any(above.strip() for above in head[:number - 1]):
                    raise malformed(path, 1, f"the names of the columns, which are on line {number}", excerpt(head[0]),
                                    "remove the lines above them")
                return


def _first_rows(head: Sequence[str], table: Table) -> list[list[str]]:
    """Rows of the first lines, but for one that may be cut off; quoting may be broken here."""
    lines = (line + "\n" for line in head)
    rows = csv.reader(lines, delimiter=table.separator) if table.quoted else (
        line.split(table.separator) for line in head)
    found = []
    with suppress(csv.Error):  # which reading the file will tell
        found.extend(row for row in rows if row and row != [""])
    return found[:-1] if len(head) == HEAD and len(found) > 1 else found


def _separator(path: Path, head: Sequence[str], settings: TableSettings) -> str:
    """The delimiter that divides all first rows alike; of several, that of the extension, or of usual names."""
    wanted = {str(name).lower() for name in settings.columns.model_dump().values() if isinstance(name, str)} | {
        name for names in USUAL.values() for name in names}
    own = {".csv": ",", ".tsv": "\t", ".tab": "\t"}.get(path.suffix.lower(), "")
    even = [separator for separator in SEPARATORS if _is_even(head, separator) and not _is_prose(head, separator)]
    named = [separator for separator in SEPARATORS
             if len(fields := fields_of(head[0], separator)) > 1 and wanted & {name.lower() for name in fields}]
    both = [separator for separator in even if separator in named]
    for candidates in (both, named, even):
        if len(candidates) == 1:
            return candidates[0]
        if own in candidates:
            return own
    if even or named:
        raise malformed(path, 1, "one delimiter", " and ".join(SEPARATORS[each] for each in even or named),
                        "set delimiter under `table` in params.yaml")
    if looks_like_conll(head):
        raise malformed(path, 1, "a table of texts", f"words with tags, as {excerpt(head[0])}",
                        "set kind to words under `table` in params.yaml")
    if any(not line.strip() for line in head[:-1]):
        raise malformed(path, 1, "a table of texts", f"blank lines between others, the first of which is "
                        f"{excerpt(head[0])}", "of words with a tag each, set kind to words under `table` in "
                        "params.yaml; of texts, write one JSON object per line")
    raise malformed(path, 1, "columns between commas, tabs, semicolons or vertical bars, equally many in all rows",
                    excerpt(head[0]), "set delimiter under `table` in params.yaml, or write one JSON object per line")


def _is_prose(head: Sequence[str], separator: str) -> bool:
    """Whether the commas are those of sentences: a space follows every one."""
    return separator == "," and not any(re.search(",(?! )", line) for line in head)


def _is_even(head: Sequence[str], separator: str) -> bool:
    widths = ({len(row) for row in _first_rows(head, Table((), separator, quoted))} for quoted in (True, False))
    return any(len(found) == 1 and min(found) > 1 for found in widths)


def _has_header(path: Path, names: Sequence[str], rows: Sequence[Sequence[str]], settings: TableSettings) -> bool:
    """Whether the first row names the columns.

    Raises:
        UserError: it may or may not.
    """
    lower = {name.lower() for name in names}
    set_names = [name for name in chain(*([each] if not isinstance(each, list) else each
                                          for each in settings.columns.model_dump().values())) if name is not None]
    if any(isinstance(name, str) and name.lower() in lower for name in set_names):
        return True
    numbers = [name for name in names if name]
    counted = [str(number) for number in range(len(numbers) + 1)]
    if len(rows) > len(numbers) and (numbers == counted[:-1] or (  # as pandas names columns; and counted from 1
            len(numbers) > 1 and numbers == counted[1:])):
        return True
    whole = [[value.strip().removeprefix("\ufeff") for value in row] for row in rows if len(row) == len(names)]
    below = [set(column) for column in zip(*whole, strict=True)]
    # "y" is a usual name, and a usual label: where it repeats among few values it is no name.
    labels = {name for name, values in zip(names, below, strict=False)
              if name and name in values and len(values) <= max(len(whole) // 4, 2)}
    known = {name for name in names if any(name.lower() in usual for usual in USUAL.values())}
    again = names in whole  # two files in one, which is refused where they are read
    usual = bool(known - labels) or (again and known == set(names))
    if usual and (again or not labels):
        return True
    if any(isinstance(name, str) for name in set_names):
        return True
    if not usual:
        if any((name and is_number(name)) or len(name.split()) > NAME_WORDS for name in names):
            return False
        # A value that stands below again may still be a name: hate, of a column of hate and none.
        if not any(name and name in values for name, values in zip(names, below, strict=False)) and any(
                4 * len(values) <= len(rows) for values in below):  # labels, and none of them in the first row
            return True
    raise malformed(path, 1, "names of columns, or a first row of values", ", ".join(map(excerpt, names)),
                    "set header to true or false under `table` in params.yaml")
