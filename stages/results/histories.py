"""What ``train`` measures during one run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stages.common.errors import UserError
from stages.common.files import read_json_lines

Metrics = Mapping[str, float]
Settings = Mapping[str, object]


@dataclass(frozen=True)
class Step:
    """Measurements at one optimizer step; a gradient norm that is not finite is None."""

    step: int
    epoch: float
    loss: float | None
    learning_rate: float
    gradient_norm: float | None
    gradient_norms: Mapping[str, float | None]


@dataclass(frozen=True)
class Evaluation:
    """Metrics on training and validation rows at one step."""

    step: int
    epoch: float
    train: Metrics
    validation: Metrics


@dataclass(frozen=True)
class RunSummary:
    """How a run ended and with what it began; ``best_step`` is that of the weights that were kept."""

    outcome: str
    parameters: int
    trainable_parameters: int
    steps: int
    skipped_steps: int
    best_step: int
    settings: Settings
    recipe: Settings
    inputs: Mapping[str, str]
    numerics: Settings


@dataclass(frozen=True)
class History:
    """One run: its summary, what was measured in the order of the steps, and the SHA-256 of its teacher's weights."""

    summary: RunSummary
    measured: tuple[Step | Evaluation, ...]
    teacher: str = ""

    @property
    def steps(self) -> list[Step]:
        """The steps that were measured."""
        return [event for event in self.measured if isinstance(event, Step)]

    @property
    def evaluations(self) -> list[Evaluation]:
        """The evaluations."""
        return [event for event in self.measured if isinstance(event, Evaluation)]

    @property
    def kept(self) -> Evaluation | None:
        """The evaluation of the weights that were kept; None where there is none of that step."""
        return next((event for event in self.evaluations if event.step == self.summary.best_step), None)


def read_history(path: Path) -> History:
    """The history of a run.

    Raises:
        UserError: the file is missing or malformed.
    """
    return parse_history(read_json_lines(path), path)


def parse_history(events: Iterable[Mapping[str, object]], path: Path) -> History:
    """The history of these events of ``path``.

    Raises:
        UserError: they are not those of a run.
    """
    try:
        start, *measured, end = events
        summary = {name: (end if name in end else start)[name] for name in RunSummary.__dataclass_fields__}
        return History(RunSummary(**summary), tuple(map(_event, measured)), start.get("teacher", ""))
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"{path}: not the history of a run ({error!r}); delete the file and run `dvc repro`") from None


def _event(values: Mapping[str, Any]) -> Step | Evaluation:
    kind = {"step": Step, "evaluation": Evaluation}[values["kind"]]
    return kind(**{name: values[name] for name in kind.__dataclass_fields__})
