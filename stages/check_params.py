"""Stage ``check_params``: refuse a wrong setting, and a store that takes no runs, before any work is done."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.files import write_text
from stages.settings.schema import check_params
from stages.tracking.address import check_address, find_address


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the stage."""
    parser = stage_parser(
        "Validate every key of params.yaml, and ask whether MLflow's store takes runs. The output never changes, so a"
        " valid edit re-runs nothing by itself.",
        "python -m stages.check_params --out data/params.checked",
    )
    parser.add_argument("--out", type=Path, required=True, help="file that says that the settings are valid")
    return run_stage(parser, _check, arguments)


def _check(options: Namespace) -> None:
    for task, settings in check_params().tasks.items():
        if settings.source == "local" and not Path(settings.folder).is_dir():
            raise UserError(f"params.yaml: tasks.{task}.folder: {settings.folder} is no folder; put the corpus's "
                            "files there, or name the folder that has them")
    check_address(find_address(Path.cwd()))
    write_text(options.out, "params.yaml is valid\n")


if __name__ == "__main__":
    sys.exit(main())
