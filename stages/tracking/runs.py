"""The runs of a task: one per cell, below one per arm."""

import hashlib
import json
import os
import re
import statistics
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from stages.common.durations import DURATIONS
from stages.common.errors import UserError
from stages.common.files import read_json, read_json_lines, write_json
from stages.common.repository import repository_root
from stages.results.durations import Durations
from stages.results.findings import Finding, beside
from stages.results.further import further_of_task
from stages.results.task_metrics import Estimate
from stages.results.trained import that_trained
from stages.results.verdicts import TaskVerdicts, read_verdicts
from stages.settings.arms import ARMS, arm_of_key, parse_cell_name, rivals_of
from stages.settings.data import EncodingSettings
from stages.settings.train_rows import models_of
from stages.tracking.following import measured
from stages.tracking.store import TrackedRun, TrackingStore
from stages.tracking.views import experiment_tags

_FINDINGS: TypeAdapter[tuple[Finding, ...]] = TypeAdapter(tuple[Finding, ...])
CHARTS = ("loss", "score", "reliability")


def log_task(paths: Namespace, encoding: EncodingSettings, models: bool) -> None:
    """Log what the store does not have of the runs of a task, and write the digest of every result.

    Args:
        paths: options of the command line.
        models: whether the runs of the grid's cells get their models.
    """
    task = read_json(paths.metrics)
    for name, further in _further(paths.further, paths.task).items():
        task["cells"][name]["further"] = further
    findings = _FINDINGS.validate_python(read_json(paths.findings).get("findings", []))
    noted = Durations(repository_root(Path.cwd()) / DURATIONS)
    runs = [_run(task, cell, facts, paths.models / cell, encoding, findings, noted.of(paths.task, cell, facts))
            for cell, facts in task["cells"].items()]
    charts = (paths.plots / f"{paths.task}-{chart}.svg" for chart in CHARTS)
    verdicts = read_verdicts(paths.verdicts, {paths.task: paths.metrics}, {paths.task: paths.findings})
    arms = list(_arms(task, runs, findings, verdicts[paths.task], (paths.errors, paths.findings, *charts)))
    sizes = read_json(paths.sizes)
    for name, facts in sizes["cells"].items():
        cell, _, size = name.partition("-rows-")
        trained = task | {"rows": task["rows"] | {"train": facts["train_rows"]}, "draws": sizes.get("draws", 1)}
        runs.append(_run(trained, name, facts, models_of(paths.sized, size) / cell, encoding, [],
                         noted.of(paths.task, cell, facts)))
    runs += arms
    if models:
        runs = list(_with_models(runs, task, paths.models, paths.checkpoint, encoding.max_length))
    about = experiment_tags(task["title"], task["metric"], task["synthetic"])
    new = TrackingStore(Path.cwd()).log(paths.task, runs, about)
    print(f"{paths.task}: {new} new runs, {len(runs) - new} in the store already", file=sys.stderr)
    write_json(paths.out, {run.name: run.result for run in runs})


def _further(folder: Path, task: str) -> dict[str, dict[str, float]]:
    """By cell, its scores on further test sets and on their parts, named ``further/hans/subsequence/entailment/``."""
    found: dict[str, dict[str, float]] = {}
    for facts in further_of_task(folder, task):
        for part in facts.parts:
            path = "/".join(("further", facts.name, *filter(None, (part.genre, part.label)), facts.metric))
            for arm in part.arms.values():
                for cell, score in arm.runs.items():
                    found.setdefault(cell, {})[re.sub(r"[^\w. /-]", "_", path)] = score
    return found


def _with_models(
    runs: Sequence[TrackedRun], task: dict[str, Any], models: Path, checkpoint: Path, max_length: int
) -> Iterator[TrackedRun]:
    """The same runs, those of the grid's cells with their models."""
    for run in runs:
        if run.name not in task["cells"]:
            yield run
        elif lacks := _lacks(task, run.name):
            print(f"{run.name}: not logged as a model, since {lacks}", file=sys.stderr)
            yield run
        else:
            values = {"kind": task["kind"], "language": task["language"], "model": str(models / run.name),
                      "checkpoint": str(checkpoint), "max_length": max_length}
            yield replace(run, model=partial(_save_model, values))


def _lacks(task: dict[str, Any], cell: str) -> str:
    """Why MLflow cannot load the model as it was scored; "" if it can."""
    if not ARMS[parse_cell_name(cell).arm].trained:
        return "it was not trained: its weights are those of the language model that `prompting` names"
    if task["kind"] == "words":
        return ("MLflow loads entity models with a pipeline that splits words otherwise than they were scored; "
                "`python -m stages.export` writes one that does not")
    return ("transformers has no prefix in the attention"
            if task["cells"][cell]["recipe"]["method"] == "prefix" else "")


def _save_model(values: dict[str, Any], out: Path) -> None:
    """Write the model in another process, which loads torch."""
    command = [sys.executable, "-m", "stages.tracking.models", json.dumps(values | {"out": str(out)})]
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", errors="replace")  # noqa: S603
    if done.returncode:
        raise UserError(f"{values['model']}: MLflow cannot keep it: {done.stderr.strip().splitlines()[-1]}; "
                        "turn tracking.models off, or look at the model")


def _run(
    task: dict[str, Any], cell: str, facts: dict[str, Any], model: Path, encoding: EncodingSettings,
    findings: Sequence[Finding], seconds: float | None
) -> TrackedRun:
    params = {name: facts[name] for name in ("arm", "tuning", "seed", "parameters", "trainable_parameters")}
    params |= facts["settings"] | encoding.model_dump()
    params |= {f"recipe_{name}": value for name, value in facts["recipe"].items()}
    params |= {f"{split}_rows": rows for split, rows in task["rows"].items()}
    params |= {"draws": task["draws"]} if "draws" in task else {}
    params |= {f"numerics_{name}": value for name, value in facts["numerics"].items()}
    params |= {f"sha256_{name}": digest for name, digest in facts["inputs"].items()}
    metrics = [*measured(read_json_lines(model / "history.jsonl")), *_final(facts)]
    tags = {"task": task["task"], "arm": facts["arm"], "tuning": facts["tuning"], "seed": str(facts["seed"]),
            "checkpoint": encoding.checkpoint, "synthetic": str(task["synthetic"]).lower(),
            "synthetic_checkpoint": str(task["synthetic_checkpoint"]).lower(),
            "outcome": facts["outcome"], "train_rows": str(task["rows"]["train"])}
    determining = json.dumps([cell, params, tags, metrics], sort_keys=True)
    result = hashlib.sha256(determining.encode()).hexdigest()
    # Where a run came from says nothing about what it is, so these stay out of the digest.
    stage = ARMS[facts["arm"]].own_stage or f"train_{facts['arm']}" + ("_sized" if "train_rows" in facts else "")
    origin = {"dvc.stage": stage, "dvc.experiment": os.environ.get("DVC_EXP_NAME", "")}
    about = [one.severity for one in findings if cell in (one.about, *one.runs)]
    return TrackedRun(
        cell, result, params, tags | _given(origin), metrics,
        {"doctor": _worst(about)}, dict(_tables(task, facts)), seconds=seconds,
        data={context: facts["inputs"][split] for context, split in (("training", "train"), ("validation",) * 2)})


def _given(tags: dict[str, str]) -> dict[str, str]:
    """Those that have a value."""
    return {name: value for name, value in tags.items() if value}


def _worst(severities: Sequence[str]) -> str:
    """What the doctor says in a word."""
    return next((severity for severity in ("severe", "warning", "note") if severity in severities), "nothing found")


def _tables(task: dict[str, Any], facts: dict[str, Any]) -> Iterator[tuple[str, dict[str, list[Any]]]]:
    """Of test after training: scores by label, and gold labels (rows) against predicted ones (columns)."""
    details = facts.get("details", {}).get("after", {}).get("test")
    if details is None:  # a further train size has no more than its scores
        return
    columns = next(iter(details["per_class"].values()))
    yield "test_by_label.json", {"label": list(details["per_class"])} | {
        name: [values[name] for values in details["per_class"].values()] for name in columns}
    if "confusion" in details:
        counts = details["confusion"]["counts"]
        yield "test_confusion.json", {"gold": task["labels"]} | {
            f"predicted {label}": [row[place] for row in counts] for place, label in enumerate(task["labels"])}


def _arms(
    task: dict[str, Any], runs: Sequence[TrackedRun], findings: Sequence[Finding],
    verdicts: TaskVerdicts, files: tuple[Path, ...]
) -> Iterator[TrackedRun]:
    """One run above the seeds of each arm: their mean, their spread, and how the arm compares with others.

    The verdict and the corrected p value depend on the comparisons of other tasks, too, so they are no part of the
    result's digest.
    """
    arms: dict[str, list[TrackedRun]] = {}
    for run in runs:
        arms.setdefault(parse_cell_name(run.name).title, []).append(run)
    for name, seeds in arms.items():
        first, key = task["cells"][seeds[0].name], parse_cell_name(seeds[0].name).key
        metrics = list(_over_seeds(task["metric"], [task["cells"][run.name] for run in seeds]))
        about = [one.severity for one in beside(findings, (key, *rivals_of(key)))]
        changing, changing_metrics = {"doctor": _worst(about)}, {}
        judged = (comparisons.get(key) for comparisons in (verdicts.comparisons, verdicts.further))
        for place, (rival, compared) in enumerate(zip(arm_of_key(key).against, judged, strict=False)):
            if compared is None:
                continue
            metrics += [(f"against_{rival}/{part}", getattr(compared, part), 0)
                        for part in ("difference", "low", "high", "p_value")]
            of_rival = f"_against_{rival}" if place else ""
            changing[f"verdict{of_rival}"] = compared.outcome
            changing[f"qualified{of_rival}"] = str(bool(compared.qualified)).lower()
            changing[f"interval_covers_seeds{of_rival}"] = str(compared.recipe).lower()
            if compared.recipe:
                changing_metrics[f"against_{rival}/p_value_holm"] = compared.p_value_holm
        share = dict(verdicts.handed_over.get(key, ()))
        changing_metrics |= {f"handed_over/{end}": share.get(end) for end in Estimate.model_fields}
        params = {"seeds": ",".join(str(task["cells"][run.name]["seed"]) for run in seeds)} | first["settings"]
        tags = {tag: seeds[0].tags[tag] for tag in ("task", "arm", "tuning", "checkpoint", "synthetic",
                                                    "synthetic_checkpoint", "train_rows")} | {"summary": "arm"}
        if "draws" in task and sum(not task["cells"][run.name]["failed"] for run in seeds) > 1:
            of_seeds = verdicts.comparisons[key].recipe if key in verdicts.comparisons else True
            tags["interval_covers_draw"] = str(task["draws"] > 1 and of_seeds).lower()
        origin = {"dvc.experiment": os.environ.get("DVC_EXP_NAME", "")}
        children = tuple(run.result for run in seeds)
        determining = json.dumps([name, params, tags, metrics, children], sort_keys=True)
        yield TrackedRun(name, hashlib.sha256(determining.encode()).hexdigest(), params, tags | _given(origin), metrics,
                         changing, files=files, children=children, changing_metrics=changing_metrics,
                         seconds=_sum([run.seconds for run in seeds]))


def _sum(seconds: Sequence[float | None]) -> float | None:
    """How long all trainings of an arm took; None where one ran elsewhere."""
    known = [one for one in seconds if one is not None]
    return sum(known) if len(known) == len(seconds) else None


def _over_seeds(metric: str, cells: Sequence[dict[str, Any]]) -> Iterator[tuple[str, float, int]]:
    """Mean of the seeds that trained, of several also the standard deviation, and how many failed if any did."""
    trained = that_trained(cells, (cell["failed"] for cell in cells))
    scores = [cell["after"]["test"][metric] for cell in trained]
    if failed := sum(cell["failed"] for cell in cells):
        yield "failed_runs", failed, 0
    for name in trained[0].get("further", {}):
        of_runs = [cell["further"][name] for cell in trained]
        yield f"{name}/mean", statistics.fmean(of_runs), 0
        if len(of_runs) > 1:
            yield f"{name}/standard_deviation", statistics.stdev(of_runs), 0
    yield f"test/{metric}/mean", statistics.fmean(scores), 0
    yield f"after/test/{metric}", statistics.fmean(scores), 0  # under the name that it has for a seed: one column
    if len(scores) > 1:
        yield f"test/{metric}/standard_deviation", statistics.stdev(scores), 0


def _final(facts: dict[str, Any]) -> Iterator[tuple[str, float, int]]:
    for phase, step in (("before", 0), ("after", facts["best_step"])):
        for split, metrics in facts[phase].items():
            for name, value in metrics.items():
                yield f"{phase}/{split}/{name}", value, step
    for name, value in facts.get("further", {}).items():
        yield name, value, facts["best_step"]
    yield "after/test/low", facts["interval"]["low"], facts["best_step"]
    yield "after/test/high", facts["interval"]["high"], facts["best_step"]
