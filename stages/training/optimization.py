"""AdamW and its schedule, as fine-tuning, training from scratch and pre-training use them.

AdamW is Loshchilov and Hutter's (2019, https://openreview.net/forum?id=Bkg6RiCqY7), with the bias correction that
Mosbach et al. (2021, https://openreview.net/forum?id=nzpLWnVAyah) found necessary. Linear warm-up and decay follow
Devlin et al. (2019, https://aclanthology.org/N19-1423).
"""

from collections.abc import Mapping

import torch
from torch.optim.lr_scheduler import LambdaLR


def adamw(
    model: torch.nn.Module, lr: float, weight_decay: float, factors: Mapping[str, float] | None = None
) -> torch.optim.AdamW:
    """AdamW over the trainable parameters; weight decay spares vectors: biases and the scales of normalisation.

    ``factors`` multiplies ``lr`` for the parameters that it names.
    """
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            key = ((factors or {}).get(name, 1.0), weight_decay if parameter.ndim > 1 else 0.0)
            groups.setdefault(key, []).append(parameter)
    return torch.optim.AdamW(
        [{"params": group, "lr": lr * factor, "weight_decay": decay} for (factor, decay), group in groups.items()],
        lr=lr, fused=True)


def linear_schedule(optimizer: torch.optim.Optimizer, warmup: float, steps: int) -> LambdaLR:
    """The learning rate rises linearly over the share ``warmup`` of ``steps``, then falls linearly to 0."""
    rising = round(warmup * steps)
    return LambdaLR(optimizer, lambda step: schedule_factor(step, rising, steps))


def schedule_factor(step: int, rising: int, steps: int) -> float:
    """Share of the peak learning rate at ``step``, counted from 0."""
    if step < rising:
        return (step + 1) / rising
    return max(0.0, (steps - step) / max(1, steps - rising))
