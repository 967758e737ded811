"""Cells at once in one folder: the files and the dvc.lock of `dvc repro`, and as safe against failures and kills."""

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from multiprocessing.context import ForkProcess
from pathlib import Path
from random import Random
from typing import NoReturn

import psutil
import pytest
import yaml

from stages import spread
from stages.common.command import run_stage, stage_parser
from stages.common.durations import DURATIONS, note_stage
from stages.common.errors import UserError
from stages.common.sources import ROOT
from stages.results.durations import StageDurations
from stages.settings.resources import Needs, ResourceSettings
from stages.spreading.in_place import LOGS, by_urgency, expected_seconds, run_in_place, seconds_left
from stages.spreading.pipeline import BusyError
from stages.spreading.plan import Cell, stale_plan
from stages.spreading.room import Room, room_of_machine
from stages.spreading.run_cache import keep_results
from tests.preloaded import run_preloaded
from tests.processes import LIMIT, still_at_work, wait_until

# `fast` waits for the left alone, so that with two workers it starts while `right` is at work.
PIPELINE = {
    "left": {"cmd": "python make.py left.txt start", "deps": ["start"], "outs": ["left.txt"]},
    "right": {"cmd": "python make.py right.txt start", "deps": ["start"], "outs": ["right.txt"]},
    "fast": {"cmd": "python make.py fast.txt left.txt", "deps": ["left.txt"], "outs": ["fast.txt"]},
    "note": {"cmd": "python make.py notes/note.txt fast.txt", "deps": ["fast.txt"],
             "plots": [{"notes": {"cache": False}}]},
    "last": {"cmd": "python make.py last.txt notes right.txt", "deps": ["notes", "right.txt"], "outs": ["last.txt"]},
}
# A file `hold-NAME` keeps the cell of that name at work, `fail-NAME` lets it fail.
MAKE = """
import hashlib, os, pathlib, sys, time
out, *inputs = map(pathlib.Path, sys.argv[1:])
name = os.environ["DVC_STAGE"]
with open("ran", "a") as file:
    print(name, os.environ.get("CUDA_VISIBLE_DEVICES", ""), file=file)
while pathlib.Path(f"hold-{name}").exists():
    time.sleep(0.05)
print(f"{name}: a note", file=sys.stderr)
print("\\r50 %\\r100 %", file=sys.stderr)
if pathlib.Path(f"fail-{name}").exists():
    sys.exit(f"error: {name} cannot today")
files = [file for path in inputs for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
out.parent.mkdir(exist_ok=True)
out.write_text("\\n".join(hashlib.sha256(file.read_bytes()).hexdigest() for file in files))
"""
FORK = multiprocessing.get_context("fork")
KILLS = int(os.environ.get("HEADSTART_KILLS", "30"))  # at random moments
FILES = ("dvc.lock", "left.txt", "right.txt", "fast.txt", "notes/note.txt", "last.txt")


def dvc(folder: Path, *arguments: str) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    code, printed = run_preloaded(("dvc", *arguments), folder, os.environ | {"PATH": path})
    assert code == 0, printed
    return printed


def repository(folder: Path, stages: dict[str, object]) -> None:
    folder.mkdir()
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    dvc(folder, "init", "--quiet")
    shutil.copyfile(ROOT / "params.yaml", folder / "params.yaml")
    (folder / "dvc.yaml").write_text(yaml.safe_dump({"stages": stages}, sort_keys=False), encoding="utf-8")
    (folder / "make.py").write_text(MAKE, encoding="utf-8")
    (folder / "start").write_text("start", encoding="utf-8")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template") / "home"
    repository(folder, PIPELINE)
    return folder


@pytest.fixture(scope="module")
def serial(template: Path) -> dict[str, bytes]:
    """What `dvc repro` makes of the pipeline."""
    folder = template.with_name("serial")
    shutil.copytree(template, folder)
    dvc(folder, "repro")
    return written(folder)


@pytest.fixture
def home(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the pipeline, nothing of which was run."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    shutil.copytree(template, tmp_path / "home")
    monkeypatch.chdir(tmp_path / "home")
    return tmp_path / "home"


def written(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def ran(home: Path) -> list[str]:
    path = home / "ran"
    return [line.split()[0] for line in path.read_text().splitlines()] if path.exists() else []


def start(home: Path) -> subprocess.Popen[str]:
    """The command, with two processors."""
    return subprocess.Popen([sys.executable, "-m", "stages.spread", "-j", "2"], cwd=home, text=True,
                            stderr=subprocess.PIPE, start_new_session=True)


def test_a_cell_starts_when_what_it_needs_is_done(home: Path, serial: dict[str, bytes]) -> None:
    (home / "hold-right").touch()
    process = start(home)
    # Two levels below, while `right`, which may have waited for DVC's lock, is at work.
    wait_until(lambda: (home / "notes/note.txt").exists() and "right" in ran(home))
    assert sorted(ran(home)) == ["fast", "left", "note", "right"]
    (home / "hold-right").unlink()
    told = process.communicate(timeout=LIMIT)[1]
    assert process.returncode == 0
    assert written(home) == serial
    assert dvc(home, "status") == "Data and pipelines are up to date.\n"
    # Notes of the stages are shown and their progress is not, for which there is one line.
    assert "right: a note\n" in told
    assert "50 %" not in told
    assert "5/5" in told
    assert "5 cells were run or taken from DVC's cache, 0 were up to date" in told


def test_what_is_stale_alone_is_run_or_taken_from_the_cache(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert spread.main(["last"]) == 0
    first = written(home)
    assert spread.main([]) == 0
    assert "0 cells were run or taken from DVC's cache, 5 were up to date" in capfd.readouterr().err
    (home / "start").write_text("other", encoding="utf-8")
    assert spread.main([]) == 0
    assert written(home)["last.txt"] != first["last.txt"]
    (home / "start").write_text("start", encoding="utf-8")
    (home / "ran").unlink()
    assert spread.main([]) == 0
    assert written(home) == first
    assert ran(home) == []


def test_after_a_failure_others_end_and_no_further_one_starts(home: Path, serial: dict[str, bytes]) -> None:
    (home / "fail-left").touch()
    (home / "hold-right").touch()
    process = start(home)
    wait_until(lambda: (home / LOGS / "left.log").exists() and "cannot" in (home / LOGS / "left.log").read_text())
    time.sleep(1)
    (home / "hold-right").unlink()
    told = process.communicate(timeout=LIMIT)[1]
    assert process.returncode == 1
    assert f"left failed; what is at work goes on to its end, Ctrl-C ends it. The log is {LOGS}/left.log" in told
    assert ("    error: left cannot today\n"
            "    error: failed to run: python make.py left.txt start, exited with 1\n") in told
    assert "error: left failed, as told above; what finished is kept" in told
    assert sorted(ran(home)) == ["left", "right"]
    assert (home / "right.txt").exists()
    (home / "fail-left").unlink()
    assert spread.main([]) == 0
    assert ran(home).count("right") == 1
    assert written(home) == serial


@pytest.mark.parametrize(("send", "number", "code"), [
    (os.killpg, signal.SIGINT, 130),  # as a terminal does, to every process
    pytest.param(os.kill, signal.SIGTERM, 143, marks=pytest.mark.slow),
    pytest.param(os.kill, signal.SIGKILL, -signal.SIGKILL, marks=pytest.mark.slow)])
def test_after_a_signal_nothing_is_left_and_the_next_run_goes_on(
    home: Path, serial: dict[str, bytes], send: Callable[[int, int], None], number: signal.Signals, code: int,
) -> None:
    for name in ("right", "fast"):
        (home / f"hold-{name}").touch()
    process = start(home)
    wait_until(lambda: set(ran(home)) == {"left", "right", "fast"})
    below = psutil.Process(process.pid).children(recursive=True)
    send(process.pid, number)
    assert process.wait(LIMIT) == code
    for name in ("right", "fast"):
        (home / f"hold-{name}").unlink()
    if number != signal.SIGKILL:
        assert still_at_work(below) == []
    assert spread.main([]) == 0  # it waits for what is left of one that was killed
    assert still_at_work(below) == []
    assert ran(home).count("left") == 1
    assert written(home) == serial


def test_a_cell_whose_dvc_was_killed_has_failed(home: Path, serial: dict[str, bytes]) -> None:
    (home / "hold-left").touch()
    process = start(home)
    wait_until(lambda: "left" in ran(home))
    child = next(child for child in psutil.Process(process.pid).children()
                 if any("left.txt" in word for below in child.children() for word in below.cmdline()))
    orphans = child.children(recursive=True)
    child.kill()
    told = process.communicate(timeout=LIMIT)[1]
    assert process.returncode == 1
    assert "left was ended by SIGKILL" in told
    for orphan in orphans:  # a stage of the project ends by itself when its DVC is gone
        with suppress(psutil.Error):
            orphan.kill()
    (home / "hold-left").unlink()
    assert spread.main([]) == 0
    assert written(home) == serial


def test_what_a_killed_run_leaves_of_dvc_s_files_is_mended(home: Path, serial: dict[str, bytes]) -> None:
    """Notes of paths that are cut off, and entries of dvc.lock in the order in which their cells ended."""
    assert spread.main([]) == 0
    lock = yaml.safe_load((home / "dvc.lock").read_text("utf-8"))
    lock["stages"] = dict(reversed(lock["stages"].items()))
    (home / "dvc.lock").write_text(yaml.safe_dump(lock, sort_keys=False), "utf-8")
    (home / ".dvc/tmp/rwlock").write_text('{"read": {"left', "utf-8")
    assert spread.main([]) == 0
    assert written(home) == serial


def test_a_run_waits_for_what_is_left_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread.time, "sleep", lambda _: None)
    outcomes = iter([BusyError("busy"), BusyError("busy"), 7])

    def busy_at_first() -> int:
        if isinstance(outcome := next(outcomes), BusyError):
            raise outcome
        return outcome

    assert spread._patient(busy_at_first) == 7
    monkeypatch.setattr(spread, "PATIENCE", -1)
    outcomes = iter([BusyError("busy"), 7])
    with pytest.raises(BusyError):
        spread._patient(busy_at_first)


def kill_one(process: ForkProcess, chance: Random) -> str:
    """Send SIGKILL or SIGINT to the run, one of its cells' DVC, one of their commands, or to all at once."""
    number = chance.choice((signal.SIGKILL, signal.SIGINT))
    with suppress(psutil.Error, ProcessLookupError):
        run = psutil.Process(process.pid)
        cells = run.children()
        commands = [below for cell in cells for below in cell.children(recursive=True)]
        there = {"run": [run], "cell": cells, "command": commands}
        who = chance.choice(["all", *(name for name, targets in there.items() if targets)])
        if who == "all":
            os.killpg(run.pid, signal.SIGINT)
            return "all SIGINT"
        chance.choice(there[who]).send_signal(number)
        return f"{who} {number.name}"
    return ""


def killed_again_and_again(home: Path, kills: int, chance: Random) -> Counter[str]:
    """Start the run as often as it is killed, until it ends by itself; how often each kind of kill hit."""
    done: Counter[str] = Counter()
    while True:
        process = FORK.Process(target=run_as_command)
        process.start()
        kind = ""
        if done.total() < kills:
            process.join(chance.uniform(0, 3))
            if process.is_alive() and (kind := kill_one(process, chance)):
                done[kind] += 1
        process.join(LIMIT)
        if process.exitcode == 0:
            return done
        assert process.exitcode is not None, done
        assert kind, (home / "log").read_text("utf-8", errors="replace")[-2000:]


def run_as_command() -> NoReturn:
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    log = os.open("log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in (1, 2):
        os.dup2(log, number)
    os._exit(spread.main(["-j", "2"]))


@pytest.mark.slow
def test_kills_at_random_moments_change_no_byte(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "make.py").write_text(MAKE.replace("out.parent.mkdir", "time.sleep(0.3)\nout.parent.mkdir"), "utf-8")
    shutil.copytree(home, tmp_path / "serial")
    dvc(tmp_path / "serial", "repro")
    expected, chance, done = written(tmp_path / "serial"), Random(KILLS), Counter[str]()
    for study in count():
        shutil.copytree(home, tmp_path / f"study{study}")
        monkeypatch.chdir(tmp_path / f"study{study}")
        done += killed_again_and_again(Path.cwd(), KILLS - done.total(), chance)
        assert written(Path.cwd()) == expected
        assert dvc(Path.cwd(), "status") == "Data and pipelines are up to date.\n"
        if done.total() >= KILLS:
            break
    print(study + 1, "runs ended with equal bytes;", dict(done))


@pytest.mark.slow
def test_eight_workers_share_one_lock(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository(tmp_path / "wide", {f"cell{number}": {
        "cmd": f"sleep 0.2; echo {number} > {number}.txt", "deps": ["start"], "outs": [f"{number}.txt"]}
        for number in range(30)})
    monkeypatch.chdir(tmp_path / "wide")
    assert spread.main(["-j", "8"]) == 0
    assert dvc(tmp_path / "wide", "status") == "Data and pipelines are up to date.\n"
    lock = yaml.safe_load((tmp_path / "wide/dvc.lock").read_text("utf-8"))
    assert list(lock["stages"]) == [f"cell{number}" for number in range(30)]


def needs(cpus: float = 1.0, gpus: float = 0.0, memory_gib: float = 1.0) -> Needs:
    return Needs(cpus=cpus, gpus=gpus, memory_gib=memory_gib)


def test_room_is_taken_and_given_back() -> None:
    room = Room(2.0, 3.0, {"0": 1.0, "1": 1.0})
    assert room.take(needs(gpus=0.5)) == ["0"]
    assert room.holds(needs())
    assert not room.holds(needs(cpus=2))
    assert not room.holds(needs(memory_gib=2.5))
    assert room.take(needs(gpus=0.5, memory_gib=0.5)) == ["1"]  # the one with more room
    assert not room.holds(needs(cpus=0.1))
    room.give_back(needs(gpus=0.5), ["0"])
    assert room.holds(needs(gpus=1))
    assert not room.holds(needs(gpus=2))
    assert Room(2.0, 3.0, {}).holds(needs(gpus=1))  # there are none: on processors
    # What the machine does not have is taken as far as it goes, where nothing else is at work.
    assert Room(1.0, 1.0, {"3": 1.0}).take(needs(cpus=8, gpus=2, memory_gib=64)) == ["3"]


def test_a_cell_with_a_model_takes_a_processor_a_thread_and_a_gpu_a_process(home: Path) -> None:
    def taken(threads: int, processes: int, **asked: float) -> tuple[float, float]:
        params = yaml.safe_load((ROOT / "params.yaml").read_text("utf-8"))
        params["training"] |= {"threads": threads, "processes": processes}
        (home / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
        every = spread._with_processors(ResourceSettings(training=needs(**asked), other=needs()))
        found = spread._needs_here(every.training)
        assert every.other == needs()
        return found.cpus, found.gpus
    assert taken(1, 1) == (1, 1)
    assert taken(3, 1, gpus=0.5) == (3, 0.5)
    assert taken(2, 2, cpus=1, gpus=1) == (4, 2)
    assert taken(1, 1, cpus=2, gpus=2) == (2, 2)


def test_gpus_are_those_that_the_user_lets_cells_see(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,5")
    assert room_of_machine(3).gpus == {"2": 1.0, "5": 1.0}
    assert room_of_machine(3).processors == 3
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert room_of_machine().gpus == {}
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    (tmp_path / "nvidia-smi").write_text("#!/bin/sh\necho GPU 0: one\necho GPU 1: another\n", encoding="utf-8")
    (tmp_path / "nvidia-smi").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert room_of_machine().gpus == {"0": 1.0, "1": 1.0}


def test_each_cell_gets_gpus_of_its_own(home: Path) -> None:
    cells = [cell for level in stale_plan(["left", "right"]).levels for cell in level]
    run_in_place(cells, lambda cell: needs(gpus=1), Room(2.0, 8.0, {"4": 1.0, "7": 1.0}),
                 home / "none")
    assert sorted((home / "ran").read_text().splitlines()) == ["left 4", "right 7"]


# Going back.

SETTINGS = {
    "train": {"cmd": "python make.py model start params.yaml", "deps": ["start"], "params": ["lr"], "outs": ["model"]},
    "evaluate": {"cmd": "python make.py reports/metrics.json model", "deps": ["model"],
                 "plots": [{"reports/metrics.json": {"cache": False}}]},
    "report": {"cmd": "python make.py reports/report.md reports/metrics.json", "deps": ["reports/metrics.json"],
               "outs": [{"reports/report.md": {"cache": False}}]},
}


@pytest.fixture(scope="module")
def cloned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cloned")
    origin = folder / "origin"
    repository(origin, SETTINGS)
    (origin / ".gitignore").write_text("/ran\n/model\n", encoding="utf-8")
    dvc(origin, "repro")
    tester = ["-c", "user.name=tester", "-c", "user.email=tester"]
    for command in (["add", "-A"], [*tester, "commit", "--quiet", "-m", "1"],
                    ["clone", "--quiet", ".", str(folder / "clone")]):
        subprocess.run(["git", *command], cwd=origin, check=True)
    dvc(folder / "clone", "repro")
    return folder / "clone"


@pytest.fixture
def clone(cloned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with committed results, in which DVC has run `train` alone and skipped the others."""
    for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "tester")  # for DVC's commit of an experiment
    folder = tmp_path / "clone"
    shutil.copytree(cloned, folder)
    monkeypatch.chdir(folder)
    assert ran(folder) == ["train"]
    return folder


def there_and_back(clone: Path) -> list[str]:
    """What runs when an experiment is taken back."""
    dvc(clone, "exp", "run", "-S", "lr=2e-5")
    assert ran(clone)[-3:] == ["train", "evaluate", "report"]
    subprocess.run(["git", "checkout", "--quiet", "params.yaml"], cwd=clone, check=True)
    (clone / "ran").unlink()
    dvc(clone, "repro")
    status = subprocess.run(["git", "status", "--porcelain"], cwd=clone, check=True, capture_output=True, text=True)
    assert status.stdout == ""
    return ran(clone)


def test_results_that_were_found_are_come_back_to(clone: Path) -> None:
    keep_results()
    entries = list((clone / ".dvc/cache/runs").rglob("*"))
    keep_results()
    assert list((clone / ".dvc/cache/runs").rglob("*")) == entries
    assert sum(path.is_file() for path in entries) == 3  # the entry of `train` is the one that DVC made
    assert there_and_back(clone) == []


@pytest.mark.slow
def test_without_it_they_would_be_run_again(clone: Path) -> None:
    assert there_and_back(clone) == ["evaluate", "report"]


def test_other_bytes_than_dvc_lock_has_are_not_kept(clone: Path) -> None:
    (clone / "reports/metrics.json").write_text("edited", encoding="utf-8")
    (clone / "reports/report.md").unlink()
    keep_results()
    assert sum(path.is_file() for path in (clone / ".dvc/cache/runs").rglob("*")) == 1


CELLS = [Cell("a", (), ()), Cell("b", (), ()), Cell("c", ("b",), ()), Cell("d", ("c", "done"), ())]


def test_the_longest_chain_goes_first() -> None:
    assert [cell.name for cell in by_urgency(CELLS, {})] == ["b", "c", "a", "d"]
    assert [cell.name for cell in by_urgency(CELLS, {"a": 9, "b": 1, "c": 2, "d": 3})] == ["a", "b", "c", "d"]


def test_the_time_left_is_that_of_the_work_or_of_the_longest_chain() -> None:
    expected = {"a": 9.0, "b": 1.0, "c": 2.0, "d": 3.0}
    assert seconds_left(CELLS, {}, expected, 1) == 15
    assert seconds_left(CELLS, {}, expected, 2) == 9
    assert seconds_left(CELLS[2:], {"a": 2.0, "b": 5.0}, expected, 2) == 7  # `b` has taken longer than it was to
    assert seconds_left(CELLS[2:], {"a": 8.0}, expected, 2) == 5
    assert seconds_left([], {}, expected, 2) == 0


def test_a_stage_is_expected_to_take_what_it_took_last_or_what_its_kin_took(tmp_path: Path) -> None:
    notes = tmp_path / "durations.jsonl"
    for name, seconds in (("train_scratch@a-1", 10.0), ("train_scratch@a-2", 20.0), ("train_scratch@b-full-1", 34.0),
                          ("train_scratch@a-1", 12.0)):
        note_stage(notes, name, seconds)
    with notes.open("a") as file:
        file.write('{"training": "of another kind", "seconds": 70}\n{"stage": "train_scratch@b')
    took = StageDurations(notes)
    names = ("train_scratch@a-1", "train_scratch@a-3", "train_scratch@b-1", "report")
    assert list(map(took.of, names)) == [12, 16, 22, None]
    cells = [Cell(name, (), ()) for name in ("train_scratch@a-2", "train_scratch@b-1", "report", "predict@a")]
    expected = expected_seconds(cells, took)
    assert expected == {"train_scratch@a-2": 20, "train_scratch@b-1": 22, "report": 1, "predict@a": 21}
    assert seconds_left(cells[1:], {"train_scratch@a-2": 15.0}, expected, 1) == 49


def test_without_a_time_of_any_training_no_time_left_is_told(tmp_path: Path) -> None:
    notes = tmp_path / "durations.jsonl"
    note_stage(notes, "encode@a", 3.0)
    cells = [Cell(name, (), ()) for name in ("encode@b", "train_scratch@a-1")]
    expected = expected_seconds(cells, StageDurations(notes))
    assert expected == {"encode@b": 3}
    assert seconds_left(cells, {}, expected, 2) is None


def test_a_stage_that_dvc_started_notes_how_long_it_took(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(code: int) -> None:
        def stage(_: Namespace) -> None:
            if code:
                raise UserError("no")
        assert run_stage(stage_parser("", ""), stage, []) == code
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("stages.common.command.refuse_edited", lambda _: None)
    run(0)
    monkeypatch.setenv("DVC_STAGE", "train@a-1")
    run(1)
    assert not (tmp_path / DURATIONS).exists()
    run(0)
    [line] = (tmp_path / DURATIONS).read_text().splitlines()
    assert json.loads(line)["stage"] == "train@a-1"
    assert json.loads(line)["seconds"] > 0
