"""The number format in which a device multiplies matrices."""

import torch

from stages.common.errors import UserError


def mixed_precision(precision: str, device: torch.device) -> str:
    """Accelerate's name of the setting ``training.precision`` on ``device``.

    Raises:
        UserError: the device does not support the format.
    """
    native = _supports_bfloat16_natively(device)
    if precision == "bf16" and device.type == "cuda" and not native:
        raise UserError("params.yaml: training.precision: this GPU has no bfloat16; use fp16 or fp32")
    if precision == "fp16" and device.type == "cpu":
        raise UserError("params.yaml: training.precision: fp16 scales its losses on a GPU, and there is none; "
                        "use bf16 or fp32")
    if precision == "auto":
        precision = "bf16" if native else "fp32"
    return "no" if precision == "fp32" else precision


def _supports_bfloat16_natively(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return device.type == "cpu" and bool(torch.cpu._is_avx512_bf16_supported())
