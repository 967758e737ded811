"""Training of one model: AdamW, warm-up and decay, gradient clipping, best model by validation.

Devices, mixed precision and what several processes exchange are Accelerate's.
"""

import math
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator, PartialState
from torch.nn.utils import clip_grad_norm_
from torch.optim.lr_scheduler import LambdaLR
from transformers import PreTrainedModel

from stages.common.errors import UserError
from stages.common.progress import progress
from stages.encoding.store import EncodedSplit
from stages.models.inputs import Collator, Tensors, gold_labels, joined_windows, predict_logits
from stages.models.tuning import freeze_at, learning_rate_factors
from stages.settings.recipes import FULL, Recipe
from stages.settings.training import TrainingSettings
from stages.training.batches import epoch_batches
from stages.training.gradients import gradient_norms
from stages.training.objective import Objective, balanced_class_weights
from stages.training.optimization import adamw, warmup_schedule, warmup_steps
from stages.training.precision import mixed_precision
from stages.training.processes import Processes
from stages.training.resuming import (
    State,
    StateStore,
    optimizer_tensors,
    part,
    prefixed,
    random_states,
    restore_optimizer,
    restore_random_states,
)
from stages.training.reuse import Reuse
from stages.training.scoring import score

Event = dict[str, Any]
_LOGGED_POINTS = 100  # batch losses kept over a run, each the mean since the one before


class _LossNotFinite(Exception):
    """A batch or an evaluation gave a loss that is not finite."""


@dataclass
class Training:
    """One run: ``events`` becomes ``history.jsonl``; the model ends with the weights that validated best.

    Attributes:
        train: rows to learn from.
        watched: rows of train on which the model is evaluated, as many as validation has.
        task: facts of the task: ``metric`` and ``tags``.
        order_seed: of the order of the rows.
        recipe: that the model was built by.
        seconds: what the run has taken, with its evaluations and with the time before it was interrupted.
    """

    model: PreTrainedModel
    train: EncodedSplit
    watched: EncodedSplit
    validation: EncodedSplit
    task: dict[str, Any]
    settings: TrainingSettings
    order_seed: int
    recipe: Recipe = FULL
    events: list[Event] = field(default_factory=list)
    seconds: float = 0.0

    def run(self, description: str, store: StateStore | None = None, fingerprint: str = "") -> None:
        """Train. A loss that is not finite ends the run early and is recorded in its last event.

        Args:
            description: names the run in messages.
            store: where the run's state is saved now and then; a run that finds its state there goes on from it.
            fingerprint: digest of what determines the run, which all its processes have to have alike.

        Raises:
            UserError: processes were given different runs, the initial weights give a loss that is not finite, the
                hardware cannot compute in the wanted precision, or the warm-up is longer than the run.
        """
        run = self._prepare()
        run.processes.refuse_others(fingerprint)
        saved = run.processes.as_first(store.load) if store else None
        if saved:
            run.restore(saved)
            if run.processes.first:
                print(f"{description}: going on at step {run.step} of {self._steps}", file=sys.stderr)
        else:
            self._begin(run)
        try:
            outcome = self._learn(run, description, store)
        except _LossNotFinite:
            outcome = "loss not finite"
        run.best.restore(self.model)
        self.seconds = run.seconds
        end = {"kind": "end", "outcome": outcome, "steps": run.step, "skipped_steps": run.skipped,
               "best_step": run.best.step}
        self.events.append(end | _sizes(self.model))

    def _prepare(self) -> "_Run":
        self._refuse_endless_warmup()
        processes = Processes.joined(self.settings.world_size)
        # The device as Accelerate chooses it, before a precision is fixed for the whole process.
        device = PartialState().device
        accelerator = Accelerator(mixed_precision=mixed_precision(self.settings.precision, device))
        collate = Collator(self.model, device)
        factors = learning_rate_factors(self.model, getattr(self.recipe, "layer_lr_decay", 1.0))
        # `evaluation_mode` spares DistributedDataParallel, in whose place `Processes` adds up gradients.
        model = accelerator.prepare_model(self.model, evaluation_mode=True)
        optimizer = accelerator.prepare(adamw(self.model, self.settings.lr, self.settings.weight_decay, factors))
        schedule = warmup_schedule(optimizer, self.settings.warmup, self._steps, self.settings.schedule)
        reuse = Reuse(self.model, collate, (self.train, self.validation))
        return _Run(accelerator, model, optimizer, schedule, collate, self._objective(device), reuse,
                    _Best(self.settings.patience), self.events, processes)

    def _refuse_endless_warmup(self) -> None:
        rising = warmup_steps(self.settings.warmup, self._steps)
        if rising > self._steps:
            raise UserError(f"params.yaml: warmup of the task {self.task['task']}: expected at most {self._steps}, the "
                            f"steps of the run, got {rising}; lower it, or raise epochs")

    def _objective(self, device: torch.device) -> Objective:
        weights = None
        if self.settings.class_weights == "balanced":
            weights = balanced_class_weights(self.train, len(self.task["tags"])).to(device)
        return Objective(self.settings.label_smoothing, weights)

    def _begin(self, run: "_Run") -> None:
        # Dropout must not depend on how many numbers the initial weights took; each process draws masks of its own.
        torch.manual_seed(run.processes.own_seed(self.order_seed))
        try:
            self._evaluate(run)
        except _LossNotFinite:
            raise UserError(f"{self.task.get('checkpoint', 'checkpoint')}: the initial weights give a loss that is not "
                            "finite; expected sound weights, check model.safetensors and config.json") from None

    def _learn(self, run: "_Run", description: str, store: StateStore | None) -> str:
        """Take the steps that are left; return how the run ended."""
        parts = self.settings.evaluations
        evaluated_at = {round(self._steps * part / parts) for part in range(1, parts + 1)}
        with progress(self._steps, description, "step", run.step, run.processes.first) as bar:
            for rows in islice(self._batches(), run.step, None):
                self._step(run, rows)
                bar.update()
                if run.step in evaluated_at:
                    self._evaluate(run)
                    if reason := self._reason_to_stop(run):
                        return reason
                if store and run.step < self._steps:
                    self._save_now_and_then(run, store)
        return "finished"

    def _save_now_and_then(self, run: "_Run", store: StateStore) -> None:
        """The first process decides and saves; the state has parts of all."""
        if run.processes.as_first(lambda: store.due):
            random = run.random()
            if run.processes.first:
                store.try_to_save(lambda: run.state(random))

    def _reason_to_stop(self, run: "_Run") -> str:
        """The outcome of a run that stops after its last evaluation; "" if it goes on."""
        if 0 < self.settings.train_ceiling <= self.events[-1]["train"][self.task["metric"]]:
            return "stopped at the ceiling of train"
        return "stopped early" if run.best.exhausted else ""

    def _step(self, run: "_Run", rows: np.ndarray) -> None:
        freeze_at(self.model, self.recipe, run.step, self._steps)
        run.step += 1
        own, weight = run.processes.share(rows)
        parts = [(part, run.collate(self.train, part)) for part in _parts(own, self.settings.accumulation)]
        divisor = run.processes.total(sum(weight * run.objective.divisor(tensors["labels"]) for _, tensors in parts))
        loss = sum(self._backward(run, *part, divisor / weight if weight else math.inf) for part in parts)
        run.losses.append(_finite(run.processes.total(loss)))
        run.processes.add_gradients(self.model.parameters())
        run.accelerator.unscale_gradients()
        logged = run.step % math.ceil(self._steps / _LOGGED_POINTS) == 0 or run.step == self._steps
        norms = gradient_norms(self.model) if logged else {}
        norm = clip_grad_norm_(run.model.parameters(), self.settings.max_gradient_norm)
        learning_rate = max(run.schedule.get_last_lr())
        run.update()
        if logged:
            self._log_step(run, learning_rate, float(norm), norms)

    def _backward(self, run: "_Run", rows: np.ndarray, tensors: Tensors, divisor: float) -> float:
        """Add the gradient of a part of a batch; return the part's share of the batch's loss."""
        labels = tensors.pop("labels")
        loss = run.objective.total(run.reuse(run.model, self.train, rows, tensors).logits, labels) / divisor
        run.accelerator.backward(loss)
        return loss.item()

    @cached_property
    def _steps(self) -> int:
        if self.settings.batch_tokens:
            return sum(1 for _ in self._batches())
        return math.ceil(len(self.train) / self.settings.batch_size) * self.settings.epochs

    @property
    def _steps_per_epoch(self) -> float:
        return self._steps / self.settings.epochs

    def _batches(self) -> Iterator[np.ndarray]:
        lengths, settings = self.train.input_ids.lengths, self.settings
        for epoch in range(settings.epochs):
            yield from epoch_batches(lengths, settings.batch_size, self.order_seed, epoch, settings.batch_tokens)

    def _log_step(self, run: "_Run", learning_rate: float, norm: float, norms: dict[str, float | None]) -> None:
        self.events.append({
            "kind": "step", "step": run.step, "epoch": run.step / self._steps_per_epoch,
            "loss": float(np.mean(run.losses)), "learning_rate": learning_rate,
            "gradient_norm": norm if math.isfinite(norm) else None, "gradient_norms": norms,
        })
        run.losses.clear()

    def _evaluate(self, run: "_Run") -> None:
        event: Event = {"kind": "evaluation", "step": run.step, "epoch": run.step / self._steps_per_epoch}
        for name, split in (("train", self.watched), ("validation", self.validation)):
            own = predict_logits(self.model, split, run.collate, forward=run.reuse, share=run.processes.batches)
            logits = joined_windows(split, run.processes.together(own))[1]
            event[name] = score(logits, joined_windows(split, gold_labels(split))[1], self.task)
            _finite(event[name]["loss"])
        self.events.append(event)
        run.best.offer(run.step, event, self.task["metric"], self.model)


@dataclass
class _Best:
    """The weights with the highest validation metric so far; the lower validation loss decides a tie."""

    patience: int
    step: int = 0
    since: int = 0
    key: tuple[float, float] = (-math.inf, -math.inf)
    weights: dict[str, torch.Tensor] = field(default_factory=dict)

    def offer(self, step: int, event: Event, metric: str, model: PreTrainedModel) -> None:
        key = (event["validation"][metric], -event["validation"]["loss"])
        self.since += 1
        if key > self.key:
            self.step, self.since, self.key = step, 0, key
            self.weights = {name: tensor.detach().cpu().clone() for name, tensor in model.state_dict().items()}

    @property
    def exhausted(self) -> bool:
        return 0 < self.patience <= self.since

    def restore(self, model: PreTrainedModel) -> None:
        model.load_state_dict(self.weights)


@dataclass
class _Run:
    """What changes while a model is trained."""

    accelerator: Accelerator
    model: PreTrainedModel
    optimizer: torch.optim.Optimizer
    schedule: LambdaLR
    collate: Collator
    objective: Objective
    reuse: Reuse
    best: _Best
    events: list[Event]
    processes: Processes
    losses: list[float] = field(default_factory=list)
    step: int = 0
    skipped: int = 0
    started: float = field(default_factory=time.monotonic)

    def update(self) -> None:
        """Apply the gradients; a step whose scaled gradients overflowed moves neither weights nor learning rate."""
        scale = self._scale
        self.optimizer.step()
        # Accelerate's `step_was_skipped` does not see it: a fused AdamW is called and skips the step by itself.
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
        return time.monotonic() - self.started

    def random(self) -> list[dict[str, torch.Tensor]]:
        """States of the random numbers of all processes, each of which takes part."""
        return self.processes.all_of(random_states(self.accelerator.device))

    def state(self, random: list[dict[str, torch.Tensor]]) -> State:
        """What the run goes on from."""
        tensors = {"model": self.model.state_dict(), "best": self.best.weights,
                   "optimizer": optimizer_tensors(self.optimizer)}
        tensors |= {f"random-{number}": states for number, states in enumerate(random)}
        best = {"step": self.best.step, "since": self.best.since, "key": self.best.key}
        facts = {"groups": self.optimizer.state_dict()["param_groups"], "schedule": self.schedule.state_dict(),
                 "best": best, "losses": self.losses, "events": self.events, "skipped": self.skipped,
                 "seconds": self.seconds}
        if self.accelerator.scaler:
            facts["scaler"] = self.accelerator.scaler.state_dict()
        return State(self.step, {name: tensor for prefix, group in tensors.items()
                                 for name, tensor in prefixed(prefix, group).items()}, facts)

    def restore(self, state: State) -> None:
        best = state.facts["best"]
        self.model.load_state_dict(part("model", state.tensors))
        restore_optimizer(self.optimizer, state.facts["groups"], part("optimizer", state.tensors))
        self.schedule.load_state_dict(state.facts["schedule"])
        self.best.weights, self.best.key = part("best", state.tensors), (best["key"][0], best["key"][1])
        self.best.step, self.best.since = best["step"], best["since"]
        self.events[:], self.losses[:] = state.facts["events"], state.facts["losses"]
        self.step, self.skipped = state.step, state.facts["skipped"]
        if self.accelerator.scaler:
            self.accelerator.scaler.load_state_dict(state.facts["scaler"])
        self.started -= state.facts["seconds"]
        own = part(f"random-{self.processes.number}", state.tensors)
        restore_random_states(own, self.accelerator.device)


def _finite(loss: float) -> float:
    if not math.isfinite(loss):
        raise _LossNotFinite
    return loss


def _parts(rows: np.ndarray, count: int) -> list[np.ndarray]:
    """The rows of a batch in ``count`` parts of nearly equal size, or in as many as there are rows."""
    return np.array_split(rows, min(count, len(rows)))


def _sizes(model: PreTrainedModel) -> dict[str, int]:
    parameters = list(model.parameters())
    return {
        "parameters": sum(parameter.numel() for parameter in parameters),
        "trainable_parameters": sum(parameter.numel() for parameter in parameters if parameter.requires_grad),
    }
