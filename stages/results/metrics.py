"""The metrics that ``evaluate`` writes: their words, and where they are shown."""

from collections.abc import Iterable
from dataclasses import dataclass

# Places: for every split before and after training; on test alone; on the card of an exported model.
SPLITS, TEST, CARD = "splits", "test", "card"


@dataclass(frozen=True)
class Metric:
    """One metric: its name in prose, and the places where it is shown."""

    words: str
    shown: tuple[str, ...]


METRICS = {
    "accuracy": Metric("accuracy", (SPLITS, CARD)),
    "macro_f1": Metric("macro-F1", (SPLITS, CARD)),
    "entity_f1": Metric("entity F1", (SPLITS, CARD)),
    "delivered_entity_f1": Metric("entity F1 from running text", (SPLITS, CARD)),
    "entity_precision": Metric("entity precision", (SPLITS, CARD)),
    "entity_recall": Metric("entity recall", (SPLITS, CARD)),
    "token_accuracy": Metric("token accuracy", (SPLITS,)),
    "loss": Metric("loss", (SPLITS,)),
    "error_rate": Metric("error rate", (TEST,)),
    "micro_f1": Metric("micro-F1", (TEST,)),
    "weighted_f1": Metric("weighted F1", (TEST,)),
    "balanced_accuracy": Metric("balanced accuracy", (TEST,)),
    "mcc": Metric("Matthews correlation", (TEST,)),
    "entity_macro_f1": Metric("macro-F1 over types", (TEST,)),
    "strict_entity_f1": Metric("entity F1, strict IOB2", (TEST,)),
    "token_accuracy_without_o": Metric("token accuracy without O", (TEST,)),
    "token_mcc": Metric("Matthews correlation of tags", (TEST,)),
    "brier_score": Metric("Brier score", (TEST,)),
    "calibration_error": Metric("calibration error", (TEST, CARD)),
    # The accuracy that a scorer would find which counts padding: the doctor recognises such a score by it.
    "inflated_token_accuracy": Metric("token accuracy with padding", ()),
}


def shown(place: str, found: Iterable[str]) -> list[str]:
    """The metrics among ``found`` that are shown at a place, in the order of the table."""
    names = set(found)
    return [name for name, metric in METRICS.items() if place in metric.shown and name in names]
