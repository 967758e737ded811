"""What a data card states about prepared rows."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from stages.corpora.rows import Row
from stages.corpora.tasks import Task


def describe_rows(task: Task, splits: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    """Counts per split, repeated texts, test texts known from training, and texts with contradictory labels.

    Texts are compared exactly; of a pair both texts together, of a sentence its words. A repeated text counts once
    for every row after its first.
    """
    seen = [*splits["train"], *splits["validation"]]
    known = {_text(row) for row in seen}
    facts: dict[str, Any] = {
        "kept": {split: len(rows) for split, rows in splits.items()},
        "labels": {split: _label_counts(task, rows) for split, rows in splits.items()},
    }
    if task.kind == "words":
        facts["words"] = {split: sum(len(row.words) for row in rows) for split, rows in splits.items()}
    return facts | {
        "duplicates": {split: _repeated(splits[split]) for split in ("train", "test")},
        "train_test_overlap": sum(_text(row) in known for row in splits["test"]),
        "conflicting_labels": _conflicting(seen),
    }


def _text(row: Row) -> Hashable:
    return (row.text, row.text_pair, row.words)


def _label_counts(task: Task, rows: Iterable[Row]) -> dict[str, int]:
    """Rows per label; for words, entities per type, each of which has exactly one ``B-`` tag in IOB2."""
    if task.kind == "words":
        counts = Counter(tag[2:] for row in rows for tag in row.tags if tag.startswith("B-"))
    else:
        counts = Counter(row.label for row in rows)
    return {label: counts[label] for label in task.labels}


def _repeated(rows: Sequence[Row]) -> int:
    return len(rows) - len({_text(row) for row in rows})


def _conflicting(rows: Iterable[Row]) -> int:
    first: dict[Hashable, Hashable] = {}
    return len({_text(row) for row in rows if first.setdefault(_text(row), _answer(row)) != _answer(row)})


def _answer(row: Row) -> Hashable:
    return (row.label, row.tags)
