"""Whole settings: each is valid and has the same keys, and switching loses nothing."""

import subprocess
from pathlib import Path

import pytest

from stages.common.sources import ROOT
from stages.preset import PRESETS, main
from stages.settings.reading import read_params
from stages.settings.schema import check_params
from stages.settings.yaml12 import parse_yaml

NAMES = sorted(path.stem for path in PRESETS.glob("*.yaml"))
ALL = pytest.mark.parametrize("name", NAMES)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git repository that has the project's params.yaml."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_bytes((ROOT / "params.yaml").read_bytes())
    subprocess.run(["git", "init", "--quiet"], check=True)
    subprocess.run(["git", "add", "params.yaml"], check=True)
    commit("start")
    return tmp_path


def commit(message: str) -> None:
    identity = ("-c", "user.name=Tester", "-c", "user.email=tester@example.org")
    subprocess.run(["git", *identity, "commit", "--quiet", "--all", "--message", message], check=True)


def keys(values: object, path: str = "") -> set[str]:
    """Dotted paths of all keys, whatever task or checkpoint they belong to."""
    if not isinstance(values, dict):
        return {path}
    found: set[str] = set()
    for key, value in values.items():
        name = "*" if path in ("tasks", "checkpoints") else key
        found |= keys(value, f"{path}.{name}" if path else name)
    return found


def shared(name: str) -> set[str]:
    """The keys without those that an entry has by its kind."""
    values = parse_yaml((PRESETS / f"{name}.yaml").read_text("utf-8"), name)
    own = ("checkpoints.", "tasks.*.pretrained", "tasks.*.scratch")
    return {key for key in keys(values) if not key.startswith(own)}


def test_the_three_settings() -> None:
    assert NAMES == ["full", "laptop", "sample"]


def test_the_default_is_the_sample() -> None:
    assert (ROOT / "params.yaml").read_bytes() == (PRESETS / "sample.yaml").read_bytes()


@ALL
def test_settings_are_valid_and_complete(name: str, folder: Path) -> None:
    assert main([name]) == 0
    assert check_params().tasks
    assert shared(name) == shared("sample")


@pytest.mark.parametrize("name", ["laptop", "full"])
def test_published_settings_name_pinned_corpora_and_the_checkpoints_of_the_study(name: str, folder: Path) -> None:
    main([name])
    params = check_params()
    assert {task.source for task in params.tasks.values()} == {"published"}
    assert {(task.corpus, params.checkpoints[task.checkpoint]["repository"]) for task in params.tasks.values()} == {
        ("nsmc", "monologg/koelectra-base-v3-discriminator"), ("mnli", "distilbert/distilbert-base-uncased"),
        ("mnli", "FacebookAI/roberta-base"), ("conll2003", "distilbert/distilbert-base-uncased"),
        ("ag_news", "distilbert/distilbert-base-uncased")}
    sizes = {task.train_size for task in params.tasks.values()}
    assert all(1000 <= size <= 5000 for size in sizes) if name == "laptop" else sizes == {0}


def test_there_and_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = Path("params.yaml").read_bytes()
    assert main(["laptop"]) == 0
    assert Path("params.yaml").read_bytes() != before
    assert main(["full"]) == 0
    assert main(["sample"]) == 0
    assert Path("params.yaml").read_bytes() == before
    assert capsys.readouterr().err.splitlines()[-1] == "params.yaml: sample; `dvc repro` runs it"


def test_results_of_tasks_that_a_setting_lacks_do_not_stay(folder: Path) -> None:
    """They would be inputs of its report, which then could not come from DVC's cache."""
    for name in ("metrics/mnli.json", "metrics/mnli_roberta.json", "cards/mnli_roberta.encoding.json"):
        (folder / "reports" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "reports" / name).write_text("{}", "utf-8")
    main(["laptop"])
    assert len(list((folder / "reports").rglob("*.json"))) == 3
    main(["sample"])
    assert [path.name for path in (folder / "reports").rglob("*.json")] == ["mnli.json"]


def test_changes_that_git_does_not_have_are_not_lost(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed = Path("params.yaml").read_text("utf-8").replace("split_seed: 1", "split_seed: 7")
    Path("params.yaml").write_text(changed, "utf-8")
    assert main(["laptop"]) == 1
    assert capsys.readouterr().err == (
        "error: params.yaml: has changes that are in no commit and would be lost; commit them, or throw them away "
        "with `python -m stages.preset laptop --force`\n")
    assert Path("params.yaml").read_text("utf-8") == changed
    commit("seven")
    assert main(["laptop"]) == 0
    Path("params.yaml").write_text(changed.replace("split_seed: 7", "split_seed: 8"), "utf-8")
    assert main(["sample", "--force"]) == 0
    assert read_params()["split_seed"] == 1


def test_a_setting_spelled_otherwise_is_still_that_setting(folder: Path) -> None:
    """DVC rewrites the file for `-S`, without its quotes."""
    main(["laptop"])
    respelled = Path("params.yaml").read_text("utf-8").replace("exclude_id_prefix: ''", 'exclude_id_prefix: ""')
    Path("params.yaml").write_text(respelled, "utf-8")
    assert main(["sample"]) == 0


def test_outside_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert main(["laptop"]) == 0
    (tmp_path / "params.yaml").write_text("lr: 1\n", "utf-8")
    assert main(["sample"]) == 1
    assert "in no commit" in capsys.readouterr().err
