"""A row as a reader yields it and as ``data/prepared`` stores it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled example, traceable to its line in the raw file.

    Attributes:
        line: 1-based line number at which the example starts in its raw file.
        source_id: the corpus's own identifier, "" where it has none.
        text: the text, "" for ``words``.
        label: label name, "" for ``words``.
        text_pair: second text of a ``pair``.
        words, tags: the words and their IOB2 tags, of equal length, for ``words``.
        genre: genre where the corpus names it.
        group: the document, premise or the like that this row shares with others of its file, "" if the corpus does not
            name it; rows of one group are not independent samples.
        dropped: why the example is not used, "" if it is used.
    """

    line: int
    source_id: str = ""
    text: str = ""
    label: str = ""
    text_pair: str = ""
    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    genre: str = ""
    group: str = ""
    dropped: str = ""

    def prepared(self, split: str) -> dict[str, Any]:
        """JSON form with a stable guid such as ``train:17``; absent fields are left out."""
        content = {
            "text": self.text, "text_pair": self.text_pair, "label": self.label,
            "words": list(self.words), "tags": list(self.tags),
            "source_id": self.source_id, "genre": self.genre, "group": self.group,
        }
        return {"guid": f"{split}:{self.line}"} | {name: value for name, value in content.items() if value}
