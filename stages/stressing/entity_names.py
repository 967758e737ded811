"""Names that train does not have, made of syllables.

A model that knows entities by heart loses more by them than one that reads the context (Agarwal et al., 2021,
https://aclanthology.org/2021.cl-1.5). Every capitalised word of a person, place or organisation becomes a made-up one
with an ending as names of its type have; numbers, particles and punctuation stay, and so does every MISC entity, whose
words (nationalities, works, events) follow no one pattern. Equal words of one type become equal ones.
"""

from collections.abc import Collection, Sequence
from random import Random

_BEGINNINGS = ("Ba Be Bri Ca Da Dro Fe Fi Ga Gre Ha Jo Ka Kle La Li Ma Mo Na Ni Pa Pro Ra Ri Sa Sta Ta Tre Va Vi "
               "Za Zo").split()
_MIDDLES = "bra da fe ga ki la lo ma mi na no pe ra ri sa ti tu va vo ze".split()
_ENDINGS = {
    "LOC": "burg dale ford grad ham land mouth stad ton ville".split(),
    "ORG": "corp dex gen group max soft star tec tron works".split(),
    "PER": "berg dez ini kov man nen rez sen ski son".split(),
}
_SHORTEST = 2  # letters of a word that is renamed: initials stay


def swapped_names(words: Sequence[str], tags: Sequence[str], random: Random, known_words: Collection[str]
                  ) -> list[str]:
    """``words`` with those of entities renamed; ``known_words`` are in lower case and are none of the new ones."""
    renamed: dict[tuple[str, str], str] = {}
    swapped = []
    for word, tag in zip(words, tags, strict=True):
        kind = tag.partition("-")[2]
        if kind in _ENDINGS and word.isalpha() and word[0].isupper() and len(word) >= _SHORTEST:
            name = renamed.get((word.lower(), kind)) or _new_name(kind, random, known_words)
            renamed[word.lower(), kind] = name
            word = name.upper() if word.isupper() else name
        swapped.append(word)
    return swapped


def _new_name(kind: str, random: Random, known_words: Collection[str]) -> str:
    """Further syllables are added for as long as train has the name, so that the search ends."""
    beginning, ending = random.choice(_BEGINNINGS), random.choice(_ENDINGS[kind])
    name = beginning + random.choice(_MIDDLES) + ending
    while name.lower() in known_words:
        beginning += random.choice(_MIDDLES)
        name = beginning + ending
    return name
