"""Charts as Vega-Lite: one specification is drawn as SVG here, and by Vega in a reader's browser.

Vega-Lite is what DVC draws its plots with, is written as data and not as code, and can be inlined whole (BSD licence,
https://vega.github.io/vega-lite/). The drawing here is by vl-convert, which has Vega inside and gives the same bytes
on every run.
"""

import json
import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from xml.sax.saxutils import escape

import vl_convert

VERSION = "6.4"  # of Vega-Lite
# Legible on white and on near-black: a picture in a Markdown file does not know which it stands on.
INK = "#767676"
FONTS = ("system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans KR', 'Noto Sans CJK KR', 'Apple SD Gothic Neo', "
         "'Malgun Gothic', sans-serif")
MEASURED = "Liberation Sans"  # lies in vl-convert: what a machine has installed must not move a label
STYLE: dict[str, Any] = {
    "background": "transparent",
    "font": MEASURED,
    "title": {"anchor": "start", "frame": "group", "fontSize": 13, "fontWeight": 600, "color": INK,
              "subtitleColor": INK, "subtitleFontSize": 11, "offset": 12},
    "axis": {"labelColor": INK, "titleColor": INK, "domainColor": INK, "tickColor": INK, "gridColor": INK,
             "gridOpacity": 0.25, "labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal",
             "labelLimit": 240},
    "legend": {"labelColor": INK, "titleColor": INK, "orient": "bottom", "labelFontSize": 11, "title": None,
               "symbolStrokeWidth": 2.2, "labelLimit": 320,
               "layout": {"bottom": {"anchor": "start", "direction": "vertical", "margin": 2}}},
    "view": {"stroke": None},
    "text": {"color": INK, "fontSize": 11},
    "rule": {"color": INK},
}
_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'


@dataclass(frozen=True)
class Chart:
    """A picture: the name of its file, what it shows in words, and its specification."""

    name: str
    title: str
    description: str
    spec: dict[str, Any]

    @property
    def file(self) -> str:
        """As a file of its own."""
        return f"{self._markup}\n"

    @property
    def inline(self) -> str:
        """As a part of a page, in the page's colour of text."""
        return self._markup.replace(INK, "currentColor").replace(_NAMESPACE, "")

    @property
    def json(self) -> str:
        """The specification for a script element of a page: no text in it can end that element."""
        text = json.dumps(self.spec, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.replace(INK, "currentColor").replace(MEASURED, FONTS).replace("<", "\\u003c")

    @cached_property
    def _markup(self) -> str:
        drawn = vl_convert.vegalite_to_svg(self.spec, vl_version=VERSION)
        opening, rest = drawn.split(">", 1)
        width, height = re.findall(r' (?:width|height)="([\d.]+)"', opening)
        # Ids must not meet those of other charts in one page; what Vega writes for screen readers says less than ours.
        rest = re.sub(r'(id="|url\(#)(?=\w)', rf"\g<1>{self.name}-", rest)
        rest = re.sub(r' (?:aria-[a-z]+|role)="[^"]*"', "", rest)
        rest = rest.replace(f'"{MEASURED}"', f'"{FONTS}"')
        return (
            f'<svg{_NAMESPACE} viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
            f' role="img" aria-labelledby="{self.name}-title {self.name}-description" fill="none">'
            f'<title id="{self.name}-title">{escape(self.title)}</title>\n'
            f'<desc id="{self.name}-description">{escape(self.description)}</desc>\n{rest}')


def chart(name: str, title: str, description: str, spec: dict[str, Any], subtitle: str = "") -> Chart:
    """A chart in the project's style; ``spec`` is a view of Vega-Lite without title and style."""
    heading = {"text": title} | ({"subtitle": subtitle} if subtitle else {})
    return Chart(name, title, description, {"title": heading, "config": STYLE} | spec)


@cache
def javascript() -> str:
    """Vega with what draws the specifications of a page in the place of their pictures, for a script element."""
    return vl_convert.javascript_bundle(_SNIPPET, vl_version=VERSION).replace("</script", "<\\/script")


# A chart is drawn when its language is first asked for, those in view before the others. One that could not be drawn
# stays the picture that it was.
_SNIPPET = """
const figures = [...document.querySelectorAll("figure:has(script[data-chart])")];
const language = () => document.querySelector('input[name="language"]:checked').value;
function specified(figure, wanted) {
  const [english, korean] = [...figure.querySelectorAll("script[data-chart]")].map((data) =>
    JSON.parse(data.textContent));
  if (wanted === "en") return english;
  const word = (text) => Object.hasOwn(korean.words, text) ? korean.words[text] : text;
  korean.spec.data.values = english.data.values.map((row) => Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, word(value)])));
  return korean.spec;
}
async function draw(figure, wanted) {
  if (figure.querySelector(`:scope > div[lang="${wanted}"]`)) return;
  const picture = figure.querySelector("svg");
  const place = document.createElement("div");
  place.lang = wanted;
  await vegaEmbed(place, specified(figure, wanted), {mode: "vega-lite", actions: false, renderer: "svg"});
  const drawn = place.querySelector("svg");
  for (const name of ["role", "aria-labelledby"]) drawn.setAttribute(name, picture.getAttribute(name));
  drawn.querySelector("g").setAttribute("aria-hidden", "true");
  const before = figure.querySelector(":scope > div");
  if (before) return before.after(place);
  drawn.prepend(...picture.querySelectorAll(":scope > title, :scope > desc"));
  picture.replaceWith(place);
}
async function drawAll() {
  const wanted = language();
  const seen = (figure) => figure.checkVisibility() && figure.getBoundingClientRect().top < innerHeight;
  for (const figure of [...figures.filter(seen), ...figures.filter((figure) => !seen(figure))]) {
    await draw(figure, wanted).catch(console.error);
    await new Promise((resume) => setTimeout(resume));
    if (language() !== wanted) return;
  }
}
for (const choice of document.querySelectorAll('input[name="language"]')) choice.addEventListener("change", drawAll);
drawAll();
"""
