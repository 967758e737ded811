"""The command that writes the entry of a table, and a table on its way through the stages."""

import io
import json
import unicodedata
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from stages import assign_checkpoint, check_params, download, new_task, preprocess
from stages.common.errors import UserError
from stages.common.files import read_json, read_json_lines
from stages.corpora.sample.writing import write_sample
from stages.corpora.tasks import TASKS
from stages.download import obtain
from stages.preprocess import prepare
from stages.settings.base import validated
from stages.settings.data import DownloadSettings, PrepareSettings
from stages.settings.overlays import apply_overlay
from stages.settings.table import TableSettings
from stages.settings.yaml12 import parse_yaml
from stages.tables.files import table_files
from stages.tables.hub_layout import splits_by_names
from tests.small_study import SmallStudy, texts_of

FILMS = [(f"{word} film number {place}, seen with a friend", label) for place in range(40)
         for word, label in (("a fine", "good"), ("a dull", "bad"))]
# The settings by which `table` reads each corpus in its own format.
AS_TABLE: dict[str, dict[str, Any]] = {
    "nsmc": {"files": {"train": "ratings_train.txt", "test": "ratings_test.txt"},
             "labels": {0: "negative", 1: "positive"}},
    "mnli": {"files": {"train": "multinli_1.0_train.jsonl", "test": "multinli_1.0_dev_matched.jsonl"}, "kind": "pair",
             "columns": {"text": "sentence1", "pair": "sentence2", "genre": "genre"}, "no_label": ["-"],
             "labels": list(TASKS["mnli"].labels)},
    "conll2003": {"files": {"train": "train.txt", "validation": "valid.txt", "test": "test.txt"}, "kind": "words"},
    "ag_news": {"files": {"train": "train.csv", "test": "test.csv"}, "columns": {"label": 1, "text": [2, 3]},
                "labels": dict(enumerate(TASKS["ag_news"].labels, start=1))},
}

FRONT = {"nsmc": 5000, "mnli": 5000, "conll2003": 15_000, "ag_news": 5000}  # lines of the real files
LEARNT = {"nsmc": 800, "mnli": 800, "conll2003": 6000, "ag_news": 800}  # by which a small model learns


def write(name: str, rows: list[tuple] = FILMS, columns: tuple[str, ...] = ("text", "label"), **options: Any) -> None:
    pd.DataFrame(rows, columns=columns).to_csv(name, index=False, **options)


def entry(name: str) -> dict[str, Any]:
    return parse_yaml(Path("params.yaml").read_text("utf-8"), "params.yaml")["tasks"][name]


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert new_task.main(list(arguments)) == code
    printed = capsys.readouterr()
    return printed.out if code == 0 else printed.err


def test_an_entry_is_added_and_all_else_is_kept(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv")
    before = Path("params.yaml").read_text("utf-8")
    lines = told(capsys, "films.csv").splitlines()
    assert lines == [
        "films.csv: columns between commas; column names on the first line; quotation marks undone as in CSV; columns: "
        "text, label",
        "80 texts; text from text, label from label; 2 labels, those of the training set; language en, recognised",
        "labels: bad 40, good 40", "length in characters: half up to 41, 99 % up to 41, the longest 41",
        "repeated texts: 0; texts with more than one answer: 0; dropped: none",
        "the test set will have 26 rows: below 100 the verdict is withheld; label more rows, or give a test set",
        "its encoder was pre-trained on the synthetic sample, and knows few words of other text; for a result on real "
        "text name another one, such as --checkpoint klue/bert-base --replace",
        "params.yaml: tasks.films; `dvc repro` runs it"]
    after = Path("params.yaml").read_text("utf-8")
    added = after.replace("".join(after.partition("  films:\n")[1:]).partition("\n\n")[0] + "\n", "")
    assert added == before
    assert entry("films") == {
        "corpus": "table", "source": "local", "folder": "films.csv", "table": {
            "kind": "single", "columns": {"text": "text", "label": "label"}, "labels": {"bad": "bad", "good": "good"},
            "language": "en"}, "exclude_id_prefix": "", "validation_size": 12, "test_size": 26, "train_size": 0,
        "checkpoint": "bilingual_small", "max_length": 64, "pretrained": {}, "scratch": {}}
    assert check_params.main(["--out", "checked"]) == 0


def test_other_tasks_are_left_out_with_only(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv", [(text, int(label == "good")) for text, label in FILMS])
    assert "nothing in the file says what they stand for" in told(capsys, "films.csv", "--only", "--name", "mine")
    params = parse_yaml(Path("params.yaml").read_text("utf-8"), "params.yaml")
    assert list(params["tasks"]) == ["mine"]
    assert params["tasks"]["mine"]["table"]["labels"] == {"0": "0", "1": "1"}


@pytest.mark.parametrize(("lr", "own"), [(0.001, ({"lr": 5e-5}, {"lr": 1e-4})), (2e-5, ({}, {"lr": 1e-4}))])
def test_a_published_encoder_gets_learning_rates_that_suit_it(
    lr: float, own: tuple[dict, dict], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    params = Path("params.yaml")
    params.write_text(apply_overlay(params.read_text("utf-8"), f"lr: {lr}\n", "test"), "utf-8")
    write("films.csv")
    told(capsys, "films.csv", "--checkpoint", "klue/bert-base")
    assert (entry("films")["pretrained"], entry("films")["scratch"]) == own
    assert "synthetic" not in told(capsys, "films.csv", "--checkpoint", "klue/bert-base", "--replace")


@pytest.mark.parametrize(("config", "length"), [
    ({"model_type": "bert", "max_position_embeddings": 64}, 64), ({"model_type": "bert"}, 128),
    ({"model_type": "roberta", "max_position_embeddings": 66, "pad_token_id": 1}, 64),
    ({"model_type": "gpt2", "n_positions": 1024}, 128), ({"max_position_embeddings": 64}, 128),
])
def test_texts_are_no_longer_than_the_positions_of_a_folder(config: dict, length: int, home: Path,
                                                            capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv")
    save(Path("encoder"), {"config.json": json.dumps(config).encode()})
    params = Path("params.yaml")
    told(capsys, "films.csv", "--checkpoint", "./encoder")
    assert entry("films")["max_length"] == length
    own = "checkpoints:\n  own:\n    folder: encoder\n"
    params.write_text(apply_overlay(params.read_text("utf-8"), own, "own"), "utf-8")
    told(capsys, "films.csv", "--checkpoint", "own", "--replace")
    assert entry("films")["max_length"] == length


@pytest.mark.parametrize(("content", "message"), [
    (None, "--checkpoint: expected a folder with config.json, found none in encoder; name the folder of the "
     "checkpoint"),
    (b"[]", "encoder/config.json: expected a JSON object, found list; download the file again"),
])
def test_a_folder_that_holds_no_checkpoint_is_refused(content: bytes | None, message: str, home: Path,
                                                      capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv")
    save(Path("encoder"), {"vocab.txt": b""} if content is None else {"config.json": content})
    assert told(capsys, "films.csv", "--checkpoint", "./encoder", code=1) == f"error: {message}\n"


@pytest.mark.parametrize("character", "\x7f\x85\u2028\u2029\ufeff\ufffe😀'\"\\")
def test_any_character_of_a_name_comes_back(character: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = f"go{character}od"
    rows = [{f"a{character}b": text, "label": {"good": name}.get(label, label)} for text, label in FILMS]
    Path("films.json").write_text(json.dumps(rows), "utf-8")
    told(capsys, "films.json", "--text", f"a{character}b", "--title", name, "--no-label", json.dumps(["x", "y"]))
    table = entry("films")["table"]
    assert (table["columns"]["text"], table["labels"], table["title"]) == (
        f"a{character}b", {"bad": "bad", name: name}, name)


def test_what_stands_for_no_label_comes_back(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv")
    told(capsys, "films.csv", "--no-label", "['😀', 1, null]")
    assert entry("films")["table"]["no_label"] == ["😀", 1, None]


def test_what_names_tasks_that_are_left_out_goes_with_them(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv")
    told(capsys, "films.csv")
    text = apply_overlay(Path("params.yaml").read_text("utf-8"), """
adapted: [nsmc, films]
distilled: [nsmc]
prompting:
  templates:
    nsmc: {instruction: '', example: '{text} Is it good? {label}', labels: {positive: good, negative: bad}}
    films: {instruction: '', example: '{text} Is it good? {label}', labels: {good: fine, bad: dull}}
""", "more")
    Path("params.yaml").write_text(text, "utf-8")
    assert check_params.main(["--out", "checked"]) == 0
    told(capsys, "films.csv", "--only", "--replace")
    params = parse_yaml(Path("params.yaml").read_text("utf-8"), "params.yaml")
    assert (params["adapted"], params["distilled"]) == (["films"], [])
    assert list(params["prompting"]["templates"]) == ["films"]
    assert check_params.main(["--out", "checked"]) == 0


def test_what_names_tasks_in_braces_goes_with_them(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv")
    told(capsys, "films.csv")
    template = "{instruction: '', example: '{text} Good? {label}', labels: {}}"
    text = Path("params.yaml").read_text("utf-8").replace(
        "  templates: {}", f"  templates: {{nsmc: {template}, films: {template}}}")
    Path("params.yaml").write_text(text, "utf-8")
    told(capsys, "films.csv", "--only", "--replace")
    params = parse_yaml(Path("params.yaml").read_text("utf-8"), "params.yaml")
    assert params["prompting"]["templates"] == {
        "films": {"instruction": "", "example": "{text} Good? {label}", "labels": {}}}
    assert check_params.main(["--out", "checked"]) == 0


def test_comments_of_the_tasks_that_are_left_out_are_kept(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv")
    before = {line for line in Path("params.yaml").read_text("utf-8").splitlines() if line.lstrip().startswith("#")}
    told(capsys, "films.csv", "--only")
    after = {line for line in Path("params.yaml").read_text("utf-8").splitlines() if line.lstrip().startswith("#")}
    assert before - after == {  # for which the entry has its own
        "    # how a table is read; other corpora have readers of their own",
        "    # validation rows, split off the training rows where the corpus has no validation set",
        "    # test and training rows, 0 for all; training rows also as labels per class, such as 8_per_class"}


def test_an_entry_is_written_anew_where_that_is_asked(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv", [(*row, "x") for row in FILMS], ("text", "label", "author"))
    told(capsys, "films.csv", "--group", "author", "--no-label", "[unsure]", "--only")
    other = Path("params.yaml").read_text("utf-8")
    assert "--replace" in told(capsys, "films.csv", code=1)
    assert "--group author keeps them together" in told(capsys, "films.csv", "--replace", "--title", "Films")
    table = entry("films")["table"]
    assert table == {"kind": "single", "columns": {"text": "text", "label": "label"},
                     "labels": {"bad": "bad", "good": "good"}, "language": "en", "title": "Films"}
    assert "no_label" in other


def test_columns_without_usual_names_are_told_by_what_is_in_them(home: Path,
                                                                 capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv", [(place, *row) for place, row in enumerate(FILMS)], ("number", "wrote", "felt"))
    told(capsys, "films.csv")
    assert entry("films")["table"]["columns"] == {"text": "wrote", "label": "felt"}
    write("numbered.csv", columns=("0", "1"))
    told(capsys, "numbered.csv")
    assert entry("numbered")["table"]["columns"] == {"text": "0", "label": "1"}
    write("coded.csv", [(text, f"C{label == 'good':02}", "films.example/a/b") for text, label in FILMS],
          ("wrote", "felt", "seen at"))
    told(capsys, "coded.csv")
    assert entry("coded")["table"]["columns"] == {"text": "wrote", "label": "felt"}
    write("more.csv", [(*row, place % 3) for place, row in enumerate(FILMS)], ("wrote", "felt", "cinema"))
    assert told(capsys, "more.csv", code=1).startswith(
        "error: more.csv: line 1: expected a column of the ")
    assert "give it as --label COLUMN" in told(capsys, "more.csv", "--text", "wrote", code=1)
    told(capsys, "more.csv", "--text", "wrote", "--label", "felt")
    assert entry("more")["table"]["columns"] == {"text": "wrote", "label": "felt"}


@pytest.mark.parametrize("other", [
    "https://films.example/a/long/address/of/the/page/{}?x=1", "viewer.number.{}@films.example", "+82 10 1234 {:04}",
    "films/of/this/year/review_{:05}.txt", "영화_감상문_모음집_전체_{:05}", "Mon Apr 06 22:19:{:02} PDT 2009",
    "2009년 4월 6일 오후 {}시", "8f14e45fceea167a5a36dedd4bea2543{:08}",
])
def test_a_text_is_what_people_wrote(other: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A column of addresses, names of files, dates or identifiers is none, by its content or by a usual name."""
    rows = [(other.format(place), *row, "ab"[place % 2]) for place, row in enumerate(FILMS)]
    write("films.csv", rows, ("of", "wrote", "felt", "split"))
    told(capsys, "films.csv")
    assert entry("films")["table"]["columns"] == {"text": "wrote", "label": "felt"}
    write("named.csv", rows, ("document", "wrote", "label", "split"))
    message = told(capsys, "named.csv", code=1)
    assert message.startswith("error: named.csv: line 1: expected texts in document, found addresses, names of files, ")
    assert message.endswith("; give it as --text COLUMN\n")
    told(capsys, "named.csv", "--text", "document")


def test_labels_are_looked_for_in_the_whole_file(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file in the order of its labels has only one of them in its first thousands of rows."""
    write("films.csv", [(f"{FILMS[place % 2][0]} {place}", label, place % 3) for label in ("bad", "good")
                        for place in range(5100)], ("wrote", "felt", "user"))
    told(capsys, "films.csv")
    assert entry("films")["table"]["columns"] == {"text": "wrote", "label": "felt"}


def test_pairs_and_their_groups(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [(f"The man number {place // 4} is here.", f"He sleeps {place}.", ("yes", "no")[place % 2])
            for place in range(80)]
    write("pairs.csv", rows, ("premise", "hypothesis", "label"))
    told(capsys, "pairs.csv")
    assert entry("pairs")["table"]["kind"] == "pair"
    assert entry("pairs")["table"]["columns"] == {
        "text": "premise", "pair": "hypothesis", "label": "label", "group": "premise"}
    assert download.main(["--task", "pairs", "--out", "raw"]) == 0
    assert preprocess.main(["--task", "pairs", "--raw", "raw", "--out", "rows", "--card", "card.json"]) == 0
    sets = [{row["text"] for row in read_json_lines(Path("rows") / f"{split}.jsonl")}
            for split in ("train", "validation", "test")]
    assert not sets[0] & sets[1] | sets[0] & sets[2] | sets[1] & sets[2]


def test_entities_of_a_word_per_row(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["Sentence #,Word,POS,Tag"]
    for place in range(30):
        lines += [f"Sentence: {place},Anna{place},NNP,B-per", ",visits,VB,O", ",Rome,NNP,B-geo"]
    Path("ner.csv").write_text("\n".join(lines) + "\n", "utf-8")
    assert "entities: geo 30, per 30" in told(capsys, "ner.csv").splitlines()
    assert entry("ner")["table"]["columns"] == {"tokens": "Word", "tags": "Tag", "sentence": "Sentence #"}
    assert assign_checkpoint.checkpoint_use("ner").kind == "words"


def test_files_of_several_sets(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("films").mkdir()
    for name, rows in (("train", FILMS), ("valid", FILMS[:10])):
        write(f"films/{name}.csv", rows)
    write("films/test.csv", [(place, row[0]) for place, row in enumerate(FILMS)], ("id", "text"))
    left_out = ("films/test.csv: left out, as it has no labels: films/test.csv: line 1: expected a column label, found "
                "id, text")
    assert left_out in told(capsys, "films")
    found = entry("films")
    assert found["table"]["files"] == {"train": "train.csv", "validation": "valid.csv"}
    assert (found["validation_size"], found["test_size"]) == (0, 26)


def test_files_whose_names_tell_their_sets(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("films").mkdir()
    for name, rows in (("films_train", FILMS), ("films-test", FILMS[:24]), ("Dev", FILMS[:10]), ("other", FILMS)):
        write(f"films/{name}.csv", rows)
    told(capsys, "films/films_train.csv", "films/films-test.csv", "films/Dev.csv")
    assert entry("films")["table"]["files"] == {
        "train": "films_train.csv", "validation": "Dev.csv", "test": "films-test.csv"}
    for other in ("films/other.csv", "films/films_train.csv"):
        assert told(capsys, "films/films_train.csv", other, "--name", "two", code=1) == (
            f"error: {other}: expected one file of train, and one of validation or test or of each, told by their "
            "names, such as a_train.csv and a_test.csv; rename it, or give train alone, of which rows are split off "
            "for the others\n")
    assert told(capsys, "films/films-test.csv", "films/Dev.csv", "--name", "two", code=1).startswith(
        "error: films/films-test.csv: expected one file of train, ")


@pytest.mark.parametrize(("folder", "given", "output"), [
    (".", ["a_train.csv", "a_test.csv"], "data/sources"), (".", ["."], "data/sources"),
    ("data", ["data/a_train.csv", "data/a_test.csv"], "data/sources"), ("..", [".."], "data/sources"),
    ("data/raw/a", ["data/raw/a"], "data/raw"), ("reports", ["reports"], "reports/cards")])
def test_files_among_what_stages_write_are_refused(folder: str, given: list[str], output: str, home: Path,
                                                   capsys: pytest.CaptureFixture[str]) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, rows in (("a_train", FILMS), ("a_test", FILMS[:24])):
        write(f"{folder}/{name}.csv", rows)
    found = (f"expected a folder where the pipeline writes nothing, found {folder}, where it writes {output}; put the "
             "files into a folder of their own, such as data/local/")
    before = Path("params.yaml").read_text("utf-8")
    assert told(capsys, *given, code=1) == f"error: {given[0]}: {found}reviews\n"
    assert Path("params.yaml").read_text("utf-8") == before
    Path("params.yaml").write_text(before.replace("    folder: data/local", f"    folder: {folder}", 1), "utf-8")
    assert check_params.main(["--out", "checked"]) == 1
    assert capsys.readouterr().err == f"error: params.yaml: tasks.nsmc.folder: {found}nsmc\n"


def test_files_beside_what_stages_write_are_taken(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, rows in (("a_train", FILMS), ("a_test", FILMS[:24])):
        write(f"data/local/{name}.csv", rows)
    told(capsys, "data/local/a_train.csv", "data/local/a_test.csv")
    assert check_params.main(["--out", "checked"]) == 0


def arrow(rows: list[tuple]) -> bytes:
    """A file as `save_to_disk` of the datasets library writes it."""
    out, table = io.BytesIO(), pa.Table.from_pylist([{"text": text, "label": label} for text, label in rows])
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()


def packed(rows: list[tuple]) -> bytes:
    return pd.DataFrame(rows, columns=["text", "label"]).to_parquet()


TABLE = pd.DataFrame(FILMS, columns=["text", "label"]).to_csv(index=False).encode()
SAVED = {"dataset_dict.json": b"{}", "train/state.json": b"{}", "train/cache-0a1b2c.arrow": arrow(FILMS[:3]),
         "train/data-00000-of-00001.arrow": arrow(FILMS), "test/data-00000-of-00001.arrow": arrow(FILMS[:24])}


@pytest.mark.parametrize(("files", "names"), [
    (SAVED, {"train": "train/data-00000-of-00001.arrow", "test": "test/data-00000-of-00001.arrow"}),
    ({"data-00000-of-00002.arrow": arrow(FILMS[:30]), "data-00001-of-00002.arrow": arrow(FILMS[30:]),
      "state.json": b"{}", "dataset_info.json": b"{}"}, {"train": "data-*-of-00002.arrow"}),
    ({"README.md": b"", "data/train-00000-of-00002.parquet": packed(FILMS[:30]), "data/train-00001-of-00002.parquet":
      packed(FILMS[30:]), "data/test-00000-of-00001.parquet": packed(FILMS[:24])},
     {"train": "data/train-*-of-00002.parquet", "test": "data/test-00000-of-00001.parquet"}),
    ({"train/all.csv": TABLE, "test/all.csv": b"\n".join(TABLE.split(b"\n")[:25]), "requirements.txt": b"x"},
     {"train": "train/all.csv", "test": "test/all.csv"}),
    ({"training.csv": TABLE, "testing.csv": b"\n".join(TABLE.split(b"\n")[:25])},
     {"train": "training.csv", "test": "testing.csv"}),
    ({"data/train-00000-of-00001.parquet": packed(FILMS), "data/testing-00000-of-00001.parquet": packed(FILMS[:24])},
     {"train": "data/train-00000-of-00001.parquet", "test": "data/testing-00000-of-00001.parquet"}),
])
def test_sets_are_told_by_the_layout_of_a_folder(files: dict[str, bytes], names: dict[str, str], home: Path,
                                                 capsys: pytest.CaptureFixture[str]) -> None:
    save(Path("films"), files)
    printed = told(capsys, "films")
    assert f"films/{names['train']}: " in printed
    assert "80 texts; " in printed
    assert entry("films")["table"]["files"] == names
    assert download.main(["--task", "films", "--out", "raw"]) == 0
    assert preprocess.main(["--task", "films", "--raw", "raw", "--out", "rows", "--card", "card.json"]) == 0
    assert read_json(Path("card.json"))["rows_read"] == {"train": 80} | ({"test": 24} if "test" in names else {})


def save(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


@pytest.mark.parametrize(("files", "message"), [
    ({"train-00000-of-00002.parquet": packed(FILMS)}, "expected 2 files of train by their names, found 1, and none with"
     " the number 00001; fetch the missing ones"),
    ({"a/train-00000-of-00001.parquet": packed(FILMS), "b/train-00000-of-00001.parquet": packed(FILMS)},
     "expected the parts of train once, found a/train-00000-of-00001.parquet, b/train-00000-of-"),
    ({"train.csv": TABLE, "test.csv": TABLE, "testing.csv": TABLE}, "expected one test file, found test.csv and "
     "testing.csv; "),
    ({"train/a.csv": TABLE, "train/b.csv": TABLE}, "expected one file of train, or several in Parquet, Arrow or JSON "
     "lines, found a.csv, b.csv; join them into one, called train.csv"),
    ({"train/pos/0_9.txt": b"fine", "train/neg/0_1.txt": b"dull"}, "expected one file of train, or several in Parquet, "
     "Arrow or JSON lines, found 0_1.txt, 0_9.txt; write one table with a text and a label in every row"),
    ({"old/a.jsonl": b"{}", "new/b.jsonl": b"{}"}, "expected a file called train, or a single one, found new/b.jsonl, "
     "old/a.jsonl; rename the files"),
    ({"train.csv.gz": b"", "test.csv.gz": b""}, "expected a file called train, or a single one, found test.csv.gz; un"),
    ({"a.txt": b"Anna", "a.ann": b"", "b.txt": b"Rome", "b.ann": b""}, "expected a file called train, or a single one, "
     "found a.ann; these are annotations of brat: of every .txt file and its .ann file write one JSON object per line"),
    ({"train1.csv": TABLE, "train2.csv": TABLE, "x_test.csv": TABLE}, "expected a file called train, or a single one, "
     "found train1.csv, train2.csv, x_test.csv; rename the files to train, validation and test, or give those that"),
    ({"a.xml": b"<a/>", "b/c.xml": b""}, "expected a file called train, or a single one, found a.xml, b/c.xml; rename"),
    ({"train.spacy": b"", "dev.spacy": b""}, "expected a file called train, or a single one, found dev.spacy; write "
     "spaCy's documents as JSON lines"),
])
def test_a_folder_whose_sets_cannot_be_told_is_refused(files: dict[str, bytes], message: str, home: Path,
                                                       capsys: pytest.CaptureFixture[str]) -> None:
    save(Path("films"), files)
    printed = told(capsys, "films", code=1)
    assert printed.startswith(f"error: films: {message}")
    assert printed.count("\n") == 1


@pytest.mark.parametrize("names", [
    {"train": "eng.train", "validation": "eng.testa", "test": "eng.testb"},
    {"train": "trainset.csv", "test": "testset.csv"}, {"train": "train_data.csv", "test": "Test_Data.csv"},
    {"train": "학습.csv", "validation": "검증.csv", "test": "시험.csv"},
    {"train": "영화_학습데이터.csv", "test": unicodedata.normalize("NFD", "영화_평가데이터.csv")}])
def test_sets_are_told_by_words_of_the_names_in_a_folder(names: dict[str, str], tmp_path: Path) -> None:
    save(tmp_path, dict.fromkeys([*names.values(), "note.md"], b"x"))
    assert {split: path.name for split, (path,) in table_files("it", tmp_path, TableSettings()).items()} == names
    assert splits_by_names(list(names.values())) == {split: [name] for split, name in names.items()}


@pytest.mark.parametrize(("column", "values", "is_read"), [
    ("split", ("학습", "검증"), True), ("is_test", ("0", "1"), False), ("Usage", ("Training", "PublicTest"), False)])
def test_columns_that_may_tell_the_sets(column: str, values: tuple[str, str], is_read: bool, home: Path,
                                        capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv", [(*row, values[place % 4 == 3]) for place, row in enumerate(FILMS)], ("text", "label", column))
    hint = f"the column {column} is not read; if it tells training from test rows, they are mixed now: "
    assert (hint in told(capsys, "films.csv")) != is_read
    assert entry("films")["table"]["columns"].get("split", "") == (column if is_read else "")


def test_sets_that_a_column_tells(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sets = ("train", "train", "Train", "dev", "test")
    write("films.csv", [(*row, sets[place % 5]) for place, row in enumerate(FILMS)], ("text", "label", "split"))
    printed = told(capsys, "films.csv", "--only").splitlines()
    assert {"films.csv, validation: 16 of 16 rows have a text and a label", "labels: bad 24, good 24",
            "films.csv, test: 16 of 16 rows have a text and a label"} <= set(printed)
    found = entry("films")
    assert found["table"]["columns"] == {"text": "text", "label": "label", "split": "split"}
    assert (found["validation_size"], found["test_size"]) == (0, 0)
    assert check_params.main(["--out", "checked"]) == 0
    assert download.main(["--task", "films", "--out", "raw"]) == 0
    assert preprocess.main(["--task", "films", "--raw", "raw", "--out", "rows", "--card", "card.json"]) == 0
    assert read_json(Path("card.json"))["kept"] == {"train": 48, "validation": 16, "test": 16}
    texts = {row["text"] for row in read_json_lines(Path("rows/test.jsonl"))}
    assert texts == {text for place, (text, _) in enumerate(FILMS) if place % 5 == 4}
    rows = [(*row, ("train", "odd")[place % 2]) for place, row in enumerate(FILMS)]
    write("odd.csv", rows, ("text", "label", "split"))
    assert "the column split is not read; if it tells training from test rows, they are mixed now" in told(
        capsys, "odd.csv")
    assert "odd.csv: line 3: expected train, validation or test as split, found 'odd'; correct the row, or" in told(
        capsys, "odd.csv", "--split", "split", "--replace", code=1)


def test_an_error_in_joined_parts_names_their_pattern(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    part = b'{"text": "a fine film", "label": ["good", "long"]}\n'
    save(Path("films"), {f"train-0000{number}-of-00002.jsonl": part for number in (0, 1)})
    assert told(capsys, "films", code=1).startswith(
        "error: films/train-*-of-00002.jsonl: line 1: expected one label as label, found ['good', 'long']; ")


def test_a_labelled_test_set_with_other_columns_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("films").mkdir()
    write("films/train.csv")
    write("films/test.csv", FILMS, ("sentence", "label"))
    assert told(capsys, "films", code=1) == (
        "error: films/test.csv: line 1: expected a column text, found sentence, label; give it as --text COLUMN; all "
        "files of a task have their columns by the same names\n")


def test_a_further_file_without_names_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("films").mkdir()
    write("films/train.csv")
    write("films/test.csv", header=False)
    message = told(capsys, "films", code=1)
    assert message.startswith("error: films/test.csv: line 1: expected names of columns as in train.csv, text, label, ")
    assert message.endswith("; write these names as the first row, or remove the file\n")


def test_tables_of_a_folder_that_are_not_read_are_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("films").mkdir()
    for name in ("train", "test", "Test_data"):
        write(f"films/{name}.csv")
    expected = "films: not read: Test_data.csv; the files of a task are called train, validation and test"
    assert told(capsys, "films").startswith(f"{expected}\n")
    assert expected not in told(capsys, "films/train.csv", "films/test.csv", "--name", "two")


@pytest.mark.parametrize(("file", "remedy"), [
    ("test.csv.gz", "unpack it"), ("Dev.xlsx", "save its sheet as CSV (UTF-8)")])
def test_no_row_of_train_stands_for_a_set_that_is_packed(file: str, remedy: str, home: Path,
                                                         capsys: pytest.CaptureFixture[str]) -> None:
    Path("films").mkdir()
    write("films/train.csv")
    Path("films", file).write_bytes(b"PK")
    split = "test" if "test" in file else "validation"
    assert told(capsys, "films", code=1) == (f"error: films: expected a {split} file that can be read, found {file}; "
                                             f"{remedy}, or take it out of the folder\n")
    write(f"films/{split}.csv")
    told(capsys, "films")


def test_a_second_text_that_is_not_read_is_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv", [(f"{text}?", text, label) for text, label in FILMS], ("question", "answer", "label"))
    hint = ("the column answer is not read; if it is the second text of a pair, give it as --pair answer; if both are "
            "one text, give --text '[answer, question]'")
    assert hint in told(capsys, "films.csv").splitlines()
    assert hint not in told(capsys, "films.csv", "--pair", "answer", "--replace").splitlines()
    printed = told(capsys, "films.csv", "--text", "[answer, question]", "--replace")
    assert hint not in printed.splitlines()
    assert "text from answer and question" in printed
    assert entry("films")["table"]["columns"]["text"] == ["answer", "question"]


def test_what_is_no_label_by_its_looks_is_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv", [*FILMS, ("neither fine nor dull", "None")])
    lines = told(capsys, "films.csv").splitlines()
    assert "repeated texts: 0; texts with more than one answer: 0; dropped: 1 with no label (None)" in lines
    assert "None was taken for no label; if it is one, name it among the others as --labels" in lines


SNLI = [(f"A man number {place} walks", f"Somebody goes, {place}", (0, 1, 2, 0, 1, 2, -1)[place % 7])
        for place in range(140)]


def test_minus_one_beside_classes_from_zero_is_no_label(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("snli.csv", SNLI, ("premise", "hypothesis", "label"))
    lines = told(capsys, "snli.csv", "--only").splitlines()
    assert "labels: 0 40, 1 40, 2 40" in lines
    assert "repeated texts: 0; texts with more than one answer: 0; dropped: 20 with no label" in lines
    assert "-1 was taken for no label; if it is one, name it among the others as --labels" in lines
    written = Path("params.yaml").read_text("utf-8")
    assert entry("snli")["table"]["no_label"] == [-1]
    by_hand = apply_overlay(written, "tasks:\n  snli:\n    table:\n      labels: {}\n      no_label: []\n", "by hand")
    for params in (written, by_hand):
        Path("params.yaml").write_text(params, "utf-8")
        assert download.main(["--task", "snli", "--out", "raw"]) == 0
        assert preprocess.main(["--task", "snli", "--raw", "raw", "--out", "rows", "--card", "card.json"]) == 0
        assert read_json(Path("card.json"))["dropped"] == {"train": {"no label": 20}}
        assert read_json(Path("rows/task.json"))["labels"] == ["0", "1", "2"]
    named = told(capsys, "snli.csv", "--replace", "--labels", "{-1: none, 0: a, 1: b, 2: c}").splitlines()
    assert "labels: none 20, a 40, b 40, c 40" in named
    assert not any("no label;" in line for line in named)
    given = told(capsys, "snli.csv", "--replace", "--no-label", "[-1]")
    assert "-1 was taken for no label" not in given


@pytest.mark.parametrize(("labels", "is_said"), [((-1, 0, 1), True), ((-1, 0, 2, 3), True), ((-1, 1), False),
                                                 ((-2, -1, 0, 1, 2), False)])
def test_minus_one_that_may_be_no_label_is_said(labels: tuple[int, ...], is_said: bool, home: Path,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv", [(f"film number {place}", labels[place % len(labels)]) for place in range(60)])
    hint = "-1 was taken for a label; if it stands for none, give it as --no-label \"[-1]\""
    assert (hint in told(capsys, "films.csv").splitlines()) == is_said
    assert entry("films")["table"]["labels"] == {str(label): str(label) for label in labels}


def test_columns_and_labels_that_may_be_meant_otherwise_are_named(home: Path,
                                                                  capsys: pytest.CaptureFixture[str]) -> None:
    rows = [(text, int(label == "good"), label, "test") for text, label in FILMS] + [("Total", 80, "a;b", "test")]
    write("films.csv", rows, ("text", "label", "label_text", "split"))
    lines = told(capsys, "films.csv").splitlines()
    assert {"one row alone has 80: look whether that is a label",
            "the column split is not read; if it tells training from test rows, they are mixed now: write each set "
            "into a file called train, validation or test",
            "the column label_text is not read; if it names the labels, give it as --label label_text"} <= set(lines)
    named = told(capsys, "films.csv", "--label", "label_text", "--replace")
    assert "a;b may be several labels; a row has one here" in named


@pytest.mark.parametrize(("changes", "hint"), [
    ({"bad": "n/a"}, "n/a was taken for a label; if it stands for none, give it as --no-label \"['n/a']\""),
    ({"bad": "joy, fear"}, ""), ({"40": "good, bad"}, "good, bad may be several labels; a row has one here"),
    ({"40": "good#bad"}, "good#bad may be several labels; a row has one here"),
    ({"40": "bad good"}, "bad good may be several labels; a row has one here"), ({"40": "not good"}, ""),
    ({"good": "0", "bad": "1", "40": "0,1"}, "0,1 may be several labels; a row has one here"),
])
def test_labels_that_may_be_none_or_several_are_named(changes: dict[str, str], hint: str, home: Path,
                                                      capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv", [(text, changes.get(str(place), changes.get(label, label)))
                        for place, (text, label) in enumerate(FILMS)])
    printed = told(capsys, "films.csv").splitlines()
    assert [line for line in printed if any(sign in line for sign in ("was taken for", "several", "on a scale"))] == [
        hint] * bool(hint)


@pytest.mark.parametrize("written", [lambda text: repr(text.encode()), lambda text: text.replace(" ", "%20")])
def test_texts_that_are_not_decoded_are_named(written: Callable[[str], str], home: Path,
                                              capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv", [(written(text), label) for text, label in FILMS])
    assert "texts are written as bytes or addresses, such as " in told(capsys, "films.csv")
    write("more.csv")
    assert "texts are written" not in told(capsys, "more.csv")


def test_annotators_by_the_name_of_annotations_are_no_entities(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As KLUE's YNAT has them."""
    rows = [{"title": text, "label": label, "annotations": {"annotators": ["1", "2"]}} for text, label in FILMS]
    Path("films.json").write_text(json.dumps(rows), "utf-8")
    assert "80 texts; text from title, label from label;" in told(capsys, "films.json")


@pytest.mark.parametrize(("labels", "hint"), [
    (("1", "01"), "the labels 01 and 1 look alike; if they are one, give both the same name: --labels "
                  "\"{'01': '01', '1': '01', ...}\""),
    (("very good", "very_good"), "the labels very good and very_good look alike"),
    (("0,5", "1"), "the labels are numbers on a scale, such as 0,5, and each becomes a class"),
    (("25%", "50%"), "the labels are numbers on a scale, such as 25%, and each becomes a class"),
    (("-1", "1"), ""), (("C++", "C#"), ""), (("1", "2"), ""),
])
def test_labels_that_look_alike_are_named(labels: tuple[str, str], hint: str, home: Path,
                                          capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv", [(text, labels[label == "bad"]) for text, label in FILMS])
    printed = told(capsys, "films.csv")
    assert hint in printed
    assert any(words in printed for words in ("look alike", "on a scale")) == bool(hint)


def test_columns_and_letters_that_may_be_misread_are_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Hungarian in Latin-2 is all letters of Western Europe when it is read as Windows-1252."""
    rows = [(f"{text} tűz jó", label, "2024-01-01", "cím") for text, label in FILMS]
    write("films.csv", rows, ("text", "label", "date", "제목"), encoding="utf-8")
    lines = told(capsys, "films.csv").splitlines()
    assert "columns that are not read: date; if one is the text or the label, give it as --text or --label" in lines
    assert ("the column 제목 is not read; if it is the second text of a pair, give it as --pair 제목; if both are one "
            "text, give --text '[제목, text]'") in lines
    assert not any("was guessed" in line for line in lines)
    write("hungarian.csv", [(f"{place} tűz jó", label) for place, (_, label) in enumerate(FILMS)], encoding="iso8859_2")
    assert "the encoding was guessed: look at tûz, jó; if letters are wrong, name it" in told(capsys, "hungarian.csv")


@pytest.mark.parametrize(("content", "message"), [
    ("a,b\n", "give --kind words"), ("EU\n", "with column names, give them as --tokens COLUMN and --tags COLUMN"),
    ("fine,good\ndull,bad\n", "give --header true or --header false")])
def test_messages_name_the_options(content: str, message: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = "EU B-ORG\nrejects O\n"
    Path("a.txt").write_text(words if message.endswith("words") else content, "utf-8")
    options = ["--kind", "single"] if message.endswith("words") else ["--kind", "words"] if content == "EU\n" else []
    assert message in told(capsys, "a.txt", *options, code=1)


def test_rows_of_further_files_are_looked_at(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("films").mkdir()
    write("films/train.csv")
    write("films/test.csv", [(text, "") for text, _ in FILMS])
    assert "films/test.csv: 0 of 80 rows have a text and a label; left out\n" in told(capsys, "films")
    assert entry("films")["table"]["files"] == {"train": "train.csv"}
    write("films/test.csv", [(text, -1) for text, _ in FILMS])
    assert "films/test.csv: line 2: expected a label among bad, good, found '-1'" in told(
        capsys, "films", "--name", "more", code=1)
    Path("films/train.csv").rename("films/older.csv")
    assert told(capsys, "films", "--name", "more", code=1).endswith(
        "found older.csv, test.csv; rename the files to train, validation and test, or give those that are meant, "
        "not the folder\n")


def test_a_workbook_is_to_be_saved_as_a_table(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("films").mkdir()
    Path("films/films.xlsx").write_bytes(b"PK\x03\x04")
    assert told(capsys, "films", code=1) == (
        "error: films: expected a file called train, or a single one, found films.xlsx; save its sheet as CSV "
        "(UTF-8)\n")
    assert "save the sheet as CSV" in told(capsys, "films/films.xlsx", code=1)


@pytest.mark.parametrize(("file", "name"), [
    ("리뷰 모음 2024.csv", "table_2024"), ("null.csv", "table_null"), ("리뷰.csv", "table"),
    ("True.csv", "table_true"), ("1e5.csv", "table_1e5"), ("0x1F.csv", "table_0x1f"), ("yes.csv", "yes")])
def test_a_file_whose_name_is_no_name_of_a_task(file: str, name: str, home: Path,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    write(file, [(text, {"good": "2024-01-01"}.get(label, label)) for text, label in FILMS])
    told(capsys, file)
    assert list(entry(name)["table"]["labels"]) == ["2024-01-01", "bad"]


def test_files_without_letters_of_a_name_are_tasks_of_their_own(home: Path,
                                                                 capsys: pytest.CaptureFixture[str]) -> None:
    for file, name in (("리뷰.csv", "table"), ("영화.csv", "table_2")):
        write(file)
        assert (f"the task is called {name}, as a name has letters a to z alone, and in the report {file[:-4]}; --name "
                "and --title call it otherwise") in told(capsys, file).splitlines()
        assert entry(name)["table"]["title"] == file[:-4]
    assert told(capsys, "영화.csv", code=1).startswith("error: params.yaml: tasks.table_2: there is one already; ")
    told(capsys, "영화.csv", "--replace", "--title", "Films")
    assert entry("table_2")["table"]["title"] == "Films"
    assert "is called" not in told(capsys, "영화.csv", "--name", "films")
    assert "title" not in entry("films")["table"]
    assert "table_3" not in parse_yaml(Path("params.yaml").read_text("utf-8"), "params.yaml")["tasks"]


def test_help_lists_the_values_of_options(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        new_task.main(["--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert "--kind {single,pair,words} " in shown
    assert "as params.yaml would have it" not in shown
    for option, default in (("language CODE", "else recognised, und where it cannot be"),
                            ("labels LABELS", "else those of train as they stand in the file")):
        assert default in shown.partition(f" --{option} ")[2].partition(" --")[0]


def test_many_repeated_texts_are_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hint = "repeat an earlier one; if they were copied, as in oversampling, remove the copies: each would count as a "
    write("films.csv", FILMS * 6)
    assert f"400 of 480 texts {hint}" in told(capsys, "films.csv")
    write("few.csv", FILMS + FILMS[:39])
    assert hint not in told(capsys, "few.csv")


def test_texts_that_may_stand_for_none_are_counted(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [(("nan", "None", text)[min(place, 2)], text, label) for place, (text, label) in enumerate(FILMS)]
    write("films.csv", rows, ("question1", "question2", "label"))
    printed = told(capsys, "films.csv")
    assert "2 rows have a text that is nan, None, NULL or the like, as libraries write a missing one; if it" in printed
    assert "odd texts" not in printed
    write("more.csv")
    assert "missing one" not in told(capsys, "more.csv")


@pytest.mark.parametrize(("labels", "message"), [
    (["true", True, "no"], "line 2: expected 'true' as text, as in line 1, found true of JSON"),
    ([1, 0, 1.0, "1"], "line 4: expected 1 of JSON, as in line 1, found '1' as text"),
    ([["1"], [1], 0], "line 2: expected '1' as text, as in line 1, found 1 of JSON"),
    ([1, 1.0, 0], ""), ([True, 1, 0], ""), (["1", "1.0", "0"], ""),
])
def test_labels_that_differ_by_their_type_in_json_are_refused(labels: list, message: str, home: Path,
                                                              capsys: pytest.CaptureFixture[str]) -> None:
    Path("films.jsonl").write_text("".join(json.dumps({"text": text, "label": labels[place % len(labels)]}) + "\n"
                                           for place, (text, _) in enumerate(FILMS)), "utf-8")
    if not message:
        told(capsys, "films.jsonl")
        return
    refusal = told(capsys, "films.jsonl", code=1)
    assert refusal.startswith(f"error: films.jsonl: {message}; write the label alike in all rows, or, if both are one, "
                              "name all: labels: {")
    named = "{" + refusal.partition("labels: {")[2].partition(", ...}")[0] + ", '0': a, 'no': b}"
    told(capsys, "films.jsonl", "--labels", named)


@pytest.mark.parametrize(("file", "content", "entities"), [
    ("a.tsv", "Anna\tS-PS\nvisits\tO\nNew\tB-LC\nYork\tE-LC\n\n" * 20, "entities: LC 20, PS 20"),
    ("a.tsv", "## klue-ner-v1_dev_1\t<서울:LC>은 덥다, 참\n서\tB-LC\n울\tI-LC\n은\tO\n \tO\n덥\tO\n다\tO\n\n" * 20,
     "entities: LC 20"),
    ("a.jsonl", '{"id": 1, "text": "Anna visits Rome", "label": [[0, 4, "PS"]]}\n' * 20, "entities: PS 20"),
    ("a.txt", "Anna\tperson-actor\nsaw\tO\nRome\tplace\n\n" * 20, "entities: person-actor 20, place 20"),
    ("a.txt", "Anna B-PS O\nsaw O O\nRome B-LC B-OG\n\n" * 20,
     "the column 2 has tags, too, and is not read; if they are meant, give it as --tags 2")])
def test_entities_are_told_from_classes(file: str, content: str, entities: str, home: Path,
                                        capsys: pytest.CaptureFixture[str]) -> None:
    Path(file).write_text(content, "utf-8")
    assert entities in told(capsys, file).splitlines()


def test_a_label_that_train_lacks_is_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv")
    printed = told(capsys, "films.csv", "--labels", "[good, bad, fair, odd]")
    assert "no row of train has the label fair, odd: no model learns it; add rows, or take it out of labels" in printed
    assert "no row of train" not in told(capsys, "films.csv", "--replace")


@pytest.mark.parametrize(("rows", "options", "message"), [
    (FILMS[:10], [], "films.csv: expected 20 rows or more, from which training, validation and test "
     "take theirs, found 10 with a text and a label; add rows"),
    (FILMS, ["--name", "nsmc"], "params.yaml: tasks.nsmc: there is one already; give another name as --name, or --"),
    (FILMS, ["--checkpoint", "./nope"], "--checkpoint: expected an entry of `checkpoints`, owner/name of the Hub"),
    (FILMS, ["--checkpoint", "bert"], "--checkpoint: no checkpoint 'bert'; `checkpoints` has bilingual_small"),
    (FILMS, ["--labels", "[good, fair]"], "films.csv: line 3: expected a label among good, fair, found 'bad'; "),
    (FILMS, ["--labels", "{good: fine, bad: fine}"], "films.csv: expected names of two labels or more, found 'fine' "
     "alone; give it as --labels VALUE"),
    *[(FILMS, ["--name", name], "--name: expected lower-case letters a to z, digits and '_', which YAML reads as "
       f"text, found {name!r}; give another name") for name in (
           '"nsmc"', "123", "1_0", "true", "null", "# c", "x: y", "Films", "", "~")],
    (FILMS, ["--kind", "texts"], "command line: kind: expected 'single', 'pair', 'words' or '', got 'texts'"),
])
def test_what_cannot_be_done_is_refused(rows: list, options: list[str], message: str, home: Path,
                                        capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv", rows)
    before = Path("params.yaml").read_bytes()
    assert told(capsys, "films.csv", *options, code=1).startswith(f"error: {message}")
    assert Path("params.yaml").read_bytes() == before


def test_errors_of_later_stages_name_the_users_own_file(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv")
    told(capsys, "films.csv")
    with Path("films.csv").open("a", encoding="utf-8") as stream:
        stream.write("one more,unheard of\n")
    assert download.main(["--task", "films", "--out", "raw"]) == 0
    capsys.readouterr()
    assert preprocess.main(["--task", "films", "--raw", "raw", "--out", "rows", "--card", "card.json"]) == 1
    assert capsys.readouterr().err == (
        "error: films.csv: line 82: expected a label among bad, good, found 'unheard of'; correct the row, or add the "
        "label to labels, or to no_label, under tasks.films.table in params.yaml\n")
    assert not Path("rows").exists()


@pytest.mark.parametrize(("options", "message"), [
    ([], "expected different texts enough for every set, found none for validation; add rows, as copies of a text "),
    (["--label", "label", "--group", "label"],
     "expected groups enough for every set, found none for validation; name another column as "),
])
def test_a_set_that_stays_empty(options: list[str], message: str, home: Path,
                                capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv", [("the same" if not options else text, label) for text, label in FILMS])
    told(capsys, "films.csv", *options)
    assert download.main(["--task", "films", "--out", "raw"]) == 0
    capsys.readouterr()
    assert preprocess.main(["--task", "films", "--raw", "raw", "--out", "rows", "--card", "card.json"]) == 1
    assert capsys.readouterr().err.startswith(f"error: films.csv: {message}")


@pytest.mark.parametrize(("change", "message"), [
    ("source: sample", "tasks.films.source: expected 'local' or 'hub' for a table, got 'sample'"),
    ("corpus: nsmc", "tasks.films.table: expected {}, as nsmc has a reader of its own; set corpus to table"),
])
def test_settings_that_contradict_each_other(change: str, message: str, home: Path,
                                             capsys: pytest.CaptureFixture[str]) -> None:
    write("films.csv")
    told(capsys, "films.csv")
    key = change.split(":")[0]
    head, _, tail = Path("params.yaml").read_text("utf-8").partition("  films:\n")
    old = {"source": "source: local", "corpus": "corpus: table"}[key]
    Path("params.yaml").write_text(f"{head}  films:\n{tail.replace(old, change, 1)}", "utf-8")
    assert check_params.main(["--out", "checked"]) == 1
    assert f"params.yaml: {message}" in capsys.readouterr().err


# The same corpus by its own reader and as a table


def prepared_as(corpus: str, folder: Path, out: Path, table: dict[str, Any] | None, validation_size: int) -> Path:
    settings = {"table": validated(TableSettings, table, "table")} if table else {}
    name = "table" if table else corpus
    obtain("it", out / "raw", DownloadSettings(
        corpus=name, source="local", folder=str(folder), sample_seed=1, **settings))
    prepare("it", out / "raw", out / "prepared", out / "card.json", PrepareSettings(
        corpus=name, validation_size=validation_size, test_size=0, exclude_id_prefix="", split_seed=1, **settings))
    return out


def assert_same(own: Path, table: Path) -> None:
    for name in ("train.jsonl", "validation.jsonl", "test.jsonl"):
        assert (table / "prepared" / name).read_bytes() == (own / "prepared" / name).read_bytes()
    facts = [read_json(made / "prepared" / "task.json") for made in (own, table)]
    for key in ("kind", "labels", "tags", "language", "metric"):
        assert facts[0][key] == facts[1][key]
    cards = [read_json(made / "card.json") for made in (own, table)]
    for key in ("rows_read", "kept", "labels", "damage", "lengths", "duplicates", "overlaps", "conflicting_labels"):
        assert cards[0][key] == cards[1][key]
    dropped = [{split: sum(reasons.values()) for split, reasons in card["dropped"].items()} for card in cards]
    assert dropped[0] == dropped[1]


@pytest.mark.parametrize("corpus", AS_TABLE)
def test_a_sample_is_the_same_as_a_table(corpus: str, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    write_sample(corpus, folder, 1)
    for path in set(folder.iterdir()) - {folder / name for name in AS_TABLE[corpus]["files"].values()}:
        path.unlink()
    size = 0 if corpus == "conll2003" else 150
    assert_same(prepared_as(corpus, folder, tmp_path / "own", None, size),
                prepared_as(corpus, folder, tmp_path / "table", AS_TABLE[corpus], size))


def write_front(corpus: str, corpora: Path, folder: Path, lines: int) -> None:
    """The first lines of each file of a real corpus."""
    original = corpora / {"conll2003": "conll2003_published"}.get(corpus, corpus)
    folder.mkdir()
    for name in AS_TABLE[corpus]["files"].values():
        with (original / name).open("rb") as stream:
            (folder / name).write_bytes(b"".join(islice(stream, lines)))


@pytest.mark.corpora
@pytest.mark.parametrize("corpus", AS_TABLE)
def test_a_real_corpus_is_the_same_as_a_table(corpus: str, corpora: Path, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_front(corpus, corpora, folder, FRONT[corpus])
    size = 0 if corpus == "conll2003" else 1000
    assert_same(prepared_as(corpus, folder, tmp_path / "own", None, size),
                prepared_as(corpus, folder, tmp_path / "table", AS_TABLE[corpus], size))


@pytest.mark.slow  # the rows, the facts and the card that all later stages read are the same, as is shown above
@pytest.mark.corpora
@pytest.mark.parametrize("corpus", AS_TABLE)
def test_a_real_corpus_has_the_same_scores_as_a_table(corpus: str, corpora: Path, tmp_path: Path) -> None:
    """Trained and scored both ways: every prediction and every metric is the same, of models that learnt something."""
    write_front(corpus, corpora, tmp_path / "files", LEARNT[corpus])
    made = []
    for table in (None, AS_TABLE[corpus]):
        study = SmallStudy(tmp_path / ("table" if table else "own"), "it")
        prepared_as(corpus, tmp_path / "files", study.folder, table, 0 if corpus == "conll2003" else 150)
        study.encode(texts_of(study.edit_prepared()), max_length=32)
        study.train()
        study.evaluate()
        made.append(study)
    own, table = ({path.relative_to(study.folder): path.read_bytes() for path in study.paths.predictions.rglob("*.*")}
                  for study in made)
    assert own == table != {}
    metrics = [read_json(study.paths.metrics) | {"title": ""} for study in made]
    assert metrics[0] == metrics[1]
    before, after = (max(cell[when]["test"][metrics[0]["metric"]] for cell in metrics[0]["cells"].values())
                     for when in ("before", "after"))
    assert after > before + 0.04


def test_a_small_table_runs_from_file_to_findings(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Five labels, three of them by names that no fixed task has."""
    labels = ("배송", "품질", "가격", "친절", "기타")
    write("reviews.csv", [(f"{label} 때문에 다시 왔어요 {place}", label) for place in range(30) for label in labels],
          encoding="cp949")
    assert "encoding cp949, recognised by its Korean letters" in told(capsys, "reviews.csv", "--only")
    found = entry("reviews")
    study = SmallStudy(home / "study", "reviews")
    table = validated(TableSettings, found["table"], "table")
    obtain("reviews", study.folder / "raw", DownloadSettings(
        corpus="table", source="local", folder="reviews.csv", sample_seed=1, table=table))
    prepare("reviews", study.folder / "raw", study.paths.prepared, study.paths.card, PrepareSettings(
        corpus="table", validation_size=found["validation_size"], test_size=found["test_size"], exclude_id_prefix="",
        split_seed=1, table=table))
    splits = {split: list(read_json_lines(study.paths.prepared / f"{split}.jsonl"))
              for split in ("train", "validation", "test")}
    assert {split: len(rows) for split, rows in splits.items()} == {"train": 79, "validation": 21, "test": 50}
    study.encode(texts_of(splits))
    study.train()
    study.evaluate()
    findings = study.diagnose()
    metrics = read_json(study.paths.metrics)
    assert metrics["labels"] == sorted(labels)
    assert metrics["language"] == "ko"
    assert {"small_test"} <= {finding["name"] for finding in findings}
    assert json.dumps(metrics, allow_nan=False)


def test_a_table_called_like_the_facts_about_it_is_refused(home: Path) -> None:
    Path("source.json").write_text('[{"text": "good", "label": "a"}, {"text": "bad", "label": "b"}]', "utf-8")
    with pytest.raises(UserError, match="source.json: expected another name of a table"):
        obtain("it", home / "raw", DownloadSettings(
            corpus="table", source="local", folder="source.json", sample_seed=1,
            table=validated(TableSettings, {}, "table")))
    assert not Path("raw").exists()


def test_what_keeps_a_result_from_meaning_anything_is_said_at_once(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def save(rows: int) -> None:
        lines = [f"film {row},{'bad' if row % 2 else 'good'}" for row in range(rows)]
        (home / "films.csv").write_text("\n".join(["text,label", *lines]), "utf-8")
    save(200)
    assert new_task.main(["films.csv"]) == 0
    output = capsys.readouterr().out
    assert "the test set will have 66 rows: below 100 the verdict is withheld" in output
    assert "its encoder was pre-trained on the synthetic sample" in output
    save(600)
    assert new_task.main(["films.csv", "--name", "more"]) == 0
    assert "the test set will have" not in capsys.readouterr().out
