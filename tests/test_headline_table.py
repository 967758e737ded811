"""The table of headline metrics: a further one is an entry and its words."""

import shutil
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fluent.syntax import parse
from sklearn.metrics import balanced_accuracy_score, f1_score
from torch import nn

from benchmarks.evaluate import write_inputs
from stages.common.files import read_json, read_json_lines
from stages.comparing.changes import changes
from stages.comparing.markdown import render
from stages.comparing.revisions import Revision
from stages.corpora.tasks import TASKS
from stages.doctoring import arms as checks
from stages.evaluate import evaluate
from stages.metrics.entities import f1_of
from stages.metrics.headlines import HEADLINES, Answers, Headline, accuracy_of
from stages.metrics.scoring import score
from stages.metrics.task_scores import Labels, scores
from stages.reporting.first_screen import meaning
from stages.reporting.score_tables import score_tables
from stages.reporting.verdicts import verdict
from stages.results.metrics import CARD, HEADLINE, METRICS, SPLITS, shown
from stages.results.prepared import Task
from stages.settings.evaluation import EvaluationSettings
from stages.settings.grid import Grid
from stages.training.run import BestWeights
from stages.wording import catalogue
from stages.wording.catalogue import CATALOGUES, SUFFIX, languages
from stages.wording.catalogue import render as words
from tests import healthy, test_report
from tests.test_report import Inputs
from tests.tiny import TEXT_TASK, WORD_TASK

MADE_UP = "recall_of_labels"
SETTINGS = EvaluationSettings(resamples=100, bootstrap_seed=1)
GRID = Grid(tasks=("toy",), tunings=("full",), seeds=(1, 2, 3, 4))


def recall_of_labels(gold: Answers, predicted: Answers) -> np.ndarray:
    """Right rows, of which every label has as many: the mean over labels of their recall."""
    _, labels, counts = np.unique(gold, return_inverse=True, return_counts=True)
    weights = len(gold) / (len(counts) * counts[labels])
    return np.column_stack([weights * (np.array(gold) == np.array(predicted)), weights])


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> str:
    """A further headline metric by one entry, its place and its words."""
    monkeypatch.setitem(HEADLINES, MADE_UP, Headline(recall_of_labels, accuracy_of))
    monkeypatch.setitem(METRICS, MADE_UP, (HEADLINE, SPLITS, CARD))
    for language in languages():
        bundle = catalogue._catalogue(CATALOGUES / f"{language}{SUFFIX}")
        monkeypatch.setattr(bundle, "_messages", dict(bundle._messages))
        bundle.add_resource(parse(f"metric-{MADE_UP} = recall of labels\npage-headline-{MADE_UP} = It recalls "
                                  "{ SCORE($first) }, from scratch { SCORE($second) }.\n"))
    return MADE_UP


def revision(folder: Path, task: dict, swapped: bool) -> Revision:
    """What evaluate says about made-up models; ``swapped`` gives each arm the predictions of the other."""
    write_inputs(folder, task, 200)
    if swapped:
        for seed in GRID.seeds:
            files = [folder / "predictions" / f"{arm}-{seed}.parquet" for arm in ("pretrained-full", "scratch")]
            for file, other in zip(files, [file.read_bytes() for file in reversed(files)], strict=True):
                file.write_bytes(other)
    evaluate(Namespace(prepared=folder / "prepared", models=folder / "models", predictions=folder / "predictions",
                       baselines=folder / "baselines.json", embeddings=folder / "embeddings.json",
                       out=folder / "metrics.json", curves=folder / "curves.csv", encoding_card=folder / "card.json"),
             GRID, SETTINGS)
    places = {"data/prepared/toy": folder / "prepared", "data/predictions/toy": folder / "predictions",
              "reports/cards/toy.encoding.json": folder / "card.json"}

    def copied(path: str, target: Path) -> bool:
        (shutil.copytree if places[path].is_dir() else shutil.copyfile)(places[path], target)
        return True

    return Revision({}, {}, {"toy": read_json(folder / "metrics.json")}, {"toy": []}, {}, copied)


def recall(folder: Path, cell: str) -> float:
    """That of a cell on test, without the project's code."""
    gold = [row["label"] for row in read_json_lines(folder / "prepared" / "test.jsonl")]
    table = pd.read_parquet(folder / "predictions" / f"{cell}.parquet").query("moment == 'after' and split == 'test'")
    return float(balanced_accuracy_score(gold, [TEXT_TASK["tags"][logits.argmax()] for logits in table.logits]))


def test_a_further_headline_is_one_entry_in_metrics_and_diff(tmp_path: Path, made_up: str) -> None:
    old, new = (revision(tmp_path / name, TEXT_TASK | {"metric": made_up}, name == "new") for name in ("old", "new"))
    facts = new.metrics["toy"]
    found = [facts["cells"][cell]["after"]["test"][made_up] for cell in GRID.cells]
    assert found == pytest.approx([recall(tmp_path / "new", cell) for cell in GRID.cells])
    compared = facts["comparisons"]["full"]
    assert compared["these_runs"]["difference"] == pytest.approx(np.mean(found[:4]) - np.mean(found[4:]))
    assert {run["test"] for run in compared["runs"]} == {"approximate_randomisation"}
    told = changes(old, new, SETTINGS)
    assert [one["metric"] for one in told["scores"]] == [made_up] * 2
    assert told["scores"][0]["difference"] == pytest.approx(compared["difference"])
    assert "| recall of labels |" in render(told, "old", "new", 0)


def test_a_further_headline_is_one_entry_in_the_choice_of_the_model(made_up: str) -> None:
    task = Task.of(TEXT_TASK | {"metric": made_up})
    gold, best = [0, 0, 0, 1], BestWeights(0)
    for step, predicted in enumerate([[0, 0, 0, 0], [1, 1, 0, 1]]):  # right are three rows, then two
        best.offer(step, score(np.eye(2)[predicted], gold, task), task.metric, nn.Linear(1, 1))
    assert (best.step, best.key[0]) == (1, pytest.approx((1 / 3 + 1) / 2))


def test_a_further_headline_is_one_entry_to_the_doctor(made_up: str) -> None:
    evidence = healthy.healthy()
    evidence = replace(evidence, task=replace(evidence.task, metric=made_up),
                       rows={"test": evidence.rows["test"][:3]})
    assert evidence.chance == 0.5  # of one label for all rows, though it has two of three
    gold = evidence.gold("test")
    found, influence = checks._scored(evidence, gold, gold[:1] * 3)
    assert (found, influence.sum()) == (0.5, pytest.approx(0))


def test_a_further_headline_of_texts_may_be_an_f1(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three statistics a row, where those of accuracy are two, whatever the kind of task."""
    def of_one(gold: Answers, predicted: Answers) -> np.ndarray:
        truth, guess = (np.array(answers) == gold[0] for answers in (gold, predicted))
        return np.column_stack([truth & guess, guess, truth])

    monkeypatch.setitem(HEADLINES, MADE_UP, Headline(of_one, f1_of))
    evidence = healthy.healthy()
    gold = evidence.gold("test")
    truth = np.array(gold) == gold[0]
    found, influence = checks._scored(replace(evidence, task=replace(evidence.task, metric=MADE_UP)), gold,
                                      gold[:1] * len(gold))
    assert found == pytest.approx(f1_score(truth, np.ones(len(gold))))
    assert influence.sum() == pytest.approx(0)
    assert (influence > 0).tolist() == truth.tolist()


def test_a_further_headline_is_one_entry_in_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made_up: str
) -> None:
    usual = test_report.scores
    monkeypatch.setattr(test_report, "scores", lambda kind, value, **more: {
        made_up: value} | usual(kind, value, **more))
    task, = Inputs(tmp_path, Grid(tasks=("reviews",), tunings=("full",), seeds=(1,))).tasks()
    assert "recall of labels 0.841 against 0.711" in words(verdict(task, "full"))
    assert next(map(words, meaning(task))) == "It recalls 0.841, from scratch 0.711."
    names = [words(name) for name, _ in score_tables(task)[0].columns]
    assert "recall of labels" in " ".join(names)


@pytest.mark.parametrize(("task", "gold", "predicted"), [
    (TEXT_TASK, ["negative", "positive", "positive"], ["negative", "negative", "positive"]),
    (WORD_TASK, [["B-PER", "O"], ["O", "B-LOC"]], [["B-PER", "O"], ["B-LOC", "O"]])])
def test_statistics_sum_to_the_headline(task: dict, gold: list, predicted: list) -> None:
    of = Task.of(task)
    found = scores(Labels.named(gold, of), Labels.named(predicted, of), of)
    headline = HEADLINES[of.metric]
    assert found.metrics[of.metric] == headline.scorer(found.statistics.sum(axis=0)) == headline.score(gold, predicted)
    assert next(iter(found.metrics)) == of.metric


def test_the_table_is_whole() -> None:
    assert {task.metric for task in TASKS.values()} <= HEADLINES.keys() == set(shown(HEADLINE, METRICS))
    for language in languages():
        bundle = catalogue._catalogue(CATALOGUES / f"{language}{SUFFIX}")
        assert all(bundle.has_message(f"page-headline-{name}") for name in HEADLINES)
