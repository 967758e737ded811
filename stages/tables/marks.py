"""Marked parts of a text, by offsets and type, as programs write them."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from stages.common.composing import composed
from stages.corpora.lines import excerpt
from stages.corpora.recognising import HEAD
from stages.tables.sources import Name, Source, cell_list

Mark = tuple[int, int, str]  # first character, the one after the last, and type
_START, _END = ("start", "start_offset", "begin", "start_char"), ("end", "end_offset", "end_char", "stop")
_TYPE = ("label", "type", "entity", "tag", "entity_group", "entity_type", "labels")
_REMEDY = ("correct the offsets: they count characters, each of which is one, an emoji too, and the end is the one "
           "after the last")


def find_marks(source: Source) -> list[Name]:
    """The column with marked parts of texts in the first rows; [] if there is none, or more than one."""
    rows = [values for _, values in islice(source.records(), HEAD)]
    found = [name for name in source.columns if (given := [cell for values in rows if (cell := values.get(name))
                                                           and cell != "[]"]) and all(map(_are_marks, given))]
    return found if len(found) == 1 else []


def _are_marks(value: Any) -> bool:
    """Whether a cell is a list, not empty, of parts with first character, end and type."""
    if isinstance(value, str) and not value.lstrip().startswith(("[[", "[(", "[{")):
        return False
    parts = cell_list(value)
    return bool(parts) and all(
        len(found := _values(part)) == 3 and all(isinstance(place, int) for place in found[:2])
        and isinstance(found[2], str) for part in parts or ())


def read_marks(source: Source, number: int, given: Any, text: str) -> Iterator[Mark]:
    """Every marked part.

    Raises:
        UserError: what is given is no list of marks, or some do not fit ``text``.
    """
    parts = cell_list(given)
    if isinstance(given, str) and not given.strip().startswith("["):
        parts = [] if not given.strip() else None
    if parts is None and given is not None:
        raise source.error(number, "a list of entities", excerpt(given))
    for part in parts or []:
        values = _values(_with_end(part))
        if len(values) != 3 or not all(isinstance(place, int) for place in values[:2]) or not isinstance(
                values[2], str) or not values[2]:
            raise source.error(number, "entities as [start, end, label] or with the keys start, end and label",
                               excerpt(part), "write all entities so: offsets are whole numbers that count characters "
                               "from 0, and end is start plus length")
        start, end, kind = values
        if not 0 <= start < end <= len(text):
            raise source.error(number, f"offsets within the {len(text)} characters of the text", f"{start} to {end}",
                               _REMEDY)
        if isinstance(part, dict) and isinstance(marked := part.get("text"), str) and (
                _plain(marked) != _plain(text[start:end])):
            raise source.error(number, f"{excerpt(marked)} at {start} to {end}, as its entity has it",
                               excerpt(text[start:end]), _REMEDY)
        yield start, end, composed(kind)


def without_spaces(text: str, start: int, end: int) -> tuple[int, int]:
    """The part of a text without white space around it."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _plain(text: str) -> str:
    """Without white space, which programs write in different ways."""
    return "".join(text.replace("\\n", "").replace("\\t", "").split())


def _with_end(part: Any) -> Any:
    """A part with start and end where it has offset and length, by which no column is recognised: links have them."""
    if isinstance(part, dict) and all(isinstance(part.get(key), int) for key in ("offset", "length")):
        return {"start": part["offset"], "end": part["offset"] + part["length"]} | part
    return part


def _values(part: Any) -> tuple[Any, ...]:
    if isinstance(part, list | tuple):
        return tuple(part)
    return _of_keys(part) if isinstance(part, dict) else ()


def _of_keys(part: Mapping[str, Any]) -> tuple[Any, ...]:
    found = tuple(next((part[key] for key in keys if key in part), None) for keys in (_START, _END, _TYPE))
    label = found[2][0] if isinstance(found[2], list) and len(found[2]) == 1 else found[2]
    return found[0], found[1], label
