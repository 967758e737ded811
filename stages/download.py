"""Stage ``download``: the raw files of a task, from the embedded sample or from a local folder."""

import hashlib
import shutil
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.files import new_folder, write_json
from stages.corpora.sample.writing import write_sample
from stages.corpora.tasks import Task, find_task
from stages.settings.data import task_source_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the stage."""
    parser = stage_parser(
        "Obtain the raw files of one task in the corpus's own format.",
        "python -m stages.download --task nsmc --out data/raw/nsmc",
    )
    parser.add_argument("--task", required=True, help="name of the task in params.yaml")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    return run_stage(parser, _download, arguments)


def _download(options: Namespace) -> None:
    find_task(options.task)
    settings = task_source_settings(options.task)
    obtain(options.task, options.out, settings.source, settings.folder, settings.sample_seed)


def obtain(task_name: str, out: Path, source: Literal["sample", "local"], folder: str, sample_seed: int) -> None:
    """Write the task's files under their first accepted names, and source.json with their sizes and hashes."""
    task = find_task(task_name)
    with new_folder(out) as partial:
        if source == "sample":
            write_sample(task_name, partial, sample_seed)
        else:
            for name, original in _find_files(task_name, task, Path(folder)).items():
                _copy(original, partial / name)
        facts = {name: _describe(partial / name) for name, *_ in task.files.values()}
        write_json(partial / "source.json", {"source": source, "files": facts})
    sizes = ", ".join(f"{name} {file['bytes']} bytes" for name, file in facts.items())
    print(f"{task_name}: {source} {sizes}", file=sys.stderr)


def _find_files(task_name: str, task: Task, folder: Path) -> dict[str, Path]:
    """The file of every split in a local folder, by the name under which it is kept."""
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder; set tasks.{task_name}.folder in params.yaml to the folder with "
                        f"{', '.join(' or '.join(names) for names in task.files.values())}")
    return {names[0]: _find_file(task_name, folder, split, names) for split, names in task.files.items()}


def _find_file(task_name: str, folder: Path, split: str, names: Sequence[str]) -> Path:
    present = [name for name in names if (folder / name).is_file()]
    if not present:
        raise UserError(f"{folder}: expected the {split} file {' or '.join(names)}, found none; "
                        f"put it there or set tasks.{task_name}.folder in params.yaml")
    if len(present) > 1:
        raise UserError(f"{folder}: expected one {split} file, found {' and '.join(present)}; remove all but one")
    return folder / present[0]


def _copy(original: Path, copy: Path) -> None:
    try:
        shutil.copyfile(original, copy)
    except PermissionError:
        raise UserError(f"{original}: no permission to read; change its permissions") from None


def _describe(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": digest}


if __name__ == "__main__":
    sys.exit(main())
