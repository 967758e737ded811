"""Charts as Vega-Lite: one specification is drawn as SVG here, and by Vega in a reader's browser.

Vega-Lite is what DVC draws its plots with, is written as data and not as code, and can be inlined whole (BSD licence,
https://vega.github.io/vega-lite/). The drawing here is by vl-convert, which has Vega inside and gives the same bytes
on every run.
"""

import json
import re
import zlib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from xml.sax.saxutils import escape

import vl_convert

from stages.wording.catalogue import ENGLISH, render
from stages.wording.message import Message, Wording, message

VERSION = "6.4"  # of Vega-Lite
# Legible on white and on near-black: a picture in a Markdown file does not know which it stands on.
INK = "#767676"
FONTS = ("system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans KR', 'Noto Sans CJK KR', 'Apple SD Gothic Neo', "
         "'Malgun Gothic', sans-serif")
MEASURED = "Liberation Sans"  # lies in vl-convert: what a machine has installed must not move a label
# A file is seen in another font. The widest of the usual ones, DejaVu Sans, takes so many times the room.
_WIDER, _WIDER_BOLD = 1.17, 1.25
STYLE: dict[str, Any] = {
    "background": "transparent",
    "font": MEASURED,
    "title": {"anchor": "start", "frame": "group", "fontSize": 13, "fontWeight": 600, "color": INK,
              "subtitleColor": INK, "subtitleFontSize": 11, "offset": 12},
    "axis": {"labelColor": INK, "titleColor": INK, "domainColor": INK, "tickColor": INK, "gridColor": INK,
             "gridOpacity": 0.25, "labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal",
             "labelLimit": 240, "labelSeparation": 6},  # of the last two numbers one stands to the left of its tick
    "legend": {"labelColor": INK, "titleColor": INK, "orient": "bottom", "labelFontSize": 11, "titleFontSize": 11,
               "titleFontWeight": "normal", "title": None,
               "symbolStrokeWidth": 2.2, "labelLimit": 320,
               "layout": {"bottom": {"anchor": "start", "direction": "vertical", "margin": 2}}},
    "view": {"stroke": None},
    "text": {"color": INK, "fontSize": 11},
    "rule": {"color": INK},
}
_ROOMY = {part: {name: round(value * (_WIDER_BOLD if part == "title" and name == "fontSize" else _WIDER), 2)
                 if name.lower().endswith(("fontsize", "limit")) else value for name, value in style.items()}
          if isinstance(style, dict) else style for part, style in STYLE.items()}
_SIZES = {f'font-size="{_ROOMY[part][name]}px"': f'font-size="{value}px"' for part, style in STYLE.items()
          if isinstance(style, dict) for name, value in style.items() if name.lower().endswith("fontsize")}
# What Vega writes and no reader sees: frames without a line, what its own scripts ask for, and what is so anyway.
_UNSEEN = re.compile(r'<path class="(?:fore|back)ground".*| (?:aria-[a-z]+|role|class|pointer-events)="[^"]*"'
                     rf'| opacity="1"| font-family="{MEASURED}"')
_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'


@dataclass(frozen=True)
class Chart:
    """A picture: the name of its file, what it shows in words, and its specification with messages for words.

    Files are in English, as their labels lie where a font without other scripts puts them; a page draws every language.
    """

    name: str
    title: Wording
    description: Wording
    template: dict[str, Any]

    def spec(self, language: str = ENGLISH) -> dict[str, Any]:
        """The specification of Vega-Lite in a language."""
        rendered = cache(lambda text: render(text, language))

        def worded(node: Any) -> Any:
            if isinstance(node, dict):
                return {name: worded(value) for name, value in node.items()}
            if isinstance(node, list | tuple):
                return [worded(value) for value in node]
            return rendered(node) if isinstance(node, Message) else node

        return {name: worded(value) for name, value in self.template.items()}

    @property
    def file(self) -> str:
        """As a file of its own."""
        return f"{self._markup}\n"

    @property
    def inline(self) -> str:
        """As a part of a page, in the page's colour of text."""
        return self._markup.replace(INK, "currentColor").replace(_NAMESPACE, "")

    def json(self, language: str = ENGLISH) -> str:
        """The specification for a script element of a page: no text in it can end that element.

        Its rows are apart, by column: numbers; or words, and for each row the place of its word among them. Numbers and
        places are in the English one alone.
        """
        spec, english = self.spec(language), self.spec()["data"]["values"]
        rows = spec["data"].pop("values")
        columns: dict[str, list[Any]] = {name: [row[name] for row in english] for name in (english or [{}])[0]}
        words: dict[str, list[Any]] = {}
        for name, column in columns.items():
            if not all(type(value) in (int, float) for value in column):
                known = dict(zip(column, (row[name] for row in rows), strict=True))
                words[name], places = list(known.values()), {word: place for place, word in enumerate(known)}
                columns[name] = [places[word] for word in column]
        data = {"spec": spec, "words": words} | ({"columns": columns} if language == ENGLISH else {})
        text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.replace(INK, "currentColor").replace(MEASURED, FONTS).replace("<", "\\u003c")

    @cached_property
    def _markup(self) -> str:
        drawn = vl_convert.vegalite_to_svg(self.spec() | {"config": _ROOMY}, vl_version=VERSION)
        opening, rest = drawn.split(">", 1)
        width, height = re.findall(r' (?:width|height)="([\d.]+)"', opening)
        # Ids must not meet those of other charts in one page; what Vega writes for screen readers says less than ours.
        rest = re.sub(r'(id="|url\(#)(?=\w)', rf"\g<1>{self.name}-", rest)
        rest = re.sub(r"<[^>]*>", _tidied, rest)
        return (
            f'<svg{_NAMESPACE} viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="{FONTS}"'
            f' role="img" aria-labelledby="{self.name}-title {self.name}-description" fill="none">'
            f'<title id="{self.name}-title">{escape(render(self.title))}</title>\n'
            f'<desc id="{self.name}-description">{escape(render(self.description))}</desc>\n{rest}')


def _tidied(tag: re.Match[str]) -> str:
    """A tag with sizes of letters as they are to be seen, and places to a tenth of a pixel."""
    tidied = re.sub(r'font-size="[^"]*"', lambda size: _SIZES[size[0]], _UNSEEN.sub("", tag[0]))
    return re.sub(r' (?:d|transform)="[^"]*"', lambda places: re.sub(
        r"-?\d+\.\d{2,}", lambda place: f"{float(place[0]):.1f}".removesuffix(".0"), places[0]), tidied)


def chart(
    name: str, title: Wording, description: Wording, spec: dict[str, Any], subtitle: Wording | Sequence[Wording] = ""
) -> Chart:
    """A chart in the project's style; ``spec`` is a view of Vega-Lite without title and style.

    ``subtitle`` is one line, or several.
    """
    heading = {"text": title} | ({"subtitle": subtitle} if subtitle else {})
    alternative = message("chart-described", title=title, description=description)
    return Chart(name, title, description, {"title": heading, "description": alternative, "config": STYLE} | spec)


@cache
def javascript() -> str:
    """Vega with what draws the specifications of a page in the place of their pictures: zlib's format in base64.

    As text it would be more than half of a page.
    """
    return b64encode(zlib.compress(vl_convert.javascript_bundle(_SNIPPET, vl_version=VERSION).encode(), 9)).decode()


# Charts in view come first, and other languages last: neither paper nor a change of language waits for a drawing. A
# chart that could not be drawn stays the picture that it was.
_SNIPPET = """
const figures = [...document.querySelectorAll("figure:has(script[data-chart])")];
const languages = [...document.querySelectorAll('input[name="language"]')];
const language = () => languages.find((choice) => choice.checked).value;
function specified(figure, wanted) {
  const read = (name) => JSON.parse(figure.querySelector(`script[data-chart="${name}"]`).textContent);
  const {columns} = read("en"), {spec, words} = read(wanted);
  const names = Object.keys(columns);
  spec.data.values = (columns[names[0]] ?? []).map((_, row) => Object.fromEntries(names.map(
    (name) => [name, words[name] ? words[name][columns[name][row]] : columns[name][row]])));
  return spec;
}
async function draw(figure, wanted) {
  const done = () => figure.querySelector(`:scope > div[lang="${wanted}"]`);
  if (done()) return;
  const place = document.createElement("div");
  place.lang = wanted;
  const spec = specified(figure, wanted);
  await vegaEmbed(place, spec, {mode: "vega-lite", actions: false, renderer: "svg"});
  if (done()) return;  // by another call meanwhile
  const drawn = place.querySelector("svg");
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", spec.description);
  drawn.querySelector("g").setAttribute("aria-hidden", "true");
  const before = figure.querySelector(":scope > div");
  if (before) before.after(place);
  else figure.querySelector("svg").replaceWith(place);
}
async function drawAll() {
  const wanted = language(), others = languages.map((choice) => choice.value).filter((one) => one !== wanted);
  const seen = (figure) => figure.checkVisibility() && figure.getBoundingClientRect().top < innerHeight;
  for (const drawn of [wanted, ...others])
    for (const figure of [...figures.filter(seen), ...figures.filter((figure) => !seen(figure))]) {
      await draw(figure, drawn).catch(console.error);
      await new Promise((resume) => setTimeout(resume));
      if (language() !== wanted) return;
    }
}
for (const choice of languages) choice.addEventListener("change", drawAll);
drawAll();
"""
