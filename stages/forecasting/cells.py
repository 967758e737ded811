"""The cells of the present grid and the rows that they read, known without torch."""

import json
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from stages.common.errors import UserError
from stages.encoding.store import EncodedSplit, read_split, read_task
from stages.settings.grid import ADAPTED, SCRATCH, Grid, identity
from stages.settings.recipes import FULL, Recipe, recipe_settings
from stages.settings.training import Arm, TrainingSettings, training_settings

ENCODED, INITIAL = Path("data/encoded"), Path("data/initial")


@dataclass(frozen=True)
class Cell:
    """A cell of the grid; an adapted one is trained as a pre-trained one is.

    Attributes:
        stage: what DVC calls it.
    """

    task: str
    name: str
    stage: str
    init: Arm
    seed: int
    recipe: Recipe
    settings: TrainingSettings

    @property
    def probe(self) -> tuple[str, str]:
        """Cells for which this is the same do the same work: neither weights nor seeds change the time of a step."""
        return self.task, json.dumps(self.recipe.model_dump() | {"lr_factor": 1.0}, sort_keys=True)


def grid_cells(grid: Grid, rows: dict[str, "TaskRows"]) -> list[Cell]:
    """All cells of the grid, those of a task one after another, and then those of each further train size.

    A size that is not below the rows of its task is no further one.
    """
    cells = []
    for task in grid.tasks:
        cells += [_cell(task, name) for name in grid.of_task(task).cells]
        available = len(set(rows[task].used(cells[-1].settings).guids))
        cells += [_sized(_cell(task, name), size) for size in sorted(grid.train_sizes) if size < available
                  for name in grid.of_task(task).sized_cells]
    return cells


def prediction_stages(grid: Grid, task: str) -> list[str]:
    """What DVC calls the stages that run the models of a task on validation and test."""
    return [f"predict@{task}", *(f"predict_sized@{task}-{size}" for size in grid.train_sizes)]


def _sized(cell: Cell, size: int) -> Cell:
    stage = f"train_{cell.init}_sized@{cell.task}-{size}-{cell.seed}"
    return replace(cell, name=f"{cell.name}-rows-{size}", stage=stage,
                   settings=cell.settings.model_copy(update={"train_size": size}))


def _cell(task: str, name: str) -> Cell:
    arm, tuning, seed = identity(name)["arm"], identity(name)["tuning"], identity(name)["seed"]
    init: Arm = SCRATCH if arm == SCRATCH else "pretrained"
    part = f"{tuning}-{seed}" if arm == "pretrained" else str(seed)
    recipe = FULL if arm == SCRATCH else recipe_settings(tuning)
    return Cell(task, name, f"train_{arm}@{task}-{part}", init, seed, recipe, training_settings(task, init))


class TaskRows:
    """What the cells of a task read: ``encoded`` is the folder that encode wrote."""

    def __init__(self, encoded: Path, checkpoint: Path) -> None:
        self.encoded, self.checkpoint = encoded, checkpoint
        self.train, self.validation = read_split(encoded, "train"), read_split(encoded, "validation")

    @cached_property
    def rows(self) -> int:
        """Rows of train; the windows of a long sentence are one."""
        return len(set(self.train.guids))

    @cached_property
    def unseen(self) -> list[EncodedSplit]:
        """The splits that predict runs models on."""
        return [read_split(self.encoded, split) for split in read_task(self.encoded)["splits"] if split != "train"]

    def used(self, settings: TrainingSettings) -> EncodedSplit:
        """The rows to learn from.

        Raises:
            UserError: the settings ask for more than there are.
        """
        if settings.train_size > self.rows:
            raise UserError(f"params.yaml: tasks.{self.encoded.name}.train_size: expected at most {self.rows}, the rows"
                            f" of train, or 0 for all, got {settings.train_size}")
        return self.train.first_guids(settings.train_size)

    def watched(self, settings: TrainingSettings) -> EncodedSplit:
        """The rows of train on which the model is evaluated."""
        return self.used(settings).first_guids(len(set(self.validation.guids)))


def task_rows(task: str) -> TaskRows:
    """What the cells of a task read.

    Raises:
        UserError: it has not been made yet.
    """
    needed = [ENCODED / task / name for name in ("task.json", "train.arrow", "validation.arrow")]
    needed += [INITIAL / task / name for name in ("config.json", "model.safetensors")]
    for path in needed:
        if not path.exists():
            raise UserError(f"{path}: no such file; run `dvc repro encode@{task} assign_checkpoint@{task}` to make it")
    return TaskRows(ENCODED / task, INITIAL / task)


def first_of_each(cells: list[Cell]) -> dict[tuple[str, str], Cell]:
    """One cell to probe for all that cost the same: of an arm that has its weights already."""
    chosen: dict[tuple[str, str], Cell] = {}
    for cell in cells:
        if not cell.name.startswith(ADAPTED):
            chosen.setdefault(cell.probe, cell)
    return chosen
