"""The first-party files that a module needs to run, read from its imports."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


def closure(module: str) -> list[str]:
    """Paths relative to the repository root, sorted: the module, what it imports, and files beside it that it names."""
    found: set[Path] = set()
    waiting = [_path(module)]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _needs(path)
    return sorted(str(path.relative_to(ROOT)) for path in found)


@cache
def _needs(path: Path) -> list[Path]:
    if path.suffix != ".py":
        return []
    needs = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "stages":
            needs += _imported(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(".j2"):
            needs.append(path.with_name(node.value))
    return needs


def _imported(node: ast.ImportFrom) -> list[Path]:
    module = _path(str(node.module))
    if module.exists():
        return [module]
    return [_path(f"{node.module}.{alias.name}") for alias in node.names]


def _path(module: str) -> Path:
    return ROOT.joinpath(*module.split(".")).with_suffix(".py")
