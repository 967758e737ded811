"""All scores of one set of predictions, and the per-example statistics that intervals are drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from stages.metrics.bootstrap import Scorer
from stages.metrics.calibration import brier_score, expected_calibration_error, probabilities, reliability
from stages.metrics.classification import classification_metrics, confusion, per_class
from stages.metrics.entities import Entity, counted, entities, entity_score
from stages.metrics.entity_details import errors, per_type, strict_entities, word_accuracies
from stages.metrics.headlines import HEADLINES, Answers
from stages.metrics.scoring import mean_cross_entropy
from stages.results.prepared import Row, Task

OUTSIDE = "O"


@dataclass(frozen=True)
class Labels:
    """Class ids of all rows in one array, a row of ``words`` having several.

    Attributes:
        ids: int [rows], or [words of all sentences].
        ends: where each sentence ends in ``ids``; None where every row has one label.
    """

    ids: np.ndarray
    ends: np.ndarray | None = None

    @classmethod
    def gold(cls, rows: Sequence[Row], task: Task) -> "Labels":
        """The gold labels of prepared rows."""
        return cls.named([row.answer for row in rows], task)

    @classmethod
    def named(cls, answers: Sequence[str | Sequence[str]], task: Task) -> "Labels":
        """Labels by their names: one of each row, or one tag of each of its words."""
        names = [tag for tags in answers for tag in tags] if task.is_words else answers
        ids = task.ids
        return cls(np.array([ids[name] for name in names], dtype=np.int64),
                   np.cumsum([len(tags) for tags in answers]) if task.is_words else None)

    def predicted(self, logits: np.ndarray) -> "Labels":
        """The most probable classes by logits [rows or words, classes] of the same rows."""
        return Labels(logits.argmax(axis=1), self.ends)

    def answers(self, tags: Sequence[str]) -> Answers:
        """The labels by their names, of a row of ``words`` those of all its words."""
        names = np.array(tags)[self.ids].tolist()
        return names if self.ends is None else [names[start:end] for start, end in pairwise([0, *self.ends.tolist()])]

    def entities(self, tags: Sequence[str], strict: bool = False) -> list[set[Entity]]:
        """Entities of every sentence."""
        return list(map(strict_entities if strict else entities, self.answers(tags)))


@dataclass(frozen=True)
class Scores:
    """Scores of one set of predictions on one split.

    Attributes:
        metrics: by name; the first is the headline.
        statistics: float64 [examples, statistics] whose totals :func:`scorer` turns into the headline.
        details: further numbers: per class or type, the confusion matrix or kinds of error.
    """

    metrics: dict[str, float]
    statistics: np.ndarray
    details: dict[str, object] = field(default_factory=dict)


def scores(gold: Labels, predicted: Labels, task: Task) -> Scores:
    """Scores of predicted labels."""
    headline = HEADLINES[task.metric]
    statistics = headline.statistics(gold.answers(task.tags), predicted.answers(task.tags)).astype(np.float64)
    further, details = (_entity_scores if task.is_words else _text_scores)(gold, predicted, task)
    return Scores({task.metric: float(headline.scorer(statistics.sum(axis=0)))} | further, statistics, details)


def _text_scores(gold: Labels, predicted: Labels, task: Task) -> tuple[dict[str, float], dict[str, object]]:
    counts = confusion(gold.ids, predicted.ids, len(task.tags))
    return (
        classification_metrics(counts),
        {"per_class": per_class(counts, task.labels), "confusion": {"counts": counts.tolist()}})


def _entity_scores(gold: Labels, predicted: Labels, task: Task) -> tuple[dict[str, float], dict[str, object]]:
    tags = task.tags
    truths, guesses = gold.entities(tags), predicted.entities(tags)
    scored = entity_score(counted(truths, guesses))
    types = per_type(truths, guesses, task.labels)
    strict = entity_score(counted(gold.entities(tags, strict=True), predicted.entities(tags, strict=True)))
    return (
        {"entity_f1": scored.f1, "entity_precision": scored.precision, "entity_recall": scored.recall,
         "entity_macro_f1": float(np.mean([values["f1"] for values in types.values()])),
         "strict_entity_f1": strict.f1,
         **word_accuracies(gold.ids, predicted.ids, tags.index(OUTSIDE)),
         "token_mcc": classification_metrics(confusion(gold.ids, predicted.ids, len(tags)))["mcc"]},
        {"per_class": types, "errors": errors(truths, guesses)})


def probability_scores(logits: np.ndarray, gold: np.ndarray) -> Scores:
    """Scores of predicted probabilities, from logits [rows or words, classes] and class ids of as many."""
    chances = probabilities(logits)
    curve = reliability(chances, gold)
    metrics = {"loss": mean_cross_entropy([logits], [gold]), "brier_score": brier_score(chances, gold),
               "calibration_error": expected_calibration_error(curve)}
    return Scores(metrics, np.empty(0), {"reliability": curve})


def scorer(task: Task) -> Scorer:
    """From totals of statistics to the headline metric."""
    return HEADLINES[task.metric].scorer


def right_rows(statistics: np.ndarray) -> np.ndarray:
    """Which rows are right, by their statistics [..., rows, statistics]: bool [..., rows]."""
    # Right rows of two statistics; or right, predicted and gold entities, which are as many where all are right.
    right: np.ndarray = (statistics == statistics[..., :1]).all(axis=-1)
    return right
