"""The adapted and the self-pretrained arm: what they learn from, where they start, and what they are compared with."""

import json
import re
import shutil
import unicodedata
from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from transformers import BertConfig, BertForMaskedLM, BertModel, ElectraConfig, ElectraForPreTraining, GPT2Config

from stages.answering.splits import predict
from stages.common.errors import UserError
from stages.common.files import read_json, read_json_lines, write_json_lines
from stages.encode import encode
from stages.evaluate import evaluate
from stages.models.building import build_model
from stages.models.local import copy_checkpoint
from stages.pretraining import masked_language
from stages.pretraining.masked_language import MaskedTraining, masked_loss
from stages.pretraining.task_text import adapt_to_task
from stages.settings.adaptation import AdaptationSettings, SelfPretrainingSettings
from stages.settings.data import EncodingSettings
from stages.settings.evaluation import EvaluationSettings
from stages.settings.grid import Grid
from stages.settings.prediction import PredictionSettings
from stages.training import resuming
from stages.training.cell import train
from tests import tiny
from tests.refusals import refusal
from tests.small_project import copied_project, run, started
from tests.test_architectures import SHAPES, rows
from tests.test_report import Inputs, difference

VALUES: dict[str, Any] = {
    "text": "", "folder": "data/local", "steps": 12, "batch_size": 8, "lr": 0.01, "warmup": 0.1, "weight_decay": 0.01,
    "max_gradient_norm": 1.0, "masked": 0.3, "seed": 1, "threads": 1}
OWN = "self_pretrained"
# Whatever weights it starts from and whatever it learns to predict.
EITHER = pytest.mark.parametrize("changes", [{}, {"objective": "rtd"}, {"arm": OWN}, {"arm": OWN, "objective": "rtd"}],
                                 ids=lambda changes: "-".join(changes.values()) or "adapted")


def adapted(
    root: Path, name: str = "adapted", states: Path | None = None, arm: str = "adapted", **changes: Any
) -> Path:
    """Adapt the checkpoint under ``root``, or pre-train its architecture; return the folder that was written."""
    paths = Namespace(task="toy", arm=arm, encoded=root / "encoded", prepared=root / "prepared",
                      checkpoint=root / "checkpoint", out=root / name, card=root / f"{name}.json")
    settings = SelfPretrainingSettings(**{"vector_window": 2} | VALUES | changes) if arm == OWN else AdaptationSettings(
        **VALUES | changes)
    adapt_to_task(paths, settings, 16, states)
    return root / name


def card(root: Path, name: str = "adapted") -> dict[str, Any]:
    return read_json(root / f"{name}.json")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def copied(source: Path, target: Path) -> Path:
    shutil.copytree(source, target, dirs_exist_ok=True)
    return target


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data of the toy task and a BERT with a pooler, which has no head for masked words."""
    root = tmp_path_factory.mktemp("toy")
    tiny.write_encoded(root, tiny.TEXT_TASK)
    config = BertConfig(**json.loads((root / "checkpoint" / "config.json").read_text("utf-8")))
    torch.manual_seed(3)
    BertModel(config).save_pretrained(root / "checkpoint")
    return root


@pytest.fixture
def data(original: Path, tmp_path: Path) -> Path:
    return copied(original, tmp_path / "toy")


@pytest.fixture(scope="module", params=[name for name in SHAPES if name != "gpt2"])  # a decoder masks nothing
def published(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Korean or English data and a checkpoint of each architecture, with the head that it was published with."""
    shape = SHAPES[request.param]()
    root = tmp_path_factory.mktemp(request.param)
    for folder in ("source", "checkpoint", "prepared"):
        (root / folder).mkdir()
    for name, content in shape.files.items():
        (root / "source" / name).write_bytes(content)
    copy_checkpoint(root / "source", root / "checkpoint")
    (root / "prepared" / "task.json").write_text(json.dumps(tiny.TEXT_TASK), "utf-8")
    for split in ("train", "validation", "test"):
        write_json_lines(root / "prepared" / f"{split}.jsonl", rows(tiny.TEXT_TASK, split, 24, shape.korean))
    encode(root / "prepared", root / "checkpoint" / "tokenizer.json", {"synthetic": False}, root / "encoded",
           root / "card.json", EncodingSettings(checkpoint="tiny", max_length=32))
    return request.param, root


def test_each_architecture_is_adapted_from_its_own_weights(published: tuple[str, Path]) -> None:
    name, root = published
    folder = adapted(root, steps=40)
    assert sorted(contents(folder)) == ["config.json", "model.safetensors"]
    assert (folder / "config.json").read_bytes() == (root / "checkpoint" / "config.json").read_bytes()
    assert card(root)["new_head"] == (name == "koelectra")  # published with a head for replaced tokens
    losses = [point["loss"] for point in card(root)["losses"]]
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])
    before, after = (build_model("pretrained", root / place, "single", ["no", "yes"], 0.1, 1).state_dict()
                     for place in ("checkpoint", "adapted"))
    encoder = [key for key in before if key.startswith(SHAPES[name]().prefix)]
    changed = [key for key in encoder if not torch.equal(before[key], after[key])]
    assert len(changed) > len(encoder) / 2
    assert all(torch.equal(before[key], after[key]) for key in before if key not in encoder)


def test_it_starts_where_the_pretrained_arm_starts_with_the_same_pooler_and_head(data: Path) -> None:
    """A step of no length shows that nothing else is between the two."""
    adapted(data, steps=1, lr=1e-12)
    for kind in ("single", "words"):
        before, after = (build_model("pretrained", data / place, kind, ["no", "yes"], 0.1, 1).state_dict()
                         for place in ("checkpoint", "adapted"))
        assert before.keys() == after.keys()
        assert any("pooler" in key for key in before) == (kind == "single")
        assert all(torch.allclose(before[key], after[key], atol=1e-9) for key in before)


def test_an_encoder_without_pooler_gets_none(data: Path) -> None:
    tiny.write_checkpoint(data / "checkpoint")
    names = load_file(adapted(data) / "model.safetensors").keys()
    assert names == load_file(data / "checkpoint" / "model.safetensors").keys()


def test_a_head_that_the_checkpoint_has_is_used(data: Path) -> None:
    config = BertConfig(**json.loads((data / "checkpoint" / "config.json").read_text("utf-8")))
    torch.manual_seed(5)
    BertForMaskedLM(config).save_pretrained(data / "checkpoint")
    adapted(data, seed=1)
    first = card(data)["losses"][0]
    assert not card(data)["new_head"]
    weights = load_file(data / "checkpoint" / "model.safetensors")
    weights["cls.predictions.transform.dense.weight"] *= 3
    resuming.save_file(weights, data / "checkpoint" / "model.safetensors", {"format": "pt"})
    adapted(data, seed=1)
    assert card(data)["losses"][0] != first


@EITHER
def test_the_same_bytes_each_time_and_others_with_another_seed(data: Path, changes: dict[str, Any]) -> None:
    assert contents(adapted(data, "one", **changes)) == contents(adapted(data, "two", **changes))
    assert contents(adapted(data, "three", seed=2, **changes)) != contents(data / "one")


def test_no_byte_of_the_checkpoints_weights_is_in_those_of_self_pretraining(data: Path) -> None:
    """They start from the architecture and the tokenizer alone, and have no pooler, which no objective trains."""
    expected = contents(adapted(data, arm=OWN))
    (data / "checkpoint" / "model.safetensors").unlink()
    assert contents(adapted(data, arm=OWN)) == expected
    assert not any("pooler" in name for name in load_file(data / "adapted" / "model.safetensors"))
    assert card(data)["new_head"]
    assert contents(adapted(data, arm=OWN, vector_window=0)) != expected


def test_self_pretraining_starts_from_word_vectors_of_its_own_text(data: Path) -> None:
    """After a step of no length, words in the same contexts are alike, and special tokens are where chance put them."""
    folder = adapted(data, arm=OWN, steps=1, lr=1e-12)
    vectors = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"]
    good, bad, film = (tiny.PIECES.index(word) + len(tiny.SPECIAL) for word in ("good", "bad", "film"))
    alike, unlike = (torch.cosine_similarity(vectors[good], vectors[other], dim=0) for other in (bad, film))
    assert alike > 0.95 > 0.5 > unlike
    assert vectors[4].std() == pytest.approx(0.2, rel=0.5)  # initializer_range of the config


def test_the_head_of_a_published_discriminator_is_used(tmp_path: Path, original: Path) -> None:
    data = copied(original, tmp_path / "toy")
    torch.manual_seed(3)
    ElectraForPreTraining(ElectraConfig(
        vocab_size=len(tiny.SPECIAL) + len(tiny.PIECES), embedding_size=16, hidden_size=16, num_hidden_layers=1,
        num_attention_heads=2, intermediate_size=32)).save_pretrained(data / "checkpoint")
    adapted(data, objective="rtd")
    first = card(data)["losses"][0]
    assert not card(data)["new_head"]
    weights = load_file(data / "checkpoint" / "model.safetensors")
    weights["discriminator_predictions.dense_prediction.bias"] += 3
    resuming.save_file(weights, data / "checkpoint" / "model.safetensors", {"format": "pt"})
    adapted(data, objective="rtd")
    assert card(data)["losses"][0] != first
    adapted(data)
    assert card(data)["new_head"]


@pytest.mark.parametrize("arm", ["adapted", OWN])
def test_rows_of_validation_and_test_are_not_opened_where_the_text_is_that_of_train(data: Path, arm: str) -> None:
    expected = contents(adapted(data, arm=arm))
    for place in ("encoded", "prepared"):
        for split in ("validation", "test"):
            next((data / place).glob(f"{split}.*")).unlink()
    assert contents(adapted(data, arm=arm)) == expected
    assert card(data)["texts"] == 40


@pytest.mark.parametrize("arm", ["adapted", OWN])
def test_lines_that_repeat_a_text_of_validation_or_test_are_left_out(data: Path, arm: str) -> None:
    kept = [f"the good film {'. ' * number}un" for number in range(20)] + ["good film of train"]
    write_json_lines(data / "prepared" / "test.jsonl", [
        {"guid": "1", "text": "the  재미있다 film", "text_pair": "bad"}, {"guid": "2", "words": ["Ann", "visits"]}])
    write_json_lines(data / "prepared" / "validation.jsonl", [
        {"guid": "3", "text": "good"}, {"guid": "4", "text": "good film" + " of a film" * 5}])
    repeats = [unicodedata.normalize("NFD", "the 재미있다 film"), " bad ", "Ann  visits", "good",
               "“The 재미있다 film!”", f"Ann: A good film,{' OF a  film.' * 6} the film"]
    for name, lines in (("kept.txt", kept), ("mixed.txt", [*kept[:5], *repeats, "", *kept[5:]])):
        (data / name).write_text("\n".join(lines), "utf-8")
    first = contents(adapted(data, "one", text="kept.txt", folder=str(data), arm=arm))
    assert contents(adapted(data, "two", text="mixed.txt", folder=str(data), arm=arm)) == first
    assert (card(data, "one")["left_out"], card(data, "two")["left_out"]) == (0, 6)
    assert card(data, "two")["texts"] == 21
    (data / "kept.txt").write_text("good\nbad\n", "utf-8")
    with pytest.raises(UserError, match=r"kept.txt: expected texts that are not validation or test texts, found "
                                        r"none in 2 lines; name a file"):
        adapted(data, text="kept.txt", folder=str(data), arm=arm)


@pytest.mark.parametrize("changes", [{}, {"arm": OWN, "objective": "rtd"}], ids=["adapted", OWN])
def test_interrupted_it_goes_on_and_ends_in_the_same_bytes(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    monkeypatch.setattr(resuming, "SAVE_EVERY", 0.0)
    monkeypatch.setattr(resuming, "_COST", 1)
    monkeypatch.setattr(masked_language, "_LOGGED_POINTS", 5)
    whole = contents(adapted(data, "whole", **changes))
    original = MaskedTraining.take_step
    taken: list[int] = []
    stops = [1, 2, 7, 11]

    def stopping(self: MaskedTraining, batch: np.ndarray) -> None:
        taken.append(self.step)
        if [self.step] == stops[:1]:
            raise KeyboardInterrupt
        original(self, batch)

    monkeypatch.setattr(MaskedTraining, "take_step", stopping)
    while stops:
        with pytest.raises(KeyboardInterrupt):
            adapted(data, "again", tmp_path / "states", **changes)
        assert not (data / "again").exists()
        stops.pop(0)
    taken.clear()
    assert contents(adapted(data, "again", tmp_path / "states", **changes)) == whole
    assert taken == [11]
    assert card(data, "again") == card(data, "whole")
    assert list((tmp_path / "states").iterdir()) == []


def test_the_loss_is_that_of_the_whole_model_at_the_masked_positions(data: Path) -> None:
    config = BertConfig(**json.loads((data / "checkpoint" / "config.json").read_text("utf-8")))
    torch.manual_seed(1)
    model = BertForMaskedLM(config).eval()
    inputs = {"input_ids": torch.tensor([[2, 5, 4, 7, 3], [2, 4, 6, 3, 0]]),
              "attention_mask": torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 1, 0]])}
    targets = torch.tensor([[-100, -100, 6, -100, -100], [-100, 9, 6, -100, -100]])
    expected = model(**inputs, labels=targets).loss
    assert masked_loss(model, inputs, targets).item() == pytest.approx(expected.item(), rel=1e-5)
    assert masked_loss(model, inputs, torch.full((2, 5), -100)).item() == 0
    assert model(**inputs).logits.shape == (2, 5, config.vocab_size)  # nothing stays behind


@pytest.mark.parametrize(("change", "message"), [
    ({"lr": 1.0, "max_gradient_norm": 1e30, "weight_decay": 1e30, "steps": 60},
     r"toy adaptation: expected a finite loss, found nan at step \d+; lower adaptation.lr in params.yaml"),
    ({"text": "none.txt"}, r"data/local/none.txt: no such file; adaptation.text in params.yaml names a file in"),
    ({"text": "none.txt", "arm": OWN}, r"none.txt: no such file; self_pretraining.text in params.yaml names a file in"),
])
def test_what_cannot_be_learned_is_one_line(data: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        adapted(data, **change)
    assert not (data / "adapted").exists()
    assert not (data / "adapted.json").exists()


@pytest.mark.parametrize("arm", ["adapted", OWN])
def test_a_decoder_is_refused(data: Path, arm: str) -> None:
    GPT2Config(n_embd=16, n_layer=1, n_head=2).save_pretrained(data / "checkpoint")
    with pytest.raises(UserError, match=rf"{arm}: expected an encoder that can predict masked words, .*, found "
                                        rf"gpt2, the checkpoint .*; take its tasks out of `{arm}`"):
        adapted(data, arm=arm)


def test_a_tokenizer_without_mask_is_refused(data: Path) -> None:
    path = data / "checkpoint" / "tokenizer.json"
    path.write_text(path.read_text("utf-8").replace("[MASK]", "[HOLE]"), "utf-8")
    with pytest.raises(UserError, match=r"tokenizer.json: expected a mask token such as .* or <mask>, found none"):
        adapted(data)
    (data / "checkpoint" / "tokenizer_config.json").write_text('{"mask_token": {"content": "[HOLE]"}}', "utf-8")
    adapted(data)


def test_the_arm_is_predicted_evaluated_and_compared_with_both(data: Path) -> None:
    grid = Grid(tasks=("toy",), tunings=("full",), seeds=(1, 2), asked={"adapted": ("toy",), OWN: ("toy",)})
    adapted(data, "checkpoint/adapted")
    adapted(data, f"checkpoint/{OWN}", arm=OWN)
    for cell in grid.cells:
        arm, seed = cell.split("-")[0], int(cell[-1])
        checkpoint = data / "checkpoint" / (arm if arm in ("adapted", OWN) else "")
        train("scratch" if arm == "scratch" else "pretrained", seed, data / "encoded", checkpoint,
              data / "models" / cell, tiny.training_settings(epochs=2, evaluations=2))
    assert [cell for cell in grid.cells if cell.endswith("1")] == [
        "pretrained-full-1", "adapted-1", "self_pretrained-1", "scratch-1"]
    predict(grid.cells, data / "models", data / "encoded", data / "checkpoint", data / "predictions",
            PredictionSettings(threads=1, precision="fp32", seed_varies="both"))
    (data / "baselines.json").write_text(json.dumps({"train_rows": 40, "test": {}}), "utf-8")
    paths = Namespace(prepared=data / "prepared", models=data / "models",
                      predictions=data / "predictions", baselines=data / "baselines.json",
                      embeddings=tiny.without_embeddings(data),
                      out=data / "metrics.json", curves=data / "curves.csv", encoding_card=data / "card.json")
    evaluate(paths, grid, EvaluationSettings(resamples=100, bootstrap_seed=1))
    facts = read_json(data / "metrics.json")
    assert list(facts["comparisons"]) == ["full", "adapted", OWN]
    cells = facts["cells"]
    assert [cells[cell]["arm"] for cell in grid.cells] == [cell.split("-")[0] for cell in grid.cells]
    means = {arm: np.mean([cells[cell]["after"]["test"]["accuracy"] for cell in grid.cells if cell.startswith(arm)])
             for arm in ("pretrained", "adapted", OWN, "scratch")}
    assert facts["comparisons"]["adapted"]["difference"] == pytest.approx(means["adapted"] - means["scratch"])
    gain = facts["further_comparisons"]["adapted"]
    assert (gain["pretrained"], gain["scratch"]) == pytest.approx((means["adapted"], means["pretrained"]))
    assert gain["difference"] == pytest.approx(means["adapted"] - means["pretrained"])
    assert list(facts["further_comparisons"]) == ["full", "adapted"]
    corpus = facts["further_comparisons"]["full"]
    assert corpus["difference"] == pytest.approx(means["pretrained"] - means[OWN])
    assert facts["comparisons"][OWN]["difference"] == pytest.approx(means[OWN] - means["scratch"])
    # What a cell is before training is measured on the encoder that it started from.
    histories = {cell: list(read_json_lines(data / "models" / cell / "history.jsonl")) for cell in grid.cells}
    for cell, history in histories.items():
        assert cells[cell]["before"]["validation"]["loss"] == pytest.approx(history[1]["validation"]["loss"], rel=1e-5)
    assert len({str(histories[cell][1]) for cell in grid.cells if cell.endswith("1")}) == 4
    without = grid.model_copy(update={"asked": {}})
    evaluate(paths, without, EvaluationSettings(resamples=100, bootstrap_seed=1))
    alone = read_json(data / "metrics.json")
    assert "further_comparisons" not in alone
    assert alone["comparisons"] == {"full": facts["comparisons"]["full"]}


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    return Inputs(tmp_path, Grid(
        tasks=("reviews", "entities"), tunings=("full",), seeds=(1, 2), asked={"adapted": ("reviews",)}))


def test_the_report_shows_the_arm_beside_the_others(inputs: Inputs) -> None:
    files = inputs.build()
    text = files["report.md"] + files["details/reviews.md"]
    for expected in (
        "Pre-training helps on REVIEWS: accuracy 0.841 against 0.711 from random weights",
        "Pre-training with adaptation helps on REVIEWS: accuracy 0.861 against 0.711 from random weights, +15.0 points",
        "The effect of adaptation to the task's text on REVIEWS is inconclusive: accuracy 0.861 against 0.841 without "
        "it, +2.0 points (95 % interval −1.0 to 5.0 contains zero, 2 seeds × 600 test texts; p = 0.200, "
        "also after Holm's correction for 4 comparisons)",
        "masked-language modelling on 797 training texts (9,000 tokens); loss 3.500 → 2.250 in nats (means of the "
        "first and the last fifth of the steps), from a new head",
        "The encoder was adapted to the text of all 640 training rows, but every arm learns from the labels of only 64",
        "Pre-training helps on ENTITIES: entity F1 0.841 against 0.711",
    ):
        assert expected in text
    assert "adaptation helps on ENTITIES" not in text
    assert "| Setting | Pre-trained | Adapted | Scratch |" in text
    numbers = json.loads(files["metrics.json"])
    assert numbers["reviews"] | {
        "adapted": 0.861, "difference-adapted": 0.15, "difference-adaptation": 0.02, "low-adaptation": -0.01,
        "high-adaptation": 0.05, "verdict-adaptation": "cannot_tell"} == numbers["reviews"]
    assert not any("adapt" in name for name in numbers["entities"])


def test_the_report_decomposes_what_pretraining_is_worth(tmp_path: Path) -> None:
    """Differences of neighbours add up to that of the ends, whatever the other arms are."""
    grid = Grid(tasks=("reviews",), tunings=("full", "head"), seeds=(1, 2), asked={OWN: ("reviews",)})
    inputs = Inputs(tmp_path, grid)
    for key, arm, rival in ((OWN, 0.761, 0.711), ("full", 0.841, 0.761)):
        section = "further_comparisons" if key == "full" else "comparisons"
        inputs.edit("metrics/reviews.json", section, key, value={
            "pretrained": arm, "scratch": rival,
            **difference(arm - rival, 0.01, 0.09, p_value=0.3 if arm > 0.8 else 0.001)})
    inputs.write("cards/reviews.self_pretraining.json", {
        "text": "", "texts": 797, "tokens": 9000, "new_head": True, "settings": {"objective": "rtd", "steps": 200},
        "losses": [{"step": 2, "loss": 60.5}, {"step": 4, "loss": 20.25}]})
    files = inputs.build()
    text = files["report.md"] + files["details/reviews.md"]
    for expected in (
        "Pre-training on the task's own text alone helps on REVIEWS: accuracy 0.761 against 0.711 from random weights",
        "The effect of pre-training on more than the task's own text on REVIEWS is inconclusive: accuracy 0.841 against"
        " 0.761 with self-pretraining, +8.0 points",
        "On REVIEWS, accuracy goes 0.711 (scratch) → 0.761 (self-pretrained) → 0.841 (pre-trained, full): the "
        "objective, on the task's own text, gave +5.0 points (95 % interval 1.0 to 9.0) and the corpus of the "
        "checkpoint gave +8.0 points (95 % interval 1.0 to 9.0, inconclusive).",
        "replaced-token detection on 797 training texts (9,000 tokens); loss 60.500 → 20.250 in nats (means of the "
        "first and the last fifth of the steps), the discriminator's counted 50 times, from random weights",
    ):
        assert expected in text
    assert "작업 텍스트로 학습한 사전 학습 목표가 준 효과 +5.0" in files["index.html"]
    numbers = json.loads(files["metrics.json"])["reviews"]
    assert numbers["difference-corpus"] == pytest.approx(0.08)
    assert numbers["verdict-corpus"] == "cannot_tell"
    without = Inputs(tmp_path / "without", grid.model_copy(update={"asked": {}})).build()
    assert not any("goes 0.711" in text for text in without.values())


def test_the_report_refuses_an_arm_that_is_missing_or_left_over(inputs: Inputs) -> None:
    inputs.edit("metrics/reviews.json", "further_comparisons", value={})
    with pytest.raises(UserError, match="further comparisons are not those of the grid .*missing adapted"):
        inputs.tasks()
    inputs.grid = inputs.grid.model_copy(update={"asked": {}})
    with pytest.raises(UserError, match="cells are not those of the grid .*left over adapted-1, adapted-2"):
        inputs.tasks()


@pytest.mark.parametrize(("old", "new", "message"), [
    ("adapted: []", "adapted:\n- imdb", "adapted: no task 'imdb'; `tasks` has nsmc, mnli"),
    ("adapted: []", "adapted:\n- nsmc\n- nsmc", "adapted: expected distinct values"),
    ("adapted: []", "adapted: nsmc", "adapted: expected list, got 'nsmc'"),
    ("self_pretrained: []", "self_pretrained: [imdb]", "self_pretrained: no task 'imdb'; `tasks` has nsmc, mnli"),
    ("  vector_window: 5\n  objective: mlm", "  vector_window: 5\n  objective: clm",
     "self_pretraining.objective: expected 'mlm' or 'rtd', got 'clm'"),
    ("  nsmc:\n    # row", "  synthetic:\n    # row", "tasks.synthetic: the name is reserved for a field"),
    ("  masked: 0.15", "  masked: 1", "adaptation.masked: expected a number below 1, got 1"),
])
def test_wrong_settings_name_their_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, message: str
) -> None:
    assert refusal(tmp_path, monkeypatch, {old: new}).startswith(f"params.yaml: {message}")


@pytest.mark.parametrize(("old", "new", "message"), [
    ("- full\nseeds:", "- head\nseeds:", "tunings: the self_pretrained encoder is compared with the tuning 'full'; add "
                                         "it, or empty `self_pretrained`"),
])
def test_an_arm_that_is_asked_for_is_compared_with_the_tuned_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, message: str
) -> None:
    asked = {"self_pretrained: []": "self_pretrained: [nsmc]", old: new}
    assert refusal(tmp_path, monkeypatch, asked) == f"params.yaml: {message}"


def test_a_tuning_called_as_an_arm_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edits = {"recipes:\n  # all weights\n  full:\n": "recipes:\n  scratch:\n", "- full\n": "- scratch\n"}
    assert refusal(tmp_path, monkeypatch, edits).startswith(
        "params.yaml: tunings: 'scratch' is the name of an arm; rename the recipe")


@pytest.mark.pipeline
@pytest.mark.slow
def test_rows_appear_and_vanish_through_dvc(tmp_path: Path) -> None:
    copied_project(tmp_path)
    params = tmp_path / "params.yaml"
    params.write_text(re.sub(r"^  (mnli|conll2003):\n(    .*\n)+", "", params.read_text("utf-8"), flags=re.M), "utf-8")
    run(tmp_path, "dvc", "repro")
    run(tmp_path, "git", "add", "--all")
    run(tmp_path, "git", "commit", "--quiet", "--message", "results")
    before = {path: path.read_bytes() for path in (tmp_path / "reports").rglob("*") if path.is_file()}
    output = run(tmp_path, "dvc", "exp", "run", "-S", "adapted=[nsmc]")
    of_both = ("predict", "stress", "evaluate", "evaluate_sizes", "analyse", "diagnose")
    assert started(output) - {f"{stage}@ag_news" for stage in of_both} == {
        "check_params", "assign_checkpoint@nsmc", "assign_checkpoint@ag_news", "adapt@nsmc", "train_adapted@nsmc-1",
        "judge", "track@nsmc", "track@ag_news", "report"} | {f"{stage}@nsmc" for stage in of_both}
    assert "re-training with adaptation" in (tmp_path / "reports" / "index.html").read_text("utf-8")
    assert started(run(tmp_path, "dvc", "repro")) == set()
    run(tmp_path, "git", "checkout", "--quiet", "--", "params.yaml")
    again = {"report", "judge", "track@nsmc", "track@ag_news"} | {f"{stage}@nsmc" for stage in of_both}
    assert started(run(tmp_path, "dvc", "repro")) <= again
    assert {path: path.read_bytes() for path in (tmp_path / "reports").rglob("*") if path.is_file()} == before
