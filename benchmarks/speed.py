"""Examples per second of training and evaluation against plain loops of transformers' Trainer, on real AG News.

Every measurement is a process of its own, and the arms take turns, so that a busy machine slows all of them; a ratio is
the median over the repetitions of an arm's speed over that of the first arm in the same repetition. One thread is
measured by processor time, several by the clock, which needs an idle machine: beside other work, threads that wait for
each other slow all arms tenfold. Training of this project's arms includes its evaluations on 16 rows.
"""

import json
import resource
import sys
import tempfile
import time
from argparse import SUPPRESS, Namespace
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from datasets import Dataset
from torch.profiler import ProfilerActivity, profile
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    PreTrainedModel,
    Trainer,
    TrainingArguments,
    set_seed,
)

from benchmarks.common import prepare, run_child
from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.files import read_json_lines
from stages.common.sources import ROOT
from stages.encoding.store import EncodedSplit, read_split
from stages.models.building import build_model
from stages.models.inputs import Collator, predict_logits
from stages.models.parts import parts
from stages.results.prepared import read_task
from stages.settings.training import TrainingSettings
from stages.training.determinism import make_deterministic
from stages.training.loop import Training

TASK, ENCODED = "ag_news", Path("encoded") / "ag_news"
MAX_LENGTH, BATCH_SIZE, LR, SEED = 128, 16, 5e-5, 1
TRAINER_ARMS = ("Trainer, padded to 128, fp32", "Trainer, grouped by length, bf16")
OUR_ARMS = ("headstart, fp32", "headstart, bf16")
REUSE_ARMS = ("full", "partial: half of the layers", "head")


def settings(**changes: Any) -> TrainingSettings:
    """Settings that both sides share."""
    return TrainingSettings(**{
        "lr": LR, "epochs": 1, "warmup": 0.1, "weight_decay": 0.01, "batch_size": BATCH_SIZE, "batch_tokens": 0,
        "max_gradient_norm": 1.0, "dropout": 0.1, "evaluations": 1, "patience": 0, "precision": "bf16",
        "threads": torch.get_num_threads(), "processes": 1, "nodes": 1, "seed_varies": "both", "train_size": 0,
        "accumulation": 1,
        "label_smoothing": 0.0, "class_weights": "none", "stop_at_train_score": 0.0, "schedule": "linear"} | changes)


class Ours:
    """This project's training and prediction."""

    def __init__(self, folder: Path, rows: int, precision: str) -> None:
        make_deterministic(torch.get_num_threads())
        self.task = read_task(folder / ENCODED)
        self.train_rows = read_split(folder / ENCODED, "train").first_guids(rows)
        self.test_rows = read_split(folder / ENCODED, "test")
        self.precision = precision
        self.model = build_model(
            "pretrained", folder / "checkpoint", self.task.kind, self.task.tags, 0.1, SEED)

    def train(self, epochs: int, rows: int = 0) -> None:
        """Train on the first ``rows`` rows, 0 for all."""
        few = self.test_rows.first_guids(BATCH_SIZE)
        chosen = self.train_rows.first_guids(rows)
        Training(self.model, chosen, chosen.first_guids(BATCH_SIZE), few, self.task,
                 settings(epochs=epochs, precision=self.precision), SEED).run("benchmark")

    def accuracy(self, rows: int = 0) -> float:
        """On the first ``rows`` test rows, 0 for all."""
        split: EncodedSplit = self.test_rows.first_guids(rows)
        with Accelerator(mixed_precision="bf16" if self.precision == "bf16" else "no").autocast():
            logits = predict_logits(self.model, split, Collator(self.model))
        return float((np.stack(logits).argmax(1) == split.labels).mean())


class Plain:
    """The Trainer as transformers' text-classification example uses it."""

    def __init__(self, folder: Path, rows: int, grouped: bool, padded: bool) -> None:
        set_seed(SEED)
        self.tokenizer = AutoTokenizer.from_pretrained(folder / "checkpoint")
        self.tags = read_task(folder / ENCODED).tags
        self.grouped, self.padded, self.folder = grouped, padded, folder
        self.model: PreTrainedModel = AutoModelForSequenceClassification.from_pretrained(
            folder / "checkpoint", num_labels=len(self.tags), dtype=torch.float32)
        self.train_rows, self.test_rows = self._read("train", rows), self._read("test", 0)

    def _read(self, split: str, rows: int) -> Dataset:
        examples = list(read_json_lines(self.folder / "prepared" / TASK / f"{split}.jsonl"))[: rows or None]
        padding: dict[str, Any] = {"padding": "max_length"} if self.padded else {}
        encoded = self.tokenizer(
            [example["text"] for example in examples], truncation=True, max_length=MAX_LENGTH, **padding)
        return Dataset.from_dict(
            dict(encoded) | {"labels": [self.tags.index(example["label"]) for example in examples]})

    def _trainer(self, epochs: int, rows: int = 0) -> Trainer:
        grouping = {"train_sampling_strategy": "group_by_length", "bf16": True} if self.grouped else {}
        arguments = TrainingArguments(
            self.folder / "trainer", use_cpu=True, num_train_epochs=epochs, learning_rate=LR, warmup_steps=0.1,
            weight_decay=0.01, per_device_train_batch_size=BATCH_SIZE, per_device_eval_batch_size=BATCH_SIZE,
            save_strategy="no", disable_tqdm=True, seed=SEED, log_level="error", logging_strategy="no", **grouping)
        train = self.train_rows.select(range(rows or len(self.train_rows)))
        return Trainer(self.model, arguments, train_dataset=train, processing_class=self.tokenizer,
                       data_collator=DataCollatorWithPadding(self.tokenizer))

    def train(self, epochs: int, rows: int = 0) -> None:
        """Train on the first ``rows`` rows, 0 for all."""
        self._trainer(epochs, rows).train()

    def accuracy(self, rows: int = 0) -> float:
        """On the first ``rows`` test rows, 0 for all."""
        split = self.test_rows.select(range(rows or len(self.test_rows)))
        # The labels come in the order of the predictions, which grouping by length changes.
        output = self._trainer(1).predict(split)
        return float((output.predictions.argmax(1) == output.label_ids).mean())


def built(arm: str, folder: Path, rows: int) -> Any:
    """The arm, ready to train."""
    if arm in TRAINER_ARMS:
        grouped = arm == TRAINER_ARMS[1]
        return Plain(folder, rows, grouped, padded=not grouped)
    return Ours(folder, rows, "fp32" if arm == OUR_ARMS[0] else "bf16")


def seconds(action: Callable[[], object]) -> float:
    """Time of ``action``: of the processor for one thread, which other work disturbs less, else of the clock."""
    clock = time.process_time if torch.get_num_threads() == 1 else time.perf_counter
    start = clock()
    action()
    return clock() - start


def measure_speed(arm: str, folder: Path, rows: int) -> dict[str, float]:
    """Training and evaluation in examples per second, and peak memory in MiB, of one arm."""
    one = built(arm, folder, rows)
    one.train(1, 2 * BATCH_SIZE)
    trained = rows / seconds(lambda: one.train(1))
    one.accuracy(BATCH_SIZE)
    evaluated = rows / seconds(lambda: one.accuracy(rows))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"training, rows per second": trained, "evaluation, rows per second": evaluated, "memory, MiB": memory}


def freeze(model: PreTrainedModel, layers: int) -> None:
    """Freeze the embeddings and the lowest ``layers`` layers, none of both for -1."""
    named, by_part = dict(model.named_parameters()), parts(model)
    frozen = by_part.embeddings + sum(by_part.layers[:layers], ()) if layers >= 0 else ()
    for name in frozen:
        named[name].requires_grad_(False)


def measure_reuse(arm: str, folder: Path, rows: int) -> dict[str, float]:
    """Examples per second from the second epoch on, of full training or with the lowest layers frozen."""
    def run(epochs: int) -> float:
        one = Ours(folder, rows, "bf16")
        count = one.model.config.num_hidden_layers
        freeze(one.model, {REUSE_ARMS[0]: -1, REUSE_ARMS[1]: count // 2, REUSE_ARMS[2]: count}[arm])
        return seconds(lambda: one.train(epochs))

    more = 50 if arm == REUSE_ARMS[2] else 3
    run(1)  # the first run of a process is slower
    first, all_epochs = run(1), run(1 + more)
    return {"first epoch, rows per second": rows / first,
            "later epochs, rows per second": more * rows / (all_epochs - first)}


def measure_gradual(arm: str, folder: Path, rows: int) -> dict[str, float]:
    """Examples per second when each epoch releases one more layer, and when each trains all."""
    count = Ours(folder, rows, "bf16").model.config.num_hidden_layers
    total = 0.0
    Ours(folder, rows, "bf16").train(1)  # the first run of a process is slower
    for layers in range(count, -2, -1):
        one = Ours(folder, rows, "bf16")
        freeze(one.model, layers if arm == "gradual" else -1)
        total += seconds(lambda one=one: one.train(1))
    return {"all epochs, rows per second": (count + 2) * rows / total}


KINDS = (("matrix products", ("mm", "addmm", "bmm", "baddbmm", "matmul")), ("optimizer", ("_fused_adamw_",)),
         ("random numbers", ("random_", "bernoulli_")), ("copies and casts", ("copy_", "_to_copy", "clone")),
         ("filling with zeros", ("fill_", "zero_")), ("normalisation", ("layer_norm",)),
         ("softmax", ("softmax",)), ("activation", ("gelu",)))


def kind_of(operation: str) -> str:
    """The row of the table that an operation of the profile belongs to."""
    name = operation.removeprefix("aten::").removeprefix("native_").removeprefix("_log").strip("_")
    for kind, names in KINDS:
        if name in [known.strip("_") for known in names] or (len(names) == 1 and names[0].strip("_") in name):
            return kind
    return "other element-wise work" if operation.startswith("aten::") else "Python and autograd"


def peak_rate(side: int = 1024, repetitions: int = 30) -> float:
    """FLOP/s of bf16 matrix products of the machine, the best of some."""
    left, right = (torch.randn(side, side).bfloat16() for _ in range(2))
    return 2 * side**3 / min(seconds(lambda: left @ right) for _ in range(repetitions))


def print_profile(folder: Path) -> None:
    """Where training steps go, and the share of the peak that is achieved."""
    one = Ours(folder, 20 * BATCH_SIZE, "bf16")
    one.train(1, 2 * BATCH_SIZE)
    best = peak_rate()
    plain = seconds(lambda: one.train(1))
    with profile(activities=[ProfilerActivity.CPU], with_flops=True) as profiled:
        one.train(1)
    spent: dict[str, float] = defaultdict(float)
    for event in profiled.key_averages():
        spent[kind_of(event.key)] += event.self_cpu_time_total
    total, flops = sum(spent.values()), sum(event.flops for event in profiled.key_averages())
    for kind, duration in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"{kind:<28} {duration / total:>6.1%}")
    print(f"bf16 peak {best / 1e9:.0f} GFLOP/s; a step needs {flops / 20 / 1e9:.0f} GFLOP; achieved "
          f"{flops / plain / best:.0%} of the peak overall, and within matrix products "
          f"{flops / (plain * spent['matrix products'] / total) / best:.0%}")


def measure_in_child(what: str, arm: str, folder: Path, rows: int, threads: int) -> dict[str, float]:
    """The result of one measurement in a process of its own."""
    arguments = (what, arm, str(folder), str(rows), str(threads))
    output = run_child(ROOT, ["-m", "benchmarks.speed", "--measure", *arguments], f"{what} of {arm}")
    measured: dict[str, float] = json.loads(output.splitlines()[-1])
    return measured


def compare(what: str, arms: tuple[str, ...], options: Namespace, folder: Path, rows: int) -> None:
    """Let the arms take turns; print medians and ratios to the first arm."""
    taken: dict[str, list[dict[str, float]]] = defaultdict(list)
    for _ in range(options.repetitions):
        for arm in arms:
            taken[arm].append(measure_in_child(what, arm, folder, rows, options.threads))
            print(f"{arm}: {taken[arm][-1]}", file=sys.stderr, flush=True)
    for figure in taken[arms[0]][0]:
        print(f"\n{figure}: {rows} rows, threads {options.threads}, medians of {options.repetitions} (with range)")
        for arm in arms:
            values = np.array([one[figure] for one in taken[arm]])
            ratios = values / np.array([one[figure] for one in taken[arms[0]]])
            print(f"{arm:<36} {np.median(values):>9.1f}  ratio {np.median(ratios):>6.2f}  ({ratios.min():.2f} to "
                  f"{ratios.max():.2f})", flush=True)


def measure(what: str, arm: str, folder: Path, rows: int, threads: int) -> dict[str, float]:
    """One measurement in this process."""
    torch.set_num_threads(threads)
    kinds = {"speed": measure_speed, "reuse": measure_reuse, "gradual": measure_gradual}
    return kinds[what](arm, folder, rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the benchmark."""
    parser = stage_parser(
        __doc__ or "", "python -m benchmarks.speed --corpus /corpora/ag_news --checkpoint /models/encoder --only speed")
    parser.add_argument("--measure", nargs=5, help=SUPPRESS)
    parser.add_argument("--corpus", type=Path, help="folder with train.csv and test.csv of AG News")
    parser.add_argument("--checkpoint", type=Path, help="folder with a BERT-like encoder and its tokenizer")
    parser.add_argument("--rows", type=int, default=1000, help="training rows (default: 1000)")
    parser.add_argument("--test-rows", type=int, default=2000, help="test rows, at least --rows (default: 2000)")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads of every arm (default: 1)")
    parser.add_argument("--repetitions", type=int, default=5, help="measurements of every arm (default: 5)")
    parser.add_argument("--only", choices=("speed", "reuse", "gradual", "profile"),
                        help="one comparison: `speed` with the Trainer, `reuse` of the outputs of frozen layers,"
                             " `gradual` unfreezing, or the `profile` of a training step (default: all)")
    return run_stage(parser, _run, arguments)


def _run(options: Namespace) -> None:
    if options.measure:
        what, arm, folder, *numbers = options.measure
        print(json.dumps(measure(what, arm, Path(folder), *map(int, numbers))))
        return
    if options.corpus is None or options.checkpoint is None:
        raise UserError("--corpus and --checkpoint: expected a folder for each, found none; see --help")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, {TASK: options.corpus}, options.checkpoint, validation_size=BATCH_SIZE,
                test_size=options.test_rows, max_length=MAX_LENGTH)
        if options.only in (None, "profile"):
            torch.set_num_threads(options.threads)
            print_profile(folder)
        if options.only in (None, "speed"):
            compare("speed", (*TRAINER_ARMS, *OUR_ARMS), options, folder, options.rows)
        if options.only in (None, "reuse"):
            compare("reuse", REUSE_ARMS, options, folder, options.rows // 3)
        if options.only in (None, "gradual"):
            compare("gradual", ("full", "gradual"), options, folder, options.rows // 6)


if __name__ == "__main__":
    sys.exit(main())
