"""Facts of a task in good health, built in code; a test plants one defect in them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from types import MappingProxyType
from typing import Any

import numpy as np

from stages.doctoring.evidence import Answer, CheckpointConfig, Evidence
from stages.metrics.classification import classification_metrics, confusion
from stages.metrics.entities import entity_counts, entity_score
from stages.metrics.failure import failed
from stages.results.cards import DataCard, EncodedSplit, EncodingCard
from stages.results.histories import Evaluation, History, RunSummary, Step
from stages.results.prepared import Row, Task
from stages.results.task_metrics import Cell, Comparison, Difference, TaskMetrics

ARMS = {"full": ["pretrained-full-1", "pretrained-full-2"], "scratch": ["scratch-1", "scratch-2"]}
SIZES = {"train": 600, "validation": 200, "test": 300}
LABELS = ("negative", "positive")
TAGS = ("O", "B-LOC", "I-LOC", "B-PER", "I-PER")
TASK = Task("single", LABELS, LABELS, "accuracy", "reviews", "Reviews, made by hand", "en")
WORD_TASK = replace(TASK, kind="words", labels=("LOC", "PER"), tags=TAGS, metric="entity_f1")
_RIGHT = {"full": 0.85, "scratch": 0.7}
_WORDS = "the a film plot actor scene music story ending start camera script very quite not so".split()


def text_rows(split: str, number: int) -> list[Row]:
    """Rows of distinct texts, half of either label, whose words say nothing about it."""
    random = Random(split)
    return [Row(f"{split}:{row}", label=LABELS[row % 2], text=" ".join(
        random.choices(_WORDS, k=random.randint(6, 14))) + f" {split} {random.randrange(10**8)}")
            for row in range(number)]


def word_rows(split: str, number: int) -> list[Row]:
    """Distinct sentences with a person and a place."""
    random = Random(split)
    return [Row(f"{split}:{row}",
                words=("Ann", f"of {random.randrange(10**8)}", *random.choices(_WORDS, k=row % 9), "New", "York"),
                tags=("B-PER", "O", *["O"] * (row % 9), "B-LOC", "I-LOC")) for row in range(number)]


def healthy(words: bool = False) -> Evidence:
    """Evidence in which no check finds anything but notes."""
    rows = {split: (word_rows if words else text_rows)(split, number) for split, number in SIZES.items()}
    evidence = Evidence(
        WORD_TASK if words else TASK, rows, card(), encoding(rows), TaskMetrics.model_construct(),
        {cell: history() for cells in ARMS.values() for cell in cells}, {}, ARMS,
        CheckpointConfig.of({"id2label": {"0": "LABEL_0"}}))
    return predicting(evidence, lambda cell, row: _mostly_right(evidence, cell, row))


def card(**dropped: dict[str, int]) -> DataCard:
    """A data card; ``dropped`` has reasons and counts by split."""
    return DataCard.model_construct(dropped=dropped, labels={})


def _mostly_right(evidence: Evidence, cell: str, row: Row) -> Answer | list[str]:
    place = int(row.guid.split(":")[1])
    right = (place // 2 * 7 + int(cell[-1])) % 100 < 100 * _RIGHT[evidence.arm_of[cell]]
    if evidence.task.is_words:
        missed = ("LOC", "PER")[place % 2]
        return row.tags if right else ["O" if tag[2:] == missed else tag for tag in row.tags]
    return row.label if right else LABELS[row.label == LABELS[0]]


def predicting(evidence: Evidence, predict: Callable[[str, Row], Any]) -> Evidence:
    """The same with other predictions, and metrics that are theirs."""
    answers = {split: {cell: [answer if isinstance(answer := predict(cell, row), str) else tuple(answer)
                              for row in evidence.rows[split]] for cell in evidence.arm_of}
               for split in ("validation", "test")}
    return replace(evidence, predictions=answers, metrics=metrics(evidence, answers))


def metrics(evidence: Evidence, answers: Mapping[str, Mapping[str, Sequence[Answer]]]) -> TaskMetrics:
    """What evaluate would write, as far as the doctor reads it."""
    after = {cell: {split: scored(evidence, split, answers[split][cell]) for split in answers}
             for cell in evidence.arm_of}
    return TaskMetrics.model_construct(
        task="reviews", metric=evidence.task.metric, rows=SIZES,
        cells={cell: Cell.model_construct(after=of_splits, failed=_failed(evidence, cell, of_splits))
               for cell, of_splits in after.items()},
        baselines={"tfidf": {"accuracy": 0.6, "entity_f1": 0.4}},
        baseline_comparisons={"tfidf": dict.fromkeys(ARMS, Difference.model_construct(low=0.05, high=0.15))},
        comparisons={"full": compared()})


def compared(difference: float = 0.1, low: float = 0.05, high: float = 0.15, detectable: float = 0.04) -> Comparison:
    """A comparison of an arm with scratch."""
    return Comparison.model_construct(difference=difference, low=low, high=high, detectable=detectable, recipe=True)


def with_metrics(evidence: Evidence, **changes: Any) -> Evidence:
    """The same with other metrics."""
    return replace(evidence, metrics=evidence.metrics.model_copy(update=changes))


def _failed(evidence: Evidence, cell: str, after: dict[str, dict[str, float]]) -> bool:
    return failed(evidence.histories[cell].summary.outcome, after["validation"], len(evidence.rows["validation"]))


def with_failures(evidence: Evidence) -> Evidence:
    """The same with the runs found that failed, as evaluate would by the histories and metrics that there are now."""
    return with_metrics(evidence, cells={
        cell: facts.model_copy(update={"failed": _failed(evidence, cell, facts.after)})
        for cell, facts in evidence.metrics.cells.items()})


def scored(evidence: Evidence, split: str, predicted: Sequence[Answer]) -> dict[str, float]:
    """The metrics of predictions on a split that the doctor reads."""
    gold = evidence.gold(split)
    if evidence.task.is_words:
        value = entity_score(entity_counts(gold, predicted)).f1
        return {"entity_f1": value, "token_accuracy": min(1.0, value + 0.02), "token_mcc": value}
    names = sorted({*gold, *predicted})
    ids = (np.array([names.index(label) for label in labels]) for labels in (gold, predicted))
    return classification_metrics(confusion(*ids, len(names)))


def encoding(rows: dict[str, list[Row]]) -> EncodingCard:
    """A card of encode without losses."""
    return EncodingCard(max_length=64, vocabulary=4000, origin={"source": "hub", "repository": "some/encoder"}, splits={
        split: EncodedSplit(rows=len(members), tokens=12 * len(members), unknown_tokens=0, truncated_rows=0,
                            split_sentences=0, lengths={"50": 12, "90": 20, "99": 30, "100": 40})
        for split, members in rows.items()})


def history(
    losses: Sequence[float] = (0.7, 0.5, 0.4, 0.35, 0.34), scores: Sequence[float] = (0.5, 0.7, 0.8, 0.85, 0.84),
    train_scores: Sequence[float] = (0.5, 0.75, 0.85, 0.9, 0.92), norm: float | None = 1.0, best: int | None = None,
    outcome: str = "finished", head_norm: float = 0.5, taken: int = 40,
    settings: Mapping[str, Any] = MappingProxyType({}),
) -> History:
    """A run that is evaluated every 10 steps."""
    metric = ("accuracy", "entity_f1")
    evaluations = [Evaluation(10 * place, place, dict.fromkeys(metric, train) | {"loss": loss},
                              dict.fromkeys(metric, score) | {"loss": loss + 0.1})
                   for place, (loss, score, train) in enumerate(zip(losses, scores, train_scores, strict=True))]
    steps = [Step(step, step / 10, 0.5, 0.001, norm, {"embeddings": 0.1, "layer_1": 0.2, "head": head_norm})
             for step in range(1, 41)]
    kept = 10 * max(range(len(scores)), key=lambda place: scores[place]) if best is None else best
    values = {"lr": 0.001, "weight_decay": 0.01, "warmup": 0.1, "schedule": "linear"} | dict(settings)
    return History(RunSummary(outcome, 1000, 1000, taken, 0, kept, values, {"method": "full"}, {}, {}),
                   (*evaluations, *steps))


def with_history(evidence: Evidence, cell: str, run: History, **summary: Any) -> Evidence:
    """The same with another history of one cell, of whose summary some values are changed."""
    changed = replace(run, summary=replace(run.summary, **summary))
    return with_failures(replace(evidence, histories={**evidence.histories, cell: changed}))


def with_rows(evidence: Evidence, split: str, edit: Callable[[int, Row], Row]) -> Evidence:
    """The same with every row of a split edited, by its place."""
    edited = [edit(place, row) for place, row in enumerate(evidence.rows[split])]
    return replace(evidence, rows={**evidence.rows, split: edited})
