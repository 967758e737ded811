"""One cell in a clean clone of the repository, whose results go to a DVC remote that all machines share."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import yaml
from dvc.exceptions import DvcException
from dvc.repo import Repo

from stages.common.errors import UserError
from stages.common.files import write_text
from stages.common.repository import STATES
from stages.spreading.plan import Cell
from stages.spreading.run_cache import LOCK, lock_entries

_SHOWN_OUTPUT = 2000  # characters of what a command said last
_PATIENCE = 10.0  # seconds for stages to end after SIGTERM; torchrun gives its processes five
_REMOTE = "spread"
_running: set[subprocess.Popen[str]] = set()


@dataclass(frozen=True)
class Job:
    """What the clones have in common.

    Attributes:
        repository: what git clones from, a folder or an address that every machine reaches.
        revision: commit.
        remote: settings of the DVC remote that is shared, its ``url`` among them.
    """

    repository: str
    revision: str
    remote: dict[str, str]


@dataclass(frozen=True)
class FinishedOutputs:
    """What finished cells left, besides what is in the remote.

    Attributes:
        locks: entries of dvc.lock, which are only passed on, by the name of the stage.
        git_outputs: outputs that git keeps, by path.
    """

    locks: dict[str, object] = field(default_factory=dict)
    git_outputs: dict[str, bytes] = field(default_factory=dict)

    def __or__(self, other: "FinishedOutputs") -> "FinishedOutputs":
        return FinishedOutputs(self.locks | other.locks, self.git_outputs | other.git_outputs)


class CellError(Exception):
    """A cell did not run; what its command said last."""


def shared_remote() -> dict[str, str]:
    """Settings of DVC's default remote.

    Raises:
        UserError: there is none.
    """
    try:
        with Repo() as repo:
            remotes, chosen = repo.config["remote"], repo.config["core"].get("remote", "")
    except DvcException as error:
        raise UserError(f".dvc/config: {error}") from None
    if chosen not in remotes:
        raise UserError(".dvc/config: expected a default remote that all machines reach, found none; add one, as by "
                        "`dvc remote add -d shared /mnt/team/dvc`")
    return {key: str(value) for key, value in remotes[chosen].items()}


def share(cells: Sequence[Cell]) -> FinishedOutputs:
    """Push what finished cells left at home, and tell what clones cannot see of it.

    Raises:
        UserError: DVC cannot push.
    """
    if not cells:
        return FinishedOutputs()
    locks = lock_entries()
    try:
        _dvc(Path(), "push", "--run-cache", *(cell.name for cell in cells))
    except CellError as error:
        raise UserError(str(error)) from None
    return FinishedOutputs({cell.name: locks[cell.name] for cell in cells}, _git_outputs(Path(), cells))


def run_cell(job: Job, cell: Cell, known: FinishedOutputs, folder: Path) -> FinishedOutputs:
    """Run a cell in the clone that ``folder`` has, or gets; push its results; return what it adds to ``known``.

    Clones below one parent folder share a DVC cache there.

    Raises:
        CellError: git or DVC failed.
    """
    clone = folder / "clone"
    if not (clone / ".git").is_dir():
        _make_clone(job, clone)
    content = {"schema": "2.0", "stages": lock_entries(clone) | known.locks}
    write_text(clone / LOCK, yaml.safe_dump(content, sort_keys=False, allow_unicode=True))
    for path, content in known.git_outputs.items():
        _write_if_other(clone / path, content)
    # DVC pulls a missing dependency, but does not see that of a folder of several cells' outputs one is missing.
    if cell.needs:
        _dvc(clone, "pull", *cell.needs)
    _dvc(clone, "repro", "--pull", "--single-item", cell.name)
    _dvc(clone, "push", "--run-cache", cell.name)
    if cell.git_outputs:
        _run(clone, sys.executable, "-m", "stages.spreading.push_texts", cell.name)
    return FinishedOutputs({cell.name: lock_entries(clone)[cell.name]}, _git_outputs(clone, [cell]))


def _git_outputs(folder: Path, cells: Sequence[Cell]) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes()
            for cell in cells for path in cell.git_outputs for file in _files(folder / path)}


def _make_clone(job: Job, clone: Path) -> None:
    clone.parent.mkdir(parents=True, exist_ok=True)
    _run(clone.parent, "git", "clone", "--quiet", "--no-checkout", job.repository, str(clone))
    _run(clone, "git", "checkout", "--quiet", job.revision)
    remote = "\n".join(f"    {key} = {_quoted(value)}" for key, value in job.remote.items())
    # A new clone on the same machine goes on with a training from its last state.
    states = clone.parents[1] / f"{clone.parent.name}-states"
    states.mkdir(exist_ok=True)
    (clone / "data").mkdir(exist_ok=True)
    (clone / STATES).symlink_to(states.resolve())
    config = clone / ".dvc/config.local"
    config.touch(mode=0o600)  # it may have a key
    config.write_text(
        f"[core]\n    remote = {_REMOTE}\n[cache]\n    dir = {_quoted(str(clone.parents[1] / 'cache'))}\n"
        f"['remote \"{_REMOTE}\"']\n{remote}\n", encoding="utf-8")


def _quoted(value: str) -> str:
    return f'"{value}"' if '"' not in value else f"'{value}'"


def _write_if_other(path: Path, content: bytes) -> None:
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _files(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def _dvc(clone: Path, command: str, *arguments: str) -> None:
    _run(clone, sys.executable, "-m", "dvc", command, "--quiet", *arguments)


def end_commands() -> None:
    """End the commands that this process has started, with all that they have started, and wait for them."""
    commands = list(_running)
    processes: list[psutil.Process] = []
    for command in commands:
        with suppress(psutil.Error):
            processes += psutil.Process(command.pid).children(recursive=True)
        command.terminate()
    for process in processes:
        with suppress(psutil.Error):
            process.terminate()
    for process in psutil.wait_procs(processes, _PATIENCE)[1]:
        with suppress(psutil.Error):
            process.kill()
    for command in commands:
        command.kill()


def _run(folder: Path, *command: str) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    # The variables of a stage that starts this would make DVC take the clone for its own.
    own = {name: value for name, value in os.environ.items() if not name.startswith("DVC_")}
    process = subprocess.Popen(  # noqa: S603
        command, cwd=folder, env=own | {"PATH": path}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", start_new_session=True)
    _running.add(process)
    try:
        output, _ = process.communicate()
    except BaseException:  # a signal, which the command does not get by itself
        end_commands()
        raise
    finally:
        _running.discard(process)
    if process.returncode:
        # An address may have a password in it.
        raise CellError(re.sub(r"//[^/@\s]+@", "//", f"`{' '.join(command)}`: {output.strip()[-_SHOWN_OUTPUT:]}"))
