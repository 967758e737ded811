"""A saved study: a folder of ``reports/studies`` with the files of the reports, its settings and ``study.json``."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from stages.common.errors import UserError
from stages.common.files import sha256
from stages.results.reading import Facts, validated
from stages.results.verdicts import Verdicts
from stages.settings.schema import check_values
from stages.settings.yaml12 import parse_yaml
from stages.studies.settings import completed_settings

STUDIES = Path("reports/studies")
FACTS, LOCK, SETTINGS = "study.json", "dvc.lock", "params.yaml"
_SAID = ("verdict", "difference", "low", "high")  # of a comparison


class StudyFacts(Facts):
    """The content of ``study.json``.

    Attributes:
        commit: of the code.
        summary: verdict, difference and its interval by task and comparison.
        inputs: size and SHA-256 of raw files by task or further test set.
        checkpoints: origin, and SHA-256 of files, by task.
        libraries: their releases.
        machine: processor, cores and memory.
        seconds: by stage, with the cells of which they are known.
        predictions: DVC's digest of the stored predictions by folder.
        files: size and SHA-256 of every other file of the study.
    """

    commit: str
    summary: dict[str, dict[str, dict[str, Any]]]
    inputs: dict[str, dict[str, Any]]
    checkpoints: dict[str, dict[str, Any]]
    libraries: dict[str, str]
    machine: dict[str, Any]
    seconds: dict[str, dict[str, float]]
    predictions: dict[str, str]
    files: dict[str, dict[str, Any]]


def study_names() -> list[str]:
    """Names of the studies that there are."""
    return sorted(path.parent.name for path in STUDIES.glob(f"[!.]*/{FACTS}"))


def study_folder(name: str) -> Path:
    """The folder of a study, of which nothing was changed since it was saved."""
    if name not in study_names():
        raise UserError(f"{STUDIES}: no study '{name}'; there is {', '.join(study_names()) or 'none'}")
    check_study(STUDIES / name)
    return STUDIES / name


def read_study(folder: Path) -> StudyFacts:
    """The facts of a study."""
    return validated(StudyFacts, folder / FACTS)


def check_study(folder: Path) -> StudyFacts:
    """The facts of a study.

    Raises:
        UserError: a file is missing, further or another than the one that was saved, or the summary is not that of the
            verdicts.
    """
    facts = read_study(folder)
    found = listing(folder)
    for name in sorted(found.keys() | facts.files.keys()):
        if found.get(name) != facts.files.get(name):
            raise UserError(f"{folder / name}: not the file that was saved; restore it with `git checkout {folder}`, "
                            "or save the study again")
    for problem, saved, present in (
            ("summary", facts.summary, summarize(validated(Verdicts, folder / "verdicts.json"))),
            ("predictions", facts.predictions, predictions((folder / LOCK).read_text("utf-8")))):
        if saved != present:
            raise UserError(f"{folder / FACTS}: {problem}: does not follow from the other files; save the study again")
    return facts


def listing(folder: Path) -> dict[str, dict[str, Any]]:
    """Size and SHA-256 of every file but ``study.json``."""
    return {path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256(path)}
            for path in sorted(folder.rglob("*")) if path.is_file() and path != folder / FACTS}


def summarize(verdicts: Verdicts) -> dict[str, dict[str, dict[str, Any]]]:
    """What the verdicts say, in short."""
    return {task: {name: {key: getattr(judged, key) for key in _SAID} for name, judged in found.named.items()}
            for task, found in verdicts.tasks.items()}


def predictions(lock: str) -> dict[str, str]:
    """DVC's digests of the stored predictions by folder."""
    return {out["path"]: out["md5"] for cell in yaml.load(lock, Loader=yaml.CSafeLoader)["stages"].values()
            for out in cell.get("outs", []) if "predictions" in Path(out["path"]).parts}


def study_settings(folder: Path, default: Mapping[str, Any]) -> str:
    """The text of ``params.yaml`` with which the present code repeats a study.

    Raises:
        UserError: the present code does not know the settings.
    """
    text = completed_settings((folder / SETTINGS).read_text("utf-8"), default)
    try:
        check_values(parse_yaml(text, SETTINGS))
    except UserError as error:
        raise UserError(f"{error} (settings of {folder}, made by commit {read_study(folder).commit[:7]})") from None
    return text


@contextmanager
def settings_in_place(text: str) -> Iterator[Callable[[Path], Path]]:
    """Let functions that read ``params.yaml`` read ``text``; yields what makes a path that is valid meanwhile."""
    here = Path.cwd()
    with TemporaryDirectory() as folder:
        (Path(folder) / SETTINGS).write_text(text, "utf-8")
        with chdir(folder):
            yield lambda path: here / path
