"""What a report is made of, whatever it is written in: sections of sentences, facts, tables and charts."""

from dataclasses import dataclass
from typing import Literal

from stages.reporting.first_screen import Card
from stages.reporting.svg import Chart
from stages.wording.message import Message, Wording

Kind = Literal["header", "label", "text", "data", "number", "counts", "verdict"]


@dataclass(frozen=True)
class Table:
    """A table of plain texts of one or more lines.

    ``columns`` are (name, kind); those of kind ``header`` or ``label`` name their row. What ``label`` and ``data``
    hold, and what numbers of kind ``counts`` are headed by, is told by the data, and is in no language of the report.
    ``heat`` has the share, from 0 to 1, that shades each number of kind ``counts``.
    """

    caption: Wording
    columns: tuple[tuple[Wording, Kind], ...]
    rows: tuple[tuple[Wording, ...], ...]
    synthetic: bool
    heat: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class Part:
    """A further part of a section, under a heading of its own; ``key`` ends its address in the page.

    ``facts`` are (name, value), and ``parts`` are shown on a further request.
    """

    title: Wording
    sentences: tuple[Wording, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    facts: tuple[tuple[Wording, Wording], ...] = ()
    parts: tuple["Part", ...] = ()
    key: str = ""


@dataclass(frozen=True)
class Section:
    """The part on one task.

    ``meaning`` is in plain words, ``verdicts`` are (verdict, sentence), ``severities`` those of the
    findings, ``remarks`` qualify the verdicts, ``parts``
    hold the details.
    """

    name: str
    title: Wording
    short_title: Wording
    synthetic: bool
    meaning: tuple[Wording, ...]
    verdicts: tuple[tuple[str, Wording], ...]
    charts: tuple[Chart, ...]
    losses: Wording
    change: Table
    differs: tuple[Wording, ...]
    findings: Table | None
    severities: tuple[str, ...]
    remarks: tuple[Wording, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Report:
    """The whole report.

    ``banner`` is None where no task is synthetic; ``answer`` says in a sentence or two what came out, ``labels`` what
    pre-training is worth in labels, ``together`` what arms gain over several tasks, with a table where there are such.
    """

    banner: Message | None
    answer: tuple[Wording, ...]
    differences: Chart
    cards: tuple[Card, ...]
    sources: Wording
    overall: Wording
    summary: Table
    labels: tuple[Wording, ...]
    together: tuple[Wording, ...]
    aggregates: Table | None
    sections: tuple[Section, ...]
    charts: tuple[Chart, ...]
