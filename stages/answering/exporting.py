"""A trained model as a folder for transformers, with a model card that has its scores and warnings."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from stages.answering.answers import Model
from stages.answering.checking import refuse_other_answers
from stages.answering.folder import PIPELINES, has_prefix, write_model
from stages.answering.opening import read_config
from stages.answering.scored import Scored, refuse_other_model, refuse_other_tags
from stages.common.errors import UserError
from stages.common.files import new_folder, write_text
from stages.encoding.running_text import WORD
from stages.reporting.texts import markdown_text, score
from stages.reporting.verdicts import verdict
from stages.results.metrics import CARD, shown
from stages.results.prepared import Row, Task
from stages.results.tasks import Run, TaskFacts
from stages.settings.arms import ARMS
from stages.settings.prediction import PredictionSettings
from stages.wording.catalogue import render
from stages.wording.names import metric_name

SYNTHETIC = "SYNTHETIC SAMPLE"
# The file beside an entity model that the example on its card needs, so that it runs without this project.
WORD_PIPELINE = "word_pipeline"
_DIGESTS = {"weights_sha256": "weights", "text_sha256": "text"}
_SETTINGS = ("method", "lr", "epochs", "batch_size", "schedule", "warmup", "weight_decay", "dropout",
             "precision", "max_length")
_ABOUT_WORDS = (
    f"`{WORD_PIPELINE}.py` in the folder splits a text into words as in training: punctuation is split off, and what "
    "has punctuation inside, such as U.S. or Port-Sele, stays whole. It takes words that are already split, too: "
    "`classify(words, is_split_into_words=True)`. Without it transformers splits texts by other rules, and the answers "
    "are not those that were scored. The score of an entity is the mean probability of its words' tags.")


def export(
    task: TaskFacts, cell: str, model: Path, checkpoint: Path, out: Path, rows: Sequence[Row] = (),
    scored: Scored | None = None,
) -> None:
    """Write ``out`` with weights and config of ``model``, the tokenizer of ``checkpoint``, and README.md.

    The written model must answer a sample of texts, and ``rows`` of the prepared data, as ``predict`` does, and where
    it is known what was ``scored``, be the model that was.

    Raises:
        UserError: there is no such model, transformers lacks a part of it, its pipeline answers otherwise, or another
            model was scored.
    """
    if not (model / "model.safetensors").is_file():
        raise UserError(f"{model}: no trained model there; run `dvc repro`, or `dvc pull` where it is shared")
    if has_prefix(model):
        raise UserError(f"{cell}: expected a model that transformers can load, found a trained prefix, which only "
                        "headstart can; export a model of another tuning")
    with new_folder(out) as folder:
        deliver(task.metrics.kind, model, checkpoint, task.encoding.max_length, folder, rows, scored)
        write_text(folder / "README.md", card(task, cell, out.name))


def deliver(
    kind: str, model: Path, checkpoint: Path, max_length: int, folder: Path, rows: Sequence[Row] = (),
    scored: Scored | None = None,
) -> None:
    """Write ``folder`` as transformers loads it.

    A model is refused that then answers otherwise than ``predict``, or otherwise than the one that was ``scored``.
    """
    names = read_config(model)["id2label"]
    tags = tuple(names.get(str(place), "") for place in range(len(names)))
    if scored:
        refuse_other_tags(tags, scored, model)
    ours = Model(model, checkpoint / "tokenizer.json", Task(kind, (), tags, metric=""), max_length,
                 PredictionSettings(threads=1, precision="fp32", seed_varies="both"))
    write_model(model, checkpoint, max_length, folder)
    if kind == "words":
        write_text(folder / f"{WORD_PIPELINE}.py", _word_pipeline())
    if scored:
        refuse_other_model(ours, scored, model)
    refuse_other_answers(ours, example(kind, str(folder)), kind, rows, str(model))


def _word_pipeline() -> str:
    source = Path(__file__).with_name(f"{WORD_PIPELINE}.py").read_text("utf-8")
    return source.replace("from stages.encoding.running_text import WORD\n", f"WORD = {WORD!r}\n")


def card(task: TaskFacts, cell: str, name: str) -> str:
    """Model card of one cell: how to use it, what it scores, and what is wrong with it."""
    arm, run = next((arm, run) for arm in task.arms for run in arm.runs if run.name == cell)
    facts = task.metrics
    title = f"# {markdown_text(render(task.short_title))}: {markdown_text(render(arm.name))}, seed {run.cell.seed}"
    blocks = [_front_matter(task, run), title]
    if facts.synthetic:
        blocks.append(f"> **{SYNTHETIC}: the rows were written by a program. Nothing here says how the model does on "
                      "real text.**")
    elif _is_of_synthetic_checkpoint(task, run):
        blocks.append(f"> **{SYNTHETIC}: the encoder was pre-trained on text that a program wrote; it stands for no "
                      "published one.**")
    if run.cell.failed:
        blocks.append(f"> **This run failed to train: {render(metric_name(facts.metric))} "
                      f"{score(run.cell.after['test'][facts.metric])} on test. Do not rely on its answers.**")
    of_arm = ARMS[run.cell.arm]
    start = f"from the encoder {facts.checkpoint}" if of_arm.from_checkpoint else "from random weights"
    if of_arm.own_text:
        start += ", first by pre-training on the text of the task alone, then"
    elif of_arm.weights:
        start += ", first by pre-training it further on the text of the task, then"
    start += ", also on the logits of a fine-tuned model," if of_arm.taught else ""
    blocks += [
        f"Trained by headstart {markdown_text(start)} on {facts.rows['train']:,} rows of {markdown_text(facts.title)}; "
        f"{run.cell.trainable_parameters:,} of {run.cell.parameters:,} parameters were trained, in "
        f"{run.cell.steps:,} steps.",
        *_made_of(task, run),
        "```python\n" + example(facts.kind, name) + "\n```",
        *([_ABOUT_WORDS] if facts.kind == "words" else []),
        "## Scores", *_scores(task, run), "## What pre-training was worth here",
        *(markdown_text(render(verdict(task, label))) for label in task.comparisons),
        "## Warnings", "\n".join(_warnings(task, run)), "## Labels", ", ".join(map(markdown_text, facts.labels))]
    return "\n\n".join(blocks) + "\n"


def _front_matter(task: TaskFacts, run: Run) -> str:
    facts, repository = task.metrics, task.encoding.origin.get("repository")
    synthetic = facts.synthetic or _is_of_synthetic_checkpoint(task, run)
    values = {"language": facts.language, "pipeline_tag": PIPELINES[facts.kind], "library_name": "transformers",
              "tags": ["headstart", *(["synthetic"] if synthetic else [])],
              **({"base_model": repository} if repository and ARMS[run.cell.arm].from_checkpoint else {})}
    return "---\n" + yaml.safe_dump(values, sort_keys=False, allow_unicode=True) + "---"


def _is_of_synthetic_checkpoint(task: TaskFacts, run: Run) -> bool:
    return task.metrics.synthetic_checkpoint and ARMS[run.cell.arm].of_checkpoint


def _made_of(task: TaskFacts, run: Run) -> Iterator[str]:
    """The checkpoint with its digest, the settings of training, and the terms of the data."""
    origin = task.encoding.origin
    role = "Encoder" if ARMS[run.cell.arm].from_checkpoint else "Architecture and tokenizer"
    name = f"{origin['repository']} @ {origin['commit']}" if "repository" in origin else task.metrics.checkpoint
    digests = [f"SHA-256 of its {part} {origin[key]}" for key, part in _DIGESTS.items() if key in origin]
    yield f"{role}: {markdown_text(', '.join((name, *digests)))}."
    values = run.cell.recipe | run.cell.settings | {"max_length": task.encoding.max_length}
    yield f"Settings: {markdown_text(', '.join(f'{key} {values[key]}' for key in _SETTINGS if key in values))}."
    if task.card.homepage:
        terms = [markdown_text(task.card.licence)] if task.card.licence else []
        yield f"The terms of use of the data apply to the model, too: {', '.join([*terms, f'<{task.card.homepage}>'])}."


_FROM_WHERE = "# the path of this folder, from where Python runs"


def example(kind: str, folder: str) -> str:
    """The example on the card: a call of the model of ``kind`` in ``folder``; longer texts are cut or read in parts."""
    place, pipeline = json.dumps(folder, ensure_ascii=False), json.dumps(PIPELINES[kind])
    if kind == "words":
        return (f"import sys\n\nfrom transformers import pipeline\n\n{_FROM_WHERE}\nsys.path.append({place})\n"
                f"from {WORD_PIPELINE} import WordPipeline\n\n"
                f"classify = pipeline({pipeline}, {place}, pipeline_class=WordPipeline, "
                'aggregation_strategy="first")\nprint(classify("..."))')
    given = '{"text": "...", "text_pair": "..."}' if kind == "pair" else '"..."'
    return (f"from transformers import pipeline\n\n{_FROM_WHERE}\nclassify = pipeline({pipeline}, {place})\n"
            f"print(classify({given}, truncation=True))")


def _scores(task: TaskFacts, run: Run) -> Iterator[str]:
    metric, found = task.metrics.metric, run.cell.after["test"]
    yield (f"On {task.metrics.rows['test']:,} test rows: {render(metric_name(metric))} {score(found[metric])} "
           f"(95 % interval over rows {score(run.cell.interval.low)} to {score(run.cell.interval.high)}); "
           f"before training {score(run.cell.before['test'][metric])}.")
    lines = [f"| {render(metric_name(name))} | {score(found[name])} |" for name in shown(CARD, found)]
    yield "\n".join(["| metric | on test |", "|---|--:|", *lines])


def _warnings(task: TaskFacts, run: Run) -> list[str]:
    """The doctor's findings about this model, its arm or its task."""
    names = {other.name for arm in task.arms for other in arm.runs}
    own = next(arm.key for arm in task.arms if run in arm.runs)
    found = [f"- {finding.severity}: {markdown_text(render(finding.sentence))}" for finding in task.findings
             if run.name in (cells := finding.runs or (finding.about,))
             or (not names & set(cells) and (own in finding.taints or not finding.taints))]
    return found or ["The doctor found nothing about it."]
