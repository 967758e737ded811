"""Every benchmark runs at tiny size, and shows what a failed child says."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import numpy as np
import pyarrow.parquet as parquet
import pytest
import torch
import yaml
from accelerate.state import AcceleratorState

from benchmarks import evaluate, forecast, processes, scale, speed, spread, trainer
from benchmarks.common import run_child, write_params
from stages import train
from stages.common.errors import UserError
from stages.common.files import write_json
from stages.common.sources import ROOT
from stages.results.predictions import predictions_table
from stages.results.prepared import read_rows
from tests import tiny
from tests.corpus_files import write_corpus
from tests.preloaded import run_preloaded

TOPICS = ("World", "Sports", "Business", "Sci/Tech")


@pytest.fixture
def inputs(tmp_path: Path) -> list[str]:
    """Options that name AG News and an encoder, both tiny."""
    sizes = {"train": 64, "test": 40}
    write_corpus("ag_news", tmp_path / "ag_news", {split: [
        {"label": TOPICS[row % 4], "text": f"{split} {row} good film the Paris {'unaffable ' * (row % 3)}"}
        for row in range(size)] for split, size in sizes.items()})
    tiny.write_checkpoint(tmp_path / "checkpoint", max_length=128)
    return ["--checkpoint", str(tmp_path / "checkpoint")]


@pytest.mark.parametrize("main", [evaluate.main, forecast.main, processes.main, scale.main, speed.main, spread.main,
                                  trainer.main])
def test_help_gives_an_example(main: Callable[[list[str]], int], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^0$"):
        main(["--help"])
    assert "example:\n  python -m benchmarks." in capsys.readouterr().out


def test_evaluate(capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate.main(["--rows", "200", "--resamples", "100"]) == 0
    assert [line.split()[:3] for line in capsys.readouterr().out.splitlines()[1:]] == [
        ["200", "texts", "8"], ["200", "sentences", "8"]]


def test_scale(capsys: pytest.CaptureFixture[str]) -> None:
    assert scale.main(["200"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert [(line[0], line[1], line[4]) for line in lines] == [("200", "preprocess", "1.00"), ("200", "encode", "1.00")]


def test_speed(inputs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
               capsys: pytest.CaptureFixture[str]) -> None:
    """All in this process: starting one for each of the arms takes a minute."""
    def run_child(folder: Path, arguments: Sequence[str], name: str) -> str:
        AcceleratorState._reset_state()  # it holds one precision for the whole process
        assert (folder, *arguments[:2]) == (ROOT, "-m", "benchmarks.speed")
        with redirect_stdout(StringIO()) as printed:
            assert speed.main(arguments[2:]) == 0
        return printed.getvalue()

    def print_profile(folder: Path) -> None:
        AcceleratorState._reset_state()
        profile(folder)

    profile = speed.print_profile
    monkeypatch.setattr(speed, "run_child", run_child)
    monkeypatch.setattr(speed, "print_profile", print_profile)
    threads = torch.get_num_threads()
    corpus = ["--corpus", str(tmp_path / "ag_news"), "--rows", "36", "--test-rows", "0", "--repetitions", "1"]
    assert speed.main([*inputs, *corpus]) == 0
    printed = capsys.readouterr().out
    assert "bf16 peak" in printed
    for arm in (*speed.TRAINER_ARMS, *speed.OUR_ARMS, *speed.REUSE_ARMS, "gradual"):
        assert f"\n{arm} " in printed
    torch.set_num_threads(threads)
    AcceleratorState._reset_state()


def test_a_child_that_fails_is_heard(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserError, match=r"^child: ended with exit code 1; its output is above$"):
        run_child(tmp_path, ["-c", "import os, sys; print(os.getcwd()); sys.exit('why')"], "child")
    assert capsys.readouterr().err == f"{tmp_path}\nwhy\n\n"


def test_a_stage_that_fails_is_heard(inputs: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ag_news" / "train.csv").write_text('"9","no","class"\n', "utf-8")
    assert speed.main([*inputs, "--corpus", str(tmp_path / "ag_news")]) == 1
    error = capsys.readouterr().err
    assert "found '9'" in error
    assert "stages.preprocess: failed; its message is above" in error


def test_forecast(inputs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                  capsys: pytest.CaptureFixture[str]) -> None:
    """The training in this process and the probe in a fork: else each is a process that loads torch."""
    def run(command: list[str], **options: Any) -> CompletedProcess:
        code, told = run_preloaded(("python", *command[1:]), Path.cwd(), dict(os.environ))
        return CompletedProcess(command, code, told, told)

    def measure_stage(folder: Path, module: str, *arguments: str) -> tuple[float, float]:
        assert (folder, module, train.main(arguments)) == (Path.cwd(), "stages.train", 0)
        return 1.0, 100.0

    monkeypatch.setattr(forecast, "measure_stage", measure_stage)
    monkeypatch.setattr("stages.forecasting.measuring.subprocess.run", run)
    words = [{"words": ["Ann", "visits", f"the{row}", "Paris"], "tags": ["B-PER", "O", "O", "B-LOC"]}
             for row in range(40)]
    write_corpus("conll2003", tmp_path / "conll", {"train": words, "validation": words[:8], "test": words[:8]})
    assert forecast.main([
        *inputs, "--ag-news", str(tmp_path / "ag_news"), "--conll2003", str(tmp_path / "conll"), "--only", "text-head",
        "--rows", "36", "--validation-rows", "8"]) == 0
    [line] = [line for line in capsys.readouterr().out.splitlines() if line.startswith("text-head")]
    assert float(line.split()[4]) > 0


def test_processes(inputs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                   capsys: pytest.CaptureFixture[str]) -> None:
    """One process alone: that several train as one does is shown in test_processes."""
    monkeypatch.setattr(processes, "COUNTS", (1,))
    assert processes.main([
        *inputs, "--corpus", str(tmp_path / "ag_news"), "--folder", str(tmp_path / "made"), "--rows", "36",
        "--validation-rows", "8", "--test-rows", "0", "--seeds", "1"]) == 0
    printed = capsys.readouterr().out
    assert "40 of 40 test rows predicted" in printed
    assert printed.count("seed 1, processes") == 1
    assert (tmp_path / "made" / "losses.png").stat().st_size


def test_spread(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One process of a cluster instead of four: each is another start of Python."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{Path('/usr/bin')}:/bin")
    monkeypatch.setattr(spread, "_PER_NODE", 1)
    assert spread.main(["--cells", "2", "--seconds", "0.1", "--workers", "1", "--dvc-cells", "1"]) == 0
    printed = capsys.readouterr().out
    assert "in place, 1 cells of 0.1 s on 8 workers: ideal 0.1 s" in printed
    assert "2 cells of 0.1 s on 1 workers: ideal 0.2 s" in printed


@pytest.mark.parametrize(("task", "precision"), [(tiny.TEXT_TASK, "bf16"), (tiny.WORD_TASK, "fp32")])
def test_trainer(task: dict[str, Any], precision: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                 capsys: pytest.CaptureFixture[str]) -> None:
    """Predictions that are all right, as if stored by `predict`, beside a Trainer that learns the toy task."""
    monkeypatch.chdir(tmp_path)
    params = yaml.safe_load((ROOT / "params.yaml").read_text("utf-8"))
    params["tasks"] = {"toy": {"max_length": 16, "pretrained": {"lr": 0.01, "epochs": 20}}}
    params["training"] |= {"batch_size": 8, "precision": precision}
    params["seeds"] = [1, 2]
    write_params(tmp_path, params)
    data = tmp_path / "data"
    tiny.write_prepared(data / "prepared" / "toy", task)
    tiny.write_checkpoint(data / "initial" / "toy")
    test = list(read_rows(data / "prepared" / "toy" / "test.jsonl"))
    right = [np.eye(len(task["tags"]))[[task["tags"].index(tag) for tag in row.tags or [row.label]]] for row in test]
    (data / "predictions" / "toy").mkdir(parents=True)
    for seed in params["seeds"]:
        write_json(data / "rows" / "toy" / f"{seed}.json", {"train_size": 24})
        parquet.write_table(predictions_table("after", "test", [row.guid for row in test], right),
                            data / "predictions" / "toy" / f"pretrained-full-{seed}.parquet")
    assert trainer.main(["toy"]) == 0
    printed = capsys.readouterr().out
    assert "seed 1, 24 training rows: headstart 1.0000, Trainer 1.0000" in printed
    assert "headstart - Trainer: +0.0 points" in printed
    write_params(tmp_path, params | {"training": params["training"] | {"label_smoothing": 0.1}})
    assert trainer.main(["toy"]) == 1
    assert "label_smoothing of toy: expected 0.0" in capsys.readouterr().err
