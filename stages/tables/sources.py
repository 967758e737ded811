"""A file as records: CSV and its kin, JSON lines, JSON, Parquet, Arrow, and words in columns."""

import ast
import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet

from stages.common.errors import UserError
from stages.corpora.lines import excerpt, malformed
from stages.corpora.recognising import HEAD, NAME_WORDS, SEPARATORS, header, is_number, looks_like_conll
from stages.corpora.records import KeyTwice, Table, delimited, json_objects, parse_json, quoting
from stages.settings.table import TableSettings
from stages.tables.encodings import Encoding, text_lines
from stages.tables.exports import UNCOUNTED, find_export
from stages.tables.names import USUAL

Name = str | int  # of a column; a number, from 1, where the file has no names
Record = tuple[int, Mapping[Name, Any]]
REMEDY = "restore the row or remove it"
_COLUMN_BREAK = re.compile("[ \t]+")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_NUMPY = re.compile(rf"\[\s*(?:{_QUOTED.pattern})(?:\s+(?:{_QUOTED.pattern}))+\s*\]")  # as NumPy prints a list
_RULE = re.compile(r" *(:?-+:?)? *")
_ABOVE = 20  # lines in which the names of columns may be
_ROWS_AT_A_TIME = 4096
_ONE_ROW = "JSON"  # where no layout of rows is found
FASTTEXT = re.compile(r"__label__(\S+) +(.*)")


@dataclass(frozen=True)
class Source:
    """One file.

    Attributes:
        columns: names of the columns; of JSON, those of the first objects.
        described: how the file is read, for people.
        unit: what the numbers of records count, lines or rows.
        sentences: whether the records are words, with None between sentences.
        characters: whether these words are single characters, and spaces, that together make the text of a sentence.
        tags: names of tags that are numbers, or letters of a scheme.
        delimiter: of fields whose quotation marks were taken for quoting without a setting that says so.
    """

    path: Path
    columns: tuple[Name, ...]
    described: tuple[str, ...]
    read: Callable[[], Iterator[Record | None]]
    unit: str = "line"
    sentences: bool = False
    characters: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    delimiter: str = ""

    def error(self, number: int, expected: str, found: str, remedy: str = REMEDY) -> UserError:
        """The error about one record."""
        return UserError(f"{self.path}: {self.unit} {number}: expected {expected}, found {found}; {remedy}")

    def records(self) -> Iterator[Record]:
        """The records alone."""
        return (record for record in self.read() if record is not None)


def cell_list(value: Any) -> list[Any] | None:
    """The list in a cell: of JSON and Parquet itself; else as JSON or Python write it, or parted by spaces."""
    if isinstance(value, list | tuple):
        return list(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    if not text.startswith("["):
        return text.split()
    if _NUMPY.fullmatch(text):  # which Python would read as one string
        return [ast.literal_eval(part) for part in _QUOTED.findall(text)]
    for parse in (json.loads, ast.literal_eval):
        try:
            found = parse(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        return list(found) if isinstance(found, list) else None
    return None


def _whole_text(path: Path, encoding: Encoding) -> str:
    try:
        return path.read_bytes().decode(encoding.codec).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return "\n".join(text_lines(path, encoding))  # which tells the line


def is_columnar(path: Path) -> bool:
    """Whether a file is Parquet, Arrow, or a stream of Arrow."""
    with path.open("rb") as stream:
        return stream.read(6).startswith((b"PAR1", b"ARROW1")) or path.suffix == ".arrow"


@contextmanager
def open_columns(path: Path) -> Iterator[tuple[pa.Schema, Iterator[pa.RecordBatch]]]:
    """Schema and batches of a file of Parquet, of Arrow or of its stream.

    Raises:
        pyarrow.ArrowException, OSError: it is none.
    """
    with pa.memory_map(str(path)) as stream:
        if stream.read(4) == b"PAR1":
            file = parquet.ParquetFile(stream)
            yield file.schema_arrow, file.iter_batches(_ROWS_AT_A_TIME)
            return
        try:
            file = pa.ipc.open_file(stream)
            batches = (file.get_batch(place) for place in range(file.num_record_batches))
        except pa.ArrowInvalid:
            stream.seek(0)
            batches = file = pa.ipc.open_stream(stream)
        yield file.schema, batches


def columnar(path: Path) -> Source:
    """A file of Parquet or Arrow."""
    with path.open("rb") as stream:
        kind = "Parquet" if stream.read(4) == b"PAR1" else "Arrow"

    def read() -> Iterator[Record]:
        try:
            with open_columns(path) as (_, batches):
                yield from enumerate((row for batch in batches for row in batch.to_pylist()), start=1)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise UserError(f"{path}: expected a whole {kind} file, found what cannot be read "
                            f"({' '.join(str(error).split())}); write it anew") from None

    next(read(), None)
    with open_columns(path) as (schema, _):
        return Source(path, tuple(schema.names), (kind,), read, unit="row")


def json_lines(path: Path, encoding: Encoding, settings: TableSettings) -> Source:
    """An object per line."""
    def read() -> Iterator[Record]:
        return json_objects(text_lines(path, encoding), path, REMEDY)  # type: ignore[return-value]

    return _of_objects(Source(path, (), (*_described(encoding), "one JSON object per line"), read), settings)


def json_file(path: Path, encoding: Encoding, settings: TableSettings) -> Source:
    """A whole file of JSON."""
    try:
        values, layout = _objects(parse_json(_whole_text(path, encoding)))
    except KeyTwice as error:
        raise UserError(f"{path}: expected {error.EXPECTED}, found {error}; {error.REMEDY}") from None
    except (ValueError, RecursionError) as error:
        place = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        remedy = "write the objects as one array, or one object, with names of its values, on each line: `jq -c .`"
        raise malformed(path, place, "JSON", f"what is none ({error})",
                        remedy if "Extra data" in str(error) else "restore the file") from None
    sets = [key for key, item in values[0].items() if item and isinstance(item, list) and isinstance(item[0], dict)
            ] if layout == _ONE_ROW and isinstance(values[0], dict) else []
    if len(sets) > 1:
        raise UserError(f"{path}: expected one array of objects, found {' and '.join(sets[:6])}; write each into a "
                        "file of its own, called train, validation or test")
    wrong = next((place for place, value in enumerate(values, start=1) if not isinstance(value, dict)), 0)
    if wrong or not values:
        found = excerpt(values[wrong - 1]) if wrong else "nothing"
        raise UserError(f"{path}: row {wrong or 1}: expected a JSON object for every row, found {found}; write an "
                        "array of objects, or one object per line")
    return _of_objects(Source(path, (), (*_described(encoding), layout), lambda: iter(list(enumerate(values, start=1))),
                              unit="row"), settings)


def _of_objects(source: Source, settings: TableSettings) -> Source:
    """``source`` with the keys of its first objects as columns; of an export of annotations, those of its rows."""
    records = source.records
    head = [values for _, values in islice(records(), HEAD)]
    if export := find_export(head, settings.columns.label):
        program, row = export
        head = [row(values) for values in head]
        source = replace(source, described=(*source.described, f"annotations of {program}"),
                         read=lambda: ((number, row(values)) for number, values in records()))
    columns = dict.fromkeys(key for values in head for key in values if key != UNCOUNTED)
    return replace(source, columns=tuple(columns))


def _objects(value: Any) -> tuple[list[Any], str]:
    """The rows of a JSON file: an array, the only array in an object, or what pandas writes as columns or an index."""
    if isinstance(value, list):
        return value, "JSON array of objects"
    if isinstance(value, dict):
        lists = {key: item for key, item in value.items() if isinstance(item, list)}
        if {"columns", "data"} <= set(lists) and set(value) <= {"columns", "index", "data"}:
            wanted = len(lists["columns"])
            return [dict(zip(map(str, lists["columns"]), row, strict=True)) if isinstance(row, list) and (
                len(row) == wanted) else row for row in lists["data"]], "JSON rows beside the names of their columns"
        rows = [key for key, item in lists.items() if item and all(isinstance(row, dict) for row in item)]
        if len(rows) == 1:
            return lists[rows[0]], f"JSON array of objects under {rows[0]}"
        if not rows and value and len(lists) == len(value) and len(set(map(len, lists.values()))) == 1:
            return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)], "JSON columns"
        if value and all(isinstance(item, dict) for item in value.values()):
            keys = list(next(iter(value.values())))
            if _is_index(list(value), [key for key in keys if all(key in item for item in value.values())]):
                return list(value.values()), "JSON object of rows"
            if keys and all(list(item) == keys for item in value.values()):
                return [{name: item[key] for name, item in value.items()} for key in keys], "JSON columns"
    return [value], _ONE_ROW


def _is_index(outer: Sequence[str], inner: Sequence[str]) -> bool:
    """Whether the outer of two levels of keys tell rows, and the inner ones columns."""
    if all(map(str.isdecimal, inner)):
        return False
    names = {name for usual in USUAL.values() for name in usual}
    return all(map(str.isdecimal, outer)) or (
        any(key.lower() in names for key in inner) and not any(key.lower() in names for key in outer))


def fasttext(path: Path, encoding: Encoding, _: TableSettings) -> Source:
    """A label and a text per line, as fastText has them: ``__label__positive a fine film``."""
    def read() -> Iterator[Record]:
        for number, line in enumerate(text_lines(path, encoding), start=1):
            found = FASTTEXT.fullmatch(line)
            if found and not found[2].startswith("__label__"):
                yield number, {"label": found[1], "text": found[2]}
            elif line.strip():
                raise malformed(path, number, "one label and a text, __label__name text", excerpt(line), REMEDY)

    return Source(path, ("label", "text"), (*_described(encoding), "a label and a text per line, as fastText has them"),
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
                        "write one word with its tag per line, and a blank line after every sentence; or set columns "
                        "under `table` in params.yaml")
    headings = any(map(is_heading, head))
    last = {row[-1] for row in rows}
    characters = all(len(row[0]) < 2 for row in rows) and (headings or any(not row[0].strip() for row in rows))

    def read() -> Iterator[Record | None]:
        document, heading, begins = 0, "", True
        for number, line in enumerate(text_lines(path, encoding), start=1):
            values = split(line)
            if not line.strip() or values[0] == "-DOCSTART-":
                document += bool(line.strip())
                heading, begins = "", True
                yield None
            elif is_heading(line) and (characters or len(values) != width or " " in values[0]):
                heading = line.removeprefix("## ")
                yield None
            elif line.startswith("#") and (len(values) != width or (begins and values[-1] not in last)):
                continue  # a comment
            elif len(values) != width:
                raise malformed(path, number, f"{width} columns as in other lines", f"{len(values)} in {excerpt(line)}",
                                "restore the line")
            else:
                begins = False
                yield number, dict(enumerate(values, start=1)) | {"document": document, "heading": heading}

    unit, between = "character" if characters else "word", "tabs" if tabs else "spaces"
    return Source(path, tuple(range(1, width + 1)),
                  (*_described(encoding), f"a {unit} per line, {width} columns between {between}"), read,
                  sentences=True, characters=characters)


def fields_of(line: str, separator: str) -> Sequence[str]:
    """Those of a first line, whose quoting may be broken."""
    return header(line, separator) or line.split(separator)


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
    names = [name.strip() for name in rows[0]]
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
            if has_header and fields[0].strip().lower().endswith(again[0]) and [
                    field.strip().removeprefix("\ufeff").lower() for field in fields] == again:
                raise malformed(path, number, "a row", "the names of the columns again", "remove the line")
            if separator == "|" and all(_RULE.fullmatch(field) for field in fields):
                raise malformed(path, number, "a row", f"the line of a table in Markdown, {excerpt('|'.join(fields))}",
                                "remove the line")
            if len(fields) != len(columns):
                raise malformed(path, number, expected, f"{len(fields)} in {excerpt(separator.join(fields))}",
                                _remedy_for(fields, columns, has_header, separator) or remedy)
            yield number, dict(zip(columns, fields, strict=True))

    between = SEPARATORS.get(separator, f"{separator!r}")
    described = Table(table.columns, separator if separator in SEPARATORS else ",", quoted).described()
    return Source(path, columns, (*_described(encoding), f"columns between {between}", *described[1:]), read,
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
    if numbers == list(map(str, range(len(numbers)))) and len(rows) > len(numbers):  # as pandas names columns
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
        if labels or any((name and is_number(name)) or len(name.split()) > NAME_WORDS for name in names) or any(
                name and name in values for name, values in zip(names, below, strict=False)):
            return False
        if any(4 * len(values) <= len(rows) for values in below):  # labels, and none of them in the first row
            return True
    raise malformed(path, 1, "names of columns, or a first row of values", ", ".join(map(excerpt, names)),
                    "set header to true or false under `table` in params.yaml")


def _described(encoding: Encoding) -> tuple[str, ...]:
    return (encoding.description,) if encoding.description else ()
