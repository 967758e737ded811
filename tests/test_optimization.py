"""Learning rates, weight decay, losses and gradient norms by hand, and on every architecture."""

import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.class_weight import compute_class_weight
from torch import nn
from transformers import (
    BertConfig,
    DistilBertConfig,
    ElectraConfig,
    GPT2Config,
    PretrainedConfig,
    PreTrainedModel,
    RobertaConfig,
    get_cosine_schedule_with_warmup,
    get_linear_schedule_with_warmup,
    get_polynomial_decay_schedule_with_warmup,
)

from stages.encoding.store import IGNORED_LABEL, EncodedSplit, Ragged
from stages.models.architectures import ARCHITECTURES
from stages.models.building import build_model
from stages.models.parts import parts
from stages.settings.training import Schedule
from stages.training.gradients import gradient_norms
from stages.training.objective import Objective, balanced_class_weights
from stages.training.optimization import adamw, schedule_factor, warmup_schedule, warmup_steps

SMALL = {"vocab_size": 50, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
CONFIGS: dict[str, Callable[[], PretrainedConfig]] = {
    "bert": lambda: BertConfig(**SMALL),
    "electra": lambda: ElectraConfig(**SMALL, embedding_size=8),
    "roberta": lambda: RobertaConfig(**SMALL),
    "distilbert": lambda: DistilBertConfig(vocab_size=50, dim=16, hidden_dim=32, n_layers=2, n_heads=2),
    "gpt2": lambda: GPT2Config(vocab_size=50, n_embd=16, n_layer=2, n_head=2, pad_token_id=0),
}


@pytest.fixture(params=[(kind, name) for kind in ("single", "words") for name in CONFIGS
                        if kind in ARCHITECTURES[name].kinds], ids="-".join)
def model(request: pytest.FixtureRequest, tmp_path: Path) -> PreTrainedModel:
    kind, name = request.param
    CONFIGS[name]().save_pretrained(tmp_path)
    return build_model("scratch", tmp_path, kind, ("no", "yes", "so"), 0.37, 1)


def test_schedules_by_hand() -> None:
    steps = range(7)
    assert [schedule_factor(step, 2, 6) for step in steps] == [0.5, 1.0, 1.0, 0.75, 0.5, 0.25, 0.0]
    assert [schedule_factor(step, 2, 6, "constant") for step in steps] == [0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    assert [schedule_factor(step, 2, 6, "polynomial") for step in steps] == [0.5, 1.0, 1.0, 0.5625, 0.25, 0.0625, 0.0]
    half = math.sqrt(0.5) / 2
    assert [schedule_factor(step, 2, 6, "cosine") for step in steps] == pytest.approx(
        [0.5, 1.0, 1.0, 0.5 + half, 0.5, 0.5 - half, 0.0])
    assert schedule_factor(0, 0, 4) == 1.0


@pytest.mark.parametrize("name", get_args(Schedule))
@given(st.integers(1, 200), st.data())
def test_every_schedule_rises_to_its_peak_and_never_again(name: str, steps: int, data: st.DataObject) -> None:
    rising = data.draw(st.integers(0, steps))
    factors = [schedule_factor(step, rising, steps, name) for step in range(steps + 1)]
    assert factors[:rising] == [(step + 1) / rising for step in range(rising)]
    falling = factors[max(0, rising - 1) :]
    assert falling == sorted(falling, reverse=True)
    assert all(0.0 <= factor <= 1.0 for factor in factors)
    assert (factors[-1] == 0.0) == (name != "constant")


@pytest.mark.parametrize(("name", "theirs"), [
    ("linear", get_linear_schedule_with_warmup), ("cosine", get_cosine_schedule_with_warmup),
    ("polynomial", lambda *arguments: get_polynomial_decay_schedule_with_warmup(*arguments, lr_end=0.0, power=2.0)),
])
def test_after_the_warm_up_a_schedule_is_that_of_transformers(name: str, theirs: Callable) -> None:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    (factor,) = theirs(optimizer, 3, 20).lr_lambdas
    for step in range(3, 21):
        assert schedule_factor(step, 3, 20, name) == pytest.approx(factor(step), abs=1e-12)


@pytest.mark.parametrize(("warmup", "steps"), [(0.0, 0), (0.1, 5), (0.5, 25), (0.99, 50), (1.0, 1), (1, 1), (7, 7)])
def test_warm_up_is_a_share_or_a_number_of_steps(warmup: float, steps: int) -> None:
    assert warmup_steps(warmup, 50) == steps


def test_an_optimizer_follows_its_schedule_in_every_group(model: PreTrainedModel) -> None:
    head = parts(model).head
    optimizer = adamw(model, 0.1, 0.01, dict.fromkeys(head, 4.0))
    schedule = warmup_schedule(optimizer, 2, 4, "polynomial")
    seen = []
    for _ in range(5):
        rates = {parameter: group["lr"] for group in optimizer.param_groups for parameter in group["params"]}
        named = {name: rates[parameter] for name, parameter in model.named_parameters()}
        assert all(rate == pytest.approx(named[next(iter(named))] * (4 if name in head else 1))
                   for name, rate in named.items())
        seen.append(named[next(iter(named))])
        optimizer.step()
        schedule.step()
    assert seen == pytest.approx([0.05, 0.1, 0.1, 0.025, 0.0])


def test_weight_decay_spares_biases_and_normalisation_alone(model: PreTrainedModel) -> None:
    spared = {id(parameter) for module in model.modules() for name, parameter in module.named_parameters(recurse=False)
              if name == "bias" or isinstance(module, nn.LayerNorm)}
    decays = {id(parameter): group["weight_decay"]
              for group in adamw(model, 0.01, 0.03).param_groups for parameter in group["params"]}
    assert decays == {id(parameter): 0.0 if id(parameter) in spared else 0.03 for parameter in model.parameters()}


def test_factors_make_groups_and_frozen_parameters_have_none(model: PreTrainedModel) -> None:
    first, *_ = parts(model).layers
    model.base_model.get_input_embeddings().weight.requires_grad_(False)
    groups = adamw(model, 0.5, 0.01, dict.fromkeys(first, 0.5)).param_groups
    assert sorted((group["lr"], group["weight_decay"]) for group in groups) == [
        (0.25, 0.0), (0.25, 0.01), (0.5, 0.0), (0.5, 0.01)]
    slow = {id(parameter) for group in groups if group["lr"] == 0.25 for parameter in group["params"]}
    assert slow == {id(parameter) for name, parameter in model.named_parameters() if name in first}
    held = [parameter for group in groups for parameter in group["params"]]
    assert len(held) == len(list(model.parameters())) - 1
    with pytest.raises(ValueError, match="first layers.0.weight"):
        adamw(model, 0.5, 0.01, {"layers.0.weight": 0.5})


def test_adamw_corrects_its_bias() -> None:
    """Without the correction the first step would be (1 - b1) / sqrt(1 - b2), three times as long as the rate."""
    module = nn.Linear(1, 1, bias=False)
    nn.init.constant_(module.weight, 1.0)
    optimizer = adamw(module, 0.01, 0.5)
    module.weight.grad = torch.full((1, 1), 7.0)
    optimizer.step()
    assert module.weight.item() == pytest.approx(1.0 * (1 - 0.01 * 0.5) - 0.01, abs=1e-7)


def test_one_name_sets_every_dropout(model: PreTrainedModel) -> None:
    layers = [module.p for module in model.modules() if isinstance(module, nn.Dropout)]
    assert set(layers) == {0.37}
    assert len(layers) >= 6
    # Attention may draw its mask in a function, with a probability that the module keeps as a number.
    numbers = {value for module in model.modules() for name, value in vars(module).items()
               if "drop" in name and isinstance(value, float)}
    assert numbers <= {0.37}


LOGITS = torch.tensor([[2.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 3.0], [5.0, -5.0, 9.0]])
LABELS = torch.tensor([0, 2, 2, IGNORED_LABEL])


def by_hand(smoothing: float, weights: tuple[float, float, float]) -> tuple[float, float]:
    """Sum and divisor: minus the weighted log-probabilities under the smoothed target."""
    total = divisor = 0.0
    for scores, label in zip(LOGITS.tolist()[:3], LABELS.tolist()[:3], strict=True):
        normal = math.log(sum(map(math.exp, scores)))
        for other, value in enumerate(scores):
            target = smoothing / 3 + (1 - smoothing) * (other == label)
            total -= target * weights[other] * (value - normal)
        divisor += weights[label]
    return total, divisor


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("weights", [None, (2.0, 0.0, 0.5)])
def test_smoothing_and_class_weights_by_hand(smoothing: float, weights: tuple[float, float, float] | None) -> None:
    objective = Objective(smoothing, None if weights is None else torch.tensor(weights))
    total, divisor = by_hand(smoothing, weights or (1.0, 1.0, 1.0))
    assert objective.total(LOGITS, LABELS).item() == pytest.approx(total, rel=1e-6)
    assert objective.divisor(LABELS) == pytest.approx(divisor)
    # The rows of a batch of sentences, and its padding.
    assert objective.total(LOGITS.view(2, 2, 3), LABELS.view(2, 2)).item() == pytest.approx(total, rel=1e-6)
    moved = LOGITS.clone()
    moved[3] = 100.0
    assert torch.equal(objective.total(moved, LABELS), objective.total(LOGITS, LABELS))


def test_the_plain_loss_has_the_bits_of_the_usual_mean() -> None:
    generator = torch.Generator().manual_seed(3)
    for rows in (1, 7, 32, 500):
        logits = torch.randn(rows, 5, generator=generator, requires_grad=True)
        labels = torch.randint(-1, 5, (rows,), generator=generator)
        labels[labels < 0] = IGNORED_LABEL
        labels[0] = 0
        ours = Objective().total(logits, labels) / Objective().divisor(labels)
        usual = nn.CrossEntropyLoss()(logits, labels)
        assert ours.item() == usual.item()
        assert torch.equal(*(torch.autograd.grad(loss, logits)[0] for loss in (ours, usual)))


def split(labels: object) -> EncodedSplit:
    rows = Ragged(np.zeros(2), np.array([0, 1, 2]))
    return EncodedSplit(["a", "b"], rows, rows, labels, None)


def test_balanced_weights_by_hand() -> None:
    assert balanced_class_weights(split(np.array([0, 0, 0, 2])), 3).tolist() == pytest.approx([4 / 6, 0.0, 2.0])
    tags = np.array([IGNORED_LABEL, 1, 1, IGNORED_LABEL, 0, 1, 2, 2])
    words = Ragged(tags, np.array([0, 4, 6, 8]))
    assert balanced_class_weights(split(words), 3).tolist() == pytest.approx([6 / 3, 6 / 9, 6 / 6])
    assert balanced_class_weights(split(words.first(2)), 3).tolist() == pytest.approx([4 / 2, 4 / 6, 0.0])


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60))
def test_balanced_weights_are_those_of_scikit_learn(labels: list[int]) -> None:
    weights = balanced_class_weights(split(np.array(labels)), 5).numpy()
    present = np.unique(labels)
    np.testing.assert_allclose(weights[present], compute_class_weight("balanced", classes=present, y=labels), rtol=1e-6)
    assert weights[[label for label in range(5) if label not in present]].sum() == 0.0


def test_gradient_norms_of_the_parts_make_up_the_whole(model: PreTrainedModel) -> None:
    tokens = torch.randint(2, 50, (3, 6), generator=torch.Generator().manual_seed(1))
    logits = model(input_ids=tokens, attention_mask=torch.ones_like(tokens)).logits
    logits.square().sum().backward()
    norms = gradient_norms(model)
    assert set(norms) == {"embeddings", "layer_1", "layer_2", "head"}
    whole = nn.utils.clip_grad_norm_(model.parameters(), 1e9)
    assert math.hypot(*norms.values()) == pytest.approx(whole.item(), rel=1e-5)
    second = [dict(model.named_parameters())[name].grad for name in parts(model).layers[1]]
    squares = sum(float(tensor.square().sum()) for tensor in second)
    assert norms["layer_2"] == pytest.approx(math.sqrt(squares), rel=1e-5)


def test_gradient_norms_of_frozen_unknown_and_broken_parts(model: PreTrainedModel) -> None:
    assert gradient_norms(model) == {}
    for name in parts(model).layers[0]:
        model.get_parameter(name).grad = torch.full_like(model.get_parameter(name), 0.0)
    model.get_parameter(parts(model).layers[0][0]).grad.fill_(math.inf)
    model.get_parameter(parts(model).head[-1]).grad = torch.full_like(model.get_parameter(parts(model).head[-1]), 2.0)
    assert gradient_norms(model) == {
        "layer_1": None, "head": pytest.approx(2.0 * math.sqrt(model.get_parameter(parts(model).head[-1]).numel()))}
    plain = nn.Linear(2, 1, bias=False)
    plain.weight.grad = torch.tensor([[3.0, 4.0]])
    plain.base_model, plain.config = plain, SimpleNamespace(model_type="unlisted")
    assert gradient_norms(plain) == {"other": 5.0}
