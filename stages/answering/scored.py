"""Whether a model is the one whose predictions were scored."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stages.answering.answers import Model
from stages.common.errors import UserError
from stages.results.predictions import Predictions
from stages.results.prepared import Row, read_task

# Mean difference of logits. The same weights differ by 1e-7 where both are computed in fp32, and by some thousandths
# where the scored ones were in bf16; two seeds differ by a tenth or more.
TOLERANCE_FP32, TOLERANCE = 1e-4, 0.03


@dataclass(frozen=True)
class Scored:
    """Rows of test with the logits [rows or words, classes] that were scored, and the names of the classes in order."""

    rows: tuple[Row, ...]
    logits: np.ndarray
    tags: tuple[str, ...]
    precision: str


def read_scored(encoded: Path, predictions: Path, rows: Sequence[Row], precision: str) -> Scored:
    """What was scored on ``rows`` of test.

    Raises:
        UserError: the predictions are of other rows.
    """
    task = read_task(encoded)
    logits = Predictions.read(predictions, task).of_rows(rows, moment="after", split="test")
    return Scored(tuple(rows), logits, task.tags, precision)


def refuse_other_model(ours: Model, scored: Scored, model: Path) -> None:
    """Compare ``ours``, which computes in fp32, with what was scored.

    Raises:
        UserError: its logits are others.
    """
    difference = np.abs(ours.logits(scored.rows) - scored.logits).mean()
    if not difference <= (TOLERANCE_FP32 if scored.precision == "fp32" else TOLERANCE):
        raise UserError(f"{model}: expected the model that was scored, found another, whose logits on test differ by "
                        f"{difference:.2g} on average; run `dvc repro`")


def refuse_other_tags(found: Sequence[str], scored: Scored, model: Path) -> None:
    """Compare the names that the model's config gives to its outputs with those of the task.

    Raises:
        UserError: they differ.
    """
    if tuple(found) != scored.tags:
        raise UserError(f"{model}/config.json: expected id2label with {', '.join(scored.tags)} in this order, found "
                        f"{', '.join(found)}; restore it with `dvc checkout --force {model}`, or run `dvc repro`")
