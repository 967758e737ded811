"""What may be said of a comparison, from its numbers, all other comparisons and what the doctor found."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from stages.judging.holm import holm
from stages.results.findings import FoundFact
from stages.results.task_metrics import Judged
from stages.results.tasks import TaskFacts
from stages.settings.arms import rivals_of

LEVEL = 0.05  # a verdict needs a p value below it after Holm's correction
# Names of what a verdict is qualified by: it holds for the budget that the losing arm had.
BUDGETS = ("smaller_budget", "not_converged", "underfitted")


def judged_tasks(tasks: Sequence[TaskFacts]) -> tuple[TaskFacts, ...]:
    """Tasks with what may be said of their comparisons: a verdict that a severe finding taints is withheld."""
    return tuple(withheld(task) for task in corrected(tasks))


def withheld(task: TaskFacts) -> TaskFacts:
    """What severe findings taint cannot be told, and where the losing arm's budget was short, the rest is qualified."""
    arms = {label: (key, *rivals_of(key)) for key, label in task.labels.items()}
    return replace(
        task, comparisons={label: _as_found(compared, task.findings, *arms[label][:2])
                           for label, compared in task.comparisons.items()},
        further={label: _as_found(compared, task.findings, *arms[label][::2])
                 for label, compared in task.further.items()})


def _as_found(compared: Judged, findings: Sequence[FoundFact], first: str, second: str) -> Any:
    if reason := withholding(findings, (first, second)):
        return compared.model_copy(update={"verdict": "cannot_tell", "withheld": reason})
    if compared.verdict == "cannot_tell":
        return compared
    loser = second if compared.verdict == "helps" else first
    return compared.model_copy(update={"qualified": qualifying(findings, loser)})


def corrected(tasks: Sequence[TaskFacts]) -> list[TaskFacts]:
    """Holm's correction over every comparison of every task: a verdict that does not survive it cannot be told.

    What is said of these runs alone is no verdict, and so no part of it.
    """
    compared = [comparison for task in tasks for comparison in task.judged if comparison.recipe]
    adjusted = holm([comparison.p_value for comparison in compared])
    judged = {id(comparison): _judged(comparison, value, len(compared))
              for comparison, value in zip(compared, adjusted, strict=True)}
    return [replace(
        task, comparisons={label: judged.get(id(comparison), comparison)
                           for label, comparison in task.comparisons.items()},
        further={label: judged.get(id(comparison), comparison) for label, comparison in task.further.items()})
        for task in tasks]


def _judged(compared: Judged, adjusted: float, family: int) -> Any:
    verdict = compared.verdict if adjusted < LEVEL else "cannot_tell"
    return compared.model_copy(update={"verdict": verdict, "adjusted": adjusted, "family": family})


def withholding(findings: Iterable[FoundFact], arms: Collection[str]) -> str:
    """Why a comparison of ``arms`` cannot have a confident verdict; "" if it can.

    A severe finding that taints one of them is a reason. Of several of one name, the first is told.
    """
    severe: dict[str, FoundFact] = {}
    for finding in findings:
        if finding.severity == "severe" and set(finding.taints) & set(arms):
            severe.setdefault(finding.name, finding)
    return "; ".join(f"{finding.title}: {finding.evidence}" for finding in severe.values())


def qualifying(findings: Iterable[FoundFact], loser: str) -> str:
    """Why a verdict against the arm ``loser`` holds for its budget alone; "" where it holds for any.

    What is severe is a reason to withhold it instead, and what is merely noted is none.
    """
    return "; ".join(f"{finding.title}: {finding.evidence}" for finding in findings
                     if finding.severity == "warning" and finding.name in BUDGETS and loser in finding.taints)
