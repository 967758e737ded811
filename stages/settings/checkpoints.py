"""Settings of checkpoints: where an encoder comes from."""

import re
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from stages.common.errors import UserError
from stages.common.files import sha256
from stages.settings.base import Settings, validated
from stages.settings.hub import MAIN, Repository, Revision, is_repository, is_revision
from stages.settings.pretraining import PretrainingSettings
from stages.settings.reading import pick

# What `fetch_checkpoint` writes: the name that a task gives; the encoder if the task names it itself, and of one in a
# folder the digests of the files there, since the copy has others.
NAMED, FETCHED, COPIED = "name.txt", "checkpoint", "copied.json"
_COPIED_KINDS = (".json", ".safetensors", ".txt")

SAMPLE_TEXT = "data/text"  # a folder of the pipeline's own


def copied_files(folder: Path) -> dict[str, str]:
    """SHA-256 of the config, the weights and the files of the tokenizer in the folder of an encoder."""
    return {path.name: sha256(path) for path in sorted(folder.iterdir())
            if path.suffix in _COPIED_KINDS and path.is_file()}


class LocalCheckpoint(Settings):
    """A published encoder in a local folder: ``config.json``, tokenizer files and ``model.safetensors``."""

    source: Literal["local"]
    folder: str = Field(min_length=1)


class HubCheckpoint(Settings):
    """A published encoder on the Hugging Face Hub.

    Attributes:
        folder: not read, but must exist, because DVC tracks the folder of every checkpoint.
        repository: ``owner/name``, or ``name`` for the oldest models.
        revision: branch, tag, commit or ``refs/pr/N``.
    """

    source: Literal["hub"]
    folder: str = Field(min_length=1)
    repository: Repository
    revision: Revision = MAIN


class PretrainedHere(Settings):
    """An encoder that the pipeline pre-trains.

    Attributes:
        folder: folder of ``text``; ``data/text`` holds the embedded sample.
        text: name of a UTF-8 file with one text per line.
        pretraining: size of the encoder, and how it is pre-trained.
    """

    source: Literal["pretrain"]
    folder: str = Field(min_length=1)
    text: str = Field(min_length=1)
    pretraining: PretrainingSettings


Checkpoint = LocalCheckpoint | HubCheckpoint | PretrainedHere
KINDS: dict[str, type[LocalCheckpoint] | type[HubCheckpoint] | type[PretrainedHere]] = {
    "local": LocalCheckpoint, "hub": HubCheckpoint, "pretrain": PretrainedHere}


def checkpoint_from(values: Any, path: str) -> Checkpoint:
    """Validate one entry of ``checkpoints``; its ``source``, or what it has in its place, determines its keys."""
    source = _source(values) if isinstance(values, dict) else None
    if source not in KINDS:
        raise UserError(f"params.yaml: {path}.source: expected {' or '.join(map(repr, KINDS))}, got {source!r}")
    return validated(KINDS[source], values | {"source": source}, path)


def _source(values: dict[str, Any]) -> Any:
    if "source" in values or not values:
        return values.get("source")
    return "hub" if "repository" in values else "pretrain" if "pretraining" in values else "local"


def is_direct(checkpoint: str) -> bool:
    """Whether a task names an encoder itself, owner/name or a folder, and no entry of ``checkpoints``."""
    return "/" in checkpoint


def direct_checkpoint(given: str, place: str) -> LocalCheckpoint | HubCheckpoint:
    """The encoder that a task names itself: a folder, or ``owner/name`` of the Hub, with ``@revision`` or without.

    Raises:
        UserError: naming the key, or the option, that is its ``place``; it is neither.
    """
    if Path(given).is_dir():
        return LocalCheckpoint(source="local", folder=given)
    name, at, revision = given.partition("@")
    if is_repository(name) and (not at or is_revision(revision)):
        return HubCheckpoint(source="hub", folder=given, repository=name, revision=revision or MAIN)
    remedy = "write the folder in full, without '~'" if given.startswith("~") else "correct it"
    if page := re.match(r"https?://(?:huggingface\.co|hf\.co)/([^/]+/[^/?#]+)", given):
        remedy = f"write {page[1]}"
    raise UserError(f"{place}: expected an entry of `checkpoints`, owner/name of the Hub, "
                    f"owner/name@revision, or a folder that exists, got '{given}'; {remedy}")


def checkpoint_of(checkpoints: dict[str, Checkpoint], task: str, given: str) -> Checkpoint:
    """The checkpoint ``given`` of a task, which is an entry of ``checkpoints`` or names an encoder itself."""
    if is_direct(given):
        return direct_checkpoint(given, f"params.yaml: tasks.{task}.checkpoint")
    return checkpoints[given]


def checkpoint_settings(name: str) -> Checkpoint:
    """Settings of the checkpoint called ``name``."""
    path = f"checkpoints.{name}"
    return checkpoint_from(pick(path), path)


def given_checkpoint(task: str) -> str:
    """What ``checkpoint`` of a task is."""
    return str(pick(f"tasks.{task}.checkpoint"))
