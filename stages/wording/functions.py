"""What a catalogue can do with a value, besides what Fluent itself offers.

=============================================  ==========================================================
``SCORE($x)``                                  0.1234 as ``0.123``: metrics, losses
``OF_THOUSAND($x)``                            the same as ``123``
``POINTS($x, $y, …)``, ``POINTS($x, sign: "+")`` a difference of scores in hundredths: ``13.8``, ``+13.8``; with as
                                               many decimals as those of its interval, $y and further, have
``PERCENT($x)``, ``PERCENT($x, digits: 0)``    a share between 0 and 1: ``12.3 %``
``DECIMAL($x, digits: 1)``                     a number with so many decimals
``PLAIN($x)``                                  up to ten digits, without trailing zeros
``P($x)``, ``P_VALUE($x)``                     a p value: ``p = 0.012``, ``p < 0.001``; the same without ``p =``
``COUNT($n, one: "run", other: "runs")``       a whole number with its noun in the form that the number asks for
``LIST($xs)``                                  ``a, b and c``
``JOINED($xs, "; ")``                          the texts of a tuple one after the other
``LINES($xs)``                                 each on a line of its own
``CAPITALIZED($x)``                            as a sentence begins
``LANGUAGE($code)``                            the name of a language, or the code where it has none
``WORDS($x)``                                  a name such as ``batch_size`` as words
``PARTICLE($x, "은/는")``                       the value and the Korean particle that its last sound asks for
=============================================  ==========================================================

Numbers have the digits that Python writes and the signs of the language.
"""

from collections.abc import Callable
from typing import Any

from babel import Locale
from babel.lists import format_list
from babel.numbers import get_decimal_symbol, get_group_symbol
from fluent.runtime.types import FluentType

from stages.wording.particles import with_particle

_MOST_DECIMALS = 3  # of points
_LEAST_P = 0.001  # p values below it are not told apart
_LEVEL = 0.05  # of a verdict


class Texts(tuple[str, ...], FluentType):
    """Several texts as one value."""

    def format(self, locale: Locale) -> str:
        """As a list within a sentence."""
        return format_list(list(self), locale=locale) if self else ""


def p_value(value: float) -> str:
    """A p value with three decimals; with more where they would round it to 0.05, by which verdicts are decided.

    Small ones are not told apart, as a finite number of resamples cannot.
    """
    if value < _LEAST_P:
        return f"< {_LEAST_P}"
    digits = next((digits for digits in (3, 4, 5) if float(f"{value:.{digits}f}") != _LEVEL), 3)
    return f"{value:.{digits}f}"


def functions(locale: Locale) -> dict[str, Callable[..., str]]:
    """The functions by the names that they have in a catalogue."""
    symbols = str.maketrans({",": get_group_symbol(locale), ".": get_decimal_symbol(locale), "-": "−"})

    def written(digits: str) -> str:
        return digits.translate(symbols)

    def count(number: Any, **nouns: str) -> str:
        digits = written(f"{int(number):,}")
        form = locale.plural_form(int(number))
        return f"{digits} {nouns.get(form, nouns['other'])}" if nouns else digits

    return {
        "SCORE": lambda value: written(f"{value:.3f}"),
        "OF_THOUSAND": lambda value: written(f"{1000 * float(f'{value:.3f}'):,.0f}"),
        "POINTS": lambda *values, sign="": written(points(*values, sign=sign)),
        "PERCENT": lambda value, digits=1: written(f"{100 * value:.{int(digits)}f} %"),
        "DECIMAL": lambda value, digits: written(f"{value:,.{int(digits)}f}"),
        "PLAIN": lambda value: written(f"{value:,.10g}"),
        "P": lambda value: f"p {'' if value < _LEAST_P else '= '}{written(p_value(value))}",
        "P_VALUE": lambda value: written(p_value(value)),
        "COUNT": count,
        "LIST": lambda texts: texts.format(locale),
        "JOINED": lambda texts, separator=" ": str(separator).join(texts),
        "LINES": "\n".join,
        "CAPITALIZED": lambda text: str(text)[:1].upper() + str(text)[1:],
        "LANGUAGE": lambda code: locale.languages.get(str(code), str(code)),
        "WORDS": lambda text: str(text).replace("_", " "),
        "PARTICLE": lambda text, pair: with_particle(str(text), str(pair)),
    }


def points(value: float, *beside: float, sign: str = "") -> str:
    """A difference of scores in hundredths: with one decimal, or so many that no number beside zero reads as zero.

    Args:
        value: the difference, as a share of 1.
        beside: the other numbers of its interval or range, which have as many decimals.
        sign: "+" shows that of a gain, too.
    """
    # An interval that excludes zero must not seem to touch it.
    apart = [100 * one for one in (value, *beside) if abs(100 * one) >= 10 ** -_MOST_DECIMALS]
    digits = next(digits for digits in range(1, _MOST_DECIMALS + 1) if all(float(f"{one:.{digits}f}") for one in apart))
    return f"{100 * value:{sign}.{digits}f}"
