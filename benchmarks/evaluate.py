"""Time and memory of evaluate on as many rows, cells and resamples as the largest studies have.

Each line is a process of its own that reads stored logits of two arms with four seeds: as many texts as NSMC's test set
has, and as many sentences as that of CoNLL-2003.
"""

import json
import sys
import tempfile
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from benchmarks.common import measure_stage
from stages.common.command import run_stage, stage_parser
from stages.common.files import write_json, write_json_lines
from stages.settings.arms import ARMS
from tests.tiny import TEXT_TASK, WORD_TASK

ROWS = {"texts": (TEXT_TASK, 50_000), "sentences": (WORD_TASK, 3_453)}
SEEDS = [1, 2, 3, 4]
CELLS = [*(f"pretrained-full-{seed}" for seed in SEEDS), *(f"scratch-{seed}" for seed in SEEDS)]
EVALUATE = ("stages.evaluate --task toy --prepared prepared --encoding-card card.json"
            " --models models --predictions predictions --baselines baselines.json --embeddings embeddings.json"
            " --out metrics.json --curves curves.csv").split()
EVENT = {"step": 0, "epoch": 0.0}
HISTORY: list[dict[str, Any]] = [
    {"kind": "start", "settings": {}, "recipe": {}, "inputs": {}, "numerics": {}},
    {"kind": "end", "outcome": "finished", "parameters": 1, "trainable_parameters": 1, "steps": 1, "skipped_steps": 0,
     "best_step": 1}]


def lengths_of(task: dict[str, Any], rows: int, generator: np.random.Generator) -> np.ndarray:
    """Labels of every row: one, or those of sentences of 1 to 27 words, 14 in the mean."""
    return generator.integers(1, 28, rows) if task["kind"] == "words" else np.ones(rows, int)


def logits_of(gold: np.ndarray, classes: int, hardness: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Float32 [labels, classes], mostly right, more often wrong where it is hard for every model."""
    logits = generator.normal(0, 1, (len(gold), classes))
    logits[np.arange(len(gold)), gold] += 2.5 - hardness
    return logits.astype(np.float32)


def write_inputs(folder: Path, task: dict[str, Any], rows: int, resamples: int = 10_000) -> None:
    """Everything that evaluate reads, with ``rows`` rows in test and a hundredth of them in validation."""
    generator = np.random.default_rng(1)
    splits = {"validation": rows // 100, "test": rows}
    write_json(folder / "prepared" / "task.json", task)
    tags, words = task["tags"], task["kind"] == "words"
    golds, columns = {}, {}
    for split, count in splits.items():
        lengths = lengths_of(task, count, generator)
        odds = [0.83] + [0.17 / (len(tags) - 1)] * (len(tags) - 1) if words else None
        golds[split] = generator.choice(len(tags), lengths.sum(), p=odds)
        columns[split] = [f"{split}:{row}" for row in range(count)], np.concatenate([[0], np.cumsum(lengths)])
        write_json_lines(folder / "prepared" / f"{split}.jsonl", (
            {"guid": guid} | ({"tags": [tags[tag] for tag in golds[split][start:end]]} if words
                              else {"label": tags[golds[split][start]]})
            for guid, start, end in zip(columns[split][0], columns[split][1][:-1], columns[split][1][1:], strict=True)))
    hardness = {split: np.abs(generator.normal(0, 2, len(gold))) for split, gold in golds.items()}
    (folder / "predictions").mkdir()
    for cell in CELLS:
        tables = [
            pa.table({"moment": [moment] * splits[split], "split": [split] * splits[split], "guid": columns[split][0],
                      "logits": pa.ListArray.from_arrays(pa.array(columns[split][1] * len(tags), pa.int32()), logits_of(
                          gold, len(tags), hardness[split], generator).ravel())})
            for moment in ("before", "after") for split, gold in golds.items()]
        parquet.write_table(pa.concat_tables(tables), folder / "predictions" / f"{cell}.parquet")
        write_json_lines(folder / "models" / cell / "history.jsonl", HISTORY)
    guess = [["O"] * int(length) for length in np.diff(columns["test"][1])] if words else [tags[0]] * rows
    write_json(folder / "baselines.json", {"train_rows": 1, "test": {"majority": guess}})
    write_json(folder / "embeddings.json", {"train_rows": 1, "test": {}})
    write_json(folder / "card.json", {
        "checkpoint": "none", "synthetic_checkpoint": False, "max_length": 64, "vocabulary": 100, "origin": {},
        "splits": {split: {"rows": count, "tokens": 20 * count, "truncated_rows": 0, "unknown_tokens": 0,
                           "split_sentences": 0, "lengths": {}} for split, count in splits.items()}})
    (folder / "params.yaml").write_text(json.dumps({
        "tunings": ["full"], "seeds": SEEDS, **{arm.asked_by: [] for arm in ARMS.values() if arm.asked_by},
        "evaluation": {"resamples": resamples, "bootstrap_seed": 1}}), "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the benchmark."""
    parser = stage_parser(__doc__ or "", "python -m benchmarks.evaluate --rows 10000")
    parser.add_argument("--rows", type=int, help="test rows of both tasks (default: those of NSMC and CoNLL-2003)")
    parser.add_argument("--resamples", type=int, default=10_000,
                        help="shuffles of randomisation tests, at least 100 (default: 10000)")
    return run_stage(parser, _evaluate, arguments)


def _evaluate(options: Namespace) -> None:
    print(f"{'rows':>8}  {'kind':<10}  {'cells':>5}  {'seconds':>8}  {'MiB':>6}")
    for kind, (task, published) in ROWS.items():
        rows = options.rows or published
        with tempfile.TemporaryDirectory() as name:
            write_inputs(Path(name), task, rows, options.resamples)
            seconds, memory = measure_stage(Path(name), *EVALUATE)
        print(f"{rows:>8}  {kind:<10}  {len(CELLS):>5}  {seconds:>8.1f}  {memory:>6.0f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
