"""What this machine has for cells, and what of it is free."""

import math
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psutil

from stages.settings.resources import Needs

_GIB = 2**30
_OF_CONTAINER = Path("/sys/fs/cgroup/memory.max")  # bytes that this container may use, or "max"


@dataclass
class Room:
    """What is free.

    Attributes:
        processors: how many.
        memory_gib: how much.
        gpus: free share of each, from 0 to 1, by its number.
    """

    processors: float
    memory_gib: float
    gpus: dict[str, float]

    def holds(self, needs: Needs) -> bool:
        """Whether a cell fits into what is free."""
        return (needs.cpus <= self.processors and needs.memory_gib <= self.memory_gib
                and len(self._free_gpus(needs)) == self._devices(needs))

    def take(self, needs: Needs) -> list[str]:
        """Take what a cell needs, more than is free if so; return the GPUs that it gets."""
        gpus = self._free_gpus(needs) or list(self.gpus)[:self._devices(needs)]
        self._add(needs, gpus, -1)
        return gpus

    def give_back(self, needs: Needs, gpus: list[str]) -> None:
        """Undo :meth:`take`."""
        self._add(needs, gpus, 1)

    def _free_gpus(self, needs: Needs) -> list[str]:
        """The GPUs with most room, as many as are needed, or fewer where there are not so many."""
        wide = [gpu for gpu, free in self.gpus.items() if free + 1e-6 >= _share(needs)]
        return sorted(wide, key=lambda gpu: -self.gpus[gpu])[:self._devices(needs)]

    def _devices(self, needs: Needs) -> int:
        """How many GPUs a cell takes; on a machine that has none it computes on processors."""
        return math.ceil(needs.gpus) if self.gpus else 0

    def _add(self, needs: Needs, gpus: list[str], sign: int) -> None:
        self.processors += sign * needs.cpus
        self.memory_gib += sign * needs.memory_gib
        for gpu in gpus:
            self.gpus[gpu] += sign * _share(needs)


def _share(needs: Needs) -> float:
    """How much it takes of each."""
    return needs.gpus / max(1, math.ceil(needs.gpus))


def room_of_machine(processors: int | None = None) -> Room:
    """What is free now: all processors that this process may use, or so many; memory; and GPUs."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = psutil.virtual_memory().available
    if _OF_CONTAINER.exists() and (limit := _OF_CONTAINER.read_text().strip()).isdecimal():
        memory = min(memory, int(limit))
    return Room(processors or found, memory / _GIB, dict.fromkeys(_gpus(), 1.0))


def _gpus() -> list[str]:
    """Numbers of the GPUs that a cell would see, without the seconds that importing torch takes."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return [name for name in visible.split(",") if name and name != "-1"]
    try:
        listed = subprocess.run(["nvidia-smi", "--list-gpus"], capture_output=True, text=True, check=True)  # noqa: S607
    except (OSError, subprocess.CalledProcessError):
        return []
    return [str(number) for number, _ in enumerate(listed.stdout.splitlines())]
