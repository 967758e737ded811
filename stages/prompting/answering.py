"""The answers of a causal language model to the rows of one cell."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
from accelerate import Accelerator, PartialState

from stages.common.errors import UserError
from stages.common.files import new_folder, sha256, write_json, write_json_lines
from stages.common.progress import progress
from stages.metrics.scoring import headline
from stages.models.precision import mixed_precision
from stages.prompting.cell import Prompts
from stages.prompting.language_model import open_model
from stages.prompting.prompts import draw_examples
from stages.results.predictions import PHASES, PREDICTIONS, predictions_table
from stages.results.prepared import read_rows, read_task
from stages.results.prompts import PROMPTS
from stages.settings.prediction import ForwardSettings
from stages.settings.prompting import PromptingSettings, refuse_other_labels, template_of
from stages.settings.train_rows import TrainRows
from stages.training.determinism import make_deterministic, numeric_setting


def prompt(
    prepared: Path, out: Path, seed: int, settings: PromptingSettings, corpus: str, used: TrainRows,
    forward: ForwardSettings,
) -> None:
    """Write one cell: ``predictions.parquet`` as ``predict`` has it, ``history.jsonl`` and ``prompts.json``.

    The stored logits are log-probabilities over the labels, the same before and after training, as there is none.

    Args:
        corpus: of the task, in the table of templates.
        used: training rows that examples may be.

    Raises:
        UserError: the model or the template cannot be used, or there are too few training rows.
    """
    make_deterministic(forward.threads)
    task = read_task(prepared)
    template = template_of(settings, task.task, corpus, task.kind, task.language)
    refuse_other_labels(template, task.task, task.labels)
    train = used.of_all(read_rows(prepared / "train.jsonl"))
    if len(train) < settings.examples:
        raise UserError(f"params.yaml: prompting.examples: expected at most {len(train)}, the training rows of "
                        f"{task.task}, got {settings.examples}; lower it")
    examples = [train[place] for place in draw_examples([row.label for row in train], settings.examples, seed)]
    language_model = open_model(settings.model)
    accelerator = Accelerator(mixed_precision=mixed_precision(forward.precision, PartialState().device))
    language_model.model.to(accelerator.device)
    prompts = Prompts(language_model, template, task, examples, settings)
    splits = {split: list(read_rows(prepared / f"{split}.jsonl")) for split in task.splits if split != "train"}
    with new_folder(out) as folder, accelerator.autocast(), progress(
            sum(map(len, splits.values())), f"{task.task} {out.name}", "row") as bar:
        logits = {split: prompts.scores(split, [row.texts for row in rows], bar.update)
                  for split, rows in splits.items()}
        parquet.write_table(pa.concat_tables(
            predictions_table(phase, split, [row.guid for row in rows], logits[split].astype(np.float32))
            for phase in PHASES for split, rows in splits.items()), folder / PREDICTIONS)
        write_json(folder / PROMPTS, prompts.facts)
        gold = [task.ids[row.label] for row in splits["validation"]]
        write_json_lines(folder / "history.jsonl", _history(
            prompts, settings, {"loss": float(-logits["validation"][np.arange(len(gold)), gold].mean()),
                                task.metric: headline(logits["validation"].argmax(axis=1), gold, task)}, prepared))


def _history(
    prompts: Prompts, settings: PromptingSettings, validation: dict[str, float], prepared: Path
) -> list[dict[str, Any]]:
    """What a run has that took no step: one evaluation on validation."""
    used, parameters = prompts.language_model, prompts.language_model.model.num_parameters()
    return [
        {"kind": "start", "settings": {"model": used.name, "commit": used.commit or None} | settings.model_dump(
            exclude={"model", "templates", "batch_size"}), "recipe": {"method": "prompt"},
         "inputs": {split: sha256(prepared / f"{split}.jsonl") for split in ("train", "validation")}
         | {"language_model": used.weights_sha256}, "numerics": numeric_setting()},
        {"kind": "evaluation", "step": 0, "epoch": 0.0, "train": {}, "validation": validation},
        {"kind": "end", "outcome": "finished", "parameters": parameters, "trainable_parameters": 0, "steps": 0,
         "skipped_steps": 0, "best_step": 0}]
