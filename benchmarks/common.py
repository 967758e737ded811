"""What benchmarks share: data prepared by the project's own stages, and children whose words are not lost."""

import contextlib
import importlib
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from stages.common.errors import UserError
from stages.common.sources import ROOT

# `VmHWM` is the peak of the process itself; `wait4` counts the memory of the parent that it was forked from.
_PEAK = """
import atexit, pathlib, re, runpy, sys
status = pathlib.Path("/proc/self/status")
atexit.register(lambda: print(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]))
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


def child_environment() -> dict[str, str]:
    """Of processes that run the project's code in another folder, offline."""
    return os.environ | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}


def run_child(folder: Path, arguments: Sequence[str], name: str, **variables: str) -> str:
    """Run Python with ``arguments`` in ``folder``; return its standard output.

    Raises:
        UserError: it failed; what it wrote has been printed to standard error.
    """
    done = subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True,
                          env=child_environment() | variables)
    if done.returncode:
        print(done.stdout, done.stderr, sep="", file=sys.stderr)
        raise UserError(f"{name}: ended with exit code {done.returncode}; its output is above")
    return done.stdout


def measure_stage(folder: Path, *arguments: str, **variables: str) -> tuple[float, float]:
    """Seconds and peak memory in MiB of a stage, given as its module and arguments, run in ``folder``.

    Raises:
        UserError: the stage failed; what it wrote has been printed to standard error.
    """
    started = time.perf_counter()
    output = run_child(folder, ["-c", _PEAK, *arguments], arguments[0], **variables)
    return time.perf_counter() - started, int(output.split()[-1]) / 1024


def prepare(folder: Path, corpora: dict[str, Path], checkpoint: Path, **values: Any) -> dict[str, Any]:
    """Prepare and encode corpora in their original files by the project's stages.

    Args:
        folder: where ``prepared/TASK``, ``encoded/TASK``, ``checkpoint`` and ``params.yaml`` are made.
        corpora: the folder of each corpus, which is a task by the same name.
        checkpoint: the folder of an encoder and its tokenizer.
        values: settings of every task that differ from those of the project.

    Returns:
        The settings, those of the project but for the tasks.

    Raises:
        UserError: a stage failed; its message has been printed to standard error.
    """
    params: dict[str, Any] = yaml.safe_load((ROOT / "params.yaml").read_text("utf-8"))
    params["tasks"] = {task: {
        "corpus": task, "source": "local", "folder": str(corpus.absolute()), "exclude_id_prefix": "",
        "table": {}, "test_size": 0,
        "train_size": 0, "checkpoint": "benchmark", "max_length": 128, "pretrained": {"lr": 5e-5}, "scratch": {},
    } | values for task, corpus in corpora.items()}
    write_params(folder, params)
    (folder / "checkpoint").symlink_to(checkpoint.absolute())
    (folder / "origin.json").write_text('{"synthetic": false}', "utf-8")
    with contextlib.chdir(folder):
        for task in corpora:
            _run_stage(f"download --task {task} --out raw/{task}")
            _run_stage(f"preprocess --task {task} --raw raw/{task} --out prepared/{task} --card card.json")
            _run_stage(f"encode --task {task} --prepared prepared/{task} --tokenizer checkpoint/tokenizer.json"
                       " --origin origin.json --config checkpoint/config.json"
                       f" --out encoded/{task} --card encoding.json")
    return params


def _run_stage(command: str) -> None:
    name, *arguments = command.split()
    if importlib.import_module(f"stages.{name}").main(arguments):
        raise UserError(f"stages.{name}: failed; its message is above")


def write_params(folder: Path, params: dict[str, Any]) -> None:
    """Write ``params.yaml`` for the stages that run in ``folder``."""
    (folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False, allow_unicode=True), "utf-8")
