"""Texts that are damaged by wrong decoding or lossy copying, or are in another language than the corpus."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache
from typing import Literal

from stages.common.example import Content

# By ISO 639-1 code. Of another language nothing is claimed: its script is not known, or there are two.
_SCRIPTS = {
    "ko": ("HANGUL",), "ja": ("HIRAGANA", "KATAKANA", "CJK"), "zh": ("CJK",), "ru": ("CYRILLIC",), "uk": ("CYRILLIC",),
    "bg": ("CYRILLIC",), "el": ("GREEK",), "he": ("HEBREW",), "ar": ("ARABIC",), "fa": ("ARABIC",), "ur": ("ARABIC",),
    "hi": ("DEVANAGARI",), "th": ("THAI",),
} | dict.fromkeys(
    "af ca cs cy da de en es et eu fi fr ga gl hr hu id is it lt lv ms mt nb nl nn no pl pt ro sk sl sq sv sw tl tr vi"
    .split(), ("LATIN",))
_LETTERS, _OWN = 8, 0.1  # so many letters, and less than this share of them in the language's own script
_REPEATED = 5  # characters, one after the other
_UNSEEN = frozenset(("Cc", "Co", "Cn", "Cs"))
# Bytes 0x80 to 0xBF as Windows-1252 and Latin-1 show them: what follows the first byte of a character in UTF-8.
_FOLLOWING = "".join({bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xC0)}
                     | {chr(byte) for byte in range(0x80, 0xC0)})
_AS_LATIN = re.compile(
    f"[\u00c2-\u00df][{re.escape(_FOLLOWING)}]|[\u00e0-\u00ef][{re.escape(_FOLLOWING)}]{{2}}"
    f"|[\u00f0-\u00f4][{re.escape(_FOLLOWING)}]{{3}}")
_ESCAPED = re.compile(r"(?:&#x?[0-9a-f]{3,6};|\\u[0-9a-f]{4}|%[c-f][0-9a-f](?:%[89ab][0-9a-f])+"
                      r"|\\x[c-f][0-9a-f](?:\\x[89ab][0-9a-f])+){2}", re.IGNORECASE)
_BYTES = re.compile(r"""\s*b(['"]).*\\x[c-f][0-9a-f]\\x[89ab][0-9a-f].*\1\s*""", re.DOTALL)  # as Python shows them
_MAY_BE_ESCAPED = re.compile(r"[&\\%]")
_MARKS = re.compile(r"(?<!\S)\?+")
_ASCII_OR_SPACE = re.compile(r"[\s\x00-\x7f]+")
_WESTERN = re.compile("[\u0080-\u00ff]")
_SYLLABLES, _IDEOGRAPHS = re.compile("[가-힣]+"), re.compile("[\u4e00-\u9fff]")
_OWN_LETTER, _OTHER_LETTER, _DIGIT = "oxd"
KINDS = ("unreadable_characters", "wrong_encoding", "escaped_characters", "question_marks", "repeated_character",
         "no_words", "other_language", "missing_value")
MISSING_VALUES = ("NaN", "nan", "None", "NULL", "null", "N/A", "<NA>", "#N/A", "\\N")  # as libraries write them
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


def count_damage(rows: Iterable[Content], language: str) -> dict[str, int]:
    """Rows by the first kind of damage that one of their texts has, in the order of ``KINDS``; 0 for the others.

    ``language`` is an ISO 639-1 code. Some rows of every healthy corpus are counted, too: emoticons are no words, and
    people write of films in English; what tells damage from habit is the share.
    """
    found = Counter(damage_of_row(row, language) for row in rows)
    return {kind: found[kind] for kind in KINDS}


def damage_of_row(row: Content, language: str) -> str:
    """The first kind of damage, in the order of ``KINDS``, that one of the texts of a row has, "" for none.

    A sentence of words that is nothing but punctuation and has no entity is a rule between two others.
    """
    kinds = (damage_of(text, language) for text in row.texts)
    usual = ("", "repeated_character", "no_words") if _is_rule(row) else ("",)
    return min((kind for kind in kinds if kind not in usual), key=KINDS.index, default="")


def _is_rule(row: Content) -> bool:
    return bool(row.words) and not row.labels and not any(map(str.isalnum, row.joined))


def damage_of(text: str, language: str) -> str:
    """The kind of damage that ``text`` has, "" for none."""
    if text.strip() in MISSING_VALUES:
        return "missing_value"
    unknown = "\ufffd" in text
    if not unknown and not text.isascii() and _is_wrongly_decoded(text, language):
        return "wrong_encoding"
    if unknown or (not text.isprintable() and any(
            unicodedata.category(character) in _UNSEEN for character in set(text) - {"\n", "\t", "\r"})):
        return "unreadable_characters"
    if _MAY_BE_ESCAPED.search(text) and (_ESCAPED.search(text) or _BYTES.fullmatch(text)):
        return "escaped_characters"
    letters = text.translate(_kinds(language))
    own = letters.count(_OWN_LETTER)
    total = own + letters.count(_OTHER_LETTER)
    if "?" in text and _is_question_marks(text, total):
        return "question_marks"
    if _is_one_character(text):
        return "repeated_character"
    if not total and _DIGIT not in letters:
        return "no_words"
    return "other_language" if total >= _LETTERS and own < _OWN * total else ""


def _is_wrongly_decoded(text: str, language: str) -> bool:
    """Whether UTF-8 was read as Latin letters, or as Korean ones, or Korean ones as Latin letters."""
    if len(_AS_LATIN.findall(text)) >= 2 or _AS_LATIN.fullmatch(text.strip()):
        return True
    letters = _ASCII_OR_SPACE.sub("", text)
    if len(letters) < 3:
        return False
    western = len(_WESTERN.findall(letters))
    if western > 0.8 * len(letters) and western >= 0.4 * sum(not character.isspace() for character in text):
        return True
    if language != "ko":
        return False
    syllables, others = "".join(_SYLLABLES.findall(letters)), len(_IDEOGRAPHS.findall(letters))
    # Of those, one that is none of the 2,350 of KS X 1001, which write nearly all Korean, is composed of eight bytes.
    rare = (len(syllables.encode("euc_kr", "ignore")) - 2 * len(syllables)) // 6 + others
    return len(syllables) + others >= 3 and rare >= 0.25 * (len(syllables) + others)


def _is_question_marks(text: str, letters: int) -> bool:
    """Whether words were replaced by as many question marks as they had letters: several words, or most of the text."""
    runs = _MARKS.findall(text)
    marks = sum(map(len, runs))
    return len(runs) >= 2 and marks >= 4 and marks > letters


def _is_one_character(text: str) -> bool:
    written = "".join(text.split())
    return len(written) >= _REPEATED and written.count(written[0]) == len(written)


@cache
def _kinds(language: str) -> "_Kinds":
    return _Kinds(_SCRIPTS.get(language, ()))


class _Kinds(dict[int, str]):
    """Of every character, for ``str.translate``: a letter of the scripts, another one, a digit, or none of them.

    Without scripts, all letters are taken for the language's own.
    """

    def __init__(self, scripts: Collection[str]) -> None:
        super().__init__()
        self._scripts = scripts

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character.isalpha():
            script = unicodedata.name(character, "").split(" ")[0].removesuffix("-")
            kind = _OWN_LETTER if not self._scripts or script in self._scripts else _OTHER_LETTER
        else:
            kind = _DIGIT if character.isalnum() else " "
        self[code] = kind
        return kind
