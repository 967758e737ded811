"""Composed Hangul syllables, which are ordered by initial consonant, vowel and final one (Unicode Standard, 3.12)."""

_FIRST, _LAST = "가", "힣"
_VOWELS, _FINALS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ", 28  # the first final is none


def is_syllable(character: str) -> bool:
    """Whether a character is a composed syllable."""
    return _FIRST <= character <= _LAST


def vowel(syllable: str) -> str:
    """The vowel of a syllable."""
    return _VOWELS[_place(syllable) // _FINALS % len(_VOWELS)]


def with_vowel(syllable: str, other: str) -> str:
    """The syllable with another vowel."""
    return chr(ord(syllable) + (_VOWELS.index(other) - _VOWELS.index(vowel(syllable))) * _FINALS)


def final_number(syllable: str) -> int:
    """Number of the final consonant: 0 is none, 8 is ㄹ and 17 is ㅂ."""
    return _place(syllable) % _FINALS


def _place(syllable: str) -> int:
    return ord(syllable) - ord(_FIRST)
