"""What changed between two revisions, and whether it matters."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter
from scipy.special import ndtr, stdtr, stdtrit

from stages.common.errors import UserError
from stages.comparing.revisions import PastMetrics, Revision
from stages.judging.changes import judge_scores, judge_verdicts, regressions
from stages.metrics.differences import PAIRS, compare
from stages.metrics.evaluation import TaskEvaluation, TaskGold
from stages.metrics.paired_tests import paired_test
from stages.metrics.task_scores import scorer
from stages.results.arm_words import arm_label
from stages.results.cards import EncodingCard
from stages.results.changes import ArmChange, Both, Came, Changes, FailedCount, FindingChange
from stages.results.predictions import Predictions
from stages.results.reading import validated
from stages.results.trained import that_trained
from stages.settings.evaluation import EvaluationSettings
from stages.wording.catalogue import render
from stages.wording.message import Wording

# Stages whose outputs models are trained on.
DATA = ("download", "preprocess", "checkpoint", "fetch_checkpoint", "encode", "adapt", "self_pretrain",
        "download_further", "preprocess_further")
# Stages whose predictions are in no score of the headline.
_BESIDE = ("predict_further", "predict_sized")
_EVIDENCE: TypeAdapter[Wording] = TypeAdapter(Wording)  # of former revisions a sentence
_ROUNDING = 1e-9
_NORMAL = 1.959964  # quantile of a 95 % interval


def changes(old: Revision, new: Revision, settings: EvaluationSettings) -> Changes:
    """Params, cells, data, scores, verdicts and findings that differ between the revisions, and the regressions.

    A task whose headline is another metric is another task under the same name.
    """
    kept = [task for task, facts in new.metrics.items()
            if task in old.metrics and old.metrics[task]["metric"] == facts["metric"]]
    scores = [found for task in kept for found in _scores(task, old, new, settings)]
    judge_scores(scores)
    facts: Changes = {
        "params": _changed(old.params, new.params),
        "tasks": {"new": [task for task in new.metrics if task not in kept],
                  "gone": [task for task in old.metrics if task not in kept]},
        "cells": _cells(old, new),
        "data": [{"cell": cell, "outputs": sorted(_changed(old.cells[cell]["outputs"], new.cells[cell]["outputs"]))}
                 for cell in new.cells if cell.split("@")[0] in (*DATA, *_BESIDE) and cell in old.cells
                 and old.cells[cell]["outputs"] != new.cells[cell]["outputs"]],
        "scores": scores,
        "verdicts": list(judge_verdicts(old.verdicts or {}, new.verdicts or {})),
        "verdicts_compared": old.verdicts is not None,
        "findings": _findings(old, new),
    }
    facts["regressions"] = list(regressions(facts))
    facts["matters"] = any((facts["verdicts"], *facts["findings"].values(), *facts["tasks"].values(), facts["data"],
                            [found for found in scores if found["rescored"] or not found["same_predictions"]]))
    return facts


def _changed(old: Mapping[str, object], new: Mapping[str, object]) -> dict[str, Both]:
    """Keys whose values differ; None stands for a missing key."""
    return {key: {"old": old.get(key), "new": new.get(key)} for key in [*old, *(key for key in new if key not in old)]
            if key not in old or key not in new or old[key] != new[key]}


def _cells(old: Revision, new: Revision) -> dict[str, list[str]]:
    """New and removed cells, cells with changed inputs, and those of the latter with changed outputs."""
    both = [cell for cell in new.cells if cell in old.cells]
    ran = [cell for cell in both if old.cells[cell]["inputs"] != new.cells[cell]["inputs"]]
    return {
        "new": [cell for cell in new.cells if cell not in old.cells],
        "gone": [cell for cell in old.cells if cell not in new.cells],
        "ran": ran, "other_outputs": [cell for cell in ran if old.cells[cell]["outputs"] != new.cells[cell]["outputs"]]}


def _arms(metrics: PastMetrics) -> dict[str, list[str]]:
    """Cells by arm, the pre-trained ones by tuning, in the order of the file."""
    arms: dict[str, list[str]] = {}
    for cell, facts in metrics["cells"].items():
        arms.setdefault(arm_label(facts["arm"], facts["tuning"]), []).append(cell)
    return arms


def _scores(task: str, old: Revision, new: Revision, settings: EvaluationSettings) -> Iterator[ArmChange]:
    """The headline on test of every arm that both revisions have, new minus old, of the runs that trained."""
    metric = new.metrics[task]["metric"]
    before, after = (_arms(side.metrics[task]) for side in (old, new))
    arms = {name: (cells, after[name]) for name, cells in before.items() if name in after}
    means = {name: [float(np.mean([side.metrics[task]["cells"][cell]["after"]["test"][metric]
                                    for cell in _trained(side.metrics[task], cells)]))
                    for side, cells in zip((old, new), pair, strict=True)] for name, pair in arms.items()}
    # An interval covers the draw if that of no revision is shared by its runs.
    draws = [number for side in (old, new) if (number := side.metrics[task].get("draws", 0))]
    place = f"data/predictions/{task}"
    all_same = all(_digest(side, place) for side in (old, new)) and _digest(old, place) == _digest(new, place)
    paired, reason = ({}, "") if all_same else _paired(task, old, new, arms, settings)
    for name, (was, now) in means.items():
        same = all_same or (name in paired and paired[name]["same_predictions"])
        found: ArmChange = {"task": task, "arm": name, "metric": metric, "old": was, "new": now,
                 "difference": now - was, "paired": not reason, "unpaired_because": reason,
                 "same_predictions": same, "rescored": same and abs(now - was) > _ROUNDING, "recipe": False,
                 "low": 0.0, "high": 0.0, "p_value": 1.0, "runs": [],
                 "draws": min(draws, default=0),
                 "failed": [_failures(side.metrics[task], cells)
                            for side, cells in zip((old, new), arms[name], strict=True)]}
        if not same:
            found |= paired[name] if paired else _unpaired(task, old, new, arms[name], metric)
        yield found


def _trained(metrics: PastMetrics, cells: list[str]) -> list[str]:
    """The cells of an arm that did not fail, as evaluate wrote; an older revision may not record it."""
    return that_trained(cells, (metrics["cells"][cell].get("failed", False) for cell in cells))


def _failures(metrics: PastMetrics, cells: list[str]) -> FailedCount | None:
    """How many runs of an arm failed to train; None where an older revision does not record it."""
    failed = [metrics["cells"][cell].get("failed") for cell in cells]
    return None if None in failed else {"count": sum(failed), "runs": len(failed)}


def _digest(side: Revision, path: str) -> str:
    return next((cell["outputs"][path] for cell in side.cells.values() if path in cell["outputs"]), "")


def _paired(
    task: str, old: Revision, new: Revision, arms: dict[str, tuple[list[str], list[str]]], settings: EvaluationSettings
) -> tuple[dict[str, ArmChange], str]:
    """Comparisons by arm, over seeds and the same test rows; or nothing, and the reason."""
    with tempfile.TemporaryDirectory() as folder:
        sides = []
        for name, side in (("old", old), ("new", new)):
            found = _evaluation(task, side, Path(folder) / name, settings)
            if isinstance(found, str):
                return {}, f"not available: {found} of the {name} revision"
            sides.append(found)
        before, after = sides
        if before.gold["test"].guids != after.gold["test"].guids or not np.array_equal(
                before.gold["test"].labels.ids, after.gold["test"].labels.ids):
            return {}, "the test sets differ"
        # An older revision may not record groups.
        before.gold["test"] = replace(before.gold["test"], groups=after.gold["test"].groups)
        return {name: {"same_predictions": True} if _same_answers(before, after, pair, Path(folder)) else _compared(
            before, after, pair, (_trained(old.metrics[task], pair[0]), _trained(new.metrics[task], pair[1])), settings)
            for name, pair in arms.items()}, ""


def _same_answers(
    before: TaskEvaluation, after: TaskEvaluation, pair: tuple[list[str], list[str]], folder: Path
) -> bool:
    """Whether the arm has the same runs, and they answer every test row alike: not only as many of them rightly."""
    def answers(found: TaskEvaluation, name: str, cell: str) -> np.ndarray:
        predictions = Predictions.read(folder / name / "predictions" / f"{cell}.parquet", found.task)
        return predictions.of_split("test", found.gold["test"].rows).argmax(axis=1)

    return pair[0] == pair[1] and all(
        np.array_equal(answers(before, "old", cell), answers(after, "new", cell)) for cell in pair[0])


def _evaluation(task: str, side: Revision, folder: Path, settings: EvaluationSettings) -> TaskEvaluation | str:
    """The scored predictions of a revision, or what is missing."""
    folder.mkdir()
    for name, path in (("gold labels", f"data/prepared/{task}"), ("predictions", f"data/predictions/{task}"),
                       ("encoding", f"reports/cards/{task}.encoding.json")):
        if not side.copy(path, folder / name):
            return f"the {name}"
    try:
        gold = TaskGold.read(folder / "gold labels", validated(EncodingCard, folder / "encoding"))
        found = TaskEvaluation(gold, folder / "predictions", settings)
        for cell in side.metrics[task]["cells"]:
            found.cell(cell)
    except UserError:
        return "predictions that match the rows"
    return found


def _compared(
    before: TaskEvaluation, after: TaskEvaluation, pair: tuple[list[str], list[str]],
    trained: tuple[list[str], list[str]], settings: EvaluationSettings
) -> ArmChange:
    """The runs in ``trained`` compared over seeds, and every run with the one of the same name."""
    first, second = after.on_test(trained[1]), before.on_test(trained[0])
    how = scorer(after.task), settings.resamples, settings.bootstrap_seed
    found = compare(first, second, scorer(after.task), paired=trained[0] == trained[1] and len(first) >= PAIRS)
    tests = {cell: paired_test(after.on_test([cell])[0], before.on_test([cell])[0], *how)
             for cell in pair[1] if cell in pair[0]}
    runs = [{"cell": cell, "difference": one.difference, "p_value": one.p_value} for cell, one in tests.items()]
    kept = {name: getattr(found, name) for name in ("low", "high", "p_value", "recipe")}
    return kept | {"runs": runs, "same_predictions": False}


def _unpaired(task: str, old: Revision, new: Revision, pair: tuple[list[str], list[str]], metric: str
              ) -> ArmChange:
    """Interval and p value of the difference of two means whose test rows may differ.

    The variance of each mean is the sum of two parts: over rows, from the intervals of its runs, which share their
    rows; and over seeds, pooled. Student's quantile has the seeds' degrees of freedom, as few seeds say little about
    their spread. Limits are cut at -1 and 1, as a score lies between 0 and 1.
    """
    means, rows, seeds, freedom = [], 0.0, [], 0
    for side, cells in zip((old, new), pair, strict=True):
        facts = [side.metrics[task]["cells"][cell] for cell in _trained(side.metrics[task], cells)]
        values = np.array([cell["after"]["test"][metric] for cell in facts])
        rows += np.mean([((cell["interval"]["high"] - cell["interval"]["low"]) / 2 / _NORMAL) ** 2 for cell in facts])
        means.append(float(values.mean()))
        seeds.append((float(((values - values.mean()) ** 2).sum()), len(values)))
        freedom += len(values) - 1
    pooled = sum(squares for squares, _ in seeds) / freedom if freedom else 0.0
    error = float(np.sqrt(rows + pooled * sum(1 / number for _, number in seeds)))
    difference = means[1] - means[0]
    quantile = -float(stdtrit(freedom, 0.025)) if freedom else _NORMAL
    tail = stdtr(freedom, -abs(difference) / error) if freedom and error else ndtr(-abs(difference) / (error or 1e-12))
    return {"low": max(-1.0, difference - quantile * error), "high": min(1.0, difference + quantile * error),
            "p_value": min(1.0, float(2 * tail)), "recipe": min(number for _, number in seeds) > 1, "runs": []}


def _findings(old: Revision, new: Revision) -> dict[Came, list[FindingChange]]:
    """New and resolved findings of the doctor, by name, severity and what they are about.

    Those of a task that is gone are not resolved: nobody looks for them any more.
    """
    evidence = [{(task, one["severity"], one["name"], one["about"]): render(_EVIDENCE.validate_python(one["evidence"]))
                 for task, found in side.findings.items() for one in found} for side in (old, new)]
    return {name: [dict(zip(("task", "severity", "name", "about"), key, strict=True)) | {"evidence": found}
                   for key, found in here.items() if key not in there and key[0] in new.metrics]
            for name, here, there in (("new", *evidence[::-1]), ("gone", *evidence))}
