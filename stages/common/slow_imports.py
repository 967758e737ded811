"""Imports that a stage makes only once it runs."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def slow_imports() -> Iterator[None]:
    """Around imports of torch and transformers, after options and settings are read.

    They take seconds, and neither ``--help`` nor an error in a setting needs them. As at the start of a command, there
    is no collection of garbage meanwhile.
    """
    gc.disable()
    yield
    gc.freeze()
    gc.enable()
