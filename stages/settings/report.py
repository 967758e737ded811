"""Settings of the report."""

from pathlib import Path

from pydantic import field_validator

from stages.settings.base import Settings
from stages.settings.reading import read_section

_CATALOGUES = Path(__file__).parents[1] / "wording"  # a language is a catalogue there


class ReportSettings(Settings):
    """``language``: that of the Markdown report, and the one in which the page opens."""

    language: str

    @field_validator("language")
    @classmethod
    def _known(cls, language: str) -> str:
        known = sorted(path.stem for path in _CATALOGUES.glob("*.ftl"))
        if language not in known:
            raise ValueError(f"expected {' or '.join(map(repr, known))}")
        return language


def report_settings() -> ReportSettings:
    """Settings of ``report``."""
    return read_section(ReportSettings, "report")
