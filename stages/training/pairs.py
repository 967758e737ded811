"""The batches of a whole run: of rows, or of pairs of rows for SetFit."""

from collections.abc import Iterator

import numpy as np

from stages.common.errors import UserError
from stages.encoding.store import EncodedSplit
from stages.settings.recipes import Recipe, SetFitTuning
from stages.settings.training import TrainingSettings
from stages.training.batches import epoch_batches


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
