"""Everything that is known about the tasks, read from the files of other stages and checked against the grid."""

from argparse import Namespace
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from stages.results.arm_words import arm_names
from stages.results.cards import AdaptationCard, DataCard, EncodingCard
from stages.results.curves import CurvePoint, read_curves
from stages.results.findings import Finding, read_findings
from stages.results.reading import validated
from stages.results.searches import SEARCHES, SearchRecord
from stages.results.task_metrics import Cell, Details, Difference, Metrics, TaskMetrics, read_metrics
from stages.results.trained import that_trained
from stages.results.verdicts import Judgement, Standing, TaskVerdicts, read_verdicts
from stages.settings.arms import arm_of_key
from stages.settings.grid import Grid
from stages.wording.message import Message, Wording, message
from stages.wording.names import task_title


@dataclass(frozen=True)
class Run:
    """A cell with its learning curve."""

    cell: Cell
    curve: tuple[CurvePoint, ...]
    name: str


@dataclass(frozen=True)
class Arm:
    """The runs of an arm, or of one tuning of the tuned one, in the order of the grid's seeds.

    ``name`` is in words, and ``key`` what it is called where arms are told apart, see
    :class:`stages.settings.arms.Arm`. ``against`` has the difference of the arm and each baseline by its name,
    ``standing`` what may be said of it.
    """

    name: Wording
    key: str
    runs: tuple[Run, ...]
    against: dict[str, Difference]
    standing: dict[str, Standing]

    @property
    def on_test(self) -> list[Details]:
        """Details on test after training, per seed that trained."""
        return [run.cell.details["after"]["test"] for run in self.trained]

    @property
    def trained(self) -> list[Run]:
        """The runs that did not fail, on which the comparisons are; all where all failed."""
        return that_trained(self.runs, (run.cell.failed for run in self.runs))

    def mean(self, metric: str) -> float:
        """Mean over the seeds that trained of a metric on test after training."""
        trained = self.trained
        return sum(run.cell.after["test"][metric] for run in trained) / len(trained)

    def beside(self, baseline: str, metrics: Mapping[str, Metrics], metric: str) -> float:
        """A baseline's score over the seeds of the mean of the arm, from which its difference is.

        Where every seed fits the baseline to the rows that it drew, that of a run that failed is left out with the run.
        """
        if len(self.trained) == len(self.runs):
            return metrics[baseline][metric]
        return self.mean(metric) - self.against[baseline].difference

    def scores(self, metric: str) -> list[float]:
        """A metric on test after training, per seed."""
        return [run.cell.after["test"][metric] for run in self.runs]


@dataclass(frozen=True)
class TaskSummary:
    """What is said of one task; the findings begin with the worst."""

    metrics: TaskMetrics
    verdicts: TaskVerdicts
    findings: tuple[Finding, ...]

    @property
    def leaves_runs_out(self) -> bool:
        """Whether a run of an arm failed where another trained, so that comparisons and means are without it."""
        failed: dict[tuple[str, str], set[bool]] = {}
        for cell in self.metrics.cells.values():
            failed.setdefault((cell.arm, cell.tuning), set()).add(cell.failed)
        return any(len(found) > 1 for found in failed.values())


@dataclass(frozen=True)
class TaskFacts(TaskSummary):
    """Everything that is known about one task; ``adaptations`` by the arm that starts from the weights made.

    ``encoder`` is the name of its checkpoint where that tells it from another task on the same corpus.
    """

    arms: tuple[Arm, ...]
    card: DataCard
    encoding: EncodingCard
    adaptations: dict[str, AdaptationCard] = field(default_factory=dict)
    search: SearchRecord | None = None
    encoder: str = ""

    @property
    def comparisons(self) -> dict[str, Judgement]:
        """By the key of an arm, that with the first arm with which it is compared."""
        return self.verdicts.comparisons

    @property
    def further(self) -> dict[str, Judgement]:
        """The same with the second arm."""
        return self.verdicts.further

    def arm(self, key: str) -> Arm:
        """The arm that is called so where arms are told apart."""
        return next(arm for arm in self.arms if arm.key == key)

    @property
    def corpus(self) -> str:
        """The part of the title before its comma."""
        return self.metrics.title.split(",")[0]

    @property
    def short_title(self) -> Wording:
        """The corpus, with the encoder where that tells tasks apart."""
        return message("task-with-encoder", corpus=self.corpus, encoder=self.encoder) if self.encoder else self.corpus

    @property
    def title(self) -> Wording:
        """The same with what the task is about."""
        return task_title(self.metrics.title, self.short_title if self.encoder else "")


# Where the pipeline writes what is known about the tasks of params.yaml.
PATHS = Namespace(metrics=Path("reports/metrics"), findings=Path("reports/doctor"),
                  verdicts=Path("reports/verdicts.json"), curves=Path("reports/curves"), cards=Path("reports/cards"),
                  searches=SEARCHES)


def seeds_of_means(*tasks: TaskSummary) -> Message:
    """The seeds over which means, matrices and curves are: those that trained, see :attr:`Arm.trained`."""
    return message("seeds-of-means", trained="some" if any(task.leaves_runs_out for task in tasks) else "all")


def read_summaries(grid: Grid, paths: Namespace) -> tuple[TaskSummary, ...]:
    """Every task of ``grid`` in its order; files of other tasks are never read.

    Raises:
        UserError: a file is missing or malformed, or is about other results.
    """
    metrics, findings = ({task: folder / f"{task}.json" for task in grid.tasks}
                         for folder in (paths.metrics, paths.findings))
    facts = {task: read_metrics(metrics[task], task, grid.of_task(task)) for task in grid.tasks}
    judged = read_verdicts(paths.verdicts, metrics, findings)
    return tuple(TaskSummary(facts[task], judged[task], read_findings(findings[task], task, metrics[task]))
                 for task in grid.tasks)


def read_tasks(grid: Grid, paths: Namespace = PATHS) -> tuple[TaskFacts, ...]:
    """Facts of every task of ``grid``, see :func:`read_summaries`; one without a file in ``searches`` was not searched.

    Raises:
        UserError: a file is missing or malformed, or its cells are not exactly those of the grid.
    """
    return _with_distinct_titles([
        _read_task(task, summary, paths, grid.of_task(task))
        for task, summary in zip(grid.tasks, read_summaries(grid, paths), strict=True)])


def _with_distinct_titles(tasks: Sequence[TaskFacts]) -> tuple[TaskFacts, ...]:
    """Tasks on one corpus have the same title; their checkpoint tells them apart, or where it does not their name."""
    titles = Counter(task.metrics.title for task in tasks)
    encoders = Counter((task.metrics.title, task.metrics.checkpoint) for task in tasks)
    return tuple(task if titles[task.metrics.title] == 1 else _with_distinct_title(
        task, encoders[task.metrics.title, task.metrics.checkpoint] == 1) for task in tasks)


def _with_distinct_title(task: TaskFacts, own_encoder: bool) -> TaskFacts:
    if own_encoder:
        return replace(task, encoder=task.metrics.checkpoint)
    named = task.metrics.title.replace(task.corpus, f"{task.corpus} ({task.metrics.task})", 1)
    return replace(task, metrics=task.metrics.model_copy(update={"title": named}))


def _read_task(task: str, summary: TaskSummary, paths: Namespace, grid: Grid) -> TaskFacts:
    facts, verdicts = summary.metrics, summary.verdicts
    points, cards = read_curves(paths.curves / f"{task}.csv", grid), paths.cards
    search = paths.searches / f"{task}.json"
    names = arm_names(list(grid.arms))
    prepared = {key: arm_of_key(key).further for key in grid.arms if arm_of_key(key).weights}
    return TaskFacts(
        **vars(summary),
        arms=tuple(Arm(
            names[key], key, tuple(Run(facts.cells[cell], points[cell], cell) for cell in cells),
            {baseline: compared[key] for baseline, compared in facts.baseline_comparisons.items()},
            {baseline: judged[key] for baseline, judged in verdicts.baselines.items()})
            for key, cells in grid.arms.items()),
        card=validated(DataCard, cards / f"{task}.json"),
        encoding=validated(EncodingCard, cards / f"{task}.encoding.json"),
        adaptations={key: validated(AdaptationCard, cards / f"{task}.{name}.json") for key, name in prepared.items()},
        search=validated(SearchRecord, search) if search.exists() else None,
    )
