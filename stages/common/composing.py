"""Text in one normal form."""

import unicodedata


def composed(text: str) -> str:
    """``text`` in NFC: macOS decomposes Hangul and accents, which look the same and compare as other text."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)
