"""What changed rows do to the scores of a task, as ``analyse`` writes it."""

from typing import Literal

from pydantic import Field, FiniteFloat

from stages.results.reading import Facts, Text
from stages.results.task_metrics import Difference


class ArmUnderStress(Difference):
    """Mean scores over seeds on the rows before and after the change, and the difference: the drop."""

    before: FiniteFloat
    after: FiniteFloat


class Stressed(Facts):
    """What one transformation does to the rows of test that it was offered; without changed ones there are no scores.

    ``same_tokens`` counts the changed rows that the tokenizer cannot tell from the unchanged ones; ``comparisons`` has
    every encoder's drop minus that from random weights.
    """

    expectation: Literal["same", "flipped", "unknowable"]
    offered: int
    changed: int
    same_tokens: int = 0
    arms: dict[str, ArmUnderStress] = Field(default_factory=dict)
    comparisons: dict[str, Difference] = Field(default_factory=dict)


class StressFacts(Facts):
    """What ``analyse`` says about stress in one task."""

    transformations: dict[Text, Stressed]
    left_out: dict[Text, Text]
