"""Which test rows each arm gets wrong, and where the gold label may be wrong instead; from stored logits.

A sentence is right when all of its entities are found and no other. It is represented by the word whose most probable
wrong tag has the highest probability.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from stages.metrics.calibration import probabilities
from stages.metrics.differences import compare, grouped
from stages.metrics.groups import group_numbers
from stages.metrics.label_noise import label_noise
from stages.metrics.stored_runs import StoredRuns
from stages.metrics.task_scores import OUTSIDE, right_rows, scorer
from stages.results.prepared import Row
from stages.settings.error_analysis import ErrorAnalysisSettings

_SHOWN = 200  # characters of a text
_PARTS = 3  # of the rows ordered by length
_SUSPECTED = 0.5  # probability of being wrong above which a label is listed
_OUTSIDE = 0.9  # probability of being in no entity above which nothing is asked of a word
_LEAST = 1e-12  # a probability that is 0 in float64


@dataclass(frozen=True)
class Predicted:
    """What some runs predict.

    Attributes:
        chances: mean probability over runs, [rows or words, classes].
        logs: mean logarithm of it over runs.
        right: [runs, rows].
        statistics: float64 [runs, rows, statistics], see :class:`stages.metrics.task_scores.Scores`.
    """

    chances: np.ndarray
    logs: np.ndarray
    right: np.ndarray
    statistics: np.ndarray


@dataclass(frozen=True)
class ErrorAnalysis(StoredRuns):
    """Errors of one task on test."""

    settings: ErrorAnalysisSettings

    def facts(self) -> dict[str, object]:
        """Everything about one task, as JSON."""
        every = self._every
        if self.task.is_words:
            rate, suspicious = suspected_tags(every.logs, self.gold.ids, self.task.tags.index(OUTSIDE))
        else:
            rate, suspicious = suspected_labels(every.chances, self.gold.ids)
        return {
            "task": self.task.task, "metric": self.task.metric, "rows": len(self.rows),
            "runs": len(every.right), "texts_shown": self._texts_shown,
            "missed_by_all": self._listed(np.flatnonzero(~every.right.any(axis=0)), every.chances),
            "confident": {arm: self._confident(found.chances) for arm, found in self._predicted.items()},
            "comparisons": {arm: self._compared(self._predicted[arm], self._predicted[rival])
                            for arm, rival in self.rivals.items()},
            "slices": list(self._slices()),
            "wrong_label_rate": rate, "suspected_labels": self._ranked(suspicious, every.chances)}

    @cached_property
    def _groups(self) -> np.ndarray | None:
        return group_numbers(self.rows)

    @cached_property
    def _starts(self) -> np.ndarray:
        """Where each row's labels start."""
        if self.gold.ends is None:
            return np.arange(len(self.rows))
        return np.concatenate([[0], self.gold.ends[:-1]])

    @cached_property
    def _predicted(self) -> dict[str, Predicted]:
        return {arm: self._of_cells(cells) for arm, cells in self.arms.items()}

    @cached_property
    def _every(self) -> Predicted:
        """All runs of all arms together."""
        arms = self._predicted.values()
        weights = [len(arm.right) for arm in arms]
        return Predicted(np.average([arm.chances for arm in arms], axis=0, weights=weights),
                         np.average([arm.logs for arm in arms], axis=0, weights=weights),
                         np.concatenate([arm.right for arm in arms]), np.concatenate([arm.statistics for arm in arms]))

    def _of_cells(self, cells: Sequence[str]) -> Predicted:
        logits = [self.predictions[cell] for cell in cells]
        statistics = np.stack([self.statistics[cell] for cell in cells])
        chances = np.stack([probabilities(of_cell) for of_cell in logits])
        return Predicted(chances.mean(axis=0), np.log(np.maximum(chances, _LEAST)).mean(axis=0), right_rows(statistics),
                         statistics)

    def _confident(self, chances: np.ndarray) -> dict[str, Any]:
        """Wrong predictions by their probability, the mean over the runs of an arm."""
        label, chance = best_wrong(chances, self.gold.ids)
        wrong = chance > chances[np.arange(len(label)), self.gold.ids]
        return self._ranked(np.where(wrong, chance, 0.0), chances)

    def _compared(self, first: Predicted, second: Predicted) -> dict[str, Any]:
        """Rows that all runs of one arm get right and none of the other.

        Nothing is counted by a vote of the runs: a vote can be for the arm whose mean score is lower.
        """
        return {name: self._listed(np.flatnonzero(one.right.all(axis=0) & ~other.right.any(axis=0)), other.chances)
                for name, one, other in (("always_first", first, second), ("always_second", second, first))}

    def _ranked(self, doubt: np.ndarray, chances: np.ndarray) -> dict[str, Any]:
        """Rows with a label of positive ``doubt`` [rows or words], the greatest first."""
        of_row = np.maximum.reduceat(doubt, self._starts)
        order = np.argsort(-of_row, kind="stable")[: int((of_row > 0).sum())]
        return self._listed(order, chances, doubt)

    def _listed(self, places: np.ndarray, chances: np.ndarray, doubt: np.ndarray | None = None) -> dict[str, Any]:
        label, chance = best_wrong(chances, self.gold.ids)
        listed = [self._row(int(place), label, chance, chance if doubt is None else doubt)
                for place in places[: self.settings.rows]]
        # `dvc plots` stumbles over an empty list.
        return {"count": len(places)} | ({"rows": listed} if listed else {})

    def _row(self, place: int, label: np.ndarray, chance: np.ndarray, doubt: np.ndarray) -> dict[str, Any]:
        """A row with its gold label and the most probable wrong one, of a sentence at the word of most doubt."""
        start = int(self._starts[place])
        end = int(self.gold.ends[place]) if self.gold.ends is not None else start + 1
        at = start + int(doubt[start:end].argmax())
        tags, row = self.task.tags, self.rows[place]
        word = {"word": at - start + 1} if self.gold.ends is not None else {}
        return {"guid": row.guid, **word, "gold": tags[self.gold.ids[at]], "wrong": tags[label[at]],
                "chance": float(chance[at])} | ({"text": shown(row)} if self._texts_shown else {})

    @property
    def _texts_shown(self) -> bool:
        return self.task.synthetic or self.settings.publish_texts

    def _slices(self) -> Iterator[dict[str, Any]]:
        """Comparisons on thirds of the rows by length, and on the rows of each label or with entities of each type."""
        for by, name, places in (*self._by_length(), *self._by_label()):
            groups = None if self._groups is None else self._groups[places]
            parts = {arm: grouped(found.statistics[:, places], groups) for arm, found in self._predicted.items()}
            score = scorer(self.task)
            yield {"by": by, "name": name, "rows": len(places),
                   "means": {arm: float(score(part.sum(axis=1)).mean()) for arm, part in parts.items()},
                   "comparisons": {arm: dict(compare(parts[arm], parts[rival], score))
                                   for arm, rival in self.rivals.items()}}

    def _by_length(self) -> Iterator[tuple[str, str, np.ndarray]]:
        lengths = np.array([row.length for row in self.rows])
        ordered = np.sort(lengths)
        bounds = [-1, *(int(ordered[-(-part * len(ordered) // _PARTS) - 1]) for part in range(1, _PARTS + 1))]
        for low, high in pairwise(bounds):
            places = np.flatnonzero((low < lengths) & (lengths <= high))
            if len(places):
                yield "length", f"{lengths[places].min()} to {high}", places

    def _by_label(self) -> Iterator[tuple[str, str, np.ndarray]]:
        for name in self.task.labels:
            places = np.array([place for place, row in enumerate(self.rows) if _has_label(row, name)], dtype=np.int64)
            if len(places):
                yield "label", name, places


def best_wrong(chances: np.ndarray, gold: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The most probable wrong class and its probability, from probabilities [rows, classes] and class ids [rows]."""
    others = chances.copy()
    others[np.arange(len(gold)), gold] = -1.0
    return others.argmax(axis=1), others.max(axis=1)


def suspected_labels(chances: np.ndarray, gold: np.ndarray) -> tuple[float, np.ndarray]:
    """The estimated rate of wrong labels, and per label the probability that it is wrong, 0 where it is below a half.

    Args:
        chances: mean probabilities of models that have not learned from these rows, [rows, classes].
        gold: class ids [rows].
    """
    found = label_noise(chances, gold)
    return found.rate, np.where(found.chances > _SUSPECTED, found.chances, 0.0)


def suspected_tags(logs: np.ndarray, gold: np.ndarray, outside: int) -> tuple[float, np.ndarray]:
    """The same for the words that the models predict to be in an entity, whatever their gold tag is.

    Models confuse names with more confidence than topics, but runs differ in which: ``logs`` [words, classes] are mean
    logarithms of probabilities, whose exponentials are large where all runs agree.
    """
    chances = np.exp(logs)
    chances /= chances.sum(axis=1, keepdims=True)
    asked = np.flatnonzero(chances[:, outside] < _OUTSIDE)
    suspicion = np.zeros(len(gold))
    rate, suspicion[asked] = suspected_labels(chances[asked], gold[asked])
    return rate, suspicion


def _has_label(row: Row, name: str) -> bool:
    return any(tag.partition("-")[2] == name for tag in row.tags) if row.words else row.label == name


def shown(row: Row) -> str:
    """The text of a row, cut; both of a pair share the room."""
    room = _SHOWN // len(row.texts)
    return " ⇒ ".join(text if len(text) <= room else f"{text[: room - 1]}…" for text in row.texts)
