"""Text from data made harmless."""

import unicodedata

# Controls, directional and other format characters, surrogates, private use, unassigned, line separators: they can
# hide or reorder the text around them.
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


def visible(text: str) -> str:
    """``text`` with every character that could hide or reorder text written as its code point."""
    return "".join(f"<U+{ord(character):04X}>" if unicodedata.category(character) in _UNSEEN else character
                   for character in text)
