"""The MLflow store: one run for each result, whatever was broken off or happens at once."""

import json
import math
import os
import shutil
import socket
import subprocess
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from dvc.exceptions import ReproductionError
from dvc.stage import PipelineStage
from dvc.stage import run as dvc_run
from dvc.stage.exceptions import StageCmdFailedError
from mlflow.entities import Run
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient
from requests import RequestException
from sqlalchemy.exc import SQLAlchemyError

from stages import ui
from stages.common.errors import UserError
from stages.common.files import sha256, write_json
from stages.common.sources import ROOT
from stages.settings.yaml12 import parse_yaml
from stages.tracking import runs as tracked_runs
from stages.tracking import store
from stages.tracking.following import _params, follow, measured
from stages.tracking.store import TrackedRun, TrackingStore
from stages.tracking.views import experiment_tags
from tests.preloaded import run_preloaded
from tests.processes import LIMIT
from tests.stubbed import Project

FORK = get_context("fork")
RUN = TrackedRun("scratch-1", "c0ffee", {"lr": 0.1}, {"arm": "scratch"}, [("after/test/accuracy", 0.5, 10)])


def test_a_run_logs_what_its_history_measured() -> None:
    events = [
        {"kind": "start"},
        {"kind": "step", "step": 2, "epoch": 0.5, "loss": 0.7, "learning_rate": 0.01, "gradient_norm": None,
         "gradient_norms": {"embeddings": None, "layer_1": 0.3}},
        {"kind": "evaluation", "step": 2, "train": {"loss": 0.6}, "validation": {"loss": 0.8, "accuracy": 0.5}},
        {"kind": "end"}]
    assert list(measured(events)) == [
        ("train/batch_loss", 0.7, 2), ("train/learning_rate", 0.01, 2), ("train/gradient_norm/layer_1", 0.3, 2),
        ("train/loss", 0.6, 2), ("validation/loss", 0.8, 2), ("validation/accuracy", 0.5, 2)]


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a store."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def root(bare: Path, empty_store: Path) -> Path:
    """A folder with a store that has no runs: to make one takes MLflow seconds."""
    shutil.copyfile(empty_store, bare / "mlflow.db")
    return bare


def runs(root: Path) -> list[tuple[str, str]]:
    client = MlflowClient(f"sqlite:///{root / 'mlflow.db'}")
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    return sorted((run.info.run_name, run.info.status) for run in client.search_runs(experiments))


def test_a_result_is_logged_once_also_where_its_experiment_was_deleted(root: Path) -> None:
    assert [TrackingStore(root).log("toy", [RUN]), TrackingStore(root).log("toy", [RUN])] == [1, 0]
    assert runs(root) == [("scratch-1", "FINISHED")]
    client = MlflowClient(f"sqlite:///{root / 'mlflow.db'}")
    client.delete_experiment(client.get_experiment_by_name("toy").experiment_id)
    assert TrackingStore(root).log("toy", [RUN, SECOND]) <= 2
    assert [name for name, _ in runs(root)] == ["scratch-1", "scratch-2"]


LOG_FILES = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from stages.tracking.store import TrackedRun, TrackingStore
runs = [TrackedRun(name, name, {{}}, {{}}, [], files=(Path("errors/toy.json"),)) for name in sys.argv[1:]]
print(TrackingStore(Path.cwd()).log("toy", runs))
"""


def test_a_copied_folder_keeps_its_runs_to_itself(bare: Path) -> None:
    """Both folders have names with signs of SQLAlchemy's and of addresses; nothing is written but in the copy."""
    original, copy = bare / "first %41?x=1#한글", bare / "copy 100%"
    write_json(original / "errors" / "toy.json", [])

    def log(folder: Path, *names: str) -> list[str]:
        code, printed = run_preloaded(("python", "-c", LOG_FILES, *names), folder, dict(os.environ))
        assert code == 0, printed
        return printed.splitlines()

    assert log(original, "one") == ["1"]
    assert [path.name for path in bare.iterdir()] == [original.name]
    shutil.copytree(original, copy)
    before = {path: path.stat().st_mtime_ns for path in original.rglob("*")}
    assert log(copy, "one", "two") == [
        f"{copy}/mlflow.db: was made in another folder; 2 addresses of artifacts now lead to this one", "1"]
    assert {path: path.stat().st_mtime_ns for path in original.rglob("*")} == before
    assert len(list((copy / "mlartifacts").rglob("toy.json"))) == 2
    assert sorted(path.name for path in bare.iterdir()) == [copy.name, original.name]


def test_what_a_store_raises_is_one_line_with_its_address(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An experiment of the same name keeps its artifacts where no client of a database can write; a server goes."""
    tracking = TrackingStore(root)
    client = MlflowClient(f"sqlite:///{root / 'mlflow.db'}")
    client.create_experiment("toy", artifact_location="mlflow-artifacts:/1")
    (root / "toy.json").touch()
    with pytest.raises(UserError) as caught:
        tracking.log("toy", [replace(RUN, files=(root / "toy.json",))])
    assert str(caught.value).startswith(f"{root}/mlflow.db: expected a store that takes runs, found ")
    for kind in (MlflowException, RequestException, SQLAlchemyError):
        def fail(*arguments: object, kind: type[Exception] = kind, **values: object) -> None:
            raise kind("first\nsecond")

        monkeypatch.setattr(MlflowClient, "get_experiment_by_name", fail)
        with pytest.raises(UserError, match="mlflow.db: expected a store that takes runs, found first; nothing that"):
            tracking.log("toy", [RUN])


def test_after_the_store_is_mended_only_what_logs_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project(tmp_path, monkeypatch)
    params = parse_yaml(project.text("params.yaml"), "params.yaml")
    write_json(tmp_path / "params.yaml", params | {"tasks": {"nsmc": params["tasks"]["nsmc"]}, "seeds": [1]})
    working = dvc_run.cmd_run

    def without_a_store(stage: PipelineStage, **options: object) -> None:
        if stage.addressing.startswith("track@"):
            raise StageCmdFailedError(stage.cmd, 1)
        working(stage, **options)

    with monkeypatch.context() as patch:
        patch.setattr(dvc_run, "cmd_run", without_a_store)
        with pytest.raises(ReproductionError):
            project.repro()
    assert project.repro().ran == {"track@nsmc"}


def test_what_a_kill_left_of_a_run_is_replaced(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object, **values: object) -> None:
        raise KeyboardInterrupt

    tracking = TrackingStore(root)
    with monkeypatch.context() as patch:
        patch.setattr(MlflowClient, "log_batch", broken)
        with pytest.raises(KeyboardInterrupt):
            tracking.log("toy", [RUN])
    assert runs(root) == [("scratch-1", "RUNNING")]
    assert TrackingStore(root).log("toy", [RUN]) == 1
    assert runs(root) == [("scratch-1", "FINISHED")]


def test_a_store_appears_whole_or_not_at_all(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(MlflowClient):
        def search_experiments(self, *arguments: object, **values: object) -> None:
            super().search_experiments(max_results=1)
            raise KeyboardInterrupt

    monkeypatch.setattr(store, "MlflowClient", Killed)
    with pytest.raises(KeyboardInterrupt):
        TrackingStore(bare)
    assert [path.name for path in bare.iterdir() if "mlflow.db" in path.name] == []


SECOND = TrackedRun("scratch-2", "cafe", {}, {"arm": "scratch"}, [])
ARM = TrackedRun("scratch", "ar3", {"seeds": "1,2"}, {"summary": "arm"}, [("test/accuracy/mean", 0.5, 0)],
                 {"doctor": "severe"}, children=("c0ffee", "cafe"))



@pytest.mark.parametrize(("cell", "kind", "method", "told"), [
    ("scratch-1", "single", "full", ""), ("scratch-1", "single", "prefix", "transformers has no prefix"),
    ("scratch-1", "words", "full", "splits words otherwise"), ("in_context-1", "single", "prompt", "was not trained")])
def test_a_model_that_mlflow_would_load_otherwise_is_not_kept(
    cell: str, kind: str, method: str, told: str, capsys: pytest.CaptureFixture
) -> None:
    task = {"kind": kind, "language": "en", "cells": {cell: {"recipe": {"method": method}}}}
    run = TrackedRun(cell, "c0ffee", {}, {}, [])
    kept, = tracked_runs._with_models([run], task, Path("models"), Path("checkpoint"), 64)
    assert (kept.model is None) == bool(told)
    assert told in capsys.readouterr().err


def by_name(root: Path) -> dict[str, Run]:
    client = MlflowClient(f"sqlite:///{root / 'mlflow.db'}")
    return {run.info.run_name: run for run in client.search_runs([client.get_experiment_by_name("toy").experiment_id])}


def test_the_runs_of_an_arm_stand_below_it(root: Path) -> None:
    assert TrackingStore(root).log("toy", [RUN, SECOND, ARM]) == 3
    found = by_name(root)
    for name in ("scratch-1", "scratch-2"):
        assert found[name].data.tags["mlflow.parentRunId"] == found["scratch"].info.run_id
    # A seed more is another summary, above all seeds; without it again, the first is.
    third = replace(SECOND, name="scratch-3", result="beef")
    wider = replace(ARM, name="wider", result="w1de", children=(*ARM.children, "beef"))
    assert TrackingStore(root).log("toy", [RUN, SECOND, third, wider]) == 2
    found = by_name(root)
    assert {found[name].data.tags["mlflow.parentRunId"] for name in ("scratch-1", "scratch-2", "scratch-3")} == {
        found["wider"].info.run_id}
    assert TrackingStore(root).log("toy", [RUN, SECOND, ARM]) == 0
    assert by_name(root)["scratch-1"].data.tags["mlflow.parentRunId"] == found["scratch"].info.run_id


def test_what_the_doctor_finds_later_is_told_without_another_run(root: Path) -> None:
    TrackingStore(root).log("toy", [RUN, SECOND, ARM])
    assert TrackingStore(root).log("toy", [RUN, SECOND, replace(ARM, changing={"doctor": "note"})]) == 0
    assert by_name(root)["scratch"].data.tags["doctor"] == "note"


def test_a_number_that_no_longer_holds_is_shown_no_more(root: Path) -> None:
    store = TrackingStore(root)

    def shown(value: float | None) -> float | None:
        store.log("toy", [RUN, SECOND, replace(ARM, changing_metrics={"share": value})])
        return by_name(root)["scratch"].data.metrics.get("share")

    assert shown(None) is None
    assert shown(0.8) == 0.8
    assert [math.isnan(shown(None)) for _ in range(2)] == [True, True]
    assert shown(0.7) == 0.7


def test_tables_files_and_data_are_attached(root: Path) -> None:
    (root / "errors").mkdir()
    (root / "errors" / "toy.json").write_text("{}")
    TrackingStore(root).log("toy", [replace(
        RUN, tables={"counts.json": {"gold": ["a"], "b": [3]}}, files=(root / "errors" / "toy.json",),
        data={"training": "ab" * 32})])
    found, client = by_name(root)["scratch-1"], MlflowClient(f"sqlite:///{root / 'mlflow.db'}")
    names = [artifact.path for artifact in client.list_artifacts(found.info.run_id)]
    assert names == ["counts.json", "errors"]
    folder = root / "mlartifacts" / "toy" / found.info.run_id / "artifacts"
    assert json.loads((folder / "counts.json").read_text()) == {"columns": ["gold", "b"], "data": [["a", 3]]}
    assert (folder / "errors" / "toy.json").read_text() == "{}"
    used, = found.inputs.dataset_inputs
    assert (used.dataset.digest, used.tags[0].value) == (("ab" * 32)[:36], "training")


def test_mean_and_spread_over_seeds_by_hand() -> None:
    def cell(score: float, failed: bool = False) -> dict[str, Any]:
        return {"after": {"test": {"accuracy": score}}, "failed": failed}

    three = [cell(score) for score in (0.5, 0.6, 0.7)]
    # Also under the name that the score of a seed has, so that one column has both.
    expected = {"test/accuracy/mean": pytest.approx(0.6), "after/test/accuracy": pytest.approx(0.6),
                "test/accuracy/standard_deviation": pytest.approx(0.1)}
    assert {name: value for name, value, _ in tracked_runs._over_seeds("accuracy", three)} == expected
    with_failed = {name: value for name, value, _ in tracked_runs._over_seeds(
        "accuracy", [*three, cell(0.1, failed=True)])}
    assert with_failed == expected | {"failed_runs": 1}
    assert list(tracked_runs._over_seeds("accuracy", [cell(0.5)])) == [
        ("test/accuracy/mean", 0.5, 0), ("after/test/accuracy", 0.5, 0)]
    assert list(tracked_runs._over_seeds("accuracy", [cell(0.1, failed=True)])) == [
        ("failed_runs", 1, 0), ("test/accuracy/mean", 0.1, 0), ("after/test/accuracy", 0.1, 0)]


def test_durations_are_those_of_training(root: Path) -> None:
    TrackingStore(root).log("toy", [replace(RUN, seconds=12.5), SECOND])
    client = MlflowClient(f"sqlite:///{root / 'mlflow.db'}")
    found = client.search_runs([client.get_experiment_by_name("toy").experiment_id])
    assert {run.info.run_name: run.info.end_time - run.info.start_time for run in found} == {
        "scratch-1": 12500, "scratch-2": 0}  # that of another machine is not known
    assert tracked_runs._sum([1.5, 2.0]) == 3.5
    assert tracked_runs._sum([1.5, None]) is None


def test_runs_of_one_name_are_told_apart_by_the_settings_that_differ(root: Path) -> None:
    first = replace(RUN, params={"lr": 0.1, "epochs": 2, "sha256_train": "a"})
    others = [{"lr": 0.2}, {"sha256_train": "b"}, {"lr": 0.3, "epochs": 4}, {"a": 1, "b": 2, "c": 3, "d": 4}]
    TrackingStore(root).log("toy", [first, *(
        replace(first, result=f"r{place}", params=first.params | more) for place, more in enumerate(others))])
    assert [name for name, _ in runs(root)] == sorted([
        "scratch-1", "scratch-1, lr=0.2", "scratch-1", "scratch-1, lr=0.3, epochs=4", "scratch-1, a=1, b=2, c=3…"])


def test_an_experiment_is_described_and_opens_with_the_score_as_a_column(
    root: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    TrackingStore(root).log("toy", [RUN], experiment_tags("Toy, colours of toys", "accuracy", synthetic=True))
    client = MlflowClient(f"sqlite:///{root / 'mlflow.db'}")
    found = client.get_experiment_by_name("toy")
    assert found.tags["mlflow.note.content"].startswith("Toy, colours of toys. One run per arm with the mean")
    assert "Score: accuracy on test. Synthetic sample:" in found.tags["mlflow.note.content"]
    view = json.loads(found.tags["mlflow.sharedViewState.headstart"])
    assert view["selectedColumns"][0] == "metrics.`after/test/accuracy`"
    called: list[list[str]] = []
    monkeypatch.setattr(subprocess, "run", lambda command, **_: called.append(command) or subprocess.CompletedProcess(
        command, 0))
    assert ui.main(["--port", "5055", "--no-browser"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == (
        f"toy  http://127.0.0.1:5055/#/experiments/{found.experiment_id}/runs?workflowType=machine_learning"
        "&viewStateShareKey=headstart")
    assert called[0][2:] == ["mlflow", "ui", "--host", "127.0.0.1", "--port", "5055", "--backend-store-uri",
                             f"sqlite:///{root / 'mlflow.db'}"]


def test_a_port_in_use_and_an_empty_store_are_refused(bare: Path, capsys: pytest.CaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert ui.main(["--port", str(port)]) == 1
    assert capsys.readouterr().err == (
        f"error: --port: expected a free port, found {port} in use; name another, as --port 5000\n")
    assert ui.main(["--port", str(port)]) == 1
    assert "mlflow.db: no runs yet; `dvc repro` logs them" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["0", "65536", "99999", "-1", "http"])
def test_a_number_that_is_no_port_is_refused_with_the_range(port: str, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit):
        ui.main([f"--port={port}"])
    assert f"expected a port from 1 to 65535, got '{port}'" in capsys.readouterr().err


def test_a_port_of_the_system_is_not_said_to_be_in_use(
    bare: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(ui.socket, "socket", type("Denied", (socket.socket,), {"bind": denied}))
    assert ui.main(["--port", "80"]) == 1
    assert capsys.readouterr().err == (
        "error: --port: 80 is not open to this user; name one above 1023, as --port 5000\n")


def test_the_worst_finding_is_the_word() -> None:
    assert tracked_runs._worst(["note", "severe", "warning"]) == "severe"
    assert tracked_runs._worst([]) == "nothing found"


def test_two_processes_may_start_with_no_store(bare: Path) -> None:
    logged = [TrackedRun(f"cell-{number}", f"result-{number}", {}, {}, []) for number in range(3)]
    started = [FORK.Process(target=lambda: TrackingStore(bare).log("toy", logged)) for _ in range(2)]
    for process in started:
        process.start()
    for process in started:
        process.join(LIMIT)
    assert [process.exitcode for process in started] == [0, 0]
    assert runs(bare) == [(f"cell-{number}", "FINISHED") for number in range(3)]


def test_experiments_of_a_temporary_copy_land_in_the_main_repository(root: Path) -> None:
    copy = root / ".dvc" / "tmp" / "exps" / "standalone" / "tmp1"
    copy.mkdir(parents=True)
    TrackingStore(copy).log("toy", [RUN])
    assert runs(root) == [("scratch-1", "FINISHED")]


def step(number: int) -> dict[str, Any]:
    return {"kind": "step", "step": number, "loss": 1 / number, "learning_rate": 0.1, "gradient_norm": 1.0,
            "gradient_norms": {}}


@pytest.mark.parametrize(("inputs", "teacher", "arm"), [
    ({"initial_weights": ""}, {}, "pretrained"), ({}, {}, "scratch"), ({}, {"teacher": ""}, "distilled")])
def test_training_that_is_under_way_names_its_arm(inputs: dict[str, str], teacher: dict[str, str], arm: str) -> None:
    assert _params({"settings": {}, "recipe": {}, "inputs": inputs} | teacher)["arm"] == arm


def test_training_that_is_under_way_is_shown_and_goes_when_it_ends(root: Path) -> None:
    """Two runs save states, one goes on and ends; a state of pre-training, and one that a kill has cut, say nothing."""
    arrow = root / "encoded" / "toy" / "train.arrow"
    arrow.parent.mkdir(parents=True)
    arrow.write_bytes(b"rows")
    start = {"kind": "start", "settings": {"lr": 0.1}, "recipe": {"method": "full"}, "inputs": {"train": sha256(arrow)}}

    def save(fingerprint: str, number: int) -> None:
        events = [start, *(step(place) for place in range(1, number + 1))]
        write_json(root / "states" / fingerprint / f"{number:09d}" / "facts.json", {"step": number, "events": events})

    save("aaaaaaaaaa", 2)
    save("bbbbbbbbbb", 1)
    write_json(root / "states" / "cccccccccc" / "000000001" / "facts.json", {"step": 1})
    (root / "states" / "dddddddddd" / "000000001").mkdir(parents=True)
    moments = []

    def turn() -> bool:
        found = by_name(root)
        moments.append({name: run.data.metrics.get("train/batch_loss") for name, run in found.items()})
        if len(moments) == 1:
            save("aaaaaaaaaa", 4)
            shutil.rmtree(root / "states" / "bbbbbbbbbb")
            return True
        return False

    tracking = TrackingStore(root)
    tracking.start_live("toy", "left by a follower that was killed", {})
    follow(root / "states", root / "encoded", tracking, turn)
    assert moments == [{"live-aaaaaaa": 1 / 2, "live-bbbbbbb": 1.0}, {"live-aaaaaaa": 1 / 4}]
    assert by_name(root) == {}
