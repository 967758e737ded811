"""Percentiles of text lengths."""

from collections import Counter
from collections.abc import Iterable

PERCENTILES = (50, 90, 99, 100)


def length_percentiles(lengths: Iterable[int]) -> dict[str, int]:
    """Nearest-rank percentiles, so that each is a length that occurs; all 0 without texts."""
    counts = Counter(lengths)  # few are different
    total, seen, found = counts.total(), 0, dict.fromkeys(map(str, PERCENTILES), 0)
    for length, count in sorted(counts.items()):
        # The ranks from which the percentiles are at least this length.
        found |= {str(percent): length for percent in PERCENTILES if seen < -(-percent * total // 100)}
        seen += count
    return found
