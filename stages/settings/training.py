"""Settings of training: what both arms share, what each arm has for itself, what a task overrides."""

from typing import Any, Literal

from pydantic import Field

from stages.settings.base import Settings, validated
from stages.settings.precision import Precision
from stages.settings.reading import pick, read_params
from stages.settings.seeds import SeedVaries

Arm = Literal["pretrained", "scratch"]


class ScheduleSettings(Settings):
    """What each arm has for itself besides its learning rate.

    Attributes:
        epochs: passes over the training rows.
        warmup: share of all steps in which the learning rate rises linearly from 0; it then falls linearly to 0.
        weight_decay: decoupled weight decay, not applied to biases and normalisation weights.
    """

    epochs: int = Field(ge=1)
    warmup: float = Field(ge=0, lt=1)
    weight_decay: float = Field(ge=0)


class ArmSettings(ScheduleSettings):
    """A schedule and its peak learning rate ``lr``."""

    lr: float = Field(gt=0, le=1)


class SharedSettings(Settings):
    """What both arms have in common.

    Attributes:
        batch_size: rows per optimizer step.
        max_gradient_norm: gradients are scaled down to this L2 norm.
        dropout: probability for every dropout layer of the model.
        evaluations: evaluations on validation, evenly spread over the run; the best one is kept.
        patience: evaluations without improvement after which training stops, 0 for never.
        precision: ``fp32``; ``bf16`` computes matrix products in bfloat16; ``auto`` is bf16 where the
            hardware multiplies it natively.
        threads: CPU threads; another number gives other bits.
        seed_varies: what the seeds of the grid change, the initial ``weights``, the ``order`` of the rows, or
            ``both``; the other is then the same in every cell.
    """

    batch_size: int = Field(ge=1)
    max_gradient_norm: float = Field(gt=0)
    dropout: float = Field(ge=0, lt=1)
    evaluations: int = Field(ge=1)
    patience: int = Field(ge=0)
    precision: Precision
    threads: int = Field(ge=1)
    seed_varies: SeedVaries


class ArmOverrides(Settings):
    """Values that replace those of the arm for one task; absent ones do not."""

    lr: float | None = Field(None, gt=0, le=1)
    epochs: int | None = Field(None, ge=1)
    warmup: float | None = Field(None, ge=0, lt=1)
    weight_decay: float | None = Field(None, ge=0)


class TrainingSettings(ArmSettings, SharedSettings):
    """Everything that one training needs.

    Attributes:
        train_size: rows of train to use, 0 for all.
    """

    train_size: int = Field(ge=0)


def training_settings(task: str, arm: Arm) -> TrainingSettings:
    """Settings of one arm on one task: the task's overrides, then the arm's values, then the shared ones.

    The learning rate of fine-tuning is the top-level ``lr``; ``scratch`` has its own.
    """
    params = read_params()
    shared = validated(SharedSettings, pick(params, "training"), "training")
    values: dict[str, Any] = shared.model_dump()
    if arm == "pretrained":
        values |= validated(ScheduleSettings, pick(params, arm), arm).model_dump() | {"lr": pick(params, "lr")}
    else:
        values |= validated(ArmSettings, pick(params, arm), arm).model_dump()
    path = f"tasks.{task}.{arm}"
    values |= validated(ArmOverrides, pick(params, path), path).model_dump(exclude_none=True)
    values["train_size"] = pick(params, f"tasks.{task}.train_size")
    return validated(TrainingSettings, values, f"tasks.{task}")


def train_size(task: str) -> int:
    """Rows of train that every model of a task may use, 0 for all."""
    return int(pick(read_params(), f"tasks.{task}.train_size"))
