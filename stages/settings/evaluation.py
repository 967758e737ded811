"""Settings of evaluation."""

from pydantic import Field

from stages.settings.base import Seed, Settings, validated
from stages.settings.reading import pick, read_params


class EvaluationSettings(Settings):
    """How intervals are computed.

    Attributes:
        resamples: shuffles of randomisation tests, and bootstrap resamples of the label multiplier.
        bootstrap_seed: of the resamples and shuffles.
    """

    resamples: int = Field(ge=100)
    bootstrap_seed: Seed


def evaluation_settings() -> EvaluationSettings:
    """Settings of ``evaluate``."""
    return validated(EvaluationSettings, pick(read_params(), "evaluation"), "evaluation")
