"""What changes while a model is trained, and its best weights so far."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from accelerate import Accelerator
from torch.optim.lr_scheduler import LambdaLR
from transformers import PreTrainedModel

from stages.models.inputs import Collator
from stages.training.distilling import SoftTargets
from stages.training.frozen_layers import FrozenLayerCache
from stages.training.objective import Objective
from stages.training.processes import Processes
from stages.training.resuming import State, random_states, restore_run, run_state, tensor_group

Event = dict[str, object]


@dataclass
class BestWeights:
    """The weights with the highest validation metric so far; the lower validation loss decides a tie.

    Attributes:
        patience: evaluations without an improvement after which training stops; 0 for never.
        step: of the evaluation that found them.
        since: evaluations since then.
    """

    patience: int
    step: int = 0
    since: int = 0
    key: tuple[float, float] = (-math.inf, -math.inf)
    weights: dict[str, torch.Tensor] = field(default_factory=dict)

    def offer(self, step: int, validation: Mapping[str, float], metric: str, model: PreTrainedModel) -> None:
        """Keep the weights of ``model`` if its metrics on ``validation`` are the best so far."""
        key = (validation[metric], -validation["loss"])
        self.since += 1
        if key > self.key:
            self.step, self.since, self.key = step, 0, key
            self.weights = {name: tensor.detach().cpu().clone() for name, tensor in model.state_dict().items()}

    @property
    def exhausted(self) -> bool:
        """Whether the patience is used up."""
        return 0 < self.patience <= self.since

    def restore(self, model: PreTrainedModel) -> None:
        """Load the best weights into ``model``."""
        model.load_state_dict(self.weights)


@dataclass
class Run:
    """The changing parts of one training run.

    Attributes:
        model: as Accelerate prepared it.
        cache: runs the model, and its frozen layers once per row.
        soft_targets: what a teacher gave for the training rows, if there is one.
        losses: of the batches since the last logged step.
        step: optimizer steps taken.
        skipped: steps that changed nothing, because their scaled gradients overflowed.
    """

    accelerator: Accelerator
    model: PreTrainedModel
    optimizer: torch.optim.Optimizer
    schedule: LambdaLR
    collate: Collator
    objective: Objective
    cache: FrozenLayerCache
    best: BestWeights
    events: list[Event]
    processes: Processes
    soft_targets: SoftTargets | None = None
    losses: list[float] = field(default_factory=list)
    step: int = 0
    skipped: int = 0
    started: float = field(default_factory=time.monotonic)

    def update(self) -> None:
        """Apply the gradients; if scaled gradients overflowed, neither weights nor learning rate change."""
        scale = self._scale
        self.optimizer.step()
        # Accelerate's `step_was_skipped` misses this: a fused AdamW is called and skips the step itself.
        if self._scale < scale:
            self.skipped += 1
        else:
            self.schedule.step()
        self.optimizer.zero_grad()

    @property
    def _scale(self) -> float:
        return float(self.accelerator.scaler.get_scale()) if self.accelerator.scaler else 1.0

    @property
    def seconds(self) -> float:
        """Duration of the run so far, including the time before an interruption."""
        return time.monotonic() - self.started

    def random_states(self) -> list[dict[str, torch.Tensor]]:
        """Random states of all processes; each process has to call this."""
        return self.processes.all_gather(random_states(self.accelerator.device))

    def state(self, random: list[dict[str, torch.Tensor]]) -> State:
        """The state from which the run can continue; ``random`` is from :meth:`random_states`."""
        best = {"step": self.best.step, "since": self.best.since, "key": self.best.key}
        facts = {"best": best, "losses": self.losses, "events": self.events, "skipped": self.skipped,
                 "seconds": self.seconds}
        if self.accelerator.scaler:
            facts["scaler"] = self.accelerator.scaler.state_dict()
        return run_state(self.step, self.model, self.optimizer, self.schedule, random, facts, best=self.best.weights)

    def restore(self, state: State) -> None:
        """Continue from ``state``."""
        restore_run(state, self.model, self.optimizer, self.schedule, self.accelerator.device, self.processes.number)
        best = state.facts["best"]
        self.best.weights, self.best.key = tensor_group(state, "best"), (best["key"][0], best["key"][1])
        self.best.step, self.best.since = best["step"], best["since"]
        self.events[:], self.losses[:] = state.facts["events"], state.facts["losses"]
        self.step, self.skipped = state.step, state.facts["skipped"]
        if self.accelerator.scaler:
            self.accelerator.scaler.load_state_dict(state.facts["scaler"])
        self.started -= state.facts["seconds"]
