"""Settings of error analysis."""

from pydantic import Field

from stages.settings.base import Settings, validated
from stages.settings.reading import pick, read_params


class ErrorAnalysisSettings(Settings):
    """What is told about single rows.

    Attributes:
        rows: most rows that are listed of each kind of error.
        publish_texts: whether texts of corpora that the project did not write stand beside their guids.
    """

    rows: int = Field(ge=1)
    publish_texts: bool


def error_analysis_settings() -> ErrorAnalysisSettings:
    """Settings of ``analyse``."""
    return validated(ErrorAnalysisSettings, pick(read_params(), "error_analysis"), "error_analysis")
