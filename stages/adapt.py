"""Stages ``adapt`` and ``self_pretrain``: pre-train the encoder of a task on text without labels."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from stages.common.command import run_stage
from stages.common.pipeline import pipeline_parser
from stages.common.repository import STATES, repository_root
from stages.common.slow_imports import slow_imports
from stages.settings.adaptation import adaptation_settings
from stages.settings.arms import ARMS
from stages.settings.data import EncodingSettings, task_settings
from stages.settings.libraries import require_libraries


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the stage."""
    parser = pipeline_parser(
        "adapt", "task encoded prepared checkpoint",
        more="The text is that of all training rows, without their labels, or a file. Lines of a file that repeat or"
        " hold a text of validation or test, whatever the case, the spaces and the punctuation, are left out, and the"
        " card has their number.",
        out="folder to write: config.json and model.safetensors",
        card="JSON to write: what text was used, and the losses")
    arms = [arm.name for arm in ARMS.values() if arm.weights]
    parser.add_argument("--arm", choices=arms, default=arms[0], help="arm that starts from the result (default:"
                        " %(default)s)")
    return run_stage(parser, _adapt, arguments)


def _adapt(options: Namespace) -> None:
    require_libraries("accelerate", "numpy", "peft", "pyarrow", "scipy", "tokenizers", "torch", "transformers")
    max_length = task_settings(EncodingSettings, options.task).max_length
    settings = adaptation_settings(options.arm)
    with slow_imports():
        from stages.pretraining.task_text import adapt_to_task
    adapt_to_task(options, settings, max_length, repository_root(Path.cwd()) / STATES)


if __name__ == "__main__":
    sys.exit(main())
