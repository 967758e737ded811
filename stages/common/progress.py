"""Progress with time left: a bar in a terminal, a line every half minute in a log."""

import sys

from tqdm import tqdm


def progress(total: int, description: str, unit: str) -> tqdm:
    """A bar to ``update``; use it as a context manager."""
    interval = 0.5 if sys.stderr.isatty() else 30.0
    return tqdm(total=total, desc=description, unit=unit, mininterval=interval, dynamic_ncols=True)
