"""Intervals and tests of differences: by hand, against exact references, and how often simulations find them wrong."""

from collections.abc import Callable, Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from stages.judging.verdicts import verdict_on as verdict
from stages.metrics.bootstrap import resampled_scores
from stages.metrics.differences import (
    ABOVE,
    BELOW,
    GREATEST_SPREAD,
    LEAST_SPREAD,
    MODE,
    compare,
    detectable_among,
    grouped,
    score_interval,
    these_runs,
    to_settle,
)
from stages.metrics.entities import f1_of
from stages.metrics.groups import group_numbers
from stages.metrics.headlines import accuracy_of
from stages.metrics.paired_tests import approximate_randomisation, mcnemar
from stages.results.prepared import Row
from stages.results.task_metrics import Difference
from tests.simulate_coverage import Study, draw, new, outcomes


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


def test_interval_is_wilson_s() -> None:
    right = np.arange(400) < 300
    interval = score_interval(accuracy_statistics(right), accuracy_of)
    wilson = binomtest(300, 400).proportion_ci(0.95, "wilson")
    assert (interval.low, interval.high) == pytest.approx((wilson.low, wilson.high), abs=0.001)
    perfect = score_interval(accuracy_statistics(np.ones(400)), accuracy_of)
    assert perfect.high == 1
    assert 0.97 < perfect.low < 1  # nobody knows that a score is 1


def test_drawing_distinct_examples_is_drawing_rows() -> None:
    statistics = entity_statistics(1, 300, 1)
    generator = np.random.default_rng(2)
    drawn = f1_of(statistics[0, generator.integers(0, 300, (20_000, 300))].sum(axis=1))
    found = resampled_scores(statistics, f1_of, 20_000, 1)
    assert np.quantile(found, [0.025, 0.975]) == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.002)


@pytest.mark.parametrize("scorer", [accuracy_of, f1_of])
@pytest.mark.parametrize("seeds", [1, 2, 5])
def test_identical_arms_differ_by_nothing_that_is_known_for_certain(scorer: Callable, seeds: int) -> None:
    arm = (entity_statistics(seeds, 200, 3) if scorer is f1_of
           else accuracy_statistics(np.random.default_rng(3).random((seeds, 200)) < 0.9))
    same = compare(arm, arm.copy(), scorer)
    assert (same.difference, same.p_value) == (0.0, 1.0)
    assert same.low < 0.0 < same.high
    assert verdict(same) == "cannot_tell"


def test_difference_pairs_examples() -> None:
    second = np.arange(200) % 2 == 0
    first = second.copy()
    first[1] = True  # better on one example and equal on all others
    found = compare(accuracy_statistics(first[None]), accuracy_statistics(second[None]), accuracy_of)
    assert found.difference == pytest.approx(0.005)
    # At least one example that differs in each run: a variance of 2 * 0.005^2, and Student's quantile for 200 examples.
    assert found.high - found.low == pytest.approx(2 * 1.972 * 2**0.5 * 0.005, rel=0.02)
    assert found.p_value == pytest.approx(0.48, abs=0.01)
    # Two-sided at 5 % with a power of 80 %: 1.97 + 0.84 standard errors.
    assert found.detectable == pytest.approx(2.815 * 2**0.5 * 0.005, rel=0.01)
    # Of four comparisons at 1.25 %: 2.52 + 0.84.
    among = detectable_among(accuracy_statistics(first[None]), accuracy_statistics(second[None]), accuracy_of)
    assert (among[0], among[2]) == (found.detectable, pytest.approx(3.363 * 2**0.5 * 0.005, rel=0.01))


def test_what_is_larger_than_the_detectable_difference_has_a_verdict_after_holm() -> None:
    """Of sixteen comparisons the least p value has to be below 0.05 / 16."""
    rows, alone, corrected = np.arange(1000), 0, 0
    scratch = accuracy_statistics(rows < np.array([600, 610, 590, 605, 595])[:, None])
    for more in range(0, 60, 2):
        arm = accuracy_statistics(rows < np.array([600, 615, 590, 605, 595])[:, None] + more)
        found, among = compare(arm, scratch, accuracy_of), detectable_among(arm, scratch, accuracy_of)
        open_after_holm = 16 * found.p_value >= 0.05
        alone += open_after_holm and found.difference > among[0]
        corrected += open_after_holm and found.difference > among[4]
    assert (alone > 0, corrected) == (True, 0)


def test_pairs_of_runs_have_the_detectable_difference_of_pairs() -> None:
    rows = np.arange(1000)
    arms = [accuracy_statistics(rows < np.array(right)[:, None]) for right in (
        (630, 660, 690, 640, 650), (600, 630, 660, 610, 620))]
    found = compare(*arms, accuracy_of, paired=True)
    assert detectable_among(*arms, accuracy_of, paired=True)[0] == found.detectable
    assert found.detectable < 0.5 * detectable_among(*arms, accuracy_of)[0]  # the seeds spread alike in both
    fewer = (arms[0], arms[1][:3])  # where runs failed there are no pairs
    assert detectable_among(*fewer, accuracy_of)[0] == compare(*fewer, accuracy_of).detectable


def test_one_seed_has_no_verdict_however_large_the_difference() -> None:
    first, second = (accuracy_statistics(np.arange(2000)[None] < right) for right in (1900, 1000))
    found = compare(first, second, accuracy_of)
    assert found.p_value < 1e-9
    assert (found.recipe, verdict(found)) == (False, "cannot_tell")
    three = accuracy_statistics(np.arange(2000) < np.array([[1900], [1890], [1880]]))
    assert not compare(three, second, accuracy_of).recipe  # nor has one run against three
    assert compare(three, second, accuracy_of, fixed=True).recipe  # but a baseline has no seeds


def test_difference_knows_the_spread_of_seeds() -> None:
    rows = np.arange(1000)
    unstable = accuracy_statistics(np.stack([rows < 900, rows < 500]))
    steady = accuracy_statistics(np.stack([rows < 650, rows < 650]))
    found = compare(unstable, steady, accuracy_of)
    assert found.low < 0 < found.high  # 0.70 against 0.65, but one of two seeds failed
    assert verdict(found) == "cannot_tell"


def test_the_error_is_that_of_draws_from_the_posterior() -> None:
    rows = np.arange(1000)
    arms = [accuracy_statistics(rows < np.array(right)[:, None]) for right in ((700, 730, 750), (600, 610))]
    found = compare(*arms, accuracy_of)
    # Nested runs: of three, 650 rows are right or wrong in all; the variance over examples from the rows by hand.
    gain = arms[0][:, :, 0].mean(axis=0) - arms[1][:, :, 0].mean(axis=0)
    examples = gain.var(ddof=1) / 1000
    generator = np.random.default_rng(5)
    logs = np.linspace(np.log(LEAST_SPREAD), np.log(GREATEST_SPREAD), 4000)
    drawn = generator.standard_t(999, 400_000) * examples**0.5
    for arm in arms:
        right = arm[:, :, 0]
        disagreed = max(((right - right.mean(axis=0)) ** 2).sum() / 1000**2 / (len(right) - 1)
                        - (right.mean(axis=1).var(ddof=1) / 1000), 1e-6)
        variance, freedom = np.exp(2 * logs) + disagreed, len(right) - 1
        prior = np.where(logs < np.log(MODE), (logs - np.log(MODE)) / BELOW, (logs - np.log(MODE)) / ABOVE)
        density = np.exp(-prior**2 / 2 - freedom / 2 * (np.log(variance) + right.mean(axis=1).var(ddof=1) / variance))
        spread = generator.choice(np.exp(logs), 400_000, p=density / density.sum())
        drawn += generator.normal(0, spread / len(right) ** 0.5)
    assert found.detectable == pytest.approx(sum(np.quantile(drawn, [0.975, 0.8])), rel=0.02)
    assert found.p_value == pytest.approx(np.mean(np.abs(drawn) > found.difference), abs=0.01)


def test_limits_stay_within_what_is_possible() -> None:
    rows = np.arange(400)
    best = accuracy_statistics(np.stack([rows < 400, rows < 399]))
    unstable = accuracy_statistics(np.stack([rows < 390, rows < 200]))
    found = compare(best, unstable, accuracy_of)
    assert found.high < 0.99
    assert -0.05 < found.low < 0
    baseline = accuracy_statistics(rows[None] < 396)
    assert compare(best, baseline, accuracy_of, fixed=True).high <= 0.01 + 0.03  # none is better than 1


def test_rows_of_one_group_count_once() -> None:
    generator = np.random.default_rng(6)
    arms = [accuracy_statistics(generator.random((3, 60)) < rate) for rate in (0.8, 0.7)]
    groups = np.repeat(np.arange(60), 10)
    copies = [grouped(arm.repeat(10, axis=1), groups) for arm in arms]
    once, copied = compare(*arms, accuracy_of), compare(*copies, accuracy_of)
    assert (copied.low, copied.high, copied.p_value) == pytest.approx((once.low, once.high, once.p_value), rel=0.01)
    known, naive = (these_runs(*pair, accuracy_of) for pair in (copies, [arm.repeat(10, axis=1) for arm in arms]))
    assert naive.high - naive.low == pytest.approx((known.high - known.low) / 10**0.5, rel=0.05)


def test_groups_are_numbered_only_where_rows_share_one() -> None:
    def rows(*groups: str) -> list[Row]:
        return [Row(f"test:{place}", group=group) for place, group in enumerate(groups)]
    assert group_numbers(rows("a", "b")) is None
    assert group_numbers(rows("", "")) is None
    found = group_numbers(rows("a", "", "a", ""))
    assert found is not None
    assert found.tolist() == [0, 1, 0, 2]


def test_what_holds_for_these_runs() -> None:
    rows = np.arange(1000)
    first = accuracy_statistics(rows < np.array([[887], [886]]))
    second = accuracy_statistics(rows < np.array([[243], [759]]))
    found = these_runs(first, second, accuracy_of)
    assert found.gap == pytest.approx(0.886 - 0.759)
    assert found.gap_p_value == pytest.approx(these_runs(first[1:], second[1:], accuracy_of).p_value)
    assert found.gap_p_value < 1e-6
    assert these_runs(second, first, accuracy_of).gap == pytest.approx(0.759 - 0.886)
    assert these_runs(first, accuracy_statistics(rows < np.array([[243], [886]])), accuracy_of).gap is None


def test_what_would_settle_it() -> None:
    rows = np.arange(2000)
    first, second = (accuracy_statistics(rows < np.array(right)[:, None])
                     for right in ((1640, 1600, 1560), (1560, 1480, 1520)))
    seeds = to_settle(first, second, accuracy_of, 2000, 3)
    assert seeds.keys() == {"seeds"}
    assert 3 < seeds["seeds"] <= 10
    assert to_settle(first[:1], second[:1], accuracy_of, 2000, 1) == {"seeds": 3}
    assert to_settle(first, first, accuracy_of, 2000, 3) == {"tried": 10}
    assert to_settle(first, first, accuracy_of, 2000, 12) == {"tried": 40}
    # Half of six seeds failed in both arms: twice as many are needed for as many that train.
    assert to_settle(first, second, accuracy_of, 2000, 6)["seeds"] in (2 * seeds["seeds"] - 1, 2 * seeds["seeds"])
    assert to_settle(first[:1], second, accuracy_of, 2000, 3) == {"seeds": 9}
    assert to_settle(first, second * [0.5, 1], accuracy_of, 2000, 12) == {"seeds": 13}
    # One score of all seeds: only more rows can help.
    few = [accuracy_statistics((np.arange(100) * step % 100 < right)[None]).repeat(3, axis=0)
           for step, right in ((1, 80), (37, 68))]
    assert 100 < to_settle(*few, accuracy_of, 100, 3)["rows"] < 1000


def test_further_seeds_do_not_stand_in_for_test_rows() -> None:
    # All right against two rows wrong, in every run: McNemar's exact p for 2 of 2 is 0.5, however many seeds show it.
    best, worse = (accuracy_statistics((np.arange(200) >= wrong)[None]) for wrong in (0, 2))
    many = compare(best.repeat(10, axis=0), worse.repeat(10, axis=0), accuracy_of)
    assert many.p_value > 0.2
    assert many.low < 0 < many.high


# Each number stands for a run: its 12 bits say which rows it has right.
ARMS = st.lists(st.integers(0, 2**12 - 1), min_size=1, max_size=3)


@given(ARMS, ARMS)
def test_what_holds_of_every_comparison(first: list, second: list) -> None:
    one, other = (accuracy_statistics(np.array(arm)[:, None] >> np.arange(12) & 1) for arm in (first, second))
    found, swapped = compare(one, other, accuracy_of), compare(other, one, accuracy_of)
    assert -1 - 1e-9 <= found.low <= found.difference <= found.high <= 1 + 1e-9
    assert 0 < found.p_value <= 1
    # At the very edge the two may round apart.
    if found.recipe and abs(found.p_value - 0.05) > 1e-6:
        assert (found.p_value < 0.05) == (verdict(found) != "cannot_tell")
    assert (swapped.difference, swapped.low) == pytest.approx((-found.difference, -found.high))


def test_draws_do_not_depend_on_the_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    statistics = entity_statistics(2, 80, 5)
    whole = resampled_scores(statistics, f1_of, 250, 3)
    shuffled = approximate_randomisation(*statistics, f1_of, 250, 3)
    for module in ("bootstrap", "paired_tests"):
        monkeypatch.setattr(f"stages.metrics.{module}._DRAWS_AT_A_TIME", 37)
    assert (resampled_scores(statistics, f1_of, 250, 3) == whole).all()
    assert approximate_randomisation(*statistics, f1_of, 250, 3) == shuffled


@pytest.mark.parametrize(("low", "high", "expected"), [
    (0.01, 0.2, "helps"), (-0.2, -0.01, "hurts"), (-0.1, 0.1, "cannot_tell"), (0.0, 0.1, "cannot_tell")])
def test_verdict(low: float, high: float, expected: str) -> None:
    found = Difference(low=low, high=high, difference=(low + high) / 2, p_value=0.5, detectable=0.1, recipe=True)
    assert verdict(found) == expected


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


def wrong(found: Iterable[Difference]) -> float:
    """Share of differences with a verdict."""
    return float(np.mean([verdict(one) != "cannot_tell" for one in found]))


# One verdict in 20 is wrong where there is nothing to find. Over 400 trials 7.2 % are two standard errors more.
TRIALS, MOST_WRONG = 400, 0.05 + 2 * (0.05 * 0.95 / 400) ** 0.5


def test_shuffled_labels_find_nothing() -> None:
    # Two models' predictions stay as they are, good and bad; gold is shuffled, so neither can be better.
    found = []
    for trial in range(TRIALS):
        generator = np.random.default_rng([11, trial])
        gold = generator.integers(0, 2, 500)
        arms = [np.where(generator.random((2, 500)) < skill, gold, 1 - gold) for skill in (0.9, 0.6)]
        if trial < 20:
            assert verdict(compare(*(accuracy_statistics(arm == gold) for arm in arms), accuracy_of)) == "helps"
        generator.shuffle(gold)
        found.append(compare(*(accuracy_statistics(arm == gold) for arm in arms), accuracy_of))
    assert wrong(found) <= MOST_WRONG


def test_shuffled_gold_entities_find_nothing() -> None:
    found = []
    for trial in range(TRIALS):
        generator = np.random.default_rng([14, trial])
        gold = generator.integers(0, 4, 200)
        predicted = generator.integers(0, 4, (4, 200))
        right = np.minimum(generator.binomial(predicted, 0.2), gold)  # by chance, the same in both arms
        statistics = np.stack([right, predicted, np.broadcast_to(gold, right.shape)], axis=-1).astype(np.float64)
        found.append(compare(statistics[:2], statistics[2:], f1_of))
    assert wrong(found) <= MOST_WRONG


@pytest.mark.parametrize("study", [
    Study(3, 200, (0.02, 0.02)), Study(5, 500, (0.02, 0.02), groups=True), Study(5, 200, (0.02, 0.02), fails=1 / 3)],
    ids=str)
def test_intervals_of_differences_cover_the_truth(study: Study) -> None:
    found = outcomes(study, TRIALS, 0.0, {"new": new})["new"]
    # 400 trials show a rate of 95 % within 2.2 points.
    assert np.mean([one.low <= 0 <= one.high for one in found]) >= 0.925
    assert np.mean([one.beyond[1] for one in found]) <= 0.03  # a family of four may be wrong in 5 %


def test_groups_that_are_not_known_of_make_the_interval_too_narrow() -> None:
    study = Study(10, 1000, (0.002, 0.002), groups=True)
    samples = [draw(study, np.random.default_rng([1, trial])) for trial in range(150)]
    covered = [[(found := compare(*(grouped(arm, groups) for arm in sample.arms), accuracy_of)).low <= 0 <= found.high
                for sample in samples for groups in [sample.groups if known else None]] for known in (True, False)]
    assert np.mean(covered[0]) >= 0.92
    assert np.mean(covered[1]) < 0.9


@pytest.mark.parametrize(("rate", "rows"), [(0.7, 600), (0.9, 600), (0.95, 2000)])
def test_intervals_of_scores_cover_the_truth(rate: float, rows: int) -> None:
    generator = np.random.default_rng(13)
    found = 0
    for _ in range(1000):
        interval = score_interval(accuracy_statistics(generator.random(rows) < rate), accuracy_of)
        found += interval.low <= rate <= interval.high
    assert 0.93 <= found / 1000 <= 0.97
