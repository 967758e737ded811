"""A study of one task at small size, through the functions of the true stages: for defects that are planted in it."""

import shutil
from argparse import Namespace
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel, LlamaConfig, LlamaForCausalLM

from stages.answering.splits import predict, running_split
from stages.baseline import predict_baselines
from stages.common.files import read_json, read_json_lines, sha256, write_json, write_json_lines
from stages.diagnose import write_findings
from stages.download import obtain
from stages.encode import encode
from stages.encoding.running_text import RUNNING
from stages.evaluate import evaluate
from stages.preprocess import prepare
from stages.pretraining.task_text import adapt_to_task
from stages.pretraining.tokenizer import train_tokenizer
from stages.prompting.answering import prompt
from stages.results.prepared import Row, read_task
from stages.settings.adaptation import AdaptationSettings, SelfPretrainingSettings
from stages.settings.arms import ARMS, Arm, arm_of_key, parse_cell_name
from stages.settings.data import DownloadSettings, EncodingSettings, PrepareSettings
from stages.settings.distillation import DistillationSettings
from stages.settings.evaluation import EvaluationSettings
from stages.settings.grid import Grid
from stages.settings.prediction import ForwardSettings, PredictionSettings
from stages.settings.prompting import PromptingSettings
from stages.settings.train_rows import WHOLE, TrainRows
from stages.training.cell import train
from stages.training.distilling import Teacher
from tests.corpus_files import write_corpus
from tests.tiny import training_settings, without_embeddings

Splits = dict[str, list[dict[str, Any]]]
PRETRAINING: dict[str, Any] = {
    "text": "", "folder": "data/local", "steps": 30, "batch_size": 16, "lr": 0.001, "warmup": 0.1, "weight_decay": 0.01,
    "max_gradient_norm": 1.0, "masked": 0.15, "seed": 1, "threads": 1}


class SmallStudy:
    """One task on the embedded sample; the arms differ in their initial weights, neither of which was pre-trained."""

    def __init__(self, folder: Path, corpus: str, sample_seed: int = 1, seeds: tuple[int, ...] = (1,),
                 checkpoint: Path | None = None, asked: tuple[str, ...] = ()) -> None:
        """``asked`` names the arms beside the two that every task has."""
        self.folder, self.corpus, self.sample_seed = folder, corpus, sample_seed
        self.grid = Grid(tasks=(corpus,), tunings=("full",), seeds=seeds,
                         asked=dict.fromkeys(asked, (corpus,)))
        self.draws: dict[int, TrainRows] = dict(WHOLE)
        self.template: dict[str, Any] = {}
        self.prompting: dict[str, Any] = {}
        self.paths = Namespace(
            task=corpus, prepared=folder / "prepared", card=folder / "card.json",
            encoding_card=folder / "encoding.json", predictions=folder / "predictions", models=folder / "models",
            baselines=folder / "baselines.json", embeddings=folder / "embeddings.json", curves=folder / "curves.csv",
            metrics=folder / "metrics.json", rows=folder / "rows.json",
            checkpoint=checkpoint or folder / "checkpoint")

    def rows(self, test_size: int = 300, edit: Callable[[Splits], None] | None = None) -> Splits:
        """Prepare the rows, all splits drawn from one pool; ``edit`` changes them in place.

        The sample's own validation and test have words that its train lacks, so that only a pre-trained encoder does
        well on them; the small models here are to learn something, too.
        """
        obtain(self.corpus, self.folder / "raw", DownloadSettings(
            corpus=self.corpus, source="sample", folder=".", sample_seed=self.sample_seed))
        prepare(self.corpus, self.folder / "raw", self.paths.prepared, self.paths.card, PrepareSettings(
            corpus=self.corpus, validation_size=150, test_size=0, exclude_id_prefix="", split_seed=1))
        splits = {split: list(read_json_lines(self.paths.prepared / f"{split}.jsonl"))
                  for split in ("train", "validation", "test")}
        pool = splits["train"] + splits["validation"] + splits["test"]
        Random(self.sample_seed).shuffle(pool)
        splits["test"], splits["validation"], splits["train"] = pool[:test_size], pool[300:450], pool[450:]
        if edit:
            edit(splits)
        for split, rows in splits.items():
            write_json_lines(self.paths.prepared / f"{split}.jsonl", rows)
        return splits

    def take(self, files: Splits, validation_size: int = 150,
             edit_files: Callable[[Path], None] | None = None) -> None:
        """Write rows as the corpus's own files, of which ``edit_files`` may change some, and prepare them."""
        folder = self.folder / "files"
        write_corpus(self.corpus, folder, files)
        if edit_files:
            edit_files(folder)
        obtain(self.corpus, self.folder / "raw", DownloadSettings(
            corpus=self.corpus, source="local", folder=str(folder), sample_seed=1))
        prepare(self.corpus, self.folder / "raw", self.paths.prepared, self.paths.card, PrepareSettings(
            corpus=self.corpus, validation_size=0 if "validation" in files else validation_size, test_size=0,
            exclude_id_prefix="", split_seed=1))

    def edit_prepared(self, edit: Callable[[Splits], None] | None = None) -> Splits:
        """The prepared rows, which ``edit`` changes in place."""
        splits = {split: list(read_json_lines(self.paths.prepared / f"{split}.jsonl"))
                  for split in ("train", "validation", "test")}
        if edit:
            edit(splits)
            for split, rows in splits.items():
                write_json_lines(self.paths.prepared / f"{split}.jsonl", rows)
        return splits

    def encode(self, texts: Iterable[str] | None, max_length: int = 64) -> None:
        """Build a tokenizer from ``texts`` with an encoder for it, or take the checkpoint there is; encode the rows."""
        self.max_length = max_length
        if texts is not None:
            _write_checkpoint(self.paths.checkpoint, texts)
        encode(self.paths.prepared, self.paths.checkpoint / "tokenizer.json", {"synthetic": False},
               self.folder / "encoded", self.paths.encoding_card,
               EncodingSettings(checkpoint="small", max_length=max_length))

    def train(self, changes: dict[str, dict[str, Any]] | None = None, cells: Iterable[str] = ()) -> None:
        """Make the models of all cells, or of some; ``changes`` has settings of single ones."""
        for arm in (ARMS[name] for name in self.grid.asked if ARMS[name].weights):
            self._pretrain(arm)
        for cell in cells or self.grid.cells:
            facts = parse_cell_name(cell)
            used = self.draws.get(facts.seed) or self.draws[0]
            if not ARMS[facts.arm].trained:
                self._prompt(facts.seed, used, self.paths.models / cell)
                continue
            settings = {"lr": 0.002, "epochs": 6, "batch_size": 32} | (changes or {}).get(cell, {})
            teacher = Teacher(
                self.paths.models / f"pretrained-full-{facts.seed}", read_task(self.folder / "encoded").kind,
                DistillationSettings(temperature=2.0, gold_weight=0.5)) if ARMS[facts.arm].taught else None
            train("scratch" if teacher else facts.arm, facts.seed, self.folder / "encoded",
                  self.paths.checkpoint / (ARMS[facts.arm].weights or ""), self.paths.models / cell,
                  training_settings(**settings | {"train_size": used.train_size}), drawn=used.drawn, teacher=teacher)

    def _pretrain(self, arm: Arm) -> None:
        """The weights that an arm starts from, from the texts of all training rows."""
        if self.paths.checkpoint != self.folder / "initial":
            shutil.copytree(self.paths.checkpoint, self.folder / "initial", dirs_exist_ok=True)
            self.paths.checkpoint = self.folder / "initial"
        own = SelfPretrainingSettings(**PRETRAINING, vector_window=2) if arm.own_text else (
            AdaptationSettings(**PRETRAINING))
        adapt_to_task(Namespace(
            task=self.corpus, arm=arm.name, encoded=self.folder / "encoded", prepared=self.paths.prepared,
            checkpoint=self.paths.checkpoint, out=self.paths.checkpoint / str(arm.weights),
            card=self.paths.card.with_name(f"{self.paths.card.stem}.{arm.further}.json")), own, self.max_length)

    def _prompt(self, seed: int, used: TrainRows, out: Path) -> None:
        """Prompt a language model of random weights with the tokenizer of the checkpoint."""
        folder = self.folder / "language_model"
        if not folder.exists():
            folder.mkdir()
            shutil.copyfile(self.paths.checkpoint / "tokenizer.json", folder / "tokenizer.json")
            write_json(folder / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast"})
            torch.manual_seed(5)
            LlamaForCausalLM(LlamaConfig(
                vocab_size=Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab_size(), hidden_size=32,
                num_hidden_layers=1, num_attention_heads=2, intermediate_size=64, max_position_embeddings=1024,
                bos_token_id=None, eos_token_id=None)).save_pretrained(folder)
        prompt(self.paths.prepared, out, seed, PromptingSettings.model_validate({
            "model": {"source": "local", "folder": str(folder)}, "examples": 4, "language": "auto", "batch_size": 32,
            "normalisation": "none", "calibration": False, "max_tokens": 1024,
            "templates": {self.corpus: self.template} if self.template else {}} | self.prompting),
            self.corpus, used, ForwardSettings(threads=1, precision="fp32"))

    def evaluate(self, anew: bool = True) -> None:
        """Predict and score; else score the predictions that are there."""
        predict_baselines(self.paths.prepared, self.paths.baselines, self.draws)
        without_embeddings(self.folder, self.draws)
        if anew:
            task, tokenizer = read_task(self.folder / "encoded"), self.paths.checkpoint / "tokenizer.json"
            further = {RUNNING: running_split(self.paths.prepared, tokenizer, self.max_length, task)} \
                if task.is_words else {}
            predict(self.grid.cells, self.paths.models, self.folder / "encoded", self.paths.checkpoint,
                    self.paths.predictions, PredictionSettings(threads=1, precision="fp32", seed_varies="both"),
                    further)
        evaluate(Namespace(**vars(self.paths) | {"out": self.paths.metrics}), self.grid,
                 EvaluationSettings(resamples=200, bootstrap_seed=1))

    def diagnose(self) -> list[dict[str, Any]]:
        """What the doctor finds."""
        out = self.folder / "findings.json"
        write_json(self.paths.rows, {seed: vars(rows) if rows.drawn else {"train_size": rows.train_size}
                                     for seed, rows in self.draws.items()})
        write_findings(Namespace(**vars(self.paths) | {"out": out}), self.grid,
                       [arm for arm in self.grid.arms if arm_of_key(arm).weights])
        return list(read_json(out).get("findings", []))

    def encoded_rows(self) -> list[str]:
        """Digests of what the models are trained and tested on."""
        return [sha256(path) for path in sorted((self.folder / "encoded").glob("*.arrow"))]

    def edit_history(self, cell: str, edit: Callable[[list[dict[str, Any]]], None]) -> None:
        """Change the history of a run."""
        path = self.paths.models / cell / "history.jsonl"
        events = list(read_json_lines(path))
        edit(events)
        write_json_lines(path, events)

    def edit_metrics(self, edit: Callable[[dict[str, Any]], None]) -> None:
        """Change what evaluate wrote."""
        metrics = read_json(self.paths.metrics)
        edit(metrics)
        write_json(self.paths.metrics, metrics)


def texts_of(splits: Splits) -> list[str]:
    """What a tokenizer of the rows' own language is built from."""
    return [Row.of(row).joined for row in splits["train"] + splits["validation"] + splits["test"]]


def _write_checkpoint(folder: Path, texts: Iterable[str]) -> None:
    tokenizer = train_tokenizer(list(texts), 1500)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "BertTokenizer"})
    torch.manual_seed(7)
    BertModel(BertConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=48, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=96, max_position_embeddings=128, initializer_range=0.1),
        add_pooling_layer=False).save_pretrained(folder)
