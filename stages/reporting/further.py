"""The parts of the report on further test sets."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from stages.reporting.document import Part, Table
from stages.reporting.texts import NONE, count, score
from stages.reporting.verdicts import scope, with_interval
from stages.results.further import ArmScores, FurtherFacts, FurtherPart, read_further
from stages.results.tasks import TaskFacts, seeds_of_means
from stages.settings.grid import Grid
from stages.wording.message import Message, Wording, message
from stages.wording.names import metric_name

_WIDE = 0.05  # standard deviation of seeds from which a single one says little


def further_parts(task: TaskFacts, folder: Path, names: Mapping[str, str], grid: Grid) -> Iterator[Part]:
    """One part per further test set of the task; ``names`` has the task of every one, ``grid`` the task's cells.

    Raises:
        UserError: a file of ``folder`` is missing or malformed, or its arms are not those of the grid.
    """
    for number, facts in enumerate(read_further(folder, names, task.metrics.task, grid), start=1):
        yield Part(message("further-test", title=facts.title), key=f"further-test-{number}",
                   sentences=tuple(_notes(facts)),
                   tables=(_scores(task, facts), *([_errors(task, facts)] if facts.second_gold else [])))


def _notes(facts: FurtherFacts) -> Iterator[Message]:
    yield message("second-gold-how" if facts.second_gold else "further-test-how", rows=facts.rows)
    if facts.merge:
        yield message("further-test-merged", labels=tuple(
            message("merged-label", label=label, other=other) for label, other in facts.merge.items()))
    if facts.train_overlap:
        yield message("further-test-overlap", share=facts.train_overlap / facts.rows)
    runs = max(len(arm.runs) for arm in facts.parts[0].arms.values())
    spread = max((arm.standard_deviation or 0 for part in facts.parts for arm in part.arms.values()), default=0)
    if runs == 1:
        yield message("further-test-one-seed")
    elif spread >= _WIDE:
        yield message("further-test-seeds", spread=spread)


def _scores(task: TaskFacts, facts: FurtherFacts) -> Table:
    of_recipes = [known for part in facts.parts for known in (
        *(len(arm.runs) > 1 for arm in part.arms.values()), *(one.recipe for one in part.comparisons.values()))]
    genre = message("genre-column", name=facts.genre_column) if facts.genre_column else message("column-genre")
    return Table(
        message("further-test-caption", metric=metric_name(facts.metric), title=facts.title,
                seeds=seeds_of_means(task), scope=scope(of_recipes)),
        ((genre, "label"), (message("column-gold"), "label"), (message("column-rows"), "number"),
         (message("column-arm"), "header"), (message("column-score"), "number"), (message("column-interval"), "number"),
         (message("column-range-of-seeds"), "number"), (message("column-above-scratch"), "number")),
        tuple(row for part in facts.parts for row in _rows(task, part)), facts.synthetic)


def _rows(task: TaskFacts, part: FurtherPart) -> Iterator[tuple[Wording, ...]]:
    for arm, scores in part.arms.items():
        compared = part.comparisons.get(arm)
        yield (part.genre or message("all-genres"), part.label or message("all-labels"), count(part.rows),
               task.arm(arm).name, score(scores.mean),
               message("interval", low=score(scores.low), high=score(scores.high)), _range(scores),
               with_interval(compared, part.rows) if compared else NONE)


def _range(scores: ArmScores) -> Wording:
    of_runs = scores.runs.values()
    return message("interval", low=score(min(of_runs)), high=score(max(of_runs))) if len(of_runs) > 1 else NONE


def _errors(task: TaskFacts, facts: FurtherFacts) -> Table:
    """How much of the error was the label."""
    second = facts.second_gold
    assert second
    scores = facts.parts[0].arms
    return Table(
        message("second-gold-caption", score=second.first_by_second_f1, unreachable=second.unreachable),
        ((message("column-arm"), "header"), (message("column-f1-first"), "number"),
         (message("column-f1-second"), "number"), (message("column-errors-first"), "number"),
         (message("column-right-by-second"), "number"), (message("column-errors-second"), "number"),
         (message("column-right-by-first"), "number")),
        tuple((task.arm(arm).name, score(errors.first_f1), score(scores[arm].mean),
               f"{errors.errors:.1f}", message("share-of-errors", share=errors.share_right_by_second),
               f"{errors.errors_by_second:.1f}", message("share-of-errors", share=errors.share_right_by_first))
              for arm, errors in second.arms.items()), facts.synthetic)
