"""At which step an arm reaches the best validation score of the other, from the histories of runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from stages.results.histories import History


@dataclass(frozen=True)
class Reached:
    """When the run of one seed reaches the best ``score`` of the other arm's run, which has it at ``other_step``.

    ``step`` is None where that is never in its ``steps``.
    """

    seed: int
    score: float
    other_step: int
    step: int | None
    steps: int


@dataclass(frozen=True)
class ReachedByArm:
    """One arm, by seed; ``median`` is None where the median over seeds falls on a run that never reaches the score."""

    median: float | None
    runs: tuple[Reached, ...]


def catching_up(
    first: Sequence[History], second: Sequence[History], seeds: Sequence[int], metric: str
) -> tuple[ReachedByArm, ReachedByArm]:
    """Of either arm, when its run of each seed reaches the best score of the other arm's run of that seed.

    Scores are known where a run was evaluated, so a step is the first evaluation that shows the score.
    """
    return _arm(first, second, seeds, metric), _arm(second, first, seeds, metric)


def _arm(runs: Sequence[History], others: Sequence[History], seeds: Sequence[int], metric: str) -> ReachedByArm:
    found = tuple(_run(run, other, seed, metric) for run, other, seed in zip(runs, others, seeds, strict=True))
    middle = median(float("inf") if run.step is None else run.step for run in found)
    return ReachedByArm(None if middle == float("inf") else middle, found)


def _run(run: History, other: History, seed: int, metric: str) -> Reached:
    best = max(event.validation[metric] for event in other.evaluations)
    other_step = next(event.step for event in other.evaluations if event.validation[metric] == best)
    step = next((event.step for event in run.evaluations if event.validation[metric] >= best), None)
    return Reached(seed, best, other_step, step, run.summary.steps)
