"""Stage ``checkpoint``: obtain an encoder from the Hugging Face Hub or a folder, or pre-train one on text."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from stages.common.command import run_stage
from stages.common.pipeline import pipeline_parser
from stages.common.repository import STATES, repository_root
from stages.common.slow_imports import slow_imports
from stages.settings.checkpoints import (
    Checkpoint,
    HubCheckpoint,
    checkpoint_settings,
    direct_checkpoint,
    given_checkpoint,
)
from stages.settings.libraries import require_libraries


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the stage."""
    parser = pipeline_parser(
        "checkpoint", out="folder to write",
        more=f"Interrupted pre-training resumes from its last saved state in {STATES}, which may be deleted any time.")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--name", help="name of the entry under `checkpoints` in params.yaml")
    which.add_argument("--task", help="name of a task in params.yaml whose checkpoint is owner/name or a folder")
    return run_stage(parser, _checkpoint, arguments)


def _checkpoint(options: Namespace) -> None:
    require_libraries("numpy", "scipy", "tokenizers", "torch", "transformers")
    if options.task:
        given = given_checkpoint(options.task)
        chosen: Checkpoint = direct_checkpoint(given, f"params.yaml: tasks.{options.task}.checkpoint")
        pinned = f"tasks.{options.task}.checkpoint={given.partition('@')[0]}@"
    else:
        chosen = checkpoint_settings(options.name)
        pinned = f"checkpoints.{options.name}.revision="
    with slow_imports():
        from stages.pretraining.obtaining import obtain
    origin = obtain(options.out, chosen, repository_root(Path.cwd()) / STATES)
    if isinstance(chosen, HubCheckpoint) and chosen.revision != origin["commit"]:
        print(f"{chosen.repository}: {chosen.revision} is commit {origin['commit']} at present; to pin it: "
              f"-S {pinned}{origin['commit']}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
