"""The real pipeline on small settings: three tasks, both arms, in a copy of the project, through DVC itself."""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest
import yaml
from mlflow.tracking import MlflowClient
from transformers import pipeline

from stages.common.sources import ROOT
from tests.preloaded import run_preloaded

TASKS = ("nsmc", "mnli", "conll2003", "ag_news")
RUN = TASKS[1:]  # NSMC runs in test_identical
ONE_TASK = [part for task in RUN[:-1] for part in ("-S", f"~tasks.{task}")]  # AG News alone
pytestmark = pytest.mark.pipeline


def run(folder: Path, *command: str, ok: bool = True, **variables: str) -> str:
    """Run a command of the environment's own folder in ``folder``; return everything it printed.

    DVC and the stages run in forks of a process that has imported their libraries.
    """
    if command[0] == "dvc" or command[1] == "-m":
        code, output = run_preloaded(command, folder, environment_of(variables))
        assert (code == 0) == ok, output[-4000:]
        return output
    return run_afresh(folder, *command, ok=ok, **variables)


def run_afresh(folder: Path, *command: str, ok: bool = True, **variables: str) -> str:
    """The same in a process of its own."""
    done = subprocess.run(command, cwd=folder, env=environment_of(variables), text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    assert (done.returncode == 0) == ok, done.stdout[-4000:]
    return done.stdout


def environment_of(variables: dict[str, str]) -> dict[str, str]:
    """Environment variables of a command."""
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "DVC_NO_ANALYTICS": "1"}
    for name in ("MLFLOW_TRACKING_URI", "PYTHONPATH"):
        environment.pop(name, None)
    return environment | variables


def started(output: str) -> set[str]:
    """Names of the stages that ran, as DVC announces them."""
    return set(re.findall(r"Running stage '([^']+)'", output))


def small(params: str) -> str:
    """Settings under which everything is quick; what is learnt does not matter here."""
    for name, value in {"epochs": 1, "evaluations": 1, "resamples": 100, "steps": 20, "threads": 1}.items():
        params = re.sub(rf"^( +){name}: .*$", rf"\g<1>{name}: {value}", params, flags=re.M)
    params = params.replace("  rows: 150\n  transformations:", "  rows: 20\n  transformations:")
    for name, rows in {"train": 64, "validation": 40, "test": 120}.items():
        params = re.sub(rf"^( +){name}_size: .*$", rf"\g<1>{name}_size: {rows}", params, flags=re.M)
    return params.replace("seeds:\n- 1\n- 2\n- 3\n", "seeds:\n- 1\n")


def copied_project(folder: Path, tasks: tuple[str, ...] = TASKS) -> None:
    """Make ``folder`` a git repository with the project as it stands, its settings made small, and no results."""
    listed = run(ROOT, "git", "ls-files", "--cached", "--others", "--exclude-standard").split("\n")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    for path in (folder / "dvc.lock", *(folder / "reports").iterdir()):
        if path.name != "further":  # a folder that is there without results, too
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    (folder / "params.yaml").write_text(small((folder / "params.yaml").read_text("utf-8")), "utf-8")
    leave_tasks(folder, *tasks)
    run(folder, "git", "init", "--quiet", "--initial-branch", "study")
    run(folder, "git", "config", "user.name", "Tester")
    run(folder, "git", "config", "user.email", "tester@example.org")
    run(folder, "git", "add", "--all")
    run(folder, "git", "commit", "--quiet", "--message", "start")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    copied_project(folder, RUN)
    return folder


@pytest.fixture(scope="module")
def first_run(project: Path) -> str:
    output = run(project, "dvc", "repro")
    run(project, "git", "add", "--all")
    run(project, "git", "commit", "--quiet", "--message", "results")
    return output


def cells(*stages: str) -> set[str]:
    suffix = {"train_pretrained": "-full-1", "train_scratch": "-1"}
    return {f"{stage}@{task}{suffix.get(stage, '')}" for stage in stages for task in RUN}


def tracked_runs(project: Path) -> dict[str, list]:
    client = MlflowClient(f"sqlite:///{project / 'mlflow.db'}")
    return {experiment.name: client.search_runs([experiment.experiment_id])
            for experiment in client.search_experiments() if experiment.name in RUN}


def test_everything_runs_once(project: Path, first_run: str) -> None:
    per_task = cells("download", "fetch_checkpoint", "assign_checkpoint", "preprocess", "encode", "baseline", "embed",
                     "train_pretrained", "train_scratch", "predict", "stress", "evaluate", "plan_sizes",
                     "evaluate_sizes", "analyse", "diagnose", "track")
    assert started(first_run) == per_task | {
        "sources", "check_params", "sample_text", "checkpoint@bilingual_small", "judge", "report"}


def test_the_report_shows_every_task_and_says_synthetic(project: Path, first_run: str) -> None:
    numbers = json.loads((project / "reports" / "metrics.json").read_text("utf-8"))
    assert set(RUN) <= numbers.keys()
    assert numbers["synthetic"] is True
    for name in ("report.md", "index.html", *(f"details/{task}.md" for task in RUN)):
        text = (project / "reports" / name).read_text("utf-8")
        assert "synthetic" in text.lower()
        assert str(project) not in text


def test_predictions_are_those_of_the_test_rows(project: Path, first_run: str) -> None:
    for task in RUN:
        facts = json.loads((project / "reports" / "metrics" / f"{task}.json").read_text("utf-8"))
        rows = {path.stem: len(path.read_text("utf-8").splitlines())
                for path in (project / "data" / "prepared" / task).glob("*.jsonl")}
        assert facts["rows"] == rows | {"train": 64}
        assert ("test_mismatched" in rows) == (task == "mnli")


def test_one_mlflow_run_per_cell(project: Path, first_run: str) -> None:
    runs = tracked_runs(project)
    assert set(runs) == set(RUN)
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


def runs_of_a_learning_rate(project: Path, experiment: str) -> None:
    """Run an experiment with MNLI alone: fine-tuning and what follows, each arm a run of its own in MLflow."""
    output = run(project, "dvc", "exp", "run", "--name", experiment, "-S", "lr=2e-5")
    ran = cells("train_pretrained", "predict", "stress", "evaluate", "evaluate_sizes", "analyse", "diagnose", "track")
    assert started(output) == {cell for cell in ran if "@mnli" in cell} | {"check_params", "judge", "report"}
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


def test_the_workflow_of_a_pull_request_compares_with_where_it_left_main(project: Path, first_run: str) -> None:
    """The commands of the workflow on a branch, before a bare repository, with a `gh` that notes what it is told."""
    branch = run(project, "git", "branch", "--show-current").strip()
    run(project, "git", "checkout", "--quiet", "-B", "main")
    leave_tasks(project, "mnli")
    run(project, "dvc", "repro")
    run(project, "git", "commit", "--quiet", "--all", "--message", "one task")
    run(project, "git", "clone", "--quiet", "--bare", ".", f"{project}.git")
    run(project, "git", "remote", "add", "origin", f"{project}.git")
    run(project, "git", "fetch", "--quiet", "origin")
    run(project, "git", "checkout", "--quiet", "-b", "slower")
    runs_of_a_learning_rate(project, "lower")
    run(project, "git", "commit", "--quiet", "--all", "--message", "slower")
    bin_folder = project / "data" / "bin"
    bin_folder.mkdir()
    (bin_folder / "gh").write_text('#!/bin/sh\necho "$*" >> data/bin/calls\ncat data/bin/before 2>/dev/null || true\n')
    (bin_folder / "gh").chmod(0o755)
    (project / ".venv").symlink_to(sys.prefix)
    try:
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
    finally:
        (project / ".venv").unlink()
        (project / "comment.md").unlink(missing_ok=True)
        run(project, "git", "checkout", "--quiet", "--force", branch)
        run(project, "dvc", "checkout")
    calls = [line for line in (bin_folder / "calls").read_text().splitlines() if "--method" in line]
    assert calls == ["api --method POST repos/o/r/issues/7/comments --field body=@comment.md",
                     "api --method PATCH repos/o/r/issues/comments/41 --field body=@comment.md"]
    facts = json.loads((project / "reports" / "diff.json").read_text("utf-8"))
    assert (bin_folder / "summary").read_text("utf-8") == (project / "reports" / "diff.md").read_text("utf-8")
    assert (bin_folder / "output").read_text() == f"code={3 * bool(facts['regressions'])}\n"
    assert facts["params"] == {"lr": {"old": 1e-3, "new": 2e-5}}
    assert facts["stale"] == 0
    assert "WARNING" not in "".join(told.values())
    assert "2e-05" in told["params"]
    assert "reports/differences.json" in told["metrics"]
    ran = cells("train_pretrained", "predict", "stress", "evaluate", "evaluate_sizes", "analyse", "diagnose", "track")
    assert set(facts["cells"]["ran"]) == {cell for cell in ran if "@mnli" in cell} | {
        "check_params", "judge", "report"}
    assert "train_pretrained@mnli-full-1" in facts["cells"]["other_outputs"]
    for found in facts["scores"]:
        assert found["paired"]
        assert found["difference"] == pytest.approx(found["new"] - found["old"])
        if found["arm"] == "scratch":
            assert (found["difference"], found["p_value"]) == (0, 1)
    for one in facts["scores"]:
        metrics = json.loads((project / "reports" / "metrics" / f"{one['task']}.json").read_text("utf-8"))
        assert one["old"] == metrics["cells"][
            "scratch-1" if one["arm"] == "scratch" else "pretrained-full-1"]["after"]["test"][one["metric"]]


def test_a_trained_model_answers_and_can_be_given_away(project: Path, first_run: str, tmp_path: Path) -> None:
    text = "The talks ended on Monday."
    told = json.loads(run(project, sys.executable, "-m", "stages.predict", "--task", "ag_news", text).splitlines()[-1])
    run(project, sys.executable, "-m", "stages.export", "--task", "ag_news", "--out", str(tmp_path / "model"))
    found, = pipeline("text-classification", str(tmp_path / "model"))(text)
    assert found["label"] == told["label"]
    assert found["score"] == pytest.approx(told["probability"], abs=1e-5)
    card = (tmp_path / "model" / "README.md").read_text("utf-8")
    metrics = json.loads((project / "reports" / "metrics" / "ag_news.json").read_text("utf-8"))
    assert f"accuracy {metrics['cells']['pretrained-full-1']['after']['test']['accuracy']:.3f} (95 % interval" in card
    assert "SYNTHETIC SAMPLE" in card
    refused = run(project, sys.executable, "-m", "stages.export", "--task", "ag_news", "--out", str(tmp_path / "model"),
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


def without_tasks(params: str, *tasks: str) -> str:
    """Settings in which ``tasks`` are left out."""
    return re.sub(rf"^  ({'|'.join(tasks)}):\n(    .*\n)+", "", params, flags=re.M)


def leave_tasks(project: Path, *tasks: str) -> None:
    """Take all others out of params.yaml."""
    path = project / "params.yaml"
    path.write_text(without_tasks(path.read_text("utf-8"), *set(TASKS) - set(tasks)), "utf-8")


def settings_of_tasks(project: Path, tasks: tuple[str, ...], old: str, new: str) -> None:
    """Leave ``tasks`` in params.yaml, and replace ``old`` wherever it stands."""
    leave_tasks(project, *tasks)
    path = project / "params.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def pin(project: Path, mirror: Path) -> None:
    """Make the files of ``mirror`` the published ones of its corpora."""
    path = project / "stages" / "corpora" / "published.yaml"
    corpora = yaml.safe_load(path.read_text("utf-8")) | {
        folder.name: {"homepage": "https://example.org", "licence": "for tests", "files": [
            {"name": path.name, "bytes": path.stat().st_size, "urls": [path.as_uri()],
             "sha256": hashlib.sha256(path.read_bytes()).hexdigest()} for path in sorted(folder.iterdir())]}
        for folder in sorted(mirror.iterdir())}
    path.write_text(yaml.safe_dump(corpora), "utf-8")


def bytes_of_results(project: Path) -> dict[str, bytes]:
    return {path.relative_to(project).as_posix(): path.read_bytes()
            for path in sorted((project / "reports").rglob("*")) if path.is_file()}


def of_task(task: str) -> set[str]:
    """Every cell that belongs to a task and follows from its raw files."""
    stages = ("download", "preprocess", "encode", "baseline", "embed", "train_pretrained", "train_scratch", "predict",
              "stress", "evaluate", "plan_sizes", "evaluate_sizes", "analyse", "diagnose", "track")
    return {name for name in cells(*stages) if f"@{task}" in name}


def test_pins_and_weights_make_cells_of_their_task_stale_and_switching_back_runs_nothing(
    project: Path, first_run: str, tmp_path: Path
) -> None:
    run(project, "git", "checkout", "--quiet", "--", ".")
    assert started(run(project, "dvc", "repro")) <= {"check_params"}  # of other settings before
    before = bytes_of_results(project)
    shutil.copytree(project / "data" / "raw" / "ag_news", tmp_path / "ag_news")
    (tmp_path / "ag_news" / "source.json").unlink()
    pin(project, tmp_path)
    settings_of_tasks(project, ("mnli", "ag_news"), "corpus: ag_news\n    source: sample",
                      "corpus: ag_news\n    source: published")
    # Holm's correction is for the comparisons of all tasks, so the p values of the other task change, too.
    assert started(run(project, "dvc", "repro")) == of_task("ag_news") | {
        "sources", "check_params", "judge", "track@mnli", "report"}
    # Other rows of test train nothing; other weights of the same architecture fine-tune, and leave scratch alone.
    test = tmp_path / "ag_news" / "test.csv"
    test.write_text(test.read_text("utf-8") + '"1","Talks end","Ministers signed the treaty."\n', "utf-8")
    pin(project, tmp_path)
    settings_of_tasks(project, ("ag_news",), "      seed: 1\n", "      seed: 2\n")
    assert started(run(project, "dvc", "repro")) == (
        of_task("ag_news") - {"plan_sizes@ag_news", "train_scratch@ag_news-1"} | {
            "sources", "check_params", "checkpoint@bilingual_small", "assign_checkpoint@ag_news", "judge", "report"})
    for name in ("params.yaml", "stages/corpora/published.yaml"):  # and not dvc.lock nor the results
        run(project, "git", "checkout", "--quiet", "--", name)
    assert started(run(project, "dvc", "repro")) == {"check_params"}
    assert bytes_of_results(project) == before
    assert run(project, "git", "status", "--porcelain", "--", "reports") == ""


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
    assert started(run(project, "dvc", "repro", "--force", "--single-item", "track")) == {"track@ag_news"}
    assert stored(project, "SELECT name FROM runs") == [
        "pretrained-full", "pretrained-full-1", "scratch", "scratch-1"]
    run(project, "git", "checkout", "--quiet", "--", ".")
