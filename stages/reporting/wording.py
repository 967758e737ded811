"""Texts that have no message yet."""

from stages.reporting.translating import in_korean
from stages.wording.catalogue import render
from stages.wording.message import Wording


def in_language(text: Wording, language: str) -> str:
    """A text as the page shows it in ``language``."""
    return in_korean(text) if language == "ko" else render(text, language)
