"""Overlays: YAML files of the settings that replace those of ``params.yaml``, whose other lines stay as they are.

A mapping in block style is merged key by key, into one in braces after that got a line for each key, and refused where
the present value is no mapping and not empty; ``null`` removes a key; any other value, a mapping in braces included,
replaces the present one as a whole. Only the lines of replaced values are edited, so comments, order and spelling of
the rest survive.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from stages.common.errors import UserError
from stages.corpora.lines import excerpt
from stages.settings.arms import ARMS
from stages.settings.reading import PARAMS
from stages.settings.yaml12 import parse_yaml

OVERLAYS = Path(__file__).parent / "presets"
# Overlays of each preset, in the order in which they are applied. Every preset sets the keys that another one sets.
PRESETS = {"sample": ("sample",), "laptop": ("published", "laptop"), "full": ("published", "full"),
           "klue": ("published", "full", "klue"), "nli": ("published", "full", "nli")}
_TASKS = "tasks.yaml"  # whole entries of the tasks of which other overlays have parts
_Entry = tuple[yaml.Node, yaml.Node]  # of a mapping: its key and its value
_Edit = tuple[int, int, str]  # start and end of a part of a text, and what takes its place


def apply_overlay(text: str, overlay: str, name: str) -> str:
    """Return the YAML ``text`` with the values of the YAML ``overlay``, a file called ``name``.

    A new key is inserted after the key that precedes it in the overlay, or else at the end of its mapping, together
    with the comments inside its value.

    Raises:
        UserError: one of the two is not valid YAML, or a value that has no key per line would lose something.
    """
    text, overlay = f"{text.rstrip()}\n", f"{overlay.rstrip()}\n"
    text = _with_lines(text, _mapping(overlay, name))
    edits = _edits(_mapping(text, "params.yaml"), _mapping(overlay, name), text, overlay)
    for start, end, replacement in sorted(edits, key=lambda edit: edit[:2])[::-1]:  # the last place first
        text = text[:start] + replacement + text[end:]
    return text


def apply_preset(text: str, name: str) -> str:
    """Return the text of a ``params.yaml`` switched to a preset."""
    text = _with_tasks(text)
    for overlay in PRESETS[name]:
        path = OVERLAYS / f"{overlay}.yaml"
        text = apply_overlay(text, path.read_text("utf-8"), path.name)
    return text


def _with_tasks(text: str) -> str:
    """``text`` with the entries of the four tasks that it lacks."""
    entries = re.findall(r"^  (\w+):\n((?:    .*\n)+)", (OVERLAYS / _TASKS).read_text("utf-8"), flags=re.MULTILINE)
    present = parse_yaml(text, str(PARAMS)).get("tasks") or {}
    missing = "".join(f"  {task}:\n{entry}" for task, entry in entries if task not in present)
    return apply_overlay(text, f"tasks:\n{missing}", _TASKS) if missing else text


def default_settings() -> dict[str, object]:
    """The values of the embedded default.

    Settings that no preset names are those of ``params.yaml``, but for those that name tasks or ask for more runs.
    """
    values = dict(parse_yaml(apply_preset(PARAMS.read_text("utf-8"), "sample"), str(PARAMS)))
    asked = {arm.asked_by: [] for arm in ARMS.values() if arm.asked_by}
    return values | asked | {"train_sizes": [], "further_tests": {}, "draws": 1}


def _mapping(text: str, name: str) -> yaml.MappingNode:
    """The places of all keys and values."""
    parse_yaml(text, name)  # for its error messages
    return yaml.compose(text, yaml.SafeLoader)


def _with_lines(text: str, changes: yaml.MappingNode) -> str:
    """``text`` with a line for each key of mappings in braces whose keys are to change; as it is where that fails."""
    while braces := next(_in_braces(_mapping(text, "params.yaml"), changes, text), None):
        key, value = braces
        indent = "\n" + " " * (key.start_mark.column + 2)
        entries = (f"{_flat(text, name)}: {_flat(text, given)}".rstrip() for name, given in value.value)
        lines = text[:key.end_mark.index] + ":" + "".join(indent + entry for entry in entries) + text[_end(value):]
        try:
            if parse_yaml(lines, "") != parse_yaml(text, ""):  # as where lines of a text in quotation marks are joined
                return text
        except UserError:
            return text
        text = lines
    return text


def _in_braces(base: yaml.MappingNode, changes: yaml.MappingNode, text: str) -> Iterator[_Entry]:
    """Mappings in braces, without comments, that ``changes`` have keys for; the outermost first."""
    wanted = {key.value: value for key, value in changes.value if _is_block(value)}
    for key, value in base.value:
        if isinstance(value, yaml.MappingNode) and key.value in wanted:
            if _is_block(value):
                yield from _in_braces(value, wanted[key.value], text)
            elif value.value and "#" not in text[value.start_mark.index:_end(value)]:
                yield key, value


def _flat(text: str, node: yaml.Node) -> str:
    return " ".join(line.strip() for line in text[node.start_mark.index:_end(node)].split("\n"))


def _edits(base: yaml.MappingNode, changes: yaml.MappingNode, text: str, overlay: str,
           path: str = "") -> Iterator[_Edit]:
    present: dict[str, _Entry] = {key.value: (key, value) for key, value in base.value}
    place = _line_end(text, base)  # of a new key
    for key, value in changes.value:
        if key.value in present:
            old_key, old_value = present[key.value]
            place = _line_end(text, old_value)
            if _is_null(value):
                yield _line_start(text, old_key), place, ""
            elif _is_block(value) and _is_block(old_value):
                yield from _edits(old_value, value, text, overlay, f"{path}{key.value}.")
            else:
                if _is_block(value) and not _is_null(old_value) and old_value.value:
                    raise UserError(
                        f"params.yaml: {path}{key.value}: expected a key per line, found "
                        f"{excerpt(text[old_value.start_mark.index:_end(old_value)])}; write each of its keys on a "
                        "line of its own, indented")
                yield old_key.end_mark.index, _end(old_value), _after(overlay, key, value)
        elif not _is_null(value):
            start = overlay[_line_start(overlay, key):key.end_mark.index]
            yield place, place, f"{start}{_after(overlay, key, value)}\n"


def _is_null(node: yaml.Node) -> bool:
    return node.tag == "tag:yaml.org,2002:null"


def _is_block(node: yaml.Node) -> bool:
    return isinstance(node, yaml.MappingNode) and not node.flow_style


def _end(node: yaml.Node) -> int:
    """Where the last value of a node ends. PyYAML lets collections in block style end at whatever comes next."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def _line_start(text: str, node: yaml.Node) -> int:
    return text.rfind("\n", 0, node.start_mark.index) + 1


def _line_end(text: str, node: yaml.Node) -> int:
    """The start of the line after a node."""
    return text.index("\n", _end(node)) + 1


def _after(text: str, key: yaml.Node, value: yaml.Node) -> str:
    """The colon and the value after a key; an alias is replaced by the value that it names, further up."""
    if value.start_mark.index > key.end_mark.index:
        return text[key.end_mark.index:_end(value)]
    if _is_block(value):
        return f":\n{text[_line_start(text, value.value[0][0]):_end(value)]}"
    return f": {text[value.start_mark.index:_end(value)]}"
