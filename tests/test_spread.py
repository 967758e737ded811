"""Cells in clones give the dvc.lock and the files of a serial run, and home finds them without running any."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import psutil
import pytest
import yaml

from stages import spread
from stages.common.errors import UserError
from stages.common.sources import ROOT
from stages.settings.resources import Needs, ResourceSettings
from stages.spreading import cell as cell_module
from stages.spreading.cell import CellError, FinishedOutputs, Job, run_cell, share, shared_remote
from stages.spreading.engines import RayEngine, tried
from stages.spreading.plan import Cell, stale_plan, take_finished
from stages.spreading.slurm import run_array_task, write_job
from tests.preloaded import run_preloaded
from tests.processes import LIMIT, still_at_work

# Several cells write into one folder, and one writes a file that git keeps, which a further one reads.
PIPELINE = """
stages:
  start:
    cmd: python make.py start.txt make.py
    deps: [make.py]
    outs: [start.txt]
  part:
    matrix:
      n: [1, 2, 3]
    cmd: python make.py parts/${item.n}.txt start.txt
    deps: [start.txt]
    outs: ["parts/${item.n}.txt"]
  note:
    cmd: python make.py notes/note.txt parts/1.txt parts/2.txt parts/3.txt
    deps: [parts]
    plots: [{notes: {cache: false}}]
  last:
    cmd: python make.py last.txt notes/note.txt
    deps: [notes]
    outs: [last.txt]
"""
AT_HOME = """
  track:
    matrix:
      task: [a, b]
    cmd: python make.py tracked/${item.task}.txt last.txt
    deps: [last.txt]
    outs: ["tracked/${item.task}.txt"]
"""
# DVC's run cache keeps no uncached output of this kind.
NOT_KEPT = """
  unkept:
    cmd: python make.py unkept.txt start.txt
    deps: [start.txt]
    outs: [unkept.txt: {cache: false}]
"""
MAKE = """
import hashlib, pathlib, sys
out, *inputs = map(pathlib.Path, sys.argv[1:])
assert not pathlib.Path("broken").exists() or out.name != "2.txt", "no part 2 today"
out.parent.mkdir(exist_ok=True)
out.write_text("\\n".join(hashlib.sha256(path.read_bytes()).hexdigest() for path in inputs))
"""
NEEDS = Needs(cpus=1, gpus=0, memory_gib=0.1)
CELLS = [Cell(f"cell-{number}", (), ()) for number in range(12)]


def call(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def dvc(folder: Path, *arguments: str) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    code, printed = run_preloaded(("dvc", *arguments), folder, os.environ | {"PATH": path})
    assert code == 0, printed
    return printed


@pytest.fixture(scope="module")
def initial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty repository of git and DVC."""
    folder = tmp_path_factory.mktemp("initial")
    call(folder, "git", "init", "--quiet")
    dvc(folder, "init", "--quiet")
    return folder


@pytest.fixture
def home(initial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the pipeline, nothing of which was run, and a remote in a folder."""
    folder = tmp_path / "home"
    shutil.copytree(initial, folder)
    for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "tester")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    (folder / ".dvc/config").write_text(
        f"[core]\n    remote = shared\n['remote \"shared\"']\n    url = {tmp_path / 'remote'}\n", encoding="utf-8")
    (folder / "dvc.yaml").write_text(PIPELINE, encoding="utf-8")
    (folder / "make.py").write_text(MAKE, encoding="utf-8")
    (folder / ".gitignore").write_text("/start.txt\n/parts\n/last.txt\n/params.yaml\n", encoding="utf-8")
    call(folder, "git", "add", "-A")
    call(folder, "git", "commit", "--quiet", "-m", "first")
    monkeypatch.chdir(folder)
    return folder


def present_job(home: Path) -> Job:
    return Job(str(home), call(home, "git", "rev-parse", "HEAD").strip(), shared_remote())


class OneWorker:
    """Stands in for a cluster: it runs one cell after another, in a clone."""

    def __init__(self, job: Job) -> None:
        self.job, self.folder = job, Path(tempfile.mkdtemp(prefix="headstart-spread-"))

    def run(self, cells: Sequence[Cell], known: FinishedOutputs) -> Iterator[tuple[Cell, FinishedOutputs | CellError]]:
        for cell in cells:
            yield cell, tried(partial(run_cell, self.job), cell, known, self.folder / "worker", 0)

    def close(self) -> None:
        shutil.rmtree(self.folder)


def spread_to_clones(home: Path) -> None:
    plan = stale_plan()
    with closing(OneWorker(present_job(home))) as worker:
        spread.run(plan, worker, share(plan.finished))


def written(folder: Path) -> dict[str, bytes]:
    names = ("dvc.lock", "start.txt", "parts/1.txt", "parts/2.txt", "parts/3.txt", "notes/note.txt", "last.txt")
    return {name: (folder / name).read_bytes() for name in names}


def test_what_is_stale_is_found_level_by_level(home: Path) -> None:
    assert [[cell.name for cell in level] for level in stale_plan().levels] == [
        ["start"], ["part@1", "part@2", "part@3"], ["note"], ["last"]]
    assert [[cell.name for cell in level] for level in stale_plan(["part@2"]).levels] == [["start"], ["part@2"]]


@pytest.mark.slow
def test_what_was_done_at_home_is_told_to_the_clones(home: Path, tmp_path: Path) -> None:
    """Nobody pushed it, and neither dvc.lock nor the note is committed."""
    dvc(home, "repro", "note")
    plan = stale_plan()
    assert [[cell.name for cell in level] for level in plan.levels] == [["last"]]
    spread_to_clones(home)
    assert "Running stage" not in dvc(home, "repro", "--pull")
    call(tmp_path, "git", "clone", "--quiet", str(home), "serial")
    dvc(tmp_path / "serial", "repro")
    assert written(home) == written(tmp_path / "serial")


def test_what_the_run_cache_has_is_taken_and_not_run(home: Path) -> None:
    """Settings that were run before come back, but for what lies behind something that was not."""
    def committed(text: str) -> None:
        (home / "make.py").write_text(text, encoding="utf-8")
        call(home, "git", "commit", "--quiet", "-am", "edit")
    counting = MAKE + "print(out, file=open('../ran', 'a'))\n"
    committed(counting)
    dvc(home, "repro", "note")
    first = (home / "notes/note.txt").read_bytes()
    committed(MAKE + "# edited\n")
    dvc(home, "repro", "note")
    assert (home / "notes/note.txt").read_bytes() != first
    committed(counting)
    assert stale_plan().cells == 6
    assert take_finished() == ["start", "part@1", "part@2", "part@3", "note"]
    assert (home / "notes/note.txt").read_bytes() == first
    assert [[cell.name for cell in level] for level in stale_plan().levels] == [["last"]]
    assert take_finished() == []
    # Of a lock file that others made, with other bits that are not here, nothing is taken; it would run.
    lock = yaml.safe_load((home / "dvc.lock").read_text("utf-8"))
    lock["stages"]["start"]["outs"][0]["md5"] = "0" * 32
    (home / "dvc.lock").write_text(yaml.safe_dump(lock), encoding="utf-8")
    assert take_finished() == []
    assert len((home.parent / "ran").read_text().splitlines()) == 5


@pytest.mark.slow
def test_what_finished_before_a_failure_is_kept(home: Path) -> None:
    (home / "broken").touch()
    call(home, "git", "add", "broken")
    call(home, "git", "commit", "--quiet", "-m", "broken")
    with pytest.raises(UserError, match=r"(?s)part@2 failed; what finished is kept.*no part 2 today") as failure:
        spread_to_clones(home)
    assert "part@3" not in str(failure.value)
    # The parts beside it were run to their end and pushed: only what failed and what follows is run anew.
    (home / "broken").unlink()
    told = dvc(home, "repro", "--pull")
    ran = [line.split("'")[1] for line in told.splitlines() if line.startswith("Running stage")]
    assert ran == ["part@2", "note", "last"]


@pytest.mark.slow
def test_slurm_runs_the_same_cells(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for sbatch runs each array at once, as Slurm does when the one before it has ended."""
    programs = tmp_path / "programs"
    programs.mkdir()
    sbatch = programs / "sbatch"
    sbatch.write_text(f"""#!{sys.executable}
import os, re, subprocess, sys
options = dict(word.split("=", 1) for word in sys.argv[1:] if "=" in word)
with open({str(tmp_path / 'told')!r}, "a") as file:
    print(*(word for word in sys.argv[1:] if not word.startswith("--wrap")), file=file)
first, last = map(int, options["--array"].split("-"))
for index in range(first, last + 1):
    done = subprocess.run(options["--wrap"], shell=True, cwd=options["--chdir"], stdout=sys.stderr,
                          env=os.environ | {{"SLURM_ARRAY_TASK_ID": str(index)}})
    if done.returncode:
        sys.exit(done.returncode)
print(4000 + sum(1 for line in open({str(tmp_path / 'told')!r})))
""", encoding="utf-8")
    sbatch.chmod(sbatch.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    needs = ResourceSettings(training=NEEDS, other=NEEDS)
    script = write_job(tmp_path / "job", present_job(home), stale_plan(), FinishedOutputs(), needs, 0)
    assert (tmp_path / "job/job.json").stat().st_mode & 0o077 == 0
    call(home, "sh", str(script), "--partition=small")
    assert "Running stage" not in dvc(home, "repro", "--pull")
    told = (tmp_path / "told").read_text().splitlines()
    assert [next(word for word in line.split() if word.startswith("--array")) for line in told] == [
        "--array=0-0", "--array=0-2", "--array=0-0", "--array=0-0"]
    assert "--dependency=afterok:4001" in told[1]
    assert all("--cpus-per-task=1 --mem=102M" in line and "--partition=small" in line for line in told)
    with pytest.raises(UserError, match="expected a new or empty folder"):
        write_job(tmp_path / "job", present_job(home), stale_plan(), FinishedOutputs(), needs, 0)
    monkeypatch.delenv("SLURM_ARRAY_TASK_ID", raising=False)
    with pytest.raises(UserError, match="SLURM_ARRAY_TASK_ID: expected a number"):
        run_array_task(tmp_path / "job", "cells-0-other.json")


def test_a_cell_is_tried_again_in_a_new_clone(tmp_path: Path) -> None:
    tries = []

    def work(cell: Cell, known: FinishedOutputs, folder: Path) -> FinishedOutputs:
        folder.mkdir(exist_ok=True)
        tries.append(sorted(path.name for path in folder.iterdir()))
        (folder / "left").touch()
        if len(tries) < 3:
            raise CellError(f"try {len(tries)}")
        return FinishedOutputs({cell.name: {}})

    assert str(tried(work, CELLS[0], FinishedOutputs(), tmp_path / "worker", 1)) == "try 2"
    assert tried(work, CELLS[0], FinishedOutputs(), tmp_path / "worker", 1) == FinishedOutputs({"cell-0": {}})
    assert tries == [[], [], []]


def test_what_goes_wrong_on_a_machine_is_a_failed_try(tmp_path: Path) -> None:
    def work(cell: Cell, known: FinishedOutputs, folder: Path) -> FinishedOutputs:
        raise OSError(28, "No space left on device", "cache")
    assert "No space left on device" in str(tried(work, CELLS[0], FinishedOutputs(), tmp_path / "worker", 1))


def test_a_further_try_goes_on_from_the_state_of_a_training(home: Path, tmp_path: Path) -> None:
    (home / "make.py").write_text("""
import pathlib, sys
state = pathlib.Path("data/resume/half")
if not state.exists():
    state.touch()
    sys.exit("stopped halfway")
pathlib.Path(sys.argv[1]).write_text("done")
""", encoding="utf-8")
    call(home, "git", "commit", "--quiet", "-am", "in two halves")
    start = stale_plan().levels[0][0]
    work = partial(run_cell, present_job(home))
    for worker in ("worker-0", "worker-1"):
        assert "stopped halfway" in str(tried(work, start, FinishedOutputs(), tmp_path / "scratch" / worker, 0))
    assert list(tried(work, start, FinishedOutputs(), tmp_path / "scratch/worker-0", 0).locks) == ["start"]


SLOW = """
import signal, sys, time
if "{ignored}": signal.signal(signal.SIGTERM, signal.SIG_IGN)
time.sleep(600)
"""


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder whose path is short enough for Ray's sockets."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def started(
    home: Path, scratch: Path, *arguments: str, ignored: str = "",
) -> tuple[subprocess.Popen[str], list[psutil.Process]]:
    """The command while a cell is at work, and what works on the cell."""
    shutil.copyfile(ROOT / "params.yaml", home / "params.yaml")
    (home / "make.py").write_text(SLOW.format(ignored=ignored), encoding="utf-8")
    call(home, "git", "commit", "--quiet", "-am", "slow")
    process = subprocess.Popen(
        [sys.executable, "-m", "stages.spread", "--repository", str(home), *arguments], cwd=home, text=True,
        stderr=subprocess.PIPE, env=os.environ | {"TMPDIR": str(scratch), "SLURM_ARRAY_TASK_ID": "0"})
    for _ in range(3000):
        with suppress(psutil.Error):  # one that ends while it is looked at
            children = psutil.Process(process.pid).children(recursive=True)
            if any(word.endswith("make.py") for child in children for word in child.cmdline()):
                return process, children
        time.sleep(0.1)
    raise AssertionError(process.communicate()[1])


@pytest.mark.parametrize(("engine", "number", "ignored", "code"), [
    ("local", signal.SIGINT, "", 130),
    pytest.param("local", signal.SIGTERM, "yes", 143, marks=pytest.mark.slow),
    pytest.param("local", signal.SIGHUP, "", 143, marks=pytest.mark.slow),
    pytest.param("ray", signal.SIGINT, "", 130, marks=pytest.mark.slow)])
def test_a_signal_ends_the_command_with_all_that_it_started(
    home: Path, scratch: Path, engine: str, number: signal.Signals, ignored: str, code: int,
) -> None:
    if engine == "ray":
        pytest.importorskip("ray", reason="Ray is not installed: pip install 'headstart[ray]'")
    process, children = started(home, scratch, "--engine", engine, ignored=ignored)
    process.send_signal(number)
    time.sleep(0.3)
    process.send_signal(number)  # impatience, or a terminal's second one
    told = process.communicate(timeout=LIMIT)[1]
    assert "interrupted" in told or "terminated" in told
    assert process.returncode == code
    assert still_at_work(children) == []
    assert list(scratch.glob("headstart-*")) == []


@pytest.mark.slow
def test_a_signal_ends_a_task_of_slurm(home: Path, tmp_path: Path, scratch: Path) -> None:
    needs = ResourceSettings(training=NEEDS, other=NEEDS)
    write_job(tmp_path / "job", replace(present_job(home), revision="HEAD"), stale_plan(), FinishedOutputs(), needs, 1)
    process, children = started(home, scratch, "--engine", "slurm", "--folder", str(tmp_path / "job"), "--array",
                                "cells-0-other.json")
    process.send_signal(signal.SIGTERM)
    assert "terminated" in process.communicate(timeout=LIMIT)[1]
    assert still_at_work(children) == []
    assert list(scratch.glob("headstart-*")) == []


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator["Cluster"]:  # noqa: F821
    """A Ray cluster of three node processes with a processor each."""
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'headstart[ray]'")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    import ray
    from ray.cluster_utils import Cluster

    found = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    for _ in range(3):
        found.add_node(num_cpus=1)
    monkeypatch.setenv("RAY_ADDRESS", found.address)
    yield found
    ray.shutdown()
    found.shutdown()


def noted(folder: str, cell: Cell, known: FinishedOutputs, scratch: Path) -> FinishedOutputs:
    """Note where a cell is run, and take a while."""
    with Path(folder, cell.name).open("a", encoding="utf-8") as file:
        file.write(f"{os.getppid()}\n")
    if cell.name == "cell-3":
        raise CellError("this one never works")
    time.sleep(1)
    return FinishedOutputs({cell.name: known.locks["start"]})


@pytest.mark.slow
def test_ray_runs_the_cells_of_a_dead_node_again(cluster: "Cluster", tmp_path: Path) -> None:  # noqa: F821
    engine = RayEngine(partial(noted, str(tmp_path)), lambda cell: NEEDS, 1, ROOT / "stages", (ROOT / "tests",))
    assert engine.nodes == 4
    found = {}
    for cell, outcome in engine.run(CELLS, FinishedOutputs({"start": 7})):
        found[cell.name] = outcome
        if len(found) == 4:
            node = next(iter(cluster.worker_nodes))
            cluster.remove_node(node, allow_graceful=False)
    engine.close()
    assert str(found.pop("cell-3")) == "this one never works"
    assert found == {cell.name: FinishedOutputs({cell.name: 7}) for cell in CELLS if cell.name != "cell-3"}
    nodes = {cell.name: (tmp_path / cell.name).read_text().splitlines() for cell in CELLS}
    assert len(nodes["cell-3"]) >= 2  # a further try
    assert len({node for tries in nodes.values() for node in tries}) == 3


def told(cell: Cell, known: FinishedOutputs, scratch: Path) -> FinishedOutputs:
    """Where a cell is run, and whether Ray hides GPUs from it."""
    return FinishedOutputs({cell.name: [str(scratch), os.environ.get("CUDA_VISIBLE_DEVICES")]})


@pytest.mark.slow
def test_ray_refuses_what_no_node_can_hold_and_hides_no_gpu(cluster: "Cluster") -> None:  # noqa: F821
    def engine(**needs: float) -> RayEngine:
        asked = Needs.model_validate({"cpus": 1, "gpus": 0, "memory_gib": 0.1} | needs)
        return RayEngine(told, lambda cell: asked, 0, ROOT / "stages", (ROOT / "tests",))
    for needs in ({"cpus": 2}, {"gpus": 1}, {"memory_gib": 1e6}):
        with pytest.raises(UserError, match="no node of the cluster can hold cell-0, which needs .*; there are: "):
            list(engine(**needs).run(CELLS[:1], FinishedOutputs()))
    first, second = (next(outcome for _, outcome in engine().run(CELLS[:1], FinishedOutputs())) for _ in range(2))
    assert first.locks["cell-0"][1] != ""
    assert first.locks["cell-0"][0] != second.locks["cell-0"][0]  # two spreads at once do not share a clone


def test_what_cannot_be_spread_is_told_first(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copyfile(ROOT / "params.yaml", home / "params.yaml")
    (home / "make.py").write_text(MAKE + "\n", encoding="utf-8")
    assert spread.main(["--engine", "ray"]) == 1
    assert "error: make.py: edited since the last commit" in capsys.readouterr().err
    call(home, "git", "checkout", "make.py")
    dvc(home, "remote", "remove", "shared")
    assert spread.main(["--engine", "ray"]) == 1
    assert "expected a default remote that all machines reach, found none; add one" in capsys.readouterr().err
    assert spread.main(["--array", "cells-0-other.json"]) == 1
    assert "--array: expected with --engine slurm" in capsys.readouterr().err
    for name, values, remedy in (("training", {"nodes": 2}, "training.nodes: expected 1"),
                                 ("training", {"processes": 2}, "resources.training.gpus: expected as many as")):
        params = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
        params[name] |= values
        params["resources"]["training"]["gpus"] = 1
        (home / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
        assert spread.main(["--engine", "ray"]) == 1
        assert remedy in capsys.readouterr().err
    shutil.copyfile(ROOT / "params.yaml", home / "params.yaml")
    assert spread.main(["--engine", "slurm"]) == 1
    assert "--folder: expected with --engine slurm" in capsys.readouterr().err
    assert spread.main(["--engine", "ray", "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "6 cells in 4 levels; 0 stages are up to date", "1: start", "2: part@1, part@2, part@3", "3: note", "4: last",
        "what DVC's run cache has of them is taken from there first"]


def commit_stages(home: Path, stages: str) -> None:
    shutil.copyfile(ROOT / "params.yaml", home / "params.yaml")
    (home / "dvc.yaml").write_text(PIPELINE + stages, encoding="utf-8")
    call(home, "git", "commit", "--quiet", "-am", "more stages")


def ran_at_home(told: str) -> list[list[str]]:
    """Stages that each `dvc repro --pull` ran, as it said."""
    return [[line.split("'")[1] for line in part.splitlines() if line.startswith("Running stage '")]
            for part in told.split("dvc repro --pull")[1:]]


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """One worker instead of a Ray cluster, whose commands of DVC are forks."""
    def run(folder: Path, *command: str) -> None:
        if command[0] != sys.executable:
            original(folder, *command)
            return
        code, printed = run_preloaded(("python", *command[1:]), folder, dict(os.environ))
        if code:
            raise CellError(printed)

    original = cell_module._run
    monkeypatch.setattr(cell_module, "_run", run)
    monkeypatch.setattr(spread, "_ray_engine", lambda job, needs, retries: OneWorker(job))


def test_the_whole_command_leaves_what_a_serial_run_does(
    home: Path, tmp_path: Path, stand_in: None, capfd: pytest.CaptureFixture[str]
) -> None:
    commit_stages(home, AT_HOME)
    call(tmp_path, "git", "clone", "--quiet", str(home), "serial")
    dvc(tmp_path / "serial", "repro")
    assert spread.main(["--engine", "ray", "--repository", str(home)]) == 0
    told = capfd.readouterr().err
    assert "dvc repro --pull track@a track@b" in told
    assert [sorted(ran) for ran in ran_at_home(told)] == [["track@a", "track@b"], []]
    assert "everything was found; dvc.lock and reports/ are up to date" in told
    assert written(home) == written(tmp_path / "serial")
    assert (stale_plan().cells, len(stale_plan().finished)) == (0, 8)
    assert spread.main(["--engine", "ray"]) == 0
    assert "nothing to spread: 6 stages are up to date" in capfd.readouterr().err
    # What lies downstream of an edit is stale, and nothing else.
    (home / "parts/2.txt").write_text("edited", encoding="utf-8")
    assert [[cell.name for cell in level] for level in stale_plan().levels] == [
        ["part@2"], ["note"], ["last"], ["track@a", "track@b"]]


@pytest.mark.slow
def test_what_had_to_run_again_at_home_is_told(
    home: Path, stand_in: None, capfd: pytest.CaptureFixture[str],
) -> None:
    commit_stages(home, NOT_KEPT)
    assert spread.main(["--engine", "ray", "--repository", str(home)]) == 0
    told = capfd.readouterr().err
    assert ran_at_home(told) == [["unkept"]]
    assert "warning: 1 stages were run here, though they had been run elsewhere: unkept" in told
