"""Fit the cost of a batch to a few timed batches."""

import numpy as np
from scipy.optimize import nnls


def fitted_cost(work: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """Seconds per unit of work, [3]: non-negative least squares of relative errors.

    The method is Lawson and Hanson's (1995, https://doi.org/10.1137/1.9781611971217). Errors are relative because
    disturbances of a machine grow with the duration of a batch.

    Args:
        work: of the timed batches, [batches, 3].
        seconds: duration of each, [batches], above 0.
    """
    scale = work.max(axis=0)
    relative = work / scale / seconds[:, None]
    cost, _ = nnls(relative, np.ones(len(seconds)))
    return np.asarray(cost / scale)
