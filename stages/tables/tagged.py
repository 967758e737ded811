"""Sentences of a table, with IOB2 tags whatever the scheme of theirs."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from stages.common.listing import some_of
from stages.corpora.lines import excerpt
from stages.corpora.rows import Row
from stages.settings.table import TableSettings
from stages.tables.columns import Found
from stages.tables.sentences import Sentence, divides_text, read_sentences
from stages.tables.sources import SETTINGS, Source, group_name
from stages.tables.tags import LETTERS, OUTSIDE, Tag, describe_scheme, find_style, parse, to_iob2

_BY_CHANCE = 1  # entity inside a word is at a border where its offsets are read in another way
_MANY = 100  # words, of which the first has no type of its own by accident


class _Offsets:
    """Counts of entities by offsets that are cut, and the first one, of all and of those after an emoji or the like."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._first: dict[str, tuple[int, str]] = {}

    def add(self, sentence: Sentence) -> None:
        for shown, cut, cut_in_utf16 in sentence.places:
            kinds = ["all"] if cut_in_utf16 is None else ["all", "after"]
            self._counts.update(kinds)
            if cut:
                self._counts.update(f"cut {kind}" for kind in kinds)
                for kind in kinds:
                    self._first.setdefault(kind, (sentence.first, shown))
            self._counts["cut in UTF-16"] += bool(cut_in_utf16)

    def refuse(self, source: Source) -> None:
        """Refuse offsets that count something other than characters."""
        every, cut = self._counts["all"], self._counts["cut all"]
        after, shifted, in_utf16 = (self._counts[key] for key in ("after", "cut after", "cut in UTF-16"))
        if shifted > 2 * in_utf16 + _BY_CHANCE:
            number, shown = self._first["after"]
            raise source.error(
                number, "offsets that count characters, an emoji as one", "UTF-16 units, an emoji as two: of "
                f"{after:,} entities after an emoji or the like, {shifted:,} begin or end between two letters, such as "
                f"{shown}, and {in_utf16:,} when read as UTF-16",
                "write each offset as len(text.encode('utf-16-le')[:2 * offset].decode('utf-16-le')), in Python")
        if 2 * cut > every:
            number, shown = self._first["all"]
            raise source.error(
                number, "entities from the first character of a word to the one after its last", f"{cut:,} of "
                f"{every:,} entities that begin or end between two letters, such as {shown}", "correct the offsets: "
                "they count characters, not words, from 0, and the end is the one after the last")


def tagged_rows(source: Source, found: Found, settings: TableSettings, types: Sequence[str]) -> Iterator[Row]:
    """Sentences with IOB2 tags of these types."""
    style = _style(source, found, settings)
    for sentence in read_sentences(source, found):
        tags = _tags(source, sentence, settings, style, types)
        dropped = sentence.dropped or ("" if any(word.strip() for word in sentence.words) else "empty text")
        yield Row(sentence.first, words=tuple(sentence.words), tags=to_iob2(tags), source_id=sentence.id,
                  group=sentence.document or group_name(sentence.group), dropped=dropped)


def _style(source: Source, found: Found, settings: TableSettings) -> Any:
    """Where the tags have the letter of their scheme.

    Raises:
        UserError: some tags have one and others do not, or tags are numbers without names.
    """
    first: dict[str, int] = {}
    offsets = _Offsets()
    words = outside = 0
    for sentence in read_sentences(source, found):
        offsets.add(sentence)
        for number, tag in zip(sentence.numbers, sentence.tags, strict=True):
            first.setdefault(tag, number)
            words, outside = words + 1, outside + (tag in OUTSIDE)
    offsets.refuse(source)
    if numbered := sorted((tag for tag in first if tag.isdecimal()), key=int):
        names = "0: O, 1: B-PER, ..." if len(numbered) == len(first) else f"{numbered[0]}: O"
        raise source.error(first[numbered[0]], "a tag by name", f"the numbers {some_of(numbered)} without names",
                           f"write the tag of each number as labels, {{{names}}} {SETTINGS}")
    if wrong := next((tag for tag in first if tag == "o" or re.fullmatch("[bi][-_].+", tag)), ""):
        raise source.error(first[wrong], "tags in capitals, as O, B-PER and I-PER", excerpt(wrong),
                           "write the letters of the scheme in capitals")
    if wrong := next((tag for tag in first if re.fullmatch(r"\(?[^\s*]*\*\)?", tag)), ""):
        raise source.error(first[wrong], "a tag of one word, as O, B-PER and I-PER",
                           f"brackets over several, {excerpt(wrong)}",
                           f"write a tag for every word, or correct columns.tags {SETTINGS}")
    style = find_style(first)
    inside = [tag for tag in first if tag not in OUTSIDE]
    if inside and all(tag in LETTERS for tag in inside):
        letter = inside[0]
        raise source.error(first[letter], "tags with an entity type, as B-PER", f"letters alone, such as {letter}",
                           f"name their type as labels, {{B: B-PER, I: I-PER, O: O}} {SETTINGS}")
    if wrong := next((tag for tag in inside if re.fullmatch(r"\w+=\S+", tag)), ""):
        raise source.error(first[wrong], "O, or the type of an entity", f"features of a word, {excerpt(wrong)}",
                           f"correct columns.tags {SETTINGS}")
    if style == "bare" and "O" not in first and 5 * outside < words and len(first) > 1:
        raise source.error(1, "the tag O for words outside of entities", f"none among {some_of(first)}",
                           f"correct columns.tags {SETTINGS}; tags of every word, such as parts of speech, are no "
                           "entities")
    if style == "bare" and source.sentences and settings.header is None and isinstance(source.columns[0], int):
        _refuse_type_of_first(source, found)
    if style:
        return style
    tag = next(tag for tag in first if parse(tag, "prefix") is None)
    raise source.error(first[tag], "O, or a letter and a type as other tags have it", excerpt(tag),
                       f"correct the tag; if the line has the names of the columns, set header to true {SETTINGS}"
                       if source.sentences else "correct the tag")


def _refuse_type_of_first(source: Source, found: Found) -> None:
    """Refuse a type that the first word alone has, which is likelier the name of the column."""
    opening = next(read_sentences(source, found), Sentence())
    counts = Counter(chain.from_iterable(sentence.tags for sentence in read_sentences(source, found)))
    if opening.tags and counts[opening.tags[0]] == 1 and opening.tags[0] not in OUTSIDE and counts.total() >= _MANY:
        raise source.error(opening.first, "names of columns, or a word and its tag",
                           f"{excerpt(opening.words[0])} and {excerpt(opening.tags[0])}, which no other word has",
                           f"set header to true or false {SETTINGS}")


def _tags(source: Source, sentence: Sentence, settings: TableSettings, style: Any, types: Sequence[str]) -> list[Tag]:
    tags = []
    for number, given in zip(sentence.numbers, sentence.tags, strict=True):
        tag = parse(given, style)
        if tag is None:
            raise source.error(number, "a tag as others have it", excerpt(given), "correct the tag")
        tag = Tag(tag.letter, settings.labels.get(tag.type, tag.type))
        if tag.type in OUTSIDE:
            raise source.error(number, f"an entity type other than {tag.type}, which stands for no entity",
                               excerpt(given), f"write {tag.type} alone where there is none, or rename the type")
        if tag.type and types and tag.type not in types:
            raise source.error(number, f"an entity type among {', '.join(types)}", excerpt(given),
                               f"correct the tag, or add the type to labels {SETTINGS}")
        tags.append(tag)
    return tags


def named_types(names: Sequence[str]) -> tuple[str, ...]:
    """Entity types of names that are types, or tags of a scheme; () where they name O alone."""
    if "O" not in names:
        return tuple(names)
    tags = [parse(name, find_style(names) or "prefix") for name in names]
    return tuple(dict.fromkeys(tag.type for tag in tags if tag and tag.type))


def types_of(source: Source, found: Found, settings: TableSettings) -> tuple[str, ...]:
    """The entity types of the training set, by the alphabet."""
    style = _style(source, found, settings)
    types = {tag.type for sentence in read_sentences(source, found)
             for tag in _tags(source, sentence, settings, style, ())} - {""}
    if not types:
        raise source.error(1, "entities", "no tag but O", f"correct columns.tags {SETTINGS}")
    if len(types) > 200:
        raise source.error(1, "tags of entities", f"{len(types)} types", f"correct columns.tags {SETTINGS}")
    return tuple(sorted(types))


def describe_words(source: Source, found: Found, settings: TableSettings) -> tuple[str, ...]:
    """The scheme of the tags, and how marked text is divided into words, for people."""
    style = _style(source, found, settings)
    tags = (_tags(source, sentence, settings, style, ()) for sentence in read_sentences(source, found))
    scheme = describe_scheme(tags, style)
    if not divides_text(source, found):
        return (scheme,)
    inside = lost = 0
    for sentence in read_sentences(source, found):
        inside, lost = inside + sentence.inside, lost + sentence.lost
    return (scheme, "words as predict divides running text",
            *([f"{inside:,} entities begin or end inside a word; their tags are for all of it"] if inside else []),
            *([f"{lost:,} entities are in the word of an earlier one and left out"] if lost else []))
