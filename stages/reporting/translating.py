"""The report in Korean: each text by what it is in English, with its names and numbers in their places."""

import json
import re
from functools import cache
from typing import Any

from stages.reporting.findings_in_korean import EVIDENCE, NAMES, REASONS, REMEDIES, SEVERITIES
from stages.reporting.words_in_korean import ON_CHARTS, SENTENCES, WORDS

_EXACT = WORDS | SEVERITIES | NAMES | REASONS | REMEDIES
_TEMPLATES = SENTENCES | EVIDENCE
_LETTER = re.compile("[A-Za-z]")
_NUMBERS = re.compile(r"(?:[^A-Za-z]| to | of )*")
_OF = re.compile(r"([\d,]+) of ([\d,]+)")
_SEPARATORS = {" and ": ", ", "; ": "; ", ": ": ": ", ", ": ", "}
_BRACKETED = re.compile(r"(.*?) ?\((.*)\)", re.DOTALL)
_PLACES = {"{}": "(.*?)", "{#}": r"([−+-]?(?:[\d.,]+|inf|nan)(?: to [−\d.,]+)?(?: %)?)"}
_PARTS = re.compile(r"(\{#?\})")
_SHOWN = ("text", "subtitle", "title", "domain", "values")  # where a specification has words
_EXPRESSIONS = ("filter", "test", "labelExpr")
_QUOTED = re.compile("“(.+?)”")


@cache
def in_korean(text: str) -> str:
    """``text`` in Korean, or as it is where there is no Korean for it: names, numbers and what data say.

    Several lines, a list, a text with another in brackets and one after a colon are each told by their parts.
    """
    if not _LETTER.search(text):
        return text
    if _NUMBERS.fullmatch(text):
        return _OF.sub(r"\2 중 \1", text).replace(" to ", " ~ ")
    if text in _EXACT:
        return _EXACT[text]
    if "\n" in text:
        return "\n".join(map(in_korean, text.split("\n")))
    return _from_template(text) or _by_parts(text)


def _from_template(text: str) -> str:
    """Of all templates that fit, the one that says most; "" if none does."""
    for pattern, korean in _patterns():
        if found := pattern.fullmatch(text):
            return korean.format(*map(in_korean, found.groups()))
    return ""


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    longest_first = sorted(_TEMPLATES.items(), key=lambda entry: -len(entry[0]))
    return tuple((re.compile("".join(_PLACES.get(part, re.escape(part)) for part in _PARTS.split(english)), re.DOTALL),
                  korean) for english, korean in longest_first)


def _by_parts(text: str) -> str:
    text = _QUOTED.sub(lambda found: f"“{in_korean(found[1])}”", text)
    for separator, korean in _SEPARATORS.items():
        if separator in text:
            parts = text.split(separator, 1 if separator == ": " else -1)
            told = [in_korean(part) for part in parts]
            if told != parts:
                return korean.join(told)
    if found := _BRACKETED.fullmatch(text):
        before, within = map(in_korean, found.groups())
        if (before, within) != found.groups():
            return f"{before}({within})"
    return text


def chart_in_korean(spec: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """A specification of Vega-Lite whose titles and legends are told in Korean, without its rows; their words."""
    told: dict[str, str] = {}

    def translated(node: Any, key: str = "") -> Any:
        if isinstance(node, dict):
            return {name: translated(value, key if key == "values" else name) for name, value in node.items()}
        if isinstance(node, list):
            return [translated(value, key) for value in node]
        if isinstance(node, str) and key in _SHOWN:
            told[node] = ON_CHARTS.get(node) or in_korean(node)
            return told[node]
        return node

    def compared(node: Any, key: str = "") -> Any:
        """Expressions name what rows hold."""
        if isinstance(node, dict):
            return {name: compared(value, name) for name, value in node.items()}
        if isinstance(node, list):
            return [compared(value, key) for value in node]
        if isinstance(node, str) and key in _EXPRESSIONS:
            for english, korean in told.items():
                node = node.replace(f"'{english}'", f"'{korean}'").replace(
                    json.dumps(english, ensure_ascii=False), json.dumps(korean, ensure_ascii=False))
        return node

    korean = compared(translated(spec))
    return korean | {"data": {"values": []}}, {english: word for english, word in told.items() if word != english}
