"""Command ``preset``: one switch between whole settings of the study."""

import subprocess
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.files import write_text
from stages.results.left_over import remove_left_over
from stages.settings.reading import PARAMS, read_params
from stages.settings.yaml12 import parse_yaml

RESULTS = tuple(Path("reports") / name for name in ("metrics", "curves", "cards", "sizes", "doctor"))
PRESETS = Path(__file__).parent / "settings" / "presets"


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the command."""
    names = sorted(path.stem for path in PRESETS.glob("*.yaml"))
    parser = stage_parser(
        "Replace params.yaml by a whole setting: `sample`, the embedded synthetic corpora and a small encoder, offline;"
        " `laptop`, the published corpora and checkpoints with few rows; `full`, the same with all rows, for a GPU."
        " Results of a setting that was run before come back from DVC's cache: switch, then `dvc repro`.",
        "python -m stages.preset laptop && dvc repro",
    )
    parser.add_argument("name", choices=names, help="setting to switch to")
    parser.add_argument("--force", action="store_true", help="throw away changes of params.yaml that git does not have")
    return run_stage(parser, _preset, arguments)


def _preset(options: Namespace) -> None:
    text = (PRESETS / f"{options.name}.yaml").read_text("utf-8")
    if PARAMS.exists() and not options.force and not _is_kept():
        raise UserError(f"{PARAMS}: has changes that are in no commit and would be lost; commit them, or throw them "
                        f"away with `python -m stages.preset {options.name} --force`")
    write_text(PARAMS, text)
    chosen = parse_yaml(text, options.name)
    remove_left_over(RESULTS, chosen["tasks"], chosen["adapted"])
    print(f"{PARAMS}: {options.name}; `dvc repro` runs it", file=sys.stderr)


def _is_kept() -> bool:
    """Whether the present settings can be had again: they are those of a preset or of the last commit."""
    present = read_params()
    if any(present == parse_yaml(path.read_text("utf-8"), path.name) for path in PRESETS.glob("*.yaml")):
        return True
    try:
        committed = subprocess.run(  # noqa: S603 (no word of it comes from outside)
            ["git", "diff", "--quiet", "HEAD", "--", str(PARAMS)], check=False, capture_output=True)  # noqa: S607
    except FileNotFoundError:
        return False
    return committed.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
