"""The report in Korean: each text by what it is in English, with its names and numbers in their places."""

import json
import re
from functools import cache
from typing import Any

from stages.reporting.words_in_korean import ON_CHARTS, SENTENCES, WORDS
from stages.results.arm_words import words_of
from stages.settings.arms import ARMS
from stages.wording.catalogue import render
from stages.wording.message import Message, Wording

_TEMPLATES = SENTENCES
_LONGEST = 3000  # characters of a text that is compared with templates
_DEEPEST = 30  # brackets and colons of a text that is told by its parts
_LETTER = re.compile("[A-Za-z]")
_NUMBERS = re.compile(r"(?:[^A-Za-z]| to | of | and )*")
_OF = re.compile(r"([\d,]+) of ([\d,]+)")
_PLACES = {"{}": "(.*?)", "{=}": "(.*?)", "{#}": r"([−+-]?(?:[\d.,]+|inf|nan)(?: to [−\d.,]+)?(?: %)?)"}
_PLACE = re.compile(r"(\{[#=]?\})")
_SHOWN = ("text", "subtitle", "title", "domain", "values")  # where a specification has words
_EXPRESSIONS = ("filter", "test", "labelExpr")
_QUOTED = re.compile("“(.+?)”")


@cache
def in_korean(text: Wording) -> str:
    """``text`` in Korean, or as it is where there is no Korean for it: names, numbers and what data say.

    Several lines, a list, a text with another in brackets and one after a colon are each told by their parts.
    """
    if isinstance(text, Message):
        return render(text, "ko")
    if not _LETTER.search(text):
        return text
    if _NUMBERS.fullmatch(text):
        return _OF.sub(r"\2 중 \1", text).replace(" to ", " ~ ").replace(" and ", ", ")
    if text in (words := _words()):
        return words[text]
    if "\n" in text:
        return "\n".join(map(in_korean, text.split("\n")))
    return _from_template(text) or _by_parts(text)


@cache
def _words() -> dict[str, str]:
    arms = {words_of(arm).label: render(words_of(arm).name, "ko") for arm in ARMS}
    return WORDS | arms | {arm.capitalize(): korean for arm, korean in arms.items()}


def _from_template(text: str) -> str:
    """Of all templates that fit, the longest; "" if none does."""
    for pattern, places, korean in _patterns() if len(text) <= _LONGEST else ():
        if found := pattern.fullmatch(text):
            return korean.format(*(held if place == "{=}" else in_korean(held)
                                   for held, place in zip(found.groups(), places, strict=True)))
    return ""


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], tuple[str, ...], str], ...]:
    longest_first = sorted(_TEMPLATES.items(), key=lambda entry: -len(entry[0]))
    return tuple((re.compile("".join(_PLACES.get(part, re.escape(part)) for part in _PLACE.split(english))),
                  tuple(_PLACE.findall(english)), korean) for english, korean in longest_first)


def _by_parts(text: str) -> str:
    if (parts := _split(text, "; ")) != [text]:
        return "; ".join(map(in_korean, parts))
    if text.count("(") + text.count(": ") > _DEEPEST:
        return text
    before, within = _last_bracket(text)
    if within and (told := (in_korean(before), in_korean(within))) != (before, within):
        return f"{told[0]}({told[1]})"
    for separator, korean in ((": ", ": "), (" and ", ", "), (", ", ", ")):
        parts = _split(text, separator)
        if separator == ": ":
            parts = [parts[0], separator.join(parts[1:])] if len(parts) > 1 else parts
        if parts != [text] and (told_parts := [in_korean(part) for part in parts]) != parts:
            return korean.join(told_parts)
    return _QUOTED.sub(lambda found: f"“{in_korean(found[1])}”", text)


def _split(text: str, separator: str) -> list[str]:
    """The parts of a text at the separators that stand in no brackets and in no quotation marks."""
    parts, depth, start = [], 0, 0
    for place, character in enumerate(text):
        depth += (character in "(“") - (character in ")”")
        if depth == 0 and text.startswith(separator, place):
            parts.append(text[start:place])
            start = place + len(separator)
    return [*parts, text[start:]]


def _last_bracket(text: str) -> tuple[str, str]:
    """What stands before the bracket that a text ends with, and in it; "" where it does not end with one."""
    depth = 0
    for place in range(len(text) - 1, -1, -1) if text.endswith(")") else ():
        depth += (text[place] == ")") - (text[place] == "(")
        if depth == 0:
            return text[:place].removesuffix(" "), text[place + 1 : -1]
    return text, ""


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
