"""Scores as functions of totals over examples, and a bootstrap over examples.

The bootstrap is Efron and Tibshirani's (1993, An Introduction to the Bootstrap). Scores depend on a resample only
through totals, and examples with equal statistics are interchangeable in them, so how often each *distinct* example is
drawn is all that is drawn: a multinomial with the numbers of equal examples as its odds. The distribution is exactly
that of drawing rows, at a cost that does not grow with their number.
"""

from collections.abc import Callable, Iterator

import numpy as np

# From totals [..., statistics] over examples to a score [...].
Scorer = Callable[[np.ndarray], np.ndarray]
_DRAWS_AT_A_TIME = 2_000_000  # bounds memory; the draws do not depend on it


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
