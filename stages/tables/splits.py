"""Sets that a column tells: which rows of one file are of train, validation and test."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from stages.common.errors import UserError
from stages.corpora.lines import excerpt
from stages.settings.table import TableSettings
from stages.tables.columns import Found, find_columns
from stages.tables.formats import open_source
from stages.tables.names import SETS, set_named
from stages.tables.sources import Name, Record, Source


def in_set(source: Source, found: Found, split: str) -> Source:
    """``source`` with the rows of one set alone, where a column tells it and ``split`` is not "".

    Raises:
        UserError: reading meets a row that is of no set.
    """
    if "split" not in found or not split:
        return source
    name = found["split"][0]

    def read() -> Iterator[Record | None]:
        for record in source.read():
            if record is None or _set_of(source, record, name) == split:
                yield record

    return replace(source, read=read)


def sets_in(path: Path, settings: TableSettings) -> list[str]:
    """The sets that the rows of a file are of; train alone where no column tells.

    Raises:
        UserError: a row is of no set, or none is of train.
    """
    source = open_source(path, settings)
    found = find_columns(source, settings)
    if "split" not in found:
        return ["train"]
    name = found["split"][0]
    sets = {_set_of(source, record, name) for record in source.records()}
    if "train" not in sets:
        raise source.error(1, f"rows of train by the column {name}", " and ".join(sorted(sets)) or "no row",
                           "correct columns.split under `table` in params.yaml")
    return [split for split in SETS if split in sets]


def refuse_several_files(folder: Path, settings: TableSettings, files: int) -> None:
    """Refuse a column of sets beside files of sets.

    Raises:
        UserError: there are both.
    """
    if settings.columns.split is not None and files > 1:
        raise UserError(f"{folder}: expected one file, whose column {settings.columns.split} tells the sets, found "
                        f"{files} of sets; leave out columns.split under `table` in params.yaml, or name one file")


def _set_of(source: Source, record: Record, name: Name) -> str:
    number, values = record
    if not (found := set_named(values.get(name, ""))):
        raise source.error(number, f"train, validation or test as {name}", excerpt(values.get(name, "")),
                           "correct the row, or leave out columns.split under `table` in params.yaml")
    return found
