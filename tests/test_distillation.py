"""The distilled arm: its loss, what its teacher sees, and that without a teacher's share it is scratch."""

import json
import subprocess
from argparse import Namespace
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.special import ndtr

from stages.answering.splits import predict
from stages.common.files import read_json, read_json_lines
from stages.doctoring.evidence import _teachers
from stages.evaluate import evaluate
from stages.metrics.handed_over import handed_over
from stages.metrics.headlines import accuracy_of
from stages.reporting.verdicts import handed_over as handed_over_sentences
from stages.results.histories import read_history
from stages.results.task_metrics import Estimate
from stages.settings.arms import ARMS
from stages.settings.distillation import DistillationSettings
from stages.settings.evaluation import EvaluationSettings
from stages.settings.grid import Grid
from stages.settings.prediction import PredictionSettings
from stages.training import resuming
from stages.training.cell import train
from stages.training.distilling import SoftTargets, Teacher
from stages.training.loop import Training
from stages.training.objective import Objective
from stages.wording.catalogue import render
from tests import tiny
from tests.test_processes import ROWS, Project, losses
from tests.test_report import Inputs, finding

PAIR_TASK = tiny.TEXT_TASK | {"kind": "pair"}
GRID = Grid(tasks=("toy",), tunings=("full",), seeds=(1, 2), asked={"distilled": ("toy",)})


def settings(temperature: float = 2.0, gold_weight: float = 0.5) -> DistillationSettings:
    return DistillationSettings(temperature=temperature, gold_weight=gold_weight)


def contents(folder: Path) -> bytes:
    return (folder / "model.safetensors").read_bytes()


# The loss -------------------------------------------------------------------------------------------------------------

def test_the_loss_is_the_one_computed_by_hand() -> None:
    """At T = 2 logits 2 ln 3 and 0 are the probabilities 3/4 and 1/4, and equal logits are one half each."""
    taught = SoftTargets([np.array([2 * log(3), 0], dtype=np.float32)], settings(2.0, 0.25))
    student, labels = torch.zeros(1, 2), torch.tensor([1])
    gold = Objective().total(student, labels)
    divergence = 0.75 * log(0.75 / 0.5) + 0.25 * log(0.25 / 0.5)
    expected = 0.25 * log(2) + 0.75 * 2**2 * divergence
    assert taught.mixed(gold, student, labels, np.array([0])).item() == pytest.approx(expected, rel=1e-6)


def test_a_high_temperature_matches_logits() -> None:
    """Hinton et al., 2015, equation 4: the gradient is (z - v) / N for logits with mean 0, T^2 made up for."""
    teacher, student = [1.0, -3.0, 2.0], torch.tensor([[0.5, 0.5, -1.0]], requires_grad=True)
    taught = SoftTargets([np.array(teacher, dtype=np.float32)], settings(100.0, 0.0))
    taught.mixed(torch.zeros(()), student, torch.tensor([0]), np.array([0])).backward()
    assert student.grad is not None
    assert student.grad[0].tolist() == pytest.approx([(0.5 - 1) / 3, (0.5 + 3) / 3, (-1 - 2) / 3], abs=0.02)


def test_every_labelled_token_has_the_logits_of_its_own_word() -> None:
    teacher = [np.array([[0.0, 1.0], [2.0, 0.0]], dtype=np.float32), np.array([[1.0, 1.0]], dtype=np.float32)]
    student, weights = torch.arange(12.0).sin().view(2, 3, 2), torch.tensor([1.0, 3.0])
    labels = torch.tensor([[-100, 1, -100], [0, -100, 1]])  # the batch has the second row first
    found = SoftTargets(teacher, settings(1.0, 0.0)).mixed(
        torch.zeros(()), student, labels, np.array([1, 0]), weights).item()
    expected = 0.0
    for own, target, weight in ((student[0, 1], teacher[1][0], 3), (student[1, 0], teacher[0][0], 1),
                                (student[1, 2], teacher[0][1], 3)):
        p, q = torch.tensor(target).softmax(-1), own.softmax(-1)
        expected += weight * float((p * (p / q).log()).sum())
    assert found == pytest.approx(expected, rel=1e-5)


# Training -------------------------------------------------------------------------------------------------------------

def made(root: Path, task: dict[str, Any], seeds: tuple[int, ...]) -> Path:
    """Data and the cells that a student needs or is compared with."""
    with pytest.MonkeyPatch.context() as patch:
        if task["kind"] == "pair":
            rows = tiny.text_rows
            patch.setattr(tiny, "text_rows", lambda *arguments: [
                row | {"text_pair": "Ann visits the film ."} for row in rows(*arguments)])
        tiny.write_encoded(root, task)
    for seed in seeds:
        fit(root, f"pretrained-full-{seed}")
        fit(root, f"scratch-{seed}")
    return root


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("words"), tiny.WORD_TASK, GRID.seeds)


@pytest.fixture(scope="module", params=[tiny.TEXT_TASK, PAIR_TASK, tiny.WORD_TASK], ids=lambda task: task["kind"])
def data(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, words: Path) -> Path:
    """The same of each kind of task."""
    kind = request.param["kind"]
    return words if kind == "words" else made(tmp_path_factory.mktemp(kind), request.param, GRID.seeds[:1])


def fit(root: Path, cell: str, teacher: Teacher | None = None, out: str = "", states: Path | None = None) -> Path:
    folder = root / "models" / (out or cell)
    init = "scratch" if ARMS[cell.split("-")[0]].taught else cell.split("-")[0]
    train(init, int(cell[-1]), root / "encoded", root / "checkpoint", folder,
          tiny.training_settings(epochs=2, evaluations=2, class_weights="balanced"), states, teacher=teacher)
    return folder


def teacher_of(root: Path, seed: int = 1, **changes: float) -> Teacher:
    return Teacher(root / "models" / f"pretrained-full-{seed}", read_json(root / "encoded/task.json")["kind"],
                   settings(**changes))


def test_without_a_share_of_the_teacher_it_is_scratch_byte_for_byte(data: Path) -> None:
    student = fit(data, "distilled-1", teacher_of(data, temperature=3.0, gold_weight=1.0), "gold")
    assert contents(student) == contents(data / "models" / "scratch-1")


def test_it_is_compared_with_scratch_and_with_its_teacher(words: Path) -> None:
    for seed in GRID.seeds:
        fit(words, f"distilled-{seed}", teacher_of(words, seed))
    students, scratch = ([words / f"models/{arm}-{seed}" for seed in GRID.seeds] for arm in ("distilled", "scratch"))
    assert len({contents(folder) for folder in (*students, *scratch)}) == 4
    assert _teachers(words / "models", GRID.arms) == {
        folder.name: read_history(folder / "history.jsonl").teacher for folder in students}
    for own, other in zip(students, scratch, strict=True):
        first, second = (read_history(folder / "history.jsonl").summary for folder in (own, other))
        assert dict(first.settings) == dict(second.settings) | {
            "distillation_temperature": 2.0, "distillation_gold_weight": 0.5}
        assert (first.steps, first.inputs) == (second.steps, second.inputs)
    predict(GRID.cells, words / "models", words / "encoded", words / "checkpoint", words / "predictions",
            PredictionSettings(threads=1, precision="fp32", seed_varies="both"))
    (words / "baselines.json").write_text(json.dumps({"train_rows": 40, "test": {}}), "utf-8")
    evaluate(Namespace(prepared=words / "prepared", models=words / "models", predictions=words / "predictions",
                       baselines=words / "baselines.json",
                       embeddings=tiny.without_embeddings(words), out=words / "metrics.json",
                       curves=words / "curves.csv", encoding_card=words / "card.json"), GRID,
             EvaluationSettings(resamples=100, bootstrap_seed=1))
    facts = read_json(words / "metrics.json")
    assert list(facts["comparisons"]) == ["full", "distilled"]
    assert list(facts["further_comparisons"]) == ["distilled"]
    gains = [facts["comparisons"][arm]["difference"] for arm in ("distilled", "full")]
    if gains[1] > 0:
        assert facts["handed_over"]["distilled"]["value"] == pytest.approx(gains[0] / gains[1])
    else:
        assert "handed_over" not in facts
    cells = facts["cells"]
    assert [cells[f"distilled-{seed}"]["before"] for seed in GRID.seeds] == [
        cells[f"scratch-{seed}"]["before"] for seed in GRID.seeds]  # the same random weights


def test_the_teacher_is_shown_training_rows_alone_and_without_dropout(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []
    original = Teacher.soft_targets

    def recording(self: Teacher, rows: Any, *others: Any) -> SoftTargets:
        targets = original(self, rows, *others)
        shown.append((rows.guids, targets.logits))
        return targets

    monkeypatch.setattr(Teacher, "soft_targets", recording)
    for out in ("one", "two"):
        fit(data, "distilled-1", teacher_of(data), out)
    (guids, logits), (_, again) = shown
    assert {guid.split(":")[0] for guid in guids} == {"train"}
    assert all(np.array_equal(one, other) for one, other in zip(logits, again, strict=True))
    assert contents(data / "models/one") == contents(data / "models/two")


def test_interrupted_it_ends_in_the_same_bytes_and_with_another_teacher_it_starts_anew(
    words: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = contents(fit(words, "distilled-1", teacher_of(words), "whole"))
    monkeypatch.setattr(resuming, "SAVE_EVERY", 0.0)
    monkeypatch.setattr(resuming, "_COST", 1)
    original = Training.take_step

    def stopping(self: Training, run: Any, rows: np.ndarray) -> None:
        if run.step == 6:
            raise KeyboardInterrupt
        original(self, run, rows)

    monkeypatch.setattr(Training, "take_step", stopping)
    with pytest.raises(KeyboardInterrupt):
        fit(words, "distilled-1", teacher_of(words), "again", tmp_path)
    monkeypatch.setattr(Training, "take_step", original)
    fit(words, "distilled-1", teacher_of(words, seed=2), "other", tmp_path)
    assert "resuming" not in capsys.readouterr().err
    assert contents(fit(words, "distilled-1", teacher_of(words), "again", tmp_path)) == whole
    assert "resuming at step 6" in capsys.readouterr().err


@pytest.mark.slow
def test_several_processes_learn_from_a_teacher_as_one_does(tmp_path: Path) -> None:
    project = Project(tmp_path / "project", tiny.WORD_TASK)
    project.alone("teacher")
    found = []
    for processes in (1, 3):
        command = [*project.command(str(processes), processes=processes), "--teacher", "teacher"]
        done = subprocess.run(command, cwd=project.root, env=project.environment(), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        found.append(losses(list(read_json_lines(project.root / str(processes) / "history.jsonl"))))
    assert ROWS[0] % 8 == 1  # the last step has a row for one process alone
    np.testing.assert_allclose(*found, rtol=1e-4)


# The report -----------------------------------------------------------------------------------------------------------

SHARE = ("Distillation hands over 50 % of what pre-training gave (95 % interval 20 % to 80 %), +6.5 of +13.0",
         "증류가 전달한 비율은 사전 학습이 준 이득의 50 %(95 % 신뢰구간 20 % ~ 80 %)입니다")
UNKNOWN = ("No share of what pre-training gave can be stated for distillation", "얼마나 전달하는지는 말할 수 없습니다")


NOTHING = ("Distillation hands over nothing of what pre-training gave: a share of -50 % (95 % interval -80 % to -20 %)",
           "증류는 사전 학습이 준 이득을 전달하지 못했습니다. 비율은 -50 %(95 % 신뢰구간 -80 % ~ -20 %)입니다")
MORE = ("The distilled student gains more than pre-training gave: 130 % of it (95 % interval 105 % to 160 %)",
        "이득보다 큽니다")


def distilled(folder: Path, share: dict[str, float]) -> Inputs:
    """Files of a study with a student that has this share of its teacher's gain."""
    inputs = Inputs(folder, Grid(tasks=("reviews",), tunings=("full",), seeds=(1, 2),
                                 asked={"distilled": ("reviews",)}))
    inputs.edit("metrics/reviews.json", "comparisons", "distilled", "difference", value=0.065)
    inputs.edit("metrics/reviews.json", "handed_over", value={"distilled": share})
    return inputs


@pytest.mark.parametrize(("share", "expected"), [
    ({"value": -0.5, "low": -0.8, "high": -0.2}, NOTHING), ({"value": 1.3, "low": 1.05, "high": 1.6}, MORE),
    ({"value": 1.02, "low": 0.9, "high": 1.15}, ("hands over 102 % of what pre-training gave (95 % interval 90 %",))])
def test_an_interval_below_none_or_above_all_is_said_to_be_so(
    tmp_path: Path, share: dict[str, float], expected: tuple[str, ...]
) -> None:
    page = distilled(tmp_path, share).build()["index.html"].replace("−", "-").replace("\xa0", " ")
    assert all(text in page for text in expected)
    assert "hands over -" not in page


def test_a_share_has_the_interval_that_a_simulation_finds() -> None:
    """The shares of studies with the same truth: their middle 95 % are about as wide, and the truth is covered."""
    generator, found = np.random.default_rng(3), []
    for _ in range(100):
        rows = generator.normal(size=400)
        arms = [np.stack([np.stack([rows + generator.normal(size=400) < level + generator.normal(0, 0.05),
                                    np.ones(400)], axis=-1) for _ in range(4)]) for level in (0.75, 1.2, 0.3)]
        found.append(handed_over(arms, accuracy_of, 300, 1))
    many = np.array([(one.value, one.low, one.high) for one in found if one])
    assert len(many) == 100
    # Accuracies of the three arms: of a normal value of variance 2 below each level.
    taken, given = (ndtr(level / np.sqrt(2)) - ndtr(0.3 / np.sqrt(2)) for level in (0.75, 1.2))
    covered = (many[:, 1] <= taken / given) & (taken / given <= many[:, 2])
    assert 0.9 <= covered.mean() <= 1
    spread = np.quantile(many[:, 0], [0.025, 0.975])
    assert 0.9 < np.median(many[:, 2] - many[:, 1]) / np.ptp(spread) < 1.6


def test_of_no_gain_there_is_no_share_and_of_one_that_may_be_none_no_interval() -> None:
    """Of 100 rows all runs are right on 50, the student on 51, and its teacher on 52 in the second case."""
    def right(number: int) -> np.ndarray:
        return np.stack([np.stack([np.arange(100) < number, np.ones(100)], axis=-1)] * 2).astype(float)
    assert handed_over([right(51), right(50), right(50)], accuracy_of, 200, 1) is None
    assert handed_over([right(51), right(52), right(50)], accuracy_of, 200, 1) == Estimate(value=0.5)


def test_a_student_is_compared_with_full_tuning_where_that_taught_it() -> None:
    grids = (Grid(tasks=("toy",), tunings=tunings, seeds=(1,), asked={"distilled": ("toy",)})
             for tunings in (("full", "setfit"), ("setfit", "full")))
    assert [grid.further_rivals for grid in grids] == [{"distilled": "full"}, {}]


def test_a_share_holds_for_the_budget_that_the_gain_holds_for(tmp_path: Path) -> None:
    inputs, told = distilled(tmp_path, {"value": 0.5, "low": 0.2, "high": 0.8}), []
    for arm in ("full", "scratch"):
        inputs.find("reviews", finding("underfitted", "warning", about=arm, taints=(arm,)))
        sentence, = handed_over_sentences(inputs.tasks()[0])
        told.append("A larger budget might raise the score of the losing arm: " in render(sentence))
    assert told == [False, True]


@pytest.mark.parametrize(("edit", "expected", "other"), [
    ({}, SHARE, UNKNOWN), ({("comparisons", "full", "low"): -0.01}, UNKNOWN, SHARE),
    ({("comparisons", "distilled", "recipe"): False}, UNKNOWN, SHARE),
    ({("handed_over",): {"distilled": {"value": 0.5}}}, UNKNOWN, SHARE)])
def test_the_report_has_one_sentence_on_what_was_handed_over(
    tmp_path: Path, edit: dict[tuple[str, ...], Any], expected: tuple[str, str], other: tuple[str, str]
) -> None:
    inputs = distilled(tmp_path, {"value": 0.5, "low": 0.2, "high": 0.8})
    for place, value in edit.items():
        inputs.edit("metrics/reviews.json", *place, value=value)
    files = inputs.build()
    page = files["index.html"].replace("\xa0", " ")
    assert all(text in page for text in expected)
    assert not any(text in page for text in other)
    numbers = json.loads(files["metrics.json"])["reviews"]
    assert numbers.get("value-handed-over-distillation") == (0.5 if expected == SHARE else None)
    if ("comparisons", "distilled", "recipe") not in edit:
        assert numbers["verdict-distillation"] == "helps"
