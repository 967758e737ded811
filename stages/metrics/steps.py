"""At which step an arm reaches the best validation score of the other, from the histories of runs."""

from collections.abc import Sequence
from statistics import median

from stages.results.histories import History
from stages.results.sizes import ArmSteps, RunSteps


def catching_up(
    first: Sequence[History], second: Sequence[History], seeds: Sequence[int], metric: str
) -> tuple[ArmSteps, ArmSteps]:
    """Of either arm, when its run of each seed reaches the best score of the other arm's run of that seed.

    Scores are known where a run was evaluated, so a step is the first evaluation that shows the score.
    """
    return _arm(first, second, seeds, metric), _arm(second, first, seeds, metric)


def _arm(runs: Sequence[History], others: Sequence[History], seeds: Sequence[int], metric: str) -> ArmSteps:
    found = tuple(_run(run, other, seed, metric) for run, other, seed in zip(runs, others, seeds, strict=True))
    middle = median(float("inf") if run.step is None else run.step for run in found)
    return ArmSteps(median=None if middle == float("inf") else middle, runs=found)


def _run(run: History, other: History, seed: int, metric: str) -> RunSteps:
    best = max(event.validation[metric] for event in other.evaluations)
    other_step = next(event.step for event in other.evaluations if event.validation[metric] == best)
    step = next((event.step for event in run.evaluations if event.validation[metric] >= best), None)
    return RunSteps(seed=seed, score=best, other_step=other_step, step=step, steps=run.summary.steps)
