"""Command ``spread``: run the stale cells of the pipeline on many machines, or on many processors of one."""

import json
import shlex
import subprocess
import sys
from argparse import ArgumentTypeError, Namespace
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.progress import progress
from stages.common.sources import ROOT
from stages.settings.reading import pick, read_params
from stages.settings.resources import Needs, ResourceSettings, resource_settings
from stages.settings.schema import check_params
from stages.spreading.cell import CellError, FinishedOutputs, Job, run_cell, share, shared_remote
from stages.spreading.engines import Engine, LocalEngine, RayEngine
from stages.spreading.plan import Cell, Plan, stale_plan, take_finished
from stages.spreading.slurm import run_array_task, write_job

_LOCAL = ("track@",)  # run on the submitting machine, to whose MLflow store it logs
_GRACE = 60.0  # seconds after a signal to stop cells on other machines and remove their files
_SENT_TO_CLONES = ("dvc.lock", "reports/", ".dvc/")  # whether committed or not


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the command."""
    parser = stage_parser(
        "Run the stale cells of the pipeline in parallel, as far as they are independent. Each cell runs in a clean\n"
        "clone of the present commit by `dvc repro --pull --single-item`; its results and DVC's run cache are pushed\n"
        "to a remote that all machines share. At the end this machine logs them to MLflow (`track`) and fetches them\n"
        "by `dvc repro --pull`.\n\n"
        "local: -j cells at once on this machine. ray: the Ray cluster that RAY_ADDRESS names, else this machine;\n"
        "its nodes need this environment and git. slurm: writes a folder, on a file system that all nodes share, with\n"
        "a script that submits job arrays. `resources` in params.yaml says what a cell needs of a node; clones and\n"
        "their cache are temporary files in TMPDIR.\n\n"
        "Finished cells are kept: run it again after Ctrl-C, a failure or the loss of a machine.",
        "python -m stages.spread --engine local -j 4\n"
        "  RAY_ADDRESS=10.0.0.1:6379 python -m stages.spread --engine ray --repository git@host:team/study.git\n"
        "  python -m stages.spread --engine slurm --folder /shared/job && sh /shared/job/submit.sh --partition=gpu",
    )
    parser.add_argument("targets", nargs="*", help="stages to run with what they need (default: all)")
    parser.add_argument("--engine", choices=("local", "ray", "slurm"), default="local", help="(default: local)")
    parser.add_argument("-j", "--jobs", type=_count, default=2, metavar="N",
                        help="cells in parallel with --engine local (default: 2)")
    parser.add_argument("--repository", default=str(ROOT), metavar="URL",
                        help="repository that the machines clone, which has the present commit (default: this folder)")
    parser.add_argument("--retries", type=_tries, default=1, metavar="N",
                        help="retries of a failed cell (default: 1); the loss of a machine does not count")
    parser.add_argument("--folder", type=Path, help="new folder for the Slurm job, shared by all nodes")
    parser.add_argument("--array", help="run one cell of a Slurm job; used by the script")
    parser.add_argument("--dry-run", action="store_true", help="print levels, cells and the forecast and run nothing")
    return run_stage(parser, _spread, arguments, _GRACE)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"expected an integer of at least 1, got {text!r}")
    return int(text)


def _tries(text: str) -> int:
    return 0 if text == "0" else _count(text)


def _spread(options: Namespace) -> None:
    if (options.engine == "slurm") != (options.folder is not None):
        raise UserError("--folder: expected if and only if --engine is slurm")
    if options.array:
        if options.engine != "slurm":
            raise UserError("--array: expected only with --engine slurm, whose script sets it")
        run_array_task(options.folder, options.array)
        return
    check_params()
    needs = resource_settings()
    _refuse_unfit(options.engine, needs)
    if options.dry_run:
        _print(stale_plan(options.targets, _LOCAL))
        return
    job = Job(options.repository, _clean_revision(), shared_remote())
    if taken := take_finished(options.targets, _LOCAL):
        print(f"{len(taken)} stages restored from DVC's run cache", file=sys.stderr)
    plan = stale_plan(options.targets, _LOCAL)
    if not plan.cells:
        print(f"nothing to spread: {len(plan.finished)} stages are up to date; run `dvc repro`",
              file=sys.stderr)
        return
    finished = share(plan.finished)
    if options.engine == "slurm":
        script = write_job(options.folder, job, plan, finished, needs, options.retries)
        print(f"{plan.cells} cells; submit them by: sh {shlex.quote(str(script))}", file=sys.stderr)
        return
    with closing(_engine(options, job, needs)) as engine:
        run(plan, engine, finished)
    _collect(options.targets, plan.local)


def _refuse_unfit(engine: str, needs: ResourceSettings) -> None:
    params = read_params()
    processes, nodes = pick(params, "training.processes"), pick(params, "training.nodes")
    if nodes > 1:
        raise UserError("params.yaml: training.nodes: expected 1, as every cell runs on one machine, got "
                        f"{nodes}; or run `dvc repro` on the first machine, which says what to run on the others")
    if engine != "local" and processes > 1 and 0 < needs.training.gpus < processes:
        raise UserError("params.yaml: resources.training.gpus: expected at least training.processes, "
                        f"{processes}, got {needs.training.gpus:g}; else processes of one training would share a GPU")


def _engine(options: Namespace, job: Job, needs: ResourceSettings) -> Engine:
    work = partial(run_cell, job)
    if options.engine == "local":
        return LocalEngine(work, options.jobs, options.retries)

    def of_cell(cell: Cell) -> Needs:
        return needs.training if cell.has_a_model else needs.other

    engine = RayEngine(work, of_cell, options.retries, ROOT / "stages")
    print(f"Ray: {engine.nodes} nodes", file=sys.stderr)
    return engine


def run(plan: Plan, engine: Engine, finished: FinishedOutputs) -> FinishedOutputs:
    """Run the levels one after another; return ``finished`` with their outputs added.

    Raises:
        UserError: cells failed after all retries; the other cells of their level were completed.
    """
    with progress(plan.cells, "spread", "cell") as bar:
        for level in plan.levels:
            failed: dict[str, CellError] = {}
            found = FinishedOutputs()
            for cell, outcome in engine.run(level, finished):
                bar.set_postfix_str(cell.name, refresh=False)
                bar.update()
                if isinstance(outcome, CellError):
                    failed[cell.name] = outcome
                else:
                    found |= outcome
            if failed:
                raise UserError(_describe_failures(failed))
            finished |= found
    return finished


def _describe_failures(failed: dict[str, CellError]) -> str:
    name, error = next(iter(failed.items()))
    others = f" (and {len(failed) - 1} more: {', '.join(list(failed)[1:])})" if len(failed) > 1 else ""
    return f"{name}{others} failed; fix the cause and run again, finished cells are kept. Its last output: {error}"


def _clean_revision() -> str:
    """The present commit.

    Raises:
        UserError: a file that affects results was edited since.
    """
    status = _git("status", "--porcelain", "--untracked-files=no").splitlines()
    edited = [line[3:] for line in status if not line[3:].startswith(_SENT_TO_CLONES)]
    if edited:
        raise UserError(f"{edited[0]}: edited since the last commit, which the other machines clone; commit it, "
                        "and push it if --repository names another repository")
    return _git("rev-parse", "HEAD").strip()


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], capture_output=True, encoding="utf-8", errors="replace", check=False)  # noqa: S603, S607
    if done.returncode:
        raise UserError(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


def _collect(targets: Sequence[str], local: Sequence[str]) -> None:
    """Run the stages of the submitting machine and fetch all other results; then no stage should be left to run."""
    ran = [name for name in _repro(local) if name not in local] if local else []
    ran += _repro(targets)
    if ran:
        print(f"warning: {len(ran)} stages ran on the submitting machine although other machines had run them: "
              f"{', '.join(ran)}", file=sys.stderr)
    else:
        print("all results were fetched; dvc.lock and reports/ are up to date", file=sys.stderr)


def _repro(targets: Sequence[str]) -> list[str]:
    """Run ``dvc repro --pull`` and print its output; return the stages that ran."""
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
        except BaseException:  # a signal that DVC may not receive itself
            process.terminate()
            process.wait()
            raise
    if process.returncode:
        raise UserError("dvc repro: failed; its output is above")
    return ran


def _print(plan: Plan) -> None:
    print(f"{plan.cells} cells in {len(plan.levels)} levels; {len(plan.finished)} stages are up to date")
    for number, level in enumerate(plan.levels, start=1):
        print(f"{number}: {', '.join(cell.name for cell in level)}")
    print("cells that DVC's run cache has will be taken from it")
    if not any(cell.has_a_model for level in plan.levels for cell in level):
        return
    done = subprocess.run([sys.executable, "-m", "stages.forecast", "--json"], capture_output=True, check=False,
                          encoding="utf-8", errors="replace")
    if done.returncode:
        print(f"no forecast: {done.stderr.strip().splitlines()[-1]}")
        return
    found = json.loads(done.stdout)
    longest = max((cell["seconds"] for cell in found["cells"] if not cell["done"]), default=0)
    print(f"forecast: {found['total_seconds']:,.0f} s of training and prediction on one machine like this; "
          f"the longest training takes {longest:,.0f} s")


if __name__ == "__main__":
    sys.exit(main())
