"""Which rows make up each batch: seeded, and of similar length so that little is padded."""

import numpy as np

_BATCHES_PER_POOL = 50  # rows are sorted by length within pools of this many batches


def epoch_batches(lengths: np.ndarray, batch_size: int, seed: int, epoch: int) -> list[np.ndarray]:
    """Row indices of every batch of one epoch; each row occurs once, the last batch may be smaller.

    Rows are shuffled, cut into pools, sorted by length within a pool, and the batches shuffled again. The order
    depends on the arguments alone, so both arms see the same batches.
    """
    generator = np.random.default_rng([seed, epoch])
    order = generator.permutation(len(lengths))
    pool = batch_size * _BATCHES_PER_POOL
    batches: list[np.ndarray] = []
    for start in range(0, len(order), pool):
        rows = order[start : start + pool]
        rows = rows[np.argsort(lengths[rows], kind="stable")]
        batches += [rows[first : first + batch_size] for first in range(0, len(rows), batch_size)]
    return [batches[position] for position in generator.permutation(len(batches))]
