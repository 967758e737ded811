"""Exact token ids, alignment of every gold word, and bytes that do not change."""

import json
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from datasets import Dataset
from tokenizers import Tokenizer, models
from tokenizers.pre_tokenizers import ByteLevel

from stages.common.errors import UserError
from stages.common.files import read_json, read_json_lines, write_json_lines
from stages.common.lengths import length_percentiles
from stages.encode import encode
from stages.encoding.store import IGNORED_LABEL, read_split
from stages.encoding.tokenizing import TextTokenizer, tag_ids
from stages.settings.data import EncodingSettings
from tests import tiny

IDS = {piece: identifier for identifier, piece in enumerate(tiny.SPECIAL + tiny.PIECES)}


@pytest.fixture
def tokenizer(tmp_path: Path):
    tiny.write_tokenizer(tmp_path)
    return lambda max_length=16: TextTokenizer(tmp_path / "tokenizer.json", max_length)


def ids(*pieces: str) -> list[int]:
    return [IDS[piece] for piece in pieces]


def test_golden_text(tokenizer) -> None:
    encoded = tokenizer().encode_texts([("영화 재미있다 ㅋㅋㅋ",)])
    expected = ids("[CLS]", "영화", "재미", "##있다", "[UNK]", "[SEP]")
    assert encoded == [(expected, [0] * 6, None)]


def test_golden_pair(tokenizer) -> None:
    encoded = tokenizer().encode_texts([("good film", "bad")])
    assert encoded[0].input_ids == ids("[CLS]", "good", "film", "[SEP]", "bad", "[SEP]")
    assert encoded[0].token_type_ids == [0, 0, 0, 0, 1, 1]


def test_decomposed_hangul_is_composed_first(tokenizer) -> None:
    decomposed = unicodedata.normalize("NFD", "영화")
    assert len(decomposed) > 2
    one = tokenizer()
    assert one.encode_texts([(decomposed,)])[0].input_ids == ids("[CLS]", "영화", "[SEP]")
    assert one.losses.unknown_tokens == 0


def test_truncation_and_unknown_tokens_are_counted(tokenizer) -> None:
    one = tokenizer(8)
    encoded = one.encode_texts([("good " * 20,), ("good 😀",)])
    assert [len(row.input_ids) for row in encoded] == [8, 4]
    assert (one.losses.rows, one.losses.tokens) == (2, 12)
    assert (one.losses.truncated_rows, one.losses.unknown_tokens) == (1, 1)


def test_the_longer_text_of_a_pair_is_cut_first(tokenizer) -> None:
    encoded = tokenizer(8).encode_texts([("good " * 20, "bad film")])
    assert encoded[0].input_ids == ids("[CLS]", "good", "good", "good", "[SEP]", "bad", "film", "[SEP]")


def test_lengths_are_those_before_anything_is_cut(tokenizer) -> None:
    one = tokenizer(8)
    one.encode_texts([("good " * 20,), ("film",), ("good " * 20, "bad film")])
    assert list(one.lengths) == [22, 3, 25]
    assert (one.losses.rows, one.losses.truncated_rows, one.losses.tokens) == (3, 2, 8 + 3 + 8)
    words = tokenizer(8)
    words.encode_words([["unaffable", "Paris", "unaffable"] * 3])
    assert list(words.lengths) == [3 * 7 + 2]


def test_percentiles_are_lengths_that_occur() -> None:
    assert length_percentiles(range(1, 101)) == {"50": 50, "90": 90, "99": 99, "100": 100}
    assert length_percentiles([7, 3, 3, 3]) == {"50": 3, "90": 7, "99": 7, "100": 7}
    assert length_percentiles([]) == {"50": 0, "90": 0, "99": 0, "100": 0}


def test_golden_words(tokenizer) -> None:
    words = ["Ann", "\u00ad", "unaffable", "Paris"]  # a soft hyphen alone may become no token at all
    [[window]] = tokenizer().encode_words([words])
    assert window.input_ids == ids("[CLS]", "Ann", "[UNK]", "un", "##aff", "##able", "Paris", "[SEP]")
    assert window.word_index == [-1, 0, 1, 2, -1, -1, 3, -1]
    tags = tag_ids(window.word_index, ["B-PER", "O", "O", "B-LOC"], {"O": 0, "B-LOC": 1, "B-PER": 3})
    assert tags == [IGNORED_LABEL, 3, 0, 0, IGNORED_LABEL, IGNORED_LABEL, 1, IGNORED_LABEL]


def test_a_long_sentence_is_split_and_no_word_is_lost(tokenizer) -> None:
    one = tokenizer(8)
    words = ["unaffable", "Paris", "unaffable"] * 3
    [windows] = one.encode_words([words])
    assert all(len(window.input_ids) <= 8 for window in windows)
    found = [word for window in windows for word in window.word_index if word >= 0]
    assert found == list(range(9))
    assert one.losses.split_sentences == 1


def test_a_word_longer_than_a_window_is_cut_and_counted(tmp_path: Path) -> None:
    tiny.write_tokenizer(tmp_path, [*tiny.PIECES, "##x"])
    one = TextTokenizer(tmp_path / "tokenizer.json", 8)
    [windows] = one.encode_words([["good" + "x" * 30, "film", "good" + "x" * 30]])
    assert [len(window.input_ids) for window in windows] == [8, 3, 8]
    assert (one.losses.truncated_rows, one.losses.rows) == (1, 1)
    one.encode_words([[], ["film"]])
    assert (one.losses.truncated_rows, one.losses.rows) == (1, 3)


@pytest.mark.parametrize("task", [tiny.TEXT_TASK, tiny.WORD_TASK], ids=["text", "words"])
def test_encoded_files_hold_what_was_prepared_and_never_change(tmp_path: Path, task: dict) -> None:
    one, two = tiny.write_encoded(tmp_path / "a", task), tiny.write_encoded(tmp_path / "b", task)
    for path in sorted(one.iterdir()):
        assert path.read_bytes() == (two / path.name).read_bytes()
    assert sorted(path.name for path in one.iterdir()) == [
        "task.json", "test.arrow", "train.arrow", "validation.arrow"]
    train = read_split(one, "train")
    assert train.guids == [f"train:{row}" for row in range(40)]
    assert read_json(one / "task.json") == task
    card = read_json(tmp_path / "a" / "card.json")
    assert card["splits"]["train"]["rows"] == 40
    assert (card["checkpoint"], card["synthetic_checkpoint"], card["origin"]) == ("tiny", False, {"lines": 7})
    opened = Dataset.from_file(str(one / "train.arrow"))
    assert opened[3]["input_ids"] == train.input_ids[3].tolist()


def test_label_names_travel_with_the_file(tmp_path: Path) -> None:
    opened = Dataset.from_file(str(tiny.write_encoded(tmp_path, tiny.TEXT_TASK) / "train.arrow"))
    assert opened.features["labels"].names == ["negative", "positive"]


def test_the_first_rows_alone_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stages.encode.ROWS_AT_A_TIME", 6)
    encoded = tiny.write_encoded(tmp_path, tiny.TEXT_TASK)
    every = read_split(encoded, "train")
    for count in (1, 6, 7, 13, 40, 99):
        read, first = read_split(encoded, "train", count), every.first_guids(count)
        assert read.guids == first.guids
        assert np.array_equal(read.labels, first.labels)
        assert [ids.tolist() for ids in read.input_ids] == [ids.tolist() for ids in first.input_ids]
    assert len(read_split(encoded, "train", 7).input_ids.values) < len(every.input_ids.values)


def test_first_guids_keeps_the_windows_of_a_sentence_together(tmp_path: Path) -> None:
    tiny.write_prepared(tmp_path / "prepared", tiny.WORD_TASK)
    tiny.write_tokenizer(tmp_path / "tokenizer")
    long = {"guid": "train:0", "words": ["Paris"] * 20, "tags": ["B-LOC"] * 20}
    rows = (tmp_path / "prepared" / "train.jsonl").read_text("utf-8").splitlines()
    (tmp_path / "prepared" / "train.jsonl").write_text("\n".join([json.dumps(long), *rows[1:]]) + "\n", "utf-8")
    encode(tmp_path / "prepared", tmp_path / "tokenizer" / "tokenizer.json", {"synthetic": False}, tmp_path / "out",
           tmp_path / "card.json", EncodingSettings(checkpoint="tiny", max_length=8))
    train = read_split(tmp_path / "out", "train")
    assert train.guids[:5] == ["train:0"] * 4 + ["train:1"]
    first = train.first_guids(1)
    assert len(first) == 4
    assert sum(int((first.word_index[row] >= 0).sum()) for row in range(4)) == 20
    assert len(train.first_guids(0)) == len(train)
    assert np.array_equal(first.labels[0], train.labels[0])


def test_byte_level_tokenizers_see_where_words_start(tmp_path: Path) -> None:
    pieces = ["<unk>", "a", "P", "Ġ", "ĠP", "ĠParis", "aris", "ris"]
    tokenizer = Tokenizer(models.BPE(
        {piece: number for number, piece in enumerate([*pieces, "r", "i", "s", "ri", "ari"])},
        [("Ġ", "P"), ("r", "i"), ("ri", "s"), ("a", "ris"), ("ĠP", "aris")], unk_token="<unk>"))
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    [[window]] = TextTokenizer(tmp_path / "tokenizer.json", 8).encode_words([["Paris", "Paris"]])
    assert window.input_ids == [pieces.index("ĠParis")] * 2


def test_a_tokenizer_without_unknown_token_is_refused(tmp_path: Path) -> None:
    Tokenizer(models.WordLevel({"good": 0, "a": 1}, unk_token="good")).save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(UserError, match="expected an unknown token such as"):
        TextTokenizer(tmp_path / "tokenizer.json", 8)


@pytest.mark.parametrize(("content", "problem"), [(None, "no such file"), (b"rows", "not an Arrow file")])
def test_a_split_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, problem: str) -> None:
    if content:
        (tmp_path / "train.arrow").write_bytes(content)
    with pytest.raises(UserError, match=rf"train\.arrow: {problem}.*dvc repro"):
        read_split(tmp_path, "train")


@pytest.mark.parametrize(("content", "problem"), [
    (None, "rows.jsonl: no such file"), ('{"a": 1}\n{"a"\n', "rows.jsonl line 2: not valid JSON")])
def test_rows_that_cannot_be_read_are_named(tmp_path: Path, content: str | None, problem: str) -> None:
    if content:
        (tmp_path / "rows.jsonl").write_text(content, "utf-8")
    with pytest.raises(UserError, match=problem):
        list(read_json_lines(tmp_path / "rows.jsonl"))


@pytest.mark.parametrize("task", [tiny.TEXT_TASK, tiny.WORD_TASK], ids=["text", "words"])
def test_groups_of_rows_leave_what_is_trained_on_as_it_is(tmp_path: Path, task: dict) -> None:
    tiny.write_tokenizer(tmp_path)
    written = []
    for name, group in (("without", {}), ("with", {"group": "7"})):
        tiny.write_prepared(tmp_path / name, task)
        for path in (tmp_path / name).glob("*.jsonl"):
            write_json_lines(path, [row | group for row in list(read_json_lines(path))])
        encode(tmp_path / name, tmp_path / "tokenizer.json", {"synthetic": False}, tmp_path / f"{name}-out",
               tmp_path / f"{name}.json", EncodingSettings(checkpoint="tiny", max_length=16))
        written.append({path.name: path.read_bytes() for path in (tmp_path / f"{name}-out").iterdir()})
    assert written[0] == written[1]
