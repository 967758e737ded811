"""Settings of tracking."""

from stages.settings.base import Settings, validated
from stages.settings.reading import pick, read_params


class TrackingSettings(Settings):
    """``models``: whether every trained model is also logged as an MLflow model."""

    models: bool


def tracking_settings() -> TrackingSettings:
    """Settings of ``track``."""
    return validated(TrackingSettings, pick(read_params(), "tracking"), "tracking")
