"""The runs of an arm on which its means and comparisons are based."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

Run = TypeVar("Run")


def that_trained(runs: Sequence[Run], failures: Iterable[bool]) -> list[Run]:
    """The runs of one arm that did not fail; all where all did, for such an arm is at chance and has no other runs.

    Every mean over the runs of an arm is of these, so that two that are shown differ by the difference that is shown.
    """
    return [run for run, lost in zip(runs, failures, strict=True) if not lost] or list(runs)
