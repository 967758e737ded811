"""The report from small hand-made inputs: its numbers and sentences, what it refuses, and that no text can break it."""

import base64
import csv
import itertools
import json
import posixpath
import re
import unicodedata
import zlib
from argparse import Namespace
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import vl_convert
import yaml
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font

from stages import judge, report
from stages.common.durations import DURATIONS, note_duration
from stages.common.errors import UserError
from stages.common.files import sha256
from stages.common.sources import ROOT
from stages.common.visible import visible
from stages.judging.holm import holm
from stages.reporting import content
from stages.reporting.charts import all_charts
from stages.reporting.svg import MEASURED, VERSION, chart
from stages.reporting.texts import markdown_text, points
from stages.reporting.verdicts import baseline_remarks, caveats, verdict
from stages.results.findings import read_findings
from stages.results.tasks import read_tasks
from stages.settings.evaluation import EvaluationSettings
from stages.settings.grid import Grid
from stages.settings.recipes import recipe_from
from stages.settings.report import ReportSettings
from stages.wording.catalogue import render
from stages.wording.message import Message, message
from tests.arm_lists import NO_FURTHER_ARMS

GRID = Grid(tasks=("reviews", "entities"), tunings=("full",), seeds=(1, 2))
KINDS = {"reviews": "single", "entities": "words"}
COLUMNS = ["cell", "arm", "tuning", "seed", "step", "epoch", "batch_loss", "learning_rate", "gradient_norm",
           "train_loss", "train_score", "validation_loss", "validation_score"]


def scores(kind: str, value: float, **more: float) -> dict[str, float]:
    if kind == "words":
        return {"entity_f1": value, "entity_precision": value, "entity_recall": value, "token_accuracy": 0.9,
                "token_mcc": 0.5} | more
    return {"accuracy": value, "macro_f1": value - 0.01} | more


def cell_scores(kind: str, value: float, loss: float) -> dict[str, float]:
    words = {"strict_entity_f1": value - 0.02, "inflated_token_accuracy": 0.987}
    return scores(kind, value, loss=loss, calibration_error=0.0456) | (words if kind == "words" else {"mcc": 0.321})


def details(kind: str, labels: list[str]) -> dict[str, Any]:
    empty = [0] * 14
    of_label = {"precision": 0.75, "recall": 0.625, "f1": 0.6818, "support": 40}
    found = {"per_class": dict.fromkeys(labels, of_label), "reliability": {
        "rows": [*empty, 600], "confidence": [*empty, 0.95], "accuracy": [*empty, 0.8]}}
    if kind == "words":
        errors = {"type": 3, "boundary": 4, "type_and_boundary": 5, "spurious": 6, "missed": 1007}
        return found | {"errors": errors}
    return found | {"confusion": {"counts": [[210, 90], [30, 270]]}}


def difference(value: float, low: float, high: float, p_value: float = 0.0001) -> dict[str, Any]:
    return {"difference": value, "low": low, "high": high, "p_value": p_value, "detectable": 0.047,
            "recipe": True}


class Inputs:
    """Files of the other stages for a grid. Pre-trained scores 0.840, 0.842, ... on test, scratch 0.710, 0.712, ..."""

    def __init__(self, folder: Path, grid: Grid = GRID) -> None:
        self.folder = folder
        self.grid = grid
        self.found: dict[str, list[dict[str, Any]]] = {}
        self.paths = Namespace(metrics=folder / "metrics", curves=folder / "curves", cards=folder / "cards",
                               searches=folder / "searches", stress=folder / "stress", errors=folder / "errors",
                               sizes=folder / "sizes", findings=folder / "doctor", verdicts=folder / "verdicts.json")
        self.out("out")
        for task in grid.tasks:
            self._write_task(task, KINDS[task])

    def out(self, name: str) -> Path:
        out = self.folder / name
        for option, file in (("markdown", "report.md"), ("details", "details"), ("page", "index.html"),
                             ("metrics", "metrics.json"), ("plots", "plots")):
            setattr(self.paths, f"out_{option}", out / file)
        return out

    def _write_task(self, task: str, kind: str) -> None:
        cells: dict[str, Any] = {}
        labels = ["부정", "긍정"] if kind == "single" else ["LOC", "PER"]
        grid = self.grid.of_task(task)
        for name in grid.cells:
            arm, *_, seed = name.split("-")
            running = {"delivered_entity_f1": 0.777} if kind == "words" else {}
            value = {"pretrained": 0.84, "scratch": 0.71}.get(arm, 0.86) + 0.002 * (int(seed) - 1)
            cells[name] = {
                "arm": arm, "tuning": name.split("-")[1] if arm == "pretrained" else "full", "seed": int(seed),
                "parameters": 1234567, "trainable_parameters": 1234567, "steps": 40, "best_step": 20,
                "outcome": "finished", "settings": {"lr": 0.001, "epochs": 8},
                "recipe": {"method": "head" if "-head-" in name else "full", "lr_factor": 1.0},
                "inputs": {"train": f"d41d of {task}", "validation": "8cd9"},
                "numerics": {"torch": "2.13.0+cpu", "device": "x86_64", "instruction_set": "AVX512", "threads": 1},
                "interval": {"low": value - 0.03, "high": value + 0.03}, "failed": False,
                "before": {split: cell_scores(kind, 0.5, 0.693) for split in ("validation", "test")},
                "after": {"validation": cell_scores(kind, value + 0.01, 0.3),
                          "test": cell_scores(kind, value, 0.4) | running},
                "details": {"after": {"test": details(kind, labels)}},
            }
        baselines = ({"most_frequent_tag": scores(kind, 0.55)} if kind == "words" else
                     {"majority": scores(kind, 0.5), "tfidf_logistic_regression": scores(kind, 0.76)})
        means = {"scratch": 0.711} | dict.fromkeys(grid.rivals, 0.841)
        headline = next(iter(scores(kind, 0)))
        gains = {baseline: {arm: mean - values[headline] for arm, mean in means.items()}
                 for baseline, values in baselines.items()}
        against = {baseline: {arm: difference(gain, gain - 0.02, gain + 0.02) for arm, gain in of_arms.items()}
                   for baseline, of_arms in gains.items()}
        test = {"first": "pretrained-full-1", "second": "scratch-1", "difference": 0.13, "test": "mcnemar",
                "p_value": 0.0127}
        comparison = {"pretrained": 0.841, "scratch": 0.711, **difference(0.13, 0.098, 0.164), "runs": [test]}
        self.write(f"metrics/{task}.json", {
            "task": task, "title": f"{task.upper()}, made by hand", "language": "ko", "kind": kind,
            "metric": headline, "labels": labels, "synthetic": False, "checkpoint": "small",
            "synthetic_checkpoint": False,
            "rows": {"train": 640, "validation": 150, "test": 600}, "cells": cells, "baselines": baselines,
            "baseline_comparisons": against,
            "comparisons": dict.fromkeys(grid.rivals, comparison), "slices": []}
            | ({"further_comparisons": dict.fromkeys(grid.further_rivals, comparison)} if grid.further_rivals else {}))
        self.write(f"stress/{task}.json", {"transformations": {}, "left_out": {}})
        self._write_errors(task)
        steps = {"median": 20, "runs": [{"seed": seed, "score": 0.9, "other_step": 40, "step": 20, "steps": 40}
                                        for seed in grid.seeds]}
        self.write(f"sizes/{task}.json", {
            "task": task, "tuning": grid.tunings[0], "rows": 640, "sizes": [], "skipped": [], "cells": {},
            "steps": {"pretrained": steps, "scratch": steps}})
        if grid.asked.get("adapted"):
            self._write_adaptation(task, comparison)
        self.write_curves(task, grid.cells)
        kept = {"train": 640, "validation": 150, "test": 600}
        self.write(f"cards/{task}.json", {
            "task": task, "source": "local", "synthetic": False,
            "files": {"train.txt": {"bytes": 12345, "sha256": "0123456789abcdef"}},
            "splits": {"train": "train.txt"}, "read_as": {"train": ["columns between tabs", "no column names"]},
            "rows_read": {"train": 797, "test": 600}, "kept": kept,
            "dropped": {"train": {"empty text": 7}, "test": {}},
            "labels": {split: dict.fromkeys(labels, number // 2) for split, number in kept.items()},
            "lengths": {split: {"50": 31, "90": 62, "99": 93, "100": 1240} for split in kept},
            "duplicates": {"train": 16, "validation": 0, "test": 3},
            "overlaps": {"validation": {"train": 5}, "test": {"train": 24, "validation": 6}},
            "train_test_overlap": 30, "conflicting_labels": 4})
        losses = {"tokens": 10000, "truncated_rows": 6, "unknown_tokens": 125, "split_sentences": 0,
                  "lengths": {"50": 11, "90": 22, "99": 33, "100": 440}}
        self.write(f"cards/{task}.encoding.json", {
            "checkpoint": "small", "max_length": 64, "vocabulary": 4000, "origin": {"source": "pretrain"},
            "splits": {split: {"rows": number} | losses for split, number in kept.items()}})

    def _write_errors(self, task: str) -> None:
        grid = self.grid.of_task(task)
        none = {"count": 0, "rows": []}
        agreement = {"always_first": {"count": 104, "rows": []}, "always_second": {"count": 26, "rows": []}}
        self.write(f"errors/{task}.json", {
            "rows": 600, "runs": len(grid.cells), "texts_shown": False, "missed_by_all": none, "slices": [],
            "confident": dict.fromkeys(grid.arms, none), "suspected_labels": none,
            "comparisons": dict.fromkeys(grid.rivals, agreement)})

    def _write_adaptation(self, task: str, comparison: dict[str, Any]) -> None:
        name = f"metrics/{task}.json"
        self.edit(name, "comparisons", "adapted", value=comparison | {"pretrained": 0.861, "difference": 0.15})
        self.edit(name, "further_comparisons", value={"adapted": {
            "pretrained": 0.861, "scratch": 0.841, **difference(0.02, -0.01, 0.05, p_value=0.2)}})
        self.edit(name, "rows", "train", value=64)
        self.write(f"cards/{task}.adaptation.json", {
            "text": "", "texts": 797, "tokens": 9000, "new_head": True, "settings": {"steps": 200, "lr": 0.0005},
            "losses": [{"step": 2, "loss": 3.5}, {"step": 4, "loss": 3.0}, {"step": 6, "loss": 2.25}]})

    def write(self, name: str, value: Any) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value), "utf-8")

    def write_curves(self, task: str, cells: list[str]) -> None:
        path = self.paths.curves / f"{task}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
            writer.writeheader()
            for cell in cells:
                for step in (0, 20, 40):
                    writer.writerow({"cell": cell, "step": step, "validation_loss": 0.7 - step / 100,
                                     "validation_score": 0.5 + step / 100})
                    writer.writerow({"cell": cell, "step": step + 10, "batch_loss": 0.6})

    def edit(self, name: str, *keys: str, value: Any) -> None:
        """Set the value at a path of keys of a JSON file, or delete it for None."""
        facts = json.loads((self.folder / name).read_text("utf-8"))
        place = facts
        for key in keys[:-1]:
            place = place[key]
        if value is None:
            del place[keys[-1]]
        else:
            place[keys[-1]] = value
        self.write(name, facts)

    def find(self, task: str, *findings: dict[str, Any]) -> None:
        """Let the doctor have found these."""
        self.found[task] = list(findings)

    def find_anew(self) -> None:
        """Write what the doctor found, about the metrics as they are now."""
        for task in self.grid.tasks:
            metrics = self.paths.metrics / f"{task}.json"
            if metrics.is_file():
                self.write(f"doctor/{task}.json", {
                    "task": task, "metrics": sha256(metrics), "findings": self.found.get(task, [])})

    def compare(self, **values: Any) -> None:
        """Replace numbers of the comparison of `reviews`."""
        for key, value in values.items():
            self.edit("metrics/reviews.json", "comparisons", "full", key, value=value)

    def judge(self) -> dict[str, Any]:
        """Let the judge decide on the files as they are now; return what it wrote, by task."""
        self.find_anew()
        paths = Namespace(**{name: vars(self.paths)[name] for name in ("metrics", "findings", "sizes")},
                          out=self.paths.verdicts)
        judge.write_verdicts(paths, self.grid, EvaluationSettings(resamples=200, bootstrap_seed=1))
        return json.loads(self.paths.verdicts.read_text("utf-8"))["tasks"]

    def read(self) -> Any:
        """Facts of all tasks, from the files as they are."""
        return read_tasks(self.grid, self.paths)

    def tasks(self) -> Any:
        """Facts of all tasks, judged anew."""
        self.judge()
        return self.read()

    def build(self, out: str = "out") -> dict[str, str]:
        """Write the report; return its files by name."""
        folder = self.out(out)
        self.judge()
        report.write_report(self.paths, self.grid, ReportSettings(language="en"))
        return {path.relative_to(folder).as_posix(): path.read_bytes().decode()
                for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    return Inputs(tmp_path)


def markdown_of(files: dict[str, str]) -> str:
    """The summary and the details of all tasks."""
    return "\n".join(text for name, text in sorted(files.items(), reverse=True) if name.endswith(".md"))


class Page(HTMLParser):
    """Tags with their attributes, and the text of the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, *names: str) -> list[tuple[str, dict[str, str | None]]]:
        return [(tag, attributes) for tag, attributes in self.tags if tag in names]


def test_files_and_scalars(inputs: Inputs) -> None:
    files = inputs.build()
    assert sorted(files) == [
        "details/entities.md", "details/reviews.md", "index.html", "metrics.json", "plots/differences.svg",
        "plots/entities-loss.svg",
        "plots/entities-reliability.svg", "plots/entities-score.svg",
        "plots/reviews-loss.svg", "plots/reviews-reliability.svg", "plots/reviews-score.svg", "report.md"]
    arms = {"scratch": pytest.approx(0.711), "pretrained-full": 0.841, "difference-full": 0.13, "low-full": 0.098,
            "high-full": 0.164, "p-full": 0.0001, "holm-full": 0.0002, "detectable-full": 0.047,
            "recipe-full": True, "verdict-full": "helps", "steps-pretrained-to-best-of-other": 20,
            "steps-scratch-to-best-of-other": 20}
    assert json.loads(files["metrics.json"]) == {
        "synthetic": False,
        "reviews": {"metric": "accuracy"} | arms | {"majority": 0.5, "tfidf_logistic_regression": 0.76},
        "entities": {"metric": "entity_f1"} | arms | {"most_frequent_tag": 0.55},
    }


RECIPES = yaml.safe_load((ROOT / "params.yaml").read_text("utf-8"))["recipes"]


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_is_told(inputs: Inputs, recipe: str) -> None:
    values = recipe_from(RECIPES[recipe], recipe).model_dump()
    inputs.edit("metrics/reviews.json", "cells", "pretrained-full-1", "recipe", value=values)
    text = markdown_of(inputs.build())
    assert f"| recipe method | {RECIPES[recipe]['method']}" in text
    assert "None" not in text


def test_seconds_are_told_beside_the_report_and_stand_nowhere_in_it(
    inputs: Inputs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(inputs.folder)
    before = inputs.build()
    assert "Seconds" not in capsys.readouterr().err
    cells = json.loads((inputs.folder / "metrics/reviews.json").read_text(encoding="utf-8"))["cells"]
    for cell, changes, seconds in (
        ("pretrained-full-1", {}, 99.0), ("pretrained-full-1", {}, 10.0), ("pretrained-full-2", {}, 15.0),
        ("scratch-1", {}, 20.44), ("scratch-2", {"settings": {"lr": 0.5, "epochs": 8}}, 77.0),
    ):
        note_duration(inputs.folder / DURATIONS, "reviews", cell, cells[cell] | changes, seconds)
    assert inputs.build() == before
    # The newest of two runs counts, and one with other settings counts for nothing.
    assert ("Seconds of training per seed on REVIEWS, on this machine: pre-trained 12.5; scratch 20.4 (of 1 of 2 "
            "runs).\n"
            in capsys.readouterr().err)


def test_numbers_are_in_page_and_markdown(inputs: Inputs) -> None:
    files = inputs.build()
    page = Page(files["index.html"]).text.replace("\xa0", " ")
    for text in (page, markdown_of(files).replace("<br>", "\n").replace("&lt;", "<")):
        for expected in (
            "+13.0 (9.8 to 16.4)", "0.841", "0.711",  # the summary
            "entity F1 from running text", "0.777 for the pre-trained model, against 0.841 on the words of the corpus",
            "0.500 → 0.840", "0.500 → 0.850", "0.693 → 0.400", "0.810 to 0.870",  # before and after
            "1,234,567, all trained", "training 640, validation 150, test 600", "부정, 긍정", "Korean",
            "7 empty text", "16 (2.5 %)", "30 (5.0 %)", "320 (50.0 %)", "125 (1.2 %)", "6 (0.9 %)",  # the data
            "12,345 bytes, SHA-256 0123456789ab…", "token accuracy of 0.900 with an entity F1 of 0.550",
            "4.7 points (pre-trained vs scratch, p below 0.05 / 2)", "padding and sub-words would report 0.987",
            "+8.1 (6.1 to 10.1)", "−4.9 (−6.9 to −2.9)",  # against TF-IDF
            "0.321", "0.750", "0.625", "0.682", "540 (90.0 %)", "2,014", "0.013",  # what the tables of details show
        ):
            assert expected in text


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        ({}, "Pre-training helps on REVIEWS: accuracy 0.841 against 0.711 from random weights, +13.0 points "
             "(95 % interval 9.8 to 16.4, 2 seeds × 600 test texts; p < 0.001, also after Holm's correction for 2 "
             "comparisons)."),
        ({"pretrained": 0.7, "scratch": 0.75, "difference": -0.05, "low": -0.081, "high": -0.0199},
         "Pre-training hurts on REVIEWS: accuracy 0.700 against 0.750 from random weights, −5.0 points "
         "(95 % interval −8.1 to −2.0, 2 seeds × 600 test texts; p < 0.001, also after Holm's correction for 2 "
         "comparisons)."),
        ({"scratch": 0.83, "difference": 0.011, "low": -0.01, "high": 0.032, "p_value": 0.3},
         "The effect of pre-training on REVIEWS is inconclusive: accuracy 0.841 against 0.830 from random weights, "
         "+1.1 points (95 % interval −1.0 to 3.2 contains zero, 2 seeds × 600 test texts; p = 0.300, also after "
         "Holm's correction for 2 comparisons)."),
    ],
)
def test_verdict_sentences_by_hand(inputs: Inputs, comparison: dict[str, Any], expected: str) -> None:
    inputs.compare(**comparison)
    assert render(verdict(inputs.tasks()[0], "full")) == expected


def test_one_seed_speaks_of_these_runs_alone(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path, Grid(tasks=("entities",), tunings=("full",), seeds=(1,)))
    for key, value in {"recipe": False, "to_settle": {"seeds": 3}}.items():
        inputs.edit("metrics/entities.json", "comparisons", "full", key, value=value)
    task = inputs.tasks()[0]
    assert task.comparisons["full"].p_value_holm == 1  # it is no part of a family of verdicts
    assert render(verdict(task, "full")) == (
        "From one seed, the effect of pre-training on ENTITIES is inconclusive: entity F1 0.841 against 0.711 from "
        "random weights, +13.0 points (95 % interval over test sentences alone 9.8 to 16.4, 1 seed × 600 test "
        "sentences; p < 0.001 for these runs on further test sentences). More seeds are needed for a conclusion about "
        "the recipe (dvc exp run -S 'seeds=[1,2,3]').")
    assert render(verdict(task, "full"), "ko") == (
        "ENTITIES에서 시드 하나로는 사전 학습이 도움이 되는지 결론을 내릴 수 없습니다: 개체명 F1 0.841, 무작위 "
        "가중치에서는 0.711, 차이 +13.0 %p (95 % 신뢰구간 9.8 ~ 16.4, 시드 1개 × 테스트 문장 600개, "
        "테스트 데이터의 변동만 반영, "
        "학습된 모델은 그대로 두고 테스트 문장의 우연만 따진 p < 0.001). 다른 시드에서도 성립하는지 확인하려면 "
        "시드가 더 필요합니다"
        "(dvc exp run -S 'seeds=[1,2,3]').")
    files = inputs.build()
    numbers = json.loads(files["metrics.json"])["entities"]
    assert numbers["recipe-full"] is False
    assert not {"holm-full", "detectable-full"} & numbers.keys()  # neither has a meaning without a second seed
    assert "(these runs)" in files["index.html"]
    assert not any(words in text for words in ("detectable with a power", "(1.000)") for text in files.values())


def test_failed_runs_and_what_holds_for_these_runs_are_told_apart(inputs: Inputs) -> None:
    these = {"difference": 0.13, "low": 0.1, "high": 0.16, "p_value": 0.0, "gap": 0.127, "gap_p_value": 0.0001}
    failed = {"first": {"count": 0, "runs": 3, "low": 0.0, "high": 0.708},
              "second": {"count": 1, "runs": 3, "low": 0.008, "high": 0.906}}
    inputs.compare(these_runs=these, failed=failed, low=-0.01,
                   to_settle={"seeds": 10, "rows": 1200})
    task = inputs.tasks()[0]
    assert render(verdict(task, "full")).endswith(
        " 1 of 3 scratch runs failed to train (95 % interval of the rate: 1 % to 91 %); the difference is between runs "
        "that trained. Every pre-trained run beats every scratch run on the same test texts; the smallest difference "
        "is 12.7 points (p < 0.001 for these runs on further test texts). About "
        "10 seeds and 1,200 test texts would detect a difference of this size "
        "(dvc exp run -S 'seeds=[1,2,3,4,5,6,7,8,9,10]').")
    assert render(verdict(task, "full"), "ko").endswith(
        " ‘처음부터 학습’ 방식의 실행 3개 가운데 1개가 학습에 실패했습니다(실패율의 95 % 신뢰구간 1 % ~ 91 %). 차이는 "
        "학습에 성공한 실행끼리 비교한 값입니다. 같은 테스트 텍스트로 평가하면 ‘사전 학습’ 방식과 ‘처음부터 학습’ "
        "방식의 실행을 하나씩 어떻게 짝지어도 ‘사전 학습’의 점수가 더 높고, 차이는 가장 작아도 12.7 %p입니다(학습된 "
        "모델은 그대로 두고 테스트 텍스트의 우연만 따진 p < 0.001). 시드 약 10개와 테스트 텍스트 1,200개면 이만한 "
        "차이를 찾아낼 수 있습니다"
        "(dvc exp run -S 'seeds=[1,2,3,4,5,6,7,8,9,10]').")
    grid, inputs.grid = inputs.grid, inputs.grid.model_copy(update={"draws": 3})  # this task uses all of its rows
    assert "(dvc exp run -S 'seeds=[1,2,3,4,5,6,7,8,9,10]' -S draws=10)" in render(
        verdict(inputs.tasks()[0], "full"))
    inputs.grid = grid
    inputs.compare(these_runs=these | {"gap": -0.00299, "gap_p_value": 0.4}, to_settle={"tried": 13},
                   failed=failed | {"second": {"count": 3, "runs": 3, "low": 0.292, "high": 1.0}})
    assert render(verdict(inputs.tasks()[0], "full")).endswith(
        " All 3 scratch runs failed to train, so the difference is measured against runs at chance. Every "
        "scratch run beats every pre-trained run on the same test texts; the smallest difference is 0.3 points, which "
        "may be test noise (p = 0.400 for these runs on further test texts). The difference is small against "
        "its error: even 13 seeds and 20 times the test rows would probably not settle "
        "it.")
    inputs.build()


@pytest.mark.parametrize(("difference", "sign", "shown"), [
    (0.1318, "+", "+13.2"), (-0.012, "+", "−1.2"), (0.034, "", "3.4"), (0.0, "", "0.0"), (0.0004, "", "0.04"),
    (-0.00004, "", "−0.004"), (0.0004, "+", "+0.04"),
])
def test_points(difference: float, sign: str, shown: str) -> None:
    assert points(difference, sign=sign) == shown


def worded(found: list[Message]) -> list[str]:
    return [render(one) for one in found]


def test_baselines(inputs: Inputs) -> None:
    texts, entities = inputs.tasks()
    assert worded(baseline_remarks(texts)) == [
        "The scratch model (accuracy 0.711) scores below the baseline “TF-IDF + logistic regression” (0.760, −4.9 "
        "(−6.9 to −2.9))."]
    assert worded(baseline_remarks(entities)) == [
        "Every arm beats every baseline; the best baseline is “most frequent tag per word” (0.550)."]
    name = "metrics/reviews.json"
    inputs.edit(name, "baseline_comparisons", "majority", "scratch", value=difference(0.211, -0.01, 0.3))
    inputs.edit(name, "baseline_comparisons", "tfidf_logistic_regression", "full", value=difference(0.0, 0.0, 0.0, 1.0))
    assert worded(baseline_remarks(inputs.tasks()[0])) == [
        "The difference between the pre-trained model (accuracy 0.841) and the baseline “TF-IDF + logistic regression” "
        "(0.760, +0.0 (0.0 to 0.0)) is inconclusive.",
        "The scratch model (accuracy 0.711) scores below the baseline “TF-IDF + logistic regression” (0.760, −4.9 "
        "(−6.9 to −2.9)).",
        "The difference between the scratch model (accuracy 0.711) and the baseline “majority class” (0.500, +21.1 "
        "(−1.0 to 30.0)) is inconclusive."]
    inputs.edit(name, "baseline_comparisons", "majority", "scratch", value=difference(-0.2, -0.3, -0.1))
    assert ("scores below the baselines “TF-IDF + logistic regression” (0.760, −4.9 (−6.9 to −2.9)) and “majority "
            "class” (0.500, −20.0 (−30.0 to −10.0))") in worded(baseline_remarks(inputs.tasks()[0]))[1]


def test_a_baseline_is_shown_over_the_seeds_from_which_the_difference_is(inputs: Inputs) -> None:
    """Every seed fits it to its own rows: where a run failed, its difference is without that seed, and so its score."""
    name = "metrics/reviews.json"
    inputs.edit(name, "draws", value=2)
    assert "a difference is over those seeds alone" not in inputs.build()["details/reviews.md"]
    inputs.edit(name, "cells", "scratch-2", "failed", value=True)  # the mean is then that of the first run, 0.710
    inputs.edit(name, "baseline_comparisons", "tfidf_logistic_regression", "scratch", value=difference(
        -0.08, -0.1, -0.06))
    texts, _ = inputs.tasks()
    assert worded(baseline_remarks(texts))[0] == (
        "The scratch run (accuracy 0.710) scores below the baseline “TF-IDF + logistic regression” (0.790 with "
        "the same seeds, −8.0 (−10.0 to −6.0)).")
    details = inputs.build()["details/reviews.md"]
    assert ("Each seed fits them to the rows that it drew: their scores are means over all seeds, and a difference is "
            "over those seeds alone whose run of the arm trained") in details


def test_the_draw_of_the_training_rows_is_told_once(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path, Grid(tasks=("reviews",), tunings=("full", "head", "lora"), seeds=(1, 2)))
    inputs.edit("metrics/reviews.json", "draws", value=2)
    files = inputs.build()
    for name in ("report.md", "details/reviews.md"):
        assert files[name].count("Every seed drew its own 640 training texts") == 1
    inputs.edit("metrics/reviews.json", "comparisons", "lora", "recipe", value=False)  # which says another thing of it
    assert inputs.build()["report.md"].count("Every seed drew its own 640 training texts") == 2


def test_holm_by_hand() -> None:
    # The smallest times 4, the next times 3, ...; never below one before it, never above 1.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9))
def test_holm_rejects_what_the_step_down_procedure_rejects(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    rejecting = True
    for rank, place in enumerate(order):
        rejecting = rejecting and p_values[place] * (len(p_values) - rank) < 0.05
        assert (adjusted[place] < 0.05) == rejecting
        assert p_values[place] <= adjusted[place] <= 1


def test_a_verdict_that_does_not_survive_the_correction_is_inconclusive(inputs: Inputs) -> None:
    inputs.compare(difference=0.02, low=0.001, high=0.039, p_value=0.04)
    assert inputs.tasks()[0].comparisons["full"].verdict == "helps"  # the other task's p is small
    inputs.edit("metrics/entities.json", "comparisons", "full", "p_value", value=0.03)
    texts, entities = inputs.tasks()
    for task in (texts, entities):
        assert task.comparisons["full"].verdict == "cannot_tell"
        assert task.comparisons["full"].p_value_holm == pytest.approx(0.06)
    sentence = render(verdict(texts, "full"))
    assert sentence.startswith("The effect of pre-training on REVIEWS is inconclusive")
    assert "(95 % interval 0.1 to 3.9, 2 seeds" in sentence  # which does not contain zero
    assert sentence.endswith("p = 0.040, 0.060 after Holm's correction for 2 comparisons).")
    assert json.loads(inputs.build()["metrics.json"])["reviews"]["verdict-full"] == "cannot_tell"


def test_of_single_runs_a_baseline_is_beaten_in_these_runs_alone(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path, Grid(tasks=("entities",), tunings=("full",), seeds=(1, 2, 3)))
    name, baseline = "metrics/entities.json", ("baseline_comparisons", "most_frequent_tag")
    everywhere, scratch = "(95 % interval; among", "(95 % interval, of an arm with a single run that trained over test"
    compared = {"pretrained": 0.7, "scratch": 0.5, **difference(0.2, 0.1, 0.3)}

    def told(**recipe: bool) -> str:
        inputs.edit(name, "slices", value=[{"split": "test_mismatched", "genre": "", "rows": 600, "comparisons": {
            "full": compared | {"recipe": recipe["full"] and recipe["scratch"]}}}])
        for arm, one in recipe.items():
            inputs.edit(name, *baseline, arm, "recipe", value=one)
        remark, = worded(baseline_remarks(inputs.tasks()[0]))
        return f"{remark}\n{inputs.build()['details/entities.md']}"

    found = told(full=True, scratch=True)
    assert found.startswith("Every arm beats every baseline; ")
    assert found.count(everywhere) == 3  # in the captions of baselines, of further test sets and of the error analysis
    for seed in (2, 3):
        inputs.edit(name, "cells", f"scratch-{seed}", "failed", value=True)
    found = told(full=True, scratch=False)
    assert found.startswith("In these runs, every arm beats every baseline; ")
    assert found.count(scratch) == 1
    assert found.count("(95 % interval over test rows alone; among") == 1
    assert "(95 % interval over test rows alone; among" not in told(full=True, scratch=True)
    inputs.edit(name, *baseline, "scratch", value=difference(-0.2, -0.3, -0.1) | {"recipe": False})
    assert worded(baseline_remarks(inputs.tasks()[0]))[0].startswith("The scratch run (entity F1 0.710) scores below")


@pytest.mark.parametrize("missing", [("majority",), ("majority", "full")])
def test_baselines_without_their_comparisons_are_refused(inputs: Inputs, missing: tuple[str, ...]) -> None:
    inputs.edit("metrics/reviews.json", "baseline_comparisons", *missing, value=None)
    refused(inputs, "metrics/reviews.json", f"missing {missing[-1]}")


def finding(name: str = "failed_arm", severity: str = "severe", about: str = "scratch",
            taints: tuple[str, ...] = ("scratch",), evidence: str = "2 of 2 runs failed") -> dict[str, Any]:
    return {"name": name, "severity": severity, "about": about, "taints": list(taints),
            "evidence": said(evidence),
            "reason": said("nothing was trained"), "remedy": said("train")}


def said(text: str) -> dict[str, Any]:
    """A message that says so in every language."""
    return {"identifier": "listed", "values": {"texts": [text]}}


def test_caveats(inputs: Inputs) -> None:
    few = ("The spread between seeds is estimated from 2 runs per arm; 5 or more would give a narrower and more "
           "reliable interval.")
    assert worded(caveats(inputs.tasks()[0])) == [few]
    for groups, told in ((301, []), (300, ["The 600 test texts come from 300 groups of rows; these are the "
                                           "independent units of the intervals."])):
        inputs.edit("metrics/reviews.json", "test_groups", value=groups)
        assert worded(caveats(inputs.tasks()[0])) == [*told, few]
    inputs.edit("metrics/reviews.json", "synthetic_checkpoint", value=True)
    assert worded(caveats(inputs.tasks()[0]))[0] == (
        "The checkpoint small was pre-trained on the synthetic sample text, so it is not comparable to published "
        "encoders. For a result on real text, set tasks.reviews.checkpoint in params.yaml to a published one, such as "
        "klue/bert-base or roberta-base.")
    inputs.edit("metrics/reviews.json", "test_groups", value=40)
    assert worded(caveats(inputs.tasks()[0]))[1] == (
        "The 600 test texts come from 40 groups of rows; these are the independent units of the intervals.")


def test_seeds_are_counted_that_trained(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path, Grid(tasks=("entities",), tunings=("full",), seeds=(1, 2, 3, 4, 5)))

    def told() -> tuple[list[str], str]:
        task, = inputs.tasks()
        return worded(caveats(task)), render(verdict(task, "full"))

    found, sentence = told()
    assert found == []
    assert "5 seeds × 600 test sentences" in sentence
    for cell in ("pretrained-full-1", "scratch-2", "scratch-3", "scratch-4"):
        inputs.edit("metrics/entities.json", "cells", cell, "failed", value=True)
    found, sentence = told()
    assert found == ["The spread between seeds is estimated from only 2 runs of an arm, as others failed to train; 5 "
                     "or more would give a narrower and more reliable interval."]
    assert "2 seeds × 600 test sentences" in sentence


@pytest.mark.parametrize(("varies", "told"), [
    ("order", ["Seeds vary the order of the training rows and dropout alone, so the intervals do not cover other "
               "initial weights."]),
    ("weights", ["Seeds vary the initial weights alone, so the intervals do not cover another order of the training "
                 "rows or other dropout."]), ("both", [])])
def test_what_seeds_do_not_vary_is_a_caveat(inputs: Inputs, varies: str, told: list[str]) -> None:
    for cell in inputs.grid.cells:
        inputs.edit("metrics/reviews.json", "cells", cell, "settings", "seed_varies", value=varies)
    assert worded(caveats(inputs.tasks()[0]))[:-1] == told  # the last is on the number of seeds


@pytest.mark.parametrize(("f1", "reverse"), [
    ((0.2, 0.85), ["It is the other way round on 긍정, where pre-trained has the higher F1: 0.850 (pre-trained), 0.682 "
                   "(scratch)."]), ((0.2, 0.69), []), ((0.9, 0.85), [])])
def test_the_widest_gap_and_the_one_the_other_way_round(
    inputs: Inputs, f1: tuple[float, float], reverse: list[str]
) -> None:
    labels = list(inputs.tasks()[0].arms[0].on_test[0].per_class)
    for seed in (1, 2):
        for label, value in zip(labels, f1, strict=True):
            inputs.edit("metrics/reviews.json", "cells", f"pretrained-full-{seed}", "details", "after", "test",
                        "per_class", label, "f1", value=value)
    assert worded(list(content._widest_gap(inputs.tasks()[0]))) == [
        f"By class, the gap is widest on {labels[0]}: F1 {f1[0]:.3f} (pre-trained) against 0.682 (scratch).", *reverse]


def test_a_severe_finding_withholds_the_verdict_of_the_comparisons_that_it_taints(inputs: Inputs) -> None:
    inputs.find("reviews", finding())
    texts, entities = inputs.tasks()
    assert (texts.comparisons["full"].verdict, entities.comparisons["full"].verdict) == (
        "cannot_tell", "helps")
    sentence = render(verdict(texts, "full"))
    assert sentence.startswith("There is no verdict on pre-training on REVIEWS: accuracy 0.841 against 0.711")
    assert sentence.endswith(" The verdict is withheld: failed arm: 2 of 2 runs failed.")
    assert json.loads(inputs.build()["metrics.json"])["reviews"]["verdict-full"] == "withheld"


@pytest.mark.parametrize("changes", [{"severity": "warning"}, {"taints": ("head",)}, {"taints": ()}])
def test_other_findings_leave_the_verdict(inputs: Inputs, changes: dict[str, Any]) -> None:
    inputs.find("reviews", finding(**changes))
    assert inputs.tasks()[0].comparisons["full"].verdict == "helps"


def test_a_win_over_an_arm_with_a_smaller_budget_is_said_to_be_of_this_budget(inputs: Inputs) -> None:
    """In the sentence, the table, the page and in Korean; the export's card has the same sentence."""
    short = finding("smaller_budget", "warning", evidence="57 steps of scratch against 150 of full")
    inputs.find("reviews", short)
    task = inputs.tasks()[0]
    sentence = render(verdict(task, "full"))
    assert sentence.startswith("Pre-training helps on REVIEWS, at least for this budget: accuracy 0.841 against 0.711")
    assert sentence.endswith(
        " A larger budget might raise the score of the losing arm: smaller budget: 57 steps of scratch against 150 of "
        "full.")
    files = inputs.build()
    page = Page(files["index.html"]).text
    for text in (page, markdown_of(files)):
        assert "helps (this budget)" in text
        assert "at least for this budget" in text
    assert "적어도 이 학습 예산에서는, 사전 학습은 도움이 되었습니다" in page
    assert "더 작은 학습 예산: 57 steps" in page  # as the finding has it
    assert 'class="verdict helps"' in files["index.html"]
    for change in ({"taints": ("full",), "about": "full"}, {"severity": "note"}, {"name": "loses_to_a_baseline"}):
        inputs.find("reviews", short | change)
        assert "budget" not in render(verdict(inputs.tasks()[0], "full"))


def test_a_finding_about_one_pre_trained_arm_leaves_the_other(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path, Grid(
        tasks=("reviews",), tunings=("full", "head"), seeds=(1, 2), asked={"adapted": ("reviews",)}))
    for key, value in {"low": 0.005, "p_value": 0.001}.items():
        inputs.edit("metrics/reviews.json", "further_comparisons", "adapted", key, value=value)
    verdicts = {}
    for arm in ("full", "head", "adapted", "scratch"):
        inputs.find("reviews", finding(about=arm, taints=(arm,)))
        task = inputs.tasks()[0]
        verdicts[arm] = [judged.verdict for judged in task.verdicts.named.values()]
    no, yes, above = "cannot_tell", "helps", "above_scratch"
    assert verdicts == {"full": [no, above, yes, no], "head": [yes, no, yes, yes], "adapted": [yes, above, no, no],
                        "scratch": [no, no, no, yes]}


def test_findings_stand_in_page_and_markdown_and_severe_ones_in_the_summary(inputs: Inputs) -> None:
    inputs.find("reviews", finding(evidence="<b>2</b> | runs"), finding(
        "collapsed", "warning", "scratch-2", evidence="ended at 0.500"))
    assert not any("(failed)" in text for text in inputs.build().values())  # evaluate says so, not a finding
    inputs.edit("metrics/reviews.json", "cells", "scratch-2", "failed", value=True)
    files = inputs.build()
    page = Page(files["index.html"]).text
    for text in (page, markdown_of(files)):
        assert "What may mislead" in text
        assert "ended at 0.500" in text
        assert "finished (failed)" in text
    assert "<b>2</b> | runs" in page  # as text
    assert "<b>2" not in files["index.html"]
    assert "&lt;b&gt;2&lt;/b&gt; \\| runs" in markdown_of(files)
    assert "0.682 to 0.742 | collapsed |" in markdown_of(files)  # beside the score of scratch-2 on test
    inputs.find("reviews")
    assert markdown_of(inputs.build()).count("nothing suspicious found") == 2


def test_lists_of_arms_whose_names_have_commas_are_read_in_one_way_alone(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path, Grid(tasks=("reviews",), tunings=("full", "head"), seeds=(1, 2)))
    inputs.find("reviews", finding("overfitted", "warning", about="full, head, scratch", taints=("full", "head")))
    arms = "(pre-trained, full; pre-trained, head; scratch)"
    files = inputs.build()
    report, = (text for name, text in files.items() if name.endswith("report.md"))
    assert report.count(arms) == 1 + 1 + 2  # what the first comparison means, the list, a row for each comparison
    assert arms[1:-1] in files["details/reviews.md"]


def test_findings_on_other_results_are_refused(inputs: Inputs) -> None:
    inputs.tasks()
    inputs.compare(difference=0.5)
    metrics, findings = (folder / "reviews.json" for folder in (inputs.paths.metrics, inputs.paths.findings))
    with pytest.raises(UserError, match="expected findings on .*reviews.json as it is, found those on other results"):
        read_findings(findings, "reviews", metrics)
    inputs.find_anew()
    with pytest.raises(UserError, match="expected verdicts on .*reviews.json as it is, found those on other results"):
        inputs.read()


@pytest.mark.parametrize(("changes", "found"), [
    ({"difference": -0.13}, "difference"), ({"low": 0.12}, "low"), ({"high": 0.9}, "high"),
    ({"p_value": 0.2}, "p_value"),
    ({"means": [0.711, 0.841]}, "means"), ({"verdict": "hurts"}, "verdict"), ({"recipe": False}, "recipe"),
    ({"verdict": "hurts", "difference": -0.4, "low": -0.5, "high": -0.3, "means": [0.4, 0.8]}, "difference")])
def test_a_judgement_that_contradicts_its_metrics_is_refused(
    inputs: Inputs, changes: dict[str, Any], found: str
) -> None:
    """The digests are those of the files, as after an edit of the verdicts."""
    inputs.tasks()
    for name, value in changes.items():
        inputs.edit("verdicts.json", "tasks", "entities", "comparisons", "full", name, value=value)
    with pytest.raises(UserError, match=f"verdicts.json: tasks.entities.full.{found}: expected what follows from "
                                        ".*metrics/entities.json, found .*; run `dvc repro`$"):
        inputs.read()


def test_a_comparison_without_a_judgement_is_refused(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path, Grid(tasks=("reviews",), tunings=("full",), seeds=(1, 2),
                                   asked={"adapted": ("reviews",)}))
    inputs.tasks()
    inputs.edit("verdicts.json", "tasks", "reviews", "further", "adapted", "low", value=0.01)
    with pytest.raises(UserError, match="tasks.reviews.adaptation.low: expected what follows from"):
        inputs.read()
    inputs.edit("verdicts.json", "tasks", "reviews", "further", value=None)
    with pytest.raises(UserError, match=r"tasks.reviews: comparisons are not those of .*missing adapted"):
        inputs.read()


def test_the_report_says_how_each_arm_was_trained(inputs: Inputs) -> None:
    assert ("| epochs | 8 | 8 |\n| recipe method | full | full |\n| recipe lr factor (already in lr) | 1.0 | 1.0 |\n"
            in markdown_of(inputs.build()))
    task = inputs.grid.tasks[0]
    inputs.edit(f"metrics/{task}.json", "cells", inputs.grid.cells[-1], "settings", "epochs", value=1)
    inputs.edit(f"metrics/{task}.json", "cells", inputs.grid.cells[-1], "settings", "patience", value=0)
    text = markdown_of(inputs.build())
    assert "| patience | – | –, not used |" in text
    assert "| epochs | 8 | 8, 1 |" in text  # no run's settings stand for those of another


def test_several_tunings(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path, Grid(tasks=("reviews",), tunings=("full", "head"), seeds=(1, 2)))
    inputs.compare(low=-0.01)
    inputs.edit("metrics/reviews.json", "cells", "pretrained-head-1", "trainable_parameters", value=1538)
    files = inputs.build()
    assert "The effect of pre-training (full) on REVIEWS is inconclusive" in markdown_of(files)
    assert ("Head-only tuning of the frozen encoder scores above training everything from scratch on REVIEWS"
            in files["index.html"])
    assert "1,234,567, 1,538 trained (pre-trained, head)" in markdown_of(files)
    numbers = json.loads(files["metrics.json"])["reviews"]
    assert (numbers["verdict-full"], numbers["verdict-head"]) == ("cannot_tell", "above_scratch")


HOSTILE = "<script>alert(1)</script>|`x`\u202e*b*[l](//e.x)\n$m$&amp;\"'\x07"


def test_no_text_from_data_breaks_the_report(inputs: Inputs) -> None:
    name = "metrics/reviews.json"
    usual = inputs.build()
    for keys, value in ((("title",), HOSTILE), (("checkpoint",), HOSTILE), (("labels",), [HOSTILE, "긍정"]),
                        (("language",), HOSTILE), (("baselines", HOSTILE), scores("single", 0.3)),
                        (("baseline_comparisons", HOSTILE), dict.fromkeys(
                            ("full", "scratch"), difference(0.4, 0.3, 0.5))),
                        (("cells", "scratch-1", "outcome"), HOSTILE)):
        inputs.edit(name, *keys, value=value)
    card = "cards/reviews.json"
    for keys, value in ((("dropped", "train", HOSTILE), 1), (("files", HOSTILE), {"bytes": 1, "sha256": HOSTILE}),
                        (("source",), HOSTILE), (("labels", "train", HOSTILE), 9)):
        inputs.edit(card, *keys, value=value)
    files = inputs.build()
    page, markdown = files["index.html"], markdown_of(files)
    shown = visible(HOSTILE)
    assert shown.count("<U+") == 3
    assert Page(page).text.count(shown) > 5
    assert scripts(page) == scripts(usual["index.html"])
    # The row of one more baseline, and nothing that a title or label has opened.
    assert len(Page(page).all("th", "td")) - len(Page(usual["index.html"]).all("th", "td")) == 5
    assert "<script" not in markdown
    assert markdown.count(markdown_text(shown)) > 5
    for text in files.values():
        unseen = {character for character in without_vega(text) if unicodedata.category(character) in ("Cf", "Cc")}
        assert unseen == {"\n"}
    for table in re.findall(r"(?:^\|.*\|\n)+", markdown, re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1
    chart = "".join(ElementTree.fromstring(files["plots/reviews-loss.svg"]).itertext())
    assert f"{shown[:47]}…: loss" in chart
    assert specs(page)[1]["spec"]["title"]["text"] == f"{shown[:47]}…: loss"


def without_vega(page: str) -> str:
    """A page up to the library that draws its charts anew."""
    return page.split("<script>\n")[0]


def specs(page: str) -> list[dict[str, Any]]:
    """What the charts of a page are drawn from, in English."""
    return [json.loads(found) for found in re.findall(
        r'<script type="application/json" data-chart="en">(.*?)</script>', page)]


def scripts(page: str) -> list[dict[str, str | None]]:
    return [attributes for _, attributes in Page(page).all("script")]


def test_markdown_text() -> None:
    assert markdown_text("a|b `c` <d> _e_ https://f.g & $h$") == (
        r"a\|b \`c\` &lt;d&gt; \_e\_ https&#58;//f.g &amp; \$h\$")


def test_page_needs_nothing_else_and_is_well_formed(inputs: Inputs) -> None:
    whole = inputs.build()["index.html"]
    text = without_vega(whole)
    page = Page(text)
    assert "http" not in text
    assert "@import" not in text
    assert not page.all("link", "img", "iframe", "object")
    assert scripts(whole) == [{"type": "application/json", "data-chart": language} for _ in range(7)
                              for language in ("en", "ko")] + [{"type": "application/json", "id": "names"}, {},
                                                  {"type": "text/plain", "id": "vega"}, {}]
    assert whole.count("</script>") == 18
    assert len(whole) < 1_000_000
    vega = re.findall(r'id="vega">(.*?)</script>', whole)[0]
    assert "figure:has(script[data-chart])" in zlib.decompress(base64.b64decode(vega)).decode()
    assert set(re.findall(r"url\((.)", text)) <= {"#"}
    assert page.all("html") == [("html", {"lang": "en"})]
    headings = [int(tag[1]) for tag, _ in page.all("h1", "h2", "h3", "h4")]
    assert headings[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(headings))
    assert all(attributes["scope"] in ("row", "col") for _, attributes in page.all("th"))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    charts = page.all("svg")
    assert len(charts) == 7
    assert all(attributes["role"] == "img" for _, attributes in charts)
    references = set(re.findall(r"(?:url\(|href=\")#([^\")]+)", text))
    references |= {name for _, attributes in page.tags for name in (attributes.get("aria-labelledby") or "").split()}
    assert references <= set(ids)


def test_charts_are_files_that_markdown_links(inputs: Inputs) -> None:
    files = inputs.build()
    links = [f"{Path(name).parent / link}" for name, text in files.items()
             for link in re.findall(r"!\[[^\]]+\]\((\S+)\)", text)]
    links = sorted(posixpath.normpath(link) for link in links)
    assert links == sorted(name for name in files if name.endswith(".svg"))
    for link in links:
        root = ElementTree.fromstring(files[link])
        assert root.tag == "{http://www.w3.org/2000/svg}svg"


def test_builds_are_the_same_bytes(inputs: Inputs, charts: dict[str, str]) -> None:
    first = inputs.build("first")
    charts.clear()  # they are drawn anew
    assert inputs.build("second") == first


def test_labels_stand_where_the_font_in_the_library_puts_them_whatever_the_machine_has() -> None:
    """No label may be measured by a font of the machine: that would move it on another."""
    drawn = chart("x", "Title", "", {"data": {"values": [{"a": "label", "b": 1}]}, "mark": "point", "encoding": {
        "x": {"field": "b", "type": "quantitative"}, "color": {"field": "a", "type": "nominal"}}})
    assert MEASURED not in drawn.file + drawn.inline + drawn.json()
    raw = vl_convert.vegalite_to_svg(drawn.spec(), vl_version=VERSION)
    assert set(re.findall(r'font-family="([^"]*)"', raw)) == {MEASURED}


def test_no_text_of_a_chart_is_cut_in_a_wider_font(inputs: Inputs) -> None:
    """In DejaVu Sans, which matplotlib brings, and whose letters are the widest of the usual fonts."""
    fonts = {weight: FT2Font(findfont(FontProperties(family="DejaVu Sans", weight=weight)))
             for weight in ("normal", "bold")}
    inputs.edit("metrics/reviews.json", "title", value="Reviews of Workshops and Machines, by their customers")
    drawn = {name: text for name, text in inputs.build().items() if name.endswith(".svg")}
    for name, text in drawn.items():
        root = ElementTree.fromstring(text)
        _, _, width, _ = map(float, root.attrib["viewBox"].split())
        for place, letters in texts_in(root):
            font = fonts["bold" if letters.get("font-weight") in ("600", "bold") else "normal"]
            font.set_size(float(letters.attrib["font-size"].removesuffix("px")), 72)
            font.set_text("".join(letters.itertext()))
            wide = font.get_width_height()[0] / 64
            left = place - wide * {"start": 0, "middle": 0.5, "end": 1}[letters.get("text-anchor", "start")]
            assert left >= 0, (name, letters.text)
            assert left + wide <= width, (name, letters.text)


def texts_in(node: ElementTree.Element, left: float = 0) -> Iterator[tuple[float, ElementTree.Element]]:
    """Every text of a drawing that is not turned, with its horizontal place."""
    left += float((re.findall(r"translate\(([-\d.]+)", node.get("transform", "")) or ["0"])[0])
    if node.tag.endswith("}text") and "rotate" not in node.attrib["transform"]:
        yield left, node
    for child in node:
        yield from texts_in(child, left)


def test_numbers_of_an_axis_stand_apart() -> None:
    """As a page draws them: 30 and 35 would be three pixels apart, as the last ends with the axis."""
    x = {"field": "low", "type": "quantitative", "title": "points", "axis": {"tickCount": 5}}
    drawn = chart("toy", "Toy", "A toy.", {
        "width": 150, "height": 26, "data": {"values": [{"low": 0, "high": 35}]}, "mark": "rule",
        "encoding": {"x": x, "x2": {"field": "high"}}})
    labels = re.findall(r"translate\((\d+)[^>]*opacity=\"1\"[^>]*>(\d+)</text>",
                        vl_convert.vegalite_to_svg(drawn.spec(), vl_version=VERSION))
    assert [number for _, number in labels] == ["0", "10", "20", "30"]


def test_a_chart_in_another_language_has_the_rows_of_the_english_one_and_its_words_by_column() -> None:
    rows = [{"arm": message("arm-scratch"), "told": "scratch", "x": 1}, {"arm": "constructor", "told": "", "x": 2}]
    drawn = chart("x", message("chart-loss", task="NSMC"), "", {"data": {"name": "rows", "values": rows}})
    english, korean = json.loads(drawn.json()), json.loads(drawn.json("ko"))
    assert english["columns"] == {"arm": [0, 1], "told": [0, 1], "x": [1, 2]}
    assert english["words"] == {"arm": ["scratch", "constructor"], "told": ["scratch", ""]}
    assert korean["words"] == {"arm": ["처음부터 학습", "constructor"], "told": ["scratch", ""]}
    assert "columns" not in korean
    assert korean["spec"]["data"] == {"name": "rows"}
    assert korean["spec"]["title"] == {"text": "NSMC: 손실"}
    assert drawn.template["data"]["values"] == rows


def test_a_chart_has_every_value_and_can_be_asked_for_it(inputs: Inputs) -> None:
    """Points of all runs are in the specification, with a tooltip, and the legend chooses among the arms."""
    found = next(found for found in specs(inputs.build()["index.html"])
                 if found["spec"]["title"]["text"] == "REVIEWS: loss")
    spec, columns = found["spec"], found["columns"]
    with (inputs.folder / "curves" / "reviews.csv").open(encoding="utf-8", newline="") as stream:
        measured = [(row["cell"], float(row[column])) for row in csv.DictReader(stream)
                    for column in ("batch_loss", "validation_loss") if row[column]]
    assert sorted(columns["y"]) == sorted(round(value, 6) for _, value in measured)
    lines, dots = spec["layer"]
    assert [(one["name"], one["select"]["fields"], one["bind"]) for one in lines["params"]] == [
        ("chosen", ["arm"], "legend"), ("seeds", ["seed"], "legend")]
    assert [(field["field"], field["title"]) for field in dots["encoding"]["tooltip"]] == [
        ("arm", "arm"), ("seed", "seed"), ("x", "step"), ("y", "loss on validation")]
    assert lines["encoding"]["opacity"]["condition"]["test"] == {"and": [{"param": "chosen"}, {"param": "seeds"}]}
    shapes = dots["encoding"]["shape"]["scale"]
    assert shapes["domain"] == [1, 2]
    assert len(set(shapes["range"])) == 2  # seeds are told apart


def test_other_epochs_are_told_beside_the_comparison(inputs: Inputs) -> None:
    told = [render(verdict(task, *task.comparisons)) for task in inputs.tasks()]
    assert not any("Training budgets differ" in text for text in told)  # 8 epochs of both
    for seed in (1, 2):
        inputs.edit("metrics/reviews.json", "cells", f"scratch-{seed}", "settings", "epochs", value=12)
    reviews, entities = (verdict(task, *task.comparisons) for task in inputs.tasks())
    assert "). Training budgets differ: 8 epochs of pre-trained against 12 of scratch." in render(reviews)
    korean = "학습 예산이 다릅니다. ‘사전 학습’ 8에포크, ‘처음부터 학습’ 12에포크입니다."
    assert korean in render(reviews, "ko")
    assert "Training budgets differ" not in render(entities)


def test_what_is_hollow_has_a_key(inputs: Inputs) -> None:
    """In the differences an open verdict; in confidence and accuracy a bin of fewer than 20 predictions per seed."""
    names = ("differences", "reviews-reliability")
    keys = [all_charts(inputs.tasks())[name].spec()["title"].get("subtitle") for name in names]
    assert keys == [None, ["diagonal: confidence equals accuracy"]]
    inputs.compare(**difference(0.01, -0.05, 0.07, 0.6))
    for seed, few in ((1, 19), (2, 20)):
        for name, first, last in (("rows", few, 600 - few), ("confidence", 0.1, 0.95), ("accuracy", 0.2, 0.8)):
            inputs.edit("metrics/reviews.json", "cells", f"scratch-{seed}", "details", "after", "test", "reliability",
                        name, value=[first, *[0] * 13, last])
    drawn = all_charts(inputs.tasks())
    keys = [drawn[name].spec()["title"].get("subtitle") for name in names]
    assert keys == [["hollow: inconclusive or withheld"],
                    ["diagonal: confidence equals accuracy", "hollow: fewer than 20 predictions per seed"]]
    rows = drawn["reviews-reliability"].spec()["data"]["values"]
    assert [row["rows"] for row in rows if row["few"]] == [39]


def test_many_runs_are_a_mean_in_a_band_and_single_ones_on_request(tmp_path: Path) -> None:
    made = Inputs(tmp_path, Grid(tasks=("reviews",), tunings=("full", "head", "lora"), seeds=(1, 2)))
    made.edit("metrics/reviews.json", "cells", "scratch-2", "failed", value=True)
    files = made.build()
    for name in ("loss", "accuracy"):
        spec, columns = next((found["spec"], found["columns"]) for found in specs(files["index.html"])
                             if found["spec"]["title"]["text"].startswith(f"REVIEWS: {name}"))
        assert spec["title"]["subtitle"] == "lines: means over seeds that trained; bands: lowest to highest seed"
        assert columns["trained"].count(0) == columns["trained"].count(1) / 7
        band, mean, dots, runs = spec["layer"][:4]
        aggregated = next(step["aggregate"] for step in mean["transform"] if "aggregate" in step)
        assert [one["as"] for one in aggregated] == ["mean", "low", "high", "runs"]
        assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("low", "high")
        assert [field["field"] for field in dots["encoding"]["tooltip"]] == ["arm", "x", "mean", "low", "high"]
        # Single runs: of the arm alone that the legend chooses or the pointer is on.
        assert runs["encoding"]["detail"]["field"] == "seed"
        assert runs["encoding"]["opacity"] == {"value": 0, "condition": {"value": 1, "test": {"or": [
            {"param": "chosen", "empty": False}, {"param": "pointed", "empty": False}]}}}
    few = Inputs(tmp_path / "few", Grid(tasks=("reviews",), tunings=("full",), seeds=(1, 2, 3)))
    assert "lines: means over seeds" not in few.build()["index.html"]


def test_left_over_files_are_not_read(inputs: Inputs) -> None:
    first = inputs.build()
    for name in ("metrics/mnli.json", "curves/mnli.csv", "cards/mnli.json", "cards/mnli.encoding.json"):
        (inputs.folder / name).write_text("left from another grid", "utf-8")
    (inputs.folder / "out" / "plots" / "mnli-loss.svg").write_text("left from another grid", "utf-8")
    assert inputs.build() == first
    assert not (inputs.folder / "out" / "plots" / "mnli-loss.svg").exists()


@pytest.mark.parametrize(
    ("name", "keys", "value", "problem"),
    [
        ("metrics/reviews.json", ("cells", "scratch-2"), None, "missing scratch-2"),
        ("metrics/reviews.json", ("cells", "scratch-3"), "copy", "left over scratch-3"),
        ("metrics/reviews.json", ("comparisons", "full"), None, "missing full"),
        ("metrics/reviews.json", ("task",), "mnli", "is about the task 'mnli'"),
        ("metrics/reviews.json", ("metric",), "loss",
         "metric: Value error, expected accuracy or entity_f1, found 'loss'"),
        ("metrics/reviews.json", ("cells", "scratch-2", "steps"), None, "cells.scratch-2.steps: Field required"),
        ("metrics/reviews.json", ("comparisons", "full", "recipe"), "maybe", "comparisons.full.recipe"),
        ("cards/reviews.json", ("kept",), None, "kept: Field required"),
    ],
)
def test_refused(inputs: Inputs, name: str, keys: tuple[str, ...], value: Any, problem: str) -> None:
    if value == "copy":
        value = json.loads((inputs.folder / name).read_text("utf-8"))["cells"]["scratch-2"]
    inputs.edit(name, *keys, value=value)
    refused(inputs, name, problem)


@pytest.mark.parametrize("name", ["metrics/reviews.json", "curves/entities.csv", "cards/reviews.json",
                                  "cards/entities.encoding.json"])
def test_a_missing_file_is_refused(inputs: Inputs, name: str) -> None:
    (inputs.folder / name).unlink()
    refused(inputs, name, "no such file")


def test_curves_of_other_cells_are_refused(inputs: Inputs) -> None:
    inputs.write_curves("reviews", [*GRID.cells[:-1], "scratch-7"])
    refused(inputs, "curves/reviews.csv", "missing scratch-2; left over scratch-7")


def test_curves_that_are_no_numbers_are_refused(inputs: Inputs) -> None:
    path = inputs.paths.curves / "reviews.csv"
    path.write_text(path.read_text("utf-8").replace("0.6", "much", 1), "utf-8")
    refused(inputs, "curves/reviews.csv:3", "not a row of learning curves")


def refused(inputs: Inputs, place: str, problem: str) -> None:
    with pytest.raises(UserError) as error:
        inputs.build()
    message = str(error.value)
    assert place in message
    assert problem in message
    assert "dvc repro" in message
    assert "\n" not in message
    assert not (inputs.folder / "out").exists()


MARK = "SYNTHETIC SAMPLE"


def test_no_banner_on_real_data(inputs: Inputs) -> None:
    assert not [name for name, text in inputs.build().items() if "synthetic sample" in text.lower()]


def test_synthetic_is_said_on_one_ribbon_and_once_per_task(inputs: Inputs) -> None:
    for task in GRID.tasks:
        inputs.edit(f"metrics/{task}.json", "synthetic", value=True)
    files = inputs.build()
    assert json.loads(files["metrics.json"])["synthetic"] is True
    page = files["index.html"]
    assert page.count('class="ribbon"') == 1
    assert re.findall(r'<h2 id="(\w+)">[^\n]*<span class="mark">', page) == list(GRID.tasks)
    assert page.count('class="mark"') == len(GRID.tasks)
    assert files["report.md"].count("Synthetic sample: the pipeline wrote the texts of all tasks") == 1
    for task in GRID.tasks:
        assert files[f"details/{task}.md"].splitlines()[0].endswith("(synthetic sample)")
    assert all("synthetic" in text for name, text in files.items() if name.endswith(".svg"))


def test_only_the_synthetic_task_is_marked(inputs: Inputs) -> None:
    inputs.edit("metrics/entities.json", "synthetic", value=True)
    files = inputs.build()
    assert "the texts of ENTITIES" in files["report.md"]
    assert re.findall(r'<h2 id="(\w+)">[^\n]*<span class="mark">', files["index.html"]) == ["entities"]
    assert "ynthetic" not in files["details/reviews.md"]


def test_verdicts_in_korean_and_over_all_tasks(inputs: Inputs) -> None:
    inputs.build()
    report.write_report(inputs.paths, inputs.grid, ReportSettings(language="ko"))
    details = (inputs.paths.out_details / "reviews.md").read_text("utf-8").replace("\\~", "~")
    files = {"index.html": inputs.paths.out_page.read_text("utf-8")}
    sentence = ("REVIEWS에서 사전 학습은 도움이 되었습니다: 정확도 0.841, 무작위 가중치에서는 0.711, "
                "차이 +13.0 %p (95 % 신뢰구간 9.8 ~ 16.4, 시드 2개 × 테스트 텍스트 600개, "
                "비교 2개에 대한 Holm 보정 전후 모두 p &lt; 0.001).")
    assert sentence in details
    assert sentence.replace("95 %", "95\u00a0%").replace(" %p", "\u00a0%p") in files["index.html"]
    answer = "작업 2개 모두에서 사전 학습이 도움이 되었습니다."
    assert f"**{answer} " in inputs.paths.out_markdown.read_text("utf-8")
    assert f'<span lang="ko">{answer} ' in files["index.html"]


def first_line(text: str) -> str:
    """The answer of the summary."""
    return text.split("**")[1]


@pytest.mark.parametrize(("comparison", "expected"), [
    ({}, "Pre-training helped on all 2 tasks, by 12.0 to 13.0 points over the same models trained from random "
         "weights."),
    ({"low": -0.02, "p_value": 0.5}, "Pre-training helped on ENTITIES and has an inconclusive effect on REVIEWS."),
    ({"difference": -0.1, "low": -0.2, "high": -0.05}, "Pre-training helped on ENTITIES and hurt on REVIEWS."),
])
def test_the_first_line_is_the_answer(inputs: Inputs, comparison: dict[str, Any], expected: str) -> None:
    inputs.compare(**{"difference": 0.12} | comparison)
    files = inputs.build()
    assert first_line(files["report.md"]) == expected
    page = files["index.html"]
    assert page.index(expected) < page.index('data-chart="en"') < page.index("REVIEWS, made by hand")


def test_what_a_result_means_is_said_in_counts(inputs: Inputs) -> None:
    """0.841 and 0.711 of 1,000, and what chance has to do with it."""
    text = inputs.build()["report.md"]
    assert ("Out of every 1,000 test texts (600 were tested), the model that starts from the pre-trained checkpoint "
            "labels 841 correctly; the same model trained from random weights labels 711 correctly. Always answering "
            "the most frequent label would get 500 right. Chance between seeds and test examples does") in text
    inputs.compare(scratch=0.3575)  # both rounded alike, as 0.3575 is a little less in binary
    text = inputs.build()["report.md"]
    assert "against 0.357 from random weights" in text
    assert "trained from random weights labels 357 correctly" in text
    inputs.find("reviews", finding())
    assert "No conclusion is drawn, because of: failed arm" in inputs.build()["report.md"]


def test_the_summary_is_short_and_links_the_details_and_the_page(inputs: Inputs) -> None:
    inputs.find("reviews", finding(severity="warning"), finding("collapsed", "note", "scratch-2"))
    text = inputs.build()["report.md"]
    assert len(text.encode()) < 6_000  # 12,000 for four tasks
    assert ("| [REVIEWS](details/reviews.md) | helps | +13.0 (9.8 to 16.4) | "
            "accuracy: pre-trained 0.841, scratch 0.711 | "
            "warning: failed arm (scratch), 1 more |") in text
    assert "(index.html#reviews)" in text


def test_settings_that_differ_between_the_arms_stand_apart_from_all(inputs: Inputs) -> None:
    assert "trained with the same settings" in inputs.build()["details/reviews.md"]
    for seed in (1, 2):
        inputs.edit("metrics/reviews.json", "cells", f"scratch-{seed}", "settings", "lr", value=0.002)
    text = inputs.build()["details/reviews.md"]
    assert "trained with the same settings" not in text
    table = text.split("Settings that differ between the arms")[1].split("\n\n")[1]
    assert [line for line in table.splitlines() if "epochs" in line] == []
    assert "| lr | 0.001 | 0.002 |" in table


def test_calibration_has_counts_and_the_confusion_matrix_is_shaded(inputs: Inputs) -> None:
    inputs.edit("metrics/reviews.json", "cells", "scratch-1", "temperature_scaling", value={
        "temperature": 2.5, "loss": 0.3, "calibration_error": 0.012})
    files = inputs.build()
    assert "| scratch | 1 | 2.500 | 0.400 → 0.300 | 0.046 → 0.012 |" in files["details/reviews.md"]
    assert "| scratch | 2 | – | 0.400 | 0.046 |" in files["details/reviews.md"]  # validation gives none
    # 600 rows of each of two seeds in the last of 15 bins; 210 of 300 of the first label.
    assert "| 0.93–1.00 | 1,200 | 0.800 | 1,200 | 0.800 |" in files["details/reviews.md"]
    assert 'style="--heat:0.70">420 (70.0 %)</td>' in files["index.html"]


def untold(page: str) -> list[str]:
    """Captions, headings and paragraphs of a page that stand there in English alone; without what only data say."""
    text = re.sub(r"<style>.*?</style>|<svg.*?</svg>|<script.*?</script>", "", without_vega(page), flags=re.DOTALL)
    blocks = re.findall(r'<(?:p|caption|dt|th scope="col"|h3|li)(?: class="\w+")?>(.*?)</(?:p|caption|dt|th|h3|li)>',
                        text, flags=re.DOTALL)
    said = (re.sub("<[^>]*>", "", re.sub(r'<span class="mark">.*?</span></span>', "", block)) for block in blocks
            if 'lang="ko"' not in block and "<input" not in block and "<a " not in block)
    return [line for line in said if re.search("[A-Za-z]{2}", line)]


def test_everything_that_the_report_says_is_there_in_korean(inputs: Inputs) -> None:
    inputs.find("reviews", finding(), finding("leaked_rows", "warning", "test"))
    page = inputs.build()["index.html"]
    # Those that hold a name of the data: a label's.
    assert set(untold(page)) <= {"F1", "good", "bad", "LOC", "PER"}
    assert page.count('<span lang="ko">') > 300


def test_words_of_the_data_are_never_translated(inputs: Inputs) -> None:
    """A label or a text may be called as a word of the report is."""
    row = {"guid": "test:1", "gold": "Score", "wrong": "Data", "chance": 0.9, "text": "train"}
    inputs.edit("errors/reviews.json", "missed_by_all", value={"count": 1, "rows": [row]})
    inputs.edit("errors/reviews.json", "texts_shown", value=True)
    page = inputs.build()["index.html"]
    for told in ("test:1", "Score", "Data", "train"):
        assert f'<td class="text">{told}</td>' in page


@pytest.mark.parametrize(("language", "absent"), [("ko", r"[A-Za-z]{3,} [a-z]{3,} [a-z]{3,}"), ("en", "[가-힣]")])
def test_the_summary_is_in_one_language(inputs: Inputs, language: str, absent: str) -> None:
    inputs.edit("metrics/reviews.json", "labels", value=["bad", "good"])
    inputs.find("reviews", finding())
    inputs.judge()
    report.write_report(inputs.paths, inputs.grid, ReportSettings(language=language))
    text = inputs.paths.out_markdown.read_text("utf-8")
    assert re.findall(absent, re.sub(r"!\[.*?\]|made by hand", "", text)) == []


def test_findings_stand_in_both_languages(inputs: Inputs) -> None:
    inputs.find("reviews", {
        "name": "leaked_rows", "severity": "warning", "about": "test", "taints": ["full", "scratch"],
        "evidence": {"identifier": "found-few-rows", "values": {"rows": 7}},
        "reason": {"identifier": "why-leaked-train", "values": {}}, "remedy": said("remove them")})
    page = inputs.build()["index.html"]
    for english, korean in (("leaked rows", "유출된 데이터"), ("warning", "경고"),
                            ("the test set has 7 rows", "테스트 데이터는 7건입니다"),
                            ("memorised rows inflate the score", "외운 데이터 때문에 점수가 부풀려집니다")):
        assert f'<span lang="en">{english}</span><span lang="ko">{korean}</span>' in page


def test_command_line(inputs: Inputs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    inputs.judge()
    monkeypatch.chdir(inputs.folder)
    lists = (f"tunings: [full]\nseeds: [1, 2]\n{NO_FURTHER_ARMS}train_sizes: []\n"
             "further_tests: {}\nreport: {language: ko}\n")
    Path("params.yaml").write_text(f"tasks: {{reviews: {{}}, entities: {{}}}}\n{lists}", "utf-8")
    flags = [part for name, path in vars(inputs.paths).items() for part in (f"--{name.replace('_', '-')}", str(path))]
    flags += ["--further", "reports/further"]
    assert report.main(flags) == 0
    told = capsys.readouterr().err
    assert told.startswith("작업")
    assert "도움이 됨  +13.0 (" in told
    assert re.search('value="ko"[^>]* checked', inputs.paths.out_page.read_text("utf-8"))
    Path("metrics/reviews.json").unlink()
    assert report.main(flags) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_genres_and_further_test_sets(inputs: Inputs) -> None:
    compared = {"pretrained": 0.7, "scratch": 0.61, **difference(0.09, -0.01, 0.19)}
    inputs.edit("metrics/reviews.json", "slices", value=[
        {"split": "test", "genre": "fiction", "rows": 300, "comparisons": {"full": compared}},
        {"split": "test_mismatched", "genre": "", "rows": 1200, "comparisons": {"full": compared}}])
    files = inputs.build()
    rows = [line for line in markdown_of(files).splitlines() if line.startswith("|") and "9.0 (" in line]
    assert rows == ["| test | fiction | 300 | 0.700 | 0.610 | +9.0 (−1.0 to 19.0) | 4.7 |",
                    "| test, mismatched | all | 1,200 | 0.700 | 0.610 | +9.0 (−1.0 to 19.0) | 4.7 |"]
    assert files["index.html"].count("By test set and genre") == 1
    remark = ("On test, mismatched, the difference of pre-trained is inconclusive: +9.0 (−1.0 to 19.0) points. "
              "That does not show that there is none.")
    assert files["index.html"].count(remark) == 1


@pytest.mark.parametrize(("verdict_low", "elsewhere", "told"), [
    (0.098, -0.05, ["On test, mismatched, the difference of pre-trained has the opposite sign: −5.0 (−8.0 to −2.0) "
                    "points. The verdict is on test alone."]),
    (0.098, 0.05, []), (-0.01, -0.05, [])])
def test_a_verdict_that_is_reversed_on_a_further_test_set_is_a_caveat(
    inputs: Inputs, verdict_low: float, elsewhere: float, told: list[str]
) -> None:
    inputs.compare(low=verdict_low)
    compared = {"pretrained": 0.7, "scratch": 0.7 - elsewhere,
                **difference(elsewhere, elsewhere - 0.03, elsewhere + 0.03)}
    inputs.edit("metrics/reviews.json", "slices", value=[
        {"split": "test_mismatched", "genre": "", "rows": 1200, "comparisons": {"full": compared}}])
    found = caveats(inputs.tasks()[0])[:-1]  # the last is on the number of seeds
    assert worded(found) == told
    assert all("부호가 반대입니다" in render(one, "ko") for one in found)


def test_a_slice_of_another_tuning_is_refused(inputs: Inputs) -> None:
    inputs.edit("metrics/reviews.json", "slices", value=[
        {"split": "test", "genre": "fiction", "rows": 300, "comparisons": {}}])
    with pytest.raises(UserError, match="comparisons are not those of the grid"):
        inputs.tasks()


def test_how_much_text_an_encoder_was_pretrained_on(inputs: Inputs) -> None:
    inputs.edit("cards/reviews.encoding.json", "origin", value={"source": "pretrain", "lines": 484290})
    files = inputs.build()
    assert "small (pre-trained by this pipeline on 484,290 lines of text)" in files["index.html"]
    assert "텍스트 484,290줄로 직접 사전 학습" in files["index.html"]


def test_two_tasks_on_one_corpus_are_told_apart(inputs: Inputs) -> None:
    """By their checkpoints; where those are the same, by their names."""
    def titles(language: str, *checkpoints: str) -> list[tuple[str, str]]:
        for task, checkpoint in zip(("reviews", "entities"), checkpoints, strict=True):
            inputs.edit(f"metrics/{task}.json", "title", value="MultiNLI, does the premise entail the hypothesis")
            inputs.edit(f"metrics/{task}.json", "checkpoint", value=checkpoint)
        return [(render(task.short_title, language), render(task.title, language)) for task in inputs.tasks()]

    about = "does the premise entail the hypothesis"
    assert titles("en", "small", "large") == [
        (f"MultiNLI with encoder “{one}”", f"MultiNLI with encoder “{one}”, {about}") for one in ("small", "large")]
    assert titles("ko", "small", "large")[0] == (
        "MultiNLI(인코더 “small”)", "MultiNLI(인코더 “small”), 전제가 가설을 함의하는가")
    assert titles("en", "small", "small") == [
        (f"MultiNLI ({one})", f"MultiNLI ({one}), {about}") for one in ("reviews", "entities")]


def test_the_card_tells_source_licence_pins_lengths_and_repeats(inputs: Inputs) -> None:
    for key, value in (("source", "published"), ("homepage", "https://example.org/<b>"), ("licence", "CC0"),
                       ("pins", [{"url": "https://example.org/a.zip", "bytes": 1234, "sha256": "ab" * 32}])):
        inputs.edit("cards/reviews.json", key, value=value)
    inputs.edit("cards/reviews.encoding.json", "origin", value={
        "source": "hub", "repository": "someone/model", "revision": "main", "commit": "c0ffee", "model_type": "bert"})
    text = markdown_of(inputs.build()).replace("\\", "")
    for expected in (
        "- Source: published files, as pinned", "- Licence: CC0", "https&#58;//example.org/&lt;b&gt;",
        "https&#58;//example.org/a.zip, 1,234 bytes, SHA-256 abababababab…",
        "- Checkpoint: small; source hub; repository someone/model; revision main; commit c0ffee\n",
        "| test | 31 / 62 / 93 / 1,240 | 11 / 22 / 33 / 440 | 10,000 | 6 (1.0 %) | 125 (1.2 %) | 0 |",
        "| test | 600 | 600 | 0 |  | 3 (0.5 %) | training 24 (4.0 %)<br>validation 6 (1.0 %) |",
    ):
        assert expected in text


def test_runs_of_different_numeric_settings_are_not_compared_in_silence(inputs: Inputs) -> None:
    same = markdown_of(inputs.build())
    assert "- Computed with: torch 2.13.0+cpu, device x86\\_64, instruction set AVX512, threads 1\n" in same
    assert "different numeric settings" not in same
    inputs.edit("metrics/reviews.json", "cells", "scratch-2", "numerics", "instruction_set", value="AVX2")
    mixed = markdown_of(inputs.build("second"))
    assert mixed.count("The runs were computed in 2 different numeric settings") == 1
    assert "instruction set AVX512, threads 1; torch 2.13.0+cpu, device x86\\_64, instruction set AVX2" in mixed
