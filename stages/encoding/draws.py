"""Which training rows are used where fewer than all are: the first of an order, or of the order of a draw."""

import numpy as np

from stages.common.errors import UserError
from stages.corpora.splitting import Labels, shuffled_order, stratified_order
from stages.settings.train_sizes import Size, labels_per_class


def draw_order(labels: Labels, kind: str, split_seed: int, draw: int) -> np.ndarray:
    """Permutation of the training rows, of which every front is a random sample, stratified by label.

    It depends on the arguments alone, so it is the same for every arm, and larger sizes hold the smaller ones. Rows of
    words have no single label; they are drawn plainly.
    """
    seed = f"{split_seed} {draw}"
    return shuffled_order(len(labels), seed) if kind == "words" else stratified_order(labels, seed)


def rows_of_size(labels: Labels, order: np.ndarray, size: Size, setting: str) -> np.ndarray:
    """The rows that ``size`` takes from the front of ``order``, in that order: the first, or the first of each class.

    Raises:
        UserError: there are too few; ``setting`` is the key of params.yaml that asks for them.
    """
    each = labels_per_class(size)
    if not each:
        return order[:int(size)]
    codes = np.asarray(labels)[order]
    names, counts = np.unique(codes, return_counts=True)
    if counts.min() < each:
        raise UserError(f"params.yaml: {setting}: expected {each} training rows of every class, found "
                        f"{counts.min()} of '{names[counts.argmin()]}'; lower it")
    chosen = np.concatenate([np.flatnonzero(codes == name)[:each] for name in names])
    return order[np.sort(chosen)]
