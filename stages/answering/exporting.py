"""A trained model as others load it, with a card that says what it can be trusted with."""

import json
from collections.abc import Iterator
from pathlib import Path

import yaml

from stages.answering.folder import PIPELINES, has_prefix, write_model
from stages.common.errors import UserError
from stages.common.files import new_folder, write_text
from stages.reporting.content import SYNTHETIC
from stages.reporting.facts import Run, TaskFacts
from stages.reporting.texts import METRICS, markdown_text, score
from stages.reporting.verdicts import verdict_sentence
from stages.settings.grid import SCRATCH

SHOWN = ("accuracy", "macro_f1", "entity_f1", "entity_precision", "entity_recall", "calibration_error")


def export(task: TaskFacts, cell: str, model: Path, checkpoint: Path, out: Path) -> None:
    """Write ``out`` with weights and config of ``model``, the tokenizer of ``checkpoint``, and README.md.

    Raises:
        UserError: there is no such model, or it has parts that transformers does not have.
    """
    if not (model / "model.safetensors").is_file():
        raise UserError(f"{model}: no trained model there; run `dvc repro`, or `dvc pull` where it is shared")
    if has_prefix(model):
        raise UserError(f"{cell}: transformers has no prefix in the attention, so this model loads by headstart alone; "
                        "export one of another tuning")
    with new_folder(out) as folder:
        write_model(model, checkpoint, task.encoding.max_length, folder)
        write_text(folder / "README.md", card(task, cell, out.name))


def card(task: TaskFacts, cell: str, name: str) -> str:
    """Model card of one cell: how to use it, what it scores, and what is wrong with it."""
    arm, run = next((arm, run) for arm in task.arms for run in arm.runs if run.name == cell)
    facts = task.metrics
    title = f"# {markdown_text(task.short_title)}: {markdown_text(arm.label)}, seed {run.cell.seed}"
    blocks = [_front_matter(task), title]
    if facts.synthetic:
        blocks.append(f"> **{SYNTHETIC}: the rows were written by a program. Nothing here says how the model does on "
                      "real text.**")
    elif facts.synthetic_checkpoint and run.cell.arm != SCRATCH:
        blocks.append(f"> **{SYNTHETIC}: the encoder was pre-trained on text that a program wrote; it stands for no "
                      "published one.**")
    start = "from random weights" if run.cell.arm == SCRATCH else f"from the encoder {facts.checkpoint}"
    blocks += [
        f"Trained by headstart {markdown_text(start)} on {facts.rows['train']:,} rows of {markdown_text(facts.title)}; "
        f"{run.cell.trainable_parameters:,} of {run.cell.parameters:,} parameters were trained, in "
        f"{run.cell.steps:,} steps.",
        "```python\n" + _usage(task, name) + "\n```",
        "## Scores", *_scores(task, run), "## What pre-training was worth here",
        *(markdown_text(verdict_sentence(task, label)) for label in task.comparisons),
        "## Warnings", "\n".join(_warnings(task, run)), "## Labels", ", ".join(map(markdown_text, facts.labels))]
    return "\n\n".join(blocks) + "\n"


def _front_matter(task: TaskFacts) -> str:
    facts = task.metrics
    values = {"language": facts.language, "pipeline_tag": PIPELINES[facts.kind], "library_name": "transformers",
              "tags": ["headstart", *(["synthetic"] if facts.synthetic else [])]}
    return "---\n" + yaml.safe_dump(values, sort_keys=False, allow_unicode=True) + "---"


def _usage(task: TaskFacts, name: str) -> str:
    kind = task.metrics.kind
    call = {"single": 'classify("...", truncation=True)',
            "pair": 'classify({"text": "...", "text_pair": "..."}, truncation=True)', "words": 'classify("...")'}[kind]
    # Longer texts than the model takes are read in overlapping pieces; without the stride their end is lost.
    options = ', aggregation_strategy="first", stride=16' if kind == "words" else ""
    return (f"from transformers import pipeline\n\nclassify = pipeline({json.dumps(PIPELINES[kind])}, "
            f"{json.dumps(name, ensure_ascii=False)}{options})\nprint({call})")


def _scores(task: TaskFacts, run: Run) -> Iterator[str]:
    metric, found = task.metrics.metric, run.cell.after["test"]
    yield (f"On {task.metrics.rows['test']:,} test rows: {METRICS[metric]} {score(found[metric])} (95 % interval over "
           f"rows {score(run.cell.interval.low)} to {score(run.cell.interval.high)}); before training "
           f"{score(run.cell.before['test'][metric])}.")
    lines = [f"| {METRICS[name]} | {score(found[name])} |" for name in SHOWN if name in found]
    yield "\n".join(["| metric | on test |", "|---|--:|", *lines])


def _warnings(task: TaskFacts, run: Run) -> list[str]:
    """What the doctor found about this model or its task."""
    of_others = {other.name for arm in task.arms for other in arm.runs} - {run.name}
    found = [f"- {finding.severity}: {markdown_text(finding.sentence)}" for finding in task.findings
             if finding.about not in of_others]
    return found or ["The doctor found nothing about it."]
