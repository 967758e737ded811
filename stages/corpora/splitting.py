"""Orders of rows of which every prefix is a fair sample, so that smaller training sets nest in larger ones."""

import random
from collections.abc import Sequence


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
