"""Every recipe on every architecture: what is trained moves, the rest does not, and what was trained is written."""

from collections.abc import Iterator
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as parquet
import pytest
import torch
from accelerate.state import AcceleratorState
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file
from torch import nn
from transformers import (
    AutoModel,
    AutoModelForSequenceClassification,
    BertConfig,
    DistilBertConfig,
    ElectraConfig,
    GPT2Config,
    PreTrainedModel,
    RobertaConfig,
    XLMRobertaConfig,
)

from stages.answering.splits import predict
from stages.common.errors import UserError
from stages.common.files import read_json, read_json_lines, write_json
from stages.encoding.store import read_split
from stages.metrics.scoring import score
from stages.models.architectures import ARCHITECTURES
from stages.models.building import build_model, load_model
from stages.models.inputs import Collator, gold_labels, joined_windows, predict_logits
from stages.models.tuning import (
    apply_recipe,
    freeze_at,
    frozen_after,
    frozen_prefix,
    head_parameters,
    learning_rate_factors,
    merged,
)
from stages.results.prepared import read_task
from stages.settings.prediction import PredictionSettings
from stages.settings.recipes import FULL, METHODS, GradualTuning, Recipe, recipe_from, refused_kind
from stages.train import main
from stages.training.cell import train
from stages.training.loop import Training
from stages.training.optimization import adamw
from stages.training.resuming import run_fingerprint
from stages.training.run import BestWeights
from tests import tiny
from tests.interrupting import interrupted, save_after_every_step

VOCABULARY = len(tiny.SPECIAL) + len(tiny.PIECES)  # 20
TAGS = tiny.TEXT_TASK["tags"]
LAYERS = 3
SIZES = {"vocab_size": VOCABULARY, "initializer_range": 0.3, "pad_token_id": 0, "bos_token_id": 2, "eos_token_id": 3}
BERT_SIZES = SIZES | {"hidden_size": 16, "num_hidden_layers": LAYERS, "num_attention_heads": 2,
                      "intermediate_size": 32, "max_position_embeddings": 32}
CONFIGS: dict[str, Any] = {
    "electra": partial(ElectraConfig, embedding_size=8, **BERT_SIZES),
    "bert": partial(BertConfig, **BERT_SIZES),
    "distilbert": partial(DistilBertConfig, dim=16, n_layers=LAYERS, n_heads=2, hidden_dim=32,
                          max_position_embeddings=32, **SIZES),
    "roberta": partial(RobertaConfig, type_vocab_size=1, **BERT_SIZES),
    "gpt2": partial(GPT2Config, n_embd=16, n_layer=LAYERS, n_head=2, n_inner=32, n_positions=32, **SIZES),
}
RECIPES: dict[str, dict[str, Any]] = {
    "full": {"method": "full"},
    "head": {"method": "head", "lr_factor": 10.0},
    "partial": {"method": "partial", "frozen_layers": 1},
    "gradual": {"method": "gradual"},
    "lora": {"method": "lora", "rank": 2, "alpha": 4, "lr_factor": 3.0},
    "ia3": {"method": "ia3", "lr_factor": 10.0},
    "prefix": {"method": "prefix", "prefix_tokens": 4, "lr_factor": 5.0},
    "setfit": {"method": "setfit", "pairs_per_row": 1, "epochs": 2},
}

# Parameters, by hand. A layer: attention 4 x (16 x 16 + 16), feed-forward 16 x 32 + 32 + 32 x 16 + 16, two
# normalisations of 32. Embeddings: 20 words, 32 positions, segments, a normalisation; ELECTRA's of width 8, projected.
LAYER = 4 * (16 * 16 + 16) + (16 * 32 + 32 + 32 * 16 + 16) + 2 * 32
EMBEDDINGS = {"electra": (20 + 32 + 2 + 2) * 8 + 8 * 16 + 16, "bert": (20 + 32 + 2 + 2) * 16,
              "distilbert": (20 + 32 + 2) * 16, "roberta": (20 + 32 + 1 + 2) * 16, "gpt2": (20 + 32) * 16}
# A dense layer or pooler of 16 x 16 + 16 and two classes; GPT-2 has two classes without biases.
HEAD = dict.fromkeys(CONFIGS, 16 * 16 + 16 + 2 * 16 + 2) | {"gpt2": 2 * 16}
LAST_NORMALISATION = dict.fromkeys(CONFIGS, 0) | {"gpt2": 32}
ADDED = {
    "lora": dict.fromkeys(CONFIGS, LAYERS * 2 * 2 * (16 + 16)) | {"gpt2": LAYERS * 2 * (16 + 48)},
    "ia3": dict.fromkeys(CONFIGS, LAYERS * (16 + 16 + 32)) | {"gpt2": LAYERS * (48 + 32)},
    "prefix": dict.fromkeys(CONFIGS, LAYERS * 2 * 4 * 16),
    "setfit": dict.fromkeys(CONFIGS, LAYER) | {"gpt2": 0},  # a layer of constants
}


ARCHITECTURES_AND_KINDS = [
    (name, kind) for name in CONFIGS for kind in ("single", "words") if kind in ARCHITECTURES[name].kinds]
OF_KINDS = pytest.mark.parametrize(("architecture", "kind"), ARCHITECTURES_AND_KINDS)


def total(architecture: str) -> int:
    return (EMBEDDINGS[architecture] + LAYERS * LAYER + LAST_NORMALISATION[architecture] + HEAD[architecture])


def trained(tuning: str, architecture: str) -> int:
    frozen = {"head": total(architecture) - HEAD[architecture], "partial": EMBEDDINGS[architecture] + LAYER}
    if tuning == "setfit":
        return total(architecture) - (0 if architecture == "gpt2" else 16 * 16 + 16)
    if tuning in ADDED:
        return ADDED[tuning][architecture] + HEAD[architecture]
    return total(architecture) - frozen.get(tuning, 0)


def recipe(tuning: str) -> Recipe:
    return recipe_from(RECIPES[tuning], f"recipes.{tuning}")


def write_checkpoint(folder: Path, architecture: str) -> Path:
    tiny.write_tokenizer(folder)
    torch.manual_seed(7)
    model = AutoModel.from_config(CONFIGS[architecture]())
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 1:  # biases start from 0, which no factor moves
                parameter.add_(torch.randn_like(parameter), alpha=0.1)
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def encoded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Encoded data by the kind of the task."""
    roots = {task["kind"]: tmp_path_factory.mktemp(task["kind"]) for task in (tiny.TEXT_TASK, tiny.WORD_TASK)}
    return {kind: tiny.write_encoded(root, tiny.WORD_TASK if kind == "words" else tiny.TEXT_TASK)
            for kind, root in roots.items()}


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("checkpoints")
    return {architecture: write_checkpoint(root / architecture, architecture) for architecture in CONFIGS}


def fit(data: Path, checkpoint: Path, out: Path, tuning: Recipe, states: Path | None = None, **changes: Any) -> list:
    settings = tiny.training_settings(**{"epochs": 6, "evaluations": 3} | changes)
    train("pretrained", 1, data, checkpoint, out, settings, states, tuning)
    return list(read_json_lines(out / "history.jsonl"))


def built(checkpoint: Path, tuning: Recipe = FULL, dropout: float = 0.0, kind: str = "single") -> PreTrainedModel:
    return build_model("pretrained", checkpoint, kind, TAGS, dropout, 1, tuning)


def changed(before: dict[str, torch.Tensor], after: dict[str, torch.Tensor]) -> set[str]:
    return {name for name in before if not torch.equal(before[name], after[name])}


# Every recipe on an encoder and on a decoder; full and prefix, which is read into attention of another class, on all.
# Of words, whose head alone is another one, every recipe and every architecture. All pairs are trained below.
LEARNT = [(architecture, "single", tuning) for architecture in CONFIGS for tuning in RECIPES
          if architecture in ("bert", "gpt2") or tuning in ("full", "prefix")]
LEARNT += [(architecture, "words", "full") for architecture, kind in ARCHITECTURES_AND_KINDS if kind == "words"]
LEARNT += [(architecture, "words", tuning) for architecture, tuning in zip(
    cycle(("electra", "distilbert", "roberta")), (
        tuning for tuning in RECIPES if tuning != "full" and refused_kind(recipe(tuning), "words") is None))]


@pytest.mark.parametrize(("architecture", "kind", "tuning"), LEARNT)
def test_a_run_learns_is_written_and_predicts_what_it_did(
    tuning: str, architecture: str, kind: str, encoded: dict, checkpoints: dict, tmp_path: Path
) -> None:
    cell, data, checkpoint = f"pretrained-{tuning}-1", encoded[kind], checkpoints[architecture]
    history = fit(data, checkpoint, tmp_path / "models" / cell, recipe(tuning), epochs=10, lr=0.006, dropout=0.0)
    evaluations = {event["step"]: event for event in history if event["kind"] == "evaluation"}
    end = history[-1]
    assert end["outcome"] == "finished"
    assert evaluations[end["steps"]]["train"]["loss"] < 0.6 * evaluations[0]["train"]["loss"]
    predict([cell], tmp_path / "models", data, checkpoint, tmp_path / "predictions",
            PredictionSettings(threads=1, precision="fp32", seed_varies="both"))
    rows = parquet.read_table(tmp_path / "predictions" / f"{cell}.parquet").to_pylist()
    split, task = read_split(data, "validation"), read_task(data)
    gold = joined_windows(split, gold_labels(split))[1]
    # LoRA and IA3 are multiplied into the weights, frozen layers ran in other batches, and a prefix has another
    # attention in training: that is rounding of float32, in losses near 1.
    tolerance = 1e-6 if tuning in ("lora", "ia3", "head", "prefix") else 1e-9
    for moment, step in (("before", 0), ("after", end["best_step"])):
        wanted = [row["logits"] for row in rows if (row["moment"], row["split"]) == (moment, "validation")]
        logits = [np.array(row).reshape(*np.shape(truth), -1) for row, truth in zip(wanted, gold, strict=True)]
        for name, value in score(logits, gold, task).items():
            assert value == pytest.approx(evaluations[step]["validation"][name], abs=tolerance)


MOVING = {  # what LoRA and IA3 are multiplied into
    ("lora", "gpt2"): (".c_attn.weight",), ("ia3", "gpt2"): (".c_attn.weight", ".c_attn.bias", ".mlp.c_proj.weight"),
    ("lora", "distilbert"): (".q_lin.weight", ".v_lin.weight"),
    ("ia3", "distilbert"): (".k_lin.weight", ".k_lin.bias", ".v_lin.weight", ".v_lin.bias", ".ffn.lin2.weight"),
    "lora": (".self.query.weight", ".self.value.weight"),
    "ia3": (".self.key.weight", ".self.key.bias", ".self.value.weight", ".self.value.bias", ".output.dense.weight"),
}


def expected_to_move(tuning: str, architecture: str, model: PreTrainedModel) -> set[str]:
    """Names of the tensors that a run changes, by the architectures' own names."""
    names = set(dict(model.named_parameters()))
    encoder = {name for name in names if name.startswith(f"{model.base_model_prefix}.") and "pooler." not in name}
    lowest = {"electra": "electra.encoder.layer.0.", "bert": "bert.encoder.layer.0.", "gpt2": "transformer.h.0.",
              "roberta": "roberta.encoder.layer.0.", "distilbert": "distilbert.transformer.layer.0."}[architecture]
    embeddings = {name for name in names if ".embeddings" in name or ".wte." in name or ".wpe." in name}
    if tuning in ("full", "gradual", "setfit"):
        return names
    if tuning == "partial":
        return names - embeddings - {name for name in names if name.startswith(lowest)}
    endings = MOVING.get((tuning, architecture), MOVING.get(tuning, ()))
    changing = {name for name in encoder if name.endswith(endings)} if endings else set()
    if tuning == "ia3":
        changing -= {name for name in changing if ".attention.output." in name}
    return (names - encoder) | changing


@pytest.mark.parametrize("architecture", CONFIGS)
@pytest.mark.parametrize("tuning", RECIPES)
def test_what_is_frozen_does_not_move_by_a_bit_and_all_else_does(
    tuning: str, architecture: str, encoded: dict, checkpoints: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The model of the last step is written, whether it is the best or not, and weight decay moves nothing.
    monkeypatch.setattr(BestWeights, "restore", lambda best, model: None)
    end = fit(encoded["single"], checkpoints[architecture], tmp_path / "out", recipe(tuning), weight_decay=0.0,
              epochs=1, evaluations=1)[-1]
    assert (end["parameters"], end["trainable_parameters"]) == (
        total(architecture) + ADDED.get(tuning, {}).get(architecture, 0), trained(tuning, architecture))
    after = load_file(tmp_path / "out" / "model.safetensors")
    model = built(checkpoints[architecture])
    before = dict(model.state_dict())
    added = {name for name, _ in built(checkpoints[architecture], recipe(tuning)).named_parameters()
             if ".prefix_" in name or f".layer.{LAYERS}." in name}
    assert (set(after) - set(before), bool(added)) == (
        added, tuning == "prefix" or (tuning == "setfit" and architecture != "gpt2"))
    still = before.keys() - changed(before, after)
    # A bias of the keys adds the same to all scores of a token, so that its gradient is 0 but for rounding.
    moving = expected_to_move(tuning, architecture, model)
    assert still >= set(dict(model.named_parameters())) - moving
    constant = (".dense.bias",) if tuning == "setfit" else ()  # of the classifier, as SetFit passes the mean through it
    assert not {name for name in still & moving if not name.endswith((".key.bias", ".k_lin.bias", *constant))}


@pytest.mark.parametrize("tuning", RECIPES)
def test_an_interrupted_run_ends_in_the_same_bytes(
    tuning: str, encoded: dict, checkpoints: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_after_every_step(monkeypatch)
    run = partial(fit, encoded["single"], checkpoints["gpt2"], tuning=recipe(tuning), epochs=2)
    run(tmp_path / "whole")
    for step in {"gradual": (3, 9), "setfit": (9,)}.get(tuning, (3,)):  # gradual trains further parts until step 5
        states = tmp_path / f"states{step}"
        with interrupted(step):
            run(tmp_path / "out", states=states)
        torch.manual_seed(step)
        run(tmp_path / "out", states=states)
        for path in (tmp_path / "whole").iterdir():
            assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes()
        for path in (tmp_path / "out").iterdir():
            path.unlink()
        (tmp_path / "out").rmdir()


def test_recipes_of_one_name_do_not_share_states(
    encoded: dict, checkpoints: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    determining: list[Any] = []

    def recording(facts: dict[str, Any]) -> str:
        determining.append(facts)
        return run_fingerprint(facts)

    monkeypatch.setattr("stages.training.cell.run_fingerprint", recording)
    for rank in (2, 3):
        fit(encoded["single"], checkpoints["bert"], tmp_path / str(rank),
            recipe_from({"method": "lora", "rank": rank}, ""), tmp_path / "states", epochs=1, evaluations=1)
    assert determining[0] | {"recipe": None} == determining[1] | {"recipe": None}
    assert determining[0] != determining[1]


# Gradual tuning


def test_gradual_tuning_by_hand() -> None:
    tuning = GradualTuning(unfrozen_by=0.5)
    # Of 20 steps the first 10 release the three layers and the embeddings: one each 2.5 steps.
    assert [frozen_after(tuning, 3, step, 20) for step in (0, 2, 3, 4, 5, 7, 8, 9, 10, 19)] == [
        4, 4, 3, 3, 2, 2, 1, 1, 0, 0]
    stops = GradualTuning(unfrozen_by=0.5, frozen_layers=1)
    assert [frozen_after(stops, 3, step, 20) for step in (0, 4, 5, 9, 10, 19)] == [4, 4, 3, 3, 2, 2]
    # Four parts in four epochs of 5 steps; the last at the end of the fourth would never be trained.
    paper = GradualTuning(unfrozen_by=4 / 5)
    assert [frozen_after(paper, 3, step, 25) for step in (4, 5, 9, 10, 14, 15, 19, 20)] == [4, 3, 3, 2, 2, 1, 1, 0]


@given(st.integers(1, 24), st.integers(1, 500), st.floats(0.01, 0.99), st.integers(0, 30))
def test_gradual_tuning_only_ever_releases_and_ends_as_said(
    layers: int, steps: int, unfrozen_by: float, fixed: int
) -> None:
    tuning = GradualTuning(unfrozen_by=unfrozen_by, frozen_layers=min(fixed, layers) if fixed else None)
    counts = [frozen_after(tuning, layers, step, steps) for step in range(steps + 1)]
    assert counts[0] == layers + 1
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == (min(fixed, layers) + 1 if fixed else 0)


def test_a_frozen_part_has_no_gradient_and_no_state_until_its_turn(
    encoded: dict, checkpoints: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[int, tuple[int, int, set[str]]] = {}
    original, start = Training.take_step, {}

    def watching(self: Training, run: Any, rows: np.ndarray) -> None:
        start.update({} if start else {name: tensor.clone() for name, tensor in self.model.state_dict().items()})
        original(self, run, rows)
        seen[run.step] = (sum(parameter.requires_grad for parameter in self.model.parameters()),
                          len(run.optimizer.state), changed(start, self.model.state_dict()))

    monkeypatch.setattr(Training, "take_step", watching)
    fit(encoded["single"], checkpoints["distilbert"], tmp_path / "out", GradualTuning(unfrozen_by=0.5), epochs=4)
    head, layer, embeddings = 4, 16, 4
    for step in range(1, 21):
        released = [0, 3, 5, 8, 10]  # first steps, counted from 0, by the number of parts besides the head
        parts = max(count for count, first in enumerate(released) if step - 1 >= first)
        wanted = head + layer * min(parts, 3) + embeddings * (parts == 4)
        trainable, states, moved = seen[step]
        assert trainable == states == wanted
        assert {name for name in moved if ".layer.2." in name} != set() or parts < 1
        assert not {name for name in moved if f".layer.{2 - parts}." in name}
        assert parts == 4 or not {name for name in moved if ".embeddings." in name}


def test_only_gradual_tuning_freezes_while_it_trains(checkpoints: dict) -> None:
    for tuning in RECIPES:
        model = built(checkpoints["bert"], recipe(tuning))
        before = [parameter.requires_grad for parameter in model.parameters()]
        freeze_at(model, recipe(tuning), 0, 10)
        assert ([parameter.requires_grad for parameter in model.parameters()] == before) == (tuning != "gradual")


# What apply_recipe leaves


@pytest.mark.parametrize("architecture", CONFIGS)
def test_parts_that_never_change(architecture: str, checkpoints: dict) -> None:
    model = built(checkpoints[architecture])
    found = {tuning: frozen_prefix(model, recipe(tuning)) for tuning in RECIPES}
    assert found == {"full": 0, "head": 4, "partial": 2, "gradual": 0, "lora": 1, "ia3": 1, "prefix": 1, "setfit": 0}
    assert frozen_prefix(model, GradualTuning(frozen_layers=0)) == 1
    assert frozen_prefix(model, GradualTuning(frozen_layers=2)) == 3


@OF_KINDS
def test_dropout_is_that_of_the_setting_and_off_in_what_never_changes(
    architecture: str, kind: str, checkpoints: dict
) -> None:
    def probabilities(tuning: str) -> list[float]:
        model = built(checkpoints[architecture], recipe(tuning), 0.3, kind)
        # LoRA's own dropout of 0 is an Identity.
        return [module.p for module in model.modules() if isinstance(module, nn.Dropout)]

    full = probabilities("full")
    assert set(full) == {0.3}
    for tuning in ("gradual", "lora", "ia3", "prefix"):
        assert probabilities(tuning) == full
    outside = [module for name, module in built(checkpoints[architecture], FULL, 0.3, kind).named_modules()
               if isinstance(module, nn.Dropout) and not name.startswith(("electra.", "bert.", "distilbert.",
                                                                         "roberta.", "transformer."))]
    assert probabilities("head").count(0.3) == len(outside)
    per_layer = {"distilbert": 2}.get(architecture, 3)
    assert probabilities("partial").count(0.3) == len(outside) + 2 * per_layer


@pytest.mark.parametrize("architecture", CONFIGS)
def test_what_never_changes_gives_the_same_for_the_same_input(
    architecture: str, encoded: dict, checkpoints: dict
) -> None:
    model = built(checkpoints[architecture], recipe("partial"), 0.5)
    outputs: list[Any] = []
    layers = next(module for module in model.modules() if isinstance(module, nn.ModuleList))
    layers[0].register_forward_hook(lambda *call: outputs.append(call[-1]))
    tensors = Collator(model)(read_split(encoded["single"], "train"), np.arange(8))
    one, other = (model(**tensors).logits for _ in range(2))
    assert torch.equal(*(output[0] if isinstance(output, tuple) else output for output in outputs))
    assert not torch.equal(one, other)


def test_poolers_and_classifiers_are_the_head_and_a_last_normalisation_is_not(checkpoints: dict) -> None:
    found = {name: {parameter.rsplit(".", 1)[0] for parameter in head_parameters(built(checkpoints[name]))}
             for name in CONFIGS}
    assert found == {
        "electra": {"classifier.dense", "classifier.out_proj"}, "bert": {"bert.pooler.dense", "classifier"},
        "distilbert": {"pre_classifier", "classifier"}, "roberta": {"classifier.dense", "classifier.out_proj"},
        "gpt2": {"score"}}


PROJECTIONS = {  # of a layer: the value or joint projection, and the one that ends the feed-forward network
    "electra": ("electra.encoder.layer.1.attention.self.value", "electra.encoder.layer.1.output.dense"),
    "bert": ("bert.encoder.layer.1.attention.self.value", "bert.encoder.layer.1.output.dense"),
    "distilbert": ("distilbert.transformer.layer.1.attention.v_lin", "distilbert.transformer.layer.1.ffn.lin2"),
    "roberta": ("roberta.encoder.layer.1.attention.self.value", "roberta.encoder.layer.1.output.dense"),
    "gpt2": ("transformer.h.1.attn.c_attn", "transformer.h.1.mlp.c_proj")}


@pytest.mark.parametrize("architecture", CONFIGS)
def test_lora_and_ia3_by_hand(architecture: str, checkpoints: dict) -> None:
    attention, inner = PROJECTIONS[architecture]
    plain = built(checkpoints[architecture])
    model = built(checkpoints[architecture], recipe_from({"method": "lora", "rank": 2, "alpha": 6}, ""))
    layer, base = model.get_submodule(attention), plain.get_submodule(attention)
    down, up = layer.lora_A["default"].weight, layer.lora_B["default"].weight
    assert (down.shape[0], up.shape[1]) == (2, 2)
    torch.nn.init.normal_(up)
    inputs = torch.randn(4, 16)
    with torch.no_grad():
        torch.testing.assert_close(layer(inputs), base(inputs) + inputs @ down.T @ up.T * 3, atol=1e-5, rtol=0)

    model = built(checkpoints[architecture], recipe("ia3"))
    scaled, scaled_before = model.get_submodule(attention), model.get_submodule(inner)
    for module in (scaled, scaled_before):
        torch.nn.init.normal_(module.ia3_l["default"])
    hidden = torch.randn(4, 32)
    with torch.no_grad():
        torch.testing.assert_close(scaled(inputs), base(inputs) * scaled.ia3_l["default"].flatten())
        torch.testing.assert_close(
            scaled_before(hidden), plain.get_submodule(inner)(hidden * scaled_before.ia3_l["default"].flatten()))


@pytest.mark.parametrize("tuning", ["lora", "ia3"])
@pytest.mark.parametrize("architecture", [*CONFIGS, "xlm-roberta"])
def test_merging_changes_rounding_alone_and_leaves_a_plain_model(
    tuning: str, architecture: str, encoded: dict, checkpoints: dict, tmp_path: Path
) -> None:
    if architecture == "xlm-roberta":
        AutoModel.from_config(XLMRobertaConfig(**BERT_SIZES)).save_pretrained(tmp_path / "source")
    model = built(checkpoints.get(architecture, tmp_path / "source"), recipe(tuning)).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name or "ia3_" in name:
                parameter.add_(torch.randn_like(parameter), alpha=0.5)
    split = read_split(encoded["single"], "validation")
    before = predict_logits(model, split, Collator(model))
    merged(model).save_pretrained(tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["config.json", "model.safetensors"]
    assert "peft" not in (tmp_path / "out" / "config.json").read_text("utf-8")
    plain, report = AutoModelForSequenceClassification.from_pretrained(tmp_path / "out", output_loading_info=True)
    assert not report["missing_keys"]
    assert not report["unexpected_keys"]
    for loaded in (plain.eval(), load_model(tmp_path / "out", "single")):
        np.testing.assert_allclose(predict_logits(loaded, split, Collator(loaded)), before, atol=2e-5)
    untouched = built(checkpoints.get(architecture, tmp_path / "source")).eval()
    assert not np.allclose(predict_logits(untouched, split, Collator(untouched)), before, atol=1e-2)


@OF_KINDS
def test_a_prefix_is_seen_and_neither_moves_nor_pads_the_input(
    architecture: str, kind: str, encoded: dict, checkpoints: dict
) -> None:
    model = built(checkpoints[architecture], recipe("prefix"), kind=kind).eval()
    split = read_split(encoded[kind], "train")
    wide, narrow = (predict_logits(model, split, Collator(model), tokens) for tokens in (8192, 1))
    for one, other in zip(wide, narrow, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
    plain = built(checkpoints[architecture], kind=kind).eval()
    usual = predict_logits(plain, split, Collator(plain))
    assert all(not np.allclose(one, other, atol=1e-6) for one, other in zip(wide, usual, strict=True))


def test_a_prefix_by_hand() -> None:
    """One head of size 1: the weights of a softmax over prefix and input can be written down."""
    config = BertConfig(vocab_size=4, hidden_size=1, num_hidden_layers=1, num_attention_heads=1, intermediate_size=1)
    model = AutoModel.from_config(config)
    with_prefix = apply_recipe(AutoModelForSequenceClassification.from_config(config),
                               recipe_from({"method": "prefix", "prefix_tokens": 1}, ""))
    module = with_prefix.bert.encoder.layer[0].attention.self
    assert model.encoder.layer[0].attention.self is not module
    with torch.no_grad():
        for linear in (module.query, module.key, module.value):
            linear.weight.fill_(1.0)
            linear.bias.zero_()
        module.prefix_keys.fill_(2.0)
        module.prefix_values.fill_(5.0)
    module.eval()
    hidden = torch.tensor([[[1.0], [3.0]]])
    mask = torch.tensor([[[[0.0, float("-inf")], [0.0, 0.0]]]])  # the first token does not see the second
    first = (np.exp(2) * 5 + np.exp(1) * 1) / (np.exp(2) + np.exp(1))
    second = (np.exp(6) * 5 + np.exp(3) * 1 + np.exp(9) * 3) / (np.exp(6) + np.exp(3) + np.exp(9))
    torch.testing.assert_close(module(hidden, mask)[0].flatten().tolist(), [first, second], rtol=1e-5, atol=0)


@pytest.fixture
def another_precision() -> Iterator[None]:
    """Accelerate has one precision for a process."""
    AcceleratorState._reset_state(reset_partial_state=True)
    yield
    AcceleratorState._reset_state(reset_partial_state=True)


@pytest.mark.parametrize("architecture", CONFIGS)
def test_a_prefix_works_in_bfloat16(
    architecture: str, encoded: dict, checkpoints: dict, tmp_path: Path, another_precision: None
) -> None:
    history = fit(encoded["single"], checkpoints[architecture], tmp_path / "out", recipe("prefix"), precision="bf16",
                  epochs=1, evaluations=1)
    assert history[-1]["outcome"] == "finished"


# Learning rates


@pytest.mark.parametrize("architecture", CONFIGS)
def test_learning_rates_fall_from_the_head_to_the_embeddings(architecture: str, checkpoints: dict) -> None:
    model = built(checkpoints[architecture])
    factors = learning_rate_factors(model, 0.5)
    assert factors.keys() == dict(model.named_parameters()).keys()
    assert {factors[name] for name in head_parameters(model)} == {1.0}
    for name, factor in factors.items():
        if ".embeddings" in name or ".wte." in name or ".wpe." in name:
            assert factor == 0.5**4
        for layer, expected in enumerate((0.5**3, 0.5**2, 0.5)):
            if f".layer.{layer}." in name or f".h.{layer}." in name:
                assert factor == expected
    assert architecture != "gpt2" or factors["transformer.ln_f.weight"] == 0.5
    assert learning_rate_factors(model, 1.0) == {}


def test_adamw_learns_by_the_factors(checkpoints: dict) -> None:
    model = built(checkpoints["bert"])
    groups = adamw(model, 0.1, 0.01, learning_rate_factors(model, 0.5)).param_groups
    rate = {id(parameter): group["lr"] for group in groups for parameter in group["params"]}
    assert rate[id(model.bert.embeddings.word_embeddings.weight)] == pytest.approx(0.1 / 16)
    assert rate[id(model.classifier.weight)] == 0.1
    assert len(rate) == len(list(model.parameters()))
    decays = {group["weight_decay"] for group in groups for parameter in group["params"] if parameter.ndim > 1}
    assert decays == {0.01}


def test_the_decay_and_the_factor_of_a_recipe_reach_the_weights(
    encoded: dict, checkpoints: dict, tmp_path: Path
) -> None:
    """The first step of Adam moves a weight by the learning rate, whatever its gradient."""
    def moved(**keys: Any) -> tuple[float, float]:
        out = tmp_path / str(len(list(tmp_path.iterdir())))
        fit(encoded["single"], checkpoints["bert"], out, recipe_from({"method": "full"} | keys, ""), epochs=1,
            evaluations=1, batch_size=40, warmup=0.0, weight_decay=0.0, lr=0.001, dropout=0.0)
        before, after = built(checkpoints["bert"]).state_dict(), load_file(out / "model.safetensors")
        names = ("classifier.weight", "bert.encoder.layer.0.output.dense.weight")
        return tuple(float((after[name] - before[name]).abs().median()) for name in names)

    assert moved() == pytest.approx((0.001, 0.001), rel=0.01)
    assert moved(lr_factor=3.0) == pytest.approx((0.003, 0.003), rel=0.01)
    assert moved(layer_lr_decay=0.5) == pytest.approx((0.001, 0.000125), rel=0.01)


# Layers drawn anew


@pytest.mark.parametrize("architecture", CONFIGS)
def test_top_layers_are_drawn_as_those_of_the_scratch_arm(architecture: str, checkpoints: dict) -> None:
    tuning = recipe_from({"method": "full", "reinitialised_layers": 2}, "")
    model, plain = built(checkpoints[architecture], tuning), built(checkpoints[architecture])
    scratch = build_model("scratch", checkpoints[architecture], "single", TAGS, 0.0, 1)
    differing = changed(plain.state_dict(), model.state_dict())
    assert all(any(f".{stack}.{layer}." in name for stack in ("layer", "h") for layer in (1, 2)) or "pooler." in name
               for name in differing)
    tops = {name for name, tensor in scratch.named_parameters()
            if tensor.std() > 0 and any(f".{stack}.{layer}." in name for stack in ("layer", "h") for layer in (1, 2))}
    assert tops <= differing
    assert all(torch.equal(model.state_dict()[name], scratch.state_dict()[name]) for name in differing)
    other = build_model("pretrained", checkpoints[architecture], "single", TAGS, 0.0, 2, tuning)
    assert changed(other.state_dict(), model.state_dict()) >= tops


# Refusals


@pytest.mark.parametrize("keys", [
    {"method": "partial", "frozen_layers": 4}, {"method": "full", "reinitialised_layers": 4},
    {"method": "partial", "frozen_layers": 2, "reinitialised_layers": 2}, {"method": "gradual", "frozen_layers": 4}])
def test_more_layers_than_there_are_is_refused(keys: dict, checkpoints: dict) -> None:
    with pytest.raises(UserError, match="method .*at most 3, the layers of the encoder, together, got . and .; lower"):
        built(checkpoints["bert"], recipe_from(keys, ""))


def test_all_layers_can_be_frozen(checkpoints: dict) -> None:
    model = built(checkpoints["bert"], recipe_from({"method": "partial", "frozen_layers": 3}, ""))
    assert {name for name, parameter in model.named_parameters() if parameter.requires_grad} == set(
        head_parameters(model))


# The command line


@pytest.fixture
def project(encoded: dict, checkpoints: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A folder with settings for the toy task; gives the arguments of a stage, without arm and recipe."""
    monkeypatch.chdir(tmp_path)
    settings = tiny.training_settings().model_dump()
    arm = {name: settings[name] for name in ("epochs", "warmup", "schedule", "weight_decay")}
    shared = {name: value for name, value in settings.items() if name not in (*arm, "lr", "train_size")}
    write_json(Path("params.yaml"), {
        "lr": 0.01, "pretrained": arm, "scratch": arm | {"lr": 0.01}, "training": shared, "recipes": RECIPES,
        "tasks": {"toy": {"pretrained": {}, "scratch": {}, "train_size": 0}}})
    write_json(Path("rows.json"), {"train_size": 0})
    return ["--task", "toy", "--seed", "1", "--rows", "rows.json", "--encoded", str(encoded["single"]), "--checkpoint",
            str(checkpoints["bert"]), "--out", str(tmp_path / "out")]


def test_any_recipe_can_be_named(project: list[str], tmp_path: Path) -> None:
    assert main([*project, "--init", "pretrained", "--tuning", "lora"]) == 0
    start = next(read_json_lines(tmp_path / "out" / "history.jsonl"))
    assert start["recipe"] == {"method": "lora", "rank": 2, "alpha": 4.0, "lr_factor": 3.0}
    assert start["settings"]["lr"] == pytest.approx(0.03)


@pytest.mark.parametrize(("arguments", "message"), [
    (["--init", "pretrained", "--tuning", "none"], "params.yaml: recipes: no recipe 'none'; expected one of full"),
    (["--init", "scratch", "--tuning", "head"], "--tuning: expected none with --init scratch, which trains all"),
])
def test_wrong_recipes_are_one_line(
    project: list[str], arguments: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main([*project, *arguments]) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert said[0].startswith(f"error: {message}")
    assert not (tmp_path / "out").exists()


def test_every_method_is_tested() -> None:
    assert {keys["method"] for keys in RECIPES.values()} == set(METHODS)


# Decoders


def test_a_decoder_reads_its_last_token_and_pads_with_the_end_of_the_text(tmp_path: Path, encoded: dict) -> None:
    write_checkpoint(tmp_path, "gpt2")
    config = read_json(tmp_path / "config.json")
    write_json(tmp_path / "config.json", config | {"pad_token_id": None, "eos_token_id": 1})
    model = built(tmp_path).eval()
    assert model.config.pad_token_id == 1
    split = read_split(encoded["single"], "train")
    together = Collator(model)(split, np.arange(8))
    assert "token_type_ids" not in together
    assert (together["input_ids"] == 1).any()
    with torch.inference_mode():
        logits = model(**{name: tensor for name, tensor in together.items() if name != "labels"}).logits
        for row in range(8):
            ids = torch.from_numpy(split.input_ids[row].astype(np.int64))[None]
            last = model.score(model.transformer(ids).last_hidden_state[0, -1])
            torch.testing.assert_close(logits[row], last, atol=1e-5, rtol=0)
    write_json(tmp_path / "config.json", config | {"pad_token_id": None, "eos_token_id": None})
    with pytest.raises(UserError, match="config.json: expected eos_token_id or pad_token_id, found neither; add"):
        built(tmp_path)
