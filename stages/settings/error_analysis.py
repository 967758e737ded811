"""Settings of error analysis."""

from pydantic import Field

from stages.settings.base import Settings


class ErrorAnalysisSettings(Settings):
    """What the error analysis lists.

    Attributes:
        rows: maximum rows listed per kind of error.
        publish_texts: whether rows of published and local corpora are listed with their text, not with the guid alone.
    """

    rows: int = Field(ge=1)
    publish_texts: bool
