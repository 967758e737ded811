"""Training of one model: AdamW, linear warm-up and decay, gradient clipping, best model by validation.

Devices and mixed precision are Accelerate's.
"""

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from torch.optim.lr_scheduler import LambdaLR
from transformers import PreTrainedModel

from stages.common.errors import UserError
from stages.common.progress import progress
from stages.encoding.store import EncodedSplit
from stages.models.inputs import Collator, gold_labels, joined_windows, predict_logits
from stages.models.tuning import freeze_at, learning_rate_factors
from stages.settings.recipes import FULL, Recipe
from stages.settings.training import TrainingSettings
from stages.training.batches import epoch_batches
from stages.training.optimization import adamw, linear_schedule
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

    def run(self, description: str, store: StateStore | None = None) -> None:
        """Train. A loss that is not finite ends the run early and is recorded in its last event.

        Args:
            description: names the run in messages.
            store: where the run's state is saved now and then; a run that finds its state there goes on from it.

        Raises:
            UserError: the initial weights give a loss that is not finite, or the hardware has no bfloat16.
        """
        run = self._prepare()
        saved = store.load() if store else None
        if saved:
            run.restore(saved)
            print(f"{description}: going on at step {run.step} of {self._steps}", file=sys.stderr)
        else:
            self._begin(run)
        try:
            outcome = self._learn(run, description, store)
        except _LossNotFinite:
            outcome = "loss not finite"
        run.best.restore(self.model)
        end = {"kind": "end", "outcome": outcome, "steps": run.step, "best_step": run.best.step}
        self.events.append(end | _sizes(self.model))

    def _prepare(self) -> "_Run":
        accelerator = Accelerator(mixed_precision=_mixed_precision(self.settings.precision))
        collate = Collator(self.model, accelerator.device)
        factors = learning_rate_factors(self.model, getattr(self.recipe, "layer_lr_decay", 1.0))
        model, optimizer = accelerator.prepare(
            self.model, adamw(self.model, self.settings.lr, self.settings.weight_decay, factors))
        schedule = linear_schedule(optimizer, self.settings.warmup, self._steps)
        return _Run(accelerator, model, optimizer, schedule, collate, _Best(self.settings.patience), self.events)

    def _begin(self, run: "_Run") -> None:
        torch.manual_seed(self.order_seed)  # dropout must not depend on how many numbers the initial weights took
        try:
            self._evaluate(run)
        except _LossNotFinite:
            raise UserError(f"{self.task.get('checkpoint', 'checkpoint')}: the initial weights give a loss that is not "
                            "finite; expected sound weights, check model.safetensors and config.json") from None

    def _learn(self, run: "_Run", description: str, store: StateStore | None) -> str:
        """Take the steps that are left; return how the run ended."""
        parts = self.settings.evaluations
        evaluated_at = {round(self._steps * part / parts) for part in range(1, parts + 1)}
        with progress(self._steps, description, "step", run.step) as bar:
            for rows in islice(self._batches(), run.step, None):
                self._step(run, rows)
                bar.update()
                if run.step in evaluated_at:
                    self._evaluate(run)
                    if run.best.exhausted:
                        return "stopped early"
                # Never after the last step: a forward pass with labels completes the model's config.
                if store and run.step < self._steps:
                    store.save_now_and_then(run.state)
        return "finished"

    def _step(self, run: "_Run", rows: np.ndarray) -> None:
        freeze_at(self.model, self.recipe, run.step, self._steps)
        run.step += 1
        loss = run.model(**run.collate(self.train, rows)).loss
        run.losses.append(_finite(loss.item()))
        run.accelerator.backward(loss)
        norm = run.accelerator.clip_grad_norm_(run.model.parameters(), self.settings.max_gradient_norm)
        learning_rate = run.schedule.get_last_lr()[0]
        run.optimizer.step()
        run.schedule.step()
        run.optimizer.zero_grad()
        if run.step % math.ceil(self._steps / _LOGGED_POINTS) == 0 or run.step == self._steps:
            self._log_step(run, learning_rate, float(norm))

    @property
    def _steps(self) -> int:
        return self._steps_per_epoch * self.settings.epochs

    @property
    def _steps_per_epoch(self) -> int:
        return math.ceil(len(self.train) / self.settings.batch_size)

    def _batches(self) -> Iterator[np.ndarray]:
        lengths = self.train.input_ids.lengths
        for epoch in range(self.settings.epochs):
            yield from epoch_batches(lengths, self.settings.batch_size, self.order_seed, epoch)

    def _log_step(self, run: "_Run", learning_rate: float, norm: float) -> None:
        self.events.append({
            "kind": "step", "step": run.step, "epoch": run.step / self._steps_per_epoch,
            "loss": float(np.mean(run.losses)), "learning_rate": learning_rate,
            "gradient_norm": norm if math.isfinite(norm) else None,
        })
        run.losses.clear()

    def _evaluate(self, run: "_Run") -> None:
        event: Event = {"kind": "evaluation", "step": run.step, "epoch": run.step / self._steps_per_epoch}
        for name, split in (("train", self.watched), ("validation", self.validation)):
            logits = joined_windows(split, predict_logits(self.model, split, run.collate))[1]
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
    best: _Best
    events: list[Event]
    losses: list[float] = field(default_factory=list)
    step: int = 0

    def state(self) -> State:
        tensors = {"model": self.model.state_dict(), "best": self.best.weights,
                   "optimizer": optimizer_tensors(self.optimizer), "random": random_states(self.accelerator.device)}
        best = {"step": self.best.step, "since": self.best.since, "key": self.best.key}
        facts = {"groups": self.optimizer.state_dict()["param_groups"], "schedule": self.schedule.state_dict(),
                 "best": best, "losses": self.losses, "events": self.events}
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
        self.step = state.step
        restore_random_states(part("random", state.tensors), self.accelerator.device)


def _finite(loss: float) -> float:
    if not math.isfinite(loss):
        raise _LossNotFinite
    return loss


def _mixed_precision(precision: str) -> str:
    native = _multiplies_bfloat16()
    if precision == "bf16" and not native and torch.cuda.is_available():
        raise UserError("params.yaml: training.precision: this GPU has no bfloat16; use fp32")
    wanted = precision == "bf16" or (precision == "auto" and native)
    return "bf16" if wanted else "no"


def _multiplies_bfloat16() -> bool:
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return bool(torch.cpu._is_avx512_bf16_supported())


def _sizes(model: PreTrainedModel) -> dict[str, int]:
    parameters = list(model.parameters())
    return {
        "parameters": sum(parameter.numel() for parameter in parameters),
        "trainable_parameters": sum(parameter.numel() for parameter in parameters if parameter.requires_grad),
    }
