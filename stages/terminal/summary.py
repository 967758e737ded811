"""The answer of a study on a terminal: a row for every comparison, from the files of ``judge`` and ``diagnose``."""

from collections.abc import Iterator, Sequence
from typing import TextIO

from stages.reporting.aggregate import aggregate_sentences
from stages.reporting.first_screen import verdict_in_words
from stages.reporting.texts import score
from stages.results.arm_words import arm_names
from stages.results.findings import Finding, beside
from stages.results.tasks import TaskSummary, seeds_of_means
from stages.results.verdicts import Aggregate
from stages.settings.arms import REFERENCE, TUNED
from stages.settings.grid import Grid
from stages.terminal.tables import Styled, make_table, open_console
from stages.wording.catalogue import render
from stages.wording.message import message
from stages.wording.names import metric_name, severity_name

COLUMNS = ("task", "verdict", "difference", TUNED.name, REFERENCE, "metric", "finding")
NARROW = 90  # columns of a terminal, below which the metric is left out
STYLES = {"helps": "bold green", "above_scratch": "bold green", "hurts": "bold red", "below_scratch": "bold red",
          "cannot_tell": "yellow", "severe": "bold red", "warning": "yellow", "note": "dim"}


def print_summary(
    tasks: Sequence[TaskSummary], aggregates: Sequence[Aggregate], grid: Grid, language: str, stream: TextIO
) -> None:
    """Print the table, how to read it, what holds for several tasks together, and what the data are."""
    console, names_of_arms = open_console(stream), arm_names(list(grid.arms))
    labels = {key: render(name, language) for key, name in names_of_arms.items()}
    rows = [row for task in tasks for row in _rows(task, labels, language)]
    shown = [name for name in COLUMNS if name != "metric" or console.width >= NARROW]
    names = {name: render(message(f"terminal-column-{name}"), language) for name in COLUMNS}
    console.print(make_table([names[name] for name in shown], [[row[name] for name in shown] for row in rows],
                             right=[names[name] for name in COLUMNS[2:5]]))
    console.print()
    console.print(render(message("terminal-legend", seeds=seeds_of_means(*tasks)), language), style="dim")
    if not all(judged.recipe for task in tasks for judged in task.verdicts.comparisons.values()):
        console.print(render(message("terminal-one-run"), language), style="dim")
    for sentence in aggregate_sentences(aggregates, names_of_arms):
        console.print(render(sentence, language))
    if synthetic := tuple(task.metrics.task for task in tasks if task.metrics.synthetic):
        console.print(render(message("terminal-synthetic", tasks=synthetic), language), style="bold yellow")
    if any(finding.severity == "severe" for task in tasks for finding in task.findings):
        console.print(render(message("terminal-misleading"), language), style="bold red")


def _rows(task: TaskSummary, labels: dict[str, str], language: str) -> Iterator[dict[str, str | Styled]]:
    several = len(task.verdicts.comparisons) > 1
    for key, judged in task.verdicts.comparisons.items():
        difference = message("difference-with-interval", difference=judged.difference, low=judged.low, high=judged.high)
        yield {
            "task": task.metrics.task + (f" ({labels[key]})" if several else ""),
            "verdict": Styled(render(verdict_in_words(judged), language), STYLES[judged.verdict]),
            "difference": render(difference, language),
            TUNED.name: score(judged.means[0]),
            REFERENCE: score(judged.means[1]),
            "metric": render(metric_name(task.metrics.metric), language),
            "finding": _worst(beside(task.findings, judged.arms), language)}


def _worst(findings: Sequence[Finding], language: str) -> Styled:
    """The first finding, and how many more there are."""
    if not findings:
        return Styled("–", "dim")
    first = findings[0]
    worst = message("terminal-worst", severity=severity_name(first.severity), finding=first.title,
                    more=len(findings) - 1)
    return Styled(render(worst, language), STYLES[first.severity])
