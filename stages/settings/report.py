"""Settings of the report."""

from typing import Literal

from stages.settings.base import Settings, validated
from stages.settings.reading import pick, read_params


class ReportSettings(Settings):
    """``language`` is that of the Markdown, and the one that the page opens in."""

    language: Literal["en", "ko"]


def report_settings() -> ReportSettings:
    """Settings of ``report``."""
    return validated(ReportSettings, pick(read_params(), "report"), "report")
