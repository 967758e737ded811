"""Replaced-token detection: its loss and labels by hand, and what of it is kept."""

import math
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import BertConfig, BertModel

from stages.pretraining.masked_language import IGNORED, MaskedTraining
from stages.pretraining.replaced_tokens import Detection, detection_loss, replaced_tokens
from stages.pretraining.small_bert import pretrain
from tests.interrupting import interrupted, save_after_every_step
from tests.test_pretraining import LINES, contents, losses, settings

MASK = 4


def detection(share: float = 0.5) -> Detection:
    torch.manual_seed(1)
    return Detection(BertModel(BertConfig(
        vocab_size=10, hidden_size=16, num_hidden_layers=1, num_attention_heads=4, intermediate_size=32),
        add_pooling_layer=False), share, 5)


def test_a_sampled_token_that_equals_the_original_counts_as_original() -> None:
    masked = torch.tensor([[2, MASK, 7, 3], [2, MASK, 3, 0]])
    targets = torch.tensor([[IGNORED, 5, IGNORED, IGNORED], [IGNORED, 6, IGNORED, IGNORED]])
    certain = torch.full((2, 10), -1e9)
    certain[0, 5] = certain[1, 8] = 0.0  # the first sample is the original token, the second is not
    ids, replaced = replaced_tokens(masked, targets, certain)
    assert ids.tolist() == [[2, 5, 7, 3], [2, 8, 3, 0]]
    assert replaced.tolist() == [[False] * 4, [False, True, False, False]]
    assert masked[0, 1] == MASK


def test_a_batch_without_masked_tokens_has_originals_alone() -> None:
    ids = torch.tensor([[2, 5, 3]])
    same, replaced = replaced_tokens(ids, torch.full((1, 3), IGNORED), torch.empty(0, 10))
    assert same.tolist() == ids.tolist()
    assert not replaced.any()


def test_the_loss_is_that_of_the_generator_and_fifty_times_that_of_the_discriminator() -> None:
    """A generator with a single choice, and a discriminator that always says 3/4: both losses follow by hand."""
    model = detection()
    with torch.no_grad():
        model.encoder.get_input_embeddings().weight.zero_()  # the generator's scores are its biases
        model.generator.generator_lm_head.bias.copy_(torch.tensor([-1e9] * 8 + [math.log(0.25), math.log(0.75)]))
        model.head.dense_prediction.weight.zero_()
        model.head.dense_prediction.bias.fill_(math.log(3))
    inputs = {"input_ids": torch.tensor([[2, MASK, MASK, 3], [2, 7, 3, 0]]),
              "attention_mask": torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])}
    targets = torch.tensor([[IGNORED, 8, 9, IGNORED], [IGNORED] * 4])
    model.eval()
    scores, found = model.generator.generator_lm_head.bias.detach().expand(2, 10), set()
    for seed in range(40):
        torch.manual_seed(seed)
        _, replaced = replaced_tokens(inputs["input_ids"], targets, scores)
        torch.manual_seed(seed)
        loss = detection_loss(model, inputs, targets).item()
        number = int(replaced.sum())
        generator = -(math.log(0.25) + math.log(0.75)) / 2
        discriminator = -(number * math.log(0.75) + (7 - number) * math.log(0.25)) / 7
        assert loss == pytest.approx(generator + 50 * discriminator, rel=1e-5)
        found.add(number)
    assert found == {0, 1, 2}


def test_the_generator_learns_from_its_own_loss_alone_and_shares_the_token_embeddings() -> None:
    model = detection()
    assert model.generator.config.hidden_size == 8
    assert model.generator.config.num_attention_heads == 2
    assert detection(0.25).generator.config.hidden_size == 4
    shared = model.encoder.get_input_embeddings().weight
    assert model.generator.get_input_embeddings().weight is shared
    assert model.generator.generator_lm_head.weight is shared
    assert sum(parameter is shared for parameter in model.parameters()) == 1
    inputs = {"input_ids": torch.tensor([[2, MASK, 7, 3]]), "attention_mask": torch.ones(1, 4, dtype=torch.long)}
    targets = torch.tensor([[IGNORED, 5, IGNORED, IGNORED]])
    model.eval()
    detection_loss(model, inputs, targets).backward()
    both = model.generator.electra.encoder.layer[0].output.dense.weight.grad.clone()
    model.zero_grad()
    model.generator(**inputs, labels=targets).loss.backward()
    torch.testing.assert_close(both, model.generator.electra.encoder.layer[0].output.dense.weight.grad)


def test_pretraining_keeps_the_discriminator_alone_and_goes_on_after_an_interruption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_after_every_step(monkeypatch)
    chosen = settings(objective="rtd", steps=16)
    pretrain(LINES, chosen, tmp_path / "whole")
    names = load_file(tmp_path / "whole" / "model.safetensors")
    assert names.keys() == BertModel(BertConfig(num_hidden_layers=1), add_pooling_layer=False).state_dict().keys()
    values = losses(tmp_path / "whole")
    assert sum(values[-5:]) < 0.9 * sum(values[:5])
    with interrupted(9, MaskedTraining):
        pretrain(LINES, chosen, tmp_path / "again", tmp_path / "states")
    pretrain(LINES, chosen, tmp_path / "again", tmp_path / "states")
    assert contents(tmp_path / "again") == contents(tmp_path / "whole")
    assert BertModel.from_pretrained(tmp_path / "whole").config.hidden_dropout_prob == 0.1
