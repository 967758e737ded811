"""Stage ``plan_sizes``: which of the further train sizes are points of a task's learning curve."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from stages.common.command import run_stage, stage_parser
from stages.common.files import read_json, write_json
from stages.settings.grid import read_train_sizes
from stages.settings.training import train_size


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the stage."""
    parser = stage_parser(
        "Tell the further train sizes that are below the rows that a task trains on from the others, which are"
        " no further points of its learning curve.",
        "python -m stages.plan_sizes --task nsmc --card reports/cards/nsmc.json --out data/sized/nsmc/sizes.json",
    )
    parser.add_argument("--task", required=True, help="name of the task in params.yaml")
    parser.add_argument("--card", type=Path, required=True, help="the data card that preprocess wrote")
    parser.add_argument("--out", type=Path, required=True, help="JSON with the rows, the sizes and those skipped")
    return run_stage(parser, _plan_sizes, arguments)


def _plan_sizes(options: Namespace) -> None:
    rows = train_size(options.task) or read_json(options.card)["kept"]["train"]
    sizes = sorted(read_train_sizes())
    write_json(options.out, {
        "rows": rows,
        "sizes": [size for size in sizes if size < rows],
        "skipped": [size for size in sizes if size >= rows],
    })


if __name__ == "__main__":
    sys.exit(main())
