"""Task-adaptive pre-training: pre-train a published encoder further on text of a task.

The method is that of Gururangan et al. (2020, https://aclanthology.org/2020.acl-main.740): masked-language modelling
continues from the weights of the checkpoint, with its own dropout. An ELECTRA discriminator also learns to predict
masked words, with a new head that shares its word vectors, because its original objective requires a generator.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModelForMaskedLM, PretrainedConfig, PreTrainedModel

from stages.common.errors import UserError
from stages.common.files import read_json, sha256
from stages.models.architectures import architecture_of, refuse_adaptation
from stages.models.inputs import positions
from stages.models.loading import load_checkpoint
from stages.pretraining.masked_language import EncodedText, MaskedTraining, MeanLoss, Vocabulary
from stages.settings.pretraining import MaskedLanguageSettings
from stages.training.determinism import make_deterministic
from stages.training.resuming import StateStore, run_fingerprint

_MASKS = ("[MASK]", "<mask>")
_WEIGHTS = "model.safetensors"


@dataclass(frozen=True)
class Adapted:
    """One run.

    Attributes:
        new_head: whether the checkpoint had no head for the objective.
        losses: means in nats per masked token by step.
        store: the state of the run; None where none is saved.
    """

    new_head: bool
    losses: list[MeanLoss]
    store: StateStore | None


def adapt(
    checkpoint: Path, text: EncodedText, settings: MaskedLanguageSettings, folder: Path, description: str,
    states: Path | None = None,
) -> Adapted:
    """Pre-train the encoder of ``checkpoint`` further and write its tensors to ``folder/model.safetensors``.

    Args:
        text: encoded with the tokenizer of the checkpoint.
        description: names the run in messages.
        states: folder for states of unfinished runs; without it none are saved.

    Returns:
        What was measured, and the store of the run, for the caller to discard once the result is in its final place.

    Raises:
        UserError: the checkpoint is not an encoder with a mask token, a text is longer than its maximum, or a loss is
            not finite.
    """
    make_deterministic(settings.threads)
    config = _encoder_config(checkpoint)
    vocabulary = _vocabulary(checkpoint, config)
    torch.manual_seed(settings.seed)
    model, missing = load_checkpoint(AutoModelForMaskedLM, checkpoint, config)
    # The output layer shares the word vectors and is never stored.
    new_head = any(not name.startswith(f"{model.base_model_prefix}.") for name in missing)
    _refuse_too_long(model, text, description)
    model.to("cuda" if torch.cuda.is_available() else "cpu").train()
    torch.manual_seed(settings.seed)  # dropout must not depend on whether a head was initialised
    training = MaskedTraining(model, text, vocabulary, settings, description, "lower adaptation.lr in params.yaml")
    store = StateStore(states, run_fingerprint(_determining(checkpoint, text, settings))) if states else None
    training.run(store)
    _save(model, checkpoint, folder)
    return Adapted(new_head, training.logged, store)


def _encoder_config(checkpoint: Path) -> PretrainedConfig:
    config = AutoConfig.from_pretrained(checkpoint, trust_remote_code=False, local_files_only=True)
    architecture = architecture_of(config.to_dict(), f"{checkpoint}/config.json")
    refuse_adaptation({"model_type": config.model_type}, str(checkpoint))
    architecture.fix(config)
    return config


def _vocabulary(checkpoint: Path, config: PretrainedConfig) -> Vocabulary:
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    declared = read_json(checkpoint / "tokenizer_config.json").get("mask_token")
    names = [declared["content"] if isinstance(declared, dict) else declared, *_MASKS]
    known = tokenizer.get_vocab()
    mask = next((known[name] for name in names if name in known), None)
    if mask is None:
        raise UserError(f"{checkpoint}/tokenizer.json: expected a mask token such as [MASK] or <mask>, found none; "
                        "take the task out of `adapted` in params.yaml")
    special = {identifier for identifier, token in tokenizer.get_added_tokens_decoder().items() if token.special}
    words = sorted(set(known.values()) - special - {mask})
    return Vocabulary(np.array(words), config.vocab_size, mask, config.pad_token_id or 0)


def _refuse_too_long(model: PreTrainedModel, text: EncodedText, description: str) -> None:
    room, longest = positions(model), int(text.lengths.max())
    if room is not None and longest > room:
        raise UserError(f"{description}: a text has {longest} tokens, but the checkpoint has {room} positions; lower "
                        "the task's max_length in params.yaml to that")


def _determining(checkpoint: Path, text: EncodedText, settings: MaskedLanguageSettings) -> dict[str, object]:
    digest = hashlib.sha256(text.lengths.tobytes())
    for rows in (text.ids, text.segments):
        for row in range(len(rows)):
            digest.update(rows[row].astype(np.int64).tobytes())
    files = {name: sha256(checkpoint / name) for name in (_WEIGHTS, "config.json", "tokenizer.json")}
    return {"adapt": settings.model_dump(), "text": digest.hexdigest()} | files


def _save(model: PreTrainedModel, checkpoint: Path, folder: Path) -> None:
    """Write the encoder, with the pooler of the checkpoint if it has one, which masked words do not train."""
    prefix = f"{model.base_model_prefix}."
    pooler = {name.removeprefix(prefix): tensor for name, tensor in load_file(checkpoint / _WEIGHTS).items()
              if "pooler." in name}
    encoder = {name: tensor.detach().cpu().contiguous() for name, tensor in model.base_model.state_dict().items()}
    save_file(pooler | encoder, folder / _WEIGHTS, {"format": "pt"})
