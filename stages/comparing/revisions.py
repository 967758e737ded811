"""The results of one revision: of a commit, of the working tree, or of a saved study."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypedDict

import yaml
from dvc.repo import Repo

from stages.common.errors import UserError
from stages.results.verdicts import Judgement, Verdicts
from stages.settings.yaml12 import parse_yaml

VERDICTS = "reports/verdicts.json"
WORKING_TREE = "workspace"
Copy = Callable[[str, Path], bool]  # of a path in the revision; False where it is not available


# What a stage in dvc.lock read, its command and params among it, and what it wrote: by path the digest.
Files = dict[Literal["inputs", "outputs"], dict[str, object]]


class PastRun(TypedDict, total=False):
    """A run in the metrics of any release."""

    arm: str
    tuning: str
    failed: bool
    after: dict[str, dict[str, float]]
    interval: dict[str, float]


class PastMetrics(TypedDict, total=False):
    """What ``evaluate`` of any release wrote about a task, as far as it is compared."""

    metric: str
    draws: int
    cells: dict[str, PastRun]


class PastFinding(TypedDict):
    """A finding of the doctor of any release, whose evidence was once a sentence."""

    name: str
    severity: str
    about: str
    evidence: object


@dataclass(frozen=True)
class Revision:
    """The results of a revision.

    Attributes:
        params: params.yaml by dotted path.
        cells: inputs and outputs of every stage in dvc.lock.
        metrics, findings: what ``evaluate`` and ``diagnose`` wrote, by task.
        verdicts: of ``judge``, by task and comparison; None in a commit that is older than that stage.
        copy: copies a path of the revision to another place, from DVC's cache or remote where DVC keeps it.
    """

    params: dict[str, object]
    cells: dict[str, Files]
    metrics: dict[str, PastMetrics]
    findings: dict[str, list[PastFinding]]
    verdicts: dict[str, dict[str, Judgement]] | None
    copy: Copy


def revision(repo: Repo, name: str) -> Revision:
    """The commit ``name``, or the working tree.

    Raises:
        UserError: it has no params.yaml or no reports.
    """
    root = Path(repo.root_dir)

    def text(path: str) -> str:
        try:
            return (root / path).read_text("utf-8") if name == WORKING_TREE else _committed(repo, name, path)
        except FileNotFoundError:
            raise UserError(f"{path}: not in {name[:12]}; compare revisions that have results, which `dvc repro` makes"
                            ) from None

    def copy(path: str, target: Path) -> bool:
        try:
            with repo.switch(name):
                repo.dvcfs.get(path, str(target), recursive=True)
        except Exception:  # whatever a cache or a remote may raise, the comparison falls back to intervals
            return False
        return True

    return _revision(text, copy, needs_verdicts=name == WORKING_TREE)


def saved_revision(folder: Path) -> Revision:
    """The results of a saved study, which has no predictions but their digests."""
    return _revision(lambda path: (folder / path.removeprefix("reports/")).read_text("utf-8"), lambda *_: False)


def _revision(text: Callable[[str], str], copy: Copy, needs_verdicts: bool = True) -> Revision:
    def verdicts() -> dict[str, dict[str, Judgement]] | None:
        try:
            found = Verdicts.model_validate_json(text(VERDICTS))
        except UserError:
            if needs_verdicts:
                raise
            return None
        return {task: judged.named for task, judged in found.tasks.items()}

    tasks = [task for task, found in json.loads(text("reports/metrics.json")).items() if isinstance(found, dict)]
    return Revision(
        dict(_flat(parse_yaml(text("params.yaml"), "params.yaml"))),
        _cells(yaml.load(text("dvc.lock"), Loader=yaml.CSafeLoader)),
        {task: json.loads(text(f"reports/metrics/{task}.json")) for task in tasks},
        {task: json.loads(text(f"reports/doctor/{task}.json")).get("findings", []) for task in tasks}, verdicts(),
        copy)


def _committed(repo: Repo, name: str, path: str) -> str:
    git = repo.scm.gitpython.repo
    try:
        return str(git.commit(name).tree.join(path).data_stream.read().decode())
    except KeyError:
        raise FileNotFoundError(path) from None


def _flat(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Leaves by their dotted path; a list is a leaf."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    else:
        yield path, value


def _cells(lock: dict[str, Any]) -> dict[str, Files]:
    return {cell: {
        "inputs": {"cmd": facts["cmd"], "params": facts.get("params", {})} | _digests(facts.get("deps", [])),
        "outputs": _digests(facts.get("outs", []))} for cell, facts in lock["stages"].items()}


def _digests(files: list[dict[str, str]]) -> dict[str, str]:
    return {file["path"]: file["md5"] for file in files}
