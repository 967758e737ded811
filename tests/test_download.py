"""Raw files: published, from a local folder, and from the embedded sample."""

import hashlib
import zipfile
from pathlib import Path

import pytest
import yaml

from stages import download
from stages.common.errors import UserError
from stages.common.files import read_json
from stages.corpora.readers import READERS
from stages.corpora.tasks import TASKS
from stages.download import main, obtain
from stages.settings.data import DownloadSettings
from stages.settings.published import PINS


def settings(corpus: str, source: str, folder: Path | str = "unused", seed: int = 0) -> DownloadSettings:
    return DownloadSettings(corpus=corpus, source=source, folder=str(folder), sample_seed=seed)


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, content in {"eng.train": b"a O\n", "valid.txt": b"b O", "eng.testb": b"c O\r\n"}.items():
        (folder / name).write_bytes(content)
    return folder


def refused(task: str, out, folder) -> str:
    with pytest.raises(UserError) as caught:
        obtain(task, out, settings(task, "local", folder))
    assert [path.name for path in out.parent.iterdir() if "raw" in path.name] == []
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_local_files_are_copied_as_they_are(tmp_path, corpus):
    out = tmp_path / "raw"
    obtain("conll2003", out, settings("conll2003", "local", corpus))
    contents = {"eng.testb": b"c O\r\n", "eng.train": b"a O\n", "valid.txt": b"b O"}
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.name != "source.json"} == contents
    assert read_json(out / "source.json") == {
        "source": "local",
        "files": {name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
                  for name, content in contents.items()},
        "splits": {"train": "eng.train", "validation": "valid.txt", "test": "eng.testb"},
    }


def test_source_names_no_folder(tmp_path, corpus):
    obtain("conll2003", tmp_path / "raw", settings("conll2003", "local", corpus))
    assert str(tmp_path) not in (tmp_path / "raw" / "source.json").read_text()


def test_missing_folder(tmp_path):
    folder = tmp_path / "none"
    assert refused("conll2003", tmp_path / "raw", folder) == (
        f"{folder}: expected a folder, found none; set tasks.conll2003.folder in params.yaml to the folder with "
        "train.txt or eng.train, valid.txt or eng.testa, test.txt or eng.testb")


def test_missing_file(tmp_path, corpus):
    (corpus / "valid.txt").unlink()
    assert refused("conll2003", tmp_path / "raw", corpus) == (
        f"{corpus}: expected the validation file valid.txt or eng.testa, found none among eng.testb, "
        "eng.train; "
        "put it there or set tasks.conll2003.folder in params.yaml")


def test_ambiguous_file(tmp_path, corpus):
    (corpus / "train.txt").write_bytes(b"d O\n")
    assert refused("conll2003", tmp_path / "raw", corpus) == (
        f"{corpus}: expected one train file, found train.txt and eng.train; remove all but one")


def test_unknown_task(tmp_path, corpus):
    assert refused("imdb", tmp_path / "raw", corpus).startswith("unknown corpus 'imdb'; ")


@pytest.mark.parametrize("task", TASKS)
def test_sample_is_readable_and_repeatable(tmp_path, task):
    for name in ("first", "second"):
        obtain(task, tmp_path / name, settings(task, "sample", seed=3))
    source = read_json(tmp_path / "first" / "source.json")
    assert source == read_json(tmp_path / "second" / "source.json")
    assert source["source"] == "sample"
    assert source["splits"] == {split: names[0] for split, names in TASKS[task].files.items() if split != "test_xnli"}
    assert sorted(source["files"]) == sorted(source["splits"].values())
    for name in source["files"]:
        assert any(not row.dropped for row in READERS[task].read(tmp_path / "first" / name))


def test_command_line(tmp_path, corpus, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text(
        "sample_seed: 3\ntasks:\n  conll2003: {corpus: conll2003, source: local, folder: corpus, table: {}}\n")
    assert main(["--task", "conll2003", "--out", "raw"]) == 0
    assert capsys.readouterr() == ("", "conll2003: local eng.testb 5 bytes, eng.train 4 bytes, valid.txt 3 bytes\n")
    assert main(["--task", "none", "--out", "raw"]) == 1
    assert capsys.readouterr().err == "error: params.yaml: tasks.none: required key is missing\n"


def test_a_split_that_local_copies_may_lack_and_the_names_of_numbered_labels(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name in ("train.csv", "multinli_1.0_dev_matched.jsonl", "labels.txt", "notes.txt"):
        (folder / name).write_bytes(b"")
    obtain("mnli", tmp_path / "raw", settings("mnli", "local", folder))
    source = read_json(tmp_path / "raw" / "source.json")
    assert source["splits"] == {"train": "train.csv", "test": "multinli_1.0_dev_matched.jsonl"}
    assert sorted(source["files"]) == ["labels.txt", "multinli_1.0_dev_matched.jsonl", "train.csv"]


class Mirror:
    """A folder that stands for the servers of the published files, and pins of what is in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.pins: dict[str, dict] = {}

    def put(self, corpus: str, files: dict[str, bytes], members: dict[str, list[str]] | None = None) -> None:
        entries = []
        for name, content in files.items():
            path = self.root / corpus / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            entries.append({
                "name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(),
                "urls": [path.as_uri()], "members": (members or {}).get(name, [])})
        self.pins[corpus] = {"homepage": "https://example.org", "licence": "Ask the owner", "files": entries}
        PINS.parent.mkdir(parents=True, exist_ok=True)
        PINS.write_text(yaml.safe_dump(self.pins), "utf-8")


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(download.MIRROR, raising=False)
    return Mirror(tmp_path / "mirror")


NSMC = {
    "ratings_train.txt": b"id\tdocument\tlabel\n1\tgood\t1\n",
    "ratings_test.txt": b"id\tdocument\tlabel\n2\tbad\t0\n",
}


def test_published_files(tmp_path, mirror, capsys):
    mirror.put("nsmc", NSMC)
    obtain("films", tmp_path / "raw", settings("nsmc", "published"))
    assert {name: (tmp_path / "raw" / name).read_bytes() for name in NSMC} == NSMC
    source = read_json(tmp_path / "raw" / "source.json")
    pins = mirror.pins["nsmc"]["files"]
    assert (source["source"], source["homepage"], source["licence"]) == (
        "published", "https://example.org", "Ask the owner")
    assert source["pins"] == [
        {"url": pin["urls"][0], "bytes": pin["bytes"], "sha256": pin["sha256"]} for pin in pins]
    assert source["files"] == {pin["name"]: {"bytes": pin["bytes"], "sha256": pin["sha256"]} for pin in pins}
    assert source["splits"] == {"train": "ratings_train.txt", "test": "ratings_test.txt"}
    assert "nsmc: https://example.org, terms of use: Ask the owner\n" in capsys.readouterr().err


def test_only_the_members_that_are_needed_leave_an_archive(tmp_path, mirror):
    members = {f"multinli_1.0/{names[0]}": split.encode() for split, names in TASKS["mnli"].files.items()}
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        for name, content in {**members, "multinli_1.0/large.txt": b"unused", "../outside.txt": b"evil"}.items():
            archive.writestr(name, content)
    mirror.put("mnli", {"pairs.zip": (tmp_path / "archive.zip").read_bytes()}, {"pairs.zip": list(members)})
    obtain("mnli", tmp_path / "raw", settings("mnli", "published"))
    assert sorted(path.name for path in (tmp_path / "raw").iterdir()) == sorted(
        [*(name.split("/")[1] for name in members), "source.json"])
    assert (tmp_path / "raw" / "multinli_1.0_dev_mismatched.jsonl").read_bytes() == b"test_mismatched"


def test_a_mirror_serves_the_same_pins_and_leaves_no_trace_in_the_result(tmp_path, mirror, monkeypatch):
    mirror.put("nsmc", NSMC)
    obtain("nsmc", tmp_path / "first", settings("nsmc", "published"))
    source = (tmp_path / "first" / "source.json").read_bytes()
    (mirror.root / "nsmc").rename(tmp_path / "elsewhere")
    (tmp_path / "other").mkdir()
    (tmp_path / "elsewhere").rename(tmp_path / "other" / "nsmc")
    for path in download.STORE.iterdir():
        path.unlink()
    with pytest.raises(UserError, match="ratings_train.txt"):
        obtain("nsmc", tmp_path / "second", settings("nsmc", "published"))
    (tmp_path / "params.yaml").write_text(
        "sample_seed: 3\ntasks:\n  nsmc: {corpus: nsmc, source: published, folder: data/local, table: {}}\n", "utf-8")
    monkeypatch.setenv(download.MIRROR, (tmp_path / "other").as_uri())
    assert main(["--task", "nsmc", "--out", "second"]) == 0
    assert (tmp_path / "second" / "source.json").read_bytes() == source


def test_what_was_downloaded_once_is_not_asked_for_again(tmp_path, mirror):
    mirror.put("nsmc", NSMC)
    obtain("nsmc", tmp_path / "first", settings("nsmc", "published"))
    for path in (mirror.root / "nsmc").iterdir():
        path.unlink()
    obtain("nsmc", tmp_path / "second", settings("nsmc", "published"))
    assert (tmp_path / "second" / "ratings_test.txt").read_bytes() == NSMC["ratings_test.txt"]


def test_other_bytes_are_refused_and_nothing_is_kept(tmp_path, mirror):
    mirror.put("nsmc", NSMC)
    wrong = NSMC["ratings_test.txt"].replace(b"bad", b"BAD")
    (mirror.root / "nsmc" / "ratings_test.txt").write_bytes(wrong)
    with pytest.raises(UserError) as caught:
        obtain("nsmc", tmp_path / "raw", settings("nsmc", "published"))
    for part in ("ratings_test.txt", hashlib.sha256(wrong).hexdigest(),
                 hashlib.sha256(NSMC["ratings_test.txt"]).hexdigest(), "local"):
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "raw").exists()
    kept = [path.read_bytes() for path in download.STORE.iterdir() if path.is_file() and path.suffix != ".lock"]
    assert kept == [NSMC["ratings_train.txt"]]
