"""What is to be said, apart from the words: an identifier with typed values. The words are in the catalogues.

To say something new:

1. ``message("errors-missed-by-all", share=0.12, rows=240)`` where it is said. Values are numbers, names from data,
   further messages, and tuples of these. Numbers stay numbers here: the catalogue says how they are written.
2. Put ``errors-missed-by-all = …`` into ``en.ftl`` and into ``ko.ftl`` (and into the file of every other language),
   with the same values; :mod:`stages.wording.functions` lists what a catalogue can do with a value.
3. ``python -m stages.wording.reviewed errors-missed-by-all`` notes that the Korean translates the present English.

``render(text, language)`` of :mod:`stages.wording.catalogue` makes the words, as late as possible. Code that only
decides what to say imports this module alone, so that no word of a catalogue can make a stage run again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

Value: TypeAlias = "str | int | float | Message | tuple[str | int | float | Message, ...]"


@dataclass(frozen=True)
class Message:
    """Something to say.

    Attributes:
        identifier: of the message in the catalogues.
        values: by the names that they have in the catalogues.
    """

    identifier: str
    values: dict[str, Value] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.identifier, tuple(self.values.items())))


Wording: TypeAlias = str | Message  # a ``str`` is a name or other data, and the same in every language


def message(identifier: str, /, **values: Value) -> Message:
    """The message with these values."""
    return Message(identifier, values)


def joined(texts: Iterable[Wording]) -> Message:
    """The sentences of a paragraph, one after the other; empty ones are left out."""
    return message("joined", texts=tuple(text for text in texts if text != ""))


def lines(texts: Iterable[Wording]) -> Message:
    """Each on a line of its own."""
    return message("lines", texts=tuple(texts))


def listed(texts: Iterable[Wording]) -> Message:
    """A list that is no part of a sentence: ``a, b, c``."""
    return message("listed", texts=tuple(texts))
