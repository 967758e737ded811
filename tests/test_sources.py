"""Listings of code: what they are made of is in test_dag and test_impact; here their digests and what they guard."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from stages.common.errors import UserError
from stages.common.slow_imports import slow_imports
from stages.common.sources import ROOT, closure, code_digest
from stages.settings.yaml12 import parse_yaml
from tests.preloaded import run_preloaded

# Every construct of Python 3.11, with those whose syntax trees differ between 3.11, 3.12 and 3.13.
EVERY_SYNTAX = r'''
"""Docstring."""
from __future__ import annotations
import os, sys as system
from a.b import c as d, e
from . import x
async def f(a, /, b: int = 0x10, *args: "T", c=None, **kw) -> list[int]:
    async with a as b, c: pass
    async for i in g(): await h
    return [x async for x in y if z]
@decorator(1)
class C(B, metaclass=M):
    "Docstring."
    x: int
    y: str = "é한글\N{BULLET}\u200b\x00\ud800" "b" u"c" """d
e"""
    def m(self): "Docstring."
def generator():
    def inner():
        nonlocal n
        global g
        n += 1
        yield from ()
    del a, b[0], c.d
    assert x, "m"
    try: pass
    except* (A, B) as e: raise X from e
    else: pass
    finally: pass
    while (n := 1) < 2: break
    else: n = 1
    for i, *j in z: continue
    return lambda *a, k=1: (yield)
match p:
    case {"k": v, **rest} if v: pass
    case [1, 2.5, *_, -1j] | C(1, a=2) as w: pass
    case None | True | "s" "t": ...
    case _: pass
numbers = [16, 0b1, 1_000, 1e3, 1e400, 1.5j, -0.0, 2e-05, b"\xff" rb"\d", ...]
s = f"a{x}b" "c" f"{y!r:>{w}.{p}}" f"{z:%Y-%m}" f"{q=}" rf"\d{x}\{y}" f"{{lit}}{x}}}"
t = f"" f"{x:}" f"" "tail" f"{x=!s:^10}" f"{x = }{y  =!r}" F"""multi
{
x
}"""
u = f"{f'{1}'}{x:{'>'}{10}}{x:\n}{x:\x41b{w}}{names['k']}{ {1: 2}[1] }{x:{w}}}}" rf"{x:\d}"
operators = not a and b or c < d <= e is not f not in g, x @ y, a[1:2, ::3, ..., *q], ~x ** -y // z if w else v
collections = {**a, "b": 1}, {*a, 1}, (*a,), f(*a, **b, c=1), {k: v for k, v in a if b if c}, {s for s in t}
with (open(a) as f, open(b)): pass
'''
AS_IT_WAS = '''
def add(first: int, second: int = 16) -> str:
    total = first + second
    return f"sum {total}" + "and more"
'''


def digest_of(tmp_path: Path, text: str) -> str:
    path = tmp_path / "module.py"
    path.write_text(text, "utf-8")
    return code_digest(path)


def test_the_digest_is_the_same_under_every_release_of_python(tmp_path: Path) -> None:
    """Found by Python 3.11.7, 3.12.1 and 3.13.0."""
    assert digest_of(tmp_path, EVERY_SYNTAX) == "2335135907f03c377a09d1acad3d2c71c1ae6aaef0a8616d3be07c29b04e09c5"


@pytest.mark.parametrize("text", [
    "# A comment.\n" + AS_IT_WAS + "# Another.",
    '"""A docstring."""\n' + AS_IT_WAS,
    AS_IT_WAS.replace("    total", '    """Add."""\n    total', 1),
    AS_IT_WAS.replace("+ second", "+ second  # type: ignore"),
    AS_IT_WAS.replace("first + second", "(\n        first\n        + second)").replace("\n", "\r\n"),
    AS_IT_WAS.replace("16", "0x10"),
    AS_IT_WAS.replace('"and more"', "u'and' ' more'"),
    AS_IT_WAS.replace('f"sum {total}"', "'sum' f' {total}'"),
    "# coding: latin-1\n" + AS_IT_WAS,
])
def test_comments_docstrings_and_formatting_are_no_part_of_the_code(tmp_path: Path, text: str) -> None:
    assert text != AS_IT_WAS
    assert digest_of(tmp_path, text) == digest_of(tmp_path, AS_IT_WAS)


@pytest.mark.parametrize(("old", "new"), [
    ("16", "17"), ("16", "16.0"), ("16", "'16'"), ("= 16", "= None"), (" = 16", ""), ("first + ", "first - "),
    ("int, ", "float, "), (" -> str", ""), ("add", "sum"), ("def", "async def"), ('f"sum', '"sum'),
    ("{total}", "{total!r}"), ("{total}", "{total:d}"), ("and more", "and  more"), ("return", "yield"),
    ("    total", "    del first\n    total"), ("first: int, second: int = 16", "second: int, first: int = 16"),
    ("int, ", "int, /, "), ("int, ", "int, *, "), ('"and more"', 'b"and more"'),
])
def test_any_other_edit_changes_the_digest(tmp_path: Path, old: str, new: str) -> None:
    assert old in AS_IT_WAS
    assert digest_of(tmp_path, AS_IT_WAS.replace(old, new, 1)) != digest_of(tmp_path, AS_IT_WAS)


def test_other_files_are_taken_byte_by_byte(tmp_path: Path) -> None:
    template = tmp_path / "page.j2"
    template.write_text("x = 1\n", "utf-8")
    # sha256sum of the same bytes
    assert code_digest(template) == "9e26bf369911c45c243c684147b23fc9e1dcfcf257d299a1c632016a6fcd33f4"


def test_no_stage_reads_what_its_digest_leaves_out() -> None:
    stages = parse_yaml((ROOT / "dvc.yaml").read_text("utf-8"), "dvc.yaml")["stages"].values()
    readers = {"__doc__", "getdoc", "get_docstring", "getcomments", "getsource", "getsourcelines",
               "use_attribute_docstrings", "co_firstlineno", "f_lineno", "tb_lineno"}
    for module in {stage.get("do", stage)["cmd"].split()[2] for stage in stages} - {"stages.sources"}:
        for path in closure(module):
            if path.endswith(".py"):
                names = {getattr(node, "attr", getattr(node, "id", None)) for node in ast.walk(
                    ast.parse((ROOT / path).read_bytes()))}
                assert not names & readers, path


def test_a_file_that_is_no_python_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"module\.py: line 3: not valid Python \(.+\); correct the line$"):
        digest_of(tmp_path, "\nx = 1\ny = = 2\n")


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with its listings."""
    folder = tmp_path_factory.mktemp("listed")
    shutil.copytree(ROOT / "stages", folder / "stages", ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors", "origin.json"):
        checkpoint = folder / "from" / "bilingual_small"
        checkpoint.mkdir(parents=True, exist_ok=True)
        (checkpoint / part).write_text('{"model_type": "bert"}', "utf-8")
    shutil.copyfile(ROOT / "params.yaml", folder / "params.yaml")
    assert run_stage(folder, "sources", "--out", "data/sources") == ""
    return folder


@pytest.fixture
def project(listed: Path, tmp_path: Path) -> Path:
    return shutil.copytree(listed, tmp_path / "project", ignore=shutil.ignore_patterns("__pycache__"))


def run_stage(project: Path, stage: str, *flags: str, **variables: str) -> str:
    """What a stage says, run as DVC does where ``DVC_STAGE`` is among the variables."""
    environment = {name: value for name, value in os.environ.items() if name != "DVC_STAGE"} | variables
    if not variables:
        return run_preloaded(("python", "-m", f"stages.{stage}", *flags), project, environment)[1]
    # A stage ends where what started it is in another session, as the fork would be.
    return subprocess.run([sys.executable, "-m", f"stages.{stage}", *flags], cwd=project, env=environment,
                          stderr=subprocess.PIPE, text=True).stderr


COPY = ("assign_checkpoint", "--task", "nsmc", "--checkpoints", "from", "--fetched", "none", "--out", "to")


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def test_code_edited_while_the_pipeline_runs_is_refused(project: Path) -> None:
    assert run_stage(project, *COPY, DVC_STAGE="assign_checkpoint") == ""
    shutil.rmtree(project / "to")
    append(project / "stages/common/files.py", "ANOTHER = 1\n")
    error = run_stage(project, *COPY, DVC_STAGE="assign_checkpoint")
    assert error == ("error: stages/common/files.py: edited or removed since the pipeline started; run `dvc repro` "
                     "again, which keeps finished stages\n")
    assert not (project / "to").exists()
    assert run_stage(project, *COPY) == ""  # by hand, any code may run


def test_code_edited_while_a_stage_imports_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a stage imports late is checked once more, since it was not loaded when the stage began."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(ROOT / "stages/train.py")])
    monkeypatch.setenv("DVC_STAGE", "train_scratch@nsmc-1")
    (tmp_path / "data/sources").mkdir(parents=True)
    listing, name = tmp_path / "data/sources/train.sha256", "stages/training/cell.py"
    listing.write_text(f"{code_digest(ROOT / name)}  {name}\n", "utf-8")
    with slow_imports():
        pass
    listing.write_text(f"{'0' * 64}  {name}\n", "utf-8")
    with pytest.raises(UserError, match=f"{name}: edited or removed"), slow_imports():
        pass


def test_a_comment_may_be_edited_while_the_pipeline_runs(project: Path) -> None:
    append(project / "stages/common/files.py", "# another line\n")
    assert run_stage(project, *COPY, DVC_STAGE="assign_checkpoint") == ""


def test_a_module_that_was_removed_is_refused(project: Path) -> None:
    append(project / "data/sources/assign_checkpoint.sha256", f"{'0' * 64}  stages/common/gone.py\n")
    assert "stages/common/gone.py" in run_stage(project, *COPY, DVC_STAGE="assign_checkpoint")


def test_another_module_may_be_edited_meanwhile(project: Path) -> None:
    (project / "stages" / "report.py").write_text("broken", "utf-8")
    assert run_stage(project, *COPY, DVC_STAGE="assign_checkpoint") == ""
