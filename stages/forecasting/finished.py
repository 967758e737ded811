"""Which cells DVC would not run again, by its lock file and its run cache."""

from collections.abc import Iterable

from stages.spreading.pipeline import is_finished, open_pipeline

# Runs after any edit of params.yaml and writes the same bytes.
_CHECK = "check_params"


def finished_stages(names: Iterable[str]) -> set[str]:
    """Those of the stages that DVC would skip or take from its run cache, with the files that they read now.

    Raises:
        UserError: DVC cannot read the pipeline, or is at work on it.
    """
    with open_pipeline() as repo, repo.lock:
        return {name for name in names if is_finished(repo, repo.stage.collect(name)[0])}


def outdated(targets: Iterable[str]) -> list[str]:
    """Stages that DVC would run before the ``targets`` are up to date, the targets included.

    Raises:
        UserError: DVC cannot read the pipeline, or is at work on it.
    """
    with open_pipeline() as repo:
        return sorted(set(repo.status(targets=list(targets), with_deps=True)) - {_CHECK})
