"""Metrics, intervals and baselines against hand-computed values and against scikit-learn and seqeval."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics import f1_score as seqeval_f1
from seqeval.metrics import precision_score as seqeval_precision
from seqeval.metrics import recall_score as seqeval_recall
from sklearn.metrics import log_loss

from stages.metrics.baselines import majority, most_frequent_tag, tfidf_logistic_regression
from stages.metrics.bootstrap import Interval, accuracy_of, difference_interval, f1_of, score_interval
from stages.metrics.entities import entities, entity_counts, entity_score
from stages.metrics.evaluation import verdict
from stages.metrics.task_scores import metrics, scorer, statistics
from stages.training.scoring import mean_cross_entropy, score

WORDS = {"kind": "words", "metric": "entity_f1", "labels": ["LOC", "PER"],
         "tags": ["O", "B-LOC", "I-LOC", "B-PER", "I-PER"]}
TEXTS = {"kind": "single", "metric": "accuracy", "labels": ["negative", "positive"], "tags": ["negative", "positive"]}


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("O O", set()),
        ("B-PER I-PER O B-LOC", {(0, 2, "PER"), (3, 4, "LOC")}),
        ("B-PER B-PER", {(0, 1, "PER"), (1, 2, "PER")}),
        ("I-PER I-PER", {(0, 2, "PER")}),  # conlleval: an I- that continues nothing begins an entity
        ("O I-LOC I-PER", {(1, 2, "LOC"), (2, 3, "PER")}),
        ("B-LOC I-PER", {(0, 1, "LOC"), (1, 2, "PER")}),
        ("", set()),
    ],
)
def test_entities_by_conlleval_rules(tags: str, expected: set) -> None:
    assert entities(tags.split()) == expected


def test_entity_f1_by_hand() -> None:
    gold = [["B-PER", "I-PER", "O", "B-LOC"], ["O", "B-LOC"]]
    # Right: LOC of the first sentence. Wrong: PER cut short, and a second sentence without its entity.
    guess = [["B-PER", "O", "O", "B-LOC"], ["O", "O"]]
    counts = entity_counts(gold, guess)
    assert counts.tolist() == [[1, 2, 2], [0, 0, 1]]
    scored = entity_score(counts)
    assert (scored.precision, scored.recall, scored.f1) == (1 / 2, 1 / 3, 2 / 5)


def test_nothing_found_scores_zero_and_does_not_divide_by_it() -> None:
    assert entity_score(entity_counts([["O"]], [["O"]])).f1 == 0.0


TAGS = st.sampled_from(WORDS["tags"])
SENTENCES = st.lists(st.lists(st.tuples(TAGS, TAGS), min_size=1, max_size=9), min_size=1, max_size=5)


@settings(deadline=None)
@given(SENTENCES)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_entity_scores_agree_with_seqeval(sentences: list) -> None:
    gold = [[pair[0] for pair in sentence] for sentence in sentences]
    guess = [[pair[1] for pair in sentence] for sentence in sentences]
    scored = entity_score(entity_counts(gold, guess))
    assert scored.f1 == pytest.approx(seqeval_f1(gold, guess, zero_division=0))
    assert scored.precision == pytest.approx(seqeval_precision(gold, guess, zero_division=0))
    assert scored.recall == pytest.approx(seqeval_recall(gold, guess, zero_division=0))


def test_all_o_is_flattering_only_by_token() -> None:
    gold = [["O"] * 9 + ["B-PER"]]
    assert metrics(gold, [["O"] * 10], WORDS) == {
        "entity_f1": 0.0, "entity_precision": 0.0, "entity_recall": 0.0, "token_accuracy": 0.9}


def test_text_metrics_by_hand() -> None:
    gold, guess = ["negative", "negative", "positive", "positive"], ["negative", "positive", "positive", "positive"]
    # F1 of negative: 2*1/(1+2); of positive: 2*2/(3+2).
    assert metrics(gold, guess, TEXTS) == {"accuracy": 0.75, "macro_f1": pytest.approx((2 / 3 + 4 / 5) / 2)}


def test_macro_f1_counts_a_class_that_nobody_predicts() -> None:
    assert metrics(["negative", "positive"], ["positive"] * 2, TEXTS)["macro_f1"] == pytest.approx((0 + 2 / 3) / 2)


LOGITS = st.lists(st.floats(-8, 8), min_size=3, max_size=3)


@given(st.lists(st.tuples(LOGITS, st.integers(0, 2)), min_size=1, max_size=9))
def test_cross_entropy_agrees_with_scikit_learn(rows: list) -> None:
    logits = [np.array(row, dtype=np.float32) for row, _ in rows]
    gold = [np.int64(label) for _, label in rows]
    shifted = np.exp([row.astype(np.float64) - row.max() for row in logits])
    expected = log_loss([int(label) for label in gold], shifted / shifted.sum(axis=1, keepdims=True), labels=[0, 1, 2])
    assert mean_cross_entropy(logits, gold) == pytest.approx(expected, abs=1e-6)


def test_training_score_of_words_counts_words_once() -> None:
    logits = [np.array([[9.0, 0, 0, 0, 0], [0, 9.0, 0, 0, 0]]), np.array([[9.0, 0, 0, 0, 0]])]
    gold = [np.array([0, 1]), np.array([3])]
    assert score(logits, gold, WORDS)["entity_f1"] == pytest.approx(2 / 3)


def test_scorers_by_hand() -> None:
    assert accuracy_of(np.array([[3.0, 4.0]])).tolist() == [0.75]
    assert f1_of(np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]])).tolist() == [0.4, 0.0]


def accuracy_statistics(right: np.ndarray) -> np.ndarray:
    return np.stack([right, np.ones_like(right)], axis=-1).astype(np.float64)


def test_interval_is_the_binomial_one() -> None:
    right = np.arange(400) < 300
    interval = score_interval(accuracy_statistics(right), accuracy_of, 4000, 1)
    # Normal approximation: 0.75 +- 1.96 * sqrt(0.75 * 0.25 / 400).
    assert interval.low == pytest.approx(0.75 - 0.0424, abs=0.005)
    assert interval.high == pytest.approx(0.75 + 0.0424, abs=0.005)


def test_identical_arms_differ_by_nothing() -> None:
    right = np.tile(np.arange(100) % 3 > 0, (2, 1))
    interval = difference_interval(
        accuracy_statistics(right), accuracy_statistics(right), accuracy_of, 300, 1)
    assert interval == Interval(0.0, 0.0)
    assert verdict(interval) == "cannot_tell"


def test_difference_pairs_examples() -> None:
    second = np.arange(200) % 2 == 0
    first = second.copy()
    first[1] = True  # better on one example and equal on all others: never below zero
    interval = difference_interval(
        accuracy_statistics(first[None]), accuracy_statistics(second[None]), accuracy_of, 1000, 1)
    # One of 200 differs: 0.005 with a standard error of about 0.005.
    assert (interval.low + interval.high) / 2 == pytest.approx(0.005)
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * 0.005, rel=0.15)


def test_difference_knows_the_spread_of_seeds() -> None:
    rows = np.arange(1000)
    unstable = accuracy_statistics(np.stack([rows < 900, rows < 500]))
    steady = accuracy_statistics(np.stack([rows < 650, rows < 650]))
    interval = difference_interval(unstable, steady, accuracy_of, 2000, 1)
    assert interval.low < 0 < interval.high  # 0.70 against 0.65, but one of two seeds failed
    assert verdict(interval) == "cannot_tell"


def test_two_seeds_seldom_find_a_difference_that_is_not_there() -> None:
    generator = np.random.default_rng(7)
    found = 0
    for trial in range(300):
        arms = [np.stack([generator.random(400) < generator.normal(0.7, 0.03) for _ in range(2)]) for _ in range(2)]
        first, second = (accuracy_statistics(arm) for arm in arms)
        found += verdict(difference_interval(first, second, accuracy_of, 100, trial)) != "cannot_tell"
    assert found <= 300 * 0.07  # at most 5 % are wanted; 7 % is two standard errors more


def test_student_s_interval_by_hand_where_examples_do_not_vary() -> None:
    # One example a score of its own: means 0.8 and 0.6, variances 0.02 each, so the standard error is sqrt(0.02).
    first, second = (np.array([[[score, 1.0]], [[score + 0.2, 1.0]]]) for score in (0.7, 0.5))
    interval = difference_interval(first, second, accuracy_of, 100, 1)
    assert interval.low == pytest.approx(0.2 - 4.302653 * 0.02**0.5)
    assert interval.high == pytest.approx(0.2 + 4.302653 * 0.02**0.5)


def test_draws_do_not_depend_on_the_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    statistics_ = accuracy_statistics(np.arange(50) % 4 > 0)
    whole = score_interval(statistics_, accuracy_of, 250, 3)
    monkeypatch.setattr("stages.metrics.bootstrap._RESAMPLES_AT_A_TIME", 7)
    assert score_interval(statistics_, accuracy_of, 250, 3) == whole


@pytest.mark.parametrize(("low", "high", "expected"), [
    (0.01, 0.2, "helps"), (-0.2, -0.01, "hurts"), (-0.1, 0.1, "cannot_tell"), (0.0, 0.1, "cannot_tell")])
def test_verdict(low: float, high: float, expected: str) -> None:
    assert verdict(Interval(low, high)) == expected


def test_statistics_sum_to_the_headline() -> None:
    gold, guess = [["B-PER", "O"], ["O", "B-LOC"]], [["B-PER", "O"], ["B-LOC", "O"]]
    headline = scorer(WORDS)(statistics(gold, guess, WORDS).sum(axis=0))
    assert headline == pytest.approx(metrics(gold, guess, WORDS)["entity_f1"])


def test_majority_breaks_ties_by_the_alphabet() -> None:
    train = [{"label": "b"}, {"label": "a"}]
    assert majority(train, [{}, {}]) == ["a", "a"]


def test_most_frequent_tag_by_hand() -> None:
    train = [{"words": ["Paris", "won"], "tags": ["B-LOC", "O"]},
             {"words": ["Paris", "Paris"], "tags": ["B-PER", "B-PER"]}]
    assert most_frequent_tag(train, [{"words": ["Paris", "lost"]}]) == [["B-PER", "O"]]


def test_tfidf_learns_a_word_and_reads_the_second_text() -> None:
    train = [{"text": "x", "text_pair": f"{word} day"} | {"label": label}
             for word, label in (("good", "positive"), ("bad", "negative")) for _ in range(5)]
    rows = [{"text": "x", "text_pair": "good"}, {"text": "x", "text_pair": "bad"}]
    assert tfidf_logistic_regression(train, rows, "en") == ["positive", "negative"]


def test_tfidf_of_one_class_predicts_it() -> None:
    assert tfidf_logistic_regression([{"text": "a", "label": "x"}] * 3, [{"text": "b"}], "en") == ["x"]


def test_tfidf_reads_characters_of_korean() -> None:
    train = [{"text": f"영화가 {word}", "label": label}
             for word, label in (("재미있다", "positive"), ("지루하다", "negative")) for _ in range(5)]
    rows = [{"text": "재미있네"}, {"text": "지루했어"}]
    assert tfidf_logistic_regression(train, rows, "ko") == ["positive", "negative"]
