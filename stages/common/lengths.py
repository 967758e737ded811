"""How long texts are, in a few numbers."""

from collections.abc import Iterable

PERCENTILES = (50, 90, 99, 100)


def length_percentiles(lengths: Iterable[int]) -> dict[str, int]:
    """Percentiles by the nearest rank, so that each is a length that occurs; all 0 where there is no text."""
    ordered = sorted(lengths)
    ranks = {percent: -(-percent * len(ordered) // 100) for percent in PERCENTILES}
    return {str(percent): ordered[rank - 1] if ordered else 0 for percent, rank in ranks.items()}
