"""What a cell of ``spread`` spares against a ``dvc repro`` of its own, with the same bytes.

For each stage that ran, DVC parses all of dvc.lock with its comments and writes all of it, while every other cell waits
for its lock of the repository. Here only the entry of that stage is written anew. And a command of the pipeline spends
seconds on importing torch, transformers and the like. Here it is a fork of a process that has imported them, and
imports the modules of the project alone.
"""

# ruff: noqa: F401 - what `import_libraries` imports is for the forks

import gc
import multiprocessing
import os
import re
import runpy
import shlex
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

import dvc.dvcfile
import dvc.stage.run
from dvc.stage.exceptions import StageCmdFailedError
from dvc.utils.serialize import dumps_yaml, parse_yaml

from stages.common.files import write_text

FORK = multiprocessing.get_context("fork")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_IN_FORKS = sys.platform == "linux"  # elsewhere libraries with threads of their own do not survive a fork
_OF_THE_PIPELINE = re.compile(r"python -m stages\.[\w ,./:=@%+'\"-]+")  # nothing that a shell would expand


@cache
def import_libraries() -> None:
    """Import what commands of the pipeline import, for the forks to come."""
    if not _IN_FORKS:
        return
    # As the stages set them, before they import.
    before = {name: os.environ.get(name) for name in ("HF_HUB_OFFLINE", "MLFLOW_DISABLE_TELEMETRY")}
    os.environ |= {"HF_HUB_OFFLINE": "1", "MLFLOW_DISABLE_TELEMETRY": "true"}
    import accelerate
    import jinja2
    import mlflow.store.tracking.sqlalchemy_store
    import mlflow.tracking
    import networkx
    import pandas
    import peft
    import pyarrow.parquet
    import requests
    import safetensors.torch
    import scipy.optimize
    import scipy.special
    import scipy.stats
    import sklearn.feature_extraction.text
    import sklearn.linear_model
    import tokenizers
    import torch.optim.lr_scheduler
    import transformers.models.bert.modeling_bert
    import transformers.models.bert.tokenization_bert
    import vl_convert
    for name, value in before.items():
        os.environ.pop(name)
        if value is not None:
            os.environ[name] = value
    gc.freeze()  # a fork copies what the collection of garbage writes to


def quicken(replace: Callable[[object, str, object], None] = setattr) -> None:
    """Let DVC in this process write single entries of dvc.lock, and run commands of the pipeline as forks."""
    replace(dvc.dvcfile, "modify_yaml", partial(_modify, dvc.dvcfile.modify_yaml))
    if _IN_FORKS:
        replace(dvc.stage.run, "_run", partial(_run, dvc.stage.run._run))


@contextmanager
def _modify(original: Callable[..., Any], path: str, fs: Any = None) -> Iterator[dict[str, Any]]:
    """In place of DVC's function: yield what a file has, and write what it became."""
    text = Path(path).read_text("utf-8") if Path(path).exists() else ""
    head, *parts = re.split(r"^(?=  [^\s#])", text, flags=re.MULTILINE)
    if Path(path).name != "dvc.lock" or head != "schema: '2.0'\nstages:\n" or re.search(r"^\S", "".join(parts), re.M):
        with original(path, fs=fs) as data:
            yield data
        return
    data = parse_yaml(text, path)
    before, written = dict(data["stages"]), dict(zip(data["stages"], parts, strict=True))
    yield data
    entries = (written[name] if before.get(name) is entry else dumps_yaml({"stages": {name: entry}}).partition("\n")[2]
               for name, entry in data["stages"].items())
    write_text(Path(path), head + "".join(entries))


def _run(original: Callable[..., None], executable: str, command: str, **options: Any) -> None:
    """In place of DVC's function: run a command of the pipeline as a fork, any other in a shell."""
    if not _OF_THE_PIPELINE.fullmatch(command):
        original(executable, command, **options)
        return
    process = FORK.Process(target=_become, args=(shlex.split(command)[2:], options["cwd"], options["env"]))
    # A signal between the fork and the change of its handlers would be lost.
    masked = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    process.start()
    signal.pthread_sigmask(signal.SIG_SETMASK, masked)
    process.join()
    if process.exitcode:
        raise StageCmdFailedError(command, process.exitcode)


def _become(module: list[str], folder: str, environment: Mapping[str, str]) -> None:
    """Run a module, given with its arguments, as ``python -m`` does; those of the project are imported anew."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as after `nohup`
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for name in [name for name in sys.modules if name.partition(".")[0] == "stages"]:
        del sys.modules[name]
    sys.argv[1:] = module[1:]
    runpy.run_module(module[0], run_name="__main__", alter_sys=True)
