"""Settings of prediction."""

from pydantic import Field

from stages.settings.base import Settings, validated
from stages.settings.precision import Precision
from stages.settings.reading import pick, read_params
from stages.settings.seeds import SeedVaries


class PredictionSettings(Settings):
    """CPU threads and precision as in training, and what is needed to draw the initial weights of a cell again.

    A model is tested by the arithmetic by which it was chosen on validation.
    """

    threads: int = Field(ge=1)
    precision: Precision
    seed_varies: SeedVaries


def prediction_settings() -> PredictionSettings:
    """Settings of ``predict``."""
    params = read_params()
    values = {name: pick(params, f"training.{name}") for name in PredictionSettings.model_fields}
    return validated(PredictionSettings, values, "training")
