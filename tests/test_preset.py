"""Presets: each is valid, sets the keys that another sets, and switching back restores params.yaml byte for byte."""

import subprocess
from functools import cache
from pathlib import Path

import pytest

from stages.common.errors import UserError
from stages.common.sources import ROOT
from stages.preset import main
from stages.settings import overlays
from stages.settings.kinds import kind_of
from stages.settings.overlays import OVERLAYS, PRESETS, apply_overlay, apply_preset, default_settings
from stages.settings.published import PINS, PublishedCorpus
from stages.settings.schema import check_params
from stages.settings.yaml12 import parse_yaml

ALL = pytest.mark.parametrize("name", PRESETS)
BASE = (ROOT / "params.yaml").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git repository that has the project's params.yaml."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_bytes((ROOT / "params.yaml").read_bytes())
    subprocess.run(["git", "init", "--quiet"], check=True)
    subprocess.run(["git", "add", "params.yaml"], check=True)
    commit("start")
    return tmp_path


@cache
def applied(name: str) -> str:
    """Settings of the embedded default with a preset."""
    return apply_preset(BASE, name)


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
    values = parse_yaml(applied(name), name)
    own = ("checkpoints.", "tasks.*.pretrained", "tasks.*.scratch", "tasks.*.table", "further_tests")
    return {key for key in keys(values) if not key.startswith(own)}


def test_the_default_is_the_sample() -> None:
    assert applied("sample") == BASE


@pytest.mark.parametrize("first", PRESETS)
@ALL
def test_a_preset_undoes_the_one_before_it(first: str, name: str) -> None:
    assert apply_preset(applied(first), name) == applied(name)


def test_an_overlay_says_differences_alone() -> None:
    """A key whose value is the same in all presets is set by none: without it, some preset comes out otherwise."""
    values = {name: parse_yaml(applied(name), name) for name in PRESETS}
    for overlay in sorted(OVERLAYS.glob("*.yaml")):
        for path, value in leaves(parse_yaml(overlay.read_text("utf-8"), overlay.name)):
            if path[0] not in ("tasks", "checkpoints", "further_tests"):
                assert any(value_at(values[name], path) != value for name in PRESETS), f"{overlay.name}: {path}"


def leaves(values: object, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], object]]:
    if not isinstance(values, dict):
        return [(path, values)]
    return [leaf for key, value in values.items() for leaf in leaves(value, (*path, key))]


def value_at(values: object, path: tuple[str, ...]) -> object:
    for key in path:
        assert isinstance(values, dict)
        values = values[key]
    return values


def test_an_overlay_edits_the_lines_of_its_keys_alone() -> None:
    text = """# first
a: 1  # one
b:
  # inside
  c: [1, 2]
  d: {x: 1}
  e: old

# of f
f:
- 1
- 2
g: {}
"""
    overlay = """
b:
  c: [3]
  new:
    # said with it
    h: 1
  d: {y: 2}
  e: null
f:
- 9
g: &map
  i: 1
y: *map
"""
    assert apply_overlay(text, overlay, "overlay.yaml") == """# first
a: 1  # one
b:
  # inside
  c: [3]
  new:
    # said with it
    h: 1
  d: {y: 2}

# of f
f:
- 9
g: &map
  i: 1
y:
  i: 1
"""


def test_comments_and_order_of_the_file_stay() -> None:
    removed = BASE[BASE.index("  bilingual_small:"):BASE.index("# Seeds of the embedded corpora")]
    comments = [line for line in BASE.replace(removed, "").splitlines() if line.lstrip().startswith("#")]
    assert comments == [line for line in applied("laptop").splitlines() if line in comments]


def test_what_a_preset_does_not_name_keeps_its_value(folder: Path) -> None:
    Path("params.yaml").write_text(BASE.replace("split_seed: 1", "split_seed: 7"), "utf-8")
    assert main(["laptop"]) == 0
    assert main(["sample"]) == 0
    assert Path("params.yaml").read_text("utf-8") == BASE.replace("split_seed: 1", "split_seed: 7")


@pytest.mark.parametrize(("overlay", "message"), [
    ("scratch:\n  lerning_rate: 0.1\n", "scratch.lerning_rate: unknown key"),
    ("tasks:\n  nsmc:\n    size: 5\n", "tasks.nsmc.size: unknown key"),
    ("lr: fast\n", "lr: expected float, got 'fast'"),
])
def test_an_overlay_is_refused_as_params_yaml_is(
        overlay: str, message: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    for path in OVERLAYS.glob("*.yaml"):
        (folder / path.name).write_text(path.read_text("utf-8"), "utf-8")
    (folder / "laptop.yaml").write_text(overlay, "utf-8")
    monkeypatch.setattr(overlays, "OVERLAYS", folder)
    assert main(["laptop"]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"error: params.yaml: {message}")
    assert "(after preset laptop; params.yaml was left as it is." in error
    assert Path("params.yaml").read_text("utf-8") == BASE


@pytest.mark.parametrize(("tasks", "found"), [
    ("abc", "'abc'"), ("[nsmc]", "'[nsmc]'"), ("\n- nsmc", "'- nsmc'"),
    ("{nsmc: {}, # mine\n    mnli: {}}", "'{nsmc: {}, # mine\\n    mnli: {}}'"),
    ("{nsmc: 'a\n\n    b'}", "\"{nsmc: 'a\\n\\n    b'}\""),
])
def test_what_a_key_per_line_would_delete_is_refused(tasks: str, found: str) -> None:
    text = f"lr: 1\na:\n  tasks: {tasks}\n".replace("\n-", "\n  -")
    with pytest.raises(UserError) as caught:
        apply_overlay(text, "a:\n  tasks:\n    mine:\n      y: 1\n", "new")
    assert str(caught.value) == (f"params.yaml: a.tasks: expected a key per line, found {found}; write each of its "
                                 "keys on a line of its own, indented")


@pytest.mark.parametrize("tasks", ["{}", "[]", "", "null"])
def test_nothing_is_replaced_by_a_key_per_line(tasks: str) -> None:
    assert apply_overlay(f"tasks: {tasks}\n", "tasks:\n  mine: 1\n", "new") == "tasks:\n  mine: 1\n"


@pytest.mark.parametrize(("braces", "overlay", "lines"), [
    ("a: {x: 1, y: {z: 0, 'it': 2e-05}} # said\nb: 1\n", "a:\n  x: null\n  y:\n    z: 1\n  more: 2\n",
     "a:\n  y:\n    z: 1\n    'it': 2e-05 # said\n  more: 2\nb: 1\n"),
    ("a:\n  b: {x: {y: [1,\n    2]}, z: 0}\n", "a:\n  b:\n    z: null\n", "a:\n  b:\n    x: {y: [1, 2]}\n"),
    ("a: {b: {x: 1}, c: {y: 1}}\n", "a:\n  b: {}\n", "a:\n  b: {}\n  c: {y: 1}\n"),
    ("a: {b: {x: 1}, c: {y: 1}}\n", "a: {}\n", "a: {}\n")])
def test_braces_get_a_line_for_each_key_where_some_change(braces: str, overlay: str, lines: str) -> None:
    assert apply_overlay(braces, overlay, "new") == lines


def test_a_mapping_is_no_part_of_a_number() -> None:
    with pytest.raises(UserError, match="params.yaml: a.b: expected a key per line, found '1'; write"):
        apply_overlay("a: {b: 1, c: 2}\n", "a:\n  b:\n    x: 1\n", "new")


def test_an_overlay_that_is_no_yaml_is_named() -> None:
    with pytest.raises(UserError, match=r"^mine.yaml:2: not valid YAML"):
        apply_overlay(BASE, "lr: 1\n  - 2: [\n", "mine.yaml")


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
    assert {(task.corpus, params.checkpoints[task.checkpoint].repository) for task in params.tasks.values()} == {
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


def test_changes_that_git_does_not_have_are_not_lost(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed = BASE.replace("  epochs: 8", "  epochs: 9")
    Path("params.yaml").write_text(changed, "utf-8")
    assert main(["laptop"]) == 1
    assert capsys.readouterr().err == (
        "error: params.yaml: has uncommitted changes that preset laptop may overwrite; commit them, or discard them "
        "with `python -m stages.preset laptop --force`\n")
    assert Path("params.yaml").read_text("utf-8") == changed
    commit("nine")
    assert main(["laptop"]) == 0
    assert main(["sample"]) == 0
    assert Path("params.yaml").read_text("utf-8") == BASE


def test_force_starts_from_the_last_commit(folder: Path) -> None:
    """So that a task dropped by `-S '~tasks.mnli'` comes back."""
    kept, dropped = BASE.split("  mnli:\n")[0], BASE.split("  conll2003:\n")[1]
    Path("params.yaml").write_text(f"{kept}  conll2003:\n{dropped}".replace("split_seed: 1", "split_seed: 8"), "utf-8")
    assert main(["sample"]) == 1
    assert main(["sample", "--force"]) == 0
    assert Path("params.yaml").read_text("utf-8") == BASE


@pytest.mark.parametrize("broken", [None, "lr 0.001\n", "- 1\n"])
def test_force_needs_no_file_that_can_be_read(
    folder: Path, capsys: pytest.CaptureFixture[str], broken: str | None
) -> None:
    Path("params.yaml").unlink() if broken is None else Path("params.yaml").write_text(broken, "utf-8")
    assert main(["sample"]) == 1
    if broken is None:
        assert capsys.readouterr().err == (
            "error: params.yaml: no such file; run from the root of the repository, or bring it back by `git checkout "
            "HEAD -- params.yaml`\n")
    assert main(["sample", "--force"]) == 0
    assert Path("params.yaml").read_text("utf-8") == BASE


def test_a_task_that_is_in_no_commit_comes_back(folder: Path) -> None:
    kept, dropped = BASE.split("  mnli:\n")[0], BASE.split("  conll2003:\n")[1]
    Path("params.yaml").write_text(f"{kept}  conll2003:\n{dropped}", "utf-8")
    commit("no MultiNLI")
    assert main(["laptop"]) == 0
    assert check_params().tasks["mnli"].source == "published"


def test_entries_of_the_four_tasks_are_those_of_params_yaml() -> None:
    entries = (OVERLAYS / "tasks.yaml").read_text("utf-8").partition("tasks:\n")[2]
    assert f"tasks:\n{entries}\n" in BASE


@pytest.mark.parametrize(("name", "tasks", "further"), [
    ("klue", {"klue_ynat": "single", "klue_nli": "pair", "klue_ner": "words"}, {}),
    ("nli", {"nli_roberta": "pair", "nli_multilingual": "pair", "kornli": "pair"},
     {"hans": "nli_roberta", "anli_r1": "nli_roberta", "anli_r2": "nli_roberta", "anli_r3": "nli_roberta",
      "xnli": "nli_multilingual", "xnli_ko": "kornli", "xnli_ko_multilingual": "nli_multilingual"})])
def test_named_sets_are_valid_settings(name: str, tasks: dict[str, str], further: dict[str, str], folder: Path) -> None:
    assert main([name]) == 0
    params = check_params()
    assert {task: kind_of(entry.corpus, entry.table) for task, entry in params.tasks.items()} == tasks
    assert {test: entry.task for test, entry in params.further_tests.items()} == further
    used = {task.checkpoint for task in params.tasks.values()}
    assert used == params.checkpoints.keys()  # each is downloaded
    for entry in (*params.tasks.values(), *params.further_tests.values()):
        assert entry.source in ("hub", "published")
        assert entry.table.language or entry.corpus == "mnli"
        if entry.source == "published":
            assert published(entry.corpus).licence
        else:
            assert entry.table.repository
            assert entry.table.splits


def published(corpus: str) -> PublishedCorpus:
    values = parse_yaml((ROOT / PINS).read_text("utf-8"), str(PINS))[corpus]
    return PublishedCorpus.model_validate(values)


def test_a_setting_spelled_otherwise_is_still_that_setting(folder: Path) -> None:
    """DVC rewrites the file for `-S`, without its quotes."""
    main(["laptop"])
    respelled = Path("params.yaml").read_text("utf-8").replace("exclude_id_prefix: ''", 'exclude_id_prefix: ""')
    Path("params.yaml").write_text(respelled, "utf-8")
    assert main(["sample"]) == 0


def test_outside_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert main(["laptop"]) == 1
    assert "params.yaml: no such file" in capsys.readouterr().err
    Path("params.yaml").write_text(BASE, "utf-8")
    assert main(["laptop"]) == 0
    Path("params.yaml").write_text(BASE.replace("lr: 0.001", "lr: 0.002"), "utf-8")
    assert main(["sample"]) == 1
    assert "has uncommitted changes" in capsys.readouterr().err
    assert main(["sample", "--force"]) == 0
    assert Path("params.yaml").read_text("utf-8") == BASE


def test_the_default_asks_for_no_arm_of_the_present_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An older study, which lacks a list of arms, is about other tasks."""
    text = (ROOT / "params.yaml").read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text(
        apply_overlay(text, "in_context: [ag_news]\ntrain_sizes: [100]\ndraws: 3\n", "test"), "utf-8")
    assert default_settings() == parse_yaml(text, "params.yaml")
