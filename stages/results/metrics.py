"""The metrics that ``evaluate`` writes, and where they are shown."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator

# Places: at the head of a task; for every split before and after training; on test alone; on the card of an exported
# model.
HEADLINE, SPLITS, TEST, CARD = "headline", "splits", "test", "card"
METRICS: dict[str, tuple[str, ...]] = {
    "accuracy": (HEADLINE, SPLITS, CARD),
    "macro_f1": (SPLITS, CARD),
    "entity_f1": (HEADLINE, SPLITS, CARD),
    "delivered_entity_f1": (SPLITS, CARD),
    "entity_precision": (SPLITS, CARD),
    "entity_recall": (SPLITS, CARD),
    "token_accuracy": (SPLITS,),
    "loss": (SPLITS,),
    "error_rate": (TEST,),
    "micro_f1": (TEST,),
    "weighted_f1": (TEST,),
    "balanced_accuracy": (TEST,),
    "mcc": (TEST,),
    "entity_macro_f1": (TEST,),
    "strict_entity_f1": (TEST,),
    "token_accuracy_without_o": (TEST,),
    "token_mcc": (TEST,),
    "brier_score": (TEST,),
    "calibration_error": (TEST, CARD),
    # The accuracy that a scorer would find which counts padding: the doctor recognises such a score by it.
    "inflated_token_accuracy": (),
}


def shown(place: str, found: Iterable[str]) -> list[str]:
    """The metrics among ``found`` that are shown at a place, in the order of the table."""
    names = set(found)
    return [name for name, places in METRICS.items() if place in places and name in names]


def _headline(name: str) -> str:
    known = shown(HEADLINE, METRICS)
    if name not in known:
        raise ValueError(f"expected {' or '.join(known)}, found {name!r}")
    return name


HeadlineName = Annotated[str, AfterValidator(_headline)]
