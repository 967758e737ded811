"""Whether files that are to be published have texts of a corpus, or paths of this machine."""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from stages.common.errors import UserError
from stages.results.prepared import Row

# Letters of an excerpt that is looked for; a syllable of Hangul has two or three. Markup, digits, spaces, punctuation
# and case do not count. An excerpt of twice as many has at least one whole window of its text.
WINDOW = 28
DIFFERENT = 4  # letters of a window, which a drawn line in SVG has not


def refuse_texts(files: Sequence[Path], rows: Iterable[tuple[str, Row]], own: Iterable[str] = ()) -> None:
    """Refuse files in which a text of a row occurs, whole or in part; shorter ones than a window are not looked for.

    Args:
        files: text files; a table that has a sentence word by word in a column is not recognised.
        rows: each with the name of its task.
        own: texts that were written for this project, which a corpus may have by chance.

    Raises:
        UserError: naming the file and the row, never the text.
    """
    places = {window: path for path in files for window in _windows(path)}
    written_here = " ".join(map(_letters, own))
    for task, row in rows:
        for text in row.texts:
            letters = _letters(text)
            for start in range(0, len(letters) - WINDOW + 1, WINDOW):
                window = letters[start : start + WINDOW]
                if (path := places.get(window)) and window not in written_here:
                    raise UserError(f"{path.name}: expected no text of a corpus, found one of {task}, {row.guid}; set "
                                    "error_analysis.publish_texts to false, run `dvc repro`, and save again")


def refuse_paths(files: Sequence[Path], places: Iterable[str]) -> None:
    """Refuse files that have one of ``places``, paths of folders of this machine."""
    for path in files:
        text = path.read_text("utf-8")
        for place in places:
            if re.search(rf"(?<![\w.-]){re.escape(place)}(?![\w-])", text):
                raise UserError(f"{path.name}: expected no path of this machine, found {place}; give the folder a name "
                                "under `checkpoints`, or a place in the repository, and run `dvc repro`")


def _windows(path: Path) -> Iterator[str]:
    """What a reader of the file may see, with the values of attributes and without tags."""
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), path.read_text("utf-8"))
    text = html.unescape(re.sub(r'\\[nrt"\\/]', " ", text))
    return chain.from_iterable(
        (window for start in range(len(letters) - WINDOW + 1)
         if len(set(window := letters[start : start + WINDOW])) >= DIFFERENT)
        for letters in map(_letters, (text, re.sub(r"<[^<>]*>", " ", text))))


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", unicodedata.normalize("NFKD", text)).casefold()
