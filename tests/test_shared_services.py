"""Many writers at once: into a server with users on PostgreSQL and S3, as compose.yaml has it, and into a file."""

import configparser
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
import yaml
from mlflow.tracking import MlflowClient
from moto.server import ThreadedMotoServer

from stages.common.sources import ROOT

WRITERS, SHARED, OWN = 8, 2, 1
# Each writer logs results that all log and some that are its own, with the artifact that the first has, all at once.
WRITE = f"""
import multiprocessing, os, sys, time
from pathlib import Path
from stages.tracking.store import TrackedRun, TrackingStore

def write(number, start, folder):
    (folder / f"home-{{number}}").mkdir(exist_ok=True)
    names = [f"shared-{{run}}" for run in range({SHARED})] + [f"own-{{number}}-{{run}}" for run in range({OWN})]
    metrics = [("loss", step / 10, step) for step in range(50)]
    runs = [TrackedRun(name, name, {{"lr": 0.1}}, {{"arm": "scratch"}}, metrics, files=(folder / "errors/nsmc.json",))
            for name in names]
    home = folder / (f"home-{{number}}" if "MLFLOW_TRACKING_URI" in os.environ else "home")
    time.sleep(max(0, start - time.time()))
    TrackingStore(home).log("toy", runs)

folder = Path(sys.argv[1])
(folder / "errors").mkdir()
(folder / "errors/nsmc.json").write_text("[]")
(folder / "home").mkdir()
writers = [multiprocessing.get_context("fork").Process(target=write, args=(number, time.time() + 1, folder))
           for number in range({WRITERS})]
for writer in writers:
    writer.start()
for writer in writers:
    writer.join()
sys.exit(any(writer.exitcode for writer in writers))
"""


def write_at_once(folder: Path, **variables: str) -> None:
    own = {name: value for name, value in os.environ.items() if name != "MLFLOW_TRACKING_URI"}
    done = subprocess.run([sys.executable, "-c", WRITE, str(folder)], cwd=ROOT, env=own | variables,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


def assert_each_once(client: MlflowClient) -> None:
    experiment = client.get_experiment_by_name("toy")
    runs = client.search_runs([experiment.experiment_id], max_results=1000)
    assert sorted(run.info.run_name for run in runs) == sorted(
        [f"shared-{run}" for run in range(SHARED)]
        + [f"own-{number}-{run}" for number in range(WRITERS) for run in range(OWN)])
    assert {run.info.status for run in runs} == {"FINISHED"}
    for run in runs:
        history = client.get_metric_history(run.info.run_id, "loss")
        assert sorted((metric.step, metric.value) for metric in history) == [(step, step / 10) for step in range(50)]
        assert [artifact.path for artifact in client.list_artifacts(run.info.run_id, "errors")] == ["errors/nsmc.json"]


@pytest.mark.slow
def test_writers_to_the_file_at_home(tmp_path: Path) -> None:
    write_at_once(tmp_path)
    assert_each_once(MlflowClient(f"sqlite:///{tmp_path / 'home/mlflow.db'}"))


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def stopped_at_the_end(process: subprocess.Popen) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def postgres() -> Iterator[str]:
    """The address of a database of a PostgreSQL server on loopback."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not programs:
        pytest.skip("PostgreSQL is not installed: apt install postgresql")
    # The server refuses to be run by root.
    owner = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="headstart-postgres-"))
    try:
        if owner:
            shutil.chown(folder, "postgres", "postgres")
        port = free_port()
        subprocess.run([programs[-1] / "initdb", "-D", folder / "data", "-U", "mlflow", "-A", "trust", "--no-sync"],
                       check=True, capture_output=True, cwd=folder, **owner)
        server = subprocess.Popen(
            [programs[-1] / "postgres", "-D", folder / "data", "-h", "127.0.0.1", "-p", str(port), "-k", folder, "-F"],
            cwd=folder, stderr=subprocess.DEVNULL, **owner)
        with stopped_at_the_end(server):
            for _ in range(1200):
                ready = subprocess.run([programs[-1] / "pg_isready", "-h", "127.0.0.1", "-p", str(port)], check=False,
                                       capture_output=True)
                if ready.returncode == 0:
                    break
                time.sleep(0.1)
            yield f"postgresql+psycopg2://mlflow@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def users_of_compose() -> configparser.ConfigParser:
    """What compose.yaml says of users, which the test takes as it stands but for the addresses and the password."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["configs"]["users"]["content"])
    return parser


@pytest.fixture
def server(postgres: str, tmp_path: Path) -> Iterator[str]:
    """The address of an MLflow server with users, on PostgreSQL, whose artifacts lie in S3."""
    s3 = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    s3.start()
    try:
        host, s3_port = s3.get_host_and_port()
        endpoint = f"http://{host}:{s3_port}"
        requests.put(f"{endpoint}/mlflow", timeout=10).raise_for_status()
        users = users_of_compose()
        users["mlflow"].update({"database_uri": postgres, "admin_password": "a long password"})
        with (tmp_path / "users.ini").open("w") as file:
            users.write(file)
        port = free_port()
        command = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["mlflow"]["command"].split()
        changed = {"--host": "127.0.0.1", "--port": str(port), "--workers": "2"}
        command = [changed.get(before, word) for before, word in zip(["", *command], command, strict=False)]
        environment = os.environ | {
            "MLFLOW_AUTH_CONFIG_PATH": str(tmp_path / "users.ini"), "MLFLOW_FLASK_SERVER_SECRET_KEY": "secret",
            "MLFLOW_BACKEND_STORE_URI": postgres, "MLFLOW_SERVER_ALLOWED_HOSTS": "127.0.0.1:*",
            "MLFLOW_S3_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1", "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        environment.pop("MLFLOW_TRACKING_URI", None)
        with (tmp_path / "server.log").open("w") as log:
            process = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=log, stderr=log)
        with stopped_at_the_end(process):
            address = f"http://127.0.0.1:{port}"
            for _ in range(600):
                try:
                    if requests.get(f"{address}/health", timeout=5).ok:
                        break
                except requests.RequestException:
                    assert process.poll() is None, (tmp_path / "server.log").read_text()[-3000:]
                time.sleep(0.2)
            yield address
    finally:
        s3.stop()


@pytest.mark.slow
def test_writers_to_a_shared_server(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    denied = requests.post(f"{server}/api/2.0/mlflow/experiments/search", json={"max_results": 1}, timeout=30)
    assert denied.status_code == 401
    user = {"MLFLOW_TRACKING_USERNAME": "admin", "MLFLOW_TRACKING_PASSWORD": "a long password"}
    write_at_once(tmp_path, MLFLOW_TRACKING_URI=server, **user)
    for name, value in user.items():
        monkeypatch.setenv(name, value)
    assert_each_once(MlflowClient(server))
