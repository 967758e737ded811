"""AdamW and its schedule, as fine-tuning, training from scratch and pre-training use them.

AdamW is Loshchilov and Hutter's (2019, https://openreview.net/forum?id=Bkg6RiCqY7), with the bias correction that
Mosbach et al. (2021, https://openreview.net/forum?id=nzpLWnVAyah) found necessary. Linear warm-up and decay follow
Devlin et al. (2019, https://aclanthology.org/N19-1423).
"""

import torch
from torch.optim.lr_scheduler import LambdaLR


def adamw(model: torch.nn.Module, lr: float, weight_decay: float) -> torch.optim.AdamW:
    """AdamW over the trainable parameters; weight decay spares vectors: biases and the scales of normalisation."""
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    groups = [
        {"params": [parameter for parameter in trainable if parameter.ndim > 1], "weight_decay": weight_decay},
        {"params": [parameter for parameter in trainable if parameter.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=lr, fused=True)


def linear_schedule(optimizer: torch.optim.Optimizer, warmup: float, steps: int) -> LambdaLR:
    """The learning rate rises linearly over the share ``warmup`` of ``steps``, then falls linearly to 0."""
    rising = round(warmup * steps)
    return LambdaLR(optimizer, lambda step: schedule_factor(step, rising, steps))


def schedule_factor(step: int, rising: int, steps: int) -> float:
    """Share of the peak learning rate at ``step``, counted from 0."""
    if step < rising:
        return (step + 1) / rising
    return max(0.0, (steps - step) / max(1, steps - rising))
