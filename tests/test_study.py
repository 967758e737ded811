"""Studies that are kept: those that are committed load and follow from their files, and none with a defect is saved."""

import html
import json
import shutil
import subprocess
import warnings
from argparse import Namespace
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from dvc.repo import Repo

from stages import preset, study
from stages.common.errors import UserError
from stages.common.files import read_json, write_json
from stages.common.sources import ROOT
from stages.comparing.changes import changes
from stages.comparing.revisions import saved_revision
from stages.notebooks.study import study_notebook, without_texts
from stages.results.prepared import Row
from stages.results.tasks import read_summaries
from stages.settings.arms import ARMS
from stages.settings.evaluation import EvaluationSettings
from stages.settings.grid import Grid, read_grid
from stages.settings.overlays import apply_overlay
from stages.settings.schema import check_params, check_values
from stages.settings.yaml12 import parse_yaml
from stages.studies.folder import (
    FACTS,
    STUDIES,
    VERDICTS,
    check_study,
    files_of,
    settings_in_place,
    study_settings,
    summarize,
)
from stages.studies.publishing import folders_to_move, move_folders, refuse_paths, refuse_texts
from tests.test_report import Inputs

DEFAULT = parse_yaml((ROOT / "params.yaml").read_text("utf-8"), "params.yaml")
COMMITTED = sorted(path.parent for path in (ROOT / STUDIES).glob(f"*/{FACTS}"))
TEXT = 'The "old" committee met <again> in a small town & said that nothing at all had been settled so far.'
OWN_PLACE = "/corpora/of/mine/reviews"
SETTINGS = f"""
tasks:
  nsmc: null
  mnli: null
  conll2003: null
  ag_news: null
  reviews:
    corpus: nsmc
    source: local
    folder: {OWN_PLACE}
    table: {{}}
    exclude_id_prefix: ''
    validation_size: 150
    test_size: 0
    train_size: 64_per_class
    checkpoint: bilingual_small
    max_length: 64
    pretrained: {{}}
    scratch: {{}}
seeds:
- 1
- 2
"""
STAGES = {"stages": {name: {"cmd": f"mkdir -p data/{name} && echo > data/{name}/reviews", "deps": ["reviews"],
                            "outs": [{f"data/{name}/reviews": {"cache": False}}]}
                     for name in ("predictions", "former")}}


def loaded(folder: Path, default: dict[str, Any]) -> dict[str, Any]:
    """The facts of a study, after all that the present code does with one."""
    facts = check_study(folder)
    text = study_settings(folder, default)
    with settings_in_place(text) as place:
        tasks = read_summaries(read_grid(), Namespace(
            metrics=place(folder / "metrics"), findings=place(folder / "doctor"), verdicts=place(folder / VERDICTS)))
    assert [task.metrics.task for task in tasks] == list(facts["checkpoints"])
    assert list(facts["inputs"]) == [*facts["checkpoints"], *parse_yaml(text, "params.yaml")["further_tests"]]
    assert not any(task.metrics.synthetic or task.metrics.synthetic_checkpoint for task in tasks)
    same = changes(saved_revision(folder), saved_revision(folder), EvaluationSettings(resamples=100, bootstrap_seed=1))
    assert not same["matters"]
    assert facts["summary"] == {task.metrics.task: {
        name: {"verdict": judged.outcome, "difference": judged.difference, "low": judged.low, "high": judged.high}
        for name, judged in task.verdicts.named.items()} for task in tasks}
    return facts


@pytest.mark.parametrize("folder", COMMITTED, ids=lambda folder: folder.name)
def test_a_committed_study_loads_and_is_listed(folder: Path) -> None:
    loaded(folder, DEFAULT)
    for page in ("docs/studies.md", "docs/ko/studies.md"):
        assert f"reports/studies/{folder.name}/" in (ROOT / page).read_text("utf-8")
    cells = [cell for path in folder.glob("metrics/*.json") for cell in read_json(path)["cells"].values()]
    assert cells
    # One that is trained kept its initial weights.
    assert all(cell["failed"] for cell in cells if cell["best_step"] == 0 and ARMS[cell["arm"]].trained)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of git and DVC with the results of a small run."""
    folder = tmp_path_factory.mktemp("made")
    Inputs(folder / "reports", Grid(tasks=("reviews",), tunings=("full",), seeds=(1, 2))).build(".")
    (folder / "params.yaml").write_text(
        apply_overlay((ROOT / "params.yaml").read_text("utf-8"), SETTINGS, "overlay"), "utf-8")
    for place, files in {"prepared": {"test.jsonl": {"guid": "test:7", "text": TEXT, "label": "긍정"}},
                         "raw": {"source.json": {"files": {"train.txt": {"bytes": 5, "sha256": "ab"}}}},
                         "initial": {"config.json": {}, "origin.json": {"source": "local", "history": [1]}}}.items():
        (folder / "data" / place / "reviews").mkdir(parents=True)
        for name, value in files.items():
            (folder / "data" / place / "reviews" / name).write_text(json.dumps(value) + "\n", "utf-8")
    (folder / "durations.jsonl").write_text('{"stage": "predictions", "seconds": 90}\n{"sta', "utf-8")
    (folder / "reviews").mkdir()
    (folder / "reviews" / "train.txt").touch()
    (folder / "dvc.yaml").write_text(yaml.safe_dump(STAGES), "utf-8")
    (folder / ".gitignore").write_text("/data\n", "utf-8")
    git(folder, "init", "--quiet")
    with chdir(folder), Repo.init() as repo:
        repo.reproduce()
    del (left := {"stages": dict(STAGES["stages"])})["stages"]["former"]
    (folder / "dvc.yaml").write_text(yaml.safe_dump(left), "utf-8")
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "--quiet", "--message", "results")
    return folder


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True)


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    shutil.copytree(made, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(study, "make_notebook", unrun_notebook)
    return folder


def unrun_notebook(grid: Grid, language: str, name: str, texts: bool) -> Any:
    """In place of an executed one, which needs models."""
    with TemporaryDirectory() as folder:
        made = study_notebook(Inputs(Path(folder), grid).tasks()[0], language, texts)
    without_texts(made)
    return made


@pytest.fixture(scope="module")
def saved(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that is saved once for several tests."""
    folder = tmp_path_factory.mktemp("saved") / "project"
    shutil.copytree(made, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(study, "make_notebook", unrun_notebook)
        assert study.main(["save", "tiny"]) == 0
    return folder / STUDIES / "tiny"


@pytest.fixture
def tiny(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that one, and its only one."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(saved, STUDIES / "tiny")
    return STUDIES / "tiny"


def test_every_folder_outside_the_repository_is_moved() -> None:
    values = {"tasks": {}, "further_tests": {}, "checkpoints": {}, "adaptation": {"folder": "/a/text"},
              "self_pretraining": {"folder": "/b/own"}, "prompting": {"model": {"folder": "../models/gpt2"}}}
    assert folders_to_move(values) == {
        "/a/text": "data/local/text", "/b/own": "data/local/own", "../models/gpt2": "data/local/gpt2"}


def refused(capsys: pytest.CaptureFixture, *arguments: str) -> str:
    capsys.readouterr()
    assert study.main(["save", "tiny", *arguments]) == 1
    assert [path.name for path in STUDIES.glob(".*")] == []
    return capsys.readouterr().err.splitlines()[-1]


def test_folders_are_moved_however_they_are_written() -> None:
    places = {"/my data/a (1).csv": "data/local/a (1).csv", "/models/smollm2": "data/local/smollm2"}
    before = """folder: "/my data/a (1).csv"
other: /my data/a (1).csv  # mine
model: {source: local, folder: /models/smollm2/}
longer: /models/smollm2-instruct
"""
    assert move_folders(before, places) == """folder: "data/local/a (1).csv"
other: data/local/a (1).csv  # mine
model: {source: local, folder: data/local/smollm2}
longer: /models/smollm2-instruct
"""


def test_a_study_is_saved_shown_compared_and_repeated(project: Path, capsys: pytest.CaptureFixture) -> None:
    assert study.main(["show"]) == 0
    assert capsys.readouterr().out.startswith("No study is saved yet")
    for name in ("reviews", "of_another_study"):
        write_json(project / f"data/search/{name}.json", {"task": name})
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        assert study.main(["save", "tiny"]) == 0
    folder = project / STUDIES / "tiny"
    facts = loaded(folder, DEFAULT)
    assert facts["seconds"] == {"predictions": {"cells": 1, "known": 1, "seconds": 90.0}}
    assert facts["inputs"] == {"reviews": {"train.txt": {"bytes": 5, "sha256": "ab"}}}
    assert facts["checkpoints"]["reviews"]["source"] == "local"
    assert list(facts["checkpoints"]["reviews"]["files"]) == ["config.json"]
    assert facts["files"] == files_of(folder)
    for name in ("report.md", "index.html", "metrics/reviews.json", "verdicts.json", "plots/differences.svg"):
        assert (folder / name).read_bytes() == (project / "reports" / name).read_bytes()
    assert [path.name for path in (folder / "searches").iterdir()] == ["reviews.json"]
    assert list(yaml.safe_load((folder / "dvc.lock").read_text("utf-8"))["stages"]) == ["predictions"]
    title = json.loads((folder / "notebooks/reviews.ipynb").read_text("utf-8"))["cells"][0]["source"]
    assert "nothing is trained.\n\nCells that show texts" in "".join(title)
    assert OWN_PLACE not in "".join(path.read_text("utf-8") for path in folder.rglob("*.*") if path.is_file())

    capsys.readouterr()
    assert study.main(["show"]) == study.main(["show", "tiny"]) == 0
    shown = capsys.readouterr().out
    assert "tiny" in shown.splitlines()[2]
    assert shown.count("+13.0 (9.8 to 16.4)") == 2
    assert f"Made by commit {facts['commit'][:7]} on" in shown
    assert "2 minutes, as far" in shown

    wanted = parse_yaml((project / "params.yaml").read_text("utf-8"), "params.yaml")
    wanted["tasks"]["reviews"]["folder"] = "data/local/reviews"
    default = (ROOT / "params.yaml").read_text("utf-8")
    (project / "params.yaml").write_text(default.replace("split_seed: 1", "split_seed: 7"), "utf-8")
    assert preset.main(["--study", "tiny"]) == 1
    assert "uncommitted changes that preset study tiny may overwrite" in capsys.readouterr().err
    assert preset.main(["--study", "tiny", "--force"]) == 0
    assert parse_yaml((project / "params.yaml").read_text("utf-8"), "params.yaml") == wanted
    assert preset.main(["--study", "tiny"]) == preset.main(["sample"]) == 0  # the settings are kept, in the study
    assert "there is a study of this name" in refused(capsys)
    assert "no study 'huge'; there is tiny" in (preset.main(["--study", "huge", "--force"]), capsys.readouterr().err)[1]


@pytest.mark.parametrize("path", ["reports/metrics/nsmc.json", "reports/curves/nsmc.csv", "reports/further/hans.json"])
def test_files_of_another_task_are_refused(path: str, project: Path, capsys: pytest.CaptureFixture) -> None:
    (project / path).parent.mkdir(exist_ok=True)
    (project / path).write_text("{}", "utf-8")
    assert refused(capsys).startswith(f"error: {path}: expected results of the tasks in params.yaml")
    assert not (project / STUDIES / "tiny").exists()


def test_a_changed_file_or_number_is_found(tiny: Path) -> None:
    for name, change in (("metrics/reviews.json", lambda text: text.replace("0.841", "0.851")),
                         ("report.md", lambda text: f"{text} "), ("further.txt", lambda text: "new")):
        path = tiny / name
        before = path.read_text("utf-8") if path.exists() else None
        path.write_text(change(before or ""), "utf-8")
        with pytest.raises(UserError, match=f"tiny/{name}: not the file that was saved; restore it"):
            loaded(tiny, DEFAULT)
        path.unlink() if before is None else path.write_text(before, "utf-8")
    verdicts = read_json(tiny / VERDICTS)
    verdicts["tasks"]["reviews"]["comparisons"]["full"]["verdict"] = "hurts"
    write_json(tiny / VERDICTS, verdicts)
    write_json(tiny / FACTS, read_json(tiny / FACTS) | {"files": files_of(tiny)})
    with pytest.raises(UserError, match=r"study.json: summary: does not follow from verdicts.json"):
        loaded(tiny, DEFAULT)


def test_a_study_that_was_changed_is_not_listed(tiny: Path, capsys: pytest.CaptureFixture) -> None:
    (tiny / VERDICTS).write_text((tiny / VERDICTS).read_text("utf-8").replace('"helps"', '"hurts"'), "utf-8")
    for name in ([], ["tiny"]):
        capsys.readouterr()
        assert study.main(["show", *name, "--language", "en"]) == 1
        told = capsys.readouterr()
        assert "tiny/verdicts.json: not the file that was saved; restore it with" in told.err
        assert told.out == ""


def test_a_withheld_verdict_is_summarized_as_such_and_former_studies_that_called_it_inconclusive_load(
    tiny: Path
) -> None:
    verdicts = read_json(tiny / VERDICTS)
    verdicts["tasks"]["reviews"]["comparisons"]["full"] |= {
        "verdict": "cannot_tell", "withheld": [{"name": "failed_arm", "evidence": "2 of 2"}]}
    write_json(tiny / VERDICTS, verdicts)
    summary = summarize(tiny)
    assert summary["reviews"]["full"]["verdict"] == "withheld"
    former = {"reviews": summary["reviews"] | {"full": summary["reviews"]["full"] | {"verdict": "cannot_tell"}}}
    for told in (summary, former):
        write_json(tiny / FACTS, read_json(tiny / FACTS) | {"files": files_of(tiny), "summary": told})
        assert check_study(tiny)["summary"] == told


def test_settings_are_completed_and_unknown_ones_refused(tiny: Path) -> None:
    path = tiny / "params.yaml"
    text = path.read_text("utf-8")
    values = parse_yaml(text, "params.yaml")
    assert study_settings(path.parent, DEFAULT) == text
    path.write_text(apply_overlay(
        text, "training:\n  nodes: null\ntracking: null\ntasks:\n  reviews:\n    max_length: null\n", "older"), "utf-8")
    check_values(completed := parse_yaml(study_settings(path.parent, DEFAULT), "params.yaml"))
    assert completed == values
    path.write_text(text.replace("split_seed: 1", "split_seed: 1\nforgotten: 1"), "utf-8")
    with pytest.raises(UserError, match=r"forgotten.*\(in reports/studies/tiny\)"):
        study_settings(path.parent, DEFAULT)


ROW = Row(guid="test:7", text=TEXT, label="")
LONG = TEXT[30:]  # cut, as error analysis would


@pytest.mark.parametrize(("name", "content", "found"), [
    ("report.md", f"| 1 | {LONG.replace('<', '&lt;')} |", True),
    ("index.html", f"<td>{'</td><td>'.join(map(html.escape, TEXT.split()))}</td>", True),
    ("index.html", f'<rect title="{html.escape(LONG)}"/>', True),
    ("notebook.ipynb", json.dumps({"outputs": [{"text": TEXT}]}), True),
    ("ascii.json", json.dumps({"text": "배우들의 연기가 정말 훌륭했고 결말도 좋았다"}), True),
    ("short.md", "The old committee met again", False),
    ("other.md", "The committee met again, and nothing at all had been settled.", False)])
def test_a_text_is_found_however_it_is_written(name: str, content: str, found: bool, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    rows = [("reviews", ROW), ("reviews", Row(guid="test:8", text="배우들의 연기가 정말 훌륭했고 결말도 좋았다"))]
    if found:
        with pytest.raises(UserError, match=rf"^{name}: expected no text of a corpus, found one of reviews, test:"):
            refuse_texts([tmp_path / name], rows, [])
        refuse_texts([tmp_path / name], rows, [row.text for _, row in rows])  # they were written here
    else:
        refuse_texts([tmp_path / name], rows, [])


def test_folders_of_the_machine_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"checkpoint": "/home/me/models"}', "utf-8")
    refuse_paths([tmp_path / "a.json"], ["/", "/home/m", "/home/me/model"])
    with pytest.raises(UserError, match="^a.json: expected no folder of this machine, found /home/me; put it into"):
        refuse_paths([tmp_path / "a.json"], ["/home/me"])
    (tmp_path / "page.png").write_bytes(b"\x89PNG\xff")
    with pytest.raises(UserError, match="page.png: expected a report, found no text in UTF-8"):
        refuse_paths([tmp_path / "page.png"], ["/home/me"])


def test_what_may_not_be_saved(project: Path, capsys: pytest.CaptureFixture) -> None:
    metrics, settings = Path("reports/metrics/reviews.json"), Path("params.yaml")
    cases: tuple[tuple[Path, str, str, str], ...] = (
        (metrics, '"synthetic": false', '"synthetic": true', "tasks.reviews: expected results on real text, found te"),
        (metrics, '"synthetic_checkpoint": false', '"synthetic_checkpoint": true', "found a checkpoint of the synt"),
        (settings, "publish_texts: false", "publish_texts: true", "error_analysis.publish_texts: expected false"),
        (settings, "checkpoint: bilingual_small", "checkpoint: ./data", "reviews.checkpoint: expected an entry of"),
        (settings, "folder: data/text", "folder: /other/reviews", "another folder of params.yaml has the same name"),
        (Path("reports/report.md"), "# ", f"# {TEXT}\n", "report.md: expected no text of a corpus, found one of "),
        (Path("reports/report.md"), "# ", f"# {project}\n", "report.md: expected no folder of this machine"),
        (Path("dvc.yaml"), "stages", "# changed\nstages", "dvc.yaml: has changes that are in no commit"))
    for path, old, new, message in cases:
        before = path.read_text("utf-8")
        assert old in before
        path.write_text(before.replace(old, new, 1), "utf-8")
        assert message in refused(capsys)
        path.write_text(before, "utf-8")
    predictions = Path("data/predictions/reviews")
    predictions.rename("elsewhere")
    told = refused(capsys)
    assert told.startswith(f"error: {predictions}: expected every file of the results, found none here; so it is with")
    assert told.endswith("`dvc pull` brings such files from a remote, `dvc repro` makes them; then save again")
    Path("elsewhere").rename(predictions)
    (project / "reviews" / "new.txt").touch()
    assert "predictions: expected results of the present settings, code and files, found it out of" in refused(capsys)
    assert check_params().tasks
    assert study.main(["save", "Two Cores"]) == 1
    assert "expected a name of lower-case letters" in capsys.readouterr().err
