"""Stored predictions, ``predict`` and the exported pipeline give the same answers, for every family of tokenizers."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import softmax
from tokenizers import Tokenizer

from stages.answering import checking
from stages.answering.answers import Model
from stages.answering.checking import TEXTS
from stages.answering.exporting import deliver, example
from stages.answering.folder import PIPELINES
from stages.common.errors import UserError
from stages.common.files import read_json, write_json, write_json_lines
from stages.encode import encode
from stages.encoding.running_text import running_text, spaced_spans, word_spans
from stages.encoding.store import read_split
from stages.encoding.tokenizing import TextTokenizer
from stages.metrics.entities import entities
from stages.models.architectures import ARCHITECTURES
from stages.models.building import load_model
from stages.models.predicting import predicted_rows
from stages.results.prepared import Task
from stages.settings.data import EncodingSettings
from stages.settings.prediction import PredictionSettings
from tests.families import FAMILIES, VOCABULARY, write_checkpoint, write_trained

LENGTH = 48
SETTINGS = PredictionSettings(threads=1, precision="fp32", seed_varies="both")
TAGS = {"single": ["negative", "neutral", "positive"], "pair": ["entailment", "neutral", "contradiction"],
        "words": ["O", "B-LOC", "I-LOC", "B-PER", "I-PER"]}
CLITICS = "He isn't in the U.S.-based F.B.I. at AT&T's ... (No. 3)."
# Longer than the model takes, so that predict reads them in windows or cuts them.
LONG = " ".join(TEXTS)
INVISIBLE = "Ann \u00ad \u200b left \x07 Corel"


def texts_of(kind: str) -> list[dict[str, Any]]:
    texts = [{"text": text} for text in (*TEXTS, CLITICS, LONG, INVISIBLE)]
    if kind != "pair":
        return texts
    return [one | {"text_pair": other["text"]} for one, other in pairwise(texts)]


def stored(root: Path, kind: str, checkpoint: Path, model: Path, rows: list[dict[str, Any]]) -> list[np.ndarray]:
    """Logits by way of the files that the stages write."""
    task = {"task": "toy", "title": "Toy", "language": "en", "kind": kind, "labels": TAGS[kind], "tags": TAGS[kind],
            "metric": "", "splits": ["test"]}
    (root / "prepared").mkdir()
    write_json(root / "prepared" / "task.json", task)
    write_json_lines(root / "prepared" / "test.jsonl", rows)
    encode(root / "prepared", checkpoint / "tokenizer.json", {"synthetic": False}, root / "encoded", root / "card.json",
           EncodingSettings(checkpoint="small", max_length=LENGTH))
    return predicted_rows(load_model(model, kind), read_split(root / "encoded", "test"), "fp32", lambda rows: None)[1]


def spans(found: list[dict[str, Any]]) -> dict[tuple[int, int, str], float]:
    return {(one["start"], one["end"], one.get("type") or one["entity_group"]):
            float(one.get("probability") or one["score"]) for one in found}


def run_example(kind: str, folder: Path, capsys: pytest.CaptureFixture) -> Any:
    names: dict[str, Any] = {}
    exec(compile(example(kind, str(folder)), "card", "exec"), names)
    assert capsys.readouterr().out.startswith(("[", "{"))  # what the card's example prints
    return names["classify"]


@pytest.mark.filterwarnings("ignore:Tokenizer does not support")
@pytest.mark.parametrize(("family", "kind"), [
    (family, kind) for family, (_, config) in FAMILIES.items() for kind in PIPELINES
    if kind in ARCHITECTURES[config(VOCABULARY).model_type].kinds])
def test_all_paths_give_the_same_answers(family: str, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    checkpoint, model, folder = (tmp_path / name for name in ("checkpoint", "model", "exported"))
    write_checkpoint(checkpoint, family)
    write_trained(model, checkpoint, kind, TAGS[kind])
    folder.mkdir()
    texts, tags = texts_of(kind), TAGS[kind]
    deliver(kind, model, checkpoint, LENGTH, folder)
    ours = Model(model, checkpoint / "tokenizer.json", Task(kind, (), tuple(tags), ""), LENGTH, SETTINGS)
    told = ours.answer(texts)
    classify = run_example(kind, folder, capsys)
    if kind != "words":
        rows = [{"guid": f"test:{row}", "label": tags[0]} | text for row, text in enumerate(texts)]
        expected = softmax(np.array(stored(tmp_path, kind, checkpoint, model, rows), dtype=np.float64), axis=-1)
        assert np.ptp(expected, axis=0).max() > 0.005  # the texts matter, far beyond the tolerance
        given = [text["text"] for text in texts] if kind == "single" else texts
        for answers in (classify(given, truncation=True, top_k=None),
                        classify(given, truncation=True, top_k=None, batch_size=4)):
            for row, answer, found in zip(expected, told, answers, strict=True):
                exported = {one["label"]: one["score"] for one in found}
                assert [exported[tag] for tag in tags] == pytest.approx(list(row), abs=1e-5)
                assert [answer["probabilities"][tag] for tag in tags] == pytest.approx(list(row), abs=1e-5)
                assert answer["label"] == found[0]["label"]
        return
    words = [[text["text"][start:end] for start, end in word_spans(text["text"])] for text in texts]
    rows = [{"guid": f"test:{row}", "words": one, "tags": ["O"] * len(one)} for row, one in enumerate(words)]
    logits = stored(tmp_path, kind, checkpoint, model, rows)
    given = ours.answer([{"words": one} for one in words])
    raw = [text["text"] for text in texts]
    paths = [(classify(raw), classify(words, is_split_into_words=True)),
             (classify(raw, batch_size=4), classify(words, is_split_into_words=True, batch_size=4))]
    assert spans(classify(raw[0])) == pytest.approx(spans(told[0]["entities"]), abs=1e-5)
    assert sum(len(answer["entities"]) for answer in told) > 10
    assert classify(["", " "]) == [[], []]
    for place, (text, one, row) in enumerate(zip(raw, words, logits, strict=True)):
        sure = softmax(row.astype(np.float64), axis=-1).max(-1)
        found = {(first, after, kind): sure[first:after].mean()
                 for first, after, kind in entities([tags[tag] for tag in row.argmax(-1)])}
        for where, answers in ((word_spans(text), [told[place]["entities"], *(path[0][place] for path in paths)]),
                               (spaced_spans(one), [given[place]["entities"], *(path[1][place] for path in paths)])):
            expected = {(where[first][0], where[after - 1][1], kind): value
                        for (first, after, kind), value in found.items()}
            for answer in answers:
                assert spans(answer) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_words_have_the_tokens_that_they_have_in_running_text(family: str, tmp_path: Path) -> None:
    write_checkpoint(tmp_path / "checkpoint", family)
    words = "Edgar Verath left the long U.S. talks in Port-Sele , 배우들의 영화 .".split()
    [[window]] = TextTokenizer(tmp_path / "checkpoint" / "tokenizer.json", 512).encode_words([words])
    own = Tokenizer.from_file(str(tmp_path / "checkpoint" / "tokenizer.json"))
    before, whole = (own.encode(" ".join(text), add_special_tokens=False).ids for text in (["Ann"], ["Ann", *words]))
    assert whole[:len(before)] == before
    inner = whole[len(before):]
    place = window.word_index.index(0)
    assert window.input_ids[place:place + len(inner)] == inner
    assert len(window.input_ids) - len(inner) <= 2  # what frames an input


@pytest.mark.parametrize("foreign", [
    {"problem_type": "regression"},
    {"problem_type": "multi_label_classification", "id2label": {"0": "joy", "1": "fear"}},
    {"task_specific_params": {"text-classification": {"function_to_apply": "none"}}},
    {"function_to_apply": "sigmoid"}, {"return_dict": False, "output_hidden_states": True, "output_attentions": True},
    {"dtype": "float16"}, {"torch_dtype": "bfloat16", "finetuning_task": "sst2", "prefix": "classify: "}], ids=str)
def test_what_a_config_says_of_another_task_changes_no_answer(foreign: dict[str, Any], tmp_path: Path) -> None:
    answers = []
    for name, fields in (("plain", {}), ("foreign", foreign)):
        checkpoint, model, folder = (tmp_path / name / part for part in ("checkpoint", "model", "exported"))
        write_checkpoint(checkpoint, "wordpiece", **fields)
        write_trained(model, checkpoint, "single", TAGS["single"])
        folder.mkdir()
        deliver("single", model, checkpoint, LENGTH, folder)  # it compares with predict
        answers.append(Model(model, checkpoint / "tokenizer.json", Task("single", (), tuple(TAGS["single"]), ""),
                             LENGTH, SETTINGS).answer([{"text": text} for text in TEXTS]))
        assert read_json(folder / "config.json") == read_json(tmp_path / "plain" / "exported" / "config.json")
    assert answers[0] == answers[1]


def _other_answers(code: str) -> Any:
    names: dict[str, Any] = {}
    exec(code, names)
    return lambda *given, **options: names["classify"](*given, **options | {"function_to_apply": "sigmoid"})


def _no_answers(code: str) -> Any:
    raise ValueError("Pipeline with tokenizer\nwithout pad_token")


@pytest.mark.parametrize(("run", "told"), [
    (_other_answers, "expected the exported model to answer as predict does, found "),
    (_no_answers, r"found ValueError \(Pipeline with tokenizer without pad_token\); this architecture or tokenizer")])
def test_a_copy_that_answers_otherwise_is_refused(run: Any, told: str, tmp_path: Path,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint, model = tmp_path / "checkpoint", tmp_path / "model"
    write_checkpoint(checkpoint, "wordpiece")
    write_trained(model, checkpoint, "single", TAGS["single"])
    (tmp_path / "exported").mkdir()
    monkeypatch.setattr(checking, "_run", run)
    with pytest.raises(UserError, match=told) as caught:
        deliver("single", model, checkpoint, LENGTH, tmp_path / "exported")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("text", "words"), [
    ("The U.S. envoy left Port-Sele, N.J., for St.Maro.", "The|U.S.|envoy|left|Port-Sele|,|N.J.|,|for|St.Maro|."),
    ("He's sure they didn't pay $1,000.50 (US$5) at 10:30 a.m.",
     "He|'s|sure|they|did|n't|pay|$|1,000.50|(|US$|5|)|at|10:30|a.m."),
    ('"O\'Brien," said Mr. AT&T\'s U.S.-based man: 7-0!', '"|O\'Brien|,|"|said|Mr.|AT&T|\'s|U.S.-based|man|:|7-0|!'),
    ("서울에서, 철수는(20세) “영화”를 봤다...", "서울에서|,|철수는|(|20세|)|“|영화|”|를|봤다|..."),
    (" Paris😀  naïve cafe\u0301—end… ", "Paris|😀|naïve|cafe\u0301|—|end|…"),
    ("1. In 1996. J. Smith", "1.|In|1996|.|J.|Smith"),
    ("", "")])
def test_a_text_is_split_as_the_corpus_is(text: str, words: str) -> None:
    assert "|".join(text[start:end] for start, end in word_spans(text)) == words


def test_words_that_are_parted_by_spaces_stay_as_they_are() -> None:
    words = "\" O'Brien 's U.S. rivals \" did n't win ( 7-0 ) , he said .".split()
    text = " ".join(words)
    assert [text[start:end] for start, end in word_spans(text)] == words


def test_running_text_attaches_punctuation() -> None:
    words = ["\"", "They", "do", "n't", ",", "\"", "said", "Corel", "'s", "man", "(", "52", ")", "of", "$", "5", "."]
    text, where = running_text(words)
    assert text == "\"They don't,\" said Corel's man (52) of $5."
    assert [text[start:end] for start, end in where] == words
    assert where == word_spans(text)
