"""Strict, frozen settings: unknown keys, wrong types and values out of range are errors that name the key's path."""

import re
import unicodedata
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from stages.common.errors import UserError


class Settings(BaseModel):
    """A section of ``params.yaml``. An int is accepted for a float; nothing else is converted."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)


# Valid for every random number generator; Python's own takes -1 for 1.
Seed = Annotated[int, Field(ge=0, lt=2**32)]
Section = TypeVar("Section", bound=Settings)
_BOUNDS = {"greater_than": ("above", "gt"), "greater_than_equal": ("at least", "ge"), "less_than": ("below", "lt"),
           "less_than_equal": ("at most", "le")}
_TYPES = {"model_type": "keys with values", "int_from_float": "int", "tuple_type": "list"}
_AROUND = " \t'\"“”‘’"  # what stands around numbers in error
_FACTORS = {"k": 1e3, "m": 1e6, "%": 1e-2}


def validated(section: type[Section], values: Any, path: str, file: str = "params.yaml") -> Section:
    """Build ``section`` from parsed YAML or raise a :class:`UserError` naming the first failing path."""
    try:
        return section.model_validate(values)
    except ValidationError as failure:
        raise UserError(f"{file}: {_explain(failure, path)}") from None


def distinct(values: list[Any]) -> list[Any]:
    """The values themselves, or a ``ValueError`` where one is there twice."""
    if len(set(values)) < len(values):
        raise ValueError("expected distinct values")
    return values


def did_you_mean(given: object, known: Any) -> str:
    """The end of a message about an unknown name: a suggestion of a similar known name, or ""."""
    names = {str(name).lower(): str(name) for name in known}
    close = get_close_matches(str(given).lower(), names, n=1)
    return f"; did you mean {names[close[0]]}?" if close else ""


def _explain(failure: ValidationError, path: str) -> str:
    # A misspelled key is missing, too, and the spelling is the cause.
    problem = min(failure.errors(), key=lambda one: one["type"] != "extra_forbidden")
    names = [str(part) for part in problem["loc"] if part != "[key]"]
    where = ".".join([path, *names] if path else names)
    return f"{where}: {_expectation(problem)}{_given(problem)}{_remedy(problem, where)}"


def _expectation(problem: Any) -> str:
    kind, context = problem["type"], problem.get("ctx", {})
    if "[key]" in problem["loc"]:
        return "expected text as a name"
    if kind == "extra_forbidden":
        return "unknown key; remove it or correct its spelling"
    if kind == "missing":
        return "required key is missing"
    if kind == "literal_error":
        return f"expected {context['expected']}"
    if kind in _BOUNDS:
        word, key = _BOUNDS[kind]
        return f"expected a number {word} {context[key]:g}" if abs(context[key]) < 1e6 else (
            f"expected a number {word} {context[key]:,}")
    if kind in ("too_short", "string_too_short"):
        return "expected at least one entry" if kind == "too_short" else "expected text that is not empty"
    if kind == "finite_number":
        return "expected a finite number"
    if kind in _TYPES or kind.endswith("_type"):
        return f"expected {_TYPES.get(kind, kind.removesuffix('_type'))}"
    return str(problem["msg"]).removeprefix("Value error, ")


def _given(problem: Any) -> str:
    if problem["type"] == "missing" or (isinstance(problem["input"], dict) and problem["type"] == "value_error"):
        return ""  # the message has the values that contradict each other
    text = "nothing (null)" if problem["input"] is None else repr(problem["input"])
    return f", got {text if len(text) <= 80 else text[:77] + '...'}"


def _remedy(problem: Any, where: str) -> str:
    """How to write the value that was probably meant; "" if unclear."""
    kind, value = problem["type"], problem["input"]
    if kind == "missing":
        restored = "; add it, or restore the committed file with `git checkout HEAD -- params.yaml`"
        return restored if "." not in where else ""
    if kind in ("list_type", "tuple_type"):
        return one_of_list(where, value)
    if kind in ("int_type", "float_type", "int_from_float"):
        number = plain_number(value)
        if number is None or (kind != "float_type" and number != int(number)):
            return ""
        return f"; write {number if kind == 'float_type' else int(number)}{_odd_sign(value)}"
    if kind == "bool_type" and str(value).lower() in ("yes", "no", "on", "off", "1", "0", "true", "false"):
        return f"; write {str(str(value).lower() in ('yes', 'on', '1', 'true')).lower()}"
    if kind == "string_type":
        return f"; write '{value}' in quotes" if isinstance(value, int | float) else ""
    return ""


def one_of_list(where: str, value: object) -> str:
    """How to write a single value where a list is expected; DVC does not convert it either."""
    if value is None or isinstance(value, dict):
        return "; write [] for none" if value is None else ""
    if isinstance(value, bool):
        return "; write the entries in brackets, or [] for none"
    if where == "seeds" and isinstance(value, int) and 1 < value <= 10:
        first = list(range(1, value + 1))
        return (f"; write [{value}] for seed {value} alone, or {first} for {value} seeds, on the command line "
                f"-S 'seeds={str(first).replace(' ', '')}'")
    shown = ", ".join(re.split(r"[\s,]+", str(value).strip("[]() ")))
    return f"; write [{shown}], on the command line -S '{where}=[{shown.replace(' ', '')}]'"


def plain_number(value: object) -> float | None:
    """The number that text such as "12k", "10%", "1,000", "0,001" or "2e-5" denotes; None if it denotes none."""
    if isinstance(value, bool):
        return None
    text = unicodedata.normalize("NFKC", str(value)).replace("\N{MINUS SIGN}", "-").strip(_AROUND).lower()
    if re.match(r"[-+]?[1-9]\d{0,2}(,\d{3})+(?![\d,])", text):
        text = text.replace(",", "")
    elif "." not in text:
        text = text.replace(",", ".", 1)
    found = re.fullmatch(r"([-+]?[\d_]*\.?\d+(?:e[-+]?\d+)?)\s*([km%]?)", text)
    if not found:
        return None
    number = float(found[1].replace("_", "")) * _FACTORS.get(found[2], 1)
    return round(number, 12) if abs(number) < 1e15 else None


def _odd_sign(value: object) -> str:
    """The first sign that looks like one of a number and is none, for the end of a remedy; "" if there is none."""
    odd = next((sign for sign in str(value) if not sign.isascii()), None)
    return f", without '{odd}' ({unicodedata.name(odd, 'a sign without a name')})" if odd else ""
