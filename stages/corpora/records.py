"""Records of a CSV file with the number of the line on which each begins."""

import csv
from collections.abc import Iterator
from pathlib import Path

from stages.corpora.lines import malformed, read_lines


def read_records(path: Path, expected: str, remedy: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line number, columns) of every record; a blank line has no columns.

    Fields may be quoted, with quotation marks doubled and line ends inside (RFC 4180). Broken quoting is a
    :class:`UserError` that tells what was ``expected`` and the ``remedy``.
    """
    # Line ends are given back because a quoted field may hold one.
    records = csv.reader((line + "\n" for line in read_lines(path)), strict=True)
    while True:
        number = records.line_num + 1
        try:
            columns = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            raise malformed(path, number, expected, f"broken quoting ({error})", remedy) from None
        yield number, columns
