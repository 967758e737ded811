"""Words and numbers as a reader sees them, and text from data made harmless."""

import re

from stages.wording import functions as wording

NONE = "–"  # in a cell that has no value
FEWEST = 20  # rows that an interval is told of


def markdown_text(text: str) -> str:
    """``text`` as plain text within a line or table cell of GitHub-flavoured Markdown."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = re.sub(r"([\\`*_{}\[\]|#~$])", r"\\\1", escaped)
    # Bare addresses become links without any markup.
    return escaped.replace("://", "&#58;//").replace("www.", "www&#46;")


def score(value: float) -> str:
    """A metric or a loss."""
    return f"{value:.3f}"


def points(difference: float, *beside: float, sign: str = "") -> str:
    """A difference of scores in points, see :func:`stages.wording.functions.points`."""
    return wording.points(difference, *beside, sign=sign).replace("-", "−")


def with_limits(difference: float, low: float, high: float) -> str:
    """A difference in points with its interval."""
    return (f"{points(difference, low, high, sign='+')} ({points(low, difference, high)} to "
            f"{points(high, difference, low)})")


def p_value(value: float) -> str:
    """A p value, see :func:`stages.wording.functions.p_value`."""
    return wording.p_value(value)


def count(number: int) -> str:
    """A whole number with thousands separated."""
    return f"{number:,}"


def numbered(number: int, noun: str) -> str:
    """A count with its noun in the right number."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
