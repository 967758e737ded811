"""What the report says first: the answer in a sentence, a card per task, where the data come from; and in plain words
what a result means."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stages.results.tasks import TaskFacts
from stages.results.verdicts import Judgement
from stages.wording.message import Message, Wording, message
from stages.wording.names import finding_name, metric_name, rows_name, severity_name, source_name, verdict_name

_SHOWN_BY_NAME = 4  # tasks that the answer names


@dataclass(frozen=True)
class Outcome:
    """One comparison on a card; ``arm`` is "" where the task has no other, ``both`` has the
    difference with its interval."""

    arm: Wording
    verdict: str
    shown: Wording
    difference: Wording
    interval: Wording
    both: Wording
    scores: Wording


@dataclass(frozen=True)
class Card:
    """A task at one glance; ``finding`` is the worst of the doctor, with its severity."""

    name: str
    title: str
    synthetic: bool
    outcomes: tuple[Outcome, ...]
    severity: str
    severity_name: Wording
    finding: Wording


def answer(tasks: Sequence[TaskFacts]) -> Iterator[Message]:
    """What pre-training did on the tasks, in one sentence; a second one on other ways to use the encoder."""
    judged = [(_name(task, label), one) for task in tasks for label, one in task.comparisons.items()]
    worth = [(name, one) for name, one in judged if one.of_pretraining]
    if worth:
        yield _worth(worth)
    if others := [one.verdict for _, one in judged if not one.of_pretraining]:
        yield message("page-answer-other", count=len(others), above=others.count("above_scratch"),
                      below=others.count("below_scratch"))


def _worth(worth: Sequence[tuple[Wording, Judgement]]) -> Message:
    if all(one.verdict == "helps" for _, one in worth):
        gains = sorted(one.difference for _, one in worth)
        if len(worth) > 1:
            return message("page-answer-all-help", count=len(worth), least=gains[0], most=gains[-1])
        return message("page-answer-one-helps", name=worth[0][0], gain=gains[0])
    of_verdict = {verdict: [name for name, one in worth if one.verdict == verdict]
                  for verdict in ("helps", "hurts", "cannot_tell")}
    return message("page-answer-mixed", clauses=tuple(
        message(f"page-clause-{verdict}", names=_some(names)) for verdict, names in of_verdict.items() if names))


def _some(names: Sequence[Wording]) -> Message:
    if len(names) > _SHOWN_BY_NAME:
        return message("page-several", count=len(names))
    return message("page-names", names=tuple(names))


def _name(task: TaskFacts, label: str) -> Wording:
    several = len(task.comparisons) > 1
    return message("page-named", task=task.short_title, arm=task.arm(label).name) if several else task.short_title


def cards(tasks: Sequence[TaskFacts]) -> Iterator[Card]:
    """A card per task."""
    for task in tasks:
        facts, worst = task.metrics, next(iter(task.findings), None)
        yield Card(
            facts.task, task.short_title, facts.synthetic,
            tuple(_outcome(task, label, one) for label, one in task.comparisons.items()),
            worst.severity if worst else "", severity_name(worst.severity) if worst else "",
            worst.title if worst else message("page-no-finding"))


def _outcome(task: TaskFacts, label: str, one: Judgement) -> Outcome:
    verdict = verdict_name(one.verdict)
    return Outcome(
        task.arm(label).name if len(task.comparisons) > 1 else "", one.verdict,
        message("page-budget", verdict=verdict) if one.qualified else verdict,
        message("page-gain", difference=one.difference), message("page-interval", low=one.low, high=one.high),
        message("page-gain-interval", difference=one.difference, low=one.low, high=one.high),
        message("page-versus", metric=metric_name(task.metrics.metric), first=one.means[0], second=one.means[1]))


def sources(tasks: Sequence[TaskFacts]) -> Message:
    """Where the data of each task come from."""
    found: dict[str, list[str]] = {}
    for task in tasks:
        found.setdefault(task.card.source, []).append(task.short_title)
    return message("page-sources", sources=tuple(
        message("page-source", source=source_name(source), names=tuple(names)) for source, names in found.items()))


def ribbon(tasks: Sequence[TaskFacts]) -> Message | None:
    """That the texts of tasks are synthetic; None where those of no task are."""
    synthetic = tuple(task.short_title for task in tasks if task.metrics.synthetic)
    if len(synthetic) == len(tasks):
        return message("page-synthetic-all")
    return message("page-synthetic-some", names=synthetic) if synthetic else None


def meaning(task: TaskFacts) -> Iterator[Message]:
    """What the first comparison of a task means, for a reader without statistics."""
    facts, one = task.metrics, next(iter(task.comparisons.values()))
    if facts.kind == "words":
        yield message("page-plain-entities", first=one.means[0], second=one.means[1])
    else:
        yield message("page-plain-accuracy", first=_of_thousand(one.means[0]), second=_of_thousand(one.means[1]),
                      rows=rows_name(facts.kind))
        if (majority := facts.baselines.get("majority", {}).get("accuracy")) is not None:
            yield message("page-plain-majority", majority=_of_thousand(majority))
    yield from _conclusion(one)
    if facts.synthetic:
        yield message("page-plain-sample")


def _of_thousand(share: float) -> int:
    return round(1000 * share)


def _conclusion(one: Judgement) -> Iterator[Message]:
    if one.verdict != "cannot_tell":
        yield message(f"page-means-{one.verdict}")
        if one.qualified:
            yield message("page-plain-budget")
    elif one.withheld:
        found = dict.fromkeys(reason.name for reason in one.withheld)
        yield message("page-plain-withheld", reasons=tuple(map(finding_name, found)))
    else:
        yield message("page-plain-chance" if one.recipe else "page-plain-one-run")
