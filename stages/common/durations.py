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
    _append(path, {"task": task, "cell": cell, "training": training_digest(task, cell, start),
                   "seconds": round(seconds, 1)})


def note_stage(path: Path, name: str, seconds: float) -> None:
    """Append the seconds of a stage as DVC addresses it, from the start of its process to its end."""
    _append(path, {"stage": name, "seconds": round(seconds, 1)})


def _append(path: Path, line: dict[str, str | float]) -> None:
    with suppress(OSError):  # finished work must not fail because of this
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def training_digest(task: str, cell: str, facts: Mapping[str, object]) -> str:
    """What a duration belongs to: the training of a cell with the settings in ``facts``."""
    determining = [task, cell, *(facts[name] for name in _DETERMINING)]
    return hashlib.sha256(json.dumps(determining, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
