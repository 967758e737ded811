"""Pre-training: a checkpoint that transformers loads, the same bytes each time, and a loss that falls."""

import errno
import json
import unicodedata
from pathlib import Path

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from transformers import AutoTokenizer, BertForSequenceClassification, BertForTokenClassification

from stages.common.errors import UserError
from stages.pretraining.masked_language import IGNORED, EncodedText, MaskedTraining, Vocabulary, masked_batch
from stages.pretraining.obtaining import obtain
from stages.pretraining.small_bert import _framed, pretrain
from stages.pretraining.tokenizer import CLOSING, MASK, OPENING, PADDING, train_tokenizer
from stages.pretraining.vectors import STANDARD_DEVIATION, cooccurrence_vectors
from stages.settings.checkpoints import PretrainedHere
from stages.settings.pretraining import PretrainingSettings
from tests.interrupting import interrupted, save_after_every_step

ROOT = Path(__file__).parents[1]
LINES = [f"{subject} {verb} {thing}." for subject in ("영화가", "the film", "배우는") for verb in ("정말", "is", "참")
         for thing in ("재미있다", "good", "훌륭하다", "bad", "café")] * 4
VALUES = {
    "vocabulary": 200, "hidden_size": 16, "layers": 1, "heads": 2, "max_length": 16, "vector_window": 2, "steps": 30,
    "batch_size": 16, "lr": 0.01, "warmup": 0.1, "weight_decay": 0.01, "max_gradient_norm": 1.0, "masked": 0.3,
    "seed": 1, "threads": 1}


def settings(**changes):
    return PretrainingSettings(**VALUES | changes)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pretraining") / "checkpoint"
    pretrain(LINES, settings(), folder)
    return folder


def losses(folder):
    return [json.loads(line)["loss"] for line in (folder / "pretraining.jsonl").read_text("utf-8").splitlines()]


def test_files(checkpoint):
    assert sorted(path.name for path in checkpoint.iterdir()) == [
        "config.json", "model.safetensors", "pretraining.jsonl", "tokenizer.json", "tokenizer_config.json"]


def test_loss_falls(checkpoint):
    values = losses(checkpoint)
    assert len(values) == 30
    assert np.mean(values[-5:]) < 0.7 * np.mean(values[:5])


@pytest.mark.parametrize("classifier", [BertForSequenceClassification, BertForTokenClassification])
def test_encoder_loads_whole(checkpoint, classifier):
    model, report = classifier.from_pretrained(checkpoint, num_labels=3, output_loading_info=True)
    assert all(name.startswith(("classifier.", "bert.pooler.")) for name in report["missing_keys"])
    assert model.config.hidden_dropout_prob == 0.1
    assert model.config.attention_probs_dropout_prob == 0.1
    assert model.config.max_position_embeddings == 16


def test_tokenizer_loads_and_keeps_hangul_whole(checkpoint):
    tokenizer = AutoTokenizer.from_pretrained(checkpoint)
    assert tokenizer.tokenize("영화가 재미있다") == ["영화가", "재미있다"]
    assert tokenizer.tokenize(unicodedata.normalize("NFD", "영화가")) == ["영화가"]
    assert tokenizer.tokenize("café") == ["café"]
    assert tokenizer.convert_tokens_to_ids("[PAD]") == 0
    encoded = tokenizer("영화가", "good")
    assert tokenizer.convert_ids_to_tokens(encoded["input_ids"]) == ["[CLS]", "영화가", "[SEP]", "good", "[SEP]"]
    assert encoded["token_type_ids"] == [0, 0, 0, 1, 1]


def test_rare_characters_leave_room_for_pieces():
    lines = ["aab aab aab"] * 3 + [chr(0xAC00 + number) for number in range(500)]
    vocabulary = train_tokenizer(lines, 64).get_vocab()
    assert len(vocabulary) <= 64
    assert "aab" in vocabulary


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def _saved_after_every_step(monkeypatch):
    save_after_every_step(monkeypatch)


@pytest.mark.usefixtures("_saved_after_every_step")
def test_interrupted_it_goes_on_and_ends_in_the_same_bytes(checkpoint, tmp_path, capsys):
    for after in (0, 1, 2, 17, 29):  # nothing saved, the first steps, amid an epoch, the last step
        with interrupted(after, MaskedTraining):
            pretrain(LINES, settings(), tmp_path / "out", tmp_path / "states")
        assert not (tmp_path / "out").exists()
    capsys.readouterr()
    np.random.seed(7)
    torch.manual_seed(7)
    store = pretrain(LINES, settings(), tmp_path / "out", tmp_path / "states")
    assert "pre-training: resuming at step 29 of 30" in capsys.readouterr().err
    assert contents(tmp_path / "out") == contents(checkpoint)
    store.discard()
    assert list((tmp_path / "states").iterdir()) == []


@pytest.mark.usefixtures("_saved_after_every_step")
@pytest.mark.parametrize("change", [{"seed": 2}, {"lr": 0.02}, {"masked": 0.2}, {"vocabulary": 150},
                                    {"steps": 31}, {"vector_window": 0}])
def test_other_settings_do_not_go_on_from_the_state(change, tmp_path, capsys):
    with interrupted(5, MaskedTraining):
        pretrain(LINES, settings(), tmp_path / "out", tmp_path / "states")
    pretrain(LINES, settings(**change), tmp_path / "out", tmp_path / "states")
    assert "going on" not in capsys.readouterr().err


@pytest.mark.usefixtures("_saved_after_every_step")
def test_another_text_does_not_go_on_from_the_state(tmp_path, capsys):
    with interrupted(5, MaskedTraining):
        pretrain(LINES, settings(), tmp_path / "out", tmp_path / "states")
    pretrain([*LINES[:-1], "another line."], settings(), tmp_path / "out", tmp_path / "states")
    assert "going on" not in capsys.readouterr().err


@pytest.mark.usefixtures("_saved_after_every_step")
def test_the_state_stays_until_the_checkpoint_is_in_its_place(tmp_path, monkeypatch, capsys):
    (tmp_path / "text.txt").write_text("\n".join(LINES), "utf-8")
    chosen = PretrainedHere(source="pretrain", folder=str(tmp_path), text="text.txt", pretraining=settings())
    out, states = tmp_path / "out", tmp_path / "states"
    origin = obtain(tmp_path / "whole", chosen)
    with interrupted(29, MaskedTraining):
        obtain(out, chosen, states)
    with monkeypatch.context() as patch:
        patch.setattr("stages.pretraining.obtaining.write_json", full)
        with pytest.raises(OSError, match="No space left on device: .*out'"):
            obtain(out, chosen, states)
    assert not out.exists()
    capsys.readouterr()
    assert obtain(out, chosen, states) == origin
    assert "resuming at step 29 of 30" in capsys.readouterr().err
    assert contents(out) == contents(tmp_path / "whole")
    assert list(states.iterdir()) == []


def full(*arguments, **keywords):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("lines", [[], ["", " \t"]])
def test_no_text(lines, tmp_path):
    with pytest.raises(UserError, match="expected lines of text, found none"):
        pretrain(lines, settings(), tmp_path / "checkpoint")
    assert not (tmp_path / "checkpoint").exists()


def test_heads_divide_the_width():
    with pytest.raises(ValidationError, match="hidden_size 16 is not divisible by heads 3"):
        settings(heads=3)


def test_line_of_several_sentences_becomes_two_segments():
    ids, segments = _framed([10, 9, 11, 12, 9], ends={9}, max_length=16)
    assert ids.tolist() == [OPENING, 10, 9, CLOSING, 11, 12, 9, CLOSING]
    assert segments.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]


def test_line_of_one_sentence_is_one_segment_and_is_cut():
    ids, segments = _framed([10, 11, 12, 13, 14, 15, 16, 9], ends={9}, max_length=8)
    assert ids.tolist() == [OPENING, 10, 11, 12, 13, 14, CLOSING]
    assert not segments.any()


def test_only_words_are_masked():
    ids = np.array([OPENING, *range(10, 40), CLOSING])
    text = EncodedText([ids, ids[:5]], [np.zeros(32, dtype=np.int64), np.zeros(5, dtype=np.int64)])
    vocabulary = Vocabulary(np.arange(5, 50), 50, MASK, PADDING)
    inputs, targets = masked_batch(text, np.array([0, 1]), np.random.default_rng(0), 0.5, vocabulary)
    chosen = (targets != IGNORED).numpy()
    assert chosen.any()
    assert not chosen[:, 0].any()
    assert not chosen[1, 5:].any()
    assert (targets.numpy()[chosen] == np.where(chosen, np.stack([ids, ids]), 0)[chosen]).all()
    changed = inputs["input_ids"].numpy()[0] != ids
    assert not (changed & ~chosen[0]).any()
    assert (inputs["input_ids"].numpy() == MASK).any()
    assert inputs["attention_mask"].sum(1).tolist() == [32, 5]


def test_words_in_the_same_contexts_get_similar_vectors():
    # 10 and 11 stand between 20 and 21; 12 stands between 22 and 23.
    lines = [np.array([2, 20, 10, 21, 3]), np.array([2, 20, 11, 21, 3]), np.array([2, 22, 12, 23, 3])] * 5
    vectors = cooccurrence_vectors(lines, Vocabulary(np.arange(5, 30), 30, MASK, PADDING), size=12, window=1)

    def cosine(one, other):
        return vectors[one] @ vectors[other] / np.linalg.norm(vectors[one]) / np.linalg.norm(vectors[other])

    assert vectors.shape == (30, 12)
    assert cosine(10, 11) > 0.99
    assert abs(cosine(10, 12)) < 0.01
    assert abs(vectors[:5]).max() < 1e-3 * STANDARD_DEVIATION
    assert vectors.std() == pytest.approx(STANDARD_DEVIATION, rel=1e-5)
