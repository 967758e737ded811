"""The headline metrics, by which tasks are judged and the best models chosen: a further one is an entry, and words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from stages.common.errors import UserError
from stages.metrics.entities import entity_counts, f1_of

Answers = Sequence[str] | Sequence[Sequence[str]]  # the label of each row, or the tags of its words


@dataclass(frozen=True)
class Headline:
    """A metric that depends on rows through totals alone.

    Attributes:
        statistics: of gold and predicted answers, [rows, statistics]: what is right, and what all equals it where the
            row is right: one more, of which it is the share, or two, what is predicted and gold, of which F1 is made.
        scorer: from totals [..., statistics] to scores [...].
    """

    statistics: Callable[[Answers, Answers], np.ndarray]
    scorer: Callable[[np.ndarray], np.ndarray]

    def score(self, gold: Answers, predicted: Answers) -> float:
        """The metric of predicted answers."""
        return float(self.scorer(self.statistics(gold, predicted).sum(axis=0)))


def right_rows(gold: Answers, predicted: Answers) -> np.ndarray:
    """Whether each row is right, and 1."""
    right = [truth == guess for truth, guess in zip(gold, predicted, strict=True)]
    return np.column_stack([right, np.ones(len(right))])


def accuracy_of(totals: np.ndarray) -> np.ndarray:
    """Share of right rows, from totals of (right, rows)."""
    return totals[..., 0] / totals[..., 1]


class _Headlines(dict[str, Headline]):
    """By name; that of a task which nobody knows was written by hand."""

    def __missing__(self, name: str) -> Headline:
        raise UserError(f"task.json: metric: expected {' or '.join(self)}, found {name!r}; delete the file and run "
                        "`dvc repro`")


HEADLINES = _Headlines(accuracy=Headline(right_rows, accuracy_of), entity_f1=Headline(entity_counts, f1_of))
