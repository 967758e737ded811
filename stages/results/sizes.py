"""What ``evaluate_sizes`` writes about one task: scores over training rows and steps, and label multipliers."""

from pathlib import Path
from typing import Literal

from pydantic import Field, FiniteFloat

from stages.common.errors import UserError
from stages.results.reading import Facts, Text, validated
from stages.results.task_metrics import Interval
from stages.settings.grid import Grid
from stages.settings.train_rows import Size

Reached = Literal["within", "beyond", "below"]


class Point(Facts):
    """Mean score over ``runs`` of one arm at one size, with its 95 % interval over seeds and examples of test.

    Where ``few_trained``, none of them trained, or one of several: no label multiplier is based on such a point.
    """

    rows: int
    runs: int
    mean: FiniteFloat
    interval: Interval
    few_trained: bool = False


class Points(Facts):
    """Both arms by rising rows; none where there are no further sizes."""

    pretrained: tuple[Point, ...] = ()
    scratch: tuple[Point, ...] = ()


class Multiplier(Facts):
    """Rows that scratch needs for the score of pre-training at ``rows``, as a multiple of ``rows``.

    Attributes:
        factor: None where scratch reaches the score nowhere, or at its smallest size already.
        low: lower end of the 95 % interval; None where it is open, for scratch may need fewer rows than any size has;
            ``largest`` where it surely needs more than the largest.
        high: upper end; None where it is open, for scratch may need more rows than any size has; ``smallest`` where it
            surely needs fewer than the smallest.
        reached: ``within`` the sizes, ``beyond`` them all, or ``below`` the smallest.
        smallest, largest: the factors between which one can be found, those of the smallest and the largest size of
            scratch on which it can be based.
    """

    rows: int
    factor: FiniteFloat | None
    low: FiniteFloat | None
    high: FiniteFloat | None
    reached: Reached
    smallest: FiniteFloat
    largest: FiniteFloat


class RunSteps(Facts):
    """When the run of one seed reaches the best ``score`` of the other arm's run, which has it at ``other_step``.

    ``step`` is None where that is never in its ``steps``.
    """

    seed: int
    score: FiniteFloat
    other_step: int
    step: int | None
    steps: int


class ArmSteps(Facts):
    """One arm, by seed; ``median`` is None where the median over seeds falls on a run that never reaches the score."""

    median: FiniteFloat | None
    runs: tuple[RunSteps, ...] = Field(min_length=1)


class BothSteps(Facts):
    """Steps of either arm; ``left_out`` has the seeds of which a run failed to train.

    Where these are all seeds they are ``counted`` instead. Files of former revisions do not say so.
    """

    pretrained: ArmSteps
    scratch: ArmSteps
    left_out: tuple[int, ...] = ()
    counted: tuple[int, ...] = ()


class SizedRun(Facts):
    """How a run at a further size ended, and whether it failed to train."""

    train_rows: int
    arm: Text
    seed: int
    outcome: Text
    best_step: int = 1
    failed: bool


class Sizes(Facts):
    """What ``evaluate_sizes`` says about one task."""

    cells: dict[Text, SizedRun]
    tuning: str
    rows: int
    sizes: tuple[Size, ...] = ()
    skipped: tuple[Size, ...] = ()
    draws: int = 1
    points: Points = Points()
    multipliers: tuple[Multiplier, ...] = ()
    steps: BothSteps


def read_sizes(folder: Path, grid: Grid) -> dict[str, Sizes]:
    """By task what ``evaluate_sizes`` wrote, checked against the expected sizes, tuning and seeds."""
    return {task: _read(folder / f"{task}.json", grid) for task in grid.tasks}


def _read(path: Path, grid: Grid) -> Sizes:
    found = validated(Sizes, path)
    seeds = {*found.steps.left_out, *(run.seed for run in found.steps.pretrained.runs)}
    read = ({*found.sizes, *found.skipped}, found.tuning, seeds)
    if read != ({*grid.train_sizes}, grid.tunings[0], {*grid.seeds}):
        raise UserError(f"{path}: train sizes, tuning or seeds are not those of params.yaml; run `dvc repro`")
    return found
