"""How many training rows: a number of rows, or of labels per class."""

import re
from typing import Annotated, Any

from pydantic import Field, ValidatorFunctionWrapHandler, WrapValidator

_PER_CLASS = re.compile(r"([1-9][0-9]*)_per_class")
Size = int | str  # a number of rows, or text such as "8_per_class"


def labels_per_class(size: Size) -> int:
    """The 8 of ``8_per_class``; 0 for a number of rows."""
    found = _PER_CLASS.fullmatch(str(size))
    return int(found[1]) if found else 0


def _size(value: Any, number: ValidatorFunctionWrapHandler) -> Any:
    if isinstance(value, str) and labels_per_class(value):
        return value
    if isinstance(value, str) and "class" in value.lower():
        raise ValueError("expected a number of rows, or labels per class such as 8_per_class")
    return number(value)


TrainSize = Annotated[Annotated[int, Field(ge=0)], WrapValidator(_size)]
FurtherTrainSize = Annotated[Annotated[int, Field(ge=1)], WrapValidator(_size)]
