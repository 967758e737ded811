"""Train the embeddings of the tokens that occur, instead of those of the whole vocabulary.

The embedding of a token that no training row contains has a zero gradient in every step, so AdamW only decays it: by
``1 - lr * weight_decay`` per step, the same factor for all such tokens. During training they are therefore left out of
the embedding matrix, and so of its gradient, the gradient norm, the state of the optimizer, saved states and the best
weights. One further row, which starts as ones and which no token uses, is decayed with the matrix: its value is the
product of all factors so far, also if embeddings are frozen at first, if steps are skipped, or after a resumption.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from torch import nn
from transformers import PreTrainedModel

from stages.encoding.store import EncodedSplit

MAXIMUM_SHARE = 0.5  # of the vocabulary; more used tokens than that would save little


class UsedEmbedding(nn.Embedding):
    """The rows ``used`` of another embedding, looked up by the ids of that one, and a row of ones.

    An id that is not among ``used`` raises IndexError on the CPU and fails an assertion on a GPU.
    """

    places: torch.Tensor

    def __init__(self, whole: nn.Embedding, used: torch.Tensor) -> None:
        """``used``: ascending ids."""
        rows = whole.weight.detach()[used]
        places = torch.full((whole.num_embeddings,), len(used) + 1, device=rows.device)  # beyond the last row
        places[used] = torch.arange(len(used), device=rows.device)
        padding = None if whole.padding_idx is None else int(places[whole.padding_idx])
        weight = torch.cat([rows, torch.ones_like(rows[:1])])
        super().__init__(len(used) + 1, whole.embedding_dim, padding, _weight=weight)
        self.register_buffer("places", places, persistent=False)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """Embeddings [..., size] of ids [...]."""
        return super().forward(self.places[input])


@contextmanager
def used_vocabulary(model: PreTrainedModel, splits: Sequence[EncodedSplit]) -> Iterator[None]:
    """Within the block, ``model`` has only the embeddings of the tokens of ``splits``; afterwards it has all.

    An optimizer must be made within the block. Nothing changes if the embeddings are frozen, or if more than
    ``MAXIMUM_SHARE`` of them are used.

    Args:
        splits: all rows that the model sees within the block.
    """
    whole = model.get_input_embeddings()
    used = _used_tokens(whole, model.config.pad_token_id or 0, splits)
    if not whole.weight.requires_grad or len(used) > MAXIMUM_SHARE * whole.num_embeddings:
        yield
        return
    path = next(name for name, module in model.named_modules() if module is whole)
    model.set_submodule(path, UsedEmbedding(whole, used))
    try:
        yield
    finally:
        trained = model.get_submodule(path).weight.detach()
        whole.to(trained.device)
        with torch.no_grad():
            whole.weight.mul_(trained[-1])
            whole.weight[used] = trained[:-1]
        model.set_submodule(path, whole)


def _used_tokens(embedding: nn.Embedding, padding: int, splits: Sequence[EncodedSplit]) -> torch.Tensor:
    """Ascending ids of the tokens of ``splits`` and of padding."""
    used = np.zeros(embedding.num_embeddings, dtype=bool)
    used[[index for index in (padding, embedding.padding_idx) if index is not None]] = True
    for split in splits:
        ids = split.input_ids
        used[ids.values[ids.offsets[0] : ids.offsets[-1]]] = True
    return torch.from_numpy(np.flatnonzero(used))
