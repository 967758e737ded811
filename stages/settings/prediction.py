"""Settings of prediction."""

from pydantic import Field

from stages.settings.base import Settings, validated
from stages.settings.precision import Precision
from stages.settings.reading import pick, read_params
from stages.settings.seeds import SeedVaries


class PredictionSettings(Settings):
    """CPU threads and precision as in training, and what the seed of a cell varies, to redraw its initial weights.

    A model is tested with the arithmetic with which it was selected on the validation set.
    """

    threads: int = Field(ge=1)
    precision: Precision
    seed_varies: SeedVaries


class _Length(Settings):
    """``max_length`` as in the settings of encoding."""

    max_length: int = Field(ge=8)


def prediction_settings() -> PredictionSettings:
    """Settings of ``predict``."""
    params = read_params()
    values = {name: pick(params, f"training.{name}") for name in PredictionSettings.model_fields}
    return validated(PredictionSettings, values, "training")


def running_text_length(task: str) -> int:
    """Maximum tokens per input, as for the encoded rows of the task."""
    inputs = validated(_Length, {"max_length": pick(read_params(), f"tasks.{task}.max_length")}, f"tasks.{task}")
    return inputs.max_length
