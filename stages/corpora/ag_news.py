"""Reader of AG News: CSV ``"class","title","description"`` without a header, classes from 1.

Corpus: Zhang, Zhao and LeCun, 2015, https://arxiv.org/abs/1509.01626.
"""

from collections.abc import Iterator
from pathlib import Path

from stages.corpora.lines import excerpt, malformed
from stages.corpora.records import read_records
from stages.corpora.rows import Row
from stages.corpora.tasks import TASKS

LABELS = {str(position): label for position, label in enumerate(TASKS["ag_news"].labels, start=1)}
COLUMNS = '3 columns ("class","title","description")'
REMEDY = "restore the row or remove it"


def read(path: Path) -> Iterator[Row]:
    r"""Yield every row, its text being title, space, description; a row without text is marked as dropped.

    The texts stay as published, with the artefacts of their making: ``\`` for a line break, ``#39;`` for an
    apostrophe, markup. Both arms of a comparison see the same text, published scores were reached with it, and a
    cleaning rule would be one more choice that moves the numbers.
    """
    for number, columns in read_records(path, COLUMNS, REMEDY):
        if columns:
            yield _row(columns, path, number)


def _row(columns: list[str], path: Path, number: int) -> Row:
    if len(columns) != 3:
        raise malformed(path, number, COLUMNS, f"{len(columns)} in {excerpt(','.join(columns))}", REMEDY)
    position, title, description = columns
    if position not in LABELS:
        classes = ", ".join(f"{position} ({label})" for position, label in LABELS.items())
        raise malformed(path, number, f"class {classes}", excerpt(position), "correct the class or remove the row")
    text = f"{title} {description}"
    return Row(number, text=text, label=LABELS[position], dropped="" if text.strip() else "empty text")
