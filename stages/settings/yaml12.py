"""Read YAML as DVC does: by ruamel.yaml, which follows YAML 1.2.

PyYAML follows YAML 1.1: it reads ``2e-05`` as text, ``yes`` as true and ``12:30`` as 750. DVC writes ``lr: 2e-05`` for
``-S lr=2e-5``, so that a stage has to read it as DVC does (https://yaml.org/spec/1.2.2/#103-core-schema).
"""

from typing import Any

from ruamel.yaml import YAML, YAMLError
from ruamel.yaml.constructor import ConstructorError, DuplicateKeyError, SafeConstructor
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.parser import ParserError
from ruamel.yaml.scanner import ScannerError

from stages.common.errors import UserError


class _Constructor(SafeConstructor):
    """Plain data without dates."""


def _refuse_date(constructor: _Constructor, node: ScalarNode) -> None:
    raise ConstructorError(
        None, None, f"'{node.value}' reads as a date, which DVC refuses; put it in quotes", node.start_mark)


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _refuse_date)


def parse_yaml(text: str, name: str) -> Any:
    """Parse YAML 1.2 safely (plain data only); malformed text is a :class:`UserError` with file and line."""
    reader = YAML(typ="safe")
    reader.Constructor = _Constructor
    try:
        return reader.load(text)
    except RecursionError:
        raise UserError(f"{name}: not valid YAML: nested too deeply") from None
    except (YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        found = " ".join(str(getattr(error, "problem", None) or error).split())
        raise UserError(f"{name}{line}: not valid YAML: {found}{_remedy(error, text, mark)}") from None


def _remedy(error: Exception, text: str, mark: Any) -> str:
    if isinstance(error, DuplicateKeyError):
        return "; remove one of the two"
    if mark and text[mark.index:mark.index + 1] == "\t":
        return "; indent by spaces"
    return "; correct this line or one before it" if isinstance(error, ParserError | ScannerError) else ""
