"""What is stale in the pipeline, in levels whose cells need nothing of each other."""

import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import networkx as nx
from dvc.dvcfile import PROJECT_FILE
from dvc.repo import Repo
from dvc.repo.reproduce import collect_stages, get_active_graph, plan_repro
from dvc.stage import PipelineStage
from dvc.utils.serialize import dumps_yaml, parse_yaml, parse_yaml_for_update

from stages.common.files import write_text
from stages.spreading.pipeline import is_finished, open_pipeline

_LOCK = Path("dvc.lock")
_WITH_A_MODEL = ("train_", "checkpoint@", "fetch_checkpoint@", "adapt@", "self_pretrain@", "embed@", "prompt@",
                 "predict", "stress@")


@dataclass(frozen=True)
class Cell:
    """A stage to be run.

    Attributes:
        name: as DVC addresses it, ``train_scratch@nsmc-1``.
        needs: stages whose outputs it reads.
        git_outputs: outputs of its own that are kept in git instead of DVC's cache.
    """

    name: str
    needs: tuple[str, ...]
    git_outputs: tuple[str, ...]

    @property
    def has_a_model(self) -> bool:
        """Whether it trains a model, or runs one."""
        return self.name.startswith(_WITH_A_MODEL)


@dataclass(frozen=True)
class Plan:
    """What is to be run, and where.

    Attributes:
        levels: stale cells, each level sorted by name.
        finished: the others, which are up to date.
        at_home: names of those that are run at home at the end, stale or not.
    """

    levels: tuple[tuple[Cell, ...], ...]
    finished: tuple[Cell, ...]
    at_home: tuple[str, ...] = ()

    @property
    def cells(self) -> int:
        """How many there are to run."""
        return sum(map(len, self.levels))


@dataclass(frozen=True)
class _Pipeline:
    """Stages by what is to be done with them; the graph leads from each to those that it needs."""

    graph: nx.DiGraph
    wanted: set[PipelineStage]
    at_home: set[PipelineStage]

    @classmethod
    def of(cls, repo: Repo, targets: Sequence[str], at_home: tuple[str, ...]) -> "_Pipeline":
        graph = repo.index.graph
        wanted = set(graph)
        if targets:
            chosen = [stage for target in targets for stage in repo.stage.collect(target)]
            wanted = set(chosen).union(*(nx.descendants(graph, stage) for stage in chosen))
        kept = {stage for stage in wanted if stage.addressing.startswith(at_home)}
        return cls(graph, wanted - kept, kept)

    def stale(self) -> set[PipelineStage]:
        """What has changed, and all that needs it."""
        changed = {stage for stage in self.wanted if stage.changed()}
        return self.wanted & changed.union(*(nx.ancestors(self.graph, stage) for stage in changed))


def stale_plan(targets: Sequence[str] = (), at_home: tuple[str, ...] = ()) -> Plan:
    """What ``dvc repro`` would run or take from its run cache, or could not skip for what lies upstream.

    Args:
        targets: only these and what they need; all where there are none.
        at_home: start of the names of cells that no other machine is to run.

    Raises:
        UserError: DVC cannot read the pipeline, or is at work on it.
    """
    with open_pipeline() as repo, repo.lock:
        pipeline = _Pipeline.of(repo, targets, at_home)
        graph, stale = pipeline.graph, pipeline.stale()
        generations = nx.topological_generations(graph.subgraph(stale).reverse())
        levels = [_cells(graph, level) for level in generations]
        finished = _cells(graph, pipeline.wanted - stale)
        return Plan(tuple(levels), finished, tuple(sorted(stage.addressing for stage in pipeline.at_home)))


def take_finished(targets: Sequence[str] = (), at_home: tuple[str, ...] = ()) -> list[str]:
    """Let DVC take the results of stale cells that its run cache here has; names of these cells.

    Raises:
        UserError: DVC cannot read the pipeline, or is at work on it.
    """
    taken: list[str] = []
    while found := [name for name in _restorable(targets, at_home) if name not in taken]:
        with open_pipeline() as repo:
            repo.reproduce(found, single_item=True)
        taken += found
    return taken


def order_lock() -> None:
    """Bring entries of dvc.lock that are not committed into the order in which ``dvc repro`` would have added them."""
    shown = subprocess.run(["git", "show", f"HEAD:./{_LOCK}"], capture_output=True, encoding="utf-8")  # noqa: S603, S607
    if not _LOCK.exists() or _LOCK.read_text("utf-8") == shown.stdout:
        return
    committed = parse_yaml(shown.stdout, _LOCK).get("stages", {})
    with open_pipeline() as repo, repo.lock:
        lock = parse_yaml_for_update(_LOCK.read_text("utf-8"), _LOCK)
        stages = lock["stages"]
        if stages.keys() <= committed.keys():
            return
        for stage in plan_repro(get_active_graph(repo.index.graph), collect_stages(repo, [PROJECT_FILE])):
            if stage.addressing in stages.keys() - committed.keys():
                stages[stage.addressing] = stages.pop(stage.addressing)
        write_text(_LOCK, dumps_yaml(lock))


def _restorable(targets: Sequence[str], at_home: tuple[str, ...]) -> list[str]:
    """Stale cells that the run cache has, and whose needs are up to date."""
    with open_pipeline() as repo, repo.lock:
        pipeline = _Pipeline.of(repo, targets, at_home)
        stale = pipeline.stale()
        return sorted(stage.addressing for stage in stale
                      if stale.isdisjoint(pipeline.graph.successors(stage)) and is_finished(repo, stage))


def _cells(graph: nx.DiGraph, stages: Iterable[PipelineStage]) -> tuple[Cell, ...]:
    return tuple(sorted((_cell(graph, stage) for stage in stages), key=lambda cell: cell.name))


def _cell(graph: nx.DiGraph, stage: PipelineStage) -> Cell:
    needs = sorted(need.addressing for need in graph.successors(stage))
    return Cell(stage.addressing, tuple(needs), tuple(out.def_path for out in stage.outs if not out.use_cache))
