"""Test scores of this project's fine-tuning beside those of transformers' Trainer at the same settings.

Run it where `dvc repro` has run the task with the tuning `full`. For each seed the Trainer gets the same training rows,
which it tokenizes itself, and the learning rate, epochs, batch size, warm-up, weight decay, clipping, dropout, maximum
length and precision of `params.yaml`. It draws its own head, order and dropout masks, does not group rows by length,
and keeps its last weights, where this project keeps those that validate best.
"""

import sys
import tempfile
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import PartialState
from datasets import Dataset
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    AutoTokenizer,
    DataCollatorForTokenClassification,
    DataCollatorWithPadding,
    PrinterCallback,
    Trainer,
    TrainingArguments,
    logging,
    set_seed,
)

from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.encoding.store import IGNORED_LABEL
from stages.metrics.differences import compare, grouped
from stages.metrics.groups import group_numbers
from stages.metrics.task_scores import OUTSIDE, Labels, scorer, scores
from stages.models.architectures import DROPOUT_FIELDS
from stages.models.precision import mixed_precision
from stages.results.predictions import Predictions
from stages.results.prepared import Row, Task, read_rows, read_task
from stages.settings.arms import FULL_TUNING
from stages.settings.reading import pick, read_params
from stages.settings.recipes import FULL, recipe_settings
from stages.settings.train_rows import read_train_rows
from stages.settings.training import TrainingSettings, training_settings

# Settings that are left out of the comparison, with the only value that it has.
FIXED = {"schedule": "linear", "batch_tokens": 0, "accumulation": 1, "label_smoothing": 0.0, "class_weights": "none",
         "patience": 0, "stop_at_train_score": 0.0, "processes": 1, "nodes": 1}


@dataclass(frozen=True)
class Plain:
    """The Trainer as transformers' examples of text and token classification use it, on one task."""

    task: Task
    checkpoint: Path
    settings: TrainingSettings
    max_length: int

    def answers(self, train: Sequence[Row], test: Sequence[Row], seed: int) -> list[Any]:
        """Labels of ``test``, or tags of its words, by a model that is fine-tuned on ``train``."""
        set_seed(seed)
        config = AutoConfig.from_pretrained(self.checkpoint, num_labels=len(self.task.tags),
                                            **dict.fromkeys(DROPOUT_FIELDS, self.settings.dropout))
        automatic = AutoModelForTokenClassification if self.task.is_words else AutoModelForSequenceClassification
        model = automatic.from_pretrained(self.checkpoint, config=config, dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(self.checkpoint)
        collator = DataCollatorForTokenClassification if self.task.is_words else DataCollatorWithPadding
        encoded, places = self._encode(test, tokenizer)
        with tempfile.TemporaryDirectory() as folder:
            trainer = Trainer(model, self._arguments(folder, seed), train_dataset=self._encode(train, tokenizer)[0],
                              processing_class=tokenizer, data_collator=collator(tokenizer))
            trainer.remove_callback(PrinterCallback)
            trainer.train()
            classes = trainer.predict(encoded).predictions.argmax(-1)
        if not self.task.is_words:
            return [self.task.tags[label] for label in classes]
        return [self._tags(row, labels, first) for row, labels, first in zip(test, classes, places, strict=True)]

    def _encode(self, rows: Sequence[Row], tokenizer: Any) -> tuple[Dataset, list[list[int | None]]]:
        """Rows with their labels, those of words at the first piece of each; and the word that starts at each token."""
        ids, cut = self.task.ids, {"truncation": True, "max_length": self.max_length}
        if not self.task.is_words:
            encoded = tokenizer(*map(list, zip(*(row.texts for row in rows), strict=True)), **cut)
            return Dataset.from_dict({**encoded, "labels": [ids[row.label] for row in rows]}), []
        encoded = tokenizer([list(row.words) for row in rows], is_split_into_words=True, **cut)
        places = [_first_pieces(encoded.word_ids(place)) for place in range(len(rows))]
        labels = [[IGNORED_LABEL if word is None else ids[row.tags[word]] for word in first]
                  for row, first in zip(rows, places, strict=True)]
        return Dataset.from_dict({**encoded, "labels": labels}), places

    def _tags(self, row: Row, labels: np.ndarray, first: Sequence[int | None]) -> list[str]:
        """A tag of every word; words that were cut off are outside of entities."""
        tags = [OUTSIDE] * len(row.words)
        for word, label in zip(first, labels[: len(first)], strict=True):
            if word is not None:
                tags[word] = self.task.tags[label]
        return tags

    def _arguments(self, folder: str, seed: int) -> TrainingArguments:
        settings, device = self.settings, PartialState().device
        precision = mixed_precision(settings.precision, device)
        return TrainingArguments(
            folder, use_cpu=device.type == "cpu",  # without it, bf16 is refused there
            num_train_epochs=settings.epochs, learning_rate=settings.lr, warmup_steps=settings.warmup,
            weight_decay=settings.weight_decay, max_grad_norm=settings.max_gradient_norm, seed=seed,
            per_device_train_batch_size=settings.batch_size, bf16=precision == "bf16", fp16=precision == "fp16",
            save_strategy="no", logging_strategy="no", log_level="error", disable_tqdm=True,
            dataloader_pin_memory=False)


def _first_pieces(words: Sequence[int | None]) -> list[int | None]:
    """The word whose first piece each token is; None for other tokens."""
    return [None if word == before else word for before, word in zip([None, *words], words, strict=False)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the benchmark."""
    parser = stage_parser(__doc__ or "", "python -m benchmarks.trainer ag_news")
    parser.add_argument("task", help="name of the task in params.yaml")
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder of the pipeline's data (default: data)")
    return run_stage(parser, _compare, arguments)


def _compare(options: Namespace) -> None:
    params, data, name = read_params(), options.data, options.task
    settings = training_settings(name, "pretrained")
    for key, value in FIXED.items():
        if (found := getattr(settings, key)) != value:
            raise UserError(f"params.yaml: {key} of {name}: expected {value} for this comparison, got {found}")
    if recipe_settings(FULL_TUNING) != FULL:
        raise UserError(f"params.yaml: recipes.{FULL_TUNING}: expected the method alone for this comparison")
    torch.set_num_threads(settings.threads)
    logging.set_verbosity_error()
    task, rows = read_task(data / "prepared" / name), {
        split: list(read_rows(data / "prepared" / name / f"{split}.jsonl")) for split in ("train", "test")}
    plain = Plain(task, data / "initial" / name, settings, pick(f"tasks.{name}.max_length"))
    gold, groups = Labels.gold(rows["test"], task), group_numbers(rows["test"])
    taken: dict[str, list[np.ndarray]] = {"headstart": [], "Trainer": []}
    print(f"{task.metric} on {len(rows['test'])} test rows")
    for seed in params["seeds"]:
        train = read_train_rows(data / "rows" / name / f"{seed}.json").of_all(rows["train"])
        stored = Predictions.read(data / "predictions" / name / f"pretrained-{FULL_TUNING}-{seed}.parquet", task)
        found = {"headstart": scores(gold, gold.predicted(stored.of_split("test", rows["test"])), task),
                 "Trainer": scores(gold, Labels.named(plain.answers(train, rows["test"], seed), task), task)}
        for arm, scored in found.items():
            taken[arm].append(scored.statistics)
        print(f"seed {seed}, {len(train)} training rows: " + ", ".join(
            f"{arm} {scored.metrics[task.metric]:.4f}" for arm, scored in found.items()), flush=True)
    _print_difference({arm: grouped(np.stack(runs), groups) for arm, runs in taken.items()}, task)


def _print_difference(runs: dict[str, np.ndarray], task: Task) -> None:
    score = scorer(task)
    for arm, statistics in runs.items():
        by_seed = score(statistics.sum(axis=1))
        spread = f", standard deviation {by_seed.std(ddof=1):.4f}" if len(by_seed) > 1 else ""
        print(f"{arm}: mean {by_seed.mean():.4f}{spread}")
    found = compare(*runs.values(), score)
    print(f"headstart - Trainer: {100 * found.difference:+.1f} points (95 % interval {100 * found.low:.1f} to "
          f"{100 * found.high:.1f})")


if __name__ == "__main__":
    sys.exit(main())
