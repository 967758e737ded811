"""The batches of every step and evaluation of a run, counted from the lengths of its rows.

The cost of a batch is linear in three numbers, its work: 1, its tokens with padding, and these times the length of its
longest row, because attention is quadratic in the length of a row.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from stages.encoding.store import EncodedSplit
from stages.models.inputs import TOKENS_PER_BATCH, batches_by_length
from stages.models.tuning import frozen_after
from stages.settings.recipes import GradualTuning, Recipe, SetFitTuning
from stages.settings.training import TrainingSettings
from stages.training.pairs import run_batches


@dataclass
class Phase:
    """Steps and evaluations during which the same weights are trained.

    Attributes:
        first: number of the first step, from 0.
        steps: work of each step, [steps, 3].
        evaluations: their number, including the one before the first step.
        head_fits: how often the training rows are embedded, to fit the head of SetFit.
    """

    first: int
    steps: np.ndarray = field(default_factory=lambda: np.zeros((0, 3)))
    evaluations: int = 0
    head_fits: int = 0


def work(lengths: np.ndarray, batches: Sequence[np.ndarray], parts: int = 1) -> np.ndarray:
    """Work of batches of rows, or of pairs, with ``lengths`` tokens, each split into ``parts``: [batches, 3]."""
    split = [part for rows in batches for part in np.array_split(rows, min(parts, len(rows)))] if parts > 1 else batches
    taken = [part.ravel() for part in split]
    sizes = np.array([len(rows) for rows in taken])
    longest = np.maximum.reduceat(lengths[np.concatenate(taken)], np.cumsum([0, *sizes[:-1]]))
    tokens = sizes * longest
    counted = np.stack([np.ones(len(taken)), tokens, tokens * longest], axis=1)
    parts_of = [min(parts, len(rows)) for rows in batches]
    return np.add.reduceat(counted, np.cumsum([0, *parts_of[:-1]]), axis=0)


def padded_tokens(lengths: np.ndarray, tokens_per_batch: int = TOKENS_PER_BATCH) -> float:
    """Tokens, padding included, of one pass without gradients over rows with ``lengths`` tokens."""
    return float(work(lengths, batches_by_length(lengths, tokens_per_batch))[:, 1].sum())


def plan_run(train: EncodedSplit, settings: TrainingSettings, order_seed: int, recipe: Recipe, layers: int
             ) -> list[Phase]:
    """The phases of a run without early stopping: one, unless the recipe is gradual.

    Args:
        train: training rows.
        settings: settings of the run.
        order_seed: seed of the order of rows.
        recipe: which weights are trained.
        layers: number of layers of the encoder.
    """
    batches = list(run_batches(train, settings, order_seed, recipe))
    steps = work(train.input_ids.lengths, batches, settings.accumulation)
    evaluated_after = _evaluated_after(len(steps), settings.evaluations)
    if not isinstance(recipe, GradualTuning):
        fits = len(evaluated_after) if isinstance(recipe, SetFitTuning) else 0
        return [Phase(0, steps, 1 + len(evaluated_after), fits)]
    frozen = np.array([frozen_after(recipe, layers, step, len(steps)) for step in range(len(steps))])
    starts = [0, *(1 + np.flatnonzero(np.diff(frozen)))]
    # The evaluation before the first step is made with no layer frozen.
    phases = [Phase(0, evaluations=1)]
    for start, end in zip(starts, [*starts[1:], len(steps)], strict=True):
        evaluations = sum(start < step <= end for step in evaluated_after)
        phases.append(Phase(int(start), steps[start:end], evaluations))
    return phases


def _evaluated_after(steps: int, evaluations: int) -> set[int]:
    """Steps after which the model is evaluated; in a short run several evaluations coincide."""
    return {round(steps * part / evaluations) for part in range(1, evaluations + 1)} - {0}
