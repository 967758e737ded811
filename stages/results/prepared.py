"""What ``preprocess`` writes about one task: the task itself, and rows with their gold labels."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from stages.common.errors import UserError
from stages.common.example import Content
from stages.common.files import read_json, read_json_lines


@dataclass(frozen=True)
class Task:
    """The content of ``task.json``.

    Attributes:
        kind: ``single``, ``pair`` or ``words``.
        labels: labels of texts, or types of entities.
        tags: the classes in the order of their ids: the labels, or the IOB2 tags of words.
        metric: the headline metric.
        synthetic: whether the pipeline wrote the corpus itself.
    """

    kind: str
    labels: tuple[str, ...]
    tags: tuple[str, ...]
    metric: str
    task: str = ""
    title: str = ""
    language: str = ""
    splits: tuple[str, ...] = ()
    synthetic: bool = False

    @classmethod
    def of(cls, values: Mapping[str, object]) -> "Task":
        """The task of these JSON values."""
        return cls(**_known(cls, values))

    @property
    def is_words(self) -> bool:
        """Whether every word has a tag."""
        return self.kind == "words"

    @property
    def ids(self) -> dict[str, int]:
        """Class ids by label or tag."""
        return {tag: identifier for identifier, tag in enumerate(self.tags)}


@dataclass(frozen=True, slots=True)
class Row(Content):
    """One labelled example; ``guid`` names its split and its line in the raw file."""

    guid: str

    @classmethod
    def of(cls, values: Mapping[str, object]) -> "Row":
        """The row of these JSON values."""
        return cls(**_known(cls, values))


def _known(cls: type, values: Mapping[str, Any]) -> dict[str, Any]:
    names = (field.name for field in fields(cls))
    return {name: tuple(values[name]) if isinstance(values[name], list) else values[name]
            for name in names if name in values}


def read_task(prepared: Path) -> Task:
    """The task in a folder that ``preprocess`` wrote.

    Raises:
        UserError: ``task.json`` is missing or malformed.
    """
    path = prepared / "task.json"
    try:
        return Task.of(read_json(path))
    except TypeError as error:
        raise UserError(f"{path}: not a task ({error}); delete the file and run `dvc repro`") from None


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a split in their order.

    Raises:
        UserError: the file is missing or malformed.
    """
    for number, values in enumerate(read_json_lines(path), start=1):
        try:
            row = Row.of(values)
        except TypeError as error:
            raise UserError(f"{path} line {number}: not a row ({error}); delete the file and run `dvc repro`") from None
        yield row
