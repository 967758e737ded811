"""The real pipeline on small settings, through DVC itself: one task, its clones, and what is added.

Clones of the project compute the same bytes, and with what a remote holds one has nothing to compute. A disk that is
full or read-only costs a run, and no byte of the results.
"""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from itertools import cycle, islice, product
from pathlib import Path

import boto3
import psutil
import pytest
import yaml
from mlflow.tracking import MlflowClient
from moto.server import ThreadedMotoServer
from transformers import pipeline

from stages.common.sources import ROOT
from stages.corpora.sample.writing import write_sample
from stages.spreading.in_place import LOGS
from tests.small_project import TASKS, copied_project, run, run_afresh, small, started, without_tasks

ADDED = "conll2003"  # to MultiNLI; NSMC and AG News are texts, as the table below is
ONE_TASK = ("-S", f"~tasks.{ADDED}")  # MultiNLI alone
pytestmark = pytest.mark.pipeline
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "tester", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "us-east-1"}
EVERY_STAGE = {
    "sources", "check_params", "sample_text", "checkpoint@bilingual_small", "download@mnli",
    "fetch_checkpoint@mnli", "assign_checkpoint@mnli",
    "preprocess@mnli", "encode@mnli", "baseline@mnli", "embed@mnli", "train_pretrained@mnli-full-1",
    "train_scratch@mnli-1",
    "plan_sizes@mnli", "predict@mnli", "stress@mnli", "evaluate@mnli", "evaluate_sizes@mnli", "analyse@mnli",
    "diagnose@mnli", "judge", "track@mnli", "report"}


@dataclass(frozen=True)
class Clone:
    """A clone of the project in which `dvc repro` has run, and what that printed."""

    folder: Path
    output: str


def results(folder: Path) -> dict[str, bytes]:
    """The content of dvc.lock and of every file under data/ and reports/ but what was fetched, by its path."""
    files = [folder / "dvc.lock", *(folder / "data").rglob("*"), *(folder / "reports").rglob("*")]
    found = {path.relative_to(folder).as_posix(): path for path in sorted(files) if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items()
            if not name.startswith(("data/downloads/", "data/.downloads."))}


def assert_same(found: dict[str, bytes], expected: dict[str, bytes]) -> None:
    different = [name for name in sorted(found.keys() | expected.keys()) if found.get(name) != expected.get(name)]
    assert not different, f"these files differ: {', '.join(different)}"


def cloned(origin: Path, folder: Path) -> Path:
    run(origin, "git", "clone", "--quiet", str(origin), str(folder))
    run(folder, "git", "config", "user.name", "Tester")
    run(folder, "git", "config", "user.email", "tester@example.org")
    return folder


def copied(folder: Path, target: Path) -> Path:
    """A copy of a clone with its results, and with DVC's cache and run cache."""
    return shutil.copytree(folder, target, symlinks=True)


def pin(project: Path, mirror: Path) -> None:
    """Make the files in a folder the published ones of MultiNLI."""
    path = project / "stages" / "corpora" / "published.yaml"
    corpora = yaml.safe_load(path.read_text("utf-8")) | {
        "mnli": {"homepage": "https://example.org", "licence": "for tests", "files": [
            {"name": path.name, "bytes": path.stat().st_size, "urls": [path.as_uri()],
             "sha256": hashlib.sha256(path.read_bytes()).hexdigest()} for path in sorted(mirror.iterdir())]}}
    path.write_text(yaml.safe_dump(corpora), "utf-8")


def replace(path: Path, old: str, new: str) -> None:
    """Replace ``old`` in a file, which must have it, wherever it stands."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def write_settings(project: Path, *added: str) -> None:
    """Small settings of MultiNLI, as it was published, and of a task that was added."""
    text = small((ROOT / "params.yaml").read_text("utf-8"))
    text = without_tasks(text, *{*TASKS} - {"mnli", *added})
    (project / "params.yaml").write_text(text.replace("source: sample", "source: published", 1), "utf-8")


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of MultiNLI as they were published."""
    folder = tmp_path_factory.mktemp("mirror")
    write_sample("mnli", folder, 1)
    return folder


@pytest.fixture(scope="module")
def origin(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with one task, published, one seed and few steps, without results."""
    folder = tmp_path_factory.mktemp("origin")
    copied_project(folder, ("mnli",))
    pin(folder, mirror)
    write_settings(folder)
    run(folder, "git", "commit", "--quiet", "--all", "--message", "published")
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
    name = "data/models/mnli/scratch-1/model.safetensors"
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


def test_what_is_pulled_from_s3_is_not_computed(first: Clone, s3: str, tmp_path: Path) -> None:
    """Push from the first clone; a clone of it pulls, and its `dvc repro` has nothing left to run."""
    pushed = copied(first.folder, tmp_path / "pushed")
    boto3.client("s3", endpoint_url=s3, aws_access_key_id="tester", aws_secret_access_key="secret",
                 region_name="us-east-1").create_bucket(Bucket="results")
    run(pushed, "dvc", "remote", "add", "--default", "storage", "s3://results/headstart")
    run(pushed, "dvc", "remote", "modify", "storage", "endpointurl", s3)
    run(pushed, "dvc", "push", **CREDENTIALS)
    run(pushed, "git", "commit", "--quiet", "--all", "--message", "remote")
    clone = cloned(pushed, tmp_path / "clone")
    assert "Everything is up to date" not in run(clone, "dvc", "pull", **CREDENTIALS)
    assert started(run(clone, "dvc", "repro")) == set()
    assert_same(results(clone), results(first.folder))
    assert run(clone, "git", "status", "--porcelain") == ""


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
    for name in sorted(EVERY_STAGE - {"track@mnli"}):  # MLflow keeps its database open
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


def test_a_cache_that_cannot_be_written_stops_dvc_and_the_next_run_gives_the_same_bytes(
    first: Clone, origin: Path, disk: Path, tmp_path: Path
) -> None:
    folder = cloned(origin, tmp_path / "clone")
    run(folder, "dvc", "config", "--local", "cache.dir", str(disk / "cache"))
    run(folder, "dvc", "repro", "check_params")
    for hindrance, reason in HINDRANCES:
        with hindrance(disk):
            said = run(folder, "dvc", "repro", "sample_text", ok=False)
        assert [line for line in said.splitlines() if line.startswith("ERROR: ") and reason in line], said
        assert "Traceback" not in said
    assert started(run(folder, "dvc", "repro", "sample_text")) == {"sample_text"}
    expected = results(first.folder)
    found = {name: content for name, content in results(folder).items() if name.startswith("data/text/")}
    assert found == {name: content for name, content in expected.items() if name.startswith("data/text/")}
    assert "up to date" in run(folder, "dvc", "status", "sample_text")


@pytest.fixture(scope="module")
def project(first: Clone, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first clone, to which a task was added."""
    folder = copied(first.folder, tmp_path_factory.mktemp("project") / "clone")
    write_settings(folder, ADDED)
    return folder


@pytest.fixture(scope="module")
def first_run(project: Path) -> str:
    output = run(project, "dvc", "repro")
    run(project, "git", "add", "--all")
    run(project, "git", "commit", "--quiet", "--message", "results")
    return output


def cells_of(task: str) -> set[str]:
    """Every cell that belongs to a task."""
    return {cell.replace("mnli", task) for cell in EVERY_STAGE if "@mnli" in cell}


def tracked_runs(project: Path) -> dict[str, list]:
    client = MlflowClient(f"sqlite:///{project / 'mlflow.db'}")
    return {experiment.name: client.search_runs([experiment.experiment_id])
            for experiment in client.search_experiments() if experiment.name != "Default"}


def test_a_task_that_is_added_runs_alone(project: Path, first_run: str) -> None:
    # Holm's correction is for the comparisons of all tasks, so the p values of the other task change, too.
    assert started(first_run) == cells_of(ADDED) | {"check_params", "judge", "track@mnli", "report"}


def test_the_report_shows_every_task_and_says_synthetic(project: Path, first_run: str) -> None:
    numbers = json.loads((project / "reports" / "metrics.json").read_text("utf-8"))
    assert {"mnli", ADDED} <= numbers.keys()
    assert numbers["synthetic"] is True
    for name in ("report.md", "index.html", f"details/{ADDED}.md"):
        text = (project / "reports" / name).read_text("utf-8")
        assert "synthetic" in text.lower()
        assert str(project) not in text


def test_predictions_are_those_of_the_test_rows(project: Path, first_run: str) -> None:
    for task in ("mnli", ADDED):
        facts = json.loads((project / "reports" / "metrics" / f"{task}.json").read_text("utf-8"))
        rows = {path.stem: len(path.read_text("utf-8").splitlines())
                for path in (project / "data" / "prepared" / task).glob("*.jsonl")}
        assert facts["rows"] == rows | {"train": 64}
        assert ("test_mismatched" in rows) == (task == "mnli")


def test_one_mlflow_run_per_cell(project: Path, first_run: str) -> None:
    runs = tracked_runs(project)
    assert set(runs) == {"mnli", ADDED}
    for task, found in runs.items():
        by_name = {run.info.run_name: run for run in found}
        assert sorted(by_name) == ["pretrained-full", "pretrained-full-1", "scratch", "scratch-1"]
        assert all(run.info.status == "FINISHED" for run in found)
        for arm, cell in (("pretrained-full", "pretrained-full-1"), ("scratch", "scratch-1")):
            assert by_name[cell].data.tags["mlflow.parentRunId"] == by_name[arm].info.run_id
            assert by_name[arm].data.params["lr"] == by_name[cell].data.params["lr"]
            charts = project / "mlartifacts" / task / by_name[arm].info.run_id / "artifacts" / "plots"
            assert {chart.name for chart in charts.iterdir()} == {
                f"{task}-loss.svg", f"{task}-score.svg", f"{task}-reliability.svg"}


def test_a_second_run_does_nothing(project: Path, first_run: str) -> None:
    assert started(run(project, "dvc", "repro")) == set()
    assert run(project, "git", "status", "--porcelain") == ""


def test_byte_code_beside_the_modules_changes_nothing(project: Path, first_run: str) -> None:
    (project / "stages" / "common" / "__pycache__").mkdir(exist_ok=True)
    (project / "stages" / "common" / "__pycache__" / "files.cpython-311.pyc").write_bytes(b"other")
    assert "up to date" in run(project, "dvc", "status")


FINE_TUNED = {
    "check_params", "train_pretrained@mnli-full-1", "predict@mnli", "stress@mnli", "evaluate@mnli",
    "evaluate_sizes@mnli", "analyse@mnli", "diagnose@mnli", "track@mnli", "judge", "report"}  # of another learning rate


def runs_of_a_learning_rate(project: Path, experiment: str) -> None:
    """Run an experiment with one task: fine-tuning and what follows, each arm a run of its own in MLflow."""
    output = run(project, "dvc", "exp", "run", "--name", experiment, "-S", "lr=2e-5")
    assert started(output) == FINE_TUNED
    assert "lr: 2e-05" in (project / "params.yaml").read_text("utf-8")
    assert experiment in run(project, "dvc", "exp", "show", "--csv", "--only-changed")
    found = tracked_runs(project)["mnli"]
    assert sorted(run.info.run_name for run in found) == [
        "pretrained-full", "pretrained-full, lr=2e-05", "pretrained-full-1", "pretrained-full-1, lr=2e-05", "scratch",
        "scratch-1"]
    newest = {run.info.run_name: run for run in found if float(run.data.params["lr"]) == 2e-05}
    assert {run.data.tags["dvc.experiment"] for run in newest.values()} == {experiment}
    assert newest["pretrained-full-1, lr=2e-05"].data.metrics["train/learning_rate"] <= 2e-05
    assert started(run(project, "dvc", "repro")) == set()


def test_the_workflow_of_a_pull_request_compares_with_where_it_left_main(first: Clone, tmp_path: Path) -> None:
    """The commands of the workflow on a branch, before a bare repository, with a `gh` that notes what it is told."""
    project = copied(first.folder, tmp_path / "project")
    run(project, "git", "checkout", "--quiet", "-B", "main")
    run(project, "git", "clone", "--quiet", "--bare", ".", f"{project}.git")
    run(project, "git", "remote", "set-url", "origin", f"{project}.git")
    run(project, "git", "fetch", "--quiet", "origin")
    run(project, "git", "checkout", "--quiet", "-b", "slower")
    runs_of_a_learning_rate(project, "lower")
    run(project, "git", "commit", "--quiet", "--all", "--message", "slower")
    bin_folder = project / "data" / "bin"
    bin_folder.mkdir()
    (bin_folder / "gh").write_text('#!/bin/sh\necho "$*" >> data/bin/calls\ncat data/bin/before 2>/dev/null || true\n')
    (bin_folder / "gh").chmod(0o755)
    (project / ".venv").symlink_to(sys.prefix)
    steps = {step.get("name"): step for step in yaml.safe_load((
        project / ".github" / "workflows" / "results.yml").read_text("utf-8"))["jobs"]["results"]["steps"]}
    variables = {"BASE": "main", "GITHUB_OUTPUT": "data/bin/output", "GITHUB_STEP_SUMMARY": "data/bin/summary",
                 "COMMENTS": "repos/o/r/issues/7/comments", "COMMENT": "repos/o/r/issues/comments"}
    run(project, "bash", "-e", "-c", steps["Compare"]["run"], **variables)
    told = {what: run(project, "dvc", what, "diff", "origin/main", *(["--all"] if what == "metrics" else []))
            for what in ("params", "metrics", "plots")}
    path = f"{bin_folder}:{os.environ['PATH']}"
    comment = ["bash", "-e", "-c", f"PATH='{path}'; {steps['Comment']['run']}"]
    run(project, *comment, **variables)
    (bin_folder / "before").write_text("41\n")
    run(project, *comment, **variables)
    facts = json.loads((project / "reports" / "diff.json").read_text("utf-8"))
    summary = (project / "reports" / "diff.md").read_text("utf-8")
    calls = [line for line in (bin_folder / "calls").read_text().splitlines() if "--method" in line]
    assert calls == ["api --method POST repos/o/r/issues/7/comments --field body=@comment.md",
                     "api --method PATCH repos/o/r/issues/comments/41 --field body=@comment.md"]
    assert (bin_folder / "summary").read_text("utf-8") == summary
    assert (bin_folder / "output").read_text() == f"code={3 * bool(facts['regressions'])}\n"
    assert facts["params"] == {"lr": {"old": 1e-3, "new": 2e-5}}
    assert facts["stale"] == 0
    assert "WARNING" not in "".join(told.values())
    assert "2e-05" in told["params"]
    assert "reports/differences.json" in told["metrics"]
    assert set(facts["cells"]["ran"]) == FINE_TUNED
    assert "train_pretrained@mnli-full-1" in facts["cells"]["other_outputs"]
    for found in facts["scores"]:
        assert found["paired"]
        assert found["difference"] == pytest.approx(found["new"] - found["old"])
        if found["arm"] == "scratch":
            assert (found["difference"], found["p_value"]) == (0, 1)
    for one in facts["scores"]:
        metrics = json.loads((project / "reports" / "metrics" / f"{one['task']}.json").read_text("utf-8"))
        assert one["new"] == metrics["cells"][
            "scratch-1" if one["arm"] == "scratch" else "pretrained-full-1"]["after"]["test"][one["metric"]]
    # Back on main nothing is computed but what DVC cannot restore, and the report is what it was.
    run(project, "git", "checkout", "--quiet", "--force", "main")
    assert started(run(project, "dvc", "repro")) <= {"check_params", "report"}
    first_reports, reports = (
        {name: content for name, content in results(folder).items() if name.startswith("reports/")}
        for folder in (first.folder, project))
    assert {name: reports[name] for name in first_reports} == first_reports


def test_a_trained_model_answers_and_can_be_given_away(project: Path, first_run: str, tmp_path: Path) -> None:
    pair = {"text": "A man sleeps.", "text_pair": "Nobody is awake."}
    told = json.loads(run(project, sys.executable, "-m", "stages.predict", "--task", "mnli", pair["text"],
                          "--pair", pair["text_pair"]).splitlines()[-1])
    run(project, sys.executable, "-m", "stages.export", "--task", "mnli", "--out", str(tmp_path / "model"))
    found, = pipeline("text-classification", str(tmp_path / "model"))([pair])
    assert found["label"] == told["label"]
    assert found["score"] == pytest.approx(told["probability"], abs=1e-5)
    card = (tmp_path / "model" / "README.md").read_text("utf-8")
    metrics = json.loads((project / "reports" / "metrics" / "mnli.json").read_text("utf-8"))
    assert f"accuracy {metrics['cells']['pretrained-full-1']['after']['test']['accuracy']:.3f} (95 % interval" in card
    assert "SYNTHETIC SAMPLE" in card
    refused = run(project, sys.executable, "-m", "stages.export", "--task", "mnli", "--out", str(tmp_path / "model"),
                  ok=False)
    assert refused.splitlines()[-1] == (
        f"error: {tmp_path / 'model'}: expected a folder that does not exist yet, found one; name another")


def test_a_wrong_setting_stops_before_any_work(project: Path, first_run: str) -> None:
    params = (project / "params.yaml").read_text("utf-8")
    (project / "params.yaml").write_text(params.replace("  patience: ", "  patient: "), "utf-8")
    try:
        output = run(project, "dvc", "repro", ok=False)
    finally:
        (project / "params.yaml").write_text(params, "utf-8")
    assert "error: params.yaml: training.patient: unknown key; did you mean patience?" in output
    assert started(output) == {"check_params"}


def test_test_rows_and_weights_leave_scratch_alone_and_switching_back_runs_nothing(
    first: Clone, mirror: Path, tmp_path: Path
) -> None:
    """Other rows of test train nothing, and other weights of the same architecture fine-tune."""
    project = copied(first.folder, tmp_path / "project")
    shutil.copytree(mirror, tmp_path / "mirror")
    test = tmp_path / "mirror" / "multinli_1.0_dev_matched.jsonl"
    row = json.loads(test.read_text("utf-8").splitlines()[-1]) | {"pairID": "one more", "sentence1": "Ministers talk."}
    with test.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(row) + "\n")
    pin(project, tmp_path / "mirror")
    replace(project / "params.yaml", "      seed: 1\n", "      seed: 2\n")
    trained = ("train_pretrained@mnli-full-1", "train_scratch@mnli-1", "embed@mnli")
    assert started(run(project, "dvc", "repro", *trained)) == {
        "sources", "check_params", "checkpoint@bilingual_small", "assign_checkpoint@mnli", "download@mnli",
        "preprocess@mnli", "encode@mnli", "embed@mnli", "train_pretrained@mnli-full-1"}
    for name in ("params.yaml", "stages/corpora/published.yaml"):  # and not dvc.lock nor the results
        run(project, "git", "checkout", "--quiet", "--", name)
    assert started(run(project, "dvc", "repro")) == {"check_params"}
    assert_same(results(project), results(first.folder))


WORDS = {"person": ["Who", "Whom"], "place": ["Where", "In which town"], "number": ["How many", "How much"]}


def questions(count: int, start: int) -> str:
    """Lines of a small synthetic corpus."""
    rest = [f"{verb} the {noun} {number}?" for number, verb, noun in product(
        range(start, start + 20), ("painted", "found", "sold"), ("house", "map", "song"))]
    rows = zip(cycle(WORDS), rest, strict=False)
    return "".join(f"{label}\t{WORDS[label][len(text) % 2]} {text}\n" for label, text in islice(rows, count))


def test_a_table_runs_to_the_report_as_the_docs_say(first: Clone, tmp_path: Path) -> None:
    project = copied(first.folder, tmp_path / "project")
    (project / "reviews.csv").write_text(questions(180, 0).replace("\t", ","), "utf-8")
    command = re.search(r"```bash\n(.*?)\n```", (ROOT / "docs/own-data.md").read_text("utf-8"), flags=re.S)[1]
    # Without the encoder of the Hub, the task takes that of the sample.
    first, second = (part.split() for part in command.replace(" --checkpoint klue/bert-base", "").split(" && "))
    assert "labels: number 60, person 60, place 60" in run(project, *first)
    assert "report" in started(run(project, *second))
    numbers = json.loads((project / "reports" / "metrics.json").read_text("utf-8"))
    assert list(numbers) == ["synthetic", "reviews"]
    assert numbers["synthetic"] is False
    card = json.loads((project / "reports" / "cards" / "reviews.json").read_text("utf-8"))
    assert card["kept"] == {"train": 93, "validation": 27, "test": 60}
    assert set(card["labels"]["train"]) == {"person", "place", "number"}
    with (project / "reviews.csv").open("a", encoding="utf-8") as stream:
        stream.write("thing,What?\n")
    refused = run(project, *second, ok=False)
    assert "reviews.csv: line 181: expected a label among number, person, place, found 'thing'; correct the" in refused


def stored(project: Path, query: str) -> list[str]:
    """Sorted values of one column, read without MLflow, which in this process still has the deleted file open."""
    with closing(sqlite3.connect(project / "mlflow.db")) as database:
        return sorted(value for value, in database.execute(query))


def work_off_queue(project: Path, experiments: int) -> None:
    """Run what is queued with two workers, which are gone when this returns.

    DVC's workers now and then end before the queue is empty, or never hear that they may end (treeverse/dvc issues 8165
    and 10398), and whoever reads what they print waits for them: they write to no pipe, are started again, or killed.
    """
    deadline = time.monotonic() + 900
    try:
        while True:
            status = run(project, "dvc", "queue", "status")
            if status.count("Success") == experiments:
                return
            assert "Failed" not in status, status + worker_logs(project)
            assert time.monotonic() < deadline, status + worker_logs(project)
            if not workers(project):
                run(project, "sh", "-c", "dvc queue start --jobs 2 > /dev/null 2>&1 < /dev/null")
            time.sleep(2)
    finally:
        for process in workers(project):
            process.kill()


def workers(project: Path) -> list[psutil.Process]:
    """The processes that work off the queue of ``project``."""
    return [process for process in psutil.process_iter(["cmdline", "cwd"])
            if process.info["cwd"] == str(project) and "queue-worker" in (process.info["cmdline"] or ())]


def worker_logs(project: Path) -> str:
    """What DVC's workers have written."""
    return "".join(path.read_text("utf-8") for path in sorted((project / ".dvc/tmp/exps/celery").glob("*.out")))


@pytest.mark.slow
def test_experiments_of_two_workers_share_a_store_that_is_not_there_yet(project: Path, first_run: str) -> None:
    run(project, "git", "checkout", "--quiet", "--", ".")
    run(project, "dvc", "repro")
    (project / "mlflow.db").unlink()
    for name, rate in (("first", "3e-5"), ("second", "4e-5")):
        run(project, "dvc", "exp", "run", "--queue", "--name", name, "-S", f"lr={rate}", *ONE_TASK)
    work_off_queue(project, experiments=2)
    names = stored(project, "SELECT tags.value FROM runs JOIN tags USING (run_uuid)"
                            " WHERE tags.key = 'dvc.experiment' AND runs.name = 'pretrained-full-1'")
    assert names == ["first", "second"]
    run(project, "dvc", "exp", "apply", "first")
    assert started(run(project, "dvc", "repro")) == set()
    assert "lr: 3e-05" in (project / "params.yaml").read_text("utf-8")
    # A store that was deleted is filled with what the workspace has.
    (project / "mlflow.db").unlink()
    assert started(run(project, "dvc", "repro", "--force", "--single-item", "track")) == {"track@mnli"}
    assert stored(project, "SELECT name FROM runs") == [
        "pretrained-full", "pretrained-full-1", "scratch", "scratch-1"]
    run(project, "git", "checkout", "--quiet", "--", ".")
