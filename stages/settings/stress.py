"""Settings of stress tests."""

from typing import Literal

from pydantic import Field, field_validator

from stages.settings.base import Seed, Settings, distinct, validated
from stages.settings.prediction import ForwardSettings
from stages.settings.reading import pick, read_section

TransformationName = Literal["typos", "spacing", "lower_case", "upper_case", "punctuation_removed", "unseen_entities",
                             "negation", "premise_removed"]


class StressSettings(Settings):
    """Which test rows are changed, and how.

    Attributes:
        seed: seed of the choice of rows and of the changes.
        rows: maximum test rows per transformation, 0 for all.
        transformations: names of transformations; an empty list turns stress tests off.
    """

    seed: Seed
    rows: int = Field(ge=0)
    transformations: list[TransformationName]

    _distinct = field_validator("transformations")(distinct)


class StressInputs(ForwardSettings):
    """How changed rows are encoded and predicted, which is as the original rows are."""

    max_length: int = Field(ge=8)


def stress_settings(task: str) -> tuple[StressSettings, StressInputs]:
    """Settings of ``stress`` for one task."""
    inputs = {name: pick(f"training.{name}") for name in ("threads", "precision")}
    inputs["max_length"] = pick(f"tasks.{task}.max_length")
    return (read_section(StressSettings, "stress"),
            validated(StressInputs, inputs, f"training or tasks.{task}"))
