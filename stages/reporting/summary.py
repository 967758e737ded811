"""The numbers of the report as scalars, for `dvc metrics` to show and compare."""

from collections.abc import Sequence
from typing import Any

from stages.results.task_metrics import Judged
from stages.results.tasks import TaskFacts
from stages.settings.grid import ADAPTED


def summarize(tasks: Sequence[TaskFacts]) -> dict[str, Any]:
    """The headline metric on test of every task: each arm (mean over seeds that trained), baseline and comparison.

    What belongs to a tuning carries its name, so that no key changes its meaning when a tuning is added. There are no
    lists and nulls, which DVC drops.
    """
    return {"synthetic": any(task.metrics.synthetic for task in tasks)} | {
        task.metrics.task: _of_task(task) for task in tasks}


def _of_task(task: TaskFacts) -> dict[str, Any]:
    metric = task.metrics.metric
    numbers: dict[str, Any] = {"metric": metric, "scratch": next(iter(task.comparisons.values())).scratch}
    for tuning, label in task.tunings.items():
        compared = task.comparisons[label]
        mean = tuning if tuning == ADAPTED else f"pretrained-{tuning}"
        numbers |= {mean: compared.pretrained} | _judged(tuning, compared)
    if task.gain:
        numbers |= _judged("adaptation", task.gain)
    return numbers | {name: metrics[metric] for name, metrics in task.metrics.baselines.items()}


def _judged(name: str, compared: Judged) -> dict[str, Any]:
    return {
        f"difference-{name}": compared.difference, f"low-{name}": compared.low, f"high-{name}": compared.high,
        f"p-{name}": compared.p_value, f"holm-{name}": compared.adjusted, f"detectable-{name}": compared.detectable,
        f"recipe-{name}": compared.recipe, f"verdict-{name}": compared.verdict}
