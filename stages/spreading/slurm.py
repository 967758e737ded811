"""A job folder on a file system that all nodes of a Slurm cluster share, with a script that submits the cells.

Each level is a job array that starts when the previous one has succeeded (https://slurm.schedmd.com/job_array.html).
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
from stages.spreading.engines import run_with_retries
from stages.spreading.plan import Cell, Plan

SCRIPT = "submit.sh"


def write_job(
    folder: Path, job: Job, plan: Plan, finished: FinishedOutputs, needs: ResourceSettings, retries: int
) -> Path:
    """Write the inputs of all cells and the script that submits them; return the path of the script.

    Raises:
        UserError: the folder is not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UserError(f"{folder}: expected a new or empty folder for the job; name another, or remove it")
    (folder / "results").mkdir(parents=True)
    secret = folder / "job.json"
    secret.touch(mode=0o600)  # the remote's settings may contain a key
    secret.write_text(json.dumps({"job": asdict(job), "retries": retries}), encoding="utf-8")
    _write(folder / "results" / "submitting-machine.json", finished)
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
    lines.append('echo "submitted; when array$level has ended, run on the submitting machine: dvc repro --pull"')
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
    """Run the cell of SLURM_ARRAY_TASK_ID with the outputs of earlier cells in ``folder``.

    Raises:
        UserError: the cell failed, or a result that it needs is missing.
    """
    index = os.environ.get("SLURM_ARRAY_TASK_ID", "")
    if not index.isdecimal():
        raise UserError("SLURM_ARRAY_TASK_ID: expected a number, as Slurm sets it; submit the job by "
                        f"{folder / SCRIPT}")
    facts = read_json(folder / "job.json")
    values = read_json(folder / array)[int(index)]
    cell = Cell(values["name"], tuple(values["needs"]), tuple(values["git_outputs"]))
    finished = FinishedOutputs()
    for path in sorted((folder / "results").glob("*.json")):
        finished |= _read(path)
    with tempfile.TemporaryDirectory(prefix="headstart-spread-") as scratch:
        job = Job(**facts["job"])
        done = run_with_retries(lambda *task: run_cell(job, *task), cell, finished,
                                Path(scratch) / "worker", facts["retries"])
    if not isinstance(done, FinishedOutputs):
        raise UserError(f"{cell.name}: {done}")
    _write(folder / "results" / f"{cell.name}.json", done)
    return done


def _write(path: Path, finished: FinishedOutputs) -> None:
    write_json(path, {"locks": finished.locks, "git_outputs": {
        name: base64.b64encode(text).decode() for name, text in finished.git_outputs.items()}})


def _read(path: Path) -> FinishedOutputs:
    facts = read_json(path)
    outputs = {name: base64.b64decode(text) for name, text in facts["git_outputs"].items()}
    return FinishedOutputs(facts["locks"], outputs)
