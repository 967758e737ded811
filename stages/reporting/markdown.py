"""The report in short, as GitHub-flavoured Markdown."""

from collections.abc import Iterable, Iterator
from typing import Literal

from stages.reporting.content import EXPLANATION, SYNTHETIC, TITLE, Part, Report, Section, Table
from stages.reporting.svg import Chart
from stages.reporting.texts import markdown_text
from stages.reporting.translating import in_korean
from stages.wording.catalogue import render as render_words
from stages.wording.message import Wording, message


def render(report: Report, plots: str, language: Literal["en", "ko"]) -> str:
    """Markdown with its charts linked from the folder ``plots``, a path relative to that of the Markdown."""
    return "\n\n".join(_Renderer(plots, language == "ko").report(report)) + "\n"


class _Renderer:
    def __init__(self, plots: str, korean: bool) -> None:
        self._plots, self._korean = plots, korean

    def report(self, report: Report) -> Iterator[str]:
        mark = self._mark(report.summary.synthetic)
        yield f"# {self._text(TITLE)}"
        yield self._text(EXPLANATION)
        if report.banner:
            yield f"> **{self._text(report.banner)}**"
        yield f"## {self._text('Summary')}"
        yield from self._table(report.summary)
        yield f"{mark}{self._text(report.overall)}"
        for sentence in report.labels:
            yield f"{mark}{self._text(sentence)}"
        if report.severe:
            yield f"{self._text('Severe findings')}:\n\n" + "\n".join(
                f"- {self._text(finding)}" for finding in report.severe)
        yield self._image(report.differences)
        for section in report.sections:
            yield from self._section(section)

    def _section(self, section: Section) -> Iterator[str]:
        yield f"## {self._text(section.title)}"
        mark = self._mark(section.synthetic)
        for _, sentence in section.verdicts:
            yield f"{mark}**{self._text(sentence)}**"
        if section.remarks:
            yield " ".join(map(self._text, section.remarks))
        if section.findings:
            yield from self._table(section.findings)
        yield from self._questions(section, mark)
        yield self._list(section.facts)
        yield from self._table(section.scores)
        yield from map(self._text, section.notes)
        if section.slices:
            yield from self._table(section.slices)
        yield "\n".join(map(self._image, section.charts))
        for table in (section.runs, section.baselines, *section.more_scores):
            yield from self._table(table)
        for part in section.parts:
            yield from self._part(part, mark)
        yield self._list(section.card_facts)
        for table in section.card:
            yield from self._table(table)

    def _questions(self, section: Section, mark: str) -> Iterator[str]:
        """Folded, as they say at length what the tables say in short."""
        yield f"<details><summary>{self._text(message('in-plain-words'))}</summary>"
        for question, answer in section.questions:
            yield f"**{self._text(question)}**\n\n{mark}{self._text(answer)}"
        yield "</details>"

    def _part(self, part: Part, mark: str) -> Iterator[str]:
        yield f"### {mark}{self._text(part.title)}"
        yield from map(self._text, part.sentences)
        yield from map(self._image, part.charts)
        for table in part.tables:
            yield from self._table(table)

    def _list(self, facts: Iterable[tuple[str, str]]) -> str:
        lines = ((name, "; ".join(self._words(value).splitlines())) for name, value in facts)
        return "\n".join(f"- {self._text(name)}: {markdown_text(value)}" for name, value in lines)

    def _table(self, table: Table) -> Iterator[str]:
        yield f"{self._mark(table.synthetic)}{self._text(table.caption)}:"
        kinds = [kind for _, kind in table.columns]
        lines = [[markdown_text(name) if kind == "counts" else self._text(name) for name, kind in table.columns],
                 ["--:" if kind in ("number", "counts") else ":--" for kind in kinds],
                 *([self._cell(text, kind) for text, kind in zip(row, kinds, strict=True)] for row in table.rows)]
        yield "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def _cell(self, text: Wording, kind: str) -> str:
        data = isinstance(text, str) and kind in ("label", "data")
        return markdown_text(text if data else self._words(text)).replace("\n", "<br>")

    def _image(self, chart: Chart) -> str:
        return f"![{markdown_text(chart.description)}]({self._plots}/{chart.name}.svg)"

    def _mark(self, synthetic: bool) -> str:
        return f"**{self._words(SYNTHETIC)}** " if synthetic else ""

    def _text(self, text: Wording) -> str:
        return markdown_text(self._words(text))

    def _words(self, text: Wording) -> str:
        return in_korean(text) if self._korean else render_words(text)
