"""Scores of one label per row, all from the confusion matrix."""

from collections.abc import Sequence

import numpy as np


def confusion(gold: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """Counts [classes, classes], from class ids [rows]: a row per gold class, a column per predicted one."""
    return np.bincount(gold * classes + predicted, minlength=classes * classes).reshape(classes, classes)


def classification_metrics(counts: np.ndarray) -> dict[str, float]:
    """Metrics by name of a confusion matrix [classes, classes] with at least one row.

    Averages over classes take all classes, and a ratio without a denominator is 0, but for ``balanced_accuracy``, the
    mean recall of the classes that occur in the gold labels. ``mcc`` is Gorodkin's (2004, Computational Biology
    and Chemistry 28) extension of Matthews' correlation to several classes.
    """
    right, predicted, gold = _margins(counts)
    rows = gold.sum()
    f1 = _ratio(2 * right, predicted + gold)
    accuracy = right.sum() / rows
    return {name: float(value) for name, value in {
        "accuracy": accuracy,
        "error_rate": (rows - right.sum()) / rows,
        "macro_f1": f1.mean(),
        "micro_f1": accuracy,
        "weighted_f1": (f1 * gold).sum() / rows,
        "balanced_accuracy": _ratio(right, gold)[gold > 0].mean(),
        "mcc": _correlation(right, predicted, gold),
    }.items()}


def per_class(counts: np.ndarray, labels: Sequence[str]) -> dict[str, dict[str, float]]:
    """Precision, recall, F1 and number of gold rows (``support``) of every class."""
    right, predicted, gold = _margins(counts)
    columns = _ratio(right, predicted), _ratio(right, gold), _ratio(2 * right, predicted + gold)
    return {label: {"precision": float(precision), "recall": float(recall), "f1": float(f1), "support": int(support)}
            for label, precision, recall, f1, support in zip(labels, *columns, gold, strict=True)}


def _margins(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows [classes] that are right, predicted and gold."""
    return np.diagonal(counts), counts.sum(axis=0), counts.sum(axis=1)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros(whole.shape), where=whole > 0)


def _correlation(right: np.ndarray, predicted: np.ndarray, gold: np.ndarray) -> float:
    rows = float(gold.sum())
    right, predicted, gold = (margin.astype(np.float64) for margin in (right, predicted, gold))
    spreads = (rows**2 - predicted @ predicted) * (rows**2 - gold @ gold)
    return float((right.sum() * rows - predicted @ gold) / np.sqrt(spreads)) if spreads > 0 else 0.0
