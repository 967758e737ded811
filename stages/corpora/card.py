"""The facts of a data card about prepared rows."""

import hashlib
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NotRequired, TypedDict

import numpy as np

from stages.common.lengths import length_percentiles
from stages.corpora.damage import KINDS, damage_of_row
from stages.corpora.rows import Row
from stages.corpora.tasks import Task

_RARE = ("missing_value",)  # damage that cards name only where it is, as those from before it was counted do not
_DIGEST = 8  # bytes; that two of 20 million different texts share one has a probability of 0.001 %


class RowCounts(TypedDict):
    """What :meth:`RowFacts.facts` counts, most of it by split."""

    kept: dict[str, int]
    labels: dict[str, dict[str, int]]
    damage: dict[str, dict[str, int]]
    lengths: dict[str, dict[str, int]]
    words: NotRequired[dict[str, int]]
    duplicates: dict[str, int]
    overlaps: dict[str, dict[str, int]]
    train_test_overlap: int
    conflicting_labels: int


class RowFacts:
    """Counts and lengths per split, duplicates, overlaps between splits, contradictory labels, of rows seen one by one.

    Texts are compared exactly after NFC normalisation, as a tokenizer gets them; of a pair both texts together, of a
    sentence its words. They are kept as digests alone: 16 bytes of memory a row.
    """

    def __init__(self, task: Task, splits: Iterable[str]) -> None:
        self._task = task
        self._splits = {split: _Split() for split in splits}

    def see(self, split: str, row: Row) -> None:
        """Count one row."""
        facts = self._splits[split]
        facts.kept += 1
        facts.labels.update(row.labels)
        facts.damage[damage_of_row(row, self._task.language)] += 1
        facts.lengths[row.length] += 1
        facts.words += len(row.words)
        facts.texts.append(digest(*(unicodedata.normalize("NFC", text) for text in (
            row.words or ((row.text, row.text_pair) if row.text_pair else (row.text,))))))
        facts.answers.append(_answer(*row.tags or (row.label,)))

    def facts(self) -> RowCounts:
        """Everything that the rows seen so far have in common.

        A repeated text counts once for every row after its first. ``overlaps`` counts the rows of a split whose text
        occurs in an earlier one, ``train_test_overlap`` those of test that occur in any earlier one. Lengths are in
        characters, in words for sentences, as percentiles by the nearest rank. ``damage`` counts the rows with damaged
        texts by kind.
        """
        splits = self._splits.items()
        words = {"words": {split: facts.words for split, facts in splits}} if self._task.kind == "words" else {}
        texts = {split: np.frombuffer(facts.texts, np.uint64) for split, facts in splits}
        distinct = {split: np.unique(values) for split, values in texts.items()}
        names = list(texts)
        known = _is_in(texts["test"], distinct["train"]) | _is_in(texts["test"], distinct["validation"])
        return {
            "kept": {split: facts.kept for split, facts in splits},
            "labels": {split: {label: facts.labels[label] for label in self._task.labels} for split, facts in splits},
            "damage": {split: {kind: facts.damage[kind] for kind in KINDS if facts.damage[kind] or kind not in _RARE}
                       for split, facts in splits},
            "lengths": {split: length_percentiles(facts.lengths) for split, facts in splits},
            **words,
            "duplicates": {split: len(texts[split]) - len(distinct[split]) for split in names},
            "overlaps": {later: {earlier: int(_is_in(texts[later], distinct[earlier]).sum())
                                 for earlier in names[:position]}
                         for position, later in enumerate(names) if position},
            "train_test_overlap": int(known.sum()),
            "conflicting_labels": self._conflicting(),
        }

    def _conflicting(self) -> int:
        """Number of distinct texts of train and validation that come with more than one answer."""
        both = [self._splits[split] for split in ("train", "validation")]
        texts, answers = (np.concatenate([np.frombuffer(part, np.uint64) for part in parts]) for parts in (
            [split.texts for split in both], [split.answers for split in both]))
        ordered = np.sort(texts)
        repeated = _is_in(texts, np.unique(ordered[1:][ordered[1:] == ordered[:-1]]))
        different = set(zip(texts[repeated].tolist(), answers[repeated].tolist(), strict=True))
        return sum(count > 1 for count in Counter(text for text, _ in different).values())


@dataclass
class _Split:
    kept: int = 0
    words: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    damage: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    texts: array = field(default_factory=lambda: array("Q"))
    answers: array = field(default_factory=lambda: array("Q"))


def digest(*texts: str) -> int:
    """A number of 64 bits that differs where texts differ."""
    return int.from_bytes(hashlib.blake2b("\0".join(texts).encode(), digest_size=_DIGEST).digest())


_answer = lru_cache(maxsize=1000)(digest)


def _is_in(values: np.ndarray, ordered: np.ndarray) -> np.ndarray:
    """Of each value, whether it is among the distinct ``ordered`` ones."""
    places = np.searchsorted(ordered, values)
    return ordered[np.minimum(places, len(ordered) - 1)] == values if len(ordered) else np.zeros(len(values), bool)
