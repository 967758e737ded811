"""Sentences of a table of entities: lists of words and tags, a word per row, or marked parts of a text."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, islice
from typing import Any, NamedTuple

from stages.corpora.lines import excerpt, is_unicode
from stages.encoding.running_text import Span, word_spans
from stages.settings.table import label_text
from stages.tables.columns import Found
from stages.tables.exports import UNCOUNTED
from stages.tables.marks import Mark, read_marks, without_spaces
from stages.tables.names import DOCUMENTS
from stages.tables.sources import DOCUMENT, HEADING, Name, Source, cell_list, is_broken_list, is_missing
from stages.tables.tags import find_style, parse, to_iob2

LONGEST_MEAN = 300  # words per sentence; more are documents
_LOOKED_AT = 20  # sentences by which lists of characters are recognised
_FEWEST = 20  # sentences of one word each that are no accident
# An entity in the heading of KLUE's sentences.
_MARKED = re.compile(r"<([^<>]+):[A-Z]+>")
_SENTENCE_REMEDY = "set columns.sentence under `table` in params.yaml"


class Place(NamedTuple):
    """Where an entity by offsets is: an excerpt, and whether it begins or ends where words have no border.

    ``cut_in_utf16`` is the same for offsets that count UTF-16 units, None where these are as many as characters.
    """

    shown: str
    cut: bool
    cut_in_utf16: bool | None


@dataclass
class Sentence:
    """Words with their tags as they stand in the file, and the number of the line or row of each.

    ``first`` is the number of the sentence's first, ``inside`` counts entities that begin or end inside a word, and
    ``lost`` those that are left out because an earlier one has the word. ``places`` are those of entities by offsets.
    ``dropped`` is why the sentence does not count, as its annotator rejected it.
    """

    first: int = 0
    numbers: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    id: str = ""
    document: str = ""
    group: str = ""
    inside: int = 0
    lost: int = 0
    places: list[Place] = field(default_factory=list)
    dropped: str = ""


def read_sentences(source: Source, found: Found) -> Iterator[Sentence]:
    """Yield every sentence.

    Raises:
        UserError: words and tags are not as many, offsets do not fit the text, or sentences are not told apart.
    """
    if "entities" in found:
        yield from (_of_offsets(source, number, values, found) for number, values in source.records())
        return
    if source.characters:
        yield from _of_characters(source, found)
        return
    lists = characters = None
    count = total = first = 0
    current = Sentence()
    places = [*found.get("sentence", ()), *(name for name in source.columns if str(name).lower() in DOCUMENTS)]
    place = [""] * len(places)  # of the current sentence, by the columns that tell it
    for record in source.read():
        if record is None:
            if current.words:
                count, total = count + 1, total + len(current.words)
                yield current
            current = Sentence()
            continue
        number, values = record
        first = first or number
        lists = _has_lists(source, values, found) if lists is None else lists
        if lists:
            characters = _lists_characters(source, found) if characters is None else characters
            yield (_of_listed_characters if characters else _of_lists)(source, number, values, found)
            continue
        if not source.sentences:
            if "sentence" not in found:
                raise source.error(number, "a column that tells which words are a sentence", "none",
                                   f"number the sentences in a column, and {_SENTENCE_REMEDY}; or write tabs between "
                                   "columns and a blank line between sentences")
            before, place = place, [_cell(values, name) or last for name, last in zip(places, place, strict=True)]
            if place != before and current.words:
                count, total = count + 1, total + len(current.words)
                yield current
                current = Sentence()
            current.id = place[0]
        _add_word(source, number, values, found, current)
    if current.words:
        count, total = count + 1, total + len(current.words)
        yield current
    if total > LONGEST_MEAN * max(count, 1) or total == count >= _FEWEST:
        expected = ("blank lines between sentences and nowhere else" if source.sentences else
                    "another value in the column of the sentence for every sentence")
        raise source.error(first, expected, f"{total:,} words in {count:,} sentence{'s' * (count != 1)}",
                           "separate the sentences" if source.sentences else _SENTENCE_REMEDY)


def _cell(values: Mapping[Name, Any], name: Name) -> str:
    value = values.get(name)
    text = "" if is_missing(value) else label_text(value)
    return "" if text.lower() == "nan" else text


def _word(source: Source, number: int, value: Any) -> str:
    if not isinstance(value, str):
        if value is None or value != value or isinstance(value, bool | list | dict):
            raise source.error(number, "a word", excerpt(value))
        value = label_text(value)
    if not value.strip() or not is_unicode(value):
        raise source.error(number, "a word", excerpt(value), "join it to its neighbours, or remove it")
    return value


def _add_word(source: Source, number: int, values: Mapping[Name, Any], found: Found, sentence: Sentence) -> None:
    sentence.first = sentence.first or number
    sentence.numbers.append(number)
    word = _word(source, number, values.get(found["tokens"][0]))
    if source.delimiter and "\n" in word:
        raise source.error(number, "a word", f"several lines in quotation marks, {excerpt(word)}",
                           "if the marks are words, set quoted to false under `table` in params.yaml")
    sentence.words.append(word)
    sentence.tags.append(_tag(source, number, values, found))
    document = values.get(DOCUMENT) if source.sentences else None
    sentence.document = str(document or "")
    sentence.group = _cell(values, found["group"][0]) if "group" in found else ""


def _tag(source: Source, number: int, values: Mapping[Name, Any], found: Found) -> str:
    tag = _cell(values, found["tags"][0])
    if not tag:
        raise source.error(number, "a tag", "none", "write O for words outside of entities")
    return source.tags.get(tag, tag)


def _has_lists(source: Source, values: Mapping[Name, Any], found: Found) -> bool:
    """Whether a row is a whole sentence: its words are a list, or a string with as many parts as there are tags."""
    if source.sentences:
        return False
    words, tags = (values.get(found[name][0]) for name in ("tokens", "tags"))
    if isinstance(words, list) or isinstance(tags, list):
        return True
    _, parts = _cells(values, found)
    return is_broken_list(tags) or (isinstance(tags, str) and parts is not None and (
        tags.strip().startswith("[") or ("sentence" not in found and len(parts) > 1)))


def tags_in(cell: str) -> list[str]:
    """The tags of several words in a cell, between commas, bars or spaces or as a list; [] of anything else."""
    for parts in (cell.split(","), cell.split("|"), cell_list(cell) or []):
        tags = [str(part).strip() for part in parts]
        if len(tags) > 1 and all(parse(tag, "prefix") or parse(tag, "suffix") for tag in tags):
            return tags
    return []


def _cells(values: Mapping[Name, Any], found: Found) -> tuple[list[Any] | None, list[Any] | None]:
    """Words and tags of a row whose cells are lists or have spaces; or else commas or bars, between as many of both."""
    words, tags = (values.get(found[name][0]) for name in ("tokens", "tags"))
    if isinstance(words, str) and isinstance(tags, str) and (parts := tags_in(tags)):
        for divided in (cell_list(words) or [], words.split(","), words.split("|")):
            if len(divided) == len(parts):
                return [word.strip() if isinstance(word, str) else word for word in divided], parts
    return cell_list(words), cell_list(tags)


def divides_text(source: Source, found: Found) -> bool:
    """Whether the words are not those of the file, but its texts or characters are divided into words here."""
    return "entities" in found or source.characters or _lists_characters(source, found)


def _lists_characters(source: Source, found: Found) -> bool:
    """Whether the words of the first sentences are lists of single characters, spaces among them, as KLUE has them."""
    lists = [words for _, values in islice(source.records(), _LOOKED_AT)
             if isinstance(words := values.get(found["tokens"][0]), list | str)
             and (words := cell_list(words) if isinstance(words, list) or words.startswith("[") else None)]
    words = [str(word) for listed in lists for word in listed]
    return all(len(word) == 1 for word in words) and any(word.isspace() for word in words)


def _of_listed_characters(source: Source, number: int, values: Mapping[Name, Any], found: Found) -> Sentence:
    characters, tags = _lists(source, number, values, found)
    if wrong := next((one for one in characters if not isinstance(one, str) or len(one) != 1 or not is_unicode(one)),
                     None):
        raise source.error(number, "one character as in other lists", excerpt(wrong))
    return _of_text([number] * len(characters), characters, tags, [""]) if characters else Sentence(number)


def _of_lists(source: Source, number: int, values: Mapping[Name, Any], found: Found) -> Sentence:
    words, tags = _lists(source, number, values, found)
    return Sentence(number, [number] * len(words), [_word(source, number, word) for word in words], tags,
                    _cell(values, found["id"][0]) if "id" in found else "",
                    group=_cell(values, found["group"][0]) if "group" in found else "",
                    dropped=values.get(UNCOUNTED, ""))


def _lists(source: Source, number: int, values: Mapping[Name, Any], found: Found) -> tuple[list[Any], list[str]]:
    """Words and tags of a row; tags that are numbers by their names, where these are known."""
    words, tags = _cells(values, found)
    for name, value in (("tokens", words), ("tags", tags)):
        if value is None:
            raise source.error(number, f"a list as {found[name][0]}", excerpt(values.get(found[name][0])))
    if len(words or ()) != len(tags or ()):
        raise source.error(number, "as many tags as words", f"{len(tags or ())} tags and {len(words or ())} words")
    return words or [], [source.tags.get(label_text(tag), label_text(tag)) for tag in tags or ()]


def _of_offsets(source: Source, number: int, values: Mapping[Name, Any], found: Found) -> Sentence:
    text = values.get(found["text"][0])
    if not isinstance(text, str) or not is_unicode(text):
        raise source.error(number, f"a text as {found['text'][0]}", excerpt(text))
    spans = word_spans(text)
    if dropped := values.get(UNCOUNTED, ""):
        return Sentence(number, [number] * len(spans), [text[first:last] for first, last in spans], ["O"] * len(spans),
                        dropped=dropped)
    entities: list[Mark] = []
    places = []
    for *given, kind in read_marks(source, number, values.get(found["entities"][0]), text):
        start, end = without_spaces(text, *given)
        here = f"{excerpt(text[start:end])} at {start} to {end}"
        if not any(first < end and start < last for first, last in spans):
            raise source.error(number, "an entity with a word", here, "correct the offsets")
        if any(first < end and start < last for first, last, _ in entities):
            raise source.error(number, "entities that do not overlap", f"{here} where another one is",
                               "keep one of them")
        entities.append((start, end, kind))
        places.append(Place(here, _is_cut(text, start, end), _is_cut_in_utf16(text, *given)))
    tags, inside, lost = _tags_of(spans, entities)
    return Sentence(number, [number] * len(spans), [text[first:last] for first, last in spans], tags,
                    _cell(values, found["id"][0]) if "id" in found else "",
                    group=_cell(values, found["group"][0]) if "group" in found else "", inside=inside, lost=lost,
                    places=places)


def _is_cut(text: str, start: int, end: int) -> bool:
    """Whether an entity begins or ends within a word; Korean particles may follow one in its word."""
    before, after = text[start - 1:start + 1] if start else "", text[end - 1:end + 1]
    return any(len(pair) == 2 and all(each.lower() != each.upper() for each in pair) for pair in (before, after)) or (
        len(before) == 2 and all("가" <= each <= "힣" for each in before))


def _is_cut_in_utf16(text: str, start: int, end: int) -> bool | None:
    """Whether an entity is cut, or half of a character, if its offsets count UTF-16 units; None if that is the same."""
    if text[:end].isascii() or max(text[:end]) <= "\uffff":
        return None
    units = list(accumulate((1 + (each > "\uffff") for each in text), initial=0))
    return not {start, end} <= set(units) or _is_cut(text, *without_spaces(text, units.index(start), units.index(end)))


def _tags_of(spans: Sequence[Span], entities: Iterable[Mark]) -> tuple[list[str], int, int]:
    """A tag for every word; how many entities begin or end inside a word, and how many are left out.

    A word has one tag, so of two entities in a word the first alone counts.
    """
    tags, inside, lost = ["O"] * len(spans), 0, 0
    for start, end, kind in entities:
        covered = [place for place, (first, last) in enumerate(spans) if first < end and start < last]
        if not covered or any(tags[place] != "O" for place in covered):
            lost += 1
            continue
        inside += (spans[covered[0]][0], spans[covered[-1]][1]) != (start, end)
        for place in covered:
            tags[place] = f"{'I' if place > covered[0] else 'B'}-{kind}"
    return tags, inside, lost


def _of_characters(source: Source, found: Found) -> Iterator[Sentence]:
    """Sentences whose characters stand one a row, divided into words as running text is."""
    rows: list[tuple[int, str, str, str]] = []  # line, character, tag, and heading of the sentence
    for record in chain(source.read(), [None]):
        if record is not None:
            number, values = record
            character = str(values[found["tokens"][0]]) or " "
            if len(character) > 1 or not is_unicode(character):
                raise source.error(number, "one character as in other lines", excerpt(character))
            rows.append((number, character, _tag(source, number, values, found), str(values[HEADING])))
        elif rows:
            yield _of_text(*zip(*rows, strict=True))
            rows = []


def _of_text(
    numbers: Sequence[int], characters: Sequence[str], tags: Sequence[str], headings: Sequence[str]
) -> Sentence:
    """The sentence of these characters; where they have no spaces between them, its heading may."""
    name, _, heading = headings[0].partition("\t")
    style = find_style(tags)
    parsed = [tag for given in tags if style and (tag := parse(given, style))]
    if len(parsed) < len(tags):  # refused where all tags are seen
        return Sentence(numbers[0], list(numbers), list(characters), list(tags), name)
    text, places = "".join(characters), list(range(len(characters)))
    marked = _MARKED.sub(r"\1", heading)
    if " " not in characters and "".join(marked.split()) == text:
        text, places = marked, [place for place, character in enumerate(marked) if not character.isspace()]
    spans, of_place, iob2 = word_spans(text), dict(zip(places, numbers, strict=True)), to_iob2(parsed)
    starts = [place for place, tag in enumerate(iob2) if tag.startswith("B-")]
    entities = []
    for start in starts:
        end = next((place for place in range(start + 1, len(iob2)) if iob2[place][0] != "I"), len(iob2))
        entities.append((places[start], places[end - 1] + 1, iob2[start][2:]))
    found, inside, lost = _tags_of(spans, entities)
    return Sentence(numbers[0], [of_place[first] for first, _ in spans], [text[first:last] for first, last in spans],
                    found, name, inside=inside, lost=lost)
