"""The report in short, as GitHub-flavoured Markdown."""

from collections.abc import Iterable, Iterator

from stages.reporting.content import EXPLANATION, SYNTHETIC, TITLE, Part, Report, Section, Table
from stages.reporting.svg import Chart
from stages.reporting.texts import markdown_text


def render(report: Report, plots: str) -> str:
    """Markdown with its charts linked from the folder ``plots``, a path relative to that of the Markdown."""
    mark = f"**{SYNTHETIC}** " if report.summary.synthetic else ""
    overall = [f"{mark}{markdown_text(sentence)}" for sentence in report.overall]
    blocks = [f"# {TITLE}", EXPLANATION, *_banner(report), "## Summary", *_table(report.summary), *overall,
              *(f"{mark}{markdown_text(sentence)}" for sentence in report.labels), *_severe(report),
              _image(report.differences, plots)]
    for section in report.sections:
        blocks += _section(section, plots)
    return "\n\n".join(blocks) + "\n"


def _banner(report: Report) -> Iterator[str]:
    for sentence in report.banner:
        yield f"> **{markdown_text(sentence)}**"


def _severe(report: Report) -> Iterator[str]:
    if report.severe:
        yield "Severe findings:\n\n" + "\n".join(f"- {markdown_text(sentence)}" for sentence in report.severe)


def _section(section: Section, plots: str) -> Iterator[str]:
    yield f"## {markdown_text(section.title)}"
    mark = f"**{SYNTHETIC}** " if section.synthetic else ""
    for _, sentence in section.verdicts:
        yield f"{mark}**{markdown_text(sentence)}**"
    for sentence in section.korean:
        yield f"{mark}{markdown_text(sentence)}"
    if section.remarks:
        yield " ".join(map(markdown_text, section.remarks))
    if section.findings:
        yield from _table(section.findings)
    yield from _questions(section, mark)
    yield _list(section.facts)
    yield from _table(section.scores)
    if section.note:
        yield markdown_text(section.note)
    if section.slices:
        yield from _table(section.slices)
    yield "\n".join(_image(chart, plots) for chart in section.charts)
    yield from _table(section.runs)
    yield from _table(section.baselines)
    for table in section.more_scores:
        yield from _table(table)
    for part in section.parts:
        yield from _part(part, mark, plots)
    yield _list(section.card_facts)
    for table in section.card:
        yield from _table(table)


def _questions(section: Section, mark: str) -> Iterator[str]:
    """Folded, as they say at length what the tables say in short."""
    yield "<details><summary>In plain words · 쉽게 풀어 쓰면</summary>"
    for _, question, answer in section.questions:
        yield f"**{markdown_text(question)}**\n\n{mark}{markdown_text(answer)}"
    yield "</details>"


def _part(part: Part, mark: str, plots: str) -> Iterator[str]:
    yield f"### {mark}{markdown_text(part.title)}"
    yield from map(markdown_text, part.sentences)
    for chart in part.charts:
        yield _image(chart, plots)
    for table in part.tables:
        yield from _table(table)


def _list(facts: Iterable[tuple[str, str]]) -> str:
    lines = ((name, "; ".join(value.splitlines())) for name, value in facts)
    return "\n".join(f"- {markdown_text(name)}: {markdown_text(value)}" for name, value in lines)


def _table(table: Table) -> Iterator[str]:
    mark = f"**{SYNTHETIC}** " if table.synthetic else ""
    yield f"{mark}{markdown_text(table.caption)}:"
    rules = ["--:" if kind == "number" else ":--" for _, kind in table.columns]
    lines = [[markdown_text(name) for name, _ in table.columns], rules,
             *([markdown_text(text).replace("\n", "<br>") for text in row] for row in table.rows)]
    yield "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _image(chart: Chart, plots: str) -> str:
    return f"![{markdown_text(chart.description)}]({plots}/{chart.name}.svg)"
