"""Exact and randomised tests of two runs on the same examples."""

import numpy as np
from scipy.special import bdtr

from stages.metrics.bootstrap import Scorer
from stages.results.task_metrics import PairedTest

_DRAWS_AT_A_TIME = 2_000_000  # bounds memory; the draws do not depend on it
_ROUNDING = 1e-12


def paired_test(
    first: np.ndarray, second: np.ndarray, scorer: Scorer, shuffles: int, seed: int
) -> PairedTest:
    """The test of two runs on the same examples, from statistics [examples, statistics].

    Of texts these are whether one is right, and 1. Of others, such as groups, each the rows of a document or premise,
    all outputs change sides at once.
    """
    difference = float(scorer(first.sum(axis=0)) - scorer(second.sum(axis=0)))
    if first.shape[1] == 2 and (first[:, 1] == 1).all():
        return PairedTest(difference=difference, test="mcnemar", p_value=mcnemar(first[:, 0] > 0, second[:, 0] > 0))
    return PairedTest(difference=difference, test="approximate_randomisation",
                      p_value=approximate_randomisation(first, second, scorer, shuffles, seed))


def mcnemar(first: np.ndarray, second: np.ndarray) -> float:
    """Two-sided p value of the exact McNemar test, from whether each run is right, booleans [examples].

    Among the examples on which one run alone is right, either is so with probability a half (McNemar, 1947,
    Psychometrika 12). 1 where there is none.
    """
    alone = int((first & ~second).sum()), int((second & ~first).sum())
    return min(1.0, 2 * float(bdtr(min(alone), sum(alone), 0.5)))


def approximate_randomisation(
    first: np.ndarray, second: np.ndarray, scorer: Scorer, shuffles: int, seed: int
) -> float:
    """Two-sided p value of a difference of scores, from statistics [examples, statistics] of each run.

    In each shuffle every example's two outputs change sides with probability a half (Noreen, 1989, Computer-Intensive
    Methods for Testing Hypotheses; for F1: Yeh, 2000, https://aclanthology.org/C00-2137). Of equal examples only the
    number that changes sides matters, which is binomial. The observed sides count as one shuffle.
    """
    pairs, equal = np.unique(np.concatenate([first, second], axis=1), axis=0, return_counts=True)
    gain = pairs[:, first.shape[1]:] - pairs[:, : first.shape[1]]
    differing = gain.any(axis=1)
    gain, equal = gain[differing], equal[differing]
    totals = first.sum(axis=0), second.sum(axis=0)
    observed = abs(scorer(totals[0]) - scorer(totals[1]))
    generator = np.random.default_rng([seed, 1])
    at_a_time = max(1, _DRAWS_AT_A_TIME // max(1, len(equal)))
    as_far = 1
    for start in range(0, shuffles, at_a_time):
        size = (min(at_a_time, shuffles - start), len(equal))
        moved = generator.binomial(equal, 0.5, size=size) @ gain
        differences = np.abs(scorer(totals[0] + moved) - scorer(totals[1] - moved))
        as_far += int((differences >= observed - _ROUNDING).sum())
    return as_far / (shuffles + 1)
