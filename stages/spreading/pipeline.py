"""DVC's pipeline: opened with errors that say what to do, and which of its stages need not run."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dvc.dependency.base import DependencyDoesNotExistError
from dvc.dvcfile import LOCK_FILE
from dvc.exceptions import DvcException
from dvc.lock import LockError, make_lock
from dvc.repo import Repo
from dvc.rwlock import RWLOCK_FILE, RWLOCK_LOCK
from dvc.scm import SCMError
from dvc.stage import PipelineStage
from dvc.stage.cache import RunCacheNotFoundError
from dvc_data.hashfile.hash_info import HashInfo

from stages.common.errors import UserError
from stages.settings.schema import check_params


class BusyError(UserError):
    """Another process of DVC is at work on the pipeline, or what is left of one that was killed."""


@contextmanager
def open_pipeline() -> Iterator[Repo]:
    """The repository that the present folder is in.

    Raises:
        BusyError: DVC is at work on the pipeline.
        UserError: DVC cannot read it.
    """
    try:
        with Repo() as repo:
            _remove_broken_notes(repo)
            yield repo
    except LockError:
        raise BusyError("dvc: another process is at work on the pipeline; wait until it ends, or where `ps` shows no "
                        "such process, remove .dvc/tmp/rwlock") from None
    except (DvcException, TypeError) as error:
        raise explained(error) from None


def explained(error: Exception) -> Exception:
    """What an error of DVC, when it read the pipeline, means for who called it.

    Raises:
        UserError: a setting is wrong. DVC takes the stages from params.yaml, and speaks of dvc.yaml, or of Python.
    """
    message = " ".join(str(error).split())
    if isinstance(error, SCMError) and message.endswith("is not a git repository"):
        return UserError("no git repository here; clone the project by git, or run `git init && git add -A && git "
                         "commit -m start`")
    check_params()
    if isinstance(error, TypeError):
        return error
    if Path(getattr(error, "relpath", "")).name == LOCK_FILE:
        return UserError(f"{LOCK_FILE}: {message}; `git checkout HEAD -- {LOCK_FILE}` brings back that of the last "
                         "commit, and `dvc repro` takes from DVC's cache what it lacks")
    return UserError(f"DVC: {message}; `dvc status` shows where")


def _remove_broken_notes(repo: Repo) -> None:
    """Of who reads and writes which path: DVC writes them in place, and reads nothing after a kill in the middle."""
    folder = Path(repo.tmp_dir or ".dvc/tmp")
    notes = folder / RWLOCK_FILE
    hardlink = repo.config["core"].get("hardlink_lock", False)
    with make_lock(str(folder / RWLOCK_LOCK), tmp_dir=str(folder), hardlink_lock=hardlink):
        try:
            json.loads(notes.read_bytes())
        except FileNotFoundError:
            pass
        except ValueError:
            notes.unlink()


def is_finished(repo: Repo, stage: PipelineStage) -> bool:
    """Whether DVC would skip a stage or take it from its run cache, with the files that it reads now.

    Nothing is run, and no output is touched.
    """
    if not stage.changed():
        return True
    try:
        if stage.changed_stage() or not stage.deps_cached():
            # In memory alone: the run cache is asked by what the files are now. Else DVC asks for the outputs that the
            # lock file has, even where the run cache has others.
            stage.save_deps()
            for out in stage.outs:
                out.hash_info = HashInfo()
        repo.stage_cache.restore(stage, dry=True)
    except (RunCacheNotFoundError, DependencyDoesNotExistError):
        return False
    return True
