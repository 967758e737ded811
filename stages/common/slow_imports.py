"""Imports that a stage makes only once it runs."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stages.common.sources import refuse_edited


@contextmanager
def slow_imports() -> Iterator[None]:
    """Around imports of torch, transformers and MLflow, after options and settings are read.

    They take seconds, and neither ``--help`` nor an error in a setting needs them. As at the start of a command, there
    is no collection of garbage meanwhile.

    Raises:
        UserError: DVC runs the stage, and the code of a file was edited after the pipeline started.
    """
    gc.disable()
    yield
    gc.freeze()
    gc.enable()
    if "DVC_STAGE" in os.environ:  # as before the stage, for edits during these seconds
        refuse_edited(Path(sys.argv[0]).stem)
