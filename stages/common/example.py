"""What an example says, from a reader to a report."""

from dataclasses import dataclass

# Fields of a stored row, in their order.
_STORED = ("text", "text_pair", "label", "words", "tags", "source_id", "genre", "group")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What an example says, whether a reader yields it or ``data/prepared`` stores it.

    Attributes:
        text: the text, "" for ``words``.
        label: label name, "" for ``words``.
        text_pair: second text of a ``pair``.
        words, tags: the words and their IOB2 tags, of equal length, for ``words``.
        genre: genre where the corpus names it.
        source_id: the corpus's own identifier, "" where it has none.
        group: what this row shares with others of its file, such as a document or a premise, "" where the corpus does
            not tell; rows of one group are no independent samples.
    """

    text: str = ""
    label: str = ""
    text_pair: str = ""
    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    genre: str = ""
    group: str = ""
    source_id: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """The text, both texts of a pair, or the words of a sentence joined by spaces."""
        if self.words:
            return (" ".join(self.words),)
        return (self.text, self.text_pair) if self.text_pair else (self.text,)

    @property
    def length(self) -> int:
        """Words of a sentence, else characters of the text or of both."""
        return len(self.words) or len(self.text) + len(self.text_pair)

    @property
    def joined(self) -> str:
        """All text, that of a pair on two lines."""
        return "\n".join(self.texts)

    @property
    def labels(self) -> tuple[str, ...]:
        """The label; of words the type of each entity, of which each begins with one ``B-`` tag in IOB2."""
        return tuple(tag[2:] for tag in self.tags if tag.startswith("B-")) if self.words else (self.label,)

    def stored(self, guid: str) -> dict[str, object]:
        """JSON form in ``data/prepared``; absent fields are left out, but not the text of a pair."""
        content = {name: list(value) if isinstance(value, tuple) else value
                   for name, value in ((name, getattr(self, name)) for name in _STORED)}
        return {"guid": guid} | {
            name: value for name, value in content.items() if value or (name == "text" and self.text_pair)}

    @property
    def answer(self) -> str | tuple[str, ...]:
        """The label; of words their tags."""
        return self.tags or self.label
