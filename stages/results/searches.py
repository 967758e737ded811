"""What ``search`` keeps of one task."""

from typing import Any

from pydantic import field_validator

from stages.results.reading import Facts
from stages.results.task_metrics import RunSettings
from stages.settings.arms import PAIR


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
        if arms.keys() != set(PAIR) or len({len(arm.tries) for arm in arms.values()}) != 1:
            raise ValueError(f"expected as many tries of {PAIR[0]} as of {PAIR[1]}")
        return arms
