"""The metrics that ``evaluate`` writes, and where they are shown."""

from collections.abc import Iterable

# Places: for every split before and after training; on test alone; on the card of an exported model.
SPLITS, TEST, CARD = "splits", "test", "card"
METRICS: dict[str, tuple[str, ...]] = {
    "accuracy": (SPLITS, CARD),
    "macro_f1": (SPLITS, CARD),
    "entity_f1": (SPLITS, CARD),
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
