"""All metrics of one set of predictions, and the per-example statistics that intervals are drawn from."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, f1_score

from stages.metrics.bootstrap import Scorer, accuracy_of, f1_of
from stages.metrics.entities import entity_counts, entity_score

Labels = Sequence[Any]  # label names for texts, sequences of tags for ``words``


def metrics(gold: Labels, predicted: Labels, task: dict[str, Any]) -> dict[str, float]:
    """Metrics by name; the first is the headline.

    ``token_accuracy`` counts every word, most of which are ``O``: it is there to show how flattering it is.
    """
    if task["kind"] == "words":
        scored = entity_score(entity_counts(gold, predicted))
        right = [truth == guess for tags, guesses in zip(gold, predicted, strict=True)
                 for truth, guess in zip(tags, guesses, strict=True)]
        return {"entity_f1": scored.f1, "entity_precision": scored.precision, "entity_recall": scored.recall,
                "token_accuracy": float(np.mean(right))}
    return {
        "accuracy": float(accuracy_score(gold, predicted)),
        "macro_f1": float(f1_score(gold, predicted, labels=task["labels"], average="macro", zero_division=0)),
    }


def statistics(gold: Labels, predicted: Labels, task: dict[str, Any]) -> np.ndarray:
    """Float64 [examples, statistics] whose totals :func:`scorer` turns into the headline metric."""
    if task["kind"] == "words":
        return entity_counts(gold, predicted).astype(np.float64)
    right = [truth == guess for truth, guess in zip(gold, predicted, strict=True)]
    return np.column_stack([right, np.ones(len(right))]).astype(np.float64)


def scorer(task: dict[str, Any]) -> Scorer:
    """From totals of :func:`statistics` to the headline metric."""
    return f1_of if task["kind"] == "words" else accuracy_of
