"""The parts of a model in the order in which an input passes them, under the same names for every architecture."""

from dataclasses import dataclass

from torch import nn
from transformers import PreTrainedModel


@dataclass(frozen=True)
class Parts:
    """Names of parameters by part.

    Attributes:
        embeddings: what comes before the first layer, a projection of the embeddings included.
        layers: one entry per transformer layer, from the input up.
        head: what comes after the last layer: final normalisation, pooler and classifier.
    """

    embeddings: tuple[str, ...]
    layers: tuple[tuple[str, ...], ...]
    head: tuple[str, ...]


def transformer_layers(model: PreTrainedModel) -> nn.ModuleList:
    """The transformer layers of the encoder or decoder, from the input up.

    Raises:
        ValueError: the model has no list of as many modules as its config says it has layers.
    """
    expected = model.config.num_hidden_layers
    for module in model.base_model.modules():
        if isinstance(module, nn.ModuleList) and len(module) == expected:
            return module
    raise ValueError(f"{type(model).__name__} has no list of {expected} layers")


def parts(model: PreTrainedModel) -> Parts:
    """Every parameter of ``model`` in exactly one part, by the order in which the architectures declare them."""
    stack = transformer_layers(model)
    layer_of = {id(parameter): number for number, layer in enumerate(stack) for parameter in layer.parameters()}
    embeddings: list[str] = []
    layers: list[list[str]] = [[] for _ in stack]
    head: list[str] = []
    base = {id(parameter) for parameter in model.base_model.parameters()}
    for name, parameter in model.named_parameters():
        if id(parameter) in layer_of:
            layers[layer_of[id(parameter)]].append(name)
        elif id(parameter) in base and not any(layers):
            embeddings.append(name)
        else:
            head.append(name)
    return Parts(tuple(embeddings), tuple(map(tuple, layers)), tuple(head))
