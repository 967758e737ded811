"""The changes as Markdown: a comment for a pull request."""

from collections import Counter
from collections.abc import Iterable, Iterator

from stages.common.visible import visible
from stages.comparing.present import told
from stages.judging.changes import GONE
from stages.metrics.differences import PAIRS
from stages.reporting.texts import markdown_text, numbered, p_value, points, score, with_limits
from stages.results.changes import ArmChange, Both, Came, Changes, FindingChange, VerdictChange
from stages.results.english import comparison_words, finding_words, metric_words, place_words
from stages.wording.catalogue import render as in_language
from stages.wording.message import message
from stages.wording.names import verdict_name

MARKER = "<!-- headstart diff -->"  # by which a workflow finds its comment again
CHANGES = {"better": "better", "worse": "worse", "inconclusive": "inconclusive", "one_seed": "one run: inconclusive"}


def render(facts: Changes, old: str, new: str, stale: int, absent: int = 0) -> str:
    """Markdown of what :func:`stages.comparing.changes.changes` found."""
    blocks = [MARKER, f"# Results of {markdown_text(new)} against {markdown_text(old)}"]
    blocks += [f"> **{sentence[:1].upper()}{sentence[1:]}.**" for sentence in told(stale, absent)]
    if facts["regressions"]:
        blocks.append("**Regressions:**\n\n" + _list(facts["regressions"]))
    if not facts["matters"] and not stale:
        judged = ", verdicts" if facts["verdicts_compared"] else ""
        blocks.append(f"**Nothing that matters changed:** data, predictions{judged} and findings are the same.")
    if not facts["verdicts_compared"]:
        blocks.append("Verdicts are not compared: the old revision has no reports/verdicts.json.")
    blocks += [*_verdicts(facts["verdicts"]), *_scores(facts["scores"]), *_findings(facts["findings"]),
               *_tasks(facts["tasks"]), *_params(facts["params"]), *_data(facts["data"]), *_cells(facts["cells"])]
    return "\n\n".join(blocks) + "\n"


def _verdicts(flipped: list[VerdictChange]) -> Iterator[str]:
    if flipped:
        yield "## Changed verdicts"
        yield _table(("Task", "Comparison", "Was", "Is"), (
            (one["task"], comparison_words(one["arms"]), *verdict_words(one)) for one in flipped))


def verdict_words(flipped: VerdictChange) -> tuple[str, str]:
    """The old and the new verdict in a word or two, or that it is gone."""
    was, now = (message("page-budget", verdict=verdict_name(verdict)) if qualified else
                verdict if verdict == GONE else verdict_name(verdict)
                for verdict, qualified in zip((flipped["old"], flipped["new"]), flipped["qualified"], strict=True))
    return in_language(was), in_language(now)


def _scores(scores: list[ArmChange]) -> Iterator[str]:
    changed = [found for found in scores if not found["same_predictions"]]
    if rescored := [found for found in scores if found["rescored"]]:
        yield "## Other scores for the same predictions: the scoring or the gold labels changed"
        yield _table(("Task", "Arm", "Metric", "Was", "Is"), (
            (found["task"], found["arm"], metric_words(found["metric"]), score(found["old"]), score(found["new"]))
            for found in rescored))
    if not changed:
        return
    lost = any(one and 0 < one["count"] < one["runs"] for found in changed for one in found["failed"])
    yield f"## Test scores, mean over seeds{' that trained' if lost else ''}"
    yield _table(
        ("Task", "Arm", "Metric", "Was", "Is", "Points (95 % interval)", "p", "after Holm", ""),
        ((found["task"], found["arm"], metric_words(found["metric"]), score(found["old"]), score(found["new"]),
          with_limits(found["difference"], found["low"], found["high"]),
          p_value(found["p_value"]), p_value(found["holm"]), CHANGES[found["change"]]) for found in changed))
    if any(found["paired"] for found in changed):
        yield (f"Paired by test row, and with {PAIRS} or more equal seeds also by seed, from the predictions of both "
               "revisions. Holm's correction covers all arms in this table.")
    yield from _draws(changed)
    for reason in dict.fromkeys(f"{found['task']}: {found['unpaired_because']}" for found in changed
                                if not found["paired"]):
        yield ("Unpaired, from the intervals of each revision, which have less power to find a change: "
               f"{markdown_text(reason)}.")
    if runs := [(found["task"], run) for found in changed for run in found["runs"]]:
        rows = [(task, place_words(run["cell"]), points(run["difference"], sign="+"), p_value(run["p_value"]))
                for task, run in runs]
        yield ("<details><summary>Single runs, by McNemar's exact test or approximate randomisation</summary>\n\n"
               + _table(("Task", "Run", "Points", "p"), rows) + "\n\n</details>")


def _draws(changed: list[ArmChange]) -> Iterator[str]:
    """Of every task that draws training rows, whether the intervals cover the draw."""
    for task in dict.fromkeys(found["task"] for found in changed if found["draws"]):
        arms = [found for found in changed if found["task"] == task]
        single = [f"“{found['arm']}”" for found in arms if not found["recipe"]]
        if arms[0]["draws"] == 1:
            covers = ("the runs of a revision share one draw of training rows, so the intervals do not cover another"
                      " draw")
        else:
            covers = "every seed has its own draw of the training rows, so the intervals cover the draw"
            covers += f", but not those of {', '.join(single)}, of which only one run trained" if single else ""
        yield f"{markdown_text(task)}: {markdown_text(covers)}."


def _findings(findings: dict[Came, list[FindingChange]]) -> Iterator[str]:
    for name, title in (("new", "New findings of the doctor"), ("gone", "Resolved findings")):
        if findings[name]:
            yield f"## {title}"
            yield _table(("Task", "Severity", "Finding", "About", "Evidence"), (
                (one["task"], one["severity"], finding_words(one["name"]), place_words(one["about"]), one["evidence"])
                for one in findings[name]))


def _tasks(tasks: dict[Came, list[str]]) -> Iterator[str]:
    for name, title in (("new", "New tasks"), ("gone", "Removed tasks")):
        if tasks[name]:
            yield f"{title}: {', '.join(map(_code, tasks[name]))}."


def _params(params: dict[str, Both]) -> Iterator[str]:
    if params:
        yield "## Settings"
        yield _table(("Key", "Was", "Is"), ((key, _value(one["old"]), _value(one["new"]))
                                            for key, one in params.items()))


def _value(value: object) -> str:
    return "—" if value is None else str(value)


def _data(data: list[dict[str, str | list[str]]]) -> Iterator[str]:
    if data:
        yield "## Data, checkpoints, and predictions beside the headline"
        yield _list(f"{one['cell']}: {', '.join(one['outputs'])}" for one in data)


def _cells(cells: dict[str, list[str]]) -> Iterator[str]:
    yield "## What ran"
    if not any(cells.values()):
        yield "Nothing."
        return
    for name, title in (("ran", "with changed inputs"), ("new", "new"), ("gone", "removed")):
        if cells[name]:
            stages = Counter(cell.split("@")[0] for cell in cells[name])
            listed = ", ".join(f"{_code(stage)} × {count}" if count > 1 else _code(stage)
                               for stage, count in stages.items())
            yield f"{numbered(len(cells[name]), 'cell')} {title}: {listed}."
    same = len(cells["ran"]) - len(cells["other_outputs"])
    if same:
        yield f"Of those with changed inputs, {numbered(same, 'cell')} gave byte-identical outputs."


def _code(text: str) -> str:
    return f"`{visible(text).replace('`', '')}`"


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {markdown_text(visible(line))}" for line in lines)


def _table(names: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [names, ("---",) * len(names), *(tuple(markdown_text(visible(text)) for text in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
