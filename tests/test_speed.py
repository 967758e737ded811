"""The speed benchmark measures what the project does today."""

from pathlib import Path

import torch

from benchmarks.speed import Ours
from tests import tiny


def test_the_benchmark_trains_and_evaluates(tmp_path: Path) -> None:
    tiny.write_checkpoint(tmp_path / "checkpoint")
    tiny.write_encoded(tmp_path, tiny.TEXT_TASK)
    torch.set_num_threads(1)
    measured = Ours(tmp_path, 32, "fp32")
    measured.train(1)
    predictions = measured.accuracy(), measured.accuracy(1)
    assert predictions[0] * 12 in range(13)
    assert predictions[1] in (0, 1)
