"""What changed between two revisions, and whether it matters."""

import tempfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import ndtr, stdtr, stdtrit

from stages.common.errors import UserError
from stages.comparing.revisions import Revision
from stages.judging.holm import holm
from stages.metrics.differences import compare, compare_pairs
from stages.metrics.evaluation import TaskEvaluation, TaskGold
from stages.metrics.paired_tests import paired_test
from stages.metrics.task_scores import scorer
from stages.results.arm_words import arm_label
from stages.results.cards import EncodingCard
from stages.results.reading import validated
from stages.results.trained import that_trained
from stages.settings.evaluation import EvaluationSettings

LEVEL = 0.05  # of a p value after Holm's correction
DATA = ("download", "preprocess", "checkpoint", "encode", "adapt")  # stages whose outputs are what is learnt from
GONE = "gone"  # stands for a verdict that there is no more
# From so many seeds on, runs of one seed are compared as pairs. With fewer, the degrees of freedom that this costs make
# the interval wider than what they share, which is little where a setting has changed, can make it narrower.
PAIRS = 5
# Failed runs are left out of the means that verdicts compare, so they are counted by themselves. At five runs no test
# of two rates can find anything; a seed that fails now and then must close no gate. So many more runs than the rate
# before gives, and such a share of the arm, is another recipe.
MORE_FAILED, SHARE_FAILED = 2, 1 / 3
_ROUNDING = 1e-9
_NORMAL = 1.959964  # quantile of a 95 % interval


def changes(old: Revision, new: Revision, settings: EvaluationSettings) -> dict[str, Any]:
    """Params, cells, data, scores, verdicts and findings that are not the same in both revisions."""
    scores = [found for task in new.metrics if task in old.metrics for found in _scores(task, old, new, settings)]
    # Arms whose predictions are the same bytes are no tests: they must not make it harder to find what changed.
    # Nor are runs of a single seed, of which nobody knows how much another seed would change.
    tested = [found for found in scores if found["recipe"] and not found["same_predictions"]]
    for found, adjusted in zip(tested, holm([found["p_value"] for found in tested]), strict=True):
        found |= {"holm": adjusted, "significant": adjusted < LEVEL}
    facts = {
        "params": _changed(old.params, new.params),
        "tasks": {"new": [task for task in new.metrics if task not in old.metrics],
                  "gone": [task for task in old.metrics if task not in new.metrics]},
        "cells": _cells(old, new),
        "data": [{"cell": cell, "outputs": sorted(_changed(old.cells[cell]["outputs"], new.cells[cell]["outputs"]))}
                 for cell in new.cells if cell.split("@")[0] in DATA and cell in old.cells
                 and old.cells[cell]["outputs"] != new.cells[cell]["outputs"]],
        "scores": scores,
        "verdicts": list(_verdicts(old, new)),
        "findings": _findings(old, new),
    }
    facts["regressions"] = list(_regressions(facts))
    facts["matters"] = any((facts["verdicts"], *facts["findings"].values(), *facts["tasks"].values(), facts["data"],
                            [found for found in scores if found["rescored"] or not found["same_predictions"]]))
    return facts


def _changed(old: dict[str, Any], new: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Keys whose values differ; None stands for a key that is not there."""
    return {key: {"old": old.get(key), "new": new.get(key)} for key in [*old, *(key for key in new if key not in old)]
            if key not in old or key not in new or old[key] != new[key]}


def _cells(old: Revision, new: Revision) -> dict[str, list[str]]:
    """Cells that are new or gone, that had other inputs, and those of the latter whose outputs are other bytes."""
    both = [cell for cell in new.cells if cell in old.cells]
    ran = [cell for cell in both if old.cells[cell]["inputs"] != new.cells[cell]["inputs"]]
    return {
        "new": [cell for cell in new.cells if cell not in old.cells],
        "gone": [cell for cell in old.cells if cell not in new.cells],
        "ran": ran, "other_outputs": [cell for cell in ran if old.cells[cell]["outputs"] != new.cells[cell]["outputs"]]}


def _arms(metrics: dict[str, Any]) -> dict[str, list[str]]:
    """Cells by arm, the pre-trained ones by tuning, in the order of the file."""
    arms: dict[str, list[str]] = {}
    for cell, facts in metrics["cells"].items():
        arms.setdefault(arm_label(facts["arm"], facts["tuning"]), []).append(cell)
    return arms


def _scores(task: str, old: Revision, new: Revision, settings: EvaluationSettings) -> Iterator[dict[str, Any]]:
    """The headline on test of every arm that both revisions have, new minus old, of the runs that trained."""
    metric = new.metrics[task]["metric"]
    before, after = (_arms(side.metrics[task]) for side in (old, new))
    arms = {name: (cells, after[name]) for name, cells in before.items() if name in after}
    means = {name: [float(np.mean([side.metrics[task]["cells"][cell]["after"]["test"][metric]
                                    for cell in _trained(side.metrics[task], cells)]))
                    for side, cells in zip((old, new), pair, strict=True)] for name, pair in arms.items()}
    place = f"data/predictions/{task}"
    all_same = all(_digest(side, place) for side in (old, new)) and _digest(old, place) == _digest(new, place)
    paired, reason = ({}, "") if all_same else _paired(task, old, new, arms, settings)
    for name, (was, now) in means.items():
        same = all_same or (name in paired and paired[name]["same_predictions"])
        found = {"task": task, "arm": name, "metric": metric, "old": was, "new": now,
                 "difference": now - was, "paired": not reason, "unpaired_because": reason,
                 "same_predictions": same, "rescored": same and abs(now - was) > _ROUNDING, "recipe": False,
                 "low": 0.0, "high": 0.0, "p_value": 1.0, "holm": 1.0, "significant": False, "runs": [],
                 "failed": [_failures(side.metrics[task], cells)
                            for side, cells in zip((old, new), arms[name], strict=True)]}
        if not same:
            found |= paired[name] if paired else _unpaired(task, old, new, arms[name], metric)
        yield found


def _trained(metrics: dict[str, Any], cells: list[str]) -> list[str]:
    """The cells of an arm that did not fail, as evaluate wrote; an older revision may not have known of it."""
    return that_trained(cells, (metrics["cells"][cell].get("failed", False) for cell in cells))


def _failures(metrics: dict[str, Any], cells: list[str]) -> dict[str, int] | None:
    """How many runs of an arm failed to train; None where a revision did not yet say."""
    told = [metrics["cells"][cell].get("failed") for cell in cells]
    return None if None in told else {"count": sum(told), "runs": len(told)}


def _fail_more(before: dict[str, int] | None, after: dict[str, int] | None) -> bool:
    if before is None or after is None:
        return False
    expected = before["count"] * after["runs"] / before["runs"]
    return after["count"] - expected >= MORE_FAILED and after["count"] >= SHARE_FAILED * after["runs"]


def _digest(side: Revision, path: str) -> str:
    return next((cell["outputs"][path] for cell in side.cells.values() if path in cell["outputs"]), "")


def _paired(
    task: str, old: Revision, new: Revision, arms: dict[str, tuple[list[str], list[str]]], settings: EvaluationSettings
) -> tuple[dict[str, dict[str, Any]], str]:
    """By arm the comparison over seeds and the same rows of test; or nothing, and the reason."""
    with tempfile.TemporaryDirectory() as folder:
        sides = []
        for name, side in (("old", old), ("new", new)):
            found = _evaluation(task, side, Path(folder) / name, settings)
            if isinstance(found, str):
                return {}, f"{found} of the {name} revision cannot be had"
            sides.append(found)
        before, after = sides
        if before.gold["test"].guids != after.gold["test"].guids or not np.array_equal(
                before.gold["test"].labels.ids, after.gold["test"].labels.ids):
            return {}, "the rows of test are not the same"
        # The older revision may not have known of groups.
        before.gold["test"] = replace(before.gold["test"], groups=after.gold["test"].groups)
        return {name: _compared(before, after, pair, (
            _trained(old.metrics[task], pair[0]), _trained(new.metrics[task], pair[1])), settings)
            for name, pair in arms.items()}, ""


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
        return "predictions that fit the rows"
    return found


def _compared(
    before: TaskEvaluation, after: TaskEvaluation, pair: tuple[list[str], list[str]],
    trained: tuple[list[str], list[str]], settings: EvaluationSettings
) -> dict[str, Any]:
    """The runs of a pair that ``trained`` compared over seeds, and every run with that of the same name."""
    if pair[0] == pair[1] and np.array_equal(after.on_test(pair[1]), before.on_test(pair[0])):
        return {"same_predictions": True}
    first, second = after.on_test(trained[1]), before.on_test(trained[0])
    how = scorer(after.task), settings.resamples, settings.bootstrap_seed
    test = compare_pairs if trained[0] == trained[1] and len(first) >= PAIRS else compare
    found = asdict(test(first, second, scorer(after.task)))
    kind = "groups" if after.gold["test"].groups is not None else after.task.kind
    tests = {cell: paired_test(after.on_test([cell])[0], before.on_test([cell])[0], kind, *how)
             for cell in pair[1] if cell in pair[0]}
    runs = [{"cell": cell, "difference": one.difference, "p_value": one.p_value} for cell, one in tests.items()]
    kept = {name: found[name] for name in ("low", "high", "p_value", "recipe")}
    return kept | {"runs": runs, "same_predictions": False}


def _unpaired(task: str, old: Revision, new: Revision, pair: tuple[list[str], list[str]], metric: str
              ) -> dict[str, Any]:
    """Interval and p value of two means whose rows are not known to be the same.

    The variance of each mean is that over rows, as the intervals of its runs have it, which all were tested on the same
    rows, and that over seeds, pooled. With both, Student's quantile is of the seeds' degrees of freedom: few seeds show
    little of their spread. Limits end at -1 and 1: a score lies between 0 and 1.
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
            "p_value": min(1.0, float(2 * tail)), "recipe": freedom > 0, "runs": []}


def _verdicts(old: Revision, new: Revision) -> Iterator[dict[str, Any]]:
    """Verdicts that are others, or are gone with their task or arm, and whether the effect fell beyond noise."""
    for task, before in old.scalars.items():
        found = new.scalars.get(task, {})
        for key, verdict in before.items() if isinstance(before, dict) else ():
            if key.startswith("verdict-") and found.get(key, GONE) != verdict:
                name = key.removeprefix("verdict-")
                yield {"task": task, "comparison": name, "old": verdict, "new": found.get(key, GONE),
                       "fell": fell(before, found, name)}


def fell(before: dict[str, Any], after: dict[str, Any], name: str) -> bool:
    """Whether the difference between the arms is less than it was by more than its intervals of both studies allow.

    Two studies of one truth often have other verdicts, one p value being just below the level and one just above it;
    this is the test of the difference itself (Gelman and Stern, 2006, The American Statistician 60). Limits of runs of
    a single seed leave out what another seed would change: they close nothing, nor do those that do not say.
    """
    if not all(side.get(f"recipe-{name}") for side in (before, after)):
        return False
    sides = [[side.get(f"{part}-{name}") for part in ("difference", "low", "high")] for side in (before, after)]
    if any(value is None for side in sides for value in side):
        return False
    (was, *old), (now, *new) = sides
    return bool(was - now > np.hypot((old[1] - old[0]) / 2, (new[1] - new[0]) / 2))


def _findings(old: Revision, new: Revision) -> dict[str, list[dict[str, str]]]:
    """Findings of the doctor that are new and gone, by name, severity and what they are about."""
    told = [{(task, one["severity"], one["name"], one["about"]): one["evidence"]
             for task, found in side.findings.items() for one in found} for side in (old, new)]
    return {name: [dict(zip(("task", "severity", "name", "about"), key, strict=True)) | {"evidence": evidence}
                   for key, evidence in here.items() if key not in there]
            for name, here, there in (("new", told[1], told[0]), ("gone", told[0], told[1]))}


def _regressions(facts: dict[str, Any]) -> Iterator[str]:
    """What a gate should stop, in words."""
    for found in facts["scores"]:
        if found["difference"] < 0 and (found["significant"] or found["rescored"]):
            why = ", though the predictions are the same" if found["rescored"] else ""
            yield f"{found['task']}, {found['arm']}: {found['metric']} fell{why}"
        if _fail_more(*found["failed"]):
            was, now = (f"{side['count']} of {side['runs']}" for side in found["failed"])
            yield f"{found['task']}, {found['arm']}: {now} runs failed to train, {was} before"
    for flipped in facts["verdicts"]:
        place = f"{flipped['task']}, {flipped['comparison']}"
        if flipped["new"] == "hurts":
            yield f"{place}: pre-training is found to hurt"
        elif flipped["old"] == "helps" and (flipped["fell"] or flipped["new"] == GONE):
            yield f"{place}: pre-training was found to help, and is no more"
    for finding in facts["findings"]["new"]:
        if finding["severity"] == "severe":
            yield f"{finding['task']}, {finding['about']}: severe finding {finding['name'].replace('_', ' ')}"
