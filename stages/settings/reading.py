"""Reading ``params.yaml`` in the working directory, and picking values by path."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from stages.common.errors import UserError
from stages.settings.base import Section, did_you_mean, validated
from stages.settings.yaml12 import parse_yaml

PARAMS = Path("params.yaml")


def read_params() -> dict[str, object]:
    """The parsed file, not validated; not to be changed, as who reads it next gets the same values."""
    try:
        values = _parsed(PARAMS.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise UserError(f"{PARAMS}: not UTF-8 at byte {error.start}; save it as UTF-8") from None
    except FileNotFoundError:
        raise UserError(f"{PARAMS}: no such file; run from the root of the repository, or bring it back by `git "
                        f"checkout HEAD -- {PARAMS}`") from None
    if not isinstance(values, dict):
        found = "nothing" if values is None else f"a {type(values).__name__}"
        raise UserError(f"{PARAMS}: expected a mapping of keys to values, found {found}; restore the committed file "
                        "with `git checkout HEAD -- params.yaml`")
    return values


@lru_cache(maxsize=1)  # a stage picks several values
def _parsed(text: str) -> Any:
    return parse_yaml(text, str(PARAMS))


def pick(path: str) -> Any:
    """The value at a dotted path. Stages read settings only here, so that tests can record which keys each reads."""
    value: Any = read_params()
    keys = path.split(".")
    for depth, key in enumerate(keys, start=1):
        if not isinstance(value, dict) or key not in value:
            hint = did_you_mean(key, value) if isinstance(value, dict) else ""
            raise UserError(f"params.yaml: {'.'.join(keys[:depth])}: required key is missing{hint}")
        value = value[key]
    return value


def read_section(kind: type[Section], path: str) -> Section:
    """The settings at a dotted path."""
    return validated(kind, pick(path), path)


def read_keys(kind: type[Section], path: str) -> Section:
    """The settings of ``kind`` below a dotted path; no stage depends on others there."""
    return validated(kind, {name: pick(f"{path}.{name}") for name in kind.model_fields}, path)
