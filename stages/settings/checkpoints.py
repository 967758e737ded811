"""Settings of checkpoints: where an encoder comes from."""

from typing import Any, Literal

from pydantic import Field

from stages.common.errors import UserError
from stages.settings.base import Settings, validated
from stages.settings.hub import MAIN, Repository, Revision
from stages.settings.pretraining import PretrainingSettings
from stages.settings.reading import pick, read_params


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
    """Validate one entry of ``checkpoints``; its ``source`` determines its keys."""
    source = values.get("source") if isinstance(values, dict) else None
    if source not in KINDS:
        raise UserError(f"params.yaml: {path}.source: expected {' or '.join(map(repr, KINDS))}, got {source!r}")
    return validated(KINDS[source], values, path)


def checkpoint_settings(name: str) -> Checkpoint:
    """Settings of the checkpoint called ``name``."""
    path = f"checkpoints.{name}"
    return checkpoint_from(pick(read_params(), path), path)
