"""Apply a recipe to a model: which weights are trained, and which are added.

The head maps the output of the encoder to classes. It consists of the classifier with all its layers and the pooler,
which published encoders often lack. A final normalisation of the encoder, as in GPT-2, was pre-trained and is treated
as part of the top layer.
"""

from typing import Any

from torch import nn
from transformers import PreTrainedModel

from stages.models.architectures import ARCHITECTURES, refuse_recipe
from stages.models.averaging import average_tokens, averages_tokens, remove_dropout
from stages.models.parts import parts, transformer_layers
from stages.models.prefix import add_prefix
from stages.settings.recipes import (
    GradualTuning,
    HeadTuning,
    Ia3Tuning,
    LoraTuning,
    PartialTuning,
    PrefixTuning,
    Recipe,
    SetFitTuning,
)


def apply_recipe(model: PreTrainedModel, recipe: Recipe) -> PreTrainedModel:
    """Freeze weights (``requires_grad``) and add those of the recipe, drawn from torch's random numbers.

    Layers that are never trained lose their dropout if none below them are trained, so that an input always gets the
    same activations from them. With gradual tuning, all weights that are trained at any time stay trainable; see
    :func:`freeze_at`.

    Raises:
        UserError: the recipe names more layers than there are, or the architecture does not support it.
    """
    refuse_recipe(_facts(model), recipe, f"recipes: a recipe of method {recipe.method}")
    if isinstance(recipe, LoraTuning | Ia3Tuning | PrefixTuning):
        _add_weights(model, recipe)
    elif isinstance(recipe, SetFitTuning):
        if averages_tokens(model):
            average_tokens(model, linear_layers_of_head(model)[0])
    elif frozen := frozen_prefix(model, recipe):
        _freeze(model, frozen)
        _remove_dropout(model, frozen)
    return model


def _facts(model: PreTrainedModel) -> dict[str, Any]:
    """The model's config as the table of architectures reads it."""
    return model.config.to_dict() | {"num_hidden_layers": model.config.num_hidden_layers}


def frozen_prefix(model: PreTrainedModel, recipe: Recipe) -> int:
    """Number of leading parts whose weights never change during the run.

    0 for none, 1 for the embeddings, 1 + k for the embeddings and the k lowest layers; all layers with ``head``.
    """
    match recipe:
        case HeadTuning():
            return 1 + len(transformer_layers(model))
        case PartialTuning(frozen_layers=layers) | GradualTuning(frozen_layers=int(layers)):
            return 1 + layers
        case LoraTuning() | Ia3Tuning() | PrefixTuning():
            return 1
    return 0


def _units(model: PreTrainedModel) -> list[tuple[str, ...]]:
    """Names of parameters in the order of freezing: embeddings, layers from the input up, head."""
    found, head = parts(model), head_parameters(model)
    pretrained = tuple(name for name in found.head if name not in set(head))
    return [found.embeddings, *found.layers[:-1], found.layers[-1] + pretrained, head]


def head_parameters(model: PreTrainedModel) -> tuple[str, ...]:
    """Names of the parameters of the head, including the pooler."""
    encoder = {id(parameter) for name, parameter in model.base_model.named_parameters() if "pooler." not in name}
    return tuple(name for name, parameter in model.named_parameters() if id(parameter) not in encoder)


def linear_layers_of_head(model: PreTrainedModel) -> list[nn.Linear]:
    """The linear layers of the head in their order; the output of the last one is the logits."""
    names = dict.fromkeys(name.rpartition(".")[0] for name in head_parameters(model))
    return [layer for name in names if isinstance(layer := model.get_submodule(name), nn.Linear)]


def _freeze(model: PreTrainedModel, frozen: int) -> None:
    """Train only the parts above the ``frozen`` leading parts."""
    fixed = {name for unit in _units(model)[:frozen] for name in unit}
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name not in fixed)


def _remove_dropout(model: PreTrainedModel, frozen: int) -> None:
    trained = [module for layer in transformer_layers(model)[frozen - 1:] for module in layer.modules()]
    remove_dropout(set(model.base_model.modules()) - set(trained))


def freeze_at(model: PreTrainedModel, recipe: Recipe, step: int, steps: int) -> None:
    """For gradual tuning, freeze the parts that are not yet trained after ``step`` of ``steps``; else do nothing.

    The result depends on the arguments alone, so an interrupted run continues identically. A frozen parameter has no
    gradient; the optimizer does not change it and keeps no state for it.
    """
    if isinstance(recipe, GradualTuning):
        _freeze(model, frozen_after(recipe, len(transformer_layers(model)), step, steps))


def frozen_after(recipe: GradualTuning, layers: int, step: int, steps: int) -> int:
    """Number of leading parts frozen after ``step`` of ``steps``, counted as in :func:`frozen_prefix`."""
    last = 0 if recipe.frozen_layers is None else 1 + recipe.frozen_layers
    waiting = 1 + layers - last
    released = int(waiting * step / (recipe.unfrozen_by * steps))
    return max(last, 1 + layers - released)


def learning_rate_factors(model: PreTrainedModel, decay: float) -> dict[str, float]:
    """Learning-rate factors by name of the parameter; empty if ``decay`` is 1.

    The head has factor 1, the top layer ``decay``, and each layer below ``decay`` times that of the layer above; the
    embeddings have the lowest (Howard and Ruder, 2018, https://aclanthology.org/P18-1031).
    """
    if decay == 1.0:
        return {}
    units = _units(model)
    return {name: decay ** (len(units) - 1 - depth) for depth, unit in enumerate(units) for name in unit}


def _add_weights(model: PreTrainedModel, recipe: LoraTuning | Ia3Tuning | PrefixTuning) -> None:
    """Freeze the model, add weights to its layers, and train these and the head."""
    if isinstance(recipe, PrefixTuning):
        known = set(model.parameters())
        add_prefix(model, recipe.prefix_tokens)
        for parameter in known:
            parameter.requires_grad_(False)
    else:
        _inject_adapter(model, recipe)
    for name in head_parameters(model):
        model.get_parameter(name).requires_grad_(True)


def _inject_adapter(model: PreTrainedModel, recipe: LoraTuning | Ia3Tuning) -> None:
    from peft import IA3Config, LoraConfig, inject_adapter_in_model  # takes 0.3 s that other recipes need not spend

    places = ARCHITECTURES[model.config.model_type]
    config = LoraConfig(
        r=recipe.rank, lora_alpha=recipe.alpha, lora_dropout=0.0, fan_in_fan_out=places.transposed,
        target_modules=_in_layers(model, *places.lora),
    ) if isinstance(recipe, LoraTuning) else IA3Config(
        target_modules=_in_layers(model, *places.scaled, places.inner),
        feedforward_modules=_in_layers(model, places.inner), fan_in_fan_out=places.transposed)
    inject_adapter_in_model(config, model)


def _in_layers(model: PreTrainedModel, *places: str) -> list[str]:
    """Full names of the modules at ``places`` in every layer."""
    wanted = {id(layer.get_submodule(place)) for layer in transformer_layers(model) for place in places}
    return [name for name, module in model.named_modules() if id(module) in wanted]


def merged(model: PreTrainedModel) -> PreTrainedModel:
    """The model with the weights of LoRA and IA3 merged into its own, as a plain model; others are not changed.

    The logits are the same up to rounding.
    """
    for name, module in list(model.named_modules()):
        if hasattr(module, "get_base_layer"):  # peft's BaseTunerLayer
            module.merge()
            model.set_submodule(name, module.get_base_layer())
    return model


def restore_prefix(model: PreTrainedModel) -> None:
    """Add an untrained prefix to a model whose config says that it was saved with one."""
    if tokens := getattr(model.config, "prefix_tokens", 0):
        add_prefix(model, tokens)
