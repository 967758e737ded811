"""Scores on a further test set, whole and by part, from stored logits of a task's trained models.

A label of the task counts as the one that it is merged into after the model has chosen it, as HANS is scored (McCoy,
Pavlick and Linzen, 2019, https://aclanthology.org/P19-1334): the choice of a model is not made anew among the merged
labels. Classes are told apart by name, so the order in which a checkpoint has them does not matter.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from stages.metrics.differences import compare, grouped
from stages.metrics.groups import group_numbers
from stages.metrics.second_gold import errors_by_gold
from stages.metrics.task_scores import Labels, scorer, scores
from stages.results.further_rows import FurtherTest
from stages.results.merging import merged_tag
from stages.results.predictions import Predictions
from stages.results.trained import that_trained

_GOLD_COLUMN = 2  # of the statistics of entities: their number in the gold standard


@dataclass(frozen=True)
class FurtherScores:
    """Scores of all cells of a task.

    Attributes:
        predictions: folder with the logits of every cell.
        arms: the cells of every arm by its name.
        rivals: the arm with which each is compared, by its name.
        failed: the cells that failed to train, of which an arm's scores are without, unless all of its did.
    """

    test: FurtherTest
    predictions: Path
    arms: Mapping[str, Sequence[str]]
    rivals: Mapping[str, str]
    failed: set[str]

    def facts(self) -> dict[str, object]:
        """JSON form: ``parts``, and for a second gold standard how many of the errors it calls right."""
        facts: dict[str, Any] = {"parts": [self._part(*part) for part in self._parts()]}
        return facts | ({"second_gold": self._second_gold()} if self.test.second_gold else {})

    @cached_property
    def _gold(self) -> Labels:
        return Labels.gold(self.test.rows, self.test.merged)

    @cached_property
    def _predicted(self) -> dict[str, Labels]:
        """Of every cell, what it predicts, by the merged labels."""
        test = self.test
        ids = test.merged.ids
        classes = np.array([ids[merged_tag(tag, test.merge)] for tag in test.task.tags])
        return {cell: Labels(classes[self._logits(cell).argmax(axis=1)], self._gold.ends)
                for cells in self.arms.values() for cell in cells}

    def _logits(self, cell: str) -> np.ndarray:
        return Predictions.read(self.predictions / f"{cell}.parquet", self.test.task).of_split("test", self.test.rows)

    @cached_property
    def _statistics(self) -> dict[str, np.ndarray]:
        found = {cell: scores(self._gold, predicted, self.test.merged).statistics
                 for cell, predicted in self._predicted.items()}
        if self.test.second_gold:  # what no model can find is missed by all
            for statistics in found.values():
                statistics[:, _GOLD_COLUMN] += self.test.unreachable
        return found

    def _parts(self) -> Iterator[tuple[str, str, np.ndarray]]:
        """Genre, gold label and rows: "" for all of them. A sentence has no one gold label."""
        rows = self.test.rows
        genres = _places([row.genre for row in rows])
        labels = {} if self.test.merged.is_words else _places([row.label for row in rows])
        yield "", "", np.arange(len(rows))
        for label in self.test.merged.labels:
            if label in labels:
                yield "", label, labels[label]
        for genre, of_genre in genres.items() if len(genres) > 1 else ():
            yield genre, "", of_genre
            for label in self.test.merged.labels:
                both = np.intersect1d(of_genre, labels.get(label, []), assume_unique=True)
                if len(both):
                    yield genre, label, both

    def _part(self, genre: str, label: str, rows: np.ndarray) -> dict[str, Any]:
        trained = {arm: self._trained(cells) for arm, cells in self.arms.items()}
        runs = {arm: self._runs(cells, rows) for arm, cells in trained.items()}
        return {"genre": genre, "label": label, "rows": len(rows),
                "arms": {arm: self._arm(cells, runs[arm]) for arm, cells in trained.items()},
                "comparisons": {arm: dict(compare(runs[arm], runs[rival], self._score))
                                for arm, rival in self.rivals.items()}}

    def _arm(self, cells: Sequence[str], statistics: np.ndarray) -> dict[str, Any]:
        """Score of every run, their mean with its interval over seeds and rows, and their standard deviation."""
        of_runs = self._score(statistics.sum(axis=1))
        interval = compare(statistics, None, self._score)
        return {"mean": float(of_runs.mean()), "low": interval.low, "high": interval.high,
                "runs": dict(zip(cells, of_runs.tolist(), strict=True)),
                "standard_deviation": float(of_runs.std(ddof=1)) if len(of_runs) > 1 else None}

    @property
    def _score(self) -> Any:
        return scorer(self.test.merged)

    def _trained(self, cells: Sequence[str]) -> list[str]:
        return that_trained(cells, (cell in self.failed for cell in cells))

    def _runs(self, cells: Sequence[str], rows: np.ndarray) -> np.ndarray:
        """Statistics [runs, rows or groups, statistics]."""
        groups = group_numbers([self.test.rows[place] for place in rows])
        return grouped(np.stack([self._statistics[cell][rows] for cell in cells]), groups)

    def _second_gold(self) -> dict[str, Any]:
        """Entity F1 by the first standard, of the first standard itself by the second, and whose errors they were."""
        test, tags = self.test, self.test.merged.tags
        first = Labels.named([tuple(merged_tag(tag, test.merge) for tag in row) for row in test.first_tags],
                             test.merged)
        golds = first.entities(tags), self._gold.entities(tags)
        itself = scores(self._gold, first, test.merged).statistics.sum(axis=0)
        itself[_GOLD_COLUMN] += sum(test.unreachable)
        arms = {}
        for arm, cells in self.arms.items():
            counts = [errors_by_gold(self._predicted[cell].entities(tags), *golds) for cell in self._trained(cells)]
            totals = {name: sum(of_run[name] for of_run in counts) for name in counts[0]}
            unreachable = sum(test.unreachable) * len(counts)
            totals["errors_by_second"] += unreachable
            f1 = [scores(first, self._predicted[cell], test.merged).metrics["entity_f1"]
                  for cell in self._trained(cells)]
            arms[arm] = {name: total / len(counts) for name, total in totals.items()} | {
                "first_f1": float(np.mean(f1)),
                "share_right_by_second": _share(totals["right_by_second"], totals["errors"]),
                "share_right_by_first": _share(totals["right_by_first"], totals["errors_by_second"])}
        return {"first_by_second_f1": float(self._score(itself)), "unreachable": sum(test.unreachable), "arms": arms}


def _places(names: Sequence[str]) -> dict[str, np.ndarray]:
    """Rows by name, in the alphabet's order; those without one are left out."""
    every = np.array(names)
    return {name: np.flatnonzero(every == name) for name in sorted(set(names)) if name}


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
