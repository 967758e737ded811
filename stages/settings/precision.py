"""The values of ``training.precision``."""

from typing import Literal

Precision = Literal["auto", "fp32", "bf16", "fp16"]
