"""The forecast counts what a run does, fits what batches cost, and proposes what fits a budget; no time is asserted."""

import json
import re
import shutil
from argparse import ArgumentTypeError, Namespace
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import numpy as np
import pytest
import torch
from accelerate.state import AcceleratorState
from dvc.repo import Repo
from hypothesis import given
from hypothesis import strategies as st

from stages import forecast as command
from stages.common.durations import DURATIONS, note_stage
from stages.common.errors import UserError
from stages.common.files import read_json_lines
from stages.common.sources import ROOT, closure
from stages.encoding.store import EncodedSplit, Ragged, read_split
from stages.forecasting import probe as probing
from stages.forecasting import study
from stages.forecasting.budget import Size, fewer_epochs, fewer_rows, largest_within, seconds_of
from stages.forecasting.cells import TaskRows, grid_cells, prediction_stages
from stages.forecasting.finished import finished_stages, other_stages, outdated
from stages.forecasting.measuring import Costs, PhaseCost, forecast_run, measured
from stages.forecasting.plan import Phase, padded_tokens, plan_run, work
from stages.forecasting.probe import fitted_cost, probe
from stages.models.inputs import Collator
from stages.models.tuning import freeze_at
from stages.settings.grid import read_grid
from stages.settings.recipes import FULL, METHODS, recipe_from, refused_kind
from stages.training import loop
from stages.training.batches import epoch_batches
from stages.training.cell import train
from tests import tiny
from tests.stubbed import Project

VALUES: dict[str, dict[str, Any]] = {
    "partial": {"frozen_layers": 1}, "gradual": {"unfrozen_by": 0.6}, "setfit": {"pairs_per_row": 1}}
RECIPES = {method: recipe_from({"method": method} | VALUES.get(method, {}), method) for method in METHODS}
RECIPES["gradual above the embeddings"] = recipe_from({"method": "gradual", "frozen_layers": 0}, "gradual")
KINDS = {"text": tiny.TEXT_TASK, "words": tiny.WORD_TASK}
TUNED = [(kind, name) for kind, task in KINDS.items() for name, recipe in RECIPES.items()
         if not refused_kind(recipe, task["kind"])]


@pytest.fixture(autouse=True)
def _fresh_accelerator() -> Iterator[None]:
    AcceleratorState._reset_state()
    yield
    AcceleratorState._reset_state()


@pytest.fixture(scope="module", params=KINDS)
def root(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forecast")
    tiny.write_encoded(folder, KINDS[request.param], (37, 12, 9))
    return folder


@pytest.mark.parametrize(("root", "name", "tokens"), [
    *((kind, name, 0) for kind, name in TUNED),
    *((kind, name, 30) for kind, name in TUNED if name in ("full", "gradual", "setfit"))], indirect=["root"])
def test_the_plan_is_what_a_run_does(
    root: Path, tmp_path: Path, name: str, tokens: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps, evaluations, the tokens of each batch with padding, and the steps at which other weights are trained."""
    recipe = RECIPES[name]
    settings = tiny.training_settings(epochs=3, evaluations=4, accumulation=2, train_size=35, batch_tokens=tokens)
    shapes: list[tuple[int, ...]] = []
    frozen: list[tuple[bool, ...]] = []
    collate = Collator.__call__

    def collated(self: Collator, split: EncodedSplit, rows: np.ndarray) -> Any:
        tensors = collate(self, split, rows)
        shapes.append(tuple(tensors["input_ids"].shape))
        return tensors

    def freezing(model: Any, *arguments: Any) -> None:
        freeze_at(model, *arguments)
        frozen.append(tuple(parameter.requires_grad for parameter in model.parameters()))
        shapes.append(())  # a step begins

    monkeypatch.setattr(Collator, "__call__", collated)
    monkeypatch.setattr(loop, "freeze_at", freezing)
    train("pretrained", 1, root / "encoded", root / "checkpoint", tmp_path / "model", settings, recipe=recipe)
    rows = read_split(root / "encoded", "train").first_guids(35)
    phases = plan_run(rows, settings, 1, recipe, layers=1)
    events = list(read_json_lines(tmp_path / "model" / "history.jsonl"))
    evaluated = [event["step"] for event in events if event["kind"] == "evaluation"]
    steps = np.concatenate([phase.steps for phase in phases])
    assert len(steps) == events[-1]["steps"]
    # 5 batches of 8 rows or fewer in 3 epochs; 35 pairs of each kind in batches of 4
    assert tokens or len(steps) == (18 if recipe.method == "setfit" else 15)
    assert [phase.head_fits for phase in phases] == [4 * (recipe.method == "setfit")] * len(phases)
    assert sum(phase.evaluations for phase in phases) == len(evaluated) == 5
    assert [1 + step for step in range(1, len(steps)) if frozen[step] != frozen[step - 1]] == [
        1 + phase.first for phase in phases if phase.first]
    for phase in phases:
        inside = range(phase.first + 1, phase.first + len(phase.steps) + 1)
        begins = phase is phases[0]
        assert phase.evaluations == sum(step in inside or (step == 0 and begins) for step in evaluated)
    starts = [place for place, shape in enumerate(shapes) if shape == ()]
    parts = steps[:, 0].astype(int)
    taken = [sum(np.prod(shape) for shape in shapes[start + 1 : start + 1 + count])
             for start, count in zip(starts, parts, strict=True)]
    assert steps[:, 1].tolist() == taken
    assert tokens or set(parts) == {2}


@given(st.integers(1, 40), st.integers(1, 5), st.integers(1, 12), st.integers(1, 3))
def test_every_row_is_in_the_plan(rows: int, epochs: int, batch_size: int, evaluations: int) -> None:
    lengths = np.arange(1, rows + 1)
    settings = tiny.training_settings(epochs=epochs, batch_size=batch_size, evaluations=evaluations)
    ids = Ragged(np.zeros(lengths.sum()), np.cumsum([0, *lengths]))
    split = EncodedSplit([str(row) for row in range(rows)], ids, ids, np.zeros(rows), None)
    (phase,) = plan_run(split, settings, 1, FULL, 2)
    assert len(phase.steps) == epochs * -(-rows // batch_size)
    assert phase.steps[:, 1].sum() >= epochs * lengths.sum()
    assert 2 <= phase.evaluations <= 1 + min(evaluations, len(phase.steps))


def test_work_by_hand() -> None:
    lengths = np.array([3, 5, 2])
    batches = [np.array([0, 1]), np.array([2])]
    assert work(lengths, batches).tolist() == [[1, 10, 50], [1, 2, 4]]
    assert work(lengths, batches, parts=2).tolist() == [[2, 8, 34], [1, 2, 4]]
    assert padded_tokens(lengths, 6) == 6 + 5
    assert padded_tokens(lengths) == 15


COSTS = st.tuples(st.floats(0, 1), st.floats(1e-5, 1e-2), st.floats(0, 1e-5))


@given(COSTS)
def test_planted_costs_are_found(costs: tuple[float, float, float]) -> None:
    planted = np.array(costs)
    batches = np.array([[1, rows * longest, rows * longest**2] for rows, longest in (
        (32, 8), (32, 20), (32, 40), (32, 70), (32, 128))], dtype=float)
    found = fitted_cost(batches, batches @ planted)
    others = np.array([[1, 7 * 33, 7 * 33**2], [1, 32 * 100, 32 * 100**2]], dtype=float)
    assert others @ found == pytest.approx(others @ planted, rel=1e-4)


def test_costs_are_never_negative() -> None:
    batches = np.array([[1, 10, 100], [1, 20, 400], [1, 40, 1600]], dtype=float)
    assert (fitted_cost(batches, np.array([3.0, 2.0, 1.0])) >= 0).all()


def test_one_batch_alone_is_fitted() -> None:
    batches = np.array([[1, 10, 100]], dtype=float)
    assert batches @ fitted_cost(batches, np.array([2.0])) == pytest.approx([2.0])


def split_of(lengths: list[int]) -> EncodedSplit:
    from_tiny = probing.Ragged(np.zeros(sum(lengths), np.int32), np.cumsum([0, *lengths]))
    return EncodedSplit([str(row) for row in range(len(lengths))], from_tiny, from_tiny, np.zeros(len(lengths)), None)


def costs(**changes: Any) -> Costs:
    values: dict[str, Any] = {
        "start": 5.0, "building": 1.0, "plain": 0.001, "offering": 0.0, "saving": 0.0, "writing": 2.0, "ending": 0.5,
        "layers": 2, "peak_bytes": 1000, "phases": [PhaseCost(0.0, [0.1, 0.01, 0.0], 0.001, 0.0)]}
    return Costs(**values | changes)


def test_a_forecast_by_hand() -> None:
    train_split, validation = split_of([4, 4, 4, 4]), split_of([10, 10])
    phases = [Phase(0, np.array([[1.0, 8.0, 32.0]] * 4), 3)]
    plain = forecast_run(costs(), phases, train_split, train_split.first_guids(2), validation)
    assert plain.steps == pytest.approx(4 * (0.1 + 0.08))
    assert plain.evaluations == pytest.approx(3 * 0.001 * (8 + 20))
    assert (plain.start, plain.frozen_layers, plain.writing, plain.peak_bytes) == (5.0, 0.0, 2.5, 1000)
    assert plain.seconds == pytest.approx(5 + 0.72 + 0.084 + 2.5)
    frozen = costs(phases=[PhaseCost(0.1, [0.1, 0.01, 0.0], 0.001, 64.0)])
    kept = forecast_run(frozen, phases, train_split, train_split.first_guids(2), validation)
    assert kept.frozen_layers == pytest.approx(0.1 * (16 + 20))
    assert kept.peak_bytes == 1000 + 64 * 36


def test_states_are_saved_now_and_then() -> None:
    train_split = split_of([4] * 8)
    phases = [Phase(0, np.array([[1.0, 0.0, 0.0]] * 310), 0)]
    slow = costs(saving=1.0, phases=[PhaseCost(0.0, [1.0, 0.0, 0.0], 0.0, 0.0)])
    assert forecast_run(slow, phases, train_split, train_split, train_split).writing == 2.5 + 10  # every 30 seconds
    slower = costs(saving=5.0, phases=slow.phases)
    assert forecast_run(slower, phases, train_split, train_split, train_split).writing == 2.5 + 3 * 5  # every 95


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("20m", 1200), ("1h30m", 5400), ("1.5h", 5400),
                                               ("2d", 172800)])
def test_times_are_read(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "20", "m", "-5m", "20 m", "0s", "20mm", "1h30"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="expected a time such as 90s, 20m or 1h30m"):
        seconds_of(text)


ARMS = [("a", "pretrained"), ("a", "scratch"), ("b", "pretrained"), ("b", "scratch")]
SIZES = st.builds(
    lambda rows, epochs: Size(dict(zip("ab", rows, strict=True)), dict(zip(ARMS, epochs, strict=True))),
    st.lists(st.integers(20, 100_000), min_size=2, max_size=2), st.lists(st.integers(1, 40), min_size=4, max_size=4))


def seconds(size: Size) -> float:
    """One per row and epoch, and some for each run."""
    return sum(5 + size.rows[task] * epochs for (task, _), epochs in size.epochs.items())


@given(SIZES, st.floats(1, 1e7), st.floats(1, 10))
def test_a_proposal_obeys_the_budget_and_a_larger_one_is_no_less(present: Size, limit: float, more: float) -> None:
    for candidates in (fewer_rows(present, 16), fewer_epochs(present)):
        assert candidates[0] == present
        found, further = (largest_within(each, candidates, seconds) for each in (limit, limit * more))
        if not found:
            assert seconds(candidates[-1]) > limit
            continue
        assert further
        size, taken = found
        assert taken == seconds(size) <= limit
        assert all(further[0].rows[task] >= count for task, count in size.rows.items())
        assert all(further[0].epochs[arm] >= count for arm, count in size.epochs.items())
        assert size == present or any(seconds(other) > limit for other in candidates[: candidates.index(size)])


@given(SIZES)
def test_arms_shrink_alike_and_not_to_nothing(present: Size) -> None:
    for size in fewer_rows(present, 16):
        assert size.epochs == present.epochs
        assert all(16 <= count <= present.rows[task] for task, count in size.rows.items())
    for size in fewer_epochs(present):
        assert size.rows == present.rows
        assert all(1 <= count <= present.epochs[arm] for arm, count in size.epochs.items())
        # One share for all: rounding down moves an arm by less than an epoch.
        lowest = max((count / present.epochs[arm] for arm, count in size.epochs.items() if count > 1), default=0.0)
        assert all((1 + count) / present.epochs[arm] > lowest for arm, count in size.epochs.items())



@pytest.mark.parametrize(("root", "name"), TUNED, indirect=["root"])
def test_a_probe_measures_every_part(root: Path, name: str) -> None:
    recipe = RECIPES[name]
    settings = tiny.training_settings(epochs=3, processes=2)  # the probe is one
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    found = probe("pretrained", 1, root / "encoded", root / "checkpoint", settings, recipe)
    rows = TaskRows(root / "encoded", root / "checkpoint")
    phases = plan_run(rows.train, settings, 1, recipe, 1)
    assert len(found.phases) == len(phases)
    for cost, phase in zip(found.phases, phases, strict=True):
        assert (max(cost.step) > 0) == (len(phase.steps) > 0)
        assert (cost.evaluating > 0) == (phase.evaluations > 0)
        assert (cost.computing > 0) == (cost.kept > 0)
    reused = any(cost.kept > 0 for cost in found.phases)
    assert reused == (recipe.method in ("head", "partial", "gradual"))
    assert min(found.building, found.plain, found.offering, found.saving, found.writing, found.peak_bytes) > 0
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_a_batch_of_the_longest_rows_is_among_those_measured() -> None:
    lengths = np.array([3, 9, 4, 128, 5, 6, 50, 7])
    batches = epoch_batches(lengths, 2, 1, 0)
    chosen = probing._spread(batches, lengths)
    assert 128 in lengths[chosen[-1]]
    assert min(lengths[rows].max() for rows in batches) == lengths[chosen[0]].max()


def test_the_forecast_tracks_nothing() -> None:
    files = closure("stages.forecast")
    assert not any(path.startswith("stages/tracking/") or path.endswith("track.py") for path in files)


def test_no_stage_imports_the_forecast() -> None:
    stages = {path.stem for path in (ROOT / "stages").glob("*.py")} - {"__init__", "forecast"}
    for stage in stages:
        assert not any("forecast" in path for path in closure(f"stages.{stage}")), stage


def test_a_probe_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    tiny.write_encoded(tmp_path, tiny.TEXT_TASK)
    place = tmp_path / "encoded", tmp_path / "checkpoint"
    found = measured("scratch", 1, *place, tiny.training_settings(epochs=1), FULL)
    assert found.layers == len(found.phases) == 1
    assert 0 < found.building < found.start


def test_what_a_probe_refuses_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = CompletedProcess([], 1, "", "a warning\nerror: params.yaml: too long; lower it\n")
    monkeypatch.setattr("stages.forecasting.measuring.subprocess.run", lambda *arguments, **options: refused)
    with pytest.raises(UserError, match="^params.yaml: too long; lower it$"):
        measured("scratch", 1, tmp_path, tmp_path, tiny.training_settings(), FULL)


def left_alone(text: str) -> str:
    """params.yaml with one task and seed."""
    text = re.sub(r"^  (mnli|conll2003|ag_news):\n(    .*\n)+", "", text, flags=re.M)
    return text.replace("seeds:\n- 1\n- 2\n- 3\n", "seeds:\n- 1\n")


CELLS = ["train_pretrained@nsmc-full-1", "train_scratch@nsmc-1", "predict@nsmc"]
DATA = ["encode@nsmc", "assign_checkpoint@nsmc"]


def test_what_dvc_would_skip_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project(tmp_path, monkeypatch)
    project.write("params.yaml", left_alone(project.text("params.yaml")))
    with Repo() as repo:
        repo.reproduce(targets=CELLS[:2])
    lock = project.text("dvc.lock")
    assert finished_stages(CELLS) == set(CELLS[:2])
    project.replace("params.yaml", "\nlr: 0.001\n", "\nlr: 0.002\n")
    project.replace("params.yaml", "\n    max_length: 64\n", "\n    max_length: 32\n")
    assert finished_stages(CELLS[:2]) == {"train_scratch@nsmc-1"}  # which reads the data that are there
    assert sorted(outdated(DATA)) == sorted(DATA)
    project.replace("params.yaml", "\nlr: 0.002\n", "\nlr: 0.001\n")
    shutil.rmtree(tmp_path / "data" / "models")
    assert finished_stages(CELLS[:2]) == set(CELLS[:2])  # by the run cache
    project.replace("params.yaml", "\n    max_length: 32\n", "\n    max_length: 64\n")
    # Behind what runs nothing is done, whatever its own inputs are now; `baseline` and `embed` never ran.
    behind = {"predict@nsmc", "evaluate@nsmc", "analyse@nsmc", "diagnose@nsmc", "track@nsmc", "stress@nsmc",
              "evaluate_sizes@nsmc", "baseline@nsmc", "embed@nsmc", "judge", "report"}
    assert {*other_stages(CELLS[:2], CELLS[:2])} == behind
    assert {*other_stages(CELLS, CELLS[:2])} == behind - {"predict@nsmc"}
    assert not (tmp_path / "data" / "models").exists()
    assert project.text("dvc.lock") == lock


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one task, whose cells cost what is planted."""
    monkeypatch.chdir(tmp_path)
    params = left_alone((ROOT / "params.yaml").read_text("utf-8"))
    params = params.replace("tunings:\n- full\n", "tunings:\n- full\n- head\n")
    Path("params.yaml").write_text(params, "utf-8")
    tiny.write_encoded(tmp_path, tiny.TEXT_TASK, (100, 20, 20))
    (tmp_path / "data" / "encoded").mkdir(parents=True)
    (tmp_path / "encoded").rename("data/encoded/nsmc")
    (tmp_path / "data" / "initial").mkdir()
    (tmp_path / "checkpoint").rename("data/initial/nsmc")
    monkeypatch.setattr(command, "finished_stages", lambda names: set())
    monkeypatch.setattr(command, "other_stages", lambda names, done: [])
    monkeypatch.setattr(command, "outdated", lambda targets: [])
    monkeypatch.setattr(study, "measure", lambda cell, rows: costs(
        phases=[PhaseCost(0.0, [0.0, 1.0 if cell.recipe == FULL else 0.1, 0.0], 0.0, 0.0)]))
    return tmp_path


def answered(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert command.main(["--json", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_grid_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys)
    cells = {cell["cell"]: cell for cell in found["cells"]}
    assert list(cells) == ["pretrained-full-1", "pretrained-head-1", "scratch-1"]
    assert [cell["steps"] for cell in cells.values()] == [8 * 4, 8 * 4, 12 * 4]
    assert [cell["evaluations"] for cell in cells.values()] == [6, 6, 6]
    full, head, scratch = (cell["seconds_by_part"]["steps"] for cell in cells.values())
    assert scratch == pytest.approx(1.5 * full, rel=0.05)
    assert full == pytest.approx(10 * head)
    parts = [part["seconds"] for part in (*found["cells"], *found["predictions"])]
    assert found["total_seconds"] == pytest.approx(sum(parts))
    assert command.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines[1:-1]] == [*cells, "predict"]
    assert lines[-1].split()[0] == "total"
    assert set(Path().iterdir()) == {Path("params.yaml"), Path("data"), Path("prepared"), Path("card.json")}


@pytest.mark.parametrize(("precision", "native", "told"), [
    ("bf16", False, True), ("bf16", True, False), ("auto", False, False), ("fp32", False, False)])
def test_bfloat16_without_hardware_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    precision: str, native: bool, told: bool
) -> None:
    params = Path("params.yaml").read_text("utf-8")
    Path("params.yaml").write_text(params.replace("precision: fp32", f"precision: {precision}"), "utf-8")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: native)
    assert command.main([]) == 0
    said = "warning: params.yaml: training.precision: this processor has no native bfloat16"
    assert capsys.readouterr().err.startswith(said) == told


def test_what_is_done_is_not_counted_nor_probed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = answered(capsys)
    monkeypatch.setattr(command, "finished_stages", lambda names: {"train_pretrained@nsmc-head-1", "predict@nsmc"})
    found = answered(capsys)
    assert [cell["done"] for cell in found["cells"]] == [False, True, False]
    assert found["predictions"][0]["done"] is False  # of models that are not there yet
    assert found["total_seconds"] == pytest.approx(whole["total_seconds"] - whole["cells"][1]["seconds"])
    assert command.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines[1:]] == [
        "nsmc pretrained-full-1", "nsmc scratch-1", "nsmc predict", "1 finished cells and predictions", "total"]
    monkeypatch.setattr(command, "finished_stages", set)
    monkeypatch.setattr(study, "measure", lambda *arguments: pytest.fail("probed"))
    found = answered(capsys)
    assert found["total_seconds"] == 0
    assert found["cells"] == [{"task": "nsmc", "cell": cell, "done": True}
                              for cell in ("pretrained-full-1", "pretrained-head-1", "scratch-1")]


def test_further_test_sets_are_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three models read the rows of test once more, and the process starts and ends once more."""
    before = answered(capsys)["predictions"][0]["seconds"]
    edit_params("further_tests: {}\n", "further_tests:\n  again: {task: nsmc, corpus: hans, source: published, folder: "
                "data/local, table: {kind: single}, merge: {}, second_gold: false}\n")
    rows = folder / "data/further/again/rows"
    rows.mkdir(parents=True)
    shutil.copy(folder / "prepared" / "test.jsonl", rows / "rows.jsonl")
    tokens = padded_tokens(read_split(folder / "data/encoded/nsmc", "test").input_ids.lengths)
    assert prediction_stages(read_grid(), "nsmc") == ["predict@nsmc", "predict_further@again"]
    assert answered(capsys)["predictions"][0]["seconds"] == pytest.approx(
        before + 5.0 + 0.5 + 3 * (1.0 + 0.001 * tokens))


def test_other_stages_are_counted_by_how_long_they_took(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = answered(capsys)
    assert whole["other_stages"] == {"count": 0, "unknown": 0, "seconds": 0}
    monkeypatch.setattr(command, "other_stages", lambda names, done: ["evaluate@nsmc", "judge", "report"])
    for name, seconds in (("evaluate@mnli", 8.0), ("report", 2.5)):
        note_stage(folder / DURATIONS, name, seconds)
    found = answered(capsys)
    assert found["other_stages"] == {"count": 3, "unknown": 1, "seconds": 10.5}
    assert found["total_seconds"] == pytest.approx(whole["total_seconds"] + 10.5)
    assert command.main([]) == 0
    assert "3 other stages, 1 of which never ran here" in capsys.readouterr().out


def test_a_budget_is_obeyed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = answered(capsys)["total_seconds"]
    rows, epochs = answered(capsys, "--budget", f"{int(whole / 2)}s")["proposals"]
    assert max(rows["seconds"], epochs["seconds"]) <= whole / 2
    assert [override.split("=")[0] for override in rows["overrides"]] == ["tasks.nsmc.train_size"]
    assert [override.split("=")[0] for override in epochs["overrides"]] == [
        "++tasks.nsmc.pretrained.epochs", "++tasks.nsmc.scratch.epochs"]
    assert answered(capsys, "--budget", f"{int(whole) + 1}s")["proposals"][0]["overrides"] == []
    assert command.main(["--budget", "1s"]) == 0
    assert "1s: the whole grid, trained from the start, does not fit even with one batch" in capsys.readouterr().out


def edit_params(old: str, new: str) -> None:
    text = Path("params.yaml").read_text("utf-8")
    assert old in text
    Path("params.yaml").write_text(text.replace(old, new), "utf-8")


def test_further_train_sizes_are_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    without = answered(capsys)
    edit_params("train_sizes: []", "train_sizes: [50, 400]")  # of 100 rows
    found = answered(capsys)
    names = ["pretrained-full-1", "pretrained-head-1", "scratch-1", "pretrained-full-1-rows-50", "scratch-1-rows-50"]
    cells = {cell["cell"]: cell for cell in found["cells"]}
    assert list(cells) == names
    assert [cell["steps"] for cell in cells.values()][3:] == [8 * 2, 12 * 2]
    assert found["predictions"][0]["seconds"] > without["predictions"][0]["seconds"]
    assert command.main(["--budget", "1h"]) == 1
    assert "train_sizes: expected [] with --budget, got [50, 400]" in capsys.readouterr().err


def test_a_student_comes_after_its_teacher_and_waits_for_its_logits(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit_params("distilled: []", "distilled: [nsmc]")
    cells = {cell["cell"]: cell for cell in answered(capsys)["cells"]}
    assert list(cells) == ["pretrained-full-1", "pretrained-head-1", "distilled-1", "scratch-1"]
    student, scratch = cells["distilled-1"], cells["scratch-1"]
    assert student["steps"] == scratch["steps"]
    assert student["seconds"] > scratch["seconds"]
    assert student["seconds_by_part"] | {"start": 0} == scratch["seconds_by_part"] | {"start": 0}


def test_cells_and_predictions_of_a_size_are_those_of_dvc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project(tmp_path, monkeypatch)
    params = left_alone(project.text("params.yaml"))
    project.write("params.yaml", params.replace(
        "train_sizes: []", "train_sizes: [50]").replace("distilled: []", "distilled: [nsmc]"))
    rows: Any = Namespace(used=lambda settings: Namespace(guids=range(100)), count=int)
    grid = read_grid()
    named = {cell.stage for cell in grid_cells(grid, {"nsmc": rows})} | {*prediction_stages(grid, "nsmc")}
    assert named == {cell for cell in project.cells() if cell.startswith(("train", "predict"))}


def test_no_proposal_ends_before_its_warmup(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit_params("  warmup: 0.1\n  # how", "  warmup: 30\n  # how")  # of the pre-trained arm, which takes 32 steps
    whole = answered(capsys)["total_seconds"]
    assert answered(capsys, "--budget", f"{int(whole / 2)}s")["proposals"] == []


@pytest.mark.parametrize(("change", "message"), [
    (lambda: shutil.rmtree("data/encoded/nsmc"), "error: data/encoded/nsmc/task.json: no such file; run `dvc repro "
                                                 "encode@nsmc assign_checkpoint@nsmc`\n"),
    (lambda: Path("params.yaml").write_text(Path("params.yaml").read_text().replace(
        "train_size: 0", "train_size: 101")), "error: params.yaml: tasks.nsmc.train_size: expected at most 100, the "
                                              "number of training rows, or 0 for all, got 101\n")])
def test_what_cannot_be_trained_is_one_line(
    folder: Path, change: Any, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change()
    assert command.main([]) == 1
    assert capsys.readouterr().err == message


def test_data_of_before_an_edit_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "outdated", lambda targets: ["encode@nsmc"])
    assert command.main([]) == 1
    assert capsys.readouterr().err.startswith("error: encode@nsmc: expected data and checkpoints of the present")
