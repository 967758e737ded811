"""What a study was made from and on: inputs, checkpoints, libraries, machine, seconds and commit."""

import json
import platform
import re
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from dvc.repo import Repo

from stages.common.durations import DURATIONS
from stages.common.errors import UserError
from stages.common.files import read_json, sha256
from stages.settings.libraries import LIBRARIES
from stages.settings.yaml12 import parse_yaml

CODE = ("stages", "dvc.yaml")


def code_commit(repo: Repo) -> str:
    """The commit of the code.

    Raises:
        UserError: there is none, or the code has changes that are in no commit.
    """
    try:
        git = repo.scm.gitpython.repo
        commit, changed = git.head.commit.hexsha, git.git.status("--porcelain", "--", *CODE)
    except (AttributeError, ValueError):
        raise UserError("no git commit of the code here; a study names one: use a clone of the project") from None
    if changed:
        raise UserError(f"{changed.split()[1]}: has changes that are in no commit; commit them, run `dvc repro`, and "
                        "save again")
    return str(commit)


def inputs(tasks: Iterable[str], further: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Size and SHA-256 of every raw file by task or further test set."""
    places = {task: Path("data/raw") / task for task in tasks} | {
        test: Path("data/further") / test / "raw" for test in further}
    return {name: dict(read_json(place / "source.json")["files"]) for name, place in places.items()}


def checkpoints(tasks: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Origin and SHA-256 of the files of every task's checkpoint."""
    found = {}
    for task in tasks:
        folder = Path("data/initial") / task
        origin = {key: value for key, value in read_json(folder / "origin.json").items() if key != "history"}
        found[task] = origin | {"files": {path.name: sha256(path) for path in sorted(folder.iterdir())
                                          if path.is_file() and path.name != "origin.json"}}
    return found


def libraries() -> dict[str, str]:
    """Releases of Python, DVC and the libraries that decide bytes."""
    names = ("dvc", *parse_yaml(LIBRARIES.read_text("utf-8"), LIBRARIES.name))
    return {"python": platform.python_version()} | {name: version(name) for name in names}


def machine(metrics: Iterable[Path]) -> dict[str, Any]:
    """The processor, cores and memory (GiB) here, and what the models were trained on."""
    devices = {run["numerics"]["device"] for path in metrics for run in read_json(path)["cells"].values()}
    return {"processor": _processor(), "cores": psutil.cpu_count(),
            "memory_gib": round(psutil.virtual_memory().total / 2**30), "trained_on": sorted(devices)}


def _processor() -> str:
    with suppress(OSError):
        if found := re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text("utf-8"), flags=re.M):
            return found[1]
    return platform.processor() or platform.machine()


def seconds(cells: Iterable[str]) -> dict[str, dict[str, float]]:
    """By stage the seconds of its last runs here, of how many cells they are known, and how many it has."""
    noted: dict[str, float] = {}
    for line in DURATIONS.read_text("utf-8").splitlines() if DURATIONS.exists() else ():
        with suppress(ValueError, KeyError, TypeError):  # an incomplete line, or one of another kind
            facts = json.loads(line)
            noted[facts["stage"]] = float(facts["seconds"])
    found: dict[str, dict[str, float]] = {}
    for cell in cells:
        of_stage = found.setdefault(cell.partition("@")[0], {"seconds": 0.0, "known": 0, "cells": 0})
        of_stage["seconds"] = round(of_stage["seconds"] + noted.get(cell, 0.0), 1)
        of_stage["known"] += cell in noted
        of_stage["cells"] += 1
    return found
