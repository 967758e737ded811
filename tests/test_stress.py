"""Transformations keep what they must, the stage predicts what they change, and drops are those counted by hand."""

import shutil
import unicodedata
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.common.errors import UserError
from stages.common.files import read_json, read_json_lines, write_json, write_json_lines
from stages.common.hangul import final_number, is_syllable, vowel, with_vowel
from stages.corpora.tasks import TASKS
from stages.encoding.rows import encode_rows, split_of_rows
from stages.encoding.store import EncodedSplit, Ragged, read_split
from stages.encoding.tokenizing import TextTokenizer
from stages.metrics.headlines import accuracy_of
from stages.metrics.stress_scores import StressScores, drop_scorer
from stages.models.building import build_model
from stages.models.predicting import predicted_rows
from stages.results.predictions import Predictions
from stages.results.prepared import Row, Task, read_rows
from stages.settings.evaluation import EvaluationSettings
from stages.settings.stress import StressInputs, StressSettings, TransformationName
from stages.stressing.cells import changed_rows, known_words, shuffled, stress
from stages.stressing.negation import negated
from stages.stressing.transformations import Transformation, transformation, unseen_entities
from stages.stressing.typos import misspelled
from tests.refusals import refusal
from tests.tiny import TEXT_TASK, WORD_TASK, write_encoded

NAMES = TransformationName.__args__
FACTS = {name: Task(task.kind, tuple(task.labels), (), "", language=task.language) for name, task in TASKS.items()}
ALPHABET = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"))
TEXTS = st.text(st.one_of(st.sampled_from("가나다힣각 .,'abcXYZß\u0301\u1100\u1161İ"), ALPHABET), min_size=1,
                max_size=60)
WORDS = TEXTS.filter(lambda word: not any(character.isspace() for character in word))
TAGS = st.sampled_from(["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-MISC"])


@st.composite
def rows(draw: Any, task: Task) -> Row:
    if task.is_words:
        pairs = draw(st.lists(st.tuples(WORDS, TAGS), min_size=1, max_size=12))
        return Row("test:1", words=tuple(word for word, _ in pairs), tags=tuple(tag for _, tag in pairs))
    return Row("test:1", text=draw(TEXTS), label=draw(st.sampled_from(task.labels)), genre="fiction",
               text_pair=draw(TEXTS) if task.kind == "pair" else "")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("task", FACTS.values(), ids=FACTS)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(data=st.data())
def test_what_every_transformation_keeps(name: str, task: Task, data: Any) -> None:
    chosen = transformation(name, task, {"x"})
    if isinstance(chosen, str):
        return
    row = data.draw(rows(task))
    changed = chosen.change(row, Random(3))
    assert chosen.change(row, Random(3)) == changed
    if changed is None:
        return
    assert changed != row
    assert changed.stored("").keys() == row.stored("").keys()
    assert (changed.guid, changed.genre) == (row.guid, row.genre)
    for text in changed.words or changed.texts:
        assert unicodedata.is_normalized("NFC", text)
    if row.words:
        assert len(changed.words) == len(changed.tags)
        assert all(changed.words)
        entities = [tag for tag in row.tags if tag != "O"]
        assert [tag for tag in changed.tags if tag != "O"] == entities
        if name != "punctuation_removed":
            assert changed.tags == row.tags
    elif chosen.expectation == "flipped":
        assert {row.label, changed.label} == {"positive", "negative"}
    else:
        assert changed.label == row.label


@pytest.mark.parametrize("name", NAMES)
def test_every_transformation_is_for_some_task_and_the_others_are_told_why(name: str) -> None:
    found = {corpus: transformation(name, task, ()) for corpus, task in FACTS.items()}
    assert any(isinstance(chosen, Transformation) for chosen in found.values())
    assert all(chosen for chosen in found.values())


@pytest.mark.parametrize(("name", "corpora"), [
    ("typos", ["nsmc", "mnli", "conll2003", "ag_news"]), ("spacing", ["nsmc", "mnli", "ag_news"]),
    ("upper_case", ["mnli", "conll2003", "ag_news"]), ("unseen_entities", ["conll2003"]), ("negation", ["nsmc"]),
    ("premise_removed", ["mnli"])])
def test_which_tasks_a_transformation_is_for(name: str, corpora: list[str]) -> None:
    assert [corpus for corpus, task in FACTS.items()
            if isinstance(transformation(name, task, ()), Transformation)] == corpora


@pytest.mark.parametrize(("text", "expected"), [
    ("영화가 재미있네요", "영화가 재미있지 않네요"), ("정말 좋았습니다!!", "정말 좋지 않았습니다!!"),
    ("연출이 훌륭합니다ㅋㅋ", "연출이 훌륭하지 않습니다ㅋㅋ"),
    ("내용은 뻔하지만 감동적이었다.", "내용은 뻔하지만 감동적이지 않았다."),
    ("훌륭한 영화 재미있다", "훌륭한 영화 재미있지 않다"),  # the predicate alone counts
    ("음악이 멋졌다", None), ("결말이 안 좋다", None), ("재미있지 않다", None), ("연기가 좋고 재미있다", None),
    ("좋다. 추천합니다", None), ("만점, 엔딩도 좋았다", None), ("지루하다", None), ("", None), ("!!", None)])
def test_negated_korean(text: str, expected: str | None) -> None:
    assert negated(text, "ko") == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("The film is very good.", "The film is not very good."), ("It was Great", "It was not Great"),
    ("It is not good", None), ("It is good and funny", None), ("It is good, but long", None), ("It is good. Go!", None),
    ("A good film", None), ("It isn't that it is good", None)])
def test_negated_english(text: str, expected: str | None) -> None:
    assert negated(text, "en") == expected


def test_only_praise_is_negated_and_its_label_with_it() -> None:
    chosen = transformation("negation", FACTS["nsmc"], ())
    assert isinstance(chosen, Transformation)
    row = Row("test:1", text="영화가 좋다", label="positive")
    assert chosen.change(row, Random(1)) == replace(row, text="영화가 좋지 않다", label="negative")
    assert chosen.change(replace(row, label="negative"), Random(1)) is None


def test_the_letters_of_hangul_syllables_are_those_of_unicode() -> None:
    syllables = [chr(place) for place in range(0x10000) if not 0xD800 <= place < 0xE000 and is_syllable(chr(place))]
    assert (len(syllables), syllables[0], syllables[-1]) == (11172, "가", "힣")
    for syllable in syllables:
        first, middle, *final = unicodedata.normalize("NFD", syllable)
        assert unicodedata.name(vowel(syllable)).split()[-1] == unicodedata.name(middle).split()[-1]
        assert final_number(syllable) == (ord(final[0]) - 0x11A7 if final else 0)
        assert with_vowel(syllable, "ㅣ") == unicodedata.normalize("NFC", "".join([first, "\u1175", *final]))


def test_a_typo_swaps_inner_letters_or_changes_a_vowel() -> None:
    for seed in range(200):
        english, korean = misspelled("letter", Random(seed)), misspelled("한글", Random(seed))
        assert (english[0], english[-1], sorted(english)) == ("l", "r", sorted("letter"))
        decomposed = [unicodedata.normalize("NFD", text) for text in ("한글", korean)]
        assert len(korean) == 2
        assert sum(one != other for one, other in zip(*decomposed, strict=True)) <= 1
        assert misspelled("abc 12345 ...", Random(seed)) == "abc 12345 ..."
    assert {misspelled("한", Random(seed)) for seed in range(200)} == {"한", "헌", "힌"}  # beside ㅏ are ㅓ and ㅣ


def test_new_names_are_none_of_train_and_follow_the_old_ones() -> None:
    row = Row("test:1", words=("Ann", "B", "Smith", "of", "SMITH", "met", "Ann", "in", "U.N.", "Oslo", "Dutch"), tags=(
        "B-PER", "I-PER", "I-PER", "I-PER", "B-ORG", "O", "B-PER", "O", "B-ORG", "B-LOC", "B-MISC"))
    first = unseen_entities(row, Random(1), ())
    assert first is not None
    words = first.words
    kept = (1, 3, 5, 7, 8, 10)  # an initial, a particle, what is outside, punctuation inside, and MISC
    assert [words[place] for place in kept] == [row.words[place] for place in kept]
    assert words[0] == words[6] != "Ann"
    assert words[4].isupper()
    assert words[2].upper() != words[4]  # the same word, of another type
    taken = {word.lower() for word in words}
    second = unseen_entities(row, Random(1), taken)
    assert second is not None
    assert not {second.words[place].lower() for place in (0, 2, 4, 9)} & taken


def test_rows_are_changed_alike_whatever_their_company() -> None:
    text = "several words of some text here"
    given_rows = [Row(f"test:{line}", text=text, label="a") for line in range(40)]
    order = shuffled(given_rows, 2)
    assert sorted(order, key=given_rows.index) == given_rows
    assert order != given_rows
    assert order != shuffled(given_rows, 3)
    chosen = transformation("typos", FACTS["ag_news"], ())
    assert isinstance(chosen, Transformation)

    def changed(limit: int, rows: list[Row], seed: int = 5) -> tuple[list[Any], int]:
        return changed_rows("typos", chosen, rows, StressSettings(seed=seed, rows=limit, transformations=[]))

    everything, offered = changed(0, order)
    assert offered == 40 > len(everything)
    few, offered = changed(10, order)
    assert few == everything[:10]
    assert order[offered - 1] == few[-1][0]
    assert sorted(changed(0, given_rows)[0], key=order_of(everything)) == everything
    assert changed(0, order, seed=6)[0] != everything
    assert all(before.guid == after.guid and before.text == text for before, after in everything)


def order_of(pairs: list[Any]) -> Any:
    return lambda pair: pairs.index(pair)


@pytest.mark.parametrize("task", [TEXT_TASK, WORD_TASK], ids=["texts", "words"])
def test_rows_in_memory_are_those_on_disk(tmp_path: Path, task: dict[str, Any]) -> None:
    stored = read_split(write_encoded(tmp_path, task), "test")
    tokenizer = TextTokenizer(tmp_path / "checkpoint" / "tokenizer.json", 16)
    rows = list(read_rows(tmp_path / "prepared" / "test.jsonl"))
    made = split_of_rows(encode_rows(rows, tokenizer, Task.of(task)))
    assert plain(made) == plain(stored)


def plain(split: EncodedSplit) -> dict[str, Any]:
    return {name: [value[row].tolist() for row in range(len(value))] if isinstance(value, Ragged) else list(value or ())
            if not isinstance(value, np.ndarray) else value.tolist() for name, value in vars(split).items()}


@pytest.fixture(params=["texts", "words"])
def stressed(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    task = TEXT_TASK if request.param == "texts" else WORD_TASK
    write_encoded(tmp_path, task)
    for seed, cell in enumerate(("pretrained-full-1", "scratch-1")):
        model = build_model("scratch", tmp_path / "checkpoint", task["kind"], task["tags"], 0.0, seed)
        model.save_pretrained(tmp_path / "models" / cell)
        (tmp_path / "predictions").mkdir(exist_ok=True)
        split = read_split(tmp_path / "encoded", "test")
        guids, logits = predicted_rows(model.eval(), split, "fp32", lambda rows: None)
        parquet.write_table(pa.table({
            "moment": ["after"] * len(guids), "split": ["test"] * len(guids), "guid": guids,
            "logits": pa.array([row.ravel() for row in logits], pa.list_(pa.float32()))}),
            tmp_path / "predictions" / f"{cell}.parquet")
    return tmp_path, task


INPUTS = StressInputs(max_length=16, threads=1, precision="fp32")
CELLS = ["pretrained-full-1", "scratch-1"]


def run(folder: Path, out: str, *names: str, limit: int = 0) -> Path:
    paths = Namespace(prepared=folder / "prepared", tokenizer=folder / "checkpoint" / "tokenizer.json",
                      models=folder / "models", out=folder / out)
    stress(paths, CELLS, StressSettings(seed=1, rows=limit, transformations=list(names)), INPUTS)
    return folder / out


def scored(folder: Path, task: dict[str, Any]) -> dict[str, Any]:
    rows, of_task = list(read_rows(folder / "prepared" / "test.jsonl")), Task.of(task)
    logits = {cell: Predictions.read(folder / "predictions" / f"{cell}.parquet", of_task).of_split("test", rows)
              for cell in CELLS}
    logits["in_context-1"] = logits[CELLS[1]]  # of an arm that is not trained no changed rows are stored
    return StressScores(of_task, rows, logits, {"full": CELLS[:1], "scratch": CELLS[1:]},
                        {"full": "scratch", "in_context": "scratch"},
                        EvaluationSettings(resamples=100, bootstrap_seed=1), folder / "stress").facts()


def test_the_stage_gives_the_same_bytes_and_counts_what_it_changed(stressed: tuple[Path, dict[str, Any]]) -> None:
    folder, task = stressed
    first, second = (run(folder, out, *NAMES) for out in ("stress", "again"))
    files = {path.name: path.read_bytes() for path in first.iterdir()}
    assert files == {path.name: path.read_bytes() for path in second.iterdir()}
    facts = read_json(first / "stress.json")
    assert facts["transformations"].keys() | facts["left_out"].keys() == set(NAMES)
    for name, told in facts["transformations"].items():
        assert told["changed"] == len(list(read_json_lines(first / f"{name}.jsonl")))
    assert facts["transformations"]["upper_case"] == {
        "expectation": "same", "offered": 12, "changed": 12, "same_tokens": 0}
    found = scored(folder, task)["transformations"]["upper_case"]
    assert found["arms"].keys() == {"full", "scratch"}
    assert found["comparisons"].keys() == {"full"}


def test_a_tokenizer_that_lowers_letters_cannot_tell_capitals(stressed: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = stressed
    tokenizer = folder / "checkpoint" / "tokenizer.json"
    write_json(tokenizer, read_json(tokenizer) | {"normalizer": {"type": "Lowercase"}})
    told = read_json(run(folder, "stress", "upper_case", "typos") / "stress.json")["transformations"]
    assert told["upper_case"]["same_tokens"] == told["upper_case"]["changed"] == 12
    assert told["typos"]["same_tokens"] < told["typos"]["changed"]


def test_no_transformation_and_none_that_applies_run_no_model(stressed: tuple[Path, dict[str, Any]]) -> None:
    folder, task = stressed
    shutil.rmtree(folder / "models")
    assert read_json(run(folder, "stress") / "stress.json") == {"transformations": {}, "left_out": {}}
    run(folder, "stress", "premise_removed", limit=3)
    assert scored(folder, task)["left_out"] == {"premise_removed": "the task has no premises"}


ANOTHER = {"guid": "test:999", "text": "good", "label": "positive"}


def made_up(folder: Path, before: list[list[int]], after: list[list[int]]) -> dict[str, Any]:
    """Scores of one run per arm where a 1 is a right prediction on a row, unchanged and changed.

    The changed rows are stored in another order, and one row of test is not among them.
    """
    rows = [{"guid": f"test:{line}", "text": "good", "label": "positive"} for line in range(len(before[0]))]
    for part, name in (("predictions", {"moment": "after", "split": "test"}), ("stress", {"transformation": "typos"})):
        (folder / part).mkdir()
        for cell, right in zip(CELLS, before if part == "predictions" else after, strict=True):
            lines = [*zip(rows, right, strict=True)]
            lines = [*lines, (ANOTHER, 0)] if part == "predictions" else lines[::-1]
            parquet.write_table(pa.table({
                **{column: [value] * len(lines) for column, value in name.items()},
                "guid": [row["guid"] for row, _ in lines],
                "logits": pa.array([np.float32([0, 1] if hit else [1, 0]) for _, hit in lines],
                                   pa.list_(pa.float32()))}), folder / part / f"{cell}.parquet")
    write_json_lines(folder / "stress" / "typos.jsonl", [row | {"text": "godo"} for row in rows])
    write_json(folder / "stress" / "stress.json", {
        "left_out": {},
        "transformations": {"typos": {"expectation": "same", "offered": len(rows), "changed": len(rows)}}})
    (folder / "prepared").mkdir()
    write_json_lines(folder / "prepared" / "test.jsonl", [*rows, ANOTHER])
    return scored(folder, TEXT_TASK)["transformations"]["typos"]


def test_drops_counted_by_hand(tmp_path: Path) -> None:
    found = made_up(tmp_path, before=[[1, 1, 1, 0], [1, 0, 0, 0]], after=[[1, 0, 0, 0], [0, 0, 1, 0]])
    arms = found["arms"]
    assert [arms["full"][name] for name in ("before", "after", "difference")] == [0.75, 0.25, 0.5]
    assert [arms["scratch"][name] for name in ("before", "after", "difference")] == [0.25, 0.25, 0.0]
    assert found["comparisons"]["full"]["difference"] == 0.5
    assert arms["full"]["low"] < 0.5 < arms["full"]["high"]
    assert found["changed"] == 4


def test_a_row_has_both_of_its_predictions_in_one_example(tmp_path: Path) -> None:
    # Scores vary among these rows; the drop, which is the same for every row, does not.
    found = made_up(tmp_path, before=[[1] * 400, [1, 0] * 200], after=[[0] * 400, [1, 0] * 200])
    full, scratch = (found["arms"][arm] for arm in ("full", "scratch"))
    assert (full["difference"], scratch["difference"]) == (1.0, 0.0)
    assert full["low"] > 0.95
    # Of one example that differs among 400: two standard errors of 1 / 400; half of the rows alone would give 0.07.
    assert (scratch["low"], scratch["high"]) == pytest.approx((-0.005, 0.005), abs=0.0005)


def test_drops_that_agree_by_chance_have_an_interval_all_the_same() -> None:
    # Both runs lose a quarter, on other rows: their spread is zero, and the rows tell nothing but their disagreement.
    statistics = np.ones((2, 80, 4))
    statistics[0, :20, 2] = statistics[1, 20:40, 2] = 0
    scores = StressScores(Task.of(TEXT_TASK), [], {}, {}, {}, EvaluationSettings(resamples=1000, bootstrap_seed=1),
                          Path())
    several = scores._arm(statistics)
    assert several["difference"] == 0.25
    # Of 80 rows forty lose a half in the mean of both runs: a variance of 1/16 a row, and what seeds may add.
    half = 1.99 * (1 / 16 / 80) ** 0.5
    assert several["low"] < 0.25 - half < 0.25 + half < several["high"]


def test_a_drop_of_totals() -> None:
    assert drop_scorer(accuracy_of)(np.array([3.0, 4, 1, 4])) == 0.5


def test_predictions_without_a_row_are_refused(tmp_path: Path) -> None:
    made_up(tmp_path, before=[[1, 1], [1, 1]], after=[[1, 1], [1, 1]])
    path = tmp_path / "stress" / "scratch-1.parquet"
    parquet.write_table(parquet.read_table(path).slice(1), path)
    with pytest.raises(UserError, match="expected logits of test:1, found none; run `dvc repro`"):
        scored(tmp_path, TEXT_TASK)


@pytest.mark.parametrize(("old", "new", "message"), [
    ("  - typos\n", "  - typo\n", "stress.transformations.0: expected 'typos', 'spacing'"),
    ("  - spacing\n", "  - typos\n", "stress.transformations: expected distinct values"),
    ("  - typos\n", "  - 1\n", "stress.transformations.0: expected 'typos'"),
    ("  publish_texts: false", "  publish_texts: maybe", "error_analysis.publish_texts: expected bool"),
])
def test_wrong_settings_name_their_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, message: str
) -> None:
    assert refusal(tmp_path, monkeypatch, {old: new}).startswith(f"params.yaml: {message}")


def test_words_of_train_in_any_case() -> None:
    assert known_words([Row("test:1", words=("Oslo", "UN")), Row("test:2", text="x")]) == {"oslo", "un"}
