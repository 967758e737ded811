"""Files of tasks that the study has no more."""

from collections.abc import Collection, Iterable
from pathlib import Path

RESULTS = (Path("reports/metrics"), Path("reports/curves"), Path("reports/cards"), Path("reports/sizes"))


def remove_left_over(folders: Iterable[Path], tasks: Collection[str], adapted: Collection[str]) -> list[Path]:
    """Remove the files named after a task that is not one of ``tasks``; return what was removed.

    So is what was said about the adaptation of a task that is not one of ``adapted``.

    DVC leaves the outputs of a stage that is gone where they are. Here they would make the inputs of the report
    differ from those of a fresh clone. DVC's run cache keeps them for the day when the task comes back.
    """
    removed = [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir())
               if path.is_file() and path.name.split(".")[0] not in (
                   adapted if path.name.endswith(".adaptation.json") else tasks)]
    for path in removed:
        path.unlink()
    return removed
