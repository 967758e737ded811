"""What share of one arm's gain over a reference another arm has, with its interval over seeds and test examples.

The share is a ratio of two differences that have the reference in common. A resample draws the examples of test once
for the runs of all three arms and adds to each mean an error over seeds, and one over examples where runs are right on
the same ones, as those of the label multiplier do (:mod:`stages.metrics.label_multiplier`). The percentiles of the
ratio are the shares ``s`` at which an interval of ``taken - s * given`` has zero in it, as Fieller's (1954, Journal of
the Royal Statistical Society B 16) are. A resample in which there is no gain says nothing about its share, so it counts
beyond either end; of too many the interval is open.
"""

from collections.abc import Sequence

import numpy as np

from stages.metrics.bootstrap import Scorer
from stages.metrics.differences import TAIL
from stages.metrics.label_multiplier import drawn_means
from stages.results.task_metrics import Estimate


def handed_over(arms: Sequence[np.ndarray], scorer: Scorer, resamples: int, seed: int) -> Estimate | None:
    """The share from statistics [runs, examples, statistics] of the arm, of the one with the gain, and the reference.

    None where the second arm gains nothing. The ends of the interval are None where it is open.
    """
    taken, given = _gains(np.array([[scorer(runs.sum(axis=1)).mean() for runs in arms]]))
    if given[0] <= 0:
        return None
    drawn_taken, drawn_given = _gains(drawn_means(arms, scorer, resamples, seed))
    shares = np.divide(drawn_taken, drawn_given, out=np.full(resamples, np.inf), where=drawn_given > 0)
    low = np.quantile(np.where(drawn_given > 0, shares, -np.inf), TAIL, method="lower")
    high = np.quantile(shares, 1 - TAIL, method="higher")
    closed = bool(np.isfinite(low) and np.isfinite(high))
    return Estimate(value=float(taken[0] / given[0]), low=float(low) if closed else None,
                 high=float(high) if closed else None)


def _gains(means: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gains [resamples] of the first and the second of [resamples, arms] over the third."""
    first, second, reference = means.T
    return first - reference, second - reference
