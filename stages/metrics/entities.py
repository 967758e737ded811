"""Entity precision, recall and F1 by the rules of the CoNLL shared tasks.

An entity counts as found only if its first word, last word and type are all right (Tjong Kim Sang and De Meulder,
2003, https://aclanthology.org/W03-0419). Spans are read from tags as the shared tasks' conlleval script does: an
``I-`` tag that does not continue an entity of its type begins one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Entity = tuple[int, int, str]


def entities(tags: Sequence[str]) -> set[Entity]:
    """Entities of one sentence as (first word, word after the last, type)."""
    found: set[Entity] = set()
    start, kind = 0, ""
    for position, tag in enumerate([*tags, "O"]):
        prefix, _, tag_kind = tag.partition("-")
        if kind and (prefix != "I" or tag_kind != kind):
            found.add((start, position, kind))
            kind = ""
        if prefix != "O" and not kind:
            start, kind = position, tag_kind
    return found


def entity_counts(gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> np.ndarray:
    """Int array [sentences, 3]: entities right, predicted and in the gold standard."""
    rows = []
    for gold_tags, predicted_tags in zip(gold, predicted, strict=True):
        truth, guess = entities(gold_tags), entities(predicted_tags)
        rows.append((len(truth & guess), len(guess), len(truth)))
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


@dataclass(frozen=True)
class EntityScore:
    """Micro-averaged precision, recall and their harmonic mean; 0 where a denominator is 0."""

    precision: float
    recall: float
    f1: float


def entity_score(counts: np.ndarray) -> EntityScore:
    """Score of :func:`entity_counts` summed over sentences."""
    right, predicted, gold = (int(total) for total in counts.sum(axis=0))
    return EntityScore(
        right / predicted if predicted else 0.0,
        right / gold if gold else 0.0,
        2 * right / (predicted + gold) if predicted + gold else 0.0,
    )
