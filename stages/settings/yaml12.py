"""Read YAML as DVC does: by ruamel.yaml, which follows YAML 1.2.

PyYAML follows YAML 1.1: it reads ``2e-05`` as text, ``yes`` as true and ``12:30`` as 750. DVC writes ``lr: 2e-05`` for
``-S lr=2e-5``, so that a stage has to read it as DVC does (https://yaml.org/spec/1.2.2/#103-core-schema).
"""

import re
import unicodedata
from typing import Any

from ruamel.yaml import YAML, YAMLError
from ruamel.yaml.constructor import ConstructorError, DuplicateKeyError, SafeConstructor
from ruamel.yaml.nodes import MappingNode, ScalarNode
from ruamel.yaml.parser import ParserError
from ruamel.yaml.scanner import ScannerError

from stages.common.errors import UserError

_LOOKED_BACK = 3  # lines that are no comments
# Signs that look like those of YAML, by what was meant, where YAML would have them; elsewhere they are text.
_MEANT = {"':'": r"^[^:]*(：)[^:]*$", "a space": r"^[ -]*([\u00a0\u3000])|:([\u00a0\u3000])",
          "'\"'": "^[ -]*([“”])|: +([“”])", '"\'"': "^[ -]*([‘’])|: +([‘’])"}


class _Constructor(SafeConstructor):
    """Plain data without dates."""

    def check_mapping_key(self, node: MappingNode, key_node: Any, mapping: Any, key: Any, value: Any) -> bool:
        """As that of the library, whose message has values, and not the line of the first."""
        if key in mapping:
            first = next(known for known, _ in node.value if self.construct_object(known, deep=True) == key)
            raise DuplicateKeyError(None, None, f'found duplicate key "{key}", first in line '
                                                f"{first.start_mark.line + 1}", key_node.start_mark)
        return True


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
        if mark and isinstance(error, ParserError | ScannerError) and (odd := _odd_sign(text, mark.line)):
            raise UserError(f"{name}:{odd}") from None
        line = f":{mark.line + 1}" if mark else ""
        found = " ".join(str(getattr(error, "problem", None) or error).split())
        raise UserError(f"{name}{line}: not valid YAML: {found}{_remedy(error, text, mark)}") from None


def _odd_sign(text: str, last: int) -> str:
    """The number of a line, with a sign in it that is none of YAML's and probably caused the error; "" without any.

    YAML takes such a line as text, and notices in one of the next that no key can follow.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines()[:last + 1], start=1)
             if line.strip() and not line.lstrip().startswith("#")]
    for number, line in reversed(lines[-_LOOKED_BACK:]):
        for meant, pattern in _MEANT.items():
            if found := re.search(pattern, line.partition(" #")[0]):
                sign = next(filter(None, found.groups()))
                return f"{number}: not valid YAML: found '{sign}' ({unicodedata.name(sign)}); write {meant}"
    return ""


def _remedy(error: Exception, text: str, mark: Any) -> str:
    if isinstance(error, DuplicateKeyError):
        return "; remove one of the two"
    if mark and text[mark.index:mark.index + 1] == "\t":
        return "; indent by spaces"
    return "; correct this line or one before it" if isinstance(error, ParserError | ScannerError) else ""
