"""What ``evaluate`` writes about one task."""

from pathlib import Path
from typing import Literal

from pydantic import Field, FiniteFloat

from stages.common.errors import UserError
from stages.common.visible import visible
from stages.results.metrics import HeadlineName
from stages.results.reading import Facts, Text, refuse_other_keys, validated
from stages.settings.arms import PAIR
from stages.settings.grid import Grid

Metrics = dict[str, FiniteFloat]
RunSettings = dict[Text, Text | int | float | None]


class Interval(Facts):
    """A 95 % interval of scores, shares between 0 and 1, or of their differences."""

    low: FiniteFloat
    high: FiniteFloat


class Estimate(Facts):
    """A value with its 95 % interval; without one where resamples give none."""

    value: FiniteFloat
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None


class Reliability(Facts):
    """Per bin of confidence the rows, their mean confidence and their accuracy."""

    rows: tuple[int, ...]
    confidence: tuple[FiniteFloat, ...]
    accuracy: tuple[FiniteFloat, ...]


class Confusion(Facts):
    """Rows by gold class and, within it, predicted class."""

    counts: tuple[tuple[int, ...], ...]


class Details(Facts):
    """Further numbers on one split: ``confusion`` of texts, kinds of ``errors`` of entities."""

    per_class: dict[Text, dict[str, FiniteFloat]]
    reliability: Reliability
    confusion: Confusion | None = None
    errors: dict[str, int] = Field(default_factory=dict)


class TemperatureScaling(Facts):
    """The temperature that validation asks for, and with it the loss and the calibration error on test."""

    temperature: FiniteFloat
    loss: FiniteFloat
    calibration_error: FiniteFloat


class Cell(Facts):
    """One trained model, with metrics by split; ``best_step`` is that of the weights kept, 0 for those at its start.

    ``inputs`` has the SHA-256 of the rows that it was trained and chosen on, of their draw, and of initial weights.
    ``details`` are of test after training; older files have those of other splits and phases, too.
    """

    arm: Text
    tuning: Text
    seed: int
    parameters: int
    trainable_parameters: int
    steps: int
    best_step: int
    outcome: Text
    settings: RunSettings
    recipe: RunSettings
    inputs: dict[Text, Text] = Field(default_factory=dict)
    numerics: dict[Text, Text | int]
    before: dict[Text, Metrics]
    after: dict[Text, Metrics]
    details: dict[Text, dict[Text, Details]]
    failed: bool
    interval: Interval
    temperature_scaling: TemperatureScaling | None = None


class Difference(Interval):
    """Difference of two arms' mean scores with its interval.

    Attributes:
        p_value: two-sided; below 0.05 exactly where the interval excludes zero.
        detectable: the true difference that such a comparison alone would find with a probability of 80 %.
        recipe: whether it is of any further seed. It is of these runs alone where an arm has a single run, whose
            spread over seeds nobody knows.
    """

    difference: FiniteFloat
    p_value: FiniteFloat
    detectable: FiniteFloat
    recipe: bool


class PairedTest(Facts):
    """Two outputs compared on the rows of test alone, by a two-sided test; ``first`` and ``second`` name their runs."""

    first: Text = ""
    second: Text = ""
    difference: FiniteFloat
    test: Literal["mcnemar", "approximate_randomisation"]
    p_value: FiniteFloat


class FailedRuns(Facts):
    """How many of an arm's runs failed to train, and the interval of the rate."""

    count: int
    runs: int
    low: FiniteFloat
    high: FiniteFloat


class FailedOfBoth(Facts):
    """Of the arm that is judged, and of the other."""

    first: FailedRuns
    second: FailedRuns


class TheseRuns(Facts):
    """What holds for the runs that there are, on test examples like these; of further seeds it says nothing.

    Attributes:
        difference, low, high, p_value: of their means, over examples alone.
        gap: by how much the arm whose every run is better is better at least: positive where it is the first, negative
            where it is the second, None where neither is.
        gap_p_value: the greatest over all pairs of a run of either arm, as every one must be better (Berger, 1982,
            Technometrics 24).
    """

    difference: FiniteFloat
    low: FiniteFloat
    high: FiniteFloat
    p_value: FiniteFloat
    gap: FiniteFloat | None
    gap_p_value: FiniteFloat | None


class Agreement(Facts):
    """Rows of test by which arm is right on them: the mean over all pairs of runs, one of either arm, that trained.

    ``both`` and ``first`` are as many together as the mean of the first arm's right rows. A sentence is right with
    exactly its entities.
    """

    both: FiniteFloat
    first: FiniteFloat
    second: FiniteFloat


class ArmDifference(Difference):
    """A difference of two arms on test, over seeds and examples.

    It is that of runs that trained; ``failed`` counts the others. ``these_runs`` are all. ``to_settle`` has the seeds
    and the test rows that would find a difference as large as this one, where so many would. ``detectable_among`` has
    the detectable differences where this is one of 1, 2, 4, 8, ... comparisons, and ``agreement`` the rows by which arm
    is right; on parts of test, and in older files, there is neither.
    """

    failed: FailedOfBoth | None = None
    these_runs: TheseRuns | None = None
    to_settle: dict[Literal["seeds", "rows", "tried"], int] | None = None
    detectable_among: tuple[FiniteFloat, ...] = ()
    agreement: Agreement | None = None
    runs: tuple[PairedTest, ...] = ()


class Comparison(ArmDifference):
    """Means over seeds of the headline metric of an arm and of the one that it is compared with."""

    first: FiniteFloat = Field(alias=PAIR[0])
    second: FiniteFloat = Field(alias=PAIR[1])


class Slice(Facts):
    """Comparisons on the rows of one genre, or on all of a further test set where ``genre`` is ""."""

    split: Text
    genre: Text
    rows: int
    comparisons: dict[str, Comparison]


class TaskMetrics(Facts):
    """What ``evaluate`` says about one task; ``test_groups`` is 0 where test rows are independent of each other.

    Of fewer than all training rows, ``train_labels`` counts those of each class, and ``draws`` is 1 where every seed
    has the same ones, else as many as there are seeds; it is 0 where all are used. ``handed_over`` has the share of its
    teacher's gain over the reference by a student, where the teacher has any.
    """

    task: Text
    title: Text
    language: Text
    kind: Literal["single", "pair", "words"]
    metric: HeadlineName
    labels: tuple[Text, ...]
    synthetic: bool
    checkpoint: Text
    synthetic_checkpoint: bool
    rows: dict[Text, int]
    draws: int = 0
    train_labels: dict[Text, int] = Field(default_factory=dict)
    test_groups: int = 0
    cells: dict[str, Cell]
    baselines: dict[Text, Metrics]
    baseline_comparisons: dict[Text, dict[str, Difference]]
    comparisons: dict[str, Comparison]
    further_comparisons: dict[str, Comparison] = Field(default_factory=dict)
    handed_over: dict[str, Estimate] = Field(default_factory=dict)
    slices: tuple[Slice, ...] = ()


def read_metrics(path: Path, task: str, grid: Grid) -> TaskMetrics:
    """Metrics of ``task``, whose part of the grid is ``grid``.

    Raises:
        UserError: the file is missing or malformed, or its cells are not exactly those of the grid.
    """
    facts = validated(TaskMetrics, path)
    if facts.task != visible(task):
        raise UserError(f"{path}: is about the task '{facts.task}'; delete it and run `dvc repro`")
    refuse_other_keys(path, "cells", list(facts.cells), grid.cells)
    for compared in (facts, *facts.slices):
        refuse_other_keys(path, "comparisons", list(compared.comparisons), list(grid.rivals))
    refuse_other_keys(path, "further comparisons", list(facts.further_comparisons), list(grid.further_rivals))
    refuse_other_keys(path, "baselines", list(facts.baseline_comparisons), list(facts.baselines))
    for compared_arms in facts.baseline_comparisons.values():
        refuse_other_keys(path, "comparisons with a baseline", list(compared_arms), list(grid.arms))
    return facts
