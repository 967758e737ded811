"""Prompts: which training rows are the examples, what a row looks like in a prompt, and how a prompt is shortened."""

import re
from collections.abc import Callable, Sequence
from itertools import zip_longest

import numpy as np

from stages.settings.prompting import Template

Texts = tuple[str, ...]
BETWEEN = "\n\n"  # parts of a prompt


def draw_examples(labels: Sequence[str], number: int, seed: int) -> list[int]:
    """Places of the examples among training rows with these labels, in the order of the prompt.

    The labels take turns in an order that the seed draws, each with one of its rows, so that their numbers differ by
    one at most while all have rows left. Then the seed draws the order of the prompt.
    """
    generator = np.random.default_rng(seed)
    names = sorted(set(labels))
    rows = {name: [int(place) for place in generator.permutation(len(labels)) if labels[place] == name]
            for name in names}
    turns = [names[place] for place in generator.permutation(len(names))]
    rounds = zip_longest(*(rows[name] for name in turns))
    drawn = [place for one in rounds for place in one if place is not None][:number]
    return [drawn[place] for place in generator.permutation(len(drawn))]


def render_query(template: Template, texts: Texts) -> str:
    """The end of the prompt of a row, up to its label."""
    return template.query.format(text=texts[0], text_pair=texts[-1])


def render_prefix(template: Template, labels: Sequence[str], examples: Sequence[Texts], answers: Sequence[str]) -> str:
    """Instruction and examples, which all rows share; "" where there are none."""
    instruction = template.instruction.format(labels=", ".join(map(template.word, labels)))
    shown = (render_query(template, texts) + template.gap + template.word(answer)
             for texts, answer in zip(examples, answers, strict=True))
    return "".join(part + BETWEEN for part in (instruction, *shown) if part)


def shortened(rows: Sequence[Texts], fits: Callable[[Sequence[Texts]], bool]) -> list[Texts] | None:
    """The rows themselves if they fit; else the last word of the longest text is dropped until they do.

    That leaves every text its first n words with the largest n that fits. Where not even one word does, as of texts
    without spaces, it is their first n characters. None if nothing but empty texts would fit.
    """
    if fits(rows):
        return list(rows)
    for beginning in (r"\s*(?:\S+\s+){{0,{}}}\S+|", r"(?s:.){{0,{}}}\S|"):
        low, high = 0, max((len(text) for texts in rows for text in texts), default=0)
        while high - low > 1:  # n = high does not fit
            middle = (low + high) // 2
            low, high = (middle, high) if fits(_first(rows, beginning, middle)) else (low, middle)
        if low:
            return _first(rows, beginning, low)
    return None


def _first(rows: Sequence[Texts], beginning: str, number: int) -> list[Texts]:
    """Of every text what matches up to ``number`` units and ends with no space."""
    pattern = re.compile(beginning.format(number - 1))
    return [tuple(pattern.match(text)[0] for text in texts) for texts in rows]  # type: ignore[index]

