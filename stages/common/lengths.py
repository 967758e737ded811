"""Percentiles of text lengths."""

from collections.abc import Iterable

PERCENTILES = (50, 90, 99, 100)


def length_percentiles(lengths: Iterable[int]) -> dict[str, int]:
    """Nearest-rank percentiles, so that each is a length that occurs; all 0 without texts."""
    ordered = sorted(lengths)
    ranks = {percent: -(-percent * len(ordered) // 100) for percent in PERCENTILES}
    return {str(percent): ordered[rank - 1] if ordered else 0 for percent, rank in ranks.items()}
