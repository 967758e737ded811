"""What ``search`` keeps of one task."""

from pathlib import Path
from typing import Literal

from pydantic import Field, FiniteFloat, field_validator

from stages.results.reading import Facts, Text
from stages.results.task_metrics import RunSettings
from stages.settings.arms import PAIR

SEARCHES = Path("data/search")


class SearchedTry(Facts):
    """One try with the validation score and loss of the model that it kept, None for a failed try.

    All of its settings are kept of the best try of an arm alone.
    """

    lr: FiniteFloat
    epochs: int
    outcome: Text
    score: FiniteFloat | None
    loss: FiniteFloat | None
    settings: RunSettings = Field(default_factory=dict, exclude=True)

    @property
    def failed(self) -> bool:
        """Whether the run was aborted, so that the model that it kept is no candidate."""
        return self.score is None


class SearchedArm(Facts):
    """The tries of one arm in a search, how many failed, and the chosen values and all settings of the best."""

    tries: tuple[SearchedTry, ...]
    failed: int
    chosen: dict[str, int | FiniteFloat]
    settings: RunSettings

    @property
    def end(self) -> Literal["lowest", "highest", ""]:
        """Which end of the learning rates tried was chosen, so that a better one may lie beyond; "" for neither."""
        rates = sorted({one.lr for one in self.tries})
        if len(rates) < 2 or self.chosen["lr"] not in (rates[0], rates[-1]):
            return ""
        return "lowest" if self.chosen["lr"] == rates[0] else "highest"


class SearchRecord(Facts):
    """What ``search`` keeps of one task; ``train_rows`` is 0 in records from before it was kept."""

    task: Text
    seed: int
    train_rows: int = 0
    arms: dict[str, SearchedArm]

    @field_validator("arms")
    @classmethod
    def _fair(cls, arms: dict[str, SearchedArm]) -> dict[str, SearchedArm]:
        if arms.keys() != set(PAIR) or len({len(arm.tries) for arm in arms.values()}) != 1:
            raise ValueError(f"expected as many tries of {PAIR[0]} as of {PAIR[1]}")
        return arms
