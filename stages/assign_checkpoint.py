"""Stage ``assign_checkpoint``: the files of the checkpoint that a task starts from."""

import shutil
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.files import new_file

FILES = ("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors", "origin.json")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the stage."""
    parser = stage_parser(
        "Copy a checkpoint's files to a path named after the task. A cell of the grid knows its task but not which"
        " checkpoint that task uses; this way it depends on the right files, and scratch on the config alone.",
        "python -m stages.assign_checkpoint --checkpoint data/checkpoints/bilingual_small --out data/initial/nsmc",
    )
    parser.add_argument("--checkpoint", type=Path, required=True, help="folder that the checkpoint stage wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder to copy to")
    return run_stage(parser, _assign, arguments)


def _assign(options: Namespace) -> None:
    for name in FILES:
        source = options.checkpoint / name
        if not source.is_file():
            raise UserError(f"{source}: no such file; run `dvc repro` to make the checkpoint")
        with new_file(options.out / name) as partial:
            shutil.copyfile(source, partial)


if __name__ == "__main__":
    sys.exit(main())
