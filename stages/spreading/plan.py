"""The stale cells of the pipeline, in levels of independent cells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import networkx as nx
from dvc.repo import Repo
from dvc.stage import PipelineStage

from stages.spreading.pipeline import is_finished, open_pipeline

_WITH_A_MODEL = ("train_", "checkpoint@", "adapt@", "predict", "stress@")


@dataclass(frozen=True)
class Cell:
    """A stage to run.

    Attributes:
        name: its address in DVC, as ``train_scratch@nsmc-1``.
        needs: names of the stages whose outputs it reads.
        git_outputs: paths of its outputs that are kept in git instead of DVC's cache.
    """

    name: str
    needs: tuple[str, ...]
    git_outputs: tuple[str, ...]

    @property
    def has_a_model(self) -> bool:
        """Whether it trains or runs a model."""
        return self.name.startswith(_WITH_A_MODEL)


@dataclass(frozen=True)
class Plan:
    """What to run, and where.

    Attributes:
        levels: stale cells; those of a level are independent and sorted by name.
        finished: cells that are up to date.
        local: names of the cells that the submitting machine runs at the end, stale or not.
    """

    levels: tuple[tuple[Cell, ...], ...]
    finished: tuple[Cell, ...]
    local: tuple[str, ...] = ()

    @property
    def cells(self) -> int:
        """Number of cells to run."""
        return sum(map(len, self.levels))


@dataclass(frozen=True)
class _Pipeline:
    """Stages to spread and stages to run locally; graph edges lead from a stage to those that it needs."""

    graph: nx.DiGraph
    wanted: set[PipelineStage]
    local: set[PipelineStage]

    @classmethod
    def of(cls, repo: Repo, targets: Sequence[str], local: tuple[str, ...]) -> "_Pipeline":
        graph = repo.index.graph
        wanted = set(graph)
        if targets:
            chosen = [stage for target in targets for stage in repo.stage.collect(target)]
            wanted = set(chosen).union(*(nx.descendants(graph, stage) for stage in chosen))
        kept = {stage for stage in wanted if stage.addressing.startswith(local)}
        return cls(graph, wanted - kept, kept)

    def stale(self) -> set[PipelineStage]:
        """Changed stages and all that depend on them."""
        changed = {stage for stage in self.wanted if stage.changed()}
        return self.wanted & changed.union(*(nx.ancestors(self.graph, stage) for stage in changed))


def stale_plan(targets: Sequence[str] = (), local: tuple[str, ...] = ()) -> Plan:
    """Cells that ``dvc repro`` would run or restore from its run cache, and cells downstream of these.

    Args:
        targets: stages to run with all that they need; every stage if empty.
        local: prefixes of the names of cells that only the submitting machine runs.

    Raises:
        UserError: DVC cannot read the pipeline, or another process is using it.
    """
    with open_pipeline() as repo, repo.lock:
        pipeline = _Pipeline.of(repo, targets, local)
        graph, stale = pipeline.graph, pipeline.stale()
        generations = nx.topological_generations(graph.subgraph(stale).reverse())
        levels = [_cells(graph, level) for level in generations]
        finished = _cells(graph, pipeline.wanted - stale)
        return Plan(tuple(levels), finished, tuple(sorted(stage.addressing for stage in pipeline.local)))


def take_finished(targets: Sequence[str] = (), local: tuple[str, ...] = ()) -> list[str]:
    """Restore the results of stale cells from the local run cache of DVC; return the names of these cells.

    Raises:
        UserError: DVC cannot read the pipeline, or another process is using it.
    """
    taken: list[str] = []
    while found := [name for name in _restorable(targets, local) if name not in taken]:
        with open_pipeline() as repo:
            repo.reproduce(found, single_item=True)
        taken += found
    return taken


def _restorable(targets: Sequence[str], local: tuple[str, ...]) -> list[str]:
    """Stale cells that are in the run cache and whose needs are up to date."""
    with open_pipeline() as repo, repo.lock:
        pipeline = _Pipeline.of(repo, targets, local)
        stale = pipeline.stale()
        return sorted(stage.addressing for stage in stale
                      if stale.isdisjoint(pipeline.graph.successors(stage)) and is_finished(repo, stage))


def _cells(graph: nx.DiGraph, stages: Iterable[PipelineStage]) -> tuple[Cell, ...]:
    return tuple(sorted((_cell(graph, stage) for stage in stages), key=lambda cell: cell.name))


def _cell(graph: nx.DiGraph, stage: PipelineStage) -> Cell:
    needs = sorted(need.addressing for need in graph.successors(stage))
    return Cell(stage.addressing, tuple(needs), tuple(out.def_path for out in stage.outs if not out.use_cache))
