"""Settings of the data: where a corpus comes from, how it is split, how it is encoded."""

from typing import Literal

from pydantic import Field

from stages.settings.base import Section, Seed, Settings, validated
from stages.settings.reading import pick
from stages.settings.table import TableSettings

SOURCE = "source.json"  # beside the files of a task: facts about them
SHARED = ("sample_seed", "split_seed")  # settings of all tasks


class SourceSettings(Settings):
    """Where a task's raw files come from.

    Attributes:
        corpus: name of an entry of the task table, or ``table`` for any other table.
        source: ``sample`` writes the embedded synthetic corpus, ``published`` downloads the pinned files, ``local``
            copies files from ``folder``, ``hub`` downloads a table from the Hugging Face Hub.
        folder: folder with the corpus's files, used when ``source`` is ``local``; of a table, also its single file.
        table: how a table is read.
    """

    corpus: str
    source: Literal["sample", "published", "local", "hub"]
    folder: str = Field(min_length=1)
    table: TableSettings = TableSettings()


class SplitSettings(Settings):
    """How raw rows become the training, validation and test sets.

    Attributes:
        validation_size: validation rows, split off the training set if the corpus has no validation set.
        test_size: rows per test set, 0 for all.
        exclude_id_prefix: rows whose identifier starts with this are dropped and counted; "" drops none.
    """

    validation_size: int = Field(ge=0)
    test_size: int = Field(ge=0)
    exclude_id_prefix: str


class EncodingSettings(Settings):
    """How text becomes token ids.

    Attributes:
        checkpoint: the entry of ``checkpoints`` whose tokenizer and architecture are used; or ``owner/name`` of the Hub
            or a folder.
        max_length: maximum tokens per input, special tokens included.
    """

    checkpoint: str = Field(min_length=1)
    max_length: int = Field(ge=8)


class DownloadSettings(SourceSettings):
    """What the download stage reads; ``sample_seed`` seeds the embedded corpora and the embedded text."""

    sample_seed: Seed


class PrepareSettings(SplitSettings):
    """What the preprocess stage reads; ``split_seed`` orders the rows of every corpus."""

    corpus: str
    table: TableSettings = TableSettings()
    split_seed: Seed


def task_settings(section: type[Section], task: str) -> Section:
    """What a stage reads of the settings of one task, and of those that all tasks share."""
    values = {name: pick(name if name in SHARED else f"tasks.{task}.{name}") for name in section.model_fields}
    return validated(section, values, f"tasks.{task}")
