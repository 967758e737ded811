"""The assignment's questions: answers by hand, the same numbers in both languages, and the input from text to ids."""

import re
from pathlib import Path

import pytest

from stages.common.files import read_json
from stages.encoding.example import architecture, worked_example
from stages.encoding.tokenizing import TextTokenizer
from stages.pretraining.tokenizer import train_tokenizer
from stages.reporting.questions import questions
from stages.results.prepared import Task
from stages.results.tasks import TaskFacts
from stages.wording.catalogue import render
from tests.test_report import GRID, Inputs

EXAMPLE = {"texts": ["연기가 좋았다."], "ids": [2, 7, 9, 3], "tokens": ["[CLS]", "연기가", "좋았다.", "[SEP]"]}


def facts(inputs: Inputs) -> dict[str, TaskFacts]:
    return {task.metrics.task: task for task in inputs.tasks()}


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    made = Inputs(tmp_path, GRID)
    made.edit("cards/reviews.encoding.json", "architecture", value={
        "model_type": "bert", "layers": 2, "hidden_size": 128, "heads": 4})
    made.edit("cards/reviews.encoding.json", "example", value=EXAMPLE)
    return made


def numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d[\d,.]*\d|\d", text))


def test_both_languages_tell_the_same_numbers(inputs: Inputs) -> None:
    for task in facts(inputs).values():
        asked = questions(task)
        told = (asked.task, asked.design, asked.checkpoint)
        for answer in (*(one.answer for one in told), asked.losses, asked.cost):
            assert numbers(render(answer)) == numbers(render(answer, "ko")), answer
        for one in told:
            assert re.search("[가-힣]", render(one.question, "ko"))
            assert not re.search("[가-힣]", render(one.question))


def test_the_design_is_told_from_text_to_label(inputs: Inputs) -> None:
    design = render(questions(facts(inputs)["reviews"]).design.answer)
    assert "Bert with 2 layers of 128 units and 4 attention heads; 1,234,567 parameters with" in design
    assert ("“연기가 좋았다.” → tokens [CLS] 연기가 좋았다. [SEP] → ids 2 7 9 3, shape [1, 4] → logits [1, 2] → one of "
            "부정, 긍정.") in design
    of_words = render(questions(facts(inputs)["entities"]).design.answer)
    assert "Output: logits [batch, tokens, 5]" in of_words  # two types: O, and B and I of each
    assert "An example" not in of_words  # a card of before there were examples


def test_a_loss_that_rises_again_is_called_overfitting(inputs: Inputs) -> None:
    path = inputs.folder / "curves" / "reviews.csv"
    lines = path.read_text("utf-8").splitlines()
    column = lines[0].split(",").index("validation_loss")
    measured = {}
    for place, line in enumerate(lines[1:], 1):
        cells = line.split(",")
        if cells[0].startswith("scratch") and cells[column]:
            measured.setdefault(cells[0], []).append((place, cells))
    for rows in measured.values():
        for (place, cells), value in zip(rows, (0.7, *[0.4] * (len(rows) - 2), 0.8), strict=True):
            lines[place] = ",".join([*cells[:column], str(value), *cells[column + 1:]])
    path.write_text("\n".join(lines) + "\n", "utf-8")
    losses = questions(facts(inputs)["reviews"]).losses
    assert re.search(r"scratch from 0\.700 to 0\.400 at step [\d,]+, then up to 0\.800 at the end: the validation loss "
                     "rises again", render(losses))
    assert "검증 손실이 다시 오름" in render(losses, "ko")


def test_the_lowest_loss_is_told_as_the_mean_of_the_lowest_of_each_run(inputs: Inputs) -> None:
    """The curves' mean is lowest at 0.5, as the runs are lowest at different steps; the mean of their lowest is 0.4."""
    path = inputs.folder / "curves" / "reviews.csv"
    header, *lines = (line.split(",") for line in path.read_text("utf-8").splitlines())
    column = header.index("validation_loss")
    planted = {"scratch-1": iter((0.9, 0.3, 0.7)), "scratch-2": iter((0.9, 0.7, 0.5))}
    for cells in lines:
        if cells[0] in planted and cells[column]:
            cells[column] = str(next(planted[cells[0]], 0.6))
    path.write_text("\n".join(map(",".join, (header, *lines))) + "\n", "utf-8")
    losses = render(questions(facts(inputs)["reviews"]).losses)
    assert losses.startswith("Validation loss, mean over seeds of each run's first, lowest and last value: ")
    assert "scratch from 0.900 to 0.400 at steps" in losses


def test_a_loss_that_never_falls_is_not_one_that_falls_at_step_0(inputs: Inputs) -> None:
    path = inputs.folder / "curves" / "reviews.csv"
    header, *lines = (line.split(",") for line in path.read_text("utf-8").splitlines())
    step, column = header.index("step"), header.index("validation_loss")
    for cells in lines:
        if cells[0].startswith("scratch") and cells[column]:
            cells[column] = "1.1" if cells[step] == "0" else "1.2"
    path.write_text("\n".join(map(",".join, (header, *lines))) + "\n", "utf-8")
    losses = questions(facts(inputs)["reviews"]).losses
    assert "scratch never falls: 1.100 before training, 1.200 at the end" in render(losses)


def test_cost_is_told_per_seed_and_arm(inputs: Inputs) -> None:
    inputs.edit("metrics/reviews.json", "cells", "scratch-1", "steps", value=60)
    for cell in ("scratch-1", "scratch-2"):
        inputs.edit("metrics/reviews.json", "cells", cell, "settings", "batch_size", value=32)
    answer = render(questions(facts(inputs)["reviews"]).cost)
    assert ("pre-trained 40 steps with 1,234,567 of 1,234,567 parameters trained; "
            "scratch 50 steps of 32 rows with 1,234,567 of 1,234,567") in answer


@pytest.mark.parametrize(("kind", "language", "texts"), [
    ("single", "ko", 1), ("single", "en", 1), ("pair", "en", 2), ("words", "en", 1), ("single", "fr", 1)])
def test_the_example_is_encoded_as_the_rows_are(kind: str, language: str, texts: int, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    train_tokenizer(["The long talks ended in Paris. Nobody met.", "배우들의 연기가 정말 훌륭했다. 연기가 좋았다."] * 3,
                    200).save(str(path))
    example = worked_example(path, 64, Task(kind, (), (), "", language=language))
    assert len(example.texts) == texts
    assert len(example.ids) == len(example.tokens)
    if kind != "words":
        assert list(example.ids) == TextTokenizer(path, 64).encode_texts([example.texts])[0].input_ids
    assert (example.tokens[0], example.tokens[-1]) == ("[CLS]", "[SEP]")
    assert example.tokens.count("[SEP]") == texts


@pytest.mark.parametrize("config", [
    {"model_type": "bert", "num_hidden_layers": 3, "hidden_size": 8, "num_attention_heads": 2},
    {"model_type": "distilbert", "n_layers": 3, "dim": 8, "n_heads": 2},
    {"model_type": "gpt2", "n_layer": 3, "n_embd": 8, "n_head": 2}])
def test_sizes_go_by_the_names_of_each_architecture(config: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(str(config).replace("'", '"'), "utf-8")
    assert architecture(tmp_path / "config.json") == {
        "model_type": config["model_type"], "layers": 3, "hidden_size": 8, "heads": 2}
    (tmp_path / "config.json").write_text('{"model_type": "other"}', "utf-8")
    assert architecture(tmp_path / "config.json") == {"model_type": "other"}


def test_the_committed_examples_are_those_of_the_tokenizers() -> None:
    """What the report shows is what `encode` wrote, for all tasks of the default."""
    for task in ("nsmc", "mnli", "conll2003", "ag_news"):
        card = read_json(Path(__file__).parents[1] / "reports" / "cards" / f"{task}.encoding.json")
        assert card["architecture"]["model_type"] == "bert"
        assert len(card["example"]["ids"]) == len(card["example"]["tokens"]) > 4
