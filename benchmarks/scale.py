"""Time and memory of preprocess and encode on synthetic MultiNLI files of growing size.

Run it with `python -m benchmarks.scale`; rows may be named: `python -m benchmarks.scale 1000 2000`. Each
stage is a process of its own; the last column is its time over that of the smallest file, divided by the rows likewise,
so 1.00 is exactly linear.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

import yaml

from stages.common.sources import ROOT
from stages.corpora.tasks import TASKS
from tests.tiny import write_tokenizer

SIZES = (100_000, 200_000, 400_000)
PREPROCESS = "stages.preprocess --task mnli --raw raw --out prepared --card card.json".split()
ENCODE = ("stages.encode --task mnli --prepared prepared --tokenizer tokenizer/tokenizer.json --origin origin.json"
          " --out encoded --card encoding.json").split()
STEMS = ["film", "town", "light", "story", "river"]
WORDS = [f"{stem}{number}" for stem in STEMS for number in range(2000)]


def write_pairs(path: Path, rows: int, seed: int) -> None:
    """Pairs as long as those of the corpus, with the keys that readers leave aside."""
    random = Random(seed)
    labels = TASKS["mnli"].labels
    with path.open("w", encoding="utf-8") as stream:
        for row in range(rows):
            premise, hypothesis = (" ".join(random.choices(WORDS, k=random.randint(2, most))) for most in (36, 16))
            stream.write(json.dumps({
                "gold_label": labels[row % 3], "pairID": f"{row}n", "promptID": str(row), "genre": "fiction",
                "sentence1": premise, "sentence2": hypothesis, "annotator_labels": [labels[row % 3]],
                "sentence1_parse": f"(ROOT {premise})", "sentence2_parse": f"(ROOT {hypothesis})"}) + "\n")


# A process tells its own peak (`VmHWM`): what `wait4` tells of a child includes the memory of the parent it came from.
PEAK = """
import atexit, pathlib, re, runpy, sys
status = pathlib.Path("/proc/self/status")
atexit.register(lambda: print(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]))
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


def measured(folder: Path, *arguments: str) -> tuple[float, float]:
    """Seconds and peak memory in MiB of a stage run in ``folder``."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", PEAK, *arguments], cwd=folder, check=True, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": str(ROOT), "TOKENIZERS_PARALLELISM": "true"})
    return time.perf_counter() - started, int(done.stdout.split()[-1]) / 1024


def write_inputs(folder: Path, rows: int) -> None:
    """Raw files with ``rows`` rows of train, settings and a tokenizer."""
    task = {"corpus": "mnli", "validation_size": min(5000, rows // 10), "test_size": 0, "exclude_id_prefix": "",
            "checkpoint": "tiny", "max_length": 128}
    (folder / "params.yaml").write_text(yaml.safe_dump({"split_seed": 1, "tasks": {"mnli": task}}), "utf-8")
    raw = folder / "raw"
    raw.mkdir()
    splits = {split: names[0] for split, names in TASKS["mnli"].files.items() if split != "validation"}
    for seed, (split, name) in enumerate(splits.items()):
        write_pairs(raw / name, rows if split == "train" else rows // 40, seed)
    (raw / "source.json").write_text(json.dumps({"source": "sample", "splits": splits, "files": {}}), "utf-8")
    write_tokenizer(folder / "tokenizer", WORDS[::3] + STEMS)
    (folder / "origin.json").write_text('{"synthetic": true}', "utf-8")


def run(rows: int, folder: Path) -> dict[str, tuple[float, float]]:
    """Both stages on a train file of ``rows`` rows."""
    write_inputs(folder, rows)
    return {"preprocess": measured(folder, *PREPROCESS), "encode": measured(folder, *ENCODE)}


def main() -> None:
    """Print one line per size and stage."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    first: dict[str, float] = {}
    print(f"{'rows':>8}  {'stage':<10}  {'seconds':>8}  {'MiB':>6}  {'per row':>7}")
    for rows in sizes:
        folder = Path(tempfile.mkdtemp())
        try:
            for stage, (seconds, memory) in run(rows, folder).items():
                first.setdefault(stage, seconds / rows)
                print(f"{rows:>8}  {stage:<10}  {seconds:>8.1f}  {memory:>6.0f}  {seconds / rows / first[stage]:>7.2f}",
                      flush=True)
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
