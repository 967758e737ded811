"""The part of the report on which rows are wrong."""

from collections.abc import Iterator
from pathlib import Path

from stages.reporting.document import Kind, Part, Table
from stages.reporting.texts import count, score
from stages.reporting.verdicts import scope_of, with_interval
from stages.results.errors import ErrorFacts, ListedRow
from stages.results.reading import refuse_other_keys, validated
from stages.results.tasks import TaskFacts
from stages.settings.arms import rivals_of
from stages.wording.message import Message, Wording, message
from stages.wording.names import metric_name, rows_name

_LISTED = 5  # rows of each kind; the file has more


def error_part(task: TaskFacts, folder: Path) -> Part:
    """The part on errors.

    Raises:
        UserError: the file of the task is missing or malformed, or its arms are not those of the grid.
    """
    path = folder / f"{task.metrics.task}.json"
    facts = validated(ErrorFacts, path)
    arms = [arm.key for arm in task.arms]
    refuse_other_keys(path, "arms", list(facts.confident), arms)
    for compared in (facts.comparisons, *(part.comparisons for part in facts.slices)):
        refuse_other_keys(path, "comparisons", list(compared), list(task.comparisons))
    for part in facts.slices:
        refuse_other_keys(path, "means", list(part.means), arms)
    return Part(message("errors"), key="errors", sentences=tuple(_notes(task, facts)),
                tables=(_agreement(task, facts), _slices(task, facts), _listed(task, facts)))


def _notes(task: TaskFacts, facts: ErrorFacts) -> Iterator[Message]:
    rows, words = rows_name(task.metrics.kind), task.metrics.kind == "words"
    yield message("errors-missed-by-all", number=facts.missed_by_all.count, share=_of(facts.missed_by_all.count, facts),
                  rows=rows, runs=facts.runs)
    if task.leaves_runs_out:
        yield message("failed-runs-count")
    if words:
        yield message("errors-of-sentences")
    if facts.wrong_label_rate:
        yield message("errors-wrong-labels", rate=facts.wrong_label_rate, of="names" if words else "rows",
                      number=facts.suspected_labels.count, share=_of(facts.suspected_labels.count, facts), rows=rows)
    else:
        yield message("errors-no-wrong-labels")
    if not facts.texts_shown:
        yield message("errors-texts-hidden")


def _of(number: int, facts: ErrorFacts) -> float:
    return number / facts.rows if facts.rows else 0.0


def _agreement(task: TaskFacts, facts: ErrorFacts) -> Table:
    return Table(
        message("errors-agreement-caption", rows=rows_name(task.metrics.kind)),
        ((message("column-arm"), "header"), (message("column-always-arm"), "number"),
         (message("column-always-scratch"), "number")),
        tuple((task.arm(arm).name, *(message("share", number=one.count, share=_of(one.count, facts))
                                  for one in (found.always_first, found.always_second)))
              for arm, found in facts.comparisons.items()), task.metrics.synthetic)


def _slices(task: TaskFacts, facts: ErrorFacts) -> Table:
    words = task.metrics.kind == "words"
    rows = []
    for part in facts.slices:
        if part.by == "length":
            name = message("slice-words" if words else "slice-characters", name=_range(part.name))
        elif part.by == "label":
            name = message("slice-type" if words else "slice-label", name=part.name)
        else:
            name = message("slice-other", by=part.by, name=part.name)
        for arm, compared in part.comparisons.items():
            rows.append((name, task.arm(arm).name, count(part.rows), score(part.means[arm]),
                         score(part.means[rivals_of(arm)[0]]),
                         with_interval(compared, part.rows)))
    return Table(
        message("errors-slices-caption", metric=metric_name(task.metrics.metric),
                scope=scope_of(one for part in facts.slices for one in part.comparisons.values())),
        ((message("column-rows-with"), "header"), (message("column-arm"), "header"), (message("column-rows"), "number"),
         (message("column-score"), "number"), (message("capitalized", text=task.arms[-1].name), "number"),
         (message("column-difference"), "number")), tuple(rows), task.metrics.synthetic)


def _range(name: str) -> str:
    """``8 to 14`` as ``8–14``; both ends alike once."""
    return "–".join(dict.fromkeys(name.split(" to ")))


def _listed(task: TaskFacts, facts: ErrorFacts) -> Table:
    kinds = [(message("listed-wrong-in-all"), facts.missed_by_all)]
    kinds += [(message("listed-confident", arm=task.arm(arm).name), found) for arm, found in facts.confident.items()]
    for key, compared in facts.comparisons.items():
        arm, rival = task.arm(key).name, task.arm(rivals_of(key)[0]).name
        kinds += [(message("listed-always-arm", arm=arm), compared.always_first),
                  (message("listed-always-rival", rival=rival, arm=arm), compared.always_second)]
    kinds.append((message("listed-suspected"), facts.suspected_labels))
    text: tuple[tuple[Wording, Kind], ...] = ((message("column-text"), "data"),) if facts.texts_shown else ()
    return Table(
        message("errors-rows-caption", most=_LISTED, task=task.metrics.task),
        (*text, (message("column-gold"), "data"), (message("column-wrong-label"), "data"),
         (message("column-probability"), "number"), (message("column-kind"), "header"),
         (message("column-row"), "text")),
        tuple(_row(kind, row, facts.texts_shown) for kind, found in kinds for row in found.rows[:_LISTED]),
        task.metrics.synthetic)


def _row(kind: Message, row: ListedRow, with_text: bool) -> tuple[Wording, ...]:
    place = message("word-of-row", guid=row.guid, word=str(row.word)) if row.word else row.guid
    return (*((row.text,) if with_text else ()), row.gold, row.wrong, score(row.chance), kind, place)
