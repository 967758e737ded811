"""Pre-train a small BERT on a CPU by masked-language modelling, or as the discriminator of ELECTRA.

The model is that of Devlin et al. (2019, https://aclanthology.org/N19-1423). Its embeddings are initialised with word
vectors from co-occurrence counts: without them, a short run does not get beyond predicting frequent words.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import scipy
import tokenizers
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertForMaskedLM, PreTrainedModel
from transformers.utils import logging

from stages.common.errors import UserError
from stages.common.files import write_json, write_json_lines
from stages.pretraining.masked_language import EncodedText, Vocabulary
from stages.pretraining.replaced_tokens import training_of
from stages.pretraining.tokenizer import CLOSING, MASK, OPENING, PADDING, SPECIAL_TOKENS, train_tokenizer
from stages.pretraining.vectors import set_word_vectors
from stages.settings.pretraining import PretrainingSettings
from stages.training.determinism import make_deterministic
from stages.training.resuming import StateStore, run_fingerprint

_DROPOUT = 0.1  # in fine-tuning; pre-training sees too little text to overfit and uses none


def pretrain(
    lines: Sequence[str], settings: PretrainingSettings, folder: Path, states: Path | None = None
) -> StateStore | None:
    """Pre-train on ``lines`` and write a checkpoint that transformers can load, and the losses, to ``folder``.

    Writes config.json, tokenizer.json, tokenizer_config.json, model.safetensors and pretraining.jsonl. On one kind of
    machine, the bytes depend on ``lines`` and ``settings`` alone.

    Args:
        states: folder for states of unfinished runs; without it none are saved.

    Returns:
        The store with the state of the run, for the caller to discard once the result is in its final place.

    Raises:
        UserError: no line contains text.
    """
    make_deterministic(settings.threads)
    lines = [normal for normal in (unicodedata.normalize("NFC", line).strip() for line in lines) if normal]
    if not lines:
        raise UserError("pre-training: expected lines of text, found none; name a text file that has some")
    tokenizer = train_tokenizer(lines, settings.vocabulary)
    text = _encode(tokenizer, lines, settings.max_length)
    vocabulary = _vocabulary(tokenizer)
    model = _new_model(vocabulary, text, settings)
    training = training_of(model, text, vocabulary, settings, "pre-training", "lower its lr")
    store = StateStore(states, run_fingerprint(_determining(lines, tokenizer, settings))) if states else None
    training.run(store)
    _save(training.reader, tokenizer, settings, folder)
    write_json_lines(folder / "pretraining.jsonl", training.logged)
    return store


def _determining(lines: Sequence[str], tokenizer: Tokenizer, settings: PretrainingSettings) -> dict[str, object]:
    """What the run depends on, including the releases of the libraries that make the tokenizer and the vectors."""
    texts = {"lines": "\n".join(lines), "tokenizer": tokenizer.to_str()}
    return {"pretrain": settings.model_dump(), "scipy": scipy.__version__, "tokenizers": tokenizers.__version__} | {
        name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}


def _encode(tokenizer: Tokenizer, lines: Sequence[str], max_length: int) -> EncodedText:
    ends = {identifier for mark in ".!?" if (identifier := tokenizer.token_to_id(mark)) is not None}
    encodings = tokenizer.encode_batch_fast(list(lines), add_special_tokens=False)
    framed = [_framed(encoding.ids, ends, max_length) for encoding in encodings]
    return EncodedText([ids for ids, _ in framed], [segments for _, segments in framed])


def _framed(tokens: list[int], ends: set[int], max_length: int) -> tuple[np.ndarray, np.ndarray]:
    """A line as input of BERT; several sentences become two segments, split nearest to the middle of the line."""
    tokens = tokens[: max_length - 3]
    breaks = [position + 1 for position, token in enumerate(tokens[:-1]) if token in ends]
    if not breaks:
        ids = [OPENING, *tokens, CLOSING]
        return np.array(ids), np.zeros(len(ids), dtype=np.int64)
    middle = min(breaks, key=lambda position: abs(2 * position - len(tokens)))
    ids = [OPENING, *tokens[:middle], CLOSING, *tokens[middle:], CLOSING]
    return np.array(ids), (np.arange(len(ids)) > middle + 1).astype(np.int64)


def _vocabulary(tokenizer: Tokenizer) -> Vocabulary:
    size = tokenizer.get_vocab_size()
    return Vocabulary(np.arange(len(SPECIAL_TOKENS), size), size, MASK, PADDING)


def _new_model(vocabulary: Vocabulary, text: EncodedText, settings: PretrainingSettings) -> BertForMaskedLM:
    torch.manual_seed(settings.seed)
    model = BertForMaskedLM(_config(vocabulary.size, settings, dropout=0.0))
    set_word_vectors(model, text, vocabulary, settings.vector_window)
    return model


def _config(vocabulary: int, settings: PretrainingSettings, dropout: float) -> BertConfig:
    return BertConfig(
        vocab_size=vocabulary, hidden_size=settings.hidden_size, num_hidden_layers=settings.layers,
        num_attention_heads=settings.heads, intermediate_size=4 * settings.hidden_size,
        max_position_embeddings=settings.max_length, hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout,
        pad_token_id=PADDING)


def _save(model: PreTrainedModel, tokenizer: Tokenizer, settings: PretrainingSettings, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    model.config.update({"hidden_dropout_prob": _DROPOUT, "attention_probs_dropout_prob": _DROPOUT})
    logging.disable_progress_bar()
    model.save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    write_json(folder / "tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "do_lower_case": False, "strip_accents": False,
        "model_max_length": settings.max_length, "pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]",
        "sep_token": "[SEP]", "mask_token": "[MASK]",
        "model_input_names": ["input_ids", "token_type_ids", "attention_mask"]})
