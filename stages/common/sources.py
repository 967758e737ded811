"""The files of the project that a module runs, found by its imports, and digests of their code."""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

from stages.common.errors import UserError
from stages.common.files import sha256

ROOT = Path(__file__).parents[2]
_LISTINGS = Path("data/sources")
# `kind` is the prefix of u"text"; `type_comment` is a comment.
_WITHOUT_MEANING = ("kind", "type_comment")


def refuse_edited(stage: str) -> None:
    """Refuse to run code other than the listing's, on which DVC bases what it runs.

    Raises:
        UserError: the code of a file was edited after the pipeline started.
    """
    listing = _LISTINGS / f"{stage}.sha256"
    if not listing.is_file():
        return
    for line in listing.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        digest, path = line.split("  ", 1)
        if not (ROOT / path).is_file() or code_digest(ROOT / path) != digest:
            raise UserError(f"{path}: edited or removed since the pipeline started; run `dvc repro` again, which keeps "
                            "finished stages")


def code_digest(path: Path) -> str:
    """SHA-256 in hexadecimal: of the code of a Python file, of the bytes of any other file.

    Comments, docstrings and formatting are not part of the code, so no stage may read them when it runs. The digest is
    the same under every supported release of Python.
    """
    if path.suffix != ".py":
        return sha256(path)
    return _python_digest(path, path.read_bytes())


@cache  # a training asks twice, and tests train hundreds of times
def _python_digest(path: Path, code: bytes) -> str:
    return hashlib.sha256(_canonical(_parse(path, code)).encode()).hexdigest()


def parse_python(path: Path) -> ast.Module:
    """The syntax tree of a file.

    Raises:
        UserError: the file is not valid Python.
    """
    return _parse(path, path.read_bytes())


def _parse(path: Path, code: bytes) -> ast.Module:
    try:
        return ast.parse(code, str(path))
    except SyntaxError as error:
        raise UserError(f"{path}: line {error.lineno}: not valid Python ({error.msg}); correct the line") from None


def _canonical(node: object) -> str:
    """Text of a syntax tree, which unlike :func:`ast.dump` does not depend on the release of Python.

    Empty fields are left out, because newer releases have more of them, and so are statements that are only a string,
    as docstrings are.
    """
    if isinstance(node, ast.JoinedStr):
        node = ast.JoinedStr(list(_joined_literals(node.values)))
    if isinstance(node, list):
        return f"[{','.join(_canonical(item) for item in node if not _is_docstring(item))}]"
    if not isinstance(node, ast.AST):
        return ascii(node)  # `repr` escapes by the Unicode tables of the release
    fields = (f"{name}={_canonical(value)}" for name, value in ast.iter_fields(node)
              if value not in (None, []) and name not in _WITHOUT_MEANING)
    return f"{type(node).__name__}({','.join(fields)})"


def _joined_literals(parts: list[ast.expr]) -> Iterator[ast.expr]:
    """The parts of an f-string without cuts inside its literal text, which differ between releases of Python."""
    for is_literal, group in groupby(parts, lambda part: isinstance(part, ast.Constant)):
        if not is_literal:
            yield from group
        elif text := "".join(ast.literal_eval(part) for part in group):
            yield ast.Constant(text)


def _is_docstring(node: object) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def closure(module: str) -> list[str]:
    """Paths relative to the repository root, sorted: the module, what it imports, templates that it names, and
    the catalogues of messages beside it.

    Imports are expected as ``from stages.package import name``, at the top of a module or inside a function.
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
    for node in ast.walk(parse_python(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "stages":
            yield from _imported(node)
        elif isinstance(node, ast.Constant) and Path(str(node.value)).suffix in (".j2", ".css", ".js"):
            yield path.with_name(str(node.value))
        elif isinstance(node, ast.Constant) and node.value == ".ftl":
            yield from path.parent.glob("*.ftl")


def _imported(node: ast.ImportFrom) -> list[Path]:
    module = _path(str(node.module))
    if module.exists():
        return [module]
    return [_path(f"{node.module}.{alias.name}") for alias in node.names]


def _path(module: str) -> Path:
    return ROOT.joinpath(*module.split(".")).with_suffix(".py")
