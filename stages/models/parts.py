"""The parts of a model from input to output, with the same names for every architecture."""

from dataclasses import dataclass

from torch import nn
from transformers import PreTrainedModel

from stages.models.architectures import ARCHITECTURES


@dataclass(frozen=True)
class Parts:
    """Names of parameters by part.

    Attributes:
        embeddings: everything before the first layer, including a projection of the embeddings, and the embeddings of
            distances that every layer uses.
        layers: one entry per transformer layer, from the input up.
        head: everything after the last layer: final normalisation, pooler and classifier.
    """

    embeddings: tuple[str, ...]
    layers: tuple[tuple[str, ...], ...]
    head: tuple[str, ...]


def transformer_layers(model: PreTrainedModel) -> nn.ModuleList:
    """The transformer layers of the encoder or decoder, from the input up; layers that share weights count as one.

    Raises:
        ValueError: the architecture is not listed in the table.
    """
    architecture = ARCHITECTURES.get(model.config.model_type)
    if architecture is None:
        raise ValueError(f"{type(model).__name__} is not listed in stages.models.architectures")
    layers = model.base_model.get_submodule(architecture.layers)
    assert isinstance(layers, nn.ModuleList), "the table names a list of layers"
    return layers


def parts(model: PreTrainedModel) -> Parts:
    """Assign every parameter of ``model`` to one part, by the order in which the architectures declare them."""
    stack = transformer_layers(model)
    outside = tuple(f"{name}." for name in ARCHITECTURES[model.config.model_type].outside_layers)
    used_by_all = {id(parameter) for name, parameter in model.base_model.named_parameters() if name.startswith(outside)}
    layer_of = {id(parameter): number for number, layer in enumerate(stack) for parameter in layer.parameters()}
    embeddings: list[str] = []
    layers: list[list[str]] = [[] for _ in stack]
    head: list[str] = []
    base = {id(parameter) for parameter in model.base_model.parameters()}
    for name, parameter in model.named_parameters():
        if id(parameter) in layer_of:
            layers[layer_of[id(parameter)]].append(name)
        elif id(parameter) in used_by_all or (id(parameter) in base and not any(layers)):
            embeddings.append(name)
        else:
            head.append(name)
    return Parts(tuple(embeddings), tuple(map(tuple, layers)), tuple(head))
