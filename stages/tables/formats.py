"""How a file is recognised: by the first entry of each list whose sign it has.

``FORMATS`` tells how the records are written; JSON objects may be an export of :mod:`stages.tables.exports`, which is
found by their keys. ``KINDS`` then tells what the records are, where the settings do not. What the columns hold follows
from their names, else from their values: :mod:`stages.tables.columns`, :mod:`stages.tables.looking`.
"""

import codecs
import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from itertools import islice
from pathlib import Path

from stages.common.errors import UserError, unreadable
from stages.corpora.lines import LONGEST_LINE, malformed, refuse_foreign
from stages.corpora.recognising import HEAD, SEPARATORS, looks_like_conll
from stages.settings.table import Kind, TableSettings
from stages.tables.columnar import columnar, is_columnar
from stages.tables.delimited import delimited_text, fields_of
from stages.tables.encodings import Encoding, find_encoding, text_lines
from stages.tables.exports import find_unreadable
from stages.tables.json_files import json_file, json_lines
from stages.tables.marks import find_marks
from stages.tables.names import USUAL
from stages.tables.per_line import FASTTEXT, conll, fasttext, is_heading, names_columns
from stages.tables.sources import Source
from stages.tables.tags import LETTERS, OUTSIDE, find_style

_COMMENT = re.compile(r"# ?\w+ ?=")  # of CoNLL-U


class File:
    """What recognisers look at, read when the first of them asks; what cannot be read is refused with a UserError."""

    def __init__(self, path: Path, settings: TableSettings) -> None:
        self.path, self.settings, self.suffix = path, settings, path.suffix.lower()
        try:
            with path.open("rb") as stream:
                self.start = stream.read(64)
                stream.seek(0)
                self.has_long_line = len(stream.readline(LONGEST_LINE + 1)) > LONGEST_LINE  # as JSON of programs has
        except OSError as error:
            raise unreadable(path, error) from None

    @cached_property
    def text(self) -> tuple[Path, Encoding, TableSettings]:
        """What a reader of text needs."""
        if not self.start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            refuse_foreign(self.start + b"\n", self.path)
        return self.path, find_encoding(self.path, self.settings.encoding), self.settings

    @cached_property
    def lines(self) -> tuple[str, str]:
        """The first two lines that are not empty; "" for the second if there is none."""
        lines = (line for line in text_lines(*self.text[:2]) if line.strip())
        first, second = next(lines, ""), next(lines, "")
        if not first:
            raise UserError(f"{self.path}: expected a table, found no line that is not empty; restore the file")
        if (unreadable := find_unreadable(first))[0]:
            raise malformed(self.path, 1, "a table", *unreadable)
        return first, second

    @cached_property
    def source(self) -> Source:
        """Its records."""
        return open_source(self.path, self.settings)

    def has_column(self, *meanings: str) -> bool:
        """Whether a column has a usual name of every meaning."""
        names = {str(name).lower() for name in self.source.columns}
        return all(names & set(USUAL[meaning]) for meaning in meanings)


def _is_json_in_one_line(file: File) -> bool:
    start = file.start.removeprefix(codecs.BOM_UTF8).lstrip()
    return file.suffix == ".json" and start[:1] in (b"[", b"{") and file.has_long_line


def _is_json_lines(file: File) -> bool:
    (first, second), begins = file.lines, file.lines[0].lstrip()[:1]
    return begins == "{" and begins != first.strip() and (file.suffix != ".json" or bool(second and _is_json(first)))


def _is_json_file(file: File) -> bool:
    first, begins = file.lines[0], file.lines[0].lstrip()[:1]
    return begins == "{" or (begins == "[" and (
        file.suffix in (".json", ".jsonl", ".ndjson") or first.strip() == begins or _is_json(first)))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_fasttext(file: File) -> bool:
    return bool(FASTTEXT.fullmatch(file.lines[0])) and not file.settings.delimiter


def _are_words(file: File) -> bool:
    """Whether words stand in columns without names."""
    settings = file.settings
    if settings.task_kind != "words" or settings.delimiter:
        return False
    wanted = {str(name).lower() for name in settings.columns.model_dump().values() if isinstance(name, str)}
    for separator in SEPARATORS:
        names = {name.lower() for name in fields_of(file.lines[0], separator)}
        if len(names) > 1 and (wanted & names or (names & set(USUAL["tokens"]) and names & set(USUAL["tags"]))
                               or names & set(USUAL["entities"])
                               or (separator != "\t" and names & set(USUAL["tags"]))):
            return separator == "\t" and _are_named_words(file)
    return True


def _are_named_words(file: File) -> bool:
    """Whether below names of columns between tabs, words with a tag each are in sentences between blank lines."""
    head = "\n".join(islice(text_lines(*file.text[:2]), HEAD)).strip().split("\n")
    rows = [line.split("\t") for line in head if line.strip()]
    numbered = file.settings.columns.sentence is not None or {
        name.strip().lower() for name in rows[0]} & set(USUAL["sentence"])
    return bool("" in map(str.strip, head) and not numbered and names_columns(rows, file.settings)
                and all(len(row[-1].split()) == 1 for row in rows))


# The sign of each format, and its reader.
FORMATS: tuple[tuple[Callable[[File], object], Callable[[File], Source]], ...] = (
    (lambda file: is_columnar(file.path), lambda file: columnar(file.path)),
    (_is_json_in_one_line, lambda file: json_file(*file.text)),
    (_is_json_lines, lambda file: json_lines(*file.text)),
    (_is_json_file, lambda file: json_file(*file.text)),
    (_is_fasttext, lambda file: fasttext(*file.text)),
    (_are_words, lambda file: conll(*file.text)),
    (lambda file: True, lambda file: delimited_text(*file.text)),
)


def _is_tagged(file: File) -> bool:
    """Whether lines, with blank ones between sentences, end in tags of any scheme, or are words with types."""
    if is_columnar(file.path) or _is_json_in_one_line(file):
        return False
    lines = islice(text_lines(*file.text[:2]), HEAD)
    head = [line for line in lines if not (is_heading(line) or _COMMENT.match(line))]
    if all(line.strip() for line in head[:-1]):
        return False
    rows = [line.split() for line in head if line.strip()]
    rows = rows[1:] if names_columns(rows, file.settings) is not False else rows
    tags = [row[-1] for row in rows]
    return looks_like_conll(head) or (any(tag in OUTSIDE for tag in tags) and (
        find_style(tags) in ("prefix", "suffix") or (
            all(len(row) == 2 for row in rows) and 5 * tags.count("O") > len(tags))))


def _has_lists_of_entities(file: File) -> bool:
    """Whether a column by the name of one has lists, be they right or wrong."""
    names = [name for name in file.source.columns if str(name).lower() in USUAL["entities"]]
    return any(isinstance(cell := values.get(name), list) or str(cell).lstrip().startswith("[")
               for _, values in islice(file.source.records(), HEAD) for name in names)


# What the records are, and a sign of it.
KINDS: tuple[tuple[Kind, Callable[[File], object]], ...] = (
    ("words", lambda file: file.suffix in (".conll", ".bio", ".iob", ".iob2")),
    ("words", _is_tagged),
    ("words", lambda file: find_marks(file.source)),
    ("words", _has_lists_of_entities),
    ("words", lambda file: file.has_column("tokens", "tags")),
    ("pair", lambda file: file.has_column("text", "pair")),
    ("single", lambda file: True),
)


def open_source(path: Path, settings: TableSettings) -> Source:
    """The records of ``path``; numbers and letters that ``settings`` name stand for tags.

    Raises:
        UserError: it is in no known format, or can be read in two ways.
    """
    file = File(path, settings)
    source = next(read for has_sign, read in FORMATS if has_sign(file))(file)
    return replace(source, tags={
        given: tag for given, tag in settings.labels.items() if given.isdecimal() or given in LETTERS})


def find_kind(path: Path, settings: TableSettings) -> Kind:
    """The kind of a table of which nothing is said.

    Raises:
        UserError: as :func:`open_source`.
    """
    file = File(path, settings)
    return next(kind for kind, has_sign in KINDS if has_sign(file))
