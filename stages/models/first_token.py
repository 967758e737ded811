"""Classifiers of whole inputs read the first token of the last layer alone; the others need not be computed there.

Queries, keys and values of the last layer see all tokens as before; what follows the attention (three quarters of the
layer's work) is computed for the first token. Logits and gradients are those of the whole layer.
"""

from typing import Any

import torch
from torch import nn
from transformers import PreTrainedModel

from stages.models.parts import transformer_layers

# Architectures whose classifier of whole inputs reads the first token.
_BERT_LIKE = {"bert", "electra", "roberta", "xlm-roberta", "camembert"}


def compute_only_first_token(model: PreTrainedModel) -> bool:
    """Let the last layer compute only what a classifier of whole inputs reads; whether this model allows it."""
    if not type(model).__name__.endswith("ForSequenceClassification"):
        return False
    layer: Any = transformer_layers(model)[-1]
    # The module that adds the layer's input to what its attention gives: all after it works token by token.
    if model.config.model_type in _BERT_LIKE:
        sum_of_both: nn.Module = layer.attention.output
    elif model.config.model_type == "distilbert":
        sum_of_both = layer.sa_layer_norm
    else:
        return False
    sum_of_both.register_forward_pre_hook(_first_token)
    return True


def _first_token(module: nn.Module, arguments: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
    return tuple(tensor[:, :1] for tensor in arguments)
