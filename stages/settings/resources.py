"""What a cell needs of a machine, for an engine that gives cells to machines."""

from pydantic import Field

from stages.settings.base import Settings, validated
from stages.settings.reading import pick, read_params


class Needs(Settings):
    """Processors, GPUs and memory of one cell."""

    cpus: float = Field(gt=0)
    gpus: float = Field(ge=0)
    memory_gib: float = Field(gt=0)


class ResourceSettings(Settings):
    """``training`` is for cells that train a model or run one, ``other`` for all others."""

    training: Needs
    other: Needs


def resource_settings() -> ResourceSettings:
    """Settings of ``spread``."""
    return validated(ResourceSettings, pick(read_params(), "resources"), "resources")
