"""Settings of the data: where a corpus comes from, how it is split, how it is encoded."""

from typing import Any, Literal

from pydantic import Field

from stages.settings.base import Section, Seed, Settings, validated
from stages.settings.reading import pick
from stages.settings.table import TableSettings


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


class _PreparedTask(SplitSettings):
    corpus: str
    table: TableSettings = TableSettings()


class PrepareSettings(_PreparedTask):
    """What the preprocess stage reads; ``split_seed`` orders the rows of every corpus."""

    split_seed: Seed


def task_source_settings(task: str) -> DownloadSettings:
    """Settings of ``download`` for one task."""
    return _task_section(DownloadSettings, SourceSettings, task, "sample_seed")


def task_data_settings(task: str) -> PrepareSettings:
    """Settings of ``preprocess`` for one task."""
    return _task_section(PrepareSettings, _PreparedTask, task, "split_seed")


def task_encoding_settings(task: str) -> EncodingSettings:
    """Settings of ``encode`` for one task."""
    return _task_section(EncodingSettings, EncodingSettings, task)


def _task_section(section: type[Section], of_task: type[Settings], task: str, *shared: str) -> Section:
    values: dict[str, Any] = {name: pick(f"tasks.{task}.{name}") for name in of_task.model_fields}
    return validated(section, values | {name: pick(name) for name in shared}, f"tasks.{task}")
