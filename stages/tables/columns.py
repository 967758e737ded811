"""Which columns of a file hold what: as the settings name them, else by usual names."""

import re
from collections.abc import Sequence
from itertools import combinations, islice
from typing import Any

from stages.common.listing import some_of
from stages.corpora.lines import excerpt
from stages.settings.base import did_you_mean
from stages.settings.table import Kind, TableSettings
from stages.tables.exports import find_argilla
from stages.tables.marks import find_marks
from stages.tables.names import USUAL
from stages.tables.sources import SETTINGS, Name, Source

Found = dict[str, list[Name]]  # of every meaning, the columns; more than one only of text
_NEEDED: dict[Kind, tuple[str, ...]] = {"single": ("text", "label"), "pair": ("text", "pair", "label"), "words": ()}
_NUMBERED = 20  # first words that are no accident if all are numbers
_NUMBER = re.compile(r"\d+(?:[-.]\d+)?")  # also of several words, or of one that is left out, in CoNLL-U
_LANGUAGE = re.compile("[a-z]{2,3}:(?=.)")


def find_columns(source: Source, settings: TableSettings, further: bool = False) -> Found:
    """The columns of ``source`` by their meaning; a ``further`` file may lack identifiers and genres.

    Raises:
        UserError: a column that is set is not there, or one that is needed is not set and has no or no one usual name.
    """
    kind = settings.task_kind
    if settings.columns.label is None and (argilla := find_argilla(source.columns)):
        raise source.error(1, "one label per row", f"an export of Argilla with {argilla}, whose answers have a status "
                           "and an annotator each", "write text and label of the answers that were submitted, one "
                           f"object or row for each, or set columns.label {SETTINGS}")
    found = {meaning: [_set_column(source, each, meaning) for each in (value if isinstance(value, list) else [value])]
             for meaning, value in settings.columns
             if value is not None and not (further and meaning in ("id", "genre") and value not in source.columns)}
    needed = _needed_of_words(source, found) if kind == "words" else _NEEDED[kind]
    for meaning in needed:
        if meaning not in found:
            found[meaning] = [_usual_column(source, meaning, found)]
    taken = {name for names in found.values() for name in names}
    if kind != "words" and "id" not in found and (
            names := [name for name in source.columns if str(name).lower() in USUAL["id"] and name not in taken]):
        found["id"] = names[:1]
    _refuse_twice(source, found)
    _refuse_two_meanings(source, found)
    if kind == "single" and not settings.kind and "label" in found and _looks_like_pair(source):
        raise source.error(1, "one text per row", "the columns of a pair of texts",
                           f"set kind to pair, or to single, {SETTINGS}")
    return found


def describe_columns(source: Source, found: Found) -> tuple[str, ...]:
    """Where everything is read from, for people."""
    return (", ".join(f"{meaning} from {' and '.join(map(_shown, names))}" for meaning, names in found.items()),)


def _shown(name: Name) -> str:
    return f"column {name}" if isinstance(name, int) else (name or "the column without a name")


def _set_column(source: Source, wanted: Any, meaning: str) -> Name:
    columns = source.columns
    if isinstance(wanted, str):
        exact = [name for name in columns if name == wanted]
        near = exact or [name for name in columns if str(name).lower() == wanted.lower()]
        if len(near) == 1:
            return near[0]
        if not wanted:
            raise source.error(1, "names of all columns", f"{len(near)} without one",
                               "write their names on the first line, and remove lines above it")
        found = f"{len(near)} of them" if near else some_of(map(_shown, columns))
        raise source.error(1, f"a column {wanted}", found, f"correct columns.{meaning} {SETTINGS}"
                           + did_you_mean(wanted, columns))
    if not -len(columns) <= wanted <= len(columns):
        raise source.error(1, f"a column {wanted}", f"{len(columns)} columns",
                           f"correct columns.{meaning} {SETTINGS}")
    return columns[wanted - 1 if wanted > 0 else wanted]


def _usual_column(source: Source, meaning: str, found: Found) -> Name:
    taken = {name for names in found.values() for name in names}
    names = [name for name in source.columns if str(name).lower() in USUAL[meaning] and name not in taken]
    # "sentence" is a text beside a label, and "description" is one where no better name is there.
    if meaning == "text" and len(names) > 1:
        names = [name for name in names if str(name).lower() != "description"]
    if len(names) == 1:
        return names[0]
    expected = f"one column of the {meaning}" if names else f"a column of the {meaning}"
    pair = "; of a pair of texts, give both: the second is that of columns.pair" if len(names) == 2 and (
        meaning == "text") else ""
    columns, remedy = some_of(map(_shown, names or source.columns)), f"set columns.{meaning} {SETTINGS}{pair}"
    if not names and (nested := _nested(source))[0]:
        columns, remedy = f"{columns}, where {nested[0]}", f"{nested[1]}, or {remedy}"
    raise source.error(1, expected, columns, remedy)


def _nested(source: Source) -> tuple[str, str]:
    """Which column has an object, or a list of objects or lists, in the first record, and the remedy; or ""."""
    _, values = next(source.records(), (0, {}))
    for name, value in values.items():
        if isinstance(value, dict) and value:
            return f"{_shown(name)} is an object with {some_of(value)}", "write its values beside the others of the row"
        if isinstance(value, list) and value and isinstance(value[0], dict | list):
            items = f"objects with {some_of(value[0])}" if isinstance(value[0], dict) else "lists"
            return f"{_shown(name)} is a list of {items}", (
                "write one object for each row, with its values under names of their own")
    return "", ""


def _needed_of_words(source: Source, found: Found) -> tuple[str, ...]:
    """Of entities, what is needed in the layout that the columns have."""
    lower = {str(name).lower() for name in source.columns}
    if source.sentences:
        for meaning in ("tags", "tokens"):
            if meaning not in found and _has_usual(source, meaning, found):
                found[meaning] = [_usual_column(source, meaning, found)]
        if "tokens" not in found:
            found["tokens"] = [_first_of_words(source, found.get("tags", []))]
        found.setdefault("tags", [[name for name in source.columns if name not in found["tokens"]][-1]])
        return ()
    listed = lower & set(USUAL["tokens"]) and lower & {*USUAL["tags"]} - {*USUAL["label"]}
    if "tokens" not in found and "tags" not in found and "entities" not in found and not listed:
        marked = find_marks(source)
        if not marked and {"text", "label"} <= lower and not lower & {*USUAL["tokens"], *USUAL["entities"]}:
            marked = [name for name in source.columns if str(name).lower() == "label"]  # what is wrong with it is told
        if marked:
            found["entities"] = marked
    if "entities" in found or (
            "tokens" not in found and "tags" not in found and not listed and lower & set(USUAL["entities"])):
        return ("entities", "text")
    if "sentence" not in found and (
            names := [name for name in source.columns if str(name).lower() in USUAL["sentence"]]):
        found["sentence"] = names[:1]
    return ("tokens", "tags")


def _has_usual(source: Source, meaning: str, found: Found) -> bool:
    taken = {name for names in found.values() for name in names}
    return any(str(name).lower() in USUAL[meaning] and name not in taken for name in source.columns)


def _first_of_words(source: Source, tags: Sequence[Name]) -> Name:
    """The first column but for that of the tags, unless it numbers the words."""
    first = next(name for name in source.columns if name not in tags)
    words = [str(values[first]) for _, values in islice(source.records(), _NUMBERED)]
    expected = f"words in {_shown(first)}"
    if len(words) == _NUMBERED and all(map(_NUMBER.fullmatch, words)):
        raise source.error(1, expected, f"numbers alone, such as {words[0]}", f"set columns.tokens {SETTINGS}")
    languages = {match and match[0] for match in map(_LANGUAGE.match, words)}
    if len(words) == _NUMBERED and len(languages) == 1 and None not in languages:
        raise source.error(1, expected, f"a language before each, as PAN-X has it, {excerpt(words[0])}",
                           f"remove it, as by `sed 's/^[a-z]*://'`; or set columns.tokens {SETTINGS}")
    return first


def _refuse_twice(source: Source, found: Found) -> None:
    for names in found.values():
        for name in names:
            if source.columns.count(name) > 1:
                raise source.error(1, f"one column {_shown(name)}", str(source.columns.count(name)),
                                   "rename one of them")


def _refuse_two_meanings(source: Source, found: Found) -> None:
    """Refuse a text that is also the label, which it would tell, or the other text of its pair."""
    meanings = [meaning for meaning in ("text", "pair", "label", "tokens", "tags", "entities") if meaning in found]
    for one, other in combinations(meanings, 2):
        if shared := next((name for name in found[one] if name in found[other]), None):
            raise source.error(1, f"columns of their own for {one} and {other}", f"{_shown(shared)} for both",
                               f"correct columns.{other} {SETTINGS}")


def _looks_like_pair(source: Source) -> bool:
    lower = {str(name).lower() for name in source.columns}
    return bool(lower & set(USUAL["pair"]))
