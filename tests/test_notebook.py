"""The notebook on a task: valid Python in every language for every kind of task, run to the end, the same bytes."""

import ast
import json
import re
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest
from dvc.utils.hydra import apply_overrides

from stages import notebook as command
from stages.common.errors import UserError
from stages.common.sources import ROOT
from stages.encoding.tokenizing import TextTokenizer
from stages.notebooks.executing import execute
from stages.notebooks.study import study_notebook
from stages.results.tasks import TaskFacts
from stages.results.verdicts import Reason
from tests.families import write_checkpoint, write_trained
from tests.test_report import Inputs

KINDS = ("single", "pair", "words")
LENGTH = 48
HANGUL = re.compile("[가-힣]")


@pytest.fixture(scope="module")
def tasks(tmp_path_factory: pytest.TempPathFactory) -> tuple[TaskFacts, ...]:
    study = Inputs(tmp_path_factory.mktemp("study"))
    return study.tasks()


@pytest.fixture(scope="module")
def facts(tasks: tuple[TaskFacts, ...]) -> TaskFacts:
    return tasks[0]


@pytest.fixture(scope="module")
def entities(tasks: tuple[TaskFacts, ...]) -> TaskFacts:
    return tasks[1]


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_cell_is_python_in_lines_that_fit(facts: TaskFacts, kind: str, language: str) -> None:
    task = replace(facts, metrics=facts.metrics.model_copy(update={"kind": kind}))
    made = study_notebook(task, language)
    nbformat.validate(made)
    assert [cell["id"] for cell in made.cells] == [f"cell-{number:02}" for number in range(1, len(made.cells) + 1)]
    code = [cell.source for cell in made.cells if cell.cell_type == "code"]
    for source in code:
        ast.parse(re.sub(r"^%", "# ", source, flags=re.M))
        assert max(map(len, source.splitlines())) <= 120, source
        assert "{{" not in source
        assert "{%" not in source
    texts = [cell.source for cell in made.cells if cell.cell_type == "markdown"]
    assert all(bool(HANGUL.search(text)) == (language == "ko") for text in texts)
    assert [text.split()[1] for text in texts if text.startswith("## ")] == [f"{number}." for number in range(1, 10)]


def test_the_notebook_says_the_verdict_with_its_numbers(facts: TaskFacts) -> None:
    judged = facts.verdicts.comparisons["full"]
    title = study_notebook(facts, "en").cells[0].source
    assert f"{judged.means[0]:.3f} for pre-trained and {judged.means[1]:.3f} for scratch" in title
    assert f"a difference of {100 * judged.difference:+.1f} points" in title
    assert "**Pre-training helps on REVIEWS.**" in title


def test_the_notebook_says_why_a_verdict_is_withheld_or_qualified(facts: TaskFacts) -> None:
    judged = facts.verdicts.comparisons["full"].model_copy(update={
        "withheld": (Reason(name="small_test", evidence=""),),
        "qualified": (Reason(name="smaller_budget", evidence=""),)})
    verdicts = facts.verdicts.model_copy(update={"comparisons": facts.verdicts.comparisons | {"full": judged}})
    cells = [cell.source for cell in study_notebook(replace(facts, verdicts=verdicts), "en").cells]
    table = next(source for source in cells if source.startswith("verdicts ="))
    ast.parse(table)
    assert 'found["verdict"] = "withheld"' in table
    title = cells[0]
    assert "The verdict is withheld because of small test." in title
    assert "**There is no verdict on the difference between pre-trained and scratch on REVIEWS.**" in title
    assert "A larger budget might change this, because of smaller budget." in title


def test_the_headline_of_the_notebook_is_for_this_budget_where_the_verdict_is(facts: TaskFacts) -> None:
    judged = facts.verdicts.comparisons["full"].model_copy(update={
        "qualified": (Reason(name="smaller_budget", evidence=""),)})
    verdicts = facts.verdicts.model_copy(update={"comparisons": facts.verdicts.comparisons | {"full": judged}})
    first, korean = (study_notebook(replace(facts, verdicts=verdicts), language).cells[0].source
                     for language in ("en", "ko"))
    assert "**Pre-training helps on REVIEWS, at least for this budget.**" in first
    assert "**REVIEWS에서, 적어도 이 학습 예산에서는, 사전 학습이 도움이 됩니다.**" in korean


def test_verdicts_of_several_ways_of_pre_training_name_them(facts: TaskFacts) -> None:
    judged = facts.verdicts.comparisons["full"]
    worse = judged.model_copy(update={"arms": ("wide", "scratch"), "verdict": "hurts"})
    wide = replace(facts.arms[0], key="wide", name="pre-trained (wide)")
    verdicts = facts.verdicts.model_copy(update={"comparisons": {"full": judged, "wide": worse}})
    several = replace(facts, verdicts=verdicts, arms=(replace(facts.arms[0], name="pre-trained (full)"), wide,
                                                     *facts.arms[1:]))
    for language, sentences in (
            ("en", ("**Pre-training (full) helps on REVIEWS.**", "**Pre-training (wide) hurts on REVIEWS.**")),
            ("ko", ("**REVIEWS에서 사전 학습(미세 조정)이 도움이 됩니다.**",
                    "**REVIEWS에서 사전 학습(wide)이 해가 됩니다.**"))):
        title = study_notebook(several, language).cells[0].source
        assert all(sentence in title for sentence in sentences), title


def test_the_notebook_on_one_seed_speaks_of_these_runs_alone(facts: TaskFacts) -> None:
    of_recipe = study_notebook(facts, "en")
    judged = facts.verdicts.comparisons["full"].model_copy(update={
        "recipe": False, "p_value_holm": 1.0, "p_value": 0.0001, "verdict": "cannot_tell"})
    verdicts = facts.verdicts.model_copy(update={"comparisons": {"full": judged}})
    made = study_notebook(replace(facts, verdicts=verdicts), "en")
    assert "over test texts alone 9.8 to 16.4; p < 0.001 for these runs on further test texts)." in made.cells[0].source
    for told, scope in ((of_recipe, "what other seeds and other test examples would give"),
                        (made, "but not what other seeds would")):
        text, = (cell.source for cell in told.cells if cell.source.startswith("## 7. Verdict\n\n"))
        assert scope in text
    assert ["p_value_holm" in nbformat.writes(told) for told in (of_recipe, made)] == [True, False]


def with_failures(task: TaskFacts, *failed: str) -> TaskFacts:
    return replace(task, arms=tuple(replace(arm, runs=tuple(
        replace(run, cell=run.cell.model_copy(update={"failed": run.name in failed})) for run in arm.runs))
        for arm in task.arms))


def shown_scores(task: TaskFacts) -> tuple[pd.DataFrame, list[float]]:
    """The executed table of scores, and the heights of the bars over what is said after training."""
    results = {"metric": "entity_f1", "cells": {run.name: {
        "seed": run.cell.seed, "failed": run.cell.failed, "before": run.cell.before, "after": run.cell.after}
        for arm in task.arms for run in arm.runs}}
    names: dict[str, object] = {"pd": pd, "plt": plt, "np": np, "results": results, "metric": "entity_f1", "tags": [],
                                "rows": {"test": pd.DataFrame({"guid": ["test:1"], "tags": [["O"]]})}}
    codes = [cell.source for cell in study_notebook(task, "en").cells if cell.cell_type == "code"]
    setup = codes[0][codes[0].index("names = "):codes[0].index("%config")]
    table = next(number for number, code in enumerate(codes) if "scores = pd.DataFrame" in code)
    for code in (setup, *codes[table:table + 2]):
        exec(code, names)
    heights = [bar.get_height() for container in names["axis"].containers for bar in container]
    plt.close("all")
    return names["scores"], heights[1::2]


def test_means_in_the_notebook_are_of_the_runs_that_trained(entities: TaskFacts, monkeypatch: Any) -> None:
    """Pre-trained scores 0.840 and 0.842, scratch 0.710 and 0.712; of an arm all of whose runs failed, all count."""
    monkeypatch.setattr(plt, "show", lambda: None)
    for failed, means in (((), [0.841, 0.711]), (("pretrained-full-1",), [0.842, 0.711]),
                          (("pretrained-full-2", "scratch-1"), [0.84, 0.712]),
                          (("scratch-1", "scratch-2"), [0.841, 0.711])):
        scores, heights = shown_scores(with_failures(entities, *failed))
        assert heights == pytest.approx(means), failed
        assert list(scores.index[scores["failed to train"]] if failed else ()) == list(failed)
        assert ("failed to train" in scores) == bool(failed)


def test_learning_curves_of_runs_that_are_left_out_are_pale(
    entities: TaskFacts, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(plt, "show", lambda: None)
    runs = [run.name for arm in entities.arms for run in arm.runs]
    (tmp_path / "reports/curves").mkdir(parents=True)
    pd.DataFrame([{"cell": run, "step": step, "validation_loss": 1.0, "validation_score": 0.5}
                  for run in runs for step in (0, 8)]).to_csv(tmp_path / f"reports/curves/{entities.metrics.task}.csv")
    for failed, pale in (((), []), (("pretrained-full-2",), ["pretrained-full-2"]), (("scratch-1", "scratch-2"), [])):
        made = study_notebook(with_failures(entities, *failed), "en")
        codes = [cell.source for cell in made.cells if cell.cell_type == "code"]
        names: dict[str, object] = {"pd": pd, "plt": plt, "root": tmp_path,
                                    "results": {"cells": {run: {"best_step": 8} for run in runs}}}
        setup = codes[0][codes[0].index("names = "):codes[0].index("%config")]
        for code in (setup, next(code for code in codes if code.startswith("curves = "))):
            exec(code, names)
        lines = names["axes"][0].get_lines()[::2]
        assert [run for run, line in zip(runs, lines, strict=True) if line.get_alpha() < 1] == pale
        assert ("Pale lines are runs" in nbformat.writes(made)) == bool(pale)
        plt.close("all")


def test_the_notebook_says_which_runs_it_leaves_out_and_shows_none_of_them(facts: TaskFacts) -> None:
    def texts(*failed: str, language: str = "en") -> str:
        return "\n".join(cell.source for cell in study_notebook(with_failures(facts, *failed), language).cells)

    assert "failed to train and is left out" not in texts()
    assert "every seed of pre-trained gets wrong:" in texts()
    lost = texts("pretrained-full-1")
    assert "1 of 2 pre-trained runs failed to train and is left out." in lost.split("\n## 1.")[0]
    assert lost.count("(seed 2)") == 2
    assert 'data/models/reviews/pretrained-full-2"' in lost
    assert '("pretrained-full-2", "scratch-2")' in lost
    assert "every seed of pre-trained that trained gets wrong:" in lost
    assert "‘사전 학습’ 방식의 실행 2개 가운데 학습에 실패한 1개는 제외했습니다." in texts(
        "pretrained-full-1", language="ko")
    apart = texts("pretrained-full-1", "scratch-2")
    assert apart.count("(seed 2 and 1)") == 2
    assert '("pretrained-full-2", "scratch-1")' in apart
    assert '("pretrained-full-1", "scratch-1")' in texts("scratch-1", "scratch-2")


def test_a_run_leaves_outputs_but_no_times_or_paths(tmp_path: Path) -> None:
    cells = ["import os\nfrom pathlib import Path\nPath.cwd().name", "print(1 + 1)"]

    def executed() -> str:
        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        for number, cell in enumerate(made.cells):
            cell["id"] = str(number)
        execute(made, tmp_path, "x.ipynb")
        return nbformat.writes(made)

    first = executed()
    assert f"'{tmp_path.name}'" in first
    assert json.loads(first)["cells"][1]["outputs"] == [{"name": "stdout", "output_type": "stream", "text": ["2\n"]}]
    assert "iopub" not in first
    assert sys.version.split()[0] not in first
    assert executed() == first


def test_a_cell_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import time\ntime.sleep(600)")])
    with pytest.raises(UserError, match=r"^x.ipynb: a cell takes more than 1 seconds; run again"):
        execute(made, tmp_path, "x.ipynb", seconds=1)


def test_a_cell_that_fails_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("open('missing.csv')")])
    with pytest.raises(UserError, match=r"^x.ipynb: a cell fails with FileNotFoundError: .*missing.csv.*; run `dvc"):
        execute(made, tmp_path, "x.ipynb")


@pytest.mark.parametrize(("flags", "error"), [
    (["--task", "imdb"], r"error: --task: expected one of nsmc, mnli, conll2003, ag_news, found 'imdb'\n"),
    (["--task", "nsmc", "--out", "x.html"], r"error: --out: expected a name that ends with .ipynb, found x.html.*\n")])
def test_what_cannot_be_made_is_refused(
    flags: list[str], error: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.chdir(ROOT)
    assert command.main(flags) == 1
    assert re.fullmatch(error, capsys.readouterr().err)


@pytest.mark.slow
@pytest.mark.pipeline
@pytest.mark.timeout(3600)
def test_the_notebook_for_colab_runs_to_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.small_project import copied_project, run

    project = tmp_path / "project"
    project.mkdir()
    copied_project(project)
    apply_overrides(project / "params.yaml", ["~tasks.nsmc", "~tasks.mnli"])
    run(project, "git", "commit", "--all", "--quiet", "--message", "two tasks")
    (project / ".venv").symlink_to(sys.prefix)
    monkeypatch.setenv("HEADSTART_PRESET", "kept")
    monkeypatch.setenv("HEADSTART_LANGUAGE", "en")
    made = nbformat.read(project / "notebooks" / "headstart.ipynb", as_version=4)
    execute(made, project / "notebooks", "headstart.ipynb", seconds=3600)
    told = nbformat.writes(made)
    assert "<iframe srcdoc=" in told
    assert "image/svg+xml" in told
    before = {path.name: path.read_bytes() for path in sorted((project / "notebooks").glob("*.ipynb"))}
    assert sorted(before) == ["ag_news.ipynb", "conll2003.ipynb", "headstart.ipynb"]
    monkeypatch.chdir(project)
    for task in ("conll2003", "ag_news"):
        assert str(project) not in before[f"{task}.ipynb"].decode()
        assert command.main(["--task", task, "--language", "en"]) == 0
        assert (project / "notebooks" / f"{task}.ipynb").read_bytes() == before[f"{task}.ipynb"]


@pytest.mark.parametrize(("family", "kind"), [("wordpiece", "words"), ("byte_level", "words"), ("wordpiece", "pair"),
                                              ("byte_level", "single")])
def test_the_example_is_shown_as_the_model_reads_it(facts: TaskFacts, family: str, kind: str, tmp_path: Path) -> None:
    """A text longer than the encoder's positions, in decomposed characters: its tokens are those of training."""
    tags = ["O", "B-LOC", "I-LOC"]
    task = replace(facts, metrics=facts.metrics.model_copy(update={"kind": kind}),
                   encoding=facts.encoding.model_copy(update={"max_length": LENGTH}))
    name, cell = task.metrics.task, task.arms[0].runs[0].name
    checkpoint = tmp_path / "data" / "initial" / name
    write_checkpoint(checkpoint, family)
    write_trained(tmp_path / "data" / "models" / name / cell, checkpoint, kind, tags)
    words = unicodedata.normalize("NFD", "Edgar Verath met 배우들 in Port-Sele . " * 40).split()
    example = {"words": words} if kind == "words" else {"text": " ".join(words), "text_pair": " ".join(words[:9])}
    names = {"root": tmp_path, "rows": {"test": pd.DataFrame([example])}, "pd": pd, "tags": tags}
    codes = [part.source for part in study_notebook(task, "en").cells if part.cell_type == "code"]
    first = next(number for number, code in enumerate(codes) if "TextTokenizer" in code)
    for code in codes[first:first + 3]:
        exec(code, names)
    tokenizer = TextTokenizer(checkpoint / "tokenizer.json", LENGTH)
    expected = tokenizer.encode_words([words])[0][0] if kind == "words" else tokenizer.encode_texts(
        [(example["text"], example["text_pair"]) if kind == "pair" else (example["text"],)])[0]
    assert list(names["table"]["input_ids"]) == expected.input_ids
    assert len(expected.input_ids) <= LENGTH
    if kind == "words":
        assert list(names["table"]["word"].dropna()) == [word for word in expected.word_index if word >= 0]


def test_a_notebook_that_was_edited_is_replaced_only_on_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """One that was only run again is replaced: nothing is lost."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text("utf-8"), "utf-8")
    monkeypatch.setattr(command, "make_notebook", lambda *_: nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("print(1)", id="cell-01")]))
    out = tmp_path / "notebooks" / "nsmc.ipynb"
    make = ["--task", "nsmc", "--language", "en"]
    assert [command.main(make), command.main(make)] == [0, 0]
    own = out.read_text("utf-8")
    notebook = nbformat.reads(own, as_version=4)
    notebook.cells[0].outputs = [nbformat.v4.new_output("stream", text="1\n")]
    nbformat.write(notebook, out)
    assert command.main(make) == 0
    assert out.read_text("utf-8") == own
    notebook.cells[0].source = "print(2)"
    for edited in (nbformat.writes(notebook), "{}", "notes"):
        out.write_text(edited, "utf-8")
        capsys.readouterr()
        assert command.main(make) == 1
        assert capsys.readouterr().err == (
            "error: notebooks/nsmc.ipynb: is no notebook as this command wrote it, and would be lost; name another "
            "file as --out, or replace it with --replace\n")
        assert out.read_text("utf-8") == edited
    assert command.main([*make, "--replace"]) == 0
    assert out.read_text("utf-8") == own
