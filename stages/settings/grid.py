"""The expected grid: which cells a complete study has."""

from typing import Any

from pydantic import Field

from stages.common.errors import UserError
from stages.settings.base import Settings, one_of_list, validated
from stages.settings.reading import pick, read_params

ADAPTED = "adapted"  # the arm, and what stands for a tuning where comparisons are named by theirs
SCRATCH = "scratch"


class Grid(Settings):
    """Tasks, tunings and seeds; every combination is a cell.

    ``adapted`` names the tasks that have a further arm, whose encoder was adapted to the task before it is fine-tuned.
    ``train_sizes`` are the further numbers of train rows of the learning curve.
    """

    tasks: tuple[str, ...] = Field(min_length=1)
    tunings: tuple[str, ...] = Field(min_length=1)
    seeds: tuple[int, ...] = Field(min_length=1)
    adapted: tuple[str, ...] = ()
    train_sizes: tuple[int, ...] = ()

    def of_task(self, task: str) -> "Grid":
        """The part of the grid that belongs to one task."""
        return Grid(tasks=(task,), tunings=self.tunings, seeds=self.seeds,
                    adapted=tuple(name for name in self.adapted if name == task))

    @property
    def pretrained_cells(self) -> dict[str, list[str]]:
        """Names of the fine-tuned cells of every task, by tuning."""
        return {tuning: [f"pretrained-{tuning}-{seed}" for seed in self.seeds] for tuning in self.tunings}

    @property
    def scratch_cells(self) -> list[str]:
        """Names of the cells trained from random weights."""
        return [f"scratch-{seed}" for seed in self.seeds]

    @property
    def adapted_cells(self) -> list[str]:
        """Names of the cells fine-tuned from the adapted encoder; none in the grid of a task without that arm."""
        return [f"{ADAPTED}-{seed}" for seed in self.seeds] if self.adapted else []

    @property
    def encoder_cells(self) -> dict[str, list[str]]:
        """Names of the cells that each comparison with scratch is about: those of every tuning, and the adapted."""
        return self.pretrained_cells | ({ADAPTED: self.adapted_cells} if self.adapted else {})

    @property
    def arms(self) -> dict[str, list[str]]:
        """Names of the cells of every arm, the pre-trained ones by their tuning; random weights come last."""
        return self.encoder_cells | {SCRATCH: self.scratch_cells}

    @property
    def sized_cells(self) -> list[str]:
        """Names of the cells that every further train size has: those of the first tuning, and from random weights."""
        return self.pretrained_cells[self.tunings[0]] + self.scratch_cells

    @property
    def cells(self) -> list[str]:
        """Names of all cells of a task, in the order of the report."""
        return [cell for cells in self.arms.values() for cell in cells]


def identity(cell: str) -> dict[str, Any]:
    """Arm, tuning and seed that a cell's name stands for; an arm that has no tunings trains all weights."""
    arm, *tuning, seed = cell.split("-")
    return {"arm": arm, "tuning": tuning[0] if tuning else "full", "seed": int(seed)}


def read_grid() -> Grid:
    """The grid of all tasks in ``params.yaml``, with the further train sizes."""
    return _grid(_listed(read_params(), "tasks")).model_copy(update={"train_sizes": read_train_sizes()})


def read_cell_grid(task: str) -> Grid:
    """The grid of one task, for stages that must not depend on which other tasks there are."""
    return _grid((task,)).of_task(task)


def read_sized_grid(task: str) -> Grid:
    """The grid of the cells of one task at every further train size, which has no adapted arm."""
    params = read_params()
    return validated(Grid, {"tasks": (task,)} | {axis: _listed(params, axis) for axis in ("tunings", "seeds")}, "")


def read_train_sizes() -> tuple[int, ...]:
    """The further train sizes, for the stages that must know them all."""
    return _listed(read_params(), "train_sizes")


def _grid(tasks: tuple[str, ...]) -> Grid:
    params = read_params()
    axes = {axis: _listed(params, axis) for axis in ("tunings", "seeds", "adapted")}
    return validated(Grid, {"tasks": tasks} | axes, "")


def _listed(params: dict[str, Any], path: str) -> tuple[Any, ...]:
    """The entries of a list, or the keys of what has keys; of a text they would be its letters."""
    value = pick(params, path)
    if not isinstance(value, list | dict):
        raise UserError(f"params.yaml: {path}: expected list, got {value!r}{one_of_list(path, value)}")
    return tuple(value)
