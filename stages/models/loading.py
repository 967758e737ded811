"""Load the weights of a checkpoint into the model that its config.json describes."""

from collections.abc import Collection
from pathlib import Path

import torch
from transformers import PretrainedConfig, PreTrainedModel
from transformers.models.auto.auto_factory import _BaseAutoModelClass
from transformers.utils import logging

from stages.common.errors import UserError

logging.set_verbosity_error()
logging.disable_progress_bar()


def load_checkpoint(
    automatic: type[_BaseAutoModelClass], checkpoint: Path, config: PretrainedConfig, weights: Path | None = None
) -> tuple[PreTrainedModel, set[str]]:
    """A float32 model with the weights of the checkpoint, and the names of the tensors that the checkpoint lacks.

    Args:
        weights: path of the weights in error messages, if it is not that in ``checkpoint``.

    Raises:
        UserError: the weights lack parts of the encoder or do not have the shapes of the config.
    """
    weights = weights or checkpoint / "model.safetensors"
    try:
        model, report = automatic.from_pretrained(
            checkpoint, config=config, dtype=torch.float32, use_safetensors=True, trust_remote_code=False,
            local_files_only=True, output_loading_info=True,
        )
    except Exception as error:  # each model class raises its own
        reason = " ".join(str(error).split())
        raise UserError(f"{weights}: the weights do not fit config.json: {reason[:300]}; use the config.json and the "
                        "weights of one checkpoint") from None
    # A pooler belongs to the head: many published encoders have none.
    encoder = "" if model.base_model is model else f"{model.base_model_prefix}."
    missing = sorted(name for name in report["missing_keys"] if name.startswith(encoder) and "pooler." not in name)
    if missing:
        raise UserError(f"{weights}: {len(missing)} tensors of the encoder are missing, first {missing[0]}; these "
                        "weights belong to another config.json, or their names were changed")
    _zero_new_biases(model, report["missing_keys"])
    return model, set(report["missing_keys"])


def _zero_new_biases(model: PreTrainedModel, missing: Collection[str]) -> None:
    """Set the biases of a new head to 0, because some architectures, such as Longformer, leave them undefined."""
    parameters = dict(model.named_parameters(remove_duplicate=False))
    with torch.no_grad():
        for name in missing:
            if name.endswith("bias") and name in parameters:
                parameters[name].zero_()
