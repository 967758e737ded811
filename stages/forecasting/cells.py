"""The cells of the present grid and the rows that they read, known without torch."""

import json
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from stages.common.errors import UserError
from stages.encoding.store import EncodedSplit, read_split
from stages.results.prepared import read_task
from stages.settings.arms import ARMS, Arm, parse_cell_name
from stages.settings.further import further_tests
from stages.settings.grid import Grid, read_row_plan
from stages.settings.prediction import running_text_length
from stages.settings.recipes import FULL, Recipe, recipe_settings
from stages.settings.train_rows import Size, labels_per_class
from stages.settings.training import TrainingSettings, training_settings

ENCODED, INITIAL, FURTHER = Path("data/encoded"), Path("data/initial"), Path("data/further")
_ROWS = "-rows-"  # between the name of a cell and its further train size


@dataclass(frozen=True)
class Cell:
    """A cell of the grid.

    Attributes:
        stage: what DVC calls it.
        init: the arm whose section of params.yaml it is trained by.
    """

    task: str
    name: str
    stage: str
    init: str
    seed: int
    recipe: Recipe
    settings: TrainingSettings

    @property
    def arm(self) -> Arm:
        """The arm that it is a run of."""
        return ARMS[parse_cell_name(self.name.partition(_ROWS)[0]).arm]

    @property
    def probe(self) -> tuple[str, str]:
        """Cells with the same key do the same work: neither weights nor seeds change the time of a step."""
        return self.task, json.dumps(self.recipe.model_dump() | {"lr_factor": 1.0}, sort_keys=True)


def grid_cells(grid: Grid, rows: dict[str, "TaskRows"]) -> list[Cell]:
    """All cells of the grid: for every task its cells, then those of each further train size below its training rows.
    """
    cells = []
    for task in grid.tasks:
        whole = rows[task].count(read_row_plan(task).train_size)
        cells += [_cell(task, name, whole) for name in grid.of_task(task).trained_cells]
        available = len(set(rows[task].used(cells[-1].settings).guids))
        for size in sorted(grid.train_sizes, key=rows[task].count):
            if (count := rows[task].count(size)) < available:
                cells += [_sized(_cell(task, name, count), size) for name in grid.of_task(task).sized_cells]
    return cells


def prediction_stages(grid: Grid, task: str) -> list[str]:
    """Names of the stages that run the models of a task on the validation and test sets."""
    return [f"predict@{task}", *(f"predict_sized@{task}-{size}" for size in grid.train_sizes),
            *(f"predict_further@{test}" for test in tests_of(task))]


def tests_of(task: str) -> list[str]:
    """Names of the further test sets of a task."""
    return [test for test, of_task in further_tests().items() if of_task == task]


def is_sized(name: str) -> bool:
    """Whether a cell is one of a further train size."""
    return _ROWS in name


def _sized(cell: Cell, size: Size) -> Cell:
    stage = f"train_{cell.init}_sized@{cell.task}-{size}-{cell.seed}"
    return replace(cell, name=f"{cell.name}{_ROWS}{size}", stage=stage)


def _cell(task: str, name: str, rows: int) -> Cell:
    of_cell = parse_cell_name(name)
    arm = ARMS[of_cell.arm]
    recipe = FULL if arm.weights is None else recipe_settings(of_cell.tuning)
    return Cell(task, name, f"train_{arm.name}@{task}-{of_cell.place}", arm.settings, of_cell.seed, recipe,
                training_settings(task, arm.name).model_copy(update={"train_size": rows}))


class TaskRows:
    """Inputs of the cells of a task; ``encoded`` is the output folder of encode."""

    def __init__(self, encoded: Path, checkpoint: Path) -> None:
        self.encoded, self.checkpoint = encoded, checkpoint
        self.train, self.validation = read_split(encoded, "train"), read_split(encoded, "validation")

    @cached_property
    def rows(self) -> int:
        """Number of training rows; the windows of a long sentence count as one."""
        return len(set(self.train.guids))

    def count(self, size: Size) -> int:
        """How many rows a train size is, 0 for all."""
        each = labels_per_class(size)
        return each * len(np.unique(self.train.labels)) if each else int(size)

    @cached_property
    def unseen(self) -> list[EncodedSplit]:
        """The splits on which predict runs models."""
        return [read_split(self.encoded, split) for split in read_task(self.encoded).splits if split != "train"]

    @cached_property
    def further(self) -> list[EncodedSplit]:
        """The further test sets of the task, as predict_further tokenizes them."""
        # Imported here because no other forecast needs a tokenizer.
        from stages.encoding.rows import further_split

        task, length = read_task(self.encoded), running_text_length(self.encoded.name)
        return [further_split(FURTHER / test / "rows", task, self.checkpoint / "tokenizer.json", length)
                for test in tests_of(self.encoded.name)]

    def used(self, settings: TrainingSettings) -> EncodedSplit:
        """The training rows under ``settings``; the first ones stand for others of a draw, which take as long.

        Raises:
            UserError: the settings ask for more rows than there are.
        """
        if settings.train_size > self.rows:
            raise UserError(f"params.yaml: tasks.{self.encoded.name}.train_size: expected at most {self.rows}, the "
                            f"number of training rows, or 0 for all, got {settings.train_size}")
        return self.train.first_guids(settings.train_size)

    def train_eval_rows(self, settings: TrainingSettings) -> EncodedSplit:
        """The training rows on which the model is evaluated."""
        return self.used(settings).first_guids(len(set(self.validation.guids)))


def task_rows(task: str) -> TaskRows:
    """Inputs of the cells of a task.

    Raises:
        UserError: a file is missing.
    """
    needed = [ENCODED / task / name for name in ("task.json", "train.arrow", "validation.arrow")]
    needed += [INITIAL / task / name for name in ("config.json", "model.safetensors")]
    for path in needed:
        if not path.exists():
            raise UserError(f"{path}: no such file; run `dvc repro encode@{task} assign_checkpoint@{task}`")
    return TaskRows(ENCODED / task, INITIAL / task)


def first_of_each(cells: list[Cell]) -> dict[tuple[str, str], Cell]:
    """One cell to probe of each kind, but none with weights that are made of a task's text: they may not exist yet."""
    chosen: dict[tuple[str, str], Cell] = {}
    for cell in cells:
        if not cell.arm.weights:
            chosen.setdefault(cell.probe, cell)
    return chosen
