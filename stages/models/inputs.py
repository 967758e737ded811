"""Batches of encoded rows as tensors, and the logits of a model for them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedModel

from stages.encoding.store import IGNORED_LABEL, EncodedSplit, Ragged
from stages.models.architectures import last_segment, position_limit

Tensors = dict[str, torch.Tensor]
Forward = Callable[[torch.nn.Module, EncodedSplit, np.ndarray, Tensors], Any]  # runs a model on rows of a split
TOKENS_PER_BATCH = 8192  # of a forward pass without gradients, padding included


class Collator:
    """Pads rows of a split to the longest of them, with the input names and padding of one model."""

    def __init__(self, model: PreTrainedModel, device: torch.device | str = "cpu") -> None:
        self._padding = model.config.pad_token_id or 0
        self._last_segment = last_segment(model)
        self._device = device

    def __call__(self, split: EncodedSplit, rows: np.ndarray) -> Tensors:
        """Tensors of shape [rows, longest]; ``labels`` of shape [rows], or [rows, longest] for ``words``."""
        lengths = split.input_ids.lengths[rows]
        arrays = {
            "input_ids": _padded(split.input_ids, rows, self._padding),
            "attention_mask": (np.arange(lengths.max()) < lengths[:, None]).astype(np.int64),
        }
        if self._last_segment is not None:
            arrays["token_type_ids"] = np.minimum(_padded(split.token_type_ids, rows, 0), self._last_segment)
        if isinstance(split.labels, Ragged):
            arrays["labels"] = _padded(split.labels, rows, IGNORED_LABEL)
        else:
            arrays["labels"] = split.labels[rows].astype(np.int64)
        return {name: torch.from_numpy(array).to(self._device) for name, array in arrays.items()}


def _padded(sequences: Ragged, rows: np.ndarray, padding: int) -> np.ndarray:
    length = sequences.lengths[rows].max()
    padded = np.full((len(rows), length), padding, dtype=np.int64)
    for position, row in enumerate(rows):
        sequence = sequences[row]
        padded[position, : len(sequence)] = sequence
    return padded


def positions(model: PreTrainedModel) -> int | None:
    """Maximum tokens per input of the model; None if there is no limit."""
    return position_limit({name: getattr(model.config, name, None) for name in (
        "model_type", "max_position_embeddings", "pad_token_id")})


def whole_model(model: torch.nn.Module, split: EncodedSplit, rows: np.ndarray, tensors: Tensors) -> Any:
    """The output of a model for ``tensors``, which are ``rows`` of ``split``."""
    return model(**tensors)


def predict_logits(
    model: PreTrainedModel,
    split: EncodedSplit,
    collate: Collator,
    tokens_per_batch: int = TOKENS_PER_BATCH,
    after_batch: Callable[[int], object] = lambda rows: None,
    forward: Forward = whole_model,
    share: Callable[[Sequence[np.ndarray]], Sequence[np.ndarray]] = lambda batches: batches,
) -> list[np.ndarray]:
    """Float32 logits in the order of the rows: [classes] per row, or [words, classes] for ``words``.

    Batches are sorted by length, which minimises padding. The mode of the model is restored, and no random number is
    drawn.

    Args:
        after_batch: called with the number of rows of each finished batch.
        forward: runs the model.
        share: selects batches; rows of the others get an empty array.
    """
    logits: list[np.ndarray] = [np.empty(0)] * len(split)
    training = model.training
    model.eval()
    with torch.inference_mode():
        for rows in share(batches_by_length(split.input_ids.lengths, tokens_per_batch)):
            tensors = collate(split, rows)
            del tensors["labels"]
            output = forward(model, split, rows, tensors).logits.float().cpu().numpy()
            for position, row in enumerate(rows):
                logits[row] = _of_row(split, row, output[position])
            after_batch(len(rows))
    model.train(training)
    return logits


def _of_row(split: EncodedSplit, row: int, output: np.ndarray) -> np.ndarray:
    if split.word_index is None:
        return output.copy()
    index = split.word_index[row]
    return output[: len(index)][index >= 0]


def batches_by_length(lengths: np.ndarray, tokens: int) -> list[np.ndarray]:
    """Row indices of batches sorted by length, of at most ``tokens`` tokens with padding, or of one row."""
    order = np.argsort(lengths, kind="stable")
    batches, start = [], 0
    while start < len(order):
        # Lengths ascend, so the last row of a batch is the longest.
        end = start + 1
        while end < len(order) and (end + 1 - start) * lengths[order[end]] <= tokens:
            end += 1
        batches.append(order[start:end])
        start = end
    return batches


def joined_windows(split: EncodedSplit, rows: Sequence[np.ndarray]) -> tuple[list[str], list[np.ndarray]]:
    """Guids, and the concatenated rows of each: the windows of a long sentence share a guid."""
    joined: dict[str, list[np.ndarray]] = {}
    for guid, row in zip(split.guids, rows, strict=True):
        joined.setdefault(guid, []).append(row)
    return list(joined), [parts[0] if len(parts) == 1 else np.concatenate(parts) for parts in joined.values()]


def gold_labels(split: EncodedSplit) -> list[np.ndarray]:
    """Class ids in the order of :func:`predict_logits`: a scalar per row, or [words] for ``words``."""
    if split.word_index is None:
        return list(split.labels)
    return [split.labels[row][split.word_index[row] >= 0] for row in range(len(split))]
