"""Everything that is known about the tasks, read from the files of other stages and checked against the grid."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from stages.common.visible import visible
from stages.metrics.failure import that_trained
from stages.results.cards import AdaptationCard, DataCard, EncodingCard
from stages.results.curves import CurvePoint, read_curves
from stages.results.findings import FoundFact, read_findings
from stages.results.reading import validated
from stages.results.searches import SearchRecord
from stages.results.task_metrics import Cell, Details, Difference, TaskMetrics, read_metrics
from stages.results.verdicts import Judgement, Standing, TaskVerdicts, read_verdicts
from stages.settings.grid import ADAPTED, SCRATCH, Grid


@dataclass(frozen=True)
class Run:
    """A cell with its learning curve."""

    cell: Cell
    curve: tuple[CurvePoint, ...]
    name: str


@dataclass(frozen=True)
class Arm:
    """The runs of one tuning, of the adapted encoder, or from random weights, in the order of the grid's seeds.

    ``against`` has the difference of the arm and each baseline by its name, ``standing`` what may be said of it.
    """

    label: str
    pretrained: bool
    runs: tuple[Run, ...]
    against: dict[str, Difference]
    standing: dict[str, Standing]

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
    """Everything that is known about one task; ``tunings`` has the label of each pre-trained arm by its tuning.

    The adapted arm stands for a tuning, too. ``verdicts`` go by the same names.
    """

    metrics: TaskMetrics
    arms: tuple[Arm, ...]
    tunings: dict[str, str]
    verdicts: TaskVerdicts
    card: DataCard
    encoding: EncodingCard
    adaptation: AdaptationCard | None = None
    search: SearchRecord | None = None
    findings: tuple[FoundFact, ...] = ()

    @property
    def comparisons(self) -> dict[str, Judgement]:
        """Comparisons with scratch by the label of the other arm."""
        return {label: self.verdicts.comparisons[tuning] for tuning, label in self.tunings.items()}

    @property
    def leaves_runs_out(self) -> bool:
        """Whether a run of an arm failed where another trained, so that comparisons and means are without it."""
        return any(len(arm.trained) < len(arm.runs) for arm in self.arms)

    @property
    def short_title(self) -> str:
        """The part of the title before its comma: the name of the corpus."""
        return self.metrics.title.split(",")[0]


def read_tasks(
    metrics: Path, curves: Path, cards: Path, searches: Path, findings: Path, verdicts: Path, grid: Grid
) -> tuple[TaskFacts, ...]:
    """Facts of every task of ``grid`` in its order; files of other tasks are never read.

    A task without a file in ``searches`` was not searched.

    Raises:
        UserError: a file is missing or malformed, or its cells are not exactly those of the grid.
    """
    facts = {task: read_metrics(metrics / f"{task}.json", task, grid.of_task(task)) for task in grid.tasks}
    found = {task: read_findings(findings / f"{task}.json", task, metrics / f"{task}.json") for task in grid.tasks}
    judged = read_verdicts(verdicts, *({task: folder / f"{task}.json" for task in grid.tasks}
                                       for folder in (metrics, findings)))
    return _with_distinct_titles([
        replace(_read_task(task, facts[task], curves, cards, searches, judged[task], grid.of_task(task)),
                findings=found[task]) for task in grid.tasks])


def _with_distinct_titles(tasks: Sequence[TaskFacts]) -> tuple[TaskFacts, ...]:
    """Tasks on one corpus have the same title; their checkpoint tells them apart."""
    titles = Counter(task.metrics.title for task in tasks)
    return tuple(
        task if titles[task.metrics.title] == 1 else replace(task, metrics=task.metrics.model_copy(
            update={"title": f"{task.short_title} × {task.metrics.checkpoint},{task.metrics.title.partition(',')[2]}"}))
        for task in tasks)


def _read_task(
    task: str, facts: TaskMetrics, curves: Path, cards: Path, searches: Path, verdicts: TaskVerdicts, grid: Grid
) -> TaskFacts:
    points = read_curves(curves / f"{task}.csv", grid)
    names = {tuning: "pre-trained" if grid.tunings == ("full",) else f"pre-trained, {visible(tuning)}"
             for tuning in grid.tunings} | {name: name for name in grid.encoder_cells if name == ADAPTED}
    arms = [(names[tuning], tuning, cells) for tuning, cells in grid.encoder_cells.items()]
    return TaskFacts(
        facts,
        tuple(Arm(label, name != SCRATCH, tuple(Run(facts.cells[cell], points[cell], cell) for cell in cells),
                  {baseline: compared[name] for baseline, compared in facts.baseline_comparisons.items()},
                  {baseline: judged[name] for baseline, judged in verdicts.baselines.items()})
              for label, name, cells in [*arms, (SCRATCH, SCRATCH, grid.scratch_cells)]),
        names,
        verdicts,
        validated(DataCard, cards / f"{task}.json"),
        validated(EncodingCard, cards / f"{task}.encoding.json"),
        validated(AdaptationCard, cards / f"{task}.adaptation.json") if grid.adapted else None,
        validated(SearchRecord, searches / f"{task}.json") if (searches / f"{task}.json").exists() else None,
    )
