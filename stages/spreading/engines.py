"""The engine that runs the cells of one level on a Ray cluster."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from stages.common.errors import UserError
from stages.settings.resources import Needs
from stages.spreading.cell import CellError, FinishedOutputs
from stages.spreading.plan import Cell

Work = Callable[[Cell, FinishedOutputs, Path], FinishedOutputs]  # what runs a cell in a folder of one worker
Outcome = tuple[Cell, FinishedOutputs | CellError]
_LOST_NODES = 10  # that a cell may be on, one after another
_PATIENCE = 30.0  # seconds for nodes to clean up
_GIB = 2**30
# Else Ray hides the GPUs of a node from every cell that asks for none, and that computes on processors then.
_SEEN_GPUS = {"RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}


class RayEngine:
    """Tasks of a Ray cluster; Ray runs those of a node that died again, on another."""

    def __init__(self, work: Work, needs: Callable[[Cell], Needs], retries: int, package: Path,
                 more: tuple[Path, ...] = ()) -> None:
        """RAY_ADDRESS names the cluster; its nodes get the code in the folders ``package`` and ``more``."""
        self._ray = ray = _ray()
        if not ray.is_initialized():
            ray.init(include_dashboard=False, log_to_driver=False, logging_level="ERROR",
                     runtime_env={"py_modules": [str(folder) for folder in (package, *more)], "env_vars": _SEEN_GPUS})
        self._needs = needs
        self._scratch = f"headstart-spread-{uuid4().hex}"  # others may use the cluster, too
        # Nodes die more often than cells fail for good, so a lost node is no try of a cell.
        self._task = ray.remote(max_retries=_LOST_NODES, retry_exceptions=False)(_in_worker)
        self._work = ray.put((work, retries, self._scratch))
        self._running: list[Any] = []

    @property
    def nodes(self) -> int:
        """How many machines there are."""
        return sum(bool(node["Alive"]) for node in self._ray.nodes())

    def run(self, cells: Sequence[Cell], known: FinishedOutputs) -> Iterator[Outcome]:
        """What each cell gave, in the order in which they end; they need nothing of each other.

        Raises:
            UserError: a cell needs more than any node has, so Ray would wait for ever.
        """
        for cell in cells:
            self._refuse_too_large(cell)
        shared = self._ray.put(known)
        tasks = {self._submit(cell, shared): cell for cell in cells}
        self._running = list(tasks)
        while self._running:
            [done], self._running = self._ray.wait(self._running)
            yield tasks[done], self._result(done)

    def _refuse_too_large(self, cell: Cell) -> None:
        needs = self._needs(cell)
        asked = {"CPU": needs.cpus, "GPU": needs.gpus, "memory": needs.memory_gib * _GIB}
        nodes = [node["Resources"] for node in self._ray.nodes() if node["Alive"]]
        if not any(all(node.get(name, 0) >= amount for name, amount in asked.items()) for node in nodes):
            there = "; ".join(f"{node.get('CPU', 0):g} CPUs, {node.get('GPU', 0):g} GPUs, "
                              f"{node.get('memory', 0) / _GIB:.1f} GiB" for node in nodes)
            raise UserError(f"params.yaml: resources: no node of the cluster can hold {cell.name}, which needs "
                            f"{needs.cpus:g} CPUs, {needs.gpus:g} GPUs, {needs.memory_gib:g} GiB; there are: {there}")

    def _submit(self, cell: Cell, known: Any) -> Any:
        needs = self._needs(cell)
        return self._task.options(
            name=cell.name, num_cpus=needs.cpus, num_gpus=needs.gpus, memory=int(needs.memory_gib * _GIB),
        ).remote(self._work, cell, known)

    def _result(self, task: Any) -> FinishedOutputs | CellError:
        try:
            return self._ray.get(task)
        except self._ray.exceptions.RayError as error:
            return CellError(str(error))

    def close(self) -> None:
        """End what runs, and free what was used."""
        for task in self._running:
            self._ray.cancel(task, force=True)
        strategy = self._ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy
        removing = [self._ray.remote(_remove_scratch).options(
            num_cpus=0, scheduling_strategy=strategy(node["NodeID"], soft=True)).remote(self._scratch)
            for node in self._ray.nodes() if node["Alive"]]
        self._ray.wait(removing, num_returns=len(removing), timeout=_PATIENCE)
        self._ray.shutdown()


def tried(
    work: Work, cell: Cell, known: FinishedOutputs, folder: Path, retries: int
) -> FinishedOutputs | CellError:
    """What a cell gives at last; a try that fails is followed by one in a clone that is made anew."""
    for left in range(retries, -1, -1):
        try:
            return work(cell, known, folder)
        except (CellError, OSError) as error:  # of the machine, as when its disk is full
            shutil.rmtree(folder, ignore_errors=True)  # the next one gets a new clone
            if not left:
                return error if isinstance(error, CellError) else CellError(str(error))
    raise AssertionError("the last try returns")


def _in_worker(shared: tuple[Work, int, str], cell: Cell, known: FinishedOutputs) -> FinishedOutputs | CellError:
    """A task in a process of Ray, which runs one at a time and then the next."""
    work, retries, scratch = shared
    os.environ.pop("OMP_NUM_THREADS", None)  # Ray's, which would give other bits than a serial run
    folder = _folder(scratch) / f"worker-{os.getpid()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return tried(work, cell, known, folder, retries)


def _folder(scratch: str) -> Path:
    """The folder of all workers of this node, whose parent process is the same."""
    return Path(tempfile.gettempdir()) / f"{scratch}-{os.getppid()}"


def _remove_scratch(scratch: str) -> None:
    """Remove the folder of this node, and end what is at work in it.

    Ray ends its own processes alone, and not at once: a worker whose command has ended would go on to its next try.
    """
    folder = _folder(scratch).resolve()
    workers = {path.name for path in folder.glob("worker-*")} - {f"worker-{os.getpid()}"}
    for is_one in (lambda process: f"worker-{process.pid}" in workers and process.ppid() == os.getppid(),
                   lambda process: Path(process.cwd()).is_relative_to(folder)):
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if is_one(process):
                    process.kill()
    shutil.rmtree(folder, ignore_errors=True)


def _ray() -> Any:
    for name, value in ({"RAY_USAGE_STATS_ENABLED": "0"} | _SEEN_GPUS).items():
        os.environ.setdefault(name, value)
    try:
        import ray
    except ImportError:
        raise UserError("--engine ray: Ray is not installed here; `pip install 'ray>=2.55,<3'`, on every node"
                        ) from None
    return ray
