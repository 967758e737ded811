"""Loss and headline metric of logits, as training needs them to choose the best model."""

from collections.abc import Sequence

import numpy as np

from stages.metrics.headlines import HEADLINES
from stages.results.prepared import Task


def score(logits: Sequence[np.ndarray], gold: Sequence[np.ndarray], task: Task) -> dict[str, float]:
    """Mean cross-entropy in nats per row (per word for ``words``) and the task's headline metric."""
    predicted = [row.argmax(-1) for row in logits]
    return {"loss": mean_cross_entropy(logits, gold), task.metric: headline(predicted, gold, task)}


def mean_cross_entropy(logits: Sequence[np.ndarray], gold: Sequence[np.ndarray]) -> float:
    """Mean negative log-probability of the gold class, computed in float64."""
    scores = np.concatenate([np.atleast_2d(row) for row in logits]).astype(np.float64)
    classes = np.concatenate([np.atleast_1d(row) for row in gold])
    scores -= scores.max(axis=1, keepdims=True)
    log_probabilities = scores[np.arange(len(classes)), classes] - np.log(np.exp(scores).sum(axis=1))
    return float(-log_probabilities.mean())


def headline(predicted: Sequence[np.ndarray], gold: Sequence[np.ndarray], task: Task) -> float:
    """The headline metric of predicted class ids, one of each row or, for ``words``, one of each of its words."""
    tags = np.array(task.tags)
    return HEADLINES[task.metric].score(*([tags[row].tolist() for row in rows] for rows in (gold, predicted)))
