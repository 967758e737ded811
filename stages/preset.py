"""Command ``preset``: switch ``params.yaml`` between the embedded sample and the published corpora."""

import subprocess
import sys
from argparse import Namespace
from collections.abc import Sequence

from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.files import write_text
from stages.settings.overlays import OVERLAYS, PRESETS, apply_preset, default_settings
from stages.settings.reading import PARAMS, read_params
from stages.settings.schema import check_values
from stages.settings.yaml12 import parse_yaml
from stages.studies.folder import STUDIES, study_folder, study_names, study_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the command."""
    parser = stage_parser(
        "Switch params.yaml to a preset: `sample`, the embedded synthetic corpora and a small encoder, offline;"
        " `laptop`, the published corpora and checkpoints with few rows; `full`, the same with all rows, for a GPU;"
        " `klue`, topics, inference and entities of KLUE, in Korean; `nli`, inference in English and Korean with"
        " further test sets: HANS, ANLI and XNLI. The last two have tasks of their own in place of the four."
        f" The values of each, with their sources, are in stages/settings/{OVERLAYS.name}; settings that a preset does"
        " not name keep their values. Results of earlier runs come back from DVC's cache: switch, then `dvc repro`.",
        "python -m stages.preset laptop && dvc repro",
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("name", nargs="?", choices=PRESETS, help="preset to switch to")
    which.add_argument("--study", metavar="NAME",
                       help="a saved study to repeat: all of its settings, and those that are newer at their defaults")
    parser.add_argument("--force", action="store_true",
                        help="discard uncommitted changes of params.yaml: start from the file of the last commit")
    return run_stage(parser, _preset, arguments)


def _preset(options: Namespace) -> None:
    name, chosen = (f"study {options.study}", f"--study {options.study}") if options.study else (options.name,) * 2
    committed = _committed()
    if options.force and committed:
        text = committed
    else:
        read_params()  # refuses a file that is missing or no mapping
        text = PARAMS.read_text("utf-8")
    # A study replaces the settings that presets leave, too.
    if not options.force and not _is_kept(text, (options.study and committed) or text):
        raise UserError(f"{PARAMS}: has uncommitted changes that preset {name} may overwrite; commit them, or "
                        f"discard them with `python -m stages.preset {chosen} --force`")
    if options.study:
        text = study_settings(study_folder(options.study), default_settings())
    else:
        text = apply_preset(text, options.name)
    try:
        check_values(parse_yaml(text, str(PARAMS)))
    except UserError as error:
        raise UserError(f"{error} (after preset {name}; {PARAMS} was left as it is. A preset needs the entries "
                        "of its tasks: bring removed ones back by `git checkout COMMIT -- params.yaml`)") from None
    write_text(PARAMS, text)
    print(f"{PARAMS}: {name}; `dvc repro` runs it", file=sys.stderr)


def _is_kept(text: str, base: str) -> bool:
    """Whether every value is in a commit, in a study, or in a preset of ``base``."""
    values = parse_yaml(text, str(PARAMS))
    return any(values == parse_yaml(apply_preset(base, name), name) for name in PRESETS) or text == _committed() or (
        text in (study_settings(STUDIES / name, default_settings()) for name in study_names()))


def _committed() -> str | None:
    """``params.yaml`` of the last commit, if there is one."""
    try:
        shown = subprocess.run(["git", "show", f"HEAD:./{PARAMS}"], check=False, capture_output=True)  # noqa: S603, S607
    except FileNotFoundError:
        return None
    return shown.stdout.decode() if shown.returncode == 0 else None


if __name__ == "__main__":
    sys.exit(main())
