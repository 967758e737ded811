"""Stage ``track``: one MLflow run per cell of a task."""

import hashlib
import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from stages.common.command import run_stage, stage_parser
from stages.common.files import read_json, read_json_lines, write_json
from stages.encoding.train_sizes import models_of
from stages.settings.data import EncodingSettings, task_encoding_settings
from stages.tracking.store import TrackedRun, TrackingStore


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the stage."""
    parser = stage_parser(
        "Log every cell of one task to MLflow. A result that the store has already is not logged again.",
        "python -m stages.track --task nsmc --metrics reports/metrics/nsmc.json --models data/models/nsmc"
        " --sizes reports/sizes/nsmc.json --sized data/sized/nsmc --out data/tracked/nsmc.json",
    )
    parser.add_argument("--task", required=True, help="name of the task in params.yaml")
    parser.add_argument("--metrics", type=Path, required=True, help="JSON that evaluate wrote")
    parser.add_argument("--models", type=Path, required=True, help="folder of the models: their histories")
    parser.add_argument("--sizes", type=Path, required=True, help="JSON that evaluate_sizes wrote")
    parser.add_argument("--sized", type=Path, required=True, help="folder of the further train sizes: their histories")
    parser.add_argument("--out", type=Path, required=True, help="JSON with the digest of every logged result")
    return run_stage(parser, _track, arguments)


def _track(options: Namespace) -> None:
    task = read_json(options.metrics)
    encoding = task_encoding_settings(options.task)
    runs = [_run(task, cell, facts, options.models / cell, encoding) for cell, facts in task["cells"].items()]
    for name, facts in read_json(options.sizes)["cells"].items():
        cell, _, size = name.partition("-rows-")
        trained = task | {"rows": task["rows"] | {"train": facts["train_rows"]}}
        runs.append(_run(trained, name, facts, models_of(options.sized, int(size)) / cell, encoding))
    new = TrackingStore(Path.cwd()).log(options.task, runs)
    print(f"{options.task}: {new} new runs, {len(runs) - new} in the store already", file=sys.stderr)
    write_json(options.out, {run.name: run.result for run in runs})


def _run(
    task: dict[str, Any], cell: str, facts: dict[str, Any], model: Path, encoding: EncodingSettings
) -> TrackedRun:
    params = {name: facts[name] for name in ("arm", "tuning", "seed", "parameters", "trainable_parameters")}
    params |= facts["settings"] | encoding.model_dump()
    params |= {f"recipe_{name}": value for name, value in facts["recipe"].items()}
    params |= {f"{split}_rows": rows for split, rows in task["rows"].items()}
    params |= {f"numerics_{name}": value for name, value in facts["numerics"].items()}
    params |= {f"sha256_{name}": digest for name, digest in facts["inputs"].items()}
    metrics = [*_curves(model / "history.jsonl"), *_final(facts)]
    tags = {"task": task["task"], "arm": facts["arm"], "tuning": facts["tuning"], "seed": str(facts["seed"]),
            "checkpoint": encoding.checkpoint, "synthetic": str(task["synthetic"]).lower(),
            "synthetic_checkpoint": str(task["synthetic_checkpoint"]).lower(),
            "outcome": facts["outcome"]}
    determining = json.dumps([cell, params, tags, metrics], sort_keys=True)
    result = hashlib.sha256(determining.encode()).hexdigest()
    # Where a run came from says nothing about what it is, so these stay out of the digest.
    stage = f"train_{facts['arm']}" + ("_sized" if "train_rows" in facts else "")
    origin = {"dvc.stage": stage, "dvc.experiment": os.environ.get("DVC_EXP_NAME", "")}
    return TrackedRun(cell, result, params, tags | {name: value for name, value in origin.items() if value}, metrics)


def _curves(path: Path) -> Iterator[tuple[str, float, int]]:
    for event in read_json_lines(path):
        if event["kind"] == "step":
            for name in ("loss", "learning_rate", "gradient_norm"):
                if event[name] is not None:
                    yield f"train/batch_{name}" if name == "loss" else f"train/{name}", event[name], event["step"]
            for part, norm in event["gradient_norms"].items():
                if norm is not None:
                    yield f"train/gradient_norm/{part}", norm, event["step"]
        elif event["kind"] == "evaluation":
            for split in ("train", "validation"):
                for name, value in event[split].items():
                    yield f"{split}/{name}", value, event["step"]


def _final(facts: dict[str, Any]) -> Iterator[tuple[str, float, int]]:
    for moment, step in (("before", 0), ("after", facts["best_step"])):
        for split, metrics in facts[moment].items():
            for name, value in metrics.items():
                yield f"{moment}/{split}/{name}", value, step
    yield "after/test/low", facts["interval"]["low"], facts["best_step"]
    yield "after/test/high", facts["interval"]["high"], facts["best_step"]


if __name__ == "__main__":
    sys.exit(main())
