"""What the report says first: the answer in a sentence, a card per task, where the data come from; and in plain words
what a result means."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stages.reporting.texts import METRICS, ROWS, SOURCES, VERDICTS, count, points, score
from stages.reporting.wording import Pair, Wording, enumerate_names, say
from stages.results.tasks import TaskFacts
from stages.results.verdicts import Judgement

_SHOWN_BY_NAME = 4  # tasks that the answer names


@dataclass(frozen=True)
class Outcome:
    """One comparison on a card; ``arm`` is "" where the task has no other."""

    arm: Wording
    verdict: str
    shown: Wording
    difference: Wording
    interval: Wording
    scores: Wording


@dataclass(frozen=True)
class Card:
    """A task at one glance; ``finding`` is the worst of the doctor, with its severity."""

    name: str
    title: str
    synthetic: bool
    outcomes: tuple[Outcome, ...]
    rows: Wording
    severity: str
    finding: Wording


def answer(tasks: Sequence[TaskFacts]) -> Iterator[Pair]:
    """What pre-training did on the tasks, in one sentence; a second one on other ways to use the encoder."""
    judged = [(_name(task, label), one) for task in tasks for label, one in task.comparisons.items()]
    worth = [(name, one) for name, one in judged if one.of_pretraining]
    if worth:
        yield _worth(worth)
    if others := [one for _, one in judged if not one.of_pretraining]:
        verdicts = [one.verdict for one in others]
        yield say("answer-other", count=count(len(others)), above=count(verdicts.count("above_scratch")),
                  below=count(verdicts.count("below_scratch")))


def _worth(worth: Sequence[tuple[str, Judgement]]) -> Pair:
    if all(one.verdict == "helps" for _, one in worth):
        gains = sorted(one.difference for _, one in worth)
        if len(worth) > 1:
            return say("answer-all-help", count=count(len(worth)), least=points(gains[0]), most=points(gains[-1]))
        return say("answer-one-helps", names=worth[0][0], most=points(gains[0]))
    clauses = tuple(
        say(identifier, names=_some([name for name, one in worth if one.verdict == verdict]))
        for verdict, identifier in (("helps", "helped-on"), ("hurts", "hurt-on"), ("cannot_tell", "open-on"))
        if any(one.verdict == verdict for _, one in worth))
    return say("answer-subject", clauses=enumerate_names(clauses))


def _some(names: Sequence[str]) -> Pair:
    if len(names) > _SHOWN_BY_NAME:
        return say("several-tasks", count=count(len(names)))
    return enumerate_names(tuple(names))


def _name(task: TaskFacts, label: str) -> str:
    return f"{task.short_title} ({label})" if len(task.comparisons) > 1 else task.short_title


def cards(tasks: Sequence[TaskFacts]) -> Iterator[Card]:
    """A card per task."""
    for task in tasks:
        facts, worst = task.metrics, next(iter(task.findings), None)
        yield Card(
            facts.task, task.short_title, facts.synthetic,
            tuple(_outcome(task, label, one) for label, one in task.comparisons.items()),
            say("rows-used", train=count(facts.rows["train"]), test=count(facts.rows["test"]), rows=ROWS[facts.kind]),
            worst.severity if worst else "", worst.title if worst else say("no-finding"))


def _outcome(task: TaskFacts, label: str, one: Judgement) -> Outcome:
    verdict = VERDICTS[one.verdict]
    first, second = map(score, one.means)
    return Outcome(
        label if len(task.comparisons) > 1 else "", verdict,
        say("this-budget", verdict=verdict) if one.qualified else verdict,
        say("points", difference=points(one.difference, "+")),
        say("interval", low=points(one.low), high=points(one.high)),
        say("versus", metric=METRICS[task.metrics.metric], first=first, second=second))


def sources(tasks: Sequence[TaskFacts]) -> Pair:
    """Where the data of each task come from."""
    found: dict[str, list[str]] = {}
    for task in tasks:
        found.setdefault(SOURCES.get(task.card.source, task.card.source), []).append(task.short_title)
    parts = tuple(say("data-of", source=source, names=enumerate_names(tuple(names)))
                  for source, names in found.items())
    return say("data-from", sources=enumerate_names(parts))


def meaning(task: TaskFacts) -> Iterator[Pair]:
    """What the first comparison of a task means, for a reader without statistics."""
    facts, one = task.metrics, next(iter(task.comparisons.values()))
    if facts.kind == "words":
        yield say("plain-entities", first=score(one.means[0]), second=score(one.means[1]))
    else:
        yield say("plain-accuracy", first=_of_thousand(one.means[0]), second=_of_thousand(one.means[1]),
                  rows=ROWS[facts.kind])
        if (majority := facts.baselines.get("majority", {}).get("accuracy")) is not None:
            yield say("plain-majority", majority=_of_thousand(majority))
    yield from _conclusion(one)
    if facts.synthetic:
        yield say("plain-sample")


def _of_thousand(share: float) -> str:
    return count(round(1000 * share))


def _conclusion(one: Judgement) -> Iterator[Pair]:
    if one.verdict != "cannot_tell":
        yield say({"helps": "plain-helps", "hurts": "plain-hurts", "above_scratch": "plain-other-above",
                   "below_scratch": "plain-other-below"}[one.verdict])
        if one.qualified:
            yield say("plain-budget")
    elif one.withheld:
        yield say("plain-withheld", reasons=enumerate_names(tuple(dict.fromkeys(
            reason.title for reason in one.withheld))))
    else:
        yield say("plain-chance" if one.recipe else "plain-one-run")
