"""Entity precision, recall and F1 by the rules of the CoNLL shared tasks.

An entity counts as found only if its first word, last word and type are all right (Tjong Kim Sang and De Meulder,
2003, https://aclanthology.org/W03-0419). Spans are read from tags as the shared tasks' conlleval script does: an
``I-`` tag that does not continue an entity of its type begins one.
"""

from collections.abc import Iterable, Sequence
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
    """:func:`counted` of the entities of tags per word."""
    return counted(map(entities, gold), map(entities, predicted))


def counted(gold: Iterable[set[Entity]], predicted: Iterable[set[Entity]]) -> np.ndarray:
    """Int64 [sentences, 3]: entities right, predicted and in the gold standard."""
    return np.array([(len(truth & guess), len(guess), len(truth))
                     for truth, guess in zip(gold, predicted, strict=True)], dtype=np.int64).reshape(-1, 3)


def f1_of(totals: np.ndarray) -> np.ndarray:
    """Micro F1 [...] from totals [..., 3] of entities right, predicted and in the gold standard; 0 where none is."""
    entities = totals[..., 1] + totals[..., 2]
    return np.divide(2 * totals[..., 0], entities, out=np.zeros(entities.shape), where=entities > 0)


@dataclass(frozen=True)
class EntityScore:
    """Micro-averaged precision, recall and their harmonic mean; 0 where a denominator is 0."""

    precision: float
    recall: float
    f1: float


def entity_score(counts: np.ndarray) -> EntityScore:
    """Score of :func:`counted`, summed over sentences."""
    totals = counts.sum(axis=0)
    right, predicted, gold = totals.tolist()
    return EntityScore(right / predicted if predicted else 0.0, right / gold if gold else 0.0, float(f1_of(totals)))
