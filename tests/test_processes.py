"""Several processes train one model as a single one does, and the death of one ends the run, which then goes on."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
import torch
import yaml
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file

from stages.common.errors import UserError
from stages.common.files import read_json_lines
from stages.common.sources import ROOT
from stages.models.inputs import batches_by_length
from stages.settings.recipes import recipe_settings
from stages.settings.training import training_settings
from stages.training.cell import train
from stages.training.launching import NODE, RENDEZVOUS, launch, to_be_launched
from stages.training.processes import Processes
from tests import tiny
from tests.preloaded import run_preloaded
from tests.processes import LIMIT, still_at_work, wait_until

ROWS = (41, 12, 12)  # a last batch of a single row: one of two processes has none


@given(st.integers(1, 50), st.integers(1, 8))
def test_every_row_of_a_step_is_one_processs(rows: int, count: int) -> None:
    shares = [Processes(number, count).share(np.arange(rows)) for number in range(count)]
    assert sorted(row for own, weight in shares if weight for row in own.tolist()) == list(range(rows))
    assert all(len(own) for own, _ in shares)
    assert all(own.tolist() == [0] for own, weight in shares if not weight)
    counted = [len(own) for own, weight in shares if weight]
    assert max(counted) - min(counted) <= 1


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60), st.integers(1, 8))
def test_every_row_of_an_evaluation_is_one_processs(lengths: list[int], count: int) -> None:
    batches = batches_by_length(np.array(lengths), 64)
    taken = [row for number in range(count) for rows in Processes(number, count).batches(batches) for row in rows]
    assert sorted(taken) == list(range(len(lengths)))


def test_every_process_draws_dropout_masks_of_its_own() -> None:
    """A seed that differs in its upper 32 bits alone is the same one to torch on a CPU."""
    drawn = []
    for number in range(4):
        torch.manual_seed(Processes(number, 4).own_seed(7))
        drawn.append(tuple(torch.rand(8).tolist()))
    assert len(set(drawn)) == 4
    assert Processes(0, 4).own_seed(7) == 7  # that of a single process


class Project:
    """A folder with encoded data, a checkpoint and params.yaml, in which the stage is run by its command line."""

    def __init__(self, root: Path, task: dict[str, Any]) -> None:
        self.root = root
        root.mkdir()
        tiny.write_encoded(root, task, ROWS)

    def command(self, out: str, recipe: dict[str, Any] | None = None, **training: Any) -> list[str]:
        """Write params.yaml; the command of a run whose result is in ``out``."""
        params = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
        params["pretrained"]["epochs"] = 4
        params["training"] |= {"batch_size": 8, "dropout": 0.0, "evaluations": 4} | training
        params["recipes"]["tried"] = recipe or {"method": "full"}
        (self.root / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False), encoding="utf-8")
        (self.root / "rows.json").write_text('{"train_size": 0}', encoding="utf-8")
        return [sys.executable, "-m", "stages.train", "--task", "nsmc", "--init", "pretrained", "--tuning", "tried",
                "--seed", "1", "--rows", "rows.json", "--encoded", "encoded", "--checkpoint", "checkpoint",
                "--out", out]

    def environment(self, **variables: str) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if name != "DVC_STAGE"}
        return own | {"PYTHONPATH": f"{self.root}{os.pathsep}{ROOT}"} | variables

    def alone(self, out: str, recipe: dict[str, Any] | None = None, **training: Any) -> list[dict[str, Any]]:
        """The history of a run in this process."""
        self.command(out, recipe, **training)
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.root)
            settings, tried = training_settings("nsmc", "pretrained"), recipe_settings("tried")
            train("pretrained", 1, Path("encoded"), Path("checkpoint"), Path(out), settings, recipe=tried)
        return list(read_json_lines(self.root / out / "history.jsonl"))

    def launch(self, command: list[str]) -> tuple[int, str]:
        """Exit code and output of a launcher, which is a fork; what it starts are processes of their own."""
        return run_preloaded(("python", *command[1:]), self.root, self.environment())

    def run(self, out: str, recipe: dict[str, Any] | None = None, **training: Any) -> list[dict[str, Any]]:
        """The history of a run that succeeds."""
        code, told = self.launch(self.command(out, recipe, **training))
        assert code == 0, told
        return list(read_json_lines(self.root / out / "history.jsonl"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project", tiny.TEXT_TASK)


DROPOUT = {"dropout": 0.1}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project in which two processes have trained ``whole`` with dropout, whose masks each draws for itself."""
    project = Project(tmp_path_factory.mktemp("pair") / "project", tiny.TEXT_TASK)
    project.run("whole", processes=2, **DROPOUT)
    return project


def losses(events: list[dict[str, Any]]) -> list[float]:
    taken = [event["loss"] for event in events if event["kind"] == "step"]
    return taken + [event[split]["loss"] for event in events if event["kind"] == "evaluation"
                    for split in ("train", "validation")]


def test_two_processes_train_a_tagger_as_one_does(tmp_path: Path) -> None:
    """The same steps, learning rates and scores; losses and weights but for rounding.

    Sentences differ in their labelled words, class weights by word, and what frozen layers give is reused.
    """
    project = Project(tmp_path / "words", tiny.WORD_TASK)
    recipe = {"method": "gradual", "unfrozen_by": 0.5}
    settings = {"class_weights": "balanced", "label_smoothing": 0.1, "accumulation": 2}
    one, two = project.alone("one", recipe, **settings), project.run("two", recipe, processes=2, **settings)
    assert two[0]["settings"] == one[0]["settings"] | {"processes": 2}
    assert two[-1] == one[-1]
    assert [event.get("learning_rate") for event in two] == [event.get("learning_rate") for event in one]
    np.testing.assert_allclose(losses(two), losses(one), rtol=1e-4)
    first, second = (load_file(project.root / out / "model.safetensors") for out in ("one", "two"))
    for name, tensor in first.items():
        if name.endswith("key.bias"):
            continue  # softmax takes no notice of it: its gradient is rounding alone, which Adam makes steps of
        torch.testing.assert_close(second[name], tensor, rtol=1e-3, atol=1e-4)


def test_two_processes_score_texts_as_one_does(pair: Project) -> None:
    """Before the first step, as the masks of dropout differ later."""
    whole = read_json_lines(pair.root / "whole" / "history.jsonl")
    two, one = (next(event for event in events if event["kind"] == "evaluation")
                for events in (whole, pair.alone("one", **DROPOUT)))
    for split in ("train", "validation"):
        assert two[split] == pytest.approx(one[split], rel=1e-5)


def test_a_run_that_lost_a_process_ends_and_then_goes_on_to_the_same_bytes(pair: Project) -> None:
    project = pair
    # Rank 1 dies after step 12, once rank 0 has saved the state; only where its file says so.
    (project.root / "sitecustomize.py").write_text(
        "import os, pathlib, signal, time\n"
        "if 'RANK' in os.environ:\n"
        "    from stages.training import loop, resuming\n"
        "    resuming.SAVE_EVERY, resuming._COST = 0.0, 1\n"
        "    taken = loop.Training.take_step\n"
        "    def step(self, run, rows):\n"
        "        if run.step == 12 and os.environ['RANK'] == '1' and pathlib.Path('deadly').exists():\n"
        "            while not list(pathlib.Path().glob('data/resume/*/000000012')):\n"
        "                time.sleep(0.01)\n"
        "            os.kill(os.getpid(), signal.SIGKILL)\n"
        "        taken(self, run, rows)\n"
        "    loop.Training.take_step = step\n", encoding="utf-8")
    (project.root / "deadly").touch()
    command = project.command("cut", processes=2, **DROPOUT)
    code, told = project.launch(command)
    assert code == 1
    assert "error: process 1 of 2 was terminated by SIGKILL. The others were terminated; run again" in told
    assert "Traceback" not in told
    assert not (project.root / "cut").exists()
    (project.root / "deadly").unlink()
    assert project.launch(command)[1].count("resuming at step 12 of") == 1
    for name in ("model.safetensors", "history.jsonl"):
        assert (project.root / "cut" / name).read_bytes() == (project.root / "whole" / name).read_bytes()


@pytest.mark.slow
def test_an_interrupted_launcher_ends_its_processes(project: Project) -> None:
    (project.root / "sitecustomize.py").write_text(
        "import os, pathlib, time\n"
        "if 'RANK' in os.environ:\n"
        "    from stages.training import loop\n"
        "    def step(self, run, rows):\n"
        "        pathlib.Path('training').touch()\n"
        "        time.sleep(600)\n"
        "    loop.Training.take_step = step\n", encoding="utf-8")
    with subprocess.Popen(project.command("out", processes=2), cwd=project.root, env=project.environment(),
                          stderr=subprocess.PIPE, text=True) as launcher:
        wait_until(lambda: (project.root / "training").exists() or launcher.poll() is not None)
        workers = psutil.Process(launcher.pid).children(recursive=True)
        assert len(workers) >= 2
        launcher.send_signal(signal.SIGINT)
        _, output = launcher.communicate(timeout=LIMIT)
    assert launcher.returncode == 130, output
    assert "Traceback" not in output
    assert still_at_work(workers) == []


@pytest.mark.slow
def test_two_machines_train_one_model(pair: Project) -> None:
    """Two launchers on loopback; the first machine alone writes, and the bytes are those of two processes on one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        meeting = f"127.0.0.1:{free.getsockname()[1]}"
    machines = [subprocess.Popen(
        pair.command(f"apart{number}", nodes=2, **DROPOUT), cwd=pair.root, stderr=subprocess.PIPE, text=True,
        env=pair.environment(**{RENDEZVOUS: meeting, NODE: str(number)})) for number in range(2)]
    output = [machine.communicate(timeout=LIMIT)[1] for machine in machines]
    assert [machine.returncode for machine in machines] == [0, 0], output
    assert f"waiting for 1 more machines; run there, with N from 1 on: {RENDEZVOUS}={meeting} {NODE}=N" in output[0]
    assert not (pair.root / "apart1").exists()
    weights = [(pair.root / out / "model.safetensors").read_bytes() for out in ("whole", "apart0")]
    assert weights[0] == weights[1]


@pytest.mark.slow
def test_machines_with_different_runs_are_refused(pair: Project) -> None:
    """The second one was given the command of another cell."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        meeting = f"127.0.0.1:{free.getsockname()[1]}"
    command = pair.command("other", nodes=2, **DROPOUT)
    commands = [command, [*command[:command.index("--seed") + 1], "2", *command[command.index("--seed") + 2 :]]]
    machines = [subprocess.Popen(one, cwd=pair.root, stderr=subprocess.PIPE, text=True,
                                 env=pair.environment(**{RENDEZVOUS: meeting, NODE: str(number)}))
                for number, one in enumerate(commands)]
    output = [machine.communicate(timeout=LIMIT)[1] for machine in machines]
    assert [machine.returncode for machine in machines] == [1, 1], output
    assert any("training.nodes: expected the same command, params.yaml, data" in text for text in output)
    assert not (pair.root / "other").exists()


@pytest.mark.parametrize(("variables", "message"), [
    ({}, f"{RENDEZVOUS}: expected HOST:PORT of the first of 2 machines, as training.nodes is 2, got ''"),
    ({RENDEZVOUS: "host"}, "got 'host'"),
    ({RENDEZVOUS: "host:1", NODE: "2"}, f"{NODE}: expected a number from 0 to 1, got '2'"),
])
def test_machines_that_cannot_meet_are_told_why(
    variables: dict[str, str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UserError, match=re.escape(message)):
        launch("stages.train", [], tiny.training_settings(nodes=2))


def test_another_number_of_processes_than_asked_for_is_refused(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tiny.training_settings(processes=2)
    assert to_be_launched(settings)
    monkeypatch.setenv("WORLD_SIZE", "3")
    with pytest.raises(UserError, match="WORLD_SIZE: expected 2, as params.yaml has training.processes 2"):
        to_be_launched(settings)
    monkeypatch.delenv("WORLD_SIZE")
    with pytest.raises(UserError, match="expected 2 processes that know of each other, found 1"):
        train("scratch", 1, project.root / "encoded", project.root / "checkpoint", project.root / "out", settings)
