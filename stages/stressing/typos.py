"""Slips of the keyboard: two letters change places, or a vowel of a Hangul syllable becomes a neighbouring one.

Swapping letters inside a word, the first and last excepted, is the noise `swap` of Belinkov and Bisk (2018, Synthetic
and Natural Noise Both Break Neural Machine Translation, https://arxiv.org/abs/1711.02173). Hangul is typed by its
letters (jamo), so a slip changes one of them: here the vowel, to one whose key touches its own on the standard keyboard
(KS X 5002). A slip may by chance make another word.
"""

import re
import unicodedata
from itertools import pairwise
from random import Random

from stages.common.hangul import is_syllable, vowel, with_vowel

_SHARE = 1 / 6  # of the words that can be misspelled
_KEY_ROWS = ("ㅛㅕㅑㅐㅔ", "ㅗㅓㅏㅣ", "ㅠㅜㅡ")
_SHORTEST = 4  # letters: of fewer, none but the first and last could change places
_WORD = re.compile(r"[^\W\d_]+")


def _neighbours() -> dict[str, str]:
    """Vowels by the vowels beside them; those of two keys have none."""
    found = dict.fromkeys("".join(_KEY_ROWS), "")
    for row in _KEY_ROWS:
        for left, right in pairwise(row):
            found[left] += right
            found[right] += left
    return found


_BESIDE = _neighbours()


def misspelled(text: str, random: Random) -> str:
    """``text`` in NFC with about one in six of its words misspelled; runs of letters count as words."""
    return _WORD.sub(lambda match: _slip(match[0], random) if random.random() < _SHARE else match[0],
                     unicodedata.normalize("NFC", text))


def _slip(word: str, random: Random) -> str:
    syllables = [place for place, letter in enumerate(word) if is_syllable(letter) and vowel(letter) in _BESIDE]
    if syllables:
        place = random.choice(syllables)
        beside = random.choice(_BESIDE[vowel(word[place])])
        return word[:place] + with_vowel(word[place], beside) + word[place + 1:]
    pairs = [place for place in range(1, len(word) - 2) if word[place] != word[place + 1]]
    if len(word) < _SHORTEST or not pairs:
        return word
    place = random.choice(pairs)
    return word[:place] + word[place + 1] + word[place] + word[place + 2:]
