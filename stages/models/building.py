"""The one place where the two arms differ: the weights that a model starts from."""

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Literal

import torch
from safetensors import SafetensorError
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
from transformers.models.auto.auto_factory import _BaseAutoModelClass
from transformers.utils import logging

from stages.common.errors import UserError
from stages.models.dropout import use_quick_dropout
from stages.models.first_token import compute_only_first_token
from stages.models.parts import transformer_layers
from stages.models.tuning import apply_recipe, restore_prefix
from stages.settings.recipes import FULL, Recipe

logging.set_verbosity_error()
logging.disable_progress_bar()

# Every name that the architectures of this project use for a dropout probability.
_DROPOUT_FIELDS = (
    "hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout", "dropout", "attention_dropout",
    "seq_classif_dropout", "embd_pdrop", "attn_pdrop", "resid_pdrop", "summary_last_dropout",
)
# What a checkpoint's config may say of its own task's answers, and what it says here. A pipeline reads some of it to
# decide what to do with logits, as with those of regression or of several labels at once.
_ANSWER_FIELDS = {"problem_type": None, "return_dict": True, "output_attentions": False, "output_hidden_states": False}
_FOREIGN_FIELDS = ("task_specific_params", "function_to_apply", "finetuning_task", "custom_pipelines", "prefix",
                   "torchscript", "quantization_config", "generation_config")


def build_model(
    init: Literal["pretrained", "scratch"],
    checkpoint: Path,
    kind: Literal["single", "pair", "words"],
    tags: Sequence[str],
    dropout: float,
    seed: int,
    recipe: Recipe = FULL,
) -> PreTrainedModel:
    """A classifier of the checkpoint's architecture in float32, in training mode, ready to be trained by ``recipe``.

    Args:
        init: ``scratch`` draws all weights from ``seed``; ``pretrained`` does the same and then reads the encoder
            from ``checkpoint/model.safetensors``, so both arms start with the same head.
        checkpoint: folder with ``config.json`` and, for ``pretrained``, the weights.
        kind: ``words`` gives one prediction per token, the others one per input.
        tags: names of the classes, in the order of their ids; written into the model's config.
        dropout: probability for every dropout layer.
        seed: of the initial weights.
        recipe: which weights are trained, and which are added.

    Raises:
        UserError: the weights lack parts of the encoder or have other shapes than the config says, or the recipe asks
            for what the architecture does not have.
    """
    config = _config(checkpoint, tags, dropout)
    automatic = AutoModelForTokenClassification if kind == "words" else AutoModelForSequenceClassification
    torch.manual_seed(seed)
    model = automatic.from_config(config, dtype=torch.float32)
    drawn = [(module, deepcopy(module.state_dict())) for module in _reinitialised(model, recipe)]
    if init == "pretrained":
        _load_encoder(model, checkpoint, config)
    for module, weights in drawn:
        module.load_state_dict(weights)
    use_quick_dropout(model)
    apply_recipe(model, recipe)
    compute_only_first_token(model)
    return model.train()


def _reinitialised(model: PreTrainedModel, recipe: Recipe) -> list[nn.Module]:
    """The modules of the encoder that keep their random weights."""
    count = getattr(recipe, "reinitialised_layers", 0)
    if not count:
        return []
    pooler = getattr(model.base_model, "pooler", None)
    return [*transformer_layers(model)[-count:], *([pooler] if pooler is not None else [])]


def _load_encoder(model: PreTrainedModel, checkpoint: Path, config: PretrainedConfig) -> None:
    """Replace the encoder's weights by the checkpoint's. A head that the checkpoint may have is left behind."""
    encoder, missing = load_checkpoint(AutoModel, checkpoint, config)
    wanted = model.base_model.state_dict().keys() - missing
    weights = {name: tensor for name, tensor in encoder.state_dict().items() if name in wanted}
    model.base_model.load_state_dict(weights, strict=False)


def load_checkpoint(
    automatic: type[_BaseAutoModelClass], checkpoint: Path, config: PretrainedConfig
) -> tuple[PreTrainedModel, set[str]]:
    """A model in float32 with all weights that the checkpoint has for it, and the names of the tensors it lacks.

    Raises:
        UserError: the weights lack parts of the encoder or have other shapes than the config says.
    """
    try:
        model, report = automatic.from_pretrained(
            checkpoint, config=config, dtype=torch.float32, use_safetensors=True, trust_remote_code=False,
            local_files_only=True, output_loading_info=True,
        )
    except (OSError, RuntimeError, ValueError, SafetensorError) as error:
        reason = " ".join(str(error).split())
        raise UserError(f"{checkpoint}: the weights do not fit config.json: {reason[:300]}") from None
    # A pooler belongs to the head: published encoders often come without one.
    encoder = "" if model.base_model is model else f"{model.base_model_prefix}."
    missing = sorted(name for name in report["missing_keys"] if name.startswith(encoder) and "pooler." not in name)
    if missing:
        raise UserError(f"{checkpoint}/model.safetensors: {len(missing)} tensors of the encoder are missing, first "
                        f"{missing[0]}; these weights belong to another config.json")
    return model, set(report["missing_keys"])


def load_model(folder: Path, kind: str) -> PreTrainedModel:
    """A trained model as ``train`` saved it, in evaluation mode."""
    automatic = AutoModelForTokenClassification if kind == "words" else AutoModelForSequenceClassification
    config = AutoConfig.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
    model: PreTrainedModel = automatic.from_config(config, dtype=torch.float32)
    restore_prefix(model)
    model.load_state_dict(load_file(folder / "model.safetensors"))
    compute_only_first_token(model)
    return model.eval()


def _config(checkpoint: Path, tags: Sequence[str], dropout: float) -> PretrainedConfig:
    config = AutoConfig.from_pretrained(
        checkpoint, trust_remote_code=False, local_files_only=True,
        id2label=dict(enumerate(tags)), label2id={tag: identifier for identifier, tag in enumerate(tags)},
    )
    for field, value in _ANSWER_FIELDS.items():
        setattr(config, field, value)
    for field in _FOREIGN_FIELDS:
        config.__dict__.pop(field, None)
    for field in _DROPOUT_FIELDS:
        if hasattr(config, field):
            setattr(config, field, dropout)
    if config.model_type == "gpt2":
        _complete_decoder(config, checkpoint, dropout)
    return config


def _complete_decoder(config: PretrainedConfig, checkpoint: Path, dropout: float) -> None:
    """Settings that GPT-2 needs as a classifier and is published without.

    It classifies a text from its last token, which is the last one that is not padding. It has no token for padding;
    the one that ends a text serves, since no text that is given to it ends with it.
    """
    config.classifier_dropout = dropout
    config.use_cache = False
    if config.pad_token_id is None:
        config.pad_token_id = config.eos_token_id
    if config.pad_token_id is None:
        raise UserError(f"{checkpoint}/config.json: expected eos_token_id or pad_token_id, found neither; add the id "
                        "of the token that ends a text")
