"""Engines that run the cells of one level: in processes of this machine, or on a Ray cluster."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol
from uuid import uuid4

import psutil

from stages.common.errors import UserError
from stages.settings.resources import Needs
from stages.spreading.cell import CellError, FinishedOutputs, end_commands
from stages.spreading.plan import Cell

Work = Callable[[Cell, FinishedOutputs, Path], FinishedOutputs]  # runs a cell in the folder of a worker
Outcome = tuple[Cell, FinishedOutputs | CellError]
_LOST_NODES = 10  # nodes that may be lost while they run the same cell
_PATIENCE = 30.0  # seconds for nodes to clean up
_GIB = 2**30
# Otherwise Ray hides all GPUs from a cell that asks for none, which would then compute on the CPU.
_SEEN_GPUS = {"RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}


class Engine(Protocol):
    """Runs independent cells."""

    def run(self, cells: Sequence[Cell], finished: FinishedOutputs) -> Iterator[Outcome]:
        """Outcome of each cell, in order of completion."""

    def close(self) -> None:
        """Stop running cells and free all resources."""


class LocalEngine:
    """``workers`` threads of this process; each has a clone of its own and starts processes that do the work."""

    def __init__(self, work: Work, workers: int, retries: int) -> None:
        self._work, self._retries = work, retries
        self._folder = Path(tempfile.mkdtemp(prefix="headstart-spread-"))
        self._free: SimpleQueue[Path] = SimpleQueue()
        for number in range(workers):
            self._free.put(self._folder / f"worker-{number}")
        self._pool = ThreadPoolExecutor(workers)
        self._futures: list[Future[FinishedOutputs | CellError]] = []
        self._stopped = False

    def run(self, cells: Sequence[Cell], finished: FinishedOutputs) -> Iterator[Outcome]:
        """See :class:`Engine`."""
        futures = {self._pool.submit(self._run_cell, cell, finished): cell for cell in cells}
        self._futures = list(futures)
        for future in as_completed(futures):
            yield futures[future], future.result()

    def _run_cell(self, cell: Cell, finished: FinishedOutputs) -> FinishedOutputs | CellError:
        folder = self._free.get()
        try:
            return run_with_retries(self._work, cell, finished, folder, self._retries, lambda: self._stopped)
        finally:
            self._free.put(folder)

    def close(self) -> None:
        """See :class:`Engine`."""
        self._stopped = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        while not all(future.done() for future in self._futures):
            end_commands()  # repeatedly, since a cell may start its next command
            time.sleep(0.1)
        shutil.rmtree(self._folder, ignore_errors=True)


class RayEngine:
    """Tasks of a Ray cluster; Ray reruns those of a lost node on another node."""

    def __init__(self, work: Work, needs: Callable[[Cell], Needs], retries: int, package: Path,
                 more: tuple[Path, ...] = ()) -> None:
        """RAY_ADDRESS names the cluster, whose nodes receive the code in the folders ``package`` and ``more``."""
        self._ray = ray = _ray()
        if not ray.is_initialized():
            ray.init(include_dashboard=False, log_to_driver=False, logging_level="ERROR",
                     runtime_env={"py_modules": [str(folder) for folder in (package, *more)], "env_vars": _SEEN_GPUS})
        self._needs = needs
        self._scratch = f"headstart-spread-{uuid4().hex}"  # the cluster may have other users
        # Nodes are lost more often than cells fail repeatedly, so a lost node does not count as a try.
        self._task = ray.remote(max_retries=_LOST_NODES, retry_exceptions=False)(_in_worker)
        self._work = ray.put((work, retries, self._scratch))
        self._running: list[Any] = []

    @property
    def nodes(self) -> int:
        """Number of live machines."""
        return sum(bool(node["Alive"]) for node in self._ray.nodes())

    def run(self, cells: Sequence[Cell], finished: FinishedOutputs) -> Iterator[Outcome]:
        """See :class:`Engine`.

        Raises:
            UserError: a cell needs more than any node has; Ray would wait forever.
        """
        for cell in cells:
            self._refuse_too_large(cell)
        shared = self._ray.put(finished)
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
            available = "; ".join(f"{node.get('CPU', 0):g} CPUs, {node.get('GPU', 0):g} GPUs, "
                              f"{node.get('memory', 0) / _GIB:.1f} GiB" for node in nodes)
            raise UserError(f"params.yaml: resources: no node of the cluster has room for {cell.name}, which needs "
                            f"{needs.cpus:g} CPUs, {needs.gpus:g} GPUs, {needs.memory_gib:g} GiB; "
                            f"the nodes have: {available}")

    def _submit(self, cell: Cell, finished: Any) -> Any:
        needs = self._needs(cell)
        return self._task.options(
            name=cell.name, num_cpus=needs.cpus, num_gpus=needs.gpus, memory=int(needs.memory_gib * _GIB),
        ).remote(self._work, cell, finished)

    def _result(self, task: Any) -> FinishedOutputs | CellError:
        try:
            return self._ray.get(task)
        except self._ray.exceptions.RayError as error:
            return CellError(str(error))

    def close(self) -> None:
        """See :class:`Engine`."""
        for task in self._running:
            self._ray.cancel(task, force=True)
        strategy = self._ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy
        removing = [self._ray.remote(_remove_scratch).options(
            num_cpus=0, scheduling_strategy=strategy(node["NodeID"], soft=True)).remote(self._scratch)
            for node in self._ray.nodes() if node["Alive"]]
        self._ray.wait(removing, num_returns=len(removing), timeout=_PATIENCE)
        self._ray.shutdown()


def run_with_retries(
    work: Work, cell: Cell, finished: FinishedOutputs, folder: Path, retries: int,
    stopped: Callable[[], bool] = lambda: False,
) -> FinishedOutputs | CellError:
    """Outcome of a cell; a failed try is repeated in a new clone, up to ``retries`` times."""
    for left in range(retries, -1, -1):
        try:
            return work(cell, finished, folder)
        except (CellError, OSError) as error:  # OSError, e.g. of a full disk
            shutil.rmtree(folder, ignore_errors=True)
            if not left or stopped():
                return error if isinstance(error, CellError) else CellError(str(error))
    raise AssertionError("the last try returns")


def _in_worker(shared: tuple[Work, int, str], cell: Cell, finished: FinishedOutputs) -> FinishedOutputs | CellError:
    """A task in a Ray process, which runs one task at a time."""
    work, retries, scratch = shared
    os.environ.pop("OMP_NUM_THREADS", None)  # set by Ray; it would change results bitwise
    folder = _folder(scratch) / f"worker-{os.getpid()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return run_with_retries(work, cell, finished, folder, retries)


def _folder(scratch: str) -> Path:
    """The folder of all workers of this node, which have the same parent process."""
    return Path(tempfile.gettempdir()) / f"{scratch}-{os.getppid()}"


def _remove_scratch(scratch: str) -> None:
    """Remove the folder of this node and kill the processes that work in it.

    Ray ends only its own processes, and not immediately: a worker whose command was killed would start its next try.
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
