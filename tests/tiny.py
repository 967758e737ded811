"""A tiny tokenizer, encoder and task, built in code, for tests that need a model."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from stages.common.files import write_json, write_json_lines
from stages.encode import encode
from stages.settings.data import EncodingSettings
from stages.settings.train_rows import by_seed
from stages.settings.training import TrainingSettings
from stages.training import loop

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PIECES = "good bad film 영화 재미 ##있다 ##없다 un ##aff ##able Paris Ann visits . the".split()


def write_tokenizer(folder: Path, pieces: list[str] = PIECES) -> None:
    """A WordPiece tokenizer of a few whole words, with BERT's special tokens around each input."""
    vocabulary = {piece: identifier for identifier, piece in enumerate(SPECIAL + pieces)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    tokenizer.add_special_tokens(SPECIAL)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "BertTokenizer"}), "utf-8")


def without_embeddings(folder: Path, seeds: Iterable[int] = (0,)) -> Path:
    """What ``embed`` writes of a study that has no such baseline."""
    write_json(folder / "embeddings.json", by_seed({seed: {} for seed in seeds}))
    return folder / "embeddings.json"


def write_checkpoint(folder: Path, max_length: int = 64) -> None:
    """A one-layer BERT of width 16 with random weights, and its tokenizer."""
    write_tokenizer(folder)
    config = BertConfig(
        vocab_size=len(SPECIAL) + len(PIECES), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=max_length, initializer_range=0.2)
    torch.manual_seed(7)
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)


TEXT_TASK: dict[str, Any] = {
    "task": "toy", "title": "Toy", "language": "en", "kind": "single", "labels": ["negative", "positive"],
    "tags": ["negative", "positive"], "metric": "accuracy", "synthetic": True,
    "splits": ["train", "validation", "test"]}
WORD_TASK: dict[str, Any] = TEXT_TASK | {
    "kind": "words", "labels": ["LOC", "PER"], "tags": ["O", "B-LOC", "I-LOC", "B-PER", "I-PER"], "metric": "entity_f1"}


def text_rows(split: str, count: int) -> list[dict[str, Any]]:
    """Rows whose label is the word 'good' or 'bad'."""
    return [{"guid": f"{split}:{row}", "text": "the " * (row % 3) + f"{'good' if row % 2 else 'bad'} film",
             "label": TEXT_TASK["labels"][row % 2]} for row in range(count)]


def word_rows(split: str, count: int) -> list[dict[str, Any]]:
    """Sentences in which Paris is a place and Ann a person."""
    return [{"guid": f"{split}:{row}", "words": ["Ann", "visits"] + ["the"] * (row % 3) + ["Paris"],
             "tags": ["B-PER", "O"] + ["O"] * (row % 3) + ["B-LOC"]} for row in range(count)]


def write_prepared(folder: Path, task: dict[str, Any], sizes: tuple[int, int, int] = (40, 12, 12)) -> None:
    """What preprocess would write."""
    rows = word_rows if task["kind"] == "words" else text_rows
    folder.mkdir(parents=True)
    write_json(folder / "task.json", task)
    for split, count in zip(("train", "validation", "test"), sizes, strict=True):
        write_json_lines(folder / f"{split}.jsonl", rows(split, count))


def write_encoded(root: Path, task: dict[str, Any], sizes: tuple[int, int, int] = (40, 12, 12)) -> Path:
    """Prepared and encoded data and a checkpoint under ``root``; returns the folder of the encoded data."""
    write_prepared(root / "prepared", task, sizes)
    write_checkpoint(root / "checkpoint")
    encode(root / "prepared", root / "checkpoint" / "tokenizer.json", {"synthetic": False, "lines": 7},
           root / "encoded", root / "card.json", EncodingSettings(checkpoint="tiny", max_length=16))
    return root / "encoded"


def training_settings(**changes: Any) -> TrainingSettings:
    """Settings under which the toy tasks are learnt in a second."""
    defaults: dict[str, Any] = {
        "lr": 0.01, "epochs": 4, "warmup": 0.1, "schedule": "linear", "weight_decay": 0.01, "batch_size": 8,
        "batch_tokens": 0,
        "accumulation": 1, "max_gradient_norm": 1.0, "dropout": 0.1, "label_smoothing": 0.0, "class_weights": "none",
        "evaluations": 4, "patience": 0, "stop_at_train_score": 0.0, "precision": "fp32", "threads": 1,
        "seed_varies": "both", "processes": 1, "nodes": 1, "train_size": 0}
    return TrainingSettings(**defaults | changes)


class _HalfPrecision(Accelerator):
    """A CPU that computes in float16 and scales its losses as a GPU does."""

    def __init__(self, mixed_precision: str) -> None:
        super().__init__(mixed_precision=mixed_precision)
        self.native_amp = True
        self.scaler = torch.amp.GradScaler("cpu", init_scale=2.0**24)


@contextmanager
def half_precision(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Training computes in float16, which it refuses on a CPU; the first steps overflow."""
    with monkeypatch.context() as patch:
        patch.setattr(loop, "mixed_precision", lambda precision, device: "fp16")
        patch.setattr(loop, "Accelerator", _HalfPrecision)
        AcceleratorState._reset_state()  # it holds one precision for the whole process
        try:
            yield
        finally:
            AcceleratorState._reset_state()
