"""The root of the main repository."""

from pathlib import Path

STATES = Path("data/resume")  # relative to the root: states of unfinished runs


def repository_root(folder: Path) -> Path:
    """The root of the main repository, also from the temporary copy in which DVC runs a queued experiment."""
    parts = folder.resolve().parts
    for position in range(len(parts) - 2):
        if parts[position : position + 3] == (".dvc", "tmp", "exps"):
            return Path(*parts[:position])
    return folder.resolve()
