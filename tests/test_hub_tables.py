"""Data sets of the Hub: one commit, no script, names of classes, the same bytes offline, and errors with a remedy."""

import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from huggingface_hub import constants

from stages import check_params, download, new_task, preprocess
from stages.common.errors import UserError
from stages.common.files import read_json, read_json_lines, sha256
from stages.common.sources import ROOT
from stages.download import obtain
from stages.settings.data import DownloadSettings
from stages.settings.table import TableSettings
from stages.settings.yaml12 import parse_yaml
from stages.tables.class_names import class_names_of
from stages.tables.hub_layout import default_configuration, find_class_names, find_configurations, usual_splits
from tests.hub_server import StandIn, connected_hub, point_at, read_files

NAME = "some/films"
KEY = f"datasets/{NAME}"
TOKEN = "hf_secretsecretsecret"
SHARD = "data/{}-0000{}-of-00002.parquet"
LABEL = {"names": ["bad", "good"], "_type": "ClassLabel"}
CSV = b"text,label\n" + b"".join(b"film %d was seen,%d\n" % (place, place % 2) for place in range(40))


def rows(count: int, start: int = 0) -> list[dict[str, Any]]:
    """Films; every third one has no label."""
    return [{"text": f"film {place} was seen with a friend", "label": place % 3 - 1}
            for place in range(start, start + count)]


def packed(records: list[dict[str, Any]], **features: Any) -> bytes:
    """A Parquet file as `datasets` writes it."""
    table = pa.Table.from_pylist(records)
    if features:
        table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    stream = io.BytesIO()
    parquet.write_table(table, stream)
    return stream.getvalue()


def sharded() -> dict[str, bytes]:
    return {"README.md": b"---\nlicense: cc-by-4.0\n---\n# Films\n", ".gitattributes": b"",
            SHARD.format("train", 0): packed(rows(60), label=LABEL),
            SHARD.format("train", 1): packed(rows(60, 60), label=LABEL),
            "data/test-00000-of-00001.parquet": packed(rows(30, 200), label=LABEL)}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[StandIn]:
    with connected_hub(tmp_path / "cache") as stand_in:
        yield stand_in


def obtained(out: Path, **table: Any) -> dict[str, Any]:
    """What source.json says after a download into ``out``."""
    settings = TableSettings.model_validate({"repository": NAME} | table)
    obtain("films", out, DownloadSettings(corpus="table", source="hub", folder="data/local", table=settings,
                                          sample_seed=0))
    return read_json(out / "source.json")


def refusal(tmp_path: Path, **table: Any) -> str:
    """The one line with which a data set is refused; it leaves nothing behind."""
    with pytest.raises(UserError) as caught:
        obtained(tmp_path / "refused" / "out", **table)
    assert not list((tmp_path / "refused").iterdir())
    message = str(caught.value)
    assert "\n" not in message
    assert TOKEN not in message
    return message


# What is taken


def test_shards_are_joined_at_one_commit_and_their_origin_is_kept(hub: StandIn, tmp_path: Path) -> None:
    files = sharded()
    _, commit = hub.publish(KEY, files)
    source = obtained(tmp_path / "raw")
    assert source["splits"] == {"train": "train.parquet", "test": "test.parquet"}
    train = parquet.read_table(tmp_path / "raw" / "train.parquet")
    assert train.to_pylist() == rows(120)
    assert (tmp_path / "raw" / "test.parquet").read_bytes() == files["data/test-00000-of-00001.parquet"]
    assert [source[key] for key in ("repository", "configuration", "revision", "commit", "licence", "homepage")] == [
        NAME, "default", "main", commit, "cc-by-4.0", f"https://huggingface.co/datasets/{NAME}"]
    assert source["class_names"] == {"label": ["bad", "good"]}
    assert [pin["url"].partition(f"/resolve/{commit}/")[2] for pin in source["pins"]] == [
        SHARD.format("train", 0), SHARD.format("train", 1), "data/test-00000-of-00001.parquet"]
    assert source["pins"][2]["sha256"] == sha256(tmp_path / "raw" / "test.parquet")
    assert hub.fetched() == {"README.md", *(name.rpartition("/")[2] for name in files if name.startswith("data/"))}


def test_class_names_become_labels_and_minus_one_is_counted(hub: StandIn, tmp_path: Path,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    hub.publish(KEY, sharded())
    monkeypatch.chdir(tmp_path)
    params = parse_yaml((ROOT / "params.yaml").read_text("utf-8"), "params.yaml")
    task = params["tasks"]["nsmc"] | {"corpus": "table", "source": "hub", "table": {"repository": NAME},
                                      "validation_size": 20}
    Path("params.yaml").write_text(json.dumps(params | {"tasks": {"films": task}}), "utf-8")
    assert download.main(["--task", "films", "--out", "raw"]) == 0
    assert preprocess.main(["--task", "films", "--raw", "raw", "--out", "rows", "--card", "card.json"]) == 0
    card = read_json(Path("card.json"))
    assert card["dropped"] == {"train": {"no label": 40}, "test": {"no label": 10}}
    assert card["labels"] == {"train": {"bad": 30, "good": 30}, "validation": {"bad": 10, "good": 10},
                              "test": {"bad": 10, "good": 10}}
    assert card["class_names"] == {"label": ["bad", "good"]}
    assert read_json(Path("rows/task.json"))["labels"] == ["bad", "good"]
    # number 1 is bad, number 2 good
    assert {int(row["text"].split()[1]) % 3: row["label"] for row in read_json_lines(Path("rows/test.jsonl"))} == {
        1: "bad", 2: "good"}


def test_own_names_of_labels_win_over_those_of_the_features(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Local files that `datasets` wrote have the names, too."""
    monkeypatch.chdir(tmp_path)
    Path("films.parquet").write_bytes(packed(rows(60), label=LABEL))
    params = parse_yaml((ROOT / "params.yaml").read_text("utf-8"), "params.yaml")
    for labels, expected in (({}, ["bad", "good"]), ({"0": "no", "1": "yes"}, ["no", "yes"])):
        task = params["tasks"]["nsmc"] | {"corpus": "table", "source": "local", "folder": "films.parquet",
                                          "table": {"labels": labels}, "validation_size": 10, "test_size": 10}
        Path("params.yaml").write_text(json.dumps(params | {"tasks": {"films": task}}), "utf-8")
        assert download.main(["--task", "films", "--out", "raw"]) == 0
        assert preprocess.main(["--task", "films", "--raw", "raw", "--out", "rows", "--card", "card.json"]) == 0
        assert read_json(Path("rows/task.json"))["labels"] == expected
        assert read_json(Path("card.json"))["dropped"] == {"train": {"no label": 20}}


def test_class_names_of_a_list_and_of_a_file_without_any(tmp_path: Path) -> None:
    path = tmp_path / "tags.parquet"
    tags = {"feature": {"names": ["O", "B-PS", "I-PS"], "_type": "ClassLabel"}, "_type": "Sequence"}
    path.write_bytes(packed([{"tokens": ["a"], "ner_tags": [0]}], tokens={"_type": "Sequence"}, ner_tags=tags))
    assert class_names_of(path) == {"ner_tags": ["O", "B-PS", "I-PS"]}
    path.write_bytes(packed([{"text": "a"}]))
    assert class_names_of(path) == {}
    path.write_bytes(b"PAR1, and nothing else")
    assert class_names_of(path) == {}
    with pa.OSFile(str(tmp_path / "a.arrow"), "wb") as stream, pa.ipc.new_stream(stream, pa.schema(
            [("label", pa.int64())], metadata={"huggingface": json.dumps({"info": {"features": {"label": LABEL}}})})):
        pass
    assert class_names_of(tmp_path / "a.arrow") == {"label": ["bad", "good"]}


def test_plain_files_take_the_names_of_their_card(hub: StandIn, tmp_path: Path) -> None:
    card = (b"---\nlicense: [mit, other]\ndataset_info:\n  features:\n  - name: label\n    dtype:\n      class_label:\n"
            b"        names:\n          '1': good\n          '0': bad\n---\n")
    hub.publish(KEY, {"README.md": card, "train.csv": CSV, "dev.csv": CSV[:200], "notes.md": b""})
    source = obtained(tmp_path / "raw")
    assert source["splits"] == {"train": "train.csv", "validation": "validation.csv"}
    assert source["taken_from"] == {"train": "train", "validation": "validation"}
    assert (source["class_names"], source["licence"]) == ({"label": ["bad", "good"]}, "mit, other")
    assert (tmp_path / "raw" / "train.csv").read_bytes() == CSV


def test_files_that_the_settings_name(hub: StandIn, tmp_path: Path) -> None:
    hub.publish(KEY, {"films.py": b"raise SystemExit", "v2/all.csv": CSV, "v1/all.csv": b"old"})
    assert obtained(tmp_path / "raw", files={"train": "v2/all.csv"})["splits"] == {"train": "train.csv"}
    assert (tmp_path / "raw" / "train.csv").read_bytes() == CSV
    assert refusal(tmp_path, files={"train": "v2/al.csv"}) == (
        "some/films at main: expected a file v2/al.csv, found v1/all.csv, v2/all.csv; set table.files in params.yaml; "
        "did you mean v2/all.csv?")


def test_json_lines_are_joined_and_other_plain_files_are_not(hub: StandIn, tmp_path: Path) -> None:
    lines = [b'{"text": "a", "label": 0}', b'{"text": "b", "label": 1}\n']
    repository, _ = hub.publish(KEY, {"train/0.jsonl": lines[0], "train/1.jsonl": lines[1]})
    obtained(tmp_path / "raw")
    assert (tmp_path / "raw" / "train.jsonl").read_bytes() == lines[0] + b"\n" + lines[1]
    repository.commit({"train/0.csv": CSV, "train/1.csv": CSV})
    assert refusal(tmp_path) == (
        "some/films at main: expected one file of train, or several in Parquet, Arrow or JSON lines, found 0.csv, "
        "1.csv; name one of each set as table.files in params.yaml, or set revision to refs/convert/parquet, the Hub's "
        "own conversion")
    repository.commit({"train/0.parquet": packed([{"text": "a"}]), "train/1.parquet": packed([{"texts": "a"}])})
    assert "1.parquet: expected the columns of 0.parquet, found what cannot be joined" in refusal(tmp_path)


def stream(records: list[dict[str, Any]]) -> bytes:
    """An Arrow file as `save_to_disk` writes it, with names of classes."""
    table, out = pa.Table.from_pylist(records), io.BytesIO()
    table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": {"label": LABEL}}})})
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()


def test_sets_that_were_saved_to_disk_stay_apart(hub: StandIn, tmp_path: Path) -> None:
    files = {"dataset_dict.json": b'{"splits": ["train", "test"]}', "train/state.json": b"{}",
             "train/data-00000-of-00002.arrow": stream(rows(40)), "train/data-00001-of-00002.arrow": stream(
                 rows(20, 40)), "test/data-00000-of-00001.arrow": stream(rows(30, 200)), "test/state.json": b"{}"}
    repository, _ = hub.publish(KEY, files)
    source = obtained(tmp_path / "raw")
    assert source["splits"] == {"train": "train.arrow", "test": "test.arrow"}
    assert source["class_names"] == {"label": ["bad", "good"]}
    for split, expected in (("train", rows(60)), ("test", rows(30, 200))):
        with pa.ipc.open_stream((tmp_path / "raw" / f"{split}.arrow").read_bytes()) as reader:
            assert reader.read_all().to_pylist() == expected
    repository.commit({name: content for name, content in files.items() if "00001-of-00002" not in name})
    assert refusal(tmp_path) == ("some/films at main: expected 2 files of train by their names, found 1, and none with "
                                 "the number 00001; fetch the missing ones")


def test_several_configurations_and_their_splits(hub: StandIn, tmp_path: Path) -> None:
    card = (b"---\nconfigs:\n- config_name: ynat\n  data_files:\n  - split: train\n    path: ynat/train-*\n"
            b"  - split: validation\n    path: ynat/validation-*\n- config_name: nli\n  data_files: nli/*.csv\n---\n")
    hub.publish(KEY, {"README.md": card, "ynat/train-00000-of-00001.parquet": packed(rows(9)),
                      "ynat/validation-00000-of-00001.parquet": packed(rows(6)), "nli/all.csv": CSV})
    assert refusal(tmp_path) == (
        "some/films at main: expected the name of a configuration, found ynat, nli; set table.configuration in "
        "params.yaml")
    assert refusal(tmp_path, configuration="ynet").endswith(
        "expected the configuration ynet, found ynat, nli; set table.configuration in params.yaml; did you mean ynat?")
    assert refusal(tmp_path, configuration="ynat", splits={"train": "train", "test": "test"}).endswith(
        "expected a split test, found train, validation; set table.splits in params.yaml")
    assert obtained(tmp_path / "one", configuration="ynat")["splits"] == {
        "train": "train.parquet", "validation": "validation.parquet"}
    chosen = obtained(tmp_path / "two", configuration="ynat", splits={"train": "train", "test": "validation"})
    assert (chosen["splits"], chosen["taken_from"]) == (
        {"train": "train.parquet", "test": "test.parquet"}, {"train": "train", "test": "validation"})
    assert obtained(tmp_path / "three", configuration="nli")["splits"] == {"train": "train.csv"}


def test_a_branch_that_moves_is_followed_and_a_commit_is_not(hub: StandIn, tmp_path: Path,
                                                            capsys: pytest.CaptureFixture[str]) -> None:
    repository, first = hub.publish(KEY, {"train.csv": CSV})
    assert obtained(tmp_path / "one")["commit"] == first
    assert f"to pin it: -S tasks.films.table.revision={first}\n" in capsys.readouterr().err
    second = repository.commit({"train.csv": CSV.replace(b"film", b"play")})
    assert obtained(tmp_path / "two")["commit"] == second
    assert b"play" in (tmp_path / "two" / "train.csv").read_bytes()
    capsys.readouterr()
    assert obtained(tmp_path / "three", revision=first)["commit"] == first
    assert (tmp_path / "three" / "train.csv").read_bytes() == CSV
    assert "to pin it" not in capsys.readouterr().err


# Scripts, which are never run


def test_a_script_is_not_run_and_its_conversion_is_taken(hub: StandIn, tmp_path: Path,
                                                         capsys: pytest.CaptureFixture[str]) -> None:
    repository, main = hub.publish(KEY, {"films.py": b"raise SystemExit", "README.md": b"---\nlicense: mit\n---\n"})
    assert refusal(tmp_path) == (
        "some/films at main: expected Parquet or plain files of rows, found the script films.py, which is never run, "
        "and no conversion to Parquet by the Hub (refs/convert/parquet); download its rows elsewhere and give the file "
        "to `python -m stages.new_task`, or set table.files in params.yaml to files of the repository")
    assert "set revision to refs/convert/parquet, the Hub's own conversion of main" in refusal(tmp_path, revision=main)
    converted = repository.commit({f"default/{split}/0000.parquet": packed(rows(30), label=LABEL)
                                   for split in ("train", "test")}, "refs/convert/parquet")
    source = obtained(tmp_path / "raw")
    assert (source["revision"], source["commit"], source["licence"]) == ("refs/convert/parquet", converted, "mit")
    assert source["splits"] == {"train": "train.parquet", "test": "test.parquet"}
    told = capsys.readouterr().err
    assert f"taking the Hub's own conversion to Parquet, commit {converted}" in told
    assert f"-S tasks.films.table.revision={converted}" in told
    assert "films.py" not in hub.fetched()
    assert obtained(tmp_path / "pinned", revision=converted)["splits"] == source["splits"]
    assert read_files(tmp_path / "pinned")["train.parquet"] == read_files(tmp_path / "raw")["train.parquet"]


def test_rows_that_are_packed_are_no_plain_files(hub: StandIn, tmp_path: Path) -> None:
    repository, _ = hub.publish(KEY, {"data.zip": b"PK"})
    assert "expected Parquet or plain files of rows, found only data.zip, and no conversion" in refusal(tmp_path)
    repository.commit({"README.md": b"---\nconfigs:\n- config_name: a\n  data_files: '*.csv.gz'\n---\n",
                       "all.csv.gz": b""})
    assert refusal(tmp_path).startswith(
        "some/films at main: expected Parquet or plain files of the configuration a, found README.md, all.csv.gz; set")


@pytest.mark.parametrize(("files", "split", "found"), [
    ({"train.jsonl.gz": b"", "test.jsonl": b'{"text": "a", "label": 0}\n'}, "train", "train.jsonl.gz"),
    ({"train.csv": CSV, "test.csv.zip": b""}, "test", "test.csv.zip"),
    ({"README.md": b"---\nconfigs:\n- data_files:\n    train: a.csv.gz\n    test: b.csv\n---\n", "a.csv.gz": b"",
      "b.csv": CSV}, "train", "README.md, a.csv.gz, b.csv")])
def test_no_other_split_stands_for_one_that_is_packed(
        files: dict[str, bytes], split: str, found: str, hub: StandIn, tmp_path: Path) -> None:
    hub.publish(KEY, files)
    assert refusal(tmp_path) == (
        f"some/films at main: expected Parquet or plain files of the split {split}, found {found}; unpack it elsewhere "
        "and give its folder to `python -m stages.new_task`; to do without it, set table.splits in params.yaml")
    other = "test" if split == "train" else "train"
    assert list(obtained(tmp_path / "raw", splits={"train": other})["splits"]) == ["train"]


def test_parts_with_columns_in_another_order_are_joined(hub: StandIn, tmp_path: Path) -> None:
    hub.publish(KEY, {SHARD.format("train", 0): packed(rows(30)),
                      SHARD.format("train", 1): packed([dict(reversed(row.items())) for row in rows(30, 30)])})
    obtained(tmp_path / "raw")
    assert parquet.read_table(tmp_path / "raw" / "train.parquet").to_pylist() == rows(60)


def test_the_only_split_is_told(home: Path, hub: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    hub.publish(KEY, {"data/test-00000-of-00001.parquet": packed(rows(60))})
    assert "some/films: its only split is test, of which train, validation and test are parts" in ran(capsys, NAME)


def test_a_card_that_is_no_yaml_is_left_out_of_account(hub: StandIn, tmp_path: Path,
                                                       capsys: pytest.CaptureFixture[str]) -> None:
    repository, _ = hub.publish(KEY, {"README.md": b"---\nconfigs: [\n---\n", "train.csv": CSV})
    assert obtained(tmp_path / "raw")["licence"] == "not stated"
    assert "some/films at main: its card is left out of account: " in capsys.readouterr().err
    repository.commit({"README.md": b'---\nlicense: "mit\\e[31m"\n---\n', "train.csv": CSV})
    assert obtained(tmp_path / "raw")["licence"] == "mit<U+001B>[31m"


# Errors of the Hub


def test_a_data_set_that_is_missing_or_private(hub: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = ("some/films at main: no such repository, or a private one; correct its name, or log in with `hf auth "
               "login` or set HF_TOKEN to a token that may read it")
    assert refusal(tmp_path) == missing
    hub.publish(KEY, {"train.csv": CSV})[0].private = TOKEN
    assert refusal(tmp_path) == missing
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert obtained(tmp_path / "raw")["splits"] == {"train": "train.csv"}


def test_a_token_of_the_file_that_a_login_writes_is_used(hub: StandIn, tmp_path: Path) -> None:
    hub.publish(KEY, {"train.csv": CSV})[0].private = TOKEN
    Path(constants.HF_TOKEN_PATH).parent.mkdir(parents=True, exist_ok=True)
    Path(constants.HF_TOKEN_PATH).write_text(TOKEN, "utf-8")
    assert obtained(tmp_path / "raw")["splits"] == {"train": "train.csv"}


def test_a_gated_data_set_needs_its_terms_accepted(hub: StandIn, tmp_path: Path,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    hub.publish(KEY, {"train.csv": CSV})[0].gated = TOKEN
    assert refusal(tmp_path) == (
        f"some/films at main: gated; accept its terms at {hub.address}/datasets/some/films, and log in with `hf auth "
        "login` or set HF_TOKEN to a token of the account that did")
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert obtained(tmp_path / "raw")["splits"] == {"train": "train.csv"}


def test_a_revision_that_is_missing(hub: StandIn, tmp_path: Path) -> None:
    hub.publish(KEY, {"train.csv": CSV})
    assert "at v9: no such revision; set `revision` to a branch, tag, commit" in refusal(tmp_path, revision="v9")


@pytest.mark.parametrize("cut", [0, 700])
def test_a_download_that_breaks_off_goes_on(hub: StandIn, tmp_path: Path, cut: int) -> None:
    content = packed(rows(60))
    hub.publish(KEY, {"train.parquet": content})
    hub.cuts += [cut, cut]
    obtained(tmp_path / "raw")
    assert (tmp_path / "raw" / "train.parquet").read_bytes() == content


def test_a_hub_that_is_silent_or_gone_is_not_waited_for(hub: StandIn, tmp_path: Path,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    hub.publish(KEY, {"train.csv": CSV})
    over = threading.Event()
    monkeypatch.setattr("stages.common.hub.ANSWER_TIMEOUT", 0.05)
    hub.reactions.append(lambda request: over.wait(5) and None)
    try:
        assert "fails (ReadTimeout); check the network and run again" in refusal(tmp_path)
    finally:
        over.set()
    point_at("http://127.0.0.1:1", monkeypatch)
    assert "some/films at main: the connection to 127.0.0.1:1 fails (ConnectError)" in refusal(tmp_path)


def test_offline_gives_the_bytes_of_the_cache_and_asks_nothing(hub: StandIn, tmp_path: Path,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:
    repository, _ = hub.publish(KEY, {"films.py": b"", "README.md": b"---\nlicense: mit\n---\n"})
    repository.commit({"a/train/0000.parquet": packed(rows(30), label=LABEL)}, "refs/convert/parquet")
    obtained(tmp_path / "online")
    hub.requests.clear()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    obtained(tmp_path / "offline")
    assert read_files(tmp_path / "offline") == read_files(tmp_path / "online")
    assert refusal(tmp_path, revision="v1").startswith("some/films at v1: not in the cache, or not all of it, and HF_")
    assert hub.requests == []


# Which files are what


@pytest.mark.parametrize(("names", "expected"), [
    (["data/train-00000-of-00001.parquet", "data/test_matched-00000-of-00001-ab12.parquet"],
     {"train": ["data/train-00000-of-00001.parquet"],
      "test_matched": ["data/test_matched-00000-of-00001-ab12.parquet"]}),
    (["my_train_file.csv", "dev.csv", "testing.csv", "README.md", "config.json", ".hidden.csv"],
     {"train": ["my_train_file.csv"], "validation": ["dev.csv"], "test": ["testing.csv"]}),
    (["train/b.csv", "train/a.csv", "valid/a.csv", "test_info.csv"],
     {"train": ["train/a.csv", "train/b.csv"], "validation": ["valid/a.csv"]}),
    (["reviews.jsonl"], {"train": ["reviews.jsonl"]}),
    (["dataset_dict.json", "train/data-00000-of-00001.arrow", "train/state.json", "train/dataset_info.json",
      "train/cache-0a1b.arrow", "test/data-00000-of-00001.arrow", "test/state.json"],  # as save_to_disk writes sets
     {"train": ["train/data-00000-of-00001.arrow"], "test": ["test/data-00000-of-00001.arrow"]}),
    (["data-00000-of-00001.arrow", "state.json"], {"train": ["data-00000-of-00001.arrow"]}),
    (["contest.csv", "latest.csv"], {"train": ["contest.csv", "latest.csv"]}),
])
def test_splits_by_the_names_of_files(names: list[str], expected: dict[str, list[str]]) -> None:
    assert find_configurations(names, {}) == {"default": expected}


@pytest.mark.parametrize(("splits", "expected"), [
    (["training", "testing"], {"train": "training", "test": "testing"}),
    (["train", "testing"], {"train": "train", "test": "testing"}),
    (["Train", "Dev", "TEST"], {"train": "Train", "validation": "Dev", "test": "TEST"}),
    (["train", "eval"], {"train": "train"}),
    (["train", "test_matched"], {"train": "train"}),
    (["rows"], {"train": "rows"}),
    (["here", "there"], {}),
])
def test_sets_by_usual_names_of_splits(splits: list[str], expected: dict[str, str]) -> None:
    assert usual_splits(splits) == expected


@pytest.mark.parametrize(("entry", "expected"), [
    ({"data_files": "*.csv"}, {"train": ["a.csv"]}),
    ({"data_files": ["a.csv", "x/*"]}, {"train": ["a.csv", "x/test.csv", "x/train.csv"]}),
    ({"data_files": {"test": "x/te*"}}, {"test": ["x/test.csv"]}),
    ({"data_files": [{"split": "dev", "path": ["**/train.csv", "./a.csv"]}]}, {"dev": ["x/train.csv", "a.csv"]}),
    ({"data_dir": "x"}, {"train": ["x/train.csv"], "test": ["x/test.csv"]}),
    ({"data_dir": "x", "data_files": "t*n.csv"}, {"train": ["x/train.csv"]}),
    ({"data_files": "[ab].csv"}, {"train": ["a.csv"]}),
])
def test_splits_of_a_configuration_of_the_card(entry: dict[str, Any], expected: dict[str, list[str]]) -> None:
    card = {"configs": [{"config_name": "one"} | entry]}
    assert find_configurations(["a.csv", "x/train.csv", "x/test.csv"], card) == {"one": expected}


def test_the_configuration_that_is_meant() -> None:
    assert default_configuration(["a"], {}) == "a"
    assert default_configuration(["a", "default"], {}) == "default"
    assert default_configuration(["a", "b"], {"configs": [{"config_name": "b", "default": True}]}) == "b"
    assert default_configuration(["a", "b"], {}) == ""


def test_class_names_of_the_card() -> None:
    label = {"name": "label", "dtype": {"class_label": {"names": {"0": "no", "10": "c", "2": "b"}}}}
    tags = {"name": "tags", "sequence": {"class_label": {"names": {"0": "O"}}}}
    newer = {"name": "tags", "list": {"class_label": {"names": ["O", "B"]}}}
    text = {"name": "text", "dtype": "string"}
    assert find_class_names({"dataset_info": {"features": [text, label]}}, "default") == {"label": ["no", "b", "c"]}
    infos = [{"config_name": "a", "features": [tags]}, {"config_name": "b", "features": [newer]}]
    assert find_class_names({"dataset_info": infos}, "b") == {"tags": ["O", "B"]}
    assert find_class_names({"dataset_info": infos}, "c") == {}
    for info in (None, 3, {"features": "text"}, [{"features": [3]}]):
        assert find_class_names({"dataset_info": info}, "default") == {}


# The command that writes the entry


def ran(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert new_task.main(list(arguments)) == code
    printed = capsys.readouterr()
    return printed.out if code == 0 else printed.err


def test_an_entry_of_a_data_set_is_written_and_works(home: Path, hub: StandIn,
                                                     capsys: pytest.CaptureFixture[str]) -> None:
    files = sharded()
    unlabelled = [row | {"label": -1} for row in rows(30)]
    files["data/test-00000-of-00001.parquet"] = packed(unlabelled, label=LABEL)
    files["data/validation-00000-of-00001.parquet"] = packed(rows(30, 500), label=LABEL)
    _, commit = hub.publish(KEY, files)
    printed = ran(capsys, NAME, "--only")
    assert printed.splitlines()[:2] == [
        f"some/films: configuration default, commit {commit}, terms of use: cc-by-4.0",
        "some/films, train: Parquet; columns: text, label"]
    assert "some/films, test: 0 of 30 rows have a text and a label; left out\n" in printed
    assert "labels: bad 40, good 40\n" in printed
    assert "dropped: 40 with no label\n" in printed
    assert str(home) not in printed
    entry = parse_yaml(Path("params.yaml").read_text("utf-8"), "params.yaml")["tasks"]["films"]
    assert entry == {
        "corpus": "table", "source": "hub", "folder": "data/local", "table": {
            "repository": NAME, "configuration": "default", "revision": commit,
            "splits": {"train": "train", "validation": "validation"}, "kind": "single",
            "columns": {"text": "text", "label": "label"}, "labels": {"0": "bad", "1": "good"}, "language": "en",
            "no_label": [-1]},
        "exclude_id_prefix": "", "validation_size": 0, "test_size": 26, "train_size": 0,
        "checkpoint": "bilingual_small", "max_length": 64, "pretrained": {}, "scratch": {}}
    assert check_params.main(["--out", "checked"]) == 0
    assert download.main(["--task", "films", "--out", "raw"]) == 0
    assert preprocess.main(["--task", "films", "--raw", "raw", "--out", "rows", "--card", "card.json"]) == 0
    assert read_json(Path("card.json"))["dropped"] == {"train": {"no label": 40}, "validation": {"no label": 10}}


def test_entities_of_any_types_with_tags_by_number(home: Path, hub: StandIn,
                                                   capsys: pytest.CaptureFixture[str]) -> None:
    names = ["B-PS", "I-PS", "B-LC", "I-LC", "O"]
    sentences = [{"tokens": [f"Anna{place}", "Lee", "saw", "Rome"], "ner_tags": [0, 1, 4, 2]} for place in range(40)]
    tags = {"feature": {"names": names, "_type": "ClassLabel"}, "_type": "Sequence"}
    hub.publish("datasets/klue/klue", {"ner/train/0000.parquet": packed(sentences, ner_tags=tags),
                                       "ynat/train/0000.parquet": packed(rows(9), label=LABEL)})
    printed = ran(capsys, "klue/klue", "--configuration", "ner", "--only")
    assert "entities: PS 40, LC 40\n" in printed
    entry = parse_yaml(Path("params.yaml").read_text("utf-8"), "params.yaml")["tasks"]["klue_ner"]
    assert entry["table"]["labels"] == dict(zip("01234", names, strict=True))
    assert entry["table"]["columns"] == {"tokens": "tokens", "tags": "ner_tags"}
    assert check_params.main(["--out", "checked"]) == 0
    assert download.main(["--task", "klue_ner", "--out", "raw"]) == 0
    assert preprocess.main(["--task", "klue_ner", "--raw", "raw", "--out", "rows", "--card", "card.json"]) == 0
    row = next(iter(read_json_lines(Path("rows/train.jsonl"))))
    assert row["tags"] == ["B-PS", "I-PS", "O", "B-LC"]


def test_what_cannot_be_seen_is_refused_with_the_option_that_names_it(home: Path, hub: StandIn,
                                                                      capsys: pytest.CaptureFixture[str]) -> None:
    repository, _ = hub.publish(KEY, {"one/train/0000.parquet": packed(rows(60)),
                                      "two/all/0000.parquet": packed(rows(60)),
                                      "two/some/0000.parquet": packed(rows(60))})
    assert ran(capsys, NAME, code=1) == (
        "error: some/films at main: expected the name of a configuration, found one, two; give it as --configuration "
        "NAME\n")
    assert "found all, some; give it as --splits '{train: NAME, test: NAME}'\n" in ran(
        capsys, NAME, "--configuration", "two", code=1)
    ran(capsys, NAME, "--configuration", "two", "--splits", "{train: all, test: some}")
    assert "tasks.films_two: there is one already; give another name as --name" in ran(
        capsys, NAME, "--configuration", "two", "--splits", "{train: all, test: some}", code=1)
    repository.commit({"train.parquet": packed([{"document": f"film {place}", "rating": place % 2}
                                                for place in range(40)])})
    assert "some/films, train: row 1: expected a column text, found document, rating; give it as --text COLUMN" in ran(
        capsys, f"https://huggingface.co/datasets/{NAME}", "--text", "text", code=1)
    assert "data/reviews: no such file; correct the path, or give a data set of the Hub as OWNER/NAME\n" in ran(
        capsys, "data/reviews", code=1)


def test_a_renamed_column_names_those_that_are_there(home: Path, hub: StandIn,
                                                     capsys: pytest.CaptureFixture[str]) -> None:
    repository, _ = hub.publish(KEY, sharded())
    ran(capsys, NAME, "--only", "--name", "films")
    commit = repository.commit({"train.parquet": packed([{"review": "a film", "label": place % 2}
                                                         for place in range(40)], label=LABEL)})
    text = Path("params.yaml").read_text("utf-8")
    old = parse_yaml(text, "params.yaml")["tasks"]["films"]["table"]["revision"]
    Path("params.yaml").write_text(text.replace(old, commit).replace("        test: test\n", ""), "utf-8")
    assert download.main(["--task", "films", "--out", "raw"]) == 0
    capsys.readouterr()
    assert preprocess.main(["--task", "films", "--raw", "raw", "--out", "rows", "--card", "card.json"]) == 1
    assert capsys.readouterr().err == (
        "error: some/films, train: row 1: expected a column text, found review, label; correct columns.text under "
        "tasks.films.table in params.yaml\n")


@pytest.mark.parametrize(("change", "message"), [
    ({"repository": ""}, "table.repository: expected owner/name of a data set of the Hub, got none; `python -m"),
    ({"repository": "a b"}, "table.repository: expected owner/name of a repository of the Hugging Face Hub, got 'a b'"),
    ({"revision": "../x"}, "table.revision: expected a branch, tag, commit or refs/pr/N, got '../x'"),
    ({"subset": "ynat"}, "table.subset: unknown key; did you mean configuration?"),
    ({"splits": {"dev": "a"}}, "table.splits: expected the sets train, validation, test and test_<name>, found 'dev'"),
    ({"splits": {"train": "a"}, "files": {"train": "a"}}, "table.splits: expected splits or files, got both"),
])
def test_wrong_settings_are_refused_by_their_path(home: Path, capsys: pytest.CaptureFixture[str],
                                                  change: dict[str, Any], message: str) -> None:
    params = parse_yaml(Path("params.yaml").read_text("utf-8"), "params.yaml")
    params["tasks"]["nsmc"] |= {"corpus": "table", "source": "hub", "table": {"repository": NAME} | change}
    Path("params.yaml").write_text(json.dumps(params), "utf-8")
    assert check_params.main(["--out", "checked"]) == 1
    assert f"params.yaml: tasks.nsmc.{message}" in capsys.readouterr().err


@pytest.mark.parametrize(("task", "message"), [
    ({"source": "hub"}, "source: expected 'sample', 'published' or 'local' for nsmc, got 'hub'; set corpus to table"),
    ({"corpus": "table", "source": "local", "table": {"repository": NAME}},
     "table.repository: expected none where source is 'local'; remove it, or set source to 'hub'"),
])
def test_settings_that_contradict_each_other(home: Path, capsys: pytest.CaptureFixture[str], task: dict[str, Any],
                                             message: str) -> None:
    params = parse_yaml(Path("params.yaml").read_text("utf-8"), "params.yaml")
    params["tasks"]["nsmc"] |= task
    Path("params.yaml").write_text(json.dumps(params), "utf-8")
    assert check_params.main(["--out", "checked"]) == 1
    assert f"params.yaml: tasks.nsmc.{message}" in capsys.readouterr().err
