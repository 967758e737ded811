"""Run a try as a DVC experiment: a single training in a copy of the workspace, which itself does not change."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import dvc.api
from dvc.utils.hydra import apply_overrides

from stages.common.errors import UserError
from stages.results.histories import History, parse_history
from stages.settings.arms import FULL_TUNING, CellName
from stages.settings.reading import PARAMS
from stages.spreading.pipeline import open_pipeline

_LOCK = "dvc.lock"
_GRACE = 2.0  # seconds, below the three that `run_stage` allows


def make_ready(task: str) -> None:
    """Run the stages before training, whose outputs all tries of a task share.

    Raises:
        UserError: a stage failed, or dvc.lock, by which an experiment finds its data, is not in git.
    """
    with open_pipeline():  # which says what keeps DVC from it
        pass
    _run("dvc", "repro", f"encode@{task}", f"assign_checkpoint@{task}", f"plan_sizes@{task}")
    known = subprocess.run(  # noqa: S603 (no word of it comes from outside)
        ["git", "ls-files", "--error-unmatch", _LOCK], check=False, capture_output=True)  # noqa: S607
    if known.returncode:
        raise UserError(f"{_LOCK}: not in git, so an experiment would start without its data; "
                        f"run `git add {_LOCK}`")


def history(name: str, task: str, arm: str, seed: int, overrides: Sequence[str]) -> History:
    """Train one model under ``overrides`` of params.yaml; return the history of its training.

    A repeated training comes from DVC's run cache. No other stage runs, so no model sees the test set.
    """
    cell = CellName(arm, FULL_TUNING, seed)
    path = f"data/models/{task}/{cell}/history.jsonl"
    _remove(name)  # of a search that was killed
    settings = [word for override in overrides for word in ("--set-param", override)]
    _run("dvc", "exp", "run", "--temp", "--single-item", "--name", name, *settings, f"train_{arm}@{task}-{cell.place}")
    try:
        return parse_history(map(json.loads, dvc.api.read(path, rev=name).splitlines()), Path(path))
    finally:
        _remove(name)


def write_overrides(overrides: Sequence[str]) -> None:
    """Change params.yaml as ``dvc exp run -S`` does, comments and order kept."""
    apply_overrides(str(PARAMS), list(overrides))


def _remove(name: str) -> None:
    subprocess.run(  # noqa: S603 (names of tasks are checked)
        [sys.executable, "-m", "dvc", "exp", "remove", name], check=False, capture_output=True)


def _run(*command: str) -> None:
    process = subprocess.Popen(  # noqa: S603 (names of tasks are checked, and values are numbers)
        [sys.executable, "-m", *command], encoding="utf-8", errors="replace", stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    try:
        output, _ = process.communicate()
    except KeyboardInterrupt:
        _end(process)
        raise
    if process.returncode:
        raise UserError(f"`{' '.join(command)}`: {_reason(output)}")


def _end(process: subprocess.Popen[str]) -> None:
    """Wait for DVC to remove its copy of the workspace, in case Ctrl-C reached it too; otherwise terminate it."""
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.terminate()


def _reason(output: str) -> str:
    """The error line: ours if there is one, as that of DVC only says that a command failed."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for start in ("error: ", "ERROR: ") for line in lines if line.startswith(start)]
    return (errors or lines[-1:] or ["failed without output"])[0].removeprefix("error: ")
