"""Intervals: a bootstrap over examples for one score, and seeds and examples together for a difference.

The bootstrap is Efron and Tibshirani's (1993, An Introduction to the Bootstrap). Scores depend on a resample only
through totals, and examples with equal statistics are interchangeable in them, so how often each *distinct* example is
drawn is all that is drawn: a multinomial with the numbers of equal examples as its odds. The distribution is exactly
that of drawing rows, at a cost that does not grow with their number.

A few seeds cannot be resampled: of two, every resample shows at most their two extremes, and the interval comes out far
too narrow. Their spread therefore enters as in Student's two-sample test with equal variances, and is added to the
variance over examples. Seeds of one arm disagree on single examples, and this disagreement shows in both spreads; it is
taken out of that over examples, as in the two-way analysis of variance with random readers and cases (Dorfman, Berbaum
and Metz, 1992, Investigative Radiology 27). A few seeds may tie by luck while they miss other examples, and then
neither spread has anything left: a share of the spread over examples of the mean of just these runs is always kept.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

# From totals [..., statistics] over examples to a score [...].
Scorer = Callable[[np.ndarray], np.ndarray]
_DRAWS_AT_A_TIME = 2_000_000  # bounds memory; the draws do not depend on it
TAIL = 0.025  # beyond either end of a 95 % interval
_MISSED = 0.2  # a detectable difference is found with a probability of 80 %
_ROUNDING = 1e-12  # two equal means can differ by so much
# Of the width over examples alone, what an interval has at least. With a larger share it would cover more than 97 % of
# true differences in simulations (tests/simulate_coverage.py), with none a lucky tie of two seeds would look certain.
LEAST = 0.65


@dataclass(frozen=True)
class Interval:
    """A 95 % interval of scores, shares between 0 and 1, or of their differences."""

    low: float
    high: float


@dataclass(frozen=True)
class Difference(Interval):
    """Difference of two arms' mean scores with its interval.

    Attributes:
        p_value: two-sided; below 0.05 exactly where the interval excludes zero. Not below what as many resamples can
            show, 1 / (resamples + 1).
        detectable: the true difference that such a comparison would find with a probability of 80 %.
    """

    difference: float
    p_value: float
    detectable: float


def accuracy_of(totals: np.ndarray) -> np.ndarray:
    """Share of right rows, from totals of (right, rows)."""
    return totals[..., 0] / totals[..., 1]


def f1_of(totals: np.ndarray) -> np.ndarray:
    """Micro F1, from totals of (right, predicted, gold) entities; 0 where there are none."""
    entities = totals[..., 1] + totals[..., 2]
    return np.divide(2 * totals[..., 0], entities, out=np.zeros(entities.shape), where=entities > 0)


def score_interval(statistics: np.ndarray, scorer: Scorer, resamples: int, seed: int) -> Interval:
    """Percentile interval of one model's score over examples, from statistics [examples, statistics]."""
    scores = resampled_scores(statistics[None], scorer, resamples, seed)
    low, high = np.quantile(scores, [TAIL, 1 - TAIL])
    return Interval(float(low), float(high))


def compare(first: np.ndarray, second: np.ndarray, scorer: Scorer, resamples: int, seed: int) -> Difference:
    """The mean score of ``first`` minus that of ``second``, each [runs, examples, statistics] on the same examples.

    The half-width is the root of the sum of two squares: Student's quantile times the standard error over seeds, and
    the normal quantile times the bootstrap's standard error over examples, the same ones drawn for both arms. An arm of
    one run adds no spread over seeds: a baseline has none, and that of a single seed cannot be known.
    """
    sizes = len(first), len(second)
    runs = np.concatenate([first, second])
    resampled = np.split(resampled_scores(runs, scorer, resamples, seed), [sizes[0]], axis=1)
    scores = np.split(scorer(runs.sum(axis=1)), [sizes[0]])
    return _difference(float(scores[0].mean() - scores[1].mean()), _Errors.of(scores, resampled), resamples)


def compare_pairs(first: np.ndarray, second: np.ndarray, scorer: Scorer, resamples: int, seed: int) -> Difference:
    """:func:`compare` where run ``i`` of either arm belongs together, as two trainings with one seed do.

    What the two of a pair share, such as the luck of their seed, then stands in no spread: pairs are one sample of
    differences, with as many degrees of freedom as there are pairs, less one.
    """
    resampled = resampled_scores(np.concatenate([first, second]), scorer, resamples, seed)
    scores = scorer(np.concatenate([first, second]).sum(axis=1))
    gains, drawn = scores[: len(first)] - scores[len(first):], resampled[:, : len(first)] - resampled[:, len(first):]
    nothing = np.zeros(1), np.zeros((len(drawn), 1))
    return _difference(float(gains.mean()), _Errors.of([gains, nothing[0]], [drawn, nothing[1]]), resamples)


def _difference(difference: float, errors: "_Errors", resamples: int) -> Difference:
    half = errors.half_width(TAIL)
    return Difference(
        difference - half, difference + half, difference,
        max(errors.p_value(abs(difference)), 1 / (resamples + 1)), half + errors.half_width(_MISSED))


@dataclass(frozen=True)
class _Errors:
    """Standard errors of a difference.

    Attributes:
        seeds: over seeds, with their degrees of ``freedom``.
        examples: over examples, of what the seeds of an arm have in common.
        runs: over examples, of the mean of just these runs.
    """

    seeds: float
    freedom: int
    examples: float
    runs: float

    @classmethod
    def of(cls, scores: Sequence[np.ndarray], resampled: Sequence[np.ndarray]) -> "_Errors":
        """From scores [runs] and resampled scores [resamples, runs] of either arm."""
        examples = (resampled[0].mean(axis=1) - resampled[1].mean(axis=1)).var(ddof=1)
        repeated = [(arm, draws) for arm, draws in zip(scores, resampled, strict=True) if len(arm) > 1]
        if not repeated:
            return cls(0.0, 0, math.sqrt(examples), math.sqrt(examples))
        freedom = sum(len(arm) - 1 for arm, _ in repeated)
        pooled = sum(((arm - arm.mean()) ** 2).sum() for arm, _ in repeated) / freedom
        seeds = pooled * sum(1 / len(arm) for arm, _ in repeated)
        disagreed = sum(disagreement(draws) / len(arm) for arm, draws in repeated)
        return cls(math.sqrt(seeds), freedom, math.sqrt(max(0.0, examples - disagreed)), math.sqrt(examples))

    def half_width(self, tail: float) -> float:
        """Of the interval with the probability ``tail`` beyond either end."""
        student = float(stdtrit(self.freedom, tail)) if self.freedom else 0.0
        normal = float(ndtri(tail))
        return max(math.hypot(student * self.seeds, normal * self.examples), LEAST * abs(normal) * self.runs)

    def p_value(self, difference: float) -> float:
        """Twice the tail whose interval reaches from ``difference`` to zero, found by bisection."""
        if difference <= _ROUNDING:
            return 1.0
        low, high = 0.0, 0.5
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (low, middle) if self.half_width(middle) < difference else (middle, high)
        return 2 * high


def disagreement(resampled: np.ndarray) -> float:
    """Variance over examples of what one run has for itself, from scores [resamples, runs]."""
    return float((resampled - resampled.mean(axis=0)).var(axis=1, ddof=1).mean())


def resampled_scores(runs: np.ndarray, scorer: Scorer, resamples: int, seed: int) -> np.ndarray:
    """Scores [resamples, runs] of statistics [runs, examples, statistics]; each resample is drawn once for all runs."""
    examples = runs.shape[1]
    table = runs.transpose(1, 0, 2).reshape(examples, -1)
    distinct, equal = np.unique(table, axis=0, return_counts=True)
    return np.concatenate([
        scorer((counts @ distinct).reshape(len(counts), len(runs), -1))
        for counts in _draws(equal, resamples, seed)])


def _draws(equal: np.ndarray, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """How often each distinct example is drawn, as float64 [resamples, distinct], some resamples at a time."""
    generator = np.random.default_rng([seed, 0])
    odds = equal / equal.sum()
    at_a_time = max(1, _DRAWS_AT_A_TIME // len(equal))
    for start in range(0, resamples, at_a_time):
        count = min(at_a_time, resamples - start)
        yield generator.multinomial(equal.sum(), odds, size=count).astype(np.float64)
