"""What may be said of every comparison, from its numbers, from all other comparisons and from what the doctor found."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from stages.judging.holm import holm
from stages.results.findings import BUDGETS, Finding
from stages.results.sizes import Multiplier, Points, Sizes
from stages.results.task_metrics import ArmDifference, Comparison, Difference, Estimate, RunSettings, TaskMetrics
from stages.results.verdicts import (
    EveryRun,
    FewTrained,
    HoldsForRuns,
    JudgedMultiplier,
    Judgement,
    LabelJudgement,
    Reason,
    Standing,
    TaskVerdicts,
    ToSettle,
    Verdict,
)
from stages.settings.arms import REFERENCE, arm_of_key, trained_as_far
from stages.settings.grid import Grid

LEVEL = 0.05  # a verdict needs a p value below it after Holm's correction
_ROUNDING = 1e-12  # two equal means can differ by so much


@dataclass(frozen=True)
class TaskResults:
    """What is known about one task, with the digests of the files of its metrics and findings."""

    metrics: TaskMetrics
    findings: tuple[Finding, ...]
    sizes: Sizes
    digests: tuple[str, str]


@dataclass(frozen=True)
class _Compared:
    """Two arms by the names that findings have for them, the recipe of the first, and their difference."""

    arms: tuple[str, str]
    recipe: RunSettings
    found: Comparison


def judge(results: Mapping[str, TaskResults], grid: Grid) -> dict[str, TaskVerdicts]:
    """Verdicts on the comparisons of all tasks, the keys of ``results``.

    Holm's correction is over every comparison of every task that speaks of a recipe; what is said of these runs alone
    is no verdict, and so no part of it.
    """
    compared = {task: list(_compared(one.metrics, grid.of_task(task))) for task, one in results.items()}
    family = [one.found.p_value for one in chain.from_iterable(compared.values()) if one.found.recipe]
    adjusted = iter(holm(family))
    return {task: _task_verdicts(one, grid.of_task(task), [
        _judgement(pair, one.findings, grid, next(adjusted) if pair.found.recipe else 1.0,
                   len(family) if pair.found.recipe else 1)
        for pair in compared[task]]) for task, one in results.items()}


def _task_verdicts(results: TaskResults, grid: Grid, judged: Sequence[Judgement]) -> TaskVerdicts:
    names, further = list(grid.rivals), list(grid.further_rivals)
    comparisons = dict(zip(names, judged, strict=False))
    return TaskVerdicts(
        metrics=results.digests[0], findings=results.digests[1],
        comparisons=comparisons, handed_over=_handed_over(results.metrics, comparisons),
        further=dict(zip(further, judged[len(names):], strict=True)), labels=_labels(results, grid),
        baselines={baseline: {arm: standing(difference) for arm, difference in arms.items()}
                   for baseline, arms in results.metrics.baseline_comparisons.items()})


def _handed_over(metrics: TaskMetrics, judged: Mapping[str, Judgement]) -> dict[str, Estimate]:
    """The shares that may be stated: of a gain with a verdict, for several runs that nothing severe taints."""
    teacher = next((one for key, one in judged.items() if arm_of_key(key).tuned), None)
    if teacher is None or teacher.verdict not in ("helps", "above_scratch"):
        return {}
    return {arm: share for arm, share in metrics.handed_over.items()
            if share.low is not None and judged[arm].recipe and not judged[arm].withheld}


def _compared(metrics: TaskMetrics, grid: Grid) -> Iterator[_Compared]:
    """Every arm against the first one with which it is compared, and last those with a second one."""
    for rivals, comparisons in ((grid.rivals, metrics.comparisons), (grid.further_rivals, metrics.further_comparisons)):
        for arms in rivals.items():
            yield _Compared(arms, _recipe(metrics, grid, arms[0]), comparisons[arms[0]])


def _recipe(metrics: TaskMetrics, grid: Grid, arm: str) -> RunSettings:
    return metrics.cells[grid.arms[arm][0]].recipe


def _judgement(
    compared: _Compared, findings: Sequence[Finding], grid: Grid, adjusted: float, family: int
) -> Judgement:
    found, arms = compared.found, compared.arms
    of_pretraining = arms[1] != REFERENCE or trained_as_far(arms[0], compared.recipe)
    withheld = withholding(findings, arms)
    verdict: Verdict = "cannot_tell"
    if adjusted < LEVEL and not withheld:
        verdict = verdict_on(found, of_pretraining=of_pretraining)
    decided, first_wins = verdict != "cannot_tell", verdict in ("helps", "above_scratch")
    return Judgement(
        **{name: getattr(found, name) for name in Difference.model_fields} | {
            "detectable": detectable(found, family)}, failed=found.failed,
        arms=arms, means=(found.first, found.second), method=str(compared.recipe["method"]),
        of_pretraining=of_pretraining,
        p_value_holm=adjusted, family=family, verdict=verdict, withheld=withheld,
        qualified=qualifying(findings, arms[first_wins], arms[not first_wins]) if decided else (),
        these_runs=_holds_for_runs(found, len(grid.seeds)),
        to_settle=None if decided or withheld else _to_settle(found, grid))


def detectable(found: ArmDifference, family: int) -> float:
    """The true difference that one of ``family`` comparisons finds with a probability of 80 %, by Holm's first step.

    It is known for powers of two, and taken as linear in the logarithm of the number between them.
    """
    known = found.detectable_among or (found.detectable,)
    return float(np.interp(np.log2(family), range(len(known)), known))


def verdict_on(difference: Difference, *, of_pretraining: bool = True) -> Verdict:
    """The verdict on one difference by itself: conclusive where the interval over seeds and rows excludes zero."""
    if difference.recipe and difference.low > _ROUNDING:
        return "helps" if of_pretraining else "above_scratch"
    if difference.recipe and difference.high < -_ROUNDING:
        return "hurts" if of_pretraining else "below_scratch"
    return "cannot_tell"


def withholding(findings: Iterable[Finding], arms: Sequence[str]) -> tuple[Reason, ...]:
    """Why a comparison of ``arms`` can have no verdict: severe findings that concern one of them.

    Of several of one name, the first.
    """
    severe: dict[str, Finding] = {}
    for finding in findings:
        if finding.severity == "severe" and finding.concerned(arms):
            severe.setdefault(finding.name, finding)
    return tuple(Reason(name=finding.name, evidence=finding.evidence) for finding in severe.values())


def qualifying(findings: Iterable[Finding], loser: str, winner: str) -> tuple[Reason, ...]:
    """Why a verdict against the arm ``loser`` holds for its budget alone.

    What is severe withholds the verdict instead, and a note does not qualify it.
    """
    return tuple(Reason(name=finding.name, evidence=finding.evidence) for finding in findings
                 if finding.severity == "warning" and finding.name in BUDGETS
                 and loser in finding.concerned((loser, winner)))


def _holds_for_runs(found: ArmDifference, seeds: int) -> HoldsForRuns | None:
    if (these := found.these_runs) is None:
        return None
    every = None
    if seeds > 1 and these.gap is not None and these.gap_p_value is not None:
        every = EveryRun(first=these.gap > 0, least=abs(these.gap), p_value=these.gap_p_value,
                         significant=these.gap_p_value < LEVEL)
    return HoldsForRuns(low=these.low, high=these.high, difference=these.difference, p_value=these.p_value,
                        every_run=every)


def _to_settle(found: ArmDifference, grid: Grid) -> ToSettle | None:
    """The seeds that there are with as many further ones as are needed, each with a draw where each has one."""
    if found.to_settle is None:
        return None
    if "seeds" not in found.to_settle:
        return ToSettle(**found.to_settle)
    further = max(0, found.to_settle["seeds"] - len(grid.seeds))
    seeds = (*grid.seeds, *range(max(grid.seeds) + 1, max(grid.seeds) + 1 + further))
    return ToSettle(seeds=seeds, rows=found.to_settle.get("rows"), draws=len(seeds) if grid.draws > 1 else 1)


def standing(difference: Difference) -> Standing:
    """How an arm stands to a baseline, by the interval over seeds and test rows."""
    if difference.low <= 0 <= difference.high:
        return "inconclusive"
    return "above" if difference.low > 0 else "below"


def _labels(results: TaskResults, grid: Grid) -> LabelJudgement | None:
    """What may be said of the label multipliers; None where there are no further training sizes."""
    sizes = results.sizes
    if not sizes.sizes:
        return None
    withheld, one_seed = withholding(results.findings, (sizes.tuning, REFERENCE)), len(grid.seeds) == 1
    recipe = _recipe(results.metrics, grid, sizes.tuning)
    arms = ((sizes.tuning, sizes.points.pretrained), (REFERENCE, sizes.points.scratch))
    multipliers = () if withheld or one_seed else tuple(
        JudgedMultiplier(**dict(one), sure=is_sure(one) and not crossed_again(one, sizes.points))
        for one in sizes.multipliers)
    losing_first = (sizes.tuning, REFERENCE) if multipliers and multipliers[0].reached == "below" else (
        REFERENCE, sizes.tuning)
    return LabelJudgement(
        tuning=sizes.tuning, method=str(recipe["method"]), of_pretraining=trained_as_far(sizes.tuning, recipe),
        withheld=withheld, one_seed=one_seed,
        qualified=qualifying(results.findings, *losing_first) if multipliers else (),
        few_trained=tuple(FewTrained(arm=arm, rows=point.rows) for arm, points in arms for point in points
                          if point.few_trained),
        multipliers=multipliers)


def is_sure(multiplier: Multiplier) -> bool:
    """Whether the interval lies where the estimate does: within the training sizes, beyond the largest, or below one.

    An estimate within the sizes is reported with its interval, however wide, unless that is open at both ends.
    """
    if multiplier.reached == "beyond":
        return multiplier.low is not None and multiplier.low >= multiplier.largest
    if multiplier.reached == "within":
        return multiplier.low is not None or multiplier.high is not None
    return multiplier.high is not None and multiplier.high <= 1


def crossed_again(multiplier: Multiplier, points: Points) -> bool:
    """Whether scratch, once as good as pre-training at the rows of ``multiplier``, is worse with more rows.

    The multiplier is that of a rising curve, which such scores contradict at one size or another.
    """
    target = next(point.mean for point in points.pretrained if point.rows == multiplier.rows)
    fitted_from = max((place + 1 for place, point in enumerate(points.scratch) if point.few_trained), default=0)
    reached = [point.mean >= target - _ROUNDING for point in points.scratch[fitted_from:]]
    return reached != sorted(reached)
