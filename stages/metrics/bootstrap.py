"""Intervals: a bootstrap over examples for one score, and seeds and examples together for a difference.

The bootstrap is Efron and Tibshirani's (1993, An Introduction to the Bootstrap). A few seeds cannot be resampled: of
two, every resample shows at most their two extremes, and the interval comes out far too narrow. Their spread therefore
enters as in Student's two-sample test with equal variances, and is added to the variance over examples.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

# From totals [..., statistics] over examples to a score [...].
Scorer = Callable[[np.ndarray], np.ndarray]
NORMAL_QUANTILE = 1.959964  # of 0.975
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
    """Interval of the mean score of ``first`` minus that of ``second``, each [seeds, examples, statistics].

    The half-width is the root of the sum of two squares: Student's quantile times the standard error over seeds, and
    the normal quantile times the bootstrap's standard error over examples, the same ones drawn for both arms. An arm of
    one seed gives no spread over seeds; with one seed in each, the interval is over examples alone.
    """
    arms = (first, second)
    differences = np.concatenate([
        np.subtract(*(scorer(np.einsum("re,kem->rkm", weights, arm)).mean(axis=1) for arm in arms))
        for weights in _resampled(first.shape[1], resamples, seed)])
    scores = [scorer(arm.sum(axis=1)) for arm in arms]
    centre = float(scores[0].mean() - scores[1].mean())
    half = math.hypot(_spread_over_seeds(scores), NORMAL_QUANTILE * float(differences.std(ddof=1)))
    return Interval(centre - half, centre + half)


def _spread_over_seeds(scores: list[np.ndarray]) -> float:
    """Half-width of Student's interval for the difference of two means; 0 where no arm has a second seed."""
    freedom = sum(len(arm) - 1 for arm in scores)
    if freedom == 0:
        return 0.0
    pooled = sum(((arm - arm.mean()) ** 2).sum() for arm in scores) / freedom
    error = math.sqrt(pooled * sum(1 / len(arm) for arm in scores))
    return float(stdtrit(freedom, 0.975)) * error


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
