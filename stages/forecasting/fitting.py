"""From seconds of a few batches to seconds of others."""

import numpy as np
from scipy.optimize import nnls


def fitted_cost(work: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """Seconds per unit of work, [3]: least squares of relative errors, none of them negative.

    The method is Lawson and Hanson's (1995, https://doi.org/10.1137/1.9781611971217); relative errors, because what
    disturbs a machine disturbs long batches for longer.

    Args:
        work: of the batches that were timed, [batches, 3].
        seconds: that each took, [batches], above 0.
    """
    scale = work.max(axis=0)
    relative = work / scale / seconds[:, None]
    cost, _ = nnls(relative, np.ones(len(seconds)))
    return np.asarray(cost / scale)
