"""What training took on this machine, told beside the report: in it no time may stand."""

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

from stages.common.files import read_json
from stages.results.durations import Durations
from stages.results.tasks import Arm, TaskFacts
from stages.wording.message import Message, message


def seconds_sentence(task: TaskFacts, metrics: Path, noted: Durations) -> Message | None:
    """Mean seconds of training a seed by arm, of those that were trained here; None where none was."""
    cells = read_json(metrics / f"{task.metrics.task}.json")["cells"]
    arms = tuple(_of(known, arm) for arm in task.arms if (known := _known(task, arm, cells, noted)))
    return message("seconds", task=task.short_title, arms=arms) if arms else None


def _known(task: TaskFacts, arm: Arm, cells: dict, noted: Durations) -> list[float]:
    found = (noted.of(task.metrics.task, run.name, cells[run.name]) for run in arm.runs)
    return [seconds for seconds in found if seconds is not None]


def _of(known: Sequence[float], arm: Arm) -> Message:
    if len(known) == len(arm.runs):
        return message("seconds-of-arm", arm=arm.name, seconds=fmean(known))
    return message("seconds-of-some", arm=arm.name, seconds=fmean(known), known=len(known), runs=len(arm.runs))
