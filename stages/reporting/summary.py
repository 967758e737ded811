"""The numbers of the report as scalars, for `dvc metrics` to show and compare."""

from collections.abc import Sequence
from typing import Any

from stages.results.task_metrics import Judged
from stages.results.tasks import TaskFacts
from stages.settings.arms import REFERENCE, arm_of_key


def summarize(tasks: Sequence[TaskFacts]) -> dict[str, Any]:
    """The headline metric on test of every task: each arm (mean over seeds that trained), baseline and comparison.

    What belongs to a tuning carries its name, so that no key changes its meaning when a tuning is added. There are no
    lists and nulls, which DVC drops.
    """
    return {"synthetic": any(task.metrics.synthetic for task in tasks)} | {
        task.metrics.task: _of_task(task) for task in tasks}


def _of_task(task: TaskFacts) -> dict[str, Any]:
    metric = task.metrics.metric
    numbers: dict[str, Any] = {"metric": metric, REFERENCE: next(iter(task.comparisons.values())).second}
    for label, compared in task.comparisons.items():
        key = task.arm(label).key
        numbers |= {arm_of_key(key).title(key): compared.first} | _judged(key, compared)
    for label, compared in task.further.items():
        numbers |= _judged(arm_of_key(task.arm(label).key).further, compared)
    return numbers | {name: metrics[metric] for name, metrics in task.metrics.baselines.items()}


def _judged(name: str, compared: Judged) -> dict[str, Any]:
    return {
        f"difference-{name}": compared.difference, f"low-{name}": compared.low, f"high-{name}": compared.high,
        f"p-{name}": compared.p_value, f"holm-{name}": compared.adjusted, f"detectable-{name}": compared.detectable,
        f"recipe-{name}": compared.recipe, f"verdict-{name}": compared.verdict}
