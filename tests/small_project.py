"""A copy of the project in a folder of its own, and commands that run in it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from stages.common.sources import ROOT
from tests.preloaded import run_preloaded

TASKS = ("nsmc", "mnli", "conll2003", "ag_news")


def run(folder: Path, *command: str, ok: bool = True, **variables: str) -> str:
    """Run a command of the environment's own folder in ``folder``; return everything it printed.

    DVC and the stages run in forks of a process that has imported their libraries.
    """
    if command[0] == "dvc" or command[1] == "-m":
        code, output = run_preloaded(command, folder, environment_of(variables))
        assert (code == 0) == ok, output[-4000:]
        return output
    return run_afresh(folder, *command, ok=ok, **variables)


def run_afresh(folder: Path, *command: str, ok: bool = True, **variables: str) -> str:
    """The same in a process of its own."""
    done = subprocess.run(command, cwd=folder, env=environment_of(variables), text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    assert (done.returncode == 0) == ok, done.stdout[-4000:]
    return done.stdout


def environment_of(variables: dict[str, str]) -> dict[str, str]:
    """Environment variables of a command."""
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "DVC_NO_ANALYTICS": "1"}
    for name in ("MLFLOW_TRACKING_URI", "PYTHONPATH"):
        environment.pop(name, None)
    return environment | variables


def started(output: str) -> set[str]:
    """Names of the stages that ran, as DVC announces them."""
    return set(re.findall(r"Running stage '([^']+)'", output))


def small(params: str) -> str:
    """Settings under which everything is quick; what is learnt does not matter here."""
    for name, value in {"epochs": 1, "evaluations": 1, "resamples": 100, "steps": 5, "threads": 1}.items():
        params = re.sub(rf"^( +){name}: .*$", rf"\g<1>{name}: {value}", params, flags=re.M)
    params = params.replace("  rows: 150\n  transformations:", "  rows: 20\n  transformations:")
    for name, rows in {"train": 64, "validation": 40, "test": 120}.items():
        params = re.sub(rf"^( +){name}_size: .*$", rf"\g<1>{name}_size: {rows}", params, flags=re.M)
    return params.replace("seeds:\n- 1\n- 2\n- 3\n", "seeds:\n- 1\n")


def copied_project(folder: Path, tasks: tuple[str, ...] = TASKS) -> None:
    """Make ``folder`` a git repository with the project as it stands, its settings made small, and no results."""
    listed = run(ROOT, "git", "ls-files", "--cached", "--others", "--exclude-standard").split("\n")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    for path in (folder / "dvc.lock", *(folder / "reports").iterdir()):
        if path.name != "further":  # a folder that is there without results, too
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    (folder / "params.yaml").write_text(small((folder / "params.yaml").read_text("utf-8")), "utf-8")
    leave_tasks(folder, *tasks)
    run(folder, "git", "init", "--quiet", "--initial-branch", "study")
    run(folder, "git", "config", "user.name", "Tester")
    run(folder, "git", "config", "user.email", "tester@example.org")
    run(folder, "git", "add", "--all")
    run(folder, "git", "commit", "--quiet", "--message", "start")


def without_tasks(params: str, *tasks: str) -> str:
    """Settings in which ``tasks`` are left out."""
    return re.sub(rf"^  ({'|'.join(tasks)}):\n(    .*\n)+", "", params, flags=re.M)


def leave_tasks(project: Path, *tasks: str) -> None:
    """Take all others out of params.yaml."""
    path = project / "params.yaml"
    path.write_text(without_tasks(path.read_text("utf-8"), *set(TASKS) - set(tasks)), "utf-8")
