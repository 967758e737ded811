"""What the seed of a cell changes."""

from typing import Annotated, Literal

from pydantic import Field

# What every generator of random numbers takes; Python's own takes a negative one for the positive.
Seed = Annotated[int, Field(ge=0, lt=2**32)]
SeedVaries = Literal["weights", "order", "both"]


def weight_seed(seed: int, varies: SeedVaries) -> int:
    """Seed of the initial weights of the cell with ``seed``; 0 in every cell where seeds vary the order alone."""
    return 0 if varies == "order" else seed


def order_seed(seed: int, varies: SeedVaries) -> int:
    """Seed of the order of the rows and of dropout; 0 in every cell where seeds vary the weights alone."""
    return 0 if varies == "weights" else seed
