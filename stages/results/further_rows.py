"""The rows of a further test set, as ``preprocess_further`` writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stages.common.errors import UserError
from stages.common.files import read_json, read_json_lines
from stages.results.prepared import Row, Task, read_rows


@dataclass(frozen=True)
class FurtherTest:
    """Rows with their gold labels.

    Attributes:
        task: the classes of the models.
        merged: the labels of the rows, and of the classes after ``merge``, see :mod:`stages.results.merging`.
        first_tags: of a second gold standard, the tags of the task's own test set, by row.
        unreachable: of a second gold standard, the entities of each row that no tags of its words can name.
    """

    task: Task
    merged: Task
    merge: Mapping[str, str]
    rows: tuple[Row, ...]
    second_gold: bool = False
    first_tags: tuple[tuple[str, ...], ...] = ()
    unreachable: tuple[int, ...] = ()


def read_further_test(folder: Path) -> FurtherTest:
    """The test set in a folder that ``preprocess_further`` wrote.

    Raises:
        UserError: a file is missing or malformed.
    """
    path, rows = folder / "test.json", folder / "rows.jsonl"
    facts, values = read_json(path), list(read_json_lines(rows))
    try:
        task, merged = (Task(facts["kind"], tuple(facts["labels"]), tuple(facts[tags]), facts["metric"])
                        for tags in ("tags_of_task", "tags"))
        merge, second_gold = facts["merge"], facts["second_gold"]
    except (KeyError, TypeError) as error:
        reason = f"no {error}" if isinstance(error, KeyError) else error
        raise UserError(f"{path}: not a further test set ({reason}); delete the file and run `dvc repro`") from None
    return FurtherTest(task, merged, merge, tuple(read_rows(rows)), second_gold,
                       tuple(tuple(row.get("first_tags", ())) for row in values),
                       tuple(row.get("unreachable", 0) for row in values))
