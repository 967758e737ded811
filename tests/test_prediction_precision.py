"""A model is tested by the arithmetic by which it was chosen."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
import pytest
from accelerate.state import AcceleratorState

from stages.answering.splits import predict
from stages.common.files import read_json_lines
from stages.encoding.store import read_split
from stages.metrics.scoring import mean_cross_entropy
from stages.settings.prediction import PredictionSettings
from stages.training.cell import train
from tests import tiny


@pytest.fixture(autouse=True)
def _another_precision() -> Iterator[None]:
    """Accelerate allows a process one precision."""
    AcceleratorState._reset_state(reset_partial_state=True)
    yield
    AcceleratorState._reset_state(reset_partial_state=True)


def predicted(root: Path, precision: str) -> list[np.ndarray]:
    """Logits on validation after training."""
    AcceleratorState._reset_state(reset_partial_state=True)
    out = root / f"predictions-{precision}"
    predict(["pretrained-full-1"], root / "models", root / "encoded", root / "checkpoint", out,
            PredictionSettings(threads=1, precision=precision, seed_varies="both"))
    rows = parquet.read_table(out / "pretrained-full-1.parquet").to_pylist()
    return [np.array(row["logits"]) for row in rows if (row["moment"], row["split"]) == ("after", "validation")]


def test_the_loss_on_validation_is_the_one_that_training_saw(tmp_path: Path) -> None:
    encoded = tiny.write_encoded(tmp_path, tiny.TEXT_TASK)
    cell = tmp_path / "models" / "pretrained-full-1"
    train("pretrained", 1, encoded, tmp_path / "checkpoint", cell, tiny.training_settings(precision="bf16"))
    events = list(read_json_lines(cell / "history.jsonl"))
    seen = next(event["validation"]["loss"] for event in events
                if event["kind"] == "evaluation" and event["step"] == events[-1]["best_step"])
    gold = list(read_split(encoded, "validation").labels)
    assert mean_cross_entropy(predicted(tmp_path, "bf16"), gold) == seen
    assert mean_cross_entropy(predicted(tmp_path, "fp32"), gold) != seen
