"""Pre-train an encoder on text of a task: a published one further, or its architecture from random weights.

Task-adaptive pre-training is that of Gururangan et al. (2020, https://aclanthology.org/2020.acl-main.740): it continues
from the weights of the checkpoint, with its own dropout. By masked-language modelling an ELECTRA discriminator also
learns to predict masked words, with a new head that shares its word vectors. Self-pretraining is that of Krishna et al.
(2022, https://arxiv.org/abs/2209.14389): the same, but for the weights that it starts from.
"""

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModelForMaskedLM, PretrainedConfig, PreTrainedModel

from stages.common.errors import UserError
from stages.common.files import read_json, sha256
from stages.models.architectures import architecture_of, refuse_adaptation
from stages.models.loading import load_checkpoint
from stages.pretraining.masked_language import EncodedText, MaskedTraining, MeanLoss, Vocabulary
from stages.pretraining.replaced_tokens import HEAD, Detection, training_of
from stages.pretraining.vectors import set_word_vectors
from stages.settings.adaptation import SelfPretrainingSettings
from stages.settings.arms import Arm
from stages.settings.pretraining import MaskedLanguageSettings
from stages.training.determinism import make_deterministic
from stages.training.resuming import StateStore, run_fingerprint

_MASKS = ("[MASK]", "<mask>")
_WEIGHTS = "model.safetensors"


def adapt(
    checkpoint: Path, text: EncodedText, settings: MaskedLanguageSettings, folder: Path, description: str, arm: Arm,
    states: Path | None = None,
) -> tuple[bool, list[MeanLoss], StateStore | None]:
    """Pre-train the encoder of ``checkpoint`` and write its tensors to ``folder/model.safetensors``.

    Args:
        checkpoint: its weights are read only where ``settings`` are not those of self-pretraining.
        text: encoded with the tokenizer of the checkpoint.
        description: names the run in messages.
        arm: that starts from the result.
        states: folder for states of unfinished runs; without it none are saved.

    Returns:
        Whether the checkpoint had no head for the objective, mean losses by step, and the store of the run, for the
        caller to discard once the result is in its final place.

    Raises:
        UserError: the checkpoint is not an encoder with a mask token, or a loss is not finite.
    """
    make_deterministic(settings.threads)
    own = isinstance(settings, SelfPretrainingSettings)
    config = _encoder_config(checkpoint, arm)
    vocabulary = _vocabulary(checkpoint, config, arm)
    torch.manual_seed(settings.seed)
    model, missing = _random_model(config, text, vocabulary, settings) if own else load_checkpoint(
        AutoModelForMaskedLM, checkpoint, config)
    model.to("cuda" if torch.cuda.is_available() else "cpu").train()
    training = training_of(model, text, vocabulary, settings, description, f"lower {arm.further}.lr in params.yaml")
    weights = {} if own else load_file(checkpoint / _WEIGHTS)
    new_head = own or _has_new_head(training, weights, missing)
    torch.manual_seed(settings.seed)  # dropout must not depend on whether a head was initialised
    store = StateStore(states, run_fingerprint(_determining(checkpoint, text, settings, own))) if states else None
    training.run(store)
    _save(training.reader, weights, folder)
    return new_head, training.logged, store


def _random_model(
    config: PretrainedConfig, text: EncodedText, vocabulary: Vocabulary, settings: SelfPretrainingSettings
) -> tuple[PreTrainedModel, set[str]]:
    model = AutoModelForMaskedLM.from_config(config, dtype=torch.float32)
    set_word_vectors(model, text, vocabulary, settings.vector_window)
    return model, set()


def _has_new_head(training: MaskedTraining, weights: Mapping[str, torch.Tensor], missing: Collection[str]) -> bool:
    """Whether the checkpoint has none for the objective; that of a published discriminator is loaded."""
    if not isinstance(training.model, Detection):
        # The output layer shares the word vectors and is never stored.
        return any(not name.startswith(f"{training.model.base_model_prefix}.") for name in missing)
    head = {name.removeprefix(HEAD): tensor for name, tensor in weights.items() if name.startswith(HEAD)}
    if head:
        training.model.head.load_state_dict(head)
    return not head


def _encoder_config(checkpoint: Path, arm: Arm) -> PretrainedConfig:
    config = AutoConfig.from_pretrained(checkpoint, trust_remote_code=False, local_files_only=True)
    architecture = architecture_of(config.to_dict(), f"{checkpoint}/config.json")
    refuse_adaptation({"model_type": config.model_type}, str(checkpoint), arm.asked_by)
    architecture.fix(config)
    return config


def _vocabulary(checkpoint: Path, config: PretrainedConfig, arm: Arm) -> Vocabulary:
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    declared = read_json(checkpoint / "tokenizer_config.json").get("mask_token")
    names = [declared["content"] if isinstance(declared, dict) else declared, *_MASKS]
    known = tokenizer.get_vocab()
    mask = next((known[name] for name in names if name in known), None)
    if mask is None:
        raise UserError(f"{checkpoint}/tokenizer.json: expected a mask token such as [MASK] or <mask>, found none; "
                        f"take the task out of `{arm.asked_by}` in params.yaml")
    special = {identifier for identifier, token in tokenizer.get_added_tokens_decoder().items() if token.special}
    words = sorted(set(known.values()) - special - {mask})
    return Vocabulary(np.array(words), config.vocab_size, mask, config.pad_token_id or 0)


def _determining(
    checkpoint: Path, text: EncodedText, settings: MaskedLanguageSettings, own: bool
) -> dict[str, object]:
    digest = hashlib.sha256(text.lengths.tobytes())
    for rows in (text.ids, text.segments):
        for row in range(len(rows)):
            digest.update(rows[row].astype(np.int64).tobytes())
    names = ("config.json", "tokenizer.json", *(() if own else (_WEIGHTS,)))
    files = {name: sha256(checkpoint / name) for name in names}
    return {"adapt": settings.model_dump(), "text": digest.hexdigest()} | files


def _save(model: PreTrainedModel, weights: Mapping[str, torch.Tensor], folder: Path) -> None:
    """Write the encoder, with the pooler of the checkpoint if it has one, which no objective trains."""
    prefix = f"{model.base_model_prefix}."
    pooler = {name.removeprefix(prefix): tensor for name, tensor in weights.items() if "pooler." in name}
    encoder = {name: tensor.detach().cpu().contiguous() for name, tensor in model.base_model.state_dict().items()}
    save_file(pooler | encoder, folder / _WEIGHTS, {"format": "pt"})
