"""A process that has imported the libraries of the stages, and forks for each command of DVC or of a stage.

Four of five seconds of a stage are imports of libraries. A fork has them; it imports the modules of the project anew,
from the folder in which it runs, and ends as a process of its own would. Each command that DVC runs is a fork, too.
What a process needs to start is proved where :func:`tests.test_pipeline.run_afresh` is called.
"""

import gc
import importlib
import json
import os
import pickle
import re
import runpy
import shlex
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, lru_cache, partial
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any, NoReturn

LIBRARIES = (
    "accelerate", "dvc.cli", "dvc.commands.repro", "dvc.repo.experiments.run", "jinja2", "mlflow", "mlflow.tracking",
    "mlflow.store.tracking.sqlalchemy_store", "networkx", "pandas", "peft", "psutil", "pyarrow.parquet", "pydantic",
    "requests", "safetensors.torch", "scipy.optimize", "scipy.special", "scipy.stats",
    "sklearn.feature_extraction.text", "sklearn.linear_model", "tokenizers", "torch.optim.lr_scheduler",
    "transformers.models.bert.modeling_bert", "transformers.models.bert.tokenization_bert", "vl_convert")


def run_preloaded(command: tuple[str, ...], folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Run ``dvc ...``, ``python -m module ...`` or ``python -c program``; its exit code, and what it printed."""
    server = _server()
    assert server.stdin
    assert server.stdout
    print(json.dumps([command, str(folder), environment]), file=server.stdin, flush=True)
    code, output = json.loads(server.stdout.readline())
    return code, output


@cache
def _server() -> subprocess.Popen[str]:
    """It ends when its standard input is closed, with this process."""
    return subprocess.Popen([sys.executable, __file__], cwd="/", env=os.environ | {"PYTHONHASHSEED": "1"}, text=True,
                            encoding="utf-8", stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _serve() -> None:
    requests, answers = os.fdopen(os.dup(0), encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    _, nowhere = os.pipe()  # what a fork prints goes into a pipe, so streams made now must be for pipes
    for name, number in (("stdout", 1), ("stderr", 2)):
        os.dup2(nowhere, number)
        setattr(sys, name, os.fdopen(number, "w", encoding="utf-8", errors=getattr(sys, name).errors))
    sys.path.pop(0)  # the folder of this file
    os.environ |= {"HF_HUB_OFFLINE": "1", "MLFLOW_DISABLE_TELEMETRY": "true"}  # as stages set it, before they import
    for name in LIBRARIES:
        importlib.import_module(name)
    from dvc.stage import run
    run._run = partial(_run, run._run)
    quicken_dvc()
    _compile_once()
    gc.freeze()  # of what a fork writes to it needs a copy
    for line in requests:
        command, folder, environment = json.loads(line)
        read, write = os.pipe()
        child = os.fork()
        if not child:
            os.close(read)
            os.setsid()
            nothing = os.open(os.devnull, os.O_RDONLY)
            for source, number in ((nothing, 0), (write, 1), (write, 2)):
                os.dup2(source, number)
            os.close(write)
            _become(command, folder, environment)
        os.close(write)
        with os.fdopen(read, encoding="utf-8", errors="replace") as stream:
            output = stream.read()
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps([code, output]), file=answers, flush=True)


def quicken_dvc(replace: Callable[[object, str, object], None] = setattr) -> None:
    """Spare DVC in this process most of what it does for every stage anew: to parse params.yaml, and all of dvc.lock.

    What it reads and writes stays the same; `tests/test_identical.py` compares with a DVC that was left alone.
    """
    from dvc import dvcfile
    from dvc.utils.serialize import _yaml

    @lru_cache(maxsize=1000)
    def pickled(text: str, path: object, typ: str, parse: Callable[..., Any] = _yaml.parse_yaml) -> bytes:
        return pickle.dumps(parse(text, path, typ))

    def parse_yaml(text: str, path: object, typ: str = "safe") -> Any:
        return pickle.loads(pickled(text, path, typ))

    @contextmanager
    def modify_lock(path: str, fs: object = None) -> Iterator[dict[str, Any]]:
        text = Path(path).read_text("utf-8") if Path(path).exists() else ""
        head, *parts = re.split(r"^(?=  \S)", text, flags=re.M)
        stages = [next(iter(parse_yaml(part, path).items())) for part in parts]
        data = {"schema": "2.0", "stages": dict(stages)} if text else {}
        known = {json.dumps(stage): part for stage, part in zip(stages, parts, strict=True)}
        yield data
        text = head or "schema: '2.0'\nstages:\n"
        for stage in data["stages"].items():
            text += known.get(json.dumps(stage)) or _yaml.dumps_yaml({"": dict([stage])}).partition("\n")[2]
        Path(path).write_text(text, "utf-8")

    modify = dvcfile.modify_yaml
    replace(_yaml, "parse_yaml", parse_yaml)
    replace(dvcfile, "modify_yaml", lambda path, fs=None: (
        modify_lock if str(path).endswith(".lock") else modify)(path, fs))


def _compile_once() -> None:
    """Keep the compiled modules of the project; a fork takes those whose bytes are still the same."""
    root = Path(__file__).parents[1]
    compiled = {path.read_bytes(): compile(path.read_bytes(), path, "exec", dont_inherit=True)
                for path in (root / "stages").rglob("*.py")}
    original = SourceFileLoader.source_to_code

    def source_to_code(loader: SourceFileLoader, data: bytes, path: str, **options: Any) -> CodeType:
        return compiled.get(bytes(data)) or original(loader, data, path, **options)

    SourceFileLoader.source_to_code = source_to_code


def _run(original: Callable[..., None], executable: str, command: str, **options: Any) -> None:
    """In place of DVC's function of this name."""
    from dvc.stage.exceptions import StageCmdFailedError
    if not command.startswith("python -m "):
        original(executable, command, **options)
        return
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if not child:
        _become(shlex.split(command), options["cwd"], options["env"])
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code:
        raise StageCmdFailedError(command, code)


def _become(command: list[str], folder: str, environment: dict[str, str]) -> NoReturn:
    """Run a command as this process."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    code: object = 1
    try:
        _, option, name, *arguments = ["python", "-m", *command] if command[0] == "dvc" else command
        sys.argv[1:] = arguments
        sys.path[:0] = [folder, *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))]
        if option == "-c":
            exec(name, {"__name__": "__main__"})
        else:
            assert option == "-m"
            runpy.run_module(name, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    _serve()
