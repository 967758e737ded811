"""Training in two processes against the same training in one: steps, scores, losses, memory and time, on AG News.

The encoder is fine-tuned for three epochs in either way, seed by seed in turn, and every model predicts the test set.
Encoded data, models and the chart of training losses stay in --folder.
"""

import re
import subprocess
import sys
import threading
import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import psutil
from matplotlib.figure import Figure

from benchmarks.common import child_environment, prepare, write_params
from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.files import read_json_lines, write_json
from stages.encoding.store import read_split
from stages.models.building import load_model
from stages.models.predicting import predicted_rows

TASK = "ag_news"
COUNTS = (1, 2)


def train(folder: Path, out: str, seed: int) -> tuple[list[dict[str, Any]], float, dict[int, int]]:
    """The history of a run, its seconds, and the peak memory of each of its processes in KiB.

    Raises:
        UserError: training failed; what it wrote has been printed to standard error.
    """
    command = [sys.executable, "-m", "stages.train", "--task", TASK, "--init", "pretrained", "--tuning", "full",
               "--seed", str(seed), "--encoded", f"encoded/{TASK}", "--checkpoint", "checkpoint",
               "--rows", "rows.json", "--out", out]
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=child_environment()) as process:
        peaks: dict[int, int] = {}
        watch = threading.Thread(target=_watch, args=(process, peaks))
        watch.start()
        output, _ = process.communicate()
        watch.join()
    if process.returncode:
        print(output, file=sys.stderr)
        raise UserError(f"stages.train: ended with exit code {process.returncode}; its output is above")
    return list(read_json_lines(folder / out / "history.jsonl")), time.perf_counter() - start, peaks


def _watch(process: subprocess.Popen[str], peaks: dict[int, int]) -> None:
    """Note `VmHWM` of the process and its Python children, which only rises."""
    while process.poll() is None:
        try:
            pids = [process.pid, *(child.pid for child in psutil.Process(process.pid).children(recursive=True))]
        except psutil.NoSuchProcess:
            return
        for pid in pids:
            try:
                status = Path(f"/proc/{pid}/status").read_text()
            except OSError:
                continue
            if found := re.search(r"VmHWM:\s+(\d+)", status):
                peaks[pid] = int(found[1])
        time.sleep(0.2)


def accuracy(folder: Path, model: Path) -> tuple[float, int, int]:
    """Test accuracy, predicted rows, and rows of the test set."""
    split = read_split(folder / f"encoded/{TASK}", "test")
    guids, logits = predicted_rows(load_model(model, "single"), split, "fp32", lambda rows: None)
    predicted = {guid: int(np.argmax(row)) for guid, row in zip(guids, logits, strict=True)}
    labels = dict(zip(split.guids, split.labels, strict=True))
    assert len(guids) == len(predicted), "no row of the test set twice"
    assert predicted.keys() == labels.keys(), "every row of the test set"
    return mean(float(predicted[guid] == label) for guid, label in labels.items()), len(guids), len(labels)


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


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the benchmark."""
    parser = stage_parser(__doc__ or "", "python -m benchmarks.processes --corpus /corpora/ag_news"
                          " --checkpoint /models/encoder --folder /tmp/processes")
    parser.add_argument("--corpus", type=Path, required=True, help="folder with train.csv and test.csv of AG News")
    parser.add_argument("--checkpoint", type=Path, required=True, help="folder with an encoder and its tokenizer")
    parser.add_argument("--folder", type=Path, required=True, help="new folder for what is made")
    parser.add_argument("--rows", type=int, default=1000, help="training rows (default: 1000)")
    parser.add_argument("--validation-rows", type=int, default=333, help="validation rows (default: 333)")
    parser.add_argument("--test-rows", type=int, default=2000, help="test rows (default: 2000)")
    parser.add_argument("--seeds", type=int, default=3, help="number of seeds (default: 3)")
    return run_stage(parser, _compare, arguments)


def _compare(options: Namespace) -> None:
    options.folder.mkdir()
    params = prepare(options.folder, {TASK: options.corpus}, options.checkpoint, train_size=options.rows,
                     validation_size=options.validation_rows, test_size=options.test_rows,
                     pretrained={"lr": 5e-5, "epochs": 3})
    write_json(options.folder / "rows.json", {"train_size": options.rows})
    seeds = range(1, options.seeds + 1)
    curves: dict[int, list[list[dict[str, Any]]]] = {count: [] for count in COUNTS}
    for seed in seeds:  # in turn, so that both see the same machine
        for count in COUNTS:
            params["training"]["processes"] = count
            write_params(options.folder, params)
            history, seconds, peaks = train(options.folder, f"models-{count}/{seed}", seed)
            curves[count].append(history)
            memory = " + ".join(f"{peak / 2**20:.1f}" for peak in sorted(peaks.values(), reverse=True))
            print(f"seed {seed}, processes {count}: {history[-1]['steps']} steps, {seconds:.0f} s, "
                  f"peak memory {memory} GiB", flush=True)
    for count in COUNTS:
        found = [accuracy(options.folder, options.folder / f"models-{count}/{seed}") for seed in seeds]
        scores = ", ".join(f"{score:.4f}" for score, _, _ in found)
        print(f"processes {count}: accuracy {mean(score for score, _, _ in found):.4f} ({scores}), "
              f"{found[0][1]} of {found[0][2]} test rows predicted")
    draw(curves, options.folder / "losses.png")
    print(f"chart: {options.folder / 'losses.png'}")


if __name__ == "__main__":
    sys.exit(main())
