"""The first-party files that a module runs, read from its imports."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from stages.common.errors import UserError
from stages.common.files import sha256

ROOT = Path(__file__).parents[2]
_LISTINGS = Path("data/sources")


def refuse_edited(stage: str) -> None:
    """Refuse to run code that is not that of the listing, which DVC takes it for.

    Raises:
        UserError: a file was edited after the pipeline was started.
    """
    listing = _LISTINGS / f"{stage}.sha256"
    if not listing.is_file():
        return
    for line in listing.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        digest, path = line.split("  ", 1)
        if not (ROOT / path).is_file() or sha256(ROOT / path) != digest:
            raise UserError(f"{path}: expected the file as it was when the pipeline was started, found it edited; "
                            "run `dvc repro` again, which keeps what is done")


def closure(module: str) -> list[str]:
    """Paths relative to the repository root, sorted: the module, what it imports, and templates that it names.

    Imports are expected as ``from stages.package import name``, at the top of a module.
    """
    found: set[Path] = set()
    waiting = [_path(module)]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _needs(path)
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


@cache
def _needs(path: Path) -> tuple[Path, ...]:
    return tuple(_needed(path)) if path.suffix == ".py" else ()


def _needed(path: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(path.read_bytes(), str(path))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "stages":
            yield from _imported(node)
        elif isinstance(node, ast.Constant) and Path(str(node.value)).suffix == ".j2":
            yield path.with_name(str(node.value))


def _imported(node: ast.ImportFrom) -> list[Path]:
    module = _path(str(node.module))
    if module.exists():
        return [module]
    return [_path(f"{node.module}.{alias.name}") for alias in node.names]


def _path(module: str) -> Path:
    return ROOT.joinpath(*module.split(".")).with_suffix(".py")
