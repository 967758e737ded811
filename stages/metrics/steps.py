"""At which step an arm reaches the best validation score of the other, from the histories of runs."""

from collections.abc import Sequence
from statistics import median
from typing import Any

from stages.settings.arms import PAIR

History = Sequence[dict[str, Any]]


def catching_up(
    first: Sequence[History], second: Sequence[History], seeds: Sequence[int], metric: str
) -> dict[str, Any]:
    """By arm, when its run of each seed reaches the best score of the other arm's run of that seed.

    Scores are known where a run was evaluated, so a step is the first evaluation that shows the score. ``median`` is
    None where it is never reached, or where a median over seeds falls on a run that never does.
    """
    return dict(zip(PAIR, (_arm(first, second, seeds, metric), _arm(second, first, seeds, metric)), strict=True))


def _arm(runs: Sequence[History], others: Sequence[History], seeds: Sequence[int], metric: str) -> dict[str, Any]:
    found = [_run(run, other, seed, metric) for run, other, seed in zip(runs, others, seeds, strict=True)]
    middle = median(float("inf") if run["step"] is None else run["step"] for run in found)
    return {"median": None if middle == float("inf") else middle, "runs": found}


def _run(run: History, other: History, seed: int, metric: str) -> dict[str, Any]:
    best = max(score for _, score in _scores(other, metric))
    best_step = next(step for step, score in _scores(other, metric) if score == best)
    step = next((step for step, score in _scores(run, metric) if score >= best), None)
    return {"seed": seed, "score": best, "other_step": best_step, "step": step, "steps": run[-1]["steps"]}


def _scores(history: History, metric: str) -> list[tuple[int, float]]:
    """Steps and scores on validation of every evaluation."""
    return [(event["step"], event["validation"][metric]) for event in history if event["kind"] == "evaluation"]
