"""Compute the output of frozen layers once per row and reuse it in every later epoch and evaluation.

The lowest layers of an encoder are frozen if no trained parameter affects their output. Their dropout is off, so a row
always gets the same activations, which can be kept. They are computed in batches of their own, sorted by length and
without random numbers, so that an interrupted run computes the same bytes again.

Activations are kept in memory up to ``MEMORY`` bytes, and beyond that in an unnamed file in the folder for temporary
files (``TMPDIR`` names another), which ends with the process.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers import PreTrainedModel

from stages.common.errors import UserError
from stages.encoding.store import EncodedSplit
from stages.models.architectures import ARCHITECTURES
from stages.models.inputs import Collator, Tensors, batches_by_length
from stages.models.parts import transformer_layers

MEMORY = 2 * 2**30  # bytes of activations that are kept in memory
TOKENS_PER_BATCH = 4096


class FrozenLayerCache:
    """The forward pass of one model on rows of given splits; frozen layers run once per row.

    The frozen layers are determined anew whenever a parameter is frozen or released. Nothing is cached if there are
    none, or if layers see tokens that the input does not have.
    """

    def __init__(self, model: PreTrainedModel, collate: Collator, splits: Sequence[EncodedSplit]) -> None:
        """``splits`` are those whose rows will be asked for; a split of their first rows shares their cache."""
        self._model = model
        self._layers = transformer_layers(model)
        self._cacheable = not ARCHITECTURES[model.config.model_type].pads_inside
        self._tuple_size: int | None = None  # of the output of a layer; None if it is a tensor
        self._collate = collate
        self._splits = splits
        self._trained: tuple[bool, ...] = ()
        self._frozen = 0
        self._kept: dict[int, _Activations] = {}

    def forward(self, model: nn.Module, split: EncodedSplit, rows: np.ndarray, tensors: Tensors) -> Any:
        """The output of ``model(**tensors)``.

        Args:
            model: the model of this object, or a wrapper that calls it.
            rows: of ``split``.
            tensors: of these rows, as the collator returns them; labels may be left out.
        """
        frozen = self.frozen_layers()
        if not frozen:
            return model(**tensors)
        kept = self._activations(split)
        hidden = kept.batch(rows).to(tensors["input_ids"].device)
        if kept.first_token_only:
            tensors = {name: tensor[:, :1] if tensor.ndim == 2 else tensor for name, tensor in tensors.items()}
        with self._replaced(lambda layer: _CachedOutput(layer, _layer_output(hidden, self._tuple_size)), range(frozen)):
            return model(**tensors)

    @property
    def kept_bytes(self) -> int:
        """Size of the activations kept at present."""
        return sum(kept.values.nbytes for kept in self._kept.values())

    def frozen_layers(self) -> int:
        """Number of lowest layers that run once per row; 0 if nothing is cached."""
        trained = tuple(parameter.requires_grad for parameter in self._model.parameters())
        if trained != self._trained:
            self._trained, self._kept = trained, {}
            self._frozen = self._count_frozen() if self._cacheable and not all(trained) else 0
        return self._frozen

    def _count_frozen(self) -> int:
        """Number of lowest layers whose output no trained parameter affects, by the autograd graph of one row."""
        split = self._splits[0]
        # A run begins with an evaluation; in its inference mode there would be no graph.
        with self._evaluating(), torch.inference_mode(False), torch.enable_grad():
            outputs = self._outputs(split, np.array([0]), range(len(self._layers)), ())
        self._tuple_size = len(outputs[0]) if isinstance(outputs[0], tuple) else None
        depends = [_hidden(output).requires_grad for output in outputs]
        return depends.index(True) if True in depends else len(depends)

    def _outputs(
        self, split: EncodedSplit, rows: np.ndarray, wanted: Sequence[int], skipped: Sequence[int]
    ) -> list[Any]:
        """Outputs of the layers ``wanted``, the last ones if they run several times; those ``skipped`` do not run."""
        tensors = self._collate(split, rows)
        del tensors["labels"]
        outputs: dict[nn.Module, Any] = {}

        def keep(module: nn.Module, inputs: Any, output: Any) -> None:
            outputs[module] = output

        hooks = [self._layers[layer].register_forward_hook(keep) for layer in wanted]
        try:
            with self._replaced(lambda layer: _SkippedLayer(layer, self._tuple_size), skipped):
                self._model(**tensors)
        finally:
            for hook in hooks:
                hook.remove()
        return [outputs[self._layers[layer]] for layer in wanted]

    def _activations(self, split: EncodedSplit) -> "_Activations":
        known = next(known for known in self._splits if known.input_ids.values is split.input_ids.values)
        if id(known) not in self._kept:
            self._kept[id(known)] = self._computed(known)
        return self._kept[id(known)]

    def _computed(self, split: EncodedSplit) -> "_Activations":
        last, above = self._frozen - 1, range(self._frozen, len(self._layers))
        kept: _Activations | None = None
        with self._evaluating(), torch.inference_mode(False), torch.no_grad():
            for rows in batches_by_length(split.input_ids.lengths, TOKENS_PER_BATCH):
                output = self._outputs(split, rows, [last], above)[0]
                kept = kept or self._empty(split, output, rows)
                kept.keep(rows, _hidden(output))
        assert kept is not None, "a split has rows"
        return kept

    def _empty(self, split: EncodedSplit, output: Any, rows: np.ndarray) -> "_Activations":
        hidden, lengths = _hidden(output), split.input_ids.lengths
        first_token_only = hidden.shape[1] < lengths[rows].max()
        counts = np.ones_like(lengths) if first_token_only else lengths
        offsets = np.concatenate([[0], np.cumsum(counts)])
        values = _allocated(int(offsets[-1]), hidden.shape[2], hidden.dtype, MEMORY - self.kept_bytes)
        return _Activations(values, offsets, first_token_only)

    @contextmanager
    def _evaluating(self) -> Iterator[None]:
        training = self._model.training
        self._model.eval()
        try:
            yield
        finally:
            self._model.train(training)

    @contextmanager
    def _replaced(self, replacement: Callable[[nn.Module], nn.Module], layers: Sequence[int]) -> Iterator[None]:
        """Put ``replacement(layer)`` in the place of each of the layers."""
        originals = [self._layers[layer] for layer in layers]
        for layer, original in zip(layers, originals, strict=True):
            self._layers[layer] = replacement(original)
        try:
            yield
        finally:
            for layer, original in zip(layers, originals, strict=True):
                self._layers[layer] = original


class _Activations:
    """Hidden states of the rows of one split: [tokens of all rows, size], and where each row starts."""

    def __init__(self, values: torch.Tensor, offsets: np.ndarray, first_token_only: bool) -> None:
        self.values, self.offsets, self.first_token_only = values, offsets, first_token_only

    def keep(self, rows: np.ndarray, hidden: torch.Tensor) -> None:
        """Store [rows, longest, size] without the padding."""
        for row, states in zip(rows, hidden.cpu(), strict=True):
            start, end = self.offsets[row], self.offsets[row + 1]
            self.values[start:end] = states[: end - start]

    def batch(self, rows: np.ndarray) -> torch.Tensor:
        """[rows, longest, size], padded with zeros."""
        if self.first_token_only:
            return self.values[torch.from_numpy(rows)][:, None]
        return nn.utils.rnn.pad_sequence(
            [self.values[self.offsets[row] : self.offsets[row + 1]] for row in rows], batch_first=True)


class _Replacement(nn.Module):
    """Replaces a layer; attributes that a model reads from its layers are those of the layer itself."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.__dict__["_layer"] = layer  # not registered as a submodule

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_layer"], name)


class _CachedOutput(_Replacement):
    """Replaces a frozen layer: returns the output of the last of them."""

    def __init__(self, layer: nn.Module, output: Any) -> None:
        super().__init__(layer)
        self.__dict__["_output"] = output

    def forward(self, *arguments: Any, **options: Any) -> Any:
        return self._output


class _SkippedLayer(_Replacement):
    """Replaces a layer whose output is not needed: returns its input."""

    def __init__(self, layer: nn.Module, tuple_size: int | None) -> None:
        super().__init__(layer)
        self.__dict__["_tuple_size"] = tuple_size

    def forward(self, hidden: torch.Tensor, *arguments: Any, **options: Any) -> Any:
        return _layer_output(hidden, self._tuple_size)


def _layer_output(hidden: torch.Tensor, tuple_size: int | None) -> Any:
    """Hidden states as a layer of the architecture returns them: first in a tuple of ``tuple_size``, or alone."""
    return hidden if tuple_size is None else (hidden, *[None] * (tuple_size - 1))


def _hidden(output: Any) -> torch.Tensor:
    """Hidden states in the output of a layer: some architectures return them first in a tuple."""
    states: torch.Tensor = output[0] if isinstance(output, tuple) else output
    return states


def _allocated(tokens: int, size: int, dtype: torch.dtype, room: int) -> torch.Tensor:
    """[tokens, size], in memory if it fits into ``room`` bytes, else in a file."""
    needed = tokens * size * dtype.itemsize
    if needed <= room:
        return torch.empty(tokens, size, dtype=dtype)
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise UserError(f"{folder}: expected {needed / 2**30:.1f} GiB free for the activations of frozen layers, found "
                        f"{free / 2**30:.1f}; free some space, or name another folder in TMPDIR")
    # The block deletes the name of the file; the mapping keeps its content until the process ends.
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        return torch.from_file(file.name, shared=True, size=tokens * size, dtype=dtype).view(tokens, size)
