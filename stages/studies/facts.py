"""What a study was made from and on: commit, inputs, checkpoints, libraries, machine and seconds."""

import platform
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import psutil
from dvc.repo import Repo

from stages.common.durations import DURATIONS
from stages.common.errors import UserError
from stages.common.files import read_json, sha256
from stages.results.durations import latest_seconds
from stages.settings.libraries import LIBRARIES
from stages.settings.yaml12 import parse_yaml


def code_commit(repo: Repo) -> str:
    """The commit of the code.

    Raises:
        UserError: there is none, or the code has changes that are in no commit.
    """
    try:
        git = repo.scm.gitpython.repo
        commit, changed = git.head.commit.hexsha, git.git.status("--porcelain", "--", "stages", "dvc.yaml")
    except (AttributeError, ValueError):
        raise UserError("no git commit of the code here; a study names one: use a clone of the project") from None
    if changed:
        raise UserError(f"{changed.split()[1]}: has changes that are in no commit, which a study has to name; commit "
                        "them, run `dvc repro`, and save again")
    return str(commit)


def made_from(tasks: Iterable[str], further: Iterable[str], metrics: Mapping[str, Path]) -> dict[str, object]:
    """Size and SHA-256 of raw files, origin and SHA-256 of checkpoints, releases of libraries, and the machine here."""
    raw = {task: Path("data/raw") / task for task in tasks} | {
        test: Path("data/further") / test / "raw" for test in further}
    initial = {task: Path("data/initial") / task for task in tasks}
    origins = {task: read_json(folder / "origin.json") for task, folder in initial.items()}
    devices = {run["numerics"]["device"] for path in metrics.values() for run in read_json(path)["cells"].values()}
    return {
        "inputs": {name: read_json(folder / "source.json")["files"] for name, folder in raw.items()},
        "checkpoints": {task: {key: value for key, value in origins[task].items() if key != "history"} | {
            "files": {path.name: sha256(path) for path in sorted(folder.iterdir())
                      if path.is_file() and path.name != "origin.json"}} for task, folder in initial.items()},
        "libraries": {"python": platform.python_version()} | {
            name: version(name) for name in ("dvc", *parse_yaml(LIBRARIES.read_text("utf-8"), LIBRARIES.name))},
        "machine": {"processor": _processor(), "cores": psutil.cpu_count(), "trained_on": sorted(devices),
                    "memory_gib": round(psutil.virtual_memory().total / 2**30)}}


def _processor() -> str:
    with suppress(OSError):
        if found := re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text("utf-8"), flags=re.M):
            return found[1]
    return platform.processor() or platform.machine()


def seconds(cells: Iterable[str]) -> dict[str, dict[str, object]]:
    """By stage: its cells, of how many it is known how long they last took here, and these seconds together."""
    noted = latest_seconds(DURATIONS, "stage")
    of_stage: dict[str, list[str]] = {}
    for cell in cells:
        of_stage.setdefault(cell.partition("@")[0], []).append(cell)
    known = {stage: [noted[cell] for cell in names if cell in noted] for stage, names in of_stage.items()}
    return {stage: {"cells": len(names), "known": len(known[stage]), "seconds": round(sum(known[stage]), 1)}
            for stage, names in of_stage.items()}
