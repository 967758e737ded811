"""An interrupted training goes on and ends in the same bytes, and a stage ends with the DVC that started it."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import psutil
import pytest
import torch
from safetensors.torch import load_file

from stages.common.command import Terminated, run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.files import new_folder, read_json, read_json_lines, write_json
from stages.common.repository import repository_root
from stages.common.sources import ROOT, code_digest
from stages.training import resuming
from stages.training.cell import train
from stages.training.resuming import KEPT, State, StateStore, run_fingerprint
from tests import tiny
from tests.interrupting import interrupted, save_after_every_step
from tests.kill_harness import harass, prepared_project
from tests.processes import LIMIT, still_at_work, wait_until

STEPS = 20


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For what does not depend on the kind of task."""
    root = tmp_path_factory.mktemp("any")
    tiny.write_encoded(root, tiny.TEXT_TASK)
    return root


@pytest.fixture(scope="module")
def whole(text: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What an undisturbed run leaves."""
    out = tmp_path_factory.mktemp("whole") / "out"
    fit(text, out, None)
    return result(out)


@pytest.fixture(autouse=True)
def _saved_after_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    save_after_every_step(monkeypatch)


def fit(data: Path, out: Path, states: Path | None, init: str = "pretrained", seed: int = 1, **changes: object) -> None:
    train(init, seed, data / "encoded", data / "checkpoint", out, tiny.training_settings(**changes), states)


def result(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(("task", "init"), [("text", "pretrained"), ("words", "scratch")], indirect=["task"])
def test_a_run_interrupted_after_some_step_ends_in_the_same_bytes(
    data: Path, init: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    fit(data, tmp_path / "whole", None, init)
    for step in (0, 1, 5, 6, 19):  # nothing saved, the first step, at an evaluation and after it, the last step
        out, states = tmp_path / f"out{step}", tmp_path / f"states{step}"
        with interrupted(step):
            fit(data, out, states, init)
        assert not out.exists()
        capsys.readouterr()
        torch.manual_seed(step)
        fit(data, out, states, init)
        said = f"toy {out.name}: resuming at step {step} of {STEPS}"
        assert (said in capsys.readouterr().err) == (step > 0)
        assert result(out) == result(tmp_path / "whole")
        assert list(states.iterdir()) == []


def test_a_run_interrupted_again_and_again_ends_in_the_same_bytes(text: Path, tmp_path: Path) -> None:
    changes = {"epochs": 30, "evaluations": 13, "warmup": 0.3}  # 150 steps: losses are logged as means of two
    fit(text, tmp_path / "whole", None, **changes)
    for step in (1, 2, 3, 50, 99, 149):
        with interrupted(step):
            fit(text, tmp_path / "out", tmp_path / "states", **changes)
    fit(text, tmp_path / "out", tmp_path / "states", **changes)
    assert result(tmp_path / "out") == result(tmp_path / "whole")


@pytest.mark.parametrize(("outcome", "changes"), [
    ("stopped early", {"epochs": 40, "evaluations": 200, "patience": 2, "lr": 0.05, "dropout": 0.0}),
    ("loss not finite", {"lr": 1.0, "max_gradient_norm": 1e30, "epochs": 60, "weight_decay": 1e30, "evaluations": 4}),
])
def test_patience_and_a_loss_that_is_not_finite_after_an_interruption(
    data: Path, outcome: str, changes: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit(data, tmp_path / "whole", None, **changes)
    end = list(read_json_lines(tmp_path / "whole" / "history.jsonl"))[-1]
    assert end["outcome"] == outcome
    with interrupted(end["steps"] - 1):
        fit(data, tmp_path / "out", tmp_path / "states", **changes)
    fit(data, tmp_path / "out", tmp_path / "states", **changes)
    assert result(tmp_path / "out") == result(tmp_path / "whole")


ALL_KNOBS = {"batch_size": 12, "accumulation": 5, "label_smoothing": 0.1, "class_weights": "balanced", "warmup": 3,
             "schedule": "cosine", "patience": 9, "stop_at_train_score": 1.0, "evaluations": 7, "train_size": 37}


@pytest.mark.parametrize(("precision", "tokens"), [("fp32", 0), ("fp16", 0), ("fp32", 40)])
def test_a_run_with_every_knob_turned_ends_in_the_same_bytes(
    data: Path, precision: str, tokens: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    knobs = ALL_KNOBS | {"batch_tokens": tokens}
    with tiny.half_precision(monkeypatch) if precision == "fp16" else nullcontext():
        fit(data, tmp_path / "whole", None, **knobs)
        end = list(read_json_lines(tmp_path / "whole" / "history.jsonl"))[-1]
        assert (end["skipped_steps"] > 2) == (precision == "fp16")
        for step in (1, 2, end["steps"] - 1):  # in half precision, amid the steps that overflow
            with interrupted(step):
                fit(data, tmp_path / "out", tmp_path / "states", **knobs)
        fit(data, tmp_path / "out", tmp_path / "states", **knobs)
    assert result(tmp_path / "out") == result(tmp_path / "whole")


def test_initial_weights_that_are_not_finite_are_one_line(text: Path, tmp_path: Path) -> None:
    tiny.write_checkpoint(tmp_path / "checkpoint")
    broken = {name: tensor * float("nan")
              for name, tensor in load_file(tmp_path / "checkpoint" / "model.safetensors").items()}
    resuming.save_file(broken, tmp_path / "checkpoint" / "model.safetensors", {"format": "pt"})
    with pytest.raises(UserError, match="initial weights give a loss that is not finite"):
        train("pretrained", 1, text / "encoded", tmp_path / "checkpoint", tmp_path / "out", tiny.training_settings())


@pytest.mark.parametrize("change", [{"lr": 0.02}, {"init": "scratch"}, {"seed": 2}])
def test_another_run_does_not_go_on_from_the_state(
    text: Path, change: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    with interrupted(7):
        fit(text, tmp_path / "out", tmp_path / "states")
    fit(text, tmp_path / "other", tmp_path / "states", **change)
    assert "resuming" not in capsys.readouterr().err
    fit(text, tmp_path / "whole", None, **change)
    assert result(tmp_path / "other") == result(tmp_path / "whole")


def test_files_code_and_machine_are_in_the_fingerprint(
    text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def folders() -> set[str]:
        with interrupted(1):
            fit(text, tmp_path / "out", tmp_path / "states")
        return {path.name for path in (tmp_path / "states").iterdir()}

    monkeypatch.setattr(resuming, "KEPT", 100)
    assert len(folders()) == len(folders()) == 1
    task = read_json(text / "encoded" / "task.json")
    write_json(text / "encoded" / "task.json", task | {"title": "Another"})
    assert len(folders()) == 2
    write_json(text / "encoded" / "task.json", task)
    for module, name in ((torch, "get_num_threads"), (resuming.platform, "python_version")):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, lambda: 3)
            folders()
    assert len(folders()) == 4
    code = resuming.environment()["code"]
    assert {"training/cell.py", "training/loop.py", "training/resuming.py", "models/building.py"} <= code.keys()
    # A comment does not start a run over.
    assert code["training/cell.py"] == code_digest(ROOT / "stages/training/cell.py")
    with monkeypatch.context() as patch:
        patch.setattr(resuming, "_code", lambda: code | {"training/cell.py": "other"})
        assert len(folders()) == 5


@pytest.mark.parametrize("name", ["tensors.safetensors", "facts.json", "sha256.json"])
@pytest.mark.parametrize("damage", ["flip", "cut", "remove"])
def test_a_damaged_state_is_noted_and_the_run_starts_over(
    text: Path, whole: dict[str, bytes], name: str, damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    with interrupted(5):
        fit(text, tmp_path / "out", tmp_path / "states")
    (path,) = (tmp_path / "states").rglob(name)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    {"flip": lambda: path.write_bytes(content), "cut": lambda: path.write_bytes(content[: len(content) // 2]),
     "remove": path.unlink}[damage]()
    capsys.readouterr()
    fit(text, tmp_path / "out", tmp_path / "states")
    said = capsys.readouterr().err
    assert "the saved state is damaged and was removed" in said
    assert "resuming" not in said
    assert result(tmp_path / "out") == whole


def state(step: int) -> State:
    return State(step, {"weights": torch.arange(step)}, {"losses": [0.1 + 0.2]})


def test_a_state_comes_back_as_it_was_and_half_written_ones_are_removed(tmp_path: Path) -> None:
    store = StateStore(tmp_path, run_fingerprint({"seed": 1}))
    store.save_if_due(lambda: state(3))
    (store.folder / ".000000004.partial").mkdir()
    found = StateStore(tmp_path, run_fingerprint({"seed": 1})).load()
    assert (found.step, found.facts) == (3, {"losses": [0.1 + 0.2]})
    assert found.tensors["weights"].tolist() == [0, 1, 2]
    store.save_if_due(lambda: state(5))
    assert [path.name for path in store.folder.iterdir()] == ["000000005"]


def test_runs_at_work_side_by_side_keep_their_states(tmp_path: Path) -> None:
    stores = [StateStore(tmp_path, f"{seed}") for seed in range(3 * KEPT)]
    for step in (1, 2):
        for store in stores:
            store.save(state(step))
    assert [store.load().step for store in stores] == [2] * len(stores)


def test_states_of_abandoned_runs_are_kept_up_to_a_bound(tmp_path: Path) -> None:
    stores = [StateStore(tmp_path, f"{seed}") for seed in range(KEPT + 2)]
    for number, store in enumerate(stores):
        store.save_if_due(lambda: state(1))
        os.utime(store.folder, (number, number))
    stores[0].save_if_due(lambda: state(2))
    kept = {store.folder for store in (stores[0], *stores[3:])}
    assert set(tmp_path.iterdir()) == kept


def test_saving_waits_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(resuming.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(resuming, "SAVE_EVERY", 30.0)
    monkeypatch.setattr(resuming, "_COST", 20)
    store, saved = StateStore(tmp_path, "run"), []

    def slow() -> State:
        now[0] += 10.0
        saved.append(now[0])
        return state(1)

    for moment in (129.0, 131.0, 140.0, 330.0, 332.0):
        now[0] = max(now[0], moment)
        store.save_if_due(slow)
    assert saved == [141.0, 342.0]  # the second one 19 times as long after the first as that took


def full(*arguments: object, **keywords: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"),
                                   resuming.SafetensorError("I/O error: No space left on device (os error 28)")])
def test_a_full_disk_does_not_end_a_training_that_cannot_save(
    text: Path, whole: dict[str, bytes], error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    def failing(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(resuming, "save_file", failing)
    fit(text, tmp_path / "out", tmp_path / "states")
    warnings = [line for line in capsys.readouterr().err.splitlines() if line.startswith("warning: ")]
    assert len(warnings) == 1
    assert "No space left on device" in warnings[0]
    assert result(tmp_path / "out") == whole


def test_a_full_disk_keeps_the_state_before(
    text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    with interrupted(5):
        fit(text, tmp_path / "out", tmp_path / "states")
    with monkeypatch.context() as patch:
        patch.setattr(resuming, "save_file", full)
        with interrupted(9):
            fit(text, tmp_path / "out", tmp_path / "states")
    capsys.readouterr()
    fit(text, tmp_path / "out", tmp_path / "states")
    assert "resuming at step 5 of 20" in capsys.readouterr().err


def test_a_full_disk_under_the_result_is_one_line_and_the_state_stays(
    text: Path, whole: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    def failing(*arguments: object, **keywords: object) -> None:
        raise resuming.SafetensorError("I/O error: No space left on device (os error 28)")

    with monkeypatch.context() as patch:
        patch.setattr("transformers.PreTrainedModel.save_pretrained", failing)
        code = run_stage(stage_parser("", ""), lambda options: fit(text, tmp_path / "out", tmp_path / "states"), [])
    assert code == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"error: {tmp_path / 'out'}: No space left on device; free some space there and run again; nothing is lost")
    assert [path.name for path in tmp_path.iterdir()] == ["states"]
    fit(text, tmp_path / "out", tmp_path / "states")
    assert f"resuming at step {STEPS - 1} of {STEPS}" in capsys.readouterr().err
    assert result(tmp_path / "out") == whole


@pytest.mark.parametrize(("error", "place", "told"), [
    (OSError(errno.ENOSPC, "No space left on device"), "out",
     "No space left on device; free some space there and run again; nothing is lost"),
    (OSError(errno.ENOSPC, "Error writing bytes to file"), "out",
     "No space left on device; free some space there and run again; nothing is lost"),
    (resuming.SafetensorError("Error while serializing: I/O error: Read-only file system (os error 30)"), "out",
     "Read-only file system; remount it writable and run again; nothing is lost"),
    (OSError(errno.EDQUOT, "Disk quota exceeded", "from", None, "out/inside"), "out/inside",
     "Disk quota exceeded; free some of your quota there and run again; nothing is lost"),
    (OSError(errno.ENOSPC, "No space left on device", "from", None, ".out.partial/to"), "out",
     "No space left on device; free some space there and run again; nothing is lost"),
    (PermissionError(errno.EACCES, "Permission denied", "elsewhere"), "elsewhere",
     "Permission denied; change its permissions and run again; nothing is lost"),
    (OSError(errno.EIO, "Input/output error", "elsewhere"), "elsewhere",
     "Input/output error; check path, rights and free space (--debug shows where)"),
])
def test_an_error_of_writing_is_one_line_with_the_output_or_the_file_and_the_remedy(
    error: Exception, place: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture
) -> None:
    def write(options: object) -> None:
        with new_folder(Path("out")) as folder:
            (folder / "half").touch()
            raise error

    monkeypatch.chdir(tmp_path)
    assert run_stage(stage_parser("", ""), write, []) == 1
    assert capsys.readouterr().err == f"error: {place}: {told}\n"
    assert list(tmp_path.iterdir()) == []


def test_an_error_that_reading_may_give_stays_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(resuming.SafetensorError, match="os error 2"), new_folder(tmp_path / "out"):
        raise resuming.SafetensorError("No such file or directory (os error 2)")
    with pytest.raises(OSError, match="Input/output error") as caught, new_folder(tmp_path / "out"):
        raise OSError(errno.EIO, "Input/output error")
    assert caught.value.filename is None


def test_states_lie_in_the_main_repository(tmp_path: Path) -> None:
    assert repository_root(tmp_path / ".dvc" / "tmp" / "exps" / "standalone" / "tmp1") == tmp_path
    assert repository_root(tmp_path / "data") == tmp_path / "data"


# A stage that sleeps, started as DVC starts stages: by a shell, which here stays, with the stage's name as a variable.
SLEEPER = """
import sys, time
from pathlib import Path
from stages.common.command import run_stage, stage_parser
from stages.common.files import new_file

def sleep(options):
    with new_file(Path(sys.argv[2])) as partial:
        partial.write_text("half")
        Path(sys.argv[1]).write_text(str(__import__("os").getpid()))
        time.sleep(600)

sys.exit(run_stage(stage_parser("", ""), sleep, []))
"""
DVC = """
import os, subprocess, sys
subprocess.run(["sh", "-c", sys.argv[1]], env=os.environ | {"DVC_STAGE": "sleeper"})
"""


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[tuple[subprocess.Popen, int]]:
    """A stand-in for DVC, and the process id of the stage that it has started."""
    (tmp_path / "sleeper.py").write_text(SLEEPER, "utf-8")
    pid = tmp_path / "pid"
    command = f"{sys.executable} {tmp_path / 'sleeper.py'} {pid} {tmp_path / 'out.txt'}; exit $?"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", DVC, command], env=environment, start_new_session=True,
                          stderr=subprocess.PIPE, text=True) as dvc:
        wait_until(lambda: pid.exists() and pid.read_text())
        yield dvc, int(pid.read_text())
        dvc.kill()
        if psutil.pid_exists(int(pid.read_text())):
            os.kill(int(pid.read_text()), signal.SIGKILL)


def gone_within(pid: int, seconds: float) -> bool:
    return not psutil.pid_exists(pid) or still_at_work([psutil.Process(pid)], seconds) == []


def test_a_stage_ends_when_its_dvc_is_killed_and_leaves_nothing_partial(
    sleeper: tuple[subprocess.Popen, int], tmp_path: Path
) -> None:
    dvc, stage = sleeper
    assert not gone_within(stage, 1.5)  # it lives while DVC does
    assert (tmp_path / ".out.txt.partial").exists()
    dvc.kill()
    dvc.wait()
    assert gone_within(stage, LIMIT)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pid", "sleeper.py"]


def test_an_orphan_from_the_start_ends_too(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import stages.common.command, time; time.sleep(600)"]
    environment = os.environ | {"DVC_STAGE": "sleeper"}
    # A session of its own is where an orphan finds itself: its new parent belongs to another.
    with subprocess.Popen(command, env=environment, cwd=ROOT, start_new_session=True) as stage:
        assert stage.wait(timeout=LIMIT) in (-signal.SIGTERM, 143)


@pytest.mark.parametrize(("number", "code", "line"), [
    (signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")])
def test_a_signal_ends_a_stage_with_one_line_and_nothing_partial(
    number: signal.Signals, code: int, line: str, tmp_path: Path
) -> None:
    (tmp_path / "sleeper.py").write_text(SLEEPER, "utf-8")
    command = [sys.executable, str(tmp_path / "sleeper.py"), str(tmp_path / "pid"), str(tmp_path / "out.txt")]
    environment = {name: value for name, value in os.environ.items() if name != "DVC_STAGE"} | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as stage:
        wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
        stage.send_signal(number)
        assert stage.communicate(timeout=LIMIT)[1] == f"{line}\n"
        assert stage.returncode == code
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pid", "sleeper.py"]


def test_a_stage_that_swallows_the_interrupt_ends_all_the_same() -> None:
    program = """
import os, signal, sys, time
from stages.common.command import run_stage, stage_parser

def swallow(options):
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        time.sleep(600)

sys.exit(run_stage(stage_parser("", ""), swallow, [], grace=0.2))
"""
    environment = {name: value for name, value in os.environ.items() if name != "DVC_STAGE"}
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, timeout=LIMIT, check=False)
    assert done.returncode == 130


def test_signals_have_their_handlers_back_after_a_stage_but_none_matters_once_one_has_ended_it() -> None:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        assert run_stage(stage_parser("", ""), lambda options: None, []) == 0
        assert {number: signal.getsignal(number) for number in numbers} == before
        assert run_stage(stage_parser("", ""), lambda options: os.kill(os.getpid(), signal.SIGTERM), []) == 143
        assert {signal.getsignal(number) for number in numbers} == {signal.SIG_IGN}
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_an_ignored_interrupt_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert run_stage(stage_parser("", ""), lambda options: os.kill(os.getpid(), signal.SIGINT), []) == 0
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert issubclass(Terminated, KeyboardInterrupt)


@pytest.mark.slow
@pytest.mark.pipeline
def test_kills_at_random_moments_change_no_byte(tmp_path: Path) -> None:
    outcome = harass(prepared_project(tmp_path, ["nsmc"]), kills=4, seed=3)
    assert outcome.wrong == []
    assert (outcome.kills.total(), outcome.passes > 0) == (4, True)
