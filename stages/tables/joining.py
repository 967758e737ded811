"""Several files of one set as a single one."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

from stages.common.errors import UserError
from stages.common.listing import some_of
from stages.tables.columnar import open_columns
from stages.tables.names import SHARD


def join_files(place: str, split: str, files: Sequence[Path], target: Path, remedy: str) -> None:
    """Write ``target`` with the rows of all ``files`` of ``split``, in their order.

    Args:
        place: what errors call the data set.
        remedy: what to do where files of this kind cannot be joined.

    Raises:
        UserError: they are in no format that can be joined, or differ in their columns.
    """
    suffixes = {path.suffix.lower() for path in files}
    if len(files) == 1:
        shutil.copyfile(files[0], target)
    elif suffixes in ({".parquet"}, {".arrow"}):
        _join_columns(place, files, target)
    elif suffixes <= {".jsonl", ".ndjson"}:
        with target.open("wb") as joined:
            for path in files:
                for line in path.open("rb"):
                    joined.write(line if line.endswith(b"\n") else line + b"\n")
    else:
        raise UserError(f"{place}: expected one file of {split}, or several in Parquet, Arrow or JSON lines, found "
                        f"{some_of(path.name for path in files)}; {remedy}")


def refuse_missing_shards(place: str, split: str, names: Sequence[str]) -> None:
    """Refuse files whose names number them, as train-00001-of-00003.parquet does, where some are not there.

    Raises:
        UserError: numbers are missing, or occur twice.
    """
    numbered = [found for name in names if (found := SHARD.search(name.rpartition("/")[2]))]
    if not numbered:
        return
    total = int(numbered[0]["total"])
    named = {(each.string[:each.start("number")], each["total"]) for each in numbered}
    numbers = {int(each["number"]) for each in numbered}
    if len(named) > 1 or len(numbered) > len(numbers):
        raise UserError(f"{place}: expected the parts of {split} once, found {some_of(names)}; give the folder or the "
                        "configuration of one of them")
    if missing := sorted(set(range(total)) - numbers):
        raise UserError(f"{place}: expected {total} files of {split} by their names, found {len(numbered)}, and none "
                        f"with the number {missing[0]:05}; fetch the missing ones")


def _join_columns(place: str, files: Sequence[Path], target: Path) -> None:
    is_parquet = target.suffix.lower() == ".parquet"
    path = files[0]
    try:
        with open_columns(path) as (schema, _):
            pass
        with parquet.ParquetWriter(target, schema) if is_parquet else pa.ipc.new_stream(target, schema) as writer:
            for path in files:
                with open_columns(path) as (_, batches):
                    for batch in batches:
                        names = batch.schema.names
                        same = names != schema.names and sorted(names) == sorted(set(schema.names))  # in another order
                        writer.write_batch((batch.select(schema.names) if same else batch).cast(schema))
    except (pa.ArrowException, ValueError, OSError) as error:
        raise UserError(f"{place}: {path.name}: expected the columns of {files[0].name}, found what cannot be joined "
                        f"to it ({' '.join(str(error).split())[:200]}); name one file of each set as table.files in "
                        "params.yaml") from None
