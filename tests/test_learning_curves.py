"""Further train sizes: their cells, what they train on, and what pre-training is worth in labels and steps."""

import re
import shutil
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages import evaluate_sizes, plan_sizes, predict_splits, track, train
from stages.common.errors import UserError
from stages.common.files import read_json, read_json_lines, sha256, write_json, write_json_lines
from stages.common.sources import ROOT
from stages.judging.verdicts import TaskResults, _labels, crossed_again
from stages.metrics import evaluation, label_multiplier
from stages.metrics.headlines import accuracy_of
from stages.metrics.label_multiplier import LearningCurve, Multiplier, learning_curve
from stages.metrics.steps import catching_up
from stages.reporting import learning_curves
from stages.reporting.learning_curves import summarize_sizes
from stages.reporting.svg import Chart
from stages.results.arm_words import arm_name
from stages.results.findings import Finding
from stages.results.histories import Evaluation, History, RunSummary
from stages.results.sizes import ArmSteps, Points, RunSteps, SizedRun, Sizes, read_sizes
from stages.settings.arms import PAIR
from stages.settings.grid import Grid
from stages.settings.schema import check_params
from stages.settings.yaml12 import parse_yaml
from stages.tracking import runs as tracked_runs
from stages.tracking.store import TrackedRun
from stages.wording.catalogue import render
from stages.wording.message import message
from tests.simulate_multiplier import Study, covered, first_multiplier, holds
from tests.stubbed import Project
from tests.test_report import Inputs
from tests.tiny import TEXT_TASK, write_encoded

ROWS = (100, 200, 400)
SCRATCH = (0.5, 0.6, 0.7)
EXAMPLES = 1000


def runs(score: float, count: int = 2) -> np.ndarray:
    """Statistics of runs that are all right on the same first examples."""
    right = np.arange(EXAMPLES) < round(score * EXAMPLES)
    return np.stack([np.column_stack([right, np.ones(EXAMPLES)])] * count)


def curve(pretrained: float, scratch: tuple[float, ...] = SCRATCH, rows: tuple[int, ...] = ROWS) -> LearningCurve:
    return learning_curve(rows, [runs(score) for score in (pretrained, *scratch[1:])],
                          [runs(score) for score in scratch], accuracy_of, 500, 1)


def first(pretrained: float, scratch: tuple[float, ...] = SCRATCH) -> Multiplier:
    return curve(pretrained, scratch).multipliers[0]


@pytest.mark.parametrize(("pretrained", "scratch", "factor"), [
    (0.6, SCRATCH, 2.0),
    # On the line from an error of 0.4 at 200 to 0.3 at 400, in logarithms of both.
    (0.65, SCRATCH, 2 * 2 ** (np.log(0.4 / 0.35) / np.log(0.4 / 0.3))),
    (0.7, SCRATCH, 4.0),
    (0.65, (0.5, 0.7, 0.6), 2.0),  # the fall is levelled to 0.65 twice, first reached at 200
    (0.5, SCRATCH, None), (0.71, SCRATCH, None)])
def test_factors_worked_out_by_hand(pretrained: float, scratch: tuple[float, ...], factor: float | None) -> None:
    found = first(pretrained, scratch).factor
    assert found == (factor if factor is None else pytest.approx(factor))


@pytest.mark.parametrize(("pretrained", "few", "found"), [
    # Scratch needs between 200 and 400 rows: what failed at 100 has no part in it.
    (0.65, ((), (100,)), {100: 2 * 2 ** (np.log(0.4 / 0.35) / np.log(0.4 / 0.3)), 200: None}),
    (0.55, ((), (100,)), {200: None}),  # it needs between 100, where it failed, and 200
    (0.65, ((), (200,)), {}),  # one size is no curve
    (0.65, ((), (400,)), {}),
    (0.65, ((100,), ()), {200: 1.0}),  # no multiplier where the pre-trained runs failed
    (0.65, ((400,), ()), {100: 2 * 2 ** (np.log(0.4 / 0.35) / np.log(0.4 / 0.3)), 200: 1.0})])
def test_failed_sizes_leave_the_multipliers_that_need_none_of_them(
    pretrained: float, few: tuple[tuple[int, ...], tuple[int, ...]], found: dict[int, float | None]
) -> None:
    arms = ((pretrained, *SCRATCH[1:]), SCRATCH)
    curve = learning_curve(ROWS, *([runs(score) for score in arm] for arm in arms), accuracy_of, 500, 1,
                           [[size in lost for size in ROWS] for lost in few])
    assert {one.rows: one.factor for one in curve.multipliers} == {
        rows: factor and pytest.approx(factor) for rows, factor in found.items()}
    assert [[point.rows for point in points if point.few_trained] for points in (curve.pretrained, curve.scratch)] == [
        list(lost) for lost in few]
    for one in curve.multipliers:
        smallest = 200 if 100 in few[1] else 100
        assert (one.smallest, one.largest) == (smallest / one.rows, 400 / one.rows)


def test_what_no_size_shows_is_open() -> None:
    beyond = first(0.95)
    assert (beyond.reached, beyond.factor, beyond.low, beyond.high) == ("beyond", None, 4.0, None)
    below = first(0.3)
    assert (below.reached, below.factor, below.low, below.high) == ("below", None, None, 1.0)


def test_the_points_are_the_means_with_an_interval_around_them() -> None:
    arms = [[runs(score) for score in SCRATCH]] * 2
    point = learning_curve(ROWS, *arms, accuracy_of, 10000, 1).scratch[1]
    assert (point.rows, point.mean) == (200, 0.6)
    # 1.96 standard errors of a share of 0.6 among 1,000, all runs alike
    assert [point.mean - point.interval.low, point.interval.high - point.mean] == pytest.approx([0.0304] * 2, abs=0.002)


@pytest.mark.parametrize(("censored", "opened"), [(20, False), (30, True)])
def test_a_bound_is_open_where_more_than_a_fortieth_is_beyond(censored: int, opened: bool) -> None:
    logs = np.concatenate([[np.log(2)], np.full(1000 - censored, np.log(2)), np.full(censored, np.inf)])
    assert (label_multiplier._multiplier(ROWS[0], ROWS, logs[0], logs[1:], logs[1:]).high is None) == opened
    assert (label_multiplier._multiplier(ROWS[0], ROWS, -logs[0], -logs[1:], -logs[1:]).low is None) == opened


@given(st.lists(st.integers(300, 900), min_size=3, max_size=3, unique=True), st.integers(300, 900))
def test_scratch_reaches_each_of_its_own_scores_with_as_many_rows(scores: list[int], target: int) -> None:
    logs = np.log(ROWS)
    rising = np.sort(np.array(scores) / 1000)
    own = label_multiplier._measured(logs, rising, rising)
    assert own[0] == -np.inf
    assert own[1:] == pytest.approx(logs[1:])
    rising_targets = np.sort([target, *scores[:2]]) / 1000
    needed = label_multiplier._measured(logs, rising_targets, rising)
    assert (needed[1:] >= needed[:-1]).all()
    first, last = (found[0] for found in label_multiplier._first_and_last(logs, rising_targets[None], rising[None]))
    assert (first <= needed + 1e-9).all()
    assert (needed <= last + 1e-9).all()


def test_what_lies_between_sizes_widens_the_interval() -> None:
    # Of a power law the first and the third chord point straight at the curve; of one that flattens they bound it.
    rows = np.array([100.0, 800.0, 6400.0])
    power, plateau = 1 - 2 * rows**-0.3, 0.9 - 3 * rows**-0.5
    for curve, truth in ((power, lambda size: 1 - 2 * size**-0.3), (plateau, lambda size: 0.9 - 3 * size**-0.5)):
        targets = np.array([truth(300.0), truth(400.0), truth(2000.0)])
        first, last = (found[0] for found in label_multiplier._first_and_last(np.log(rows), targets[None], curve[None]))
        assert (first <= np.log([300, 400, 2000]) + 1e-9).all()
        assert (np.log([300, 400, 2000]) <= last + 1e-9).all()


def test_a_curve_that_falls_reaches_a_score_from_the_first_time_to_the_last() -> None:
    falling = np.array([[0.5, 0.7, 0.6, 0.8]])
    first, last = label_multiplier._first_and_last(np.log([1, 2, 4, 8]), np.full((1, 4), 0.65), falling)
    assert 0 < first[0, 0] < np.log(2)
    assert np.log(4) < last[0, 0] < np.log(8)
    two = label_multiplier._first_and_last(np.log([1, 8]), np.full((1, 2), 0.6), np.array([[0.5, 0.7]]))
    assert (two[0][0, 0], two[1][0, 0]) == (0, np.log(8))  # nothing beside them says how they bend


def test_ten_times_the_rows_leave_the_factor() -> None:
    tenfold = curve(0.65, rows=(1000, 2000, 4000)).multipliers[0]
    assert (tenfold.factor, tenfold.low, tenfold.high) == pytest.approx(
        (first(0.65).factor, first(0.65).low, first(0.65).high))


def test_seeds_that_disagree_make_the_interval_wider() -> None:
    uneven = [np.concatenate([runs(score - 0.04, 1), runs(score + 0.04, 1)]) for score in SCRATCH]
    pretrained = [runs(0.6)] * 3
    alike = learning_curve(ROWS, pretrained, [runs(score) for score in SCRATCH], accuracy_of, 500, 1).multipliers[0]
    apart = learning_curve(ROWS, pretrained, uneven, accuracy_of, 500, 1).multipliers[0]
    assert alike.factor == pytest.approx(apart.factor)
    assert (apart.low or 0) < (alike.low or 0)
    assert (apart.high or np.inf) > (alike.high or np.inf)


def test_the_interval_covers_a_known_truth() -> None:
    study = Study(factor=3.0, seeds=3, examples=200, spread=0.02)
    found = [first_multiplier(study, trial, resamples=100) for trial in range(100)]
    assert np.mean([holds(multiplier, 3.0) for multiplier in found]) >= 0.88
    # One that holds everything covers, too.
    assert np.mean([holds(multiplier, 1.0) for multiplier in found]) <= 0.1


def test_an_interval_without_the_spread_of_seeds_would_not_cover(monkeypatch: pytest.MonkeyPatch) -> None:
    study = Study(seeds=3, examples=200, spread=0.06)
    honest = covered(study, trials=40, resamples=100)
    drawn = label_multiplier.drawn_means
    monkeypatch.setattr(label_multiplier, "drawn_means", lambda arms, means, *rest: drawn(
        [arm.mean(axis=0, keepdims=True) for arm in arms], means, *rest))
    assert covered(study, trials=40, resamples=100) < honest - 0.1


def history(*scores: float) -> History:
    """A run that is evaluated every ten steps."""
    steps = 10 * (len(scores) - 1)
    return History(RunSummary("finished", 1, 1, steps, 0, steps, {}, {}, {}, {}), tuple(
        Evaluation(10 * place, place, {}, {"accuracy": score}) for place, score in enumerate(scores)))


def test_steps_to_the_best_of_the_other() -> None:
    pretrained = [history(0.5, 0.7, 0.9), history(0.5, 0.6, 0.9)]
    scratch = [history(0.5, 0.6, 0.7, 0.6), history(0.5, 0.5, 0.5, 0.8)]
    of_pretrained, of_scratch = catching_up(pretrained, scratch, (1, 2), "accuracy")
    assert of_pretrained == ArmSteps(median=15.0, runs=(
        RunSteps(seed=1, score=0.7, other_step=20, step=10, steps=20),
        RunSteps(seed=2, score=0.8, other_step=30, step=20, steps=20)))
    assert of_scratch.median is None
    assert [run.step for run in of_scratch.runs] == [None, None]


def test_a_median_that_falls_on_a_run_which_never_does_is_never() -> None:
    fast, slow, target = history(0.5, 0.9), history(0.5, 0.6), history(0.8)
    assert catching_up([fast, slow], [target] * 2, (1, 2), "accuracy")[0].median is None
    assert catching_up([fast, fast, slow], [target] * 3, (1, 2, 3), "accuracy")[0].median == 10


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study of one toy task with 40 rows, whose further train sizes are 16 and 64."""
    monkeypatch.chdir(tmp_path)
    params = parse_yaml((ROOT / "params.yaml").read_text("utf-8"), "params.yaml")
    params |= {"seeds": [1], "train_sizes": [64, 16], "tasks": {"toy": params["tasks"]["nsmc"]}}
    params["training"]["batch_size"] = 8
    params["evaluation"]["resamples"] = 100
    write_json(tmp_path / "params.yaml", params)
    write_encoded(tmp_path, TEXT_TASK)
    planned()
    return tmp_path


def planned() -> None:
    """The rows of every cell, by the params.yaml that is there."""
    assert plan_sizes.main("--task toy --prepared prepared --out sized/sizes.json --rows rows".split()) == 0


def trained(init: str, out: str, *flags: str) -> Path:
    same = f"--task toy --init {init} --seed 1 --encoded encoded --checkpoint checkpoint --out {out}"
    assert train.main([*same.split(), *flags]) == 0
    return Path(out)


def predicted(models: str, out: str, *flags: str) -> None:
    same = f"--task toy --models {models} --encoded encoded --checkpoint checkpoint --out {out}"
    assert predict_splits.main([*same.split(), *flags]) == 0


def test_a_size_is_the_first_rows_as_train_size_makes_them(folder: Path) -> None:
    sized = trained("scratch", "small", "--rows", "rows/16-1.json")
    params = read_json(folder / "params.yaml")
    params["tasks"]["toy"]["train_size"] = 16
    write_json(folder / "params.yaml", params)
    planned()
    whole = trained("scratch", "whole", "--rows", "rows/1.json")
    assert (sized / "model.safetensors").read_bytes() == (whole / "model.safetensors").read_bytes()
    assert next(read_json_lines(sized / "history.jsonl"))["settings"]["train_size"] == 16


def run_models() -> None:
    """The study with all of its models and predictions, and what is left of a size that it had before."""
    for init, cell in (("pretrained", "pretrained-full-1"), ("scratch", "scratch-1")):
        trained(init, f"models/{cell}", "--rows", "rows/1.json")
        for size in ("16", "64"):
            trained(init, f"sized/{size}/models/{cell}", "--rows", f"rows/{size}-1.json")
    predicted("models", "predictions")
    for size in ("16", "64"):
        predicted(f"sized/{size}/models", f"sized/{size}/predictions", "--train-size", size)


EVALUATE = ("--task toy --prepared prepared --encoding-card card.json --models models"
            " --predictions predictions --sized sized --out sizes.json").split()


class _Recorded:
    """In place of the store: keeps what is logged."""

    runs: list[TrackedRun]

    def __init__(self, folder: Path) -> None:
        del folder

    def log(self, experiment: str, logged: list[TrackedRun], about: object = None) -> int:
        """Keep the runs."""
        del experiment
        type(self).runs = logged
        return len(logged)


def test_a_whole_study(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    run_models()
    assert read_json(folder / "sized/sizes.json") == {
        "rows": 40, "sizes": [16], "skipped": [64], "size_rows": [16], "draws": 1}
    assert [path.name for path in Path("sized/64").rglob("*.*")].count("skipped.json") == 3
    assert "64 rows are not below the training rows of the task" in capsys.readouterr().err
    assert evaluate_sizes.main(EVALUATE) == 0
    facts = read_json(folder / "sizes.json")
    assert list(facts["cells"]) == ["pretrained-full-1-rows-16", "scratch-1-rows-16"]
    assert [point["rows"] for point in facts["points"]["scratch"]] == [16, 40]
    cell = facts["cells"]["scratch-1-rows-16"]
    assert facts["points"]["scratch"][0]["mean"] == pytest.approx(cell["after"]["test"]["accuracy"])
    assert facts["points"]["scratch"][0]["few_trained"] == cell["failed"]
    # Both arms have their own epochs, 12 for scratch, in batches of 8.
    assert (cell["train_rows"], cell["steps"]) == (16, 12 * 16 // 8)

    monkeypatch.setattr(tracked_runs, "TrackingStore", _Recorded)
    write_json(Path("metrics.json"), {
        "task": "toy", "title": "Toy, toys", "metric": "accuracy", "synthetic": True,
        "synthetic_checkpoint": True, "rows": {"train": 40, "test": 12}, "cells": {}})
    write_json(Path("findings.json"), {"findings": []})
    write_json(Path("verdicts.json"), {"tasks": {"toy": {
        "metrics": sha256(Path("metrics.json")), "findings": sha256(Path("findings.json")), "comparisons": {}}}})
    flags = ("--task toy --metrics metrics.json --models models --sizes sizes.json --sized sized --errors errors.json"
             " --checkpoint checkpoint --findings findings.json --verdicts verdicts.json --plots plots"
             " --further further --out tracked.json")
    assert track.main(flags.split()) == 0
    assert [(run.name, run.params["train_rows"], run.params["seed"], run.tags["dvc.stage"])
            for run in _Recorded.runs] == [
        ("pretrained-full-1-rows-16", 16, 1, "train_pretrained_sized"),
        ("scratch-1-rows-16", 16, 1, "train_scratch_sized")]

    assert read_sizes(Path(), Grid(tasks=("sizes",), tunings=("full",), seeds=(1,), train_sizes=(64, 16)))
    with pytest.raises(UserError, match="train sizes, tuning or seeds are not those of params.yaml"):
        read_sizes(Path(), Grid(tasks=("sizes",), tunings=("full",), seeds=(1,), train_sizes=(16,)))

    monkeypatch.setattr(evaluation, "failed", lambda *_, **__: True)
    assert evaluate_sizes.main(EVALUATE) == 0
    assert "points" in read_json(folder / "sizes.json")
    assert "[]" not in (folder / "sizes.json").read_text("utf-8")  # over which `dvc plots` stumbles


def test_steps_are_those_of_seeds_whose_runs_trained(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "failed", lambda *_, improved: not improved)  # so few rows show no more
    run_models()
    params = read_json(folder / "params.yaml") | {"seeds": [1, 2], "train_sizes": []}
    write_json(folder / "params.yaml", params)
    planned()
    for cell in ("pretrained-full", "scratch"):
        shutil.copytree(f"models/{cell}-1", f"models/{cell}-2")
        shutil.copyfile(f"predictions/{cell}-1.parquet", f"predictions/{cell}-2.parquet")

    def seeds() -> list[list[int]]:
        assert evaluate_sizes.main(EVALUATE) == 0
        steps = read_json(folder / "sizes.json")["steps"]
        grid = Grid(tasks=("sizes",), tunings=("full",), seeds=(1, 2))
        left_out = read_sizes(folder, grid)["sizes"].steps.left_out
        assert steps.get("left_out") != []  # over which `dvc plots` stumbles
        return [[run["seed"] for run in steps[arm]["runs"]] for arm in PAIR] + [[*left_out]]

    assert seeds() == [[1, 2], [1, 2], []]
    *measured, end = read_json_lines(Path("models/scratch-2/history.jsonl"))
    write_json_lines(Path("models/scratch-2/history.jsonl"), [*measured, end | {"best_step": 0}])
    assert seeds() == [[1], [1], [2]]  # its initial weights were kept
    *measured, end = read_json_lines(Path("models/pretrained-full-1/history.jsonl"))
    write_json_lines(Path("models/pretrained-full-1/history.jsonl"), [*measured, end | {"best_step": 0}])
    assert seeds() == [[1, 2], [1, 2], []]
    assert read_json(folder / "sizes.json")["steps"]["counted"] == [1, 2]


@pytest.mark.parametrize(("sizes", "refused"), [
    ("- 32", None),
    ("- 16", "train_sizes: 16 rows are fewer than one batch, the 32 of training.batch_size; write 32 or more"),
    ("- 12_per_class", "expected numbers of rows"), ("- 32\n- 32", "expected distinct values"),
    ("- 0", "expected a number at least 1"), ("- 500", "500 is not below the train_size of any task")])
def test_sizes_that_can_be_no_point_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sizes: str, refused: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "params.yaml").read_text("utf-8").replace("train_sizes: []", f"train_sizes:\n{sizes}")
    Path("params.yaml").write_text(text.replace("train_size: 0", "train_size: 500"), "utf-8")
    if refused:
        with pytest.raises(UserError, match=refused):
            check_params()
    else:
        assert check_params().train_sizes == [32]
    # A task with all of its rows may have more than any size.
    Path("params.yaml").write_text(text.replace(sizes, "- 500000"), "utf-8")
    assert check_params().train_sizes == [500000]


STEPS = {"median": None, "runs": [{"seed": 1, "score": 0.9, "other_step": 1200, "step": None, "steps": 40}]}


CELLS = {f"{arm}-1-rows-125": {"train_rows": 125, "arm": arm, "seed": 1, "outcome": "finished", "failed": False}
         for arm in ("pretrained", "scratch")}


def task_with(sizes: Sizes, *findings: Finding, seeds: tuple[int, ...] = (1, 2), method: str = "full") -> Any:
    """A task with what the judge says of its label multipliers."""
    grid = Grid(tasks=("toy",), tunings=("full",), seeds=seeds, train_sizes=(125,))
    results = TaskResults(Namespace(cells={"pretrained-full-1": Namespace(recipe={"method": method})}), findings, sizes,
                          ("", ""))
    metrics = Namespace(task="toy", kind="single", metric="accuracy", synthetic=True)
    arms = [Namespace(name=arm_name(arm), runs=seeds) for arm in PAIR]
    return Namespace(metrics=metrics, arms=arms, verdicts=Namespace(labels=_labels(results, grid)))


def told(**values: Any) -> Sizes:
    """What is read of a task with one further size, 125 of 1,000 rows."""
    multiplier = {"rows": 125, "factor": 11.04, "low": 7.3, "high": 19.0, "reached": "within", "smallest": 1.0,
                  "largest": 80.0} | values
    points = {arm: [{"rows": rows, "runs": 2, "mean": mean, "interval": {"low": mean, "high": mean}}
                    for rows, mean in ((125, least), (1000, 0.9))]
              for arm, least in (("pretrained", 0.8), ("scratch", 0.5))}
    return Sizes.model_validate({
        "tuning": "full", "rows": 1000, "sizes": [125], "skipped": [], "multipliers": [multiplier], "cells": CELLS,
        "points": points,
        "steps": {"pretrained": STEPS | {"median": 15.0, "runs": [STEPS["runs"][0] | {"step": 15}]}, "scratch": STEPS}})


@pytest.mark.parametrize(("scratch", "few", "again"), [
    ((0.5, 0.6, 0.7), 0, False), ((0.6, 0.5, 0.7), 0, True), ((0.5, 0.7, 0.6), 0, True), ((0.5, 0.7, 0.66), 0, False),
    ((0.7, 0.5, 0.7), 1, False), ((0.5, 0.5, 0.5), 0, False)])
def test_scratch_that_falls_back_below_the_score_contradicts_a_rising_curve(
    scratch: Sequence[float], few: int, again: bool
) -> None:
    """Pre-training scores 0.58 with the fewest rows, or 0.65 where scratch does so at its second size."""
    target = 0.65 if scratch[1] == 0.7 else 0.58
    points = Points.model_validate({arm: [
        {"rows": rows, "runs": 3, "mean": mean, "interval": {"low": 0.4, "high": 0.9},
         "few_trained": arm == "scratch" and place < few}
        for place, (rows, mean) in enumerate(zip((100, 200, 400), means, strict=True))]
        for arm, means in (("pretrained", (target, 0.75, 0.8)), ("scratch", scratch))})
    multiplier = Multiplier(rows=100, factor=2.0, low=1.5, high=3.0, reached="within", smallest=1.0, largest=4.0)
    assert crossed_again(multiplier, points) == again


@pytest.mark.parametrize(("values", "sentence"), [
    ({}, "Scratch needs 11.0 times the labels to match pre-training at 125 texts (95 % interval: 7.3 to 19.0)."),
    ({"high": None},
     "Scratch needs 11.0 times the labels to match pre-training at 125 texts (95 % interval: more than 7.3)."),
    ({"low": None, "high": None},
     "How many labels scratch needs to match pre-training at 125 texts is inconclusive: 11.0 times as many by the "
     "rising curve that fits these runs best (95 % interval: open at both ends)."),
    ({"factor": None, "high": None, "reached": "beyond"},
     "Whether scratch matches pre-training at 125 texts within 1,000 texts is inconclusive: the rising curve that "
     "fits these runs best does not, and it needs at least 7.3 times the labels (95 % interval: more than 7.3)."),
    ({"factor": None, "low": None, "high": None, "reached": "beyond"},
     "Whether scratch matches pre-training at 125 texts within 1,000 texts is inconclusive: the rising curve that "
     "fits these runs best does not (95 % interval: open at both ends)."),
    ({"factor": None, "low": 80.0, "high": None, "reached": "beyond"},
     "Not reached within 1,000 texts: scratch needs more than 80.0 times the labels to match pre-training at 125 texts "
     "(95 % interval: more than 80.0)."),
    ({"factor": None, "low": None, "high": 1.25, "reached": "below"},
     "Whether scratch needs more labels than pre-training is inconclusive: at 125 texts, the smallest size, it is as "
     "good or better in these runs (95 % interval of the multiple: less than 1.2)."),
    ({"factor": None, "low": None, "high": 1.0, "reached": "below"},
     "Scratch needs no more labels than pre-training: at 125 texts, the smallest size, it is as good or better "
     "(95 % interval of the multiple: less than 1.0)."),
])
def test_sentences(values: dict[str, Any], sentence: str) -> None:
    task = task_with(told(**values))
    said = learning_curves.multiplier_sentence(task, 1000, task.verdicts.labels)
    assert render(said) == sentence
    assert not re.search("[A-Za-z]", render(said, "ko")), render(said, "ko")
    task = task_with(told(**values), method="head")
    of_head = learning_curves.multiplier_sentence(task, 1000, task.verdicts.labels)
    assert render(of_head) == sentence.replace("pre-training", "head-only tuning of the frozen encoder (full)")
    assert not re.search("[A-Za-z]", render(of_head, "ko").replace("full", "")), render(of_head, "ko")
    reached = ("the pre-trained run reaches the best accuracy of scratch at step 15 in the median over seeds (15); "
               "scratch itself reaches it at 1,200; the scratch run never reaches the best accuracy of pre-trained "
               "(in 40 steps).")
    for seeds, left_out in (((), ""), ((2,), ", without the seed with a failed run"),
                            ((2, 3), ", without the 2 seeds with a failed run")):
        found = told().steps.model_copy(update={"left_out": seeds})
        steps = render(learning_curves._steps_sentence(task_with(told()), found))
        assert steps.startswith(f"On validation{left_out}, {reached}")
    found = told().steps.model_copy(update={"counted": (1,)})
    steps = learning_curves._steps_sentence(task_with(told()), found)
    assert render(steps).startswith(
        f"On validation, with the failed runs, since no seed has two runs that trained, {reached}")
    assert "(두 실행이 모두 학습에 성공한 시드가 없어 실패한 실행도 포함)" in render(steps, "ko")


def test_scalars_have_no_nulls() -> None:
    sizes = {"toy": told(factor=None, high=None, reached="beyond")}
    summary = summarize_sizes({"toy": {"scratch": 0.5}}, [task_with(sizes["toy"])], sizes)
    assert summary == {"toy": {"scratch": 0.5, "labels-reached-125": "beyond", "labels-low-125": 7.3,
                               "steps-pretrained-to-best-of-other": 15.0}}


def severe(*taints: str) -> Finding:
    return Finding(name="leaked_rows", severity="severe", about="test", taints=taints,
                     evidence=message("found-few-rows", rows=60), reason=message("why-leaked-train"),
                     remedy=message("fix-tune"))


def test_what_a_severe_finding_taints_is_worth_no_labels() -> None:
    task = task_with(told(), severe("full", "scratch"))
    assert list(map(render, learning_curves._label_sentences(task, told()))) == [
        "The label multiplier is withheld: leaked rows: the test set has 60 rows."]
    assert summarize_sizes({"toy": {}}, [task], {"toy": told()}) == {
        "toy": {"steps-pretrained-to-best-of-other": 15.0}}
    other = task_with(told(), severe("lora"))  # the curve is of another tuning
    assert "Scratch needs 11.0 times the labels" in render(next(learning_curves._label_sentences(other, told())))


@pytest.mark.parametrize(("values", "loser", "winner"), [
    ({}, "scratch", "full"), ({"factor": None, "low": None, "high": 1.0, "reached": "below"}, "full", "scratch")])
def test_a_multiplier_holds_for_the_budget_of_the_arm_that_needs_more_labels(
    values: dict[str, Any], loser: str, winner: str
) -> None:
    def unfit(arm: str) -> Finding:
        return Finding.of("underfitted", "warning", arm, (arm,), own=0.7, other=0.9, rival="the other")

    sizes, said = told(**values), []
    for found in ((), (unfit(winner),), (unfit(loser),)):
        task = task_with(sizes, *found)
        task.short_title = "TOY"
        sentence = " ".join(map(render, learning_curves._label_sentences(task, sizes)))
        summary, = learning_curves.worth_in_labels([task], {"toy": sizes})
        said.append(("A larger budget might raise the score of the losing arm: " in sentence,
                     render(summary).startswith("TOY (at least for this budget): Scratch needs "),
                     render(summary, "ko").startswith("TOY(적어도 이 학습 예산에서는): ")))
    assert said == [(False,) * 3, (False,) * 3, (True,) * 3]


@pytest.mark.parametrize(("outcome", "why"), [
    ("loss not finite", "loss not finite"), ("finished", "its model is at chance on validation")])
def test_a_run_of_fewer_rows_that_failed_is_named(outcome: str, why: str) -> None:
    sizes, cell = told(), CELLS["scratch-1-rows-125"]
    failed = sizes.cells | {"scratch-1-rows-125": SizedRun(**cell | {"outcome": outcome, "failed": True})}
    told_of = "The scratch run with seed 1 on 125 training rows failed and is"
    for others, counted in (({}, "counted all the same, as no other seed trained"),
                            ({"scratch-2-rows-125": SizedRun(**cell | {"seed": 2})}, "left out of the mean")):
        told_now = sizes.model_copy(update={"cells": failed | others})
        sentence, = list(learning_curves._label_sentences(task_with(sizes), told_now))[3:]
        assert render(sentence) == f"{told_of} {counted}: {why}."
        assert not re.search("[a-z]{4,}", render(sentence, "ko"))
    both = {name: SizedRun(**cell | {"outcome": outcome, "failed": True, "seed": seed})
            for seed, name in enumerate(("scratch-1-rows-125", "scratch-2-rows-125"), start=1)}
    told_now = sizes.model_copy(update={"cells": sizes.cells | both})
    sentence, = list(learning_curves._label_sentences(task_with(sizes), told_now))[3:]
    assert render(sentence) == ("The scratch runs with seeds 1 and 2 on 125 training rows failed and are counted all "
                                f"the same, as no other seed trained: {why}.")


def with_few(*lost: tuple[str, int]) -> Sizes:
    """The same with a curve, in which so few runs of an arm trained on so many rows; what is left of its multipliers.
    """
    points = {arm: [{"rows": rows, "runs": 2, "mean": 0.7, "interval": {"low": 0.6, "high": 0.8},
                     "few_trained": (arm, rows) in lost} for rows in (32, 125, 1000)] for arm in PAIR}
    sizes = told().model_copy(update={"points": Points.model_validate(points)})
    return sizes if ("scratch", 125) not in lost else sizes.model_copy(update={"multipliers": ()})


def test_one_seed_is_worth_no_labels() -> None:
    task = task_with(with_few(), seeds=(1,))
    sentence = next(learning_curves._label_sentences(task, told()))
    assert render(sentence) == ("The label multiplier is withheld: one seed does not show the spread between seeds, "
                                "which the intervals leave out.")
    assert not re.search("[A-Za-z]", render(sentence, "ko")), render(sentence, "ko")
    assert summarize_sizes({"toy": {}}, [task], {"toy": told()}) == {
        "toy": {"steps-pretrained-to-best-of-other": 15.0}}


def test_a_multiplier_that_needs_sizes_at_which_no_two_runs_trained_is_withheld() -> None:
    sizes = with_few(("pretrained", 32), ("scratch", 125))
    task = task_with(sizes)
    sentence, = list(learning_curves._label_sentences(task, sizes))
    assert render(sentence) == (
        "The label multiplier is withheld: it would need sizes at which fewer than two runs trained (pre-trained on 32 "
        "training rows; scratch on 125 training rows); give the curve other sizes (train_sizes in params.yaml), or "
        "train longer.")
    assert "학습 데이터 125건의 ‘처음부터 학습’" in render(sentence, "ko")
    assert summarize_sizes({"toy": {}}, [task], {"toy": sizes}) == {"toy": {"steps-pretrained-to-best-of-other": 15.0}}


@pytest.mark.parametrize(("lost", "said"), [
    ((), None), ((("pretrained", 32),), "pre-trained on 32 training rows."),
    ((("scratch", 32),), "scratch on 32 training rows. Scratch's curve is used from the next larger size on.")])
def test_a_multiplier_that_needs_no_failed_size_is_told_with_what_it_leaves_out(
    lost: tuple[tuple[str, int], ...], said: str | None
) -> None:
    sizes = with_few(*lost)
    sentences = list(map(render, learning_curves._label_sentences(task_with(sizes), sizes)))
    assert "Scratch needs 11.0 times the labels" in sentences[0]
    start = "The label multiplier leaves out sizes at which fewer than two runs trained: "
    assert sentences[3:] == ([start + said] if said else [])


def test_curves_of_runs_that_are_right_on_the_same_examples_are_not_certain() -> None:
    # All of 10 are right: the bootstrap has no spread, where one example of each arm may have come out otherwise.
    best = np.ones((1, 10, 2))
    errors = label_multiplier.drawn_means([best, best], accuracy_of, 20_000, 1)
    assert (errors[:, 0] - errors[:, 1]).std() == pytest.approx(0.1 * 2**0.5, rel=0.02)
    # What the examples show is enough where arms are right on different ones.
    worse = np.stack([np.arange(10) > 2, np.ones(10)], axis=-1)[None].astype(np.float64)
    assert (label_multiplier.unseen_errors([best, worse], accuracy_of, 5, np.random.default_rng(1)) == 0).all()


def test_a_size_more_leaves_the_cells_of_the_others_and_of_all_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By DVC's own reading: what has the definition that it had before does not run."""
    project = Project(tmp_path, monkeypatch)
    params = parse_yaml(project.text("params.yaml"), "params.yaml")
    params |= {"tasks": {"nsmc": params["tasks"]["nsmc"]}, "seeds": [1], "train_sizes": [100]}
    write_json(tmp_path / "params.yaml", params)
    before = project.cells()
    assert {"train_scratch_sized@nsmc-100-1", "predict_sized@nsmc-100"} <= before.keys()
    write_json(tmp_path / "params.yaml", params | {"train_sizes": [100, 200]})
    changed = {cell for cell, definition in project.cells().items() if definition != before.get(cell)}
    assert changed == {"plan_sizes@nsmc", "train_pretrained_sized@nsmc-200-1", "train_scratch_sized@nsmc-200-1",
                       "predict_sized@nsmc-200", "judge", "report"}


def test_page_and_markdown_show_curve_and_multipliers(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path, Grid(tasks=("reviews",), tunings=("full",), seeds=(1, 2), train_sizes=(125, 9000)))
    points = {arm: [{"rows": rows, "runs": 2, "mean": mean, "interval": {"low": mean - 0.02, "high": mean + 0.03}}
                    for rows, mean in ((125, first), (640, last))]
              for arm, first, last in (("pretrained", 0.7123, 0.841), ("scratch", 0.5456, 0.711))}
    multiplier = {"rows": 125, "factor": None, "low": 3.21, "high": None, "reached": "beyond", "smallest": 1.0,
                  "largest": 5.12}
    for name, value in {"sizes": [125], "skipped": [9000], "points": points, "multipliers": [multiplier]}.items():
        inputs.edit("sizes/reviews.json", name, value=value)
    built = inputs.build()
    sentence = ("Whether scratch matches pre-training at 125 texts within 640 texts is inconclusive: the rising curve "
                "that fits these runs best does not, and it needs at least 3.2 times the labels (95 % interval: more "
                "than 3.2).")
    row = "| 125 | 0.712<br>(0.692 to 0.742) | 0.546<br>(0.526 to 0.576) | inconclusive<br>(more than 3.2) |"
    for part in (sentence, row, "plots/reviews-rows.svg", "The curve has no point at 9,000 training rows",
                 "| pre-trained | 2 | 0.900 | 40 | 20 | 40 |"):
        assert part in built["details/reviews.md"], part
    assert f"REVIEWS: {sentence}" in built["report.md"].split("\n## REVIEWS")[0]  # in the summary, too
    assert sentence.replace("95 %", "95\u00a0%") in built["index.html"]
    assert "0.692 to 0.742" in built["index.html"]
    assert 'aria-labelledby="reviews-rows-title' in built["index.html"]
    assert ">125</text>" in built["plots/reviews-rows.svg"]
    assert '"labels-low-125": 3.21' in built["metrics.json"]
    assert "leave out the spread between seeds" not in built["details/reviews.md"]


def test_a_size_at_which_few_runs_trained_is_drawn_hollow_and_on_no_line() -> None:
    found = []
    for lost in ((), (("scratch", 32),)):
        sizes = with_few(*lost)
        task = task_with(sizes)
        task.arms = [Namespace(name=arm.name, key=key) for arm, key in zip(task.arms, ("full", "scratch"), strict=True)]
        task.corpus, task.encoder = "TOY", ""
        found.append(learning_curves._chart(task, sizes))
    whole, hollow = found
    assert "subtitle" not in whole.spec()["title"]
    assert hollow.spec()["title"]["subtitle"] == "hollow: fewer than two runs trained"
    assert hollow.spec("ko")["title"]["subtitle"] == "속이 빈 점: 학습에 성공한 실행이 둘 미만"
    assert (circles(whole), circles(hollow)) == ((6, 0), (5, 1))
    line, _, filled, empty = hollow.spec()["layer"]
    assert [layer["transform"][0]["filter"] for layer in (line, filled, empty)] == [
        "!datum.few", "!datum.few", "datum.few"]


def circles(drawn: Chart) -> tuple[int, int]:
    """How many dots of a chart are filled, and how many are hollow."""
    found = re.findall(r'<path transform="[^"]*" d="M[^"]*A[^"]*"([^>]*)>', drawn.file)
    filled = sum("fill=" in attributes for attributes in found)
    return filled, len(found) - filled


def test_files_of_sizes_that_are_not_expected_are_refused(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path)
    for keys, value in ((("sizes",), [125]), (("tuning",), "head"), (("steps", "pretrained", "runs"), [])):
        before = read_json(tmp_path / "sizes/reviews.json")
        inputs.edit("sizes/reviews.json", *keys, value=value)
        with pytest.raises(UserError, match=r"sizes/reviews.json: .*run `dvc repro`"):
            inputs.build()
        write_json(tmp_path / "sizes/reviews.json", before)
    inputs.build()
