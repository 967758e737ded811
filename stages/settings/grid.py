"""The expected grid: which cells a complete study has."""

from typing import Any

from pydantic import Field

from stages.settings.base import Settings, validated
from stages.settings.reading import pick, read_params


class Grid(Settings):
    """Tasks, tunings and seeds; every combination is a cell."""

    tasks: tuple[str, ...] = Field(min_length=1)
    tunings: tuple[str, ...] = Field(min_length=1)
    seeds: tuple[int, ...] = Field(min_length=1)

    @property
    def pretrained_cells(self) -> dict[str, list[str]]:
        """Names of the fine-tuned cells of every task, by tuning."""
        return {tuning: [f"pretrained-{tuning}-{seed}" for seed in self.seeds] for tuning in self.tunings}

    @property
    def scratch_cells(self) -> list[str]:
        """Names of the cells trained from random weights."""
        return [f"scratch-{seed}" for seed in self.seeds]

    @property
    def cells(self) -> list[str]:
        """Names of all cells of every task, in the order of the report."""
        return [cell for cells in self.pretrained_cells.values() for cell in cells] + self.scratch_cells


def identity(cell: str) -> dict[str, Any]:
    """Arm, tuning and seed that a cell's name stands for; an arm that has no tunings trains all weights."""
    arm, *tuning, seed = cell.split("-")
    return {"arm": arm, "tuning": tuning[0] if tuning else "full", "seed": int(seed)}


def read_grid() -> Grid:
    """The grid of all tasks in ``params.yaml``."""
    return _grid(tuple(pick(read_params(), "tasks")))


def read_cell_grid() -> Grid:
    """The grid of any one task, for stages that must not depend on which other tasks there are."""
    return _grid(("any",))


def _grid(tasks: tuple[str, ...]) -> Grid:
    params = read_params()
    axes = {axis: tuple(pick(params, axis)) for axis in ("tunings", "seeds")}
    return validated(Grid, {"tasks": tasks} | axes, "")
