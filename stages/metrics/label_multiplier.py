"""How many labels pre-training is worth: the rows that scratch needs for the score of the pre-trained encoder on fewer.

**Between two sizes** the logarithm of the error (1 - score) is taken as straight over the logarithm of the rows, as it
is of a power law (Hestness et al., 2017, https://arxiv.org/abs/1712.00409). That is an assumption: no parametric family
fits all learning curves (Viering and Loog, 2023, The Shape of Learning Curves: a Review,
https://arxiv.org/abs/2103.10948). The interval therefore holds every curve that between the sizes bends as its
neighbours do: one that bends in one direction runs between the chord and the extensions of the chords beside it. It
also holds the straight line of the score itself, and between two sizes without any beside them every curve that rises.
Nothing is extrapolated beyond the largest size: what is not reached there is reported as such.

**Sizes at which runs failed** say nothing about how many rows a score needs. There is no multiplier at a size at which
fewer than two runs of the pre-trained encoder trained, and the curve of scratch begins above the last size at which
fewer than two of its runs did.

**Over sizes** the scores of scratch are made monotone by isotonic regression (Barlow et al., 1972, Statistical
Inference under Order Restrictions). A curve that falls on the way reaches a score more than once: the interval goes
from the first time to the last.

A resample draws the examples of test once for the runs of all sizes and both arms, and adds an error over seeds to the
mean of each size and arm, from the posterior of their spread, and one over examples where runs are right on the same
ones (:mod:`stages.metrics.differences`). The factor is at most
m exactly where the curve reaches the score at m times the rows: the percentile interval of the factor is made of the
factors at which an interval of the difference in scores has zero in it, as Fieller's (1954, Journal of the Royal
Statistical Society B 16) is for ratios.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.optimize import isotonic_regression

from stages.metrics.bootstrap import Scorer, resampled_scores
from stages.metrics.differences import TAIL, seed_errors, unseen_errors
from stages.results.sizes import Multiplier, Point, Points, Reached
from stages.results.task_metrics import Interval
from stages.settings.arms import PAIR

_ROUNDING = 1e-12  # two equal scores can differ by so much
_LEAST_ERROR = 1e-4  # a score of 1 has an error of 0, which has no logarithm


class LearningCurve(Points):
    """Points of both arms by rising rows, and the multiplier at every size but the largest, where there is one."""

    multipliers: tuple[Multiplier, ...]


def learning_curve(
    rows: Sequence[int], pretrained: Sequence[np.ndarray], scratch: Sequence[np.ndarray], scorer: Scorer,
    resamples: int, seed: int, few_trained: Sequence[Sequence[bool]] = (),
) -> LearningCurve:
    """The curve of both arms from statistics [runs, examples, statistics] on the same examples of test at each size.

    Args:
        rows: train rows of every size, rising.
        pretrained, scratch: statistics of the runs of every size.
        scorer: from totals of statistics to a score.
        few_trained: of either arm, whether too few runs of each size trained to base a multiplier on.
    """
    few = few_trained or [[False] * len(rows)] * 2
    arms = [*pretrained, *scratch]
    means = np.array([scorer(runs.sum(axis=1)).mean() for runs in arms])
    drawn = drawn_means(arms, scorer, resamples, seed)
    bounds = np.clip(np.quantile(drawn, [TAIL, 1 - TAIL], axis=0), 0, 1)
    points = [Point(rows=size, runs=len(runs), mean=float(mean), interval=Interval(low=float(low), high=float(high)),
                    few_trained=lost)
              for size, runs, mean, low, high, lost in zip(
                  [*rows, *rows], arms, means, *bounds, [*few[0], *few[1]], strict=True)]
    count = len(rows)
    return LearningCurve(**dict(zip(PAIR, (points[:count], points[count:]), strict=True)),
                         multipliers=tuple(_multipliers(rows, means, drawn, few)))


def _multipliers(
    rows: Sequence[int], means: np.ndarray, drawn: np.ndarray, few: Sequence[Sequence[bool]]
) -> Iterator[Multiplier]:
    """From the mean scores [arms and sizes] and their resamples [resamples, arms and sizes]."""
    count = len(rows)
    start = max((place + 1 for place, lost in enumerate(few[1]) if lost), default=0)
    if count - start < 2:
        return
    logs = np.log(np.asarray(rows, dtype=np.float64))
    measured = _measured(logs[start:], means[:count], means[count + start:])
    first, last = _first_and_last(logs[start:], drawn[:, :count], drawn[:, count + start:])
    for place in range(count - 1):
        # Below its first size, the curve of scratch is not known where smaller ones are left out.
        if not few[0][place] and (place >= start or measured[place] > -np.inf):
            yield _multiplier(rows[place], rows[start:], *(
                found[..., place] - logs[place] for found in (measured, first, last)))


def drawn_means(arms: Sequence[np.ndarray], scorer: Scorer, resamples: int, seed: int) -> np.ndarray:
    """Mean scores [resamples, arms and sizes] with their errors over examples and over seeds."""
    ends = np.cumsum([len(runs) for runs in arms])[:-1]
    scores = np.split(resampled_scores(np.concatenate(arms), scorer, resamples, seed), ends, axis=1)
    generator = np.random.default_rng([seed, 1])
    means = np.stack([drawn.mean(axis=1) + seed_errors(runs, scorer, resamples, generator)
                      for runs, drawn in zip(arms, scores, strict=True)], axis=1)
    return means + unseen_errors(arms, scorer, resamples, np.random.default_rng([seed, 2]))


def _error(scores: np.ndarray) -> np.ndarray:
    """Logarithm of the error of scores."""
    return np.asarray(np.log(np.maximum(1 - scores, _LEAST_ERROR)))


def _measured(logs: np.ndarray, pretrained: np.ndarray, scratch: np.ndarray) -> np.ndarray:
    """Logarithm of the rows [sizes] at which scratch reaches each score of ``pretrained``, both [sizes].

    It is inf where scratch stays below, -inf where it is there at its smallest size.
    """
    fitted = isotonic_regression(scratch).x
    places = np.searchsorted(fitted, pretrained - _ROUNDING)  # the first size that is at least as good
    inside = np.clip(places, 1, len(logs) - 1)
    before, after, target = _error(fitted[inside - 1]), _error(fitted[inside]), _error(pretrained)
    share = np.divide(before - target, before - after, out=np.zeros_like(before), where=before > after)
    between = logs[inside - 1] + share * (logs[inside] - logs[inside - 1])
    return np.where(places == 0, -np.inf, np.where(places == len(logs), np.inf, between))


def _first_and_last(logs: np.ndarray, pretrained: np.ndarray, scratch: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """As :func:`_measured`, of curves [resamples, sizes]: the earliest and the latest rows that are left open."""
    best = np.maximum.accumulate(scratch, axis=1)  # so far
    worst = np.minimum.accumulate(scratch[:, ::-1], axis=1)[:, ::-1]  # from here on
    return _reached(logs, pretrained, best, latest=False), _reached(logs, pretrained, worst, latest=True)


def _reached(logs: np.ndarray, targets: np.ndarray, rising: np.ndarray, *, latest: bool) -> np.ndarray:
    """Logarithm of the rows at which ``rising`` scores reach each of ``targets``, all [resamples, sizes]."""
    found = np.where(targets <= rising[:, :1] + _ROUNDING, -np.inf, np.inf)
    for segment in range(len(logs) - 1):
        width = logs[segment + 1] - logs[segment]
        here = (rising[:, segment, None] < targets - _ROUNDING) & (targets <= rising[:, segment + 1, None] + _ROUNDING)
        earliest, last = _shares(logs, targets, rising, segment)
        found = np.where(here, logs[segment] + width * (last if latest else earliest), found)
    return found


def _shares(logs: np.ndarray, targets: np.ndarray, rising: np.ndarray, segment: int) -> tuple[np.ndarray, np.ndarray]:
    """Of the way [resamples, sizes] through one segment, the least and the greatest share at which it has targets."""
    errors, target = _error(rising), _error(targets)
    start, end = rising[:, segment, None], rising[:, segment + 1, None]
    before, after = errors[:, segment, None], errors[:, segment + 1, None]
    width = logs[segment + 1] - logs[segment]
    with np.errstate(divide="ignore", invalid="ignore"):
        straight = np.nan_to_num((target - before) / (after - before))
        score = np.nan_to_num((targets - start) / (end - start))
        beside = []
        if segment > 0:
            slope = (before - errors[:, segment - 1, None]) / (logs[segment] - logs[segment - 1])
            beside.append((target - before) / (slope * width))
        if segment + 2 < len(logs):
            slope = (errors[:, segment + 2, None] - after) / (logs[segment + 2] - logs[segment + 1])
            beside.append(1 + (target - after) / (slope * width))
    if not beside:
        return np.zeros_like(straight), np.ones_like(straight)
    # A flat neighbour has no slope: its extension has the target at no finite place.
    bounds = [np.clip(np.nan_to_num(share, nan=0.0), 0, 1) for share in beside]
    convex, concave = np.maximum.reduce(bounds), np.minimum.reduce(bounds)
    return (np.minimum(np.minimum(straight, convex), score).clip(0, 1),
            np.maximum(np.maximum(straight, concave), score).clip(0, 1))


def _multiplier(
    own: int, rows: Sequence[int], measured: np.ndarray, first: np.ndarray, last: np.ndarray
) -> Multiplier:
    """From log factors of the curve as measured and of its resamples; no percentile lies between inf and a number."""
    low = np.quantile(first, TAIL, method="lower")
    high = np.quantile(last, 1 - TAIL, method="higher")
    smallest, largest = rows[0] / own, rows[-1] / own
    reached: Reached = "within" if np.isfinite(measured) else "beyond" if measured > 0 else "below"
    return Multiplier(
        rows=own, factor=_factor(measured), low=largest if low == np.inf else _factor(low),
        high=smallest if high == -np.inf else _factor(high), reached=reached, smallest=smallest, largest=largest)


def _factor(log: float) -> float | None:
    return float(np.exp(log)) if np.isfinite(log) else None
