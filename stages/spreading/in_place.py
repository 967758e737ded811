"""Cells at once in this folder, each run as by ``dvc repro --single-item``.

DVC holds its lock of the repository while it looks whether a cell is stale, takes it from the run cache, keeps its
outputs and writes dvc.lock; it lets go of the lock while the command of the cell runs. So several DVC processes work
in one folder: their commands run at once, and all else one after another. While its command runs, each has noted in
.dvc/tmp/rwlock which paths it reads and writes; DVC takes no notice of notes whose process is gone.

A cell is started when all that it needs is done and the machine has room for it, and of several the one first behind
which most work waits, by how long cells took when they last ran here. It gets a process of its own, forked
from this one, that calls DVC's API and writes what the command says into a log. What it spares against `dvc repro`
stands in :mod:`stages.spreading.quick_dvc`.
"""

import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from statistics import mean
from types import FrameType

import dvc.lock
import psutil
from dvc.exceptions import DvcException
from dvc.lock import LockError
from dvc.repo import Repo
from tqdm import tqdm

from stages.common.errors import UserError
from stages.common.progress import progress
from stages.results.durations import StageDurations
from stages.settings.resources import Needs
from stages.spreading.plan import Cell
from stages.spreading.quick_dvc import FORK, SIGNALS, import_libraries, quicken
from stages.spreading.room import Room

LOGS = Path(".dvc/tmp/spread")  # what a cell said, by its name
_LOOK_EVERY = 0.5  # seconds
PATIENCE = 10.0  # seconds for commands to end after SIGTERM, and for those of a killed run
_SHOWN_LINES = 12
_BAR = "{{l_bar}}{{bar}}| {{n_fmt}}/{{total_fmt}} [{{elapsed}}<{}{{postfix}}]"  # with the time left
_FEW = 3  # cells with a model, for which it does not pay to import libraries once for all


@dataclass(frozen=True)
class _Running:
    cell: Cell
    process: ForkProcess
    needs: Needs
    gpus: list[str]
    started: float = field(default_factory=time.monotonic)


def run_in_place(
    cells: Sequence[Cell], needs_of: Callable[[Cell], Needs], room: Room, durations: Path,
) -> None:
    """Run cells, of which each is started after those that it needs.

    After a failure no further one is started, and those at work go on to their end. A signal ends them.

    Args:
        cells: what is to be run.
        needs_of: what each takes of the machine.
        room: what the machine has.
        durations: how long stages took, to which each cell that ends adds its own.

    Raises:
        UserError: a cell failed.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    # The bar must have neither a thread, which does not survive a fork, nor a lock that a killed process would keep.
    tqdm.monitor_interval = 0
    tqdm.set_lock(threading.RLock())
    expected = expected_seconds(cells, StageDurations(durations))
    waiting, running, failed = by_urgency(cells, expected), list[_Running](), list[str]()
    processors = room.processors
    many = sum(cell.has_a_model for cell in cells) > _FEW
    try:
        with progress(len(cells), "cells", "cell") as bar:
            bar.miniters, bar.dynamic_miniters = 0, False  # it moves while no cell ends, too
            while running or (waiting and not failed):
                for cell in () if failed else _ready(waiting, running):
                    needs = needs_of(cell)
                    if room.holds(needs) or not running:
                        if many and cell.has_a_model:
                            import_libraries()
                        running.append(_start(cell, needs, room.take(needs)))
                        waiting.remove(cell)
                left = seconds_left(waiting, {one.cell.name: time.monotonic() - one.started for one in running},
                                    expected, processors)
                bar.bar_format = _BAR.format("?" if left is None else tqdm.format_interval(left))
                bar.set_postfix_str(", ".join(one.cell.name for one in running), refresh=False)
                bar.update(0)
                wait([one.process.sentinel for one in running], _LOOK_EVERY)
                for one in [one for one in running if not one.process.is_alive()]:
                    running.remove(one)
                    room.give_back(one.needs, one.gpus)
                    if one.process.exitcode:
                        failed.append(one.cell.name)
                    tqdm.write(_format_outcome(one, running), file=sys.stderr, end="")
                    expected = expected_seconds(cells, StageDurations(durations))
                    bar.update()
    except BaseException:
        _end_all()
        raise
    if failed:
        raise UserError(f"{', '.join(failed)} failed, as told above; what finished is kept, so run again after mending "
                        "it")


def expected_seconds(cells: Sequence[Cell], took: StageDurations) -> dict[str, float]:
    """Seconds that each cell will take, by its name.

    A cell of which nothing is known takes the mean of the others that have a model, or have none, as it does. As long
    as nothing is known of these either, one without a model takes a second, and one with a model is left out.
    """
    seconds = {cell: took.of(cell.name) for cell in cells}
    expected = {}
    for has_a_model, default in ((True, []), (False, [1.0])):
        known = [one for cell, one in seconds.items() if cell.has_a_model == has_a_model and one is not None] or default
        expected |= {cell.name: mean(known) if one is None else one
                     for cell, one in seconds.items() if cell.has_a_model == has_a_model and known}
    return expected


def by_urgency(cells: Sequence[Cell], expected: Mapping[str, float]) -> list[Cell]:
    """Those first behind which the longest chain of others waits; what is not expected counts as a second."""
    chains = _chains(cells, expected)
    return sorted(cells, key=lambda cell: (-chains[cell.name], cell.name))


def seconds_left(
    waiting: Sequence[Cell], running: Mapping[str, float], expected: Mapping[str, float], processors: float,
) -> float | None:
    """Seconds until all is done: those of the work shared by the processors, or of the longest chain if it is longer.

    None where it is not known of every cell what it will take.

    Args:
        waiting: cells that have not started.
        running: by name of those that have, for how long.
        expected: seconds of each cell.
        processors: how many there are.
    """
    if not expected.keys() >= {*running, *(cell.name for cell in waiting)}:
        return None
    begun = [max(0.0, expected[name] - elapsed) for name, elapsed in running.items()]
    work = sum(begun) + sum(expected[cell.name] for cell in waiting)
    return max(work / max(1.0, processors), *begun, *_chains(waiting, expected).values(), 0.0)


def _chains(cells: Sequence[Cell], expected: Mapping[str, float]) -> dict[str, float]:
    """By name the length of the longest chain of cells that begins with a cell and in which each needs the one before.
    """
    needed_by: dict[str, list[str]] = {cell.name: [] for cell in cells}
    for cell in cells:
        for name in cell.needs:
            if name in needed_by:
                needed_by[name].append(cell.name)
    chains: dict[str, float] = {}

    def chain(name: str) -> float:
        if name not in chains:
            chains[name] = expected.get(name, 1.0) + max(map(chain, needed_by[name]), default=0.0)
        return chains[name]

    return {cell.name: chain(cell.name) for cell in cells}


def _ready(waiting: Sequence[Cell], running: Sequence[_Running]) -> list[Cell]:
    """Those that need nothing which is still to be done."""
    undone = {cell.name for cell in waiting} | {one.cell.name for one in running}
    return [cell for cell in waiting if undone.isdisjoint(cell.needs)]


def _start(cell: Cell, needs: Needs, gpus: list[str]) -> _Running:
    variables = {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])}
    if gpus:
        variables["CUDA_VISIBLE_DEVICES"] = ",".join(gpus)
    process = FORK.Process(target=_reproduce, args=(cell.name, os.getpid(), variables), name=cell.name)
    process.start()
    return _Running(cell, process, needs, gpus)


def _format_outcome(one: _Running, running: Sequence[_Running]) -> str:
    """What a cell said besides its progress; of one that failed the end, and what happens now."""
    log = LOGS / f"{one.cell.name}.log"
    lines = [line for line in log.read_bytes().decode("utf-8", "replace").split("\n") if line and "\r" not in line]
    code = one.process.exitcode
    if not code:
        return "".join(f"{line}\n" for line in lines)
    ended = f"was ended by {signal.Signals(-code).name}" if code < 0 else "failed"
    others = "; what is at work goes on to its end, Ctrl-C ends it" if running else ""
    return "\n".join([f"{one.cell.name} {ended}{others}. The log is {log}, of which the end is:",
                      *(f"    {line}" for line in lines[-_SHOWN_LINES:]), ""])


def _end_all() -> None:
    """End what runs: the commands by SIGTERM, after which DVC ends by itself, in the middle of no file."""
    deadline = time.monotonic() + PATIENCE
    while processes := multiprocessing.active_children():
        for process in processes:
            if time.monotonic() < deadline:
                process.terminate()
            else:
                _kill_below(process.pid)
                process.kill()
        wait([process.sentinel for process in processes], _LOOK_EVERY)


# What follows runs in the process of a cell.

_asked: set[psutil.Process] = set()


def _reproduce(name: str, parent: int, variables: dict[str, str]) -> None:
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as after `nohup`
            signal.signal(number, _end_command)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    log = os.open(LOGS / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o644)
    for stream, number in ((os.open(os.devnull, os.O_RDONLY), 0), (log, 1), (log, 2)):
        os.dup2(stream, number)
    os.environ |= variables
    logging.getLogger("dvc").setLevel(logging.WARNING)
    # How often DVC asks for its lock, a sixth of this: with its three seconds, processors would wait for work.
    dvc.lock.DEFAULT_TIMEOUT = 0.3
    quicken()
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with Repo(_wait_for_lock=True) as repo:
                repo.reproduce([name], single_item=True)
            return
        except DvcException as error:
            cause = error.__cause__ or error
            # A command of a run that was killed may be at work for some seconds still.
            if not isinstance(cause, LockError) or time.monotonic() > deadline:
                if not isinstance(cause, DvcException | OSError):  # nothing that was foreseen
                    traceback.print_exception(cause)
                sys.exit(f"error: {cause}")
        time.sleep(_LOOK_EVERY)


def _end_command(_number: int, _frame: FrameType | None) -> None:
    """Let DVC end by the failure of its command, each process of which is asked once to clean up."""
    for process in _below(os.getpid()):
        if process not in _asked:
            _asked.add(process)
            with suppress(psutil.Error):
                process.terminate()


def _kill_below(number: int) -> None:
    for process in _below(number):
        with suppress(psutil.Error):
            process.kill()


def _below(number: int) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return psutil.Process(number).children(recursive=True)
    return []


def _end_with(parent: int) -> None:
    """End as by a signal when the process that started this one is gone."""
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        _end_command(signal.SIGTERM, None)
        time.sleep(_LOOK_EVERY)
    _kill_below(os.getpid())
    os._exit(1)
