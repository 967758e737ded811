"""The notebook on one task: what a student hands in, with the lines of Python that make every table and figure."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from jinja2 import Environment, StrictUndefined

from stages.reporting.verdicts import treatment_of
from stages.results.arm_words import arm_colors, arm_names
from stages.results.tasks import Run, TaskFacts
from stages.results.verdicts import Judgement
from stages.settings.arms import REFERENCE
from stages.wording.catalogue import render
from stages.wording.message import Message, message
from stages.wording.names import finding_name, metric_name, rows_name, severity_name

TEMPLATE = Path(__file__).with_name("study.py.j2")
_MARK = re.compile(r"^# %% ", re.MULTILINE)
_WORDS = ("rows", "shape", "embeddings", "logit", "probability", "parameters", "step", "loss", "arm", "seed", "before",
          "after", "failed", "word", "gold", "predicted", "text", "wrong_words", "points", "missed_by_all",
          "predicted_doc", "arms_comment", "left_out_comment", "figure_comment")
_TEXTS = {"single": ["text", "label"], "pair": ["text", "text_pair", "label"], "words": []}


def study_notebook(task: TaskFacts, language: str, texts: bool = True) -> nbformat.NotebookNode:
    """The notebook without outputs; the ids of its cells are their numbers.

    Args:
        texts: False for one that says that its cells with the tag ``texts``, which show texts of the corpus, have no
            outputs, see :func:`without_texts`.
    """
    cells = []
    for number, part in enumerate(_MARK.split(_filled(task, language))[1:], start=1):
        kind, _, body = part.partition("\n")
        if kind.startswith("code"):
            cell = nbformat.v4.new_code_cell(body.strip(), metadata={"tags": ["texts"]} if "texts" in kind else {})
        else:
            cell = nbformat.v4.new_markdown_cell("\n\n".join(
                render(text, language) for text in _texts(task, kind.removeprefix("md "), texts)))
        cell["id"] = f"cell-{number:02}"
        cells.append(cell)
    return nbformat.v4.new_notebook(cells=cells, metadata={
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"}})


def without_texts(notebook: nbformat.NotebookNode) -> None:
    """Remove the outputs of the cells that show texts of the corpus, and what libraries print beside outputs."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [] if "texts" in cell.metadata.get("tags", ()) else [
                output for output in cell.outputs if output.get("name") != "stderr"]


def _filled(task: TaskFacts, language: str) -> str:
    """The template with the names of this task."""
    facts = task.metrics
    prefixes = [run.name.rsplit("-", 1)[0] for run in (arm.runs[0] for arm in task.arms)]
    first, reference = _shown(task)
    names = arm_names([arm.key for arm in task.arms])
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701 - makes Python
    return environment.from_string(TEMPLATE.read_text("utf-8")).render(
        task=facts.task, kind=facts.kind, metric=facts.metric, max_length=task.encoding.max_length,
        names=_literal(dict(zip(prefixes, (render(names[arm.key], language) for arm in task.arms), strict=True))),
        colors=_literal(dict(zip(prefixes, arm_colors([arm.key for arm in task.arms]), strict=True))),
        styles=_literal({reference.name.rsplit("-", 1)[0]: "--"}), blue=arm_colors([task.arms[0].key])[0],
        columns=_literal(_TEXTS[facts.kind]),
        cell=first.name, cells=f'"{first.name}", "{reference.name}"', arm=prefixes[0], seed=first.cell.seed,
        failed=any(run.cell.failed for arm in task.arms for run in arm.runs),
        left_out=_literal([run.name for arm in task.arms for run in arm.runs if run not in arm.trained]),
        metric_name=render(metric_name(facts.metric), language),
        corrected=any(judged.recipe for judged in task.verdicts.comparisons.values()),
        withheld=any(judged.withheld for judged in task.verdicts.comparisons.values()),
        words={name: render(message(f"notebook-word-{name}"), language) for name in _WORDS})


def _shown(task: TaskFacts) -> tuple[Run, Run]:
    """The runs of the first arm and the reference whose answers are shown: of the first seed that trained in both.

    Where there is none, the first of either that did.
    """
    arms = task.arms[0], task.arm(REFERENCE)
    both = (pair for pair in zip(*(arm.runs for arm in arms), strict=True)
            if all(run in arm.trained for run, arm in zip(pair, arms, strict=True)))
    return next(both, (arms[0].trained[0], arms[1].trained[0]))


def _literal(value: object) -> str:
    """A list or dictionary of texts as Python writes it."""
    return json.dumps(value, ensure_ascii=False)


def _texts(task: TaskFacts, part: str, texts: bool) -> Iterator[Message]:
    """The paragraphs of a text cell."""
    kind = task.metrics.kind
    if part == "title":
        yield message("notebook-title", task=task.short_title)
        yield from _answers(task)
        if task.metrics.synthetic:
            yield message("notebook-synthetic")
        elif task.metrics.synthetic_checkpoint:
            yield message("notebook-synthetic-checkpoint")
        yield message("notebook-about")
        if not texts:
            yield message("notebook-without-texts")
    elif part == "task":
        yield message(f"notebook-task-{kind}", labels=len(task.metrics.labels))
    elif part == "shapes":
        yield message(f"notebook-shapes-{kind}")
    elif part == "curves":
        yield message("notebook-curves", metric=metric_name(task.metrics.metric),
                      left_out="some" if any(len(arm.trained) < len(arm.runs) for arm in task.arms) else "none")
    elif part == "wrong":
        first = task.arms[0]
        yield message("notebook-wrong-words", arm=first.name) if kind == "words" else message(
            "notebook-wrong-texts", arm=first.name,
            trained="some" if len(first.trained) < len(first.runs) else "all")
    elif part in ("examples", "errors"):
        yield message(f"notebook-seed-{part}", seeds=tuple(dict.fromkeys(str(run.cell.seed) for run in _shown(task))))
    elif part == "wrong_study":
        yield message("notebook-wrong_study")
        yield from _findings(task)
    elif part == "own":
        yield message("notebook-own", name=task.metrics.task)
    else:
        yield message(f"notebook-part-{part}")
        if part == "verdict":
            yield from _intervals(task)


def _answers(task: TaskFacts) -> Iterator[Message]:
    arms = arm_names([arm.key for arm in task.arms])
    for key, judged in task.verdicts.comparisons.items():
        yield message(f"notebook-verdict-{judged.outcome}", task=task.short_title, arm=arms[key],
                      treatment=treatment_of(task, key),
                      budget=message("verdict-this-budget") if judged.qualified else "")
        yield message("notebook-evidence", metric=metric_name(task.metrics.metric), arm=arms[key],
                      first=judged.means[0], second=judged.means[1], difference=judged.difference, low=judged.low,
                      high=judged.high, scope="recipe" if judged.recipe else "rows",
                      p=judged.p_value_holm if judged.recipe else judged.p_value, rows=rows_name(task.metrics.kind))
        yield from _doubts(judged)
    for arm in task.arms:
        if lost := len(arm.runs) - len(arm.trained):
            yield message("page-plain-left-out", arm=arm.name, count=lost, runs=len(arm.runs))


def _intervals(task: TaskFacts) -> Iterator[Message]:
    """What the intervals cover: seeds and test rows, or of single runs test rows alone."""
    recipes = [judged.recipe for judged in task.verdicts.comparisons.values()]
    if any(recipes):
        yield message("notebook-interval-recipe")
    if not all(recipes):
        yield message("notebook-interval-rows")


def _doubts(judged: Judgement) -> Iterator[Message]:
    if judged.withheld:
        yield message("notebook-withheld", findings=tuple(finding_name(one.name) for one in judged.withheld))
    if judged.qualified:
        yield message("notebook-qualified", findings=tuple(finding_name(one.name) for one in judged.qualified))


def _findings(task: TaskFacts) -> Iterator[Message]:
    for finding in task.findings:
        yield message("notebook-finding", severity=severity_name(finding.severity),
                      finding=finding.sentence)
    if not task.findings:
        yield message("notebook-no-findings")
