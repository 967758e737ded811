"""Facts of a task in good health, built in code; a test plants one defect in them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from types import MappingProxyType
from typing import Any

import numpy as np

from stages.doctoring.evidence import Event, Evidence, Row
from stages.metrics.classification import classification_metrics, confusion
from stages.metrics.entities import entity_counts, entity_score
from stages.metrics.failure import failed

ARMS = {"full": ["pretrained-full-1", "pretrained-full-2"], "scratch": ["scratch-1", "scratch-2"]}
SIZES = {"train": 600, "validation": 200, "test": 300}
LABELS = ("negative", "positive")
TAGS = ("O", "B-LOC", "I-LOC", "B-PER", "I-PER")
TASK: dict[str, Any] = {"task": "reviews", "title": "Reviews, made by hand", "kind": "single", "labels": list(LABELS),
                        "tags": list(LABELS), "metric": "accuracy", "language": "en"}
WORD_TASK = TASK | {"kind": "words", "labels": ["LOC", "PER"], "tags": list(TAGS), "metric": "entity_f1"}
_RIGHT = {"full": 0.85, "scratch": 0.7}
_WORDS = "the a film plot actor scene music story ending start camera script very quite not so".split()


def text_rows(split: str, number: int) -> list[Row]:
    """Rows of distinct texts, half of either label, whose words say nothing about it."""
    random = Random(split)
    return [{"guid": f"{split}:{row}", "label": LABELS[row % 2],
             "text": " ".join(random.choices(_WORDS, k=random.randint(6, 14))) + f" {split} {random.randrange(10**8)}"}
            for row in range(number)]


def word_rows(split: str, number: int) -> list[Row]:
    """Distinct sentences with a person and a place."""
    random = Random(split)
    return [{"guid": f"{split}:{row}",
             "words": ["Ann", f"of {random.randrange(10**8)}", *random.choices(_WORDS, k=row % 9), "New", "York"],
             "tags": ["B-PER", "O", *["O"] * (row % 9), "B-LOC", "I-LOC"]} for row in range(number)]


def healthy(words: bool = False) -> Evidence:
    """Evidence in which no check finds anything but notes."""
    rows = {split: (word_rows if words else text_rows)(split, number) for split, number in SIZES.items()}
    evidence = Evidence(
        WORD_TASK if words else TASK, rows, {}, encoding(rows), {},
        {cell: history() for cells in ARMS.values() for cell in cells}, {}, {}, ARMS, {"id2label": {"0": "LABEL_0"}})
    return predicting(evidence, lambda cell, row: _mostly_right(evidence, cell, row))


def _mostly_right(evidence: Evidence, cell: str, row: Row) -> Any:
    place = int(row["guid"].split(":")[1])
    right = (place // 2 * 7 + int(cell[-1])) % 100 < 100 * _RIGHT[evidence.arm_of[cell]]
    if evidence.is_words:
        missed = ("LOC", "PER")[place % 2]
        return row["tags"] if right else ["O" if tag[2:] == missed else tag for tag in row["tags"]]
    return row["label"] if right else LABELS[row["label"] == LABELS[0]]


def predicting(evidence: Evidence, predict: Callable[[str, Row], Any]) -> Evidence:
    """The same with other predictions, and metrics that are theirs."""
    predicted, on_validation = ({cell: [predict(cell, row) for row in evidence.rows[split]] for cell in evidence.arm_of}
                                for split in ("test", "validation"))
    return replace(evidence, predicted=predicted, predicted_on_validation=on_validation,
                   metrics=metrics(evidence, predicted, on_validation))


def metrics(
    evidence: Evidence, predicted: dict[str, list[Any]], on_validation: dict[str, list[Any]],
) -> dict[str, Any]:
    """What evaluate would write, as far as the doctor reads it."""
    after = {cell: {"test": scored(evidence, "test", predicted[cell]),
                    "validation": scored(evidence, "validation", on_validation[cell])} for cell in predicted}
    name = evidence.task["metric"]
    compared = {"difference": 0.1, "low": 0.05, "high": 0.15, "detectable": 0.04}
    return {
        "task": "reviews", "metric": evidence.task["metric"], "rows": SIZES,
        "cells": {cell: {"after": of_splits, "failed": _failed(evidence, cell, of_splits),
                         "interval": {"low": of_splits["test"][name] - 0.05, "high": of_splits["test"][name] + 0.05}}
                  for cell, of_splits in after.items()},
        "baselines": {"tfidf": {"accuracy": 0.6, "entity_f1": 0.4}},
        "baseline_comparisons": {"tfidf": dict.fromkeys(ARMS, compared)},
        "comparisons": {"full": compared}}


def _failed(evidence: Evidence, cell: str, after: dict[str, dict[str, float]]) -> bool:
    outcome = evidence.histories[cell][-1].get("outcome", "")
    return failed(outcome, after["validation"], len(evidence.rows["validation"]))


def with_failures(evidence: Evidence) -> Evidence:
    """The same with the runs found that failed, as evaluate would by the histories and metrics that there are now."""
    cells = {cell: facts | {"failed": _failed(evidence, cell, facts["after"])}
             for cell, facts in evidence.metrics["cells"].items()}
    return replace(evidence, metrics=evidence.metrics | {"cells": cells})


def scored(evidence: Evidence, split: str, predicted: Sequence[Any]) -> dict[str, float]:
    """The metrics of predictions on a split that the doctor reads."""
    gold = evidence.gold(split)
    if evidence.is_words:
        value = entity_score(entity_counts(gold, predicted)).f1
        return {"entity_f1": value, "token_accuracy": min(1.0, value + 0.02), "token_mcc": value}
    names = sorted({*gold, *predicted})
    ids = (np.array([names.index(label) for label in labels]) for labels in (gold, predicted))
    return classification_metrics(confusion(*ids, len(names)))


def encoding(rows: dict[str, list[Row]]) -> dict[str, Any]:
    """A card of encode without losses."""
    return {"max_length": 64, "vocabulary": 4000, "origin": {"source": "hub", "repository": "some/encoder"}, "splits": {
        split: {"rows": len(members), "tokens": 12 * len(members), "unknown_tokens": 0, "truncated_rows": 0,
                "lengths": {"50": 12, "90": 20, "99": 30, "100": 40}}
        for split, members in rows.items()}}


def history(
    losses: Sequence[float] = (0.7, 0.5, 0.4, 0.35, 0.34), scores: Sequence[float] = (0.5, 0.7, 0.8, 0.85, 0.84),
    train_scores: Sequence[float] = (0.5, 0.75, 0.85, 0.9, 0.92), norm: float | None = 1.0, best: int | None = None,
    outcome: str = "finished", head_norm: float = 0.5, taken: int = 40,
    settings: Mapping[str, Any] = MappingProxyType({}),
) -> list[Event]:
    """Events of a run that is evaluated every 10 steps."""
    metric = ("accuracy", "entity_f1")
    evaluations = [{"kind": "evaluation", "step": 10 * place,
                    "train": dict.fromkeys(metric, train) | {"loss": loss},
                    "validation": dict.fromkeys(metric, score) | {"loss": loss + 0.1}}
                   for place, (loss, score, train) in enumerate(zip(losses, scores, train_scores, strict=True))]
    steps = [{"kind": "step", "step": step, "gradient_norm": norm,
              "gradient_norms": {"embeddings": 0.1, "layer_1": 0.2, "head": head_norm}} for step in range(1, 41)]
    kept = 10 * max(range(len(scores)), key=lambda place: scores[place]) if best is None else best
    start = {"kind": "start", "recipe": {"method": "full"}, "settings": {
        "lr": 0.001, "weight_decay": 0.01, "warmup": 0.1, "schedule": "linear"} | dict(settings)}
    end = {"kind": "end", "outcome": outcome, "steps": taken, "best_step": kept}
    return [start, *evaluations, *steps, end]


def with_history(evidence: Evidence, cell: str, events: list[Event]) -> Evidence:
    """The same with another course of one run."""
    return with_failures(replace(evidence, histories={**evidence.histories, cell: events}))


def with_rows(evidence: Evidence, split: str, edit: Callable[[int, Row], Row]) -> Evidence:
    """The same with every row of a split edited, by its place."""
    edited = [edit(place, row) for place, row in enumerate(evidence.rows[split])]
    return replace(evidence, rows={**evidence.rows, split: edited})
