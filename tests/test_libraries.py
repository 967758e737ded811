"""Releases of libraries: the file is that of the lock, and another release stops a stage."""

import re

import pytest

from stages.common.errors import UserError
from stages.common.sources import ROOT
from stages.settings import libraries
from stages.settings.libraries import LIBRARIES, require_libraries
from stages.settings.yaml12 import parse_yaml

WANTED = parse_yaml(LIBRARIES.read_text("utf-8"), "libraries.yaml")


def test_the_file_is_that_of_the_lock() -> None:
    locked = dict(re.findall(r"^([\w-]+)==([^\s;]+)", (ROOT / "requirements.lock").read_text("utf-8"), flags=re.M))
    assert {name: locked[name] for name in WANTED} == WANTED
    assert all(isinstance(release, str) for release in WANTED.values())


def test_what_is_installed_passes() -> None:
    require_libraries(*WANTED)


@pytest.mark.parametrize(("installed", "found"), [("1.0.0", "1.0.0"), ("", "none")])
def test_another_release_is_refused(monkeypatch: pytest.MonkeyPatch, installed: str, found: str) -> None:
    monkeypatch.setattr(libraries, "_installed", lambda name: installed if name == "torch" else WANTED[name])
    require_libraries("numpy")
    with pytest.raises(UserError) as caught:
        require_libraries("numpy", "torch")
    assert str(caught.value).startswith(f"torch: expected release {WANTED['torch']}, found {found}; install ")
    assert "\n" not in str(caught.value)


def test_a_build_counts_as_its_release(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "version", lambda name: f"{WANTED[name]}+cu130")
    require_libraries("torch")
