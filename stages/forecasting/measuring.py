"""Measurements of a probe, and the forecast computed from them."""

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from stages.common.errors import UserError
from stages.encoding.store import EncodedSplit
from stages.forecasting.plan import Phase, padded_tokens
from stages.settings.recipes import Recipe
from stages.settings.training import TrainingSettings
from stages.training.frozen_layers import MEMORY
from stages.training.frozen_layers import TOKENS_PER_BATCH as TOKENS_PER_CACHED_BATCH
from stages.training.resuming import saving_interval


@dataclass(frozen=True)
class PhaseCost:
    """Cost of a :class:`stages.forecasting.plan.Phase`.

    Attributes:
        computing: seconds per token, padding included, to compute the outputs of frozen layers; 0 without any.
        step: seconds per unit of work, [3].
        evaluating: seconds per token of an evaluation, padding included.
        kept: bytes per token of kept outputs of frozen layers.
    """

    computing: float
    step: list[float]
    evaluating: float
    kept: float


@dataclass(frozen=True)
class Costs:
    """Measurements of a cell by a probe, in seconds unless stated otherwise.

    Attributes:
        building: to build the model.
        plain: per token of an evaluation that reuses no outputs, padding included.
        phases: costs of the phases of the run.
        offering: to keep the best weights of an evaluation.
        saving: to write a state of the unfinished run.
        writing: to write the model.
        layers: number of layers of the encoder.
        peak_bytes: peak memory of the probe in bytes.
        start: of the process of a probe, until its first step; in that process, when that step could begin, in seconds
            since 1970.
        ending: of that process, after the last measurement.
    """

    building: float
    plain: float
    phases: list[PhaseCost]
    offering: float
    saving: float
    writing: float
    layers: int
    peak_bytes: int
    start: float
    ending: float = 0.0


@dataclass(frozen=True)
class Forecast:
    """Seconds of a run by part, and its peak memory in bytes."""

    start: float
    frozen_layers: float
    steps: float
    evaluations: float
    writing: float
    peak_bytes: int

    @property
    def seconds(self) -> float:
        """Seconds of the whole run."""
        return self.start + self.frozen_layers + self.steps + self.evaluations + self.writing

    def as_json(self) -> dict[str, float | dict[str, float]]:
        """The total and its parts."""
        parts = asdict(self)
        return {"seconds": self.seconds, "peak_bytes": parts.pop("peak_bytes"), "seconds_by_part": parts}


def measured(
    init: str, seed: int, encoded: Path, checkpoint: Path, settings: TrainingSettings, recipe: Recipe
) -> Costs:
    """Probe a cell in a process of its own.

    Raises:
        UserError: the cell cannot be trained; the message is that of training.
    """
    cell = {"init": init, "seed": seed, "encoded": str(encoded), "checkpoint": str(checkpoint),
            "settings": settings.model_dump(), "recipe": recipe.model_dump()}
    launched = time.time()
    done = subprocess.run(  # noqa: S603 (the values are checked settings)
        [sys.executable, "-m", "stages.forecasting.probe", json.dumps(cell)], check=False, capture_output=True,
        encoding="utf-8", errors="replace")
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["the probe failed without output"]
        raise UserError(lines[-1].removeprefix("error: "))
    found = json.loads(done.stdout.splitlines()[-1])
    found["start"], found["ending"] = found["start"] - launched, time.time() - found["ending"]
    return Costs(**found | {"phases": [PhaseCost(**phase) for phase in found["phases"]]})


def forecast_run(
    costs: Costs, phases: list[Phase], train: EncodedSplit, train_eval_rows: EncodedSplit,
    validation: EncodedSplit,
) -> Forecast:
    """The forecast of a run that trains on ``train`` and evaluates on ``train_eval_rows`` and ``validation``."""
    lengths = {name: split.input_ids.lengths for name, split in (
        ("train", train), ("train_eval", train_eval_rows), ("validation", validation))}
    evaluated = padded_tokens(lengths["train_eval"]) + padded_tokens(lengths["validation"])
    steps = evaluations = frozen = 0.0
    kept = max((phase.kept for phase in costs.phases), default=0.0) * (
        lengths["train"].sum() + lengths["validation"].sum())
    for phase, cost in zip(phases, costs.phases, strict=True):
        steps += float((phase.steps @ np.array(cost.step)).sum())
        evaluations += phase.evaluations * (evaluated * cost.evaluating + costs.offering)
        if phase.head_fits:
            evaluations += phase.head_fits * cost.evaluating * padded_tokens(lengths["train"])
        if cost.computing:
            # Evaluations look at rows of train, too, and keep what the frozen layers give for all of them.
            frozen += cost.computing * sum(padded_tokens(lengths[name], TOKENS_PER_CACHED_BATCH) for name in (
                ("train", "validation") if phase.evaluations else ("train",)))
    training = steps + evaluations + frozen
    states = int(training / (saving_interval(costs.saving) + costs.saving))
    return Forecast(costs.start, frozen, steps, evaluations,
                    costs.writing + costs.ending + states * costs.saving,
                    costs.peak_bytes + int(min(kept, MEMORY)))


def forecast_prediction(costs: Costs, splits: list[EncodedSplit], models: int) -> float:
    """Seconds of a process that runs ``models`` models of a task on ``splits``."""
    tokens = sum(padded_tokens(split.input_ids.lengths) for split in splits)
    return costs.start + costs.ending + models * (costs.building + tokens * costs.plain)
