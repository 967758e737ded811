"""Texts that have no message yet."""

from dataclasses import dataclass

from stages.reporting.translating import in_korean
from stages.wording.catalogue import render
from stages.wording.message import Message, Wording


@dataclass(frozen=True)
class Pair:
    """A text in English and in Korean."""

    en: str
    ko: str


def in_language(text: "Wording | Pair", language: str) -> str:
    """A text as the page shows it in ``language``."""
    if isinstance(text, Pair):
        return text.ko if language == "ko" else text.en
    if isinstance(text, Message):
        return render(text, language)
    return in_korean(text) if language == "ko" else text
