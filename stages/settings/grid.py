"""The expected grid: which cells a complete study has."""

from typing import Any

from pydantic import Field

from stages.common.errors import UserError
from stages.settings.arms import ARMS, FULL_TUNING, PAIR, Arm, CellName, arm_of_key, ordered_arms, rivals_of
from stages.settings.base import Seed, Settings, one_of_list, validated
from stages.settings.reading import pick
from stages.settings.train_rows import FurtherTrainSize, Size, TrainSize


class Grid(Settings):
    """Tasks, arms, tunings and seeds; every combination is a cell.

    ``asked`` has the tasks of each arm that not every task has, by the key of params.yaml that lists them.
    ``train_sizes`` are the further numbers of train rows, or of labels per class, of the learning curve.
    """

    tasks: tuple[str, ...] = Field(min_length=1)
    tunings: tuple[str, ...] = Field(min_length=1)
    seeds: tuple[int, ...] = Field(min_length=1)
    asked: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    train_sizes: tuple[Size, ...] = ()
    draws: int = 1

    def of_task(self, task: str) -> "Grid":
        """The part of the grid that belongs to one task."""
        return Grid(tasks=(task,), tunings=self.tunings, seeds=self.seeds, draws=self.draws,
                    asked={key: tuple(name for name in tasks if name == task) for key, tasks in self.asked.items()})

    def _cells(self, arm: Arm, tuning: str) -> list[str]:
        return [str(CellName(arm.name, tuning, seed)) for seed in self.seeds]

    @property
    def _present(self) -> list[Arm]:
        return [arm for arm in ordered_arms() if not arm.asked_by or self.asked.get(arm.asked_by)]

    @property
    def arms(self) -> dict[str, list[str]]:
        """Names of the cells of every arm by what it is called, the tuned one by its tunings; the reference is last."""
        return {arm.key(tuning): self._cells(arm, tuning) for arm in self._present
                for tuning in (self.tunings if arm.tuned else (FULL_TUNING,))}

    @property
    def trained_arms(self) -> dict[str, list[str]]:
        """Those whose models ``stages.train`` makes."""
        return {key: cells for key, cells in self.arms.items() if arm_of_key(key).trained}

    @property
    def rivals(self) -> dict[str, str]:
        """By arm, the one with which it is compared."""
        return {key: rivals[0] for key in self.arms if (rivals := rivals_of(key))}

    @property
    def further_rivals(self) -> dict[str, str]:
        """By arm, the second one with which it is compared, where both are there; of a student, if that taught it."""
        return {key: rivals[1] for key in self.arms if len(rivals := rivals_of(key)) > 1 and rivals[1] in self.arms
                and (not arm_of_key(key).taught or rivals[1] == self.tunings[0])}

    @property
    def sized_arms(self) -> dict[str, list[str]]:
        """Names of the cells that every further train size has: those of the first tuning, and of the reference."""
        return {name: self._cells(ARMS[name], self.tunings[0]) for name in PAIR}

    @property
    def sized_cells(self) -> list[str]:
        """The same of both arms together."""
        return [cell for cells in self.sized_arms.values() for cell in cells]

    @property
    def cells(self) -> list[str]:
        """Names of all cells of a task, in the order of the report."""
        return [cell for cells in self.arms.values() for cell in cells]

    @property
    def trained_cells(self) -> list[str]:
        """Those whose models ``stages.train`` makes."""
        return [cell for cells in self.trained_arms.values() for cell in cells]


def read_grid() -> Grid:
    """The grid of all tasks in ``params.yaml``, with the further train sizes."""
    return _grid(_listed("tasks")).model_copy(update={"train_sizes": _listed("train_sizes")})


def read_judged_grid() -> Grid:
    """As :func:`read_grid`, with the number of draws of training rows."""
    return read_grid().model_copy(update={"draws": pick("draws")})


def read_cell_grid(task: str) -> Grid:
    """The grid of one task, for stages that must not depend on which other tasks there are."""
    return _grid((task,)).of_task(task)


def read_sized_grid(task: str) -> Grid:
    """The grid of the cells of one task at every further train size, which has none of the arms to be asked for."""
    return validated(Grid, {"tasks": (task,)} | {axis: _listed(axis) for axis in ("tunings", "seeds")}, "")


class RowPlan(Settings):
    """What decides which training rows the cells of a task use."""

    train_size: TrainSize
    train_sizes: tuple[FurtherTrainSize, ...]
    draws: int = Field(ge=1)
    seeds: tuple[Seed, ...] = Field(min_length=1)
    split_seed: Seed


def read_row_plan(task: str) -> RowPlan:
    """Settings of ``plan_sizes`` for one task."""
    values = {name: pick(name) for name in ("draws", "split_seed")}
    values |= {name: _listed(name) for name in ("train_sizes", "seeds")}
    return validated(RowPlan, values | {"train_size": pick(f"tasks.{task}.train_size")}, "")


def _grid(tasks: tuple[str, ...]) -> Grid:
    axes: dict[str, Any] = {axis: _listed(axis) for axis in ("tunings", "seeds")}
    asked = {arm.asked_by: _listed(arm.asked_by) for arm in ordered_arms() if arm.asked_by}
    return validated(Grid, {"tasks": tasks, "asked": asked} | axes, "")


def _listed(path: str) -> tuple[Any, ...]:
    """The entries of a list, or the keys of what has keys; of a text they would be its letters."""
    value = pick(path)
    if not isinstance(value, list | dict):
        raise UserError(f"params.yaml: {path}: expected list, got {value!r}{one_of_list(path, value)}")
    return tuple(value)
