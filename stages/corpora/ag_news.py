"""Reader of AG News: CSV ``"class","title","description"`` without a header, classes from 1.

Corpus: Zhang, Zhao and LeCun, 2015, https://arxiv.org/abs/1509.01626.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from stages.common.errors import UserError
from stages.corpora.lines import excerpt, malformed, read_lines
from stages.corpora.rows import Row
from stages.corpora.tasks import TASKS

LABELS = {str(position): label for position, label in enumerate(TASKS["ag_news"].labels, start=1)}
REMEDY = "restore the row or remove it"


def read(path: Path) -> Iterator[Row]:
    r"""Yield every row, its text being title, space, description; a row without text is marked as dropped.

    The texts stay as published, with the artefacts of their making: ``\`` for a line break, ``#39;`` for an
    apostrophe, markup. Both arms of a comparison see the same text, published scores were reached with it, and a
    cleaning rule would be one more choice that moves the numbers.
    """
    for number, columns in _records(path):
        if columns:
            yield _row(columns, path, number)


def _records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the columns of every record with the number of its first line."""
    # Line ends are given back because a quoted field may hold one.
    records = csv.reader((line + "\n" for line in read_lines(path)), strict=True)
    while True:
        number = records.line_num + 1
        try:
            columns = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            raise _malformed_row(path, number, f"broken quoting ({error})") from None
        yield number, columns


def _row(columns: list[str], path: Path, number: int) -> Row:
    if len(columns) != 3:
        raise _malformed_row(path, number, f"{len(columns)} in {excerpt(','.join(columns))}")
    position, title, description = columns
    if position not in LABELS:
        classes = ", ".join(f"{position} ({label})" for position, label in LABELS.items())
        raise malformed(path, number, f"class {classes}", excerpt(position), "correct the class or remove the row")
    text = f"{title} {description}"
    return Row(number, text=text, label=LABELS[position], dropped="" if text.strip() else "empty text")


def _malformed_row(path: Path, number: int, found: str) -> UserError:
    return malformed(path, number, '3 columns ("class","title","description")', found, REMEDY)
