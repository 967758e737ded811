"""Settings of evaluation."""

from pydantic import Field

from stages.settings.base import Seed, Settings, validated
from stages.settings.reading import pick, read_params


class EvaluationSettings(Settings):
    """How intervals are computed.

    Attributes:
        resamples: bootstrap resamples of every interval, and shuffles of randomisation tests.
        bootstrap_seed: of the resamples and shuffles.
    """

    resamples: int = Field(ge=100)
    bootstrap_seed: Seed


def evaluation_settings() -> EvaluationSettings:
    """Settings of ``evaluate``."""
    return validated(EvaluationSettings, pick(read_params(), "evaluation"), "evaluation")
