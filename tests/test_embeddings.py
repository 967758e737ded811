"""Logistic regression over frozen embeddings: means, words, the choice of its penalty, and the stage as a whole."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.common.files import read_json
from stages.encoding.store import read_split
from stages.metrics.baselines import INVERSE_PENALTIES, probe
from stages.models.building import build_encoder
from stages.models.embeddings import embedded_rows
from stages.results.baselines import EMBEDDINGS_BASELINE
from stages.settings.prediction import ForwardSettings
from stages.settings.train_rows import TrainRows
from stages.training.frozen_encoder import embed
from tests import families, shapes, tiny

SETTINGS = ForwardSettings(threads=1, precision="fp32")


@pytest.fixture(params=[tiny.TEXT_TASK, tiny.WORD_TASK], ids=["text", "words"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    tiny.write_encoded(tmp_path, request.param)
    return tmp_path


def embedded(folder: Path, name: str = "out.json", size: int = 0) -> Any:
    embed(folder / "prepared", folder / "encoded", folder / "checkpoint", folder / name,
                {0: TrainRows(size)}, SETTINGS)
    return read_json(folder / name)


def test_a_text_is_the_mean_of_its_own_tokens(tmp_path: Path) -> None:
    tiny.write_encoded(tmp_path, tiny.TEXT_TASK)
    encoder, split = build_encoder(tmp_path / "checkpoint"), read_split(tmp_path / "encoded", "test")
    assert len(set(split.input_ids.lengths)) > 1  # so that some are padded
    guids, rows = embedded_rows(encoder, split, "fp32", lambda _: None)
    assert guids == split.guids
    for row, found in enumerate(rows):
        with torch.inference_mode():
            ids = torch.tensor(split.input_ids[row][None].astype(int))
            alone = encoder(input_ids=ids).last_hidden_state[0].mean(0)
        np.testing.assert_allclose(found, alone.numpy(), atol=1e-5)


def test_a_word_is_its_first_token(tmp_path: Path) -> None:
    tiny.write_encoded(tmp_path, tiny.WORD_TASK)
    encoder, split = build_encoder(tmp_path / "checkpoint"), read_split(tmp_path / "encoded", "test")
    _, rows = embedded_rows(encoder, split, "fp32", lambda _: None)
    with torch.inference_mode():
        states = encoder(input_ids=torch.tensor(split.input_ids[1][None].astype(int))).last_hidden_state[0].numpy()
    firsts = [place for place, word in enumerate(split.word_index[1]) if word >= 0]
    assert len(firsts) == len(json.loads((tmp_path / "prepared/test.jsonl").read_text().splitlines()[1])["words"])
    np.testing.assert_allclose(rows[1], states[firsts], atol=1e-5)


@pytest.mark.parametrize("family", families.FAMILIES)
def test_every_architecture_gives_states(family: str, tmp_path: Path) -> None:
    families.write_checkpoint(tmp_path / "checkpoint", family)
    families.write_trained(tmp_path / "trained", tmp_path / "checkpoint", "single", ("a", "b"))
    (tmp_path / "trained/model.safetensors").rename(tmp_path / "checkpoint/model.safetensors")
    encoder = build_encoder(tmp_path / "checkpoint")
    _, rows = embedded_rows(encoder, shapes.split_of([5, 9, 3], words=False), "fp32", lambda _: None)
    assert [row.shape for row in rows] == [(encoder.config.hidden_size,)] * 3
    assert not np.allclose(rows[0], rows[1])


def test_what_embeddings_tell_is_found_and_stored_in_the_order_of_the_rows(folder: Path) -> None:
    """Random states tell apart the few words of these texts."""
    found = embedded(folder)
    test = [json.loads(line) for line in (folder / "prepared/test.jsonl").read_text("utf-8").splitlines()]
    assert found["test"][EMBEDDINGS_BASELINE] == [row.get("label", row.get("tags")) for row in test]
    assert found["validation"] == 1.0
    embedded(folder, "again.json")
    assert (folder / "again.json").read_bytes() == (folder / "out.json").read_bytes()


def test_only_the_rows_that_the_models_learn_from_are_used(tmp_path: Path) -> None:
    tiny.write_encoded(tmp_path, tiny.TEXT_TASK)
    assert set(embedded(tmp_path, size=1)["test"][EMBEDDINGS_BASELINE]) == {"negative"}  # the label of the first row


def test_words_beyond_the_maximum_length_are_outside(tmp_path: Path) -> None:
    tiny.write_encoded(tmp_path, tiny.WORD_TASK)
    rows = [json.loads(line) for line in (tmp_path / "prepared/test.jsonl").read_text("utf-8").splitlines()]
    rows[0]["words"] += ["Paris", "Ann"]
    (tmp_path / "prepared/test.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n", "utf-8")
    first = embedded(tmp_path)["test"][EMBEDDINGS_BASELINE][0]
    assert len(first) == len(rows[0]["words"])
    assert first[-2:] == ["O", "O"]


def blobs(count: int, distance: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    return (random.normal(size=(count, 8)) + distance * np.eye(8)[labels]).astype(np.float32), labels


def test_the_penalty_is_chosen_on_validation() -> None:
    train, labels = blobs(60, 2.0, 1)
    validation, gold = blobs(300, 2.0, 2)
    test, _ = blobs(30, 2.0, 3)
    by_penalty = dict.fromkeys(INVERSE_PENALTIES, 0.0)
    seen = []
    found = probe(train, labels, validation, test, lambda classes: seen.append(np.mean(classes == gold)) or seen[-1])
    assert len(seen) == len(by_penalty)
    assert found.score == max(seen)
    assert found.inverse_penalty == INVERSE_PENALTIES[seen.index(max(seen))]  # of equals the strongest penalty
    assert probe(train, labels, validation, test, lambda classes: 0.5).inverse_penalty == INVERSE_PENALTIES[0]


@settings(max_examples=20)
@given(st.floats(-50, 50), st.floats(0.01, 100))
def test_neither_scale_nor_origin_of_embeddings_counts(origin: float, scale: float) -> None:
    train, labels = blobs(30, 3.0, 1)
    test, gold = blobs(30, 3.0, 2)
    def score(classes: np.ndarray) -> float:
        return float(np.mean(classes == gold))
    plain = probe(train, labels, test, test, score)
    other = probe(train * scale + origin, labels, test * scale + origin, test * scale + origin, score)
    assert other.inverse_penalty == plain.inverse_penalty
    assert np.mean(other.classes == plain.classes) > 0.95


def test_one_class_alone_is_predicted() -> None:
    train, test = np.zeros((4, 2)), np.ones((3, 2))
    found = probe(train, np.full(4, 2), test, test, lambda classes: float(np.mean(classes == 2)))
    assert (found.classes.tolist(), found.score) == ([2, 2, 2], 1.0)
