"""Gradient norms of each part of a model.

Vanishing gradients announce a failed fine-tuning run (Mosbach et al., 2021,
https://openreview.net/forum?id=nzpLWnVAyah).
"""

import math

import torch
from transformers import PreTrainedModel

from stages.models.parts import parts

OTHER = "other"  # parameters in none of the parts, such as those that a wrapper of the model adds


def gradient_norms(model: PreTrainedModel) -> dict[str, float | None]:
    """L2 norm of the gradients by part: ``embeddings``, ``layer_1`` from the input up, ``head``, ``other``.

    A part without a gradient, such as a frozen one, is absent; a norm that is not finite is None.
    """
    part_of = _part_names(model)
    gradients: dict[str, list[torch.Tensor]] = {}
    for name, parameter in model.named_parameters():
        if parameter.grad is not None:
            gradients.setdefault(part_of.get(name, OTHER), []).append(parameter.grad)
    norms = {part: float(torch.nn.utils.get_total_norm(members)) for part, members in gradients.items()}
    return {part: norm if math.isfinite(norm) else None for part, norm in norms.items()}


def _part_names(model: PreTrainedModel) -> dict[str, str]:
    """The part of every parameter, by its name; empty for a model whose layers are unknown."""
    try:
        found = parts(model)
    except ValueError:
        return {}
    named = {"embeddings": found.embeddings, "head": found.head} | {
        f"layer_{number}": names for number, names in enumerate(found.layers, start=1)}
    return {name: part for part, names in named.items() for name in names}
