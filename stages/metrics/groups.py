"""Groups of rows that are not independent samples: the sentences of a document, the pairs of a premise."""

from collections.abc import Sequence

import numpy as np

from stages.results.prepared import Row


def group_numbers(rows: Sequence[Row]) -> np.ndarray | None:
    """The number of each prepared row's group, int [rows]; None where no two rows are known to be of one.

    A row without a group is its own group.
    """
    names = [("group", row.group) if row.group else ("row", place) for place, row in enumerate(rows)]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([numbers[name] for name in names]) if len(numbers) < len(rows) else None
