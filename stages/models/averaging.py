"""Let the classifier of a published architecture read the mean of all tokens, in weights that transformers alone loads.

Sentence encoders are trained to have their meaning in the mean of the last states (Reimers and Gurevych, 2019,
https://aclanthology.org/D19-1410), while the classifiers of these architectures read the first token. A further layer
of constant weights writes the mean there: its queries are 0, so that every token attends to all alike, and its output
outweighs the state that it is added to. The normalisation of the layer stays, which centres and scales each mean.
"""

from collections.abc import Iterable
from copy import deepcopy

import torch
from torch import nn
from transformers import PreTrainedModel

from stages.models.architectures import ARCHITECTURES
from stages.models.parts import transformer_layers

_WEIGHT = 1000.0  # of the mean beside the state of the first token; float16 has room for it
# The dense layer between the mean and the last one passes it on in the range where tanh and gelu are linear. That of
# DistilBERT ends in relu, which is so above 0.
_PASSED = 1e-2
_PASSED_BY_RELU, _SHIFT_BEFORE_RELU = 0.1, 1.0

_PARTS = {  # by the sum in the architecture's table: queries and keys, values, and the rest in order
    "attention.output": (("attention.self.query", "attention.self.key"), "attention.self.value",
                         "attention.output.dense", ("intermediate.dense", "output.dense"),
                         ("attention.output.LayerNorm", "output.LayerNorm")),
    "sa_layer_norm": (("attention.q_lin", "attention.k_lin"), "attention.v_lin", "attention.out_lin",
                      ("ffn.lin1", "ffn.lin2"), ("sa_layer_norm", "output_layer_norm"))}


def averages_tokens(model: PreTrainedModel) -> bool:
    """Whether :func:`average_tokens` knows the architecture, an encoder whose classifier reads the first token."""
    return ARCHITECTURES[model.config.model_type].last_sum is not None


def offset(model: PreTrainedModel) -> float:
    """What is added to every number that the last linear layer reads."""
    return _SHIFT_BEFORE_RELU if model.config.model_type == "distilbert" else 0.0


def average_tokens(model: PreTrainedModel, dense: nn.Linear) -> None:
    """Append the constant layer, and let ``dense``, the first layer of the classifier, pass its output on.

    None of these weights is trained, and there is no dropout between the tokens' states and the logits.
    """
    layers = transformer_layers(model)
    layer = deepcopy(layers[-1])
    place = ARCHITECTURES[model.config.model_type].last_sum
    assert place is not None, "the caller has asked"
    zero, values, output, inner, norms = _PARTS[place]
    for name in (*zero, *inner):
        _set(layer.get_submodule(name), 0.0)
    _set(layer.get_submodule(values), 1.0)
    _set(layer.get_submodule(output), _WEIGHT)
    for name in norms:
        nn.init.ones_(layer.get_submodule(name).weight)  # type: ignore[arg-type]
        nn.init.zeros_(layer.get_submodule(name).bias)  # type: ignore[arg-type]
    _set(dense, _PASSED_BY_RELU if offset(model) else _PASSED, offset(model))
    layers.append(layer)
    model.config.num_hidden_layers = len(layers)
    layer.requires_grad_(False)
    dense.requires_grad_(False)
    outside = set(model.modules()) - set(model.base_model.modules())
    remove_dropout((*layer.modules(), *outside))


def remove_dropout(modules: Iterable[nn.Module]) -> None:
    """Let modules drop nothing, neither by themselves nor by a function to which they pass a probability."""
    for module in modules:
        if isinstance(module, nn.Dropout):
            module.p = 0.0
        for name, value in vars(module).items():
            if "dropout" in name and isinstance(value, float):
                setattr(module, name, 0.0)


def _set(linear: nn.Module, diagonal: float, bias: float = 0.0) -> None:
    with torch.no_grad():
        linear.weight.copy_(diagonal * torch.eye(*linear.weight.shape))  # type: ignore[operator, arg-type]
        linear.bias.fill_(bias)  # type: ignore[operator]
