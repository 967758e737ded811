"""The number format of matrix products."""

from typing import Literal

import torch

from stages.common.errors import UserError


def mixed_precision(precision: str) -> Literal["no", "bf16"]:
    """What Accelerate calls the setting ``training.precision`` on this hardware.

    Raises:
        UserError: the hardware lacks the format.
    """
    native = _multiplies_bfloat16()
    if precision == "bf16" and not native and torch.cuda.is_available():
        raise UserError("params.yaml: training.precision: this GPU has no bfloat16; use fp32")
    wanted = precision == "bf16" or (precision == "auto" and native)
    return "bf16" if wanted else "no"


def _multiplies_bfloat16() -> bool:
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return bool(torch.cpu._is_avx512_bf16_supported())
