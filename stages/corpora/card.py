"""The facts of a data card about prepared rows."""

import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from stages.common.lengths import length_percentiles
from stages.corpora.damage import count_damage
from stages.corpora.rows import Row
from stages.corpora.tasks import Task


def describe_rows(task: Task, splits: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    """Counts and lengths per split, duplicates, overlaps between splits, contradictory labels.

    Texts are compared exactly after NFC normalisation, as a tokenizer gets them; of a pair both texts together, of a
    sentence its words. A repeated text counts once for every row after its first. ``overlaps`` counts the rows of a
    split whose text occurs in an earlier one, ``train_test_overlap`` those of test that occur in any earlier one.
    Lengths are in characters, in words for sentences, as percentiles by the nearest rank. ``damage`` counts the rows
    with damaged texts by kind.
    """
    texts = {split: [_text(row) for row in rows] for split, rows in splits.items()}
    distinct = {split: set(values) for split, values in texts.items()}
    facts: dict[str, Any] = {
        "kept": {split: len(rows) for split, rows in splits.items()},
        "labels": {split: _label_counts(task, rows) for split, rows in splits.items()},
        "damage": {split: count_damage((row.texts for row in rows), task.language) for split, rows in splits.items()},
        "lengths": {split: length_percentiles(row.length for row in rows) for split, rows in splits.items()},
    }
    if task.kind == "words":
        facts["words"] = {split: sum(len(row.words) for row in rows) for split, rows in splits.items()}
    names = list(splits)
    known = distinct["train"] | distinct["validation"]
    return facts | {
        "duplicates": {split: len(texts[split]) - len(distinct[split]) for split in names},
        "overlaps": {later: {earlier: sum(text in distinct[earlier] for text in texts[later])
                             for earlier in names[:position]}
                     for position, later in enumerate(names) if position},
        "train_test_overlap": sum(text in known for text in texts["test"]),
        "conflicting_labels": _conflicting(
            (text, row.answer) for split in ("train", "validation")
            for text, row in zip(texts[split], splits[split], strict=True)),
    }


def _text(row: Row) -> Hashable:
    if row.words:
        return tuple(map(_composed, row.words))
    return (_composed(row.text), _composed(row.text_pair)) if row.text_pair else _composed(row.text)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _label_counts(task: Task, rows: Iterable[Row]) -> dict[str, int]:
    """Rows per label; for words, entities per type."""
    counts = Counter(label for row in rows for label in row.labels)
    return {label: counts[label] for label in task.labels}


def _conflicting(answers: Iterable[tuple[Hashable, Hashable]]) -> int:
    """Number of distinct texts that come with more than one answer."""
    first: dict[Hashable, Hashable] = {}
    return len({text for text, answer in answers if first.setdefault(text, answer) != answer})
