"""Settings of prediction."""

from typing import Literal

from pydantic import Field

from stages.settings.base import Settings, validated
from stages.settings.reading import pick, read_params


class PredictionSettings(Settings):
    """CPU threads, and what is needed to draw the initial weights of a cell again."""

    threads: int = Field(ge=1)
    seed_varies: Literal["weights", "order", "both"]

    def weight_seed(self, seed: int) -> int:
        """Seed of the initial weights of the cell with ``seed``."""
        return seed if self.seed_varies != "order" else 0


def prediction_settings() -> PredictionSettings:
    """Settings of ``predict``."""
    params = read_params()
    values = {name: pick(params, f"training.{name}") for name in PredictionSettings.model_fields}
    return validated(PredictionSettings, values, "training")
