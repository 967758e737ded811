"""Progress with time left: a bar in a terminal, a line every half minute in a log."""

import sys

from tqdm import tqdm


def progress(total: int, description: str, unit: str, done: int = 0, shown: bool = True) -> tqdm:
    """A bar to ``update`` that starts at ``done``; use it as a context manager. Unit "B" is shown as kB, MB and GB."""
    interval = 0.5 if sys.stderr.isatty() else 30.0
    return tqdm(total=total, initial=done, desc=description, unit=unit, unit_scale=unit == "B",
                mininterval=interval, dynamic_ncols=True, disable=not shown)
