"""Listings of code: what they are made of is in test_dag and test_impact; here what they guard against."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from stages.common.sources import ROOT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "stages", tmp_path / "stages", ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors", "origin.json"):
        (tmp_path / "from").mkdir(exist_ok=True)
        (tmp_path / "from" / part).write_text('{"model_type": "bert"}', "utf-8")
    shutil.copyfile(ROOT / "params.yaml", tmp_path / "params.yaml")
    assert said(tmp_path, "sources", "--out", "data/sources") == ""
    return tmp_path


def said(project: Path, stage: str, *flags: str, **variables: str) -> str:
    """Standard error of a stage, run as DVC does where ``DVC_STAGE`` is among the variables."""
    environment = {name: value for name, value in os.environ.items() if name != "DVC_STAGE"} | variables
    return subprocess.run([sys.executable, "-m", f"stages.{stage}", *flags], cwd=project, env=environment,
                          stderr=subprocess.PIPE, text=True).stderr


COPY = ("assign_checkpoint", "--task", "nsmc", "--checkpoint", "from", "--out", "to")


def test_code_edited_while_the_pipeline_runs_is_refused(project: Path) -> None:
    assert said(project, *COPY, DVC_STAGE="assign_checkpoint") == ""
    shutil.rmtree(project / "to")
    with (project / "stages" / "common" / "files.py").open("a", encoding="utf-8") as stream:
        stream.write("# another line\n")
    line = said(project, *COPY, DVC_STAGE="assign_checkpoint")
    assert line.startswith("error: stages/common/files.py: expected the file as it was when the pipeline was started")
    assert line.count("\n") == 1
    assert "run `dvc repro` again" in line
    assert not (project / "to").exists()
    assert said(project, *COPY) == ""  # by hand, any code may run


def test_a_module_that_went_away_is_told_too(project: Path) -> None:
    listing = project / "data" / "sources" / "assign_checkpoint.sha256"
    listing.write_text(listing.read_text("utf-8") + f"{'0' * 64}  stages/common/gone.py\n", "utf-8")
    assert "stages/common/gone.py" in said(project, *COPY, DVC_STAGE="assign_checkpoint")


def test_another_module_may_be_edited_meanwhile(project: Path) -> None:
    (project / "stages" / "report.py").write_text("broken", "utf-8")
    assert said(project, *COPY, DVC_STAGE="assign_checkpoint") == ""
