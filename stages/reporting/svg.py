"""Matplotlib figures as SVG that is small, the same on every run, and fit to stand in a page beside others."""

import io
import re
import warnings
from contextlib import AbstractContextManager
from dataclasses import dataclass
from xml.etree import ElementTree

import matplotlib
from matplotlib.figure import Figure

# Legible on white and on near-black: a picture in a Markdown file does not know which it stands on.
INK = "#767676"
FONTS = ("system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans KR', 'Noto Sans CJK KR', 'Apple SD Gothic Neo', "
         "'Malgun Gothic', sans-serif")
STYLE = {
    "svg.fonttype": "none",  # text stays text, so a reader's browser finds the glyphs, Hangul too
    "svg.hashsalt": "headstart",
    "text.parse_math": False,
    "figure.constrained_layout.use": True,
    "font.size": 11.0,
    "axes.titlesize": 12.0,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": INK,
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "axes.formatter.useoffset": False,
    **dict.fromkeys(("figure.facecolor", "axes.facecolor", "savefig.facecolor"), "none"),
    **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK),
}
_NAMESPACE = "http://www.w3.org/2000/svg"


@dataclass(frozen=True)
class Chart:
    """A picture: the name of its file, what it shows in words, and its markup without a namespace."""

    name: str
    title: str
    description: str
    markup: str

    @property
    def file(self) -> str:
        """As a file of its own."""
        return f'<svg xmlns="{_NAMESPACE}"{self.markup.removeprefix("<svg")}\n'

    @property
    def inline(self) -> str:
        """As a part of a page, in the page's colour of text."""
        return self.markup.replace(INK, "currentColor")


def chart(figure: Figure, name: str, title: str, description: str) -> Chart:
    """Render ``figure``, which was made under :data:`STYLE`; ``name`` tells its ids from those of other charts."""
    stream = io.StringIO()
    with warnings.catch_warnings():
        # The font that measures the text may lack glyphs that the reader's has.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    root = ElementTree.fromstring(stream.getvalue())  # noqa: S314 - our own output
    _tidy(root, name)
    _describe(root, name, title, description)
    return Chart(name, title, description, ElementTree.tostring(root, encoding="unicode"))


def style() -> AbstractContextManager[None]:
    """Context in which figures are made and rendered: the project's style over Matplotlib's own, never the user's."""
    return matplotlib.rc_context({**_DEFAULTS, **STYLE})


_DEFAULTS = {key: value for key, value in matplotlib.rcParamsDefault.items()
             if key.split(".")[0] not in ("backend", "toolbar", "webagg", "keymap", "interactive", "timezone", "tk")}


def _tidy(root: ElementTree.Element, name: str) -> None:
    """Drop what is for drawing programs, and what would reach into the page: sheets of style and common ids."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.rpartition("}")[2] in ("metadata", "style"):
                parent.remove(child)
    values = (value for element in root.iter() for value in element.attrib.values())
    used = set(re.findall(r"#([\w.-]+)", " ".join(values)))
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        attributes = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
        if attributes.get("id") not in used:
            attributes.pop("id", None)
        else:
            attributes["id"] = f"{name}-{attributes['id']}"
        element.attrib = {key: _tidy_value(key, value, name) for key, value in attributes.items()}
        element.text = _tidy_text(element.text)
        element.tail = "\n" if element.tail else None


def _tidy_value(key: str, value: str, name: str) -> str:
    if key == "href":
        return value.replace("#", f"#{name}-", 1)
    if key == "style":
        value = re.sub(r"font-family:[^;]*;?\s*", "", value)
    return re.sub(r"url\(#", f"url(#{name}-", value).replace("\n", "")


def _tidy_text(text: str | None) -> str | None:
    return text if text and text.strip() else None


def _describe(root: ElementTree.Element, name: str, title: str, description: str) -> None:
    for size in ("width", "height", "version"):
        root.attrib.pop(size, None)
    width, height = root.attrib["viewBox"].split()[2:]
    root.attrib.update({
        "width": width, "height": height, "role": "img", "aria-labelledby": f"{name}-title {name}-description",
        "style": f"font-family: {FONTS}; stroke-linejoin: round"})
    for position, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = ElementTree.Element(tag, {"id": f"{name}-{'title' if tag == 'title' else 'description'}"})
        element.text, element.tail = text, "\n"
        root.insert(position, element)
