"""The MLflow store: one run for each result, whatever was broken off or happens at once."""

import subprocess
import sys
from pathlib import Path

import pytest
from mlflow.tracking import MlflowClient

from stages import track
from stages.common.files import write_json_lines
from stages.common.sources import ROOT
from stages.tracking import store
from stages.tracking.store import TrackedRun, TrackingStore

RUN = TrackedRun("scratch-1", "c0ffee", {"lr": 0.1}, {"arm": "scratch"}, [("after/test/accuracy", 0.5, 10)])
LOG = """
import sys
from pathlib import Path
from stages.tracking.store import TrackedRun, TrackingStore
runs = [TrackedRun(f"cell-{number}", f"result-{number}", {}, {}, []) for number in range(3)]
TrackingStore(Path(sys.argv[1])).log("toy", runs)
"""


def test_a_run_logs_what_its_history_measured(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    write_json_lines(path, [
        {"kind": "start"},
        {"kind": "step", "step": 2, "epoch": 0.5, "loss": 0.7, "learning_rate": 0.01, "gradient_norm": None,
         "gradient_norms": {"embeddings": None, "layer_1": 0.3}},
        {"kind": "evaluation", "step": 2, "train": {"loss": 0.6}, "validation": {"loss": 0.8, "accuracy": 0.5}},
        {"kind": "end"}])
    assert list(track._curves(path)) == [
        ("train/batch_loss", 0.7, 2), ("train/learning_rate", 0.01, 2), ("train/gradient_norm/layer_1", 0.3, 2),
        ("train/loss", 0.6, 2), ("validation/loss", 0.8, 2), ("validation/accuracy", 0.5, 2)]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def runs(root: Path) -> list[tuple[str, str]]:
    client = MlflowClient(f"sqlite:///{root / 'mlflow.db'}")
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    return sorted((run.info.run_name, run.info.status) for run in client.search_runs(experiments))


def test_a_result_is_logged_once(root: Path) -> None:
    assert [TrackingStore(root).log("toy", [RUN]), TrackingStore(root).log("toy", [RUN])] == [1, 0]
    assert runs(root) == [("scratch-1", "FINISHED")]


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


def test_a_store_appears_whole_or_not_at_all(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(MlflowClient):
        def search_experiments(self, *arguments: object, **values: object) -> None:
            super().search_experiments(max_results=1)
            raise KeyboardInterrupt

    monkeypatch.setattr(store, "MlflowClient", Killed)
    with pytest.raises(KeyboardInterrupt):
        TrackingStore(root)
    assert [path.name for path in root.iterdir() if "mlflow.db" in path.name] == []


def test_two_processes_may_start_with_no_store(root: Path) -> None:
    command = [sys.executable, "-c", LOG, str(root)]
    started = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    assert [process.wait() for process in started] == [0, 0]
    assert runs(root) == [(f"cell-{number}", "FINISHED") for number in range(3)]


def test_experiments_of_a_temporary_copy_land_in_the_main_repository(root: Path) -> None:
    copy = root / ".dvc" / "tmp" / "exps" / "standalone" / "tmp1"
    copy.mkdir(parents=True)
    TrackingStore(copy).log("toy", [RUN])
    assert runs(root) == [("scratch-1", "FINISHED")]
