"""One training in two processes against the same in one: steps, scores, loss curves, memory and time, on real AG News.

    python -m benchmarks.processes --corpus /corpora/ag_news --encoder /models/encoder --folder /tmp/processes

fine-tunes the encoder in a clone, with the settings of its params.yaml but for a few, and runs every model on test. It
needs the corpus's own train.csv and test.csv. What was trained, and the chart of losses, stay in the folder.
"""

import argparse
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import psutil
import yaml
from matplotlib.figure import Figure

from stages.common.files import read_json_lines
from stages.common.sources import ROOT
from stages.encoding.store import read_split
from stages.models.building import load_model
from stages.models.predicting import predicted_rows

TASK = "ag_news"
COUNTS = (1, 2)


def prepared_clone(folder: Path, corpus: Path, encoder: Path, rows: int, seeds: int) -> Path:
    """A clone of the project in which AG News is encoded and a checkpoint assigned."""
    home = folder / "home"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(home)], check=True)
    params = yaml.safe_load((home / "params.yaml").read_text("utf-8"))
    task = params["tasks"][TASK] | {
        "source": "local", "folder": str(corpus.resolve()), "train_size": rows, "test_size": 2000,
        "validation_size": 333, "checkpoint": "encoder", "max_length": 128}
    params |= {"tasks": {TASK: task}, "seeds": list(range(1, seeds + 1)), "lr": 5e-5,
               "checkpoints": {"encoder": {"source": "local", "folder": str(encoder.resolve())}}}
    params["pretrained"]["epochs"] = 3
    write_params(home, params)
    call(home, sys.executable, "-m", "dvc", "repro", "--quiet", f"encode@{TASK}", f"assign_checkpoint@{TASK}")
    return home


def write_params(home: Path, params: dict[str, Any]) -> None:
    """Write the clone's params.yaml."""
    (home / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False, allow_unicode=True), encoding="utf-8")


def call(home: Path, *command: str) -> None:
    """Run a command there, with the Python of this one."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(command, cwd=home, env=os.environ | {"PATH": path}, check=True)


def trained(home: Path, out: str, seed: int) -> tuple[list[dict[str, Any]], float, dict[int, int]]:
    """The history of a run, its seconds, and the peak memory of each of its processes in KiB."""
    command = [sys.executable, "-m", "stages.train", "--task", TASK, "--init", "pretrained", "--tuning", "full",
               "--seed", str(seed), "--encoded", f"data/encoded/{TASK}", "--checkpoint", f"data/initial/{TASK}",
               "--out", out]
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=home) as process:
        peaks: dict[int, int] = {}
        watch = threading.Thread(target=_watch, args=(process, peaks))
        watch.start()
        assert process.wait() == 0
        watch.join()
    return list(read_json_lines(home / out / "history.jsonl")), time.perf_counter() - start, peaks


def _watch(process: subprocess.Popen[bytes], peaks: dict[int, int]) -> None:
    """Note `VmHWM` of the process and its Python children, which only rises."""
    while process.poll() is None:
        try:
            pids = [process.pid, *(child.pid for child in psutil.Process(process.pid).children(recursive=True))]
        except psutil.NoSuchProcess:
            return
        for pid in pids:
            try:
                told = Path(f"/proc/{pid}/status").read_text()
            except OSError:
                continue
            if found := re.search(r"VmHWM:\s+(\d+)", told):
                peaks[pid] = int(found[1])
        time.sleep(0.2)


def accuracy(home: Path, model: Path) -> tuple[float, int, int]:
    """On test: accuracy, rows predicted, and rows there are."""
    split = read_split(home / f"data/encoded/{TASK}", "test")
    guids, logits = predicted_rows(load_model(model, "single"), split, "fp32", lambda rows: None)
    guessed = {guid: int(np.argmax(row)) for guid, row in zip(guids, logits, strict=True)}
    labels = dict(zip(split.guids, split.labels, strict=True))
    assert len(guids) == len(guessed), "no row of test twice"
    assert guessed.keys() == labels.keys(), "every row of test"
    return mean(float(guessed[guid] == label) for guid, label in labels.items()), len(guids), len(labels)


def draw(curves: dict[int, list[list[dict[str, Any]]]], path: Path) -> None:
    """Losses as they were noted, a colour a number of processes."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    for count, histories in curves.items():
        for number, history in enumerate(histories):
            steps = [event for event in history if event["kind"] == "step"]
            axes.plot([event["step"] for event in steps], [event["loss"] for event in steps], f"C{count - 1}",
                      linestyle="-" if count == 1 else "--", linewidth=0.8,
                      label=None if number else f"{count} process{'es' if count > 1 else ''}")
    axes.set(xlabel="step", ylabel="training loss", title=f"AG News, {len(curves[1])} seeds")
    axes.legend()
    figure.savefig(path, dpi=120)


def main() -> None:
    """Train, predict, and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="folder with train.csv and test.csv of AG News")
    parser.add_argument("--encoder", type=Path, required=True, help="folder of an encoder with its tokenizer")
    parser.add_argument("--folder", type=Path, required=True, help="new folder")
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    options.folder.mkdir()
    home = prepared_clone(options.folder, options.corpus, options.encoder, options.rows, options.seeds)
    params = yaml.safe_load((home / "params.yaml").read_text("utf-8"))
    cells = [f"pretrained-full-{seed}" for seed in params["seeds"]]
    curves: dict[int, list[list[dict[str, Any]]]] = {count: [] for count in COUNTS}
    for seed, cell in zip(params["seeds"], cells, strict=True):  # in turn, so that both meet the same machine
        for count in COUNTS:
            params["training"]["processes"] = count
            write_params(home, params)
            history, seconds, peaks = trained(home, f"data/models-{count}/{cell}", seed)
            curves[count].append(history)
            memory = " + ".join(f"{peak / 2**20:.1f}" for peak in sorted(peaks.values(), reverse=True))
            print(f"seed {seed}, {count} processes: {history[-1]['steps']} steps, {seconds:.0f} s, "
                  f"peak memory {memory} GiB", flush=True)
    for count in COUNTS:
        found = [accuracy(home, home / f"data/models-{count}" / cell) for cell in cells]
        scores = ", ".join(f"{score:.4f}" for score, _, _ in found)
        print(f"{count} processes: accuracy {mean(score for score, _, _ in found):.4f} ({scores}), "
              f"{found[0][1]} of {found[0][2]} test rows counted")
    draw(curves, options.folder / "losses.png")
    print(f"chart: {options.folder / 'losses.png'}")


if __name__ == "__main__":
    main()
