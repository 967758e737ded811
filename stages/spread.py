"""Command ``spread``: run the stale cells of the pipeline at once, on this machine or on many."""

import json
import shlex
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TypeVar

from stages.common.arguments import positive_integer
from stages.common.command import run_stage, stage_parser
from stages.common.durations import DURATIONS
from stages.common.errors import UserError
from stages.common.progress import progress
from stages.common.repository import repository_root
from stages.common.sources import ROOT
from stages.settings.reading import pick, read_section
from stages.settings.resources import Needs, ResourceSettings
from stages.settings.schema import check_params
from stages.spreading.cell import CellError, FinishedOutputs, Job, run_cell, share, shared_remote
from stages.spreading.engines import RayEngine
from stages.spreading.in_place import PATIENCE, run_in_place
from stages.spreading.pipeline import BusyError
from stages.spreading.plan import Cell, Plan, order_lock, stale_plan, take_finished
from stages.spreading.room import room_of_machine
from stages.spreading.slurm import run_array_task, write_job

T = TypeVar("T")

_AT_HOME = ("track@",)  # it logs to the store of this machine
_GRACE = 60.0  # seconds to end what runs elsewhere and to remove what it left, after a signal
_SEEN_BY_CLONES = ("dvc.lock", "reports/", ".dvc/")  # whether it is committed or not


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the command."""
    parser = stage_parser(
        "Run the stale cells of the pipeline, several at once. What finished is kept: run it again after Ctrl-C, a\n"
        "failure or the loss of a machine. What a cell needs of a machine stands in params.yaml under `resources`.\n\n"
        "local: here, with the files as they are, and with the bytes of `dvc repro`. A cell starts when all that it\n"
        "needs is done and a processor, memory and, for a cell with a model on a machine that has GPUs, a GPU are\n"
        "free. What a cell says is in .dvc/tmp/spread.\n\n"
        "ray, slurm: cells that need nothing of each other at once, each in a clean clone of the present commit by\n"
        "`dvc repro --pull --single-item`. Results are pushed with DVC's run cache to a remote that all machines\n"
        "share; at the end they are logged to MLflow from here (`track`), and `dvc repro --pull` finds everything.\n"
        "Clones and a cache are in TMPDIR meanwhile. ray: the Ray cluster that RAY_ADDRESS names, else this machine;\n"
        "its nodes need this environment and git. slurm: writes a folder, on a file system that all nodes see, with a\n"
        "script that submits job arrays.",
        "python -m stages.spread\n"
        "  RAY_ADDRESS=10.0.0.1:6379 python -m stages.spread --engine ray --repository git@host:team/study.git\n"
        "  python -m stages.spread --engine slurm --folder /shared/job && sh /shared/job/submit.sh --partition=gpu",
    )
    parser.add_argument("targets", nargs="*", help="stages to run with what they need (default: all)")
    parser.add_argument("--engine", choices=("local", "ray", "slurm"), default="local", help="(default: local)")
    parser.add_argument("-j", "--jobs", type=positive_integer, metavar="N",
                        help="local: processors to use (default: all)")
    parser.add_argument("--repository", default=str(ROOT), metavar="URL",
                        help="ray, slurm: what machines clone; it has the present commit (default: this folder)")
    parser.add_argument("--retries", type=_tries, default=1, metavar="N",
                        help="ray, slurm: further tries of a cell that failed (default: 1); a lost machine is no try")
    parser.add_argument("--folder", type=Path, help="where slurm's job is written: new, seen by all nodes")
    parser.add_argument("--array", help="run one cell of a job of slurm; the script says so")
    parser.add_argument("--dry-run", action="store_true", help="print levels, cells and the forecast, and run nothing")
    return run_stage(parser, _spread, arguments, _GRACE)


def _tries(text: str) -> int:
    return 0 if text == "0" else positive_integer(text)


def _spread(options: Namespace) -> None:
    if (options.engine == "slurm") != (options.folder is not None):
        raise UserError("--folder: expected with --engine slurm, and with it alone")
    if options.array:
        if options.engine != "slurm":
            raise UserError("--array: expected with --engine slurm alone, whose script gives it")
        run_array_task(options.folder, options.array)
        return
    check_params()
    needs = _with_processors(read_section(ResourceSettings, "resources"))
    _refuse_unfit(options.engine, needs)
    if options.dry_run:
        _print(stale_plan(options.targets, () if options.engine == "local" else _AT_HOME))
        return
    if options.engine == "local":
        _run_here(options.targets, needs, options.jobs)
        return
    job = Job(options.repository, _clean_revision(), shared_remote())
    if taken := take_finished(options.targets, _AT_HOME):
        print(f"{len(taken)} stages were taken from DVC's run cache", file=sys.stderr)
    plan = stale_plan(options.targets, _AT_HOME)
    if not plan.cells:
        print(f"nothing to spread: {len(plan.finished)} stages are up to date; `dvc repro` does the rest",
              file=sys.stderr)
        return
    known = share(plan.finished)
    if options.engine == "slurm":
        script = write_job(options.folder, job, plan, known, needs, options.retries)
        print(f"{plan.cells} cells; submit them by: sh {shlex.quote(str(script))}", file=sys.stderr)
        return
    with closing(_ray_engine(job, needs, options.retries)) as engine:
        run(plan, engine, known)
    _collect(options.targets, plan.at_home)


def _run_here(targets: Sequence[str], needs: ResourceSettings, processors: int | None) -> None:
    plan = _patient(partial(stale_plan, targets))
    if plan.cells:
        with_a_model = _needs_here(needs.training)
        cells = [cell for level in plan.levels for cell in level]
        run_in_place(cells, lambda cell: with_a_model if cell.has_a_model else needs.other, room_of_machine(processors),
                     repository_root(Path.cwd()) / DURATIONS)
    _patient(order_lock)  # whatever was run: one that was killed may have left this undone
    print(f"{plan.cells} cells were run or taken from DVC's cache, {len(plan.finished)} were up to date",
          file=sys.stderr)


def _patient(do: Callable[[], T]) -> T:
    """What ``do`` returns, tried again while the commands of a run that was killed may be at work still."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return do()
        except BusyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def _needs_here(needs: Needs) -> Needs:
    """Of a cell with a model, besides: a GPU for each process, where there are some."""
    processes = pick("training.processes")
    gpus = needs.gpus if processes == 1 and needs.gpus else max(needs.gpus, processes)
    return needs.model_copy(update={"gpus": gpus})


def _with_processors(needs: ResourceSettings) -> ResourceSettings:
    """With a processor for each thread of a cell with a model."""
    cpus = max(needs.training.cpus, pick("training.threads") * pick("training.processes"))
    return needs.model_copy(update={"training": needs.training.model_copy(update={"cpus": cpus})})


def _refuse_unfit(engine: str, needs: ResourceSettings) -> None:
    processes, nodes = pick("training.processes"), pick("training.nodes")
    if nodes > 1:
        raise UserError("params.yaml: training.nodes: expected 1, since each cell is run on one machine, got "
                        f"{nodes}; or start the machines of one training by hand, with `dvc repro` on the first")
    if engine != "local" and processes > 1 and 0 < needs.training.gpus < processes:
        raise UserError("params.yaml: resources.training.gpus: expected as many as training.processes, "
                        f"{processes}, got {needs.training.gpus:g}; processes of one training would share a GPU")


def _ray_engine(job: Job, needs: ResourceSettings, retries: int) -> RayEngine:
    def of_cell(cell: Cell) -> Needs:
        return needs.training if cell.has_a_model else needs.other

    engine = RayEngine(partial(run_cell, job), of_cell, retries, ROOT / "stages")
    print(f"Ray: {engine.nodes} nodes", file=sys.stderr)
    return engine


def run(plan: Plan, engine: RayEngine, known: FinishedOutputs) -> FinishedOutputs:
    """Run all levels, one after another, and add what they leave to ``known``.

    Raises:
        UserError: cells failed at last; others of their level were run to their end.
    """
    with progress(plan.cells, "spread", "cell") as bar:
        for level in plan.levels:
            failed: dict[str, CellError] = {}
            found = FinishedOutputs()
            for cell, outcome in engine.run(level, known):
                bar.set_postfix_str(cell.name, refresh=False)
                bar.update()
                if isinstance(outcome, CellError):
                    failed[cell.name] = outcome
                else:
                    found |= outcome
            if failed:
                raise UserError(_describe_failures(failed))
            known |= found
    return known


def _describe_failures(failed: dict[str, CellError]) -> str:
    name, error = next(iter(failed.items()))
    others = f" (and {len(failed) - 1} more: {', '.join(list(failed)[1:])})" if len(failed) > 1 else ""
    return f"{name}{others} failed; what finished is kept, so run again after mending it. It said: {error}"


def _clean_revision() -> str:
    """The present commit, which has everything that decides on results.

    Raises:
        UserError: something was edited since.
    """
    status = _git("status", "--porcelain", "--untracked-files=no").splitlines()
    edited = [line[3:] for line in status if not line[3:].startswith(_SEEN_BY_CLONES)]
    if edited:
        raise UserError(f"{edited[0]}: edited since the last commit, which is what other machines clone; commit it, "
                        "and push it where --repository names another place")
    return _git("rev-parse", "HEAD").strip()


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], capture_output=True, encoding="utf-8", errors="replace", check=False)  # noqa: S603, S607
    if done.returncode:
        raise UserError(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


def _collect(targets: Sequence[str], at_home: Sequence[str]) -> None:
    """Run here what is to be run here, for which DVC fetches the rest; then nothing may be left to run."""
    ran = [name for name in _repro(at_home) if name not in at_home] if at_home else []
    ran += _repro(targets)
    if ran:
        print(f"warning: {len(ran)} stages were run here, though they had been run elsewhere: {', '.join(ran)}",
              file=sys.stderr)
    else:
        print("everything was found; dvc.lock and reports/ are up to date", file=sys.stderr)


def _repro(targets: Sequence[str]) -> list[str]:
    """Stages that ``dvc repro --pull`` ran, its words passed on."""
    arguments = ("repro", "--pull", *targets)
    print(shlex.join(("dvc", *arguments)), file=sys.stderr)
    ran = []
    command = [sys.executable, "-m", "dvc", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8", errors="replace") as process:  # noqa: S603
        assert process.stdout, "it is a pipe"
        try:
            for line in process.stdout:
                print(line, end="", file=sys.stderr)
                if line.startswith("Running stage '"):
                    ran.append(line.split("'")[1])
        except BaseException:  # a signal, which DVC may not get by itself
            process.terminate()
            process.wait()
            raise
    if process.returncode:
        raise UserError("dvc repro: it failed, as it says above")
    return ran


def _print(plan: Plan) -> None:
    print(f"{plan.cells} cells in {len(plan.levels)} levels; {len(plan.finished)} stages are up to date")
    for number, level in enumerate(plan.levels, start=1):
        print(f"{number}: {', '.join(cell.name for cell in level)}")
    print("what DVC's run cache has of them is taken from there first")
    if not any(cell.has_a_model for level in plan.levels for cell in level):
        return
    done = subprocess.run([sys.executable, "-m", "stages.forecast", "--json"], capture_output=True, check=False,
                          encoding="utf-8", errors="replace")
    if done.returncode:
        print(f"no forecast: {done.stderr.strip().splitlines()[-1].removeprefix('error: ')}")
        return
    found = json.loads(done.stdout)
    longest = max((cell["seconds"] for cell in found["cells"] if not cell["done"]), default=0)
    print(f"forecast of all that is left: {found['total_seconds']:,.0f} s on one processor of a machine like this; the "
          f"longest training takes {longest:,.0f} s")


if __name__ == "__main__":
    sys.exit(main())
