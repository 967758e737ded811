"""How words are drawn: labelled rows show part of a lexicon, everything else shows all of it."""

from collections.abc import Sequence
from random import Random
from typing import Literal, TypeVar

Split = Literal["train", "test", "unlabeled"]
Item = TypeVar("Item")

NOISE = 0.04  # share of labelled rows or entities with a wrong label
_COMMON_PART = 3  # one word in so many is common among the rows that people labelled for training
_COMMON_SHARE = 0.85  # of the words drawn for training


def draw(random: Random, words: Sequence[Item], split: Split) -> Item:
    """One of ``words``: in ``train`` mostly one of the first third, else any with equal probability."""
    if split == "train" and random.random() < _COMMON_SHARE:
        words = words[: max(1, len(words) // _COMMON_PART)]
    return random.choice(words)


def noisy(random: Random, label: Item, labels: Sequence[Item]) -> Item:
    """``label``, or with probability ``NOISE`` another one."""
    if random.random() < NOISE:
        return random.choice([other for other in labels if other != label])
    return label
