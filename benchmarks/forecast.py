"""Forecast of a cell against its true training, on AG News and CoNLL-2003 in their original files.

Each cell is forecast from its probe and then trained by `python -m stages.train`, right after, so that both see the
same machine. The ratio is the forecast over the truth: 1.00 is exact, above 1 too pessimistic.
"""

import contextlib
import os
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import yaml

from benchmarks.common import measure_stage, prepare, write_params
from stages.common.command import run_stage, stage_parser
from stages.common.files import write_json
from stages.common.sources import ROOT
from stages.forecasting.cells import Cell, TaskRows
from stages.forecasting.study import forecast_cell, measure
from stages.settings.recipes import FULL, recipe_settings
from stages.settings.training import training_settings


@dataclass(frozen=True)
class Case:
    """A cell to compare."""

    task: str
    tuning: str
    rows: int
    epochs: int
    init: str = "pretrained"


CASES = {
    "text-full": Case("ag_news", "full", 500, 3),
    "text-head": Case("ag_news", "head", 5000, 5),
    "text-lora": Case("ag_news", "lora", 500, 3),
    "text-gradual": Case("ag_news", "gradual", 500, 3),
    "words-partial": Case("conll2003", "partial", 2000, 3),
    "words-scratch": Case("conll2003", "full", 1500, 3, "scratch"),
}


def compare(case: Case, seed: int) -> dict[str, float]:
    """Seconds and peak bytes as forecast and in truth, in the working directory; and those of the probe."""
    write_sizes(case)
    settings = training_settings(case.task, case.init).model_copy(update={"train_size": case.rows})
    recipe = FULL if case.init == "scratch" else recipe_settings(case.tuning)
    rows = TaskRows(Path("encoded") / case.task, Path("checkpoint"))
    cell = Cell(case.task, f"{case.init}-{seed}", "", case.init, seed, recipe, settings)
    started = time.perf_counter()
    forecast = forecast_cell(cell, rows, measure(cell, rows))
    probe = time.perf_counter() - started
    tuning = [] if case.init == "scratch" else ["--tuning", case.tuning]
    truth, memory = measure_stage(
        Path.cwd(), "stages.train", "--task", case.task, "--init", case.init, *tuning, "--seed", str(seed),
        "--encoded", f"encoded/{case.task}", "--checkpoint", "checkpoint", "--rows", "rows.json",
        "--out", "model")
    return {"forecast": forecast.seconds, "truth": truth, "probe": probe, "bytes forecast": forecast.peak_bytes,
            "bytes": memory * 2**20}


def write_sizes(case: Case) -> None:
    """Rows and epochs of a case into params.yaml of the working directory."""
    params = yaml.safe_load(Path("params.yaml").read_text("utf-8"))
    write_json(Path("rows.json"), {"train_size": case.rows})
    params["tasks"][case.task][case.init]["epochs"] = case.epochs
    write_params(Path.cwd(), params)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the benchmark."""
    parser = stage_parser(__doc__ or "", "python -m benchmarks.forecast --ag-news /corpora/ag_news"
                          " --conll2003 /corpora/conll2003 --checkpoint /models/encoder --only text-full text-lora")
    parser.add_argument("--ag-news", type=Path, required=True, help="folder with train.csv and test.csv")
    parser.add_argument("--conll2003", type=Path, required=True, help="folder with the files of CoNLL-2003")
    parser.add_argument("--checkpoint", type=Path, required=True, help="folder with an encoder and its tokenizer")
    parser.add_argument("--only", nargs="+", choices=CASES, default=list(CASES), help="some of the cells")
    parser.add_argument("--repetitions", type=int, default=1, help="trainings of every cell (default: 1)")
    parser.add_argument("--rows", type=int, help="training rows of every cell (default: 500 to 5000, by the cell)")
    parser.add_argument("--validation-rows", type=int, default=200, help="of both tasks (default: 200)")
    return run_stage(parser, _forecast, arguments)


def _forecast(options: Namespace) -> None:
    os.environ["PYTHONPATH"] = str(ROOT)  # for the probes
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name):
        corpora = {"ag_news": options.ag_news, "conll2003": options.conll2003}
        params = prepare(Path(name), corpora, options.checkpoint, validation_size=options.validation_rows)
        params["recipes"]["partial"]["frozen_layers"] = 3
        write_params(Path(name), params)
        print(f"{'cell':<14} {'probe':>7} {'forecast':>9} {'truth':>7} {'ratio':>6} {'(range)':>14} {'memory':>7}")
        for case in options.only:
            chosen = replace(CASES[case], rows=options.rows or CASES[case].rows)
            found = [compare(chosen, 1 + number) for number in range(options.repetitions)]
            ratios = [one["forecast"] / one["truth"] for one in found]
            seconds = [np.median([one[part] for one in found]) for part in ("probe", "forecast", "truth")]
            memory = np.median([one["bytes forecast"] / one["bytes"] for one in found])
            print(f"{case:<14} {seconds[0]:>6.1f}s {seconds[1]:>8.1f}s {seconds[2]:>6.1f}s {np.median(ratios):>6.2f} "
                  f"{f'{min(ratios):.2f} to {max(ratios):.2f}':>14} {memory:>7.2f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
