"""Training rows: how many a setting asks for, and which ones each cell uses.

A size is a number of rows, or of labels per class; ``plan_sizes`` chooses its rows. ``data/rows/<task>`` says which
training rows each cell uses: ``<seed>.json``, ``<size>-<seed>.json`` at a further train size, and ``all.json`` for who
needs the rows of every seed. Below ``data/sized/<task>/<size>`` are ``models/<cell>`` and ``predictions``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from pydantic import Field, ValidatorFunctionWrapHandler, WrapValidator

from stages.common.errors import UserError
from stages.common.files import read_json
from stages.settings.base import plain_number

# Stands alone in the folder of a model, or of predictions, of a size that is no further point of the task.
SKIPPED = "skipped.json"
PLAN = "sizes.json"  # in data/sized/<task>: which sizes are further points
ALL_DRAWS = "all.json"
_PER_CLASS = re.compile(r"([1-9][0-9]*)_per_class")
Row = TypeVar("Row")
Size = int | str  # a number of rows, or text such as "8_per_class"


def labels_per_class(size: Size) -> int:
    """The 8 of ``8_per_class``; 0 for a number of rows."""
    found = _PER_CLASS.fullmatch(str(size))
    return int(found[1]) if found else 0


def _size(value: Any, number: ValidatorFunctionWrapHandler) -> Any:
    if isinstance(value, str) and labels_per_class(value):
        return value
    meant = plain_number(value)
    if meant is None or not meant.is_integer():
        raise ValueError("expected a number of rows, such as 500, or labels per class, such as 16_per_class")
    return number(value)


TrainSize = Annotated[Annotated[int, Field(ge=0)], WrapValidator(_size)]
FurtherTrainSize = Annotated[Annotated[int, Field(ge=1)], WrapValidator(_size)]


@dataclass(frozen=True)
class TrainRows:
    """Training rows of one cell.

    Attributes:
        train_size: how many, 0 for all.
        drawn: their places among all training rows, in the order in which they are used; None for the first ones.
        skipped: whether they are not fewer than the task has, so that nothing is trained.
    """

    train_size: int = 0
    drawn: tuple[int, ...] | None = None
    skipped: bool = False

    @classmethod
    def of(cls, values: Any) -> "TrainRows":
        """The rows of these JSON values."""
        drawn = values.get("drawn")
        return cls(values["train_size"], None if drawn is None else tuple(drawn), "skipped" in values)

    def of_all(self, rows: Iterable[Row]) -> list[Row]:
        """Those among all training rows, in the order in which they are used; no further row is read."""
        if self.drawn is None:
            return list(islice(rows, self.train_size or None))
        first = list(islice(rows, max(self.drawn) + 1))
        return [first[place] for place in self.drawn]


WHOLE = MappingProxyType({0: TrainRows()})  # all rows, for every seed


def read_train_rows(path: Path) -> TrainRows:
    """Rows of one cell.

    Raises:
        UserError: the file is missing or malformed.
    """
    return _read(path, TrainRows.of)


def read_all_draws(path: Path) -> dict[int, TrainRows]:
    """Rows by seed where every seed draws its own; else those of all seeds, under 0."""
    return _read(path, lambda values: {int(seed): TrainRows.of(rows) for seed, rows in values.items()})


def by_seed(found: Mapping[int, Any]) -> dict[str, object]:
    """Predictions of a baseline as they are stored: under ``test``, or ``by_seed`` where every seed has its own rows.
    """
    if len(found) == 1:
        return {"test": next(iter(found.values()))}
    return {"by_seed": {str(seed): predictions for seed, predictions in found.items()}}


def _read(path: Path, parse: Any) -> Any:
    try:
        return parse(read_json(path))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UserError(f"{path}: not training rows ({error!r}); delete the file and run `dvc repro`") from None


def models_of(sized: Path, size: int | str) -> Path:
    """Folder of the models of one size, below the folder of a task."""
    return sized / str(size) / "models"


def predictions_of(sized: Path, size: int | str) -> Path:
    """Folder of the predictions of one size, below the folder of a task."""
    return sized / str(size) / "predictions"
