"""Logits of whole rows, computed with the precision of training."""

from collections.abc import Callable

import numpy as np
from accelerate import Accelerator, PartialState
from transformers import PreTrainedModel

from stages.encoding.store import EncodedSplit
from stages.models.inputs import Collator, Forward, joined_windows, predict_logits, whole_model
from stages.models.precision import mixed_precision


def predicted_rows(
    model: PreTrainedModel, split: EncodedSplit, precision: str, advance: Callable[[int], object],
    forward: Forward = whole_model,
) -> tuple[list[str], list[np.ndarray]]:
    """Guids and float32 logits, [classes] per row or [words, classes]; the windows of a long sentence are joined.

    Args:
        precision: as ``training.precision``.
        advance: called with the number of rows of each finished batch.
        forward: runs the model.
    """
    accelerator = Accelerator(mixed_precision=mixed_precision(precision, PartialState().device))
    with accelerator.autocast():
        logits = predict_logits(
            model.to(accelerator.device), split, Collator(model, accelerator.device), after_batch=advance,
            forward=forward)
    return joined_windows(split, logits)
