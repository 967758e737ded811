"""Small classifiers with random weights, one per architecture, and rows for them."""

from typing import Any

import numpy as np
import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    BertConfig,
    DistilBertConfig,
    ElectraConfig,
    GPT2Config,
    PreTrainedConfig,
    PreTrainedModel,
    RobertaConfig,
)

from stages.encoding.store import IGNORED_LABEL, EncodedSplit, Ragged

LAYERS, TAGS = 3, 5
_COMMON: dict[str, Any] = {"vocab_size": 50, "num_labels": TAGS}
_BERT = _COMMON | {"hidden_size": 16, "num_hidden_layers": LAYERS, "num_attention_heads": 2, "intermediate_size": 32,
                   "max_position_embeddings": 40, "initializer_range": 0.3}


def _configs(dropout: float) -> dict[str, PreTrainedConfig]:
    bert = _BERT | {"hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout}
    return {
        "bert": BertConfig(**bert),
        "electra": ElectraConfig(**bert, embedding_size=8),
        "roberta": RobertaConfig(**bert, pad_token_id=0),
        "distilbert": DistilBertConfig(
            **_COMMON, dim=16, n_layers=LAYERS, n_heads=2, hidden_dim=32, max_position_embeddings=40,
            initializer_range=0.3, dropout=dropout, attention_dropout=dropout, seq_classif_dropout=dropout),
        "gpt2": GPT2Config(
            **_COMMON, n_embd=16, n_layer=LAYERS, n_head=2, n_positions=40, pad_token_id=0, initializer_range=0.3,
            embd_pdrop=dropout, attn_pdrop=dropout, resid_pdrop=dropout, classifier_dropout=dropout),
    }


ARCHITECTURES = tuple(_configs(0.0))


def classifier(architecture: str, words: bool, dropout: float = 0.0) -> PreTrainedModel:
    """A classifier of words or whole inputs in training mode."""
    torch.manual_seed(5)
    automatic = AutoModelForTokenClassification if words else AutoModelForSequenceClassification
    model: PreTrainedModel = automatic.from_config(_configs(dropout)[architecture])
    return model.train()


def split_of(lengths: list[int], words: bool, seed: int = 3) -> EncodedSplit:
    """Rows of random tokens and labels with these lengths."""
    random = np.random.default_rng(seed)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    ids = random.integers(1, 50, offsets[-1]).astype(np.int32)
    of_tokens = random.integers(0, TAGS, offsets[-1])
    of_tokens[offsets[:-1]] = IGNORED_LABEL
    labels = Ragged(of_tokens, offsets) if words else random.integers(0, TAGS, len(lengths))
    index = Ragged(np.where(of_tokens == IGNORED_LABEL, -1, 0), offsets) if words else None
    return EncodedSplit([f"row:{row}" for row in range(len(lengths))], Ragged(ids, offsets),
                        Ragged(np.zeros_like(ids), offsets), labels, index)
