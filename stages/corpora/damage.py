"""Texts that are damaged by wrong decoding or lossy copying, or are in another language than the corpus."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal

# By ISO 639-1 code; of every other language that is written in Latin letters.
_SCRIPTS = {
    "ko": ("HANGUL",), "ja": ("HIRAGANA", "KATAKANA", "CJK"), "zh": ("CJK",), "ru": ("CYRILLIC",), "uk": ("CYRILLIC",),
    "bg": ("CYRILLIC",), "el": ("GREEK",), "he": ("HEBREW",), "ar": ("ARABIC",), "fa": ("ARABIC",), "ur": ("ARABIC",),
    "hi": ("DEVANAGARI",), "th": ("THAI",),
}
_LETTERS, _OWN = 8, 0.1  # so many letters, and less than this share of them in the language's own script
_REPEATED = 5  # characters, one after the other
_UNSEEN = frozenset(("Cc", "Co", "Cn", "Cs"))
# Bytes 0x80 to 0xBF as Windows-1252 and Latin-1 show them: what follows the first byte of a character in UTF-8.
_FOLLOWING = "".join({bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xC0)}
                     | {chr(byte) for byte in range(0x80, 0xC0)})
_AS_LATIN = re.compile(
    f"[\u00c2-\u00df][{re.escape(_FOLLOWING)}]|[\u00e0-\u00ef][{re.escape(_FOLLOWING)}]{{2}}"
    f"|[\u00f0-\u00f4][{re.escape(_FOLLOWING)}]{{3}}")
_ESCAPED = re.compile(r"(?:&#x?[0-9a-f]{3,6};|\\u[0-9a-f]{4}|%[c-f][0-9a-f](?:%[89ab][0-9a-f])+){2}", re.IGNORECASE)
_MARKS = re.compile(r"(?<!\S)\?+")
KINDS = ("unreadable_characters", "wrong_encoding", "escaped_characters", "question_marks", "repeated_character",
         "no_words", "other_language")
# Shares from which rows are damaged and not merely odd. Of the real corpora, one text in 5,000 has the characters of
# another language in it, and at most 0.3 % have no word, or none of the language; one in 20 is no accident.
_WARNING = {"unreadable_characters": 0.001, "wrong_encoding": 0.005, "escaped_characters": 0.005,
            "question_marks": 0.005}
_WARNING_ELSE, _SEVERE, _FEWEST = 0.015, 0.05, 3


def severity_of(kind: str, damaged: int, rows: int) -> Literal["severe", "warning", ""]:
    """How severe it is that ``damaged`` of ``rows`` rows have this kind of damage; "" if that is usual."""
    if damaged < _FEWEST or damaged / rows < _WARNING.get(kind, _WARNING_ELSE):
        return ""
    return "severe" if damaged / rows >= _SEVERE else "warning"


def count_damage(rows: Iterable[Sequence[str]], language: str) -> dict[str, int]:
    """Rows by the first kind of damage that one of their texts has, in the order of ``KINDS``; 0 for the others.

    ``language`` is an ISO 639-1 code. Some rows of every healthy corpus are counted, too: emoticons are no words, and
    people write of films in English; what tells damage from habit is the share.
    """
    found: Counter[str] = Counter()
    for texts in rows:
        kinds = {kind for text in texts if (kind := damage_of(text, language))}
        found.update([min(kinds, key=KINDS.index)] if kinds else [])
    return {kind: found[kind] for kind in KINDS}


def damage_of(text: str, language: str) -> str:
    """The kind of damage that ``text`` has, "" for none."""
    characters = set(text) - {"\n", "\t", "\r"}
    if "\ufffd" not in characters and not text.isascii() and _is_wrongly_decoded(text, language):
        return "wrong_encoding"
    if any(character == "\ufffd" or unicodedata.category(character) in _UNSEEN for character in characters):
        return "unreadable_characters"
    if _ESCAPED.search(text):
        return "escaped_characters"
    letters = Counter(_script(character) for character in text if character.isalpha())
    own = sum(letters[script] for script in _SCRIPTS.get(language, ("LATIN",)))
    if _is_question_marks(text, letters.total()):
        return "question_marks"
    if _is_one_character(text):
        return "repeated_character"
    if not any(character.isalnum() for character in characters):
        return "no_words"
    return "other_language" if letters.total() >= _LETTERS and own < _OWN * letters.total() else ""


def _is_wrongly_decoded(text: str, language: str) -> bool:
    """Whether UTF-8 was read as Latin letters, or as Korean ones, or Korean ones as Latin letters."""
    if len(_AS_LATIN.findall(text)) >= 2 or _AS_LATIN.fullmatch(text.strip()):
        return True
    letters = [character for character in text if not character.isspace() and not character.isascii()]
    if len(letters) < 3:
        return False
    western = sum("\u0080" <= character <= "\u00ff" for character in letters)
    if western > 0.8 * len(letters) and western >= 0.4 * sum(not character.isspace() for character in text):
        return True
    syllables = [character for character in letters if "가" <= character <= "힣" or "\u4e00" <= character <= "\u9fff"]
    return language == "ko" and len(syllables) >= 3 and sum(map(_is_rare, syllables)) >= 0.25 * len(syllables)


@cache
def _is_rare(character: str) -> bool:
    """Whether a syllable is none of the 2,350 of KS X 1001, which write nearly all Korean, or a character is no one."""
    return not ("가" <= character <= "힣" and len(character.encode("euc_kr", "ignore")) == 2)  # 8 where it is composed


def _is_question_marks(text: str, letters: int) -> bool:
    """Whether words were replaced by as many question marks as they had letters: several words, or most of the text."""
    runs = _MARKS.findall(text)
    marks = sum(map(len, runs))
    return len(runs) >= 2 and marks >= 4 and marks > letters


def _is_one_character(text: str) -> bool:
    written = "".join(text.split())
    return len(written) >= _REPEATED and len(set(written)) == 1


@cache
def _script(character: str) -> str:
    return unicodedata.name(character, "").split(" ")[0].removesuffix("-")
