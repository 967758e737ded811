"""Shrink a study to a time budget: fewer rows, or fewer epochs, by the same share in all arms."""

import math
import re
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_STEP = 0.9  # ratio of neighbouring shares
_SHARES = tuple(_STEP**number for number in range(60))  # down to a five-hundredth

Candidate = TypeVar("Candidate")
Epochs = dict[tuple[str, str], int]


@dataclass(frozen=True)
class Size:
    """Training rows of every task, and epochs of each of its arms."""

    rows: dict[str, int]
    epochs: Epochs


def seconds_of(text: str) -> float:
    """Seconds of a time such as ``90s``, ``20m`` or ``1h30m``.

    Raises:
        ArgumentTypeError: it has another form, or is zero.
    """
    parts = re.findall(r"(\d+(?:\.\d+)?)([smhd])", text)
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    if "".join(number + unit for number, unit in parts) != text or seconds <= 0:
        raise ArgumentTypeError(f"expected a time such as 90s, 20m or 1h30m, got {text!r}")
    return seconds


def fewer_rows(present: Size, least: int) -> list[Size]:
    """``present``, then sizes with fewer and fewer rows, by the same share in every task, none below ``least``."""
    shrunk = [{task: max(min(least, rows), _two_digits(share * rows)) if share < 1 else rows
               for task, rows in present.rows.items()} for share in _SHARES]
    return _distinct([Size(rows, present.epochs) for rows in shrunk])


def fewer_epochs(present: Size) -> list[Size]:
    """``present``, then sizes with fewer and fewer epochs, by the same share in every arm, none below 1."""
    return _distinct([Size(present.rows, {arm: max(1, math.floor(share * epochs + 1e-9))
                                          for arm, epochs in present.epochs.items()}) for share in _SHARES])


def largest_within(
    budget: float, candidates: Iterable[Candidate], seconds: Callable[[Candidate], float]
) -> tuple[Candidate, float] | None:
    """The first of ``candidates``, largest first, that takes at most ``budget`` seconds, and its seconds."""
    for candidate in candidates:
        taken = seconds(candidate)
        if taken <= budget:
            return candidate, taken
    return None


def _two_digits(number: float) -> int:
    """Round down to two digits."""
    unit = 10 ** max(0, math.floor(math.log10(max(1.0, number))) - 1)
    return int(number // unit * unit)


def _distinct(sizes: list[Size]) -> list[Size]:
    return [size for place, size in enumerate(sizes) if place == 0 or size != sizes[place - 1]]
