"""How long stages and trainings took on this machine: durations.jsonl, on which no stage depends, ignored by git.

Outputs are byte-identical on every run, so they cannot contain times. A duration belongs to a training with its
settings, rows and initial weights; a training that ran elsewhere, or with others, has none here.
"""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

DURATIONS = Path("durations.jsonl")
_DETERMINING = ("settings", "recipe", "inputs", "numerics")


def note_duration(path: Path, task: str, cell: str, start: Mapping[str, object], seconds: float) -> None:
    """Append the seconds of a training whose history begins with ``start``."""
    _append(path, {"task": task, "cell": cell, "training": _digest(task, cell, start), "seconds": round(seconds, 1)})


def note_stage(path: Path, name: str, seconds: float) -> None:
    """Append the seconds of a stage as DVC addresses it, from the start of its process to its end."""
    _append(path, {"stage": name, "seconds": round(seconds, 1)})


def _append(path: Path, line: dict[str, str | float]) -> None:
    with suppress(OSError):  # finished work must not fail because of this
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


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


def _kin(name: str) -> tuple[str, str]:
    """What a stage of DVC has in common with its other seeds, and with those of other tasks and tunings."""
    return name.rpartition("-")[0], name.partition("@")[0]


class Durations:
    """The recorded durations of trainings; the latest of one that ran several times."""

    def __init__(self, path: Path) -> None:
        self._seconds = latest_seconds(path, "training")

    def of(self, task: str, cell: str, facts: Mapping[str, object]) -> float | None:
        """Seconds of the training of a cell with the settings in ``facts``; None if it did not run here."""
        return self._seconds.get(_digest(task, cell, facts))


def _digest(task: str, cell: str, facts: Mapping[str, object]) -> str:
    determining = [task, cell, *(facts[name] for name in _DETERMINING)]
    return hashlib.sha256(json.dumps(determining, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
