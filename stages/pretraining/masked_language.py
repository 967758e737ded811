"""Masked-language modelling on encoded text, for pre-training and adaptation.

The objective is that of Devlin et al. (2019, https://aclanthology.org/N19-1423) without next-sentence prediction. For
speed, texts of a batch have similar lengths, and vocabulary scores are computed at masked positions only.
"""

import inspect
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, ClassVar, Protocol, TypedDict

import numpy as np
import torch
from torch.nn.functional import cross_entropy
from torch.optim.lr_scheduler import LambdaLR
from transformers import PreTrainedModel

from stages.common.errors import UserError
from stages.common.progress import progress
from stages.models.architectures import last_segment
from stages.settings.pretraining import MaskedLanguageSettings
from stages.training.batches import epoch_batches
from stages.training.optimization import adamw, warmup_schedule
from stages.training.resuming import State, StateStore, random_states, restore_run, run_state

IGNORED = -100  # the index that cross-entropy skips by default
# 80 % of the tokens to predict become [MASK], 10 % a random token, and 10 % stay (Devlin et al., 2019).
BERT_FATES = (0.8, 0.9)
_LOGGED_POINTS = 100  # losses logged per run, each the mean over the steps since the previous one


class Rows(Protocol):
    """One array of token or segment ids per text."""

    def __len__(self) -> int:
        """Number of texts."""

    def __getitem__(self, row: int, /) -> np.ndarray:
        """The ids of one text."""


@dataclass(frozen=True)
class EncodedText:
    """Token ids and segment ids of every text, special tokens included."""

    ids: Rows
    segments: Rows

    @property
    def lengths(self) -> np.ndarray:
        """Tokens of every text."""
        return np.array([len(self.ids[row]) for row in range(len(self.ids))])


@dataclass(frozen=True)
class Vocabulary:
    """The token ids of a tokenizer that masking needs.

    Attributes:
        words: ascending ids of the tokens that can be masked or replace another one: all but special tokens.
        size: number of token types.
        mask: id of the mask token.
        padding: id of the padding token.
    """

    words: np.ndarray
    size: int
    mask: int
    padding: int

    def are_words(self, ids: np.ndarray) -> np.ndarray:
        """Whether each of the ids is one of ``words``."""
        return np.isin(ids, self.words)


def masked_batch(
    text: EncodedText, rows: np.ndarray, generator: np.random.Generator, share: float, vocabulary: Vocabulary,
    fates: tuple[float, float] = BERT_FATES,
) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """Inputs and targets of shape [rows, longest]; targets are ``IGNORED`` except at tokens to predict.

    Args:
        fates: cumulative shares of the tokens to predict that become [MASK] and a random token; the others stay.
    """
    lengths = np.array([len(text.ids[row]) for row in rows])
    shape = (len(rows), lengths.max())
    ids, segments = np.full(shape, vocabulary.padding), np.zeros(shape, dtype=np.int64)
    for position, row in enumerate(rows):
        ids[position, : lengths[position]] = text.ids[row]
        segments[position, : lengths[position]] = text.segments[row]
    attention = np.arange(shape[1]) < lengths[:, None]
    chosen = (generator.random(shape) < share) & vocabulary.are_words(ids)
    targets = np.where(chosen, ids, IGNORED)
    fate = generator.random(shape)
    noise = vocabulary.words[generator.integers(0, len(vocabulary.words), shape)]
    ids = np.where(chosen & (fate < fates[0]), vocabulary.mask, np.where(chosen & (fate < fates[1]), noise, ids))
    inputs = {"input_ids": ids, "token_type_ids": segments, "attention_mask": attention.astype(np.int64)}
    return {name: torch.from_numpy(array) for name, array in inputs.items()}, torch.from_numpy(targets)


def masked_loss(model: PreTrainedModel, inputs: dict[str, torch.Tensor], targets: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy in nats per masked token; 0 for a batch without one."""
    return mean_loss(masked_scores(model, inputs, targets != IGNORED), targets)


def masked_scores(
    model: PreTrainedModel, inputs: dict[str, torch.Tensor], chosen: torch.Tensor
) -> torch.Tensor:
    """Scores [chosen positions, vocabulary] of a model with a masked-language-model head."""
    with _head_sees_only(model, chosen):
        scores: torch.Tensor = model(**inputs).logits
    return scores


def mean_loss(scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy in nats of ``scores`` [tokens to predict, vocabulary]; 0 without tokens."""
    chosen = targets != IGNORED
    return cross_entropy(scores, targets[chosen], reduction="sum") / max(1, int(chosen.sum()))


@contextmanager
def _head_sees_only(model: PreTrainedModel, chosen: torch.Tensor) -> Iterator[None]:
    """Pass only the chosen positions, as [positions, width], from the encoder to the head of the model."""
    def keep(module: torch.nn.Module, arguments: tuple[Any, ...], output: Any) -> Any:
        output.last_hidden_state = output.last_hidden_state[chosen]
        return output

    hook = model.base_model.register_forward_hook(keep)
    try:
        yield
    finally:
        hook.remove()


class MeanLoss(TypedDict):
    """Mean loss since the point before: of masked-language modelling in nats per masked token."""

    step: int
    loss: float


@dataclass
class MaskedTraining:
    """One run; ``logged`` receives the mean loss at up to a hundred steps.

    Attributes:
        model: what is trained, in training mode and on its device: an encoder with a masked-language-model head.
        description: names the run in messages.
        remedy: what the user can do if a loss is not finite.
    """

    model: Any
    text: EncodedText
    vocabulary: Vocabulary
    settings: MaskedLanguageSettings
    description: str
    remedy: str
    fates: ClassVar = BERT_FATES
    step: int = 0
    losses: list[float] = field(default_factory=list)
    logged: list[MeanLoss] = field(default_factory=list)
    optimizer: torch.optim.Optimizer = field(init=False)
    schedule: LambdaLR = field(init=False)
    masking: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self.optimizer = adamw(self.model, self.settings.lr, self.settings.weight_decay)
        self.schedule = warmup_schedule(self.optimizer, self.settings.warmup, self.settings.steps)
        self.masking = np.random.default_rng(self.settings.seed)
        self._inputs = set(inspect.signature(self.reader.forward).parameters)
        self._last_segment = last_segment(self.reader)

    @property
    def reader(self) -> PreTrainedModel:
        """The model that reads the inputs, and that is kept."""
        return self.model  # type: ignore[no-any-return]

    def loss(self, inputs: dict[str, torch.Tensor], targets: torch.Tensor) -> torch.Tensor:
        """The loss of a batch, see :func:`masked_batch`."""
        return masked_loss(self.model, inputs, targets)

    def run(self, store: StateStore | None = None) -> None:
        """Take the remaining steps.

        Args:
            store: where the state of the run is saved periodically; a run that finds its state there continues from it.

        Raises:
            UserError: a loss is not finite.
        """
        steps = self.settings.steps
        if store and (saved := store.load()):
            self._restore(saved)
            print(f"{self.description}: resuming at step {self.step} of {steps}", file=sys.stderr)
        with progress(steps, self.description, "step", self.step) as bar:
            for rows in islice(self._batches(), self.step, steps):
                self.take_step(rows)
                bar.update()
                if self.step % math.ceil(steps / _LOGGED_POINTS) == 0 or self.step == steps:
                    self.logged.append({"step": self.step, "loss": float(np.mean(self.losses))})
                    bar.set_postfix(loss=f"{self.logged[-1]['loss']:.2f}", refresh=False)
                    self.losses.clear()
                if store and self.step < steps:
                    store.save_if_due(self._state)

    def take_step(self, rows: np.ndarray) -> None:
        """Take one optimizer step on a batch of texts.

        Raises:
            UserError: the loss is not finite.
        """
        self.step += 1
        inputs, targets = masked_batch(self.text, rows, self.masking, self.settings.masked, self.vocabulary,
                                       self.fates)
        if self._last_segment is None:
            del inputs["token_type_ids"]
        else:
            inputs["token_type_ids"].clamp_(max=self._last_segment)
        device = self.model.device
        loss = self.loss({name: tensor.to(device) for name, tensor in inputs.items() if name in self._inputs},
                         targets.to(device))
        self.losses.append(loss.item())
        if not math.isfinite(self.losses[-1]):
            raise UserError(f"{self.description}: expected a finite loss, found {self.losses[-1]} at step {self.step}; "
                            f"{self.remedy}")
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.settings.max_gradient_norm)
        self.optimizer.step()
        self.schedule.step()
        self.optimizer.zero_grad()

    def _state(self) -> State:
        facts = {"masking": self.masking.bit_generator.state, "losses": self.losses, "logged": self.logged}
        return run_state(
            self.step, self.model, self.optimizer, self.schedule, [random_states(self.model.device)], facts)

    def _restore(self, state: State) -> None:
        restore_run(state, self.model, self.optimizer, self.schedule, self.model.device)
        self.masking.bit_generator.state = state.facts["masking"]
        self.losses[:], self.logged[:] = state.facts["losses"], state.facts["logged"]
        self.step = state.step

    def _batches(self) -> Iterator[np.ndarray]:
        lengths = self.text.lengths
        epoch = 0
        while True:
            yield from epoch_batches(lengths, self.settings.batch_size, self.settings.seed, epoch)
            epoch += 1
