"""Atomic writing of files and folders, and deterministic JSON."""

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from stages.common.errors import UserError, not_made

_WRITE_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)  # never raised by reading


@contextmanager
def write_errors_name(target: Path) -> Iterator[None]:
    """Let errors of writing name ``target`` if they name no file or a partial one.

    Libraries written in Rust raise their own exceptions with the error number in the text: these become an
    :class:`OSError` too.
    """
    partial = str(_partial(target))
    try:
        yield
    except OSError as error:
        written = error.filename2 or error.filename
        if str(written).startswith(partial) or (written is None and error.errno in _WRITE_ERRORS):
            error.filename, error.filename2 = str(target), None
        raise
    except Exception as error:
        for number in re.findall(r"\(os error (\d+)\)", str(error)):
            if int(number) in _WRITE_ERRORS:
                raise OSError(int(number), os.strerror(int(number)), str(target)) from error
        raise


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder that replaces ``target`` if the block succeeds."""
    with write_errors_name(target):
        partial = _clear_partial(target)
        partial.mkdir(parents=True)
        try:
            yield partial
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        if target.exists():
            shutil.rmtree(target)
        partial.replace(target)


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """Yield a path to write to; the file replaces ``target`` if the block succeeds."""
    with write_errors_name(target):
        if target.exists() and not target.is_file():
            raise UserError(f"{target}: not a regular file; choose another path to write to")
        partial = _clear_partial(target)
        partial.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield partial
            partial.replace(target)
        except BaseException:
            with suppress(OSError):  # the original error says more
                partial.unlink(missing_ok=True)
            raise


def _partial(target: Path) -> Path:
    return target.with_name(f".{target.name}.partial")


def _clear_partial(target: Path) -> Path:
    partial = _partial(target)
    if partial.is_dir():
        shutil.rmtree(partial)
    else:
        partial.unlink(missing_ok=True)
    return partial


def sha256(path: Path) -> str:
    """Digest of a file's bytes in hexadecimal, read in blocks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 with LF line ends, atomically."""
    with new_file(path) as partial:
        partial.write_bytes(text.encode())


def write_json(path: Path, value: Any) -> None:
    """Write indented JSON; NaN and infinities are errors, because JSON lacks them."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def read_json(path: Path) -> Any:
    """Read JSON; a missing or malformed file is a :class:`UserError`."""
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise not_made(path) from None
    except (ValueError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not valid JSON ({error})") from None


def write_json_lines(path: Path, values: Iterable[Any]) -> None:
    """Write one compact JSON value per line, in the order given."""
    with new_file(path) as partial, partial.open("w", encoding="utf-8", newline="\n") as stream:
        for value in values:
            stream.write(json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n")


def read_json_lines(path: Path) -> Iterator[Any]:
    """Yield the values of a file written by :func:`write_json_lines`; errors are those of :func:`read_json`."""
    try:
        with path.open(encoding="utf-8") as stream:
            for number, line in enumerate(stream, 1):
                try:
                    value = json.loads(line)
                except ValueError as error:
                    raise UserError(f"{path} line {number}: not valid JSON ({error})") from None
                yield value
    except FileNotFoundError:
        raise not_made(path) from None
