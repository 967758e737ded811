"""Switches that make a run give the same bytes each time on one kind of machine."""

import os

import torch


def make_deterministic(threads: int) -> None:
    """Fix the number of CPU threads, which changes the order of sums, and refuse non-deterministic kernels."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
