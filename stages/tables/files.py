"""The files of a table: as the settings name them, else by the usual names of sets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stages.common.errors import UserError
from stages.settings.table import TableSettings
from stages.tables.names import EXTENSIONS

_STEMS = {"train": ("train", "training"), "validation": ("validation", "valid", "val", "dev"), "test": ("test",)}
_SHOWN = 6
_BOOKS = (".xlsx", ".xls", ".xlsm", ".ods")


def table_files(task: str, folder: Path, settings: TableSettings) -> dict[str, Path]:
    """The file of each set; ``folder`` may be the single file, which is then that of train.

    Raises:
        UserError: a file is missing, or two could be meant.
    """
    place = f"tasks.{task}.table.files in params.yaml"
    if folder.is_file():
        return {"train": folder}
    if not folder.is_dir():
        raise UserError(f"{folder}: expected a table or its folder, found none; correct tasks.{task}.folder in "
                        "params.yaml")
    if settings.files:
        files = {split: folder / name for split, name in settings.files.items()}
        for split, path in files.items():
            if not path.is_file():
                raise UserError(f"{path}: expected the {split} file, found none; correct {place}")
        names = [path.name for path in files.values()]
        if twice := next((name for name in names if names.count(name) > 1), ""):
            raise UserError(f"{folder}: expected a name of its own for every file, found {twice} twice; correct "
                            f"{place}")
        return files
    return _usual_files(folder, place)


def other_tables(folder: Path, files: Mapping[str, Path]) -> list[str]:
    """Names of the tables in ``folder`` that are none of ``files``."""
    return sorted(path.name for path in folder.iterdir()
                  if path.suffix.lower() in EXTENSIONS and path not in files.values())


def name_splits(message: str, folder: Path, facts: Mapping[str, Any]) -> str:
    """``message`` with names of the splits of a data set of the Hub instead of files that were made of them.

    Args:
        folder: where the files are.
        facts: what :func:`stages.tables.hub.fetch_table` returned.
    """
    for split, name in facts["splits"].items():
        message = message.replace(str(folder / name), f"{facts['repository']}, {split}")
    return message


def _usual_files(folder: Path, place: str) -> dict[str, Path]:
    present = sorted(path for path in folder.iterdir() if path.suffix.lower() in EXTENSIONS)
    files: dict[str, Path] = {}
    for split, stems in _STEMS.items():
        found = [path for path in present if path.stem.lower() in stems]
        if len(found) > 1:
            raise UserError(f"{folder}: expected one {split} file, found {' and '.join(path.name for path in found)}; "
                            f"set {place}")
        if found:
            files[split] = found[0]
    if "train" in files:
        return files
    if len(present) == 1 and not files:
        return {"train": present[0]}
    if book := next((path for path in sorted(folder.iterdir()) if path.suffix.lower() in _BOOKS), None):
        raise UserError(f"{folder}: expected a file called train, or a single one, found {book.name}; save its sheet "
                        "as CSV (UTF-8)")
    names = ", ".join(path.name for path in present[:_SHOWN]) + ", ..." * (len(present) > _SHOWN)
    raise UserError(f"{folder}: expected a file called train, or a single one, found {names or 'no table'}; set "
                    f"{place}")
