"""Settings of prediction."""

from pydantic import Field

from stages.settings.base import Settings
from stages.settings.precision import Precision
from stages.settings.reading import pick
from stages.settings.seeds import SeedVaries


class ForwardSettings(Settings):
    """CPU threads and precision as in training.

    A model is tested with the arithmetic with which it was selected on the validation set.
    """

    threads: int = Field(ge=1)
    precision: Precision


class PredictionSettings(ForwardSettings):
    """Those of a forward pass, and what the seed of a cell varies, to redraw its initial weights."""

    seed_varies: SeedVaries


def running_text_length(task: str) -> int:
    """Maximum tokens per input, as for the encoded rows of the task."""
    return int(pick(f"tasks.{task}.max_length"))
