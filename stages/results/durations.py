"""How long stages and trainings took on this machine, as ``stages.common.durations`` noted it.

Who notes a duration does not run this module, so that a change of how they are read trains nothing again.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from stages.common.durations import training_digest


def latest_seconds(path: Path, key: str) -> dict[str, float]:
    """The last seconds that were noted of each "stage" or "training", by that ``key``."""
    seconds = {}
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        with suppress(ValueError, KeyError, TypeError):  # an incomplete line, or one of another kind
            facts = json.loads(line)
            seconds[facts[key]] = float(facts["seconds"])
    return seconds


class StageDurations:
    """How long stages took when they last ran."""

    def __init__(self, path: Path) -> None:
        self._seconds = latest_seconds(path, "stage")
        self._of_kin: dict[str, list[float]] = {}
        for name, seconds in self._seconds.items():
            for kin in _kin(name):
                self._of_kin.setdefault(kin, []).append(seconds)

    def of(self, name: str) -> float | None:
        """Seconds of a stage: its own, else the mean of its other seeds, else of those that differ in task or tuning.

        None where no such stage ran here.
        """
        if name in self._seconds:
            return self._seconds[name]
        alike = next(filter(None, map(self._of_kin.get, _kin(name))), None)
        return sum(alike) / len(alike) if alike else None


def _kin(name: str) -> tuple[str, ...]:
    """What a stage of DVC has in common with its other seeds, and with those of other tasks and tunings."""
    stage, seeds = name.partition("@")[0], name.rpartition("-")[0]
    return (seeds, stage) if seeds else (stage,)


class Durations:
    """The recorded durations of trainings; the latest of one that ran several times."""

    def __init__(self, path: Path) -> None:
        self._seconds = latest_seconds(path, "training")

    def of(self, task: str, cell: str, facts: Mapping[str, object]) -> float | None:
        """Seconds of the training of a cell with the settings in ``facts``; None if it did not run here."""
        return self._seconds.get(training_digest(task, cell, facts))
