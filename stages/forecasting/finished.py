"""Which cells DVC would not run again, according to its lock file and run cache."""

from collections.abc import Collection, Iterable

import networkx as nx
from dvc.repo import Repo
from dvc.stage import PipelineStage

from stages.spreading.pipeline import is_finished, open_pipeline

# Runs after any edit of params.yaml, with a byte-identical output.
_CHECK = "check_params"


def finished_stages(names: Iterable[str]) -> set[str]:
    """Stages among ``names`` that DVC would skip or restore from its run cache, given the files that they read now.

    Raises:
        UserError: DVC cannot read the pipeline, or another process is using it.
    """
    with open_pipeline() as repo, repo.lock:
        stages = _stages(repo)
        return {name for name in names if is_finished(repo, stages[name])}


def other_stages(names: Collection[str], done: Collection[str]) -> list[str]:
    """Stages beside ``names`` that DVC would run, because what they read changes or is made by one that runs.

    Args:
        names: stages that are left out.
        done: those of them that DVC would not run.

    Raises:
        UserError: DVC cannot read the pipeline, or another process is using it.
    """
    with open_pipeline() as repo, repo.lock:
        runs: dict[PipelineStage, bool] = {}
        graph = repo.index.graph  # leads from each stage to those that it needs
        for stage in reversed(list(nx.topological_sort(graph))):
            itself = stage.addressing not in done if stage.addressing in names else not is_finished(repo, stage)
            runs[stage] = stage.addressing != _CHECK and (
                itself or any(runs[needed] for needed in graph.successors(stage)))
        return sorted(stage.addressing for stage, run in runs.items() if run and stage.addressing not in names)


def outdated(targets: Iterable[str]) -> list[str]:
    """Stages that DVC would run to bring ``targets`` up to date, targets included.

    Raises:
        UserError: DVC cannot read the pipeline, or another process is using it.
    """
    with open_pipeline() as repo, repo.lock:
        stages = _stages(repo)
        found = {stages[target] for target in targets}
        found = found.union(*(nx.descendants(repo.index.graph, stage) for stage in found))
        return sorted({stage.addressing for stage in found if stage.changed()} - {_CHECK})


def _stages(repo: Repo) -> dict[str, PipelineStage]:
    """All stages by their names, read once: DVC's own look-up reads dvc.yaml and dvc.lock anew for each."""
    return {stage.addressing: stage for stage in repo.index.stages}
