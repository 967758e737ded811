"""A model that is given away answers as ours does, whatever class its tokenizer had, and its card says what is so."""

import re
import shutil
import unicodedata
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mlflow
import pytest
import yaml
from transformers import pipeline

from stages import export as command
from stages.answering import checking, exporting
from stages.answering.answers import Model
from stages.answering.exporting import card, deliver, export
from stages.answering.scored import Scored, read_scored
from stages.common.errors import UserError
from stages.common.files import read_json, write_json
from stages.common.sources import ROOT
from stages.results.prepared import read_rows, read_task
from stages.results.tasks import TaskFacts
from stages.settings.grid import Grid
from stages.settings.prediction import PredictionSettings
from stages.tracking.models import save_model
from stages.tracking.store import TrackedRun, TrackingStore
from tests.small_study import SmallStudy, texts_of
from tests.test_questions import facts
from tests.test_report import GRID, Inputs, said

TEXT = "정말 좋은 영화, 배우 연기가 훌륭하다"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    small = SmallStudy(tmp_path_factory.mktemp("study"), "nsmc")
    small.encode(texts_of(small.rows(test_size=60)))
    small.train()
    small.evaluate()
    return small


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    return Inputs(tmp_path / "inputs", Grid(tasks=("reviews",), tunings=("full",), seeds=(1, 2)))


def reviews(inputs: Inputs) -> TaskFacts:
    return facts(inputs)["reviews"]


def exported(study: SmallStudy, inputs: Inputs, out: Path, settings: dict[str, Any] | None = None) -> Path:
    """Export with the tokenizer's settings as a checkpoint of the Hub has them."""
    checkpoint = out.parent / "checkpoint"
    shutil.copytree(study.paths.checkpoint, checkpoint)
    write_json(checkpoint / "tokenizer_config.json", settings or {"tokenizer_class": "BertTokenizer"})
    export(reviews(inputs), "pretrained-full-1", study.paths.models / "pretrained-full-1", checkpoint, out)
    return out


@pytest.mark.parametrize("settings", [
    {"tokenizer_class": "BertTokenizer", "do_lower_case": False}, {"tokenizer_class": "ElectraTokenizer"},
    {"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "[UNK]", "pad_token": "[PAD]"},
    {"model_max_length": 9}])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_it_answers_as_ours_does(study: SmallStudy, inputs: Inputs, tmp_path: Path, settings: dict[str, Any],
                                 form: str) -> None:
    folder = exported(study, inputs, tmp_path / "model", settings)
    ours = Model(study.paths.models / "pretrained-full-1", study.paths.checkpoint / "tokenizer.json",
                 read_task(study.folder / "encoded"), 64,
                 PredictionSettings(threads=1, precision="fp32", seed_varies="both"))
    classify = pipeline("text-classification", str(folder))
    for text in (TEXT, f"{TEXT} " * 30):
        told, = ours.answer([{"text": unicodedata.normalize(form, text)}])
        found, = classify(unicodedata.normalize(form, text), truncation=True, max_length=64)
        assert found["label"] == told["label"]
        assert found["score"] == pytest.approx(told["probability"], abs=1e-5)


def test_mlflow_keeps_a_model_once_and_it_answers_as_ours_does(
    study: SmallStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_store: Path
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    shutil.copyfile(empty_store, tmp_path / "mlflow.db")
    cell, written = study.paths.models / "pretrained-full-1", []

    def write(out: Path) -> None:
        written.append(out)
        save_model("single", "ko", cell, study.paths.checkpoint, 64, out)

    run = TrackedRun("pretrained-full-1", "c0ffee", {}, {}, [])
    for model in (None, write, write):  # a run that was logged without its model gets it when it is asked for
        TrackingStore(tmp_path).log("nsmc", [replace(run, model=model)])
    assert len(written) == 1
    loaded = mlflow.pyfunc.load_model(str(next((tmp_path / "mlartifacts").rglob("MLmodel")).parent))
    text = TEXT * 20  # longer than what the model reads
    found = loaded.predict(text).iloc[0]
    ours = Model(cell, study.paths.checkpoint / "tokenizer.json", read_task(study.folder / "encoded"), 64,
                 PredictionSettings(threads=1, precision="fp32", seed_varies="both"))
    told, = ours.answer([{"text": text}])
    assert told["truncated"]
    assert found["label"] == told["label"]
    assert found["score"] == pytest.approx(told["probability"], abs=1e-5)
    assert [column.name for column in loaded.metadata.get_output_schema().inputs] == ["label", "score"]
    assert loaded.input_example == "배우들의 연기가 좋았다."
    kept = next((tmp_path / "mlartifacts").rglob("MLmodel"))
    assert "/tmp" not in kept.read_text("utf-8")
    assert not list(kept.parent.glob("LICENSE*"))


def test_mlflow_keeps_models_of_pairs(study: SmallStudy, tmp_path: Path) -> None:
    """The architecture is that of texts; what differs is what the pipeline is given."""
    save_model("pair", "en", study.paths.models / "pretrained-full-1", study.paths.checkpoint, 64, tmp_path / "out")
    loaded = mlflow.pyfunc.load_model(str(tmp_path / "out"))
    assert len(loaded.predict(loaded.input_example)) == 1


def test_the_card_has_score_verdict_and_what_the_doctor_found(inputs: Inputs) -> None:
    text = card(reviews(inputs), "scratch-1", "model")
    assert "# REVIEWS: scratch, seed 1" in text
    assert "accuracy 0.710 (95 % interval over rows 0.680 to 0.740); before training 0.500." in text
    assert "Trained by headstart from random weights on 640 rows" in text
    assert "Pre-training helps on REVIEWS: accuracy 0.841 against 0.711" in text
    assert "The doctor found nothing about it." in text


def test_the_card_says_what_the_model_is_made_of(inputs: Inputs) -> None:
    inputs.edit("cards/reviews.encoding.json", "origin", value={
        "source": "hub", "repository": "some/encoder", "commit": "c0ffee", "weights_sha256": "beef"})
    inputs.edit("metrics/reviews.json", "synthetic_checkpoint", value=True)
    inputs.edit("metrics/reviews.json", "cells", "pretrained-full-1", "failed", value=True)
    inputs.edit("cards/reviews.json", "homepage", value="https://example.org/reviews")
    inputs.edit("cards/reviews.json", "licence", value="research only")
    task = reviews(inputs)
    text = card(task, "pretrained-full-1", "model").replace("\\", "")
    matter = yaml.safe_load(text.split("---")[1])
    assert matter["base_model"] == "some/encoder"
    assert matter["tags"] == ["headstart", "synthetic"]
    assert "\nEncoder: some/encoder @ c0ffee, SHA-256 of its weights beef.\n" in text
    assert re.search(r"\nSettings: .*\blr [0-9.e-]+, .*max_length 64\.\n", text)
    assert "lr_factor" not in text  # the rate has it already
    assert "The terms of use of the data apply to the model, too: research only, <https://example.org/reviews>." in text
    assert text.index("> **This run failed to train: accuracy 0.") < text.index("Trained by headstart")
    other = card(task, "scratch-1", "model")
    assert set(yaml.safe_load(other.split("---")[1])) == {"language", "pipeline_tag", "library_name", "tags"}
    assert "Architecture and tokenizer: some/encoder" in other.replace("\\", "")
    assert "failed to train:" not in other


@pytest.mark.parametrize(("arm", "start"), [
    ("adapted", "from the encoder small, first by pre-training it further on the text of the task, then on "),
    ("self_pretrained", "from random weights, first by pre-training on the text of the task alone, then on 640 rows"),
    ("distilled", "from random weights, also on the logits of a fine-tuned model, on 640 rows")])
def test_the_card_says_what_a_model_started_from(tmp_path: Path, arm: str, start: str) -> None:
    inputs = Inputs(tmp_path, Grid(tasks=("reviews",), tunings=("full",), seeds=(1, 2), asked={arm: ("reviews",)}))
    card_of = {"adapted": "adaptation"}.get(arm, "self_pretraining")
    inputs.write(f"cards/reviews.{card_of}.json", {
        "text": "", "texts": 9, "tokens": 90, "new_head": True, "settings": {}, "losses": [{"step": 2, "loss": 6.5}]})
    assert f"Trained by headstart {start}" in card(reviews(inputs), f"{arm}-1", "model").replace("\\", "")


@pytest.mark.parametrize(("edits", "cell", "said"), [
    ({"synthetic": True}, "scratch-1", "the rows were written by a program"),
    ({"synthetic_checkpoint": True}, "pretrained-full-1", "the encoder was pre-trained on text that a program wrote"),
    ({"synthetic_checkpoint": True}, "scratch-1", ""), ({}, "pretrained-full-1", "")])
def test_the_card_says_what_is_synthetic_about_this_model(
    inputs: Inputs, edits: dict[str, bool], cell: str, said: str
) -> None:
    for name, value in edits.items():
        inputs.edit("metrics/reviews.json", name, value=value)
    text = card(reviews(inputs), cell, "model")
    assert ("SYNTHETIC SAMPLE" in text) == bool(said)
    assert said in text


def test_what_transformers_cannot_load_is_refused(study: SmallStudy, inputs: Inputs, tmp_path: Path,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    model = tmp_path / "prefixed"
    shutil.copytree(study.paths.models / "pretrained-full-1", model)
    write_json(model / "config.json", read_json(model / "config.json") | {"prefix_tokens": 4})
    with pytest.raises(UserError, match="found a trained prefix, which only headstart can"):
        export(reviews(inputs), "pretrained-full-1", model, study.paths.checkpoint, tmp_path / "out")
    with pytest.raises(UserError, match="no trained model there"):
        export(reviews(inputs), "pretrained-full-1", tmp_path / "none", study.paths.checkpoint, tmp_path / "out")
    facts_of_task = reviews(inputs)
    monkeypatch.setattr(checking, "TOLERANCE", -1.0)  # no answer is so near
    with pytest.raises(UserError, match="expected the exported model to answer as predict does"):
        export(facts_of_task, "pretrained-full-1", study.paths.models / "pretrained-full-1", study.paths.checkpoint,
               tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob("*out*"))


def test_the_card_of_a_model_of_words_has_its_call_and_the_score_from_running_text(tmp_path: Path) -> None:
    entities = facts(Inputs(tmp_path / "inputs", GRID))["entities"]
    text = card(entities, "pretrained-full-1", "ner-model")
    assert 'sys.path.append("ner-model")\nfrom word_pipeline import WordPipeline' in text
    assert "`classify(words, is_split_into_words=True)`" in text
    assert "| entity F1 from running text | 0.777 |" in text


def test_the_card_has_only_the_findings_of_its_own_model(inputs: Inputs) -> None:
    merged = {"severity": "warning", "taints": [], "evidence": said("x"), "reason": said("y"), "remedy": said("z")}
    inputs.find("reviews", merged | {"name": "never_improved", "about": "pretrained-full-1, scratch-1",
                                     "runs": ["pretrained-full-1", "scratch-1"]},
                merged | {"name": "dead_gradient", "about": "scratch-2", "runs": ["scratch-2"]},
                merged | {"name": "unstable_seeds", "about": "full", "taints": ["full"]},
                merged | {"name": "loses_to_a_baseline", "about": "scratch", "taints": ["scratch"]},
                merged | {"name": "leaked_rows", "about": "test", "taints": ["full", "scratch"]})
    text = card(reviews(inputs), "scratch-1", "model")
    assert "never improved" in text
    assert "leaked rows" in text
    assert "loses to a baseline" in text
    assert "unstable seeds" not in text
    assert "vanishing or non-finite gradient" not in text


def scored(study: SmallStudy, precision: str = "fp32") -> Scored:
    rows = list(read_rows(study.paths.prepared / "test.jsonl"))[:20]
    return read_scored(study.folder / "encoded", study.paths.predictions / "pretrained-full-1.parquet", rows, precision)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_only_the_model_that_was_scored_is_written(study: SmallStudy, inputs: Inputs, tmp_path: Path,
                                                   precision: str) -> None:
    """The weights of another arm under a model's name answer as themselves, and the card has another's score."""
    task, known = reviews(inputs), scored(study, precision)
    model = tmp_path / "pretrained-full-1"
    shutil.copytree(study.paths.models / "pretrained-full-1", model)
    export(task, "pretrained-full-1", model, study.paths.checkpoint, tmp_path / "right", known.rows, known)
    shutil.copyfile(study.paths.models / "scratch-1" / "model.safetensors", model / "model.safetensors")
    with pytest.raises(UserError, match=r"pretrained-full-1: expected the model that was scored, found another, "
                                        r".*; run `dvc repro`"):
        export(task, "pretrained-full-1", model, study.paths.checkpoint, tmp_path / "out", known.rows, known)
    assert not (tmp_path / "out").exists()


def test_a_model_whose_outputs_have_other_names_is_refused(study: SmallStudy, inputs: Inputs, tmp_path: Path) -> None:
    task, known = reviews(inputs), scored(study)
    model = tmp_path / "pretrained-full-1"
    shutil.copytree(study.paths.models / "pretrained-full-1", model)
    write_json(model / "config.json", read_json(model / "config.json") | {
        "id2label": {"0": "positive", "1": "negative"}})
    with pytest.raises(UserError, match="config.json: expected id2label with negative, positive in this order, found "
                                        "positive, negative; restore it with `dvc checkout --force "):
        export(task, "pretrained-full-1", model, study.paths.checkpoint, tmp_path / "out", known.rows, known)


def test_the_words_of_a_model_are_compared_with_what_was_scored(tmp_path: Path) -> None:
    small = SmallStudy(tmp_path, "conll2003")
    small.encode(texts_of(small.rows(test_size=40)))
    small.train()
    small.evaluate()
    rows = scored(small).rows
    for cell in ("pretrained-full-1", "scratch-1"):
        (tmp_path / cell).mkdir()
        of_cell = read_scored(small.folder / "encoded", small.paths.predictions / f"{cell}.parquet", rows, "fp32")
        deliver("words", small.paths.models / cell, small.paths.checkpoint, 64, tmp_path / cell, rows, of_cell)
    with pytest.raises(UserError, match="expected the model that was scored"):
        deliver("words", small.paths.models / "pretrained-full-1", small.paths.checkpoint, 64,
                tmp_path / "scratch-1", rows, of_cell)


def test_a_refused_export_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                           capsys: pytest.CaptureFixture) -> None:
    task = SimpleNamespace(metrics=SimpleNamespace(task="nsmc", cells={"scratch-1": SimpleNamespace(settings={})}))
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "params.yaml", tmp_path)
    monkeypatch.setattr(command, "read_tasks", lambda grid: [task])

    def refuse(*given: object) -> None:
        given[4].mkdir(parents=True)
        given[4].rmdir()
        raise UserError("refused")

    monkeypatch.setattr(exporting, "export", refuse)
    arguments = ["--task", "nsmc", "--cell", "scratch-1", "--out"]
    (tmp_path / "a").mkdir()
    assert command.main([*arguments, "a/b/c/d"]) == 1
    assert capsys.readouterr().err == (
        "data/encoded/nsmc/task.json is missing: not checked whether this model is the one that was scored; `dvc pull` "
        "where it is shared, or `dvc repro`, and export again\nerror: refused\n")
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["a"]
    assert not list((tmp_path / "a").iterdir())
    assert command.main([*arguments, "params.yaml/model"]) == 1
    assert capsys.readouterr().err == (
        "error: --out params.yaml/model: expected a path through folders, found the file params.yaml; name another\n")
