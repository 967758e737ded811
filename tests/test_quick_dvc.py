"""What DVC is spared in `spread` changes no byte of what it writes, and nothing of what a command sees."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dvc.dvcfile
import dvc.stage.run
import pytest
from dvc.fs import LocalFileSystem
from dvc.stage.exceptions import StageCmdFailedError
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.common.sources import ROOT
from stages.spreading.quick_dvc import quicken

VALUES = st.recursive(
    # Floats whose digits DVC itself keeps when it reads and writes them: of 17 digits it changes the last.
    st.none() | st.booleans() | st.integers() | st.sampled_from([2e-5, 1e-8, 0.1, 0.95, 1.0, 1e22, -2.5])
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=90)
    | st.sampled_from(["1e-5", "yes", "null", "~", "1_000", "0o7", "2026-11-29", "a: b", "# c", "- d", "'", "한글"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc한 :#'", min_size=1), inner, max_size=3),
    max_leaves=6)
NAMES = st.sampled_from(["judge", "train_scratch@nsmc-1", "report", "new@table-1", "0", "yes", "a b"])
ENTRIES = st.fixed_dictionaries({"cmd": st.text("abc -/", min_size=1, max_size=120)}, optional={
    "params": st.dictionaries(st.just("params.yaml"), st.dictionaries(st.text("lr.", min_size=1), VALUES, max_size=3))})


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """DVC's function that writes dvc.lock, and the one in its place."""
    original = dvc.dvcfile.modify_yaml
    quicken(monkeypatch.setattr)
    return original, dvc.dvcfile.modify_yaml


def after(modify: Callable[..., Any], path: Path, before: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """What a file holds after a change."""
    path.write_bytes(before)
    with modify(str(path), fs=LocalFileSystem()) as data:
        change(data)
    return path.read_bytes()


@settings(max_examples=30)
@given(changes=st.lists(st.dictionaries(NAMES, ENTRIES, min_size=1, max_size=2), min_size=1, max_size=4))
def test_entries_are_written_as_dvc_writes_them(
    changes: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        original = dvc.dvcfile.modify_yaml
        quicken(monkeypatch.setattr)
        path = tmp_path_factory.getbasetemp() / "dvc.lock"
        first = b"schema: '2.0'\nstages:\n  report:\n    cmd: a\n    outs:\n    - path: b\n      md5: '00'\n"
        found = [first, first]
        for change in changes:
            found = [after(modify, path, content, lambda data, change=change: data["stages"].update(change))
                     for modify, content in zip((original, dvc.dvcfile.modify_yaml), found, strict=True)]
            assert found[0] == found[1]


def test_the_project_s_own_lock_file_is_written_as_dvc_writes_it(
    replaced: tuple[Callable[..., Any], Callable[..., Any]], tmp_path: Path,
) -> None:
    before = (ROOT / "dvc.lock").read_bytes()

    def change(data: dict[str, Any]) -> None:
        data["stages"]["judge"] = data["stages"]["judge"] | {"cmd": "python -m other"}

    dvc_s, ours = (after(modify, tmp_path / "dvc.lock", before, change) for modify in replaced)
    assert ours == dvc_s
    assert ours.count(b"python -m other") == 1


@pytest.mark.parametrize("before", [
    b"schema: '2.0'\nstages:\n  # mine\n  report:\n    cmd: a\n",
    b"schema: '2.0'\nstages: {}\n",
    b"schema: '2.0'\nstages:\n  report:\n    cmd: a\ndatasets:\n- name: b\n",
    b"stages:\n  report:\n    cmd: a\nschema: '2.0'\n",
], ids=["a comment", "no entry", "data sets", "another order"])
def test_a_lock_file_of_another_form_is_left_to_dvc(
    before: bytes, replaced: tuple[Callable[..., Any], Callable[..., Any]], tmp_path: Path,
) -> None:
    dvc_s, ours = (after(modify, tmp_path / "dvc.lock", before, lambda data: data["stages"].update(
        {"judge": {"cmd": "b"}})) for modify in replaced)
    assert ours == dvc_s
    assert b"judge" in ours


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Run a command as DVC does, in a folder whose module ``stages.told`` has this text; what it leaves in a file."""
    quicken(monkeypatch.setattr)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "stages").mkdir()
    (tmp_path / "stages" / "__init__.py").touch()

    def run(program: str, arguments: str = "") -> str:
        (tmp_path / "stages" / "told.py").write_text(f"import os, sys\nfrom pathlib import Path\n{program}\n", "utf-8")
        dvc.stage.run._run(None if "$" not in arguments else "/bin/sh", f"python -m stages.told {arguments}",
                           cwd=str(tmp_path), env=os.environ | {"DVC_STAGE": "told"}, close_fds=True)
        return (tmp_path / "out").read_text("utf-8")

    return run


def test_a_command_of_the_pipeline_is_a_fork_that_imports_the_project_anew(
    run: Callable[..., str], tmp_path: Path,
) -> None:
    told = run("import stages\n"
               "found = [os.getppid(), __name__, *sys.argv[1:], os.environ['DVC_STAGE'], stages.__file__,"
               " 'stages.common.sources' in sys.modules]\n"
               "Path('out').write_text(' | '.join(map(str, found)))", "--name 'a b' --x=1")
    assert told == f"{os.getpid()} | __main__ | --name | a b | --x=1 | told | {tmp_path}/stages/__init__.py | False"


def test_a_command_for_a_shell_gets_one(run: Callable[..., str]) -> None:
    assert run("Path('out').write_text(' '.join(sys.argv[1:]))", "$DVC_STAGE") == "told"


@pytest.mark.parametrize(("program", "code"), [
    ("sys.exit('no such thing')", 1), ("sys.exit(7)", 7), ("1 / 0", 1),
    (f"os.kill(os.getpid(), {int(signal.SIGKILL)})", -signal.SIGKILL),
    (f"os.kill(os.getpid(), {int(signal.SIGTERM)})", -signal.SIGTERM)])
def test_a_failure_of_a_command_is_one_of_its_stage(program: str, code: int, run: Callable[..., str]) -> None:
    with pytest.raises(StageCmdFailedError, match=f"exited with {code}$"):
        run(program)


def test_what_parents_do_at_a_signal_is_not_what_a_command_does(run: Callable[..., str]) -> None:
    before = signal.signal(signal.SIGTERM, lambda *_: Path("wrong").touch())
    try:
        assert run("import signal\nPath('out').write_text(str([signal.getsignal(15) == signal.SIG_DFL, "
                   "signal.pthread_sigmask(signal.SIG_BLOCK, [])]))") == "[True, set()]"
    finally:
        signal.signal(signal.SIGTERM, before)
