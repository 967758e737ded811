"""Failed runs are told from weak ones by a chance-corrected measure."""

import json
import re

import numpy as np
import pytest
from scipy.stats import binomtest

from stages.metrics.classification import classification_metrics, confusion
from stages.metrics.failure import decides, failed, rate_interval
from stages.metrics.outcome import Outcome
from stages.wording.catalogue import render
from stages.wording.names import outcome_name


def metrics(gold: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    return classification_metrics(confusion(gold, predicted, 2))


def test_every_outcome_is_written_as_its_value_and_has_korean_words() -> None:
    assert json.loads(json.dumps(Outcome.LOSS_NOT_FINITE)) == "loss not finite"
    assert all(render(outcome_name(outcome)) == outcome for outcome in Outcome)
    assert all(re.search("[가-힣]", render(outcome_name(outcome), "ko")) for outcome in Outcome)


ROWS = np.arange(400)
GOLD = (ROWS < 100).astype(int)  # three quarters are 0


def test_one_class_is_a_failure_and_a_weak_model_is_none_though_it_is_less_accurate() -> None:
    constant = metrics(GOLD, np.zeros(400, dtype=int))
    # Half of the 100 ones are found, at the cost of 80 of the 300 zeros.
    weak = metrics(GOLD, ((ROWS < 50) | (ROWS >= 320)).astype(int))
    assert weak["accuracy"] < constant["accuracy"] == 0.75
    assert weak["mcc"] == pytest.approx((50 * 220 - 80 * 50) / (130 * 270 * 100 * 300) ** 0.5)
    assert failed("finished", constant, 400)
    assert not failed("finished", weak, 400)
    assert failed("finished", weak, 50)  # one in 15 of unrelated labels of 50 rows correlates as much
    assert not failed("finished", weak, 60)


def test_where_a_good_run_is_told_from_a_failed_one() -> None:
    """3.29 standard errors of 1 / sqrt((rows - 1) (classes - 1)) are at most 0.5."""
    assert next(rows for rows in range(200) if decides(rows)) == 45
    assert next(rows for rows in range(200) if decides(rows, 4)) == 16


def test_random_labels_are_a_failure_and_so_is_a_loss_that_is_not_finite() -> None:
    random = metrics(GOLD, np.random.default_rng(1).permutation(GOLD))
    assert failed("finished", random, 400)
    assert failed("loss not finite", {"mcc": 0.9}, 400)
    assert failed("finished", {"mcc": 0.9}, 400, improved=False)


@pytest.mark.parametrize(("rows", "least"), [
    (2, 0.5), (4, 0.5), (11, 0.5), (50, 1.645 / 7), (145, 1.645 / 12), (5001, 0.05)])
def test_the_least_correlation_by_hand(rows: int, least: float) -> None:
    assert failed("finished", {"mcc": least - 1e-9}, rows)
    assert not failed("finished", {"mcc": least + 1e-9}, rows)


def test_of_unrelated_labels_one_in_twenty_is_taken_for_a_run_that_trained() -> None:
    generator = np.random.default_rng(2)
    gold = GOLD[::4]
    trained = [not failed("finished", metrics(gold, generator.permutation(gold)), 100) for _ in range(2000)]
    assert 0.03 < np.mean(trained) < 0.07


@pytest.mark.parametrize(("score", "correlation", "expected"), [
    (0.0, 0.3, True), (0.02, 0.3, False), (0.09, 0.0, True)])
def test_entities_fail_where_none_is_found_or_all_words_have_one_tag(
    score: float, correlation: float, expected: bool
) -> None:
    assert failed("finished", {"entity_f1": score, "token_mcc": correlation}, 100) is expected


@pytest.mark.parametrize(("count", "runs"), [(0, 3), (1, 3), (3, 3), (2, 10)])
def test_rate_interval_is_the_exact_one(count: int, runs: int) -> None:
    exact = binomtest(count, runs).proportion_ci(0.95, "exact")
    assert rate_interval(count, runs) == pytest.approx((exact.low, exact.high))


@pytest.mark.parametrize("classes", [3, 20])
def test_unrelated_labels_of_more_classes_correlate_less(classes: int) -> None:
    """5 % of unrelated labels pass, as of two classes; with the bound of two, live runs of many classes would fail."""
    generator = np.random.default_rng(classes)
    gold = np.arange(300) % classes
    found = [classification_metrics(confusion(gold, generator.permutation(gold), classes)) for _ in range(1000)]
    assert 0.92 < np.mean([failed("finished", one, 300, classes) for one in found]) <= 1
    assert not failed("finished", {"mcc": 0.08}, 300, 20)
    assert failed("finished", {"mcc": 0.08}, 300)
