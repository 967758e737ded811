"""Label names as files spell them: ``labels.txt`` beside a corpus, and labels in another spelling than ours."""

import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from stages.common.errors import UserError
from stages.corpora.lines import excerpt, malformed, read_lines
from stages.corpora.tasks import LABEL_FILES


def unknown_label(
    path: Path, number: int, found: str, known: Iterable[str], expected: str, remedy: str
) -> UserError:
    """The error about a label that is none of ``known``; it names one that differs in case, spaces or width alone."""
    for name in known:
        if _folded(found) == _folded(name):
            return malformed(path, number, expected, f"{excerpt(found)}, which differs from {name!r} in "
                             f"{_difference(found, name)}", f"write {name!r} in all such rows")
    return malformed(path, number, expected, excerpt(found), remedy)


def _folded(label: str) -> str:
    return unicodedata.normalize("NFKC", label).strip().casefold()


def _difference(found: str, name: str) -> str:
    differs = {"surrounding spaces": found != found.strip(),
               "case": found.strip() != name and found.strip().casefold() == name.casefold()}
    return " and ".join(kind for kind, holds in differs.items() if holds) or "the width of its characters"


def read_names(path: Path, labels: Sequence[str]) -> list[str]:
    """The label names of a file that has one per line.

    Raises:
        UserError: they are not ``labels`` in some order.
    """
    names = [line.strip() for line in read_lines(path) if line.strip()]
    if sorted(names) != sorted(labels):
        raise malformed(path, 1, f"{', '.join(labels)}, one per line, each once", excerpt(", ".join(names)),
                        "give every label its name, in this spelling")
    return names


def refuse_other_order(path: Path, labels: Sequence[str]) -> None:
    """Refuse a file of label names beside ``path`` whose order is not that of ``labels``, by which numbers are read.

    Raises:
        UserError: such a file has other names or another order.
    """
    for file in (path.with_name(name) for name in LABEL_FILES):
        if file.is_file() and read_names(file, labels) != list(labels):
            raise malformed(file, 1, f"the corpus's own order {', '.join(labels)}", "another order",
                            f"write names instead of numbers into {path.name}, or correct the order")
