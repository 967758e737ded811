"""What the trained models say of new texts: the command against the stage that scores them, and its inputs."""

import io
import json
import os
import re
import shutil
import threading
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax

from stages import predict
from stages.answering.answers import Model
from stages.answering.texts import Wanted, find_texts
from stages.common.errors import UserError
from stages.common.files import read_json, read_json_lines, write_json
from stages.common.sources import ROOT
from stages.encoding.running_text import running_text
from stages.results.prepared import read_task
from stages.settings.overlays import apply_overlay
from stages.settings.prediction import PredictionSettings
from tests.small_study import SmallStudy, texts_of

SETTINGS = PredictionSettings(threads=1, precision="fp32", seed_varies="both")


def study(folder: Path, corpus: str) -> SmallStudy:
    small = SmallStudy(folder, corpus)
    small.encode(texts_of(small.rows(test_size=60)))
    small.train()
    small.evaluate()
    return small


@pytest.fixture(scope="module")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    return study(tmp_path_factory.mktemp("reviews"), "nsmc")


@pytest.fixture(scope="module")
def entities(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    return study(tmp_path_factory.mktemp("entities"), "conll2003")


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    return study(tmp_path_factory.mktemp("pairs"), "mnli")


def model(small: SmallStudy, cell: str = "pretrained-full-1", max_length: int = 64) -> Model:
    return Model(small.paths.models / cell, small.paths.checkpoint / "tokenizer.json",
                 read_task(small.folder / "encoded"), max_length, SETTINGS)


def stored(small: SmallStudy, cell: str) -> dict[str, np.ndarray]:
    """Logits after training on test by guid, as the stage wrote them."""
    table = pd.read_parquet(small.paths.predictions / f"{cell}.parquet")
    table = table[(table.moment == "after") & (table.split == "test")]
    classes = len(read_task(small.folder / "encoded").tags)
    return {guid: np.squeeze(logits.reshape(-1, classes))
            for guid, logits in zip(table.guid, table.logits, strict=True)}


@pytest.fixture
def project(reviews: SmallStudy, entities: SmallStudy, pairs: SmallStudy, tmp_path: Path,
            monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as a run of the pipeline leaves it, with the project's own settings."""
    shutil.copy(ROOT / "params.yaml", tmp_path)
    for task, small in (("nsmc", reviews), ("conll2003", entities), ("mnli", pairs)):
        write_json(tmp_path / "reports" / "cards" / f"{task}.encoding.json", {"max_length": 64})
        for place, source in (("models", small.paths.models), ("initial", small.paths.checkpoint),
                              ("encoded", small.folder / "encoded")):
            (tmp_path / "data" / place).mkdir(parents=True, exist_ok=True)
            (tmp_path / "data" / place / task).symlink_to(source)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def standard_input(monkeypatch: pytest.MonkeyPatch, text: str | bytes) -> None:
    """Let standard input be ``text``."""
    content = text.encode() if isinstance(text, str) else text
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))


def answers(capsys: pytest.CaptureFixture, *arguments: str) -> list[dict[str, Any]]:
    code = predict.main(arguments)
    printed = capsys.readouterr()
    assert code == 0, printed.err
    return [json.loads(line) for line in printed.out.splitlines()]


@pytest.mark.parametrize(("corpus", "cell"), [("reviews", "pretrained-full-1"), ("reviews", "scratch-1"),
                                              ("pairs", "pretrained-full-1")])
def test_the_probabilities_are_those_that_the_report_scores(corpus: str, cell: str,
                                                            request: pytest.FixtureRequest) -> None:
    small = request.getfixturevalue(corpus)
    rows = list(read_json_lines(small.paths.prepared / "test.jsonl"))
    logits = stored(small, cell)
    found = model(small, cell).answer([{name: row[name] for name in ("text", "text_pair") if name in row}
                                       for row in rows])
    for row, answer in zip(rows, found, strict=True):
        expected = softmax(logits[row["guid"]].astype(np.float64))
        assert list(answer["probabilities"].values()) == pytest.approx(list(expected), abs=2e-6)
        assert answer["probability"] == max(answer["probabilities"].values())
        assert answer["probabilities"][answer["label"]] == answer["probability"]


def test_entities_stand_where_the_tags_of_the_stage_put_them(entities: SmallStudy) -> None:
    rows = list(read_json_lines(entities.paths.prepared / "test.jsonl"))
    tags = read_json(entities.folder / "encoded" / "task.json")["tags"]
    logits = stored(entities, "pretrained-full-1")
    # As words, and as a text in which spaces part the words: each word stays whole, "7-0" and "U.S." too.
    as_words = model(entities).answer([{"words": row["words"]} for row in rows])
    found = model(entities).answer([{"text": " ".join(row["words"])} for row in rows])
    assert as_words == found
    assert sum(len(answer["entities"]) for answer in found) > 20
    for row, answer in zip(rows, found, strict=True):
        starts = np.cumsum([0, *(len(word) + 1 for word in row["words"])])
        predicted = [tags[tag] for tag in logits[row["guid"]].reshape(-1, len(tags)).argmax(-1)]
        begins = [int(start) for start, tag, before in zip(starts, predicted, ["O", *predicted], strict=False)
                  if tag != "O" and not (tag.startswith("I-") and before[2:] == tag[2:])]
        assert [entity["start"] for entity in answer["entities"]] == begins


def test_the_score_from_running_text_is_that_of_what_predict_answers(entities: SmallStudy) -> None:
    right = predicted = gold = 0
    asked, rows = model(entities), list(read_json_lines(entities.paths.prepared / "test.jsonl"))
    texts = [running_text(row["words"]) for row in rows]
    for row, (_, spans), answer in zip(rows, texts, asked.answer([{"text": text} for text, _ in texts]), strict=True):
        truth, guess = set(), {(one["start"], one["end"], one["type"]) for one in answer["entities"]}
        for place, (tag, span) in enumerate(zip(row["tags"], spans, strict=True)):
            if tag.startswith("B-"):  # prepared tags are IOB2
                last = place
                while last + 1 < len(row["tags"]) and row["tags"][last + 1] == f"I-{tag[2:]}":
                    last += 1
                truth.add((span[0], spans[last][1], tag[2:]))
        right, predicted, gold = right + len(truth & guess), predicted + len(guess), gold + len(truth)
    scores = read_json(entities.paths.metrics)["cells"]["pretrained-full-1"]
    assert scores["after"]["test"]["delivered_entity_f1"] == pytest.approx(2 * right / (predicted + gold))
    assert 0.2 < scores["after"]["test"]["delivered_entity_f1"] < 1
    assert "delivered_entity_f1" not in scores["before"]["test"] | scores["after"]["validation"]


@settings(max_examples=40)
@given(text=st.text(max_size=80))
def test_the_text_of_an_entity_is_what_its_places_say(entities: SmallStudy, text: str) -> None:
    texts = [text, f"Mr. {text} Corel", "Mr. Corel went to Paris"]
    answers = model(entities).answer([{"text": text} for text in texts])
    assert answers[2]["entities"]
    for text, answer in zip(texts, answers, strict=True):
        for entity in answer["entities"]:
            assert text[entity["start"]:entity["end"]] == entity["text"] != ""


def test_order_and_company_of_the_texts_change_nothing(reviews: SmallStudy) -> None:
    texts = [{"text": text} for text in ("좋은 영화", "지루하다", "배우 연기가 정말 좋은 영화 " * 4)]
    asked = model(reviews)
    together = asked.answer(texts)
    for text, answer in zip(texts, together, strict=True):
        alone = asked.answer([text])[0]
        assert alone["label"] == answer["label"]
        assert alone["probability"] == pytest.approx(answer["probability"], abs=2e-6)


def test_decomposed_hangul_is_the_same_text(reviews: SmallStudy) -> None:
    text = "정말 좋은 영화"
    composed, decomposed = model(reviews).answer([{"text": text}, {"text": unicodedata.normalize("NFD", text)}])
    assert composed == decomposed


def test_a_text_that_is_cut_short_is_told(reviews: SmallStudy) -> None:
    short, long = model(reviews, max_length=8).answer([{"text": "좋다"}, {"text": "좋다 " * 30}])
    assert "truncated" not in short
    assert long["truncated"] is True


def test_texts_that_the_tokenizer_does_not_know_are_marked_and_counted(
    project: Path, capsys: pytest.CaptureFixture
) -> None:
    """Half of the tokens unknown marks an answer, a third does not; nothing else of the answer changes."""
    words = ("ЖЖЖ", "영화 ЖЖЖ ЖЖЖ", "영화 ЖЖЖ", "\u200b", "")  # 영화 is two tokens, the others are one unknown each
    assert predict.main(["--task", "nsmc", *words]) == 0
    printed = capsys.readouterr()
    told = [json.loads(line) for line in printed.out.splitlines()]
    assert [answer.get("unknown_tokens") for answer in told] == [1, 0.5, None, 1, None]
    assert told[4] == {"text": "", "label": None}
    assert list(told[1]) == ["text", "label", "probability", "probabilities", "unknown_tokens"]
    assert printed.err.splitlines()[1:] == [
        "warning: the training set of nsmc is the synthetic sample; do not rely on answers about real text",
        "warning: at least half of the tokens are unknown to the model's tokenizer in 3 of 5 texts, first in text 1; "
        'ignore the answers that have "unknown_tokens"']
    assert predict.main(["--task", "nsmc", "--both-arms", "좋은 영화", "ЖЖЖ"]) == 0
    assert "in 1 of 2 texts, first in text 2;" in capsys.readouterr().err


def test_nothing_is_said_of_models_of_real_texts_that_the_tokenizer_knows(
    project: Path, capsys: pytest.CaptureFixture
) -> None:
    encoded = project / "data" / "encoded" / "nsmc"
    facts = read_json(encoded / "task.json") | {"synthetic": False}
    encoded.unlink()
    write_json(encoded / "task.json", facts)
    assert predict.main(["--task", "nsmc", "좋은 영화"]) == 0
    assert capsys.readouterr().err.count("\n") == 1


def test_what_the_report_says_against_a_model_is_told(project: Path, reviews: SmallStudy,
                                                      capsys: pytest.CaptureFixture) -> None:
    """A run that failed, and one that was trained by other settings than the one that was scored."""
    metrics = read_json(reviews.paths.metrics)
    write_json(project / "reports" / "metrics" / "nsmc.json", metrics)
    assert predict.main(["--task", "nsmc", "좋은 영화"]) == 0
    assert capsys.readouterr().err.count("\n") == 2
    metrics["cells"]["pretrained-full-1"]["failed"] = True
    metrics["cells"]["scratch-1"]["settings"]["lr"] = 0.5
    write_json(project / "reports" / "metrics" / "nsmc.json", metrics)
    assert predict.main(["--task", "nsmc", "--both-arms", "좋은 영화"]) == 0
    assert capsys.readouterr().err.splitlines()[2:] == [
        "warning: pretrained-full-1 of nsmc failed to train; do not rely on its answers",
        "warning: scratch-1 of nsmc was trained again after the report was made, whose scores are those of another "
        "model; run `dvc repro`"]


def test_texts_from_arguments_lines_and_a_file(project: Path, capsys: pytest.CaptureFixture,
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    told = answers(capsys, "--task", "nsmc", "좋은 영화", "지루하다")
    assert [answer["text"] for answer in told] == ["좋은 영화", "지루하다"]
    assert set(told[0]["probabilities"]) == {"negative", "positive"}
    told = [told[0], {"text": "", "label": None}, told[1]]  # the answer of every line is in its place
    lines = '좋은 영화\r\n\n{"text": "지루하다"}\n \n\n'
    standard_input(monkeypatch, lines)
    assert answers(capsys, "--task", "nsmc") == told
    (project / "texts.txt").write_bytes(b"\xef\xbb\xbf" + lines.encode())
    monkeypatch.setattr(predict, "AT_A_TIME", 1)
    assert answers(capsys, "--task", "nsmc", "--file", "texts.txt", "--out", "answers.jsonl") == []
    assert list(read_json_lines(project / "answers.jsonl")) == told


def test_words_are_taken_as_they_are(
    project: Path, entities: SmallStudy, capsys: pytest.CaptureFixture
) -> None:
    told, = answers(capsys, "--task", "conll2003", "--words", "Edgar  Verath's left (Corel")
    assert told["words"] == ["Edgar", "Verath's", "left", "(Corel"]
    expected, = model(entities).answer([{"words": told["words"]}])
    assert told["entities"] == expected["entities"]


def test_a_table_is_answered_row_by_row(project: Path, capsys: pytest.CaptureFixture,
                                        monkeypatch: pytest.MonkeyPatch) -> None:
    """Header, ids and stars are no texts; an empty cell has its answer, too, and what was found is told."""
    asked = ["좋은 영화", "", "지루하다, 정말\n지루하다"]
    alone = [{"text": text, "label": None} if not text else answers(capsys, "--task", "nsmc", text)[0]
             for text in asked]
    frame = pd.DataFrame({"번호": [1, 2, 3], "리뷰": asked, "stars": [5, 3, 1]})
    frame.to_csv(project / "reviews.csv", index=False)
    assert answers(capsys, "--task", "nsmc", "--file", "reviews.csv", "--out", "out.jsonl") == []
    assert list(read_json_lines(project / "out.jsonl")) == alone
    assert predict.main(["--task", "nsmc", "--file", "reviews.csv"]) == 0
    assert capsys.readouterr().err.startswith(
        "reviews.csv: columns between commas; column names on the first line; quotation marks undone as in CSV; text "
        "from the column 리뷰\n")
    standard_input(monkeypatch, (project / "reviews.csv").read_text("utf-8"))
    assert answers(capsys, "--task", "nsmc", "--column", "리뷰") == alone
    tags, = answers(capsys, "--task", "conll2003", "--file", "reviews.csv", "--column", "stars")[1:2]
    assert set(tags) == {"text", "entities"}


def test_the_columns_are_those_that_the_task_was_trained_on(project: Path, capsys: pytest.CaptureFixture) -> None:
    """Joined as for training; a table's usual name says less than the settings."""
    overlay = "tasks:\n  nsmc:\n    corpus: table\n    table: {columns: {text: [title, text], label: stars}}\n"
    params = project / "params.yaml"
    params.write_text(apply_overlay(params.read_text("utf-8"), overlay, "the test"), "utf-8")
    pd.DataFrame({"title": ["좋은 영화"], "text": ["지루하다"]}).to_csv(project / "new.csv", index=False)
    assert answers(capsys, "--task", "nsmc", "--file", "new.csv") == answers(
        capsys, "--task", "nsmc", "좋은 영화 지루하다")
    assert answers(capsys, "--task", "nsmc", "--file", "new.csv", "--column", "text") == answers(
        capsys, "--task", "nsmc", "지루하다")


def test_a_file_is_read_as_a_whole_and_a_pipe_once(project: Path, capsys: pytest.CaptureFixture,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first quotation marks are below the lines by which a file is recognised."""
    frame = pd.DataFrame({"id": range(1002), "text": ["지루하다"] * 1001 + ['"좋은" 영화']})
    frame.to_csv(project / "reviews.tsv", sep="\t", index=False)
    assert answers(capsys, "--task", "nsmc", "--file", "reviews.tsv")[-1]["text"] == '"좋은" 영화'
    os.mkfifo(project / "pipe.tsv")
    writer = threading.Thread(target=(project / "pipe.tsv").write_bytes, daemon=True,
                              args=((project / "reviews.tsv").read_bytes(),))
    writer.start()
    assert predict.main(["--task", "nsmc", "--file", "pipe.tsv"]) == 1
    writer.join()
    assert "error: pipe.tsv: line 1003: expected no quotation marks around fields" in capsys.readouterr().err


def test_a_blank_line_in_the_only_column_is_an_empty_text() -> None:
    """So that answers stand at the places of the rows; in a table of several columns it is no row."""
    texts, _ = find_texts(["text", "a", "", "", "b", ""], "texts.csv", Wanted())
    assert [text["text"] for text in texts] == ["a", "", "", "b"]
    texts, _ = find_texts(["text,stars", "a,1", "", "b,2"], "texts.csv", Wanted())
    assert [text["text"] for text in texts] == ["a", "b"]


def test_a_plain_line_in_braces_is_told_how_to_be_written() -> None:
    with pytest.raises(UserError, match=re.escape('write a plain text that begins with { as {"text": "..."}')):
        find_texts(["{sigh} what a film"], "texts.txt", Wanted())


def test_both_arms_side_by_side(project: Path, capsys: pytest.CaptureFixture) -> None:
    both, = answers(capsys, "--task", "conll2003", "--both-arms", "Edgar Verath left Corel .")
    for cell in ("pretrained-full-1", "scratch-1"):
        alone, = answers(capsys, "--task", "conll2003", "--cell", cell, "Edgar Verath left Corel .")
        assert both[cell] == {"entities": alone["entities"]}


def test_pairs_come_as_an_option_with_a_tab_or_as_an_object(project: Path, capsys: pytest.CaptureFixture,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    told, = answers(capsys, "--task", "mnli", "A man sleeps.", "--pair", "Nobody sleeps.")
    as_object = '{"text": "A man sleeps.", "text_pair": "Nobody sleeps."}'
    standard_input(monkeypatch, f"A man sleeps.\tNobody sleeps.\n {as_object}\n")
    assert answers(capsys, "--task", "mnli") == [told, told]
    assert told["text_pair"] == "Nobody sleeps."


@pytest.mark.parametrize(("arguments", "told"), [
    (["--task", "reviews", "x"], "--task reviews: no such task; there are nsmc, mnli, conll2003, ag_news"),
    (["--task", "nsmc", "--cell", "scratch-9", "x"], "--cell scratch-9: no such model; there are pretrained-full-1,"),
    (["--task", "nsmc", "--cell", "scratch-2", "x"], "data/models/nsmc/scratch-2: no such folder; run `dvc repro`"),
    (["--task", "mnli", "x"], "--pair: missing; mnli is about pairs of texts"),
    (["--task", "mnli", "x", "y", "--pair", "z"], "--pair: expected with one text, found 2"),
    (["--task", "nsmc", "x", "--pair", "z"], "--pair: expected for tasks on pairs; nsmc has"),
    (["--task", "nsmc", "x", "--words"], "--words: expected for entity tasks; nsmc has single inputs"),
    (["--task", "nsmc", "x", "--file", "y"], "--file: expected either a file or texts as arguments, found both"),
    (["--task", "nsmc", "--file", "none.txt"], "none.txt: cannot be read (No such file or directory); check its name"),
    (["--task", "nsmc", "--file", "bad.txt"], "bad.txt: line 1: expected UTF-8, found byte 0xff at byte offset 3;"),
    (["--task", "nsmc", "--file", "empty.txt"], "empty.txt: no text"),
    (["--task", "nsmc", "--file", "wrong.jsonl"],
     "wrong.jsonl: line 2: expected the key 'text' as in other lines, found 'txt'; correct the line, or name another"),
    (["--task", "nsmc", "--file", "broken.jsonl"], "broken.jsonl: line 1: expected a JSON object, found '{"),
    (["--task", "mnli", "--file", "wrong.jsonl"],
     "wrong.jsonl: line 2: expected two columns of text that are known by their names, found the columns 'text', 'txt'"
     "; name them with --column and --pair-column"),
    (["--task", "mnli", "--file", "lines.txt"], "lines.txt: line 1: expected two texts with a tab between them, found"),
    (["--task", "nsmc"], "standard input: line 1: expected UTF-8, found byte 0xff at byte offset 3;"),
    (["--task", "nsmc", "--file", "half.jsonl"], "half.jsonl: line 1: expected Unicode text, found half a character"),
    (["--task", "nsmc", "a\udcffb"], "argument: half a character (a lone surrogate); write the text as UTF-8"),
    (["--task", "nsmc", "--file", "deep.jsonl"], "deep.jsonl: line 1: expected a JSON object, found"),
    (["--task", "nsmc", "--column", "text", "x"], "--column: expected with --file or standard input, found texts as"),
    (["--task", "nsmc", "--file", "lines.txt", "--pair-column", "b"], "--pair-column: expected for tasks on pairs;"),
])
def test_wrong_input_is_one_line_and_nothing_is_written(arguments: list[str], told: str, project: Path,
                                                        capsys: pytest.CaptureFixture,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, "좋".encode() + b"\xff\n")
    (project / "half.jsonl").write_bytes(b'{"text": "a\\ud800b"}\n')
    (project / "deep.jsonl").write_bytes(b'{"text":' * 100_000)
    (project / "bad.txt").write_bytes("좋".encode() + b"\xff\n")
    (project / "empty.txt").write_bytes(b"\n")
    (project / "lines.txt").write_bytes(b"one\n")
    (project / "wrong.jsonl").write_bytes(b'{"text": "a"}\n{"txt": "b"}\n')
    (project / "broken.jsonl").write_bytes(b'{"text": \n')
    assert predict.main([*arguments, "--out", "out.jsonl"]) == 1
    *read_as, error = capsys.readouterr().err.splitlines()
    assert error.startswith(f"error: {told}")
    assert all(line.endswith(": text of JSON objects from the key text") for line in read_as)
    assert not (project / "out.jsonl").exists()


def test_a_mark_of_the_byte_order_is_no_part_of_the_text(project: Path, capsys: pytest.CaptureFixture,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, b'\xef\xbb\xbf{"text": "\xec\xa2\x8b\xeb\x8b\xa4"}\n')
    assert answers(capsys, "--task", "nsmc")[0]["text"] == "좋다"


def test_the_file_of_the_texts_is_not_replaced(project: Path, capsys: pytest.CaptureFixture) -> None:
    (project / "lines.txt").write_text("좋다\n", "utf-8")
    assert predict.main(["--task", "nsmc", "--file", "lines.txt", "--out", "./lines.txt"]) == 1
    assert capsys.readouterr().err == (
        "error: --out lines.txt: expected another file than --file, found the same; name another\n")
    assert (project / "lines.txt").read_text("utf-8") == "좋다\n"


def test_a_file_is_replaced_only_on_request(project: Path, capsys: pytest.CaptureFixture) -> None:
    (project / "notes.txt").write_text("mine\n", "utf-8")
    assert predict.main(["--task", "nsmc", "--out", "notes.txt", "좋다"]) == 1
    assert capsys.readouterr().err == (
        "error: notes.txt: there is a file of this name; name another as --out, or replace it with --replace\n")
    assert (project / "notes.txt").read_text("utf-8") == "mine\n"
    assert predict.main(["--task", "nsmc", "--out", "notes.txt", "--replace", "좋다"]) == 0
    assert next(read_json_lines(project / "notes.txt"))["text"] == "좋다"


def test_what_is_no_file_is_not_replaced(project: Path, capsys: pytest.CaptureFixture) -> None:
    os.mkfifo(project / "pipe")
    assert predict.main(["--task", "nsmc", "--out", "pipe", "좋다"]) == 1
    assert "pipe: not a regular file; choose another path to write to" in capsys.readouterr().err
    assert (project / "pipe").is_fifo()


def test_texts_are_cut_where_the_models_were_trained_to(project: Path, capsys: pytest.CaptureFixture) -> None:
    """A setting that was edited since says nothing of the models that are there."""
    told = answers(capsys, "--task", "nsmc", "좋다 " * 20)
    params = (project / "params.yaml").read_text("utf-8")
    (project / "params.yaml").write_text(params.replace("max_length: 64", "max_length: 512"), "utf-8")
    assert answers(capsys, "--task", "nsmc", "좋다 " * 20) == told
