"""The first screen of a report and the table on a terminal: what the answer counts, qualifies and leaves open."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stages.reporting.charts import differences
from stages.reporting.first_screen import answer, cards, meaning
from stages.reporting.verdicts import overall_verdict
from stages.results.tasks import read_summaries
from stages.settings.grid import Grid
from stages.terminal.summary import print_summary
from stages.wording.catalogue import render
from tests import test_report
from tests.test_report import Inputs, difference, finding

OVER = "points over the same models trained from random weights."
TASKS = ("a", "b", "c", "d", "e")
Study = Callable[..., Inputs]


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    for task in TASKS:
        monkeypatch.setitem(test_report.KINDS, task, "single")

    def make(tasks: str = "a", tunings: tuple[str, ...] = ("full",), seeds: tuple[int, ...] = (1, 2),
             **more: Any) -> Inputs:
        return Inputs(tmp_path, Grid(tasks=tuple(tasks), tunings=tunings, seeds=seeds, **more))

    return make


def answered(inputs: Inputs, language: str = "en") -> str:
    return " ".join(render(one, language) for one in answer(inputs.tasks()))


def meant(inputs: Inputs, language: str = "en") -> str:
    return " ".join(render(one, language) for one in meaning(inputs.tasks()[0]))


def compare(inputs: Inputs, task: str, tuning: str = "full", **values: Any) -> None:
    for key, value in values.items():
        inputs.edit(f"metrics/{task}.json", "comparisons", tuning, key, value=value)


def hurt(inputs: Inputs, task: str, tuning: str = "full") -> None:
    compare(inputs, task, tuning, difference=-0.1, low=-0.2, high=-0.05)


def fail(inputs: Inputs, first: int, second: int, runs: int) -> None:
    compare(inputs, "a", failed={arm: {"count": count, "runs": runs, "low": 0.1, "high": 0.9}
                                 for arm, count in (("first", first), ("second", second))})


LEAKED = finding("leaked_rows", about="data", taints=("full", "scratch"))


def test_tasks_are_counted_and_not_comparisons(study: Study) -> None:
    inputs = study("a", ("full", "gradual"))
    compare(inputs, "a", "gradual", difference=0.1)
    assert answered(inputs) == f"Pre-training helped in all 2 comparisons on 1 task, by 10.0 to 13.0 {OVER}"
    assert answered(inputs, "ko").startswith("작업 1개의 비교 2개 모두에서 사전 학습이")
    inputs = study("ab", ("full", "gradual"))
    assert "in all 4 comparisons on 2 tasks, by" in answered(inputs)
    assert "작업 2개의 비교 4개 모두에서" in answered(inputs, "ko")


def test_an_adapted_encoder_is_no_further_task(study: Study) -> None:
    inputs = study("a", asked={"adapted": ("a",)})
    assert answered(inputs) == f"Pre-training helped in all 2 comparisons on 1 task, by 13.0 to 15.0 {OVER}"


def test_many_comparisons_are_counted_by_their_tasks(study: Study) -> None:
    inputs = study("abc", ("full", "gradual"))
    hurt(inputs, "a")
    assert answered(inputs) == "Pre-training helped on 3 tasks (5 comparisons) and hurt on A (pre-trained, full)."
    assert "작업 3개(비교 5개)에서는 도움이 됨" in answered(inputs, "ko")


def test_an_arm_is_named_where_a_task_has_several_that_are_alike(study: Study) -> None:
    inputs = study("ab", ("full", "head"))
    hurt(inputs, "a")
    assert answered(inputs).startswith("Pre-training helped on B and hurt on A. Other ways")
    inputs = study("a", ("full", "gradual"), asked={"adapted": ("a",)})
    hurt(inputs, "a")
    assert answered(inputs) == (
        "Pre-training helped on A (pre-trained, gradual; adapted) and hurt on A (pre-trained, full).")


def test_one_recipe_on_four_tasks_is_one_way(study: Study) -> None:
    inputs = study("abcd", ("head",))
    others = "Other ways to use a pre-trained model scored above training from scratch in"
    assert answered(inputs) == f"{others} 4 of 4 comparisons on 4 tasks."
    assert "비교 4개(작업 4개) 가운데 점수가 더 높은 것은 4개입니다." in answered(inputs, "ko")
    inputs.find("a", finding("underfitted", "warning"))
    assert answered(inputs) == (f"{others} 4 of 4 comparisons on 4 tasks; a larger budget may change 1 of these "
                                "verdicts.")


def test_an_interval_without_zero_that_the_correction_takes_back_is_no_chance_gap(study: Study) -> None:
    inputs = study("ab")
    compare(inputs, "a", low=0.01, p_value=0.03)
    compare(inputs, "b", p_value=0.2)
    assert "excludes zero, but among 2 comparisons one may do so by chance: after Holm's correction p = 0.060" in (
        meant(inputs))
    compare(inputs, "a", low=-0.01, p_value=0.2)
    assert "could produce a gap of this size" in meant(inputs)


@pytest.mark.parametrize("name", ["smaller_budget", "underfitted", "not_converged"])
def test_the_answer_is_qualified_as_the_verdict_is(name: str, study: Study) -> None:
    inputs = study("ab")
    inputs.find("a", finding(name, "warning"))
    assert answered(inputs) == ("Pre-training helped on all 2 tasks (on A at least for this budget), "
                                f"by 13.0 {OVER}")
    assert "모두에서(A에서는 적어도 이 학습 예산에서)" in answered(inputs, "ko")
    inputs.find("b", finding(name, "warning"))
    assert "on all 2 tasks (at least for this budget), by" in answered(inputs)
    hurt(inputs, "b")
    inputs.find("b", finding(name, "warning", about="full", taints=("full",)))
    assert answered(inputs) == ("Pre-training helped on A (at least for this budget) and hurt on B (at least for this "
                                "budget).")


def test_one_task_is_qualified_too(study: Study) -> None:
    inputs = study()
    assert "budget" not in answered(inputs)
    inputs.find("a", finding("smaller_budget", "warning"))
    assert answered(inputs).startswith("Pre-training helped on A (at least for this budget): 13.0 points")


@pytest.mark.parametrize(("name", "english", "korean"), [
    ("smaller_budget", "The losing arm had the smaller training budget.", "학습 예산이 더 작았습니다."),
    ("not_converged", "The losing arm was still improving when its training ended.", "점수가 오르고 있었습니다."),
    ("underfitted", "The losing arm fits its own training rows less well than the other arm.", "맞히지 못합니다.")])
def test_the_plain_words_say_what_the_finding_says(name: str, english: str, korean: str, study: Study) -> None:
    inputs = study()
    inputs.find("a", finding(name, "warning"))
    text = meant(inputs)
    assert text.endswith(f"{english} A larger budget may change this.")
    assert "fewer steps" not in text
    assert korean in meant(inputs, "ko")


def test_runs_that_are_left_out_are_counted(study: Study) -> None:
    inputs = study(seeds=(1, 2, 3, 4, 5))
    assert "left out" not in meant(inputs)
    fail(inputs, 2, 1, 5)
    text = meant(inputs)
    assert "2 of 5 pre-trained runs failed to train and are left out." in text
    assert "1 of 5 scratch runs failed to train and is left out." in text
    assert "‘사전 학습’ 방식의 실행 5개 가운데 학습에 실패한 2개는 제외했습니다." in meant(inputs, "ko")
    fail(inputs, 5, 0, 5)  # where all failed, none is left out
    assert "left out" not in meant(inputs)


def test_one_run_that_is_left_is_not_one_run_per_arm(study: Study) -> None:
    inputs = study(seeds=(1, 2, 3))
    compare(inputs, "a", recipe=False)
    fail(inputs, 2, 0, 3)
    text = meant(inputs)
    assert "2 of 3 pre-trained runs failed" in text
    assert "Where only one run of an arm trained" in text
    assert "One run per arm" not in text
    inputs = study(seeds=(1,))
    compare(inputs, "a", recipe=False)
    assert "One run per arm" in meant(inputs)


def test_a_verdict_that_is_withheld_is_not_called_inconclusive(study: Study) -> None:
    inputs = study("abc")
    inputs.find("a", LEAKED)
    assert answered(inputs) == "Pre-training helped on B and C. Verdict withheld on A (leaked rows)."
    assert "판정 보류: A(유출된 데이터)." in answered(inputs, "ko")
    compare(inputs, "b", low=-0.02, p_value=0.5)
    assert "has an inconclusive effect on B" in answered(inputs)
    tasks = inputs.tasks()
    assert render(overall_verdict(tasks)) == (
        "Of 3 comparisons with scratch, pre-training helps in 1 and hurts in 0; 1 is inconclusive, and 1 verdict is "
        "withheld.")
    assert "9.8 to 16.4, verdict withheld. B:" in render(differences(tasks).description)
    for task in "abc":
        inputs.find(task, LEAKED)
    assert answered(inputs) == "Verdict withheld on A, B, and C (leaked rows)."
    card, *_ = cards(inputs.tasks())
    assert render(card.outcomes[0].shown) == "verdict withheld (leaked rows)"


@pytest.mark.parametrize(("language", "withheld", "budget", "other"), [
    ("en", "verdict withheld", "helps (this budget)", "inconclusive"),
    ("ko", "판정 보류", "도움이 됨 (이 학습", "결론 없음")])
def test_the_table_on_a_terminal_says_so_too(
    language: str, withheld: str, budget: str, other: str, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    inputs = study("ab")
    inputs.find("a", LEAKED)
    inputs.find("b", finding("smaller_budget", "warning"))
    inputs.judge()
    stream = io.StringIO()
    print_summary(read_summaries(inputs.grid, inputs.paths),
                  (), inputs.grid, language, stream)
    first, second = (re.search(rf"^{task} .*", stream.getvalue(), flags=re.M)[0] for task in "ab")
    assert withheld in first
    assert budget in second
    assert other not in stream.getvalue()


def test_the_table_on_a_terminal_says_what_the_interval_of_single_runs_covers(study: Study) -> None:
    told = []
    for recipe in (True, False):
        inputs, stream = study("a"), io.StringIO()
        compare(inputs, "a", recipe=recipe)
        inputs.judge()
        print_summary(read_summaries(inputs.grid, inputs.paths), (), inputs.grid, "en", stream)
        told.append("the interval is over test examples alone" in " ".join(stream.getvalue().split()))
    assert told == [False, True]


def test_another_way_without_a_verdict_is_not_counted(study: Study) -> None:
    inputs = study("ab", ("head",))
    inputs.find("a", finding("leaked_rows", about="data", taints=("head", "scratch")))
    assert answered(inputs) == ("Verdict withheld on A (leaked rows). Other ways to use a pre-trained model scored "
                                "above training from scratch in 1 of 1 comparison on 1 task.")
    inputs.find("b", finding("leaked_rows", about="data", taints=("head", "scratch")))
    assert answered(inputs) == "Verdict withheld on A and B (leaked rows)."


def test_the_table_on_a_terminal_says_which_seeds_its_means_are_of(study: Study) -> None:
    told, inputs = [], study()
    for failed in (False, True):
        inputs.edit("metrics/a.json", "cells", "scratch-2", "failed", value=failed)
        inputs.judge()
        stream = io.StringIO()
        print_summary(read_summaries(inputs.grid, inputs.paths), (), inputs.grid, "en", stream)
        told.append(re.search(r"Scores: mean over (.*?) on test", stream.getvalue())[1])
    assert told == ["seeds", "seeds that trained"]


def test_every_comparison_has_the_worst_finding_on_its_own_arms(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the table of the report as on a terminal, and in what the first comparison means; a card is of its task."""
    monkeypatch.setenv("COLUMNS", "100")
    inputs = study("a", ("full", "head", "lora"))
    unfair = finding("smaller_budget", "warning", about="lora", taints=("head",))  # beside no arm that it is shown with
    inputs.find("a", finding("overfitted", "warning", about="pretrained-head-1", taints=("head",)), unfair,
                finding("weak_segment", "note", about="full", taints=()))
    report = inputs.build()["report.md"]
    stream = io.StringIO()
    print_summary(read_summaries(inputs.grid, inputs.paths), (), inputs.grid, "en", stream)
    rows = re.findall(r"^\| \[A \(.*", report, flags=re.M)
    for told in (rows, stream.getvalue().split("a (pre-trained,")[1:]):
        assert [[word in row for word in ("overfitted", "weak", "more")] for row in told] == [
            [False, True, False], [True, False, True], [False, True, False]]
    assert "Read this with care" not in meant(inputs)
    card, = cards(inputs.tasks())
    assert card.worst.severity == "warning"


@pytest.mark.parametrize(("gain", "english", "korean"), [
    (-0.11, "A simpler method scores higher than the pre-trained model: TF-IDF + logistic regression (0.760).",
     "사전 학습 모델보다 점수가 높습니다: TF-IDF + 로지스틱 회귀 0.760."),
    (0.0, "The pre-trained model is not shown to be better than this simpler method: TF-IDF + logistic regression "
          "(0.760).", "보다 사전 학습 모델이 나은지는 결론을 내릴 수 없습니다: TF-IDF + 로지스틱 회귀 0.760."),
    (0.08, "", "")])
def test_a_simpler_method_that_is_not_beaten_is_named(gain: float, english: str, korean: str, study: Study) -> None:
    inputs = study()
    inputs.edit("metrics/a.json", "baseline_comparisons", "tfidf_logistic_regression", "full",
                value=difference(gain, gain - 0.02, gain + 0.02, p_value=0.5 if gain == 0 else 0.0001))
    text = meant(inputs)
    assert english in text
    assert korean in meant(inputs, "ko")
    assert ("simpler method" in text) == bool(english)


def test_several_simpler_methods_are_named_in_one_sentence(study: Study) -> None:
    inputs = study()
    for baseline in ("majority", "tfidf_logistic_regression"):
        inputs.edit("metrics/a.json", "baseline_comparisons", baseline, "full", value=difference(-0.1, -0.2, -0.05))
    assert ("Simpler methods score higher than the pre-trained model: majority class (0.500) and TF-IDF + logistic "
            "regression (0.760)." in meant(inputs))
