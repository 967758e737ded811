"""What the doctor says of budgets, of arms that were cut short, and of test against validation; and how it says it."""

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from stages.doctoring import arms, distilling, results, training
from stages.doctoring.checks import diagnose
from stages.doctoring.consolidating import consolidated
from stages.doctoring.evidence import Evidence
from stages.judging.verdicts import qualifying, withholding
from stages.reporting.verdicts import reasons
from stages.results.findings import Finding, beside
from stages.results.prepared import Row
from stages.wording.catalogue import render
from stages.wording.message import listed, message
from tests.healthy import LABELS, compared, healthy, history, predicting, with_history, with_metrics
from tests.test_doctor import scored

TEXTS, WORDS = healthy(), healthy(words=True)


def fitted(
    full: float, scratch: float, better: str = "scratch", recipe: dict[str, Any] | None = None,
    outcome: str = "finished", high: float = -0.01,
) -> Evidence:
    """Arms whose best run ends at these scores on train; ``high`` is the end of the interval of the difference."""
    evidence = TEXTS
    for arm, score in (("full", full), ("scratch", scratch)):
        for cell, less in zip(TEXTS.arms[arm], (0.0, 0.3), strict=True):
            run = history(train_scores=(0.5, 0.6, 0.6, 0.6, score - less), outcome=outcome)
            used = recipe or {"method": "full"} if arm == "full" else {"method": "full"}
            evidence = with_history(evidence, cell, run, recipe=used)
    for cell in TEXTS.arms[better]:
        evidence = scored(evidence, cell, accuracy=0.9)
    evidence.metrics.comparisons["full"] = compared(-0.1, -0.2, high)
    return evidence


def test_underfitted() -> None:
    """A pre-trained arm that stays behind scratch on its own rows is not trained; scratch may merely need longer."""
    def found(*values: Any, **more: Any) -> list[tuple[str, str, tuple[str, ...]]]:
        return [(finding.severity, render(finding.evidence), finding.taints)
                for finding in arms.underfitted(fitted(*values, **more))]
    figures = "0.690 on its own training rows at the end, 0.900 for "
    assert found(0.69, 0.9) == [("severe", figures + "scratch", ("full",))]
    assert not found(0.71, 0.9)
    assert not found(0.69, 0.9, better="full")  # better on test all the same
    assert not found(0.69, 0.9, outcome="stopped at the ceiling of train")  # as it was told
    assert found(0.9, 0.69, better="full") == [("warning", figures + "pre-trained", ("scratch",))]
    assert not found(0.9, 0.71, better="full")
    assert not found(0.9, 0.69, better="full", outcome="stopped early")  # patience ended it, not the epochs
    unmeasured = with_history(fitted(0.5, 0.9), "scratch-1", replace(history(), measured=()))
    assert not list(arms.underfitted(unmeasured))


@pytest.mark.parametrize(("recipe", "high", "severity"), [
    ({"method": "full"}, 0.01, ["warning"]),  # that it hurts was not said
    ({"method": "gradual", "frozen_layers": None}, -0.01, ["severe"]),
    ({"method": "gradual", "frozen_layers": 2}, -0.01, ["warning"]),  # it may not be able to
    ({"method": "lora"}, -0.01, ["warning"]),
    ({"method": "head"}, -0.01, [])])
def test_a_recipe_that_trains_all_weights_alone_withholds(
    recipe: dict[str, Any], high: float, severity: list[str],
) -> None:
    evidence = fitted(0.69, 0.9, recipe=recipe, high=high)
    assert [finding.severity for finding in arms.underfitted(evidence)] == severity


# Budgets --------------------------------------------------------------------------------------------------------------

def budgets(loser: str = "scratch", outcome: str = "finished", course: dict[str, Any] | None = None,
            **settings: Any) -> Evidence:
    """Healthy arms of 40 steps; one loses, and has other settings; ``steps`` are those that it took."""
    evidence = replace(TEXTS, metrics=copy.deepcopy(TEXTS.metrics))
    steps = settings.pop("steps", 40)
    for cell in TEXTS.arms[loser]:
        evidence = with_history(evidence, cell, history(
            taken=steps, outcome=outcome, settings=settings, **(course or {})))
    sign = 1 if loser == "scratch" else -1
    evidence.metrics.comparisons["full"] = compared(0.1 * sign, 0.1 * sign - 0.05, 0.1 * sign + 0.05)
    return evidence


CUT_SHORT = {"scores": (0.5, 0.6, 0.65, 0.7, 0.75), "losses": (0.7, 0.65, 0.6, 0.55, 0.45)}


@pytest.mark.parametrize(("planted", "severity", "told"), [
    (budgets(), [], ""),
    (budgets(steps=37), [], ""),  # a little less is no other budget
    (budgets(steps=60), [], ""),  # more is no handicap
    (budgets(steps=30), ["warning"], "30 steps of scratch against 40 of pre-trained"),
    (budgets(steps=30, outcome="stopped early"), [], ""),  # patience ended it, not the budget
    (budgets(steps=30, course=CUT_SHORT), ["severe"], "30 steps of scratch against 40 of pre-trained"),
    (budgets(steps=13), ["severe"], "13 steps of scratch against 40 of pre-trained"),
    (budgets(loser="full", steps=30), ["warning"], "30 steps of pre-trained against 40 of scratch"),
    (budgets(weight_decay=0.1), [], ""),
    (budgets(weight_decay=1.0), ["warning"], "weight decay 1 of scratch against 0.01 of pre-trained"),
    (budgets(weight_decay=20.0), ["severe"], "weight decay 20 of scratch against 0.01 of pre-trained"),
    (budgets(lr=2.0), ["severe"], "weight decay 0.01 removes 33.0 % of each scratch weight at its learning rate of 2"),
    (budgets(lr=0.0002), [], ""),
    (budgets(lr=0.0001), ["warning"], "learning rate 0.0001 of scratch against 0.001 of pre-trained"),
    (budgets(loser="full", lr=0.0001), [], ""),  # fine-tuning takes smaller steps
    (budgets(warmup=0.2), [], ""),
    (budgets(warmup=20), ["warning"], "warm-up over 50 % of the scratch steps against 10 % of the pre-trained ones"),
    (budgets(schedule="constant"), ["warning"],
     "a constant learning rate for scratch against one for pre-trained that falls to 0"),
])
def test_smaller_budget(planted: Evidence, severity: list[str], told: str) -> None:
    """Exp(-0.001 * 20 * 40 / 2) is 0.67: a third of every weight is gone."""
    found = list(arms.smaller_budget(planted))
    assert [finding.severity for finding in found] == severity
    assert all(render(finding.evidence) == told for finding in found)


def test_a_loser_that_patience_ended_early_without_its_own_rows_had_less_to_learn_with() -> None:
    """Of 40 steps; at most a third, and 0.2 points behind on its own rows, which the other knows to 0.92."""
    def stopped(steps: int, known: float) -> Evidence:
        return budgets(steps=steps, outcome="stopped early", course={
            "losses": (0.69, 0.66, 0.64), "scores": (0.5, 0.7, 0.69), "train_scores": (0.5, 0.62, known)})

    for steps, known in ((14, 0.66), (4, 0.73)):
        assert not list(arms.smaller_budget(stopped(steps, known)))
        assert not list(arms.underfitted(stopped(steps, known)))
    found = [finding for check in (arms.smaller_budget, arms.underfitted) for finding in check(stopped(4, 0.66))]
    assert [(finding.name, finding.severity) for finding in found] == [
        ("smaller_budget", "severe"), ("underfitted", "warning")]
    assert {render(finding.remedy) for finding in found} == {
        "raise `training.patience`, which ended these runs, or set it to 0, and run again"}


def test_steps_that_changed_nothing_are_no_budget() -> None:
    evidence = budgets()
    for cell in evidence.arms["scratch"]:
        evidence = with_history(evidence, cell, evidence.histories[cell], skipped_steps=38)
    evidence.metrics.comparisons["full"] = compared()
    assert [(finding.severity, render(finding.evidence)) for finding in arms.smaller_budget(evidence)] == [
        ("severe", "2 steps of scratch against 40 of pre-trained")]


def test_where_there_is_no_verdict_only_gross_handicaps_are_told() -> None:
    for steps, severity in ((20, []), (10, ["warning"])):
        open_ = budgets(steps=steps)
        open_.metrics.comparisons["full"] = compared(0.1, -0.01, 0.15)
        assert [finding.severity for finding in arms.smaller_budget(open_)] == severity


@pytest.mark.parametrize(("steps", "method", "severity"), [
    (60, "lora", "warning"), (400, "lora", "severe"), (400, "setfit", "warning")])
def test_a_recipe_with_more_steps_leaves_the_verdicts_on_other_arms_alone(
    steps: int, method: str, severity: str
) -> None:
    evidence, run = budgets(), history(taken=steps)
    cells = [cell.replace("full", "setfit") for cell in TEXTS.arms["full"]]
    evidence.metrics.cells.update(
        {cell: evidence.metrics.cells[other] for cell, other in zip(cells, TEXTS.arms["full"], strict=True)})
    evidence = replace(evidence, arms={"full": TEXTS.arms["full"], "setfit": cells, "scratch": TEXTS.arms["scratch"]},
                       histories={**evidence.histories, **dict.fromkeys(cells, replace(run, summary=replace(
                           run.summary, recipe={"method": method})))})
    evidence.metrics.comparisons["setfit"] = compared(0.1, 0.05, 0.15)
    found, = arms.smaller_budget(evidence)
    assert (found.severity, found.about, found.taints) == (severity, "scratch", ("setfit",))
    for winner, tainted in (("setfit", True), ("full", False)):
        assert bool(withholding([found], (winner, "scratch")) or qualifying([found], "scratch", winner)) == tainted
    assert not withholding([found], ("setfit", "full"))  # scratch's budget says nothing of the two
    assert not qualifying([found], "setfit", "scratch")  # had it lost, with the larger budget
    later = Finding("underfitted", "warning", "scratch", ("scratch",), found.evidence, found.reason, found.remedy)
    assert len(consolidated([found, later], evidence)) == 2


def with_second_rival(name: str, first: str, further: float, steps: int = 40, **full: Any) -> Evidence:
    """An arm with as many runs as those of ``first``, which beats its second rival, ``full``, by ``further``."""
    evidence, cells = budgets(), [f"{name}-1", f"{name}-2"]
    metrics = evidence.metrics.model_copy(update={
        "cells": {**evidence.metrics.cells, **{
            cell: evidence.metrics.cells[other] for cell, other in zip(cells, TEXTS.arms[first], strict=True)}},
        "comparisons": {**evidence.metrics.comparisons, name: compared(0.1, 0.05, 0.15)},
        "further_comparisons": {name: compared(further, further - 0.05, further + 0.05)}})
    histories = {**evidence.histories, **dict.fromkeys(cells, history(taken=steps)),
                 **dict.fromkeys(TEXTS.arms["full"], history(**full))}
    arms_ = {"full": TEXTS.arms["full"], name: cells, "scratch": TEXTS.arms["scratch"]}
    return replace(evidence, arms=arms_, metrics=metrics, histories=histories)


def test_a_run_that_failed_hides_no_smaller_budget() -> None:
    """Scratch takes 13 steps against 40; a run of either arm is not among those that are compared."""
    for arm, taken in (("scratch", 13), ("full", 4)):
        lost = TEXTS.arms[arm][1]
        aborted = with_history(budgets(steps=13), lost, history(taken=taken, outcome="loss not finite"))
        aborted.metrics.cells[lost] = aborted.metrics.cells[lost].model_copy(update={"failed": True})
        assert [finding.severity for finding in arms.smaller_budget(aborted)] == ["severe"]


def test_a_run_that_failed_hides_no_checkpoint_that_knows_test() -> None:
    cells = [*TEXTS.arms["full"], "pretrained-full-3"]
    planted = right_on(TEXTS, full=(0.75, 0.99), scratch=(0.7, 0.7))
    first = cells[0]
    guesses = {split: {**planted.predictions[split], "pretrained-full-3": [
        LABELS[0]] * len(planted.rows[split])} for split in planted.predictions}
    lost = planted.metrics.cells[first].model_copy(update={"failed": True})
    evidence = replace(planted, arms={**planted.arms, "full": cells}, predictions=guesses,
                       histories={**planted.histories, "pretrained-full-3": planted.histories[first]},
                       metrics=planted.metrics.model_copy(
                           update={"cells": {**planted.metrics.cells, "pretrained-full-3": lost}}))
    assert ("test_above_validation", "severe") in [
        (finding.name, finding.severity) for finding in arms.test_unlike_validation(evidence)]


def test_comparisons_with_a_second_rival_are_watched_too() -> None:
    cut_short = list(arms.not_converged(with_second_rival("adapted", "full", 0.1, **CUT_SHORT)))
    assert [(finding.about, finding.severity) for finding in cut_short] == [("full", "warning")]
    assert qualifying(cut_short, "full", "adapted")
    short = list(arms.smaller_budget(with_second_rival("distilled", "scratch", -0.1, steps=10)))
    assert withholding(short, ("distilled", "full"))
    assert not withholding(short, ("distilled", "scratch"))
    prompted = list(arms.smaller_budget(with_second_rival("in_context", "scratch", -0.1, steps=0).of_training))
    assert not prompted  # which has no steps


def test_a_second_rival_that_the_test_set_is_too_small_for() -> None:
    evidence = with_second_rival("adapted", "full", 0.01)
    assert not list(results.too_small_to_tell(evidence))
    evidence.metrics.further_comparisons["adapted"] = compared(0.01, -0.04, 0.06, 0.07)
    finding, = consolidated(list(results.too_small_to_tell(evidence)), evidence)
    assert finding.about == "adapted"
    assert render(finding.evidence) == (
        "against pre-trained: +1.0 points, but the smallest difference that 300 test rows and 2 seeds detect with a "
        "power of 80 %, even without Holm's correction, is 7.0")
    beside_it = [bool(beside([finding], pair)) for pair in (("adapted", "full"), ("adapted", "scratch"), (
        "full", "scratch"))]
    assert beside_it == [True, False, False]


def test_a_budget_unfair_beside_scratch_leaves_the_comparison_with_an_adapted_arm_alone() -> None:
    evidence = with_second_rival("adapted", "full", 0.1, steps=13, taken=13)
    evidence.metrics.comparisons["full"] = compared(-0.1, -0.15, -0.05)
    found = [finding for finding in arms.smaller_budget(evidence) if finding.about == "full"]
    assert withholding(found, ("full", "scratch"))
    assert not withholding(found, ("adapted", "full"))


def test_unfair_budgets_of_several_arms_stay_apart() -> None:
    """Merged, they would not say any more who had less than whom."""
    less, least = (Finding("smaller_budget", "warning", about, taints, message("fewer"), message("why"), message("fix"))
                   for about, taints in (("scratch", ("lora",)), ("head", ("head",))))
    evidence = replace(TEXTS, arms={"full": TEXTS.arms["full"], "lora": ["lora-1"], "head": ["head-1"],
                                    "scratch": TEXTS.arms["scratch"]})
    found = consolidated([less, least], evidence)
    assert qualifying(found, "scratch", "lora")
    assert not qualifying(found, "scratch", "full")
    notes = [Finding("a_note", "note", arm, (), message("x"), message("why"), message("fix"))
             for arm in ("full", "scratch")]
    assert [finding.about for finding in consolidated(notes, evidence)] == ["full, scratch"]


@pytest.mark.parametrize(("schedule", "decay", "severe"), [
    ("linear", 12.0, True), ("polynomial", 12.0, False), ("constant", 9.0, True)])
def test_weight_decay_is_judged_by_the_rates_of_its_schedule(schedule: str, decay: float, severe: bool) -> None:
    """Of 40 steps at 0.001 without warm-up: 1 - exp(-12 * 0.04 / 2) = 0.21, / 3 = 0.15; 1 - exp(-9 * 0.04) = 0.30."""
    found = [finding.severity for finding in arms.smaller_budget(
        budgets(weight_decay=decay, schedule=schedule, warmup=0))]
    assert found == ["severe" if severe else "warning"]


def test_not_converged() -> None:
    """In the mean of an arm's runs: a warning where it loses, since a longer run might not."""
    assert [(finding.about, finding.severity) for finding in arms.not_converged(budgets(course=CUT_SHORT))] == [
        ("scratch", "warning")]
    winner = budgets(loser="full", course=CUT_SHORT)
    winner.metrics.comparisons["full"] = compared(-0.1, 0.05, 0.15)
    assert [(finding.about, finding.severity) for finding in arms.not_converged(winner)] == [("full", "note")]
    level = CUT_SHORT | {"losses": (0.7, 0.65, 0.6, 0.55, 0.54)}
    assert not list(arms.not_converged(budgets(course=level)))
    one = with_history(TEXTS, "scratch-1", history(**CUT_SHORT))  # the other run's best step is an earlier one
    assert not list(arms.not_converged(one))
    assert not list(arms.not_converged(budgets(course=CUT_SHORT, outcome="stopped early")))


def test_a_win_over_an_arm_that_was_cut_short_holds_for_its_budget_alone() -> None:
    short = diagnose(budgets(course=CUT_SHORT))
    assert not withholding(short, ("full", "scratch"))
    of_loser = qualifying(short, "scratch", "full")
    assert render(reasons(of_loser)).startswith("not converged: the last evaluation is the best")
    assert not qualifying(short, "full", "scratch")  # had it lost
    gross = diagnose(budgets(steps=13))
    assert render(reasons(withholding(gross, ("full", "scratch")))) == (
        "smaller budget: 13 steps of scratch against 40 of pre-trained")
    assert not qualifying(diagnose(TEXTS), "scratch", "full")


# Test against validation ----------------------------------------------------------------------------------------------

def right_on(evidence: Evidence, **shares: tuple[float, float]) -> Evidence:
    """By arm the shares of validation and test on which its runs are right, the same rows in each."""
    def predict(cell: str, row: Row) -> Any:
        split, place = row.guid.split(":")
        share = shares[evidence.arm_of[cell]][split == "test"]
        right = int(place) * 7 % len(evidence.rows[split]) < share * len(evidence.rows[split])
        if evidence.task.is_words:
            return row.tags if right else ["O"] * len(row.tags)
        return row.label if right else LABELS[row.label == LABELS[0]]
    return predicting(evidence, predict)


@pytest.mark.parametrize(("full", "scratch", "expected"), [
    ((0.85, 0.80), (0.70, 0.65), []),
    ((0.95, 0.86), (0.70, 0.70), []),  # 9 points are 3.5 standard errors
    ((0.95, 0.80), (0.70, 0.70), [("test_below_validation", "warning", "full")]),
    ((0.95, 0.70), (0.70, 0.70), [("test_below_validation", "severe", "full")]),  # 20 of 45 above chance are left
    ((0.95, 0.50), (0.90, 0.50), [("test_below_validation", "severe", "full, scratch")]),
    ((0.70, 1.00), (0.70, 0.70), [("test_above_validation", "severe", "full")]),  # the checkpoint knows test
    ((0.70, 1.00), (0.60, 0.90), [("test_above_validation", "warning", "full, scratch")]),  # test is easier
    ((0.70, 0.70), (0.70, 1.00), [("test_above_validation", "warning", "scratch")]),
])
def test_test_unlike_validation(
    full: tuple[float, float], scratch: tuple[float, float], expected: list[tuple[str, str, str]],
) -> None:
    """Of 200 and 300 rows."""
    planted = right_on(TEXTS, full=full, scratch=scratch)
    found = consolidated(list(arms.test_unlike_validation(planted)), planted)
    assert [(finding.name, finding.severity, finding.about) for finding in found] == expected


def test_few_rows_that_are_nearly_all_right_vary_by_more_than_they_show() -> None:
    """19 of 20: Agresti and Coull have (21 / 24) (3 / 24) / 24 = 0.0046; the rows alone show 0.0025."""
    influence = (np.arange(20) > 0) / 20 - 0.95 / 20
    found = arms._variance({"test": influence}, {"test": np.arange(20)}, {"test": 0.95**2 + 0.05**2})
    assert found == pytest.approx(0.95 * 0.05 / 19 + (0.95**2 + 0.05**2) / 400)
    assert found == pytest.approx(21 / 24 * 3 / 24 / 24, rel=0.06)


def test_entities_that_are_found_less_often_on_test() -> None:
    assert not list(arms.test_unlike_validation(right_on(WORDS, full=(0.8, 0.75), scratch=(0.7, 0.7))))
    fallen = right_on(WORDS, full=(0.8, 0.75), scratch=(0.7, 0.4))
    assert [finding.about for finding in arms.test_unlike_validation(fallen)] == ["scratch"]


def test_rows_of_one_group_count_as_one() -> None:
    """Three hundred rows of ten documents tell less than three hundred of their own."""
    fallen = right_on(TEXTS, full=(0.85, 0.85), scratch=(0.95, 0.80))
    assert list(arms.test_unlike_validation(fallen))
    rows = {split: [replace(row, group=f"g{int(row.guid.split(':')[1]) * 7 % len(rows) // 30}") for row in rows]
            for split, rows in fallen.rows.items()}
    assert not list(arms.test_unlike_validation(replace(fallen, rows=rows)))


def test_the_error_of_the_distance_is_calibrated() -> None:
    """Four hundred pairs of splits of one kind: their distances have a standard deviation of one error."""
    random = np.random.default_rng(1)
    scores = []
    for _ in range(400):
        right = {split: random.random((2, rows)) < 0.8 for split, rows in (("validation", 150), ("test", 600))}
        influences = {split: (runs.mean(axis=0) - runs.mean()) / runs.shape[1] for split, runs in right.items()}
        groups = {split: np.arange(runs.shape[1]) for split, runs in right.items()}
        shift = arms._Shift({split: runs.mean(axis=1).tolist() for split, runs in right.items()}, influences, groups)
        scores.append(shift.distance / shift.error)
    assert 0.6 < float(np.std(scores)) < 1.1  # the spread of seeds counts part of the rows' noise twice
    assert max(map(abs, scores)) < arms.ERRORS


# By cause -------------------------------------------------------------------------------------------------------------

def test_a_failed_arm_has_one_finding() -> None:
    """Both runs say one label, so that they collapsed, are near chance, never improved and drift."""
    one_label = predicting(TEXTS, lambda cell, row: "positive" if cell.startswith("scratch") else row.label)
    failed = one_label
    for cell in TEXTS.arms["scratch"]:
        failed = with_history(failed, cell, history((0.7,) * 5, (0.6, 0.5, 0.5, 0.5, 0.5), best=0))
    of_scratch = [finding for finding in diagnose(failed) if "scratch" in finding.taints]
    assert [(finding.name, finding.severity, finding.runs) for finding in of_scratch] == [
        ("failed_arm", "severe", ("scratch-1", "scratch-2"))]


def test_what_is_worse_than_its_cause_stays() -> None:
    """Harm that is a recipe withholds the verdict, whatever else a shorter budget explains."""
    cause = Finding("smaller_budget", "warning", "full", ("full",), listed(()))
    of_cause = [Finding(name, severity, "full", ("full",), listed(())) for name, severity in (
        ("underfitted", "severe"), ("not_converged", "warning"))]
    assert [finding.name for finding in consolidated([cause, *of_cause], TEXTS)] == ["underfitted", "smaller_budget"]


def test_labels_that_are_shifted_in_test_are_a_fall_from_validation() -> None:
    shifted = replace(TEXTS, rows={**TEXTS.rows, "test": [replace(row, label=LABELS[place // 2 % 2])
                                                          for place, row in enumerate(TEXTS.rows["test"])]})
    guesses = predicting(shifted, lambda cell, row: LABELS[int(row.guid.split(":")[1]) % 2])
    names = {finding.name: finding for finding in diagnose(guesses)}
    assert names["test_below_validation"].severity == "severe"
    assert names["test_below_validation"].about == "full, scratch"
    assert "near_chance" not in names


def test_validation_rows_that_were_learned_explain_the_fall_to_test() -> None:
    """Models know the 200 rows, and are right about three in four others."""
    rows = [replace(row, guid=f"validation:{place}") for place, row in enumerate(TEXTS.rows["train"][:200])]
    learned = replace(TEXTS, rows={**TEXTS.rows, "validation": rows})
    learned = predicting(learned, lambda cell, row: row.label if row.guid.startswith("validation") else
                         LABELS[(int(row.guid.split(":")[1]) % 2 + (int(row.guid.split(":")[1]) // 2 % 4 == 0)) % 2])
    assert [finding.name for finding in diagnose(learned) if finding.severity == "severe"] == ["validation_is_train"]
    assert not {"test_below_validation", "label_noise"} & {finding.name for finding in diagnose(learned)}


def test_no_run_is_told_to_train_longer_and_shorter() -> None:
    both = budgets(course=CUT_SHORT | {"train_scores": (0.5, 0.8, 0.9, 1.0, 1.0)})
    names = [finding.name for finding in diagnose(both)]
    assert "not_converged" in names
    assert "overfitted" not in names


def test_runs_of_an_arm_and_arms_of_a_task_are_told_together() -> None:
    memorised = {"train_scores": (0.5, 0.9, 1.0, 1.0, 1.0), "scores": (0.5, 0.6, 0.62, 0.64, 0.63)}
    evidence = TEXTS
    for cell in TEXTS.arm_of:
        evidence = with_history(evidence, cell, history(**memorised))
    finding, = [finding for finding in diagnose(evidence) if finding.name == "overfitted"]
    assert finding.about == "full, scratch"
    assert finding.runs == tuple(TEXTS.arm_of)
    assert finding.taints == ("full", "scratch")
    norms = with_history(with_history(TEXTS, "scratch-1", history(norm=1e-9)), "scratch-2", history(norm=1e-9))
    finding, = [finding for finding in diagnose(norms) if finding.name == "dead_gradient"]
    assert (finding.about, finding.runs) == ("scratch", ("scratch-1", "scratch-2"))
    one = with_history(TEXTS, "scratch-1", history(norm=1e-9))
    finding, = [finding for finding in diagnose(one) if finding.name == "dead_gradient"]
    assert (finding.about, finding.runs) == ("scratch-1", ("scratch-1",))


def test_of_many_alike_three_are_told() -> None:
    alike = [Finding("giveaway_word", "severe", "train", ("full",), listed([f"“w{place}”"]))
             for place in range(5)]
    finding, = consolidated(alike, TEXTS)
    assert render(finding.evidence) == "“w0”; “w1”; “w2”; and 2 more"
    other = [replace(alike[0], remedy=message("another")), replace(alike[0], severity="note")]
    assert len(consolidated([*alike, *other], TEXTS)) == 3


def test_findings_keep_the_order_of_their_severity_and_checks() -> None:
    found = [Finding(name, severity, "task", (), listed(())) for name, severity in (
        ("a", "note"), ("b", "severe"), ("c", "warning"), ("d", "severe"))]
    assert [finding.name for finding in consolidated(found, TEXTS)] == ["b", "d", "c", "a"]


# Students -------------------------------------------------------------------------------------------------------------

def taught() -> Evidence:
    """Healthy arms with a student, whose runs are those of scratch."""
    students = {"distilled": ["distilled-1", "distilled-2"]}
    runs = {cell: TEXTS.histories[f"scratch-{cell[-1]}"] for cell in students["distilled"]}
    cells = {cell: TEXTS.metrics.cells[f"scratch-{cell[-1]}"] for cell in runs}
    return replace(
        with_metrics(TEXTS, cells={**TEXTS.metrics.cells, **cells},
                     comparisons={"full": compared(), "distilled": compared(0.01, -0.03, 0.05)},
                     baseline_comparisons={name: {**of_arms, "distilled": of_arms["scratch"]}
                                           for name, of_arms in TEXTS.metrics.baseline_comparisons.items()}),
        arms={"full": TEXTS.arms["full"], **students, "scratch": TEXTS.arms["scratch"]},
        histories={**TEXTS.histories, **runs},
        predictions={split: {**of_cells, **{cell: of_cells[f"scratch-{cell[-1]}"] for cell in runs}}
                     for split, of_cells in TEXTS.predictions.items()})


def test_a_healthy_student_gets_nothing_but_notes() -> None:
    assert [finding for finding in diagnose(taught()) if finding.severity != "note"] == []


@pytest.mark.parametrize(("failed", "severity"), [
    ((), []), (("pretrained-full-1",), ["warning"]), (("pretrained-full-1", "pretrained-full-2"), ["severe"])])
def test_a_student_of_a_failed_teacher(failed: tuple[str, ...], severity: list[str]) -> None:
    evidence = taught()
    evidence = with_metrics(evidence, cells={cell: facts.model_copy(update={"failed": cell in failed})
                                             for cell, facts in evidence.metrics.cells.items()})
    found = list(distilling.failed_teacher(evidence))
    assert [(finding.severity, finding.taints) for finding in found] == [(rank, ("distilled",)) for rank in severity]
    assert all(finding.runs == tuple(f"distilled-{cell[-1]}" for cell in failed) for finding in found)


@pytest.mark.parametrize(("settings", "told"), [
    ({}, []), ({"distillation_temperature": 4.0}, []),  # scratch has no such setting
    ({"lr": 0.002}, ["not the settings of scratch: lr 0.002 ≠ 0.001"])])
def test_a_student_with_another_budget_than_scratch(settings: dict[str, Any], told: list[str]) -> None:
    evidence = taught()
    for cell in ("distilled-1", "distilled-2"):
        evidence = with_history(evidence, cell, history(settings=settings))
    found = list(distilling.other_budget(evidence))
    assert [render(finding.evidence) for finding in found] == told
    assert all(finding.severity == "severe" and finding.taints == ("distilled",) for finding in found)


@pytest.mark.parametrize(("known", "names"), [
    (("full",), {"teacher_knows_test", "test_above_validation"}),
    (("full", "distilled"), {"teacher_knows_test", "test_above_validation"}),
    (("distilled",), {"test_above_validation"}), ((), set())])
def test_a_student_of_a_teacher_that_knows_test(known: tuple[str, ...], names: set[str]) -> None:
    """Arms that know test are right there on all rows, and on validation on two of three."""
    evidence = taught()

    def answer(cell: str, row: Row) -> str:
        place = int(row.guid.split(":")[1])
        right = place // 2 % 3 or (evidence.arm_of[cell] in known and row.guid.startswith("test"))
        return row.label if right else LABELS[row.label == LABELS[0]]

    kept = evidence.metrics
    evidence = predicting(evidence, answer)
    evidence = with_metrics(evidence, comparisons=kept.comparisons, baseline_comparisons=kept.baseline_comparisons)
    found = {finding.name: finding.taints for finding in diagnose(evidence) if "test" in finding.name}
    assert found.keys() == names
    assert bool(list(distilling.teacher_knows_test(evidence))) == ("full" in known)
    if "full" in known:
        assert found == {"teacher_knows_test": ("distilled",), "test_above_validation": ("full",)}


@pytest.mark.parametrize(("teacher", "found"), [("ab", []), ("cd", ["distilled-1"]), ("", ["distilled-1"])])
def test_a_student_of_another_model_than_that_of_its_seed(teacher: str, found: list[str]) -> None:
    evidence = replace(taught(), teachers={"distilled-1": "ab"})
    evidence = replace(evidence, histories={**evidence.histories, "distilled-1": replace(history(), teacher=teacher)})
    told = list(distilling.other_teacher(evidence))
    assert [cell for finding in told for cell in finding.runs] == found
    assert all((finding.severity, finding.taints) == ("severe", ("distilled",)) for finding in told)


def test_a_student_that_saw_test_rows_is_found_by_the_check_of_leaks() -> None:
    evidence = taught()
    rows = {**evidence.rows, "train": [*evidence.rows["train"], *evidence.rows["test"][:60]]}
    found = [finding for finding in diagnose(replace(evidence, rows=rows)) if finding.name == "leaked_rows"]
    assert [(finding.severity, "distilled" in finding.taints) for finding in found] == [("severe", True)]


def test_a_student_that_alone_saw_other_rows_is_found_among_the_mixed_cells() -> None:
    evidence = taught()
    evidence = with_history(evidence, "distilled-1", history(), inputs={"train": "another digest"})
    assert any(finding.name == "mixed_cells" and set(finding.taints) == set(evidence.arms)
               for finding in training.mixed_cells(evidence))
