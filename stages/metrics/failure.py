"""Which runs failed to train: their model is at chance, however frequent the most frequent label is.

A failed run differs in kind from a weak one: fine-tuning either trains or stays at chance (Mosbach, Andriushchenko and
Klakow, 2021, https://arxiv.org/abs/2006.04884), so a mean over both describes neither.
"""

import math
from collections.abc import Mapping

from scipy.special import betaincinv

from stages.metrics.outcome import Outcome

_LEAST = 0.05  # a correlation with the gold labels that small is of no use, however many rows show it
_GREATEST = 0.5  # one that large is no failure, however few rows show it
_ERRORS = 1.645  # standard errors of unrelated labels that chance exceeds once in 20, on one side


def failed(
    outcome: str, metrics: Mapping[str, float], rows: int, classes: int = 2, *, improved: bool = True
) -> bool:
    """Whether a run is no better than chance, from the metrics of the kept model on ``rows`` of validation.

    The validation set decides, as it does in choosing the model: a test set that differs from it is no failure to
    train. Labels are at chance where Matthews' correlation ("mcc", 0 for one class alone and for random labels, however
    imbalanced they are) is below 0.05, or is none by a one-sided test at 5 %; entities are where none is found, or
    where that of the words' tags is below 0.05: one tag for all words finds a few entities of one word.

    Of two classes that are unrelated the correlation has a variance of 1 / (rows - 1) over all orders of the rows
    (Pitman, 1937, https://doi.org/10.2307/2983647), of more about that divided by their number less one. A mean leaves
    failed runs out, so an arm whose weakest runs are called failed looks better than it is. That is why doubt counts
    for the run: the test asks for no more than 5 %, and where there are so few rows that only a near perfect run would
    pass it, 0.5 is enough. A run that gives all rows one class has 0, and fails by either. A run that kept the weights
    it began with has a classifier that was never trained, which is above chance by luck alone.

    Args:
        outcome: how the history of the run ends.
        metrics: with "entity_f1" and "token_mcc", or with "mcc".
        rows: of validation.
        classes: that a row may have.
        improved: whether an evaluation on validation beat the one before training.
    """
    if outcome == Outcome.LOSS_NOT_FINITE or not improved:
        return True
    if "entity_f1" in metrics:
        return metrics["entity_f1"] <= 0 or metrics["token_mcc"] < _LEAST
    return metrics["mcc"] < max(_LEAST, min(_ERRORS / math.sqrt(max(rows - 1, 1) * (classes - 1)), _GREATEST))


def decides(rows: int, classes: int = 2) -> bool:
    """Whether ``rows`` of validation tell a run of correlation 0.5 from a failed one, with errors of 5 % either way."""
    return _GREATEST * math.sqrt(max(rows - 1, 0) * (classes - 1)) >= 2 * _ERRORS


def rate_interval(count: int, runs: int) -> tuple[float, float]:
    """Clopper and Pearson's (1934, Biometrika 26) 95 % interval of a rate, from ``count`` of ``runs``."""
    tail = (1 - 0.95) / 2
    low = float(betaincinv(count, runs - count + 1, tail)) if count else 0.0
    high = float(betaincinv(count + 1, runs - count, 1 - tail)) if count < runs else 1.0
    return low, high
