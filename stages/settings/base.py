"""Strict, frozen settings: an unknown key, a wrong type or a value out of range is an error with its path."""

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from stages.common.errors import UserError


class Settings(BaseModel):
    """A section of ``params.yaml``. An int is accepted where a float is meant; nothing else is converted."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


Section = TypeVar("Section", bound=Settings)


def validated(section: type[Section], values: Any, path: str, file: str = "params.yaml") -> Section:
    """Build ``section`` from parsed YAML or raise a :class:`UserError` naming the first failing path."""
    try:
        return section.model_validate(values)
    except ValidationError as failure:
        raise UserError(f"{file}: {_explain(failure, path)}") from None


def _explain(failure: ValidationError, path: str) -> str:
    problem = failure.errors()[0]
    where = ".".join([path, *map(str, problem["loc"])] if path else map(str, problem["loc"]))
    given = "" if problem["type"] == "missing" else f", got {problem['input']!r}"
    return f"{where}: {_expectation(problem)}{given}"


def _expectation(problem: Any) -> str:
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "extra_forbidden":
        return "unknown key; remove it or correct its spelling"
    if kind == "missing":
        return "required key is missing"
    if kind == "literal_error":
        return f"expected {context['expected']}"
    if kind.endswith("_type"):
        return f"expected {kind.removesuffix('_type')}"
    return str(problem["msg"]).removeprefix("Value error, ")
