"""What an arm gains over several tasks at once: by hand, against scipy, and what is left out of it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import mannwhitneyu, trim_mean

from stages.judging.aggregate import estimates, interquartile_mean, probability_of_improvement
from stages.settings.evaluation import EvaluationSettings
from stages.settings.grid import Grid
from tests import test_report
from tests.test_report import Inputs, finding

SETTINGS = EvaluationSettings(resamples=1000, bootstrap_seed=1)


def arms(first: list[float], second: list[float]) -> tuple[np.ndarray, np.ndarray]:
    return np.array(first), np.array(second)


def test_by_hand() -> None:
    tasks = [arms([0.5, 0.7], [0.4, 0.5]), arms([0.9, 0.9], [0.8, 0.9])]
    # Improvements of 0.1, 0, 0.3, 0.2 and 0.1, 0, 0.1, 0: sorted 0 0 | 0 0.1 0.1 0.1 | 0.2 0.3.
    assert float(interquartile_mean(tasks)) == pytest.approx(0.3 / 4)
    # Three pairs won and a tie; two won and two ties.
    assert float(probability_of_improvement(tasks)) == pytest.approx((3.5 / 4 + 3 / 4) / 2)


def test_as_scipy_has_it() -> None:
    generator = np.random.default_rng(5)
    tasks = [(generator.random(4).round(1), generator.random(4).round(1)) for _ in range(3)]
    gains = np.concatenate([(first[:, None] - second).ravel() for first, second in tasks])
    assert float(interquartile_mean(tasks)) == pytest.approx(trim_mean(gains, 0.25))
    assert float(probability_of_improvement(tasks)) == pytest.approx(
        np.mean([mannwhitneyu(first, second).statistic / 16 for first, second in tasks]))


def test_a_task_with_fewer_runs_weighs_as_much() -> None:
    few, many = arms([0.6], [0.5]), arms([0.5] * 4, [0.5] * 4)
    assert float(interquartile_mean([few, many])) == pytest.approx(0.05)


def test_runs_that_differ_in_nothing_or_never_cross_have_no_interval() -> None:
    gain, probability = estimates([arms([0.8, 0.9], [0.1, 0.2]), arms([0.5, 0.6], [0.7, 0.8])], SETTINGS)
    assert (probability.value, probability.low, probability.high) == (0.5, None, None)
    assert gain.low is not None
    assert gain.low < gain.value < gain.high
    gain, _ = estimates([arms([0.8, 0.8], [0.1, 0.1])] * 2, SETTINGS)
    assert (gain.value, gain.low) == (pytest.approx(0.7), None)


def test_the_same_bytes_and_an_interval_that_more_runs_narrow() -> None:
    def width(runs: int) -> float:
        generator = np.random.default_rng(3)
        tasks = [(generator.normal(0.7, 0.02, runs), generator.normal(0.6, 0.02, runs)) for _ in range(4)]
        found, probability = estimates(tasks, SETTINGS)
        assert (found, probability) == estimates(tasks, SETTINGS)
        return found.high - found.low

    # Standard errors of four tasks with two arms each: a mean of means would have 2 * 1.96 * 0.02 * sqrt(2 / 4 / runs).
    assert width(30) == pytest.approx(2 * 1.96 * 0.02 * np.sqrt(2 / 4 / 30), rel=0.25)
    assert width(3) > 2 * width(30)


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inputs:
    for task in ("a", "b", "c"):
        monkeypatch.setitem(test_report.KINDS, task, "single")
    return Inputs(tmp_path, Grid(tasks=("a", "b", "c"), tunings=("full",), seeds=(1, 2, 3)))


def aggregated(inputs: Inputs) -> list[dict[str, Any]]:
    inputs.judge()
    return json.loads(inputs.paths.verdicts.read_text("utf-8")).get("aggregates", [])


def test_what_the_judge_writes_and_leaves_out(three: Inputs) -> None:
    one, = aggregated(three)
    # Runs of 0.840, 0.842 and 0.844 against 0.710, 0.712 and 0.714.
    assert (one["arm"], one["tasks"], one["among"], one["synthetic"]) == ("full", ["a", "b", "c"], 3, False)
    assert one["improvement"]["value"] == pytest.approx(0.13)
    assert one["probability"] == {"value": 1.0}
    three.find("b", finding(taints=("full",)))
    assert [(one["tasks"], one["among"]) for one in aggregated(three)] == [(["a", "c"], 3)]
    three.edit("metrics/c.json", "comparisons", "full", "recipe", value=False)
    assert aggregated(three) == []


def test_synthetic_tasks_are_never_mixed_with_others(three: Inputs) -> None:
    three.edit("metrics/a.json", "synthetic", value=True)
    assert [(one["tasks"], one["synthetic"]) for one in aggregated(three)] == [(["b", "c"], False)]
    three.edit("metrics/b.json", "synthetic", value=True)
    assert [(one["tasks"], one["synthetic"]) for one in aggregated(three)] == [(["a", "b"], True)]


def test_a_failed_run_is_left_out_as_in_the_verdict(three: Inputs) -> None:
    three.edit("metrics/a.json", "cells", "scratch-1", "after", "test", "accuracy", value=0.1)
    three.edit("metrics/a.json", "cells", "scratch-1", "failed", value=True)
    one, = aggregated(three)
    assert one["improvement"]["high"] < 0.14  # a gain of 73 points would be in some resamples


def test_tasks_that_share_their_scratch_runs_count_once(three: Inputs) -> None:
    """By what the runs learned from: equal scores of other rows are two measurements."""
    def learned_from(task: str, rows: str) -> None:
        for cell in three.grid.of_task(task).arms["scratch"]:
            three.edit(f"metrics/{task}.json", "cells", cell, "inputs", "train", value=rows)

    learned_from("b", "d41d of a")
    assert [(one["tasks"], one["among"], one["same_rows"]) for one in aggregated(three)] == [(["a", "c"], 3, 1)]
    files = three.build()
    assert "; of several tasks on one corpus, the first alone counts. The" in files["report.md"]
    learned_from("c", "d41d of a")
    assert aggregated(three) == []
    for task in ("a", "b", "c"):  # of an older study, whose runs do not say so
        for cell in three.grid.of_task(task).arms["scratch"]:
            three.edit(f"metrics/{task}.json", "cells", cell, "inputs", value=None)
    assert [one["tasks"] for one in aggregated(three)] == [["a", "b", "c"]]


def test_tasks_of_one_corpus_count_once_whatever_their_tokenizers(three: Inputs) -> None:
    three.edit("metrics/c.json", "title", value=three.tasks()[0].metrics.title)
    assert [(one["tasks"], one["same_rows"]) for one in aggregated(three)] == [(["a", "b"], 1)]


def test_report_page_and_both_languages_say_it(three: Inputs) -> None:
    three.find("b", finding(taints=("full",)))
    files = three.build()
    sentence = ("Across 2 of 3 tasks (not synthetic), each pre-trained run is compared with each scratch run of its "
                "task. The interquartile mean of the differences (the mean of their middle half) is +13.0")
    assert sentence in files["report.md"]
    assert sentence in files["index.html"]
    assert "작업 3개 가운데 2개(합성 아님)에서 같은 작업의 ‘사전 학습’ 방식과 ‘처음부터 학습’ 방식의 실행을" in (
        files["index.html"])
    assert "100.0 % (all pairs of a task agree, so resampling the runs cannot give an interval)" in files["report.md"]
    assert "| not synthetic |" not in files["report.md"]  # one aggregate needs no table
