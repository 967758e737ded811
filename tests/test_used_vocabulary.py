"""Embeddings of tokens that do not occur are left out of training, which changes nothing but rounding."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from accelerate.state import AcceleratorState
from safetensors.torch import load_file
from transformers import PreTrainedModel

from stages.common.files import read_json_lines
from stages.encoding.store import read_split
from stages.models.building import build_model
from stages.models.inputs import Collator, predict_logits
from stages.models.tuning import frozen_after
from stages.results.prepared import read_task
from stages.settings.recipes import FULL, GradualTuning, HeadTuning, Recipe
from stages.training import resuming, used_vocabulary
from stages.training.cell import train
from stages.training.loop import Training
from stages.training.optimization import schedule_factor
from stages.training.resuming import load_file as load_state
from stages.training.run import BestWeights
from stages.training.used_vocabulary import UsedEmbedding
from tests import tiny
from tests.shapes import ARCHITECTURES, classifier, split_of

KINDS = pytest.mark.parametrize("words", [False, True], ids=["text", "words"])
PADDING, UNKNOWN, MASK = 0, 1, 4
USED = 7  # of 20 entries of the tiny vocabulary: padding, [CLS], [SEP] and four words
SETTINGS: dict[str, Any] = {"weight_decay": 0.5, "epochs": 3}
STEPS = 15


@pytest.fixture(autouse=True)
def _any_precision() -> Iterator[None]:
    AcceleratorState._reset_state()  # it holds one precision for the whole process
    yield
    AcceleratorState._reset_state()


def trained(data: Path, recipe: Recipe = FULL, init: str = "pretrained", **changes: Any) -> Training:
    """A finished run, whose model has its last weights."""
    task = read_task(data / "encoded")
    rows, validation = (read_split(data / "encoded", split) for split in ("train", "validation"))
    settings = tiny.training_settings(**SETTINGS | changes)
    model = build_model(init, data / "checkpoint", task.kind, task.tags, settings.dropout, 1, recipe)
    training = Training(model, rows, rows.first_guids(len(validation)), validation, task, settings, 1, recipe)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BestWeights, "restore", lambda best, model: None)
        training.run("test")
    return training


def whole_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(used_vocabulary, "MAXIMUM_SHARE", 0.0)


def embeddings(model: PreTrainedModel) -> torch.Tensor:
    return model.get_input_embeddings().weight.detach()


def unused(data: Path) -> list[int]:
    """Token ids that neither training nor validation rows contain."""
    seen = {PADDING} | {int(token) for split in ("train", "validation")
                        for token in read_split(data / "encoded", split).input_ids.values}
    assert len(seen) == USED
    return sorted(set(range(len(tiny.SPECIAL + tiny.PIECES))) - seen)


def remaining(taken: range, settings: Any) -> float:
    """The share of an unused embedding that AdamW leaves after the steps ``taken``, counted from 0."""
    steps = settings.epochs * 5
    rising = round(settings.warmup * steps)
    return float(np.prod([1.0 - settings.lr * schedule_factor(step, rising, steps) * settings.weight_decay
                          for step in taken]))


@KINDS
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_logits_and_gradients_are_those_of_the_whole_vocabulary(
    architecture: str, words: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(used_vocabulary, "MAXIMUM_SHARE", 1.0)
    model, split = classifier(architecture, words), split_of([9, 4, 12], words)

    def passed() -> tuple[torch.Tensor, torch.Tensor]:
        model.zero_grad()
        result = model(**Collator(model)(split, np.arange(3)))
        result.loss.backward()
        return result.logits.detach(), model.get_input_embeddings().weight.grad

    names, initial = list(model.state_dict()), embeddings(model).clone()
    logits, gradient = passed()
    with used_vocabulary.used_vocabulary(model, (split,)):
        assert list(model.state_dict()) == names
        small_logits, small_gradient = passed()
        used = sorted({PADDING, *split.input_ids.values.tolist()})
        assert torch.equal(small_logits, logits)
        assert torch.equal(small_gradient[:-1], gradient[used])
        assert not small_gradient[-1].any()
        with pytest.raises(IndexError):
            model.get_input_embeddings()(torch.tensor([next(iter(set(range(50)) - set(used)))]))
    assert torch.equal(embeddings(model), initial)
    assert not isinstance(model.get_input_embeddings(), UsedEmbedding)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_a_run_gives_the_logits_of_one_with_the_whole_vocabulary(
    data: Path, precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = trained(data, precision=precision)
    whole_vocabulary(monkeypatch)
    whole = trained(data, precision=precision)
    rows = read_split(data / "encoded", "test")
    ours, theirs = (predict_logits(run.model, rows, Collator(run.model)) for run in (small, whole))
    bound = 1e-4 if precision == "fp32" else 0.02
    np.testing.assert_allclose(np.concatenate(ours), np.concatenate(theirs), rtol=0, atol=bound)
    torch.testing.assert_close(embeddings(small.model), embeddings(whole.model), rtol=0, atol=bound)
    assert small.events[-1] == whole.events[-1]  # sizes of the model too


@pytest.mark.parametrize("init", ["pretrained", "scratch"])
def test_unused_embeddings_decay_in_closed_form(data: Path, init: str) -> None:
    run = trained(data, init=init)
    before = build_model(init, data / "checkpoint", run.task.kind, run.task.tags, 0.1, 1)
    left = remaining(range(STEPS), run.settings)
    assert 0.1 < left < 0.99
    torch.testing.assert_close(
        embeddings(run.model)[unused(data)], embeddings(before)[unused(data)] * left, rtol=1e-6, atol=0)


def test_the_best_weights_have_the_decay_of_their_step(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer, last = BestWeights.offer, 9
    monkeypatch.setattr(BestWeights, "offer", lambda kept, step, *rest: step > last or offer(kept, step, *rest))
    settings = tiny.training_settings(**SETTINGS | {"evaluations": 5})
    train("pretrained", 1, data / "encoded", data / "checkpoint", tmp_path / "out", settings)
    best = list(read_json_lines(tmp_path / "out" / "history.jsonl"))[-1]["best_step"]
    assert 0 < best <= last
    after = load_file(tmp_path / "out" / "model.safetensors")["bert.embeddings.word_embeddings.weight"]
    before = load_file(data / "checkpoint" / "model.safetensors")["embeddings.word_embeddings.weight"]
    torch.testing.assert_close(
        after[unused(data)], before[unused(data)] * remaining(range(best), settings), rtol=1e-6, atol=0)


def test_embeddings_that_are_released_late_decay_from_then_on(data: Path) -> None:
    recipe = GradualTuning(unfrozen_by=0.5)
    run = trained(data, recipe)
    frozen = [step for step in range(STEPS) if frozen_after(recipe, 1, step, STEPS)]
    assert 0 < len(frozen) < STEPS
    before = load_file(data / "checkpoint" / "model.safetensors")["embeddings.word_embeddings.weight"]
    torch.testing.assert_close(
        embeddings(run.model)[unused(data)],
        before[unused(data)] * remaining(range(len(frozen), STEPS), run.settings), rtol=1e-6, atol=0)


def test_optimizer_best_weights_and_saved_states_hold_used_rows_alone(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resuming, "SAVE_EVERY", 0.0)
    monkeypatch.setattr(resuming.StateStore, "discard", lambda store: None)
    train("pretrained", 1, data / "encoded", data / "checkpoint", tmp_path / "out", tiny.training_settings(),
          tmp_path / "states")
    state = load_state(next((tmp_path / "states").glob("*/*/tensors.safetensors")))
    name = "bert.embeddings.word_embeddings.weight"
    shapes = [tuple(state[key].shape) for key in (f"model.{name}", f"best.{name}")]
    shapes.append(next(tuple(tensor.shape) for key, tensor in state.items() if key == "optimizer.0.exp_avg"))
    assert shapes == [(USED + 1, 16)] * 3
    assert load_file(tmp_path / "out" / "model.safetensors")[name].shape == (20, 16)


@pytest.mark.parametrize("case", ["frozen", "most tokens used"])
def test_nothing_is_left_out_where_it_would_save_little(data: Path, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(used_vocabulary, "MAXIMUM_SHARE", 0.5 if case == "frozen" else (USED - 1) / 20)
    seen: list[type] = []
    original = Training.take_step

    def watching(self: Training, run: Any, rows: np.ndarray) -> None:
        seen.append(type(self.model.get_input_embeddings()))
        original(self, run, rows)

    monkeypatch.setattr(Training, "take_step", watching)
    trained(data, HeadTuning() if case == "frozen" else FULL)
    assert set(seen) == {torch.nn.Embedding}
