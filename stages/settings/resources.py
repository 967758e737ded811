"""What a cell needs of a machine, for engines that distribute cells over machines."""

from pydantic import Field

from stages.settings.base import Settings


class Needs(Settings):
    """Processors, GPUs and memory of one cell."""

    cpus: float = Field(gt=0)
    gpus: float = Field(ge=0)
    memory_gib: float = Field(gt=0)


class ResourceSettings(Settings):
    """``training``: for cells that train or run a model; ``other``: for all other cells."""

    training: Needs
    other: Needs
