"""What the report is about, read from the files of the other stages and checked against the expected grid."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, FiniteFloat, field_validator

from stages.common.errors import UserError
from stages.metrics.failure import that_trained
from stages.reporting.findings import FoundFact, qualifying, read_findings, withholding
from stages.reporting.holm import holm
from stages.reporting.reading import Facts, refuse_other_keys, validated
from stages.reporting.texts import visible
from stages.settings.grid import ADAPTED, SCRATCH, Grid

Text = Annotated[str, AfterValidator(visible)]
Metrics = dict[str, FiniteFloat]
LEVEL = 0.05  # a verdict needs a p value below it after Holm's correction
RunSettings = dict[Text, Text | int | float | None]


class Interval(Facts):
    """A 95 % interval."""

    low: FiniteFloat
    high: FiniteFloat


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


class Cell(Facts):
    """One trained model, with metrics by split; ``best_step`` is that of the weights kept, 0 for those at its start."""

    arm: Literal["pretrained", "adapted", "scratch"]
    tuning: Text
    seed: int
    parameters: int
    trainable_parameters: int
    steps: int
    best_step: int
    outcome: Text
    settings: RunSettings
    recipe: RunSettings
    numerics: dict[Text, Text | int]
    before: dict[Text, Metrics]
    after: dict[Text, Metrics]
    details: dict[Text, dict[Text, Details]]
    failed: bool
    interval: Interval


class Difference(Interval):
    """Difference of two mean scores with its interval and p value, and what could be found of it.

    Without ``recipe`` it is of these runs alone: an arm has but one, whose spread over seeds nobody knows.
    """

    difference: FiniteFloat
    p_value: FiniteFloat
    detectable: FiniteFloat
    recipe: bool


class PairedTest(Facts):
    """Two runs compared on the rows of test alone."""

    first: Text
    second: Text
    difference: FiniteFloat
    test: Literal["mcnemar", "approximate_randomisation"]
    p_value: FiniteFloat


class FailedRuns(Interval):
    """How many of an arm's runs failed to train, and the interval of the rate."""

    count: int
    runs: int


class FailedOfBoth(Facts):
    """Of the arm that is judged, and of the other."""

    first: FailedRuns
    second: FailedRuns


class TheseRuns(Interval):
    """What holds for these runs, see :class:`stages.metrics.differences.TheseRuns`."""

    difference: FiniteFloat
    p_value: FiniteFloat
    gap: FiniteFloat | None
    gap_p_value: FiniteFloat | None


class Judged(Difference):
    """A difference of two arms on test, over seeds and examples, with its verdict.

    It is that of runs that trained; ``failed`` counts the others. ``these_runs`` are all. ``to_settle`` has the seeds
    and the test rows that would find a difference as large as this one, where so many would.
    ``adjusted`` is the p value after Holm's correction for all comparisons of the report with a verdict on a recipe,
    and ``family`` their number.
    ``withheld`` is why there is no confident verdict although the numbers would give one, or would not; ``qualified``
    is why a verdict holds for the budgets of these arms alone.
    """

    verdict: Literal["helps", "hurts", "cannot_tell"]
    runs: tuple[PairedTest, ...] = ()
    failed: FailedOfBoth | None = None
    these_runs: TheseRuns | None = None
    to_settle: dict[Literal["seeds", "rows"], int] | None = None
    adjusted: FiniteFloat = 1.0
    family: int = 1
    withheld: Text = ""
    qualified: Text = ""


class Comparison(Judged):
    """Means over seeds of the headline metric of the pre-trained encoder and from random weights."""

    pretrained: FiniteFloat
    scratch: FiniteFloat


class Adaptation(Judged):
    """The same of the adapted encoder and the pre-trained one, both fine-tuned in full."""

    adapted: FiniteFloat
    pretrained: FiniteFloat


class Slice(Facts):
    """Comparisons on the rows of one genre, or on all of a further test set where ``genre`` is ""."""

    split: Text
    genre: Text
    rows: int
    comparisons: dict[str, Comparison]


class TaskMetrics(Facts):
    """What ``evaluate`` says about one task; ``test_groups`` is 0 where test rows are independent of each other."""

    task: Text
    title: Text
    language: Text
    kind: Literal["single", "pair", "words"]
    metric: Literal["accuracy", "entity_f1"]
    labels: tuple[Text, ...]
    synthetic: bool
    checkpoint: Text
    synthetic_checkpoint: bool
    rows: dict[Text, int]
    test_groups: int = 0
    cells: dict[str, Cell]
    baselines: dict[Text, Metrics]
    baseline_comparisons: dict[Text, dict[str, Difference]]
    comparisons: dict[str, Comparison]
    adaptation: Adaptation | None = None
    slices: tuple[Slice, ...] = ()


class SourceFile(Facts):
    """A raw file of a corpus."""

    bytes: int
    sha256: Text


class PublishedPin(SourceFile):
    """A file as it was published."""

    url: Text


class DataCard(Facts):
    """What ``preprocess`` says about the rows of one task; homepage, licence and pins are those of a published corpus.

    ``splits`` has the file of each split that has one, ``read_as`` what the reader took for granted about it.
    Lengths are percentiles in characters, of sentences in words.
    """

    source: Text
    homepage: Text = ""
    licence: Text = ""
    pins: tuple[PublishedPin, ...] = ()
    files: dict[Text, SourceFile]
    splits: dict[str, Text] = Field(default_factory=dict)
    read_as: dict[str, tuple[Text, ...]] = Field(default_factory=dict)
    rows_read: dict[str, int]
    kept: dict[str, int]
    dropped: dict[str, dict[Text, int]]
    labels: dict[str, dict[Text, int]]
    lengths: dict[str, dict[str, int]]
    duplicates: dict[str, int]
    overlaps: dict[str, dict[str, int]]
    train_test_overlap: int
    conflicting_labels: int
    damage: dict[str, dict[Text, int]] = Field(default_factory=dict)


class EncodedSplit(Facts):
    """What tokenization did to the rows of one split."""

    rows: int
    tokens: int
    truncated_rows: int
    unknown_tokens: int
    split_sentences: int
    lengths: dict[str, int]


class WorkedExample(Facts):
    """One input: a text or a pair of them, its token ids, and what these stand for."""

    texts: tuple[Text, ...]
    ids: tuple[int, ...]
    tokens: tuple[Text, ...]


class EncodingCard(Facts):
    """What ``encode`` says about one task; ``architecture`` is what the model's config tells."""

    max_length: int
    vocabulary: int
    origin: dict[Text, Text]
    splits: dict[Text, EncodedSplit]
    architecture: dict[Text, Text | int] = Field(default_factory=dict)
    example: WorkedExample | None = None


class AdaptationLoss(Facts):
    """Mean loss in nats per masked token since the point before."""

    step: int
    loss: FiniteFloat


class AdaptationCard(Facts):
    """What ``adapt`` says about one task; ``text`` is "" for the train rows."""

    text: Text
    texts: int
    left_out: int = 0
    new_head: bool
    losses: tuple[AdaptationLoss, ...] = Field(min_length=1)
    settings: dict[Text, int | float]


class SearchedArm(Facts):
    """The tries of one arm in a search, how many failed, and the settings of the best."""

    tries: tuple[dict[str, Any], ...]
    failed: int
    settings: RunSettings


class SearchRecord(Facts):
    """What ``search`` keeps of one task."""

    arms: dict[str, SearchedArm]

    @field_validator("arms")
    @classmethod
    def _fair(cls, arms: dict[str, SearchedArm]) -> dict[str, SearchedArm]:
        if arms.keys() != {"pretrained", "scratch"} or len({len(arm.tries) for arm in arms.values()}) != 1:
            raise ValueError("expected as many tries of pretrained as of scratch")
        return arms


@dataclass(frozen=True)
class CurvePoint:
    """What was measured at one step of training; None for what was not."""

    step: int
    batch_loss: float | None
    validation_loss: float | None
    validation_score: float | None
    train_score: float | None


@dataclass(frozen=True)
class Run:
    """A cell with its learning curve."""

    cell: Cell
    curve: tuple[CurvePoint, ...]
    name: str


@dataclass(frozen=True)
class Arm:
    """The runs of one tuning, of the adapted encoder, or from random weights, in the order of the grid's seeds.

    ``against`` has the difference of the arm and each baseline by its name.
    """

    label: str
    pretrained: bool
    runs: tuple[Run, ...]
    against: dict[str, Difference]

    @property
    def on_test(self) -> list[Details]:
        """Details on test after training, per seed."""
        return [run.cell.details["after"]["test"] for run in self.runs]

    @property
    def trained(self) -> list[Run]:
        """The runs that did not fail, on which the comparisons are; all where all failed."""
        return that_trained(self.runs, (run.cell.failed for run in self.runs))

    def mean(self, metric: str) -> float:
        """Mean over the seeds that trained of a metric on test after training."""
        trained = self.trained
        return sum(run.cell.after["test"][metric] for run in trained) / len(trained)

    def scores(self, metric: str) -> list[float]:
        """A metric on test after training, per seed."""
        return [run.cell.after["test"][metric] for run in self.runs]


@dataclass(frozen=True)
class TaskFacts:
    """Everything the report knows about one task; ``comparisons`` has the label of each pre-trained arm as its keys.

    ``tunings`` has the same labels by the name of the tuning, "adapted" for the arm of that name. ``gain`` compares
    that arm with the pre-trained one.
    """

    metrics: TaskMetrics
    arms: tuple[Arm, ...]
    comparisons: dict[str, Comparison]
    tunings: dict[str, str]
    gain: Adaptation | None
    card: DataCard
    encoding: EncodingCard
    adaptation: AdaptationCard | None = None
    search: SearchRecord | None = None
    findings: tuple[FoundFact, ...] = ()

    @property
    def judged(self) -> tuple[Judged, ...]:
        """Everything that gets a verdict."""
        return (*self.comparisons.values(), *([self.gain] if self.gain else []))

    @property
    def leaves_runs_out(self) -> bool:
        """Whether a run of an arm failed where another trained, so that comparisons and means are without it."""
        return any(len(arm.trained) < len(arm.runs) for arm in self.arms)

    @property
    def short_title(self) -> str:
        """The part of the title before its comma: the name of the corpus."""
        return self.metrics.title.split(",")[0]


def read_tasks(
    metrics: Path, curves: Path, cards: Path, searches: Path, findings: Path, grid: Grid
) -> tuple[TaskFacts, ...]:
    """Facts of every task of ``grid`` in its order; files of other tasks are never read.

    A task without a file in ``searches`` was not searched. A verdict that a severe finding taints is withheld.

    Raises:
        UserError: a file is missing or malformed, or its cells are not exactly those of the grid.
    """
    return _told_apart([_withheld(task) for task in _corrected([
        replace(_read_task(task, metrics, curves, cards, searches, grid.of_task(task)), findings=read_findings(
            findings / f"{task}.json", task, metrics / f"{task}.json")) for task in grid.tasks])])


def _withheld(task: TaskFacts) -> TaskFacts:
    """What severe findings taint cannot be told, and where the losing arm's budget was short, the rest is qualified."""
    arms = {label: tuning for tuning, label in task.tunings.items()}
    return replace(
        task, comparisons={label: _as_found(compared, task.findings, arms[label], SCRATCH)
                           for label, compared in task.comparisons.items()},
        gain=task.gain and _as_found(task.gain, task.findings, ADAPTED, "full"))


def _as_found(compared: Judged, findings: Sequence[FoundFact], first: str, second: str) -> Any:
    if reason := withholding(findings, (first, second)):
        return compared.model_copy(update={"verdict": "cannot_tell", "withheld": reason})
    if compared.verdict == "cannot_tell":
        return compared
    loser = second if compared.verdict == "helps" else first
    return compared.model_copy(update={"qualified": qualifying(findings, loser)})


def _corrected(tasks: Sequence[TaskFacts]) -> list[TaskFacts]:
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
        gain=task.gain and judged.get(id(task.gain), task.gain)) for task in tasks]


def _judged(compared: Judged, adjusted: float, family: int) -> Any:
    verdict = compared.verdict if adjusted < LEVEL else "cannot_tell"
    return compared.model_copy(update={"verdict": verdict, "adjusted": adjusted, "family": family})


def _told_apart(tasks: Sequence[TaskFacts]) -> tuple[TaskFacts, ...]:
    """Tasks on one corpus have the same title; their checkpoint tells them apart."""
    titles = Counter(task.metrics.title for task in tasks)
    return tuple(
        task if titles[task.metrics.title] == 1 else replace(task, metrics=task.metrics.model_copy(
            update={"title": f"{task.short_title} × {task.metrics.checkpoint},{task.metrics.title.partition(',')[2]}"}))
        for task in tasks)


def _read_task(task: str, metrics: Path, curves: Path, cards: Path, searches: Path, grid: Grid) -> TaskFacts:
    path = metrics / f"{task}.json"
    facts = validated(TaskMetrics, path)
    if facts.task != visible(task):
        raise UserError(f"{path}: is about the task '{facts.task}'; delete it and run `dvc repro`")
    refuse_other_keys(path, "cells", list(facts.cells), grid.cells)
    for compared in (facts, *facts.slices):
        refuse_other_keys(path, "comparisons", list(compared.comparisons), list(grid.encoder_cells))
    refuse_other_keys(path, "baselines", list(facts.baseline_comparisons), list(facts.baselines))
    for compared_arms in facts.baseline_comparisons.values():
        refuse_other_keys(path, "comparisons with a baseline", list(compared_arms), [*grid.encoder_cells, SCRATCH])
    if bool(grid.adapted) != bool(facts.adaptation):
        raise UserError(f"{path}: the comparison of the adapted encoder is not that of params.yaml; run `dvc repro`")
    points = _read_curves(curves / f"{task}.csv", grid)
    names = {tuning: "pre-trained" if grid.tunings == ("full",) else f"pre-trained, {visible(tuning)}"
             for tuning in grid.tunings} | {name: name for name in grid.encoder_cells if name == ADAPTED}
    arms = [(names[tuning], tuning, cells) for tuning, cells in grid.encoder_cells.items()]
    return TaskFacts(
        facts,
        tuple(Arm(label, name != SCRATCH, tuple(Run(facts.cells[cell], points[cell], cell) for cell in cells),
                  {baseline: compared[name] for baseline, compared in facts.baseline_comparisons.items()})
              for label, name, cells in [*arms, (SCRATCH, SCRATCH, grid.scratch_cells)]),
        {label: facts.comparisons[tuning] for tuning, label in names.items()},
        names,
        facts.adaptation,
        validated(DataCard, cards / f"{task}.json"),
        validated(EncodingCard, cards / f"{task}.encoding.json"),
        validated(AdaptationCard, cards / f"{task}.adaptation.json") if grid.adapted else None,
        validated(SearchRecord, searches / f"{task}.json") if (searches / f"{task}.json").exists() else None,
    )


def _read_curves(path: Path, grid: Grid) -> dict[str, tuple[CurvePoint, ...]]:
    curves: dict[str, list[CurvePoint]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            for cell, point in _points(path, csv.DictReader(stream)):
                curves.setdefault(cell, []).append(point)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; run `dvc repro` to make it") from None
    refuse_other_keys(path, "cells", list(curves), grid.cells)
    return {cell: tuple(points) for cell, points in curves.items()}


def _points(path: Path, reader: "csv.DictReader[str]") -> Iterator[tuple[str, CurvePoint]]:
    for row in reader:
        try:
            yield row["cell"], CurvePoint(int(row["step"]), *(
                float(row[name]) if row[name] else None
                for name in ("batch_loss", "validation_loss", "validation_score", "train_score")))
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(f"{path}:{reader.line_num}: not a row of learning curves ({error!r}); "
                            "delete the file and run `dvc repro`") from None
