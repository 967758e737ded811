"""Frozen layers run once per row, and nothing but the time tells it."""

import shutil
import tempfile
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from accelerate.state import AcceleratorState
from torch import nn
from transformers import PreTrainedModel

import stages.training.cell
from stages.common.errors import UserError
from stages.encoding.store import EncodedSplit
from stages.models.building import build_model
from stages.models.dropout import use_quick_dropout
from stages.models.first_token import compute_only_first_token
from stages.models.inputs import Collator, predict_logits
from stages.models.parts import parts, transformer_layers
from stages.results.prepared import Task
from stages.training import frozen_layers
from stages.training.cell import train
from stages.training.frozen_layers import FrozenLayerCache
from stages.training.loop import Training
from stages.training.run import BestWeights
from tests import tiny
from tests.interrupting import interrupted, save_after_every_step
from tests.shapes import ARCHITECTURES, LAYERS, classifier, split_of

LENGTHS = [9, 4, 12, 5, 5, 17, 3, 8]
KINDS = pytest.mark.parametrize("words", [False, True], ids=["text", "words"])
BY_ARCHITECTURE = pytest.mark.parametrize("architecture", ARCHITECTURES)


def frozen(model: PreTrainedModel, layers: int) -> PreTrainedModel:
    """The model with frozen embeddings and so many frozen layers."""
    named, by_part = dict(model.named_parameters()), parts(model)
    for name in by_part.embeddings + sum(by_part.layers[:layers], ()):
        named[name].requires_grad_(False)
    return model


def built(architecture: str, words: bool, layers: int, dropout: float = 0.0) -> PreTrainedModel:
    model = classifier(architecture, words, dropout)
    use_quick_dropout(model)
    compute_only_first_token(model)
    return frozen(model, layers)


def output(cache: FrozenLayerCache | None, model: PreTrainedModel, split: EncodedSplit, rows: list[int]):
    chosen = np.array(rows)
    tensors = Collator(model)(split, chosen)
    return cache.forward(model, split, chosen, tensors) if cache else model(**tensors)


def gradients(model: PreTrainedModel, loss: torch.Tensor) -> dict[str, torch.Tensor]:
    model.zero_grad()
    loss.backward()
    return {name: parameter.grad.clone() for name, parameter in model.named_parameters() if parameter.grad is not None}


def real(logits: torch.Tensor, split: EncodedSplit, rows: list[int]) -> list[torch.Tensor]:
    """Without what stands for padding."""
    return [one[: split.input_ids.lengths[row]] if logits.ndim == 3 else one
            for one, row in zip(logits, rows, strict=True)]


@BY_ARCHITECTURE
@KINDS
@pytest.mark.parametrize("layers", [1, 2, LAYERS])
def test_logits_and_gradients_are_those_of_the_whole_model(architecture: str, words: bool, layers: int) -> None:
    model, split = built(architecture, words, layers), split_of(LENGTHS, words)
    cache = FrozenLayerCache(model, Collator(model), (split,))
    for rows in ([0, 1, 2], [5, 6], [7, 3, 4]):
        whole, reused = output(None, model, split, rows), output(cache, model, split, rows)
        for one, other in zip(real(whole.logits, split, rows), real(reused.logits, split, rows), strict=True):
            torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)
        expected = gradients(model, whole.loss)
        found = gradients(model, reused.loss)
        assert expected.keys() == found.keys() == {
            name for name, parameter in model.named_parameters() if parameter.requires_grad}
        for name in expected:
            torch.testing.assert_close(expected[name], found[name], rtol=1e-3, atol=1e-4)


@BY_ARCHITECTURE
@KINDS
def test_batches_of_one_shape_give_the_same_bits(architecture: str, words: bool) -> None:
    model, split = built(architecture, words, 2), split_of([7] * 6, words)
    rows = list(range(6))
    reused = output(FrozenLayerCache(model, Collator(model), (split,)), model, split, rows)
    assert torch.equal(reused.logits, output(None, model, split, rows).logits)


@KINDS
def test_a_frozen_layer_sees_every_row_once(words: bool) -> None:
    model, split, other = built("bert", words, 2), split_of(LENGTHS, words), split_of([6, 7], words, seed=4)
    cache = FrozenLayerCache(model, Collator(model), (split, other))
    seen = dict.fromkeys(range(LAYERS), 0)
    for number, layer in enumerate(transformer_layers(model)):
        layer.register_forward_hook(
            lambda module, given, gave, number=number: seen.update({number: seen[number] + len(given[0])}))
    for _ in range(3):
        for rows in ([0, 1, 2, 3], [4, 5, 6, 7]):
            output(cache, model, split, rows)
        predict_logits(model, split.first_guids(4), Collator(model), forward=cache.forward)
        predict_logits(model, other, Collator(model), forward=cache.forward)
    probe = 1  # the row that tells which layers are frozen
    assert seen == {0: len(split) + len(other) + probe, 1: len(split) + len(other) + probe,
                    2: 3 * (len(split) + 4 + len(other)) + probe}


@KINDS
def test_predictions_are_those_of_the_whole_model(words: bool) -> None:
    model, split = built("electra", words, LAYERS), split_of(LENGTHS, words)
    cache = FrozenLayerCache(model, Collator(model), (split,))
    expected = predict_logits(model, split, Collator(model))
    found = predict_logits(model, split, Collator(model), 40, forward=cache.forward)
    for one, other in zip(expected, found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
    assert model.training


def test_a_classifier_of_whole_inputs_keeps_the_first_token_of_the_last_layer() -> None:
    split = split_of(LENGTHS, words=False)
    kept = {}
    for architecture in ("bert", "gpt2"):
        model = built(architecture, False, LAYERS)
        cache = FrozenLayerCache(model, Collator(model), (split,))
        output(cache, model, split, [0, 1])
        kept[architecture] = next(iter(cache._kept.values())).values.shape
    assert kept == {"bert": (len(LENGTHS), 16), "gpt2": (sum(LENGTHS), 16)}


def test_frozen_layers_have_no_dropout_and_the_others_do() -> None:
    model, split = built("bert", False, 2, dropout=0.5), split_of(LENGTHS, words=False)
    cache = FrozenLayerCache(model, Collator(model), (split,))
    given: list[torch.Tensor] = []
    transformer_layers(model)[2].register_forward_pre_hook(lambda module, arguments: given.append(arguments[0]))
    logits = [output(cache, model, split, [0, 1, 2]).logits for _ in range(2)]
    assert torch.equal(given[-1], given[-2])
    assert not torch.equal(*logits)


def test_what_is_computed_ahead_draws_no_random_number() -> None:
    model, split = built("bert", False, LAYERS, dropout=0.5), split_of(LENGTHS, words=False)
    cache = FrozenLayerCache(model, Collator(model), (split,))
    before = torch.get_rng_state()
    predict_logits(model, split, Collator(model), forward=cache.forward)
    assert torch.equal(before, torch.get_rng_state())


@BY_ARCHITECTURE
def test_releasing_layers_is_followed(architecture: str) -> None:
    model, split = built(architecture, False, LAYERS), split_of(LENGTHS, words=False)
    cache = FrozenLayerCache(model, Collator(model), (split,))
    for layers in (LAYERS, 2, 1, 0):
        model.requires_grad_(True)
        frozen(model, layers)
        with torch.no_grad():  # as an optimizer step between two epochs would
            for parameter in model.parameters():
                if parameter.requires_grad:
                    parameter.mul_(1.1)
        whole, reused = (output(one, model, split, [5, 6, 1]).logits for one in (None, cache))
        torch.testing.assert_close(whole, reused, rtol=1e-4, atol=1e-5)
        assert cache._frozen == layers


@BY_ARCHITECTURE
@KINDS
@pytest.mark.parametrize("layers", [0, 1, 2, LAYERS])
def test_an_evaluation_before_training_finds_the_same_layers(architecture: str, words: bool, layers: int) -> None:
    """Nothing has a gradient while logits are predicted, which is what a run begins with."""
    model, split = built(architecture, words, layers), split_of(LENGTHS, words)
    cache = FrozenLayerCache(model, Collator(model), (split,))
    predict_logits(model, split, Collator(model), forward=cache.forward)
    assert cache._frozen == layers
    trained = gradients(model, output(cache, model, split, [0, 1, 2]).loss)
    assert trained.keys() == {name for name, parameter in model.named_parameters() if parameter.requires_grad}


@pytest.mark.usefixtures("_another_precision")
@KINDS
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("layers", [1, 2, LAYERS])
def test_a_run_trains_what_is_not_frozen_as_a_run_without_reuse_does(
    words: bool, precision: str, layers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole loop, evaluation first: each trained parameter moves, and to where it would without reuse."""
    task = Task.of((tiny.WORD_TASK if words else tiny.TEXT_TASK) | {"tags": tiny.WORD_TASK["tags"]})
    split, validation = split_of(LENGTHS, words), split_of([6, 7, 9], words, seed=4)
    settings = tiny.training_settings(precision=precision, batch_size=4, epochs=3, lr=0.001, dropout=0.0)

    def trained() -> tuple[PreTrainedModel, list[dict]]:
        AcceleratorState._reset_state(reset_partial_state=True)
        model = built("bert", words, layers)
        training = Training(model, split, split.first_guids(3), validation, task, settings, 1)
        training.run("test")
        return model, training.events

    start = built("bert", words, layers).state_dict()
    monkeypatch.setattr(BestWeights, "restore", lambda best, model: None)  # the last weights, not the best
    model, events = trained()
    moved = {name for name, parameter in model.named_parameters() if not torch.equal(parameter, start[name])}
    assert moved == {name for name, parameter in model.named_parameters() if parameter.requires_grad}
    monkeypatch.setattr(FrozenLayerCache, "frozen_layers", lambda self: 0)
    whole_events = trained()[1]
    tolerance = 1e-3 if precision == "fp32" else 0.05
    for one, other in zip(events, whole_events, strict=True):
        if one["kind"] == "evaluation":
            assert one["validation"]["loss"] == pytest.approx(other["validation"]["loss"], rel=tolerance)
    assert [event["kind"] for event in events].count("evaluation") > 1


@pytest.mark.parametrize("free", ["head bias", "below", "embeddings"])
def test_nothing_is_reused_above_a_trained_parameter(free: str) -> None:
    """A parameter that no layer holds can act on what frozen layers give."""
    model, split = built("bert", False, LAYERS), split_of(LENGTHS, words=False)
    if free == "below":
        model.adapter = nn.Parameter(torch.zeros(16))
        transformer_layers(model)[1].register_forward_hook(lambda module, given, gave: gave + model.adapter)
    elif free == "embeddings":
        model.bert.embeddings.LayerNorm.bias.requires_grad_(True)
    cache = FrozenLayerCache(model, Collator(model), (split,))
    output(cache, model, split, [0, 1])
    assert cache._frozen == {"head bias": LAYERS, "below": 1, "embeddings": 0}[free]


def test_the_model_is_whole_again_after_an_error() -> None:
    model, split = built("bert", False, 2), split_of(LENGTHS, words=False)
    layers = list(transformer_layers(model))
    cache = FrozenLayerCache(model, Collator(model), (split,))
    model.classifier.register_forward_hook(lambda *call: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        output(cache, model, split, [0])
    assert [one is other for one, other in zip(layers, transformer_layers(model), strict=True)] == [True] * LAYERS


def test_beyond_the_bound_activations_lie_in_a_file_that_nobody_sees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    model, split, other = built("bert", True, 2), split_of(LENGTHS, True), split_of([30], True, seed=4)
    size = sum(LENGTHS) * 16 * 4
    monkeypatch.setattr(frozen_layers, "MEMORY", size)
    mapped: list[int] = []
    original = torch.from_file
    monkeypatch.setattr(torch, "from_file", lambda *given, **options: mapped.append(options["size"]) or original(
        *given, **options))
    cache = FrozenLayerCache(model, Collator(model), (split, other))
    plain = FrozenLayerCache(model, Collator(model), (split, other))
    for one in (split, other):
        found = output(cache, model, one, [0]).logits
        assert mapped == [] if one is split else mapped == [30 * 16]
        with monkeypatch.context() as patch:
            patch.setattr(frozen_layers, "MEMORY", 2**30)
            assert torch.equal(found, output(plain, model, one, [0]).logits)
    assert list(tmp_path.iterdir()) == []


def test_no_room_for_activations_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(frozen_layers, "MEMORY", 0)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: namedtuple("Usage", "free")(100))
    model, split = built("bert", True, 2), split_of(LENGTHS, True)
    with pytest.raises(UserError, match=r"expected 0.0 GiB free .* found 0.0; .* TMPDIR") as caught:
        output(FrozenLayerCache(model, Collator(model), (split,)), model, split, [0])
    assert "\n" not in str(caught.value)


@pytest.fixture
def _another_precision() -> Iterator[None]:
    """Accelerate allows a process one precision."""
    AcceleratorState._reset_state(reset_partial_state=True)
    yield
    AcceleratorState._reset_state(reset_partial_state=True)


@pytest.mark.usefixtures("_another_precision")
@pytest.mark.parametrize("task", [tiny.TEXT_TASK, tiny.WORD_TASK], ids=["text", "words"])
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_an_interrupted_run_ends_in_the_same_bytes(
    task: dict, precision: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded = tiny.write_encoded(tmp_path, task)
    save_after_every_step(monkeypatch)
    monkeypatch.setattr(stages.training.cell, "build_model", lambda *given: frozen(build_model(*given), 1))
    settings = tiny.training_settings(precision=precision)

    def fit(out: str, states: Path | None) -> dict[str, bytes]:
        train("pretrained", 1, encoded, tmp_path / "checkpoint", tmp_path / out, settings, states)
        return {path.name: path.read_bytes() for path in (tmp_path / out).iterdir()}

    whole = fit("whole", None)
    for after in (3, 11):
        with interrupted(after):
            fit("out", tmp_path / "states")
    assert fit("out", tmp_path / "states") == whole
