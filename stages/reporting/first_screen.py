"""What the report says first: the answer in a sentence, a card per task, where the data come from; and in plain words
what a result means."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stages.reporting.texts import points
from stages.results.arm_words import named, words_of
from stages.results.baselines import EMBEDDINGS_BASELINE
from stages.results.findings import Finding, beside
from stages.results.task_metrics import FailedRuns
from stages.results.tasks import Arm, TaskFacts
from stages.results.verdicts import Judgement
from stages.settings.arms import arm_of_key
from stages.wording.message import Message, Wording, message
from stages.wording.names import (
    baseline_name,
    finding_name,
    metric_name,
    rows_name,
    severity_name,
    source_name,
    verdict_name,
)

_SHOWN_BY_NAME = 4  # tasks that the answer names


@dataclass(frozen=True)
class _Compared:
    """A comparison of a task; ``arm`` is "" where the answer names the task alone."""

    task: str
    title: Wording
    arm: Wording
    judged: Judgement


@dataclass(frozen=True)
class Worst:
    """The worst of several findings, and how many more there are; without a severity where there are none."""

    finding: Wording
    severity: str = ""
    severity_name: Wording = ""


@dataclass(frozen=True)
class Outcome:
    """One comparison on a card; ``arm`` is "" where the task has no other, ``both`` has the difference with its
    interval, ``worst`` is of the findings beside it."""

    arm: Wording
    verdict: str
    shown: Wording
    difference: Wording
    interval: Wording
    both: Wording
    scores: Wording
    worst: Worst


@dataclass(frozen=True)
class Card:
    """A task at one glance."""

    name: str
    title: Wording
    synthetic: bool
    outcomes: tuple[Outcome, ...]
    worst: Worst


def answer(tasks: Sequence[TaskFacts]) -> Iterator[Message]:
    """What pre-training did on the tasks, in one sentence; further ones on what has no verdict, and on other ways to
    use the encoder."""
    compared = [_Compared(task.metrics.task, task.short_title, _arm(task, key), one)
                for task in tasks for key, one in task.comparisons.items()]
    decided = [one for one in compared if one.judged.of_pretraining and not one.judged.withheld]
    withheld = [one for one in compared if one.judged.withheld]
    if decided:
        yield _worth(decided, alone=len(decided) == sum(one.judged.of_pretraining for one in compared))
    if withheld:
        yield message("page-answer-withheld", clauses=tuple(_withheld(withheld)))
    if others := [one for one in compared if not (one.judged.of_pretraining or one.judged.withheld)]:
        yield _other_ways(others)


def _worth(compared: Sequence[_Compared], alone: bool) -> Message:
    """``alone``: whether no verdict on pre-training is withheld, so that these are all."""
    if alone and all(one.judged.verdict == "helps" for one in compared):
        gains, budget = sorted(one.judged.difference for one in compared), _budget(compared)
        if len(compared) == 1:
            return message("page-answer-one-helps", name=_names(compared)[0], gain=gains[0], budget=budget)
        count = len(_tasks(compared))
        gain = _range_of(gains[0], gains[-1])
        if len(compared) == count:
            return message("page-answer-all-help", count=count, gain=gain, budget=budget)
        return message("page-answer-all-comparisons", comparisons=len(compared), tasks=count, gain=gain, budget=budget)
    of_verdict = {verdict: [one for one in compared if one.judged.verdict == verdict]
                  for verdict in ("helps", "hurts", "cannot_tell")}
    return message("page-answer-mixed", clauses=tuple(
        message(f"page-clause-{verdict}", names=_some(found), budget=_budget(found))
        for verdict, found in of_verdict.items() if found))


def _range_of(least: float, most: float) -> Message:
    alike = points(least, most) == points(most, least)
    return message("page-gain-alone", gain=least) if alike else message("page-gains", least=least, most=most)


def _budget(compared: Sequence[_Compared]) -> Wording:
    """That verdicts hold for this budget at least: all of them, or those that are named."""
    qualified = [one for one in compared if one.judged.qualified]
    if not qualified:
        return ""
    if len(qualified) == len(compared):
        return message("page-budget-of-all")
    return message("page-budget-of-some", names=_some(qualified))


def _withheld(compared: Sequence[_Compared]) -> Iterator[Message]:
    of_findings: dict[tuple[str, ...], list[_Compared]] = {}
    for one in compared:
        of_findings.setdefault(tuple(sorted({reason.name for reason in one.judged.withheld})), []).append(one)
    for findings, found in of_findings.items():
        yield message("page-withheld-on", names=_some(found), reasons=tuple(map(finding_name, findings)))


def _other_ways(compared: Sequence[_Compared]) -> Message:
    verdicts = [one.judged.verdict for one in compared]
    qualified = sum(bool(one.judged.qualified) for one in compared)
    return message(
        "page-answer-other", tasks=len(_tasks(compared)), count=len(compared), above=verdicts.count("above_scratch"),
        below=verdicts.count("below_scratch"),
        open=verdicts.count("cannot_tell"),
        budget=message("page-budget-of-others", count=qualified) if qualified else "")


def _some(compared: Sequence[_Compared]) -> Message:
    tasks = len(_tasks(compared))
    if len(compared) <= _SHOWN_BY_NAME:
        return message("page-names", names=_names(compared))
    if len(compared) > tasks:
        return message("page-several-comparisons", tasks=tasks, comparisons=len(compared))
    return message("page-several", count=tasks)


def _names(compared: Sequence[_Compared]) -> tuple[Wording, ...]:
    """Their tasks, with the arms that have to be told apart."""
    arms: dict[str, list[Wording]] = {}
    for one in compared:
        arms.setdefault(one.task, []).append(one.arm)
    titles = {one.task: one.title for one in compared}
    return tuple(message("page-named-arms", task=titles[task], arms=tuple(found)) if any(found) else titles[task]
                 for task, found in arms.items())


def _tasks(compared: Sequence[_Compared]) -> set[str]:
    return {one.task for one in compared}


def _arm(task: TaskFacts, key: str) -> Wording:
    """The arm where the task has several comparisons that are alike; else ""."""
    of_pretraining = task.comparisons[key].of_pretraining
    several = sum(one.of_pretraining == of_pretraining for one in task.comparisons.values()) > 1
    return task.arm(key).name if several else ""


def verdict_in_words(one: Judgement) -> Message:
    """A verdict in a word or two, with what it is withheld for, or that it holds for this budget."""
    if one.withheld:
        found = dict.fromkeys(reason.name for reason in one.withheld)
        return message("verdict-withheld-for", findings=tuple(map(finding_name, found)))
    verdict = verdict_name(one.verdict)
    return message("page-budget", verdict=verdict) if one.qualified else verdict


def cards(tasks: Sequence[TaskFacts]) -> Iterator[Card]:
    """A card per task."""
    for task in tasks:
        yield Card(
            task.metrics.task, task.short_title, task.metrics.synthetic,
            tuple(_outcome(task, key, one) for key, one in task.comparisons.items()),
            _worst(task, task.findings))


def _worst(task: TaskFacts, findings: Sequence[Finding]) -> Worst:
    """What was found, in the arms or the split that it is about, and how much else was."""
    if not findings:
        return Worst(message("page-no-finding"))
    first = findings[0]
    return Worst(message("page-finding-about", finding=first.title, about=_about(task, first), more=len(findings) - 1),
                 first.severity, severity_name(first.severity))


def _about(task: TaskFacts, found: Finding) -> Wording:
    arms = {name: arm.name for arm in task.arms for name in (arm.key, *(run.name for run in arm.runs))}
    places = dict.fromkeys(arms[part] for part in found.about.split(", ") if part in arms)
    return named(places) if places else found.place


def _outcome(task: TaskFacts, key: str, one: Judgement) -> Outcome:
    interval = {"difference": one.difference, "low": one.low, "high": one.high}
    return Outcome(
        task.arm(key).name if len(task.comparisons) > 1 else "", one.verdict, verdict_in_words(one),
        message("page-gain", **interval), message("page-interval", **interval),
        message("difference-with-interval", **interval),
        message("page-versus", metric=metric_name(task.metrics.metric), first=one.means[0], second=one.means[1],
                arm=task.arm(key).name, rival=words_of(arm_of_key(one.arms[1]).name).name),
        _worst(task, beside(task.findings, one.arms)))


def sources(tasks: Sequence[TaskFacts]) -> Message:
    """Where the data of each task come from."""
    found: dict[str, list[Wording]] = {}
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
    facts, (key, one) = task.metrics, next(iter(task.comparisons.items()))
    yield message(f"page-headline-{facts.metric}", first=one.means[0], second=one.means[1],
                  rows=rows_name(facts.kind), tested=facts.rows["test"])
    if facts.metric == "accuracy" and (majority := facts.baselines.get("majority")):
        yield message("page-plain-majority", majority=majority["accuracy"])
    yield from _left_out(task)
    yield from _conclusion(one, len(task.arm(key).runs))
    worst = next(iter(beside(task.findings, one.arms)), None)
    if worst and worst.severity != "note" and not (one.withheld or one.qualified):
        yield message("page-plain-care", finding=worst.title, about=_about(task, worst))
    yield from _simpler(task, task.arm(key))
    if facts.synthetic:
        yield message("page-plain-sample")


def _left_out(task: TaskFacts) -> Iterator[Message]:
    """Runs that failed where others of their arm trained, once for every arm."""
    failed: dict[Wording, FailedRuns] = {}
    for key, one in task.comparisons.items():
        if one.failed:
            rival = words_of(arm_of_key(one.arms[1]).name).name
            failed |= {task.arm(key).name: one.failed.first, rival: one.failed.second}
    for arm, found in failed.items():
        if 0 < found.count < found.runs:
            yield message("page-plain-left-out", arm=arm, count=found.count, runs=found.runs)


def _conclusion(one: Judgement, runs: int) -> Iterator[Message]:
    if one.verdict != "cannot_tell":
        yield message(f"page-means-{one.verdict}", difference=one.difference, low=one.low, high=one.high)
        if one.qualified:
            found = dict.fromkeys(reason.name for reason in one.qualified)
            yield message("page-plain-budget", reasons=tuple(message(f"page-loser-{name}") for name in found))
    elif one.withheld:
        found = dict.fromkeys(reason.name for reason in one.withheld)
        yield message("page-plain-withheld", reasons=tuple(map(finding_name, found)))
    elif one.recipe:
        beyond = one.low > 0 or one.high < 0
        yield message("page-plain-corrected", family=one.family, p=one.p_value_holm) if beyond else message(
            "page-plain-chance")
    else:
        yield message("page-plain-one-run" if runs == 1 else "page-plain-one-run-left")


def _simpler(task: TaskFacts, arm: Arm) -> Iterator[Message]:
    """The baselines that score higher than the arm, or where there are none those that may."""
    for standing in ("below", "inconclusive"):
        if found := [name for name, one in arm.standing.items() if one == standing]:
            yield message(f"page-plain-baselines-{standing}", number=len(found),
                          baselines=tuple(_plain_baseline(
                              name, arm.beside(name, task.metrics.baselines, task.metrics.metric)) for name in found))
            return


def _plain_baseline(name: str, score: float) -> Message:
    """A baseline with its score; of the frozen encoder, that it is pre-trained and not fine-tuned."""
    if name == EMBEDDINGS_BASELINE:
        return message("page-plain-frozen", score=score)
    return message("page-plain-baseline", baseline=baseline_name(name), score=score)
