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

from stages.common.files import read_json, read_json_lines
from stages.evaluate import evaluate
from stages.predict_splits import predict
from stages.results.histories import read_history
from stages.settings.arms import ARMS
from stages.settings.distillation import DistillationSettings
from stages.settings.evaluation import EvaluationSettings
from stages.settings.grid import Grid
from stages.settings.prediction import PredictionSettings
from stages.train import train
from stages.training import resuming
from stages.training.distilling import SoftTargets, Teacher
from stages.training.loop import Training
from stages.training.objective import Objective
from tests import tiny
from tests.test_processes import ROWS, Project, losses
from tests.test_report import Inputs

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
    for own, other in zip(students, scratch, strict=True):
        first, second = (read_history(folder / "history.jsonl").summary for folder in (own, other))
        assert dict(first.settings) == dict(second.settings) | {
            "distillation_temperature": 2.0, "distillation_gold_weight": 0.5}
        assert (first.steps, first.inputs) == (second.steps, second.inputs)
    predict(GRID.cells, words / "models", words / "encoded", words / "checkpoint", words / "predictions",
            PredictionSettings(threads=1, precision="fp32", seed_varies="both"))
    (words / "baselines.json").write_text(json.dumps({"train_rows": 40, "test": {}}), "utf-8")
    evaluate(Namespace(prepared=words / "prepared", models=words / "models", predictions=words / "predictions",
                       baselines=words / "baselines.json", embeddings=None, out=words / "metrics.json",
                       curves=words / "curves.csv", encoding_card=words / "card.json"), GRID,
             EvaluationSettings(resamples=100, bootstrap_seed=1))
    facts = read_json(words / "metrics.json")
    assert list(facts["comparisons"]) == ["full", "distilled"]
    assert list(facts["further_comparisons"]) == ["distilled"]
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

SHARE = ("Distillation hands over 50 % of what pre-training gave: +6.5 of +13.0 points over scratch",
         "증류는 사전 학습이 준 이득의 50 %를 전달합니다")
UNKNOWN = ("No share of what pre-training gave can be stated for distillation", "얼마나 전달하는지는 말할 수 없습니다")


NOTHING = ("Distillation hands over nothing of what pre-training gave: -6.5 points over scratch",
           "증류는 사전 학습이 준 이득을 전달하지 못했습니다. 처음부터 학습한 모델과의 차이는 학생 모델이 -6.5 %p")
MORE = ("The distilled student gains more than pre-training gave: +15.0 points over scratch", "이득보다 큽니다")


@pytest.mark.parametrize(("taken", "expected"), [(-0.065, NOTHING), (0.0, ("hands over nothing",)), (0.15, MORE)])
def test_a_share_below_none_or_above_all_is_no_share(tmp_path: Path, taken: float, expected: tuple[str, ...]) -> None:
    inputs = Inputs(tmp_path, Grid(tasks=("reviews",), tunings=("full",), seeds=(1, 2),
                                   asked={"distilled": ("reviews",)}))
    inputs.edit("metrics/reviews.json", "comparisons", "distilled", "difference", value=taken)
    page = inputs.build()["index.html"].replace("−", "-").replace("\u00a0", " ")
    assert all(text in page for text in expected)
    assert "hands over -" not in page


def test_a_student_is_compared_with_full_tuning_where_that_taught_it() -> None:
    grids = (Grid(tasks=("toy",), tunings=tunings, seeds=(1,), asked={"distilled": ("toy",)})
             for tunings in (("full", "setfit"), ("setfit", "full")))
    assert [grid.further_rivals for grid in grids] == [{"distilled": "full"}, {}]


@pytest.mark.parametrize(("low", "expected", "other"), [(0.098, SHARE, UNKNOWN), (-0.01, UNKNOWN, SHARE)])
def test_the_report_has_one_sentence_on_what_was_handed_over(
    tmp_path: Path, low: float, expected: tuple[str, str], other: tuple[str, str]
) -> None:
    inputs = Inputs(tmp_path, Grid(tasks=("reviews",), tunings=("full",), seeds=(1, 2),
                                   asked={"distilled": ("reviews",)}))
    inputs.edit("metrics/reviews.json", "comparisons", "distilled", "difference", value=0.065)
    inputs.edit("metrics/reviews.json", "comparisons", "full", "low", value=low)
    files = inputs.build()
    page = files["index.html"]
    assert all(text in page for text in expected)
    assert not any(text in page for text in other)
    assert "distillation of the fine-tuned model into random weights scores above" in page.lower()
    assert json.loads(files["metrics.json"])["reviews"]["verdict-distillation"] == "helps"
