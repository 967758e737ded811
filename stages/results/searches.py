"""What ``search`` keeps of one task."""

from typing import Any

from pydantic import field_validator

from stages.results.reading import Facts
from stages.results.task_metrics import RunSettings


class SearchedArm(Facts):
    """The tries of one arm in a search, how many failed, and the settings of the best."""

    tries: tuple[dict[str, Any], ...]
    failed: int
    settings: RunSettings


class SearchRecord(Facts):
    """What ``search`` keeps of one task."""

    arms: dict[str, SearchedArm]

    @field_validator("arms")
    @classmethod
    def _fair(cls, arms: dict[str, SearchedArm]) -> dict[str, SearchedArm]:
        if arms.keys() != {"pretrained", "scratch"} or len({len(arm.tries) for arm in arms.values()}) != 1:
            raise ValueError("expected as many tries of pretrained as of scratch")
        return arms
