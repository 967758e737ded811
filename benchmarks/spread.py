"""How much of the ideal time a Ray cluster reaches with stub cells, and what a cell costs beyond its own work.

Node processes are started on this machine, and cells that only wait are spread over them. A stub starts no DVC: what
DVC and git add to a cell is measured apart, on a pipeline of small commands that one worker runs.
"""

import contextlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from stages import spread
from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.sources import ROOT
from stages.settings.resources import Needs
from stages.spreading.cell import FinishedOutputs, Job, run_cell, shared_remote
from stages.spreading.engines import LocalEngine, RayEngine
from stages.spreading.plan import Cell, Plan, stale_plan

_PER_NODE = 4  # processors


def waiting(seconds: float, cell: Cell, finished: FinishedOutputs, folder: Path) -> FinishedOutputs:
    """A stub of a cell."""
    time.sleep(seconds)
    return FinishedOutputs({cell.name: {}})


def share_of_ideal(cells: int, seconds: float, workers: int) -> tuple[float, float]:
    """The ideal time and the time taken in seconds, from the first cell to the last."""
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    for _ in range(workers // _PER_NODE):
        cluster.add_node(num_cpus=_PER_NODE)
    os.environ["RAY_ADDRESS"] = cluster.address
    engine = RayEngine(partial(waiting, seconds), lambda cell: Needs(cpus=1, gpus=0, memory_gib=0.01), 0,
                       ROOT / "stages", (ROOT / "benchmarks",))
    start = time.perf_counter()
    done = spread.run(Plan((tuple(Cell(f"stub-{number}", (), ()) for number in range(cells)),), ()), engine,
                      FinishedOutputs())
    taken = time.perf_counter() - start
    engine.close()
    cluster.shutdown()
    assert len(done.locks) == cells
    return cells * seconds / workers, taken


def dvc_per_cell(cells: int) -> tuple[float, float]:
    """Seconds of the clock and of processors per cell, in a chain of cells whose own commands take next to none."""
    stages = {f"cell{number}": {"cmd": f"echo {number} > {number}.txt", "outs": [f"{number}.txt"],
                                "deps": [f"{number - 1}.txt"] if number else []} for number in range(cells)}
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        home.mkdir()
        os.environ |= {"PYTHONPATH": str(ROOT), "GIT_AUTHOR_NAME": "b", "GIT_AUTHOR_EMAIL": "b",
                       "GIT_COMMITTER_NAME": "b", "GIT_COMMITTER_EMAIL": "b"}
        with contextlib.chdir(home):
            Path("dvc.yaml").write_text(str({"stages": stages}), encoding="utf-8")  # JSON-like mappings are YAML
            dvc = f"{sys.executable} -m dvc"
            subprocess.run(f"git init -q && {dvc} init -q && {dvc} remote add -q -d shared {scratch}/remote &&"
                           " git add -A && git commit -qm first", shell=True, check=True)
            revision = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout
            plan = stale_plan()
            engine = LocalEngine(partial(run_cell, Job(str(home), revision.strip(), shared_remote())), 1, 0)
            before, start = _processors(), time.perf_counter()
            spread.run(plan, engine, FinishedOutputs())
            taken = (time.perf_counter() - start) / cells, (_processors() - before) / cells
            engine.close()
        return taken


def _processors() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the benchmark."""
    parser = stage_parser(__doc__ or "", "python -m benchmarks.spread --cells 480 --seconds 2 --workers 16")
    parser.add_argument("--cells", type=int, default=480, help="stub cells (default: 480)")
    parser.add_argument("--seconds", type=float, default=2.0, help="time that a stub waits (default: 2)")
    parser.add_argument("--workers", type=int, default=16,
                        help=f"cells at a time, a multiple of {_PER_NODE} (default: 16)")
    parser.add_argument("--dvc-cells", type=int, default=6, help="cells that DVC runs (default: 6)")
    return run_stage(parser, _measure, arguments)


def _measure(options: Namespace) -> None:
    if options.workers % _PER_NODE:
        raise UserError(f"--workers: expected a multiple of {_PER_NODE}, the processors of a node, got "
                        f"{options.workers}")
    clock, processors = dvc_per_cell(options.dvc_cells)
    print(f"DVC and git: {clock:.1f} s per cell, {processors:.1f} s of a processor", flush=True)
    ideal, taken = share_of_ideal(options.cells, options.seconds, options.workers)
    overhead = (taken - ideal) * options.workers / options.cells
    print(f"{options.cells} cells of {options.seconds:g} s on {options.workers} workers: ideal {ideal:.1f} s, taken "
          f"{taken:.1f} s: {100 * ideal / taken:.0f} % of the ideal, {overhead:.2f} s of a worker more per cell")


if __name__ == "__main__":
    sys.exit(main())
