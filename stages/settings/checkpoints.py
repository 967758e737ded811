"""Settings of checkpoints: where an encoder comes from."""

from typing import Annotated, Literal

from pydantic import Field

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


Checkpoint = Annotated[LocalCheckpoint | PretrainedHere, Field(discriminator="source")]


class CheckpointSettings(Settings):
    """One entry of ``checkpoints``."""

    checkpoint: Checkpoint


def checkpoint_settings(name: str) -> LocalCheckpoint | PretrainedHere:
    """Settings of the checkpoint called ``name``."""
    values = {"checkpoint": pick(read_params(), f"checkpoints.{name}")}
    return validated(CheckpointSettings, values, f"checkpoints.{name}").checkpoint
