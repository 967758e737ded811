"""The settings of a study: without folders of one machine, and as the present code takes them."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from stages.common.errors import UserError
from stages.settings.checkpoints import is_direct
from stages.settings.overlays import apply_overlay
from stages.settings.yaml12 import parse_yaml

LOCAL = "data/local"  # where a study has the files that are not in the repository
# Sections whose keys are names that a study gives; the keys of all others are those of the code.
_NAMED = ("tasks", "further_tests", "checkpoints", "recipes")


def outside_folders(values: Mapping[str, Any]) -> dict[str, str]:
    """By every folder of ``params.yaml`` that is outside the repository, the one in the repository to put it into.

    Raises:
        UserError: two folders have the same name, or a task names the folder of its checkpoint itself.
    """
    for task, entry in values["tasks"].items():
        if is_direct(entry["checkpoint"]) and Path(entry["checkpoint"]).is_dir():
            raise UserError(f"params.yaml: tasks.{task}.checkpoint: expected an entry of `checkpoints` or a name of "
                            "the Hub, found a folder; give it an entry with `source: local`, and run `dvc repro`")
    places = {folder: f"{LOCAL}/{Path(folder).name}" for _, folder in _folders(values) if _is_outside(folder)}
    for folder, inside in places.items():
        if list(places.values()).count(inside) > 1:
            raise UserError(f"{folder}: another folder of params.yaml has the same name; rename one, since a study has "
                            f"them beside each other in {LOCAL}")
    return places


def portable_settings(text: str, places: Mapping[str, str]) -> str:
    """The text of a ``params.yaml`` with other folders."""
    overlay: dict[str, Any] = {}
    for path, folder in _folders(parse_yaml(text, "params.yaml")):
        if folder in places:
            section = overlay
            for key in path:
                section = section.setdefault(key, {})
            section["folder"] = places[folder]
    return apply_overlay(text, _dumped(overlay), "folders") if overlay else text


def portable_lock(text: str, cells: set[str], places: Mapping[str, str]) -> str:
    """The text of ``dvc.lock`` with other folders, and the present ``cells`` alone."""
    lock = yaml.load(text, Loader=yaml.CSafeLoader)
    lock["stages"] = {cell: _moved(facts, places) for cell, facts in lock["stages"].items() if cell in cells}
    return _dumped(lock)


def completed_settings(text: str, default: Mapping[str, Any]) -> str:
    """The text of a study's ``params.yaml`` with the settings that it lacks, which are newer than the study.

    Args:
        default: the settings of the embedded default; a task of another name gets those of its first task.
    """
    values = parse_yaml(text, "params.yaml")
    overlay = {key: value if key not in values else value | values[key] for key, value in default.items()
               if key not in values or (key not in _NAMED and _lacks(values[key], value))}
    task = next(iter(default["tasks"].values()))
    if tasks := {name: task | entry for name, entry in values["tasks"].items() if _lacks(entry, task)}:
        overlay["tasks"] = tasks
    return apply_overlay(text, _dumped(overlay), "defaults") if overlay else text


def _lacks(section: Any, default: Any) -> bool:
    return isinstance(default, dict) and not default.keys() <= section.keys()


def _folders(values: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every folder that the settings name, with the keys of its entry."""
    for section in ("tasks", "further_tests", "checkpoints"):
        for name, entry in values[section].items():
            if "folder" in entry:
                yield (section, name), entry["folder"]
    yield ("adaptation",), values["adaptation"]["folder"]


def _is_outside(folder: str) -> bool:
    return Path(folder).is_absolute() or os.path.normpath(folder).startswith("..")


def _moved(value: Any, places: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _moved(inner, places) for key, inner in value.items()}
    if isinstance(value, list):
        return [_moved(inner, places) for inner in value]
    return places.get(value, value) if isinstance(value, str) else value


def _dumped(values: Any) -> str:
    return str(yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=1000))
