"""Metrics and baselines against hand-computed values and against scikit-learn and seqeval."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics import classification_report as seqeval_report
from seqeval.metrics import f1_score as seqeval_f1
from seqeval.metrics import precision_score as seqeval_precision
from seqeval.metrics import recall_score as seqeval_recall
from seqeval.scheme import IOB2
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    brier_score_loss,
    confusion_matrix,
    f1_score,
    log_loss,
    matthews_corrcoef,
    precision_recall_fscore_support,
)

from stages.baseline import predict_baselines
from stages.common.files import read_json, read_json_lines, write_json_lines
from stages.doctoring.conlleval import conlleval_f1
from stages.encoding.running_text import running_row, running_text, running_words
from stages.metrics.baselines import majority, most_frequent_tag, tfidf_logistic_regression
from stages.metrics.calibration import (
    brier_score,
    expected_calibration_error,
    fitted_temperature,
    probabilities,
    reliability,
)
from stages.metrics.chance import chance_level
from stages.metrics.classification import classification_metrics, confusion, per_class
from stages.metrics.delivered import delivered_score
from stages.metrics.entities import entities, entity_counts, entity_score
from stages.metrics.entity_details import ERRORS, inflated_accuracy, strict_entities
from stages.metrics.scoring import mean_cross_entropy, score
from stages.metrics.task_scores import Labels, probability_scores, scores
from stages.results.metrics import CARD, METRICS, SPLITS, TEST, shown
from stages.results.prepared import Row, Task
from stages.settings.train_rows import TrainRows
from tests.tiny import TEXT_TASK, WORD_TASK, write_prepared

WORDS = Task("words", ("LOC", "PER"), ("O", "B-LOC", "I-LOC", "B-PER", "I-PER"), "entity_f1")
TEXTS = Task("single", ("negative", "positive"), ("negative", "positive"), "accuracy")


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


TAGS = st.sampled_from(WORDS.tags)
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
    assert conlleval_f1(gold, guess) == pytest.approx(scored.f1)  # the doctor's own, which shares no code with it


@pytest.mark.parametrize(("gold", "guess", "f1"), [
    ("B-PER I-PER O", "B-PER O O", 0.0),  # its end is wrong
    ("B-PER I-PER O", "I-PER I-PER O", 1.0),  # a tag that continues no entity begins one
    ("B-PER B-PER", "B-PER I-PER", 0.0),
    ("B-PER I-LOC", "B-PER O", 2 / 3),  # another type is another entity
    ("O O", "O O", 0.0)])
def test_entity_f1_of_the_doctor_by_hand(gold: str, guess: str, f1: float) -> None:
    assert conlleval_f1([gold.split()], [guess.split()]) == pytest.approx(f1)


def tags_of(*sentences: str) -> Labels:
    """Labels of sentences of tags separated by spaces."""
    return Labels.named([sentence.split() for sentence in sentences], WORDS)


def test_all_o_is_flattering_only_by_token() -> None:
    found = scores(tags_of("O " * 9 + "B-PER"), tags_of("O " * 10), WORDS).metrics
    assert found == {"entity_f1": 0.0, "entity_precision": 0.0, "entity_recall": 0.0, "entity_macro_f1": 0.0,
                     "strict_entity_f1": 0.0, "token_accuracy": 0.9, "token_accuracy_without_o": 0.0, "token_mcc": 0.0}


def test_strict_and_per_type_scores_by_hand() -> None:
    gold, guess = tags_of("B-PER I-PER O B-LOC", "B-LOC O"), tags_of("I-PER I-PER O B-LOC", "O B-LOC")
    found = scores(gold, guess, WORDS)
    # Forgiving: PER and one LOC of two are right, one LOC is wrong. Strictly, the guessed PER begins nowhere.
    assert found.metrics["entity_f1"] == pytest.approx(2 * 2 / (3 + 3))
    assert found.metrics["strict_entity_f1"] == pytest.approx(2 * 1 / (2 + 3))
    assert found.metrics["entity_macro_f1"] == pytest.approx((1 / 2 + 1) / 2)
    assert found.metrics["token_accuracy"] == pytest.approx(3 / 6)
    assert found.metrics["token_accuracy_without_o"] == pytest.approx(2 / 4)
    assert found.details["per_class"] == {
        "LOC": {"precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 2},
        "PER": {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 1}}
    assert set(found.details) == {"per_class", "errors"}


@pytest.mark.parametrize(("gold", "guess", "expected"), [
    ("B-PER I-PER O", "B-PER I-PER O", {}),
    ("B-PER I-PER O", "B-LOC I-LOC O", {"type": 1}),
    ("B-PER I-PER O", "B-PER O O", {"boundary": 1}),
    ("B-PER I-PER O", "B-PER B-PER O", {"boundary": 2}),
    ("B-PER I-PER O", "B-LOC O O", {"type_and_boundary": 1}),
    ("B-PER I-PER O", "O O B-LOC", {"spurious": 1, "missed": 1}),
    ("B-PER I-PER O", "O O O", {"missed": 1}),
    ("B-LOC B-PER", "B-PER I-PER", {"boundary": 1}),  # overlaps both; the milder error counts
    ("B-PER O B-LOC", "B-PER I-PER I-PER", {"boundary": 1}),  # nothing is missed: the prediction touches both
])
def test_kinds_of_entity_errors(gold: str, guess: str, expected: dict) -> None:
    nothing = dict.fromkeys(ERRORS, 0)
    assert scores(tags_of(gold), tags_of(guess), WORDS).details["errors"] == nothing | expected


def test_both_schemes_of_gold_tags_give_the_same_entities() -> None:
    # IOB1 writes B- only where two entities of one type touch; IOB2 at every beginning.
    first = "I-PER I-PER O I-LOC B-LOC I-PER".split()
    second = "B-PER I-PER O B-LOC B-LOC B-PER".split()
    assert entities(first) == entities(second) == strict_entities(second)
    assert strict_entities(first) == {(4, 5, "LOC")}


@given(SENTENCES)
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")
def test_strict_scores_and_types_agree_with_seqeval(sentences: list) -> None:
    gold = [[pair[0] for pair in sentence] for sentence in sentences]
    guess = [[pair[1] for pair in sentence] for sentence in sentences]
    found = scores(tags_of(*map(" ".join, gold)), tags_of(*map(" ".join, guess)), WORDS)
    assert found.metrics["strict_entity_f1"] == pytest.approx(
        seqeval_f1(gold, guess, mode="strict", scheme=IOB2, zero_division=0))
    there = {entity[2] for sentence in gold + guess for entity in entities(sentence)}
    expected = seqeval_report(gold, guess, output_dict=True, zero_division=0)
    for kind in there:
        values = found.details["per_class"][kind]
        assert values["support"] == expected[kind]["support"]
        for name, theirs in (("precision", "precision"), ("recall", "recall"), ("f1", "f1-score")):
            assert values[name] == pytest.approx(float(expected[kind][theirs]))


@given(SENTENCES)
def test_every_prediction_is_right_or_one_kind_of_error(sentences: list) -> None:
    gold = [" ".join(pair[0] for pair in sentence) for sentence in sentences]
    guess = [" ".join(pair[1] for pair in sentence) for sentence in sentences]
    found = scores(tags_of(*gold), tags_of(*guess), WORDS)
    right, predicted, truths = found.statistics.sum(axis=0)
    wrong = dict(found.details["errors"])
    missed = wrong.pop("missed")
    assert right + sum(wrong.values()) == predicted
    assert missed <= truths - right


def test_padding_inflates_the_accuracy_of_words() -> None:
    # 10 inputs padded to 32 make 320 positions, 80 of them tokens; one word in ten is wrong, so 8 of 320 are.
    assert inflated_accuracy(0.9, 80, 320) == pytest.approx(1 - 8 / 320)
    assert inflated_accuracy(0.9, 80, 60) == 0.9  # sentences that were split into several inputs


def texts_of(*names: str) -> Labels:
    return Labels.named(names, TEXTS)


def test_labels_by_hand() -> None:
    assert texts_of("positive", "negative").ids.tolist() == [1, 0]
    found = tags_of("O B-PER", "I-LOC")
    assert (found.ids.tolist(), found.ends.tolist()) == ([0, 3, 2], [2, 3])


def test_text_metrics_by_hand() -> None:
    found = scores(texts_of("negative", "negative", "positive", "positive"),
                   texts_of("negative", "positive", "positive", "positive"), TEXTS)
    # F1 of negative: 2*1/(1+2); of positive: 2*2/(3+2). Matthews: (1*2 - 0*1) / sqrt(1*3*2*2), of 2 true positives.
    macro = pytest.approx((2 / 3 + 4 / 5) / 2)
    assert found.metrics == {
        "accuracy": 0.75, "error_rate": 0.25, "macro_f1": macro, "micro_f1": 0.75, "weighted_f1": macro,
        "balanced_accuracy": 0.75, "mcc": pytest.approx(2 / 12**0.5)}
    assert found.details["per_class"] == {
        "negative": {"precision": 1.0, "recall": 0.5, "f1": pytest.approx(2 / 3), "support": 2},
        "positive": {"precision": pytest.approx(2 / 3), "recall": 1.0, "f1": 0.8, "support": 2}}
    assert found.details["confusion"] == {"counts": [[1, 1], [0, 2]]}


def test_macro_f1_counts_a_class_that_nobody_predicts() -> None:
    found = scores(texts_of("negative", "positive"), texts_of("positive", "positive"), TEXTS)
    assert found.metrics["macro_f1"] == pytest.approx((0 + 2 / 3) / 2)


def test_a_class_without_rows_weighs_in_macro_f1_but_not_in_balanced_accuracy() -> None:
    found = scores(texts_of("negative", "negative"), texts_of("negative", "negative"), TEXTS)
    assert (found.metrics["macro_f1"], found.metrics["balanced_accuracy"], found.metrics["mcc"]) == (0.5, 1.0, 0.0)
    assert found.details["confusion"] == {"counts": [[2, 0], [0, 0]]}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40))
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_text_metrics_agree_with_scikit_learn(rows: list) -> None:
    gold, guess = (np.array(column) for column in zip(*rows, strict=True))
    counts = confusion(gold, guess, 4)
    assert counts.tolist() == confusion_matrix(gold, guess, labels=range(4)).tolist()
    assert classification_metrics(counts) == {
        "accuracy": pytest.approx(accuracy_score(gold, guess)),
        "error_rate": pytest.approx(1 - accuracy_score(gold, guess)),
        "balanced_accuracy": pytest.approx(balanced_accuracy_score(gold, guess)),
        "mcc": pytest.approx(matthews_corrcoef(gold, guess))} | {
        f"{average}_f1": pytest.approx(f1_score(gold, guess, labels=range(4), average=average, zero_division=0))
        for average in ("macro", "micro", "weighted")}
    expected = np.array(precision_recall_fscore_support(gold, guess, labels=range(4), zero_division=0)).T
    found = [list(values.values()) for values in per_class(counts, list("abcd")).values()]
    assert found == [pytest.approx(row) for row in expected.tolist()]


def test_reliability_and_calibration_error_by_hand() -> None:
    chances = np.array([[0.5, 0.5], [0.6, 0.4], [0.35, 0.65], [0.0, 1.0]])
    curve = reliability(chances, np.array([0, 1, 1, 1]))
    # 0.5 is in the bin up to 8/15; 0.6 is the upper end of the ninth bin and in it; 0.65 in the tenth; 1 in the last.
    assert curve["rows"] == [0] * 7 + [1, 1, 1, 0, 0, 0, 0, 1]
    assert [curve["confidence"][place] for place in (7, 8, 9, 14)] == pytest.approx([0.5, 0.6, 0.65, 1.0])
    assert [curve["accuracy"][place] for place in (7, 8, 9, 14)] == [1.0, 0.0, 1.0, 1.0]
    assert expected_calibration_error(curve) == pytest.approx((0.5 + 0.6 + 0.35 + 0) / 4)


def test_brier_score_by_hand() -> None:
    # (0.3^2 + 0.3^2 + 0^2) and a certain error, 1^2 + 1^2.
    assert brier_score(np.array([[0.7, 0.3, 0.0], [0.0, 1.0, 0.0]]), np.array([0, 2])) == pytest.approx((0.18 + 2) / 2)


LOGITS = st.lists(st.floats(-8, 8), min_size=3, max_size=3)


@given(st.lists(st.tuples(LOGITS, st.integers(0, 2)), min_size=1, max_size=9))
def test_scores_of_probabilities_agree_with_scikit_learn(rows: list) -> None:
    logits = np.array([row for row, _ in rows], dtype=np.float32)
    gold = np.array([label for _, label in rows])
    found = probability_scores(logits, gold)
    chances = probabilities(logits)
    assert found.metrics["loss"] == pytest.approx(log_loss(gold, chances, labels=[0, 1, 2]), abs=1e-6)
    assert found.metrics["brier_score"] == pytest.approx(
        brier_score_loss(gold, chances, labels=[0, 1, 2], scale_by_half=False))
    assert 0 <= found.metrics["calibration_error"] <= 1
    assert sum(found.details["reliability"]["rows"]) == len(rows)
    assert mean_cross_entropy(list(logits), list(gold)) == pytest.approx(found.metrics["loss"])


def test_temperature_by_hand() -> None:
    # Logits 3 apart are right in 3 of 4 rows: the best probability is 3/4, of odds 3, so that 3 / T = log 3.
    logits = np.array([[3.0, 0.0]] * 4, dtype=np.float32)
    assert fitted_temperature(logits, np.array([0, 0, 0, 1])) == pytest.approx(3 / np.log(3))


@given(st.lists(st.tuples(LOGITS, st.integers(0, 2)), min_size=1, max_size=9))
def test_no_temperature_has_a_lower_loss_than_the_fitted_one(rows: list) -> None:
    logits, gold = np.array([row for row, _ in rows]), np.array([label for _, label in rows])

    def loss(temperature: float) -> float:
        return mean_cross_entropy([logits / temperature], [gold])

    fitted = fitted_temperature(logits, gold)
    losses = [loss(temperature) for temperature in np.geomspace(0.01, 100, 33)]
    if fitted is None:  # the least is at an end
        assert min(losses[0], losses[-1]) <= min(losses) + 1e-9
    else:
        assert loss(fitted) <= min(losses) + 1e-9


@pytest.mark.parametrize(("logits", "gold"), [
    ([[2.0, 1.0], [0.0, 0.1]], [0, 1]), ([[2.0, 1.0], [0.0, 0.1]], [1, 0]), ([[0.3, 0.3], [1.0, 1.0]], [0, 1]),
    ([[1.0], [2.0]], [0, 0]), ([[np.nan, 0.0]], [0])], ids=["separated", "all wrong", "constant", "one class", "nan"])
def test_without_a_least_loss_there_is_no_temperature(logits: list, gold: list) -> None:
    assert fitted_temperature(np.array(logits), np.array(gold)) is None


def test_training_score_of_words_counts_words_once() -> None:
    logits = [np.array([[9.0, 0, 0, 0, 0], [0, 9.0, 0, 0, 0]]), np.array([[9.0, 0, 0, 0, 0]])]
    gold = [np.array([0, 1]), np.array([3])]
    assert score(logits, gold, WORDS)["entity_f1"] == pytest.approx(2 / 3)


BETTER_BELOW = {"loss", "error_rate", "brier_score", "calibration_error"}
RANGES = {"loss": (0.0, np.inf), "brier_score": (0.0, 2.0), "mcc": (-1.0, 1.0), "token_mcc": (-1.0, 1.0)}


@pytest.mark.parametrize(("gold", "task", "perfect"), [
    (texts_of("negative", "positive"), TEXTS, ["accuracy", "macro_f1"]),
    (tags_of("B-PER O", "O B-LOC"), WORDS, ["entity_f1", "entity_precision", "entity_recall"])])
def test_the_table_has_every_metric_with_its_better_end(gold: Labels, task: Task, perfect: list[str]) -> None:
    """Of a perfect prediction every metric is at its better end, and of the worst one within its range."""
    logits = 100 * np.eye(len(task.tags))[gold.ids]
    best, worst = (scores(gold, gold.predicted(each), task).metrics | probability_scores(each, gold.ids).metrics
                   for each in (logits, -logits))
    for name, value in best.items():
        least, most = RANGES.get(name, (0.0, 1.0))
        assert name in METRICS
        assert value == pytest.approx(least if name in BETTER_BELOW else most), name
        assert least <= worst[name] <= most, name
    assert shown(CARD, best) == [*perfect, "calibration_error"]
    assert not set(shown(SPLITS, best)) & set(shown(TEST, best))


def test_majority_is_the_chance_level_of_these_very_rows() -> None:
    rows = [Row("", label=label) for label in "bacbb"]
    assert majority(rows) == ["b"] * 5
    assert chance_level(row.label for row in rows) == 0.6
    assert majority(rows[:2]) == ["a", "a"]  # a tie goes by the alphabet


def test_most_frequent_tag_by_hand() -> None:
    train = [Row("", words=("Paris", "won"), tags=("B-LOC", "O")),
             Row("", words=("Paris", "Paris"), tags=("B-PER", "B-PER"))]
    assert most_frequent_tag(train, [Row("", words=("Paris", "lost"))]) == [["B-PER", "O"]]


def test_tfidf_learns_a_word_and_reads_the_second_text() -> None:
    train = [Row("", text="x", text_pair=f"{word} day", label=label)
             for word, label in (("good", "positive"), ("bad", "negative")) for _ in range(5)]
    rows = [Row("", text="x", text_pair="good"), Row("", text="x", text_pair="bad")]
    assert tfidf_logistic_regression(train, rows, "en") == ["positive", "negative"]


@pytest.mark.parametrize(("language", "good", "bad"), [
    ("zh", "这部电影很好看", "这部电影很难看"), ("ja", "この映画は面白い", "この映画は退屈だ"),
    ("th", "หนังสนุกมาก", "หนังน่าเบื่อ")])
def test_tfidf_reads_languages_without_spaces(language: str, good: str, bad: str) -> None:
    train = [Row(f"train:{n}", text=f"{n}{text}{n}", label=label) for n in range(4) for text, label in (
        (good, "positive"), (bad, "negative"))]
    rows = [Row("test:0", text=f"我说{good}吧"), Row("test:1", text=f"我说{bad}吧")]
    assert tfidf_logistic_regression(train, rows, language) == ["positive", "negative"]


def test_tfidf_of_one_class_predicts_it() -> None:
    assert tfidf_logistic_regression([Row("", text="a", label="x")] * 3, [Row("", text="b")], "en") == ["x"]


def test_tfidf_of_texts_without_a_word_predicts_the_most_frequent_label() -> None:
    train = [Row("", text="!", label="x"), Row("", text="?", label="y"), Row("", label="y")]
    assert tfidf_logistic_regression(train, [Row("", text="a word")], "en") == ["y"]


def test_tfidf_reads_characters_of_korean() -> None:
    train = [Row("", text=f"영화가 {word}", label=label)
             for word, label in (("재미있다", "positive"), ("지루하다", "negative")) for _ in range(5)]
    rows = [Row("", text="재미있네"), Row("", text="지루했어")]
    assert tfidf_logistic_regression(train, rows, "ko") == ["positive", "negative"]


def test_hypothesis_only_reads_the_second_text_alone() -> None:
    train = [Row("", text=first, text_pair=f"{word} day", label=label) for first in ("good", "bad")
             for word, label in (("good", "positive"), ("bad", "negative")) for _ in range(5)]
    rows = [Row("", text="bad bad bad", text_pair="good"), Row("", text="good good good", text_pair="bad")]
    assert tfidf_logistic_regression(train, rows, "en", ("text_pair",)) == ["positive", "negative"]


@pytest.mark.parametrize(("kind", "names"), [
    ("single", ["majority", "tfidf_logistic_regression"]),
    ("pair", ["majority", "tfidf_logistic_regression", "hypothesis_only"]), ("words", ["most_frequent_tag"])])
def test_baselines_of_each_kind_of_task(tmp_path: Path, kind: str, names: list) -> None:
    prepared = tmp_path / "prepared"
    write_prepared(prepared, (WORD_TASK if kind == "words" else TEXT_TASK) | {"kind": kind})
    if kind == "pair":
        for split in ("train", "test"):
            rows = list(read_json_lines(prepared / f"{split}.jsonl"))
            write_json_lines(prepared / f"{split}.jsonl", (row | {"text_pair": row["text"]} for row in rows))
    predict_baselines(prepared, tmp_path / "out.json", {0: TrainRows(20)})
    written = read_json(tmp_path / "out.json")
    assert written["train_rows"] == 20
    assert {name: len(labels) for name, labels in written["test"].items()} == dict.fromkeys(names, 12)


def test_running_text_counts_characters_not_words() -> None:
    words = ["Ann", "'s", "U.S.", "team", "(", "Inc", ")", "."]
    row = Row("test:0", words=tuple(words), tags=("B-PER", "O", "B-LOC", "O", "O", "B-ORG", "O", "O"))
    text, _ = running_text(words)
    assert text == "Ann's U.S. team (Inc)."
    assert list(running_row(row).words) == running_words(words) == words
    # Right, right, of another type; the full stop of "Inc." joins a word that is thereby another one.
    assert delivered_score([row], [["B-PER", "O", "B-LOC", "O", "O", "B-PER", "O", "O"]]).f1 == pytest.approx(4 / 6)
    glued = Row("test:1", words=("Corel", "Inc", "."), tags=("B-ORG", "I-ORG", "O"))
    assert running_words(glued.words) == ["Corel", "Inc."]
    assert delivered_score([glued], [["B-ORG", "I-ORG"]]).f1 == 0
