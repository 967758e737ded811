"""How long trainings took on this machine: durations.jsonl, on which no stage depends and which git ignores.

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
    line = {"task": task, "cell": cell, "training": _digest(task, cell, start), "seconds": round(seconds, 1)}
    with suppress(OSError):  # a finished training must not fail because of this
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


class Durations:
    """The recorded durations; the latest of a training that ran several times."""

    def __init__(self, path: Path) -> None:
        self._seconds: dict[str, float] = {}
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            with suppress(ValueError, KeyError, TypeError):  # an incomplete line
                facts = json.loads(line)
                self._seconds[facts["training"]] = float(facts["seconds"])

    def of(self, task: str, cell: str, facts: Mapping[str, object]) -> float | None:
        """Seconds of the training of a cell with the settings in ``facts``; None if it did not run here."""
        return self._seconds.get(_digest(task, cell, facts))


def _digest(task: str, cell: str, facts: Mapping[str, object]) -> str:
    determining = [task, cell, *(facts[name] for name in _DETERMINING)]
    return hashlib.sha256(json.dumps(determining, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
