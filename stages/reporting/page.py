"""The report as one HTML file that needs no network, and no script to be read: that makes its charts answer."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from stages.reporting.content import EXPLANATION, SYNTHETIC, TITLE, Report
from stages.reporting.svg import Chart, javascript
from stages.reporting.translating import chart_in_korean, in_korean
from stages.wording.catalogue import render as render_words
from stages.wording.message import Wording, message

_SCRIPT = "/* the script of the charts */"
TEMPLATE = Path(__file__).with_name("page.html.j2")


def render(report: Report, language: Literal["en", "ko"]) -> str:
    """HTML with the charts inside, which opens in ``language``; every text of ``report`` is escaped."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
                              keep_trailing_newline=True)
    environment.filters |= {"svg": _svg, "json": _json, "both": _both, "words": words_in}
    template = environment.from_string(TEMPLATE.read_text("utf-8"))
    words = (TITLE, SYNTHETIC) if report.banner else (TITLE,)
    heading = " ".join(map(in_korean, words) if language == "ko" else words)
    text = template.render(report=report, title=TITLE, heading=heading, explanation=EXPLANATION, synthetic=SYNTHETIC,
                           language=language, plain=message("in-plain-words"))
    # No line may end between them; and the script comes last, as it is no text.
    return text.replace("95 %", "95\u00a0%").replace(_SCRIPT, javascript())


def words_in(text: Wording, language: str) -> str:
    """A text in one language."""
    return in_korean(text) if language == "ko" else render_words(text)


def _both(text: Wording) -> Markup:
    """A text in both languages, where it has a Korean one; the page shows that of its language."""
    english, korean = (words_in(text, language) for language in ("en", "ko"))
    if english == korean:
        return escape(english)
    return Markup('<span lang="en">{}</span><span lang="ko">{}</span>').format(english, korean)


def _json(chart: Chart, language: str) -> Markup:
    """The specification; of the Korean one with the words for its rows, which stand in the English one already."""
    if language == "ko":
        spec, words = chart_in_korean(chart.spec)
        chart = replace(chart, spec={"spec": spec, "words": words})
    return Markup(chart.json)  # noqa: S704 - cannot end the script element that it stands in


def _svg(chart: Chart) -> Markup:
    return Markup(chart.inline)  # noqa: S704 - written by Vega and by us, who escape
