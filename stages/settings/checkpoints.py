"""Settings of checkpoints: where an encoder comes from."""

from typing import Any, Literal

from pydantic import Field

from stages.common.errors import UserError
from stages.settings.base import Settings, validated
from stages.settings.pretraining import PretrainingSettings
from stages.settings.reading import pick, read_params


class LocalCheckpoint(Settings):
    """A published encoder in a local folder: ``config.json``, tokenizer files and ``model.safetensors``."""

    source: Literal["local"]
    folder: str = Field(min_length=1)


class PretrainedHere(Settings):
    """An encoder that the pipeline itself pre-trains.

    Attributes:
        folder: folder of ``text``; ``data/text`` holds the embedded sample.
        text: name of a UTF-8 file with one text per line.
        pretraining: size of the encoder and how it is pre-trained.
    """

    source: Literal["pretrain"]
    folder: str = Field(min_length=1)
    text: str = Field(min_length=1)
    pretraining: PretrainingSettings


Checkpoint = LocalCheckpoint | PretrainedHere
_KINDS: dict[str, type[LocalCheckpoint] | type[PretrainedHere]] = {"local": LocalCheckpoint, "pretrain": PretrainedHere}


def checkpoint_from(values: Any, path: str) -> Checkpoint:
    """Validate one entry of ``checkpoints``; its ``source`` says which keys it has."""
    source = values.get("source") if isinstance(values, dict) else None
    if source not in _KINDS:
        raise UserError(f"params.yaml: {path}.source: expected {' or '.join(map(repr, _KINDS))}, got {source!r}")
    return validated(_KINDS[source], values, path)


def checkpoint_settings(name: str) -> Checkpoint:
    """Settings of the checkpoint called ``name``."""
    path = f"checkpoints.{name}"
    return checkpoint_from(pick(read_params(), path), path)
