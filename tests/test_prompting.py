"""The arm that is prompted: likelihoods, examples, shortening, calibration, its cells, and what the doctor says."""

import json
import shutil
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as parquet
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoTokenizer, BertConfig, GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

from stages.answering.cells import chosen_cell
from stages.answering.splits import predict
from stages.common.errors import UserError
from stages.common.files import read_json, write_json
from stages.doctoring import prompts
from stages.doctoring.checks import diagnose
from stages.doctoring.evidence import Evidence
from stages.evaluate import evaluate
from stages.prompting.answering import prompt
from stages.prompting.prompts import draw_examples, render_prefix, render_query, shortened
from stages.prompting.scoring import calibrated, label_likelihoods, log_probabilities
from stages.results.findings import Finding
from stages.results.histories import read_history
from stages.results.prepared import Row
from stages.results.prompts import PromptCard
from stages.settings.evaluation import EvaluationSettings
from stages.settings.grid import Grid
from stages.settings.prediction import ForwardSettings, PredictionSettings
from stages.settings.prompting import TEMPLATES, PromptingSettings, Template
from stages.settings.train_rows import TrainRows
from stages.settings.yaml12 import parse_yaml
from stages.training.cell import train
from tests import tiny
from tests.arm_lists import NO_TASKS
from tests.healthy import healthy, with_rows
from tests.refusals import refusal
from tests.test_report import Inputs

# `unaffable` has three tokens.
TEMPLATE = Template(instruction="good or {labels}", example="film {text} the {label}",
                    labels={"negative": "bad", "positive": "unaffable"})
Check = Callable[[Evidence], Iterator[Finding]]
FORWARD = ForwardSettings(threads=1, precision="fp32")


def llama(positions: int = 64) -> LlamaForCausalLM:
    torch.manual_seed(5)
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=len(tiny.SPECIAL) + len(tiny.PIECES), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, intermediate_size=32, max_position_embeddings=positions, initializer_range=0.5,
        pad_token_id=0, bos_token_id=None, eos_token_id=None)).eval()


def gpt2() -> GPT2LMHeadModel:
    torch.manual_seed(6)
    return GPT2LMHeadModel(GPT2Config(
        vocab_size=len(tiny.SPECIAL) + len(tiny.PIECES), n_embd=16, n_layer=2, n_head=2, n_positions=64,
        initializer_range=0.5, pad_token_id=0, bos_token_id=None, eos_token_id=None)).eval()


def write_model(folder: Path, positions: int = 64) -> Path:
    tiny.write_tokenizer(folder)
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast"})
    llama(positions).save_pretrained(folder)
    return folder


def settings(folder: Path, **changes: Any) -> PromptingSettings:
    values: dict[str, Any] = {
        "model": {"source": "local", "folder": str(folder)}, "examples": 4, "language": "auto",
        "normalisation": "none", "calibration": False, "max_tokens": 64, "batch_size": 5,
        "templates": {"toy": TEMPLATE.model_dump()}}
    return PromptingSettings.model_validate(values | changes)


@torch.inference_mode()
def naive(model: Any, tokens: Sequence[int], label: Sequence[int]) -> float:
    """Without a cache, one sequence at a time."""
    logits = model(torch.tensor([[*tokens, *label]])).logits[0].double().log_softmax(-1)
    return sum(float(logits[len(tokens) - 1 + place, token]) for place, token in enumerate(label))


@pytest.mark.parametrize("make", [llama, gpt2])
@pytest.mark.parametrize("prefix", [[], [7, 8, 9, 6, 5]])
def test_shared_keys_give_the_likelihoods_of_whole_prompts(make: Any, prefix: list[int]) -> None:
    model = make()
    queries = [[5], [6, 9, 11, 12, 13, 14, 15], [10, 11], [18, 17, 16, 5, 6], [7, 7]]
    labels = [[5], [12, 13, 14], [12, 6]]
    expected = [[naive(model, prefix + query, label) for label in labels] for query in queries]
    for batch_size in (1, 3, 8):
        found = label_likelihoods(model, prefix, queries, labels, batch_size)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)


def test_scores_by_hand() -> None:
    likelihoods = np.log([[0.06, 0.02]])
    np.testing.assert_allclose(np.exp(log_probabilities(likelihoods)), [[0.75, 0.25]])
    # Two letters and one: the geometric means are 0.06 ** 0.5 and 0.02.
    np.testing.assert_allclose(np.exp(log_probabilities(likelihoods, [2, 1])), [[0.244949 / 0.264949, 0.02 / 0.264949]],
                               rtol=1e-6)
    # 0.6 / 0.8 = 0.75 and 0.4 / 0.2 = 2, over their sum.
    content_free = np.log([[0.9, 0.1], [0.7, 0.3]])
    np.testing.assert_allclose(np.exp(calibrated(np.log([[0.6, 0.4]]), content_free)), [[0.75 / 2.75, 2 / 2.75]])
    # An input without content is told apart from itself by nothing.
    np.testing.assert_allclose(np.exp(calibrated(content_free[:1], content_free[:1])), [[0.5, 0.5]])


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=40), st.integers(0, 12), st.integers(0, 5))
def test_examples_are_drawn_in_turns(labels: list[str], number: int, seed: int) -> None:
    drawn = draw_examples(labels, number, seed)
    assert drawn == draw_examples(labels, number, seed)
    assert len(set(drawn)) == len(drawn) == min(number, len(labels))
    counts, available = Counter(labels[place] for place in drawn), Counter(labels)
    assert all(counts[one] >= counts[other] - 1 for one in available for other in available
               if counts[one] < available[one])


def test_seeds_draw_examples_and_their_order() -> None:
    labels = ["a", "b"] * 20
    draws = {seed: draw_examples(labels, 4, seed) for seed in range(20)}
    assert len({tuple(sorted(draw)) for draw in draws.values()}) > 15
    assert len({"".join(labels[place] for place in draw) for draw in draws.values()}) == 6  # all orders of two and two


def test_the_longest_text_loses_its_last_words() -> None:
    rows = [("one two  three four", "five"), ("six seven",)]
    length = lambda texts: sum(len(text.split()) for row in texts for text in row)  # noqa: E731
    assert shortened(rows, lambda texts: length(texts) <= 7) == rows
    assert shortened(rows, lambda texts: length(texts) <= 6) == [("one two  three", "five"), ("six seven",)]
    assert shortened(rows, lambda texts: length(texts) <= 4) == [("one", "five"), ("six",)]
    assert shortened(rows, lambda texts: length(texts) <= 2) is None
    letters = lambda texts: sum(map(len, (text for row in texts for text in row)))  # noqa: E731
    unspaced = [("这部电影非常好看", "好"), ("不好看",)]
    assert shortened(unspaced, lambda texts: letters(texts) <= 8) == [("这部电影", "好"), ("不好看",)]
    assert shortened([("a" * 9,)], lambda texts: letters(texts) <= 4) == [("aaaa",)]
    assert shortened(unspaced, lambda texts: letters(texts) <= 2) is None


def test_prompts_are_what_the_template_says() -> None:
    prefix = render_prefix(TEMPLATE, ["negative", "positive"], [("a {b}",), ("c",)], ["positive", "negative"])
    assert prefix == "good or bad, unaffable\n\nfilm a {b} the unaffable\n\nfilm c the bad\n\n"
    assert render_query(TEMPLATE, ("x",)) == "film x the"
    for entry in parse_yaml(TEMPLATES.read_text("utf-8"), TEMPLATES.name).values():
        assert entry.keys() == {"en", "ko"}
        for values in entry.values():
            Template.model_validate(values)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("toy")
    tiny.write_encoded(root, tiny.TEXT_TASK)
    write_model(root / "language_model")
    return root


def prompted(root: Path, name: str = "in_context-1", seed: int = 1, **changes: Any) -> Path:
    out = root / "models" / name
    prompt(root / "prepared", out, seed, settings(root / "language_model", **changes), "table", TrainRows(30), FORWARD)
    return out


def test_a_cell_has_the_scores_of_the_naive_computation(original: Path, tmp_path: Path) -> None:
    root = shutil.copytree(original, tmp_path / "root")
    out = prompted(root)
    card, model = read_json(out / "prompts.json"), llama()
    tokenizer = AutoTokenizer.from_pretrained(root / "language_model")
    encode = lambda text: tokenizer(text, add_special_tokens=False)["input_ids"]  # noqa: E731
    assert card["tokens"] == {"negative": encode("bad"), "positive": encode("unaffable")}
    assert list(map(len, card["tokens"].values())) == [1, 3]
    assert len(card["examples"]) == 4
    assert all(int(guid.removeprefix("train:")) < 30 for guid in card["examples"])
    rows = {row["guid"]: row for row in tiny.text_rows("test", 12)}
    for stored in parquet.read_table(out / "predictions.parquet").to_pylist():
        if stored["split"] == "test":
            tokens = encode(card["prefix"]) + encode(f"film {rows[stored['guid']]['text']} the")
            likelihoods = np.array([[naive(model, tokens, label) for label in card["tokens"].values()]])
            np.testing.assert_allclose([stored["logits"]], log_probabilities(likelihoods), atol=1e-5)
    again = prompted(root, "again")
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        path.name: path.read_bytes() for path in again.iterdir()}
    other = read_json(prompted(root, "other", seed=2) / "prompts.json")
    assert other["examples"] != card["examples"]


def test_prompts_that_do_not_fit_are_shortened_and_counted(original: Path, tmp_path: Path) -> None:
    root = shutil.copytree(original, tmp_path / "root")
    out = prompted(root, max_tokens=40)
    card = read_json(out / "prompts.json")
    assert card["shortened"]["examples"] > 0
    tokenizer = AutoTokenizer.from_pretrained(root / "language_model")
    assert len(tokenizer(card["prefix"], add_special_tokens=False)["input_ids"]) <= 30
    write_model(root / "language_model", positions=18)
    assert read_json(prompted(root, "few", examples=0) / "prompts.json")["shortened"] == {
        "examples": 0, "validation": 0, "test": 0}
    with pytest.raises(UserError, match=r"prompting.max_tokens: 18 tokens have no room for 4 examples of toy; raise"):
        prompted(root, "none")
    assert not (root / "models" / "none").exists()


def test_the_arm_goes_through_predict_and_evaluate(original: Path, tmp_path: Path) -> None:
    root = shutil.copytree(original, tmp_path / "root")
    grid = Grid(tasks=("toy",), tunings=("full",), seeds=(1,), asked={"in_context": ("toy",)})
    assert [cell for cell in grid.cells if cell not in grid.trained_cells] == ["in_context-1"]
    for cell in grid.trained_cells:
        train(cell.split("-")[0], int(cell[-1]), root / "encoded", root / "checkpoint", root / "models" / cell,
              tiny.training_settings(epochs=2, evaluations=2))
    prompted(root, calibration=True, normalisation="bytes")
    predict(grid.cells, root / "models", root / "encoded", root / "checkpoint", root / "predictions",
            PredictionSettings(threads=1, precision="fp32", seed_varies="both"))
    write_json(root / "baselines.json", {"train_rows": 40, "test": {}})
    evaluate(Namespace(prepared=root / "prepared", models=root / "models", predictions=root / "predictions",
                       baselines=root / "baselines.json",
                       embeddings=tiny.without_embeddings(root), out=root / "metrics.json",
                       curves=root / "curves.csv", encoding_card=root / "card.json"), grid,
             EvaluationSettings(resamples=100, bootstrap_seed=1))
    facts = read_json(root / "metrics.json")
    assert list(facts["comparisons"]) == ["full", "in_context"]
    assert list(facts["further_comparisons"]) == ["in_context"]
    cell = facts["cells"]["in_context-1"]
    assert cell["before"] == cell["after"]
    assert (cell["failed"], cell["steps"], cell["trainable_parameters"]) == (False, 0, 0)
    assert cell["settings"]["model"] == "language_model"
    kept = read_history(root / "models" / "in_context-1" / "history.jsonl").kept
    assert kept is not None
    for name, value in kept.validation.items():
        assert cell["after"]["validation"][name] == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(("edit", "message"), [
    (BertConfig().save_pretrained, "model_type: expected a causal language model, gpt2, .*, found bert"),
    (lambda folder: (folder / "model.safetensors").unlink(), r"model\.safetensors: no such file"),
    (lambda folder: write_json(folder / "adapter_config.json", {}), "expected a whole model, found an adapter")])
def test_a_model_that_cannot_be_prompted_is_refused(
    original: Path, tmp_path: Path, edit: Callable[[Path], object], message: str
) -> None:
    root = shutil.copytree(original, tmp_path / "root")
    edit(root / "language_model")
    with pytest.raises(UserError, match=message):
        prompted(root)


LIST, NONE = "in_context: []", "  templates: {}"


@pytest.mark.parametrize(("edits", "message"), [
    ({LIST: "in_context: [conll2003]"}, "in_context: conll2003 tags words, for which there are no prompts; take it"),
    ({LIST: "in_context: [imdb]"}, "in_context: no task 'imdb'; `tasks` has nsmc"),
    ({"  examples: 4": "  examples: -1"}, "prompting.examples: expected a number at least 0, got -1"),
    ({NONE: "  templates: {imdb: {instruction: '', example: '{text} is {label}', labels: {}}}"},
     "prompting.templates.imdb: no such task"),
    ({NONE: "  templates: {nsmc: {instruction: '', example: '{label}: {text}', labels: {}}}"},
     "prompting.templates.nsmc.example: expected {text}, of pairs then {text_pair}, words such as 'Label:', and last"),
    ({NONE: "  templates: {nsmc: {instruction: '', example: '{text} {text_pair} is {label}', labels: {}}}",
      LIST: "in_context: [nsmc]"}, "prompting.templates.nsmc.example: expected {text_pair} for pairs alone, found a"),
    ({NONE: "  templates: {nsmc: {instruction: '', example: '{text} is {label}', labels: {negative: no}}}",
      LIST: "in_context: [nsmc]"}, "prompting.templates.nsmc.labels: expected a word of its own for each of negative"),
])
def test_wrong_settings_name_their_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edits: dict[str, str], message: str
) -> None:
    assert refusal(tmp_path, monkeypatch, edits).startswith(f"params.yaml: {message}")


def test_there_is_no_model_to_apply(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_json(tmp_path / "params.yaml", NO_TASKS | {
        "tasks": {"toy": {}}, "tunings": ["full"], "seeds": [1], "in_context": ["toy"], "train_sizes": []})
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="--cell in_context-1: no model of its own: its answers are those of a langu"):
        chosen_cell("toy", "in_context-1")


# The doctor -----------------------------------------------------------------------------------------------------------

KOREAN = {"negative": "부정", "positive": "긍정"}



def with_prompts(**changes: Any) -> Evidence:
    """Healthy arms, and a prompted one at chance that took no step."""
    evidence, cell = healthy(), "in_context-1"
    facts = evidence.metrics.cells["scratch-1"]
    values: dict[str, Any] = {
        "query": "Review: {text}\nSentiment:", "words": {"negative": "bad", "positive": "good"},
        "tokens": {"negative": (5,), "positive": (6, 7)}, "examples": ("train:3", "train:8"),
        "shortened": {"examples": 0, "validation": 0, "test": 0}, "rows": {"validation": 200, "test": 300}}
    history = evidence.histories["scratch-1"]
    kept = replace(history.evaluations[0], train={}, step=0)
    summary = replace(history.summary, steps=0, best_step=0, settings={"model": "some"}, recipe={"method": "prompt"})
    return replace(
        evidence, arms={**evidence.arms, "in_context": [cell]},
        histories={**evidence.histories, cell: replace(history, measured=(kept,), summary=summary)},
        predictions={split: {**of_split, cell: of_split["scratch-1"]}
                     for split, of_split in evidence.predictions.items()},
        metrics=evidence.metrics.model_copy(update={
            "cells": {**evidence.metrics.cells, cell: facts},
            "comparisons": {**evidence.metrics.comparisons, "in_context": evidence.metrics.comparisons["full"]},
            "baseline_comparisons": {name: {**arms, "in_context": arms["full"]}
                                     for name, arms in evidence.metrics.baseline_comparisons.items()}}),
        prompts={cell: PromptCard.model_validate(values | changes)})


def test_a_healthy_prompted_arm_gets_nothing_but_notes() -> None:
    assert [finding for finding in diagnose(with_prompts()) if finding.severity != "note"] == []


@pytest.mark.parametrize(("check", "changes", "severity"), [
    (prompts.answer_in_prompt, {"query": "Good film? {text}\nAnswer:"}, "severe"),
    (prompts.answer_in_prompt, {"query": "{text}\n부정적인 리뷰:", "words": KOREAN}, "severe"),
    (prompts.answer_in_prompt, {"instruction": "All of these are good."}, "warning"),
    (prompts.shared_first_token, {"tokens": {"negative": (5, 6), "positive": (5, 7)}}, "warning"),
    (prompts.test_in_prompt, {"examples": ("train:3", "test:8")}, "severe"),
    (prompts.prompts_shortened, {"shortened": {"examples": 0, "validation": 0, "test": 24}}, "note"),
    (prompts.prompts_shortened, {"shortened": {"examples": 0, "validation": 0, "test": 25}}, "warning"),
    (prompts.prompts_shortened, {"shortened": {"examples": 1, "validation": 0, "test": 0}}, "warning")])
def test_what_is_wrong_with_a_prompt_is_found(check: Check, changes: dict[str, Any], severity: str) -> None:
    found = [(finding.name, finding.severity, finding.taints) for one in prompts.CHECKS
             for finding in one(with_prompts(**changes))]
    assert found == [(check.__name__, severity, ("in_context",))]


@pytest.mark.parametrize("changes", [
    {"query": "{text}\nbad or good?"}, {"query": "A goodness: {text}\nSentiment:"},
    {"query": "{text}\n부정하다:", "words": KOREAN}, {"instruction": "Reviews are good or bad."},
    {"instruction": "Classify as {labels}."}])
def test_words_of_all_labels_and_parts_of_words_are_no_answer(changes: dict[str, Any]) -> None:
    assert not list(prompts.answer_in_prompt(with_prompts(**changes)))


@pytest.mark.parametrize(("share", "wrong", "found"), [
    (0.3, 0.0, ["severe"]), (0.2, 0.0, []), (0.3, 0.1, []), (1.0, 0.05, ["severe"])])
def test_test_texts_that_have_the_word_of_their_label_answer_for_the_model(
    share: float, wrong: float, found: list[str]
) -> None:
    words = {"negative": "bad", "positive": "good"}

    def marked(place: int, row: Row) -> Row:
        other = place % 100 < 100 * wrong
        named = next(label for label in words if (label == row.label) != other)
        return replace(row, text=f"{words[named]}: {row.text}") if place % 100 < 100 * (share + wrong) else row

    evidence = with_rows(with_prompts(), "test", marked)
    assert [finding.severity for finding in prompts.answer_in_text(evidence)] == found


def test_a_frequent_label_is_named_rightly_by_chance() -> None:
    mostly = with_rows(with_prompts(), "test", lambda place, row: replace(
        row, label="positive" if place % 20 else "negative", text=f"{row.text} good" if place % 3 == 0 else row.text))
    assert not list(prompts.answer_in_text(mostly))


@pytest.mark.parametrize(("tokens", "settings", "shorter", "found"), [
    ({"negative": (5,), "positive": (5,)}, {}, 0.5, [("equal_label_words", "severe")]),
    ({"negative": (5,), "positive": (5, 7)}, {}, 0.5, [("shorter_word_favoured", "severe")]),
    ({"negative": (5,), "positive": (6, 7)}, {}, 0.7, [("shorter_word_favoured", "warning")]),
    ({"negative": (5,), "positive": (6, 7)}, {}, 0.6, []),
    ({"negative": (5,), "positive": (6, 7)}, {"normalisation": "bytes"}, 0.7, []),
    ({"negative": (5,), "positive": (6, 7)}, {"calibration": True}, 0.7, []),
    ({"negative": (5, 8), "positive": (6, 7)}, {}, 0.7, [])])
def test_label_words_that_decide_by_their_tokens(
    tokens: dict[str, tuple[int, ...]], settings: dict[str, Any], shorter: float, found: list[tuple[str, str]]
) -> None:
    """Of 500 validation and test rows, half are negative."""
    evidence, cell = with_prompts(tokens=tokens), "in_context-1"
    used = {"model": "some", "normalisation": "none", "calibration": False} | settings
    history = evidence.histories[cell]
    evidence = replace(evidence, predictions={
        split: cells | {cell: ["negative" if place < shorter * len(cells[cell]) else "positive"
                               for place in range(len(cells[cell]))]}
        for split, cells in evidence.predictions.items()},
        histories={**evidence.histories, cell: replace(history, summary=replace(history.summary, settings=used))})
    told = [(finding.name, finding.severity) for finding in diagnose(evidence)
            if finding.taints == ("in_context",) and finding.severity != "note"]
    assert [one for one in told if "word" in one[0] or "token" in one[0]] == found
    for check in (prompts.equal_label_words, prompts.shorter_word_favoured):
        assert [(finding.name, finding.severity) for finding in check(evidence)] == [
            one for one in found if one[0] == check.__name__]


def test_texts_of_test_among_the_examples_are_found() -> None:
    evidence = with_prompts(examples=("train:3", "train:8", "train:9"))
    copied = {guid: evidence.rows["test"][place].text for place, guid in enumerate(("train:3", "train:8"))}
    rows = [replace(row, text=copied.get(row.guid, row.text)) for row in evidence.rows["train"]]
    one = [row if row.guid != "train:8" else evidence.rows["train"][8] for row in rows]
    retyped = [replace(row, text=f"“{row.text.upper()}”") for row in rows]
    for train_rows, severe in ((rows, True), (retyped, True), (one, False)):
        found = list(prompts.test_in_prompt(replace(evidence, rows={**evidence.rows, "train": train_rows})))
        assert bool(found) == severe


def test_what_ails_a_prompted_arm_is_not_mended_by_training() -> None:
    evidence = with_prompts()
    constant = {split: {**cells, "in_context-1": ["negative"] * len(cells["in_context-1"])}
                for split, cells in evidence.predictions.items()}
    found = {finding.name: finding.remedy.identifier for finding in diagnose(replace(evidence, predictions=constant))
             if finding.about == "in_context-1"}
    assert found["one_class_predicted"] == "fix-prompt"


# The report -----------------------------------------------------------------------------------------------------------

def test_the_report_names_the_model(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path, Grid(tasks=("reviews",), tunings=("full",), seeds=(1, 2),
                                   asked={"in_context": ("reviews",)}))
    for seed in (1, 2):
        inputs.edit("metrics/reviews.json", "cells", f"in_context-{seed}", "settings", value={"model": "some/model"})
    files = inputs.build()
    for text in (files["report.md"], files["index.html"]):
        assert ("Prompting a language model (some/model) scores above training everything from scratch on REVIEWS: "
                "accuracy 0.841 against 0.711 from random weights") in text
        assert "Prompting a language model in place of fine-tuning helps on REVIEWS: accuracy" in text
    assert "The arm “in context” uses another model than" in (
        files["details/reviews.md"])
    assert json.loads(files["metrics.json"])["reviews"]["verdict-in_context"] == "above_scratch"
