"""From stored predictions to the numbers of one task."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stages.encoding.running_text import RUNNING, running_row
from stages.metrics.calibration import fitted_temperature
from stages.metrics.delivered import delivered_score
from stages.metrics.differences import (
    PAIRS,
    compare,
    detectable_among,
    grouped,
    score_interval,
    these_runs,
    to_settle,
)
from stages.metrics.entity_details import inflated_accuracy
from stages.metrics.failure import failed, rate_interval
from stages.metrics.groups import group_numbers
from stages.metrics.handed_over import handed_over
from stages.metrics.paired_tests import paired_test
from stages.metrics.task_scores import Labels, Scores, probability_scores, right_rows, scorer, scores
from stages.results.cards import EncodingCard
from stages.results.predictions import PHASES, Predictions
from stages.results.prepared import Row, Task, read_rows, read_task
from stages.results.task_metrics import (
    Agreement,
    Comparison,
    Difference,
    Estimate,
    FailedOfBoth,
    FailedRuns,
    Interval,
    PairedTest,
    Slice,
    TemperatureScaling,
)
from stages.results.trained import that_trained
from stages.settings.arms import PAIR, parse_cell_name
from stages.settings.evaluation import EvaluationSettings

Metrics = dict[str, float]
Pair = tuple[Sequence[str], Sequence[str]]  # the cells of two arms
Answers = Mapping[str, Sequence[str | Sequence[str]]]  # to the rows of test, by baseline


@dataclass(frozen=True)
class Gold:
    """One split: its rows and labels, and of words the encoded tokens and positions.

    ``groups`` numbers the group of each row, see :func:`stages.metrics.groups.group_numbers`.
    """

    rows: Sequence[Row]
    labels: Labels
    tokens: int
    positions: int
    groups: np.ndarray | None

    @property
    def guids(self) -> list[str]:
        """Names of the rows."""
        return [row.guid for row in self.rows]


@dataclass(frozen=True)
class TaskGold:
    """The gold labels of one task by split, without those of train."""

    task: Task
    splits: dict[str, Gold]

    @classmethod
    def read(cls, prepared: Path, encoding: EncodingCard) -> "TaskGold":
        """Read the folder that ``preprocess`` wrote; ``encoding`` is the card that ``encode`` wrote."""
        task, splits = read_task(prepared), {}
        for split in task.splits:
            if split != "train":
                rows, encoded = list(read_rows(prepared / f"{split}.jsonl")), encoding.splits[split]
                splits[split] = Gold(rows, Labels.gold(rows, task), encoded.tokens,
                                     encoded.rows * encoding.max_length, group_numbers(rows))
        return cls(task, splits)


@dataclass(frozen=True)
class CellScores:
    """Metrics of one cell by split, before and after training; ``details`` are of test after training alone.

    ``failed`` says whether it failed to train; ``interval`` is that of the headline metric on test;
    ``temperature_scaling`` is None where validation gives no temperature.
    """

    before: dict[str, Metrics]
    after: dict[str, Metrics]
    details: dict[str, dict[str, object]]
    failed: bool
    interval: Interval
    temperature_scaling: TemperatureScaling | None

    def facts(self) -> dict[str, object]:
        """JSON form."""
        return vars(self) | {"interval": dict(self.interval),
                             "temperature_scaling": self.temperature_scaling and dict(self.temperature_scaling)}


class TaskEvaluation:
    """Metrics, intervals and comparisons of every cell of one task.

    An arm is a list of cells that differ in their seeds alone; comparisons take two.
    """

    def __init__(self, gold: TaskGold, predictions: Path, settings: EvaluationSettings, drawn: bool = False) -> None:
        """Take the gold labels; ``predictions`` is a folder that ``predict`` wrote.

        ``drawn``: every seed drew its own training rows, which runs with one seed share; so they are compared in pairs.
        """
        self.task, self.gold = gold.task, dict(gold.splits)
        self._predictions = predictions
        self._settings = settings
        self._drawn = drawn
        self._score = scorer(gold.task)
        self._statistics: dict[tuple[str, str], np.ndarray] = {}  # by cell or baseline and split
        self._failed: set[str] = set()

    def cell(
        self, name: str, outcome: str = "", best_step: int | None = None, *, trained: bool = True
    ) -> CellScores:
        """Scores of one cell; ``outcome`` is how its training ended, and ``best_step`` that of the weights kept.

        One that is not trained cannot fail to train.
        """
        predictions = Predictions.read(self._predictions / f"{name}.parquet", self.task)
        found = {phase: {split: self._scored(predictions.of_split(split, gold.rows, phase), gold)
                         for split, gold in self.gold.items()} for phase in PHASES}
        metrics = {phase: {split: scored.metrics for split, scored in splits.items()}
                   for phase, splits in found.items()}
        self._statistics |= {(name, split): scored.statistics for split, scored in found["after"].items()}
        if RUNNING in predictions.splits:
            metrics["after"]["test"]["delivered_entity_f1"] = self._delivered(predictions)
        if trained and failed(
                outcome, metrics["after"]["validation"], len(self.gold["validation"].rows), len(self.task.tags),
                improved=best_step != 0):
            self._failed.add(name)
        details = {"after": {"test": found["after"]["test"].details}}
        return CellScores(metrics["before"], metrics["after"], details, name in self._failed,
                          score_interval(self.on_test([name])[0], self._score), self._temperature_scaling(predictions))

    def _scored(self, logits: np.ndarray, gold: Gold) -> Scores:
        labels = scores(gold.labels, gold.labels.predicted(logits), self.task)
        chances = probability_scores(logits, gold.labels.ids)
        metrics = labels.metrics | chances.metrics
        if self.task.is_words:
            metrics["inflated_token_accuracy"] = inflated_accuracy(
                metrics["token_accuracy"], gold.tokens, gold.positions)
        return Scores(metrics, labels.statistics, labels.details | chances.details)

    def _temperature_scaling(self, predictions: Predictions) -> TemperatureScaling | None:
        """Of the trained model; the temperature is fitted on validation, and measured on test."""
        (known, truths), (tested, gold) = ((predictions.of_split(split, self.gold[split].rows),
                                            self.gold[split].labels.ids) for split in ("validation", "test"))
        if (temperature := fitted_temperature(known, truths)) is None:
            return None
        scaled = probability_scores(tested.astype(np.float64) / temperature, gold).metrics
        return TemperatureScaling(temperature=temperature, loss=scaled["loss"],
                                  calibration_error=scaled["calibration_error"])

    def _delivered(self, predictions: Predictions) -> float:
        """Entity F1 of the trained model from running text."""
        rows = self.gold["test"].rows
        again = [running_row(row) for row in rows]
        tags = np.array(self.task.tags)[predictions.of_split(RUNNING, again).argmax(axis=1)]
        ends = np.cumsum([len(row.words) for row in again])
        return delivered_score(rows, [part.tolist() for part in np.split(tags, ends[:-1])]).f1

    def on_test(self, cells: Sequence[str]) -> np.ndarray:
        """Statistics [runs, rows or groups, statistics] on test of cells that :meth:`cell` has scored."""
        return self._runs(cells, "test", slice(None))

    def baselines(self, predicted: Answers) -> dict[str, Metrics]:
        """Metrics of each baseline's predictions on test."""
        return self._baselines(predicted, "")

    def drawn_baselines(self, by_seed: Mapping[str, Answers]) -> dict[str, Metrics]:
        """The same where it was fitted to the training rows of every seed: means over seeds."""
        found = [self._baselines(predicted, seed) for seed, predicted in by_seed.items()]
        return {name: {metric: float(np.mean([one[name][metric] for one in found])) for metric in metrics}
                for name, metrics in found[0].items()}

    def _baselines(self, predicted: Answers, seed: str) -> dict[str, Metrics]:
        found = {}
        for name, answers in predicted.items():
            scored = scores(self.gold["test"].labels, Labels.named(answers, self.task), self.task)
            self._statistics[f"{name}{seed}", "test"] = scored.statistics
            found[name] = scored.metrics
        return found

    def against_baselines(
        self, arms: Mapping[str, Sequence[str]], baselines: Sequence[str]
    ) -> dict[str, dict[str, Difference]]:
        """By baseline and arm, the difference of the arm's mean and the baseline, over seeds and examples of test."""
        return {baseline: {arm: self._against(baseline, self.trained(cells)) for arm, cells in arms.items()}
                for baseline in baselines}

    def _against(self, baseline: str, cells: Sequence[str]) -> Difference:
        if self._drawn:
            fits = self.on_test([f"{baseline}{seed}" for seed in _seeds(cells)])
            return compare(self.on_test(cells), fits, self._score, paired=len(cells) >= PAIRS)
        return compare(self.on_test(cells), self.on_test([baseline]), self._score, fixed=True)

    def headline(self, first: Sequence[str], second: Sequence[str]) -> Comparison:
        """Two arms over seeds and examples of test, and on these alone the runs that share a place in their lists."""
        trained = [self.on_test(self.trained(arm)) for arm in (first, second)]
        return self._compared(
            (first, second), "test", slice(None),
            failed=FailedOfBoth(first=self._failures(first), second=self._failures(second)),
            these_runs=these_runs(self.on_test(first), self.on_test(second), self._score),
            to_settle=to_settle(*trained, self._score, len(self.gold["test"].rows), max(len(first), len(second)),
                                paired=self._paired(first, second)),
            detectable_among=detectable_among(*trained, self._score, paired=self._paired(first, second)),
            agreement=self._agreement(first, second),
            runs=tuple(self._pair(*names) for names in zip(first, second, strict=False)))

    def _agreement(self, first: Sequence[str], second: Sequence[str]) -> Agreement:
        one, other = (np.mean([right_rows(self._statistics[cell, "test"]) for cell in self.trained(cells)], axis=0)
                      for cells in (first, second))
        return Agreement(both=float(one @ other), first=float(one @ (1 - other)), second=float((1 - one) @ other))

    def handed_over(self, student: Sequence[str], teacher: Sequence[str], reference: Sequence[str]) -> Estimate | None:
        """Which share of the teacher's gain over the reference the student has; None where the teacher has none."""
        runs = [self.on_test(self.trained(cells)) for cells in (student, teacher, reference)]
        return handed_over(runs, self._score, self._settings.resamples, self._settings.bootstrap_seed)

    def slices(self, arms: Mapping[str, Pair]) -> list[Slice]:
        """The comparisons of ``arms`` on the further test sets, and on every genre where there are several."""
        return [
            Slice(split=split, genre=genre, rows=len(rows), comparisons={
                name: self._compared(pair, split, rows) for name, pair in arms.items()})
            for split, gold in self.gold.items() if split != "validation"
            for genre, rows in _genres(gold, split).items()]

    def _compared(self, pair: Pair, split: str, rows: Any, **headline: Any) -> Comparison:
        """The runs of two arms that trained, on some rows of a split."""
        first, second = (self._runs(self.trained(cells), split, rows) for cells in pair)
        means = (float(self._score(runs.sum(axis=1)).mean()) for runs in (first, second))
        found = compare(first, second, self._score, paired=self._paired(*pair))
        return Comparison(**dict(zip(PAIR, means, strict=True)), **dict(found), **headline)

    def _paired(self, first: Sequence[str], second: Sequence[str]) -> bool:
        """Whether runs with one seed are compared; not where it failed in one arm alone, which leaves no pair."""
        seeds = _seeds(self.trained(first))
        return self._drawn and len(seeds) >= PAIRS and seeds == _seeds(self.trained(second))

    def _failures(self, cells: Sequence[str]) -> FailedRuns:
        count = sum(cell in self._failed for cell in cells)
        low, high = rate_interval(count, len(cells))
        return FailedRuns(count=count, runs=len(cells), low=low, high=high)

    def trained(self, cells: Sequence[str]) -> list[str]:
        """Those of an arm that did not fail, as :meth:`cell` found; all where all did."""
        return that_trained(cells, (cell in self._failed for cell in cells))

    def any_failed(self, cells: Iterable[str]) -> bool:
        """Whether a run of these failed, as :meth:`cell` found."""
        return not self._failed.isdisjoint(cells)

    def few_trained(self, cells: Sequence[str]) -> bool:
        """Whether none of an arm trained, or one alone of several, which does not show how seeds spread."""
        return sum(cell not in self._failed for cell in cells) < min(2, len(cells))

    def _runs(self, names: Sequence[str], split: str, rows: Any) -> np.ndarray:
        """Statistics [runs, examples, statistics]; rows of one group are one example."""
        groups = self.gold[split].groups
        return grouped(np.stack([self._statistics[name, split][rows] for name in names]),
                       None if groups is None else groups[rows])

    def _pair(self, first: str, second: str) -> PairedTest:
        found = paired_test(*self.on_test([first, second]), self._score, self._settings.resamples,
                            self._settings.bootstrap_seed)
        return found.model_copy(update={"first": first, "second": second})


def _seeds(cells: Sequence[str]) -> list[int]:
    return [parse_cell_name(cell).seed for cell in cells]


def _genres(gold: Gold, split: str) -> dict[str, np.ndarray]:
    """Rows by genre, in the alphabet's order; under "" all rows of a test set that is not the headline's."""
    groups = {} if split == "test" else {"": np.arange(len(gold.rows))}
    names = np.array([row.genre for row in gold.rows])
    distinct = sorted(set(names.tolist()))
    return groups | ({name: np.flatnonzero(names == name) for name in distinct if name} if len(distinct) > 1 else {})
