"""The parts of the report on further test sets."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from stages.reporting.content import Part, Table
from stages.reporting.texts import METRICS, capitalized, count, score, share, with_interval
from stages.results.further import ArmScores, FurtherFacts, FurtherPart, read_further
from stages.results.tasks import TaskFacts
from stages.settings.grid import Grid

_NONE = "–"
_WIDE = 0.05  # standard deviation of seeds from which a single one says little


def further_parts(task: TaskFacts, folder: Path, names: Mapping[str, str], grid: Grid) -> Iterator[Part]:
    """One part per further test set of the task; ``names`` has the task of every one, ``grid`` the task's cells.

    Raises:
        UserError: a file of ``folder`` is missing or malformed, or its arms are not those of the grid.
    """
    for facts in read_further(folder, names, task.metrics.task, grid):
        tables = (_scores(task, facts), *([_errors(task, facts)] if facts.second_gold else []))
        yield Part(f"Further test set: {facts.title}", tuple(_notes(task, facts)), (), tables)


def _notes(task: TaskFacts, facts: FurtherFacts) -> Iterator[str]:
    what = ("test sentences of this task, tagged by a second gold standard" if facts.second_gold
            else "rows of another test set")
    yield (f"The trained models of this task on {count(facts.rows)} {what}. It chose nothing, and no verdict is based "
           "on it; among many parts, some intervals exclude zero by chance.")
    if facts.merge:
        merged = ", ".join(f"{label} as {other}" for label, other in facts.merge.items())
        yield f"What a model predicts counts by its name: {merged}."
    if facts.train_overlap:
        yield f"{share(facts.train_overlap, facts.rows)} of its rows are training rows, too."
    runs = max(len(arm.runs) for arm in facts.parts[0].arms.values())
    spread = max((arm.standard_deviation or 0 for part in facts.parts for arm in part.arms.values()), default=0)
    if runs == 1:
        yield ("Each arm has one seed. Seeds that score alike on the task's own test set can differ by tens of points "
               "on another one, so these scores say nothing about the recipe; set more `seeds`.")
    elif spread >= _WIDE:
        yield (f"Seeds of one arm differ by up to {100 * spread:.1f} points (standard deviation) in one part; a single "
               "seed would say little.")


def _scores(task: TaskFacts, facts: FurtherFacts) -> Table:
    genre = capitalized(facts.genre_column.replace("_", " ")) or "Genre"
    return Table(
        f"{capitalized(METRICS[facts.metric])} on {facts.title}, mean over seeds",
        ((genre, "label"), ("Gold", "label"), ("Rows", "number"), ("Arm", "header"), ("Score", "number"),
         ("95 % interval", "number"), ("Lowest to highest seed", "number"), ("Above scratch", "number")),
        tuple(row for part in facts.parts for row in _rows(task, part)), facts.synthetic)


def _rows(task: TaskFacts, part: FurtherPart) -> Iterator[tuple[str, ...]]:
    for arm, scores in part.arms.items():
        compared = part.comparisons.get(arm)
        yield (part.genre or "all", part.label or "all", count(part.rows), task.labels[arm], score(scores.mean),
               f"{score(scores.low)} to {score(scores.high)}", _spread(scores),
               with_interval(compared.difference, compared.low, compared.high, part.rows) if compared else _NONE)


def _spread(scores: ArmScores) -> str:
    of_runs = scores.runs.values()
    return f"{score(min(of_runs))} to {score(max(of_runs))}" if len(of_runs) > 1 else _NONE


def _errors(task: TaskFacts, facts: FurtherFacts) -> Table:
    """How much of the error was the label."""
    second = facts.second_gold
    assert second
    scores = facts.parts[0].arms
    return Table(
        f"Errors by both gold standards, per run; the first scores {score(second.first_by_second_f1)} by the second, "
        f"of which {count(second.unreachable)} entities do not fit the words of the test set",
        (("Arm", "header"), ("F1 by the first gold", "number"), ("F1 by the second gold", "number"),
         ("Errors by the first gold", "number"), ("of them right by the second", "number"),
         ("Errors by the second gold", "number"), ("of them right by the first", "number")),
        tuple((task.labels[arm], score(errors.first_f1), score(scores[arm].mean), f"{errors.errors:.1f}",
               f"{100 * errors.share_right_by_second:.1f} %", f"{errors.errors_by_second:.1f}",
               f"{100 * errors.share_right_by_first:.1f} %") for arm, errors in second.arms.items()), facts.synthetic)
