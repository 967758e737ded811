"""Reader of NSMC: tab-separated ``id``, ``document``, ``label`` under a header (https://github.com/e9t/nsmc).

The published files have no quoting: a quotation mark is an ordinary character, often unpaired, and a CSV reader would
merge the lines between two of them. Copies that another program wrote may be quoted, have commas instead of tabs, a
column of row numbers, or JSON lines; the format is recognised before the file is read.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stages.corpora.labels import refuse_other_order, unknown_label
from stages.corpora.records import required_columns, string, text, with_digits
from stages.corpora.rows import Row
from stages.corpora.tasks import TASKS

COLUMNS = {"id": ("id",), "document": ("document",), "label": ("label",)}
REQUIRED = ("document", "label")
NAMES = TASKS["nsmc"].labels
LABELS = {str(number): name for number, name in enumerate(NAMES)} | {name: name for name in NAMES}


def read(path: Path) -> Iterator[Row]:
    """Yield every row; a row without text is marked as dropped."""
    refuse_other_order(path, NAMES)
    return (_row(values, path, number) for number, values in required_columns(path, COLUMNS, REQUIRED).rows())


def describe(path: Path) -> tuple[str, ...]:
    """How :func:`read` reads the file."""
    return required_columns(path, COLUMNS, REQUIRED).described()


def _row(values: dict[str, Any], path: Path, number: int) -> Row:
    values = with_digits(values, "id", "label")
    identifier = string({"id": "", **values}, "id", path, number)
    document, label = text(values, "document", path, number), string(values, "label", path, number)
    if label not in LABELS:
        raise unknown_label(path, number, label, LABELS, f"label 0 or 1 ({' or '.join(NAMES)})",
                            "correct the label or remove the row")
    dropped = "" if document.strip() else "empty text"
    return Row(number, source_id=identifier, text=document, label=LABELS[label], dropped=dropped)
