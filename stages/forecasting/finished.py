"""Which cells DVC would not run again, by its lock file and its run cache."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from dvc.dependency.base import DependencyDoesNotExistError
from dvc.exceptions import DvcException
from dvc.lock import LockError
from dvc.repo import Repo
from dvc.stage import PipelineStage
from dvc.stage.cache import RunCacheNotFoundError
from dvc_data.hashfile.hash_info import HashInfo

from stages.common.errors import UserError

# Runs after any edit of params.yaml and writes the same bytes.
_CHECK = "check_params"


def finished_stages(names: Iterable[str]) -> set[str]:
    """Those of the stages that DVC would skip or take from its run cache, with the files that they read now.

    Nothing is run, and no output is touched.

    Raises:
        UserError: DVC cannot read the pipeline, or is at work on it.
    """
    with _pipeline() as repo, repo.lock:
        return {name for name in names if _is_finished(repo, _stage(repo, name))}


def outdated(targets: Iterable[str]) -> list[str]:
    """Stages that DVC would run before the ``targets`` are up to date, the targets included.

    Raises:
        UserError: DVC cannot read the pipeline, or is at work on it.
    """
    with _pipeline() as repo:
        return sorted(set(repo.status(targets=list(targets), with_deps=True)) - {_CHECK})


@contextmanager
def _pipeline() -> Iterator[Repo]:
    try:
        with Repo() as repo:
            yield repo
    except LockError:
        raise UserError("dvc: another process is at work on the pipeline; wait until it ends") from None
    except DvcException as error:
        raise UserError(f"dvc.yaml: {' '.join(str(error).split())}; `dvc status` shows where") from None


def _stage(repo: Repo, name: str) -> PipelineStage:
    return repo.stage.collect(name)[0]


def _is_finished(repo: Repo, stage: PipelineStage) -> bool:
    if not stage.changed():
        return True
    try:
        # In memory alone: the run cache is asked by what the files are now, not for what the lock file has.
        stage.save_deps()
        for out in stage.outs:
            out.hash_info = HashInfo()
        repo.stage_cache.restore(stage, dry=True)
    except (RunCacheNotFoundError, DependencyDoesNotExistError):
        return False
    return True
