"""What a cell needs of a machine, for engines that distribute cells over machines."""

from pydantic import Field

from stages.settings.base import Settings, validated
from stages.settings.reading import pick, read_params


class Needs(Settings):
    """Processors, GPUs and memory of one cell."""

    cpus: float = Field(gt=0)
    gpus: float = Field(ge=0)
    memory_gib: float = Field(gt=0)


class ResourceSettings(Settings):
    """``training``: for cells that train or run a model; ``other``: for all other cells."""

    training: Needs
    other: Needs


def resource_settings() -> ResourceSettings:
    """Settings of ``spread``."""
    return validated(ResourceSettings, pick(read_params(), "resources"), "resources")
