"""The judge: verdicts by hand, and that all who tell them tell the same."""

import json
import re
import shutil
from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from mlflow.entities import Run
from mlflow.tracking import MlflowClient

from stages import judge, track
from stages.answering.exporting import card
from stages.common.files import write_json_lines
from stages.common.sources import ROOT
from stages.comparing.markdown import render
from stages.judging.changes import judge_verdicts, regressions
from stages.judging.verdicts import verdict_on
from stages.reporting.content import _facts
from stages.reporting.verdicts import way_of_use
from stages.results.task_metrics import Difference
from stages.settings.arms import trained_as_far
from stages.settings.grid import Grid
from stages.tracking import runs as tracked_runs
from stages.wording import catalogue
from stages.wording.message import message
from tests.arm_lists import NO_FURTHER_ARMS
from tests.test_learning_curves import _Recorded as Recorded
from tests.test_report import Inputs, difference, finding, said

BELOW = {"pretrained": 0.611, **difference(-0.1, -0.13, -0.07)}
OPEN = {"pretrained": 0.701, **difference(-0.01, -0.04, 0.02, 0.4)}


def study(folder: Path, *tunings: str, head: dict[str, Any] = BELOW) -> Inputs:
    """Both tasks with full fine-tuning far above scratch, and head-only tuning as ``head`` says."""
    inputs = Inputs(folder, Grid(tasks=("reviews", "entities"), tunings=tunings, seeds=(1, 2)))
    for task in inputs.grid.tasks:
        for name, value in head.items():
            inputs.edit(f"metrics/{task}.json", "comparisons", "head", name, value=value)
    return inputs


@pytest.mark.parametrize(("low", "high", "recipe", "full", "other"), [
    (0.01, 0.2, True, "helps", "above_scratch"), (-0.2, -0.01, True, "hurts", "below_scratch"),
    (-0.1, 0.1, True, "cannot_tell", "cannot_tell"), (0.01, 0.2, False, "cannot_tell", "cannot_tell")])
def test_a_verdict_names_what_it_is_about(low: float, high: float, recipe: bool, full: str, other: str) -> None:
    found = Difference(low=low, high=high, difference=(low + high) / 2, p_value=0.01, detectable=0.1, recipe=recipe)
    assert verdict_on(found) == full
    assert verdict_on(found, of_pretraining=False) == other


def test_every_way_of_use_has_its_words() -> None:
    recipes = yaml.safe_load((ROOT / "params.yaml").read_text("utf-8"))["recipes"]
    # Gradual unfreezing is one where layers stay frozen.
    partly = {recipe["method"] for name, recipe in recipes.items()
              if not trained_as_far(name, recipe | {"frozen_layers": 1})}
    assert partly == {recipe["method"] for recipe in recipes.values()} - {"full"}
    assert all(catalogue.render(way_of_use(method, method)) for method in partly)


def test_what_the_judge_decides_of_two_tasks_by_hand(tmp_path: Path) -> None:
    inputs = study(tmp_path, "full", "head")
    inputs.edit("metrics/entities.json", "comparisons", "head", "p_value", value=0.03)
    inputs.find("entities", finding(taints=("full",), evidence="2 of 2 runs of full failed"))
    found = {(task, name): judged for task, of_task in inputs.judge().items()
             for name, judged in of_task["comparisons"].items()}
    assert {place: judged["verdict"] for place, judged in found.items()} == {
        ("reviews", "full"): "helps", ("reviews", "head"): "below_scratch",
        ("entities", "full"): "cannot_tell", ("entities", "head"): "below_scratch"}
    # p of 0.0001 three times and 0.03 once: 4, 4, 4 (never below the one before), 1 times.
    assert [judged["p_value_holm"] for judged in found.values()] == pytest.approx([0.0004, 0.0004, 0.0004, 0.03])
    assert {judged["family"] for judged in found.values()} == {4}
    assert found["entities", "full"]["withheld"] == [
        {"name": "failed_arm", "evidence": said("2 of 2 runs of full failed")}]
    assert inputs.judge()["reviews"]["baselines"] == {
        "majority": {"full": "above", "head": "above", "scratch": "above"},
        "tfidf_logistic_regression": {"full": "above", "head": "above", "scratch": "below"}}


@pytest.mark.parametrize(("tunings", "detectable"), [
    (("full",), 0.05), (("full", "head"), 0.07), (("full", "head", "lora"), 0.07 + 0.03 * np.log2(1.5))])
def test_the_detectable_difference_is_that_of_as_many_comparisons(
    tmp_path: Path, tunings: tuple[str, ...], detectable: float
) -> None:
    """Two, four and six comparisons; between four and eight, half of the way in rows is log2(1.5) in logarithms."""
    inputs = study(tmp_path, *tunings, head={})
    inputs.edit("metrics/reviews.json", "comparisons", "full", "detectable_among", value=[0.04, 0.05, 0.07, 0.1])
    judged = inputs.judge()["reviews"]["comparisons"]["full"]
    assert (judged["family"], judged["detectable"]) == (2 * len(tunings), pytest.approx(detectable))
    told = catalogue.render(dict(_facts(inputs.tasks()[0]))[message("fact-detectable")])
    assert f"{100 * detectable:.1f} points (" in told
    assert f"p below 0.05 / {2 * len(tunings)})" in told


def test_there_are_no_empty_lists_on_which_dvc_plots_stumbles(tmp_path: Path) -> None:
    inputs = study(tmp_path, "full", "head", head=OPEN | {"to_settle": {}})
    assert "[]" not in json.dumps(inputs.judge())


def texts_of(page: str) -> str:
    """What a page shows, without its charts, whose specifications list all verdicts that there are."""
    return re.sub(r"<[^>]*>", "", re.sub(r"<style>.*?</style>|<svg.*?</svg>|<script.*?</script>", "", page,
                                         flags=re.DOTALL))


def with_multipliers(inputs: Inputs, reached: str) -> None:
    multiplier = {"rows": 125, "factor": None, "low": None, "high": 0.9, "reached": reached, "smallest": 1.0,
                  "largest": 5.12}
    for task in inputs.grid.tasks:
        for name, value in {"sizes": [125], "multipliers": [multiplier], "points": {arm: [
                {"rows": rows, "runs": 2, "mean": 0.6, "interval": {"low": 0.5, "high": 0.7}} for rows in (125, 640)]
                for arm in ("pretrained", "scratch")}}.items():
            inputs.edit(f"sizes/{task}.json", name, value=value)


@pytest.mark.parametrize("tunings", [("full", "head"), ("head",)])
def test_a_frozen_encoder_below_scratch_does_not_say_that_pre_training_hurts(
    tmp_path: Path, tunings: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In no place that tells a verdict: report, page, Korean, export, diff, MLflow, and the files themselves."""
    inputs = study(tmp_path, *tunings)
    if tunings == ("head",):
        inputs.grid = inputs.grid.model_copy(update={"train_sizes": (125,)})
        with_multipliers(inputs, "below")
    files = inputs.build()
    summary, details, page = files["report.md"], files["details/reviews.md"], texts_of(files["index.html"])
    korean = "인코더를 고정하고 분류 헤드만 학습하는 방식은 처음부터 전체를 학습한 것보다 점수가 낮습니다"
    english = "Head-only tuning of the frozen encoder scores below training everything from scratch on REVIEWS"
    for part in (summary, details, page):
        assert english in part
    assert f"REVIEWS에서 {korean}" in page
    task = inputs.read()[0]
    exported = card(task, inputs.grid.cells[0], "model")
    assert english in exported
    judged = inputs.read()[0].verdicts.named
    before = {"reviews": {name: one.model_copy(update={"verdict": "cannot_tell"}) for name, one in judged.items()}}
    facts = {"verdicts": [one for one in judge_verdicts(before, {"reviews": judged}) if one["comparison"] == "head"],
             "scores": [], "findings": {"new": [], "gone": []}}
    nothing = {"params": {}, "data": [], "tasks": {"new": [], "gone": []}, "verdicts_compared": True, "matters": True,
               "cells": {name: [] for name in ("ran", "new", "gone", "other_outputs")}}
    diff = render(facts | nothing | {"regressions": list(regressions(facts))}, "a", "b", 0)
    assert "| reviews | pre-trained, head against scratch | inconclusive | below scratch |" in diff
    assert "reviews, pre-trained, head: the arm now scores below training from scratch" in diff
    monkeypatch.setattr(tracked_runs, "TrackingStore", Recorded)
    track_reviews(inputs, tmp_path)
    expected = {"pretrained-full": "helps"} if "full" in tunings else {}
    assert {run.name: run.changing["verdict"] for run in Recorded.runs if "verdict" in run.changing} == expected | {
        "pretrained-head": "below_scratch"}
    tags = json.dumps([run.tags | run.changing for run in Recorded.runs])
    verdicts = inputs.paths.verdicts.read_text("utf-8")
    for part in (summary, details, page, exported, diff, tags, verdicts, files["metrics.json"]):
        assert "hurt" not in part.replace("hurts in 0", "")
        assert not re.search("해가 (?:됩니다|됨|된 것은 [1-9])", part)
    if tunings == ("head",):
        assert "Scratch needs no more labels than head-only tuning of the frozen encoder" in details
        assert "pre-training helps in" not in details  # nothing was compared that could say so


def track_reviews(inputs: Inputs, folder: Path) -> None:
    """Log the task `reviews` to the store in ``folder``."""
    for cell in inputs.grid.cells:
        history = folder / "models" / cell / "history.jsonl"
        history.parent.mkdir(parents=True, exist_ok=True)
        write_json_lines(history, [{"kind": "start"}, {"kind": "end"}])
    (folder / "params.yaml").write_text(
        "tasks: {reviews: {checkpoint: small, max_length: 64}}\ntracking: {models: false}\n", "utf-8")
    options = {"task": "reviews", "metrics": folder / "metrics/reviews.json", "models": folder / "models",
               "checkpoint": folder, "sizes": folder / "sizes/reviews.json", "sized": folder,
               "errors": folder / "errors/reviews.json", "findings": folder / "doctor/reviews.json",
               "verdicts": inputs.paths.verdicts, "plots": inputs.paths.out_plots, "further": folder / "further",
               "out": folder / "tracked.json"}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        track._track(Namespace(**options))


def test_a_withheld_verdict_is_called_so_wherever_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracked_runs, "TrackingStore", Recorded)
    inputs = study(tmp_path, "full", head={})
    inputs.find("reviews", finding(taints=("full",), evidence="2 of 2 runs failed"))
    files, task = inputs.build(), inputs.tasks()[0]
    assert json.loads(files["metrics.json"])["reviews"]["verdict-full"] == "withheld"
    exported = card(task, inputs.grid.cells[0], "model")
    page = texts_of(files["index.html"])
    for text in (files["report.md"], files["details/reviews.md"], page, exported):
        assert "There is no verdict on pre-training on REVIEWS: accuracy 0.841" in text
        assert "effect of pre-training on REVIEWS is inconclusive" not in text
    assert "REVIEWS에서 사전 학습에 대해서는 판정하지 않습니다: 정확도 0.841" in page
    assert '<p class="conclusion withheld">' in files["index.html"]
    track_reviews(inputs, tmp_path)
    assert [run.changing["verdict"] for run in Recorded.runs if "verdict" in run.changing] == ["withheld"]


def test_a_verdict_for_this_budget_alone_is_told_so_in_numbers_and_in_mlflow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracked_runs, "TrackingStore", Recorded)
    for names, qualified, worst in (((), "false", "nothing found"), (("smaller_budget",), "true", "warning")):
        inputs = study(tmp_path / qualified, "full", head={})
        inputs.find("reviews", *(finding(name, "warning") for name in names))  # about scratch
        numbers = json.loads(inputs.build()["metrics.json"])["reviews"]
        assert (numbers["verdict-full"], numbers.get("qualified-full", False)) == ("helps", bool(names))
        track_reviews(inputs, tmp_path / qualified)
        arm, = (run.changing for run in Recorded.runs if "verdict" in run.changing)
        assert arm == {"doctor": worst, "verdict": "helps", "qualified": qualified, "interval_covers_seeds": "true"}


def test_mlflow_has_no_corrected_p_of_single_runs_and_says_what_their_interval_covers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracked_runs, "TrackingStore", Recorded)
    for recipe in (True, False):
        inputs = study(tmp_path / str(recipe), "full", head={})
        inputs.edit("metrics/reviews.json", "comparisons", "full", "recipe", value=recipe)
        inputs.build()
        track_reviews(inputs, tmp_path / str(recipe))
        arm, = (run for run in Recorded.runs if "verdict" in run.changing)
        assert arm.changing["interval_covers_seeds"] == str(recipe).lower()
        assert ("against_scratch/p_value_holm" in arm.changing_metrics) == recipe


def test_mlflow_has_the_corrected_p_and_the_verdict_of_the_report_also_after_another_task_changed(
    tmp_path: Path, empty_store: Path
) -> None:
    shutil.copyfile(empty_store, tmp_path / "mlflow.db")
    inputs = study(tmp_path, "full", "head", head=OPEN | {"p_value": 0.04, "low": -0.019, "high": -0.001})
    for p_value, verdict in ((0.9, "cannot_tell"), (0.0001, "below_scratch")):
        inputs.edit("metrics/entities.json", "comparisons", "head", "p_value", value=p_value)
        numbers = json.loads(inputs.build()["metrics.json"])["reviews"]
        track_reviews(inputs, tmp_path)
        client = MlflowClient(f"sqlite:///{tmp_path / 'mlflow.db'}")
        found = client.search_runs([client.get_experiment_by_name("reviews").experiment_id])
        assert len(found) == 3 * (1 + 2)  # none twice
        runs: dict[str, Run] = {run.info.run_name: run for run in found}
        for tuning in ("full", "head"):
            run = runs[f"pretrained-{tuning}"].data
            assert run.metrics["against_scratch/p_value"] == numbers[f"p-{tuning}"]
            assert run.metrics["against_scratch/p_value_holm"] == numbers[f"holm-{tuning}"]
            assert run.metrics["against_scratch/difference"] == numbers[f"difference-{tuning}"]
            assert run.tags["verdict"] == numbers[f"verdict-{tuning}"]
        assert runs["pretrained-head"].data.tags["verdict"] == verdict
        assert "verdict" not in runs["scratch"].data.tags


def test_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = study(tmp_path, "full", "head")
    expected = inputs.judge()
    (inputs.paths.findings / "mnli.json").write_text("left from another grid", "utf-8")
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text("tasks: {reviews: {}, entities: {}}\ntunings: [full, head]\nseeds: [1, 2]\n"
                                   f"{NO_FURTHER_ARMS}train_sizes: []\ndraws: 1\n"
                                   "evaluation: {resamples: 200, bootstrap_seed: 1}\n", "utf-8")
    flags = ["--metrics", "metrics", "--findings", "doctor", "--sizes", "sizes", "--out", "again.json",
             "--out-differences", "differences.json"]
    assert judge.main(flags) == 0
    # DVC shows a column for every number of a metrics file: one per task is what a terminal has room for.
    assert json.loads(Path("differences.json").read_text("utf-8")) == {
        task: pytest.approx(found["comparisons"]["full"]["difference"]) for task, found in expected.items()}
    assert json.loads(Path("again.json").read_text("utf-8"))["tasks"] == expected
