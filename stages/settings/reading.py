"""Reading ``params.yaml`` in the working directory, and picking values by path."""

from pathlib import Path
from typing import Any

from stages.common.errors import UserError
from stages.settings.base import did_you_mean
from stages.settings.yaml12 import parse_yaml

PARAMS = Path("params.yaml")


def read_params() -> dict[str, Any]:
    """The parsed file, not validated."""
    try:
        values = parse_yaml(PARAMS.read_text("utf-8"), str(PARAMS))
    except UnicodeDecodeError as error:
        raise UserError(f"{PARAMS}: not UTF-8 at byte {error.start}; save it as UTF-8") from None
    except FileNotFoundError:
        raise UserError(f"{PARAMS}: no such file; run from the root of the repository") from None
    if not isinstance(values, dict):
        found = "nothing" if values is None else f"a {type(values).__name__}"
        raise UserError(f"{PARAMS}: expected a mapping of keys to values, found {found}; restore the committed file "
                        "with `git checkout params.yaml`")
    return values


def pick(params: dict[str, Any], path: str) -> Any:
    """The value at a dotted path. Stages read settings only here, so that tests can record which keys each reads."""
    value: Any = params
    keys = path.split(".")
    for depth, key in enumerate(keys, start=1):
        if not isinstance(value, dict) or key not in value:
            hint = did_you_mean(key, value) if isinstance(value, dict) else ""
            raise UserError(f"params.yaml: {'.'.join(keys[:depth])}: required key is missing{hint}")
        value = value[key]
    return value
