"""Details of entity scores: types, kinds of error, and the higher scores that other ways of counting give.

Entities are read as in :mod:`stages.metrics.entities`, apart from the strict reading beside it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from stages.metrics.entities import Entity, entities, entity_score

# Kinds of error of a predicted entity, the mildest first; `missed` is a gold entity that no prediction overlaps.
ERRORS = ("type", "boundary", "type_and_boundary", "spurious", "missed")


def strict_entities(tags: Sequence[str]) -> set[Entity]:
    """Entities by strict IOB2: an ``I-`` tag that continues no ``B-`` of its type begins no entity.

    Ramshaw and Marcus's scheme as of Tjong Kim Sang and Veenstra, 1999, https://aclanthology.org/E99-1023.
    """
    return {(start, end, kind) for start, end, kind in entities(tags) if tags[start].startswith("B-")}


def per_type(gold: Sequence[set[Entity]], predicted: Sequence[set[Entity]], types: Sequence[str]
             ) -> dict[str, dict[str, float]]:
    """Precision, recall, F1 and number of gold entities (``support``) of every type."""
    counts = {kind: np.zeros((1, 3), dtype=np.int64) for kind in types}
    for truth, guess in zip(gold, predicted, strict=True):
        for place, found in enumerate((truth & guess, guess, truth)):
            for *_, kind in found:
                counts[kind][0, place] += 1
    return {kind: asdict(entity_score(found)) | {"support": int(found[0, 2])} for kind, found in counts.items()}


def errors(gold: Sequence[set[Entity]], predicted: Sequence[set[Entity]]) -> dict[str, int]:
    """Numbers of :data:`ERRORS`; each wrong prediction counts once, as the mildest that applies.

    ``type`` has the words of a gold entity, ``boundary`` overlaps one of its type, ``type_and_boundary`` one of another
    type, ``spurious`` none.
    """
    found = Counter(dict.fromkeys(ERRORS, 0))
    for truth, guess in zip(gold, predicted, strict=True):
        found.update(_error(entity, truth) for entity in guess - truth)
        found["missed"] += sum(not any(_overlap(entity, other) for other in guess) for entity in truth)
    return dict(found)


def _error(entity: Entity, truth: set[Entity]) -> str:
    overlapping = [other for other in truth if _overlap(entity, other)]
    if any(other[:2] == entity[:2] for other in overlapping):
        return "type"
    if any(other[2] == entity[2] for other in overlapping):
        return "boundary"
    return "type_and_boundary" if overlapping else "spurious"


def _overlap(one: Entity, other: Entity) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def word_accuracies(gold: np.ndarray, predicted: np.ndarray, outside: int) -> dict[str, float]:
    """Share of words with the right tag, and that of words whose gold tag is not ``outside``, from tag ids [words].

    0 for the latter where every word is outside.
    """
    right = gold == predicted
    inside = gold != outside
    return {"token_accuracy": float(right.mean()),
            "token_accuracy_without_o": float(right[inside].mean()) if inside.any() else 0.0}


def inflated_accuracy(token_accuracy: float, tokens: int, positions: int) -> float:
    """The accuracy that a scorer finds which counts every position of padded inputs.

    All ``tokens``, sub-words among them, are taken to be as often right as words are, and the padding up to
    ``positions`` always: it is labelled and predicted alike.
    """
    return 1 - (1 - token_accuracy) * tokens / max(tokens, positions)
