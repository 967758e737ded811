"""Time and memory of preprocess and encode on synthetic MultiNLI files of growing size.

Each stage is a process of its own. The last column is the time per row over that of the first size, so 1.00 is linear.
"""

import json
import sys
import tempfile
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from random import Random

import yaml

from benchmarks.common import measure_stage
from stages.common.command import run_stage, stage_parser
from stages.corpora.tasks import TASKS
from tests.tiny import write_tokenizer

SIZES = (100_000, 200_000, 400_000)
PREPROCESS = "stages.preprocess --task mnli --raw raw --out prepared --card card.json".split()
ENCODE = ("stages.encode --task mnli --prepared prepared --tokenizer tokenizer/tokenizer.json --origin origin.json"
          " --config config.json --out encoded --card encoding.json").split()
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


def write_inputs(folder: Path, rows: int) -> None:
    """Raw files with ``rows`` rows of train, settings and a tokenizer."""
    task = {"corpus": "mnli", "validation_size": min(5000, rows // 10), "test_size": 0, "exclude_id_prefix": "",
            "table": {},
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
    (folder / "config.json").write_text('{"model_type": "bert", "max_position_embeddings": 128}', "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the benchmark."""
    parser = stage_parser(__doc__ or "", "python -m benchmarks.scale 1000 2000")
    parser.add_argument("rows", type=int, nargs="*", default=SIZES,
                        help=f"training rows of each file (default: {' '.join(map(str, SIZES))})")
    return run_stage(parser, _scale, arguments)


def _scale(options: Namespace) -> None:
    first: dict[str, float] = {}
    print(f"{'rows':>8}  {'stage':<10}  {'seconds':>8}  {'MiB':>6}  {'per row':>7}")
    for rows in options.rows:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_inputs(folder, rows)
            for stage, command in (("preprocess", PREPROCESS), ("encode", ENCODE)):
                seconds, memory = measure_stage(folder, *command, TOKENIZERS_PARALLELISM="true")
                first.setdefault(stage, seconds / rows)
                print(f"{rows:>8}  {stage:<10}  {seconds:>8.1f}  {memory:>6.0f}  {seconds / rows / first[stage]:>7.2f}",
                      flush=True)


if __name__ == "__main__":
    sys.exit(main())
