"""The largest corpus has to fit in a laptop's memory: 400,000 pairs in 1 GiB."""

from pathlib import Path

from benchmarks.common import measure_stage
from benchmarks.scale import PREPROCESS, write_inputs

BASE, MORE = 5_000, 45_000
ROOM = 1024 - 200  # MiB for the rows: 1 GiB less what the process needs without any


def test_preprocess_needs_little_memory_for_a_row(tmp_path: Path) -> None:
    peaks = []
    for rows in (BASE, MORE):
        folder = tmp_path / str(rows)
        folder.mkdir()
        write_inputs(folder, rows)
        peaks.append(measure_stage(folder, *PREPROCESS)[1])
    assert peaks[0] < 200
    assert (peaks[1] - peaks[0]) / (MORE - BASE) * 400_000 < ROOM
