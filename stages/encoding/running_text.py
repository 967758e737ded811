"""Running text to words and back, by the conventions of the corpora that are divided into words.

CoNLL-2003 splits punctuation, brackets, quotes and English clitics ("'s", "n't") off, and keeps whole what has its
punctuation inside: "U.S.", "Port-Sele", "St.Maro", "O'Brien", "1,000", "7-0" (Tjong Kim Sang and De Meulder, 2003,
https://aclanthology.org/W03-0419). A Korean word is what stands between spaces, without punctuation.
"""

import re
from collections.abc import Sequence

from stages.results.prepared import Row

# What is neither space nor punctuation nor symbol; accents and vowel signs that combine with a letter belong to it.
_LETTERS = (r"[^\s\x00-/:-@\[-^`{-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff"
            r"\u3000-\u3004\u3008-\u3020\ufe00-\ufe0f\uff01-\uff0f\uff1a-\uff20\U0001f000-\U0001faff]+")
_CLITIC = r"(?i:s|m|d|re|ve|ll)(?!\w)"
# Those that CoNLL-2003's training words keep with their full stop more often than not, and others of their kind.
_SHORT = "Mr|Mrs|Ms|Dr|Prof|St|Lt|Rev|Inc|Corp|vs|vol|Jan|Feb|Aug|Oct|Nov|Dec|Calif|Fla"
# One word. It stands on every exported card, so that a model is given the words that it was scored with.
WORD = "|".join((
    rf"['’]{_CLITIC}",
    rf"{_LETTERS[:-1]}+?(?=(?i:n['’]t)(?!\w))",
    r"(?i:n['’]t)(?!\w)",
    rf"(?<!\w)(?:{_SHORT})\.(?!\w)",
    r"\A\d{1,3}\.(?=\s)",
    r"(?<!\w)[A-Z]{1,3}\$",
    rf"(?:(?<!\w)[+.](?=\d))?{_LETTERS}(?:(?:\.?-|[./&@+=·]|(?<=\d)[,:](?=\d)|['’](?!t(?!\w)|{_CLITIC})){_LETTERS})*"
    r"(?:(?<=\.[^\W\d_])\.|(?<=\b[A-Z])\.)?",
    r"\.{2,}|-{2,}|\*+",
    r"[\u200d\u2190-\u2bff\ufe00-\ufe0f\U0001f000-\U0001faff]+",
    r"\S"))
_word = re.compile(WORD)

RUNNING = "test_running_text"  # under which predictions on a test set that is written as running text are stored
Span = tuple[int, int]  # first character, and the one after the last
_CLOSING = frozenset(".,;:!?%)]}'’”…") | {"...", ".."}
_OPENING = frozenset("([{$“‘")
_ATTACHED = re.compile(rf"['’]{_CLITIC}|(?i:n['’]t)(?!\w)")


def word_spans(text: str) -> list[Span]:
    """Where the words of a running text are, in its order. Text whose words are parted by spaces already keeps them."""
    return [match.span() for match in _word.finditer(text)]


def running_text(words: Sequence[str]) -> tuple[str, list[Span]]:
    """The text that ``words`` were taken from, as near as can be told, and where each of them is in it.

    Closing punctuation, "%", clitics and every second straight quote stand close to the word before them; opening
    brackets, "$" and the other straight quotes close to the one after. All else is parted by single spaces.
    """
    text, spans, quoted, close = "", [], False, True
    for word in words:
        closing = word in _CLOSING or _ATTACHED.fullmatch(word) is not None or (word == '"' and quoted)
        text += "" if close or closing else " "
        spans.append((len(text), len(text) + len(word)))
        text += word
        close = word in _OPENING or (word == '"' and not quoted)
        quoted ^= word == '"'
    return text, spans


def running_words(words: Sequence[str]) -> list[str]:
    """``words`` as they are told apart again in their running text."""
    text, _ = running_text(words)
    return [text[start:end] for start, end in word_spans(text)]


def running_row(row: Row) -> Row:
    """A prepared row with the words of its running text; "O" stands for tags that nobody knows."""
    words = tuple(running_words(row.words))
    return Row(row.guid, words=words, tags=("O",) * len(words))


def spaced_spans(words: Sequence[str]) -> list[Span]:
    """Where ``words`` are in a text that parts them by single spaces."""
    spans, start = [], 0
    for word in words:
        spans.append((start, start + len(word)))
        start += len(word) + 1
    return spans
