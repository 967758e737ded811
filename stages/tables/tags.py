"""Entity tags of any scheme as IOB2.

IO, IOB1, IOB2, IOBES (BIOES, BILOU, BMES): what the letters of a scheme say does not depend on the others, so a mixture
is read rightly, too. IO and IOB1 differ from IOB2 in that an entity may begin with ``I-`` (Tjong Kim Sang and Veenstra,
1999, https://aclanthology.org/E99-1023); in IO two neighbours of one type are one.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

OUTSIDE = ("O", "-", "_")
_BEGINS, _ENDS = frozenset("BSU"), frozenset("ESLU")
LETTERS = "BIESLUM"
_PREFIXED, _SUFFIXED = re.compile(f"([{LETTERS}])[-_/:.](.+)"), re.compile(f"(.+)[-_/:.]([{LETTERS}])")
_PATTERNS = {"prefix": _PREFIXED, "suffix": _SUFFIXED}


class Tag(NamedTuple):
    """A letter of the scheme and an entity type; both "" outside of entities."""

    letter: str = ""
    type: str = ""


Style = Literal["prefix", "suffix", "bare"]


def find_style(tags: Iterable[str]) -> Style | None:
    """Where the letter of a tag stands; None if some tags have one and others do not."""
    inside = {tag for tag in tags if tag not in OUTSIDE}
    for style, pattern in _PATTERNS.items():
        matching = {tag for tag in inside if pattern.fullmatch(tag)}
        if inside and matching == inside:
            return "prefix" if style == "prefix" else "suffix"
        if matching and style == "prefix":
            return None
    return "bare"


def parse(tag: str, style: Style) -> Tag | None:
    """The parts of a tag; None if it is none of ``style``."""
    if tag in OUTSIDE:
        return Tag()
    if style == "bare":
        return Tag("I", tag)
    found = _PATTERNS[style].fullmatch(tag)
    if not found:
        return None
    return Tag(*(found.groups() if style == "prefix" else reversed(found.groups())))


def to_iob2(tags: Sequence[Tag]) -> tuple[str, ...]:
    """The tags of one sentence with ``B-`` at the first word of every entity."""
    spelled: list[str] = []
    before = Tag()
    for tag in tags:
        begins = tag.letter in _BEGINS or before.type != tag.type or before.letter in _ENDS
        spelled.append(f"{'B' if begins else 'I'}-{tag.type}" if tag.type else "O")
        before = tag
    return tuple(spelled)


def describe_scheme(sentences: Iterable[Sequence[Tag]], style: Style) -> str:
    """The scheme that the tags are in, for people."""
    letters: set[str] = set()
    begun_inside = marked = neighbours = 0  # entities that begin with I-; with B-; of these, after one of their type
    for sentence in sentences:
        before = Tag()
        for tag in sentence:
            letters.add(tag.letter)
            begun_inside += tag.letter == "I" and before.type != tag.type
            marked += tag.letter == "B"
            neighbours += tag.letter == "B" and before.type == tag.type
            before = tag
    where = {"prefix": "", "suffix": ", letters behind the types", "bare": ", types without letters"}[style]
    letters -= {""}
    if letters & {"L", "U"}:
        return f"tags in BILOU{where}"
    if letters & {"E", "S"}:
        return f"tags in {'BMES' if 'M' in letters else 'IOBES'}{where}"
    if "B" not in letters:
        return f"tags in IO{where}: neighbours of one type are one entity" if letters else "no tag but O"
    if not begun_inside:
        return f"tags in IOB2{where}"
    if marked == neighbours:
        return f"tags in IOB1{where}"
    return f"tags in IOB2{where}, but for {begun_inside} entities that begin with I"
