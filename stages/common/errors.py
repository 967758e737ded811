"""The exception whose message is written for users."""

from pathlib import Path


class UserError(Exception):
    """Bad input or settings: a one-line message with the place, the problem and the remedy."""


def not_made(path: Path) -> UserError:
    """The error about a file that the pipeline makes and that is not there."""
    return UserError(f"{path}: no such file; run `dvc repro` to make it")


def unreadable(path: Path, error: OSError) -> UserError:
    """The error about a file of the user's that the system does not let us read."""
    return UserError(f"{path}: cannot be read ({error.strerror}); check its name and permissions")
