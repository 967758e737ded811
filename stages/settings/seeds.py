"""What the seed of a cell changes."""

from typing import Literal

SeedVaries = Literal["weights", "order", "both"]


def weight_seed(seed: int, varies: SeedVaries) -> int:
    """Seed of the initial weights of the cell with ``seed``; 0 in every cell where seeds vary the order alone."""
    return 0 if varies == "order" else seed


def order_seed(seed: int, varies: SeedVaries) -> int:
    """Seed of the order of the rows and of dropout; 0 in every cell where seeds vary the weights alone."""
    return 0 if varies == "weights" else seed
