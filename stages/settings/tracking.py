"""Settings of tracking."""

from stages.settings.base import Settings


class TrackingSettings(Settings):
    """``models``: whether every trained model is also logged as an MLflow model."""

    models: bool
