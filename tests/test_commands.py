"""Every command explains itself, and the workflows name what they run exactly."""

import importlib
import re

import pytest
import yaml

from stages import __main__ as listing
from stages.common.sources import ROOT

MODULES = sorted(path.stem for path in (ROOT / "stages").glob("[!_]*.py"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("module", MODULES)
def test_help_says_what_it_does_and_gives_an_example(module: str, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit, match="^0$"):
        importlib.import_module(f"stages.{module}").main(["--help"])
    text = capsys.readouterr().out
    assert f"python -m stages.{module}" in text.split("example:")[1]
    assert "--debug" in text
    assert len(text.split("\n\n")[1].split()) > 5


def test_the_list_has_every_stage_and_command_and_what_is_read_and_written(capsys: pytest.CaptureFixture) -> None:
    assert listing.main([]) == 0
    stages, commands = capsys.readouterr().out.split("Commands:")
    declared = yaml.safe_load((ROOT / "dvc.yaml").read_text("utf-8"))["stages"]
    assert re.findall(r"^  (\w+) \(stages\.\w+\)$", stages, flags=re.M) == list(declared)
    assert "      reads: data/raw/[task]\n      writes: data/prepared/[task], reports/cards/[task].json" in stages
    run = set(re.findall(r"\(stages\.(\w+)\)", stages))
    assert re.findall(r"python -m stages\.(\w+)", commands) == [name for name in MODULES if name not in run]


def test_actions_are_pinned_by_commit_and_may_write_nothing_but_comments() -> None:
    assert len(WORKFLOWS) == 3
    for path in WORKFLOWS:
        workflow = yaml.safe_load(path.read_text("utf-8"))
        assert workflow["permissions"]["contents"] == "read"
        assert set(workflow["permissions"]) <= {"contents", "pull-requests"}
        for line in path.read_text("utf-8").splitlines():
            if "uses:" in line:
                assert re.fullmatch(r" +- uses: actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line
            # What a pull request's author may choose must not be pasted into a script.
            if "${{" in line:
                assert not re.search(r"head_ref|title|body|head\.(ref|label)", line), line
        for name, job in workflow["jobs"].items():
            allowed = {"pages": "write", "id-token": "write"} if (path.stem, name) == ("docs", "publish") else None
            assert job.get("permissions") == allowed
            assert all("${{" not in step.get("run", "") for step in job["steps"])
