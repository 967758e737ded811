"""Tables for a terminal: at most 100 columns, coloured where the terminal has colours and ``NO_COLOR`` is not set."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDTH = 100  # columns
RIGID = 30  # columns; what is longer is wrapped


@dataclass(frozen=True)
class Styled:
    """A text of one style of rich, such as "red"; it is no markup, so that data cannot style a terminal."""

    text: str
    style: str = ""


def open_console(stream: TextIO) -> Console:
    """The console of a stream; its width is that of the terminal, at most :data:`WIDTH`."""
    width = min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns)
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)


def make_table(columns: Sequence[str], rows: Sequence[Sequence[str | Styled]], right: Sequence[str] = ()) -> Table:
    """A table without lines between rows.

    Columns named in ``right`` hold numbers, which are not wrapped.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for column in columns:
        longest = max((cell_len(as_text(row[len(table.columns)]).plain) for row in rows), default=0)
        # A least width would push the last columns out of a narrow terminal.
        table.add_column(Text(column), justify="right" if column in right else "left", overflow="fold",
                         no_wrap=column in right and longest <= RIGID)
    for row in rows:
        table.add_row(*(as_text(value) for value in row))
    return table


def as_text(value: str | Styled) -> Text:
    """A value as rich prints it."""
    return Text(value.text, style=value.style) if isinstance(value, Styled) else Text(value)


def fit(text: str, width: int) -> str:
    """``text`` on one line, cut to ``width`` columns; Hangul takes two columns a letter."""
    line = " ".join(text.split())
    if cell_len(line) <= width:
        return line
    kept = ""
    for character in line:
        if cell_len(kept + character) > width - 1:
            break
        kept += character
    return f"{kept}…"
