"""What the seed of a cell varies."""

from typing import Literal

SeedVaries = Literal["weights", "order", "both"]


def weight_seed(seed: int, varies: SeedVaries) -> int:
    """Seed of the initial weights of a cell; 0 in every cell if seeds vary the order alone."""
    return 0 if varies == "order" else seed


def order_seed(seed: int, varies: SeedVaries) -> int:
    """Seed of the row order and of dropout in a cell; 0 in every cell if seeds vary the weights alone."""
    return 0 if varies == "weights" else seed
