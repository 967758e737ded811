"""What must not be published with a study: texts of a corpus, and folders of one machine."""

import html
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from stages.common.errors import UserError
from stages.results.prepared import Row

# Letters of an excerpt that is looked for; a syllable of Hangul has two or three. Markup, digits, spaces, punctuation
# and case do not count. An excerpt of twice as many has at least one whole window of its text.
WINDOW = 28
_DIFFERENT = 4  # letters of a window, which a drawn line in SVG has not
LOCAL = "data/local"  # where the settings of a study have what is outside the repository


def refuse_texts(files: Iterable[Path], rows: Iterable[tuple[str, Row]], own: Iterable[str]) -> None:
    """Refuse text files in which a text of a row occurs, whole or in part; texts shorter than a window are passed over.

    A table with the words of a sentence in a column among others is not recognised.

    Args:
        rows: each with the name of its task.
        own: texts that were written for this project, which a corpus may have by chance.

    Raises:
        UserError: naming the file and the row, never the text.
    """
    places = {window: path for path in files for window in _windows(path)}
    written_here = " ".join(map(_letters, own))
    for task, row in rows:
        for letters in map(_letters, row.texts):
            for start in range(0, len(letters) - WINDOW + 1, WINDOW):
                window = letters[start : start + WINDOW]
                if window in places and window not in written_here:
                    raise UserError(f"{places[window].name}: expected no text of a corpus, found one of {task}, "
                                    f"{row.guid}; remove the file from reports/ if it is yours, else report this")


def _windows(path: Path) -> Iterator[str]:
    """Every window of what a reader of the file may see, with the values of attributes and without tags."""
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), path.read_text("utf-8"))
    text = html.unescape(re.sub(r'\\[nrt"\\/]', " ", text))
    for letters in map(_letters, (text, re.sub(r"<[^<>]*>", " ", text))):
        for start in range(len(letters) - WINDOW + 1):
            if len(set(window := letters[start : start + WINDOW])) >= _DIFFERENT:
                yield window


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", unicodedata.normalize("NFKD", text)).casefold()


def folders_to_move(values: Mapping[str, object]) -> dict[str, str]:
    """By every folder outside the repository that the settings ``values`` name, the one inside that a study names.

    Raises:
        UserError: two of them have the same name.
    """
    entries = [entry for name in ("tasks", "further_tests", "checkpoints") for entry in values[name].values()]
    entries += [values["adaptation"], values["self_pretraining"], values["prompting"]["model"]]
    folders = sorted({entry["folder"] for entry in entries if "folder" in entry})
    places = {folder: f"{LOCAL}/{Path(folder).name}" for folder in folders
              if Path(folder).is_absolute() or os.path.normpath(folder).startswith("..")}
    for folder, place in places.items():
        if list(places.values()).count(place) > 1:
            raise UserError(f"{folder}: another folder of params.yaml has the same name; rename one, since a study has "
                            f"both in {LOCAL}, and run `dvc repro`")
    return places


def move_folders(text: str, places: Mapping[str, str]) -> str:
    """The text of ``params.yaml`` or ``dvc.lock`` with the other folders."""
    for folder, place in places.items():
        written = rf"(?<=: )([\"']?){re.escape(folder.rstrip('/'))}/?\1(?=\s*(?:[,}}]|#.*$|$))"
        text = re.sub(written, lambda quoted, place=place: f"{quoted[1]}{place}{quoted[1]}", text, flags=re.MULTILINE)
    return text


def refuse_paths(files: Iterable[Path], places: Iterable[str]) -> None:
    """Refuse files that name one of ``places``, folders of this machine."""
    named = re.compile("|".join(rf"{re.escape(place)}(?![\w.-])" for place in places if place != "/"))
    for path in files:
        try:
            found = named.search(path.read_text("utf-8"))
        except UnicodeDecodeError:
            raise UserError(f"{path.name}: expected a report, found no text in UTF-8; remove the file from reports/, "
                            "and save again") from None
        if found:
            raise UserError(f"{path.name}: expected no folder of this machine, found {found[0]}; put it into {LOCAL}, "
                            "let params.yaml name it there, and run `dvc repro`")
