"""Prefix tuning inside the attention function, for every architecture whose attention transformers can replace.

The prefix takes no position, so inputs can be as long as before. The peft library implements the method through the
key-value cache of decoders instead: DistilBERT has none, and the positions of the input are shifted.
"""

from typing import Any

import torch
from torch import nn
from torch.nn.functional import pad
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel
from transformers.masking_utils import eager_mask
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

from stages.models.architectures import ARCHITECTURES
from stages.models.parts import transformer_layers

_ATTENTION = "headstart_prefix"


def add_prefix(model: PreTrainedModel, tokens: int) -> None:
    """Give the attention of every layer ``prefix_keys`` and ``prefix_values`` of shape [heads, tokens, size].

    If several heads of queries share keys and values, the prefix has as many heads as these. Its initial values are
    drawn from torch's random numbers, with the standard deviation of weights in the config. ``tokens`` is written to
    the config, from which :func:`stages.models.tuning.restore_prefix` reads it.

    Args:
        tokens: number of keys, and of values, per layer.
    """
    config = model.config
    place = ARCHITECTURES[config.model_type].attention
    assert place is not None, "a recipe that the architecture does not take is refused"
    heads = config.num_attention_heads
    shape = (getattr(config, "num_key_value_heads", None) or heads, tokens,
             getattr(config, "head_dim", None) or config.hidden_size // heads)
    for layer in transformer_layers(model):
        module = layer.get_submodule(place)
        for name in ("prefix_keys", "prefix_values"):
            module.register_parameter(name, nn.Parameter(torch.randn(shape) * config.initializer_range))
        module.attention_without_prefix = config._attn_implementation
    config.prefix_tokens = tokens
    model.set_attn_implementation(_ATTENTION)


def _attention(
    module: nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    **options: Any,
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """The attention function of the model without prefix, with the module's prefix before keys and values.

    Args:
        query, key, value: [rows, heads, tokens, size].
        attention_mask: [rows, 1, tokens, tokens], added to the scores; None if every token attends to every other.
    """
    keys, values = (prefix.to(key.dtype).expand(len(key), -1, -1, -1)
                    for prefix in (module.prefix_keys, module.prefix_values))
    if attention_mask is not None:
        attention_mask = pad(attention_mask, (keys.shape[2], 0))
    usual = ALL_ATTENTION_FUNCTIONS[module.attention_without_prefix]
    output: tuple[torch.Tensor, torch.Tensor | None] = usual(
        module, query, torch.cat([keys, key], 2), torch.cat([values, value], 2), attention_mask, **options)
    return output


AttentionInterface.register(_ATTENTION, _attention)
AttentionMaskInterface.register(_ATTENTION, eager_mask)
