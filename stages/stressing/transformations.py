"""Transformations of test rows, applied to the text before it is tokenized.

Each is a pure function from a prepared row and a random number generator to the changed row, or None where it does not
apply to the row. A changed row keeps its guid, has its text in NFC, and has one tag per word where it has words. The
idea of testing one ability at a time by templates of edits, and of expecting either the same label or a certain other
one, is that of Ribeiro et al. (2020, Beyond Accuracy: CheckList, https://aclanthology.org/2020.acl-main.442).
"""

import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Literal

from stages.results.prepared import Row, Task
from stages.stressing.entity_names import swapped_names
from stages.stressing.negation import NEGATED_LABEL, SENTIMENTS, negated
from stages.stressing.typos import misspelled

Change = Callable[[Row, Random], Row | None]
# What the label of a changed row is: the same, a certain other one, or nothing that a model could know.
Expectation = Literal["same", "flipped", "unknowable"]

_DROPPED_SPACES = 0.3  # share of the spaces that are dropped
_ADDED_SPACES = 0.15  # share of the long words that get a space inside
_LONG_WORD = 4  # letters


@dataclass(frozen=True)
class Transformation:
    """A way of changing rows, and what is expected of the changed ones."""

    change: Change
    expectation: Expectation = "same"


def transformation(name: str, task: Task, known_words: Collection[str]) -> Transformation | str:
    """The transformation of that name for a task, or the reason why the task is left out.

    Args:
        name: one of :data:`stages.settings.stress.TransformationName`.
        known_words: words of train in lower case, which are no unseen names.
    """
    kind, language = task.kind, task.language
    if name == "typos":
        return Transformation(typos)
    if name == "spacing":
        return Transformation(spacing) if kind != "words" else "the words are given, there is no space to drop or add"
    if name in ("lower_case", "upper_case"):
        # Latin letters in Korean text are too few to say anything.
        change = lower_case if name == "lower_case" else upper_case
        return Transformation(change) if language != "ko" else "Korean has no capital letters"
    if name == "punctuation_removed":
        return Transformation(punctuation_removed)
    if name == "unseen_entities":
        return (Transformation(partial(unseen_entities, known_words=known_words)) if kind == "words"
                else "the task has no entities")
    if name == "negation":
        return (Transformation(partial(negation, language=language), "flipped")
                if set(task.labels) == SENTIMENTS else "the labels are no sentiments")
    return Transformation(premise_removed, "unknowable") if kind == "pair" else "the task has no premises"


def _mapped(row: Row, change: Callable[[str], str]) -> Row | None:
    """The row with ``change`` made to each of its texts or words; None where all stay as they are.

    None too where a text or word would be empty: words must stay as many as their tags.
    """
    parts = row.words or row.texts
    changed = tuple(_composed(change(part)) for part in parts)
    if not all(changed) or changed == tuple(map(_composed, parts)):
        return None
    return replace(row, words=changed) if row.words else replace(
        row, **dict(zip(("text", "text_pair"), changed, strict=False)))


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def typos(row: Row, random: Random) -> Row | None:
    """About one word in six misspelled, by the rules of :mod:`stages.stressing.typos`."""
    return _mapped(row, partial(misspelled, random=random))


def spacing(row: Row, random: Random) -> Row | None:
    """Some spaces dropped and some added inside words, the most frequent error of informal Korean."""
    return _mapped(row, partial(_respaced, random=random))


def _respaced(text: str, random: Random) -> str:
    spaced = []
    for word in unicodedata.normalize("NFC", text).split(" "):
        if len(word) >= _LONG_WORD and random.random() < _ADDED_SPACES:
            place = random.randrange(1, len(word))
            word = f"{word[:place]} {word[place:]}"
        spaced.append(word)
    joined = spaced[0]
    for word in spaced[1:]:
        joined += ("" if random.random() < _DROPPED_SPACES else " ") + word
    return joined


def lower_case(row: Row, random: Random) -> Row | None:
    """All letters small."""
    return _mapped(row, str.lower)


def upper_case(row: Row, random: Random) -> Row | None:
    """All letters capital."""
    return _mapped(row, str.upper)


def punctuation_removed(row: Row, random: Random) -> Row | None:
    """No character of the Unicode categories P; words of nothing else are left out unless an entity has them."""
    if not row.words:
        return _mapped(row, lambda text: " ".join(_unpunctuated(text).split()))
    kept = [(word, tag) for word, tag in zip(row.words, row.tags, strict=True)
            if _unpunctuated(word) or tag != "O"]
    words = tuple(_unpunctuated(word) or word for word, _ in kept)
    if not words or words == row.words:
        return None
    return replace(row, words=tuple(map(_composed, words)), tags=tuple(tag for _, tag in kept))


def _unpunctuated(text: str) -> str:
    return "".join(character for character in text if not unicodedata.category(character).startswith("P"))


def unseen_entities(row: Row, random: Random, known_words: Collection[str]) -> Row | None:
    """Persons, places and organisations renamed, by the rules of :mod:`stages.stressing.entity_names`."""
    words = tuple(swapped_names(row.words, row.tags, random, known_words))
    return None if words == row.words else replace(row, words=tuple(map(_composed, words)))


def negation(row: Row, random: Random, language: str) -> Row | None:
    """A positive statement negated, by the rules of :mod:`stages.stressing.negation`: its label is now negative."""
    text = negated(_composed(row.text), language) if row.label != NEGATED_LABEL else None
    return replace(row, text=_composed(text), label=NEGATED_LABEL) if text else None


def premise_removed(row: Row, random: Random) -> Row | None:
    """The hypothesis alone.

    What is right beyond chance was told by the hypothesis (Gururangan et al., 2018, https://aclanthology.org/N18-2017).
    """
    return replace(row, text="") if row.text else None
