"""What training took on this machine, told beside the report: in it no time may stand."""

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

from stages.common.durations import Durations
from stages.common.files import read_json
from stages.results.tasks import Arm, TaskFacts


def seconds_sentence(task: TaskFacts, metrics: Path, noted: Durations) -> str:
    """Mean seconds of training a seed by arm, of those that were trained here; "" where none was."""
    cells = read_json(metrics / f"{task.metrics.task}.json")["cells"]
    told = (f"{arm.label} {fmean(known):,.1f}{_of(known, arm)}" for arm in task.arms
            if (known := _known(task, arm, cells, noted)))
    sentence = ", ".join(told)
    return sentence and f"Seconds of training a seed on {task.short_title}, on this machine: {sentence}."


def _known(task: TaskFacts, arm: Arm, cells: dict, noted: Durations) -> list[float]:
    found = (noted.of(task.metrics.task, run.name, cells[run.name]) for run in arm.runs)
    return [seconds for seconds in found if seconds is not None]


def _of(known: Sequence[float], arm: Arm) -> str:
    return "" if len(known) == len(arm.runs) else f" (of {len(known)} of {len(arm.runs)} runs)"
