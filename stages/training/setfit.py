"""SetFit: contrastive fine-tuning on pairs of training rows, then logistic regression as the classifier.

The method is that of Tunstall et al. (2022, https://arxiv.org/abs/2209.11055). sentence-transformers 6.2.0 and setfit
1.2.0 fit this stack, but would save the loss alone, one line, and bring trainers of their own, which keep neither the
best model by the metric of validation nor the state of a run as here, and a head that is stored as a pickle.

The embedding of an input is what the last linear layer of the architecture's own classifier reads, so that transformers
alone loads the stored model, regression included, and gives the answers that were scored. Of encoders whose classifier
reads the first token that is made the mean of all tokens, as in SetFit, by :mod:`stages.models.averaging`: centred and
scaled, which SetFit leaves out. Of others it is what their classifier is made for, such as the last token of a decoder;
this deviates from SetFit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import cosine_similarity
from transformers import PreTrainedModel

from stages.models.averaging import offset
from stages.models.tuning import linear_layers_of_head
from stages.settings.recipes import Recipe, SetFitTuning
from stages.training.objective import Objective


@dataclass(frozen=True)
class PairObjective(Objective):
    """The mean squared error of the cosine similarity of pairs, whose target is 1 within a class and 0 between two."""

    def total(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """The sum, for embeddings of shape [2 · pairs, size] and labels of shape [2 · pairs], pair after pair."""
        first, second = logits.float().unflatten(0, (-1, 2)).unbind(1)
        same = labels[::2] == labels[1::2]
        return (cosine_similarity(first, second) - same.float()).square().sum()

    def divisor(self, labels: torch.Tensor) -> float:
        """The number of pairs."""
        return labels.numel() / 2


@contextmanager
def embeddings_as_logits(model: PreTrainedModel, recipe: Recipe) -> Iterator[None]:
    """Within the block, the logits of ``model`` are embeddings, [rows, size], if the recipe is SetFit's."""
    if not isinstance(recipe, SetFitTuning):
        yield
        return
    added = offset(model)
    hook = linear_layers_of_head(model)[-1].register_forward_hook(lambda layer, inputs, output: inputs[0] - added)
    try:
        yield
    finally:
        hook.remove()


def fit_head(model: PreTrainedModel, embeddings: np.ndarray, labels: np.ndarray, class_weights: str) -> None:
    """Store logistic regression over embeddings in the last layer of ``model``; without a bias there, it has none.

    The penalty is scikit-learn's default, as in SetFit, on embeddings standardised by those given. A class without a
    row has the bias of one row beside all others.

    Args:
        embeddings: of the training rows, [rows, size].
        labels: class ids of these rows.
        class_weights: ``balanced`` or ``none``, as of the loss of other recipes.
    """
    layer = linear_layers_of_head(model)[-1]
    classes, intercept = np.unique(labels), layer.bias is not None
    weight, bias = np.zeros(layer.weight.shape), np.full(layer.out_features, -np.log1p(len(labels)))
    bias[classes] = 0.0
    if len(classes) > 1:
        weight[classes], bias[classes] = _regression(
            embeddings, labels, intercept, None if class_weights == "none" else class_weights)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weight))
        if intercept:
            layer.bias.copy_(torch.from_numpy(bias - offset(model) * weight.sum(axis=1)))


def _regression(
    embeddings: np.ndarray, labels: np.ndarray, intercept: bool, class_weight: str | None
) -> tuple[np.ndarray, np.ndarray]:
    """Weight [classes, size] and bias [classes] of the classes that occur, for embeddings as they are."""
    from sklearn.linear_model import LogisticRegression  # takes a second that other recipes need not spend
    from sklearn.preprocessing import StandardScaler
    from threadpoolctl import threadpool_limits

    scaler = StandardScaler(with_mean=intercept).fit(embeddings)
    classifier = LogisticRegression(max_iter=5000, fit_intercept=intercept, class_weight=class_weight)
    with threadpool_limits(1):  # the order of sums, and with it the last bits, depends on the number of threads
        classifier.fit(scaler.transform(embeddings).astype(np.float64), labels)
    weight = classifier.coef_ / scaler.scale_
    bias = classifier.intercept_ - (weight @ scaler.mean_ if intercept else 0.0)
    if len(weight) == 1:  # of two classes, scikit-learn has the difference
        return np.concatenate([-weight, weight]) / 2, np.concatenate([-bias, bias]) / 2
    return weight, bias
