"""Records of a table as text: JSON lines, or fields with a separator, with or without the quoting of CSV.

A file is recognised before it is read. Fields are quoted as in RFC 4180: a field with a quotation mark, a separator or
a line end in it stands in quotation marks, and those within are doubled.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from stages.common.composing import composed
from stages.common.errors import UserError
from stages.corpora.lines import excerpt, is_unicode, malformed, read_lines
from stages.corpora.recognising import HEAD, NAME_WORDS, SEPARATORS, header, is_number

REMEDY = "restore the row or remove it"
csv.field_size_limit(1 << 24)  # characters: bounds the memory for a quotation mark that is left open


@dataclass(frozen=True)
class Table:
    """How a file holds its records.

    Attributes:
        columns: names of the columns by the header, () without one.
        separator: what stands between fields, "" for JSON lines.
        quoted: whether quotation marks around fields belong to the format and not to the texts.
    """

    columns: tuple[str, ...] = ()
    separator: str = ""
    quoted: bool = False

    def described(self) -> tuple[str, ...]:
        """How the table is read, for people."""
        if not self.separator:
            return ("one JSON object per line",)
        quotes = "quotation marks undone as in CSV" if self.quoted else "quotation marks kept as part of the texts"
        header = "column names on the first line" if self.columns else "no column names"
        return f"columns between {SEPARATORS[self.separator]}", header, quotes


class KeyTwice(ValueError):
    """A key stands twice in one object of JSON."""

    EXPECTED, REMEDY = "every key once in a JSON object", "leave one of them"


def parse_json(text: str) -> Any:
    """The value of a JSON text; of an object's equal keys, Python's parser would silently take the last.

    Raises:
        KeyTwice: an object has a key twice.
        ValueError, RecursionError: the text is no JSON, or nests too deeply.
    """
    return json.loads(text, object_pairs_hook=_distinct)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = {composed(key): value for key, value in pairs}
    if len(values) < len(pairs):
        keys = [composed(key) for key, _ in pairs]
        raise KeyTwice(f"{excerpt(next(key for key in keys if keys.count(key) > 1))} twice")
    return values


def json_objects(lines: Iterable[str], name: Path | str, remedy: str) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield line number and object of every line that is not blank."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, json_object(line, name, number, remedy)


def json_object(line: str, name: Path | str, number: int, remedy: str) -> dict[str, object]:
    """The object of one line, which is the ``number``-th of its file.

    Raises:
        UserError: the line holds something else.
    """
    try:
        values = parse_json(line)
    except KeyTwice as error:
        raise malformed(name, number, KeyTwice.EXPECTED, str(error), KeyTwice.REMEDY) from None
    except (ValueError, RecursionError) as error:
        if line.lstrip().startswith("[") and number == 1:
            remedy = "if the file is one JSON array, write its objects one per line: `jq -c '.[]'`"
        elif line.rstrip().endswith(","):
            remedy = "remove the commas at the ends of lines"
        elif line.strip() == "{":
            remedy = "write every object on one line: `jq -c .`"
        elif line.lstrip().startswith("{'"):
            remedy = "write the objects of Python as JSON, by json.dumps"
        raise malformed(name, number, "a JSON object", f"{excerpt(line)} ({error})", remedy) from None
    if not isinstance(values, dict):
        if number == 1 and isinstance(values, list):
            remedy = "write the objects of the JSON array one per line: `jq -c '.[]'`"
        raise malformed(name, number, "a JSON object", excerpt(line), remedy)
    return values


def delimited(
    lines: Iterable[str], table: Table, name: Path | str, expected: str, remedy: str
) -> Iterator[tuple[int, list[str]]]:
    """Yield (line number, fields) of every record, including the header; a blank line has no fields.

    Raises:
        UserError: with ``expected`` and ``remedy``, at broken quoting.
    """
    if not table.quoted:
        for number, line in enumerate(lines, start=1):
            yield number, line.split(table.separator) if line else []
        return
    # Line ends are given back because a quoted field may hold one.
    latest = ""

    def ended() -> Iterator[str]:
        nonlocal latest
        for latest in lines:
            yield latest + "\n"

    records = csv.reader(ended(), delimiter=table.separator, strict=True)
    while True:
        number = records.line_num + 1
        try:
            fields = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            if "new-line character" in str(error):
                raise malformed(name, number, expected, "a carriage return (CR) in a field without quotation marks",
                                "remove it, or write the field in quotation marks") from None
            if '\\"' in latest:
                remedy = "double the quotation marks within fields: \"\", not a backslash before them"
            raise malformed(name, number, expected, f"broken quoting ({error})", remedy) from None
        yield number, fields


@dataclass(frozen=True)
class Recognised:
    """A file's table, and for each column of the reader the names that files may give it."""

    path: Path
    table: Table
    known: Mapping[str, tuple[str, ...]]

    def rows(self, remedy: str = REMEDY) -> Iterator[tuple[int, dict[str, object]]]:
        """Yield line number and values of every record below the header by the reader's names of the columns.

        A key that a JSON object lacks is absent.
        """
        names: dict[tuple[str, ...], dict[str, str]] = {}
        for number, values in rows_of(read_lines(self.path), self.table, self.path, remedy):
            if values or not self.table.separator:
                keys = tuple(values)
                if keys not in names:
                    names[keys] = named(keys, self.known, self.path, number)
                yield number, {known: values[name] for known, name in names[keys].items()}

    def names(self) -> dict[str, str]:
        """The file's name of each known column that it has, for JSON lines its first object."""
        return named(self.table.columns, self.known, self.path, 1)

    def described(self) -> tuple[str, ...]:
        """How the file is read, for people."""
        renamed = tuple(f"{known} from the column {name}" for known, name in self.names().items() if known != name)
        return (*self.table.described(), *renamed)


def rows_of(
    lines: Iterable[str], table: Table, name: Path | str, remedy: str
) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield line number and values by column of every record below the header; a blank line has no values."""
    if not table.separator:
        yield from json_objects(lines, name, remedy)
        return
    expected = f"{len(table.columns)} columns as in the header"
    for place, (number, fields) in enumerate(delimited(lines, table, name, expected, remedy)):
        if place and fields and len(fields) != len(table.columns):
            raise malformed(name, number, expected, f"{len(fields)} in {excerpt(table.separator.join(fields))}", remedy)
        if place:
            yield number, dict(zip(table.columns, fields, strict=True)) if fields else {}


def recognised(path: Path, known: Mapping[str, tuple[str, ...]], required: Sequence[str]) -> Recognised | None:
    """How ``path`` holds its records; None if its first line does not name all ``required`` columns.

    ``known`` has, for each column of the reader, the names in lower case that files may give it; the first that occurs
    is used.

    Raises:
        UserError: two columns have the same name, or the file is not text in UTF-8.
    """
    lines = read_lines(path)
    first = next(lines, "")
    if first.lstrip().startswith(("{", "[")):
        _, values = next(json_objects([first], path, REMEDY))
        return Recognised(path, Table(tuple(values)), known) if (
            set(required) <= set(named(tuple(values), known, path, 1))) else None
    for separator in SEPARATORS:
        columns = header(first, separator)
        if set(required) <= set(named(columns, known, path, 1)):
            return Recognised(path, Table(columns, separator, quoting(chain([first], lines), separator, path)), known)
    return None


def required_columns(path: Path, known: Mapping[str, tuple[str, ...]], required: Sequence[str]) -> Recognised:
    """As :func:`recognised`, for a file that must name all ``required`` columns."""
    if found := recognised(path, known, required):
        return found
    raise missing_columns(path, known, required)


def missing_columns(path: Path, known: Mapping[str, tuple[str, ...]], *required: Sequence[str]) -> UserError:
    """The error about a file whose first line does not name all columns of any of the ``required`` sets."""
    first = next(read_lines(path), "")
    expected = f"columns named {', or '.join(map(_listed, [_with_alternatives(required[0], known), *required[1:]]))}"
    if first.lstrip().startswith("{"):
        columns: Iterable[str] = json_object(first, path, 1, REMEDY)
        return malformed(path, 1, expected, f"the keys {', '.join(map(excerpt, columns)) or 'of an empty object'}",
                         "rename the keys in every line")
    if names_columns(first):
        return malformed(path, 1, expected, ", ".join(map(excerpt, _fields(first))), "rename them on the first line")
    return malformed(path, 1, f"a header with {expected}", excerpt(first),
                     "write the header as the first line, with tabs or commas between the names")


def names_columns(line: str) -> bool:
    """Whether a first line looks like names of columns: several short fields, none of them a number."""
    fields = [name.strip("'") for name in _fields(line)]
    return len(fields) > 1 and not any(
        (name and is_number(name)) or len(name.split()) > NAME_WORDS or set(name) & {"\t", '"'} for name in fields)


def _with_alternatives(names: Iterable[str], known: Mapping[str, tuple[str, ...]]) -> list[str]:
    return [f"{name} (or {', '.join(others)})" if (others := [other for other in known[name] if other != name.lower()])
            else name for name in names]


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _fields(line: str) -> tuple[str, ...]:
    """Fields of a header by the separator that gives most of them."""
    return max((header(line, separator) for separator in SEPARATORS), key=len)


def named(
    columns: Sequence[str], known: Mapping[str, tuple[str, ...]], path: Path | str, number: int
) -> dict[str, str]:
    """The file's name of each known column that occurs.

    Raises:
        UserError: two columns have the same name.
    """
    found: dict[str, str] = {}
    for meaning, names in known.items():
        for name in names:
            present = [column for column in columns if column.lower() == name]
            if len(present) > 1:
                raise malformed(path, number, f"one column {name}", str(len(present)), "leave one of them")
            if present:
                found.setdefault(meaning, present[0])
    return found


def quoting(lines: Iterable[str], separator: str, name: Path | str, whole: bool = True) -> bool:
    """Whether quotation marks around fields belong to the format, by all ``lines``, cut off if not ``whole``.

    Between commas they do. Between tabs both occur: the published files are not quoted, and copies that a program wrote
    are. A copy has no quotation mark outside quoted fields, and one sign that this is no accident: marks within fields
    are doubled, a line end is quoted, every row has a quoted field, or, as Excel writes, exactly the fields with a
    comma, more than two of them, are quoted.

    Raises:
        UserError: most fields with quotation marks are quoted and others are not, or all marks are escaped.
    """
    marks = _Marks()
    if separator != "\t":
        marks.see_first_unescaped(lines)
        marks.refuse_escaped(name)
        return True
    for number, line in enumerate(lines, start=1):
        marks.see_line(line, number)
    marks.refuse_escaped(name)
    return marks.verdict(name, whole)


def without_quoting(lines: Iterable[str], name: Path | str) -> Iterator[str]:
    """Yield the lines of a stream with tabs whose quotation marks belong to the texts by its first ``HEAD`` lines.

    Raises:
        UserError: a line below them shows that the marks belong to the format.
    """
    marks = _Marks()
    for number, line in enumerate(lines, start=1):
        marks.see_line(line, number)
        if number > HEAD and marks.are_of_format():
            raise malformed(name, number, f"no quotation marks around fields, as in the first {HEAD:,} lines",
                            excerpt(line), "give the file itself with --file, which is read as a whole first")
        yield line


_UNESCAPED = re.compile(r'(?<!\\)"')
_WITH_POINT = re.compile(r"-?\d+\.0+")


class _Marks:
    """The quotation marks of a file with tabs."""

    _FIELD = '(?:"(?:[^"]|"")*"|[^\t"]*)'
    _RECORD = re.compile(f"{_FIELD}(?:\t{_FIELD})*")
    _QUOTED = re.compile('"(?:[^"]|"")*"')

    def __init__(self) -> None:
        self._strict = True
        self._tabs = -1  # of the first line
        self._records = self._with_quoted = self._broken = 0
        self._doubled = self._loose = self._quoted = self._commas = self._quoted_commas = 0
        self._first_loose = self._escaped = 0, ""
        self._unescaped = False
        self._record: list[str] = []  # lines of a record whose quotation marks are not closed yet

    def see_first_unescaped(self, lines: Iterable[str]) -> None:
        for number, line in enumerate(lines, start=1):
            if '"' in line and not self._unescaped:
                self._see_escapes(line, number)
            if self._unescaped:
                return

    def see_line(self, line: str, number: int) -> None:
        self._see_fields(line, number)
        self._record.append(line)
        # The first line of a record that goes on has an odd number of them, and so has its last.
        if line.count('"') % 2 != (len(self._record) == 1):
            self._see_record(self._record)
            self._record = []

    def _see_fields(self, line: str, number: int) -> None:
        if '"' not in line:
            self._commas += "," in line  # enough to know that a field has one without quotation marks
            return
        if not self._unescaped:
            self._see_escapes(line, number)
        for field in line.split("\t"):
            quoted = bool(self._QUOTED.fullmatch(field))
            self._quoted += quoted
            self._commas += "," in field
            self._quoted_commas += quoted and "," in field
            self._doubled += quoted and '""' in field[1:-1]
            if '"' in field and not quoted:
                self._loose += 1
                self._first_loose = self._first_loose if self._first_loose[0] else (number, field)

    def _see_escapes(self, line: str, number: int) -> None:
        self._unescaped = _UNESCAPED.search(line) is not None
        self._escaped = self._escaped if self._escaped[0] else (number, line)

    def _see_record(self, lines: Sequence[str]) -> None:
        if self._strict and any(lines):
            record = "\n".join(lines)
            self._tabs = record.count("\t") if self._tabs < 0 else self._tabs
            # Lines that are whole rows by themselves are no field that goes over several lines.
            whole = len(lines) > 1 and all(line.count("\t") == self._tabs for line in lines)
            self._strict = not whole and ('"' not in record or self._RECORD.fullmatch(record) is not None)
            self._records += 1
            self._with_quoted += '"' in record
            self._broken += len(lines) > 1

    def refuse_escaped(self, name: Path | str) -> None:
        number, line = self._escaped
        if number and not self._unescaped:
            raise malformed(name, number, "quotation marks doubled in quoted fields or plain",
                            f"all of them after a backslash in {excerpt(line)}", "write the file anew without escapes")

    def are_of_format(self) -> bool:
        """Whether marks within fields are doubled, or a line end is quoted, and nothing speaks against quoting yet."""
        return self._strict and bool(self._doubled or self._broken)

    def verdict(self, name: Path | str, whole: bool) -> bool:
        if self._strict and not (self._record and whole):
            only_commas = 2 < self._quoted == self._commas == self._quoted_commas
            return self.are_of_format() or self._with_quoted == self._records > 0 or only_commas
        if self._doubled > self._loose:
            number, field = self._first_loose
            raise malformed(name, number, f"quotation marks doubled in quoted fields, as in {self._doubled} others",
                            excerpt(field), "write the file anew with one rule of quoting")
        return False


def string(values: Mapping[str, object], key: str, path: Path, number: int, remedy: str = REMEDY) -> str:
    """The string at ``key``.

    Raises:
        UserError: there is none, or UTF-8 cannot encode it.
    """
    if key not in values:
        raise malformed(path, number, f"the key '{key}'", f"only {', '.join(values) or 'no keys'}", remedy)
    value = values[key]
    if not isinstance(value, str):
        raise malformed(path, number, f"a string as '{key}'", excerpt(value), remedy)
    if not is_unicode(value):
        raise malformed(path, number, f"Unicode text as '{key}'", f"a lone surrogate in {excerpt(value)}", remedy)
    return value


def text(values: Mapping[str, object], key: str, path: Path, number: int, remedy: str = REMEDY) -> str:
    """As :func:`string`, but null, which pandas writes for a missing text, is an empty text."""
    return "" if values.get(key, key) is None else string(values, key, path, number, remedy)


def with_digits(values: Mapping[str, object], *keys: str) -> dict[str, object]:
    """``values`` with integers at ``keys`` as strings of digits, also where pandas wrote 1.0 beside empty cells."""
    return {key: str(int(float(value))) if key in keys and _whole(value) else value for key, value in values.items()}


def _whole(value: object) -> bool:
    if isinstance(value, str):
        return bool(_WITH_POINT.fullmatch(value))
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)
