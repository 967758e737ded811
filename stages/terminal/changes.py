"""What ``diff`` found, as tables on a terminal; its Markdown has the rest."""

from collections.abc import Iterator
from typing import TextIO

from rich.table import Table

from stages.common.visible import visible
from stages.comparing.markdown import CHANGES, verdict_words
from stages.reporting.texts import p_value, score, with_limits
from stages.results.changes import ArmChange, Changes
from stages.results.english import comparison_words, finding_words, metric_words, place_words
from stages.terminal.tables import Styled, make_table, open_console

_STYLES = {"better": "bold green", "worse": "bold red", "severe": "bold red", "warning": "yellow", "note": "dim"}


def print_changes(facts: Changes, stream: TextIO) -> None:
    """Print settings, scores, verdicts and findings that changed; nothing where none did."""
    console = open_console(stream)
    for table in _tables(facts):
        console.print(table)
        console.print()


def _tables(facts: Changes) -> Iterator[Table]:
    if facts["params"]:
        yield make_table(("Setting", "Was", "Is"), [
            (visible(key), *(_value(one[side]) for side in ("old", "new"))) for key, one in facts["params"].items()])
    if changed := [one for one in facts["scores"] if one["rescored"] or not one["same_predictions"]]:
        yield make_table(("Task", "Arm", "Metric", "Was", "Is", "Difference", "p (Holm)", "Change"), [
            (visible(one["task"]), visible(one["arm"]), metric_words(one["metric"]), score(one["old"]),
             score(one["new"]), *_difference(one)) for one in changed], right=("Was", "Is", "Difference", "p (Holm)"))
    if facts["verdicts"]:
        yield make_table(("Task", "Comparison", "Verdict was", "Is"), [
            (visible(one["task"]), visible(comparison_words(one["arms"])), *verdict_words(one))
            for one in facts["verdicts"]])
    findings = [(name, one) for name in ("new", "gone") for one in facts["findings"][name]]
    if findings:
        yield make_table(("Task", "Finding", "About", ""), [
            (visible(one["task"]), Styled(f"{one['severity']}: {finding_words(one['name'])}",
                                          _STYLES[one["severity"]]), visible(place_words(one["about"])), name)
            for name, one in findings])


def _difference(one: ArmChange) -> tuple[str | Styled, ...]:
    if one["same_predictions"]:
        return "", "", "other scoring"
    return (with_limits(one["difference"], one["low"], one["high"]), p_value(one["holm"]),
            Styled(CHANGES[one["change"]], _STYLES.get(one["change"], "")))


def _value(value: object) -> str:
    return "–" if value is None else visible(str(value))
