"""Packages of stages/ import each other without a cycle, and none imports a command."""

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from stages.common.sources import ROOT


def package_graph(root: Path) -> dict[str, set[str]]:
    """The packages below ``root/stages`` that each of them imports; a command is a package called ``<name>.py``."""
    stages = root / "stages"
    graph: dict[str, set[str]] = {path.parent.name: set() for path in stages.glob("*/__init__.py")}
    for package, imported in graph.items():
        for path in (stages / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_bytes())):
                assert not (isinstance(node, ast.ImportFrom) and node.level), f"{path}: imports by a relative name"
                imported.update(_imported(node, graph.keys()) - {package})
    return graph


def _imported(node: ast.AST, packages: Collection[str]) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        names = [f"{node.module}.{alias.name}" for alias in node.names]
    elif isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    else:
        return set()
    found = {name.split(".")[1] for name in names if name.startswith("stages.")}
    return {name if name in packages else f"{name}.py" for name in found}


def test_packages_import_each_other_without_a_cycle() -> None:
    graph = package_graph(ROOT)
    assert graph["training"] >= {"metrics", "models"}  # the graph is that of the imports
    TopologicalSorter(graph).prepare()
    commands = {package: {name for name in imported if name.endswith(".py")} for package, imported in graph.items()}
    assert not any(commands.values()), commands


@pytest.mark.parametrize(("line", "error"), [
    ("from stages.upper.module import function", CycleError), ("import stages.upper.module", CycleError),
    ("from stages import upper", CycleError), ("from stages.lower.other import function", None)])
def test_a_planted_cycle_is_found(line: str, error: type[Exception] | None, tmp_path: Path) -> None:
    for package, text in (("upper", "from stages.lower.module import name"), ("lower", f"def late():\n    {line}")):
        (tmp_path / "stages" / package).mkdir(parents=True)
        (tmp_path / "stages" / package / "__init__.py").touch()
        (tmp_path / "stages" / package / "module.py").write_text(text, "utf-8")
    sorter = TopologicalSorter(package_graph(tmp_path))
    if error:
        with pytest.raises(error):
            sorter.prepare()
    else:
        sorter.prepare()


# What these pass on is JSON of others: charts of Vega-Lite, cards of the Hub, DVC's lock.
OF_OTHERS = ("reporting", "spreading", "tables")


def untyped(body: Sequence[ast.stmt]) -> Iterator[str]:
    """Public functions, and fields of public classes, that take or give mappings of anything."""
    for node in body:
        said: list[ast.expr | None] = []
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from untyped(node.body)
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            arguments = node.args
            said = [node.returns, *(one.annotation for one in (
                *arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs))]
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            said = [node.annotation if isinstance(node, ast.AnnAssign) else node.value]
        if any(one and re.search(r"(dict|Mapping)\[str, Any\]", ast.unparse(one)) for one in said):
            yield f"line {node.lineno}"


def test_what_packages_pass_to_each_other_has_a_type() -> None:
    found = {path.relative_to(ROOT).as_posix(): list(untyped(ast.parse(path.read_bytes()).body))
             for path in (ROOT / "stages").glob("*/**/*.py") if path.parent.name not in OF_OTHERS}
    assert {path: places for path, places in found.items() if places} == {}


@pytest.mark.parametrize("code", [
    "def facts() -> dict[str, Any]: ...", "def use(facts: list[Mapping[str, Any]]) -> None: ...",
    "class Found:\n    facts: dict[str, Any]", "Facts = dict[str, Any]"])
def test_a_planted_mapping_of_anything_is_found(code: str) -> None:
    assert list(untyped(ast.parse(code).body))
