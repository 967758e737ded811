"""How many labels pre-training is worth: the rows that scratch needs for the score of the pre-trained encoder on fewer.

Scores of scratch over train rows are made monotone by isotonic regression (Barlow et al., 1972, Statistical Inference
under Order Restrictions) and taken as straight lines over the logarithm of the rows. Of real learning curves most,
though not all, rise monotonically, and no parametric family fits all of them (Viering and Loog, 2023, The Shape of
Learning Curves: a Review, https://arxiv.org/abs/2103.10948), so nothing is extrapolated beyond the largest size: what
is not reached there is told as such. What the straight lines miss between two sizes is in no interval.

A resample draws the examples of test once for the runs of all sizes and both arms, and adds an error over seeds to the
mean of each size and arm. As in ``stages.metrics.bootstrap`` that error is Student's, since a few seeds cannot be
resampled. Its variance is pooled over both arms of a size, since models of few rows are often less stable than those
of many, and what seeds disagree on in single examples is taken out of the spread over examples, up to a share that
stays. Since a resampled curve is monotone, its factor is at most m exactly where it reaches the score at m times the
rows: the percentile interval of the factor is made of the factors at which an interval of the difference in scores has
zero in it, as Fieller's (1954, Journal of the Royal Statistical Society B 16) is for ratios.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

from stages.metrics.bootstrap import LEAST, TAIL, Interval, Scorer, disagreement, resampled_scores

_ROUNDING = 1e-12  # two equal scores can differ by so much


@dataclass(frozen=True)
class Point:
    """Mean score over seeds of one arm at one size, with its 95 % interval over seeds and examples of test."""

    rows: int
    mean: float
    interval: Interval


@dataclass(frozen=True)
class Multiplier:
    """Rows that scratch needs for the score of pre-training at ``rows``, as a multiple of ``rows``.

    Attributes:
        factor: None where scratch reaches the score nowhere, or at its smallest size already.
        low: lower end of the 95 % interval; None where it is open, for scratch may need fewer rows than any size has;
            ``largest`` where it surely needs more than the largest.
        high: upper end; None where it is open, for scratch may need more rows than any size has; ``smallest`` where it
            surely needs fewer than the smallest.
        reached: ``within`` the sizes, ``beyond`` them all, or ``below`` the smallest.
        smallest, largest: the factors between which one can be found, those of scratch's smallest and largest size.
    """

    rows: int
    factor: float | None
    low: float | None
    high: float | None
    reached: str
    smallest: float
    largest: float


@dataclass(frozen=True)
class LearningCurve:
    """Points of both arms by rising rows, and the multiplier at every size but the largest."""

    pretrained: tuple[Point, ...]
    scratch: tuple[Point, ...]
    multipliers: tuple[Multiplier, ...]


def learning_curve(
    rows: Sequence[int], pretrained: Sequence[np.ndarray], scratch: Sequence[np.ndarray], scorer: Scorer,
    resamples: int, seed: int,
) -> LearningCurve:
    """The curve of both arms from statistics [runs, examples, statistics] on the same examples of test at each size.

    Args:
        rows: train rows of every size, rising.
        pretrained, scratch: statistics of the runs of every size.
        scorer: from totals of statistics to a score.
    """
    arms = [*pretrained, *scratch]
    means = np.array([scorer(runs.sum(axis=1)).mean() for runs in arms])
    drawn = _drawn_means(arms, means, scorer, resamples, seed)
    bounds = np.quantile(drawn, [TAIL, 1 - TAIL], axis=0)
    points = [Point(size, float(mean), Interval(float(low), float(high)))
              for size, mean, low, high in zip([*rows, *rows], means, *bounds, strict=True)]
    logs, count = np.log(np.asarray(rows, dtype=np.float64)), len(rows)
    curves = [np.concatenate([means[None], drawn])[:, part] for part in (slice(count), slice(count, None))]
    needed = _needed(logs, *curves)
    multipliers = tuple(_multiplier(rows, place, needed[:, place] - logs[place]) for place in range(count - 1))
    return LearningCurve(tuple(points[:count]), tuple(points[count:]), multipliers)


def _drawn_means(
    arms: Sequence[np.ndarray], means: np.ndarray, scorer: Scorer, resamples: int, seed: int
) -> np.ndarray:
    """Mean scores [resamples, arms and sizes] with their errors over examples and over seeds."""
    ends = np.cumsum([len(runs) for runs in arms])[:-1]
    scores = np.split(resampled_scores(np.concatenate(arms), scorer, resamples, seed), ends, axis=1)
    drawn = np.stack([runs.mean(axis=1) for runs in scores], axis=1)
    repeated = np.array([len(runs) for runs in arms])
    freedom = _of_both_arms(repeated - 1)
    disagreed = np.array([disagreement(runs) / runs.shape[1] if runs.shape[1] > 1 else 0.0 for runs in scores])
    single = [scorer(runs.sum(axis=1)) for runs in arms]
    squares = _of_both_arms(np.array([float(((runs - runs.mean()) ** 2).sum()) for runs in single]))
    known = freedom > 0  # the spread of a single seed cannot be known
    pooled = np.divide(squares, freedom, out=np.zeros(len(arms)), where=known)
    seeds = pooled / repeated * (repeated > 1)
    spread = drawn.var(axis=0, ddof=1)
    parts = np.divide([disagreed, seeds], spread, out=np.zeros((2, len(spread))), where=spread > 0)
    kept = np.sqrt(np.maximum(np.maximum(1 - parts[0], LEAST**2 - parts[1]), 0))
    generator = np.random.default_rng([seed, 1])
    errors = generator.standard_normal(drawn.shape) * np.sqrt(seeds)
    sizes = np.maximum(freedom, 1)[: len(arms) // 2]
    scales = np.tile(np.sqrt(generator.chisquare(sizes, (resamples, len(sizes))) / sizes), 2)
    return means + kept * (drawn - means) + errors / scales


def _of_both_arms(values: np.ndarray) -> np.ndarray:
    """What the two arms of each size have together, for every arm and size."""
    return np.tile(values.reshape(2, -1).sum(axis=0), 2)


def _needed(logs: np.ndarray, pretrained: np.ndarray, scratch: np.ndarray) -> np.ndarray:
    """Logarithm of the rows at which scratch reaches each score of ``pretrained``, both [curves, sizes].

    It is inf where scratch stays below, -inf where it is there at its smallest size.
    """
    needed = np.empty_like(pretrained)
    for curve, (targets, scores) in enumerate(zip(pretrained, scratch, strict=True)):
        fitted = isotonic_regression(scores).x
        places = np.searchsorted(fitted, targets - _ROUNDING)  # the first size that is at least as good
        inside = np.clip(places, 1, len(logs) - 1)
        rise = fitted[inside] - fitted[inside - 1]
        share = np.divide(targets - fitted[inside - 1], rise, out=np.zeros_like(rise), where=rise > 0)
        between = logs[inside - 1] + share * (logs[inside] - logs[inside - 1])
        needed[curve] = np.where(places == 0, -np.inf, np.where(places == len(logs), np.inf, between))
    return needed


def _multiplier(rows: Sequence[int], place: int, logs: np.ndarray) -> Multiplier:
    """From log factors of the curve as measured and of its resamples; no percentile lies between inf and a number."""
    measured, resampled = logs[0], logs[1:]
    low = np.quantile(resampled, TAIL, method="lower")
    high = np.quantile(resampled, 1 - TAIL, method="higher")
    smallest, largest = rows[0] / rows[place], rows[-1] / rows[place]
    reached = "within" if np.isfinite(measured) else "beyond" if measured > 0 else "below"
    return Multiplier(
        rows[place], _factor(measured), largest if low == np.inf else _factor(low),
        smallest if high == -np.inf else _factor(high), reached, smallest, largest)


def _factor(log: float) -> float | None:
    return float(np.exp(log)) if np.isfinite(log) else None
