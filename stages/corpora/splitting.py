"""Orders of rows of which every prefix is a fair sample, so that smaller training sets nest in larger ones.

Rows are numbers here, in arrays: a table of many millions of rows takes some tens of bytes for each.
"""

import random
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

Labels = Sequence[Any] | np.ndarray  # names of labels, or numbers in the order of the names


def stratified_order(labels: Labels, seed: int | str) -> np.ndarray:
    """Permutation of the row numbers such that every prefix holds the classes nearly in proportion.

    Rows are shuffled within their class; the i-th of a class of n gets rank (i + 1/2) / n, and rows are sorted by rank.
    This is the order in which the Webster/Sainte-Lague method hands out seats (Balinski and Young, Fair
    Representation, 1982): with C classes, a class with share p of all rows is off its proportional count in any
    prefix by at most 1/2 + p (C - 2) / 2.
    """
    generator = random.Random(seed)
    names, codes = np.unique(np.asarray(labels), return_inverse=True)
    ranks = np.empty(len(codes))
    for code in range(len(names)):
        rows = _shuffled(np.flatnonzero(codes == code), generator)
        ranks[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    return np.lexsort((codes, ranks))  # which is stable, so equal ones stay in the order of the rows


def shuffled_order(rows: int, seed: int | str) -> np.ndarray:
    """Permutation of the row numbers, for rows without a single class."""
    return _shuffled(np.arange(rows), random.Random(seed))


def _shuffled(rows: np.ndarray, generator: random.Random) -> np.ndarray:
    """``rows`` in the order that ``generator`` gives a list of them; an array of Python takes no object for each."""
    numbers = _numbers(rows)
    generator.shuffle(numbers)  # type: ignore[arg-type]
    return np.frombuffer(numbers, np.int64) if len(numbers) else rows


def carve(labels: Labels, keys: Labels, sizes: Mapping[str, int], seed: int) -> dict[str, np.ndarray]:
    """Row numbers of each set in ``sizes`` and of ``train``, the rest; rows with one key, "" or 0 for none, stay
    together.

    Groups are taken from the largest to the smallest, in random order among equals, and each goes to the set that most
    lacks it: the one whose squared deviations from its share of every label, and of the rows, relative to those shares,
    grow least. A set may be off its size by a part of a group.
    """
    codes = np.unique(np.asarray(labels), return_inverse=True)[1]
    shares = {split: size / len(codes) for split, size in sizes.items()}
    shares = {"train": 1 - sum(shares.values())} | shares
    sets = [_Set(share, np.bincount(codes), len(codes)) for share in shares.values()]
    places = np.zeros(len(codes), np.int8)
    groups, alone = _groups(np.asarray(keys), seed)
    for group in groups:
        counts = Counter(codes[group].tolist())
        growth = [each.growth(counts) for each in sets]
        chosen = growth.index(min(growth))
        for label, number in counts.items():
            sets[chosen].add(label, number)
        places[group] = chosen
    for row, label in zip(_numbers(alone), _numbers(codes[alone]), strict=True):
        growth = [each.of_one[label] + each.of_one_row for each in sets]
        chosen = growth.index(min(growth))
        sets[chosen].add(label, 1)
        places[row] = chosen
    return {split: np.flatnonzero(places == place) for place, split in enumerate(shares)}


class _Set:
    """How many rows a set has, and is to have, of every label and altogether.

    ``of_one`` and ``of_one_row`` are the parts of :meth:`growth` for one more row, by its label.
    """

    def __init__(self, share: float, totals: np.ndarray, rows: int) -> None:
        self._wanted = [share * total for total in totals.tolist()]
        self._counts = [0] * len(totals)
        self._wanted_rows, self._rows = share * rows, 0
        self.of_one = [_growth(1, 0, wanted) for wanted in self._wanted]
        self.of_one_row = _growth(1, 0, self._wanted_rows)

    def growth(self, counts: Mapping[int, int]) -> float:
        """Of the deviation of the set, by its labels and by its rows, if it gets a group."""
        return sum((*(_growth(number, self._counts[label], self._wanted[label]) for label, number in counts.items()),
                    _growth(sum(counts.values()), self._rows, self._wanted_rows)))

    def add(self, label: int, number: int) -> None:
        """Rows of one label."""
        self._counts[label] += number
        self._rows += number
        self.of_one[label] = _growth(1, self._counts[label], self._wanted[label])
        self.of_one_row = _growth(1, self._rows, self._wanted_rows)


def _growth(number: int, present: int, wanted: float) -> float:
    return number * (2 * (present / wanted - 1) + number / wanted)


def _numbers(values: np.ndarray) -> array:
    return array("q", values.astype(np.int64).tobytes())


def _groups(keys: np.ndarray, seed: int) -> tuple[Iterator[np.ndarray], np.ndarray]:
    """The rows of each group of several, the largest first, in random order among equals; and the other rows."""
    _, first, codes = np.unique(keys, return_index=True, return_inverse=True)
    first = np.where(keys == keys.dtype.type(), np.arange(len(keys)), first[codes])  # of every row, that of its group
    rows = np.argsort(first, kind="stable")
    starts = np.flatnonzero(np.diff(first[rows], prepend=-1))
    sizes = np.diff(starts, append=len(rows))
    order = shuffled_order(len(starts), seed)
    order = order[np.argsort(-sizes[order], kind="stable")]
    several = int((sizes > 1).sum())
    return ((rows[starts[group]:starts[group] + sizes[group]] for group in order[:several]),
            rows[starts[order[several:]]])
