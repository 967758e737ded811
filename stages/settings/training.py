"""Settings of training: those of both arms, those of each arm, and the overrides of a task."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from stages.settings.arms import ARMS
from stages.settings.base import Settings, validated
from stages.settings.precision import Precision
from stages.settings.reading import pick, read_section
from stages.settings.seeds import SeedVaries

Schedule = Literal["linear", "cosine", "constant", "polynomial"]


def _share_or_steps(warmup: float) -> float:
    if warmup > 1 and warmup != int(warmup):
        raise ValueError("expected a share of all steps below 1 or a whole number of steps")
    return warmup


Warmup = Annotated[float, Field(ge=0), AfterValidator(_share_or_steps)]


class ScheduleSettings(Settings):
    """Settings of each arm besides its learning rate.

    Attributes:
        epochs: passes over the training rows.
        warmup: steps in which the learning rate rises linearly from 0 to its peak: below 1 a share of all steps, from
            1 on a number of them (Goyal et al., 2017, https://arxiv.org/abs/1706.02677).
        schedule: how the learning rate then falls to 0: ``linear`` (Devlin et al., 2019, https://aclanthology.org/N19-1423),
            ``cosine`` in half a period (Loshchilov and Hutter, 2017, https://openreview.net/forum?id=Skq89Scxx),
            ``polynomial`` of degree 2 (You et al., 2017, https://arxiv.org/abs/1708.03888); or stays at its
            peak: ``constant``.
        weight_decay: decoupled weight decay, not applied to biases and normalisation weights (Loshchilov and Hutter,
            2019, https://openreview.net/forum?id=Bkg6RiCqY7).
    """

    epochs: int = Field(ge=1)
    warmup: Warmup
    schedule: Schedule
    weight_decay: float = Field(ge=0)


class ArmSettings(ScheduleSettings):
    """A schedule and its peak learning rate ``lr``."""

    lr: float = Field(gt=0, le=1)


class SharedSettings(Settings):
    """Settings that both arms share.

    Attributes:
        batch_size: rows per optimizer step.
        batch_tokens: if not 0, the maximum tokens per optimizer step, padding included, in place of ``batch_size``; a
            step then has fewer long rows than short ones. Warm-up and schedule count these steps; the loss of a step
            is still the mean over its rows, so that a long row weighs more.
        accumulation: number of parts in which the rows of a step are processed, to save memory. Their gradients add
            up to that of the whole batch, but dropout draws different masks.
        max_gradient_norm: gradients are scaled down to this L2 norm (Pascanu et al., 2013,
            https://arxiv.org/abs/1211.5063).
        dropout: probability for every dropout layer of the model, whatever its architecture calls it (Srivastava et
            al., 2014, https://jmlr.org/papers/v15/srivastava14a.html).
        label_smoothing: share of the target's mass that is spread evenly over all classes (Szegedy et al., 2016,
            https://arxiv.org/abs/1512.00567); evaluation losses exclude it.
        class_weights: ``balanced`` weights a class in the loss by n / (k · count), n training rows (for entities,
            words) in k classes, so that all classes have equal weight (King and Zeng, 2001,
            https://doi.org/10.1093/oxfordjournals.pan.a004868); evaluation losses exclude it.
        evaluations: evaluations on the validation set, evenly spread over the run; the best model is kept.
        patience: evaluations without improvement after which training stops, 0 for never (Prechelt, 1998,
            https://doi.org/10.1007/3-540-49430-8_3).
        stop_at_train_score: score on the evaluated training rows at which training stops, 0 for never; the model with
            the best validation score is kept all the same.
        precision: ``fp32``; ``bf16`` computes matrix products in bfloat16 (Kalamkar et al., 2019,
            https://arxiv.org/abs/1905.12322); ``fp16`` in half precision with loss scaling, on a GPU (Micikevicius
            et al., 2018, https://openreview.net/forum?id=r1gs9JgRZ); ``auto`` is bf16 where the hardware supports
            it natively, else fp32.
        threads: CPU threads of each process; their number changes results bitwise.
        processes: processes per machine in one training, as many as GPUs if there are any. Rows per step, learning
            rate and steps do not depend on it; it changes results bitwise.
        nodes: machines per training.
        seed_varies: what the seeds of the grid vary: the initial ``weights``, the ``order`` of the rows, or ``both``;
            the other is then the same in every cell.
    """

    batch_size: int = Field(ge=1)
    batch_tokens: int = Field(ge=0)
    accumulation: int = Field(ge=1)
    max_gradient_norm: float = Field(gt=0)
    dropout: float = Field(ge=0, lt=1)
    label_smoothing: float = Field(ge=0, lt=1)
    class_weights: Literal["none", "balanced"]
    evaluations: int = Field(ge=1)
    patience: int = Field(ge=0)
    stop_at_train_score: float = Field(ge=0, le=1)
    precision: Precision
    threads: int = Field(ge=1, le=1024)
    processes: int = Field(ge=1, le=1024)
    nodes: int = Field(ge=1, le=1024)
    seed_varies: SeedVaries

    @model_validator(mode="after")
    def _rows_in_every_part(self) -> "SharedSettings":
        if not self.batch_tokens and self.accumulation > self.batch_size:
            raise ValueError(f"accumulation {self.accumulation} is more than batch_size {self.batch_size}")
        return self


class ArmOverrides(Settings):
    """Values that replace those of the arm for one task, where present."""

    lr: float | None = Field(None, gt=0, le=1)
    epochs: int | None = Field(None, ge=1)
    warmup: Warmup | None = None
    schedule: Schedule | None = None
    weight_decay: float | None = Field(None, ge=0)


class _RowCount(Settings):
    train_size: int = Field(ge=0)


class TrainingSettings(ArmSettings, SharedSettings, _RowCount):
    """All settings of one training."""

    @property
    def world_size(self) -> int:
        """Number of processes that train the model, over all machines."""
        return self.processes * self.nodes


def training_settings(task: str, arm: str) -> TrainingSettings:
    """Settings of one arm on one task: the task's overrides, then the arm's values, then the shared ones.

    The table of arms says whose section the values are, and whether it has a learning rate of its own. The number of
    rows is that of the cell, which ``plan_sizes`` decides; it is 0 here.
    """
    shared = read_section(SharedSettings, "training")
    values: dict[str, Any] = shared.model_dump()
    section = ARMS[arm].settings
    if ARMS[arm].own_lr:
        values |= read_section(ArmSettings, section).model_dump()
    else:
        values |= read_section(ScheduleSettings, section).model_dump()
        values["lr"] = pick("lr")
    path = f"tasks.{task}.{section}"
    values |= read_section(ArmOverrides, path).model_dump(exclude_none=True)
    values["train_size"] = 0
    return validated(TrainingSettings, values, f"tasks.{task}")
