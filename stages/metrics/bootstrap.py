"""Bootstrap intervals over examples, and over seeds and examples together.

Percentile intervals (Efron and Tibshirani, 1993, An Introduction to the Bootstrap, chapter 13). Where arms are
compared, each resample draws the test examples, the same ones for both arms, and the seeds of each arm: the
multi-bootstrap of Sellam et al. (2022, https://arxiv.org/abs/2106.16163).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

# From totals [..., statistics] over examples to a score [...].
Scorer = Callable[[np.ndarray], np.ndarray]
_RESAMPLES_AT_A_TIME = 100  # bounds memory; the draws do not depend on it


@dataclass(frozen=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float


def accuracy_of(totals: np.ndarray) -> np.ndarray:
    """Share of right rows, from totals of (right, rows)."""
    return totals[..., 0] / totals[..., 1]


def f1_of(totals: np.ndarray) -> np.ndarray:
    """Micro F1, from totals of (right, predicted, gold) entities; 0 where there are none."""
    entities = totals[..., 1] + totals[..., 2]
    return np.divide(2 * totals[..., 0], entities, out=np.zeros(entities.shape), where=entities > 0)


def score_interval(statistics: np.ndarray, scorer: Scorer, resamples: int, seed: int) -> Interval:
    """Interval of one model's score over examples, from statistics [examples, statistics]."""
    scores = [scorer(weights @ statistics) for weights in _resampled(len(statistics), resamples, seed)]
    return _interval(np.concatenate(scores))


def difference_interval(
    first: np.ndarray, second: np.ndarray, scorer: Scorer, resamples: int, seed: int
) -> Interval:
    """Interval of the mean score of ``first`` minus that of ``second``, each [seeds, examples, statistics]."""
    generator = np.random.default_rng([seed, 1])
    differences = []
    for weights in _resampled(first.shape[1], resamples, seed):
        arms = []
        for statistics in (first, second):
            scores = scorer(np.einsum("re,kem->rkm", weights, statistics))
            seeds = generator.integers(len(statistics), size=(len(weights), len(statistics)))
            arms.append(np.take_along_axis(scores, seeds, axis=1).mean(axis=1))
        differences.append(arms[0] - arms[1])
    return _interval(np.concatenate(differences))


def _resampled(examples: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """How often each example is drawn, as float64 [resamples, examples], some resamples at a time."""
    generator = np.random.default_rng([seed, 0])
    even = np.full(examples, 1 / examples)
    for start in range(0, resamples, _RESAMPLES_AT_A_TIME):
        count = min(_RESAMPLES_AT_A_TIME, resamples - start)
        yield generator.multinomial(examples, even, size=count).astype(np.float64)


def _interval(values: np.ndarray) -> Interval:
    low, high = np.quantile(values, [0.025, 0.975])
    return Interval(float(low), float(high))
