"""Intervals of rates."""

from scipy.special import betaincinv


def rate_interval(count: int, runs: int, level: float = 0.95) -> tuple[float, float]:
    """Clopper and Pearson's (1934, Biometrika 26) interval of a rate, from ``count`` of ``runs``."""
    tail = (1 - level) / 2
    low = float(betaincinv(count, runs - count + 1, tail)) if count else 0.0
    high = float(betaincinv(count + 1, runs - count, 1 - tail)) if count < runs else 1.0
    return low, high
