"""Dropout (Srivastava et al., 2014, https://jmlr.org/papers/v15/srivastava14a.html) that is fast on a CPU.

torch draws a random number for every element, which takes 10 to 15 % of a training step on a CPU. Here one random
64-bit word of the same generator serves four elements: each is dropped if its 16 bits represent a number below the
probability, which is therefore rounded to a multiple of 2**-16. The generator is torch's default one, so a run that
saves and restores its state draws the same masks.
"""

from typing import Any

import torch
from torch import nn
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import eager_mask

_ATTENTION = "headstart_dropout"
_LEVELS = 2**16  # values of the 16 bits of an element
_ELEMENTS_PER_WORD = 4


def use_quick_dropout(model: PreTrainedModel) -> None:
    """Replace the dropout of ``model`` and of its attention, without changing weights or config.

    Nothing is replaced if training runs on an accelerator, where torch draws random numbers quickly.
    """
    if torch.accelerator.is_available():
        return
    for module in list(model.modules()):
        for name, child in module.named_children():
            if type(child) is nn.Dropout:
                setattr(module, name, QuickDropout(child.p))
    if model._supports_attention_backend:
        model.set_attn_implementation(_ATTENTION)


class QuickDropout(nn.Dropout):
    """``nn.Dropout`` with the masks of :func:`quick_dropout`."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """Drop elements of ``input``, of any shape, if in training mode."""
        return quick_dropout(input, self.p) if self.training and self.p else input


def quick_dropout(values: torch.Tensor, probability: float) -> torch.Tensor:
    """Set elements to 0 with ``probability`` and scale the others to preserve the mean; same shape and type."""
    dropped = round(probability * _LEVELS)
    words = torch.empty(-(-values.numel() // _ELEMENTS_PER_WORD), dtype=torch.int64)
    words.random_(torch.iinfo(torch.int64).min, None)  # all 64 bits
    drawn = words.view(torch.int16)[: values.numel()].view(values.shape)
    kept = drawn >= dropped + torch.iinfo(torch.int16).min
    return values * kept.to(values.dtype).mul_(_LEVELS / max(1, _LEVELS - dropped))


def _attention(
    module: nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    **options: Any,
) -> tuple[torch.Tensor, None]:
    """Scaled dot-product attention (Vaswani et al., 2017) with the interface of transformers.

    Args:
        query, key, value: [rows, heads, tokens, size]; if several heads of queries share keys and values, these have
            fewer heads.
        attention_mask: [rows, 1, tokens, tokens], added to the scores; None if every token attends to every other.

    Returns:
        [rows, tokens, heads, size], and None for the weights.
    """
    if not dropout:
        return sdpa_attention_forward(module, query, key, value, attention_mask, dropout, scaling, **options)
    if key.shape[1] < query.shape[1]:
        shared = query.shape[1] // key.shape[1]
        key, value = (tensor.repeat_interleave(shared, 1) for tensor in (key, value))
    scores = torch.matmul(query * (query.shape[-1] ** -0.5 if scaling is None else scaling), key.transpose(2, 3))
    if attention_mask is not None:
        scores = scores + attention_mask
    weights = quick_dropout(torch.softmax(scores, dim=-1).to(value.dtype), dropout)
    return torch.matmul(weights, value).transpose(1, 2).contiguous(), None


AttentionInterface.register(_ATTENTION, _attention)
AttentionMaskInterface.register(_ATTENTION, eager_mask)
