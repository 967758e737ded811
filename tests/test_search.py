"""The search: as many tries for both arms, winners by validation alone, and every try on record."""

import itertools
import json
import re
import shutil
from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages import search as command
from stages.common.errors import UserError
from stages.common.files import read_json, write_json
from stages.common.sources import ROOT
from stages.results.histories import Evaluation, History, RunSummary, read_history
from stages.results.searches import SearchedArm, SearchedTry
from stages.searching import experiments
from stages.searching.tries import Values, best, drawn, ladder, planned, record, result, search
from stages.settings.recipes import FULL, recipe_settings
from stages.settings.training import training_settings
from stages.settings.yaml12 import parse_yaml
from stages.training.cell import train
from tests import tiny
from tests.small_project import copied_project, run, started
from tests.test_report import Inputs

PRESENT = {"pretrained": Values(2e-5, 3), "scratch": Values(1e-4, 10)}


def tried(
    lr: float, score: float | None, loss: float | None = 0.5, epochs: int = 1, outcome: str = "finished"
) -> SearchedTry:
    return SearchedTry(lr=lr, epochs=epochs, outcome=outcome, score=score, loss=loss,
                       settings={"lr": lr, "epochs": epochs})


@given(st.integers(1, 12), st.floats(1.2, 10))
def test_a_ladder_widens_and_one_of_fewer_tries_is_its_beginning(tries: int, factor: float) -> None:
    steps = ladder(tries, factor)
    assert len(set(steps)) == tries
    assert ladder(tries + 1, factor)[:tries] == steps
    rates = sorted(rate for rate, _ in steps)
    assert all(later / earlier == pytest.approx(factor) for earlier, later in itertools.pairwise(rates))


def test_the_ladder_by_hand() -> None:
    assert [lr.lr for lr in planned(PRESENT["pretrained"], ladder(5, 3.0))] == [2e-5, 6.7e-6, 6e-5, 2.2e-6, 1.8e-4]
    assert planned(PRESENT["scratch"], ladder(2, 3.0)) == [Values(1e-4, 10), Values(3.3e-5, 10)]


@given(st.integers(1, 12), st.integers(0, 5))
def test_draws_begin_with_the_present_values_and_nest(tries: int, seed: int) -> None:
    factors = drawn(tries, seed)
    assert factors == drawn(12, seed)[:tries]
    assert factors[0] == (1.0, 1.0)
    for values in planned(PRESENT["scratch"], factors):
        assert 1e-5 <= values.lr <= 1e-3
        assert values.epochs in (5, 10, 20)


def test_a_learning_rate_beyond_one_is_refused_before_any_work() -> None:
    def attempt(arm: str, values: Values) -> SearchedTry:
        pytest.fail("tried")

    present = PRESENT | {"scratch": Values(0.5, 1)}
    with pytest.raises(UserError, match="expected learning rates of at most 1, found 1.5 around the present 0.5"):
        search(present, ladder(3, 3.0), attempt)


@pytest.mark.parametrize(("results", "winner"), [
    ([tried(1.0, 0.7), tried(2.0, 0.8)], 2.0),
    ([tried(1.0, 0.8, 0.5), tried(2.0, 0.8, 0.4)], 2.0),
    ([tried(2.0, 0.8), tried(1.0, 0.8)], 1.0),
    ([tried(1.0, 0.8, epochs=4), tried(1.0, 0.8, epochs=2)], 1.0),
    ([tried(1.0, 0.2), tried(2.0, None, None, outcome="loss not finite")], 1.0),
])
def test_the_winner_by_hand(results: list[SearchedTry], winner: float) -> None:
    assert best(results, "nsmc scratch").lr == winner
    assert best(results[::-1], "nsmc scratch") == best(results, "nsmc scratch")


def test_no_try_that_finishes_is_one_line() -> None:
    with pytest.raises(UserError, match=r"nsmc scratch: expected a try that finishes, found none of 2 \(loss not "
                                        r"finite\); lower its learning rate"):
        best([tried(1.0, None, outcome="loss not finite")] * 2, "nsmc scratch")


def test_the_bound_is_on_the_rate_that_training_uses() -> None:
    def attempt(arm: str, values: Values) -> SearchedTry:
        return tried(values.lr, 0.5)

    present = {"pretrained": Values(0.05, 1), "scratch": Values(0.05, 1)}
    assert [one.lr for one in search(present, ladder(3, 3.0), attempt, 2.0)["pretrained"]] == [0.05, 0.017, 0.15]
    with pytest.raises(UserError, match="expected learning rates of at most 1, found 1.5 around the present 0.5"):
        search(present, ladder(3, 3.0), attempt, 10.0)


def history(scores: dict[int, float], kept: int, outcome: str = "finished") -> History:
    evaluations = [Evaluation(step, step / 4, {"loss": 0.1, "accuracy": 1.0}, {"loss": 1 - score, "accuracy": score})
                   for step, score in scores.items()]
    return History(RunSummary(outcome, 9, 9, max(scores), 0, kept, {"lr": 0.1}, {}, {}, {}), tuple(evaluations))


def test_a_try_is_judged_by_the_model_that_it_keeps() -> None:
    found = result(Values(0.1, 2), history({0: 0.5, 4: 0.9, 8: 0.8}, 4))
    assert (found.score, found.loss, found.failed, found.settings) == (0.9, pytest.approx(0.1), False, {"lr": 0.1})
    broken = result(Values(0.1, 2), history({0: 0.5, 4: 0.9}, 4, "loss not finite"))
    assert (broken.score, broken.failed, broken.outcome) == (None, True, "loss not finite")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy task without the rows of test, so that opening them would fail."""
    root = tmp_path_factory.mktemp("search")
    tiny.write_encoded(root, tiny.TEXT_TASK)
    for place in ("encoded/test.arrow", "prepared/test.jsonl"):
        (root / place).unlink()
    return root


@pytest.fixture
def project(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, int, list[str]]]:
    """A folder with the project's settings in which a try trains the toy task; the list receives the tries."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_bytes((ROOT / "params.yaml").read_bytes())
    calls: list[tuple[str, str, int, list[str]]] = []

    def training(name: str, task: str, arm: str, seed: int, overrides: list[str]) -> History:
        calls.append((task, arm, seed, overrides))
        values = {name.split(".")[-1]: float(value) for name, value in (
            override.removeprefix("++").split("=") for override in overrides if override.startswith("++"))}
        settings = tiny.training_settings(lr=values.get("lr", 0.001), epochs=3, evaluations=3)
        train(arm, seed, data / "encoded", data / "checkpoint", tmp_path / name, settings)
        return read_history(tmp_path / name / "history.jsonl")

    monkeypatch.setattr(command, "history", training)
    def ready(task: str) -> None:
        write_json(tmp_path / f"data/sized/{task}/sizes.json", {"rows": 30})
        shutil.copytree(data / "prepared", tmp_path / "data/prepared" / task, dirs_exist_ok=True)

    monkeypatch.setattr(command, "make_ready", ready)
    return calls


def test_what_a_training_reads_is_made_before_the_first_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """A try runs the training alone, in a copy that has what ``dvc.lock`` knows."""
    ready: list[str] = []
    monkeypatch.setattr(experiments, "_run", lambda *command: ready.extend(command))
    monkeypatch.setattr(experiments, "open_pipeline", nullcontext)
    experiments.make_ready("nsmc")
    stages = parse_yaml((ROOT / "dvc.yaml").read_text("utf-8"), "dvc.yaml")["stages"]
    named = [stages[name.partition("@")[0]] for name in ready if "@" in name]
    made = [out.replace("${item.task}", "nsmc").replace("${key}", "nsmc")
            for one in named for out in one.get("do", one)["outs"]]
    for arm in ("pretrained", "scratch"):
        read = [place.replace("${item.task}", "nsmc") for place in stages[f"train_{arm}"]["deps"]]
        assert all(place.startswith((*made, "data/sources/")) for place in read)


def test_two_tries_of_each_arm(project: list, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--task", "nsmc", "--tries", "2", "--factor", "30"]) == 0
    assert Counter(arm for _, arm, _, _ in project) == {"pretrained": 2, "scratch": 2}
    assert [overrides[2:] for _, _, _, overrides in project] == [
        [], ["++tasks.nsmc.pretrained.lr=3.3e-05"], [], ["++tasks.nsmc.scratch.lr=3.3e-05"]]
    assert {tuple(overrides[:2]) for *_, overrides in project} == {("tunings=[full]", "seeds=[1]")}
    kept = read_json(Path("data/search/nsmc.json"))
    assert kept["train_rows"] == 30
    for arm, facts in kept["arms"].items():
        tries = facts["tries"]
        assert len(tries) == 2
        highest = max(tries, key=lambda one: (one["score"], -one["loss"]))
        assert facts["chosen"]["lr"] == highest["lr"] == facts["settings"]["lr"] == 0.001, arm
    output = capsys.readouterr().out
    assert output.count("<- chosen") == 2
    assert "nsmc: params.yaml already has the winning values" in output
    assert (tmp_path / "params.yaml").read_bytes() == (ROOT / "params.yaml").read_bytes()


def test_the_winner_is_shown_or_written(
    project: list, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Validation alone decides: a rate that does better on everything else is not chosen."""
    def made_up(name: str, task: str, arm: str, seed: int, overrides: list[str]) -> History:
        second = any("lr=" in override for override in overrides)
        found = history({0: 0.5, 4: 0.8 if second == (arm == "scratch") else 0.7}, 4)
        train = {"loss": 0.1, "accuracy": 0.0 if second == (arm == "scratch") else 1.0}
        return replace(found, measured=tuple(replace(event, train=train) for event in found.measured))

    monkeypatch.setattr(command, "history", made_up)
    before = Path("params.yaml").read_text("utf-8")
    assert command.main(["--task", "nsmc", "--tries", "2"]) == 0
    assert "nsmc: dvc exp run -S ++tasks.nsmc.scratch.lr=0.00033; tries: data/search/nsmc.json" in (
        capsys.readouterr().out)
    assert Path("params.yaml").read_text("utf-8") == before
    assert command.main(["--task", "nsmc", "--tries", "2", "--write"]) == 0
    after = Path("params.yaml").read_text("utf-8")
    assert after.replace("    scratch:\n      lr: 0.00033\n", "    scratch: {}\n", 1) == before
    assert command.training_settings("nsmc", "scratch").lr == 0.00033
    assert command.training_settings("nsmc", "pretrained").lr == 0.001


def test_a_recipe_multiplies_the_rate_once(
    project: list, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is tried, written and on record is the rate of params.yaml; training multiplies it, once."""
    text = (tmp_path / "params.yaml").read_text("utf-8")
    (tmp_path / "params.yaml").write_text(text.replace("    method: full\n", "    method: full\n    lr_factor: 4.0\n"))
    used: list[float] = []

    def training(name: str, task: str, arm: str, seed: int, overrides: list[str]) -> History:
        before = (tmp_path / "params.yaml").read_text("utf-8")
        experiments.write_overrides([override for override in overrides if override.startswith("++")])
        settings = tiny.training_settings(lr=training_settings(task, arm).lr, epochs=1, evaluations=1)
        (tmp_path / "params.yaml").write_text(before, "utf-8")
        recipe = recipe_settings("full") if arm == "pretrained" else FULL
        train(arm, seed, data / "encoded", data / "checkpoint", tmp_path / name, settings, recipe=recipe)
        found = read_history(tmp_path / name / "history.jsonl")
        used.append(found.summary.settings["lr"])
        return found

    monkeypatch.setattr(command, "history", training)
    assert command.main(["--task", "nsmc", "--tries", "3", "--factor", "10", "--write"]) == 0
    assert used == pytest.approx([0.004, 0.0004, 0.04, 0.001, 0.0001, 0.01])
    arms = read_json(Path("data/search/nsmc.json"))["arms"]
    for arm, factor in (("pretrained", 4), ("scratch", 1)):
        chosen = arms[arm]["chosen"]["lr"]
        assert training_settings("nsmc", arm).lr == chosen
        assert arms[arm]["settings"]["lr"] == pytest.approx(chosen * factor)


def test_settings_that_change_meanwhile_end_the_search(
    project: list, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def editing(*arguments: Any) -> History:
        text = Path("params.yaml").read_text("utf-8")
        Path("params.yaml").write_text(text.replace("epochs: 12", "epochs: 13"), "utf-8")
        return history({0: 0.5, 4: 0.7}, 4)

    monkeypatch.setattr(command, "history", editing)
    assert command.main(["--task", "nsmc", "--tries", "2"]) == 1
    assert "error: params.yaml: changed during the search; search again, finished tries are kept" in (
        capsys.readouterr().err)
    assert not Path("data/search").exists()


def test_every_task_has_the_same_budget(project: list, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "history", lambda name, task, arm, seed, overrides: (
        project.append((task, arm)) or history({0: 0.5, 4: 0.7}, 4)))
    assert command.main(["--tries", "3", "--random", "5", "--seed", "2"]) == 0
    assert set(Counter(project).values()) == {3}
    assert len(set(project)) == 8
    assert read_json(Path("data/search/mnli.json"))["seed"] == 2


def test_a_failed_try_is_counted_and_cannot_win(project: list, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "history", lambda name, task, arm, seed, overrides: history(
        {0: 0.5, 4: 0.9 if len(overrides) > 2 else 0.6}, 4, "loss not finite" if len(overrides) > 2 else "finished"))
    assert command.main(["--task", "nsmc", "--tries", "2"]) == 0
    arm = read_json(Path("data/search/nsmc.json"))["arms"]["scratch"]
    assert (arm["failed"], arm["chosen"]) == (1, {"lr": 0.001, "epochs": 12})
    assert [one["outcome"] for one in arm["tries"]] == ["finished", "loss not finite"]
    assert [one["score"] for one in arm["tries"]] == [0.6, None]


@pytest.mark.parametrize(("score", "told"), [(0.5, True), (0.7, True), (0.75, False)])
def test_tries_at_chance_are_told(
    score: float, told: bool, project: list, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 12 rows, half with either label, 0.75 is above chance by a one-sided test at 5 %."""
    monkeypatch.setattr(command, "history", lambda name, task, arm, seed, overrides: history(
        {0: 0.5, 4: score if arm == "scratch" else 0.9}, 4))
    assert command.main(["--task", "nsmc", "--tries", "2"]) == 0
    arms = read_json(Path("data/search/nsmc.json"))["arms"]
    assert (arms["pretrained"]["at_chance"], arms["scratch"]["at_chance"]) == (False, told)
    warning = ("warning: nsmc scratch: no try is above chance on validation, where one label for all rows scores "
               "0.5000, so nothing was chosen by what was learned;")
    assert (warning in capsys.readouterr().err) == told


def test_what_cannot_be_searched_is_one_line(project: list, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--task", "imdb"]) == 1
    assert capsys.readouterr().err == "error: --task: no task 'imdb'; params.yaml has nsmc, mnli, conll2003, ag_news\n"
    assert command.main(["--task", "nsmc", "--seed", "7"]) == 1
    assert "error: --seed: expected one of 1, 2, 3, got 7; add it to `seeds`" in capsys.readouterr().err
    for wrong in (["--tries", "0"], ["--factor", "1"], ["--factor", "x"]):
        with pytest.raises(SystemExit):
            command.main(wrong)


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["--help"])
    text = capsys.readouterr().out
    for word in ("same budget", "validation", "no model sees the test set", "DVC's run cache", "--write && dvc repro"):
        assert word in text
    assert max(map(len, text.splitlines())) <= 120


def write_record(inputs: Inputs, train_rows: int = 0, **scratch: Any) -> None:
    tries = {"pretrained": [tried(0.001, 0.8), tried(0.01, 0.7)],
             "scratch": [tried(0.001, 0.6), tried(0.01, None, outcome="loss not finite")]}
    kept = record("reviews", 1, train_rows, tries).model_dump(mode="json")
    for arm in kept["arms"].values():
        arm["settings"] = {"lr": 0.001, "epochs": 8} | ({"train_size": train_rows} if train_rows else {})
    kept["arms"]["scratch"] |= scratch
    inputs.write("searches/reviews.json", kept)


SENTENCE = ("A search on the validation set chose the learning rates of both arms, with equally many tries: 2 for "
            "the pre-trained encoder and 2 for scratch (1 failed).")


def test_the_report_tells_of_a_search_whose_winners_were_run(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path)
    write_record(inputs)
    assert inputs.build()["details/reviews.md"].count(SENTENCE) == 1
    trained = inputs.tasks()[0].metrics.rows["train"]
    write_record(inputs, train_rows=trained)
    assert inputs.build()["details/reviews.md"].count(SENTENCE) == 1
    write_record(inputs, train_rows=trained // 2)
    other = SENTENCE.replace("arms, with", f"arms, on {trained // 2:,} training rows, with")
    assert inputs.build()["details/reviews.md"].count(other) == 1
    chance = "No try of this search for scratch is above chance on the validation set, so the search tuned nothing"
    assert chance not in inputs.build()["details/reviews.md"]
    write_record(inputs, at_chance=True)
    assert inputs.build()["details/reviews.md"].count(chance) == 1
    write_record(inputs, settings={"lr": 0.002, "epochs": 8})
    assert "search" not in inputs.build()["details/reviews.md"]


def test_the_report_tells_whose_learning_rate_is_at_an_end_of_those_tried(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path)
    write_record(inputs, tries=[tried(0.001, 0.6).model_dump(), tried(0.0001, 0.5).model_dump()])
    told = inputs.build()["details/reviews.md"]
    for arm, end in (("the pre-trained encoder", "lowest"), ("scratch", "highest")):
        assert f"chosen for {arm} is the {end} of those tried; a wider search may find a better one." in told
    within = tuple(tried(lr, 0.6) for lr in (0.001, 0.0001, 0.01))
    assert [SearchedArm(tries=within[:number], failed=0, chosen={"lr": 0.001, "epochs": 8}, settings={}).end
            for number in (1, 2, 3)] == ["", "highest", ""]


def test_the_report_refuses_a_record_of_unequal_budgets(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path)
    write_record(inputs, tries=[])
    with pytest.raises(UserError, match="reviews.json: arms: .*expected as many tries of pretrained as of scratch"):
        inputs.tasks()


@pytest.mark.pipeline
@pytest.mark.slow
def test_tries_run_through_dvc_in_a_copy_of_the_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied_project(tmp_path)
    params = tmp_path / "params.yaml"
    params.write_text(re.sub(r"^  (mnli|conll2003):\n(    .*\n)+", "", params.read_text("utf-8"), flags=re.M), "utf-8")
    search_nsmc = ("python", "-m", "stages.search", "--task", "nsmc", "--tries", "2", "--factor", "4")
    output = run(tmp_path, *search_nsmc, ok=False)
    assert "error: dvc.lock: not in git, so an experiment" in output
    run(tmp_path, "git", "add", "dvc.lock")
    before = {path: path.read_bytes() for path in (params, tmp_path / "dvc.lock")}
    run(tmp_path, *search_nsmc)
    assert {path: path.read_bytes() for path in before} == before
    assert not (tmp_path / "data" / "models").exists()
    assert not (tmp_path / "data" / "predictions").exists()
    assert run(tmp_path, "dvc", "exp", "list", "--name-only").split() == []
    kept = read_json(tmp_path / "data" / "search" / "nsmc.json")
    assert {arm: [one["lr"] for one in facts["tries"]] for arm, facts in kept["arms"].items()} == {
        "pretrained": [0.001, 0.00025], "scratch": [0.001, 0.00025]}
    # The study itself takes the winners from the run cache, and the report says so.
    run(tmp_path, *search_nsmc, "--write")
    assert json.loads((tmp_path / "data" / "search" / "nsmc.json").read_text("utf-8")) == kept
    ran = started(run(tmp_path, "dvc", "repro"))
    assert not {"train_pretrained@nsmc-full-1", "train_scratch@nsmc-1"} & ran
    assert "train_scratch@ag_news-1" in ran
    assert SENTENCE.split(",")[0] in (tmp_path / "reports" / "details" / "nsmc.md").read_text("utf-8")
    # A try that fails is one line.
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(experiments.sys.executable).parent}:/usr/bin:/bin")
    with pytest.raises(UserError, match="`: params.yaml: tasks.nsmc.scratch.lr: expected a number at most 1"):
        experiments.history("search-nsmc-1", "nsmc", "scratch", 1, ["++tasks.nsmc.scratch.lr=7.0"])
    assert run(tmp_path, "dvc", "exp", "list", "--name-only").split() == []
