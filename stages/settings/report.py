"""Settings of the report."""

from typing import Literal

from stages.settings.base import Settings, validated
from stages.settings.reading import pick, read_params


class ReportSettings(Settings):
    """``language``: that of the Markdown report, and the one in which the page opens."""

    language: Literal["en", "ko"]


def report_settings() -> ReportSettings:
    """Settings of ``report``."""
    return validated(ReportSettings, pick(read_params(), "report"), "report")
