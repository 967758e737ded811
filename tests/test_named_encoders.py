"""A checkpoint that is no entry of `checkpoints`: an encoder of the Hub, or a folder, that a task names itself."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from types import SimpleNamespace
from typing import Any

import pytest

from stages import assign_checkpoint, check_params, checkpoint, fetch_checkpoint, new_task
from stages.common.errors import UserError
from stages.common.files import read_json, sha256
from stages.common.sources import ROOT
from stages.settings.checkpoints import HubCheckpoint, LocalCheckpoint, checkpoint_from, direct_checkpoint, is_direct
from stages.settings.yaml12 import parse_yaml
from tests import tiny
from tests.hub_server import StandIn, connected_hub, read_files, running_hub
from tests.small_project import copied_project, run, started

NAME = "some/encoder"
FETCH = ["--task", "nsmc", "--out", "data/fetched/nsmc"]
ASSIGN = ["--task", "nsmc", "--checkpoints", "data/checkpoints", "--fetched", "data/fetched/nsmc", "--out", "initial"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("published")
    tiny.write_checkpoint(folder)
    return read_files(folder)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[StandIn]:
    with connected_hub(tmp_path / "cache") as stand_in:
        yield stand_in


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hub: StandIn) -> Path:
    """A project with the settings as they are delivered; what the stage starts as a process runs in this one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text("utf-8"), "utf-8")
    (tmp_path / "data" / "local").mkdir(parents=True)
    monkeypatch.setattr(fetch_checkpoint, "subprocess", SimpleNamespace(run=lambda command, check: CompletedProcess(
        command, checkpoint.main(command[3:]))))
    return tmp_path


def environment(hub: StandIn, folder: Path) -> dict[str, str]:
    return {"HF_ENDPOINT": hub.address, "HF_HOME": str(folder / "hub"), "HF_HUB_OFFLINE": "0",
            "OMP_NUM_THREADS": "1", "NO_PROXY": "127.0.0.1"}


def set_checkpoint(given: str, **task: Any) -> None:
    params = parse_yaml(Path("params.yaml").read_text("utf-8"), "params.yaml")
    params["tasks"]["nsmc"] |= {"checkpoint": given} | task
    Path("params.yaml").write_text(json.dumps(params), "utf-8")


# What is meant


@pytest.mark.parametrize(("given", "repository", "revision"), [
    ("klue/bert-base", "klue/bert-base", "main"), ("klue/bert-base@v1.0", "klue/bert-base", "v1.0"),
    ("klue/bert-base@refs/pr/3", "klue/bert-base", "refs/pr/3")])
def test_a_name_of_the_hub(home: Path, given: str, repository: str, revision: str) -> None:
    assert is_direct(given)
    assert direct_checkpoint(given, "here") == HubCheckpoint(
        source="hub", folder=given, repository=repository, revision=revision)


def test_a_folder_that_exists_is_one(home: Path) -> None:
    (home / "klue" / "bert-base").mkdir(parents=True)
    for given in ("klue/bert-base", "./klue", str(home)):
        assert direct_checkpoint(given, "here") == LocalCheckpoint(source="local", folder=given)
    assert not is_direct("bilingual_small")


@pytest.mark.parametrize(("given", "remedy"), [
    ("a/b/c", "correct it"), ("./none", "correct it"), ("klue/bert-base@", "correct it"),
    ("~/bert", "write the folder in full, without '~'"), ("klue/bert..base", "correct it"),
    ("https://huggingface.co/klue/roberta-base/tree/main", "write klue/roberta-base")])
def test_what_is_neither(home: Path, given: str, remedy: str, capsys: pytest.CaptureFixture[str]) -> None:
    set_checkpoint(given)
    assert check_params.main(["--out", "checked"]) == 1
    assert capsys.readouterr().err == (
        "error: params.yaml: tasks.nsmc.checkpoint: expected an entry of `checkpoints`, owner/name of the Hub, "
        f"owner/name@revision, or a folder that exists, got '{given}'; {remedy}\n")


def test_an_entry_needs_no_source_and_no_revision() -> None:
    assert checkpoint_from({"folder": "data/local", "repository": NAME}, "here") == HubCheckpoint(
        source="hub", folder="data/local", repository=NAME, revision="main")
    assert checkpoint_from({"folder": "mine"}, "here") == LocalCheckpoint(source="local", folder="mine")
    with pytest.raises(UserError, match="here.source: expected 'local' or 'hub' or 'pretrain', got None"):
        checkpoint_from({}, "here")


# What is fetched


def test_an_encoder_of_the_hub_is_fetched_for_its_task_alone(home: Path, hub: StandIn, files: dict[str, bytes],
                                                             capfd: pytest.CaptureFixture[str]) -> None:
    _, commit = hub.publish(NAME, files)
    set_checkpoint(NAME)
    assert check_params.main(["--out", "checked"]) == 0
    assert fetch_checkpoint.main(FETCH) == 0
    assert f"to pin it: -S tasks.nsmc.checkpoint={NAME}@{commit}\n" in capfd.readouterr().err
    assert assign_checkpoint.main(ASSIGN) == 0
    assert (home / "initial" / "model.safetensors").read_bytes() == files["model.safetensors"]
    origin = read_json(home / "initial" / "origin.json")
    assert (origin["source"], origin["repository"], origin["commit"]) == ("hub", NAME, commit)


def test_an_entry_is_fetched_by_its_own_stage(home: Path, hub: StandIn, files: dict[str, bytes]) -> None:
    assert fetch_checkpoint.main(FETCH) == 0
    assert read_files(home / "data" / "fetched" / "nsmc") == {"name.txt": b"bilingual_small\n"}
    made = home / "data" / "checkpoints" / "bilingual_small"
    made.mkdir(parents=True)
    for file, content in ({"origin.json": b"{}"} | files).items():
        (made / file).write_bytes(content)
    assert assign_checkpoint.main(ASSIGN) == 0
    assert (home / "initial" / "model.safetensors").read_bytes() == files["model.safetensors"]
    assert hub.requests == []


@pytest.mark.parametrize(("change", "message"), [
    ({"model.safetensors": None, "pytorch_model.bin": b"\x80"},
     "some/encoder at main: pytorch_model.bin: pickled weights are never loaded"),
    ({"tokenizer.json": None}, "some/encoder at main: tokenizer.json: no such file"),
    ({"config.json": b'{"model_type": "bert", "auto_map": {}}'}, "auto_map: expected none, found code of the checkp"),
])
def test_what_is_unsafe_is_refused_in_one_line(home: Path, hub: StandIn, files: dict[str, bytes],
                                               capfd: pytest.CaptureFixture[str], change: dict, message: str) -> None:
    hub.publish(NAME, {name: content for name, content in (files | change).items() if content is not None})
    set_checkpoint(NAME)
    with pytest.raises(SystemExit) as ended:
        fetch_checkpoint.main(FETCH)
    assert ended.value.code == 1
    errors = [line for line in capfd.readouterr().err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert message in errors[0]
    assert not list((home / "data" / "fetched").iterdir())


def test_a_folder_that_changes_is_told(home: Path, files: dict[str, bytes], capfd: pytest.CaptureFixture[str]) -> None:
    mine = home / "models" / "mine"
    mine.mkdir(parents=True)
    for name, content in files.items():
        (mine / name).write_bytes(content)
    set_checkpoint("models/mine")
    assert fetch_checkpoint.main(FETCH) == 0
    remedy = "dvc repro --force --single-item fetch_checkpoint@nsmc"
    assert f"DVC does not watch a folder that a task names: after a change to it, run `{remedy}`" in (
        capfd.readouterr().err)
    assert sha256(home / "data/fetched/nsmc/checkpoint/model.safetensors") == sha256(mine / "model.safetensors")
    assert check_params.main(["--out", "checked"]) == 0
    for name in ("config.json", "tokenizer_config.json"):
        (mine / name).write_bytes(files[name] + b"\n")
        assert check_params.main(["--out", "checked"]) == 1
        assert capfd.readouterr().err == (
            f"error: models/mine: changed since it was copied for the task nsmc; run `{remedy}`, then go on\n")
        (mine / name).write_bytes(files[name])
    assert check_params.main(["--out", "checked"]) == 0
    (mine / "config.json").write_bytes(files["config.json"] + b"\n")
    shutil.rmtree(home / "data" / "fetched")
    assert check_params.main(["--out", "checked"]) == 0


def test_a_new_task_takes_an_encoder_of_the_hub(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"film {place} was seen,{('bad', 'good')[place % 2]}\n" for place in range(60))
    (home / "films.csv").write_text(f"text,label\n{rows}", "utf-8")
    assert new_task.main(["films.csv", "--checkpoint", "klue"]) == 1
    assert "--checkpoint: no checkpoint 'klue'; `checkpoints` has bilingual_small, an encoder of the Hub is owner/" in (
        capsys.readouterr().err)
    assert new_task.main(["films.csv", "--checkpoint", "klue/bert-base@v2"]) == 0
    entry = parse_yaml((home / "params.yaml").read_text("utf-8"), "params.yaml")["tasks"]["films"]
    assert (entry["checkpoint"], entry["max_length"]) == ("klue/bert-base@v2", 128)


@pytest.mark.slow
def test_an_experiment_with_an_encoder_of_the_hub(files: dict[str, bytes], tmp_path: Path) -> None:
    """By DVC itself: the encoder is fetched once, for one task, and other settings leave it alone."""
    with running_hub() as hub:
        run_experiments(hub, files, tmp_path)


def run_experiments(hub: StandIn, files: dict[str, bytes], tmp_path: Path) -> None:
    repository, commit = hub.publish(NAME, files)
    copied_project(tmp_path / "project")
    variables = environment(hub, tmp_path)
    asked = ("dvc", "exp", "run", "-S", f"tasks.nsmc.checkpoint={NAME}")
    project = tmp_path / "project"
    ran = started(run(project, *asked, "train_pretrained@nsmc-full-1", **variables))
    assert {"fetch_checkpoint@nsmc", "assign_checkpoint@nsmc", "train_pretrained@nsmc-full-1"} <= ran
    assert read_json(project / "data/initial/nsmc/origin.json")["commit"] == commit
    repository.commit(files | {"README.md": b"moved"})
    hub.requests.clear()
    ran = started(run(project, "dvc", "exp", "run", "-S", "lr=0.002", "-S", "tasks.mnli.max_length=32",
                      "train_pretrained@nsmc-full-1", **variables))
    assert ran == {"check_params", "train_pretrained@nsmc-full-1"}
    assert hub.requests == []
