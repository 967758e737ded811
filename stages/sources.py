"""Stage ``sources``: which files every other stage runs, with the digest of each."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from stages.common.command import run_stage, stage_parser
from stages.common.files import new_folder
from stages.common.sources import entry_modules, write_listing


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the stage."""
    parser = stage_parser(
        "List the project's files that every stage runs, found by following its imports, with their SHA-256. A stage"
        " depends on its own listing: an edit re-runs the stages whose listing it changes, and no other."
        " `sha256sum --check data/sources/train.sha256` tells what was edited since.",
        "python -m stages.sources --out data/sources",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to write: <stage>.sha256 for every stage")
    return run_stage(parser, _list_sources, arguments)


def _list_sources(options: Namespace) -> None:
    with new_folder(options.out) as folder:
        for stage in entry_modules():
            write_listing(folder, stage)


if __name__ == "__main__":
    sys.exit(main())
