"""Train one model: AdamW, warm-up and decay, gradient clipping, and the best model by validation.

Accelerate handles devices, mixed precision and the communication between processes.
"""

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

import numpy as np
import torch
from accelerate import Accelerator, PartialState
from torch.nn.utils import clip_grad_norm_
from transformers import PreTrainedModel

from stages.common.errors import UserError
from stages.common.progress import progress
from stages.encoding.store import EncodedSplit
from stages.metrics.outcome import Outcome
from stages.metrics.scoring import score
from stages.models.inputs import Collator, Tensors, gold_labels, joined_windows, predict_logits
from stages.models.precision import mixed_precision
from stages.models.tuning import freeze_at, learning_rate_factors
from stages.results.prepared import Task
from stages.settings.recipes import FULL, Recipe, SetFitTuning
from stages.settings.training import TrainingSettings
from stages.training.distilling import Teacher
from stages.training.frozen_layers import FrozenLayerCache
from stages.training.gradients import gradient_norms
from stages.training.objective import Objective, balanced_class_weights
from stages.training.optimization import adamw, warmup_schedule, warmup_steps
from stages.training.pairs import run_batches
from stages.training.processes import Processes
from stages.training.resuming import StateStore
from stages.training.run import BestWeights, Event, Run
from stages.training.setfit import PairObjective, embeddings_as_logits, fit_head
from stages.training.used_vocabulary import used_vocabulary

_LOGGED_POINTS = 100  # losses logged per run, each the mean over the batches since the previous one


class _LossNotFinite(Exception):
    """The loss of a batch or an evaluation is not finite."""


@dataclass
class Training:
    """One run: ``events`` becomes ``history.jsonl``; the model ends with the weights that validated best.

    Attributes:
        train: training rows.
        train_eval_rows: training rows on which the model is evaluated, as many as there are validation rows.
        order_seed: seed of the order of the rows.
        recipe: the recipe that the model was built with.
        teacher: the model whose logits for the training rows it learns, if any.
        seconds: duration of the run, including evaluations and the time before an interruption.
    """

    model: PreTrainedModel
    train: EncodedSplit
    train_eval_rows: EncodedSplit
    validation: EncodedSplit
    task: Task
    settings: TrainingSettings
    order_seed: int
    recipe: Recipe = FULL
    teacher: Teacher | None = None
    events: list[Event] = field(default_factory=list)
    seconds: float = 0.0

    def run(self, description: str, store: StateStore | None = None, fingerprint: str = "") -> None:
        """Train. A loss that is not finite ends the run early and is recorded in its last event.

        Args:
            description: names the run in messages.
            store: where the state of the run is saved periodically; a run that finds its state there continues from it.
            fingerprint: digest of what determines the run; it must be the same in all processes.

        Raises:
            UserError: processes were given different runs, the initial weights give a loss that is not finite, the
                hardware does not support the precision, or the warm-up is longer than the run.
        """
        with used_vocabulary(self.model, (self.train, self.validation)):
            end = self._run(description, store, fingerprint)
        self.events.append(end | _sizes(self.model))

    def _run(self, description: str, store: StateStore | None, fingerprint: str) -> Event:
        """Train, and return the last event."""
        run = self.prepare()
        run.processes.refuse_others(fingerprint)
        saved = run.processes.on_main_then_broadcast(store.load) if store else None
        if saved:
            run.restore(saved)
            if run.processes.is_main:
                print(f"{description}: resuming at step {run.step} of {self.steps}", file=sys.stderr)
        else:
            self._begin(run)
        try:
            outcome = self._learn(run, description, store)
        except _LossNotFinite:
            outcome = Outcome.LOSS_NOT_FINITE
        run.best.restore(self.model)
        self.seconds = run.seconds
        return {"kind": "end", "outcome": outcome, "steps": run.step, "skipped_steps": run.skipped,
                "best_step": run.best.step}

    @cached_property
    def steps(self) -> int:
        """Optimizer steps of a run that nothing stops early."""
        if self.settings.batch_tokens or isinstance(self.recipe, SetFitTuning):
            return sum(1 for _ in self._batches())
        return math.ceil(len(self.train) / self.settings.batch_size) * self.settings.epochs

    def prepare(self) -> Run:
        """A run before its first step: device, precision, optimizer and schedule.

        Raises:
            UserError: as :meth:`run`.
        """
        self._refuse_endless_warmup()
        processes = Processes.joined(self.settings.world_size)
        # The device as Accelerate chooses it, before a precision is fixed for the whole process.
        device = PartialState().device
        accelerator = Accelerator(mixed_precision=mixed_precision(self.settings.precision, device))
        collate = Collator(self.model, device)
        factors = learning_rate_factors(self.model, getattr(self.recipe, "layer_lr_decay", 1.0))
        # `evaluation_mode` avoids DistributedDataParallel: `Processes` sums the gradients instead.
        model = accelerator.prepare_model(self.model, evaluation_mode=True)
        optimizer = accelerator.prepare(adamw(self.model, self.settings.lr, self.settings.weight_decay, factors))
        schedule = warmup_schedule(optimizer, self.settings.warmup, self.steps, self.settings.schedule)
        cache = FrozenLayerCache(self.model, collate, (self.train, self.validation))
        targets = self.teacher.soft_targets(self.train, accelerator, processes) if self.teacher else None
        return Run(accelerator, model, optimizer, schedule, collate, self._objective(device), cache,
                   BestWeights(self.settings.patience), self.events, processes, targets)

    def take_step(self, run: Run, rows: np.ndarray) -> None:
        """Take one optimizer step on a batch of training rows."""
        freeze_at(self.model, self.recipe, run.step, self.steps)
        run.step += 1
        own, weight = run.processes.share(rows)
        parts = [(part.ravel(), run.collate(self.train, part.ravel()))
                 for part in _parts(own, self.settings.accumulation)]
        divisor = run.processes.total(sum(weight * run.objective.divisor(tensors["labels"]) for _, tensors in parts))
        loss = sum(self._backward(run, *part, divisor / weight if weight else math.inf) for part in parts)
        run.losses.append(_finite(run.processes.total(loss)))
        run.processes.add_gradients(self.model.parameters())
        run.accelerator.unscale_gradients()
        logged = run.step % math.ceil(self.steps / _LOGGED_POINTS) == 0 or run.step == self.steps
        norms = gradient_norms(self.model) if logged else {}
        norm = clip_grad_norm_(run.model.parameters(), self.settings.max_gradient_norm)
        learning_rate = max(run.schedule.get_last_lr())
        run.update()
        if logged:
            self._log_step(run, learning_rate, float(norm), norms)

    def _refuse_endless_warmup(self) -> None:
        rising = warmup_steps(self.settings.warmup, self.steps)
        if rising > self.steps:
            raise UserError(f"params.yaml: warmup of the task {self.task.task}: expected at most {self.steps}, the "
                            f"steps of the run, got {rising}; lower it, or raise epochs")

    def _objective(self, device: torch.device) -> Objective:
        if isinstance(self.recipe, SetFitTuning):
            return PairObjective()
        weights = None
        if self.settings.class_weights == "balanced":
            weights = balanced_class_weights(self.train, len(self.task.tags)).to(device)
        return Objective(self.settings.label_smoothing, weights)

    def _begin(self, run: Run) -> None:
        # Dropout must not depend on how many random numbers the initial weights took; each process has its own masks.
        torch.manual_seed(run.processes.own_seed(self.order_seed))
        try:
            self._evaluate(run)
        except _LossNotFinite:
            raise UserError("checkpoint: the initial weights give a loss that is not finite; "
                            "expected sound weights, check model.safetensors and config.json") from None

    def _learn(self, run: Run, description: str, store: StateStore | None) -> Outcome:
        """Take the remaining steps."""
        evaluations = self.settings.evaluations
        evaluated_at = {round(self.steps * number / evaluations) for number in range(1, evaluations + 1)}
        with progress(self.steps, description, "step", run.step, run.processes.is_main) as bar:
            for rows in islice(self._batches(), run.step, None):
                self.take_step(run, rows)
                bar.update()
                if run.step in evaluated_at:
                    self._evaluate(run)
                    if reason := self._reason_to_stop(run):
                        return reason
                if store and run.step < self.steps:
                    self._save_if_due(run, store)
        return Outcome.FINISHED

    def _save_if_due(self, run: Run, store: StateStore) -> None:
        """The main process decides and saves; the state has a part of every process."""
        if run.processes.on_main_then_broadcast(lambda: store.due):
            random = run.random_states()
            if run.processes.is_main:
                store.try_to_save(lambda: run.state(random))

    def _reason_to_stop(self, run: Run) -> Outcome | None:
        """The outcome of a run that stops after its last evaluation; None if it continues."""
        if 0 < self.settings.stop_at_train_score <= self.events[-1]["train"][self.task.metric]:
            return Outcome.REACHED_TRAIN_SCORE
        return Outcome.STOPPED_EARLY if run.best.exhausted else None

    def _backward(self, run: Run, rows: np.ndarray, tensors: Tensors, divisor: float) -> float:
        """Add the gradients of a part of a batch; return its share of the loss of the batch."""
        labels = tensors.pop("labels")
        with embeddings_as_logits(self.model, self.recipe):
            logits = run.cache.forward(run.model, self.train, rows, tensors).logits
        total = run.objective.total(logits, labels)
        if run.soft_targets:
            total = run.soft_targets.mixed(total, logits, labels, rows, run.objective.class_weights)
        loss = total / divisor
        run.accelerator.backward(loss)
        return loss.item()

    @property
    def _steps_per_epoch(self) -> float:
        return self.steps / self.settings.epochs

    def _batches(self) -> Iterator[np.ndarray]:
        return run_batches(self.train, self.settings, self.order_seed, self.recipe)

    def _log_step(self, run: Run, learning_rate: float, norm: float, norms: dict[str, float | None]) -> None:
        loss = float(np.mean(run.losses))
        # No loss of pairs is drawn or compared as a cross-entropy.
        losses = {"loss": None, "pair_loss": loss} if isinstance(self.recipe, SetFitTuning) else {"loss": loss}
        self.events.append({
            "kind": "step", "step": run.step, "epoch": run.step / self._steps_per_epoch} | losses | {
            "learning_rate": learning_rate,
            "gradient_norm": norm if math.isfinite(norm) else None, "gradient_norms": norms,
        })
        run.losses.clear()

    def _evaluate(self, run: Run) -> None:
        event: Event = {"kind": "evaluation", "step": run.step, "epoch": run.step / self._steps_per_epoch}
        if run.step and isinstance(self.recipe, SetFitTuning):  # before the first step the head is as in other runs
            self._fit_head(run)
        for name, split in (("train", self.train_eval_rows), ("validation", self.validation)):
            logits = joined_windows(split, self._outputs(run, split))[1]
            event[name] = score(logits, joined_windows(split, gold_labels(split))[1], self.task)
            _finite(event[name]["loss"])
        self.events.append(event)
        run.best.offer(run.step, event["validation"], self.task.metric, self.model)

    def _outputs(self, run: Run, split: EncodedSplit) -> list[np.ndarray]:
        return run.processes.gather_rows(predict_logits(
            self.model, split, run.collate, forward=run.cache.forward, share=run.processes.batches))

    def _fit_head(self, run: Run) -> None:
        with embeddings_as_logits(self.model, self.recipe):
            embeddings = np.stack(self._outputs(run, self.train))
        fit_head(self.model, embeddings, self.train.labels, self.settings.class_weights)


def _finite(loss: float) -> float:
    if not math.isfinite(loss):
        raise _LossNotFinite
    return loss


def _parts(rows: np.ndarray, count: int) -> list[np.ndarray]:
    """The rows of a batch in ``count`` parts of nearly equal size, or one part per row if there are fewer rows."""
    return np.array_split(rows, min(count, len(rows)))


def _sizes(model: PreTrainedModel) -> dict[str, int]:
    parameters = list(model.parameters())
    return {
        "parameters": sum(parameter.numel() for parameter in parameters),
        "trainable_parameters": sum(parameter.numel() for parameter in parameters if parameter.requires_grad),
    }
