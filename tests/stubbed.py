"""The project's own dvc.yaml, driven by DVC in this process, with stand-ins for the stages' commands.

A stand-in reads what its stage declares (deps and params) and writes what it declares, each output as a digest of what
it follows from. So the graph is real, the models are not, and a whole study takes seconds. What the stand-ins know of
the stages is written down in :func:`_follows`: which file of a folder follows from which.
"""

import hashlib
import json
import shutil
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from dvc.dependency.param import ParamsDependency
from dvc.repo import Repo
from dvc.stage.cache import StageCache

from stages import sources as stage_of_sources
from stages.common import sources as common_sources
from stages.common.sources import ROOT
from stages.settings.yaml12 import parse_yaml
from stages.spreading.left_over import remove_left_over
from tests.preloaded import quicken_dvc

CHARTS = ("loss.svg", "score.svg", "reliability.svg")  # of every task
FOLDERS: dict[str, tuple[str, ...]] = {
    "data/raw": ("train.txt", "test.txt"),
    "data/text": ("sample.txt",),
    "data/checkpoints": ("config.json", "model.safetensors", "origin.json", "tokenizer.json", "tokenizer_config.json"),
    "data/fetched": ("name.txt",),
    "data/prepared": ("train.jsonl", "validation.jsonl", "test.jsonl", "task.json"),
    "data/encoded": ("train.arrow", "validation.arrow", "test.arrow", "task.json"),
    "data/rows/": (),  # one for every cell
    "data/sized/": ("model.safetensors", "history.jsonl"),
    "data/further": ("rows.jsonl",),
    "data/models": ("config.json", "model.safetensors", "history.jsonl"),
    "data/predictions": ("cells.parquet",),
    "data/stress": ("cells.parquet", "stress.json"),
    "reports/plots": CHARTS,
}
SPLITS = {"train": "train", "validation": "train", "test": "test"}  # the raw part that a split comes from
ARCHITECTURE = {"vocabulary", "hidden_size", "layers", "heads", "max_length"}


_NEEDED: dict[tuple[Path, bytes], list[Path]] = {}  # by the place of a file and what it has


def _digest_once(path: Path) -> str:
    """The digest of a file's code, which is computed once for all projects."""
    if path.suffix != ".py":
        return common_sources.code_digest(path)
    return common_sources._python_digest(Path(path.name), path.read_bytes())


@dataclass
class Outcome:
    """What one ``dvc repro`` did: cells whose command ran, and cells whose outputs came from DVC's run cache."""

    ran: set[str] = field(default_factory=set)
    restored: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Definition:
    """One cell as DVC resolved it; ``params`` by file and key, with their present values."""

    command: str
    deps: frozenset[str]
    outs: frozenset[str]
    params: str


class Project:
    """A copy of the project's definitions and code in ``folder``, without results."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        monkeypatch.chdir(folder)
        monkeypatch.setenv("DVC_NO_ANALYTICS", "1")
        shutil.copytree(ROOT / "stages", folder / "stages", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("dvc.yaml", "params.yaml", ".dvcignore"):
            shutil.copyfile(ROOT / name, folder / name)
        for folder_of_user in ("data/local", "data/mine", "data/search", "reports/further"):
            (folder / folder_of_user).mkdir(parents=True)
        Repo.init(str(folder), no_scm=True).close()
        self._outcome = Outcome()
        quicken_dvc(monkeypatch.setattr)
        monkeypatch.setattr("dvc.rwlock.rwlock", lambda *_: nullcontext())  # no other DVC is at work here
        for module in (common_sources, stage_of_sources):
            monkeypatch.setattr(module, "ROOT", folder)
        monkeypatch.setattr(common_sources, "_needs", self._needs)
        monkeypatch.setattr(stage_of_sources, "code_digest", _digest_once)
        monkeypatch.setattr("dvc.stage.run.cmd_run", self._stand_in)
        restore = StageCache.restore

        def recording(cache: StageCache, stage: Any, *arguments: Any, **options: Any) -> None:
            restore(cache, stage, *arguments, **options)
            self._outcome.restored.add(stage.addressing)

        monkeypatch.setattr(StageCache, "restore", recording)

    def repro(self) -> Outcome:
        """Run ``dvc repro``."""
        self._outcome = Outcome()
        with Repo(str(self.folder)) as repo:
            repo.reproduce()
        return self._outcome

    def cells(self) -> dict[str, Definition]:
        """Every cell of the study as it stands now."""
        values: dict[str, dict[str, Any]] = {}
        with Repo(str(self.folder)) as repo:
            return {stage.addressing: self._definition(stage, values) for stage in repo.index.stages}

    def listings(self) -> dict[str, str]:
        """What the stage of the sources writes, by path."""
        self._list_sources()
        return {path.relative_to(self.folder).as_posix(): path.read_text("utf-8")
                for path in (self.folder / "data/sources").iterdir()}

    def text(self, name: str) -> str:
        """A file of the project."""
        return (self.folder / name).read_text("utf-8")

    def write(self, name: str, text: str) -> None:
        """Write a file of the project."""
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text, "utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace every ``old`` in a file, which must have it."""
        text = self.text(name)
        assert old in text, f"{name} has no {old!r}"
        self.write(name, text.replace(old, new))

    def _definition(self, stage: Any, read: dict[str, dict[str, Any]]) -> Definition:
        files = [dep for dep in stage.deps if not isinstance(dep, ParamsDependency)]
        tracked = {}
        for dep in stage.deps:
            if isinstance(dep, ParamsDependency):
                # Read once for all cells: DVC's own reading would take most of the time.
                if dep.def_path not in read:
                    read[dep.def_path] = parse_yaml(self.text(dep.def_path), dep.def_path)
                tracked[dep.def_path] = {key: _at(read[dep.def_path], key) for key in dep.params}
        return Definition(stage.cmd, frozenset(dep.def_path for dep in files),
                          frozenset(out.def_path for out in stage.outs), json.dumps(tracked, sort_keys=True))

    def _stand_in(self, stage: Any, **_options: Any) -> None:
        self._outcome.ran.add(stage.addressing)
        name = stage.addressing.split("@")[0]
        if name == "sources":  # the real one: it is quick
            self._list_sources()
            return
        if name == "check_params":
            remove_left_over()
        for out in stage.outs:
            kind = next((kind for kind in FOLDERS if out.def_path.startswith(kind)), None)
            folder_of_files = kind and not Path(out.def_path).suffix
            for part in self._files(kind) if folder_of_files else ("",):
                target = out.def_path + (f"/{part}" if part else "")
                self.write(target, self._digest(stage, name, Path(target)))

    def _files(self, kind: str) -> tuple[str, ...]:
        params = parse_yaml(self.text("params.yaml"), "")
        if kind == "data/rows/":
            cells = [(*size, seed) for size in [(), *((size,) for size in params["train_sizes"])]
                     for seed in params["seeds"]]
            return ("all.json", *("-".join(map(str, cell)) + ".json" for cell in cells))
        if FOLDERS[kind] != CHARTS:
            return FOLDERS[kind]
        return tuple(f"{task}-{name}" for task in params["tasks"] for name in CHARTS)

    def _needs(self, path: Path) -> list[Path]:
        """What a file imports, in place of the function that parses it for every project anew."""
        if path.suffix != ".py":
            return []
        key = path.relative_to(self.folder), path.read_bytes()
        if key not in _NEEDED:
            _NEEDED[key] = [found.relative_to(self.folder) for found in common_sources._needed(path)]
        return [self.folder / found for found in _NEEDED[key]]

    def _list_sources(self) -> None:
        assert stage_of_sources.main(["--out", "data/sources"]) == 0

    def _digest(self, stage: Any, name: str, target: Path) -> str:
        if name == "check_params":
            return "valid"
        inputs = [] if name == "checkpoint" else [stage.cmd]  # says no more than the name
        for dep in stage.deps:
            if isinstance(dep, ParamsDependency):
                inputs.append(str(_tracked(name, target, dep.read_params())))
            else:
                inputs += self._contents(name, target, Path(dep.def_path))
        if name == "assign_checkpoint":
            inputs = inputs[1:]
        return hashlib.sha256("\n".join(inputs).encode()).hexdigest()

    def _contents(self, name: str, target: Path, dep: Path) -> list[str]:
        path = self.folder / dep
        if path.suffix == ".sha256":
            lines = self.text(str(dep)).splitlines() if name != "assign_checkpoint" else []  # it copies files
            return [line for line in lines if target.suffix != ".svg" or "stages/reporting/page." not in line]
        if str(dep) == "data/checkpoints":  # of all of them, a task takes its own
            path /= parse_yaml(self.text("params.yaml"), "params.yaml")["tasks"][target.parts[2]]["checkpoint"]
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        return [self.text(str(file.relative_to(self.folder))) for file in files
                if file.is_file() and _follows(name, target, file)]


def _at(values: Any, key: str) -> Any:
    for part in key.split("."):
        values = values[part]
    return values


def _follows(name: str, target: Path, file: Path) -> bool:
    """Whether a file that a stage writes depends on a file in a folder that it reads."""
    if name == "assign_checkpoint":
        return file.name == target.name
    if name == "report" and target.suffix == ".svg":
        return file.name.split(".")[0] == target.stem.rpartition("-")[0]
    if name == "encode" and "data/encoded" in str(target) and file.name == "origin.json":
        return False  # it is told on the card
    if name in ("download", "preprocess", "encode") and target.stem in SPLITS and file.stem in SPLITS:
        return file.stem == (SPLITS[target.stem] if name == "preprocess" else target.stem)
    if name in ("preprocess", "encode") and target.name == "task.json":
        return file.stem not in SPLITS
    return True


def _tracked(name: str, target: Path, params: dict[str, Any]) -> dict[str, Any]:
    """The params that a file follows from: not all say something about all files of a stage."""
    if name == "encode" and "data/encoded" in str(target):  # the name of the checkpoint is told on the card
        return {key: value for key, value in params.items() if not key.endswith(".checkpoint")}
    if name == "report" and target.suffix == ".svg":  # tasks and language are not on it
        return {}
    if name == "assign_checkpoint":  # they refuse files, and change none
        return {}
    if name == "plan_sizes" and target.parts[1] == "rows":  # of its own size and seed, and no draw where all are used
        size, _, seed = target.stem.rpartition("-")
        whole = next(value for key, value in params.items() if key.endswith(".train_size"))
        drawn = params["draws"] > 1 and (size or whole)
        return {"size": size or whole} | ({"seed": seed, "split_seed": params["split_seed"]} if drawn else {})
    if name != "checkpoint":
        return params
    values = [value for key, value in params.items() if key.startswith("checkpoints.")]  # whatever its name
    if target.name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        return {"architecture": [{part: value["pretraining"][part] for part in sorted(ARCHITECTURE)}
                                 for value in values]}
    return {"checkpoint": values}
