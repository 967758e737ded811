"""What ``judge`` decided: the verdict on every comparison, with its evidence and what stands against it."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, FiniteFloat

from stages.common.errors import UserError
from stages.common.files import sha256
from stages.results.reading import Facts, Text, refuse_other_keys, validated
from stages.results.sizes import Multiplier
from stages.results.task_metrics import Comparison, Difference, Estimate, FailedOfBoth, Interval
from stages.settings.arms import arm_of_key
from stages.wording.message import Wording

# Pre-training helps or hurts, where the arm is trained as far as scratch is; else its way of using the encoder scores
# above or below training from scratch. Either is inconclusive where the numbers or the doctor allow neither.
Verdict = Literal["helps", "hurts", "above_scratch", "below_scratch", "cannot_tell"]
_SIDES: dict[Verdict, int] = {"helps": 1, "above_scratch": 1, "hurts": -1, "below_scratch": -1, "cannot_tell": 0}
_COPIED = ("difference", "low", "high", "p_value", "recipe")  # from the metrics into a judgement
Standing = Literal["above", "below", "inconclusive"]  # of an arm against a baseline


class Reason(Facts):
    """A finding of the doctor that withholds a verdict, or qualifies it."""

    name: Text
    evidence: Wording  # of former revisions, which ``diff`` reads, a sentence


class EveryRun(Facts):
    """That every run of one arm beats every run of the other on the same test rows.

    Attributes:
        first: whether it is the first arm that does.
        least: by which difference of scores, at least.
        p_value: the greatest over all pairs of runs.
        significant: whether it is below the level of a verdict.
    """

    first: bool
    least: FiniteFloat
    p_value: FiniteFloat
    significant: bool


class HoldsForRuns(Interval):
    """What holds for these runs, over test rows alone; it says nothing about further seeds."""

    difference: FiniteFloat
    p_value: FiniteFloat
    every_run: EveryRun | None = None


class ToSettle(Facts):
    """All ``seeds`` and how many test ``rows`` would find a difference as large as the measured one.

    No seeds where hardly any number would, up to as many as were ``tried``; no rows where those that there are do.
    ``draws`` of training rows go with the seeds.
    """

    seeds: tuple[int, ...] = ()
    rows: int | None = None
    draws: int = 1
    tried: int = 10


class Judgement(Difference):
    """A comparison of two arms with its verdict.

    Attributes:
        arms: the first minus the second is the difference; an arm that is tuned goes by its tuning.
        means: of either arm's headline metric on test, over the seeds that trained.
        method: how the first arm is fine-tuned.
        of_pretraining: whether the verdict is on pre-training itself, as the arm is trained as far as the reference;
            else it is on this way of using the encoder. True of a comparison with another arm than the reference.
        detectable: the true difference that it would find with a probability of 80 % at the first step of Holm's
            correction, where p has to be below the level divided by ``family``.
        p_value_holm: after Holm's correction for all ``family`` comparisons that speak of a recipe; 1 of another.
        withheld: why there is no verdict, whatever the numbers say.
        qualified: why the verdict holds for the budgets of these arms alone.
        to_settle: what would settle an inconclusive comparison.
    """

    arms: tuple[Text, Text]
    means: tuple[FiniteFloat, FiniteFloat]
    method: Text
    of_pretraining: bool
    p_value_holm: FiniteFloat
    family: int
    verdict: Verdict
    withheld: tuple[Reason, ...] = ()
    qualified: tuple[Reason, ...] = ()
    failed: FailedOfBoth | None = None
    these_runs: HoldsForRuns | None = None
    to_settle: ToSettle | None = None

    @property
    def outcome(self) -> Verdict | Literal["withheld"]:
        """The verdict, or that there is none."""
        return "withheld" if self.withheld else self.verdict


class FewTrained(Facts):
    """That of an ``arm`` on so many training ``rows`` fewer than two runs trained: no multiplier is based on them."""

    arm: Text
    rows: int


class JudgedMultiplier(Multiplier):
    """A label multiplier, and whether its interval is as sure of what was ``reached`` as the estimate is."""

    sure: bool


class LabelJudgement(Facts):
    """What may be said of the label multipliers of a tuning.

    There are none where findings withhold them, with ``one_seed``, or where too ``few_trained``. ``qualified`` says why
    they hold for the budget of the arm that needs more labels alone.
    """

    tuning: Text
    method: Text
    of_pretraining: bool
    withheld: tuple[Reason, ...] = ()
    qualified: tuple[Reason, ...] = ()
    one_seed: bool = False
    few_trained: tuple[FewTrained, ...] = ()
    multipliers: tuple[JudgedMultiplier, ...] = ()


class TaskVerdicts(Facts):
    """What may be said about one task; the digests are of the files that it was decided from.

    ``comparisons`` are those of an arm with the first one with which it is compared, ``further`` those with the second.
    ``handed_over`` has the share of its teacher's gain over the reference by a student, where one may be stated.
    """

    metrics: str
    findings: str
    comparisons: dict[str, Judgement]
    further: dict[str, Judgement] = Field(default_factory=dict)
    labels: LabelJudgement | None = None
    baselines: dict[Text, dict[str, Standing]] = Field(default_factory=dict)
    handed_over: dict[Text, Estimate] = Field(default_factory=dict)

    @property
    def named(self) -> dict[str, Judgement]:
        """Every comparison by the name that it has in reports/metrics.json."""
        return self.comparisons | {arm_of_key(key).further: judged for key, judged in self.further.items()}


class Aggregate(Facts):
    """What an arm gains over the reference on several tasks together.

    Attributes:
        synthetic: whether the texts of the tasks are.
        tasks: those that have several runs of both arms and no withheld verdict; of several on one corpus,
            the first.
        among: how many tasks of that kind have the arm.
        same_rows: how many are left out because an earlier one is on the same corpus.
        improvement: interquartile mean of the improvements of all pairs of runs.
        probability: that a run of the arm scores more than one of the reference.
    """

    arm: Text
    synthetic: bool
    tasks: tuple[Text, ...]
    among: int
    same_rows: int = 0
    improvement: Estimate
    probability: Estimate


class Verdicts(Facts):
    """What ``judge`` writes, by task and over tasks."""

    tasks: dict[str, TaskVerdicts]
    aggregates: tuple[Aggregate, ...] = ()


class _Compared(Facts):
    """The part of metrics that is judged."""

    comparisons: dict[str, Comparison] = Field(default_factory=dict)
    further_comparisons: dict[str, Comparison] = Field(default_factory=dict)


def read_verdicts(path: Path, metrics: Mapping[str, Path], findings: Mapping[str, Path]) -> dict[str, TaskVerdicts]:
    """The verdicts on the tasks that are the keys of ``metrics`` and ``findings``, in that order.

    Raises:
        UserError: the file is missing or malformed, lacks a task, is about other metrics or findings, or contradicts
            these metrics.
    """
    found = validated(Verdicts, path).tasks
    refuse_other_keys(path, "tasks", [task for task in found if task in metrics], list(metrics))
    for task in metrics:
        for digest, source in ((found[task].metrics, metrics[task]), (found[task].findings, findings[task])):
            if digest != sha256(source):
                raise UserError(f"{path}: expected verdicts on {source} as it is, found those on other results; "
                                "run `dvc repro`")
        _refuse_contradictions(path, task, found[task], metrics[task])
    return {task: found[task] for task in metrics}


def _refuse_contradictions(path: Path, task: str, verdicts: TaskVerdicts, source: Path) -> None:
    """Refuse judgements whose numbers are not those of ``source``, or whose verdict is on the other side of zero."""
    compared = validated(_Compared, source)
    for judged, measured in ((verdicts.comparisons, compared.comparisons),
                             (verdicts.further, compared.further_comparisons)):
        refuse_other_keys(path, f"tasks.{task}: comparisons", list(judged), list(measured))
    measured = compared.comparisons | {
        arm_of_key(key).further: found for key, found in compared.further_comparisons.items()}
    for name, judged in verdicts.named.items():
        found = measured[name]
        expected = {key: getattr(found, key) for key in _COPIED} | {"means": (found.first, found.second)}
        for key in [*(key for key, value in expected.items() if getattr(judged, key) != value),
                    *(["verdict"] if _SIDES[judged.verdict] * judged.difference < 0 else [])]:
            raise UserError(f"{path}: tasks.{task}.{name}.{key}: expected what follows from {source}, found "
                            f"{getattr(judged, key)}; run `dvc repro`")


def read_aggregates(path: Path, tasks: Collection[str]) -> tuple[Aggregate, ...]:
    """What arms gain over several tasks, all of which are among ``tasks``."""
    return tuple(one for one in validated(Verdicts, path).aggregates if set(one.tasks) <= set(tasks))
