"""Scores on a further test set, as ``evaluate_further`` writes them."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, FiniteFloat

from stages.common.errors import UserError
from stages.results.metrics import HeadlineName
from stages.results.reading import Facts, Text, refuse_other_keys, validated
from stages.results.task_metrics import Difference, Interval
from stages.settings.grid import Grid


class ArmScores(Interval):
    """Scores of an arm: of each run that trained by its cell, their mean with its interval, and their spread."""

    mean: FiniteFloat
    runs: dict[str, FiniteFloat]
    standard_deviation: FiniteFloat | None


class FurtherPart(Facts):
    """Scores on the rows of one genre and one gold label, "" where they are those of all."""

    genre: Text
    label: Text
    rows: int
    arms: dict[str, ArmScores]
    comparisons: dict[str, Difference]


class ArmErrors(Facts):
    """Errors per run by two gold standards, see :func:`stages.metrics.second_gold.errors_by_gold`, and as shares."""

    first_f1: FiniteFloat
    errors: FiniteFloat
    right_by_second: FiniteFloat
    errors_by_second: FiniteFloat
    right_by_first: FiniteFloat
    share_right_by_second: FiniteFloat
    share_right_by_first: FiniteFloat


class SecondGoldFacts(Facts):
    """How two gold standards of the same sentences agree, and whose error the errors of each arm were."""

    first_by_second_f1: FiniteFloat
    unreachable: int
    arms: dict[str, ArmErrors]


class FurtherFacts(Facts):
    """Scores on one further test set; ``genre_column`` is the column that the genres are from."""

    name: Text
    task: Text
    title: Text
    metric: HeadlineName
    rows: int
    synthetic: bool
    merge: dict[Text, Text]
    genre_column: Text
    dropped: dict[Text, int]
    train_overlap: int
    parts: tuple[FurtherPart, ...] = Field(min_length=1)
    second_gold: SecondGoldFacts | None = None


def read_further(folder: Path, names: Mapping[str, str], task: str, grid: Grid) -> list[FurtherFacts]:
    """Scores on the further test sets of ``task``; ``names`` has the task of every one, ``grid`` the task's cells.

    Raises:
        UserError: a file is missing or malformed, or is not about the arms of the grid.
    """
    found = []
    for name in (name for name, of in names.items() if of == task):
        path = folder / f"{name}.json"
        facts = validated(FurtherFacts, path)
        if (facts.name, facts.task) != (name, task):
            raise UserError(f"{path}: is about {facts.name} of the task '{facts.task}'; delete it and run `dvc repro`")
        for part in facts.parts:
            refuse_other_keys(path, "arms", list(part.arms), list(grid.trained_arms))
        found.append(facts)
    return found


def further_of_task(folder: Path, task: str) -> list[FurtherFacts]:
    """Scores on all further test sets of ``task`` in a folder from which ``report`` has removed what is left over."""
    found = (validated(FurtherFacts, path) for path in sorted(folder.glob("*.json")))
    return [facts for facts in found if facts.task == task]
