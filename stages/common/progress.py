"""Progress with remaining time: a bar in a terminal, a line every half minute in a log."""

import sys

from tqdm import tqdm


def progress(total: int, description: str, unit: str, done: int = 0, shown: bool = True) -> tqdm:
    """A context manager whose ``update`` advances a bar from ``done``. Unit "B" is shown as kB, MB and GB."""
    interval = 0.5 if sys.stderr.isatty() else 30.0
    return tqdm(total=total, initial=done, desc=description, unit=unit, unit_scale=unit == "B",
                mininterval=interval, dynamic_ncols=True, disable=not shown)
