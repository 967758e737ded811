"""The report as one HTML file that needs nothing else: no script, no font, no network."""

from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from stages.reporting.content import EXPLANATION, SYNTHETIC, TITLE, Report
from stages.reporting.svg import Chart

TEMPLATE = Path(__file__).with_name("page.html.j2")


def render(report: Report) -> str:
    """HTML with the charts inside; every text of ``report`` is escaped."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
                              keep_trailing_newline=True)
    environment.filters["svg"] = _svg
    template = environment.from_string(TEMPLATE.read_text("utf-8"))
    text = template.render(report=report, title=TITLE, explanation=EXPLANATION, synthetic=SYNTHETIC)
    return text.replace("95 %", "95&nbsp;%")  # no line may end between them


def _svg(chart: Chart) -> Markup:
    return Markup(chart.inline)  # noqa: S704 - written by an XML serialiser, which escapes
