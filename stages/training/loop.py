"""Training of one model: AdamW, linear warm-up and decay, gradient clipping, best model by validation.

Devices and mixed precision are Accelerate's.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from transformers import PreTrainedModel

from stages.common.errors import UserError
from stages.common.progress import progress
from stages.encoding.store import EncodedSplit
from stages.models.inputs import Collator, gold_labels, joined_windows, predict_logits
from stages.settings.training import TrainingSettings
from stages.training.batches import epoch_batches
from stages.training.optimization import adamw, linear_schedule
from stages.training.scoring import score

Event = dict[str, Any]
_LOGGED_POINTS = 100  # batch losses kept over a run, each the mean since the one before


@dataclass
class Training:
    """One run: ``events`` becomes ``history.jsonl``; the model ends with the weights that validated best.

    Attributes:
        train: rows to learn from.
        watched: rows of train on which the model is evaluated, as many as validation has.
        task: facts of the task: ``metric`` and ``tags``.
        order_seed: of the order of the rows.
    """

    model: PreTrainedModel
    train: EncodedSplit
    watched: EncodedSplit
    validation: EncodedSplit
    task: dict[str, Any]
    settings: TrainingSettings
    order_seed: int
    events: list[Event] = field(default_factory=list)

    def run(self, description: str) -> None:
        """Train. A loss that is not finite ends the run early and is recorded in its last event."""
        accelerator = Accelerator(mixed_precision=_mixed_precision(self.settings.precision))
        steps = self._steps_per_epoch * self.settings.epochs
        collate = Collator(self.model, accelerator.device)
        model, optimizer = accelerator.prepare(
            self.model, adamw(self.model, self.settings.lr, self.settings.weight_decay))
        schedule = linear_schedule(optimizer, self.settings.warmup, steps)
        torch.manual_seed(self.order_seed)  # dropout must not depend on how many numbers the initial weights took
        best = _Best(self.settings.patience)
        start = self._evaluate(0, collate)
        self.events.append(start)
        best.offer(0, start, self.task["metric"], self.model)
        parts = self.settings.evaluations
        evaluated_at = {round(steps * part / parts) for part in range(1, parts + 1)}
        log_every = math.ceil(steps / _LOGGED_POINTS)
        losses: list[float] = []
        outcome = "finished"
        with progress(steps, description, "step") as bar:
            for step, rows in enumerate(self._batches(), start=1):
                loss = model(**collate(self.train, rows)).loss
                losses.append(loss.item())
                if not math.isfinite(losses[-1]):
                    outcome = "loss not finite"
                    break
                accelerator.backward(loss)
                norm = accelerator.clip_grad_norm_(model.parameters(), self.settings.max_gradient_norm)
                learning_rate = schedule.get_last_lr()[0]
                optimizer.step()
                schedule.step()
                optimizer.zero_grad()
                if step % log_every == 0 or step == steps:
                    self._log_step(step, losses, learning_rate, float(norm))
                    losses = []
                bar.update()
                if step in evaluated_at:
                    event = self._evaluate(step, collate)
                    if not all(math.isfinite(event[split]["loss"]) for split in ("train", "validation")):
                        outcome = "loss not finite"
                        break
                    self.events.append(event)
                    best.offer(step, event, self.task["metric"], self.model)
                    if best.exhausted:
                        outcome = "stopped early"
                        break
        best.restore(self.model)
        end = {"kind": "end", "outcome": outcome, "steps": step, "best_step": best.step}
        self.events.append(end | _sizes(self.model))

    @property
    def _steps_per_epoch(self) -> int:
        return math.ceil(len(self.train) / self.settings.batch_size)

    def _batches(self) -> Iterator[np.ndarray]:
        lengths = self.train.input_ids.lengths
        for epoch in range(self.settings.epochs):
            yield from epoch_batches(lengths, self.settings.batch_size, self.order_seed, epoch)

    def _log_step(self, step: int, losses: list[float], learning_rate: float, norm: float) -> None:
        self.events.append({
            "kind": "step", "step": step, "epoch": step / self._steps_per_epoch,
            "loss": float(np.mean(losses)), "learning_rate": learning_rate,
            "gradient_norm": norm if math.isfinite(norm) else None,
        })

    def _evaluate(self, step: int, collate: Collator) -> Event:
        event: Event = {"kind": "evaluation", "step": step, "epoch": step / self._steps_per_epoch}
        for name, split in (("train", self.watched), ("validation", self.validation)):
            logits = joined_windows(split, predict_logits(self.model, split, collate))[1]
            event[name] = score(logits, joined_windows(split, gold_labels(split))[1], self.task)
        return event


@dataclass
class _Best:
    """The weights with the highest validation metric so far; the lower validation loss decides a tie."""

    patience: int
    step: int = 0
    since: int = 0
    _key: tuple[float, float] = (-math.inf, -math.inf)
    _weights: dict[str, torch.Tensor] = field(default_factory=dict)

    def offer(self, step: int, event: Event, metric: str, model: PreTrainedModel) -> None:
        key = (event["validation"][metric], -event["validation"]["loss"])
        self.since += 1
        if key > self._key:
            self.step, self.since, self._key = step, 0, key
            self._weights = {name: tensor.detach().cpu().clone() for name, tensor in model.state_dict().items()}

    @property
    def exhausted(self) -> bool:
        return 0 < self.patience <= self.since

    def restore(self, model: PreTrainedModel) -> None:
        model.load_state_dict(self._weights)


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
