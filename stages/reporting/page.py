"""The report as one HTML file that needs no network, and no script to be read: that makes its charts answer."""

from pathlib import Path
from typing import Literal

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from stages.reporting.content import EXPLANATION, SYNTHETIC, TITLE, Report
from stages.reporting.findings_in_korean import FINDINGS_IN_KOREAN
from stages.reporting.korean import EXPLANATION_IN_KOREAN, LABELS
from stages.reporting.svg import Chart, javascript

_SCRIPT = "/* the script of the charts */"
_KOREAN = LABELS | FINDINGS_IN_KOREAN
TEMPLATE = Path(__file__).with_name("page.html.j2")


def render(report: Report, language: Literal["en", "ko"]) -> str:
    """HTML with the charts inside, which opens in ``language``; every text of ``report`` is escaped."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
                              keep_trailing_newline=True)
    environment.filters |= {"svg": _svg, "json": _json, "both": _both}
    template = environment.from_string(TEMPLATE.read_text("utf-8"))
    text = template.render(report=report, title=TITLE, explanation=EXPLANATION, synthetic=SYNTHETIC,
                           explanation_in_korean=EXPLANATION_IN_KOREAN, language=language)
    # No line may end between them; and the script comes last, as it is no text.
    return text.replace("95 %", "95\u00a0%").replace(_SCRIPT, javascript())


def _both(text: str) -> Markup:
    """A text in both languages, where it has a Korean one; the page shows that of its language."""
    if text not in _KOREAN:
        return escape(text)
    return Markup('<span lang="en">{}</span><span lang="ko">{}</span>').format(text, _KOREAN[text])


def _json(chart: Chart) -> Markup:
    return Markup(chart.json)  # noqa: S704 - cannot end the script element that it stands in


def _svg(chart: Chart) -> Markup:
    return Markup(chart.inline)  # noqa: S704 - written by Vega and by us, who escape
