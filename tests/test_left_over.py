"""Outputs of cells that the study no longer has are removed, and nothing else is."""

import hashlib
import json
from pathlib import Path

import pytest
import yaml
from dvc.output import loads_from
from dvc.repo import Repo
from dvc.stage import Stage
from scmrepo.git import Git

from stages.common.sources import ROOT
from stages.spreading.left_over import describe_removed, remove_left_over
from stages.spreading.run_cache import keep_results

PIPELINE = """
stages:
  first:
    cmd: make
    outs: [data/models/nsmc/scratch-1]
  sized:
    cmd: make
    outs: [data/sized/nsmc/64/models/scratch-1, data/sized/nsmc/sizes.json]
  predict:
    cmd: make
    deps: [data/models/nsmc, data/sized/nsmc, data/sized/nsmc/64/models]
    outs: [data/predictions/nsmc]
  checkpoint:
    cmd: make
    deps: [data/models/nsmc/scratch-7]
    outs: [data/checkpoints/ours]
  report:
    cmd: make
    deps: [reports/metrics]
    outs: [reports/plots]
"""
KEPT = ("data/models/nsmc/scratch-1/model", "data/sized/nsmc/64/models/scratch-1/model", "data/sized/nsmc/sizes.json",
        "data/predictions/nsmc/scratch-2",  # of a stage that writes the folder itself
        "data/models/nsmc/.scratch-2.partial/model",  # of a run that goes on
        "data/models/nsmc/scratch-7/model",  # what a setting names
        "data/models/mine/scratch-2/model",  # of no task, so that no stage reads it
        "data/local/scratch-2", "reports/plots/mine.svg", "reports/notes/mine.json")
REMOVED = ("data/models/nsmc/scratch-2/model", "data/sized/nsmc/32/predictions/rows",
           "data/sized/nsmc/64/models/scratch-2/model", "reports/metrics/mine.json")


def cache(home: Path, name: str) -> None:
    """What a run leaves of an output."""
    with Repo() as repo:
        output, = loads_from(Stage(repo, path=str(home / "dvc.yaml")), [str(home / name)])
        output.save()
        output.commit()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Git.init(str(tmp_path)).close()
    (tmp_path / ".gitignore").write_text("/data/*\n", "utf-8")
    Repo.init(str(tmp_path)).close()
    for name in (*KEPT, *REMOVED):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text", "utf-8")
    return tmp_path


def test_models_of_cells_that_are_gone_are_removed_and_nothing_else(home: Path) -> None:
    for name in (*KEPT, *REMOVED):
        cache(home, name)
    (home / "dvc.yaml").write_text(PIPELINE, "utf-8")
    removed = remove_left_over()
    assert [path.as_posix() for path in removed] == [
        "data/models/nsmc/scratch-2", "data/sized/nsmc/32", "data/sized/nsmc/64/models/scratch-2",
        "reports/metrics/mine.json"]
    assert describe_removed(removed).endswith(
        "data/models/nsmc: scratch-2; data/sized/nsmc: 32; data/sized/nsmc/64/models: scratch-2; "
        "reports/metrics: mine.json")
    assert [(home / name).exists() for name in (*KEPT, *REMOVED)] == [True] * len(KEPT) + [False] * len(REMOVED)
    assert remove_left_over() == []


def test_what_the_cache_does_not_have_is_left_alone(home: Path) -> None:
    """A model that was exported there, a note, a training that was never committed, a link."""
    (home / "dvc.yaml").write_text(PIPELINE, "utf-8")
    own = home / "data/models/nsmc/scratch-2"
    assert remove_left_over() == []
    for name in REMOVED:
        cache(home, name)
    (own / "note").write_text("mine", "utf-8")
    (home / "elsewhere").mkdir()
    (home / "data/models/nsmc/linked").symlink_to(home / "elsewhere")
    (home / "data/sized/nsmc/32/predictions/rows").write_text("edited", "utf-8")
    (home / "reports/metrics/mine.json").write_text("edited", "utf-8")
    assert [path.as_posix() for path in remove_left_over()] == ["data/sized/nsmc/64/models/scratch-2"]
    assert (own / "note").exists()
    assert (own / "model").exists()


def test_a_report_that_git_has_as_the_pipeline_wrote_it_is_removed(home: Path) -> None:
    """Of a fresh clone, whose cache is empty; not what somebody edited since, put beside it, or what git lacks."""
    for name in ("mine", "other"):
        (home / f"reports/metrics/{name}.json").write_text(name, "utf-8")
    (home / "reports/metrics/notes.md").write_text("mine", "utf-8")
    with Git(str(home)) as git:
        git.add(["reports/metrics/mine.json"])
    digest = hashlib.md5(b"mine", usedforsecurity=False).hexdigest()
    outs = [{"path": f"{folder}.json", "md5": digest} for folder in ("reports/metrics/mine", "reports/metrics/other")]
    outs.append({"path": "data/models/nsmc/scratch-2/model",
                 "md5": hashlib.md5(b"text", usedforsecurity=False).hexdigest()})
    (home / "dvc.lock").write_text(json.dumps({"schema": "2.0", "stages": {"gone": {"cmd": "x", "outs": outs}}}))
    (home / "dvc.yaml").write_text(PIPELINE, "utf-8")
    assert [path.as_posix() for path in remove_left_over()] == ["reports/metrics/mine.json"]
    assert sorted(path.name for path in (home / "reports/metrics").iterdir()) == ["notes.md", "other.json"]


def test_the_stage_that_removes_them_runs_for_earlier_settings_too(home: Path) -> None:
    stage = yaml.safe_load((ROOT / "dvc.yaml").read_text("utf-8"))["stages"]["check_params"]
    stage |= {"cmd": "echo valid > data/params.checked && echo run >> runs", "deps": ["params.yaml"]}
    (home / "dvc.yaml").write_text(yaml.safe_dump({"stages": {"check_params": stage}}), "utf-8")
    for seeds in (1, 2, 1):
        (home / "params.yaml").write_text(f"seeds: {seeds}\n", "utf-8")
        with Repo() as repo:
            repo.reproduce()
        keep_results()
    assert (home / "runs").read_text("utf-8").splitlines() == ["run"] * 3


@pytest.mark.parametrize("text", ["stages: [", "stages: {first: {cmd: make, outs: ['${missing}']}}"])
def test_nothing_is_removed_where_dvc_cannot_read_the_pipeline(home: Path, text: str) -> None:
    (home / "dvc.yaml").write_text(text, "utf-8")
    assert remove_left_over() == []
    assert all((home / name).exists() for name in (*KEPT, *REMOVED))
