"""What is left of processes."""

from collections.abc import Iterable

import psutil


def still_at_work(processes: Iterable[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those that have not ended after so long; one that its parent, or init, has yet to reap has ended."""
    left = psutil.wait_procs(list(processes), seconds)[1]
    return [process for process in left if _works(process)]


def _works(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
