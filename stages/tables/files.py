"""The files of a table: as the settings name them, else by the usual names of sets."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from stages.common.errors import UserError
from stages.common.listing import some_of
from stages.settings.table import TableSettings
from stages.tables.hub_layout import data_files, is_shard, splits_by_names, usual_splits
from stages.tables.joining import join_files, refuse_missing_shards
from stages.tables.names import SETS, set_named

_BOOKS = (".xlsx", ".xls", ".xlsm", ".ods")
# What is no table by the end of its name, and the remedy.
_PACKED = "unpack it"
_OTHERS = dict.fromkeys((".gz", ".bz2", ".xz", ".zst", ".zip", ".tar", ".tgz", ".7z", ".rar"), _PACKED) | {
    ".ann": "these are annotations of brat: of every .txt file and its .ann file write one JSON object per line, "
            "{\"text\": ..., \"entities\": [[start, end, type], ...]}",
    ".spacy": "write spaCy's documents as JSON lines, {\"text\": ..., \"entities\": [[start, end, type], ...]}",
    ".xmi": "export the annotations as CoNLL 2002 or 2003",
    **dict.fromkeys((".db", ".sqlite", ".sqlite3", ".h5", ".pkl"), "write its table as CSV (UTF-8)")}
Files = dict[str, tuple[Path, ...]]  # the files of each set, in their order


def table_files(task: str, folder: Path, settings: TableSettings) -> Files:
    """The files of each set; ``folder`` may be the single file, which is then that of train.

    Raises:
        UserError: a file is missing, or two could be meant.
    """
    place = f"tasks.{task}.table.files in params.yaml"
    if folder.is_file():
        return {"train": (folder,)}
    if not folder.is_dir():
        raise UserError(f"{folder}: expected a table or its folder, found none; correct tasks.{task}.folder in "
                        "params.yaml")
    if settings.files:
        files = {split: _matching(folder, name) for split, name in settings.files.items()}
        for split, paths in files.items():
            if not paths:
                raise UserError(f"{folder / settings.files[split]}: expected the {split} file, found none; correct "
                                f"{place}")
        every = [path for paths in files.values() for path in paths]
        if twice := next((path for path in every if every.count(path) > 1), None):
            raise UserError(f"{folder}: expected a file of its own for every set, found {twice.name} twice; correct "
                            f"{place}")
        return files
    return _usual_files(folder, place)


def _matching(folder: Path, name: str) -> tuple[Path, ...]:
    """The file of this name, or those that match it as a pattern: train/data-*.arrow."""
    if (folder / name).is_file():
        return (folder / name,)
    return tuple(sorted(path for path in folder.glob(name) if path.is_file())) if (
        "*" in name and not Path(name).is_absolute()) else ()


def copy_names(files: Files) -> dict[str, str]:
    """What the file of each set is called once it is copied, or joined of several, into one folder."""
    own = {split: paths[0].name if len(paths) == 1 else f"{split}{paths[0].suffix.lower()}"
           for split, paths in files.items()}
    return own if len(set(own.values())) == len(own) else {
        split: f"{split}{paths[0].suffix.lower()}" for split, paths in files.items()}


def copy_files(folder: Path, files: Files, out: Path) -> dict[str, str]:
    """Copy the files of each set into ``out``, several as a single one; return their names there.

    Raises:
        UserError: a file cannot be read, or several cannot be joined.
    """
    names = copy_names(files)
    for split, paths in files.items():
        try:
            join_files(str(folder), split, paths, out / names[split], "write one table with a text and a label in "
                       "every row" if paths[0].suffix.lower() == ".txt" else f"join them into one, called {split}"
                       f"{paths[0].suffix.lower()}")
        except PermissionError as error:
            raise UserError(f"{error.filename}: no permission to read; change its permissions") from None
    return names


def own_names(folder: Path, files: Files) -> dict[str, Path]:
    """The user's file, or the pattern of several, by the name of the copy."""
    names = copy_names(files)
    return {names[split]: paths[0] if len(paths) == 1 else folder / pattern_of(folder, paths)
            for split, paths in files.items()}


def pattern_of(folder: Path, paths: Sequence[Path]) -> str:
    """The name of a file in ``folder``, or the pattern of several.

    Raises:
        UserError: no pattern has these alone.
    """
    names = [path.relative_to(folder).as_posix() for path in paths]
    if len(names) == 1:
        return names[0]
    numbered = {re.sub(r"-\d{5}-of-", "-*-of-", name) for name in names}
    pattern = numbered.pop() if len(numbered) == 1 else (
        f"{os.path.commonprefix(names)}*{paths[0].suffix}")  # noqa: RUF071 - the start of names is meant
    if _matching(folder, pattern) != tuple(paths):
        raise UserError(f"{folder}: expected files of one set that a single pattern names, found {names[0]}, "
                        f"{names[1]}{', ...' * (len(names) > 2)}; join them into one file")
    return pattern


def other_tables(folder: Path, files: Files) -> list[str]:
    """Names of the tables in ``folder`` that are none of ``files``."""
    used = {path for paths in files.values() for path in paths}
    return sorted(path.name for path in folder.iterdir() if path not in used and data_files([path.name]))


def name_splits(message: str, folder: Path, repository: str, splits: Mapping[str, str]) -> str:
    """``message`` with names of the splits of a data set of the Hub instead of files that were made of them.

    Args:
        folder: where the files are.
        repository: the data set.
        splits: the file of each set.
    """
    for split, name in splits.items():
        message = message.replace(str(folder / name), f"{repository}, {split}")
    return message


def _usual_files(folder: Path, place: str) -> Files:
    names = [path.name for path in folder.iterdir()]
    by_suffix = [name for name in names if set_named(Path(name).suffix[1:])]  # eng.testa, as CoNLL has them
    present = [folder / name for name in sorted({*data_files(names), *by_suffix})]
    files: Files = {}
    for split in SETS:
        found = [path for path in present if set_named(path.stem) == split]
        if len(found) > 1:
            raise UserError(f"{folder}: expected one {split} file, found {' and '.join(path.name for path in found)}; "
                            f"set {place}")
        if found:
            files[split] = (found[0],)
    if "train" in files:
        _refuse_packed(folder, files)
        return files
    if len(present) == 1 and not files and not is_shard(present[0].name):
        return {"train": (present[0],)}
    if laid_out := _by_layout(folder):
        return laid_out
    others = {path: remedy for path in _inside(folder) if (remedy := _remedy_for(path))}
    for path, remedy in others.items():
        raise UserError(f"{folder}: expected a file called train, or a single one, found "
                        f"{path.relative_to(folder)}; {remedy}")
    if named := _by_words(folder, [path.name for path in present]):
        return named
    inside = [path.relative_to(folder).as_posix() for path in _inside(folder) if path.is_file()]
    found = [path.name for path in present] or data_files(inside) or inside
    raise UserError(f"{folder}: expected a file called train, or a single one, found {some_of(found) or 'none'}; "
                    f"set {place}")


def _by_words(folder: Path, names: Sequence[str]) -> Files:
    """One file of each set by a word of its name, a_train.csv and a_test.csv; {} where that tells no train, or two."""
    splits = splits_by_names(names)
    is_told = "train" in splits and all(len(parts) == 1 for parts in splits.values())
    return {split: (folder / splits[split][0],) for split in SETS if split in splits} if is_told else {}


def _refuse_packed(folder: Path, files: Files) -> None:
    """Refuse a set that a packed file or a workbook has alone, as rows of train would stand for it."""
    for path in sorted(folder.iterdir()):
        split = set_named(path.name.partition(".")[0])
        if split and split not in files and (remedy := _remedy_for(path)):
            raise UserError(f"{folder}: expected a {split} file that can be read, found {path.name}; {remedy}, or "
                            "take it out of the folder")


def _remedy_for(path: Path) -> str:
    """What to do with a file that is no table by the end of its name; "" with others."""
    suffix = path.suffix.lower()
    return "save its sheet as CSV (UTF-8)" if suffix in _BOOKS else _OTHERS.get(suffix, "")


def _by_layout(folder: Path) -> Files:
    """The files of sets in numbered parts, or in folders of their own, by the rules for data sets of the Hub."""
    names = data_files(path.relative_to(folder).as_posix() for path in _inside(folder) if path.is_file())
    splits = splits_by_names([name for name in names if "/" in name or is_shard(name)])
    for theirs, parts in splits.items():
        refuse_missing_shards(str(folder), theirs, parts)
    return {ours: tuple(folder / name for name in splits[theirs]) for ours, theirs in usual_splits(splits).items()}


def _inside(folder: Path) -> list[Path]:
    """What is in the folder and in two levels below."""
    return sorted(path for level in ("*", "*/*", "*/*/*") for path in folder.glob(level))
