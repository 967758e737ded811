"""Batches of rows of similar length, so that there is little padding, in a seeded order."""

import numpy as np

_BATCHES_PER_POOL = 50  # rows are sorted by length within pools of this many batches


def epoch_batches(lengths: np.ndarray, batch_size: int, seed: int, epoch: int, tokens: int = 0) -> list[np.ndarray]:
    """Row indices of every batch of one epoch; each row occurs once, and the last batch may be smaller.

    Rows are shuffled, divided into pools and sorted by length within a pool; then the batches are shuffled. The order
    depends on the arguments alone, so all arms see the same batches.

    Args:
        lengths: tokens per row.
        batch_size: rows per batch.
        seed: seed of the order, together with ``epoch``.
        epoch: number of the epoch, from 0.
        tokens: if not 0, the maximum number of tokens per batch, padding included, instead of ``batch_size``; a longer
            row is a batch of its own (Ott et al., 2018, https://aclanthology.org/W18-6301). The number of batches may
            then differ between epochs.
    """
    generator = np.random.default_rng([seed, epoch])
    order = generator.permutation(len(lengths))
    pool = _BATCHES_PER_POOL * (max(1, int(tokens / lengths.mean())) if tokens else batch_size)
    batches: list[np.ndarray] = []
    for start in range(0, len(order), pool):
        rows = order[start : start + pool]
        rows = rows[np.argsort(lengths[rows], kind="stable")]
        batches += _batches_of_tokens(rows, lengths[rows], tokens) if tokens else [
            rows[first : first + batch_size] for first in range(0, len(rows), batch_size)]
    return [batches[position] for position in generator.permutation(len(batches))]


def _batches_of_tokens(rows: np.ndarray, lengths: np.ndarray, tokens: int) -> list[np.ndarray]:
    """Divide rows with ascending ``lengths`` into batches of at most ``tokens`` tokens, padding included."""
    starts = [0]
    for position, length in enumerate(lengths):
        if position > starts[-1] and (position + 1 - starts[-1]) * length > tokens:
            starts.append(position)
    return np.split(rows, starts[1:])
