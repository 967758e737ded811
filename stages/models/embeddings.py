"""Embeddings of a frozen encoder: the mean of a text's last states, or for ``words`` the state of each word."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedModel

from stages.encoding.store import EncodedSplit
from stages.models.inputs import Tensors
from stages.models.predicting import predicted_rows


def embedded_rows(
    encoder: PreTrainedModel, split: EncodedSplit, precision: str, advance: Callable[[int], object]
) -> tuple[list[str], list[np.ndarray]]:
    """Guids and float32 embeddings, [hidden size] per text or [words, hidden size]; windows of a sentence are joined.

    The mean is over all tokens but padding, special ones included (Reimers and Gurevych, 2019,
    https://aclanthology.org/D19-1410). A word is its first token, as it is for the classifiers that are trained. A pair
    of texts is one input.

    Args:
        precision: as ``training.precision``.
        advance: called with the number of rows of each finished batch.
    """
    return predicted_rows(encoder, split, precision, advance,
                          _mean_states if split.word_index is None else _states_of_words)


def _states_of_words(model: torch.nn.Module, split: EncodedSplit, rows: np.ndarray, tensors: Tensors) -> Any:
    return SimpleNamespace(logits=model(**tensors).last_hidden_state)


def _mean_states(model: torch.nn.Module, split: EncodedSplit, rows: np.ndarray, tensors: Tensors) -> Any:
    states = model(**tensors).last_hidden_state.float()
    weights = tensors["attention_mask"].unsqueeze(-1).float()
    return SimpleNamespace(logits=(states * weights).sum(1) / weights.sum(1))
