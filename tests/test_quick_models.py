"""What makes models quick leaves them what they are: dropout is dropout, the first token that of the whole layer."""

import copy

import pytest
import torch
from transformers import PreTrainedModel

from stages.models.building import build_model
from stages.models.dropout import QuickDropout, quick_dropout, use_quick_dropout
from stages.models.first_token import compute_only_first_token
from stages.models.inputs import Collator
from stages.models.parts import transformer_layers
from tests import tiny
from tests.shapes import ARCHITECTURES, classifier, split_of

BY_ARCHITECTURE = pytest.mark.parametrize("architecture", ARCHITECTURES)
KINDS = pytest.mark.parametrize("words", [False, True], ids=["text", "words"])
LENGTHS = [6, 3, 9, 9]


def dropped(probability: float, count: int = 400_000) -> torch.Tensor:
    torch.manual_seed(1)
    return quick_dropout(torch.ones(count), probability) == 0


@pytest.mark.parametrize("probability", [0.001, 0.1, 0.25, 0.5, 0.999])
def test_elements_are_dropped_with_the_probability(probability: float) -> None:
    mask = dropped(probability)
    deviation = (probability * (1 - probability) / len(mask)) ** 0.5
    assert abs(mask.float().mean().item() - probability) < 4 * deviation
    for position in range(4):  # in the word that they share
        assert abs(mask[position::4].float().mean().item() - probability) < 4 * 2 * deviation


@pytest.mark.parametrize("distance", [1, 2, 3, 4, 5])
def test_neighbours_are_dropped_independently(distance: int) -> None:
    mask = dropped(0.5)
    both = (mask[distance:] & mask[:-distance]).float().mean().item()
    assert abs(both - 0.25) < 4 * (0.25 * 0.75 / len(mask)) ** 0.5


def test_what_is_kept_is_scaled_and_the_gradient_is_the_same_mask() -> None:
    values = torch.arange(1.0, 12.0).view(1, 11).requires_grad_()
    torch.manual_seed(3)
    found = quick_dropout(values, 0.25)
    found.sum().backward()
    kept = found != 0
    assert 0 < kept.sum() < 11
    assert torch.equal(found[kept], values[kept] * (4 / 3))
    assert torch.equal(values.grad, kept * torch.tensor(4 / 3))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("shape", [(0,), (1,), (3, 5), (2, 3, 4)])
def test_shape_and_type_stay_and_the_state_of_the_generator_decides(dtype: torch.dtype, shape: tuple) -> None:
    values = torch.ones(shape, dtype=dtype)
    state = torch.get_rng_state()
    first, second = quick_dropout(values, 0.5), quick_dropout(values, 0.5)
    torch.set_rng_state(state)
    assert torch.equal(first, quick_dropout(values, 0.5))
    assert torch.equal(second, quick_dropout(values, 0.5))
    assert (first.shape, first.dtype) == (shape, dtype)


@BY_ARCHITECTURE
@KINDS
@pytest.mark.parametrize("lengths", [LENGTHS, [7, 7, 7, 7]], ids=["padded", "of one length"])
def test_attention_that_drops_nothing_is_that_of_transformers(
    architecture: str, words: bool, lengths: list[int]
) -> None:
    """The quick attention is used where there is dropout, so here with one that drops next to nothing."""
    plain = classifier(architecture, words)
    quick = copy.deepcopy(plain)
    use_quick_dropout(quick)
    for module in quick.modules():
        if isinstance(module, QuickDropout):
            module.p = 1e-9
    split = split_of(lengths, words)
    tensors = Collator(plain)(split, torch.arange(4).numpy())
    real = tensors["attention_mask"].bool() if words else slice(None)
    torch.testing.assert_close(plain(**tensors).logits[real], quick(**tensors).logits[real], rtol=1e-4, atol=1e-5)


@BY_ARCHITECTURE
def test_every_dropout_of_a_model_is_replaced(architecture: str) -> None:
    model = classifier(architecture, words=False, dropout=0.5)
    use_quick_dropout(model)
    assert {type(module) for module in model.modules() if isinstance(module, torch.nn.Dropout)} == {QuickDropout}
    tensors = Collator(model)(split_of(LENGTHS, words=False), torch.arange(4).numpy())
    torch.manual_seed(1)
    first, second = model(**tensors).logits, model(**tensors).logits
    assert not torch.equal(first, second)
    torch.manual_seed(1)
    assert torch.equal(first, model(**tensors).logits)
    model.eval()
    assert torch.equal(model(**tensors).logits, model(**tensors).logits)


def test_attention_weights_are_dropped() -> None:
    model = classifier("bert", words=False, dropout=0.5)
    use_quick_dropout(model)
    for name, module in model.named_modules():
        if isinstance(module, QuickDropout) and not name.endswith("attention.self.dropout"):
            module.p = 0.0
    tensors = Collator(model)(split_of(LENGTHS, words=False), torch.arange(4).numpy())
    assert not torch.equal(model(**tensors).logits, model(**tensors).logits)


def logits_and_gradients(model: PreTrainedModel, words: bool) -> tuple[torch.Tensor, list[torch.Tensor]]:
    output = model(**Collator(model)(split_of(LENGTHS, words), torch.arange(4).numpy()))
    output.loss.backward()
    return output.logits, [parameter.grad for parameter in model.parameters() if parameter.grad is not None]


@BY_ARCHITECTURE
@KINDS
def test_the_first_token_is_that_of_the_whole_layer(architecture: str, words: bool) -> None:
    whole = classifier(architecture, words)
    only = copy.deepcopy(whole)
    assert compute_only_first_token(only) == (not words and architecture != "gpt2")
    (expected, expected_gradients), (found, found_gradients) = (
        logits_and_gradients(model, words) for model in (whole, only))
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)
    assert len(found_gradients) == len(expected_gradients)
    for one, other in zip(found_gradients, expected_gradients, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("architecture", ["bert", "electra", "roberta", "distilbert"])
def test_the_last_layer_computes_one_token(architecture: str) -> None:
    model = classifier(architecture, words=False)
    compute_only_first_token(model)
    shapes: list[tuple[int, ...]] = []
    for layer in transformer_layers(model)[-2:]:
        layer.register_forward_hook(lambda module, given, gave: shapes.append(tuple(gave.shape)))
    model(**Collator(model)(split_of(LENGTHS, words=False), torch.arange(4).numpy()))
    assert shapes == [(4, 9, 16), (4, 1, 16)]


def test_what_is_saved_tells_nothing_of_it(tmp_path) -> None:
    tiny.write_checkpoint(tmp_path / "checkpoint")
    model = build_model("pretrained", tmp_path / "checkpoint", "single", ("no", "yes"), 0.1, 1)
    model.save_pretrained(tmp_path / "saved")
    assert "headstart" not in (tmp_path / "saved" / "config.json").read_text("utf-8")
