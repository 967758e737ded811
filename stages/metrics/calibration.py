"""Whether probabilities can be trusted: log loss, Brier score, how far confidence is from accuracy, and temperature."""

from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import softmax

BINS = 15
LEAST_TEMPERATURE, GREATEST_TEMPERATURE = 0.001, 1000.0  # a model of few steps may have 0.03


def probabilities(logits: np.ndarray) -> np.ndarray:
    """Softmax in float64, shaped like ``logits`` [rows, classes]."""
    return np.asarray(softmax(logits.astype(np.float64), axis=1))


def brier_score(chances: np.ndarray, gold: np.ndarray) -> float:
    """Mean over rows of the squared error summed over classes, 0 to 2 (Brier, 1950, Monthly Weather Review 78).

    ``chances`` is [rows, classes], ``gold`` class ids [rows].
    """
    of_gold = chances[np.arange(len(gold)), gold]
    return float(((chances**2).sum(axis=1) - 2 * of_gold + 1).mean())


def reliability(chances: np.ndarray, gold: np.ndarray) -> dict[str, list[Any]]:
    """The reliability curve: per bin the number of rows, their mean confidence and their accuracy, 0 where none is.

    Confidence is the probability of the predicted class; of :data:`BINS` bins of equal width over 0 to 1 each takes its
    upper end and not its lower one (Guo et al., 2017, https://arxiv.org/abs/1706.04599).
    """
    confidence = chances.max(axis=1)
    right = chances.argmax(axis=1) == gold
    places = np.clip(np.ceil(confidence * BINS).astype(np.int64) - 1, 0, BINS - 1)
    rows = np.bincount(places, minlength=BINS)
    means = (np.bincount(places, weights, BINS) / np.maximum(rows, 1) for weights in (confidence, right))
    return {"rows": rows.tolist()} | {
        name: mean.tolist() for name, mean in zip(("confidence", "accuracy"), means, strict=True)}


def expected_calibration_error(curve: dict[str, list[Any]]) -> float:
    """Mean distance of confidence and accuracy over the bins of :func:`reliability`, weighted by their rows."""
    rows, confidence, accuracy = (np.array(curve[name]) for name in ("rows", "confidence", "accuracy"))
    return float((rows * np.abs(confidence - accuracy)).sum() / rows.sum())


def fitted_temperature(logits: np.ndarray, gold: np.ndarray) -> float | None:
    """The temperature by which ``logits`` [rows, classes] have the least mean negative log-likelihood of class ids.

    Temperature scaling (Guo et al., 2017, https://arxiv.org/abs/1706.04599). The loss is convex in the inverse of the
    temperature, so that its derivative has one root at most.

    Returns:
        None where there is no least loss between :data:`LEAST_TEMPERATURE` and :data:`GREATEST_TEMPERATURE`: all rows
        are right, so that lower is always better; the logits tell nothing, so that higher is; or there is one class.
    """
    scores = logits.astype(np.float64)
    scores -= scores.max(axis=1, keepdims=True)
    of_gold = scores[np.arange(len(gold)), gold].mean()

    def slope(inverse: float) -> float:
        return float((probabilities(inverse * scores) * scores).sum(axis=1).mean() - of_gold)

    low, high = 1 / GREATEST_TEMPERATURE, 1 / LEAST_TEMPERATURE
    return 1 / float(brentq(slope, low, high)) if slope(low) < 0 < slope(high) else None
