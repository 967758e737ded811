"""The language of texts: by its script, and of those in Latin letters by their most frequent short words."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from itertools import islice

UNKNOWN = "und"  # ISO 639-2 for undetermined
_TEXTS = 2000
_SCRIPTS = {"HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "GREEK": "el", "HEBREW": "he", "THAI": "th",
            "DEVANAGARI": "hi"}
_WORDS = {
    "en": "the of and to in is that it for was with this are not you have but what from they",
    "de": "der die und das ist nicht ein eine mit den dem auf für von zu sich auch wird werden ich",
    "fr": "le la les des et est une dans pour que qui pas sur avec du sont au par plus cette",
    "es": "el los las y es una en que por con para no se del su lo como más pero muy",
    "it": "il di che è la per una non sono con del della gli anche più come ma nel molto questo",
    "pt": "o os um uma não em que para com do da é se na por mais como foi mas muito",
    "nl": "de het een van en is niet dat op met voor zijn ook maar aan wordt door bij naar heeft",
}
_LEAST = 0.05  # share of its frequent words among all, and over that of the next language


def find_language(texts: Iterable[str]) -> str:
    """ISO 639-1 code of the language of most texts, ``und`` where it cannot be told."""
    sample = list(islice(texts, _TEXTS))
    letters = Counter(unicodedata.name(character, "").split(" ")[0] for text in sample for character in text[:200]
                      if character.isalpha())
    kana = letters["HIRAGANA"] + letters["KATAKANA"]
    script = max(letters, key=lambda name: letters[name], default="")
    if script == "CJK":
        return "ja" if 10 * kana > letters["CJK"] else "zh"
    if script != "LATIN":
        # Korean texts with many Latin letters have no other language beside them.
        return _SCRIPTS.get(script, UNKNOWN)
    if letters["HANGUL"] > 0.2 * letters.total():
        return "ko"
    words = Counter(word for text in sample for word in re.findall(r"[^\W\d_]+", text.lower()))
    shares = sorted(((sum(words[word] for word in known.split()) / max(words.total(), 1), language)
                     for language, known in _WORDS.items()), reverse=True)
    return shares[0][1] if shares[0][0] > max(_LEAST, 1.3 * shares[1][0]) else UNKNOWN
