"""Masked-language-model pre-training of a small BERT on a CPU.

The model is that of Devlin et al. (2019, https://aclanthology.org/N19-1423). Word vectors from co-occurrence counts are
its initial embeddings: without them a short run does not leave the plateau of predicting frequent words.
"""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import scipy
import tokenizers
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertForMaskedLM
from transformers.utils import logging

from stages.common.errors import UserError
from stages.common.files import write_json, write_json_lines
from stages.models.masking import EncodedText, MaskedTraining, Vocabulary
from stages.models.vectors import cooccurrence_vectors
from stages.settings.pretraining import PretrainingSettings
from stages.training.determinism import make_deterministic
from stages.training.resuming import StateStore, run_fingerprint

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PADDING, UNKNOWN, OPENING, CLOSING, MASK = range(len(SPECIAL_TOKENS))
_DROPOUT = 0.1  # of fine-tuning; pre-training sees too little text to overfit and has none
_ALPHABET_PART = 3  # at most one vocabulary entry in so many is a single character, so that pieces find room


def pretrain(
    lines: Sequence[str], settings: PretrainingSettings, folder: Path, states: Path | None = None
) -> StateStore | None:
    """Pre-train on ``lines`` and write a checkpoint that transformers loads, and the losses, into ``folder``.

    Writes config.json, tokenizer.json, tokenizer_config.json, model.safetensors and pretraining.jsonl. The bytes
    depend on ``lines`` and ``settings`` alone, on one kind of machine.

    Args:
        states: where states of unfinished runs lie; without it the run saves none.

    Returns:
        The store with the run's state, for the caller to discard when the result is in its place.

    Raises:
        UserError: no line holds text.
    """
    make_deterministic(settings.threads)
    lines = [normal for normal in (unicodedata.normalize("NFC", line).strip() for line in lines) if normal]
    if not lines:
        raise UserError("pre-training: expected lines of text, found none; name a text file that has some")
    tokenizer = train_tokenizer(lines, settings.vocabulary)
    text = _encode(tokenizer, lines, settings.max_length)
    model = _new_model(tokenizer.get_vocab_size(), text, settings)
    training = MaskedTraining(model, text, _vocabulary(tokenizer), settings, "pre-training", "lower its lr")
    store = StateStore(states, run_fingerprint(_determining(lines, tokenizer, settings))) if states else None
    training.run(store)
    _save(model, tokenizer, settings, folder)
    write_json_lines(folder / "pretraining.jsonl", training.logged)
    return store


def _determining(lines: Sequence[str], tokenizer: Tokenizer, settings: PretrainingSettings) -> dict[str, Any]:
    """What the run depends on; the tokenizer and the initial vectors are made by libraries, whose releases count."""
    texts = {"lines": "\n".join(lines), "tokenizer": tokenizer.to_str()}
    return {"pretrain": settings.model_dump(), "scipy": scipy.__version__, "tokenizers": tokenizers.__version__} | {
        name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}


def train_tokenizer(lines: Sequence[str], vocabulary: int) -> Tokenizer:
    """A cased WordPiece tokenizer with at most ``vocabulary`` entries; accents stay, and so Hangul stays whole."""
    # A character takes two entries: at the start of a word and inside one.
    alphabet = _alphabet(lines, vocabulary // (2 * _ALPHABET_PART))
    # The trainer numbers pieces in the order of a hash table and breaks ties by number, so the single characters are
    # given to it in a fixed order; and it would choose among equally rare characters by chance.
    pieces = [*SPECIAL_TOKENS, *alphabet, *(f"##{character}" for character in alphabet)]
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocabulary, min_frequency=2, special_tokens=pieces, limit_alphabet=len(alphabet),
        initial_alphabet=alphabet, show_progress=False)
    kept = set(alphabet)
    learner = _tokenizer_around(models.WordPiece(unk_token="[UNK]"))  # noqa: S106
    learner.train_from_iterator(
        ("".join(character if character in kept else " " for character in line) for line in lines), trainer)
    return _tokenizer_around(models.WordPiece(learner.get_vocab(), unk_token="[UNK]"))  # noqa: S106


def _alphabet(lines: Sequence[str], size: int) -> list[str]:
    """The ``size`` most frequent characters in the order of their code points."""
    counts: Counter[str] = Counter()
    for line in lines:
        counts.update(line)
    frequent = sorted((character for character in counts if not character.isspace()),
                      key=lambda character: (-counts[character], character))
    return sorted(frequent[:size])


def _tokenizer_around(model: models.WordPiece) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.BertNormalizer(strip_accents=False, lowercase=False)])
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", OPENING), ("[SEP]", CLOSING)])
    tokenizer.add_special_tokens(list(SPECIAL_TOKENS))
    return tokenizer


def _encode(tokenizer: Tokenizer, lines: Sequence[str], max_length: int) -> EncodedText:
    ends = {identifier for mark in ".!?" if (identifier := tokenizer.token_to_id(mark)) is not None}
    encodings = tokenizer.encode_batch_fast(list(lines), add_special_tokens=False)
    framed = [_framed(encoding.ids, ends, max_length) for encoding in encodings]
    return EncodedText([ids for ids, _ in framed], [segments for _, segments in framed])


def _framed(tokens: list[int], ends: set[int], max_length: int) -> tuple[np.ndarray, np.ndarray]:
    """A line as BERT's input: as two segments where it has more than one sentence, split nearest to its middle."""
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


def _new_model(vocabulary: int, text: EncodedText, settings: PretrainingSettings) -> BertForMaskedLM:
    torch.manual_seed(settings.seed)
    model = BertForMaskedLM(_config(vocabulary, settings, dropout=0.0))
    if settings.vector_window:
        embeddings = model.bert.embeddings.word_embeddings.weight.data
        vectors = cooccurrence_vectors(text.ids, vocabulary, len(SPECIAL_TOKENS), settings.hidden_size,
                                       settings.vector_window)
        embeddings[len(SPECIAL_TOKENS):] = torch.from_numpy(vectors[len(SPECIAL_TOKENS):])
    return model


def _config(vocabulary: int, settings: PretrainingSettings, dropout: float) -> BertConfig:
    return BertConfig(
        vocab_size=vocabulary, hidden_size=settings.hidden_size, num_hidden_layers=settings.layers,
        num_attention_heads=settings.heads, intermediate_size=4 * settings.hidden_size,
        max_position_embeddings=settings.max_length, hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout,
        pad_token_id=PADDING)


def _save(model: BertForMaskedLM, tokenizer: Tokenizer, settings: PretrainingSettings, folder: Path) -> None:
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
