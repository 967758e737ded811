"""Settings of evaluation."""

from pydantic import Field

from stages.settings.base import Seed, Settings
from stages.settings.reading import read_section


class EvaluationSettings(Settings):
    """Resampling of randomisation tests and of the label multiplier.

    Attributes:
        resamples: permutations per randomisation test, and bootstrap resamples of the label multiplier.
        bootstrap_seed: seed of the permutations and resamples.
    """

    resamples: int = Field(ge=100)
    bootstrap_seed: Seed


def evaluation_settings() -> EvaluationSettings:
    """Settings of ``evaluate``."""
    return read_section(EvaluationSettings, "evaluation")
