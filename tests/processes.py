"""What is left of processes."""

import time
from collections.abc import Callable, Iterable

import psutil

LIMIT = 300.0  # seconds for what takes one or two; other work may hold up a machine for longer than one would think


def wait_until(holds: Callable[[], object]) -> None:
    """Look again and again, up to the limit."""
    deadline = time.monotonic() + LIMIT
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


def still_at_work(processes: Iterable[psutil.Process], seconds: float = LIMIT) -> list[psutil.Process]:
    """Those that have not ended after so long; one that its parent, or init, has yet to reap has ended."""
    left = psutil.wait_procs(list(processes), seconds)[1]
    return [process for process in left if _works(process)]


def _works(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
