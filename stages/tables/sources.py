"""A file as records, whatever its format."""

import ast
import hashlib
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stages.common.errors import UserError

Name = str | int  # of a column; a number, from 1, where the file has no names
Record = tuple[int, Mapping[Name, Any]]
REMEDY = "restore the row or remove it"
_GROUP = 16  # characters that name a group
DOCUMENT, HEADING = -1, -2  # keys of a word beside its columns, whose numbers begin with 1
SETTINGS = "under `table` in params.yaml"
_ITEM = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|-?\d+(?:\.\d*)?")
_NUMPY = re.compile(rf"\[\s*(?:{_ITEM.pattern})(?:\s+(?:{_ITEM.pattern}))+\s*\]")  # as NumPy prints a list
_WORD = re.compile(r"\[[^][\s,'\"]*\]?")


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


def is_missing(value: Any) -> bool:
    """Whether a cell is empty, as pandas and JSON have it."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def group_name(text: str) -> str:
    """A short name of the group of a text; "" of none."""
    return hashlib.sha256(text.encode()).hexdigest()[:_GROUP] if text else ""


def is_broken_list(value: Any) -> bool:
    """Whether a cell has several parts in brackets, or after an open one, that are no list; [good] is a word."""
    text = value.strip() if isinstance(value, str) else ""
    return text.startswith("[") and (text.endswith("]") or "]" not in text) and not _WORD.fullmatch(text) and (
        cell_list(text) is None)


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
        return [ast.literal_eval(part) for part in _ITEM.findall(text)]
    for parse in (json.loads, ast.literal_eval):
        try:
            found = parse(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        return list(found) if isinstance(found, list) else None
    return None
