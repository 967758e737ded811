"""The prepared training rows that a cell uses."""

from itertools import islice
from pathlib import Path

from stages.encoding.train_sizes import TrainRows
from stages.results.prepared import Row, read_rows


def rows_used(prepared: Path, used: TrainRows) -> list[Row]:
    """The training rows of a cell in the order in which they are used."""
    size = used.train_size if used.drawn is None else max(used.drawn) + 1
    rows = list(islice(read_rows(prepared / "train.jsonl"), size or None))
    return rows if used.drawn is None else [rows[place] for place in used.drawn]
