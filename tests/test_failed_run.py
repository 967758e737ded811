"""A seed that really fails to train, from evaluate to the report: every mean that is shown is without it."""

import re
import shutil
from argparse import Namespace
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from stages import judge, report
from stages.common.files import read_json, write_json
from stages.comparing import markdown
from stages.comparing.changes import changes
from stages.evaluate_sizes import evaluate_sizes
from stages.metrics.evaluation import TaskEvaluation, TaskGold
from stages.reporting.verdicts import verdict
from stages.results.cards import EncodingCard
from stages.results.reading import validated
from stages.results.tasks import read_tasks
from stages.settings.evaluation import EvaluationSettings
from stages.settings.report import ReportSettings
from stages.settings.train_rows import PLAN, models_of, predictions_of
from stages.tracking import runs as tracked_runs
from stages.wording.catalogue import render
from stages.wording.message import message
from tests.small_study import SmallStudy, texts_of
from tests.test_diff import SLOWER, revision

TASK, LOST = "ag_news", "scratch-2"
SETTINGS = EvaluationSettings(resamples=200, bootstrap_seed=1)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    """Two seeds, of which the second from scratch has the learning rate of a slip of the pen."""
    small = SmallStudy(tmp_path_factory.mktemp("study"), TASK, seeds=(1, 2))
    small.encode(texts_of(small.rows(test_size=200)))
    small.train({LOST: {"lr": 1.0}, "scratch-1": {"epochs": 4}})
    small.evaluate()
    return small


def scores(study: SmallStudy, arm: str) -> list[float]:
    return [facts["after"]["test"]["accuracy"] for facts in read_json(study.paths.metrics)["cells"].values()
            if facts["arm"] == arm and not facts["failed"]]


@pytest.fixture(scope="module")
def reported(study: SmallStudy) -> Namespace:
    """The report, whose train sizes have the study's own models as those of 100 rows."""
    folder = study.folder / "reports"
    findings, sized = study.diagnose(), study.folder / "sized"
    for copied, place in ((study.paths.models, models_of), (study.paths.predictions, predictions_of)):
        shutil.copytree(copied, place(sized, 100))
    write_json(sized / PLAN, {"rows": 500, "sizes": [100], "skipped": [], "size_rows": [100]})
    grid = study.grid.model_copy(update={"train_sizes": (100,)})
    sizes = folder / "sizes" / f"{TASK}.json"
    evaluate_sizes(Namespace(**vars(study.paths) | {"sized": sized, "out": sizes}), grid, SETTINGS)
    paths = Namespace(**{name: folder / name for name in (
        "metrics", "curves", "cards", "searches", "stress", "errors", "sizes", "findings")},
        verdicts=folder / "verdicts.json", out_markdown=folder / "report.md", out_page=folder / "index.html",
        out_details=folder / "details", out_metrics=folder / "metrics.json", out_plots=folder / "plots")
    for source, target in ((study.paths.metrics, paths.metrics / f"{TASK}.json"),
                           (study.paths.curves, paths.curves / f"{TASK}.csv"),
                           (study.paths.card, paths.cards / f"{TASK}.json"),
                           (study.paths.encoding_card, paths.cards / f"{TASK}.encoding.json"),
                           (study.folder / "findings.json", paths.findings / f"{TASK}.json")):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    nothing = {"count": 0, "rows": []}
    agreement = {"always_first": nothing, "always_second": nothing}
    write_json(paths.stress / f"{TASK}.json", {"transformations": {}, "left_out": {}})
    write_json(paths.errors / f"{TASK}.json", {
        "rows": 200, "runs": 4, "texts_shown": False, "missed_by_all": nothing, "slices": [],
        "confident": {"full": nothing, "scratch": nothing}, "suspected_labels": nothing,
        "comparisons": {"full": agreement}})
    judge.write_verdicts(Namespace(metrics=paths.metrics, findings=paths.findings, sizes=paths.sizes,
                                   out=paths.verdicts), grid, SETTINGS)
    report.write_report(paths, grid, ReportSettings(language="en"))
    tasks = read_tasks(grid, paths)
    return Namespace(paths=paths, findings=findings, sizes=read_json(sizes), task=tasks[0])


def test_one_run_failed_and_the_doctor_says_so_of_the_same(study: SmallStudy, reported: Namespace) -> None:
    cells = read_json(study.paths.metrics)["cells"]
    assert [cell for cell, facts in cells.items() if facts["failed"]] == [LOST]
    told, = [finding for finding in reported.findings if finding["name"] in ("failed_seed", "failed_arm")]
    assert (told["name"], told["about"], told["runs"]) == ("failed_seed", "scratch", [LOST])
    assert len(scores(study, "scratch")) == 1
    assert scores(study, "scratch")[0] - cells[LOST]["after"]["test"]["accuracy"] > 0.2  # so that it would show


def test_a_run_that_kept_the_weights_it_began_with_failed_whatever_it_scores(study: SmallStudy) -> None:
    gold = TaskGold.read(study.paths.prepared, validated(EncodingCard, study.paths.encoding_card))
    lucky = [TaskEvaluation(gold, study.paths.predictions, SETTINGS).cell("pretrained-full-1", "finished", kept).failed
             for kept in (0, 1)]
    assert lucky == [True, False]


def test_agreement_is_of_the_runs_that_trained_and_adds_up_to_the_shown_means(
    study: SmallStudy, reported: Namespace
) -> None:
    """A vote of the runs could be for the arm with the lower mean."""
    found = read_json(study.paths.metrics)["comparisons"]["full"]["agreement"]
    pretrained, scratch = (fmean(scores(study, arm)) for arm in ("pretrained", "scratch"))
    assert (found["both"] + found["first"], found["both"] + found["second"]) == pytest.approx(
        (200 * pretrained, 200 * scratch))
    assert f"the pre-trained run alone {found['first']:.0f}," in reported.paths.out_page.read_text("utf-8")


def test_what_is_counted_on_the_page_is_of_the_runs_that_trained(reported: Namespace) -> None:
    scratch = reported.task.arms[-1]
    assert len(scratch.on_test) == len(scratch.trained) == 1
    page = reported.paths.out_page.read_text("utf-8")
    for caption in ("(columns), all seeds that trained: scratch", "by confidence, all seeds that trained",
                    "Accuracy, mean over seeds that trained", "By label on test, mean over seeds that trained"):
        assert caption in page


def test_the_difference_is_what_the_shown_means_differ_by(study: SmallStudy, reported: Namespace) -> None:
    pretrained, scratch = (fmean(scores(study, arm)) for arm in ("pretrained", "scratch"))
    numbers = read_json(reported.paths.out_metrics)[TASK]
    assert (numbers["pretrained-full"], numbers["scratch"]) == pytest.approx((pretrained, scratch), abs=1e-12)
    assert numbers["difference-full"] == pytest.approx(pretrained - scratch, abs=1e-12)

    means, difference = (f"{pretrained:.3f}", f"{scratch:.3f}"), _points(100 * (pretrained - scratch))
    sentence = render(verdict(reported.task, "full"))
    assert f"accuracy {means[0]} against {means[1]} from random weights, {difference} points" in sentence
    row = next(line for line in reported.paths.out_markdown.read_text("utf-8").splitlines()
               if line.startswith("| [AG News") and difference in line)
    lost = read_json(study.paths.metrics)["cells"][LOST]["after"]["test"]["accuracy"]
    assert f"accuracy: pre-trained {means[0]}, scratch {means[1]}" in row
    page = reported.paths.out_page.read_text("utf-8")
    assert f"{means[1]}\n({means[1]}, {lost:.3f} failed)" in page
    assert f"{lost:.3f} 실패)" in page
    assert "mean over seeds that trained (each seed)" in page
    assert render(message("failed-runs-count")) in page


def _points(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")


def test_curve_tracking_and_diff_have_the_mean_of_the_report(study: SmallStudy, reported: Namespace) -> None:
    scratch = fmean(scores(study, "scratch"))
    points: list[dict[str, Any]] = reported.sizes["points"]["scratch"]
    assert [point["mean"] for point in points] == pytest.approx([scratch, scratch], abs=1e-12)
    assert [cell for cell, facts in reported.sizes["cells"].items() if facts["failed"]] == [f"{LOST}-rows-100"]
    assert re.search("scratch run with seed 2 on 100 training rows failed and is left out of the mean",
                     (reported.paths.out_details / f"{TASK}.md").read_text("utf-8"))

    cells = [read_json(study.paths.metrics)["cells"][cell] for cell in study.grid.arms["scratch"]]
    tracked = {name: value for name, value, _ in tracked_runs._over_seeds("accuracy", cells)}
    assert tracked == {"failed_runs": 1, "test/accuracy/mean": pytest.approx(scratch),
                       "after/test/accuracy": pytest.approx(scratch)}


@pytest.mark.parametrize("without", ["-", "predictions"], ids=["paired", "unpaired"])
def test_a_comparison_of_revisions_is_of_runs_that_trained(study: SmallStudy, tmp_path: Path, without: str) -> None:
    """Against the revision in which the seed had not failed, the mean is that of the report of either."""
    sound = SmallStudy(tmp_path / "sound", TASK, seeds=(1, 2))
    shutil.copytree(study.folder, sound.folder)
    shutil.copytree(sound.paths.models / "scratch-1", sound.paths.models / LOST, dirs_exist_ok=True)
    sound.evaluate()
    facts = changes(revision(sound, without=without), revision(study, SLOWER), SETTINGS)
    assert "## Test scores, mean over seeds that trained\n" in markdown.render(facts, "old", "new", 0)
    found = {one["arm"]: one for one in facts["scores"]}["scratch"]
    assert (found["old"], found["new"]) == pytest.approx((fmean(scores(sound, "scratch")),
                                                          fmean(scores(study, "scratch"))))
    assert found["difference"] == found["new"] - found["old"]
    assert found["low"] <= found["difference"] <= found["high"]
    assert found["paired"] == (without == "-")
