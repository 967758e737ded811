"""What is stale in the pipeline, in levels whose cells need nothing of each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import networkx as nx
from dvc.exceptions import DvcException
from dvc.lock import LockError
from dvc.repo import Repo

from stages.common.errors import UserError


@dataclass(frozen=True)
class Cell:
    """A stage to be run.

    Attributes:
        name: as DVC addresses it, ``train_scratch@nsmc-1``.
        needs: stages whose outputs it reads.
        texts: outputs of its own that are kept in git instead of DVC's cache.
    """

    name: str
    needs: tuple[str, ...]
    texts: tuple[str, ...]

    @property
    def trains(self) -> bool:
        """Whether it trains a model or pre-trains an encoder."""
        return self.name.startswith(("train_", "checkpoint@", "adapt@"))


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


def stale_plan(targets: Sequence[str] = (), at_home: tuple[str, ...] = ()) -> Plan:
    """What ``dvc repro`` would run, or could not skip for what lies upstream.

    Args:
        targets: only these and what they need; all where there are none.
        at_home: start of the names of cells that no other machine is to run.

    Raises:
        UserError: DVC cannot read the pipeline, or is at work on it.
    """
    try:
        with Repo() as repo, repo.lock:
            graph = repo.index.graph  # from a stage to those that it needs
            wanted = set(graph)
            if targets:
                chosen = [stage for target in targets for stage in repo.stage.collect(target)]
                wanted = set(chosen).union(*(nx.descendants(graph, stage) for stage in chosen))
            kept = {stage for stage in wanted if stage.addressing.startswith(at_home)}
            wanted -= kept
            changed = {stage for stage in wanted if stage.changed()}
            stale = wanted & changed.union(*(nx.ancestors(graph, stage) for stage in changed))
            generations = nx.topological_generations(graph.subgraph(stale).reverse())
            levels = [_cells(graph, level) for level in generations]
            finished = _cells(graph, wanted - stale)
    except LockError:
        raise UserError("dvc: another process is at work on the pipeline; wait until it ends") from None
    except DvcException as error:
        raise UserError(f"dvc.yaml: {' '.join(str(error).split())}; `dvc status` shows where") from None
    return Plan(tuple(levels), finished, tuple(sorted(stage.addressing for stage in kept)))


def _cells(graph: nx.DiGraph, stages: Iterable[object]) -> tuple[Cell, ...]:
    return tuple(sorted((_cell(graph, stage) for stage in stages), key=lambda cell: cell.name))


def _cell(graph: nx.DiGraph, stage: object) -> Cell:
    texts = tuple(out.def_path for out in stage.outs if not out.use_cache)  # type: ignore[attr-defined]
    return Cell(stage.addressing, tuple(sorted(need.addressing for need in graph.successors(stage))),  # type: ignore[attr-defined]
                texts)
