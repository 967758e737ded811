"""New texts as files and streams have them: one per line, JSON lines, or a column of a table.

The format of a file is recognised by its name and first lines, and described to the user.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypedDict

from stages.corpora.lines import excerpt, is_unicode, malformed
from stages.corpora.recognising import (
    HEAD,
    PAIR_NAMES,
    SEPARATORS,
    TEXT_NAMES,
    begins_array,
    header,
    is_number,
    looks_like_rows,
    looks_like_table,
    looks_like_tagged_words,
    sample,
)
from stages.corpora.records import Table, json_object, named, quoting, rows_of, without_quoting
from stages.settings.yaml12 import parse_yaml

REMEDY = "correct the line or remove it"
OF_BRACES = 'correct the JSON, or write a plain text that begins with { as {"text": "..."}'
PLAIN = "or write one text per line into a .txt file"
OF_TABLES = {".csv": tuple(SEPARATORS), ".tsv": ("\t",), ".tab": ("\t",)}
OF_JSON = (".jsonl", ".ndjson", ".json")
WORD_KEYS = ("words", "tokens")
Names = tuple[str, ...]  # columns whose texts are joined with a space, as for training


@dataclass(frozen=True)
class Wanted:
    """What to look for: one text or two, or given words.

    Attributes:
        column, pair_column: those that the user named; of several in brackets, the texts are joined.
        trained: the columns of each text that the task was trained on, () if they have no names.
    """

    pair: bool = False
    words: bool = False
    column: str | None = None
    pair_column: str | None = None
    trained: tuple[Names, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the texts of one input."""
        return ("text", "text_pair") if self.pair else ("text",)


class Text(TypedDict, total=False):
    """``text`` and, for pairs, ``text_pair``; or ``words``, which are used as they are."""

    text: str
    text_pair: str
    words: list[str]


def find_texts(
    lines: Iterable[str], name: str, wanted: Wanted, again: Callable[[], Iterable[str]] | None = None
) -> tuple[Iterator[Text], tuple[str, ...]]:
    """The texts of a file or stream, and how they are read; errors call it ``name``, whose suffix may show the format.

    ``again`` reads the lines of a file anew, which then decide as a whole about quotation marks; a stream has none.
    A missing text is an empty one. A blank line between two texts is, too, so that the n-th text is that of the n-th
    line.

    Raises:
        UserError: the format or the column is ambiguous, or a line violates the format.
    """
    lines = iter(lines)
    head = list(islice(lines, HEAD))
    suffix = Path(name).suffix.lower()
    if looks_like_tagged_words(head):
        raise malformed(name, 1, "a text per line", "words with tags in columns, as CoNLL has them",
                        "write each sentence on one line, its words with spaces between them")
    if suffix not in OF_JSON:
        _refuse_array(head, name)
    separator = _separator_of(head, name, suffix, wanted)
    everything = chain(head, lines)
    if separator is None:
        keys = _keys(head, name, suffix in OF_JSON, wanted)
        return (_from_lines(everything, name, suffix in OF_JSON, wanted, keys),
                (_source(keys, "of JSON objects from the key"),) if keys else ())
    quoted = quoting(again() if again else head, separator, name, whole=bool(again) or len(head) < HEAD)
    table = Table(header(head[0], separator) if head else (), separator, quoted)
    columns = _columns(table, head, name, wanted)
    if separator == "\t" and not quoted and not again:
        everything = without_quoting(everything, name)
    rows = rows_of(everything, table, name, REMEDY)
    return _from_rows((values for _, values in rows), columns, len(table.columns) == 1, wanted), (
        *table.described(), _source(dict(zip(wanted.keys, columns, strict=True)), "from the column"))


def _source(places: Mapping[str, Names], where: str) -> str:
    """Where the parts of an input are, for people."""
    columns = list(chain.from_iterable(places.values()))
    return f"{' and '.join(places)} {where}{'s' * (len(columns) > 1)} {' and '.join(columns)}"


def _refuse_array(head: Sequence[str], name: str) -> None:
    number, first = next(_not_blank(head), (1, ""))
    if begins_array(first):
        raise malformed(name, number, "one text or JSON object per line", "a JSON array",
                        "write its objects one per line, `jq -c '.[]'`, or its texts, `jq -c '.[] | {text: .}'`")


# Tables


def _separator_of(head: Sequence[str], name: str, suffix: str, wanted: Wanted) -> str | None:
    """The separator of the table that begins with these lines; None for lines of text or JSON."""
    first = head[0] if head else ""
    if suffix in OF_JSON or first.lstrip().startswith("{"):
        return None
    if suffix in OF_TABLES:
        # The separator that gives most columns; of several, the first.
        return max(OF_TABLES[suffix], key=lambda separator: _fit(head, separator, wanted))
    for separator in SEPARATORS:
        columns = header(first, separator)
        even = {len(row) for row in sample(head, separator)} == {len(columns)} != {1}
        if (_has_wanted(columns, wanted) and (wanted.column or even)) or (
                not wanted.column and looks_like_table(head, separator)):
            return separator
    if wanted.column or wanted.pair_column:
        raise malformed(name, 1, f"column names, among them {wanted.column or wanted.pair_column}", excerpt(first),
                        f"put them on the first line, {PLAIN}")
    if not wanted.pair and first.strip().lower() in TEXT_NAMES and len(head) > 1:
        raise malformed(name, 1, "a text", f"{excerpt(first)}, which is the name of a column",
                        "name the file .csv if it is, or write the text as JSON lines")
    if any(looks_like_rows(head, separator) for separator in SEPARATORS if not (wanted.pair and separator == "\t")):
        raise malformed(name, 1, "one text per line, or column names on the first line",
                        f"rows of a table without names, as {excerpt(first)}", f"add a line with names, {PLAIN}")
    tabs = {line.count("\t") for line in head if line}
    if not wanted.pair and len(tabs) == 1 and tabs != {0}:
        raise malformed(name, 1, "one text per line, or column names on the first line",
                        f"{tabs.pop() + 1} columns between tabs", f"add a line with names and say --column, {PLAIN}")
    return None


def _fit(head: Sequence[str], separator: str, wanted: Wanted) -> tuple[bool, int, bool]:
    columns = header(head[0], separator) if head else ()
    return _has_wanted(columns, wanted), len(columns), separator == ","


def _has_wanted(columns: Sequence[str], wanted: Wanted) -> bool:
    """Whether all columns are there that the user named, or else that the task was trained on."""
    if wanted.column is not None:
        return set(_as_given(wanted.column, columns)) <= set(columns)
    lower = {column.lower() for column in columns}
    return bool(wanted.trained) and {column.lower() for column in chain(*wanted.trained)} <= lower


def _as_given(value: str, columns: Sequence[str]) -> Names:
    """The column that an option names, or each of several in brackets."""
    if value not in columns and value.startswith("[") and value.endswith("]"):
        return tuple(map(str, parse_yaml(value, "--column"))) or (value,)
    return (value,)


def _columns(table: Table, head: Sequence[str], name: str, wanted: Wanted) -> tuple[Names, ...]:
    """The columns of the texts."""
    names = [column for column in table.columns if column]  # Excel and pandas leave some without one
    if not names or len(set(names)) < len(names):
        raise malformed(name, 1, "column names on the first line, each once", excerpt(head[0] if head else ""),
                        f"correct it, {PLAIN}")
    for number in filter(is_number, () if _has_wanted(names, wanted) else names):
        raise malformed(name, 1, "column names on the first line", f"the number {excerpt(number)}",
                        f"add a line with names, {PLAIN}")
    if not (rows := sample(head, table.separator)):
        raise malformed(name, 1, "rows below the column names", "none", "give a file with texts")
    textual = [column for place, column in enumerate(table.columns)
               if not all(is_number(row[place]) for row in rows if place < len(row))]
    return _chosen(table.columns, textual, name, 1, wanted)


def _chosen(columns: Sequence[str], textual: Sequence[str], name: str, line: int, wanted: Wanted) -> tuple[Names, ...]:
    """The columns that the user named; else those of training; of known names; the only one that is not numeric.

    Of several known names that of the only column that is not numeric counts; a text may be a number.
    """
    shown = ", ".join(map(excerpt, filter(None, columns))) or "none"
    given = [_as_given(column, columns) for column in (wanted.column, wanted.pair_column) if column is not None]
    for column in chain(*given):
        if list(columns).count(column) != 1:
            raise malformed(name, line, f"one column {excerpt(column)}", shown, "name one of these with --column")
    if len(set(given)) < len(given):
        raise malformed(name, line, "two columns", f"{excerpt(', '.join(given[0]))} twice",
                        "name another with --pair-column")
    if len(given) == len(wanted.keys):
        return tuple(given)
    if not given and (trained := _as_trained(columns, name, line, wanted)):
        return trained
    lower = {column.lower() for column in columns}
    if wanted.pair:
        for pair in PAIR_NAMES:
            if not given and set(pair) <= lower:
                found = named(columns, {part: (part,) for part in pair}, name, line)
                return tuple((found[part],) for part in pair)
        raise malformed(name, line, "two columns of text that are known by their names", f"the columns {shown}",
                        "name them with --column and --pair-column")
    if "text" in lower:
        return ((named(columns, {"text": ("text",)}, name, line)["text"],),)
    candidates = [column for column in columns if column.lower() in TEXT_NAMES]
    if len(candidates) != 1 < len(columns):  # a lone first line may be a text and no name
        candidates = [column for column in candidates or columns if column in textual]
    if len(candidates) == 1:
        return (tuple(candidates),)
    raise malformed(name, line, "a column of text that is the only one or known by its name", f"the columns {shown}",
                    f"name one with --column, {PLAIN}")


def _as_trained(columns: Sequence[str], name: str, line: int, wanted: Wanted) -> tuple[Names, ...]:
    """The columns that the task was trained on, by their names here; () if the file has none of them.

    Raises:
        UserError: the file has some of them alone, or one twice.
    """
    wished = list(chain(*wanted.trained))
    near = {each: [column for column in columns if column == each] or [
        column for column in columns if column.lower() == each.lower()] for each in wished}
    if not any(near.values()):
        return ()
    if wrong := next((each for each in wished if len(near[each]) != 1), None):
        raise malformed(name, line, f"one column {excerpt(wrong)}, as the task was trained on {' and '.join(wished)}",
                        f"{len(near[wrong]) or 'none'} among {', '.join(map(excerpt, filter(None, columns)))}",
                        f"{'leave one' if near[wrong] else 'add it'}, or name others with --column"
                        f"{' and --pair-column' * wanted.pair}")
    return tuple(tuple(near[each][0] for each in names) for names in wanted.trained)


def _from_rows(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[Names], only_column: bool, wanted: Wanted
) -> Iterator[Text]:
    """The texts of rows; a blank line between two is a row with an empty text where there is one column."""
    blank = 0
    for values in rows:
        if not values:
            blank += only_column
            continue
        yield from (dict.fromkeys(wanted.keys, "") for _ in range(blank))
        blank = 0
        yield dict(zip(wanted.keys, (" ".join(map(values.__getitem__, names)) for names in columns), strict=True))


# Lines of text or JSON


def _not_blank(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _is_json(line: str, only_json: bool) -> bool:
    return only_json or line.lstrip().startswith("{")


def _object(line: str, number: int, name: str, only_json: bool) -> dict[str, Any]:
    return json_object(line, name, number, REMEDY if only_json else OF_BRACES)


def _keys(lines: Iterable[str], name: str, only_json: bool, wanted: Wanted) -> dict[str, Names]:
    """The keys of the JSON objects among these lines by what they hold; none where there is no object.

    One line alone cannot tell the key of the text: its value may be a number, null or absent.
    """
    first: dict[str, int] = {}  # number of the line in which a key comes first
    textual: set[str] = set()
    start = 0
    for number, line in _not_blank(lines):
        if _is_json(line, only_json):
            values = _object(line, number, name, only_json)
            start = start or number
            first |= {key: number for key in values if key not in first}
            textual |= {key for key, value in values.items() if isinstance(value, str) and not is_number(value)}
    if not start:
        return {}
    for key in WORD_KEYS if wanted.words and wanted.column is None else ():
        if key in first:
            return {"words": (key,)}
    columns = _chosen(tuple(first), [key for key in first if key in textual], name, max(first.values(), default=start),
                      wanted)
    return dict(zip(wanted.keys, columns, strict=True))


def _from_lines(
    lines: Iterable[str], name: str, only_json: bool, wanted: Wanted, keys: Mapping[str, Names]
) -> Iterator[Text]:
    """The texts of lines, those in JSON by the ``keys`` of the first lines, or of the first object below them."""
    blank = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            blank += 1
            continue
        yield from (dict.fromkeys(wanted.keys, "") for _ in range(blank))
        blank = 0
        if _is_json(line, only_json):
            values = _object(line, number, name, only_json)
            keys = keys or _keys([line], name, only_json, wanted)
            yield _from_object(values, keys, number, name)
        else:
            yield _from_line(line, number, name, wanted)


def _from_line(line: str, number: int, name: str, wanted: Wanted) -> Text:
    texts = line.split("\t") if wanted.pair else [line]
    if len(texts) != len(wanted.keys):
        raise malformed(name, number, "two texts with a tab between them", f"{len(texts)} in {excerpt(line)}",
                        "put one tab between the two, or write them as columns of a CSV")
    return dict(zip(wanted.keys, texts, strict=True))


def _from_object(values: Mapping[str, Any], keys: Mapping[str, Names], number: int, name: str) -> Text:
    for key in chain(*keys.values()):
        if key not in values:
            raise malformed(name, number, f"the key {excerpt(key)} as in other lines",
                            ", ".join(map(excerpt, values)) or "no key",
                            "correct the line, or name another key with --column")
    if "words" in keys:
        key, = keys["words"]
        return {"words": _words(values[key], key, number, name)}
    return {meaning: " ".join(_text(values[key], key, number, name) for key in names)
            for meaning, names in keys.items()}


def _words(value: Any, column: str, number: int, name: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
        raise malformed(name, number, f"a list of words as {excerpt(column)}", excerpt(value), REMEDY)
    return [_text(word, column, number, name) for word in value]


def _text(value: Any, column: str, number: int, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise malformed(name, number, f"a string as {excerpt(column)}", excerpt(value), REMEDY)
    if not is_unicode(value):
        raise malformed(name, number, "Unicode text", f"half a character (a lone surrogate) in {excerpt(value)}",
                        "write the text as UTF-8")
    return value
