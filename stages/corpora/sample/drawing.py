"""How words are drawn: training rows show part of a lexicon, everything else shows all of it."""

from collections.abc import Sequence
from random import Random
from typing import Literal, TypeVar

Split = Literal["train", "validation", "test", "test_mismatched", "unlabeled"]
Item = TypeVar("Item")

NOISE = 0.04  # share of labelled rows or entities with a wrong label
_COMMON_PART = 3  # one word in so many is common among the rows that people labelled for training
_COMMON_SHARE = 0.85  # of the words drawn for training


def words(text: str) -> list[str]:
    """The words of a lexicon, parted by white space."""
    return text.split()


def phrases(text: str) -> list[str]:
    """The phrases of a lexicon, parted by ``|`` or line ends."""
    return [phrase.strip() for phrase in text.replace("\n", "|").split("|") if phrase.strip()]


def draw(random: Random, lexicon: Sequence[Item], split: Split) -> Item:
    """One of ``lexicon``: in ``train`` mostly one of the first third, else any with equal probability."""
    if split == "train" and random.random() < _COMMON_SHARE:
        lexicon = lexicon[: max(1, len(lexicon) // _COMMON_PART)]
    return random.choice(lexicon)


def noisy(random: Random, label: Item, labels: Sequence[Item]) -> Item:
    """``label``, or with probability ``NOISE`` another one."""
    if random.random() < NOISE:
        return random.choice([other for other in labels if other != label])
    return label
