"""What changed between two revisions: against computations by other means, what is told, and where the gate closes."""

import copy
import json
import shutil
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet
from scipy.stats import binomtest

from stages import diff
from stages.common.files import read_json, read_json_lines
from stages.comparing.changes import _unpaired, changes
from stages.comparing.markdown import render
from stages.comparing.present import out_of_date
from stages.comparing.revisions import Revision, _cells, _flat
from stages.evaluate import evaluate
from stages.judging.changes import fell, judge_verdicts, regressions
from stages.metrics.differences import PAIRS, compare
from stages.metrics.headlines import accuracy_of
from stages.results.english import place_words
from stages.results.verdicts import Judgement, Reason
from stages.settings.evaluation import EvaluationSettings
from tests.small_study import SmallStudy, texts_of

SETTINGS = EvaluationSettings(resamples=500, bootstrap_seed=1)
LOCK = {"stages": {
    "download@ag_news": {"cmd": "download", "deps": [{"path": "a", "md5": "1"}], "outs": [{"path": "raw", "md5": "2"}]},
    "train_pretrained@ag_news-full-1": {
        "cmd": "train", "deps": [{"path": "raw", "md5": "2"}], "params": {"params.yaml": {"lr": 0.001}},
        "outs": [{"path": "model", "md5": "3"}]},
    "predict@ag_news": {"cmd": "predict", "deps": [{"path": "model", "md5": "3"}],
                     "outs": [{"path": "data/predictions/ag_news", "md5": "4.dir"}]},
}}


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SmallStudy]:
    """One study, and the same whose fine-tuned cells were trained far more slowly."""
    first = SmallStudy(tmp_path_factory.mktemp("old"), "ag_news", seeds=(1, 2))
    first.encode(texts_of(first.rows(test_size=200)))
    first.train()
    first.evaluate()
    second = SmallStudy(tmp_path_factory.mktemp("new") / "study", "ag_news", seeds=(1, 2))
    shutil.copytree(first.folder, second.folder)
    slower = {cell: {"lr": 1e-5} for cell in second.grid.cells if cell.startswith("pretrained")}
    second.train(slower, slower)
    second.evaluate()
    return {"old": first, "new": second}


def judged(verdict: str = "helps", difference: float = 0.1, low: float = 0.02, recipe: bool = True) -> Judgement:
    """What the judge may have said, with an interval about the difference."""
    return Judgement(
        arms=("full", "scratch"), means=(0.5 + difference, 0.5), method="full", of_pretraining="scratch" not in verdict,
        difference=difference, low=low, high=2 * difference - low, p_value=0.01, p_value_holm=0.02, family=2,
        detectable=0.05, recipe=recipe, verdict=verdict)


def revision(small: SmallStudy, lock: dict[str, Any] = LOCK, verdict: Judgement | None = None,
             findings: list[dict[str, Any]] | None = None, params: dict[str, Any] | None = None,
             without: str = "-") -> Revision:
    """The study as a revision; what has ``without`` in its path cannot be had of it."""
    places = {"data/prepared/ag_news": small.paths.prepared, "data/predictions/ag_news": small.paths.predictions,
              "reports/cards/ag_news.encoding.json": small.paths.encoding_card}

    def copied(path: str, target: Path) -> bool:
        if without in path:
            return False
        source = places[path]
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, target)
        return True

    return Revision(dict(_flat(params or {"lr": 0.001})), _cells(lock), {"ag_news": read_json(small.paths.metrics)},
                    {"ag_news": findings or []}, {"ag_news": {"full": verdict or judged()}}, copied)


def other_lock(**digests: str) -> dict[str, Any]:
    lock = copy.deepcopy(LOCK)
    for facts in lock["stages"].values():
        for file in facts["deps"] + facts["outs"]:
            file["md5"] = digests.get(Path(file["path"]).name, file["md5"])
    lock["stages"]["train_pretrained@ag_news-full-1"]["params"]["params.yaml"]["lr"] = 1e-5
    return lock


TAGS = ["World", "Sports", "Business", "Sci/Tech"]
SLOWER = other_lock(model="5", ag_news="6.dir")


def right(small: SmallStudy, cell: str) -> np.ndarray:
    """Whether a cell is right on each test row, read without the project's code."""
    table = pd.read_parquet(small.paths.predictions / f"{cell}.parquet")
    table = table[(table.moment == "after") & (table.split == "test")].set_index("guid")
    gold = [(row["guid"], TAGS.index(row["label"]))
            for row in read_json_lines(small.paths.prepared / "test.jsonl")]
    return np.array([int(np.argmax(table.logits[guid])) == label for guid, label in gold])


def compared(studies: dict[str, SmallStudy], **keywords: Any) -> dict[str, Any]:
    new = revision(studies["new"], SLOWER, params={"lr": 1e-5}, **keywords)
    return changes(revision(studies["old"]), new, SETTINGS)


def test_differences_and_paired_p_values_agree_with_another_computation(studies: dict[str, SmallStudy]) -> None:
    full, scratch = compared(studies)["scores"]
    assert (full["arm"], scratch["arm"]) == ("pre-trained, full", "scratch")
    means = []
    for run, seed in zip(full["runs"], (1, 2), strict=True):
        cell = f"pretrained-full-{seed}"
        old, new = right(studies["old"], cell), right(studies["new"], cell)
        alone = int((new & ~old).sum()), int((old & ~new).sum())
        assert run == {"cell": cell, "difference": pytest.approx(new.mean() - old.mean()),
                       "p_value": pytest.approx(binomtest(alone[0], sum(alone)).pvalue)}
        means.append((old.mean(), new.mean()))
    assert [full["old"], full["new"]] == pytest.approx(list(np.mean(means, axis=0)))
    assert full["difference"] == pytest.approx(full["new"] - full["old"])
    assert full["difference"] < -0.2  # it has hardly learnt
    assert full["low"] < full["difference"] < full["high"] < 0
    assert full["significant"]
    assert full["paired"]
    # The runs of scratch are the same.
    assert [scratch["difference"], scratch["p_value"], scratch["significant"]] == [0, 1, False]
    assert scratch["same_predictions"]
    assert full["holm"] == full["p_value"]  # an arm that is the same makes nothing harder to find


def test_the_sign_turns_with_the_direction(studies: dict[str, SmallStudy]) -> None:
    back = changes(revision(studies["new"], SLOWER), revision(studies["old"]), SETTINGS)
    there = compared(studies)
    assert back["scores"][0]["difference"] == -there["scores"][0]["difference"] > 0
    assert back["scores"][0]["runs"][0]["p_value"] == there["scores"][0]["runs"][0]["p_value"]
    assert back["regressions"] == []
    assert there["regressions"] == [
        "ag_news, pre-trained, full: accuracy fell",
        "ag_news, pre-trained, full: 2 of 2 runs failed to train, 0 of 2 before"]


def test_what_ran_and_what_it_gave(studies: dict[str, SmallStudy]) -> None:
    facts = compared(studies)
    assert facts["params"] == {"lr": {"old": 0.001, "new": 1e-5}}
    assert facts["cells"] == {"new": [], "gone": [], "ran": ["train_pretrained@ag_news-full-1", "predict@ag_news"],
                              "other_outputs": ["train_pretrained@ag_news-full-1", "predict@ag_news"]}
    assert facts["data"] == []
    other = changes(revision(studies["old"]), revision(studies["old"], other_lock(raw="9")), SETTINGS)
    assert other["data"] == [{"cell": "download@ag_news", "outputs": ["raw"]}]
    assert other["matters"]


def test_a_loss_on_every_seed_is_found_though_seeds_differ(studies: dict[str, SmallStudy], tmp_path: Path) -> None:
    """All runs lose 24 of 200 rows while they lie 20 points apart: pairs differ alike, the arms' means hardly do."""
    sides, seeds = {}, (1, 2, 3, 4, 5)
    for name in ("old", "new"):
        small = SmallStudy(tmp_path / name / "study", "ag_news", seeds=seeds)
        shutil.copytree(studies["old"].folder, small.folder)
        gold = {row["guid"]: TAGS.index(row["label"]) for row in read_json_lines(small.paths.prepared / "test.jsonl")}
        for cell in small.grid.cells:
            template = f"{cell[:-1]}1"
            if not (small.paths.models / cell).exists():
                shutil.copytree(small.paths.models / template, small.paths.models / cell)
            table = pd.read_parquet(studies["old"].paths.predictions / f"{template}.parquet")
            if cell.startswith("pretrained"):
                wrong = 10 * int(cell[-1]) + 24 * (name == "new")
                rows = table[(table.moment == "after") & (table.split == "test")].index
                for place, row in enumerate(rows):
                    label = (gold[table.at[row, "guid"]] + (place < wrong)) % 4
                    table.at[row, "logits"] = np.eye(4, dtype=np.float32)[label] * 5
            table["logits"] = [np.asarray(values, dtype=np.float32) for values in table.logits]
            table.to_parquet(small.paths.predictions / f"{cell}.parquet")
        evaluate(Namespace(**vars(small.paths) | {"out": small.paths.metrics}), small.grid, SETTINGS)
        sides[name] = small
    full = changes(revision(sides["old"]), revision(sides["new"], SLOWER), SETTINGS)["scores"][0]
    assert full["difference"] == pytest.approx(-0.12)
    assert full["significant"]
    assert -0.18 < full["low"] < full["high"] < -0.06


def test_other_scores_of_the_same_predictions_close_the_gate(studies: dict[str, SmallStudy]) -> None:
    old, new = revision(studies["old"]), revision(studies["old"])
    for cell in ("scratch-1", "scratch-2"):
        new.metrics["ag_news"]["cells"][cell]["after"]["test"]["accuracy"] -= 0.2
    facts = changes(old, new, SETTINGS)
    assert facts["matters"]
    assert facts["regressions"] == ["ag_news, scratch: accuracy fell, though the predictions are the same"]
    text = render(facts, "a", "b", 0)
    assert "## Other scores for the same predictions: the scoring or the gold labels changed" in text
    assert "Nothing that matters changed" not in text


@pytest.mark.parametrize(("draws", "covered"), [((2, 2), True), ((1, 2), False), ((2, 1), False), ((0, 2), True)])
def test_intervals_cover_the_draw_unless_a_revision_shares_it(
    studies: dict[str, SmallStudy], draws: tuple[int, int], covered: bool
) -> None:
    pair = revision(studies["old"]), revision(studies["new"], SLOWER)
    for one, number in zip(pair, draws, strict=True):
        one.metrics["ag_news"]["draws"] = number
    text = render(changes(*pair, SETTINGS), "a", "b", 0)
    assert ("intervals cover the draw." in text) == covered
    assert ("intervals do not cover another draw." in text) != covered


def test_the_draw_is_not_covered_for_an_arm_of_which_one_run_trained(studies: dict[str, SmallStudy]) -> None:
    pair = revision(studies["old"]), revision(studies["new"], SLOWER)
    for one in pair:
        one.metrics["ag_news"]["draws"] = 2
        del one.metrics["ag_news"]["cells"]["pretrained-full-2"]
    text = render(changes(*pair, SETTINGS), "a", "b", 0)
    assert "intervals cover the draw, but not those of “pre-trained, full”, of which only one run trained." in text


@pytest.mark.parametrize("cell", ["preprocess_further@hans", "predict_further@hans", "predict_sized@ag_news-64"])
def test_other_predictions_beside_the_headline_are_no_reason_for_calm(
    studies: dict[str, SmallStudy], cell: str
) -> None:
    sides = []
    for digest in ("1", "2"):
        side = revision(studies["old"])
        side.cells[cell] = {"inputs": {"x": digest}, "outputs": {"rows": digest}}
        sides.append(side)
    facts = changes(*sides, SETTINGS)
    assert facts["data"] == [{"cell": cell, "outputs": ["rows"]}]
    assert facts["matters"]
    assert "Nothing that matters changed" not in render(facts, "a", "b", 0)


def test_a_verdict_that_is_gone_with_its_task_closes_the_gate(studies: dict[str, SmallStudy]) -> None:
    old, new = revision(studies["old"], findings=[finding("collapsed", "severe")]), revision(studies["old"])
    for facts in (new.metrics, new.findings, new.verdicts):
        facts.pop("ag_news")
    found = changes(old, new, SETTINGS)
    assert found["findings"]["gone"] == []  # not resolved: nobody looks for it any more
    assert found["verdicts"] == [{"task": "ag_news", "comparison": "full", "arms": ("full", "scratch"), "old": "helps",
                                  "new": "gone", "qualified": (False, False), "fell": False}]
    assert found["regressions"] == ["ag_news, pre-trained, full: pre-training was found to help, and no longer is"]


@pytest.mark.parametrize(("old", "new", "regression"), [
    (("helps", 0.10, 0.02), ("cannot_tell", 0.07, -0.01), ""),  # as two studies of one truth may be
    # Half-widths of 0.03 and 0.04 allow 0.05.
    (("helps", 0.10, 0.07), ("cannot_tell", 0.049, 0.009), "pre-training was found to help, and no longer is"),
    (("helps", 0.10, 0.07), ("cannot_tell", 0.051, 0.011), ""),
    (("cannot_tell", 0.01, -0.05), ("hurts", -0.05, -0.09), "pre-training is now found to hurt"),
    (("helps", 0.10, 0.02), ("hurts", -0.05, -0.09), "pre-training is now found to hurt"),
    (("hurts", -0.10, -0.12), ("cannot_tell", -0.01, -0.05), ""),
    (("above_scratch", 0.10, 0.02), ("cannot_tell", 0.07, -0.01), ""),
    (("above_scratch", 0.10, 0.07), ("cannot_tell", 0.049, 0.009),
     "the arm scored above training from scratch, and no longer does"),
    (("cannot_tell", 0.01, -0.05), ("below_scratch", -0.05, -0.09), "the arm now scores below training from scratch"),
    (("below_scratch", -0.10, -0.12), ("cannot_tell", -0.01, -0.05), "")])
def test_the_gate_is_closed_by_differences_and_not_by_verdicts(
    studies: dict[str, SmallStudy], old: tuple[str, float, float], new: tuple[str, float, float], regression: str
) -> None:
    sides = [revision(studies["old"], verdict=judged(*side)) for side in (old, new)]
    assert changes(*sides, SETTINGS)["regressions"] == [f"ag_news, pre-trained, full: {regression}"] * bool(regression)


@pytest.mark.parametrize(("recipes", "closed"), [
    ((True, True), True), ((True, False), False), ((False, True), False)])
def test_a_difference_falls_only_where_both_are_of_a_recipe(recipes: tuple[bool, bool], closed: bool) -> None:
    """Limits over the rows of one run leave out what another seed would change."""
    sides = [judged("helps", difference, difference - 0.01, recipe)
             for difference, recipe in zip((0.2, 0.1), recipes, strict=True)]
    assert fell(*sides) is closed


def test_a_revision_from_before_the_judge_has_no_verdicts_to_compare(studies: dict[str, SmallStudy]) -> None:
    old = replace(revision(studies["old"]), verdicts=None)
    facts = changes(old, revision(studies["old"], verdict=judged("hurts", -0.1, -0.12)), SETTINGS)
    assert facts["verdicts"] == facts["regressions"] == []
    text = render(facts, "a", "b", 0)
    assert "Verdicts are not compared: the old revision has no reports/verdicts.json." in text
    assert "data, predictions and findings are the same" in text


@pytest.mark.parametrize(("before", "after", "closed"), [
    ((0, 5), (3, 5), True), ((0, 5), (2, 5), True), ((0, 3), (1, 3), False),  # one seed fails now and then
    ((0, 10), (3, 10), False), ((0, 10), (4, 10), True), ((4, 10), (3, 5), False), ((3, 5), (3, 5), False),
    ((3, 5), (0, 5), False), ((0, 1), (1, 1), False), (None, (3, 5), False)])
def test_runs_that_newly_fail_close_the_gate(
    studies: dict[str, SmallStudy], before: tuple[int, int] | None, after: tuple[int, int], closed: bool
) -> None:
    sides = []
    for failures in (before, after):
        side = revision(studies["old"])
        cells = side.metrics["ag_news"]["cells"]
        template = {key: value for key, value in cells.pop("scratch-1").items() if key != "failed"}
        del cells["scratch-2"]
        count, runs = failures or (0, 5)
        cells |= {f"scratch-{seed}": copy.deepcopy(template) | ({"failed": seed <= count} if failures else {})
                  for seed in range(1, runs + 1)}
        sides.append(side)
    told = [f"ag_news, scratch: {after[0]} of {after[1]} runs failed to train, {(before or (0, 0))[0]} of "
            f"{(before or (0, 0))[1]} before"]
    assert changes(*sides, SETTINGS)["regressions"] == told * closed


def test_unpaired_limits_end_where_no_difference_can_be() -> None:
    cells = {f"c-{place}": {"after": {"test": {"accuracy": score}}, "interval": {"low": score - 0.1, "high": score}}
             for place, score in enumerate((0.1, 0.5, 0.5, 1.0))}
    side = Revision({}, {}, {"t": {"cells": cells}}, {}, {}, lambda path, target: False)
    found = _unpaired("t", side, side, (["c-0", "c-1"], ["c-2", "c-3"]), "accuracy")
    assert (-1 < found["low"] < 0, found["high"], found["recipe"]) == (True, 1.0, True)
    assert not _unpaired("t", side, side, (["c-0"], ["c-1", "c-2", "c-3"]), "accuracy")["recipe"]  # one seed


def test_a_single_seed_closes_no_gate(studies: dict[str, SmallStudy]) -> None:
    sides = []
    for name, lock in (("old", LOCK), ("new", SLOWER)):
        side = revision(studies[name], lock)
        for cell in [cell for cell in side.metrics["ag_news"]["cells"] if cell.endswith("2")]:
            del side.metrics["ag_news"]["cells"][cell]
        sides.append(side)
    facts = changes(*sides, SETTINGS)
    assert facts["scores"][0]["difference"] < -0.2
    assert not facts["scores"][0]["significant"]
    assert facts["regressions"] == []
    assert "one run: inconclusive" in render(facts, "a", "b", 0)


def test_results_of_other_files_are_no_reason_for_calm(studies: dict[str, SmallStudy]) -> None:
    facts = changes(revision(studies["old"]), revision(studies["old"]), SETTINGS)
    assert "Nothing that matters changed" in render(facts, "a", "b", 0)
    assert "Nothing that matters changed" not in render(facts, "a", "b", 2)


@pytest.mark.parametrize("paired", [True, False])
def test_no_change_is_seldom_called_one(paired: bool) -> None:
    """Five seeds an arm, from which on they are paired, the same truth: 5 % of comparisons may call it a change."""
    generator, wrong = np.random.default_rng(0), 0
    for _ in range(300):
        right = generator.random((2 * PAIRS, 600)) < 0.8 + generator.normal(0, 0.03, (2 * PAIRS, 1))
        sides = []
        for rows in (right[:PAIRS], right[PAIRS:]):
            halves = [1.96 * np.sqrt(row.mean() * (1 - row.mean()) / 600) for row in rows]
            sides.append({"t": {"cells": {f"c-{seed}": {
                "after": {"test": {"accuracy": row.mean()}},
                "interval": {"low": row.mean() - half, "high": row.mean() + half}}
                for seed, (row, half) in enumerate(zip(rows, halves, strict=True))}}})
        if paired:
            statistics = np.stack([right, np.ones_like(right)], axis=-1).astype(float)
            p_value = compare(statistics[:PAIRS], statistics[PAIRS:], accuracy_of, paired=True).p_value
        else:
            old, new = (Revision({}, {}, metrics, {}, {}, lambda path, target: False) for metrics in sides)
            p_value = _unpaired("t", old, new, ([f"c-{seed}" for seed in range(PAIRS)],) * 2, "accuracy")["p_value"]
        wrong += p_value < 0.05
    assert wrong / 300 < 0.08


def as_wrong(logits: np.ndarray, gold: int) -> np.ndarray:
    """The same where the answer is right, else with another wrong answer."""
    best = int(np.argmax(logits))
    if best == gold:
        return logits
    other = next(label for label in range(len(logits)) if label not in (best, gold))
    places = np.arange(len(logits))
    places[[best, other]] = other, best
    return logits[places]


def test_other_answers_that_are_as_wrong_are_other_predictions(studies: dict[str, SmallStudy], tmp_path: Path) -> None:
    """Every row that the fine-tuned runs miss gets another wrong label."""
    new = copy.copy(studies["old"])
    new.paths = Namespace(**vars(new.paths) | {"predictions": tmp_path / "predictions"})
    shutil.copytree(studies["old"].paths.predictions, new.paths.predictions)
    gold = {row["guid"]: TAGS.index(row["label"]) for row in read_json_lines(new.paths.prepared / "test.jsonl")}
    for path in new.paths.predictions.glob("pretrained-*.parquet"):
        schema, table = parquet.read_schema(path), pd.read_parquet(path)
        table["logits"] = [as_wrong(row.logits, gold[row.guid]) if (row.moment, row.split) == ("after", "test") else
                           row.logits for row in table.itertuples()]
        parquet.write_table(pa.Table.from_pandas(table, schema, preserve_index=False), path)
    assert all(np.array_equal(right(new, cell), right(studies["old"], cell)) for cell in new.grid.cells)
    facts = changes(revision(studies["old"]), revision(new, SLOWER), SETTINGS)
    full, scratch = facts["scores"]
    assert (full["same_predictions"], full["difference"], full["change"]) == (False, 0, "inconclusive")
    assert (scratch["same_predictions"], facts["matters"], facts["regressions"]) == (True, True, [])


@pytest.mark.parametrize(("without", "missing"), [
    ("predictions", "not available: the predictions of the new revision"),
    ("prepared", "not available: the gold labels of the new revision"),
])
def test_without_predictions_the_comparison_is_unpaired_and_says_so(
    studies: dict[str, SmallStudy], without: str, missing: str
) -> None:
    facts = compared(studies, without=without)
    full = facts["scores"][0]
    assert full["unpaired_because"] == missing
    assert not full["paired"]
    assert full["runs"] == []
    # By hand: the variance of a mean over two seeds, and that over rows from the intervals of the runs.
    variances = []
    for small in studies.values():
        cells = [read_json(small.paths.metrics)["cells"][f"pretrained-full-{seed}"] for seed in (1, 2)]
        scores = [cell["after"]["test"]["accuracy"] for cell in cells]
        halves = [(cell["interval"]["high"] - cell["interval"]["low"]) / 2 / 1.96 for cell in cells]
        variances.append((scores[0] - scores[1]) ** 2 / 4 + (halves[0] ** 2 + halves[1] ** 2) / 2)
    # Student's quantile with two degrees of freedom is 4.303.
    assert full["high"] - full["low"] == pytest.approx(2 * 4.303 * np.sqrt(sum(variances)), rel=1e-3)
    assert ("Unpaired, from the intervals of each revision, which have less power to find a change: "
            f"ag\\_news: {missing}." in render(facts, "a", "b", 0))


def test_other_rows_of_test_are_not_paired(studies: dict[str, SmallStudy], tmp_path: Path) -> None:
    other = SmallStudy(tmp_path / "study", "ag_news", seeds=(1, 2))
    shutil.copytree(studies["new"].folder, other.folder)
    rows = (other.paths.prepared / "test.jsonl").read_text("utf-8")
    (other.paths.prepared / "test.jsonl").write_text(rows.replace('"World"', '"x"').replace(
        '"Sports"', '"World"').replace('"x"', '"Sports"'), "utf-8")
    full = changes(revision(studies["old"]), revision(other, SLOWER), SETTINGS)["scores"][0]
    assert full["unpaired_because"] == "the test sets differ"


def test_equal_results_are_nothing_that_matters_whatever_ran(studies: dict[str, SmallStudy]) -> None:
    lock = copy.deepcopy(LOCK)
    lock["stages"]["predict@ag_news"]["cmd"] = "predict --faster"
    again = revision(studies["old"], lock, params={"lr": 0.001, "threads": 2})
    facts = changes(revision(studies["old"]), again, SETTINGS)
    assert not facts["matters"]
    assert facts["cells"]["ran"] == ["predict@ag_news"]
    assert [found["p_value"] for found in facts["scores"]] == [1.0, 1.0]
    text = render(facts, "a", "b", 0)
    assert "**Nothing that matters changed:**" in text
    assert "1 cell with changed inputs: `predict`." in text
    assert "Of those with changed inputs, 1 cell gave byte-identical outputs." in text
    assert "| threads | — | 2 |" in text


def finding(name: str, severity: str, evidence: str = "loss 9.9") -> dict[str, Any]:
    return {"name": name, "severity": severity, "about": "scratch-1", "evidence": evidence}


def test_what_is_absent_is_not_called_out_of_date(capsys: pytest.CaptureFixture[str]) -> None:
    """As in a fresh clone, which has the lock, and none of DVC's files."""
    gone = {"data/x": "deleted"}
    status: dict[str, Any] = {"a": [{"changed deps": gone}, {"changed outs": gone}],
                              "b": [{"changed outs": {"data/x": "not in cache"}}]}
    assert out_of_date(status) == ([], {"a": "data/x", "b": "data/x"})
    for changed in ("always changed", {"changed deps": {"data/y": "modified"}},
                    {"changed deps": {"params.yaml": {"lr": "deleted"}}}):
        assert out_of_date(status | {"c": [{"changed outs": gone}, changed]})[0] == ["c"]
    facts: Any = {"regressions": [], "matters": False, "verdicts_compared": True, "verdicts": [], "scores": [],
                  "findings": {"new": [], "gone": []}, "tasks": {"new": [], "gone": []}, "params": {}, "data": [],
                  "cells": {"ran": [], "new": [], "gone": [], "other_outputs": []}}
    diff._summarize(facts, "main", Path("diff.md"), 0, 2)
    told = capsys.readouterr().err
    assert told.startswith("warning: files of 2 stages are not here, so whether the results are out of date is not "
                           "known; `dvc pull` brings them from a remote, `dvc repro` makes them\n")
    assert "would run again" not in told
    assert "> **Files of 2 stages are not here, so" in render(facts, "main", "the working tree", 0, 2)


@pytest.mark.parametrize(("name", "content", "told"), [
    ("params.yaml", "lr: 1", "--out: expected the name of a Markdown file, which ends in .md, got params.yaml"),
    ("README.md", "# mine", "README.md: is no comparison by this command, and would be lost; name another file"),
    ("metrics.json", '{"nsmc": {}}', "metrics.json: is written, too, is no comparison by this command, and would be")])
def test_no_other_file_is_overwritten(
    name: str, content: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(content, "utf-8")
    assert diff.main(["--out", name.replace(".json", ".md")]) == 1
    assert told in capsys.readouterr().err
    assert [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()] == [(name, content)]


def test_a_verdict_on_two_arms_says_nothing_of_pre_training() -> None:
    student = judged("cannot_tell").model_copy(update={"arms": ("distilled", "full")})
    hurt = student.model_copy(update={"verdict": "hurts"})
    for before, after, told in ((student, hurt, "now scores below pre-trained, full"), (hurt, student, None)):
        flipped = list(judge_verdicts({"t": {"distillation": before}}, {"t": {"distillation": after}}))
        facts = {"scores": [], "verdicts": flipped, "findings": {"new": [], "gone": []}}
        assert list(regressions(facts)) == ([f"t, distilled: {told}"] if told else [])
    helped = judged("helps").model_copy(update={"arms": ("adapted", "full")})
    gone = list(judge_verdicts({"t": {"adaptation": helped}}, {}))
    assert list(regressions({"scores": [], "verdicts": gone, "findings": {"new": [], "gone": []}})) == [
        "t, adapted: scored above pre-trained, full, and no longer does"]


def test_regressions_are_in_words() -> None:
    score = {"task": "t", "arm": "scratch", "metric": "entity_f1", "difference": -0.1, "significant": True,
             "rescored": False, "failed": [None, None]}
    found = [finding(name, "severe") | {"task": "t"} for name in ("class_never_predicted", "of_a_former_release")]
    assert list(regressions({"scores": [score], "verdicts": [], "findings": {"new": found, "gone": []}})) == [
        "t, scratch: entity F1 fell", "t, scratch seed 1: severe finding class hardly predicted",
        "t, scratch seed 1: severe finding of a former release"]


@pytest.mark.parametrize(("about", "words"), [
    ("scratch", "scratch"), ("self_pretrained-2", "self-pretrained seed 2"), ("task", "task"),
    ("pretrained-full-1, pretrained-lora-1", "pre-trained, full seed 1; pre-trained, lora seed 1"),
    ("head, in_context", "pre-trained, head; in context"), ("train, test_xnli", "training; XNLI")])
def test_what_a_finding_is_about_is_in_the_words_of_the_report(about: str, words: str) -> None:
    assert place_words(about) == words


def test_verdicts_and_findings_that_come_and_go(studies: dict[str, SmallStudy]) -> None:
    facts = changes(
        revision(studies["old"], findings=[finding("collapsed", "severe")]),
        revision(studies["old"], verdict=judged("cannot_tell"),
                 findings=[finding("diverged", "severe", "loss <b>|9.9|</b>")]),
        SETTINGS)
    assert facts["verdicts"] == [{"task": "ag_news", "comparison": "full", "arms": ("full", "scratch"), "old": "helps",
                                  "new": "cannot_tell", "qualified": (False, False), "fell": False}]
    assert [one["name"] for one in facts["findings"]["new"]] == ["diverged"]
    assert [one["name"] for one in facts["findings"]["gone"]] == ["collapsed"]
    assert facts["regressions"] == ["ag_news, scratch seed 1: severe finding diverged"]
    text = render(facts, "main", "the working tree", 3)
    assert r"| ag\_news | pre-trained, full against scratch | helps | inconclusive |" in text
    assert r"loss &lt;b&gt;\|9.9\|&lt;/b&gt;" in text
    assert "> **3 stages would run again: the results are out of date; run `dvc repro` first.**" in text


def test_a_verdict_that_is_withheld_is_another_than_an_inconclusive_one(studies: dict[str, SmallStudy]) -> None:
    withheld = judged("cannot_tell").model_copy(update={"withheld": (Reason(name="failed_arm", evidence=""),)})
    facts = changes(*(revision(studies["old"], verdict=one) for one in (judged("cannot_tell"), withheld)), SETTINGS)
    assert [(one["old"], one["new"]) for one in facts["verdicts"]] == [("cannot_tell", "withheld")]
    assert r"| pre-trained, full against scratch | inconclusive | verdict withheld |" in render(facts, "a", "b", 0)


def test_a_verdict_for_this_budget_alone_is_another_one_and_no_regression(studies: dict[str, SmallStudy]) -> None:
    """Even where the difference fell: it was found to help, and still is."""
    reason = Reason(name="smaller_budget", evidence="")
    qualified = judged(difference=0.05, low=0.045).model_copy(update={"qualified": (reason,)})
    facts = changes(*(revision(studies["old"], verdict=one) for one in (judged(low=0.09), qualified)), SETTINGS)
    assert facts["verdicts"] == [{"task": "ag_news", "comparison": "full", "arms": ("full", "scratch"), "old": "helps",
                                  "new": "helps", "qualified": (False, True), "fell": True}]
    assert facts["regressions"] == []
    assert facts["matters"]
    assert r"| pre-trained, full against scratch | helps | helps (this budget) |" in render(facts, "a", "b", 0)


def test_tasks_and_arms_that_one_revision_lacks_are_not_compared(studies: dict[str, SmallStudy]) -> None:
    old, new = revision(studies["old"]), revision(studies["new"], SLOWER)
    for cell in ("scratch-1", "scratch-2"):
        del old.metrics["ag_news"]["cells"][cell]
    new.metrics["mnli"] = new.metrics["ag_news"]
    facts = changes(old, new, SETTINGS)
    assert [found["arm"] for found in facts["scores"]] == ["pre-trained, full"]
    assert facts["tasks"] == {"new": ["mnli"], "gone": []}
    new.metrics["ag_news"] = new.metrics["ag_news"] | {"metric": "entity_f1"}  # words now, under the same name
    facts = changes(old, new, SETTINGS)
    assert (facts["scores"], facts["tasks"]) == ([], {"new": ["ag_news", "mnli"], "gone": ["ag_news"]})
    json.dumps(facts, allow_nan=False)
