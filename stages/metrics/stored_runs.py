"""The runs of one task on its test set, from stored logits: all of them, also those that failed to train.

Stored predictions do not say how a run ended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stages.metrics.task_scores import Labels, scores
from stages.results.prepared import Row, Task


@dataclass(frozen=True)
class StoredRuns:
    """What the runs of one task predict on test.

    Attributes:
        rows: of test.
        predictions: logits [rows or words, classes] on them by cell, after training.
        arms: the cells of every arm by its name.
        rivals: the arm with which each is compared, by its name.
    """

    task: Task
    rows: Sequence[Row]
    predictions: Mapping[str, np.ndarray]
    arms: Mapping[str, Sequence[str]]
    rivals: Mapping[str, str]

    @cached_property
    def gold(self) -> Labels:
        """The gold labels."""
        return Labels.gold(self.rows, self.task)

    @cached_property
    def statistics(self) -> dict[str, np.ndarray]:
        """Statistics [rows, statistics] by cell, see :class:`stages.metrics.task_scores.Scores`."""
        return {cell: scores(self.gold, self.gold.predicted(logits), self.task).statistics
                for cell, logits in self.predictions.items()}
