"""A job folder on a file system that all nodes of a Slurm cluster see, with the script that submits its cells.

Each level is a job array that starts when the one before it succeeded (https://slurm.schedmd.com/job_array.html).
"""

import base64
import json
import math
import os
import shlex
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from stages.common.errors import UserError
from stages.common.files import read_json, write_json, write_text
from stages.settings.resources import Needs, ResourceSettings
from stages.spreading.cell import FinishedOutputs, Job, run_cell
from stages.spreading.engines import tried
from stages.spreading.plan import Cell, Plan

SCRIPT = "submit.sh"


def write_job(
    folder: Path, job: Job, plan: Plan, known: FinishedOutputs, needs: ResourceSettings, retries: int
) -> Path:
    """Write what the cells need to know, and the script; return the script.

    Raises:
        UserError: the folder is not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UserError(f"{folder}: expected a new or empty folder for the job; name another, or remove it")
    (folder / "results").mkdir(parents=True)
    secret = folder / "job.json"
    secret.touch(mode=0o600)  # the remote's settings may have a key
    secret.write_text(json.dumps({"job": asdict(job), "retries": retries}), encoding="utf-8")
    _write(folder / "results" / "at-home.json", known)
    arrays = [(number, kind, cells) for number, level in enumerate(plan.levels)
              for kind, cells in (("training", [cell for cell in level if cell.has_a_model]),
                                  ("other", [cell for cell in level if not cell.has_a_model])) if cells]
    for number, kind, cells in arrays:
        write_json(folder / f"cells-{number}-{kind}.json", [asdict(cell) for cell in cells])
    write_text(folder / SCRIPT, _script(folder.resolve(), arrays, needs))
    return folder / SCRIPT


def _script(folder: Path, arrays: list[tuple[int, str, list[Cell]]], needs: ResourceSettings) -> str:
    lines = ["#!/bin/sh", "# Submits every level as job arrays; arguments go to sbatch: --partition=gpu", "set -e",
             "before="]
    for number in sorted({number for number, _, _ in arrays}):
        lines.append("level=")
        for kind, cells in ((kind, cells) for at, kind, cells in arrays if at == number):
            lines.append(_sbatch(folder, number, kind, len(cells), getattr(needs, kind)))
        lines.append('before="--dependency=afterok$level --kill-on-invalid-dep=yes"')
    lines.append('echo "submitted; when the last array$level has ended, run at home: dvc repro --pull"')
    return "\n".join(lines) + "\n"


def _sbatch(folder: Path, number: int, kind: str, count: int, needs: Needs) -> str:
    cells = folder / f"cells-{number}-{kind}.json"
    command = shlex.join([sys.executable, "-m", "stages.spread", "--engine", "slurm", "--folder", str(folder),
                          "--array", cells.name])
    options = [f"--array=0-{count - 1}", f"--cpus-per-task={math.ceil(needs.cpus)}",
               f"--mem={round(needs.memory_gib * 1024)}M", f"--output={folder}/results/%A-%a.log",
               f"--job-name=headstart-{number}", *([f"--gpus={math.ceil(needs.gpus)}"] if needs.gpus else [])]
    return (f'level="$level:$(sbatch --parsable $before {shlex.join(options)} --chdir={shlex.quote(str(Path.cwd()))} '
            f'"$@" --wrap={shlex.quote(command)})"')


def run_array_task(folder: Path, array: str) -> FinishedOutputs:
    """Run the cell of SLURM_ARRAY_TASK_ID with what the cells before it left in ``folder``.

    Raises:
        UserError: the cell did not run, or a result that it needs is not there.
    """
    index = os.environ.get("SLURM_ARRAY_TASK_ID", "")
    if not index.isdecimal():
        raise UserError("SLURM_ARRAY_TASK_ID: expected a number; this is run by Slurm alone, submitted by "
                        f"{folder / SCRIPT}")
    facts = read_json(folder / "job.json")
    values = read_json(folder / array)[int(index)]
    cell = Cell(values["name"], tuple(values["needs"]), tuple(values["git_outputs"]))
    known = FinishedOutputs()
    for path in sorted((folder / "results").glob("*.json")):
        known |= _read(path)
    with tempfile.TemporaryDirectory(prefix="headstart-spread-") as scratch:
        job = Job(**facts["job"])
        done = tried(lambda *task: run_cell(job, *task), cell, known, Path(scratch) / "worker", facts["retries"])
    if not isinstance(done, FinishedOutputs):
        raise UserError(f"{cell.name}: {done}")
    _write(folder / "results" / f"{cell.name}.json", done)
    return done


def _write(path: Path, known: FinishedOutputs) -> None:
    write_json(path, {"locks": known.locks, "git_outputs": {
        name: base64.b64encode(content).decode() for name, content in known.git_outputs.items()}})


def _read(path: Path) -> FinishedOutputs:
    facts = read_json(path)
    return FinishedOutputs(facts["locks"], {
        name: base64.b64decode(content) for name, content in facts["git_outputs"].items()})
