"""Stage ``check_params``: refuse a wrong setting, and a store that takes no runs, before any work is done."""

import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.files import write_text
from stages.settings.checkpoints import checkpoint_from
from stages.settings.schema import Params, check_params
from stages.tracking.address import check_address, find_address

SAMPLE_TEXT = "data/text"  # made by the pipeline itself


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
    for setting, folder, remedy in _folders(check_params()):
        if not Path(folder).is_dir():
            remedy = "write it in full, without '~'" if folder.startswith("~") else remedy
            raise UserError(f"params.yaml: {setting}: {folder} is no folder; {remedy}")
    check_address(find_address(Path.cwd()))
    write_text(options.out, "params.yaml is valid\n")


def _folders(params: Params) -> Iterator[tuple[str, str, str]]:
    """Settings that name a folder, the folder, and what to do where there is none; DVC wants unread ones, too."""
    unread = "no file of it is read, but DVC follows it: name one that is there, as data/local"
    for name, task in params.tasks.items():
        yield f"tasks.{name}.folder", task.folder, (
            "put the corpus's files there, or name the folder that has them" if task.source == "local" else unread)
    for name, values in params.checkpoints.items():
        checkpoint = checkpoint_from(values, f"checkpoints.{name}")
        if checkpoint.folder != SAMPLE_TEXT:
            yield f"checkpoints.{name}.folder", checkpoint.folder, (
                unread if checkpoint.source == "hub" else "name the folder that has the files of the checkpoint")
    if params.adapted:
        yield "adaptation.folder", params.adaptation.folder, (
            "name the folder that has the text" if params.adaptation.text else unread)


if __name__ == "__main__":
    sys.exit(main())
