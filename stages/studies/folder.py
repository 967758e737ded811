"""A saved study: a folder of ``reports/studies`` with the files of the reports, its settings and ``study.json``."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from stages.common.errors import UserError
from stages.common.files import read_json, sha256
from stages.results.reading import validated
from stages.results.verdicts import Verdicts
from stages.settings.overlays import apply_overlay
from stages.settings.schema import check_values
from stages.settings.yaml12 import parse_yaml

STUDIES = Path("reports/studies")
FACTS, LOCK, SETTINGS, VERDICTS = "study.json", "dvc.lock", "params.yaml", "verdicts.json"
_DIFFERENCE = ("difference", "low", "high")
_NAMED = ("tasks", "further_tests", "checkpoints", "recipes")  # sections whose keys are names that a study gives


def study_names() -> list[str]:
    """Names of the studies that there are."""
    return sorted(path.parent.name for path in STUDIES.glob(f"[!.]*/{FACTS}"))


def study_folder(name: str) -> Path:
    """The folder of a study, see :func:`check_study`."""
    if name not in study_names():
        raise UserError(f"{STUDIES}: no study '{name}'; there is {', '.join(study_names()) or 'none'}")
    check_study(STUDIES / name)
    return STUDIES / name


def check_study(folder: Path) -> dict[str, object]:
    """The content of ``study.json``.

    Raises:
        UserError: a file is missing, further or another than the one that was saved, or the summary is not that of the
            verdicts.
    """
    facts, found = read_json(folder / FACTS), files_of(folder)
    for name in sorted(found.keys() | facts["files"].keys()):
        if found.get(name) != facts["files"].get(name):
            raise UserError(f"{folder / name}: not the file that was saved; restore it with `git checkout {folder}`, "
                            "or save the study again")
    if facts["summary"] not in (summarize(folder), _former_summary(folder)):
        raise UserError(f"{folder / FACTS}: summary: does not follow from {VERDICTS}; save the study again")
    return dict(facts)


def files_of(folder: Path) -> dict[str, dict[str, object]]:
    """Size and SHA-256 of every file but ``study.json``."""
    return {path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256(path)}
            for path in sorted(folder.rglob("*")) if path.is_file() and path != folder / FACTS}


def summarize(folder: Path) -> dict[str, dict[str, dict[str, object]]]:
    """Verdict, that it is withheld if it is, difference and interval by task and comparison."""
    return {task: {name: {"verdict": judged.outcome} | {key: getattr(judged, key) for key in _DIFFERENCE}
                   for name, judged in found.named.items()}
            for task, found in validated(Verdicts, folder / VERDICTS).tasks.items()}


def _former_summary(folder: Path) -> dict[str, dict[str, dict[str, object]]]:
    """The same as studies have it that were saved when what is withheld was called inconclusive."""
    return {task: {name: one | {"verdict": "cannot_tell"} if one["verdict"] == "withheld" else one
                   for name, one in found.items()} for task, found in summarize(folder).items()}


def study_settings(folder: Path, default: Mapping[str, object]) -> str:
    """The text of ``params.yaml`` that repeats a study: its own, and settings that are newer at their ``default``.

    A task has its newer settings from the first one of the default.

    Raises:
        UserError: the present code does not take the settings.
    """
    text = (folder / SETTINGS).read_text("utf-8")
    values, task = parse_yaml(text, SETTINGS), next(iter(default["tasks"].values()))
    overlay = {key: value if key not in values else value | values[key] for key, value in default.items()
               if key not in values or (key not in _NAMED and _lacks(values[key], value))}
    if tasks := {name: task | entry for name, entry in values["tasks"].items() if _lacks(entry, task)}:
        overlay["tasks"] = tasks
    if overlay:
        text = apply_overlay(text, yaml.safe_dump(overlay, sort_keys=False, allow_unicode=True), "defaults")
    try:
        check_values(parse_yaml(text, SETTINGS))
    except UserError as error:
        raise UserError(f"{error} (in {folder})") from None
    return text


def _lacks(section: Any, default: Any) -> bool:
    return isinstance(default, dict) and not default.keys() <= section.keys()


@contextmanager
def settings_in_place(text: str) -> Iterator[Callable[[Path], Path]]:
    """Let functions that read ``params.yaml`` read ``text``; yields what makes a path that is valid meanwhile."""
    here = Path.cwd()
    with TemporaryDirectory() as folder:
        (Path(folder) / SETTINGS).write_text(text, "utf-8")
        with chdir(folder):
            yield lambda path: here / path
