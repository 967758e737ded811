"""The numbers of the report as scalars, for `dvc metrics` to show and compare."""

from collections.abc import Sequence

from stages.results.tasks import TaskFacts
from stages.results.verdicts import Judgement
from stages.settings.arms import REFERENCE, arm_of_key

Numbers = dict[str, str | bool | float]


def summarize(tasks: Sequence[TaskFacts]) -> dict[str, Numbers]:
    """The headline metric on test of every task: each arm (mean over seeds that trained), baseline and comparison.

    What belongs to a tuning carries its name, so that no key changes its meaning when a tuning is added. There are no
    lists and nulls, which DVC drops.
    """
    return {task.metrics.task: _of_task(task) for task in tasks}


def _of_task(task: TaskFacts) -> Numbers:
    metric = task.metrics.metric
    numbers: Numbers = {"metric": metric, REFERENCE: next(iter(task.comparisons.values())).means[1]}
    for name, compared in task.verdicts.named.items():
        if name in task.verdicts.comparisons:
            numbers[arm_of_key(name).title(name)] = compared.means[0]
        numbers |= _judged(name, compared)
    for arm, share in task.verdicts.handed_over.items():
        numbers |= {f"{end}-handed-over-{arm_of_key(arm).further}": value for end, value in share}
    return numbers | {name: metrics[metric] for name, metrics in task.metrics.baselines.items()}


def _judged(name: str, compared: Judgement) -> Numbers:
    """What has no meaning for runs of a single seed, and for a verdict without a reservation, is left out."""
    numbers: Numbers = {f"difference-{name}": compared.difference, f"low-{name}": compared.low,
                        f"high-{name}": compared.high, f"p-{name}": compared.p_value}
    if compared.recipe:
        numbers |= {f"holm-{name}": compared.p_value_holm, f"detectable-{name}": compared.detectable}
    numbers |= {f"recipe-{name}": compared.recipe, f"verdict-{name}": compared.outcome}
    return numbers | ({f"qualified-{name}": True} if compared.qualified else {})
