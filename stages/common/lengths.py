"""How long texts are, in a few numbers."""

from collections.abc import Sequence

import numpy as np

PERCENTILES = (50, 90, 99, 100)


def length_percentiles(lengths: Sequence[int]) -> dict[str, int]:
    """Percentiles by the nearest rank, so that each is a length that occurs; all 0 where there is no text."""
    values = np.percentile(lengths, PERCENTILES, method="inverted_cdf") if len(lengths) else np.zeros(len(PERCENTILES))
    return {str(percent): int(value) for percent, value in zip(PERCENTILES, values, strict=True)}
