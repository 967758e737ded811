"""Compute only the first token of the last layer, because classifiers of whole inputs read no other.

Queries, keys and values of the last layer still cover all tokens; what follows the attention (three quarters of the
layer's work) is computed for the first token. Logits and gradients equal those of the whole layer.
"""

import torch
from torch import nn
from transformers import PreTrainedModel

from stages.models.architectures import ARCHITECTURES
from stages.models.parts import transformer_layers


def compute_only_first_token(model: PreTrainedModel) -> bool:
    """Let the last layer compute only the first token; return whether the model allows it."""
    if not type(model).__name__.endswith("ForSequenceClassification"):
        return False
    place = ARCHITECTURES[model.config.model_type].last_sum
    if place is None:
        return False
    transformer_layers(model)[-1].get_submodule(place).register_forward_pre_hook(_first_token)
    return True


def _first_token(module: nn.Module, arguments: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
    return tuple(tensor[:, :1] for tensor in arguments)
