"""Every check of the doctor fires on its defect, stays silent below its threshold, and on what is healthy."""

import copy
import inspect
import json
import re
from collections.abc import Callable
from dataclasses import asdict, replace
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer, models

from stages import doctor
from stages.common.files import sha256, write_json
from stages.doctoring import (
    adapting,
    arms,
    data,
    distilling,
    labels,
    leakage,
    prompts,
    results,
    surface,
    tags,
    text_damage,
    tokens,
    training,
)
from stages.doctoring.checks import CHECKS, diagnose
from stages.doctoring.consolidating import consolidated
from stages.doctoring.evidence import CheckpointConfig, Evidence, _sentence_pieces
from stages.results.cards import AdaptationCard
from stages.results.findings import SEVERITIES, Finding
from stages.results.histories import Evaluation, Step
from stages.results.prepared import Row
from stages.results.task_metrics import Difference
from stages.wording.catalogue import render
from stages.wording.message import message
from tests.arm_lists import NO_FURTHER_ARMS
from tests.healthy import (
    LABELS,
    _mostly_right,
    card,
    compared,
    healthy,
    history,
    predicting,
    with_failures,
    with_history,
    with_metrics,
    with_rows,
)

HEALTHY = {False: healthy(), True: healthy(words=True)}
Plant = Callable[[], Evidence]
TEXTS = HEALTHY[False]
WORDS = HEALTHY[True]


def found(evidence: Evidence) -> set[str]:
    return {finding.name for finding in diagnose(evidence)}


@pytest.mark.parametrize("words", [False, True], ids=["texts", "words"])
def test_the_healthy_get_nothing_but_notes(words: bool) -> None:
    assert [finding for finding in diagnose(HEALTHY[words]) if finding.severity != "note"] == []


# Data -----------------------------------------------------------------------------------------------------------------

def of_label(split: str, share_negative: float) -> Evidence:
    return with_rows(TEXTS, split, lambda place, row: replace(
        row, label=LABELS[place >= share_negative * len(TEXTS.rows[split])]))


def marked(word: str, share: float, split: str = "train") -> Evidence:
    """A word stands at the end of this share of the positive rows."""
    return with_rows(TEXTS, split, lambda place, row: replace(row, text=f"{row.text} {word}")
                     if place % 2 and place < share * len(TEXTS.rows[split]) else row)


def test_label_imbalance() -> None:
    assert not list(data.label_imbalance(of_label("test", 0.79)))
    assert [finding.about for finding in data.label_imbalance(of_label("test", 0.8))] == ["test"]
    without = with_rows(WORDS, "test", lambda place, row: replace(row, tags=("O",) * len(row.tags)))
    assert not list(data.label_imbalance(without))


def test_label_drift() -> None:
    assert not list(data.label_drift(of_label("test", 0.34)))
    assert [finding.name for finding in data.label_drift(of_label("test", 0.33))] == ["label_drift"]
    people = with_rows(WORDS, "test", lambda place, row: replace(
        row, tags=tuple(tag if "PER" in tag else "O" for tag in row.tags)))
    assert [finding.name for finding in data.label_drift(people)] == ["label_drift"]


def test_labels_of_an_even_draw_are_compared_as_they_are_in_the_corpus() -> None:
    """Even rows of a corpus with four in five of one label: test drifts from nothing, and lacks no rare one."""
    uneven = of_label("test", 0.2)
    assert [finding.name for finding in data.label_drift(uneven)] == ["label_drift"]
    corpus = card().model_copy(update={"labels": {"train": {"positive": 8000, "negative": 2000}}})
    assert not list(data.label_drift(replace(uneven, card=corpus)))
    missing = of_label("test", 0.0)
    assert [finding.severity for finding in labels.absent_label(missing)] == ["severe"]
    rare = card().model_copy(update={"labels": {"train": {"positive": 9990, "negative": 10}}})
    assert not list(labels.absent_label(replace(missing, card=rare)))


def test_length_drift_and_outliers() -> None:
    longer = with_rows(TEXTS, "test", lambda place, row: replace(row, text=row.text + " and so on and so forth"))
    assert [finding.name for finding in data.length_drift(longer)] == ["length_drift"]
    one = with_rows(TEXTS, "test", lambda place, row: replace(row, text=row.text * (1 if place else 40)))
    assert not list(data.length_drift(one))
    assert [finding.about for finding in data.length_outliers(one)] == ["test"]
    assert not list(data.length_outliers(longer))


def test_markup_in_text() -> None:
    assert [finding.about for finding in data.markup_in_text(marked("#39;s", 0.2))] == ["train"]
    assert [finding.about for finding in data.markup_in_text(marked("<b>so</b>", 0.2))] == ["train"]
    assert not list(data.markup_in_text(marked("a < b & #3", 1.0)))


def test_giveaway_words() -> None:
    for share, severity in ((0.1, []), (0.3, ["warning"]), (0.9, ["severe"])):
        assert [finding.severity for finding in data.giveaway_words(marked("[1]", share))] == severity
    both = with_rows(TEXTS, "train", lambda place, row: replace(row, text=f"{row.text} [1]"))
    assert not list(data.giveaway_words(both))
    rare = with_rows(both, "train", lambda place, row: replace(row, label=LABELS[place % 60 == 0]))
    assert not list(data.giveaway_words(rare))  # in 98.3 % of the rows that have it, and of all


def test_findings_come_in_one_order_whatever_python_draws() -> None:
    words = " ".join(map("sign{:02}".format, range(20)))
    found = [render(finding.evidence)[1:7] for finding in data.giveaway_words(marked(words, 0.5))]
    assert found == sorted(found)
    assert len(found) == 20


def test_small_test() -> None:
    for rows, names in ((99, ["small_test"]), (100, [])):
        small = replace(TEXTS, rows={**TEXTS.rows, "test": TEXTS.rows["test"][:rows]})
        assert [finding.name for finding in data.small_test(small)] == names
    texts = [row.text for row in TEXTS.rows["test"]]
    for different, told in ((99, ["the test set has 300 rows, but 99 different texts"]), (100, [])):
        copied = with_rows(TEXTS, "test", lambda place, row, different=different: replace(
            row, text=texts[place % different]))
        assert [render(finding.evidence) for finding in data.small_test(copied)] == told
    for groups, told in ((19, ["the test set has 300 rows in 19 groups, such as documents or premises"]), (20, [])):
        grouped = with_rows(TEXTS, "test", lambda place, row, groups=groups: replace(row, group=str(place % groups)))
        assert [render(finding.evidence) for finding in data.small_test(grouped)] == told
    for sentences, told in ((99, ["the test set has 99 sentences with an entity, of 300"]), (100, [])):
        sparse = with_rows(WORDS, "test", lambda place, row, sentences=sentences: replace(
            row, tags=("B-PER" if place < sentences else "O", *["O"] * (len(row.tags) - 1))))
        assert [render(finding.evidence) for finding in data.small_test(sparse)] == told


def validated_on(rows: list[Row], evidence: Evidence = TEXTS) -> Evidence:
    """The same with another validation set; runs are as right on test as before."""
    changed = replace(evidence, rows={**evidence.rows, "validation": rows})
    return with_failures(predicting(changed, lambda cell, row: _mostly_right(changed, cell, row)))


def test_small_validation() -> None:
    """A run that validation cannot judge is not called failed: the validation set is what is at fault."""
    rows = TEXTS.rows["validation"]
    for number, severity in ((99, ["warning"]), (100, [])):
        assert [finding.severity for finding in data.small_validation(validated_on(rows[:number]))] == severity
    one_label = validated_on([replace(row, label="positive") for row in rows])
    for unfit in (validated_on(rows[:1]), one_label):
        small, = data.small_validation(unfit)
        assert (small.severity, set(small.runs)) == ("severe", set(unfit.histories))
        assert not {"failed_arm", "failed_seed", "collapsed"} & found(unfit)
    assert render(small.sentence).startswith(
        "small validation (validation): all 200 validation rows have the label positive. Such a validation set cannot "
        "tell a run that failed from one that learned, and 4 of 4 runs count as failed by it. Remedy: ")


def test_a_validation_set_with_one_entity_that_a_run_misses() -> None:
    rows = [row if place == 0 else replace(row, tags=("O",) * len(row.tags))
            for place, row in enumerate(WORDS.rows["validation"])]
    changed = replace(WORDS, rows={**WORDS.rows, "validation": rows})
    missed = predicting(changed, lambda cell, row: ("O",) * len(row.tags)
                        if cell.endswith("2") and row.guid == "validation:0" else row.tags)
    small, = data.small_validation(missed)
    assert (small.severity, small.runs) == ("severe", ("pretrained-full-2", "scratch-2"))
    assert render(small.evidence) == "validation has 1 sentence with an entity, of 200"
    assert "failed_seed" not in found(missed)


def test_a_run_that_aborted_or_that_test_shows_at_chance_is_told_whatever_validation_has() -> None:
    small = validated_on(TEXTS.rows["validation"][:6])
    aborted = with_history(small, "scratch-2", history(outcome="loss not finite"))
    assert "scratch-2" in next(finding for finding in diagnose(aborted) if "failed" in finding.name).runs
    assert "small_validation" in found(aborted)
    constant = with_failures(predicting(small, lambda cell, row: "positive" if "scratch" in cell else row.label))
    assert {"small_validation", "one_class_predicted"} <= found(constant)


def test_no_entity() -> None:
    for split in ("validation", "test"):
        none = with_rows(WORDS, split, lambda place, row: replace(row, tags=("O",) * len(row.tags)))
        assert [(one.name, one.severity, one.about) for one in data.no_entity(none)] == [
            ("absent_label", "severe", split)]
        one = with_rows(WORDS, split, lambda place, row: replace(
            row, tags=("O" if place else "B-PER", *["O"] * (len(row.tags) - 1))))
        assert not list(data.no_entity(one))
    assert not list(data.no_entity(TEXTS))


def test_a_small_test_set_that_is_used_whole_is_not_told_to_take_more_of_it() -> None:
    small = replace(TEXTS, rows={**TEXTS.rows, "test": TEXTS.rows["test"][:50]}, card=card(test={"empty text": 3}))
    assert "test_size" not in render(next(data.small_test(small)).remedy)
    limited = replace(small, card=card(test={"beyond test_size": 250}))
    assert "test_size" in render(next(data.small_test(limited)).remedy)


# Tokens ---------------------------------------------------------------------------------------------------------------

def with_encoding(evidence: Evidence, **splits: dict[str, Any]) -> Evidence:
    """The same with other values in the card of encode."""
    card = evidence.encoding
    return replace(evidence, encoding=card.model_copy(update={"splits": card.splits | {
        split: card.splits[split].model_copy(update=values) for split, values in splits.items()}}))


def with_max_length(evidence: Evidence, most: int) -> Evidence:
    return replace(evidence, encoding=evidence.encoding.model_copy(update={"max_length": most}))


def encoded(split: str, **values: int) -> Evidence:
    return with_encoding(TEXTS, **{split: values})


def test_unknown_tokens() -> None:
    """Test has 3,600 tokens."""
    for unknown, severity in ((179, []), (180, ["warning"]), (360, ["severe"])):
        assert [finding.severity for finding in tokens.unknown_tokens(encoded("test", unknown_tokens=unknown))
                ] == severity
    assert [finding.name for finding in tokens.unknown_token_drift(encoded("test", unknown_tokens=36))] == [
        "unknown_token_drift"]
    assert not list(tokens.unknown_token_drift(encoded("test", unknown_tokens=35)))
    assert not list(tokens.unknown_token_drift(encoded("train", unknown_tokens=2000)))


def test_letters_for_tokens() -> None:
    characters = sum(len(row.text) for row in TEXTS.rows["test"])
    assert [finding.severity for finding in tokens.letters_for_tokens(
        encoded("test", tokens=characters + 2 * 300 + 1))] == ["severe"]
    assert not list(tokens.letters_for_tokens(encoded("test", tokens=characters + 2 * 300)))


def test_lost_hangul() -> None:
    assert [finding.name for finding in tokens.lost_hangul(replace(TEXTS, hangul_is_kept=False))] == ["lost_hangul"]
    assert not list(tokens.lost_hangul(TEXTS))


def cut(rows: int, most: int = 64, split: str = "test", **lengths: int) -> list[Finding]:
    known = {"50": 20, "90": 40, "99": 60, "100": 100} | lengths
    evidence = with_encoding(TEXTS, **{split: {"truncated_rows": rows, "lengths": known}})
    return list(tokens.truncated_rows(with_max_length(evidence, most)))


def test_truncated_rows() -> None:
    """How bad it is, goes by the tokens that are lost."""
    assert not cut(14, most=40)  # of 300
    assert [(finding.severity, finding.about) for finding in cut(15, most=40)] == [("note", "task")]
    assert [finding.severity for finding in cut(150, most=30)] == ["warning"]
    assert [finding.severity for finding in cut(150, most=20)] == ["severe"]


def test_a_share_of_lost_tokens_by_hand() -> None:
    """Lengths rise evenly from 10 to 20, and so from rank 0 to 1: of a mean of 15, 2.5 / 2 is above 15."""
    assert tokens._lost_share({"100": 20}, 15) == pytest.approx(1.25 / 15, abs=1e-3)
    assert tokens._lost_share({"50": 12, "90": 20, "99": 30, "100": 40}, 64) == 0


def test_rows_that_are_cut_in_three_splits_are_told_once() -> None:
    evidence = with_max_length(with_encoding(TEXTS, **{
        split: {"truncated_rows": facts.rows // 5} for split, facts in TEXTS.encoding.splits.items()}), 16)
    assert [finding.name for finding in diagnose(evidence)].count("truncated_rows") == 1


def test_sentence_pieces_under_a_word_piece_model_are_not_another_language() -> None:
    """What they make unknown has this one name."""
    unknown = encoded("test", unknown_tokens=3000)
    assert "unknown_tokens" in found(unknown)
    marked_pieces = replace(unknown, sentence_pieces=1500)
    assert [finding.severity for finding in tokens.sentence_pieces_as_word_pieces(marked_pieces)] == ["severe"]
    assert found(marked_pieces) == {"sentence_pieces_as_word_pieces"}
    assert not list(tokens.sentence_pieces_as_word_pieces(replace(unknown, sentence_pieces=199)))


def test_pieces_with_the_mark_are_counted_under_a_word_piece_model_alone() -> None:
    pieces = ["[UNK]", "▁", "▁영화", "▁가", "는", "##다"]  # the mark alone is a character that texts may have
    words = Tokenizer(models.WordPiece({piece: place for place, piece in enumerate(pieces)}, unk_token="[UNK]"))
    assert _sentence_pieces(words) == 2
    assert _sentence_pieces(Tokenizer(models.Unigram([(piece, -1.0) for piece in pieces], 0, False))) == 0


@pytest.mark.parametrize(("names", "fires"), [
    (["POSITIVE", "NEGATIVE"], True), (["negative", "positive"], False), (["LABEL_0", "LABEL_1"], False), ([], False)])
def test_label_order_of_checkpoint(names: list[str], fires: bool) -> None:
    config = {"id2label": {str(place): name for place, name in enumerate(names)}}
    assert bool(list(tokens.label_order_of_checkpoint(replace(TEXTS, config=CheckpointConfig.of(config))))) == fires


@pytest.mark.parametrize(("config", "severity"), [
    ({"id2label": {"0": "POSITIVE", "1": "NEGATIVE"}}, ["severe"]),
    ({"id2label": {"0": "negative", "1": "positive"}, "architectures": ["BertForSequenceClassification"]}, ["severe"]),
    ({"id2label": {"0": "joy", "1": "anger"}, "architectures": ["BertForSequenceClassification"]}, ["warning"]),
    ({"id2label": {"0": "LABEL_0", "1": "LABEL_1"}, "architectures": ["ElectraForPreTraining"]}, []),
    ({"architectures": None}, [])])
def test_fine_tuned_checkpoint(config: dict[str, Any], severity: list[str]) -> None:
    found = list(tokens.fine_tuned_checkpoint(replace(TEXTS, config=CheckpointConfig.of(config))))
    assert [finding.severity for finding in found] == severity
    assert all(finding.taints == ("full",) for finding in found)


def test_unusual_initial_weights() -> None:
    for spread, names in ((0.3, ["unusual_initial_weights"]), (0.02, []), (0.001, ["unusual_initial_weights"])):
        found = tokens.unusual_initial_weights(replace(TEXTS, config=CheckpointConfig(initializer_range=spread)))
        assert [finding.name for finding in found] == names
    assert not list(tokens.unusual_initial_weights(TEXTS))


def test_mixed_cells() -> None:
    def started(cell: str, **start: Any) -> Evidence:
        both = {"settings": {"lr": 0.1}, "recipe": {"method": "full"}, "inputs": {"train": "a", "validation": "b"}}
        return replace(TEXTS, histories={
            name: replace(run, summary=replace(run.summary, **both | (start if name == cell else {})))
            for name, run in TEXTS.histories.items()})
    assert not list(training.mixed_cells(started("")))
    for change in ({"settings": {"lr": 0.2}}, {"recipe": {"method": "head"}}):
        assert [(finding.severity, finding.about) for finding in training.mixed_cells(started("scratch-2", **change))
                ] == [("severe", "scratch")]
    other_rows = started("scratch-1", inputs={"train": "c", "validation": "b"})
    assert [finding.about for finding in training.mixed_cells(other_rows)] == ["scratch", "task"]


def test_draws_are_no_mixed_cells_while_arms_share_them() -> None:
    def drew(seeds: dict[str, str], draws: int) -> list[str]:
        both = {"settings": {}, "recipe": {}}
        found = training.mixed_cells(replace(
            TEXTS, metrics=TEXTS.metrics.model_copy(update={"draws": draws}), histories={
                name: replace(run, summary=replace(run.summary, **both, inputs={"train": "a", "drawn": seeds[name]}))
                for name, run in TEXTS.histories.items()}))
        return [finding.about for finding in found]

    by_seed = {name: name[-1] for name in TEXTS.histories}
    assert drew(by_seed, 2) == []
    assert drew(by_seed, 1) == ["full", "scratch"]
    assert drew(by_seed | {"scratch-2": "another"}, 2) == ["task"]


def test_checkpoint_of_the_corpus() -> None:
    def of(title: str, repository: str = "", checkpoint: str = "", config: Any = None, task: str = "") -> list[Finding]:
        origin = {"source": "pretrain", "text": "train_sample.txt", "text_sha256": "c4ad", "repository": repository}
        return list(tokens.checkpoint_of_the_corpus(replace(
            TEXTS, task=replace(TEXTS.task, title=title, task=task), encoding=TEXTS.encoding.model_copy(
                update={"origin": origin, "checkpoint": checkpoint}),
            config=CheckpointConfig.of(config or {}))))
    assert of("NSMC, sentiment", "someone/koelectra-small-finetuned-NSMC")[0].taints == ("full",)
    assert of("AG News, topics", "x/bert-ag-news")
    assert of("MultiNLI, inference", "x/roberta-large-mnli")
    assert not of("NSMC, sentiment", "monologg/koelectra-base-v3-discriminator")
    for named in ({"_name_or_path": "./out/ag_news-tuned"}, {"finetuning_task": "ag_news"}):
        assert of("AG News, topics", config=named)[0].severity == "severe"
    assert not of("AG News, topics", config={"_name_or_path": "bert-base-cased", "finetuning_task": None})
    for folder, names in (("local/bert-finetuned-agnews/", 1), ("ag_news/bert", 0), ("local/ag_news", 0)):
        assert len(of("AG News, topics", checkpoint=folder)) == names
    for title in ("", ",", "c4", "ad", "train", "sample", "pretrain"):
        assert not of(title, "x/bert-base", task=title)
    assert not of("reviews", "x/previews-bert", task="reviews")
    assert not of("art", "x/bart-base", task="art")
    assert [found.severity for found in of("my_reviews", "x/bert-my-reviews", task="my_reviews")] == ["warning"]
    assert [found.severity for found in of("My reviews", "x/bert-my-reviews", task="reviews")] == ["severe"]


# Training -------------------------------------------------------------------------------------------------------------

def ran(cell: str = "scratch-2", **course: Any) -> Evidence:
    return with_history(TEXTS, cell, history(**course))


COURSES: dict[str, tuple[Callable[[Evidence], Any], dict[str, Any], dict[str, Any]]] = {
    "aborted": (training.aborted, {"outcome": "loss not finite"}, {"outcome": "stopped early"}),
    "diverged, above the start": (training.diverged, {"losses": (0.7, 0.72, 0.9, 1.2, 1.5)},
                                  {"losses": (0.7, 0.72, 0.7, 0.7, 0.76)}),
    "diverged, back at the start": (training.diverged, {"losses": (0.696, 1.0, 1.266, 0.9, 0.695)},
                                    {"losses": (0.7, 1.0, 0.6, 0.4, 0.2)}),
    "diverged, back up": (training.diverged, {"losses": (0.7, 0.4, 0.3, 0.5, 0.6)},
                          {"losses": (0.7, 0.4, 0.3, 0.4, 0.49)}),
    "dead_gradient": (training.dead_gradient, {"norm": 1e-9}, {"norm": 1e-4}),
    "dead_gradient, not finite": (training.dead_gradient, {"norm": None}, {}),
    "dead_part": (training.dead_part, {"head_norm": 0.0}, {"head_norm": 1e-4}),
    "not_chosen_on_validation": (training.not_chosen_on_validation, {"best": 20}, {"best": 30}),
    "not_chosen_on_validation, no record": (training.not_chosen_on_validation, {"best": 25}, {}),
    "never_improved": (training.never_improved, {"best": 0}, {}),
}


@pytest.mark.parametrize("name", COURSES)
def test_courses_of_training(name: str) -> None:
    check, defect, still_well = COURSES[name]
    fired = list(check(ran(**defect)))
    assert [(finding.name, finding.about, finding.taints) for finding in fired] == [
        (name.split(",")[0], "scratch-2", ("scratch",))]
    assert not list(check(ran(**still_well)))


@pytest.mark.parametrize(("train", "validation", "severity"), [
    (0.79, 0.6, []), (0.81, 0.6, ["note"]), (0.98, 0.59, ["note"]), (0.98, 0.57, ["warning"])])
def test_overfitted(train: float, validation: float, severity: list[str]) -> None:
    """Half of the rows have either label: of a skill of 0.48 on train, a third is 0.16."""
    one, other = (history(train_scores=(0.5, train + change, 0.5, 0.5, 0.5),
                          scores=(0.5, validation - change, 0.5, 0.5, 0.5)) for change in (0.01, -0.01))
    memorised = with_history(with_history(TEXTS, "scratch-1", one), "scratch-2", other)
    found = list(training.overfitted(memorised))
    assert [finding.severity for finding in found] == severity
    assert all((finding.about, finding.runs) == ("scratch", ("scratch-1", "scratch-2")) for finding in found)


def test_a_failed_seed_is_a_warning_and_an_arm_without_a_good_run_is_severe() -> None:
    one = ran(outcome="loss not finite")
    assert [(finding.name, finding.severity) for finding in training.failed_runs(one)] == [("failed_seed", "warning")]
    both = scored(one, "scratch-1", split="validation", mcc=0.01)
    arm, = training.failed_runs(both)
    assert (arm.name, arm.severity, arm.about, arm.taints) == ("failed_arm", "severe", "scratch", ("scratch",))
    assert render(arm.evidence) == (
        "2 of 2 scratch runs failed: scratch-1 (the selected model is at chance on validation: Matthews' correlation "
        "0.010); scratch-2 (aborted at step 40: loss not finite)")
    assert not list(training.failed_runs(TEXTS))


def test_skipped_steps() -> None:
    """Of 40: the first few find the scale of the loss."""
    five = "5 of 40 steps changed nothing, as their gradients overflowed in fp16"
    for skipped, told in ((0, []), (4, []), (5, [five])):
        run = with_history(TEXTS, "scratch-1", TEXTS.histories["scratch-1"], skipped_steps=skipped)
        assert [render(finding.evidence) for finding in training.skipped_steps(run)] == told


def test_patience_that_ended_a_failed_run_is_named() -> None:
    constant = predicting(TEXTS, lambda cell, row: "positive" if cell == "scratch-1" else row.label)
    for outcome, named in (("finished", False), ("stopped early", True)):
        failed, = training.failed_runs(with_history(constant, "scratch-1", history(outcome=outcome)))
        assert ("training.patience" in render(failed.remedy)) == named


def test_a_run_that_diverged_from_a_good_model_is_no_failed_one() -> None:
    """It is in the comparison, so that it stays a finding of its own beside a seed that failed."""
    diverged = ran(losses=(0.7, 0.4, 0.3, 0.5, 0.6))
    assert not list(training.failed_runs(diverged))
    both = scored(diverged, "scratch-1", split="validation", mcc=0.01)
    failed, = training.failed_runs(both)
    assert (failed.name, failed.runs) == ("failed_seed", ("scratch-1",))
    assert render(failed.remedy).startswith("change the learning rate")
    rose = ran(cell="scratch-1", losses=(0.696, 1.0, 1.266, 0.9, 0.695))
    failed, = training.failed_runs(scored(rose, "scratch-1", split="validation", mcc=0.01))
    assert render(failed.remedy) == "lower the learning rate"
    of_scratch = {finding.name: finding.about for finding in diagnose(both) if finding.severity == "warning"}
    assert (of_scratch["failed_seed"], of_scratch["diverged"]) == ("scratch", "scratch-2")
    assert "collapsed" not in of_scratch
    assert both.mean("scratch") == both.on_test("scratch-2")


def test_collapsed_is_the_kept_model_at_chance_whatever_its_accuracy() -> None:
    """Of 200 rows, 5 % of unrelated labels correlate by more than 1.645 / sqrt(199) = 0.1166."""
    for mcc, cells in ((0.116, ["scratch-2"]), (0.117, [])):
        alive = scored(TEXTS, "scratch-2", split="validation", mcc=mcc, accuracy=0.5)
        assert [finding.about for finding in training.collapsed(alive)] == cells
    ended_low = ran(scores=(0.5, 0.8, 0.5, 0.5, 0.5))  # the model of the second evaluation is kept
    assert not list(training.collapsed(ended_low))


def test_an_imbalanced_task_is_not_collapsed_below_the_majority() -> None:
    """70 % of one label; models that find six in ten of the others are right on 0.70 of all: no better, and alive."""
    uneven = replace(TEXTS, rows={split: [replace(row, label=LABELS[place % 10 < 3]) for place, row in enumerate(rows)]
                                  for split, rows in TEXTS.rows.items()})
    alive = predicting(uneven, lambda cell, row: LABELS[int(row.guid.split(":")[1]) * 7 // 10 % 10 in (0, 1, 5, 9)
                                                        ] if row.label == LABELS[0] else LABELS[1])
    for cell in alive.arm_of:
        assert alive.metrics.cells[cell].after["validation"]["mcc"] > 0.2
    assert not found(alive) & {"collapsed", "failed_arm", "near_chance"}


def test_entities_of_which_none_is_found_are_a_failed_run() -> None:
    nothing = scored(WORDS, "scratch-1", split="validation", entity_f1=0.0)
    assert [finding.about for finding in training.collapsed(nothing)] == ["scratch-1"]
    few = scored(WORDS, "scratch-1", split="validation", entity_f1=0.01)
    assert not list(training.collapsed(few))


def test_identical_runs() -> None:
    def predict(cell: str, row: Row) -> str:
        return LABELS[int(row.guid.split(":")[1]) // 2 % 2]

    same = predicting(TEXTS, predict)
    assert [(finding.severity, finding.about) for finding in training.identical_runs(same)] == [
        ("note", "full"), ("note", "scratch")]
    other = with_history(same, "scratch-1", history(losses=(0.7, 0.5, 0.4, 0.35, 0.33)))
    assert [finding.about for finding in training.identical_runs(other)] == ["full"]
    assert not list(training.identical_runs(TEXTS))


def test_unstable_seeds() -> None:
    for value, names in ((0.61, []), (0.59, ["unstable_seeds"])):
        evidence = replace(TEXTS, metrics=copy.deepcopy(TEXTS.metrics))
        evidence.metrics.cells["scratch-2"].after["test"]["accuracy"] = value
        assert [finding.name for finding in training.unstable_seeds(evidence)] == names


# Results --------------------------------------------------------------------------------------------------------------

def scored(evidence: Evidence, cell: str, split: str = "test", **values: float) -> Evidence:
    edited = replace(evidence, metrics=copy.deepcopy(evidence.metrics))
    edited.metrics.cells[cell].after[split].update(values)
    return with_failures(edited)


def test_padding_or_outside_counted_and_scores_not_reproduced() -> None:
    assert not list(results.scorer_does_not_agree(TEXTS)) + list(results.scorer_does_not_agree(WORDS))
    padded = scored(WORDS, "scratch-1", entity_f1=0.9997, inflated_token_accuracy=0.9997)
    assert [finding.name for finding in results.scorer_does_not_agree(padded)] == ["padding_or_outside_counted"]
    tags = [(tag, guess) for row, guesses in zip(
        WORDS.rows["test"], WORDS.predictions["test"]["scratch-1"], strict=True)
            for tag, guess in zip(row.tags, guesses, strict=True)]
    by_word = sum(tag == guess for tag, guess in tags) / len(tags)
    assert [finding.name for finding in results.scorer_does_not_agree(scored(WORDS, "scratch-1", entity_f1=by_word))
            ] == ["padding_or_outside_counted"]
    for evidence, metric in ((WORDS, "entity_f1"), (TEXTS, "accuracy")):
        other = scored(evidence, "scratch-1", **{metric: 0.123})
        assert [finding.name for finding in results.scorer_does_not_agree(other)] == ["score_not_reproduced"]


def test_headline_by_token() -> None:
    judged = with_metrics(WORDS, metric="token_accuracy")
    assert [finding.severity for finding in results.headline_by_token(judged)] == ["severe"]
    assert not list(results.headline_by_token(WORDS))
    assert not list(results.headline_by_token(TEXTS))


def test_token_accuracy_flatters() -> None:
    assert not list(results.token_accuracy_flatters(WORDS))
    flattered = scored(scored(WORDS, "scratch-1", token_accuracy=1.0), "scratch-2", token_accuracy=1.0)
    assert [finding.about for finding in results.token_accuracy_flatters(flattered)] == ["scratch"]


def test_one_class_predicted() -> None:
    one = predicting(TEXTS, lambda cell, row: "positive" if cell == "scratch-1" else TEXTS.predictions["test"][cell][
        int(row.guid.split(":")[1])])
    assert [finding.about for finding in results.one_class_predicted(one)] == ["scratch-1"]
    assert not list(results.class_never_predicted(one))  # said already
    outside = predicting(WORDS, lambda cell, row: ["O"] * len(row.words))
    assert len(list(results.one_class_predicted(outside))) == 4
    assert not list(results.one_class_predicted(WORDS))
    rare = with_rows(TEXTS, "test", lambda place, row: replace(row, label=LABELS[place % 150 == 0]))
    assert not list(results.one_class_predicted(predicting(rare, lambda cell, row: row.label)))
    assert list(results.one_class_predicted(predicting(rare, lambda cell, row: LABELS[0])))


THREE = replace(
    TEXTS, rows={split: [replace(row, label=("a", "b", "c")[place % 3]) for place, row in enumerate(rows)]
                 for split, rows in TEXTS.rows.items()},
    task=replace(TEXTS.task, labels=tuple("abc"), tags=tuple("abc")))


def test_class_never_predicted() -> None:
    without = predicting(THREE, lambda cell, row: row.label.replace("c", "a"))
    rows = sum(row.label == "c" for row in THREE.rows["test"])
    assert {render(finding.evidence) for finding in results.class_never_predicted(without)} == {
        f"hardly or never predicted on test: c (predicted 0 times, {rows} in the data)"}
    some = predicting(THREE, lambda cell, row: row.label.replace("c", "a" if cell.endswith("-1") else "c"))
    finding, = consolidated(list(results.class_never_predicted(some)), some)
    assert re.findall(r"[\w-]+ seed \d", render(finding.evidence)) == ["pre-trained seed 1", "scratch seed 1"]
    assert render(finding.place) == "pre-trained seed 1; scratch seed 1"
    assert not list(results.class_never_predicted(predicting(THREE, lambda cell, row: row.label)))
    once = {row.guid for row in [row for row in THREE.rows["test"] if row.label == "c"][:1]}
    hardly = predicting(THREE, lambda cell, row: row.label if row.label != "c" or row.guid in once else "a")
    assert {render(finding.evidence) for finding in results.class_never_predicted(hardly)} == {
        f"hardly or never predicted on test: c (predicted 1 time, {rows} in the data)"}


def test_swapped_labels_by_predictions() -> None:
    turned = predicting(THREE, lambda cell, row: {"a": "b", "b": "c", "c": "a"}[row.label])
    assert {finding.name for finding in results.swapped_labels(turned)} == {"swapped_labels"}
    assert "b for a, c for b, a for c" in render(next(results.swapped_labels(turned)).evidence)
    assert not list(results.swapped_labels(predicting(THREE, lambda cell, row: "a")))
    assert not list(results.swapped_labels(TEXTS))
    uneven = predicting(of_label("test", 0.7), lambda cell, row: LABELS[1])  # one label alone: no order is told
    assert not list(results.swapped_labels(uneven))
    swap = {"O": "O", "B-LOC": "B-PER", "I-LOC": "I-PER", "B-PER": "B-LOC", "I-PER": "I-LOC"}
    types = predicting(WORDS, lambda cell, row: [swap[tag] for tag in row.tags])
    assert {finding.name for finding in results.swapped_labels(types)} == {"swapped_labels"}


def test_few_words_and_chance_over_many_labels_are_no_other_order() -> None:
    """One word of another type, and guesses over a hundred labels, of which the best order makes a third right."""
    def swapped(types: int) -> list[str]:
        """``types`` words in entities, of places and people by turns, each of which is taken for the other."""
        rows = [replace(row, tags=(("B-LOC", "B-PER")[place % 2] if place < types else "O",
                                   *["O"] * (len(row.tags) - 1)))
                for place, row in enumerate(WORDS.rows["test"])]
        planted = replace(WORDS, rows=WORDS.rows | {"test": rows})
        other = {"B-LOC": "B-PER", "B-PER": "B-LOC"}
        told = predicting(planted, lambda cell, row: [other.get(tag, "O") for tag in row.tags])
        return [finding.severity for finding in results.swapped_labels(told)]
    assert (swapped(1), swapped(99), swapped(100)) == ([], [], ["severe"] * 2)
    names = [f"{place:02}" for place in range(100)]
    many = replace(with_rows(TEXTS, "test", lambda place, row: replace(row, label=names[place % 100])),
                   task=replace(TEXTS.task, labels=tuple(names), tags=tuple(names)))
    guesses = np.random.default_rng(0).choice(names, 300).tolist()
    by_chance = predicting(many, lambda cell, row: guesses[int(row.guid.split(":")[1]) % 300])
    assert not list(results.swapped_labels(by_chance))
    other = dict(zip(names, reversed(names), strict=True))
    turned = predicting(many, lambda cell, row: other.get(row.label, names[0]))
    assert len(list(results.swapped_labels(turned))) == 2


def judged(on_validation: float, on_test: float) -> Evidence:
    """Two labels; models that are right on so large shares of validation and, turn by turn of the labels, of test."""
    rows = len(TEXTS.rows["test"])
    guesses = predicting(TEXTS, lambda cell, row: row.label if int(row.guid.split(":")[1]) < on_test * rows
                         else LABELS[1 - LABELS.index(row.label)])
    def scored(event: Step | Evaluation) -> Step | Evaluation:
        if isinstance(event, Step):
            return event
        return replace(event, validation={**event.validation, "accuracy": on_validation})
    return replace(guesses, histories={
        cell: replace(run, measured=tuple(map(scored, run.measured))) for cell, run in guesses.histories.items()})


@pytest.mark.parametrize(("on_validation", "on_test", "swapped"), [
    (0.62, 0.40, True),  # a weak model: 20 points are gained, and test is as validation is
    (0.62, 0.45, False),  # too near to chance to tell
    (0.90, 0.42, False),  # bad on test in either order
    (0.42, 0.42, False),  # bad everywhere
    (0.62, 0.62, False),
])
def test_labels_of_a_weak_model_are_swapped_where_test_turned_round_is_as_validation(
    on_validation: float, on_test: float, swapped: bool
) -> None:
    """Of 200 and 300 rows, the standard error at 0.62 is 0.044."""
    evidence = judged(on_validation, on_test)
    assert (len(evidence.rows["validation"]), len(evidence.rows["test"])) == (200, 300)
    assert bool(list(results.swapped_labels(evidence))) == swapped


@pytest.mark.parametrize("said", sorted(permutations("abc")))
def test_the_order_of_label_names_changes_no_finding(said: tuple[str, ...]) -> None:
    """Of models that take labels for one another on four rows of five."""
    taken = dict(zip("abc", said, strict=True))
    guesses = predicting(THREE, lambda cell, row: taken[row.label] if int(row.guid.split(":")[1]) % 5 else row.label)
    expected = {(written, read) for read, written in taken.items() if read != written}
    for order in permutations("abc"):
        reordered = replace(guesses, task=replace(guesses.task, labels=order, tags=order))
        told = list(results.swapped_labels(reordered))
        assert len(told) == 2 * bool(expected)
        for finding in told:
            pairs = {(one.values["read"], one.values["written"]) for one in finding.evidence.values["order"]}
            assert pairs in (expected, {pair[::-1] for pair in expected})


def test_prediction_drift() -> None:
    for every, names in ((8, []), (3, ["prediction_drift"] * 2)):
        partly = predicting(TEXTS, lambda cell, row, every=every: "positive" if int(
            row.guid.split(":")[1]) % every == 0 else row.label)
        assert [finding.name for finding in results.prediction_drift(partly)] == names
    few = replace(TEXTS, rows=TEXTS.rows | {"test": TEXTS.rows["test"][:20]})
    one_of_four = predicting(
        few, lambda cell, row: "positive" if int(row.guid.split(":")[1]) % 4 == 0 else row.label)
    assert not list(results.prediction_drift(one_of_four))  # so few may differ so much by chance


def test_near_chance() -> None:
    """Of 300 rows, 5 % of unrelated labels correlate by more than 1.645 / sqrt(299) = 0.0951."""
    assert not list(results.near_chance(scored(TEXTS, "scratch-1", mcc=0.096)))
    one = scored(TEXTS, "scratch-1", mcc=0.095)
    assert [(finding.about, finding.severity) for finding in results.near_chance(one)] == [("scratch-1", "warning")]
    both = scored(one, "scratch-2", mcc=-0.3)
    assert [finding.severity for finding in results.near_chance(both)] == ["severe", "severe"]
    assert not list(results.near_chance(WORDS))


def test_one_chance_level_stands_in_every_finding() -> None:
    uneven = scored(of_label("test", 0.37), "scratch-1", mcc=0.0)
    told = render(next(results.near_chance(uneven)).evidence)
    shortcut = with_metrics(uneven, baselines={"hypothesis_only": {"accuracy": 0.9}})
    assert "scores 0.630" in told
    assert "one label for all rows has 0.630" in render(next(results.hypothesis_only_shortcut(shortcut)).evidence)
    assert uneven.chance == 0.63


@pytest.mark.parametrize("arm", ["full", "scratch"])
def test_loses_to_a_baseline(arm: str) -> None:
    evidence = replace(TEXTS, metrics=copy.deepcopy(TEXTS.metrics))
    evidence.metrics.baseline_comparisons["majority"] = {
        name: Difference.model_construct(difference=-0.05, low=-0.1, high=-0.01 if name == arm else 0.0)
        for name in ("full", "scratch")}
    told, = results.loses_to_a_baseline(evidence)
    assert (told.about, told.severity) == (arm, "warning")
    # The baseline over the seeds of the arm's mean, whose difference it is.
    own = evidence.mean(arm)
    assert render(told.evidence) == f"{own:.3f} against {own + 0.05:.3f} of the baseline “majority class”"


@pytest.mark.parametrize(("losses", "found"), [
    ([6.0 - place / 25 for place in range(50)], []),
    ([4.8 + (-1) ** place * 0.3 for place in range(50)], [("pretraining_without_gain", "warning")]),
    ([4.6 + place / 100 for place in range(50)], [("pretraining_without_gain", "warning")]),
    ([3.0, 3.5], [])])  # two points are chance
def test_further_pretraining_whose_loss_does_not_fall(losses: list[float], found: list[tuple[str, str]]) -> None:
    told = AdaptationCard.model_validate({
        "text": "", "texts": 100, "new_head": False, "settings": {},
        "losses": [{"step": place, "loss": loss} for place, loss in enumerate(losses)]})
    findings = list(adapting.pretraining_without_gain(replace(TEXTS, adaptations={"full": told})))
    assert [(finding.name, finding.severity) for finding in findings] == found
    assert not any(re.search("[a-z]{3,}", render(finding.evidence, "ko")) for finding in findings)


def test_hypothesis_only_shortcut() -> None:
    for accuracy, severity in ((0.59, []), (0.61, ["note"]), (0.95, ["warning"])):
        evidence = with_metrics(TEXTS, baselines={"hypothesis_only": {"accuracy": accuracy}})
        assert [finding.severity for finding in results.hypothesis_only_shortcut(evidence)] == severity


def test_too_small_to_tell() -> None:
    for low, detectable, names in ((-0.01, 0.06, ["too_small_to_tell"]), (-0.01, 0.04, []), (0.01, 0.06, [])):
        evidence = with_metrics(TEXTS, comparisons={"full": compared(0.02, low, 0.05, detectable)})
        assert [finding.name for finding in results.too_small_to_tell(evidence)] == names
    of_single_runs = compared(0.02, -0.01, 0.05, 0.06).model_copy(update={"recipe": False})
    assert not list(results.too_small_to_tell(with_metrics(TEXTS, comparisons={"full": of_single_runs})))
    failed = with_metrics(TEXTS, comparisons={"full": compared(0.02, -0.01, 0.05, 0.06)})
    cells = failed.metrics.cells
    failed = with_metrics(failed, cells=cells | {"scratch-1": cells["scratch-1"].model_copy(update={"failed": True})})
    assert "300 test rows and 1 seed detect" in render(next(results.too_small_to_tell(failed)).evidence)
    hopeless = with_metrics(TEXTS, comparisons={"full": compared(0.02, -0.9, 0.9, 8.76)})
    assert render(next(results.too_small_to_tell(hopeless)).evidence) == (
        "+2.0 points, but 300 test rows and 2 seeds detect no possible difference with a power of 80 %")


def test_weak_segments() -> None:
    genres = replace(TEXTS, rows={split: [replace(row, genre="fax" if place < 60 else "letters")
                                          for place, row in enumerate(rows)] for split, rows in TEXTS.rows.items()})
    bad = predicting(genres, lambda cell, row: row.label if row.genre != "fax" else "positive")
    assert {render(finding.evidence).split(",")[0] for finding in results.weak_segments(bad)} == {
        "0.500 on the 60 test rows that are of the genre fax"}
    assert not list(results.weak_segments(predicting(genres, lambda cell, row: row.label)))


# As a whole -----------------------------------------------------------------------------------------------------------

def test_every_check_is_listed_and_tested() -> None:
    listed = {check.__name__ for check in CHECKS}
    for module in (text_damage, leakage, data, tags, labels, surface, tokens, training, arms, distilling, results,
                   prompts):
        public = {name for name, member in inspect.getmembers(module, inspect.isfunction)
                  if member.__module__ == module.__name__ and not name.startswith("_")
                  and inspect.signature(member).parameters.keys() == {"evidence"}}
        assert public <= listed, module.__name__
    source = "".join(Path(__file__).with_name(name).read_text("utf-8")
                     for name in ("test_doctor.py", "test_arms.py", "test_data.py", "test_prompting.py"))
    assert {name for name in listed if f".{name}" not in source} == set()


def test_the_worst_comes_first() -> None:
    evidence = with_history(marked("[1]", 0.9), "scratch-1", history(outcome="loss not finite"))
    ranks = [SEVERITIES.index(finding.severity) for finding in diagnose(evidence)]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) > 1


def test_taints_are_arms_of_the_grid() -> None:
    evidence = with_history(of_label("train", 1.0), "scratch-1", history(outcome="loss not finite"))
    found = diagnose(evidence)
    assert found
    assert all(set(finding.taints) <= set(evidence.arms) for finding in found)


# The command ----------------------------------------------------------------------------------------------------------

@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    params = f"tasks:\n  reviews: {{}}\ntunings:\n- full\nseeds:\n- 1\n{NO_FURTHER_ARMS}"
    params += "train_sizes: []\nreport:\n  language: en\n"
    (tmp_path / "params.yaml").write_text(params, "utf-8")
    write_json(tmp_path / "reports" / "metrics" / "reviews.json", {})
    write_found([])
    return tmp_path


def write_found(findings: list[Finding], **changes: str) -> None:
    write_json(Path("reports/doctor/reviews.json"), {
        "task": "reviews", "metrics": sha256(Path("reports/metrics/reviews.json")),
        "findings": [asdict(finding) | changes for finding in findings]})


def finding(severity: Any) -> Finding:
    return Finding("leaked_rows", severity, "test", ("full",), message("found-few-rows", rows=6),
                   message("why-leaked-train"), message("fix-overfitted"))


def test_the_command_prints_and_fails_on_severe_findings_alone(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctor.main([]) == 0
    assert capsys.readouterr().out == "reviews: nothing found\n"
    write_found([finding("warning"), finding("note")])
    assert doctor.main([]) == 0
    write_found([finding("severe"), finding("warning")])
    capsys.readouterr()
    assert doctor.main([]) == 1
    assert capsys.readouterr().out == (
        "reviews: 1 severe, 1 warning\n"
        "  severe: leaked rows (test): the test set has 6 rows. Memorised rows inflate the score. Remedy: use more "
        "training rows or more dropout\n"
        "  warning: leaked rows (test): the test set has 6 rows. Memorised rows inflate the score. Remedy: use more "
        "training rows or more dropout\n")
    assert doctor.main(["--language", "ko"]) == 1
    assert capsys.readouterr().out.splitlines()[0] == "reviews: 심각 1건, 경고 1건"


@pytest.mark.parametrize(("damage", "problem"), [
    (lambda: Path("reports/doctor/reviews.json").unlink(), "reports/doctor/reviews.json: no such file"),
    (lambda: Path("reports/metrics/reviews.json").unlink(), "reports/metrics/reviews.json: no such file"),
    (lambda: write_json(Path("reports/metrics/reviews.json"), {"other": 1}), "found those on other results"),
    (lambda: write_json(Path("reports/doctor/reviews.json"), {"task": "reviews"}), "Field required"),
    (lambda: write_found([finding("severe")], severity="awful"), "severity"),
])
def test_missing_or_other_results_are_one_line(
    project: Path, capsys: pytest.CaptureFixture[str], damage: Callable[[], Any], problem: str
) -> None:
    damage()
    assert doctor.main([]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert problem in printed.err
    assert printed.err.count("\n") == 1


def test_findings_are_json(project: Path) -> None:
    write_found([finding("severe")])
    assert json.loads(Path("reports/doctor/reviews.json").read_text("utf-8"))["findings"][0]["taints"] == ["full"]




def test_rows_of_an_even_draw_are_weighted_like_those_that_they_are_compared_with() -> None:
    """Of the easy label nine in ten are right, of the other one half: 0.7 as drawn, 0.82 by the mixture of 4 to 1."""
    drawn, others = np.repeat([0, 1], 100), np.repeat([0, 1], [80, 20])
    right = np.concatenate([np.arange(100) < 90, np.arange(100) < 50]).astype(float)
    weights = labels._weights(drawn, others)
    assert labels._difference(np.full(100, 0.82), right, weights)[0] == pytest.approx(0.0)
    assert labels._difference(np.full(100, 0.82), right)[0] == pytest.approx(0.12)
    assert labels._weights(drawn, np.repeat([0, 1], [55, 45])) is None
