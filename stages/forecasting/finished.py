"""Which cells DVC would not run again, according to its lock file and run cache."""

from collections.abc import Iterable

from stages.spreading.pipeline import is_finished, open_pipeline

# Runs after any edit of params.yaml, with a byte-identical output.
_CHECK = "check_params"


def finished_stages(names: Iterable[str]) -> set[str]:
    """Stages among ``names`` that DVC would skip or restore from its run cache, given the files that they read now.

    Raises:
        UserError: DVC cannot read the pipeline, or another process is using it.
    """
    with open_pipeline() as repo, repo.lock:
        return {name for name in names if is_finished(repo, repo.stage.collect(name)[0])}


def outdated(targets: Iterable[str]) -> list[str]:
    """Stages that DVC would run to bring ``targets`` up to date, targets included.

    Raises:
        UserError: DVC cannot read the pipeline, or another process is using it.
    """
    with open_pipeline() as repo:
        return sorted(set(repo.status(targets=list(targets), with_deps=True)) - {_CHECK})
