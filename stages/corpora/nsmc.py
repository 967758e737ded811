"""Reader of NSMC: tab-separated ``id``, ``document``, ``label`` under a header (https://github.com/e9t/nsmc)."""

from collections.abc import Iterator
from pathlib import Path

from stages.corpora.lines import excerpt, malformed, read_lines
from stages.corpora.rows import Row

HEADER = "id\tdocument\tlabel"
LABELS = {"0": "negative", "1": "positive"}


def read(path: Path) -> Iterator[Row]:
    """Yield every row; a row without text is marked as dropped.

    There is no quoting: a quotation mark is a character like any other, often unpaired, and a CSV reader would merge
    the lines between two of them.
    """
    lines = enumerate(read_lines(path), start=1)
    _, header = next(lines, (1, ""))
    if header != HEADER:
        raise malformed(path, 1, f"the header {HEADER!r}", excerpt(header), "put the header back as the first line")
    for number, line in lines:
        if line:
            yield _row(line, path, number)


def _row(line: str, path: Path, number: int) -> Row:
    columns = line.split("\t")
    if len(columns) != 3:
        raise malformed(path, number, "3 tab-separated columns (id, document, label)",
                        f"{len(columns)} in {excerpt(line)}", "restore the row or remove it")
    identifier, document, label = columns
    if label not in LABELS:
        raise malformed(path, number, "label 0 or 1", excerpt(label), "correct the label or remove the row")
    dropped = "" if document.strip() else "empty text"
    return Row(number, source_id=identifier, text=document, label=LABELS[label], dropped=dropped)
