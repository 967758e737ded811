"""The two arms differ in their weights alone, training is deterministic, and test scores equal what training saw."""

import json
import math
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from stages.answering.splits import predict
from stages.common.errors import UserError
from stages.common.files import read_json, read_json_lines, sha256, write_json
from stages.encoding.store import read_split
from stages.evaluate import evaluate
from stages.metrics.scoring import mean_cross_entropy, score
from stages.models.building import build_model, load_model
from stages.models.inputs import Collator, gold_labels, joined_windows, predict_logits
from stages.models.local import copy_checkpoint
from stages.models.precision import mixed_precision
from stages.results.prepared import Task
from stages.settings.arms import parse_cell_name
from stages.settings.evaluation import EvaluationSettings
from stages.settings.grid import Grid
from stages.settings.prediction import PredictionSettings
from stages.training.batches import epoch_batches
from stages.training.cell import train
from stages.training.loop import Training
from stages.training.optimization import schedule_factor
from tests import tiny

TAGS = ("negative", "positive")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkpoint")
    tiny.write_checkpoint(folder)
    return folder


def fit(data: Path, out: Path, init: str = "pretrained", seed: int = 1, **changes: object) -> list[dict]:
    train(init, seed, data / "encoded", data / "checkpoint", out, tiny.training_settings(**changes))
    return list(read_json_lines(out / "history.jsonl"))


@given(st.lists(st.integers(1, 40), min_size=1, max_size=300), st.integers(1, 16), st.integers(0, 5), st.integers(0, 3))
def test_batches_hold_every_row_once(lengths: list[int], size: int, seed: int, epoch: int) -> None:
    batches = epoch_batches(np.array(lengths), size, seed, epoch)
    assert sorted(np.concatenate(batches).tolist()) == list(range(len(lengths)))
    assert len(batches) >= -(-len(lengths) // size)
    assert all(len(batch) <= size for batch in batches)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=300), st.integers(1, 200), st.integers(0, 5))
def test_batches_of_a_budget_of_tokens_keep_it_and_leave_little_room(
    lengths: list[int], tokens: int, seed: int
) -> None:
    batches = epoch_batches(np.array(lengths), 8, seed, 0, tokens)
    assert sorted(np.concatenate(batches).tolist()) == list(range(len(lengths)))
    longest = [max(lengths[row] for row in batch) for batch in batches]
    assert all(len(batch) == 1 or len(batch) * most <= tokens for batch, most in zip(batches, longest, strict=True))
    assert all(np.array_equal(one, other) for one, other in zip(
        batches, epoch_batches(np.array(lengths), 1, seed, 0, tokens), strict=True))  # whatever batch_size is


def test_batches_of_a_budget_of_tokens_by_hand() -> None:
    batches = epoch_batches(np.array([5, 2, 3, 9, 2, 3]), 1, 1, 0, 10)
    assert sorted(sorted(batch.tolist()) for batch in batches) == [[0, 5], [1, 2, 4], [3]]


@pytest.mark.parametrize(("cell", "init"), [("adapted-1", "pretrained"), ("scratch-1", "scratch")])
def test_the_progress_of_a_training_names_its_cell(
    data: Path, cell: str, init: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fit(data, tmp_path / cell, init, epochs=1)
    assert f"toy {cell}: " in capsys.readouterr().err


def test_a_budget_of_tokens_decides_the_steps_of_both_arms_alike(data: Path, tmp_path: Path) -> None:
    """Rows of 4, 5 and 6 tokens, 40 in all; steps, warm-up and evaluations go by the batches of all epochs."""
    settings = {"batch_tokens": 24, "epochs": 2, "evaluations": 2, "warmup": 4}
    runs = {init: fit(data, tmp_path / init, init, **settings) for init in ("pretrained", "scratch")}
    lengths = read_split(data / "encoded", "train").input_ids.lengths
    steps = sum(len(epoch_batches(lengths, 8, 1, epoch, 24)) for epoch in range(2))
    for events in runs.values():
        taken = [event for event in events if event["kind"] == "step"]
        assert events[-1]["steps"] == steps == len(taken)
        assert [event["learning_rate"] for event in taken[:4]] == pytest.approx([0.0025, 0.005, 0.0075, 0.01])
        assert [event["step"] for event in events if event["kind"] == "evaluation"] == [0, round(steps / 2), steps]
        assert taken[-1]["epoch"] == 2.0


def test_batches_differ_by_epoch_and_seed_but_not_by_call() -> None:
    lengths = np.arange(64) % 7
    first = np.concatenate(epoch_batches(lengths, 8, 1, 0))
    assert np.array_equal(first, np.concatenate(epoch_batches(lengths, 8, 1, 0)))
    assert not np.array_equal(first, np.concatenate(epoch_batches(lengths, 8, 1, 1)))
    assert not np.array_equal(first, np.concatenate(epoch_batches(lengths, 8, 2, 0)))


def test_arms_share_everything_but_the_encoder_weights(checkpoint: Path) -> None:
    arms = {init: build_model(init, checkpoint, "single", TAGS, 0.1, 1) for init in ("pretrained", "scratch")}
    shapes = [{name: tensor.shape for name, tensor in model.state_dict().items()} for model in arms.values()]
    assert shapes[0] == shapes[1]
    configs = [model.config.to_diff_dict() for model in arms.values()]
    for config in configs:
        config.pop("_name_or_path", None)
    assert configs[0] == configs[1]
    assert all(model.training for model in arms.values())
    stored = load_file(checkpoint / "model.safetensors")
    for name, tensor in stored.items():
        assert torch.equal(arms["pretrained"].state_dict()[f"bert.{name}"], tensor)
    assert not torch.equal(
        arms["scratch"].bert.embeddings.word_embeddings.weight, stored["embeddings.word_embeddings.weight"])


def test_initial_weights_follow_their_seed(checkpoint: Path) -> None:
    one, again, other = (build_model("scratch", checkpoint, "single", TAGS, 0.1, seed) for seed in (1, 1, 2))
    assert torch.equal(one.classifier.weight, again.classifier.weight)
    assert not torch.equal(one.classifier.weight, other.classifier.weight)


def test_labels_and_dropout_stand_in_the_config(checkpoint: Path) -> None:
    config = build_model("scratch", checkpoint, "single", TAGS, 0.3, 1).config
    assert config.id2label == {0: "negative", 1: "positive"}
    assert (config.hidden_dropout_prob, config.attention_probs_dropout_prob, config.classifier_dropout) == (0.3,) * 3


def test_a_head_that_the_checkpoint_brings_is_left_behind(tmp_path: Path) -> None:
    tiny.write_checkpoint(tmp_path / "plain")
    trained = build_model("pretrained", tmp_path / "plain", "single", TAGS, 0.1, 1)
    torch.nn.init.constant_(trained.classifier.weight, 0.123)
    trained.save_pretrained(tmp_path / "tuned")
    heads = {(init, seed): build_model(init, tmp_path / "tuned", "single", TAGS, 0.1, seed).classifier.weight
             for init in ("pretrained", "scratch") for seed in (1, 2)}
    assert not (heads["pretrained", 1] == 0.123).any()
    assert torch.equal(heads["pretrained", 1], heads["scratch", 1])
    assert not torch.equal(heads["pretrained", 1], heads["pretrained", 2])


def test_half_precision_checkpoints_are_trained_in_float32(checkpoint: Path, tmp_path: Path) -> None:
    tiny.write_checkpoint(tmp_path)
    halves = {name: tensor.half() for name, tensor in load_file(checkpoint / "model.safetensors").items()}
    save_file(halves, tmp_path / "model.safetensors", {"format": "pt"})
    write_json(tmp_path / "config.json", read_json(tmp_path / "config.json") | {"dtype": "float16"})
    for init in ("pretrained", "scratch"):
        assert {tensor.dtype for tensor in build_model(init, tmp_path, "single", TAGS, 0.1, 1).parameters()} == {
            torch.float32}


def test_weights_of_another_architecture_are_refused(checkpoint: Path, tmp_path: Path) -> None:
    tiny.write_checkpoint(tmp_path)
    stored = load_file(checkpoint / "model.safetensors")
    stored.pop("embeddings.word_embeddings.weight")
    save_file(stored, tmp_path / "model.safetensors", {"format": "pt"})
    with pytest.raises(UserError, match="1 tensors of the encoder are missing, first embeddings.word_embeddings"):
        build_model("pretrained", tmp_path, "single", TAGS, 0.1, 1)
    save_file(stored | {"embeddings.word_embeddings.weight": torch.zeros(3, 16)}, tmp_path / "model.safetensors",
              {"format": "pt"})
    with pytest.raises(UserError, match="do not fit config.json"):
        build_model("pretrained", tmp_path, "single", TAGS, 0.1, 1)


def test_a_run_learns_and_writes_exactly_its_files(data: Path, task: dict, tmp_path: Path) -> None:
    history = fit(data, tmp_path / "model", epochs=10)
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == [
        "config.json", "history.jsonl", "model.safetensors"]
    evaluations = [event for event in history if event["kind"] == "evaluation"]
    assert [event["step"] for event in evaluations] == [0, 12, 25, 38, 50]
    assert sum(event["kind"] == "step" for event in history) == 50
    assert evaluations[-1]["validation"][task["metric"]] == 1.0
    assert evaluations[-1]["train"]["loss"] < evaluations[0]["train"]["loss"]
    end = history[-1]
    model = load_model(tmp_path / "model", task["kind"])
    assert end["parameters"] == end["trainable_parameters"] == sum(tensor.numel() for tensor in model.parameters())
    assert (end["outcome"], end["steps"]) == ("finished", 50)


def test_two_runs_are_equal_byte_for_byte(data: Path, tmp_path: Path) -> None:
    fit(data, tmp_path / "one")
    fit(data, tmp_path / "two")
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_evaluating_does_not_disturb_training(data: Path, tmp_path: Path) -> None:
    often, seldom = fit(data, tmp_path / "often", evaluations=20), fit(data, tmp_path / "seldom", evaluations=1)
    steps = [[event for event in history if event["kind"] == "step"] for history in (often, seldom)]
    assert steps[0] == steps[1]


def test_seeds_of_weights_and_order_are_apart(data: Path, tmp_path: Path) -> None:
    def first(seed: int, varies: str) -> tuple[float, float]:
        history = fit(data, tmp_path / f"{varies}{seed}", "scratch", seed, epochs=1, evaluations=1, seed_varies=varies)
        return history[1]["train"]["loss"], next(event for event in history if event["kind"] == "step")["loss"]

    # The loss at step 0 shows the weights; the loss of the first batch shows weights and order.
    assert first(1, "order")[0] == first(2, "order")[0]
    assert first(1, "order")[1] != first(2, "order")[1]
    assert first(1, "weights")[0] != first(2, "weights")[0]


def test_best_model_is_kept_and_patience_stops(data: Path, task: dict, tmp_path: Path) -> None:
    history = fit(data, tmp_path / "model", epochs=40, evaluations=200, patience=2, lr=0.05, dropout=0.0)
    evaluations = [event for event in history if event["kind"] == "evaluation"]
    best = max(evaluations, key=lambda event: (event["validation"][task["metric"]], -event["validation"]["loss"]))
    assert history[-1]["best_step"] == best["step"]
    split = read_split(data / "encoded", "validation")
    model = load_model(tmp_path / "model", task["kind"])
    logits = predict_logits(model, split, Collator(model))
    assert score(logits, gold_labels(split), Task.of(task)) == pytest.approx(best["validation"])
    assert history[-1]["outcome"] == "stopped early"
    assert [event["step"] for event in evaluations].index(best["step"]) == len(evaluations) - 1 - 2
    assert history[-1]["steps"] == evaluations[-1]["step"] < 200


@pytest.mark.parametrize("evaluations", [4, 300])
def test_a_loss_that_is_not_finite_is_recorded_and_the_best_model_kept(
    data: Path, tmp_path: Path, evaluations: int
) -> None:
    history = fit(data, tmp_path / "model", lr=1.0, max_gradient_norm=1e30, epochs=60, weight_decay=1e30,
                  evaluations=evaluations)
    assert history[-1]["outcome"] == "loss not finite"
    assert all(torch.isfinite(tensor).all() for tensor in load_file(tmp_path / "model" / "model.safetensors").values())


def steps_of(history: list[dict]) -> list[dict]:
    return [event for event in history if event["kind"] == "step"]


@pytest.mark.parametrize(("parts", "knobs"), [
    (2, {}), (3, {"label_smoothing": 0.2, "class_weights": "balanced"}), (8, {"class_weights": "balanced"})],
    ids=["2", "3", "8"])
def test_a_batch_in_parts_trains_as_the_whole_does(data: Path, tmp_path: Path, knobs: dict, parts: int) -> None:
    # A batch size that does not divide the 40 rows; rows of unequal numbers of words.
    runs = {number: fit(data, tmp_path / f"{number}", batch_size=12, accumulation=number, dropout=0.0, **knobs)
            for number in (1, parts)}
    whole, apart = (steps_of(history) for history in runs.values())
    assert [event["step"] for event in whole] == [event["step"] for event in apart] == list(range(1, 17))
    for name, norm in whole[0]["gradient_norms"].items():
        assert apart[0]["gradient_norms"][name] == pytest.approx(norm, rel=1e-4)
    for one, other in zip(whole, apart, strict=True):
        assert other["loss"] == pytest.approx(one["loss"], rel=1e-3)
    assert runs[1][1] == runs[parts][1]


def test_smoothing_and_weights_change_training_and_no_evaluation(data: Path, task: dict, tmp_path: Path) -> None:
    plain = fit(data, tmp_path / "plain", train_size=39)
    for name, changes in (("smooth", {"label_smoothing": 0.3}), ("weighted", {"class_weights": "balanced"})):
        history = fit(data, tmp_path / name, train_size=39, **changes)
        assert history[1]["validation"] == plain[1]["validation"]  # before training
        assert steps_of(history)[0]["loss"] != steps_of(plain)[0]["loss"]
        split = read_split(data / "encoded", "validation")
        model = load_model(tmp_path / name, task["kind"])
        kept = next(event for event in history[1:-1]
                    if event["step"] == history[-1]["best_step"] and event["kind"] == "evaluation")
        logits = joined_windows(split, predict_logits(model, split, Collator(model)))[1]
        gold = joined_windows(split, gold_labels(split))[1]
        assert kept["validation"]["loss"] == pytest.approx(mean_cross_entropy(logits, gold), rel=1e-5)


@pytest.mark.parametrize("schedule", ["linear", "cosine", "constant", "polynomial"])
def test_a_run_follows_its_schedule(data: Path, tmp_path: Path, schedule: str) -> None:
    history = fit(data, tmp_path / "model", schedule=schedule, warmup=3, lr=0.02)
    assert [event["learning_rate"] for event in steps_of(history)] == [
        pytest.approx(0.02 * schedule_factor(step, 3, 20, schedule)) for step in range(20)]


def test_a_warm_up_longer_than_the_run_is_refused(data: Path, tmp_path: Path) -> None:
    assert fit(data, tmp_path / "model", warmup=20)[-1]["outcome"] == "finished"
    with pytest.raises(UserError, match="warmup of the task toy: expected at most 20, the steps of the run, got 21;"):
        fit(data, tmp_path / "longer", warmup=21)
    assert not (tmp_path / "longer").exists()


def test_training_stops_at_the_ceiling_of_train_and_keeps_the_best_on_validation(
    data: Path, task: dict, tmp_path: Path
) -> None:
    changes = {"epochs": 20, "evaluations": 50, "dropout": 0.0}
    history = fit(data, tmp_path / "model", stop_at_train_score=0.9, **changes)
    *before, last = [event for event in history if event["kind"] == "evaluation"]
    assert last["train"][task["metric"]] >= 0.9
    assert all(event["train"][task["metric"]] < 0.9 for event in before)
    assert history[-1]["outcome"] == "stopped at the ceiling of train"
    assert history[-1]["steps"] == last["step"] < 100
    best = max([*before, last], key=lambda event: (event["validation"][task["metric"]], -event["validation"]["loss"]))
    assert history[-1]["best_step"] == best["step"]
    never = fit(data, tmp_path / "never", stop_at_train_score=0.0, **changes)
    assert (never[-1]["outcome"], never[-1]["steps"]) == ("finished", 100)
    assert never[1 : len(history) - 1] == history[1:-1]


@pytest.mark.parametrize(("train", "exhausted", "outcome"), [
    (0.9, False, "stopped at the ceiling of train"), (0.89, False, None), (0.89, True, "stopped early"),
    (0.9, True, "stopped at the ceiling of train")])
def test_the_ceiling_is_that_of_train_not_of_validation(train: float, exhausted: bool, outcome: str | None) -> None:
    events = [{"train": {"accuracy": train}, "validation": {"accuracy": 1.79 - train}}]
    settings = tiny.training_settings(stop_at_train_score=0.9)
    training = Training(None, None, None, None, Task.of(tiny.TEXT_TASK), settings, 1, events=events)
    assert training._reason_to_stop(SimpleNamespace(best=SimpleNamespace(exhausted=exhausted))) == outcome


def test_gradient_norms_are_those_before_clipping(data: Path, tmp_path: Path) -> None:
    clipped, free = (steps_of(fit(data, tmp_path / f"{limit}", max_gradient_norm=limit, epochs=1))
                     for limit in (0.01, 1e9))
    assert clipped[0]["gradient_norms"] == free[0]["gradient_norms"]
    assert clipped[0]["gradient_norm"] == free[0]["gradient_norm"]
    for event in clipped:
        assert math.hypot(*event["gradient_norms"].values()) == pytest.approx(event["gradient_norm"], rel=1e-5)
        assert event["gradient_norm"] > 0.01


def test_a_precision_that_the_hardware_lacks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    processor, cuda, metal = torch.device("cpu"), torch.device("cuda"), torch.device("mps")
    with pytest.raises(UserError, match="training.precision: fp16 scales its losses on a GPU, .* use bf16 or fp32"):
        mixed_precision("fp16", processor)
    for native in (False, True):
        monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda native=native, **_: native)
        monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda native=native: native)
        for device in (processor, cuda):
            assert mixed_precision("auto", device) == ("bf16" if native else "no")
            assert mixed_precision("fp32", device) == "no"
        assert mixed_precision("bf16", processor) == "bf16"
        assert mixed_precision("auto", metal) == "no"
        assert {mixed_precision("fp16", device) for device in (cuda, metal)} == {"fp16"}
    assert mixed_precision("bf16", cuda) == "bf16"
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: False)
    with pytest.raises(UserError, match="this GPU has no bfloat16; use fp16 or fp32"):
        mixed_precision("bf16", cuda)


def test_steps_that_overflow_in_half_precision_are_skipped_and_counted(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tiny.half_precision(monkeypatch):
        history = fit(data, tmp_path / "model", epochs=10)
    steps, end = steps_of(history), history[-1]
    overflowed = [event["gradient_norm"] is None for event in steps]
    assert 0 < sum(overflowed) == end["skipped_steps"] < 10
    assert None in steps[0]["gradient_norms"].values()
    # The learning rate moves on with the weights alone.
    taken = [sum(not skipped for skipped in overflowed[:step]) for step in range(len(steps))]
    assert [event["learning_rate"] for event in steps] == [
        pytest.approx(0.01 * schedule_factor(step, 5, 50)) for step in taken]
    assert (end["outcome"], end["steps"]) == ("finished", 50)
    evaluations = [event for event in history if event["kind"] == "evaluation"]
    assert evaluations[-1]["train"]["loss"] < evaluations[0]["train"]["loss"] / 2


def test_train_size_takes_the_first_rows(data: Path, tmp_path: Path) -> None:
    assert fit(data, tmp_path / "model", train_size=16, epochs=1, evaluations=1)[-1]["steps"] == 2


def test_logits_come_in_row_order_whatever_the_batch(data: Path, task: dict) -> None:
    split = read_split(data / "encoded", "test")
    model = build_model("scratch", data / "checkpoint", task["kind"], task["tags"], 0.1, 1)
    wide, narrow = (predict_logits(model, split, Collator(model), tokens) for tokens in (8192, 1))
    assert model.training
    for one, other in zip(wide, narrow, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("varies", ["both", "order", "weights"])
def test_evaluation_repeats_what_training_saw_on_validation(
    data: Path, task: dict, tmp_path: Path, varies: str
) -> None:
    for cell in ("pretrained-full-2", "scratch-2"):
        arm = parse_cell_name(cell).arm
        fit(data, tmp_path / "models" / cell, arm, 2, seed_varies=varies)
    grid = Grid(tasks=("toy",), tunings=("full",), seeds=(2,))
    predict(grid.cells, tmp_path / "models", data / "encoded", data / "checkpoint", tmp_path / "predictions",
            PredictionSettings(threads=1, precision="fp32", seed_varies=varies))
    prepared = data / "prepared"
    gold = [json.loads(line) for line in (prepared / "test.jsonl").read_text("utf-8").splitlines()]
    labels = [row.get("tags") or row["label"] for row in gold]
    write_json(tmp_path / "baselines.json", {"train_rows": 40, "test": {"oracle": labels}})
    paths = Namespace(prepared=prepared, predictions=tmp_path / "predictions",
                      models=tmp_path / "models", baselines=tmp_path / "baselines.json",
                      embeddings=tiny.without_embeddings(tmp_path),
                      out=tmp_path / "metrics.json",
                      curves=tmp_path / "curves.csv", encoding_card=data / "card.json")
    evaluate(paths, grid, EvaluationSettings(resamples=200, bootstrap_seed=1))
    facts = read_json(tmp_path / "metrics.json")
    for cell in grid.cells:
        history = list(read_json_lines(tmp_path / "models" / cell / "history.jsonl"))
        seen = {event["step"]: event["validation"] for event in history if event["kind"] == "evaluation"}
        for moment, step in (("before", 0), ("after", history[-1]["best_step"])):
            for name, value in seen[step].items():
                assert facts["cells"][cell][moment]["validation"][name] == pytest.approx(value, abs=1e-6)
    assert facts["baselines"]["oracle"][task["metric"]] == 1.0
    assert facts["rows"] == {"train": 40, "validation": 12, "test": 12}
    assert facts["comparisons"]["full"].keys() >= {"pretrained", "scratch", "difference", "low", "high", "p_value"}
    header, *rows = (tmp_path / "curves.csv").read_text("utf-8").splitlines()
    assert header.startswith("cell,arm,tuning,seed,step,epoch,batch_loss")
    assert len(rows) == 2 * (20 + 5)


def test_windows_of_a_sentence_are_scored_as_one(tmp_path: Path) -> None:
    encoded = tiny.write_encoded(tmp_path, tiny.WORD_TASK, (1, 1, 1))
    split = read_split(encoded, "train")
    twice = replace(split, guids=["train:0", "train:0", "train:1"])
    guids, rows = joined_windows(twice, [np.ones((2, 5)), np.zeros((1, 5)), np.ones((1, 5))])
    assert guids == ["train:0", "train:1"]
    assert [row.shape for row in rows] == [(3, 5), (1, 5)]
    assert rows[0][:, 0].tolist() == [1, 1, 0]


def test_a_local_checkpoint_becomes_the_four_files(checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    origin = copy_checkpoint(checkpoint, tmp_path / "copy")
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == [
        "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]
    assert origin["model_type"] == "bert"
    assert origin["weights_sha256"] == sha256(checkpoint / "model.safetensors")
    assert origin["synthetic"] is False


def test_a_copy_of_a_synthetic_checkpoint_is_synthetic(tmp_path: Path) -> None:
    tiny.write_checkpoint(tmp_path / "source")
    write_json(tmp_path / "source" / "origin.json", {"source": "pretrain", "synthetic": True})
    (tmp_path / "copy").mkdir()
    assert copy_checkpoint(tmp_path / "source", tmp_path / "copy")["synthetic"] is True


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "model.safetensors").unlink(), "model.safetensors: no such file; put the"),
        (lambda folder: (folder / "model.safetensors").rename(folder / "pytorch_model.bin"),
         "pytorch_model.bin: pickled weights are never loaded"),
        (lambda folder: (folder / "model.safetensors").write_bytes(b"\x80\x04pickle"), "not a safetensors file"),
        (lambda folder: (folder / "config.json").unlink(), "config.json: no such file"),
        (lambda folder: (folder / "config.json").write_text("{"), "config.json: not valid JSON"),
        (lambda folder: (folder / "model.safetensors").rename(folder / "model.safetensors.index.json"),
         "in several files; write them as one"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "tokenizer.json: no such file; write it with"),
        (lambda folder: (folder / "tokenizer.json").write_text("{}"), "not a tokenizer"),
    ],
)
def test_a_bad_checkpoint_folder_is_one_line_with_a_remedy(damage, message: str, tmp_path: Path) -> None:
    tiny.write_checkpoint(tmp_path / "source")
    damage(tmp_path / "source")
    (tmp_path / "copy").mkdir()
    with pytest.raises(UserError) as caught:
        copy_checkpoint(tmp_path / "source", tmp_path / "copy")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
