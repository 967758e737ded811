"""The training objective: cross-entropy, optionally with label smoothing and class weights."""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from stages.encoding.store import IGNORED_LABEL, EncodedSplit, Ragged


@dataclass(frozen=True)
class Objective:
    """The weighted mean cross-entropy of a batch, as a sum and its divisor.

    A batch can thus be processed in parts that add up to the mean of the batch, even if the parts differ in their
    number of labelled words. Positions labelled ``IGNORED_LABEL`` count neither in the sum nor in the divisor.

    Attributes:
        smoothing: share of the target's mass that is spread evenly over all classes (Szegedy et al., 2016,
            https://arxiv.org/abs/1512.00567).
        class_weights: [classes], or None if all weights are 1.
    """

    smoothing: float = 0.0
    class_weights: torch.Tensor | None = None

    def total(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """The sum in nats, for logits of shape [..., classes] and labels of shape [...]."""
        return cross_entropy(
            logits.flatten(0, -2), labels.flatten(), self.class_weights, ignore_index=IGNORED_LABEL,
            label_smoothing=self.smoothing, reduction="sum")

    def divisor(self, labels: torch.Tensor) -> float:
        """The sum of the weights of the labels; without class weights, their number."""
        labels = labels[labels != IGNORED_LABEL]
        return labels.numel() if self.class_weights is None else float(self.class_weights[labels].sum())


def balanced_class_weights(split: EncodedSplit, classes: int) -> torch.Tensor:
    """Weights n / (k · count) of shape [classes], with k classes among the n labels; 0 for a class without labels.

    This is the rule of King and Zeng (2001, https://doi.org/10.1093/oxfordjournals.pan.a004868), which scikit-learn
    implements as ``class_weight="balanced"``. For ``words`` each word has a label.
    """
    labels = split.labels
    if isinstance(labels, Ragged):
        labels = labels.values[labels.offsets[0] : labels.offsets[-1]]
    counts = np.bincount(labels[labels != IGNORED_LABEL], minlength=classes)
    present = counts > 0
    weights = np.where(present, counts.sum() / (present.sum() * np.maximum(counts, 1)), 0.0)
    return torch.from_numpy(weights.astype(np.float32))
