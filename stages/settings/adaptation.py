"""Settings of the weights that are made for one task: by adaptation, and by self-pretraining."""

from pydantic import Field

from stages.settings.arms import ARMS
from stages.settings.pretraining import MaskedLanguageSettings
from stages.settings.reading import pick, read_section


class AdaptationSettings(MaskedLanguageSettings):
    """Which text the encoder learns from, and how.

    Attributes:
        text: name of a UTF-8 file with one text per line; "" for the text of the task's training rows.
        folder: folder of ``text``.
    """

    text: str
    folder: str = Field(min_length=1)


class SelfPretrainingSettings(AdaptationSettings):
    """The same of an encoder that starts from random weights.

    Attributes:
        vector_window: tokens on either side whose co-occurrence counts in the text give the initial word vectors; 0 for
            random vectors.
    """

    vector_window: int = Field(ge=0)


def adaptation_text(arm: str) -> str:
    """Name of the text file that ``adapt`` reads for an arm; "" where it reads the training rows."""
    return str(pick(f"{ARMS[arm].further}.text"))


def adaptation_settings(arm: str) -> AdaptationSettings:
    """Settings of ``adapt`` for an arm with weights of its own."""
    section = ARMS[arm].further
    model = SelfPretrainingSettings if ARMS[arm].own_text else AdaptationSettings
    return read_section(model, section)
