"""Tables of JSON: an object per line, or a whole file."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from stages.common.errors import UserError
from stages.corpora.lines import excerpt, malformed
from stages.corpora.recognising import HEAD
from stages.corpora.records import KeyTwice, json_objects, parse_json
from stages.settings.table import TableSettings
from stages.tables.encodings import Encoding, text_lines
from stages.tables.exports import PRODIGY, UNCOUNTED, find_export, find_unread, of_annotators
from stages.tables.names import USUAL
from stages.tables.sources import REMEDY, Record, Source

_ONE_ROW = "JSON"  # where no layout of rows is found


def json_lines(path: Path, encoding: Encoding, settings: TableSettings) -> Source:
    """An object per line."""
    def read() -> Iterator[Record]:
        return json_objects(text_lines(path, encoding), path, REMEDY)  # type: ignore[return-value]

    return _of_objects(Source(path, (), (*encoding.described, "one JSON object per line"), read), settings)


def json_file(path: Path, encoding: Encoding, settings: TableSettings) -> Source:
    """A whole file of JSON."""
    text = _whole_text(path, encoding)
    try:
        values, layout = _objects(parse_json(text))
    except KeyTwice as error:
        raise UserError(f"{path}: expected {error.EXPECTED}, found {error}; {error.REMEDY}") from None
    except (ValueError, RecursionError) as error:
        place = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        remedy = "write the objects as one array, or one object, with names of its values, on each line: `jq -c .`"
        raise malformed(path, place, "JSON", f"what is none ({error})", remedy if "Extra data" in str(error) else
                        "remove the comma after the last value" if _ends_in_comma(text, error) else "restore the file"
                        ) from None
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
    return _of_objects(Source(path, (), (*encoding.described, layout), lambda: iter(list(enumerate(values, start=1))),
                              unit="row"), settings)


def _ends_in_comma(text: str, error: Exception) -> bool:
    """Whether an array or object is no JSON for a comma before its end; Python 3.13 points at it, others behind it."""
    place = getattr(error, "pos", 0)
    return bool(re.search(r",\s*$", text[:place + 1].rstrip("]}"))) and bool(re.match(r",?\s*[\]}]", text[place:]))


def _whole_text(path: Path, encoding: Encoding) -> str:
    try:
        return path.read_bytes().decode(encoding.codec).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return "\n".join(text_lines(path, encoding))  # which tells the line


def _of_objects(source: Source, settings: TableSettings) -> Source:
    """``source`` with the keys of its first objects as columns; of an export of annotations, those of its rows."""
    records = source.records
    head = [values for _, values in islice(records(), HEAD)]
    if settings.columns.label is None and (unread := find_unread(head)):
        raise source.error(1, "answers of Label Studio that are choices, a rating, a number or labels",
                           f"those of the type {unread}, which are not read",
                           "export the project as CSV, and name the column of the answers")
    if export := find_export(head, settings.columns.label):
        program, row = export
        head = [row(values) for values in head]
        source = replace(source, described=(*source.described, f"annotations of {program}"), read=partial(
            of_annotators, records, _read_columns(settings)) if program == PRODIGY else lambda: (
                (number, row(values)) for number, values in records()))
    columns = dict.fromkeys(key for values in head for key in values if key != UNCOUNTED)
    return replace(source, columns=tuple(columns))


def _read_columns(settings: TableSettings) -> set[str]:
    """Names in lower case of columns that hold what a row says, be they set or usual."""
    read = ("text", "pair", "label", "tags", "entities")
    wanted = (getattr(settings.columns, meaning) for meaning in read)
    named = [name for given in wanted for name in (given if isinstance(given, list) else [given])]
    return {name.lower() for name in named if isinstance(name, str)} | {
        name for meaning in read for name in USUAL[meaning]}


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
