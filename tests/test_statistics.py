"""Intervals and tests of differences: by hand, against exact references, and how often simulations find them wrong."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from stages.metrics.bootstrap import LEAST, Difference, Interval, accuracy_of, compare, f1_of, score_interval
from stages.metrics.evaluation import verdict
from stages.metrics.paired_tests import approximate_randomisation, mcnemar
from tests.simulate_coverage import ArmsLike, covered, simulated_runs


def test_scorers_by_hand() -> None:
    assert accuracy_of(np.array([[3.0, 4.0]])).tolist() == [0.75]
    assert f1_of(np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]])).tolist() == [0.4, 0.0]


def accuracy_statistics(right: np.ndarray) -> np.ndarray:
    return np.stack([right, np.ones_like(right)], axis=-1).astype(np.float64)


def entity_statistics(runs: int, sentences: int, seed: int) -> np.ndarray:
    """Counts [runs, sentences, 3] of entities right, predicted and gold, the last the same in every run."""
    generator = np.random.default_rng(seed)
    gold = np.broadcast_to(generator.integers(0, 4, sentences), (runs, sentences))
    right = generator.binomial(gold, 0.8)
    return np.stack([right, right + generator.binomial(1, 0.2, right.shape), gold], axis=-1).astype(np.float64)


def test_interval_is_the_binomial_one() -> None:
    right = np.arange(400) < 300
    interval = score_interval(accuracy_statistics(right), accuracy_of, 4000, 1)
    # Normal approximation: 0.75 +- 1.96 * sqrt(0.75 * 0.25 / 400).
    assert interval.low == pytest.approx(0.75 - 0.0424, abs=0.005)
    assert interval.high == pytest.approx(0.75 + 0.0424, abs=0.005)


def test_drawing_distinct_examples_is_drawing_rows() -> None:
    statistics = entity_statistics(1, 300, 1)[0]
    generator = np.random.default_rng(2)
    drawn = f1_of(statistics[generator.integers(0, 300, (20_000, 300))].sum(axis=1))
    interval = score_interval(statistics, f1_of, 20_000, 1)
    assert [interval.low, interval.high] == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.002)


@pytest.mark.parametrize("scorer", [accuracy_of, f1_of])
@pytest.mark.parametrize("seeds", [1, 2, 5])
def test_identical_arms_differ_by_nothing(scorer: Callable, seeds: int) -> None:
    arm = (entity_statistics(seeds, 200, 3) if scorer is f1_of
           else accuracy_statistics(np.random.default_rng(3).random((seeds, 200)) < 0.9))
    same = compare(arm, arm.copy(), scorer, 300, 1)
    assert (same.difference, same.p_value) == (0.0, 1.0)
    assert same.low <= 0.0 <= same.high
    assert verdict(same) == "cannot_tell"


def test_two_cells_of_equal_predictions_leave_no_interval() -> None:
    arm = accuracy_statistics(np.arange(100)[None] % 3 > 0)
    assert compare(arm, arm, accuracy_of, 300, 1) == Difference(0.0, 0.0, 0.0, 1.0, 0.0)


def test_difference_pairs_examples() -> None:
    second = np.arange(200) % 2 == 0
    first = second.copy()
    first[1] = True  # better on one example and equal on all others: never below zero
    found = compare(accuracy_statistics(first[None]), accuracy_statistics(second[None]), accuracy_of, 1000, 1)
    # One of 200 differs: 0.005 with a standard error of about 0.005, so one standard error from zero.
    assert found.difference == pytest.approx(0.005)
    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.005, rel=0.15)
    assert found.p_value == pytest.approx(0.317, abs=0.06)
    # Two-sided at 5 % with a power of 80 %: 1.96 + 0.84 standard errors.
    assert found.detectable == pytest.approx(2.8 * 0.005, rel=0.15)


def test_difference_knows_the_spread_of_seeds() -> None:
    rows = np.arange(1000)
    unstable = accuracy_statistics(np.stack([rows < 900, rows < 500]))
    steady = accuracy_statistics(np.stack([rows < 650, rows < 650]))
    found = compare(unstable, steady, accuracy_of, 2000, 1)
    assert found.low < 0 < found.high  # 0.70 against 0.65, but one of two seeds failed
    assert verdict(found) == "cannot_tell"


def test_student_s_interval_by_hand_where_examples_do_not_vary() -> None:
    # One example a score of its own: means 0.8 and 0.6, variances 0.02 each, so the standard error is sqrt(0.02).
    first, second = (np.array([[[score, 1.0]], [[score + 0.2, 1.0]]]) for score in (0.7, 0.5))
    found = compare(first, second, accuracy_of, 100, 1)
    assert found.low == pytest.approx(0.2 - 4.302653 * 0.02**0.5)
    assert found.high == pytest.approx(0.2 + 4.302653 * 0.02**0.5)
    # Student's t of 1.41421 with two degrees of freedom: p = 1 - t / sqrt(2 + t^2).
    assert found.p_value == pytest.approx(1 - 0.5**0.5)


def test_disagreement_of_seeds_on_examples_counts_once() -> None:
    # Every seed of an arm is right on other rows, and all are right on equally many. What a seed has for itself shows
    # in both spreads; over examples only what is common to the seeds of an arm is left, which is nothing here, but for
    # the share that is always kept.
    generator = np.random.default_rng(4)
    arms = [np.stack([generator.permutation(1000) < 800 for _ in range(20)]) for _ in range(2)]
    found = compare(*map(accuracy_statistics, arms), accuracy_of, 2000, 1)
    assert found.difference == 0
    assert found.high == pytest.approx(LEAST * 1.96 * (2 * 0.8 * 0.2 / 1000 / 20) ** 0.5, rel=0.1)


def test_seeds_that_tie_by_luck_are_not_certain() -> None:
    # Two runs an arm with 540 and 531 of 600 rows right, each wrong on rows of its own.
    rows = np.arange(600)
    arms = [np.stack([(rows - start) % 600 >= wrong for start in starts])
            for wrong, starts in ((60, (0, 60)), (69, (200, 300)))]
    found = compare(*map(accuracy_statistics, arms), accuracy_of, 2000, 1)
    assert found.difference == pytest.approx(0.015)
    assert found.low < -0.001
    assert found.p_value > 0.05


def test_a_baseline_has_no_spread_of_seeds() -> None:
    scores = [0.7, 0.8, 0.9]
    arm = np.array([[[score, 1.0]] for score in scores])
    found = compare(arm, np.array([[[0.5, 1.0]]]), accuracy_of, 100, 1)
    # Student's interval of one mean: two degrees of freedom, standard error 0.1 / sqrt(3).
    assert found.high - found.difference == pytest.approx(4.302653 * 0.1 / 3**0.5)


# Each number stands for a run: its 12 bits say which rows it has right.
ARMS = st.lists(st.integers(0, 2**12 - 1), min_size=1, max_size=3)


@given(ARMS, ARMS)
def test_what_holds_of_every_comparison(first: list, second: list) -> None:
    one, other = (accuracy_statistics(np.array(arm)[:, None] >> np.arange(12) & 1) for arm in (first, second))
    found, swapped = compare(one, other, accuracy_of, 200, 1), compare(other, one, accuracy_of, 200, 1)
    assert found.low <= found.difference <= found.high
    assert 1 / 201 <= found.p_value <= 1
    # At the very edge the two may round apart.
    if abs(found.p_value - 0.05) > 1e-6:
        assert (found.p_value < 0.05) == (verdict(found) != "cannot_tell")
    assert swapped.difference == pytest.approx(-found.difference)


def test_draws_do_not_depend_on_the_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    statistics = entity_statistics(2, 80, 5)
    whole = score_interval(statistics[0], f1_of, 250, 3)
    shuffled = approximate_randomisation(*statistics, f1_of, 250, 3)
    for module in ("bootstrap", "paired_tests"):
        monkeypatch.setattr(f"stages.metrics.{module}._DRAWS_AT_A_TIME", 37)
    assert score_interval(statistics[0], f1_of, 250, 3) == whole
    assert approximate_randomisation(*statistics, f1_of, 250, 3) == shuffled


@pytest.mark.parametrize(("low", "high", "expected"), [
    (0.01, 0.2, "helps"), (-0.2, -0.01, "hurts"), (-0.1, 0.1, "cannot_tell"), (0.0, 0.1, "cannot_tell")])
def test_verdict(low: float, high: float, expected: str) -> None:
    assert verdict(Interval(low, high)) == expected


@pytest.mark.parametrize(("alone", "expected"), [
    ((0, 0), 1.0), ((1, 1), 1.0), ((5, 0), 2 / 32), ((6, 0), 2 / 64), ((0, 6), 2 / 64), ((8, 2), 2 * 56 / 1024)])
def test_mcnemar_by_hand(alone: tuple[int, int], expected: float) -> None:
    first = np.array([True] * alone[0] + [False] * alone[1] + [True, False] * 9)
    second = np.array([False] * alone[0] + [True] * alone[1] + [True, False] * 9)
    assert mcnemar(first, second) == pytest.approx(expected)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_mcnemar_agrees_with_the_binomial_test(rows: list) -> None:
    first, second = np.array(rows).T
    only = int((first & ~second).sum()), int((second & ~first).sum())
    expected = binomtest(only[0], sum(only)).pvalue if sum(only) else 1.0
    assert mcnemar(first, second) == pytest.approx(expected)


def test_randomisation_of_equal_outputs_tells_nothing() -> None:
    statistics = entity_statistics(1, 100, 6)[0]
    assert approximate_randomisation(statistics, statistics, f1_of, 500, 1) == 1.0


def test_randomisation_comes_to_mcnemar_for_accuracy() -> None:
    # Six rows that the first alone has right: of all shuffles only two in 64 are as far from zero.
    first, second = accuracy_statistics(np.arange(40) < 30), accuracy_statistics(np.arange(40) < 24)
    assert approximate_randomisation(first, second, accuracy_of, 20_000, 1) == pytest.approx(2 / 64, abs=0.004)


def test_randomisation_is_that_of_whole_sentences() -> None:
    # Every shuffle of three sentences by hand: the statistics of which side each sentence's output stands on.
    first = np.array([[2.0, 2, 2], [1, 1, 1], [0, 1, 1]])
    second = np.array([[0.0, 1, 2], [1, 2, 1], [0, 0, 1]])
    differences = []
    for sides in np.ndindex(2, 2, 2):
        chosen = np.array(sides, dtype=bool)[:, None]
        swapped = np.where(chosen, second, first), np.where(chosen, first, second)
        differences.append(abs(f1_of(swapped[0].sum(axis=0)) - f1_of(swapped[1].sum(axis=0))))
    expected = np.mean(np.array(differences) >= differences[0] - 1e-12)
    assert approximate_randomisation(first, second, f1_of, 20_000, 1) == pytest.approx(expected, abs=0.015)


# One verdict in 20 is wrong where there is nothing to find. Over 400 trials 7.2 % are two standard errors more.
TRIALS, MOST_WRONG = 400, 0.05 + 2 * (0.05 * 0.95 / 400) ** 0.5


def test_shuffled_labels_find_nothing() -> None:
    # Two models' predictions stay as they are, good and bad; gold is shuffled, so neither can be better.
    told = 0
    for trial in range(TRIALS):
        generator = np.random.default_rng([11, trial])
        gold = generator.integers(0, 2, 500)
        arms = [np.where(generator.random((2, 500)) < skill, gold, 1 - gold) for skill in (0.9, 0.6)]
        if trial < 20:
            assert verdict(compare(*(accuracy_statistics(arm == gold) for arm in arms), accuracy_of, 100, 1)) == "helps"
        generator.shuffle(gold)
        after = compare(*(accuracy_statistics(arm == gold) for arm in arms), accuracy_of, 100, trial)
        told += verdict(after) != "cannot_tell"
    assert told / TRIALS <= MOST_WRONG


def test_shuffled_gold_entities_find_nothing() -> None:
    told = 0
    for trial in range(TRIALS):
        generator = np.random.default_rng([14, trial])
        gold = generator.integers(0, 4, 200)
        predicted = generator.integers(0, 4, (4, 200))
        right = np.minimum(generator.binomial(predicted, 0.2), gold)  # by chance, the same in both arms
        statistics = np.stack([right, predicted, np.broadcast_to(gold, right.shape)], axis=-1).astype(np.float64)
        told += verdict(compare(statistics[:2], statistics[2:], f1_of, 100, trial)) != "cannot_tell"
    assert told / TRIALS <= MOST_WRONG


def test_arms_of_one_kind_find_nothing() -> None:
    told = 0
    for trial in range(TRIALS):
        first, second = simulated_runs(ArmsLike(seeds=2, rows=300, spread=0.01), np.random.default_rng([12, trial]))
        told += verdict(compare(first, second, accuracy_of, 100, trial)) != "cannot_tell"
    assert told / TRIALS <= MOST_WRONG


@pytest.mark.parametrize("kind", [
    ArmsLike(seeds=1, rows=300, spread=0.0), ArmsLike(seeds=2, rows=300, spread=0.0),
    ArmsLike(seeds=2, rows=300, spread=0.02), ArmsLike(seeds=3, rows=300, spread=0.02),
    ArmsLike(seeds=5, rows=300, spread=0.0)], ids=str)
def test_intervals_of_differences_cover_the_truth(kind: ArmsLike) -> None:
    # 1,000 trials show a rate of 95 % within 1.4 points, so 93 to 97 is three of its standard errors.
    assert 0.93 <= covered(kind, trials=1000, resamples=100) <= 0.97


@pytest.mark.parametrize(("rate", "rows"), [(0.7, 600), (0.9, 600), (0.95, 2000)])
def test_intervals_of_scores_cover_the_truth(rate: float, rows: int) -> None:
    generator = np.random.default_rng(13)
    found = 0
    for trial in range(1000):
        interval = score_interval(accuracy_statistics(generator.random(rows) < rate), accuracy_of, 500, trial)
        found += interval.low <= rate <= interval.high
    assert 0.93 <= found / 1000 <= 0.97
