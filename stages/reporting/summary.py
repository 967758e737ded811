"""The numbers of the report as scalars, for `dvc metrics` to show and compare."""

from collections.abc import Sequence
from typing import Any

from stages.reporting.facts import TaskFacts
from stages.settings.grid import ADAPTED


def summarize(tasks: Sequence[TaskFacts]) -> dict[str, Any]:
    """The headline metric on test of every task: each arm (mean over seeds), each baseline, each comparison.

    What belongs to a tuning carries its name, so that no key changes its meaning when a tuning is added. There are no
    lists and nulls, which DVC drops.
    """
    return {"synthetic": any(task.metrics.synthetic for task in tasks)} | {
        task.metrics.task: _of_task(task) for task in tasks}


def _of_task(task: TaskFacts) -> dict[str, Any]:
    metric = task.metrics.metric
    numbers: dict[str, Any] = {"metric": metric, "scratch": task.arms[-1].mean(metric)}
    for tuning, compared in task.metrics.comparisons.items():
        numbers |= {
            tuning if tuning == ADAPTED else f"pretrained-{tuning}": compared.pretrained,
            f"difference-{tuning}": compared.difference,
            f"low-{tuning}": compared.low, f"high-{tuning}": compared.high, f"verdict-{tuning}": compared.verdict,
        }
    if gain := task.metrics.adaptation:
        numbers |= {f"{name}-adaptation": value for name, value in gain if name not in ("adapted", "pretrained")}
    return numbers | {name: metrics[metric] for name, metrics in task.metrics.baselines.items()}
