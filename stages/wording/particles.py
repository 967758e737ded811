"""Korean particles, which follow the last sound of the word before them: 웜업과, 0.5는, AG News는, F1은.

Hangul shows its final consonant. Digits are read in Sino-Korean, capitals letter by letter, and other Latin words as
Korean writes foreign words (국립국어원, 외래어 표기법): a final l, m, n or ng, and a final p, t or k after a
short vowel, become a final consonant; other endings take a vowel.
"""

import re

from stages.common.hangul import final_number, is_syllable

# The last syllables of 영 일 이 삼 사 오 육 칠 팔 구, and of the letters of the alphabet: their final consonants.
_DIGITS = dict(zip("0123456789", ("ㅇ", "ㄹ", "", "ㅁ", "", "", "ㄱ", "ㄹ", "ㄹ", ""), strict=True))
_LETTERS = {"L": "ㄹ", "M": "ㅁ", "N": "ㄴ", "R": "ㄹ"}
_SHORT = re.compile(r"(?:^|[^aeiou])(?:[aeiou]|ou|oo)(?:[ptk]|ck)$")
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
_UNITS = {"%p": "", "%": "", "℃": ""}  # 퍼센트포인트, 퍼센트, 도
UNKNOWN = "?"


def with_particle(word: str, pair: str) -> str:
    """``word`` with one of a pair such as ``은/는``: the first after a final consonant, the second after a vowel.

    After ㄹ, ``으로/로`` is 로. Where the sound is not known, both are shown: 은(는).
    """
    closed, vowel = pair.split("/")
    final = final_consonant(word)
    if final == UNKNOWN:
        return f"{word}{closed}({vowel})"
    return word + (vowel if final == "" or (final == "ㄹ" and closed == "으로") else closed)


def final_consonant(word: str) -> str:
    """The final consonant of the last sound: ``ㄹ``, another one, "" for a vowel, or :data:`UNKNOWN`.

    What stands in brackets at the end is not read.
    """
    while (shorter := _BRACKETS.sub("", word)) != word and shorter:
        word = shorter
    word = word.rstrip(" \t\n\"'”’»」』).,!?…_-")
    for unit, final in _UNITS.items():
        if word.endswith(unit):
            return final
    last = word[-1:]
    if is_syllable(last):
        return {0: "", 8: "ㄹ"}.get(final_number(last), "ㄱ")
    if last in _DIGITS:
        return _of_number(word)
    if last.isascii() and last.isalpha():
        return _of_latin(re.split(r"[^A-Za-z]", word)[-1])
    return UNKNOWN


def _of_number(word: str) -> str:
    digits = re.findall(r"[\d.,]+$", word)[0]
    whole = digits.replace(",", "")
    if "." not in whole and whole.endswith("0") and whole.strip("0"):
        return "ㅂ"  # 십, 백, 천, 만, 억
    return _DIGITS[digits[-1]]


def _of_latin(word: str) -> str:
    if (word[-1].isupper() and (len(word) == 1 or word[-2].isupper())) or len(word) == 1:
        return _LETTERS.get(word[-1].upper(), "")
    lower = word.lower()
    if lower.endswith(("l", "le")):
        return "ㄹ"
    if lower.endswith(("m", "n", "ng", "me", "ne")):
        return "ㅁ"
    return "ㄱ" if _SHORT.search(lower) else ""
