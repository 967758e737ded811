"""SetFit: its pairs, its loss, its classifier, and that the stored model is the one that was scored."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from transformers import AutoModelForSequenceClassification, PreTrainedModel

from stages.answering.exporting import deliver
from stages.common.errors import UserError
from stages.common.files import read_json_lines, write_json_lines
from stages.encode import encode
from stages.models.averaging import offset
from stages.models.building import build_encoder, build_model
from stages.models.tuning import linear_layers_of_head
from stages.results.prepared import read_rows
from stages.settings.data import EncodingSettings
from stages.settings.recipes import SetFitTuning
from stages.training.cell import train
from stages.training.pairs import epoch_pairs
from stages.training.setfit import PairObjective, embeddings_as_logits, fit_head
from tests import tiny
from tests.test_tunings import CONFIGS, write_checkpoint

LABELS = st.lists(st.integers(0, 4), min_size=2, max_size=30).map(np.array)


@given(LABELS, st.integers(1, 6), st.integers(2, 60), st.integers(0, 2**32), st.integers(0, 5))
def test_pairs(labels: np.ndarray, per_row: int, most: int, seed: int, epoch: int) -> None:
    recipe = SetFitTuning(pairs_per_row=per_row, max_pairs=most)
    pairs = epoch_pairs(labels, recipe, seed, epoch)
    assert np.array_equal(pairs, epoch_pairs(labels, recipe, seed, epoch))
    assert not (pairs[:, 0] == pairs[:, 1]).any()
    assert pairs.min() >= 0
    assert pairs.max() < len(labels)
    assert len(pairs) <= most
    counts = np.bincount(labels)[labels]
    same = labels[pairs[:, 0]] == labels[pairs[:, 1]]
    for kind, possible in ((same, counts > 1), (~same, counts < len(labels))):
        assert kind.sum() == (min(per_row * len(labels), most // 2) if possible.any() else 0)
        turns = np.bincount(pairs[kind, 0], minlength=len(labels))
        assert not turns[~possible].any()
        assert not possible.any() or np.ptp(turns[possible]) <= 1


def test_every_partner_is_drawn_and_seeds_and_epochs_draw_others() -> None:
    labels = np.array([2, 0, 1, 0, 2, 2])
    drawn = {(seed, epoch): epoch_pairs(labels, SetFitTuning(pairs_per_row=40), seed, epoch)
             for seed in (1, 2) for epoch in (0, 1)}
    for pairs in drawn.values():
        assert set(map(tuple, pairs.tolist())) == {(one, other) for one in range(6) for other in range(6)
                                                   if one != other and (labels[one], one) != (1, other)}
    assert len({pairs.tobytes() for pairs in drawn.values()}) == 4


def test_one_row_makes_no_pair() -> None:
    with pytest.raises(UserError, match="expected two training rows or more, found 1; raise train_size"):
        epoch_pairs(np.array([0]), SetFitTuning(), 1, 0)


def test_the_loss_by_hand() -> None:
    embeddings = torch.tensor([[1.0, 0.0], [2.0, 0.0], [1.0, 0.0], [0.0, 1.0], [3.0, 4.0], [4.0, 3.0]])
    labels = torch.tensor([0, 0, 1, 1, 0, 2])
    # cosines 1, 0 and 24/25 where 1, 1 and 0 are wanted
    assert float(PairObjective().total(embeddings, labels)) == pytest.approx(0 + 1 + 0.96**2)
    assert PairObjective().divisor(labels) == 3


def _model(folder: Path, classes: int) -> PreTrainedModel:
    tiny.write_checkpoint(folder)
    return build_model("pretrained", folder, "single", [str(tag) for tag in range(classes)], 0.3, 1, SetFitTuning())


@pytest.mark.parametrize("architecture", CONFIGS)
def test_embeddings_are_means_of_all_tokens_and_the_logits_linear_in_them(architecture: str, tmp_path: Path) -> None:
    write_checkpoint(tmp_path / "checkpoint", architecture)
    tags = ["no", "yes"]
    model = build_model("pretrained", tmp_path / "checkpoint", "single", tags, 0.3, 1, SetFitTuning())
    encoder = build_encoder(tmp_path / "checkpoint")
    inputs = {"input_ids": torch.tensor([[2, 5, 7, 3], [2, 6, 3, 0]]),
              "attention_mask": torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])}
    fit_head(model.eval(), np.random.default_rng(1).normal(size=(8, 16)), np.arange(8) % 2, "none")
    logits = model(**inputs).logits
    with embeddings_as_logits(model, SetFitTuning()):
        found = model(**inputs).logits
    states = encoder(**inputs).last_hidden_state
    weights = inputs["attention_mask"][..., None]
    mean = (states * weights).sum(1) / weights.sum(1)
    if architecture == "gpt2":  # whose last token has seen all others
        torch.testing.assert_close(found, torch.stack([states[0, 3], states[1, 2]]))
    else:
        wanted = torch.nn.functional.layer_norm(mean, (16,))
        torch.testing.assert_close(found / found.std(1, keepdim=True), wanted / wanted.std(1, keepdim=True),
                                   atol=0.05, rtol=0)
    last = linear_layers_of_head(model)[-1]
    torch.testing.assert_close(logits, last(found + offset(model)), atol=1e-5, rtol=0)

    model.save_pretrained(tmp_path / "saved")
    plain = AutoModelForSequenceClassification.from_pretrained(tmp_path / "saved").eval()
    torch.testing.assert_close(plain(**inputs).logits, logits, atol=1e-5, rtol=0)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("weights", ["none", "balanced"])
def test_the_classifier_is_logistic_regression(classes: int, bias: bool, weights: str, tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    embeddings = (random.normal(size=(40, 16)) * np.geomspace(0.1, 50, 16) + 1).astype(np.float32)
    labels = random.permutation(np.arange(40) % classes)
    model = _model(tmp_path, classes)
    layer = linear_layers_of_head(model)[-1]
    if not bias:
        layer.register_parameter("bias", None)
    fit_head(model, embeddings, labels, weights)
    scaled = StandardScaler(with_mean=bias).fit_transform(embeddings)
    wanted = LogisticRegression(fit_intercept=bias, class_weight=None if weights == "none" else weights)
    np.testing.assert_allclose(
        torch.softmax(layer(torch.from_numpy(embeddings)), 1).detach(),
        wanted.fit(scaled, labels).predict_proba(scaled), atol=2e-3)


@pytest.mark.parametrize("labels", [[1] * 4, [1, 3, 1, 3]])
def test_a_class_without_rows_is_unlikely(labels: list[int], tmp_path: Path) -> None:
    embeddings = np.tile(np.array([[0.0, 1], [1, 0], [0, 2], [2, 0]], np.float32), 8)
    model = _model(tmp_path, 4)
    fit_head(model, embeddings, np.array(labels), "none")
    predicted = linear_layers_of_head(model)[-1](torch.from_numpy(embeddings)).softmax(1).detach().numpy()
    assert predicted.argmax(axis=1).tolist() == labels
    others = [place for place in range(4) if place not in labels]
    assert (predicted[:, others] < 1 / 4).all()
    assert (predicted > 0).all()


def _encoded(root: Path, task: dict[str, Any], **rows: list[dict[str, Any]]) -> Path:
    """Encoded data of a task with these ``rows`` by split."""
    tiny.write_prepared(root / "prepared", task)
    tiny.write_checkpoint(root / "checkpoint")
    for split, of_split in rows.items():
        write_json_lines(root / "prepared" / f"{split}.jsonl", of_split)
    encode(root / "prepared", root / "checkpoint" / "tokenizer.json", {"synthetic": False}, root / "encoded",
           root / "card.json", EncodingSettings(checkpoint="tiny", max_length=16))
    return root / "encoded"


@pytest.mark.parametrize("kind", ["single", "pair"])
def test_the_exported_model_answers_as_the_one_that_was_scored(kind: str, tmp_path: Path) -> None:
    """Also where a class has a single row and another has none."""
    tags = ["negative", "positive", "neutral", "mixed"]
    second = {"text_pair": "the film"} if kind == "pair" else {}
    task = tiny.TEXT_TASK | {"kind": kind, "labels": tags, "tags": tags}
    splits = {split: [row | second for row in tiny.text_rows(split, 16)] for split in task["splits"]}
    splits["train"][3]["label"] = "neutral"
    encoded = _encoded(tmp_path, task, **splits)
    train("pretrained", 1, encoded, tmp_path / "checkpoint", tmp_path / "model",
          tiny.training_settings(lr=1e-3, evaluations=1), recipe=SetFitTuning(pairs_per_row=2))
    start, *_, last, end = read_json_lines(tmp_path / "model" / "history.jsonl")
    assert (start["settings"]["epochs"], end["steps"]) == (1, 2 * 2 * 16 // 4)  # of 4 pairs
    assert last["train"]["accuracy"] > 0.75
    (tmp_path / "exported").mkdir()
    rows = list(read_rows(tmp_path / "prepared" / "test.jsonl"))
    deliver(kind, tmp_path / "model", tmp_path / "checkpoint", 16, tmp_path / "exported", rows)
    again = tmp_path / "again"
    train("pretrained", 1, encoded, tmp_path / "checkpoint", again,
          tiny.training_settings(lr=1e-3, evaluations=1), recipe=SetFitTuning(pairs_per_row=2))
    assert all(path.read_bytes() == (again / path.name).read_bytes() for path in (tmp_path / "model").iterdir())


def test_words_have_no_pairs(tmp_path: Path) -> None:
    tiny.write_checkpoint(tmp_path)
    with pytest.raises(UserError, match="method setfit: SetFit has no entity tasks; use another"):
        build_model("pretrained", tmp_path, "words", ["O", "B-A"], 0.0, 1, SetFitTuning())
