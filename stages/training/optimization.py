"""AdamW and its learning-rate schedules for fine-tuning, training from scratch and pre-training.

AdamW follows Loshchilov and Hutter (2019, https://openreview.net/forum?id=Bkg6RiCqY7), with the bias correction that
Mosbach et al. (2021, https://openreview.net/forum?id=nzpLWnVAyah) found necessary. Linear warm-up and decay follow
Devlin et al. (2019, https://aclanthology.org/N19-1423).
"""

import math
from collections.abc import Callable, Mapping

import torch
from torch.optim.lr_scheduler import LambdaLR

# Share of the peak learning rate, as a function of the share of the steps after the warm-up that remain.
_DECAYS: dict[str, Callable[[float], float]] = {
    "linear": lambda left: left,
    "cosine": lambda left: (1.0 - math.cos(math.pi * left)) / 2.0,
    "constant": lambda left: 1.0,
    "polynomial": lambda left: left**2,
}


def adamw(
    model: torch.nn.Module, lr: float, weight_decay: float, factors: Mapping[str, float] | None = None
) -> torch.optim.AdamW:
    """AdamW over the trainable parameters, without weight decay for vectors: biases and scales of normalisation.

    Args:
        model: its trainable parameters are optimized.
        lr: peak learning rate of a parameter with factor 1.
        weight_decay: of every matrix, embeddings included.
        factors: factors of ``lr`` by name of the parameter; the default is 1.

    Raises:
        ValueError: a name in ``factors`` is not a parameter of the model.
    """
    factors = factors or {}
    parameters = dict(model.named_parameters())
    if unknown := sorted(factors.keys() - parameters.keys()):
        raise ValueError(f"learning-rate factors for parameters that the model has not, first {unknown[0]}")
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    for name, parameter in parameters.items():
        if parameter.requires_grad:
            decay = weight_decay if parameter.ndim > 1 else 0.0
            groups.setdefault((factors.get(name, 1.0), decay), []).append(parameter)
    return torch.optim.AdamW(
        [{"params": members, "lr": factor * lr, "weight_decay": decay} for (factor, decay), members in groups.items()],
        lr=lr, fused=True)


def warmup_steps(warmup: float, steps: int) -> int:
    """Number of warm-up steps: ``warmup`` is a share of all ``steps`` if below 1, else a number of steps."""
    return round(warmup * steps) if warmup < 1 else int(warmup)


def warmup_schedule(
    optimizer: torch.optim.Optimizer, warmup: float, steps: int, schedule: str = "linear"
) -> LambdaLR:
    """A schedule that raises the learning rate linearly to its peak and then lowers it to 0, unless ``constant``.

    Args:
        optimizer: its groups have different peaks and the same schedule.
        warmup: see :func:`warmup_steps`.
        steps: of the whole run.
        schedule: ``linear``, ``cosine`` (half a period), ``constant``, or ``polynomial`` (of degree 2).
    """
    rising = warmup_steps(warmup, steps)
    return LambdaLR(optimizer, lambda step: schedule_factor(step, rising, steps, schedule))


def schedule_factor(step: int, rising: int, steps: int, schedule: str = "linear") -> float:
    """Share of the peak learning rate at ``step``, counted from 0."""
    if step < rising:
        return (step + 1) / rising
    return _DECAYS[schedule](max(0.0, (steps - step) / max(1, steps - rising)))
