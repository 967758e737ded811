"""Files of other stages, read strictly."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from stages.common.errors import UserError
from stages.common.files import read_json
from stages.common.visible import visible

Text = Annotated[str, AfterValidator(visible)]  # from data, so that nothing in it hides or reorders what is around


class Facts(BaseModel):
    """A part of an input file; keys that the report does not show are left aside."""

    model_config = ConfigDict(frozen=True, extra="ignore")


Model = TypeVar("Model", bound=BaseModel)


def validated(model: type[Model], path: Path) -> Model:
    """The content of a JSON file, or a :class:`UserError` that names the first wrong place."""
    try:
        return model.model_validate(read_json(path))
    except ValidationError as failure:
        problem = failure.errors()[0]
        where = ".".join(map(str, problem["loc"]))
        raise UserError(f"{path}: {where}: {problem['msg']}; delete the file and run `dvc repro`") from None


def refuse_other_keys(path: Path, what: str, found: Sequence[str], expected: Sequence[str]) -> None:
    """Refuse a file that has not the keys of the grid."""
    missing = [name for name in expected if name not in found]
    left_over = [name for name in found if name not in expected]
    if missing or left_over:
        problems = [f"{problem} {', '.join(map(visible, names))}"
                    for problem, names in (("missing", missing), ("left over", left_over)) if names]
        raise UserError(f"{path}: {what} are not those of the grid in params.yaml ({'; '.join(problems)}); "
                        "run `dvc repro`")
