"""Switches that make runs byte-identical on one kind of machine."""

import ctypes
import os
import platform
import sys

import torch

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4  # parameters of mallopt(3)


def make_deterministic(threads: int) -> None:
    """Fix the number of CPU threads, which changes the order of sums, and refuse non-deterministic kernels.

    The process also keeps the memory that it frees, if the C library is glibc: otherwise every large tensor, such as
    the gradient of the embeddings, is allocated in each step as new pages, which the kernel fills with zeros.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
    # Filling new tensors would reveal reads of uninitialised memory, at 10 % of the time; there are none here.
    torch.utils.deterministic.fill_uninitialized_memory = False
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(_MMAP_MAX, 0)
        library.mallopt(_TRIM_THRESHOLD, 2**31 - 1)


def numeric_setting() -> dict[str, str | int]:
    """What results depend on bitwise besides settings, files and library releases.

    These are the build of torch, the device, the CPU instructions that torch may use (``ATEN_CPU_CAPABILITY`` and
    ``ONEDNN_MAX_CPU_ISA`` can restrict them), and the number of threads.
    """
    extensions = [name for name, available in (
        ("BF16", torch.cpu._is_avx512_bf16_supported()), ("AMX", torch.cpu._is_amx_tile_supported()),
        (f"at most {os.environ.get('ONEDNN_MAX_CPU_ISA')}", "ONEDNN_MAX_CPU_ISA" in os.environ)) if available]
    return {
        "torch": torch.__version__,
        "device": _device_name(),
        "instruction_set": ", ".join([torch.backends.cpu.get_cpu_capability(), *extensions]),
        "threads": torch.get_num_threads(),
    }


def _device_name() -> str:
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    if accelerator is None:
        return platform.machine()
    if accelerator.type == "mps":
        return torch.backends.mps.get_name()
    return str(torch.get_device_module(accelerator).get_device_name())
