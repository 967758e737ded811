"""Load the weights of a checkpoint into the model that its config.json describes."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import torch
from transformers import PretrainedConfig, PreTrainedModel
from transformers.models.auto.auto_factory import _BaseAutoModelClass
from transformers.utils import logging

from stages.common.errors import UserError
from stages.models.architectures import ARCHITECTURES

logging.set_verbosity_error()
logging.disable_progress_bar()

_ONE_CHECKPOINT = "use the config.json and the weights of one checkpoint"
# Constants of layers that were stored once; transformers itself knows others, such as `attn.bias` of GPT-2.
_CONSTANTS = (".masked_bias", ".inv_freq")


def load_checkpoint(
    automatic: type[_BaseAutoModelClass], checkpoint: Path, config: PretrainedConfig, weights: Path | None = None
) -> tuple[PreTrainedModel, set[str]]:
    """A float32 model with the weights of the checkpoint, and the names of the tensors that the checkpoint lacks.

    Args:
        weights: path of the weights in error messages, if it is not that in ``checkpoint``.

    Raises:
        UserError: the weights lack parts of the encoder, do not have the shapes of the config, or have layers that the
            config does not describe.
    """
    weights = weights or checkpoint / "model.safetensors"
    try:
        model, report = automatic.from_pretrained(
            checkpoint, config=config, dtype=torch.float32, use_safetensors=True, trust_remote_code=False,
            local_files_only=True, output_loading_info=True, ignore_mismatched_sizes=True,  # they are named below
        )
    except Exception as error:  # each model class raises its own
        reason = " ".join(str(error).split())
        raise UserError(f"{weights}: the weights do not fit config.json: {reason[:300]}; {_ONE_CHECKPOINT}") from None
    _refuse_missing(model, report, weights)
    _refuse_other_shapes(report, weights)
    _refuse_unused_layers(model, report, weights)
    _zero_new_biases(model, report["missing_keys"])
    return model, set(report["missing_keys"])


def _refuse_missing(model: PreTrainedModel, report: Mapping[str, Any], weights: Path) -> None:
    # A pooler belongs to the head: many published encoders have none.
    encoder = "" if model.base_model is model else f"{model.base_model_prefix}."
    missing = sorted(name for name in report["missing_keys"] if name.startswith(encoder) and "pooler." not in name)
    if missing:
        first = missing[0].removeprefix(encoder)
        raise UserError(f"{weights}: {len(missing)} tensors of the encoder are missing, first {missing[0]}; "
                        f"{_why_missing(first, model.base_model_prefix, report['unexpected_keys'])}")


def _why_missing(first: str, own: str, unexpected: Collection[str]) -> str:
    if adapter := _adapter_remedy(unexpected):
        return adapter
    prefix = next((name.removesuffix(first) for name in sorted(unexpected) if name.endswith(f".{first}")), "")
    architecture = prefix.removesuffix(".").rpartition(".")[2]
    # The encoder's name in front tells the architecture: a BERT can be read as a RoBERTa, and computes something else.
    if not prefix or architecture in ARCHITECTURES.keys() - {own}:
        return "these weights belong to another config.json, or their names were changed"
    return (f"the file has them behind {prefix!r}; take that off the names with load_file and save_file of "
            "safetensors.torch")


def _adapter_remedy(names: Collection[str]) -> str:
    """What to do with weights that have tensors of LoRA; "" if none of ``names`` is one."""
    if any(".lora_" in name for name in names):
        return ("the file has tensors of an adapter of the peft library; merge it into its model with "
                "merge_and_unload() and save that with save_pretrained")
    return ""


def _refuse_other_shapes(report: Mapping[str, Any], weights: Path) -> None:
    others = sorted(report["mismatched_keys"])
    if others:
        name, found, expected = others[0]
        more = f", and {len(others) - 1} other tensors do not fit" if others[1:] else ""
        raise UserError(f"{weights}: the weights do not fit config.json: {name} has the shape {list(found)}, expected "
                        f"{list(expected)}{more}; {_ONE_CHECKPOINT}")


def _refuse_unused_layers(model: PreTrainedModel, report: Mapping[str, Any], weights: Path) -> None:
    """Refuse tensors of transformer layers that are not loaded; heads and poolers may be left out."""
    layers = f"{ARCHITECTURES[model.config.model_type].layers}."
    names = (name.removeprefix(f"{model.base_model_prefix}.") for name in report["unexpected_keys"])
    unused = sorted(name for name in names if name.startswith(layers) and not name.endswith(_CONSTANTS))
    if unused:
        raise UserError(f"{weights}: {len(unused)} tensors of the layers have no place in the model that config.json "
                        f"describes, first {unused[0]}; {_adapter_remedy(unused) or _ONE_CHECKPOINT}")


def _zero_new_biases(model: PreTrainedModel, missing: Collection[str]) -> None:
    """Set the biases of a new head to 0, because some architectures, such as Longformer, leave them undefined."""
    parameters = dict(model.named_parameters(remove_duplicate=False))
    with torch.no_grad():
        for name in missing:
            if name.endswith("bias") and name in parameters:
                parameters[name].zero_()
