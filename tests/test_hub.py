"""Checkpoints of the Hub: one commit, no pickles, the same bytes online and offline, and errors with a remedy."""

import io
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from huggingface_hub import HfApi, constants
from safetensors.torch import load_file, save

from stages.checkpoint import main
from stages.common.errors import UserError
from stages.common.files import read_json, sha256
from stages.models.hub import CONVERSION_TITLE, CONVERTER, fetch_checkpoint
from stages.pretraining.obtaining import obtain
from stages.settings.checkpoints import HubCheckpoint, checkpoint_from
from tests import tiny
from tests.hub_server import Repository, Request, StandIn, connected_hub, point_at, read_files

NAME = "some/encoder"
TOKEN = "hf_secretsecretsecret"
PICKLE = b"\x80\x04 a pickle"
OUTPUTS = ["config.json", "model.safetensors", "origin.json", "tokenizer.json", "tokenizer_config.json"]
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A checkpoint as people publish it, with much that is not wanted."""
    folder = tmp_path_factory.mktemp("published")
    tiny.write_checkpoint(folder)
    return read_files(folder) | {"README.md": b"# model", "pytorch_model.bin": PICKLE, "tf_model.h5": PICKLE,
                                 "onnx/model.safetensors": b"not ours", "modeling_own.py": b"raise SystemExit"}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[StandIn]:
    with connected_hub(tmp_path / "cache") as stand_in:
        yield stand_in


def chosen(repository: str = NAME, revision: str = "main") -> HubCheckpoint:
    return HubCheckpoint(source="hub", folder="data/local", repository=repository, revision=revision)


def obtained(out: Path, repository: str = NAME, revision: str = "main") -> dict[str, bytes]:
    obtain(out, chosen(repository, revision))
    return read_files(out)


def refusal(tmp_path: Path, repository: str = NAME, revision: str = "main") -> str:
    """The one line with which a checkpoint is refused; it leaves nothing behind."""
    with pytest.raises(UserError) as caught:
        obtain(tmp_path / "refused" / "out", chosen(repository, revision))
    assert not list((tmp_path / "refused").iterdir())
    message = str(caught.value)
    assert "\n" not in message
    assert TOKEN not in message
    return message


def without(files: dict[str, bytes], *names: str) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name not in names}


def other_weights(files: dict[str, bytes], tmp_path: Path) -> dict[str, bytes]:
    """The same architecture with other weights."""
    (tmp_path / "weights").write_bytes(files["model.safetensors"])
    tensors = {name: tensor + 1 for name, tensor in load_file(tmp_path / "weights").items()}
    return files | {"model.safetensors": save(tensors, {"format": "pt"})}


def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)


def answering(status: int, where: str, headers: dict[str, str] | None = None, body: bytes = b"", times: int = 99):
    """A reaction that answers so wherever the path contains ``where``."""
    left = [None] * times

    def react(request: Request) -> tuple[int, dict[str, str], bytes] | None:
        if where not in request.path or not left:
            return None
        left.pop()
        return status, headers or {}, body
    return react


# What is taken


def test_a_checkpoint_becomes_the_four_files_and_says_where_it_is_from(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path
) -> None:
    _, commit = hub.publish(NAME, files)
    found = obtained(tmp_path / "out")
    assert sorted(found) == OUTPUTS
    assert found["config.json"] == files["config.json"]
    assert found["model.safetensors"] == files["model.safetensors"]
    assert read_json(tmp_path / "out" / "origin.json") == {
        "source": "hub", "synthetic": False, "repository": NAME, "revision": "main", "commit": commit,
        "weights_sha256": sha256(tmp_path / "out" / "model.safetensors"), "model_type": "bert",
        "tensors": len(load_file(tmp_path / "out" / "model.safetensors"))}


def test_nothing_else_is_downloaded(hub: StandIn, files: dict[str, bytes], tmp_path: Path) -> None:
    hub.publish(NAME, files)
    obtained(tmp_path / "out")
    assert hub.fetched() == {"config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"}


def test_a_second_time_nothing_is_downloaded(hub: StandIn, files: dict[str, bytes], tmp_path: Path) -> None:
    hub.publish(NAME, files)
    first = obtained(tmp_path / "first")
    hub.requests.clear()
    assert obtained(tmp_path / "second") == first
    assert hub.fetched() == set()


def test_weights_are_stored_elsewhere_and_the_token_is_for_the_hub_alone(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    hub.publish(NAME, files)
    obtained(tmp_path / "out")
    storage = [request for request in hub.requests if request.storage]
    assert storage
    assert {request.token for request in storage} == {None}
    assert {request.token for request in hub.requests if not request.storage} == {TOKEN}
    assert not any(TOKEN in request.path for request in hub.requests)


def test_new_weights_leave_config_and_tokenizer_as_they_are(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path
) -> None:
    repository, _ = hub.publish(NAME, files)
    old = obtained(tmp_path / "old")
    repository.commit(other_weights(files, tmp_path))
    new = obtained(tmp_path / "new")
    assert {name for name in OUTPUTS if old[name] != new[name]} == {"model.safetensors", "origin.json"}


def test_config_is_copied_as_it_was_published(hub: StandIn, files: dict[str, bytes], tmp_path: Path) -> None:
    spaced = b"\r\n" + files["config.json"].replace(b"\n", b"\r\n") + b"\r\n\r\n"
    hub.publish(NAME, files | {"config.json": spaced})
    assert obtained(tmp_path / "out")["config.json"] == spaced


# Which commit


def test_a_branch_that_moves_between_two_runs_is_followed(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path
) -> None:
    repository, first = hub.publish(NAME, files)
    obtained(tmp_path / "first")
    second = repository.commit(other_weights(files, tmp_path))
    obtained(tmp_path / "second")
    origins = [read_json(tmp_path / name / "origin.json") for name in ("first", "second")]
    assert [origin["commit"] for origin in origins] == [first, second]
    assert origins[0]["weights_sha256"] != origins[1]["weights_sha256"]


def test_a_branch_that_moves_during_a_run_mixes_nothing(hub: StandIn, files: dict[str, bytes], tmp_path: Path) -> None:
    repository, first = hub.publish(NAME, files)
    newer = other_weights(files, tmp_path) | {"config.json": files["config.json"] + b"\n"}

    def move(request: Request) -> None:
        if "/tree/" in request.path or "/resolve/" in request.path:
            repository.commit(newer)
    hub.reactions.append(move)
    found = obtained(tmp_path / "out")
    assert repository.references["main"] != first
    assert (found["config.json"], found["model.safetensors"]) == (files["config.json"], files["model.safetensors"])
    assert read_json(tmp_path / "out" / "origin.json")["commit"] == first


@pytest.mark.parametrize("kind", ["commit", "tag", "refs/pr/1"])
def test_other_revisions_keep_their_bytes_when_main_moves(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path, kind: str
) -> None:
    repository, commit = hub.publish(NAME, files)
    repository.references |= {"tag": commit, "refs/pr/1": commit}
    revision = commit if kind == "commit" else kind
    before = obtained(tmp_path / "before", revision=revision)
    repository.commit(other_weights(files, tmp_path))
    assert obtained(tmp_path / "after", revision=revision) == before
    assert read_json(tmp_path / "after" / "origin.json")["revision"] == revision


def test_a_renamed_repository_is_found_under_its_old_name(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path
) -> None:
    hub.publish(NAME, files)
    hub.moved["encoder"] = NAME
    new, old = obtained(tmp_path / "new"), obtained(tmp_path / "old", "encoder")
    assert without(new, "origin.json") == without(old, "origin.json")
    assert read_json(tmp_path / "old" / "origin.json")["repository"] == "encoder"


# Pickles


def test_pickles_alone_are_refused_with_all_remedies(hub: StandIn, files: dict[str, bytes], tmp_path: Path) -> None:
    hub.publish(NAME, without(files, "model.safetensors"))
    message = refusal(tmp_path)
    assert message.startswith("some/encoder at main: pytorch_model.bin: pickled weights are never loaded")
    for remedy in ("https://huggingface.co/spaces/safetensors/convert", "refs/pr/N", "source: local"):
        assert remedy in message
    assert hub.fetched() == set()


@pytest.fixture
def pickled(hub: StandIn, files: dict[str, bytes]) -> tuple[Repository, str, dict[str, bytes]]:
    plain = without(files, "model.safetensors")
    return *hub.publish(NAME, plain), plain


def test_the_conversion_of_the_hub_gives_the_weights_and_nothing_else(
    hub: StandIn, pickled: tuple, files: dict[str, bytes], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    repository, commit, _ = pickled
    repository.propose(files, "somebody", "Please merge")
    proposed = repository.propose(files | {"tokenizer.json": b"{}"}, CONVERTER, CONVERSION_TITLE)
    found = obtained(tmp_path / "out")
    assert found["model.safetensors"] == files["model.safetensors"]
    assert len(found["tokenizer.json"]) > 100
    origin = read_json(tmp_path / "out" / "origin.json")
    assert (origin["commit"], origin["conversion"]) == (commit, proposed)
    [line] = [line for line in capfd.readouterr().err.splitlines() if "conversion" in line]
    assert proposed in line
    assert "pytorch_model.bin" not in hub.fetched()
    taken = {request.path for request in hub.requests if f"/resolve/{proposed}/" in request.path}
    assert taken == {f"/{NAME}/resolve/{proposed}/model.safetensors"}


def test_a_discussion_is_no_conversion(
    hub: StandIn, pickled: tuple, files: dict[str, bytes], tmp_path: Path
) -> None:
    pickled[0].propose(files, CONVERTER, CONVERSION_TITLE)
    pickled[0].discussions[0]["isPullRequest"] = False
    assert "pickled weights are never loaded" in refusal(tmp_path)


@pytest.mark.parametrize("filters", [True, False])
@pytest.mark.parametrize(
    ("author", "title", "status", "changes"),
    [
        ("somebody", CONVERSION_TITLE, "open", {}),
        ("sfconvertbot", CONVERSION_TITLE, "open", {}),
        (CONVERTER, "Add weights", "open", {}),
        (CONVERTER, CONVERSION_TITLE, "closed", {}),
        (CONVERTER, CONVERSION_TITLE, "open", {"pytorch_model.bin": b"older weights"}),
        (CONVERTER, CONVERSION_TITLE, "open", {"config.json": b'{"model_type": "bert"}'}),
        (CONVERTER, CONVERSION_TITLE, "open", {"model.safetensors": None}),
        (CONVERTER, CONVERSION_TITLE, "open", {"pytorch_model.bin": None}),
    ],
    ids=["somebody", "almost-the-bot", "title", "closed", "other-weights", "other-config", "no-weights", "no-pickle"],
)
def test_no_other_pull_request_is_trusted(
    hub: StandIn, pickled: tuple, files: dict[str, bytes], tmp_path: Path, author: str, title: str, status: str,
    changes: dict[str, bytes | None], filters: bool,
) -> None:
    pickled[0].filters = filters  # what the Hub is asked to filter is looked at again
    proposed = {name: content for name, content in (files | changes).items() if content is not None}
    pickled[0].propose(proposed, author, title, status)
    assert "pickled weights are never loaded" in refusal(tmp_path)
    assert hub.fetched() == set()


def test_a_conversion_that_cannot_be_compared_is_not_trusted(
    hub: StandIn, pickled: tuple, files: dict[str, bytes], tmp_path: Path
) -> None:
    pickled[0].metadata = False
    pickled[0].propose(files, CONVERTER, CONVERSION_TITLE)
    assert "pickled weights are never loaded" in refusal(tmp_path)


def test_the_oldest_fitting_conversion_of_several_is_taken(
    hub: StandIn, pickled: tuple, files: dict[str, bytes], tmp_path: Path
) -> None:
    repository = pickled[0]
    repository.propose(files | {"pytorch_model.bin": b"older"}, CONVERTER, CONVERSION_TITLE)
    fitting = repository.propose(files, CONVERTER, CONVERSION_TITLE)
    repository.propose(other_weights(files, tmp_path), CONVERTER, CONVERSION_TITLE)
    repository.discussions.reverse()
    obtained(tmp_path / "out")
    assert read_json(tmp_path / "out" / "origin.json")["conversion"] == fitting


@pytest.mark.parametrize("status", [403, 404])
def test_a_repository_without_pull_requests_has_no_conversion(
    hub: StandIn, pickled: tuple, tmp_path: Path, status: int
) -> None:
    hub.reactions.append(answering(status, "/discussions"))
    assert "pickled weights are never loaded" in refusal(tmp_path)


def test_a_pull_request_that_the_user_names_is_taken_whole(
    hub: StandIn, pickled: tuple, files: dict[str, bytes], tmp_path: Path
) -> None:
    commit = pickled[0].propose(files, "somebody", "Weights")
    obtained(tmp_path / "out", revision="refs/pr/1")
    origin = read_json(tmp_path / "out" / "origin.json")
    assert origin["commit"] == commit
    assert "conversion" not in origin


# Refused before anything large is downloaded


@pytest.mark.parametrize(
    ("removed", "added", "message"),
    [
        (["model.safetensors"], {"model.safetensors.index.json": b"{}"}, "in several files; write them as one"),
        (["model.safetensors", "pytorch_model.bin", "tf_model.h5"], {}, "model.safetensors: no such file"),
        (["model.safetensors", "pytorch_model.bin"], {"adapter_config.json": b"{}", "adapter_model.bin": PICKLE},
         "adapter_config.json: expected a whole model, found an adapter"),
        (["model.safetensors", "pytorch_model.bin", "tf_model.h5"], {"model-q4.gguf": b"GGUF"},
         "model-q4.gguf: expected model.safetensors, found weights in GGUF"),
        (["tokenizer.json"], {}, "tokenizer.json: no such file; write it with"),
        (["tokenizer.json"], {"vocab.json": b"{}"}, "tokenizer.json: no such file; write it with"),
        (["config.json"], {}, "config.json: no such file"),
        ([], {"config.json": b'{"model_type": "bert", "auto_map": {}}'}, "auto_map: expected none, found code of the"),
        ([], {"config.json": b'{"model_type": "own"}'}, "model_type: expected one of albert, bert, "),
        ([], {"config.json": b"<html>"}, "not valid JSON"),
    ],
    ids=["sharded", "no-weights", "adapter", "gguf", "no-tokenizer", "half-tokenizer", "no-config", "code",
         "architecture", "no-json"],
)
def test_an_unusable_checkpoint_is_refused_before_its_weights_are_downloaded(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path, removed: list[str], added: dict[str, bytes], message: str
) -> None:
    hub.publish(NAME, without(files, *removed) | added)
    assert message in refusal(tmp_path)
    assert not hub.fetched() & {"model.safetensors", "pytorch_model.bin", "modeling_own.py"}


def test_damaged_weights_are_refused(hub: StandIn, files: dict[str, bytes], tmp_path: Path) -> None:
    hub.publish(NAME, files | {"model.safetensors": files["model.safetensors"][:-7]})
    assert "not a safetensors file" in refusal(tmp_path)


# The network


@pytest.mark.parametrize("cut", [0, 1000])
def test_a_download_that_breaks_off_goes_on(hub: StandIn, files: dict[str, bytes], tmp_path: Path, cut: int) -> None:
    hub.publish(NAME, files)
    hub.cuts = [cut, cut]
    assert obtained(tmp_path / "out")["model.safetensors"] == files["model.safetensors"]
    assert sum(request.storage for request in hub.requests) == 3


def test_a_download_that_never_ends_is_given_up_and_can_be_run_again(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path
) -> None:
    hub.publish(NAME, files)
    hub.cuts = [1000] * 50
    assert (f"the connection to {hub.storage.removeprefix('http://')} fails (RemoteProtocolError); check the network "
            "and run again") in refusal(tmp_path)
    hub.cuts = []
    assert obtained(tmp_path / "out")["model.safetensors"] == files["model.safetensors"]


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_bytes_other_than_listed_are_refused_and_taken_anew(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path, name: str
) -> None:
    hub.publish(NAME, files)
    obtained(tmp_path / "first")
    [path] = (tmp_path / "cache").glob(f"models--some--encoder/snapshots/*/{name}")
    path.resolve().write_bytes(path.read_bytes().replace(b"e", b"f"))
    assert f"not the {name} that the Hub lists for some/encoder at main" in refusal(tmp_path)
    path.resolve().unlink()
    assert obtained(tmp_path / "second") == read_files(tmp_path / "first")


def test_a_mirror_without_digests_is_believed(hub: StandIn, files: dict[str, bytes], tmp_path: Path) -> None:
    repository, _ = hub.publish(NAME, files)
    repository.metadata = False
    assert obtained(tmp_path / "out")["model.safetensors"] == files["model.safetensors"]


def test_a_listing_that_fails_does_not_pass_part_of_a_checkpoint_for_the_whole(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path
) -> None:
    _, commit = hub.publish(NAME, files)
    HfApi().hf_hub_download(NAME, "config.json", revision=commit)
    hub.reactions.append(answering(503, "/tree/"))
    assert "tokenizer.json: the Hub lists this file but did not send it" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("reaction", "message"),
    [
        (answering(429, "/revision/"), "too many requests (status 429); run again in some minutes"),
        (answering(500, "/revision/"), "the Hub answers with status 500; run again later, set HF_ENDPOINT"),
        (answering(503, "/tree/"), "the Hub answers with status 503; run again later, set HF_ENDPOINT"),
        (answering(500, "/resolve/"), "the Hub answers with status 500; run again later, set HF_ENDPOINT"),
        (answering(403, "/revision/"), "refuses access (status 403); log in with `hf auth login` or set HF_TOKEN"),
        (answering(401, "/revision/", {"X-Error-Message": "Invalid credentials in Authorization header"}),
         "does not accept the token; renew or unset HF_TOKEN"),
        (answering(200, "/revision/", body=b"<html>log in</html>"), "not an answer of a Hub; correct or unset"),
        (answering(200, "/revision/", body=b"[]"), "not an answer of a Hub; correct or unset HF_ENDPOINT"),
        (answering(200, "/revision/", body=b'{"id": "some/encoder"}'), "not an answer of a Hub; correct or unset"),
        (answering(403, "/revision/", {"X-Error-Message": "Access to this resource is disabled."}),
         "has closed this repository"),
        (answering(200, "/resolve/", {}, b"no Hub"), "not an answer of a Hub; correct or unset HF_ENDPOINT"),
    ],
)
def test_an_answer_that_is_none_is_one_line_with_a_remedy(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reaction: Callable,
    message: str,
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    hub.publish(NAME, files)
    hub.reactions.append(reaction)
    found = refusal(tmp_path)
    assert found.startswith("some/encoder at main: ")
    assert message in found


def test_a_short_failure_is_waited_out(hub: StandIn, files: dict[str, bytes], tmp_path: Path) -> None:
    hub.publish(NAME, files)
    hub.reactions.append(answering(503, "/tree/", times=2))
    assert sorted(obtained(tmp_path / "out")) == OUTPUTS


@pytest.mark.parametrize("token", [None, TOKEN])
def test_a_repository_that_is_missing(
    hub: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    assert refusal(tmp_path) == ("some/encoder at main: no such repository, or a private one; correct its name, or log "
                                 "in with `hf auth login` or set HF_TOKEN to a token that may read it")


def test_a_private_repository_needs_its_token(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.publish(NAME, files)[0].private = TOKEN
    assert "no such repository, or a private one" in refusal(tmp_path)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert sorted(obtained(tmp_path / "out")) == OUTPUTS


def test_a_gated_repository_needs_its_terms_accepted(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.publish(NAME, files)[0].gated = TOKEN
    for token in ("", "hf_of_somebody_else"):
        monkeypatch.setenv("HF_TOKEN", token)
        message = refusal(tmp_path)
        assert f"gated; accept its terms at {hub.address}/some/encoder, and log in with `hf" in message
        assert "hf_of_somebody_else" not in message
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert sorted(obtained(tmp_path / "out")) == OUTPUTS


def test_a_revision_that_is_missing(hub: StandIn, files: dict[str, bytes], tmp_path: Path) -> None:
    hub.publish(NAME, files)
    for revision in ("maine", "refs/pr/7", "0" * 40):
        assert refusal(tmp_path, revision=revision) == (
            f"some/encoder at {revision}: no such revision; set `revision` to a branch, tag, commit or refs/pr/N that "
            "the repository has")


def test_a_hub_that_is_down_is_an_error_even_with_a_filled_cache(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.publish(NAME, files)
    obtained(tmp_path / "out")
    point_at("http://127.0.0.1:1", monkeypatch)
    message = refusal(tmp_path)
    assert message.startswith("some/encoder at main: the connection to 127.0.0.1:1 fails (ConnectError); check the")
    assert "HF_HUB_OFFLINE=1" in message
    assert "HF_ENDPOINT" in message


def test_a_storage_that_a_firewall_blocks_is_named(hub: StandIn, files: dict[str, bytes], tmp_path: Path) -> None:
    hub.publish(NAME, files)
    hub.storage = "http://127.0.0.1:1"
    assert "the connection to 127.0.0.1:1 fails (ConnectError)" in refusal(tmp_path)


def test_a_hub_that_is_silent_is_not_waited_for(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    monkeypatch.setattr("stages.common.hub.ANSWER_TIMEOUT", 0.5)
    hub.reactions.append(lambda request: over.wait(5) and None)
    try:
        assert "fails (ReadTimeout); check the network and run again" in refusal(tmp_path)
    finally:
        over.set()


@pytest.mark.parametrize("endpoint", ["huggingface.co", "https://user:pass/word@host", "ftp://host", "https://"])
def test_an_address_that_is_none_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    point_at(endpoint, monkeypatch)
    assert refusal(tmp_path) == ("HF_ENDPOINT: expected an address such as https://host, found something else; "
                                 "correct or unset it")


def test_a_token_that_is_none_is_not_shown(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "비밀번호")
    message = refusal(tmp_path)
    assert message.endswith("HF_TOKEN contains invalid characters; set it again")
    assert "비밀" not in message


def test_a_cache_that_cannot_be_written(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.publish(NAME, files)
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "file" / "cache"))
    assert "the cache cannot be written (Not a directory); make room or set HF_HOME" in refusal(tmp_path)


def test_no_secret_is_logged_when_attempts_are_repeated(
    hub: StandIn, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = io.StringIO()
    monkeypatch.setattr(logging.getLogger("huggingface_hub"), "handlers", [logging.StreamHandler(log)])
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    point_at(hub.address.replace("//", "//user:password@"), monkeypatch)
    hub.publish(NAME, files)
    hub.cuts = [1000]
    hub.reactions.append(answering(503, "/tree/", times=1))
    fetch_checkpoint(NAME, "main", HfApi())
    assert "503" in log.getvalue()
    assert "Error while downloading from http://127.0.0.1" in log.getvalue()
    for secret in ("password", "X-Signature", TOKEN):
        assert secret not in log.getvalue()


# Offline


def test_offline_gives_the_bytes_of_the_cache_and_asks_nothing(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, commit = hub.publish(NAME, files)
    online = obtained(tmp_path / "online")
    hub.requests.clear()
    offline(monkeypatch)
    assert obtained(tmp_path / "offline") == online
    pinned = obtained(tmp_path / "pinned", revision=commit)
    assert without(pinned, "origin.json") == without(online, "origin.json")
    assert hub.requests == []


def test_offline_gives_the_conversion_that_was_fetched(
    hub: StandIn, pickled: tuple, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pickled[0].propose(files, CONVERTER, CONVERSION_TITLE)
    online = obtained(tmp_path / "online")
    offline(monkeypatch)
    assert obtained(tmp_path / "offline") == online


def test_offline_after_a_branch_has_moved_gives_what_was_fetched_last(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository, _ = hub.publish(NAME, files)
    obtained(tmp_path / "first")
    repository.commit(other_weights(files, tmp_path))
    second = obtained(tmp_path / "second")
    repository.commit(files | {"README.md": b"third"})
    offline(monkeypatch)
    assert obtained(tmp_path / "offline") == second


def empty_cache(hub: StandIn, commit: str) -> None:
    """Nothing was ever fetched."""


def other_revision(hub: StandIn, commit: str) -> None:
    fetch_checkpoint(NAME, commit, HfApi())


def part_of_it(hub: StandIn, commit: str) -> None:
    HfApi().snapshot_download(NAME, allow_patterns=["config.json", "model.safetensors", "tokenizer.json"])


def without_listing(hub: StandIn, commit: str) -> None:
    for name in ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"):
        HfApi().hf_hub_download(NAME, name)


@pytest.mark.parametrize("fill", [empty_cache, other_revision, part_of_it, without_listing])
def test_offline_with_less_than_the_whole_checkpoint_is_refused(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fill: Callable
) -> None:
    fill(hub, hub.publish(NAME, files)[1])
    hub.requests.clear()
    offline(monkeypatch)
    assert refusal(tmp_path) == (
        "some/encoder at main: not in the cache, or not all of it, and HF_HUB_OFFLINE=1 allows no download; run once "
        "without it, or set HF_HOME to a folder that has been filled so")
    assert hub.requests == []


# The stage as a command, and its settings


def test_the_stage_in_a_process_of_its_own_writes_the_same_bytes(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # The way that differs most from copying: a plain vocabulary, and pickles with a conversion.
    plain = without(files, "model.safetensors", "tokenizer.json") | {
        "vocab.txt": "\n".join(tiny.SPECIAL + tiny.PIECES).encode(),
        "tokenizer_config.json": b'{"do_lower_case": false}'}
    repository, commit = hub.publish(NAME, plain)
    repository.private = TOKEN
    repository.propose(plain | {"model.safetensors": files["model.safetensors"]}, CONVERTER, CONVERSION_TITLE)
    (tmp_path / "params.yaml").write_text(
        f"checkpoints:\n  mine: {{source: hub, folder: data, repository: {NAME}, revision: main}}\n", "utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HF_")} | {
        "HF_ENDPOINT": hub.address, "HF_HOME": str(tmp_path / "home"), "HF_TOKEN": TOKEN, "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1"}
    run = subprocess.run([sys.executable, "-m", "stages.checkpoint", "--name", "mine", "--out", "out"], cwd=tmp_path,
                         env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert f"-S checkpoints.mine.revision={commit}" in run.stderr
    assert TOKEN not in run.stdout + run.stderr
    assert (tmp_path / "home" / "hub" / "models--some--encoder").is_dir()
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.chdir(tmp_path)
    assert main(["--name", "mine", "--out", "here"]) == 0
    assert read_files(tmp_path / "here") == read_files(tmp_path / "out")
    assert f"-S checkpoints.mine.revision={commit}" in capsys.readouterr().err


def test_a_pinned_revision_needs_no_advice(
    hub: StandIn, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, commit = hub.publish(NAME, files)
    (tmp_path / "params.yaml").write_text(
        f"checkpoints:\n  mine: {{source: hub, folder: data, repository: {NAME}, revision: {commit}}}\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["--name", "mine", "--out", "out"]) == 0
    assert "revision=" not in capsys.readouterr().err


def test_an_error_of_the_command_is_one_line(
    hub: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "params.yaml").write_text(
        f"checkpoints:\n  mine: {{source: hub, folder: data, repository: {NAME}, revision: main}}\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["--name", "mine", "--out", "out"]) == 1
    [line] = capfd.readouterr().err.splitlines()
    assert line.startswith("error: some/encoder at main: no such repository")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["params.yaml"]


@pytest.mark.parametrize("repository", ["bert-base-cased", "monologg/koelectra-base-v3-discriminator", "a_b/C.1"])
@pytest.mark.parametrize("revision", ["main", "v1.0", "refs/pr/12", "feature/x", "0123456789" * 4])
def test_names_of_the_hub_are_accepted(repository: str, revision: str) -> None:
    values = {"source": "hub", "folder": "data", "repository": repository, "revision": revision}
    assert checkpoint_from(values, "checkpoints.mine") == chosen(repository, revision).model_copy(
        update={"folder": "data"})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"repository": "https://huggingface.co/a/b"}, "checkpoints.mine.repository: expected owner/name"),
        ({"repository": "a/b/c"}, "checkpoints.mine.repository: expected owner/name"),
        ({"repository": "../a"}, "checkpoints.mine.repository: expected owner/name"),
        ({"repository": "a--b"}, "checkpoints.mine.repository: expected owner/name"),
        ({"repository": ""}, "checkpoints.mine.repository: expected owner/name"),
        ({"repository": "한국/모델"}, "checkpoints.mine.repository: expected owner/name"),
        ({"revision": "../../x"}, "checkpoints.mine.revision: expected a branch, tag, commit or refs/pr/N"),
        ({"revision": "/etc"}, "checkpoints.mine.revision: expected a branch, tag, commit or refs/pr/N"),
        ({"revision": ""}, "checkpoints.mine.revision: expected a branch, tag, commit or refs/pr/N"),
        ({"revision": 1}, "checkpoints.mine.revision: expected string, got 1"),
        ({"token": "x"}, "checkpoints.mine.token: unknown key"),
        ({"source": "web"}, "checkpoints.mine.source: expected 'local' or 'hub' or 'pretrain', got 'web'"),
    ],
)
def test_wrong_settings_are_refused_by_their_path(change: dict, message: str) -> None:
    values = {"source": "hub", "folder": "data", "repository": NAME, "revision": "main"} | change
    with pytest.raises(UserError, match=f"params.yaml: {message}".replace("?", r"\?")):
        checkpoint_from(values, "checkpoints.mine")


def test_weights_of_the_hub_can_be_read(hub: StandIn, files: dict[str, bytes], tmp_path: Path) -> None:
    hub.publish(NAME, files)
    obtained(tmp_path / "out")
    tiny.write_checkpoint(tmp_path / "again")
    expected = load_file(tmp_path / "again" / "model.safetensors")
    found = load_file(tmp_path / "out" / "model.safetensors")
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in found)
