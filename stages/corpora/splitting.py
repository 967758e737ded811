"""Orders of rows of which every prefix is a fair sample, so that smaller training sets nest in larger ones."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence


def stratified_order(labels: Sequence[str], seed: int) -> list[int]:
    """Permutation of the row numbers such that every prefix holds the classes nearly in proportion.

    Rows are shuffled within their class; the i-th of a class of n gets rank (i + 1/2) / n, and rows are sorted by rank.
    This is the order in which the Webster/Sainte-Lague method hands out seats (Balinski and Young, Fair
    Representation, 1982): with C classes, a class with share p of all rows is off its proportional count in any
    prefix by at most 1/2 + p (C - 2) / 2.
    """
    generator = random.Random(seed)
    members: dict[str, list[int]] = {}
    for row, label in enumerate(labels):
        members.setdefault(label, []).append(row)
    ranked: list[tuple[float, str, int]] = []
    for label, rows in sorted(members.items()):
        generator.shuffle(rows)
        ranked += [((position + 0.5) / len(rows), label, row) for position, row in enumerate(rows)]
    return [row for _, _, row in sorted(ranked)]


def shuffled_order(rows: int, seed: int) -> list[int]:
    """Permutation of the row numbers, for rows without a single class."""
    order = list(range(rows))
    random.Random(seed).shuffle(order)
    return order


def carve(labels: Sequence[str], keys: Sequence[str], sizes: Mapping[str, int], seed: int) -> dict[str, list[int]]:
    """Row numbers of each set in ``sizes`` and of ``train``, the rest; rows with one key, "" for none, stay together.

    Groups are taken from the largest to the smallest, in random order among equals, and each goes to the set that most
    lacks it: the one whose squared deviations from its share of every label, and of the rows, relative to those shares,
    grow least. A set may be off its size by a part of a group.
    """
    groups: dict[object, list[int]] = {}
    for row, key in enumerate(keys):
        groups.setdefault(key or row, []).append(row)
    members = list(groups.values())
    random.Random(seed).shuffle(members)
    members.sort(key=len, reverse=True)
    totals = Counter(labels)
    shares = {split: size / len(labels) for split, size in sizes.items()}
    shares = {"train": 1 - sum(shares.values())} | shares
    counts: dict[str, Counter[str]] = {split: Counter() for split in shares}
    found: dict[str, list[int]] = {split: [] for split in shares}

    def growth(split: str, group: Sequence[int]) -> float:
        """Of the deviation of a set, by its labels and by its rows, if it gets ``group``."""
        of_labels = ((number, counts[split][label], shares[split] * totals[label])
                     for label, number in Counter(labels[row] for row in group).items())
        of_rows = len(group), len(found[split]), shares[split] * len(labels)
        return sum(number * (2 * (present / wanted - 1) + number / wanted)
                   for number, present, wanted in (*of_labels, of_rows))

    for group in members:
        chosen = min(shares, key=lambda split, group=group: growth(split, group))  # type: ignore[misc]
        counts[chosen] += Counter(labels[row] for row in group)
        found[chosen] += group
    return {split: sorted(rows) for split, rows in found.items()}
