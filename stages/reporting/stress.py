"""The part of the report on changed rows."""

from collections.abc import Iterator
from pathlib import Path

from stages.reporting.document import Part, Table
from stages.reporting.texts import NONE, count, score
from stages.reporting.verdicts import scope_of, with_interval
from stages.results.reading import refuse_other_keys, validated
from stages.results.stress import Stressed, StressFacts
from stages.results.tasks import TaskFacts
from stages.settings.arms import arm_of_key
from stages.wording.message import Message, Wording, joined, message
from stages.wording.names import metric_name


def stress_parts(task: TaskFacts, folder: Path) -> Iterator[Part]:
    """The part on changed rows; none where no transformation was asked for.

    Raises:
        UserError: the file of the task is missing or malformed, or its arms are not those of the grid.
    """
    path = folder / f"{task.metrics.task}.json"
    facts = validated(StressFacts, path)
    trained = [arm for arm in task.arms if arm_of_key(arm.key).trained]
    for stressed in facts.transformations.values():
        if stressed.changed:
            refuse_other_keys(path, "arms", list(stressed.arms), [arm.key for arm in trained])
            refuse_other_keys(path, "comparisons", list(stressed.comparisons),
                              [arm.key for arm in trained if arm.key in task.comparisons])
    if facts.transformations or facts.left_out:
        yield Part(message("stress"), key="stress", sentences=tuple(_notes(task, facts)),
                   tables=(_table(task, facts),) if facts.transformations else ())


def _notes(task: TaskFacts, facts: StressFacts) -> Iterator[Message]:
    found = facts.transformations
    if found:
        yield message("stress-how")
        if task.leaves_runs_out:
            yield message("failed-runs-count")
    if any(stressed.expectation == "unknowable" for stressed in found.values()):
        chance = task.metrics.baselines.get("majority", {}).get("accuracy")
        yield joined([message("stress-premise"), "" if chance is None else message("stress-majority", score=chance)])
    if any(stressed.expectation == "flipped" for stressed in found.values()):
        yield message("stress-negation")
    if facts.left_out:
        yield message("stress-left-out", transformations=tuple(
            message("left-out", transformation=_name(name), reason=message(f"stress-not-{name}"))
            for name in facts.left_out))


def _table(task: TaskFacts, facts: StressFacts) -> Table:
    return Table(
        message("stress-caption", metric=metric_name(task.metrics.metric), scope=scope_of(
            one for stressed in facts.transformations.values()
            for one in (*stressed.arms.values(), *stressed.comparisons.values()))),
        ((message("column-change"), "header"), (message("column-arm"), "header"),
         (message("column-rows-changed"), "number"), (message("column-same-tokens"), "number"),
         (message("column-before"), "number"), (message("column-after"), "number"), (message("column-drop"), "number"),
         (message("column-more-than-scratch"), "number")),
        tuple(row for name, stressed in facts.transformations.items() for row in _rows(task, name, stressed)),
        task.metrics.synthetic)


def _rows(task: TaskFacts, name: str, stressed: Stressed) -> Iterator[tuple[Wording, ...]]:
    changed = message("changed-of-offered", changed=stressed.changed, offered=stressed.offered)
    if not stressed.changed:
        yield _name(name), message("all-arms"), changed, *(NONE,) * 5
    for key, scores in stressed.arms.items():
        compared = stressed.comparisons.get(key)
        yield (_name(name), task.arm(key).name, changed, count(stressed.same_tokens), score(scores.before),
               score(scores.after), with_interval(scores, stressed.changed),
               with_interval(compared, stressed.changed) if compared else NONE)


def _name(name: str) -> Message:
    return message(f"transformation-{name}")
