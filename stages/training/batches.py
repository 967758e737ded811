"""Which rows make up each batch: seeded, and of similar length so that little is padded."""

import numpy as np

_BATCHES_PER_POOL = 50  # rows are sorted by length within pools of this many batches


def epoch_batches(lengths: np.ndarray, batch_size: int, seed: int, epoch: int, tokens: int = 0) -> list[np.ndarray]:
    """Row indices of every batch of one epoch; each row occurs once, the last batch may be smaller.

    Rows are shuffled, cut into pools, sorted by length within a pool, and the batches shuffled again. The order
    depends on the arguments alone, so both arms see the same batches.

    Args:
        lengths: tokens of every row.
        batch_size: rows of a batch.
        seed: of the order, together with ``epoch``.
        epoch: number of the epoch, from 0.
        tokens: where it is not 0, a batch has instead as many rows as give at most so many tokens with padding, or
            one row (Ott et al., 2018, https://aclanthology.org/W18-6301); epochs may then differ in how many they are.
    """
    generator = np.random.default_rng([seed, epoch])
    order = generator.permutation(len(lengths))
    pool = _BATCHES_PER_POOL * (max(1, int(tokens / lengths.mean())) if tokens else batch_size)
    batches: list[np.ndarray] = []
    for start in range(0, len(order), pool):
        rows = order[start : start + pool]
        rows = rows[np.argsort(lengths[rows], kind="stable")]
        batches += _within(rows, lengths[rows], tokens) if tokens else [
            rows[first : first + batch_size] for first in range(0, len(rows), batch_size)]
    return [batches[position] for position in generator.permutation(len(batches))]


def _within(rows: np.ndarray, lengths: np.ndarray, tokens: int) -> list[np.ndarray]:
    """Rows whose ``lengths`` ascend, cut where another one would make a batch larger than ``tokens``."""
    starts = [0]
    for place, length in enumerate(lengths):
        if place > starts[-1] and (place + 1 - starts[-1]) * length > tokens:
            starts.append(place)
    return np.split(rows, starts[1:])
