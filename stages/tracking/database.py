"""An SQLite file as MLflow's store: whether it can be used, and the artifact locations in it.

The file is read without MLflow, whose import takes seconds and whose report of a damaged file has a hundred lines.
"""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryFile

from stages.common.errors import UserError

ARTIFACTS = "mlartifacts"  # beside the database
_WAIT = 5.0  # seconds for another program to end its transaction
_ANEW = "move it away or name another file, and log the present results anew with `make track`"
# Columns in which MLflow keeps absolute addresses of artifacts.
_LOCATIONS = (("experiments", "artifact_location"), ("runs", "artifact_uri"), ("logged_models", "artifact_location"))


def check_database(path: Path) -> None:
    """Refuse a file that MLflow cannot use; MLflow creates one that does not exist or is empty.

    Raises:
        UserError: it is not an SQLite file, damaged, not writable, locked, or of another MLflow release; or no file can
            be created in its folder.
    """
    if path.exists() and not path.is_file():
        raise UserError(f"{path}: expected an SQLite database, found a folder; {_ANEW}")
    if not path.exists():
        _check_folder(path)
    if not is_made(path):
        return
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK | os.X_OK)):
        raise UserError(f"{path}: expected a database in which runs can be written, found it read-only; change the "
                        "permissions of the file and of its folder")
    with _opened(path) as connection:
        connection.execute("BEGIN IMMEDIATE")  # as a writer would; nothing is written
        damage = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        tables = _tables(connection)
        found = [name for name, in connection.execute("SELECT version_num FROM alembic_version")] if (
            "alembic_version" in tables) else []
    if damage != "ok":
        raise UserError(f"{path}: expected a whole SQLite database, found it damaged ({_one_line(damage)}); {_ANEW}")
    if tables and "experiments" not in tables:
        raise UserError(f"{path}: expected MLflow's tables, found those of another program; {_ANEW}")
    _check_release(path, found)


def _check_folder(path: Path) -> None:
    """Refuse a folder in which no file can be created: MLflow would try for minutes, or create missing folders."""
    try:
        TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise UserError(f"{path}: expected a folder in which a database can be created, found {path.parent} "
                        f"({error.strerror}); correct the path, or create the folder with write permission") from None


def is_made(path: Path) -> bool:
    """Whether the file exists and is not empty."""
    return path.is_file() and path.stat().st_size > 0


def move_locations(path: Path, artifacts: str) -> int:
    """Correct the artifact addresses of a database that was copied or moved with its folder.

    MLflow stores absolute addresses: those in a copy point to the original's folder, into which new runs would write.
    Experiments whose artifacts were put elsewhere on purpose are left alone.

    Args:
        artifacts: address of the folder beside the database.

    Returns:
        The number of changed addresses.
    """
    with _opened(path) as connection:
        rows = connection.execute("SELECT name, artifact_location FROM experiments").fetchall()
        folders = {location.removesuffix(f"/{name}") for name, location in rows
                   if (location or "").endswith(f"/{ARTIFACTS}/{name}")} - {artifacts}
        tables = _tables(connection)
        changed = 0
        for old in sorted(folders):
            for table, column in (place for place in _LOCATIONS if place[0] in tables):
                changed += connection.execute(
                    f"UPDATE {table} SET {column} = ? || substr({column}, ?) "  # noqa: S608 - names of our own
                    f"WHERE substr({column}, 1, ?) = ?",
                    (artifacts, len(old) + 1, len(old) + 1, f"{old}/")).rowcount
        connection.commit()
    return changed


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection whose errors name the file; what is not committed is rolled back."""
    try:
        with closing(sqlite3.connect(path, timeout=_WAIT)) as connection:
            yield connection
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and ("locked" in str(error) or "busy" in str(error)):
            raise UserError(f"{path}: expected a database that is not in use, found it locked for {_WAIT:.0f} seconds; "
                            "end the program that has it open, then run again") from None
        raise UserError(f"{path}: expected an SQLite database, found {_one_line(error)}; {_ANEW}") from None


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for name, in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _one_line(text: object) -> str:
    return " ".join(str(text).split())


def _check_release(path: Path, found: list[str]) -> None:
    """Compare the revision of the tables with those that the installed MLflow knows."""
    known = _revisions()
    newest = known.keys() - known.values()
    if not found or not known or set(found) == newest:
        return
    if found[0] in known:
        raise UserError(f"{path}: expected the tables of the installed MLflow, found those of an older release; copy "
                        f"the file, then run `mlflow db upgrade sqlite:///{path.name}` beside it")
    raise UserError(f"{path}: expected the tables of the installed MLflow, found those of a newer release (revision "
                    f"{found[0]}); install that release, or {_ANEW}")


def _revisions() -> dict[str, str]:
    """Every revision of the tables that the installed MLflow knows, with its predecessor."""
    folder = Path(str(distribution("mlflow").locate_file("mlflow/store/db_migrations/versions")))
    found = {}
    for text in (file.read_text("utf-8") for file in sorted(folder.glob("*.py"))):
        values = {name: match.group(1) for name in ("revision", "down_revision")
                  if (match := re.search(rf"^{name}\s*(?::[^=]*)?=\s*['\"](\w+)['\"]", text, re.MULTILINE))}
        if "revision" in values:
            found[values["revision"]] = values.get("down_revision", "")
    return found
