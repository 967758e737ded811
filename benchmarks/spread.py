"""How much of the ideal time cells that only wait reach in one folder and on a Ray cluster, and what a cell costs.

This pipeline with stubs that only wait is run by DVC in one folder. Then node processes are started on this machine,
and stubs of cells, which start no DVC, are spread over them.
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
from itertools import islice
from pathlib import Path, PurePath
from typing import Any

from dvc.repo import Repo
from dvc.stage import PipelineStage
from networkx import topological_sort

from stages import spread
from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.sources import ROOT
from stages.settings.resources import Needs
from stages.spreading.cell import FinishedOutputs
from stages.spreading.engines import RayEngine
from stages.spreading.in_place import run_in_place
from stages.spreading.plan import Cell, Plan, stale_plan
from stages.spreading.room import room_of_machine

_PER_NODE = 4  # processors


def waiting(seconds: float, cell: Cell, known: FinishedOutputs, folder: Path) -> FinishedOutputs:
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


def in_place(cells: int, seconds: float, workers: int) -> tuple[int, float, float, float]:
    """This project's pipeline, or its first cells, with stubs that wait.

    Returns:
        How many cells, the ideal time, the time taken, and what a cell takes of a processor, all in seconds. No order
        ends before the ideal: neither the longest chain of cells nor all of them on all workers can.
    """
    with Repo(str(ROOT)) as repo:
        stages = stubs(list(islice(topological_sort(repo.index.graph.reverse()), cells or None)), seconds)
    with tempfile.TemporaryDirectory() as home, contextlib.chdir(home):
        Path("dvc.yaml").write_text(str({"stages": stages}), encoding="utf-8")  # a flow mapping is YAML, too
        subprocess.run(f"git init -q && {sys.executable} -m dvc init -q", shell=True, check=True)
        plan, needs = stale_plan(), Needs(cpus=1, gpus=0, memory_gib=0.01)
        before, start = _processors(), time.perf_counter()
        run_in_place([cell for level in plan.levels for cell in level], lambda cell: needs, room_of_machine(workers),
                     Path("none"))
        taken = time.perf_counter() - start
    ideal = seconds * max(len(plan.levels), plan.cells / workers)
    return plan.cells, ideal, taken, (_processors() - before) / plan.cells


def stubs(stages: Sequence[PipelineStage], seconds: float) -> dict[str, dict[str, Any]]:
    """Entries of a dvc.yaml with the same outputs and, of the dependencies, those that the stages make."""
    written = {PurePath(out.def_path) for stage in stages for out in stage.outs}
    read = {PurePath(dep.def_path) for stage in stages for dep in stage.deps}
    entries = {}
    for stage in stages:
        outs = [PurePath(out.def_path) for out in stage.outs]
        files = [*(dep for dep in read if set(dep.parents) & set(outs)), *(out / "stub" for out in outs)]
        deps = [dep for dep in map(PurePath, (dep.def_path for dep in stage.deps))
                if any(dep.is_relative_to(out) or out.is_relative_to(dep) for out in written)]
        entries[stage.addressing.replace("@", "-")] = {
            "cmd": f"sleep {seconds}; for file in {' '.join(sorted(map(str, files)))}; "
                   "do mkdir -p $(dirname $file); echo $file > $file; done",
            "deps": list(map(str, deps)), "outs": list(map(str, outs))}
    return entries


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
    parser.add_argument("--dvc-cells", type=int, default=0,
                        help="cells of this pipeline that DVC runs in one folder (default: 0, all)")
    parser.add_argument("--dvc-workers", type=int, default=8, help="of them at a time (default: 8)")
    return run_stage(parser, _measure, arguments)


def _measure(options: Namespace) -> None:
    if options.workers % _PER_NODE:
        raise UserError(f"--workers: expected a multiple of {_PER_NODE}, the processors of a node, got "
                        f"{options.workers}")
    cells, ideal, taken, processors = in_place(options.dvc_cells, options.seconds, options.dvc_workers)
    print(f"in place, {cells} cells of {options.seconds:g} s on {options.dvc_workers} workers: ideal {ideal:.1f} s, "
          f"taken {taken:.1f} s: {100 * ideal / taken:.0f} % of the ideal, {processors:.2f} s of a processor per cell",
          flush=True)
    ideal, taken = share_of_ideal(options.cells, options.seconds, options.workers)
    overhead = (taken - ideal) * options.workers / options.cells
    print(f"{options.cells} cells of {options.seconds:g} s on {options.workers} workers: ideal {ideal:.1f} s, taken "
          f"{taken:.1f} s: {100 * ideal / taken:.0f} % of the ideal, {overhead:.2f} s of a worker more per cell")


if __name__ == "__main__":
    sys.exit(main())
