"""The report as GitHub-flavoured Markdown, in one language: a summary, and the details of each task."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from stages.reporting.document import Part, Report, Section, Table
from stages.reporting.first_screen import Card
from stages.reporting.svg import Chart
from stages.reporting.texts import markdown_text
from stages.wording.catalogue import render as in_language
from stages.wording.message import Wording, message


class Places(NamedTuple):
    """Where the summary finds charts, details and the page, relative to its own folder."""

    plots: str
    details: str
    page: str


def render(report: Report, places: Places, language: str) -> str:
    """The summary: the answer, a line per comparison, and what each result means."""
    return "\n\n".join(_Renderer(places.plots, language).summary(report, places)) + "\n"


def render_details(section: Section, plots: str, language: str) -> str:
    """All that is known about one task, with its charts linked from the folder ``plots``."""
    return "\n\n".join(_Renderer(plots, language).section(section)) + "\n"


class _Renderer:
    def __init__(self, plots: str, language: str) -> None:
        self._plots, self._language = plots, language

    def summary(self, report: Report, places: Places) -> Iterator[str]:
        yield f"# {self._text(message('page-title'))}"
        yield f"**{' '.join(map(self._text, report.answer))}**"
        if report.banner:
            yield f"> {self._text(report.banner)}"
        yield "\n".join(self._cards(report.cards, places.details))
        yield self._image(report.differences)
        yield self._text(report.sources)
        yield from map(self._text, (*report.labels, *report.together))
        if report.aggregates:
            yield from self._table(report.aggregates)
        for section in report.sections:
            yield f"## {self._text(section.short_title)}{self._mark(section.synthetic)}"
            yield " ".join(map(self._text, section.meaning))
            yield from (self._text(sentence) for _, sentence in section.verdicts)
            if section.findings:
                yield "\n".join(f"- {' · '.join(map(self._text, row[:2]))} ({self._text(row[2])}): {self._text(row[3])}"
                                for row in section.findings.rows)
            yield (f"[{self._text(message('page-details'))}]({places.details}/{section.name}.md) · "
                   f"[{self._text(message('page-page'))}]({places.page}#{section.name})")
        yield f"## {self._text(message('page-how'))}"
        yield self._text(message('explanation'))

    def _cards(self, cards: Iterable[Card], details: str) -> Iterator[str]:
        names = (message("page-task"), message("page-verdict"), message("page-difference"),
                 message("page-both-scores"), message("page-worst"))
        yield f"| {' | '.join(map(self._text, names))} |"
        yield "| :-- | :-- | --: | :-- | :-- |"
        for card in cards:
            for one in card.outcomes:
                arm = f" ({self._text(one.arm)})" if one.arm else ""
                finding = ": ".join(self._text(text) for text in (one.worst.severity_name, one.worst.finding) if text)
                yield (f"| [{self._text(card.title)}{arm}]({details}/{card.name}.md) | {self._text(one.shown)} | "
                       f"{self._text(one.both)} | {self._text(one.scores)} | "
                       f"{finding} |")

    def section(self, section: Section) -> Iterator[str]:
        """The details of one task."""
        yield f"# {self._text(section.title)}{self._mark(section.synthetic)}"
        yield " ".join(map(self._text, section.meaning))
        yield from (self._text(sentence) for _, sentence in section.verdicts)
        yield f"## {self._text(message('page-curves'))}"
        yield "\n".join(map(self._image, section.charts))
        yield self._text(section.losses)
        yield f"## {self._text(message('page-change'))}"
        yield from self._table(section.change)
        yield f"## {self._text(message('page-differs'))}"
        yield from map(self._text, section.differs)
        yield f"## {self._text(message('page-mislead'))}"
        if section.findings:
            yield from self._table(section.findings)
        yield from map(self._text, section.remarks)
        for part in section.parts:
            yield from self._part(part, 2)

    def _part(self, part: Part, level: int) -> Iterator[str]:
        yield f"{'#' * level} {self._text(part.title)}"
        yield from map(self._text, part.sentences)
        yield from map(self._image, part.charts)
        if part.facts:
            yield "\n".join(f"- {self._text(name)}: {markdown_text('; '.join(self._rendered(value).splitlines()))}"
                            for name, value in part.facts)
        for table in part.tables:
            yield from self._table(table)
        for further in part.parts:
            yield from self._part(further, level + 1)

    def _table(self, table: Table) -> Iterator[str]:
        yield f"{self._text(table.caption)}:"
        kinds = [kind for _, kind in table.columns]
        lines = [[markdown_text(str(name)) if kind == "counts" else self._text(name) for name, kind in table.columns],
                 ["--:" if kind in ("number", "counts") else ":--" for kind in kinds],
                 *([self._cell(text, kind) for text, kind in zip(row, kinds, strict=True)] for row in table.rows)]
        yield "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def _cell(self, text: Wording, kind: str) -> str:
        data = isinstance(text, str) and kind in ("label", "data")
        return markdown_text(text if data else self._rendered(text)).replace("\n", "<br>")

    def _image(self, chart: Chart) -> str:
        return f"![{self._text(chart.description)}]({self._plots}/{chart.name}.svg)"

    def _mark(self, synthetic: bool) -> str:
        return f" ({self._text(message('page-synthetic'))})" if synthetic else ""

    def _text(self, text: Wording) -> str:
        return markdown_text(self._rendered(text))

    def _rendered(self, text: Wording) -> str:
        return in_language(text, self._language)
