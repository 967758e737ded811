"""Labels per class and draws of the training rows: which rows each cell uses, and what the interval covers."""

import re
from argparse import Namespace
from collections import Counter
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.baseline import predict_baselines
from stages.common.errors import UserError
from stages.common.files import read_json, read_json_lines, write_json, write_json_lines
from stages.doctoring.evidence import read_evidence
from stages.encoding.store import read_split
from stages.metrics.differences import to_settle
from stages.metrics.evaluation import TaskEvaluation, TaskGold
from stages.metrics.headlines import accuracy_of
from stages.plan_sizes import draw_order, plan_sizes, rows_of_size
from stages.results.prepared import read_rows
from stages.results.verdicts import TaskVerdicts
from stages.settings.arms import parse_cell_name
from stages.settings.evaluation import EvaluationSettings
from stages.settings.grid import Grid, RowPlan
from stages.settings.prediction import ForwardSettings
from stages.settings.schema import check_params
from stages.settings.train_rows import read_all_draws, read_train_rows
from stages.tracking import runs as tracked_runs
from stages.tracking.store import TrackedRun
from stages.training.cell import train
from stages.training.frozen_encoder import embed
from tests import tiny
from tests.impact import STAGES
from tests.simulate_coverage import draw_lines
from tests.small_study import SmallStudy, texts_of
from tests.test_impact import TRAIN, leave_tasks, names, project
from tests.test_report import Inputs
from tests.test_settings import ROOT

__all__ = ["project"]
SEEDS = (1, 2, 3)
LABELS = st.lists(st.sampled_from("abc"), min_size=1, max_size=90)
repeatable = settings(derandomize=True, deadline=None, max_examples=60)


@repeatable
@given(LABELS, st.integers(0, 9), st.integers(1, 9))
def test_a_draw_is_a_permutation_of_its_own_and_larger_sizes_hold_smaller_ones(
    labels: list[str], split_seed: int, draw: int
) -> None:
    order = draw_order(labels, "single", split_seed, draw)
    assert sorted(order) == list(range(len(labels)))
    assert order.tolist() == draw_order(labels, "single", split_seed, draw).tolist()
    least = min(Counter(labels).values())
    for kind in ("{}", "{}_per_class"):
        sizes = [rows_of_size(labels, order, int(size) if size.isdigit() else size, "").tolist()
                 for size in map(kind.format, range(1, least + 1))]
        assert all(set(few) < set(more) for few, more in pairwise(sizes))
    for each in range(1, least + 1):
        chosen = rows_of_size(labels, order, f"{each}_per_class", "")
        assert Counter(labels[row] for row in chosen) == dict.fromkeys(labels, each)
        assert [row for row in order if row in set(chosen.tolist())] == chosen.tolist()
    with pytest.raises(UserError, match=rf"^params\.yaml: KEY: expected {least + 1} training rows of every class"):
        rows_of_size(labels, order, f"{least + 1}_per_class", "KEY")


def test_draws_differ_by_their_number_and_by_the_split() -> None:
    labels = ["a", "b"] * 50
    orders = {tuple(draw_order(labels, kind, split, draw)[:10]) for kind in ("single", "words")
              for split in (1, 2) for draw in (1, 2, 11)}
    assert len(orders) == 12


def planned(root: Path, **changes: Any) -> Path:
    """The rows of the cells of the toy task, which has 40 training rows of two classes."""
    plan = {"train_size": "4_per_class", "train_sizes": (), "draws": 3, "seeds": SEEDS, "split_seed": 1} | changes
    plan_sizes(Namespace(task="toy", prepared=root / "prepared", out=root / "sizes.json", rows=root / "rows"),
               RowPlan(**plan))
    return root / "rows"


@pytest.fixture(params=[tiny.TEXT_TASK, tiny.WORD_TASK], ids=["text", "words"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    tiny.write_encoded(tmp_path, request.param)
    return tmp_path


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    tiny.write_encoded(tmp_path, tiny.TEXT_TASK)
    return tmp_path


def test_training_reads_the_drawn_rows_and_no_others(folder: Path) -> None:
    rows = planned(folder, train_size=12)
    guids = []
    for seed in SEEDS:
        used = read_train_rows(rows / f"{seed}.json")
        split = read_split(folder / "encoded", "train", used.train_size, used.drawn)
        whole = read_split(folder / "encoded", "train")
        guids.append([row.guid for row in used.of_all(read_rows(folder / "prepared" / "train.jsonl"))])
        assert split.guids == guids[-1]
        assert len(set(split.guids)) == used.train_size == 12
        for row, guid in enumerate(split.guids):
            place = whole.guids.index(guid)
            assert split.input_ids[row].tolist() == whole.input_ids[place].tolist()
            assert np.array_equal(split.labels[row], whole.labels[place])
    assert len(set(map(frozenset, guids))) == 3
    assert {row["guid"] for row in read_json_lines(folder / "prepared/train.jsonl")} > {*chain(*guids)}


@pytest.mark.parametrize(("changes", "cell", "rows"), [
    ({"train_size": 0}, "2", {"train_size": 0}),  # all rows: no draw
    ({"draws": 1, "train_size": 12}, "2", {"train_size": 12}),  # the first ones, as ever
    ({"draws": 1}, "2", {"train_size": 8, "drawn": [0, 1, 2, 3, 4, 5, 6, 7]}),
    ({"draws": 1, "train_sizes": ("9_per_class",)}, "9_per_class-2", {"train_size": 18, "skipped": True, "rows": 8}),
    ({"train_size": 0, "draws": 1, "train_sizes": (30,)}, "30-3", {"train_size": 30}),
    ({"train_size": 0, "train_sizes": ("21_per_class",)}, "21_per_class-2",  # as 42 rows
     {"train_size": 42, "skipped": True, "rows": 40}),
])
def test_what_is_planned_for_a_cell(texts: Path, changes: dict[str, Any], cell: str, rows: dict[str, Any]) -> None:
    assert read_json(planned(texts, **changes) / f"{cell}.json") == rows


def test_rows_of_a_seed_depend_on_no_other_seed_or_size(texts: Path) -> None:
    few = {path.name: path.read_bytes() for path in planned(texts).iterdir()}
    more = planned(texts, seeds=(*SEEDS, 7), draws=4, train_sizes=(2, "3_per_class"))
    assert {name: (more / name).read_bytes() for name in few if name != "all.json"} == {
        name: content for name, content in few.items() if name != "all.json"}
    assert read_json(texts / "sizes.json") == {
        "rows": 8, "sizes": [2, "3_per_class"], "skipped": [], "size_rows": [2, 6], "draws": 4}
    one, other = (set(read_json(more / name)["drawn"]) for name in ("3_per_class-2.json", "2.json"))
    assert one < other


@pytest.mark.parametrize(("changes", "message"), [
    ({"train_size": "21_per_class"}, "tasks.toy.train_size: expected 21 training rows of every class, found 20"),
    ({"train_sizes": (6, "3_per_class")}, "train_sizes: 6 and 3_per_class are both 6 training rows of toy; remove one"),
    ({"train_size": 0, "train_sizes": ("3_per_class",), "absent": "third"},
     "train_sizes: 3_per_class of toy: expected 3 training rows of every class, found 0 of 'third'; give a number"),
    ({"train_size": 41}, "tasks.toy.train_size: expected at most 40, the number of training rows, or 0 for all"),
])
def test_what_there_are_too_few_rows_for_is_refused(texts: Path, changes: dict[str, Any], message: str) -> None:
    if label := changes.pop("absent", ""):
        task = read_json(texts / "prepared/task.json")
        write_json(texts / "prepared/task.json", task | {"labels": [*task["labels"], label]})
    with pytest.raises(UserError, match=re.escape(message)):
        planned(texts, **changes)
    assert not (texts / "sizes.json").exists()


def test_every_arm_trains_on_the_same_rows_and_one_draw_changes_nothing(texts: Path) -> None:
    rows = planned(texts)
    starts = {}
    for arm, seed in (("pretrained", 1), ("scratch", 1), ("scratch", 2)):
        used = read_train_rows(rows / f"{seed}.json")
        out = texts / f"{arm}-{seed}"
        train(arm, seed, texts / "encoded", texts / "checkpoint", out,
              tiny.training_settings(epochs=1, evaluations=1, train_size=used.train_size), drawn=used.drawn)
        starts[arm, seed] = next(read_json_lines(out / "history.jsonl"))
    drawn = {cell: start["inputs"]["drawn"] for cell, start in starts.items()}
    assert drawn["pretrained", 1] == drawn["scratch", 1] != drawn["scratch", 2]
    plain = [texts / "plain", texts / "first"]
    for out, places in zip(plain, (None, range(8)), strict=True):
        train("scratch", 1, texts / "encoded", texts / "checkpoint", out,
              tiny.training_settings(epochs=1, evaluations=1, train_size=8), drawn=places)
    assert len({(out / "model.safetensors").read_bytes() for out in plain}) == 1
    assert "drawn" not in next(read_json_lines(plain[0] / "history.jsonl"))["inputs"]


def test_baselines_are_fitted_to_every_draw(folder: Path) -> None:
    draws = read_all_draws(planned(folder, train_size=6) / "all.json")
    predict_baselines(folder / "prepared", folder / "baselines.json", draws)
    embed(folder / "prepared", folder / "encoded", folder / "checkpoint", folder / "embeddings.json", draws,
          ForwardSettings(threads=1, precision="fp32"))
    for seed, rows in draws.items():
        chosen = [row.stored(row.guid) for row in rows.of_all(read_rows(folder / "prepared" / "train.jsonl"))]
        alone = folder / f"alone-{seed}"
        tiny.write_encoded(alone, read_json(folder / "prepared/task.json"))
        write_json_lines(alone / "prepared/train.jsonl", chosen)
        predict_baselines(alone / "prepared", alone / "baselines.json")
        assert read_json(folder / "baselines.json")["by_seed"][str(seed)] == read_json(alone / "baselines.json")["test"]
    assert read_json(folder / "baselines.json")["draws"] == 3
    assert [*read_json(folder / "embeddings.json")["by_seed"]] == ["1", "2", "3"]


def test_a_single_run_that_trained_covers_no_draw(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path, Grid(tasks=("reviews",), tunings=("full",), seeds=(1, 2)))
    for place, value in ((("draws",), 2), (("train_labels",), {"부정": 4, "긍정": 4}), (("rows", "train"), 8),
                         (("comparisons", "full", "recipe"), False)):
        inputs.edit("metrics/reviews.json", *place, value=value)
    page = inputs.build()["details/reviews.md"]
    assert ("Every seed drew its own 8 training texts (4 of each class), but only one run of an arm trained, so the "
            "interval does not cover another draw.") in page


@pytest.mark.parametrize(("draws", "failed", "covers"), [
    (2, (), "true"), (1, (), "false"), (2, (1,), "true"), (2, (1, 2), None), (0, (), None)])
def test_mlflow_says_whether_the_interval_covers_the_draw(
    draws: int, failed: tuple[int, ...], covers: str | None
) -> None:
    names = ("task", "arm", "tuning", "checkpoint", "synthetic", "synthetic_checkpoint", "train_rows")
    runs = [TrackedRun(f"scratch-{seed}", str(seed), {}, dict.fromkeys(names, "x"), []) for seed in SEEDS]
    cells = {run.name: {"seed": seed, "settings": {}, "failed": seed in failed, "after": {"test": {"accuracy": 0.5}}}
             for seed, run in zip(SEEDS, runs, strict=True)}
    task = {"metric": "accuracy", "cells": cells} | ({"draws": draws} if draws else {})
    arm, = tracked_runs._arms(task, runs, [], TaskVerdicts(metrics="", findings="", comparisons={}), ())
    assert arm.tags.get("interval_covers_draw") == covers


@pytest.mark.parametrize(("draws", "sentence"), [
    (2, "Every seed drew its own 8 training texts (4 of each class), so the interval covers the draw."),
    (1, "All runs share one draw of 8 training texts (4 of each class), so the interval does not cover another draw."),
    (0, None)])
def test_the_report_says_whether_the_interval_covers_the_draw(
    tmp_path: Path, draws: int, sentence: str | None
) -> None:
    inputs = Inputs(tmp_path, Grid(tasks=("reviews",), tunings=("full",), seeds=(1, 2)))
    if draws:
        inputs.edit("metrics/reviews.json", "draws", value=draws)
        inputs.edit("metrics/reviews.json", "train_labels", value={"부정": 4, "긍정": 4})
        inputs.edit("metrics/reviews.json", "rows", "train", value=8)
    built = inputs.build()
    for page in ("details/reviews.md", "index.html"):
        assert bool(sentence and sentence in built[page]) == bool(draws)
    assert ("draw" in built["details/reviews.md"].lower().replace("drawn", "")) == bool(draws)
    assert ("추출" in built["index.html"]) == bool(draws)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    """Two arms with two seeds, each of which draws 16 rows of each class."""
    small = SmallStudy(tmp_path_factory.mktemp("study"), "ag_news", seeds=(1, 2))
    small.encode(texts_of(small.rows(test_size=100)))
    folder = small.folder
    paths = Namespace(task="ag_news", prepared=small.paths.prepared, out=folder / "sizes.json", rows=folder / "rows")
    plan_sizes(paths, RowPlan(train_size="16_per_class", train_sizes=(), draws=2, seeds=(1, 2), split_seed=1))
    for cell in small.grid.cells:
        name, rows = parse_cell_name(cell), read_train_rows(folder / f"rows/{cell[-1]}.json")
        train(name.arm, name.seed, folder / "encoded", small.paths.checkpoint, small.paths.models / cell,
              tiny.training_settings(lr=0.003, epochs=2, evaluations=1, train_size=rows.train_size), drawn=rows.drawn)
    small.draws = read_all_draws(folder / "rows/all.json")
    small.evaluate()
    return small


def test_a_study_with_draws_is_evaluated_and_diagnosed(study: SmallStudy) -> None:
    facts = read_json(study.paths.metrics)
    assert (facts["draws"], facts["rows"]["train"]) == (2, 64)
    assert facts["train_labels"] == dict.fromkeys(facts["labels"], 16)
    by_seed = read_json(study.paths.baselines)["by_seed"]
    gold = [row["label"] for row in read_json_lines(study.paths.prepared / "test.jsonl")]
    right = [np.mean(np.array(found["tfidf_logistic_regression"]) == np.array(gold)) for found in by_seed.values()]
    assert facts["baselines"]["tfidf_logistic_regression"]["accuracy"] == pytest.approx(np.mean(right))
    places = {place for one in study.draws.values() for place in one.drawn or ()}
    evidence = read_evidence(study.paths, study.grid.arms, study.draws)
    guids = [row["guid"] for row in read_json_lines(study.paths.prepared / "train.jsonl")]
    assert [row.guid for row in evidence.rows["train"]] == [guids[place] for place in sorted(places)]
    assert 64 < len(places) <= 128
    for seed, one in study.draws.items():
        assert [row.guid for row in evidence.drawn[seed]] == [guids[place] for place in one.drawn or ()]
    assert evidence.unlabeled == []


def test_runs_with_one_seed_are_pairs_unless_one_failed(texts: Path) -> None:
    gold = TaskGold.read(texts / "prepared", Namespace(splits={
        split: Namespace(tokens=0, rows=0) for split in ("validation", "test")}, max_length=0))  # type: ignore[arg-type]
    evaluation = TaskEvaluation(gold, texts, EvaluationSettings(resamples=100, bootstrap_seed=1), drawn=True)
    first, second = ([f"{arm}-{seed}" for seed in range(1, 6)] for arm in ("pretrained-full", "scratch"))
    # A draw takes as many rows from both arms: every pair differs by exactly one.
    for arm, cells in enumerate((first, second)):
        for cell, right in zip(cells, (11, 8, 5, 9, 7), strict=True):
            answers = np.stack([np.arange(12) < right - arm, np.ones(12)], axis=-1)
            evaluation._statistics[cell, "test"] = answers.astype(np.float64)
    paired = evaluation.headline(first, second)
    evaluation._drawn = False
    assert paired.high - paired.low < (apart := evaluation.headline(first, second)).high - apart.low
    assert [paired.difference, apart.difference] == pytest.approx([1 / 12] * 2)
    evaluation._drawn, evaluation._failed = True, {"scratch-2"}
    assert not evaluation._paired(first, second)
    evaluation._failed.clear()
    assert not evaluation._paired(first[:3], second[:3])  # too few seeds


def test_pairs_need_fewer_seeds_where_the_draw_moves_both_arms() -> None:
    generator = np.random.default_rng(1)
    draws = np.repeat(generator.normal(0.6, 0.15, (6, 1)), 2, axis=1) + np.array([0.06, 0.0])
    arms = [(np.arange(400) / 400 < draws[:, arm, None]).astype(float) for arm in (0, 1)]
    runs = [np.stack([arm, np.ones_like(arm)], axis=-1) for arm in arms]
    paired = to_settle(*runs, accuracy_of, 400, 6, paired=True)
    assert paired["seeds"] < to_settle(*runs, accuracy_of, 400, 6).get("seeds", 10**6)


def test_intervals_cover_the_draw_where_every_seed_has_its_own() -> None:
    covered = {(study.shared, study.drawn, name): cover for study, name, cover in draw_lines(150, (10,))}
    assert covered[False, False, "new"] < 0.7
    assert min(covered[False, True, "pairs"], covered[True, True, "pairs"]) > 0.92


@pytest.mark.parametrize(("changes", "message"), [
    ({"draws: 1": "draws: 2"}, "draws: expected 1, the same training rows for every seed, or 3, as many as"),
    ({"draws: 1": "draws: 0"}, "draws: expected a number at least 1, got 0"),
    ({"train_sizes: []": "train_sizes: [16_per_class]"}, "train_sizes: expected numbers of rows, as sentences of"),
    ({"train_size: 0": "train_size: 4_per_class"},
     "tasks.nsmc.train_size: 8 rows are fewer than one batch, the 32 of training.batch_size; write 16_per_class or m"),
    ({"train_size: 0": "train_size: 8 per class"}, "expected a number of rows, such as 500, or labels per class"),
    ({"train_size: 0": "train_size: 0_per_class"}, "expected a number of rows, such as 500, or labels per class"),
])
def test_settings_that_ask_for_no_rows_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "params.yaml").read_text("utf-8")
    for old, new in changes.items():
        text = text.replace(old, new, 1)
    Path("params.yaml").write_text(text, "utf-8")
    with pytest.raises(UserError, match=re.escape(message)):
        check_params()


@pytest.mark.parametrize("name", TRAIN)
def test_a_cell_depends_on_its_own_rows_and_not_on_how_they_are_chosen(name: str) -> None:
    cell = "${item.size}-${item.seed}" if name.endswith("_sized") else "${item.seed}"
    rows = f"data/rows/${{item.task}}/{cell}.json"
    assert [dep for dep in STAGES[name]["deps"] if dep.startswith("data/rows")] == [rows]
    assert f"--rows {rows} " in STAGES[name]["cmd"]
    assert not {"draws", "seeds", "split_seed", "train_sizes", "tasks.${item.task}.train_size"} & {
        *STAGES[name]["params"]}


@pytest.mark.slow
def test_another_draw_trains_on_subsets_alone(project: Any) -> None:
    """The fixture's stand-ins write what follows from the settings of each cell."""
    leave_tasks(project, "nsmc")
    project.replace("params.yaml", "seeds:\n- 1\n", "seeds:\n- 1\n- 2\n")
    project.replace("params.yaml", "train_sizes: []", "train_sizes:\n- 8_per_class")
    project.repro()
    project.replace("params.yaml", "draws: 1", "draws: 2")
    trained = {cell for cell in project.repro().ran if cell.startswith("train")}
    assert trained == {f"train_{arm}_sized@nsmc-8_per_class-{seed}" for arm in ("pretrained", "scratch")
                       for seed in (1, 2)}
    project.replace("params.yaml", "train_size: 0", "train_size: 64")
    assert names(("train_pretrained", "train_scratch")) < project.repro().ran
