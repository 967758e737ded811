"""Batches of rows of similar length, so that there is little padding, in a seeded order."""

from collections.abc import Iterator

import numpy as np

from stages.common.errors import UserError
from stages.encoding.store import EncodedSplit
from stages.settings.recipes import Recipe, SetFitTuning
from stages.settings.training import TrainingSettings

_BATCHES_PER_POOL = 50  # rows are sorted by length within pools of this many batches


def run_batches(
    split: EncodedSplit, settings: TrainingSettings, seed: int, recipe: Recipe
) -> Iterator[np.ndarray]:
    """Batches of a whole run: row indices, [rows], and with SetFit [pairs, 2]."""
    lengths = split.input_ids.lengths
    if not isinstance(recipe, SetFitTuning):
        for epoch in range(settings.epochs):
            yield from epoch_batches(lengths, settings.batch_size, seed, epoch, settings.batch_tokens)
        return
    for epoch in range(recipe.epochs):
        pairs = epoch_pairs(split.labels, recipe, seed, epoch)
        padded = 2 * lengths[pairs].max(axis=1)
        for chosen in epoch_batches(padded, max(1, settings.batch_size // 2), seed, epoch, settings.batch_tokens):
            yield pairs[chosen]


def epoch_pairs(labels: np.ndarray, recipe: SetFitTuning, seed: int, epoch: int) -> np.ndarray:
    """Pairs of different rows, [pairs, 2], first those within a class and then as many between two.

    Rows take turns as the first of a pair, and the second is drawn, so that pairs repeat where classes are small
    (oversampling). A row whose class has no other row is in no pair within a class; where no row can be in a pair of
    one kind, there are none of that kind.

    Args:
        labels: class ids of the rows.
        seed: seed of the pairs, together with ``epoch``.

    Raises:
        UserError: there is only one row.
    """
    if len(labels) < 2:
        raise UserError("recipes: SetFit: expected two training rows or more, found 1; raise train_size")
    generator = np.random.default_rng([seed, epoch, 1])  # another stream than that of the batches
    order = np.argsort(labels, kind="stable")
    _, classes, counts = np.unique(labels, return_inverse=True, return_counts=True)
    size, start = counts[classes], (np.cumsum(counts) - counts)[classes]  # of each row's class, and its place in order
    place = np.argsort(order)
    number = min(recipe.pairs_per_row * len(labels), recipe.max_pairs // 2)

    first = _in_turn(np.flatnonzero(size > 1), number, generator)
    drawn = start[first] + generator.integers(size[first] - 1)
    same = np.stack([first, order[drawn + (drawn >= place[first])]], axis=1)
    first = _in_turn(np.flatnonzero(size < len(labels)), number, generator)
    drawn = generator.integers(len(labels) - size[first])
    other = np.stack([first, order[drawn + size[first] * (drawn >= start[first])]], axis=1)
    return np.concatenate([same, other])


def _in_turn(rows: np.ndarray, number: int, generator: np.random.Generator) -> np.ndarray:
    """``number`` of the rows, none twice more often than another; none if there are no rows."""
    if not len(rows):
        return rows
    return np.concatenate([generator.permutation(rows) for _ in range(-(-number // len(rows)))])[:number]


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
