"""Further train sizes on disk, below ``data/sized/<task>/<size>``: ``models/<cell>`` and ``predictions``."""

from pathlib import Path

# Stands alone in the folder of a model, or of predictions, of a size that is no further point of the task.
SKIPPED = "skipped.json"
PLAN = "sizes.json"  # in data/sized/<task>: which sizes are further points


def models_of(sized: Path, size: int) -> Path:
    """Folder of the models of one size, below the folder of a task."""
    return sized / str(size) / "models"


def predictions_of(sized: Path, size: int) -> Path:
    """Folder of the predictions of one size, below the folder of a task."""
    return sized / str(size) / "predictions"
