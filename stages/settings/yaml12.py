"""Read plain scalars with PyYAML as DVC does, by the YAML 1.2 rules of ruamel.yaml.

PyYAML itself follows YAML 1.1: it reads ``2e-05`` as text, ``yes`` as true and ``12:30`` as 750. DVC writes
``lr: 2e-05`` for ``-S lr=2e-5``, so the two must agree (https://yaml.org/spec/1.2.2/#103-core-schema).
"""

import re
from typing import Any, ClassVar

import yaml

from stages.common.errors import UserError

_TAG = "tag:yaml.org,2002:"
_PLAIN_SCALARS = (
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    (
        "float",
        r"[-+]?[0-9][0-9_]*\.[0-9_]*([eE][-+]?[0-9]+)?"
        r"|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+"
        # DVC's reader requires a sign in this exponent: it reads `.5e3` as text.
        r"|[-+]?\.[0-9_]+([eE][-+][0-9]+)?"
        r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
    ("int", r"[-+]?0b[01_]+|[-+]?0o[0-7_]+|[-+]?0x[0-9a-fA-F_]+|[-+]?[0-9_]+", "-+0123456789"),
    ("timestamp", r"\d{4}-\d\d?-\d\d?([Tt \t].*)?", "0123456789"),
    ("merge", r"<<", "<"),
)


class _Loader(yaml.SafeLoader):
    # SafeLoader's own table holds the YAML 1.1 rules; an empty one here replaces it.
    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value if key.tag != _TAG + "merge"]
        for position, key in enumerate(keys):
            if key in keys[:position]:
                raise yaml.constructor.ConstructorError(None, None, f"duplicate key '{key}'", node.start_mark)
        return super().construct_mapping(node, deep)


def _construct_int(loader: _Loader, node: yaml.ScalarNode) -> int:
    text = loader.construct_scalar(node).replace("_", "")
    digits = text.lstrip("+-")
    base = {"0b": 2, "0o": 8, "0x": 16}.get(digits[:2], 10)
    return int(text, base)


def _construct_float(loader: _Loader, node: yaml.ScalarNode) -> float:
    text = loader.construct_scalar(node).replace("_", "").lower()
    return float(text.replace(".inf", "inf").replace(".nan", "nan"))


def _refuse_timestamp(loader: _Loader, node: yaml.ScalarNode) -> None:
    raise yaml.constructor.ConstructorError(
        None, None, f"'{node.value}' reads as a date, which DVC refuses; put it in quotes", node.start_mark
    )


for _name, _pattern, _first in _PLAIN_SCALARS:
    _characters = [*_first, ""] if _name == "null" else list(_first)
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(f"^(?:{_pattern})$"), _characters)
_Loader.add_constructor(_TAG + "int", _construct_int)
_Loader.add_constructor(_TAG + "float", _construct_float)
_Loader.add_constructor(_TAG + "timestamp", _refuse_timestamp)


def parse_yaml(text: str, name: str) -> Any:
    """Parse YAML 1.2 safely (plain data only); malformed text is a :class:`UserError` with file and line."""
    try:
        return yaml.load(text, _Loader)  # noqa: S506 (a SafeLoader)
    except RecursionError:
        raise UserError(f"{name}: not valid YAML: nested too deeply") from None
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        found = " ".join(str(getattr(error, "problem", None) or error).split())
        remedy = {yaml.scanner.ScannerError: "; indent by spaces" if r"'\t'" in found else "",
                  yaml.parser.ParserError: "; correct this line or one before it"}.get(type(error), "")
        raise UserError(f"{name}{line}: not valid YAML: {found}{remedy}") from None
