"""Settings of adaptation: further pre-training of an encoder on the text of a task."""

from pydantic import Field

from stages.settings.base import validated
from stages.settings.pretraining import MaskedLanguageSettings
from stages.settings.reading import pick, read_params


class AdaptationSettings(MaskedLanguageSettings):
    """Which text the encoder is further pre-trained on, and how.

    Attributes:
        text: name of a UTF-8 file with one text per line; "" for the text of the task's training rows.
        folder: folder of ``text``.
    """

    text: str
    folder: str = Field(min_length=1)


def adaptation_settings() -> AdaptationSettings:
    """Settings of ``adapt``."""
    return validated(AdaptationSettings, pick(read_params(), "adaptation"), "adaptation")
