"""Tables of Parquet and Arrow."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

from stages.common.composing import composed
from stages.common.errors import UserError
from stages.tables.sources import Record, Source

_ROWS_AT_A_TIME = 4096


def is_columnar(path: Path) -> bool:
    """Whether a file is Parquet, Arrow, or a stream of Arrow."""
    with path.open("rb") as stream:
        return stream.read(6).startswith((b"PAR1", b"ARROW1")) or path.suffix == ".arrow"


@contextmanager
def open_columns(path: Path) -> Iterator[tuple[pa.Schema, Iterator[pa.RecordBatch]]]:
    """Schema and batches of a file of Parquet, of Arrow or of its stream.

    Raises:
        pyarrow.ArrowException, OSError: it is none.
    """
    with pa.memory_map(str(path)) as stream:
        if stream.read(4) == b"PAR1":
            file = parquet.ParquetFile(stream)
            yield file.schema_arrow, file.iter_batches(_ROWS_AT_A_TIME)
            return
        try:
            file = pa.ipc.open_file(stream)
            batches = (file.get_batch(place) for place in range(file.num_record_batches))
        except pa.ArrowInvalid:
            stream.seek(0)
            batches = file = pa.ipc.open_stream(stream)
        yield file.schema, batches


def _renamed(batch: pa.RecordBatch) -> pa.RecordBatch:
    return batch.rename_columns(list(map(composed, batch.schema.names)))


def columnar(path: Path) -> Source:
    """A file of Parquet or Arrow."""
    with path.open("rb") as stream:
        kind = "Parquet" if stream.read(4) == b"PAR1" else "Arrow"

    def read() -> Iterator[Record]:
        try:
            with open_columns(path) as (_, batches):
                yield from enumerate((row for batch in batches for row in _renamed(batch).to_pylist()), start=1)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise UserError(f"{path}: expected a whole {kind} file, found what cannot be read "
                            f"({' '.join(str(error).split())}); write it anew") from None

    next(read(), None)
    with open_columns(path) as (schema, _):
        return Source(path, tuple(map(composed, schema.names)), (kind,), read, unit="row")
