"""Forecast of a cell against its true training, on AG News and CoNLL-2003 in their original files.

    python -m benchmarks.forecast --ag-news FOLDER --conll2003 FOLDER --checkpoint FOLDER

Each cell is forecast from its probe and then trained by `python -m stages.train`, one right after the other, so that
both see the same machine. The ratio is forecast over truth.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from benchmarks.scale import PEAK
from stages.common.sources import ROOT
from stages.forecasting.cells import Cell, TaskRows
from stages.forecasting.study import forecast_cell, measure
from stages.settings.recipes import FULL, recipe_settings
from stages.settings.training import Arm, training_settings

MAX_LENGTH = 128


@dataclass(frozen=True)
class Case:
    """A cell to compare."""

    task: str
    tuning: str
    rows: int
    epochs: int
    init: Arm = "pretrained"


CASES = {
    "text-full": Case("ag_news", "full", 500, 3),
    "text-head": Case("ag_news", "head", 5000, 5),
    "text-lora": Case("ag_news", "lora", 500, 3),
    "text-gradual": Case("ag_news", "gradual", 500, 3),
    "words-partial": Case("conll2003", "partial", 2000, 3),
    "words-scratch": Case("conll2003", "full", 1500, 3, "scratch"),
}


def prepare(folder: Path, options: argparse.Namespace) -> None:
    """Download, preprocess and encode both tasks into ``folder``."""
    corpora = {"ag_news": options.ag_news, "conll2003": options.conll2003}
    params = yaml.safe_load((ROOT / "params.yaml").read_text("utf-8"))
    params["tasks"] = {task: {
        "corpus": task, "source": "local", "folder": str(corpus.absolute()), "exclude_id_prefix": "",
        "validation_size": 200, "test_size": 0, "train_size": 0, "checkpoint": "benchmark", "max_length": MAX_LENGTH,
        "pretrained": {"lr": 5e-5}, "scratch": {}} for task, corpus in corpora.items()}
    params["recipes"]["partial"]["frozen_layers"] = 3
    (folder / "params.yaml").write_text(yaml.safe_dump(params), "utf-8")
    (folder / "checkpoint").symlink_to(options.checkpoint.absolute())
    (folder / "origin.json").write_text('{"synthetic": false}', "utf-8")
    for task in corpora:
        for command in (
            f"download --task {task} --out raw/{task}",
            f"preprocess --task {task} --raw raw/{task} --out prepared/{task} --card card.json",
            f"encode --task {task} --prepared prepared/{task} --tokenizer checkpoint/tokenizer.json"
            f" --origin origin.json --out encoded/{task} --card encoding.json",
        ):
            subprocess.run([sys.executable, "-m", *f"stages.{command}".split()], cwd=folder, check=True,
                           env=environment(), stderr=subprocess.DEVNULL)


def environment() -> dict[str, str]:
    """Of stages that run in another folder."""
    return os.environ | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}


def compare(case: Case, seed: int) -> dict[str, float]:
    """Seconds and peak bytes as forecast and in truth, in the working directory; and those of the probe."""
    write_sizes(case)
    settings = training_settings(case.task, case.init)
    recipe = FULL if case.init == "scratch" else recipe_settings(case.tuning)
    rows = TaskRows(Path("encoded") / case.task, Path("checkpoint"))
    cell = Cell(case.task, "", "", case.init, seed, recipe, settings)
    started = time.perf_counter()
    forecast = forecast_cell(cell, rows, measure(cell, rows))
    probed = time.perf_counter()
    tuning = [] if case.init == "scratch" else ["--tuning", case.tuning]
    done = subprocess.run(
        [sys.executable, "-c", PEAK, "stages.train", "--task", case.task, "--init", case.init, *tuning, "--seed",
         str(seed), "--encoded", f"encoded/{case.task}", "--checkpoint", "checkpoint", "--out", "model"],
        check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment())
    return {"forecast": forecast.seconds, "truth": time.perf_counter() - probed, "probe": probed - started,
            "bytes forecast": forecast.peak_bytes, "bytes": float(done.stdout.split()[-1]) * 1024,
            **forecast.as_json()["seconds_by_part"]}


def write_sizes(case: Case) -> None:
    """Rows and epochs of a case into params.yaml."""
    path = Path("params.yaml")
    params: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    params["tasks"][case.task]["train_size"] = case.rows
    params["tasks"][case.task][case.init]["epochs"] = case.epochs
    path.write_text(yaml.safe_dump(params), "utf-8")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ag-news", type=Path, required=True, help="folder with train.csv and test.csv")
    parser.add_argument("--conll2003", type=Path, required=True, help="folder with the files of CoNLL-2003")
    parser.add_argument("--checkpoint", type=Path, required=True, help="folder with an encoder and its tokenizer")
    parser.add_argument("--only", nargs="+", choices=CASES, default=list(CASES), help="some of the cells")
    parser.add_argument("--repetitions", type=int, default=1, help="of every cell (default: 1)")
    options = parser.parse_args()
    os.environ["PYTHONPATH"] = str(ROOT)
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name), options)
        os.chdir(name)
        print(f"{'cell':<14} {'probe':>7} {'forecast':>9} {'truth':>7} {'ratio':>6} {'(range)':>14} {'memory':>7}")
        for case in options.only:
            found = [compare(CASES[case], 1 + number) for number in range(options.repetitions)]
            ratios = [one["forecast"] / one["truth"] for one in found]
            seconds = [np.median([one[part] for one in found]) for part in ("probe", "forecast", "truth")]
            memory = np.median([one["bytes forecast"] / one["bytes"] for one in found])
            print(f"{case:<14} {seconds[0]:>6.1f}s {seconds[1]:>8.1f}s {seconds[2]:>6.1f}s {np.median(ratios):>6.2f} "
                  f"{f'{min(ratios):.2f} to {max(ratios):.2f}':>14} {memory:>7.2f}", flush=True)


if __name__ == "__main__":
    main()
