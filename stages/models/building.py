"""The one place where the arms differ: the weights that a model starts from."""

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Literal

import torch
from safetensors.torch import load_file
from torch import nn
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    PretrainedConfig,
    PreTrainedModel,
)

from stages.common.errors import UserError
from stages.models.architectures import DROPOUT_FIELDS, architecture_of, refuse_kind
from stages.models.dropout import use_quick_dropout
from stages.models.first_token import compute_only_first_token
from stages.models.loading import load_checkpoint
from stages.models.parts import transformer_layers
from stages.models.tuning import apply_recipe, restore_prefix
from stages.settings.arms import ARMS
from stages.settings.recipes import FULL, Recipe, refused_kind

# Fields of a config that describe the outputs of the checkpoint's own task, with their values here. Pipelines read some
# of them to interpret logits, for example as regression or multi-label classification.
_ANSWER_FIELDS = {"problem_type": None, "return_dict": True, "output_attentions": False, "output_hidden_states": False}
_FOREIGN_FIELDS = ("task_specific_params", "function_to_apply", "finetuning_task", "custom_pipelines", "prefix",
                   "torchscript", "quantization_config", "generation_config")


def build_model(
    init: str,
    checkpoint: Path,
    kind: Literal["single", "pair", "words"],
    tags: Sequence[str],
    dropout: float,
    seed: int,
    recipe: Recipe = FULL,
) -> PreTrainedModel:
    """A float32 classifier of the checkpoint's architecture, in training mode, prepared for ``recipe``.

    Args:
        init: name of an arm. All weights are drawn from ``seed``; where the arm has initial weights, the encoder is
            then read from ``checkpoint/model.safetensors``, so that all arms start with the same head.
        checkpoint: folder with ``config.json`` and, where the arm has some, the weights.
        kind: ``words`` gives one prediction per token, the others one per input.
        tags: names of the classes, in the order of their ids; written into the model's config.
        dropout: probability for every dropout layer.
        seed: of the initial weights.
        recipe: which weights are trained, and which are added.

    Raises:
        UserError: the weights lack parts of the encoder or do not have the shapes of the config, or the architecture
            does not support the recipe or the kind of task.
    """
    config = _config(checkpoint, tags, dropout)
    refuse_kind({"model_type": config.model_type}, kind, f"{checkpoint}/config.json")
    if reason := refused_kind(recipe, kind):
        raise UserError(f"recipes: a recipe of method {recipe.method}: {reason}; use another")
    torch.manual_seed(seed)
    model = _classifier(config, kind)
    drawn = [(module, deepcopy(module.state_dict())) for module in _reinitialised(model, recipe)]
    if ARMS[init].weights is not None:
        _load_encoder(model, checkpoint, config)
    for module, weights in drawn:
        module.load_state_dict(weights)
    use_quick_dropout(model)
    apply_recipe(model, recipe)
    compute_only_first_token(model)
    return model.train()


def _classifier(config: PretrainedConfig, kind: str) -> PreTrainedModel:
    automatic = AutoModelForTokenClassification if kind == "words" else AutoModelForSequenceClassification
    model: PreTrainedModel = automatic.from_config(config, dtype=torch.float32)
    return model


def _reinitialised(model: PreTrainedModel, recipe: Recipe) -> list[nn.Module]:
    """Modules of the encoder that keep their random weights."""
    count = getattr(recipe, "reinitialised_layers", 0)
    if not count:
        return []
    pooler = getattr(model.base_model, "pooler", None)
    return [*transformer_layers(model)[-count:], *([pooler] if pooler is not None else [])]


def _load_encoder(model: PreTrainedModel, checkpoint: Path, config: PretrainedConfig) -> None:
    """Load the encoder's weights from the checkpoint, without the head that the checkpoint may have."""
    encoder, missing = load_checkpoint(AutoModel, checkpoint, config)
    wanted = model.base_model.state_dict().keys() - missing
    weights = {name: tensor for name, tensor in encoder.state_dict().items() if name in wanted}
    model.base_model.load_state_dict(weights, strict=False)


def build_encoder(checkpoint: Path) -> PreTrainedModel:
    """The checkpoint's encoder without a head, in evaluation mode: of an encoder-decoder its encoder.

    Raises:
        UserError: the weights lack parts of the encoder or do not have the shapes of the config.
    """
    config = _config(checkpoint, ("none",), 0.0)
    model, _ = load_checkpoint(AutoModel, checkpoint, config)
    return (model.get_encoder() if config.is_encoder_decoder else model).eval()


def load_model(folder: Path, kind: str) -> PreTrainedModel:
    """A trained model as ``train`` saved it, in evaluation mode."""
    config = AutoConfig.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
    model = _classifier(config, kind)
    restore_prefix(model)
    model.load_state_dict(load_file(folder / "model.safetensors"))
    compute_only_first_token(model)
    return model.eval()


def _config(checkpoint: Path, tags: Sequence[str], dropout: float) -> PretrainedConfig:
    config = AutoConfig.from_pretrained(
        checkpoint, trust_remote_code=False, local_files_only=True,
        id2label=dict(enumerate(tags)), label2id={tag: identifier for identifier, tag in enumerate(tags)},
    )
    architecture = architecture_of(config.to_dict(), f"{checkpoint}/config.json")
    for field, value in _ANSWER_FIELDS.items():
        setattr(config, field, value)
    for field in _FOREIGN_FIELDS:
        config.__dict__.pop(field, None)
    for field in DROPOUT_FIELDS:
        if hasattr(config, field):
            setattr(config, field, dropout)
    architecture.fix(config)
    if architecture.decoder:
        _complete_decoder(config, checkpoint, dropout)
    return config


def _complete_decoder(config: PretrainedConfig, checkpoint: Path, dropout: float) -> None:
    """Settings that a decoder needs as a classifier and that published configs lack.

    A decoder classifies a text from its last token that is not padding. Without a padding token, the end-of-text token
    is used, because no input ends with it.
    """
    config.classifier_dropout = dropout
    config.use_cache = False
    if config.pad_token_id is None:
        ends = config.eos_token_id
        config.pad_token_id = ends[0] if isinstance(ends, list) and ends else ends
    if config.pad_token_id is None:
        raise UserError(f"{checkpoint}/config.json: expected eos_token_id or pad_token_id, found neither; add the id "
                        "of the end-of-text token")
