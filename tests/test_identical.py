"""Clones of the project: each computes the same bytes, and with what a remote holds one has nothing to compute.

A disk that is full or read-only costs a run, and no byte of the results.
"""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import boto3
import pytest
import yaml
from moto.server import ThreadedMotoServer

from stages.spreading.in_place import LOGS
from tests.test_pipeline import copied_project, run, run_afresh, started

pytestmark = pytest.mark.pipeline
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "tester", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "us-east-1"}
EVERY_STAGE = {
    "sources", "check_params", "sample_text", "checkpoint@bilingual_small", "download@nsmc",
    "fetch_checkpoint@nsmc", "assign_checkpoint@nsmc",
    "preprocess@nsmc", "encode@nsmc", "baseline@nsmc", "embed@nsmc", "train_pretrained@nsmc-full-1",
    "train_scratch@nsmc-1",
    "plan_sizes@nsmc", "predict@nsmc", "stress@nsmc", "evaluate@nsmc", "evaluate_sizes@nsmc", "analyse@nsmc",
    "diagnose@nsmc", "judge", "track@nsmc", "report"}


@dataclass(frozen=True)
class Clone:
    """A clone of the project in which `dvc repro` has run, and what that printed."""

    folder: Path
    output: str


def results(folder: Path) -> dict[str, bytes]:
    """The content of dvc.lock and of every file under data/ and reports/, by its path."""
    files = [folder / "dvc.lock", *(folder / "data").rglob("*"), *(folder / "reports").rglob("*")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(files) if path.is_file()}


def assert_same(found: dict[str, bytes], expected: dict[str, bytes]) -> None:
    different = [name for name in sorted(found.keys() | expected.keys()) if found.get(name) != expected.get(name)]
    assert not different, f"these files differ: {', '.join(different)}"


def cloned(origin: Path, folder: Path) -> Path:
    run(origin, "git", "clone", "--quiet", str(origin), str(folder))
    run(folder, "git", "config", "user.name", "Tester")
    run(folder, "git", "config", "user.email", "tester@example.org")
    return folder


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with one task, one seed and few steps, without results."""
    folder = tmp_path_factory.mktemp("origin")
    copied_project(folder, ("nsmc",))
    return folder


@pytest.fixture(scope="module")
def first(origin: Path, tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """The first clone, its results committed."""
    folder = cloned(origin, tmp_path_factory.mktemp("first") / "clone")
    output = run(folder, "dvc", "repro")
    run(folder, "git", "add", "--all")
    run(folder, "git", "commit", "--quiet", "--message", "results")
    return Clone(folder, output)


def test_a_clone_elsewhere_computes_the_same_bytes(first: Clone, origin: Path, tmp_path: Path) -> None:
    """The first runs one cell after another, in forks, this one two at once, each a process of its own."""
    folder = cloned(origin, tmp_path / "another place 다른 곳" / "clone")
    output = run_afresh(
        folder, "python", "-m", "stages.spread", "-j", "2", PYTHONHASHSEED="2", TZ="Asia/Seoul", LC_ALL="C")
    assert started(first.output) == EVERY_STAGE == {path.stem for path in (folder / LOGS).iterdir()}
    assert f"{len(EVERY_STAGE)} cells were run" in output
    assert started(run(folder, "dvc", "repro")) == set()
    assert_same(results(folder), results(first.folder))


def test_one_other_byte_is_found_and_named(first: Clone) -> None:
    whole = results(first.folder)
    name = "data/models/nsmc/scratch-1/model.safetensors"
    assert {"dvc.lock", "reports/report.md", "reports/index.html", name} <= whole.keys()
    other = whole[name][:-1] + bytes([whole[name][-1] ^ 1])
    with pytest.raises(AssertionError, match=f"these files differ: {name}\n"):
        assert_same(whole | {name: other}, whole)


@pytest.fixture
def s3() -> Iterator[str]:
    """Address of an S3-compatible server with the bucket ``results``."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def assert_nothing_to_compute(first: Clone, folder: Path, **variables: str) -> None:
    """Push from the first clone; a clone of it pulls, and its `dvc repro` has nothing left to run."""
    run(first.folder, "dvc", "push", **variables)
    run(first.folder, "git", "commit", "--quiet", "--all", "--message", "remote")
    clone = cloned(first.folder, folder)
    assert "Everything is up to date" not in run(clone, "dvc", "pull", **variables)
    assert started(run(clone, "dvc", "repro")) == set()
    assert_same(results(clone), results(first.folder))
    assert run(clone, "git", "status", "--porcelain") == ""


def test_what_is_pulled_from_a_folder_is_not_computed(first: Clone, tmp_path: Path) -> None:
    run(first.folder, "dvc", "remote", "add", "--force", "--default", "storage", str(tmp_path / "remote"))
    assert_nothing_to_compute(first, tmp_path / "clone")


def test_what_is_pulled_from_s3_is_not_computed(first: Clone, s3: str, tmp_path: Path) -> None:
    boto3.client("s3", endpoint_url=s3, aws_access_key_id="tester", aws_secret_access_key="secret",
                 region_name="us-east-1").create_bucket(Bucket="results")
    run(first.folder, "dvc", "remote", "add", "--force", "--default", "storage", "s3://results/headstart")
    run(first.folder, "dvc", "remote", "modify", "storage", "endpointurl", s3)
    assert_nothing_to_compute(first, tmp_path / "clone", **CREDENTIALS)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, which a test may fill."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128m", "tmpfs", str(folder)], check=False).returncode:
        pytest.skip("mounting a file system needs root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """No byte can be written."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as stream, suppress(OSError):
        while True:
            stream.write(bytes(1 << 20))
    yield
    filler.unlink()


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """No file can be made or changed, whoever asks."""
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    yield
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)


HINDRANCES: list[tuple[Callable[[Path], AbstractContextManager[None]], str]] = [
    (full, "No space left on device"), (read_only, "Read-only file system")]


def remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def test_a_stage_that_cannot_write_says_so_in_one_line_and_the_next_run_gives_the_same_bytes(
    first: Clone, disk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    project = disk / "project"
    shutil.copytree(first.folder, project, ignore=shutil.ignore_patterns(".git", ".dvc"))
    monkeypatch.chdir(project)
    expected = results(project)
    stages = yaml.safe_load((project / "dvc.lock").read_text("utf-8"))["stages"]
    assert stages.keys() == EVERY_STAGE
    for name in sorted(EVERY_STAGE - {"track@nsmc"}):  # MLflow keeps its database open
        module, *arguments = stages[name]["cmd"].split()[2:]
        main = import_module(module).main
        for out in stages[name]["outs"]:
            remove(project / out["path"])
        left = results(project)
        for hindrance, reason in HINDRANCES:
            capsys.readouterr()
            with hindrance(disk):
                assert main(arguments) == 1, name
            line = capsys.readouterr().err.splitlines()[-1]
            cannot_log = hindrance is read_only and name == "check_params"  # which looks at the store first
            told = (r"\S+mlflow.db: expected a database in which runs can be written, found it read-only; .*"
                    if cannot_log else rf"(data|reports)/\S+: {reason}; .* and run again; nothing is lost")
            assert re.fullmatch(f"error: {told}", line), line
            assert_same(results(project), left)
        assert main(arguments) == 0, name
        assert_same(results(project), expected)


@pytest.mark.parametrize(("hindrance", "reason"), HINDRANCES)
def test_a_cache_that_cannot_be_written_stops_dvc_and_the_next_run_gives_the_same_bytes(
    first: Clone, origin: Path, disk: Path, tmp_path: Path,
    hindrance: Callable[[Path], AbstractContextManager[None]], reason: str,
) -> None:
    folder = cloned(origin, tmp_path / "clone")
    run(folder, "dvc", "config", "--local", "cache.dir", str(disk / "cache"))
    run(folder, "dvc", "repro", "check_params")
    with hindrance(disk):
        said = run(folder, "dvc", "repro", "sample_text", ok=False)
    assert [line for line in said.splitlines() if line.startswith("ERROR: ") and reason in line], said
    assert "Traceback" not in said
    assert started(run(folder, "dvc", "repro", "sample_text")) == {"sample_text"}
    expected = results(first.folder)
    found = {name: content for name, content in results(folder).items() if name.startswith("data/text/")}
    assert found == {name: content for name, content in expected.items() if name.startswith("data/text/")}
    assert "up to date" in run(folder, "dvc", "status", "sample_text")
