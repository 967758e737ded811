"""The report as one HTML file that needs no network, and no script to be read: that makes its charts answer."""

from itertools import count
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from stages.reporting.document import Report
from stages.reporting.svg import Chart, javascript
from stages.wording.catalogue import ENGLISH, languages
from stages.wording.catalogue import render as in_language
from stages.wording.message import Wording, message

# What attributes say, which the page's script puts into the language that a reader chooses.
_NAMES = ("page-contents", "page-link", "page-theme-auto", "page-theme-light", "page-theme-dark")
_LIBRARY = "the library of the charts"
TEMPLATE = Path(__file__).with_name("page.html.j2")
PAGE_SCRIPT = Path(__file__).with_name("page.js")
STYLE = Path(__file__).with_name("page.css")


def render(report: Report, language: str) -> str:
    """HTML with the charts inside, which opens in ``language``; every text of ``report`` is escaped."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
                              keep_trailing_newline=True)
    environment.filters |= {"svg": _svg, "json": _json, "worded": _in_all, "data": _data, "word": _word}
    template = environment.from_string(TEMPLATE.read_text("utf-8"))
    title = (message("page-title"), *([message("page-synthetic")] if report.banner else []))
    named = {name: {one: in_language(message(name), one) for one in languages()} for name in _NAMES}
    named["page-title"] = {one: " · ".join(in_language(word, one) for word in title) for one in languages()}
    text = template.render(
        report=report, named=named, language=language,
        languages=languages(), message=message, number=count(1).__next__,
        style=Markup(STYLE.read_text("utf-8")),  # noqa: S704 - ours
        page_script=Markup(PAGE_SCRIPT.read_text("utf-8")))  # noqa: S704 - ours
    # No line may end between them; and the library comes last, as it is no text.
    return text.replace("95 %", "95\u00a0%").replace(" %p", "\u00a0%p").replace(_LIBRARY, javascript())


def _in_all(text: Wording) -> Markup:
    """A text in every language, where they differ; the page shows that of its language."""
    translations = {language: in_language(text, language) for language in languages()}
    if len(set(translations.values())) == 1:
        return escape(translations[ENGLISH])
    return Markup("").join(Markup('<span lang="{}">{}</span>').format(*one) for one in translations.items())


def _data(text: Wording) -> Markup:
    """What the data say, in no language; a message, where a row of data is told apart from others."""
    return escape(text) if isinstance(text, str) else _in_all(text)


def _word(text: Wording, language: str) -> str:
    """A text in one language, for an attribute."""
    return in_language(text, language)


def _json(chart: Chart, language: str) -> Markup:
    return Markup(chart.json(language))  # noqa: S704 - cannot end the script element that it stands in


def _svg(chart: Chart) -> Markup:
    return Markup(chart.inline)  # noqa: S704 - written by Vega and by us, who escape
