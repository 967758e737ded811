"""A process that has imported the libraries of the stages, and forks for each command of DVC or of a stage.

Four of five seconds of a stage are imports of libraries. A fork has them; it imports the modules of the project anew,
from the folder in which it runs, and ends as a process of its own would. Each command that DVC runs is a fork, too.
What a process needs to start is proved where :func:`tests.small_project.run_afresh` is called.
"""

import gc
import importlib
import json
import os
import pickle
import runpy
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import cache, lru_cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any, NoReturn

ROOT = Path(__file__).parents[1]
LIBRARIES = ("dvc.cli", "dvc.commands.repro", "dvc.repo.experiments.run", "psutil", "pydantic")


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
    for name in LIBRARIES:
        importlib.import_module(name)
    sys.path[0] = str(ROOT)  # instead of the folder of this file
    from stages.spreading.quick_dvc import import_libraries
    import_libraries()
    quicken_dvc()
    sys.path.pop(0)
    for name in [name for name in sys.modules if name.partition(".")[0] == "stages"]:
        del sys.modules[name]
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
    """Spare DVC in this process most of what it does for every stage anew.

    That is to parse params.yaml, dvc.lock and expressions, and to look for values by patterns that are plain keys.
    What it reads and writes stays the same; `tests/test_pipeline.py` compares with a DVC that was left alone.
    """
    import dpath
    from dvc.parsing import interpolate
    from dvc.utils.serialize import _yaml

    from stages.spreading import quick_dvc

    look_for = dpath.get

    def get(values: Any, path: str, **options: Any) -> Any:
        found = values
        for key in path.split("."):
            if options != {"separator": "."} or not isinstance(found, dict) or key not in found:
                return look_for(values, path, **options)
            found = found[key]
        return found

    @lru_cache(maxsize=1000)
    def pickled(text: str, path: object, typ: str, parse: Callable[..., Any] = _yaml.parse_yaml) -> bytes:
        return pickle.dumps(parse(text, path, typ))

    def parse_yaml(text: str, path: object, typ: str = "safe") -> Any:
        return pickle.loads(pickled(text, path, typ))

    quick_dvc.quicken(replace)
    replace(dpath, "get", get)
    replace(interpolate, "parse_expr", cache(interpolate.parse_expr))
    replace(_yaml, "parse_yaml", parse_yaml)
    replace(quick_dvc, "parse_yaml", parse_yaml)


def _compile_once() -> None:
    """Keep the compiled modules of the project; a fork takes those whose bytes are still the same."""
    compiled = {path.read_bytes(): compile(path.read_bytes(), path, "exec", dont_inherit=True)
                for path in (ROOT / "stages").rglob("*.py")}
    original = SourceFileLoader.source_to_code

    def source_to_code(loader: SourceFileLoader, data: bytes, path: str, **options: Any) -> CodeType:
        return compiled.get(bytes(data)) or original(loader, data, path, **options)

    SourceFileLoader.source_to_code = source_to_code


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
