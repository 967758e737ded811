"""Files of tasks that the study has no more."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

RESULTS = tuple(Path("reports") / name for name in ("metrics", "curves", "cards", "sizes", "doctor"))


def remove_left_over(
    folders: Iterable[Path], tasks: Collection[str], cards: Mapping[str, Collection[str]] = MappingProxyType({})
) -> list[Path]:
    """Remove the files named after a task that is not one of ``tasks``; return what was removed.

    ``cards`` has the tasks of each card that not every task has, by what its name ends with.

    DVC leaves the outputs of a stage that is gone where they are. Here they would make the inputs of the report
    differ from those of a fresh clone. DVC's run cache keeps them for the day when the task comes back.
    """
    removed = [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir())
               if path.is_file() and path.name.split(".")[0] not in cards.get(path.stem.partition(".")[2], tasks)]
    for path in removed:
        path.unlink()
    return removed
