"""Raw files from a local folder and from the embedded sample."""

import hashlib

import pytest

from stages.common.errors import UserError
from stages.common.files import read_json
from stages.corpora.readers import READERS
from stages.corpora.tasks import TASKS
from stages.download import main, obtain


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, content in {"eng.train": b"a O\n", "valid.txt": b"b O", "eng.testb": b"c O\r\n"}.items():
        (folder / name).write_bytes(content)
    return folder


def refused(task: str, out, folder) -> str:
    with pytest.raises(UserError) as caught:
        obtain(task, out, "local", str(folder), 0)
    assert [path.name for path in out.parent.iterdir() if "raw" in path.name] == []
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_local_files_are_copied_under_their_first_names(tmp_path, corpus):
    out = tmp_path / "raw"
    obtain("conll2003", out, "local", str(corpus), 0)
    contents = {"train.txt": b"a O\n", "valid.txt": b"b O", "test.txt": b"c O\r\n"}
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.name != "source.json"} == contents
    assert read_json(out / "source.json") == {
        "source": "local",
        "files": {name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
                  for name, content in contents.items()},
    }


def test_source_names_no_folder(tmp_path, corpus):
    obtain("conll2003", tmp_path / "raw", "local", str(corpus), 0)
    assert str(tmp_path) not in (tmp_path / "raw" / "source.json").read_text()


def test_missing_folder(tmp_path):
    folder = tmp_path / "none"
    assert refused("conll2003", tmp_path / "raw", folder) == (
        f"{folder}: no such folder; set tasks.conll2003.folder in params.yaml to the folder with "
        "train.txt or eng.train, valid.txt or eng.testa, test.txt or eng.testb")


def test_missing_file(tmp_path, corpus):
    (corpus / "valid.txt").unlink()
    assert refused("conll2003", tmp_path / "raw", corpus) == (
        f"{corpus}: expected the validation file valid.txt or eng.testa, found none; "
        "put it there or set tasks.conll2003.folder in params.yaml")


def test_ambiguous_file(tmp_path, corpus):
    (corpus / "train.txt").write_bytes(b"d O\n")
    assert refused("conll2003", tmp_path / "raw", corpus) == (
        f"{corpus}: expected one train file, found train.txt and eng.train; remove all but one")


def test_unknown_task(tmp_path, corpus):
    assert refused("imdb", tmp_path / "raw", corpus).startswith("unknown task 'imdb'; ")


@pytest.mark.parametrize("task", TASKS)
def test_sample_is_readable_and_repeatable(tmp_path, task):
    for name in ("first", "second"):
        obtain(task, tmp_path / name, "sample", "unused", 3)
    source = read_json(tmp_path / "first" / "source.json")
    assert source == read_json(tmp_path / "second" / "source.json")
    assert (source["source"], list(source["files"])) == ("sample", [names[0] for names in TASKS[task].files.values()])
    for name in source["files"]:
        assert any(not row.dropped for row in READERS[task](tmp_path / "first" / name))


def test_command_line(tmp_path, corpus, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text("sample_seed: 3\ntasks:\n  conll2003: {source: local, folder: corpus}\n")
    assert main(["--task", "conll2003", "--out", "raw"]) == 0
    assert capsys.readouterr() == ("", "conll2003: local train.txt 4 bytes, valid.txt 3 bytes, test.txt 5 bytes\n")
    assert main(["--task", "none", "--out", "raw"]) == 1
    assert capsys.readouterr().err.startswith("error: unknown task 'none'; ")
