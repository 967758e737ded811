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


def modules_of(root: Path) -> dict[str, ast.Module]:
    """The modules below ``root/stages`` by their names; a package is one, too."""
    return {".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
        path.read_bytes()) for path in (root / "stages").rglob("*.py")}


def imported_elsewhere(modules: dict[str, ast.Module]) -> set[tuple[str, str]]:
    """Module and name of what another package, or a command, imports or takes from an imported module."""
    found: set[tuple[str, str]] = set()
    for user, tree in modules.items():
        aliases: dict[str, str] = {}
        names: list[tuple[str, str]] = []
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                aliases |= {one.asname or one.name: one.name for one in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names += [(node.module, one.name) for one in node.names]
                aliases |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
        names += [(aliases[ast.unparse(node.value)], node.attr) for node in ast.walk(tree)
                  if isinstance(node, ast.Attribute) and ast.unparse(node.value) in aliases]
        found |= {(module, name) for module, name in names if module in modules and not _alike(user, module)}
    return found


def _alike(first: str, second: str) -> bool:
    """Whether two modules are of one package; each command is a package of its own."""
    return first.split(".")[1:2] == second.split(".")[1:2]


def untyped(body: Sequence[ast.stmt], names: Collection[str] | None = None) -> Iterator[str]:
    """Of these names, or of all: public functions, fields and methods of classes, and names of types, that take or give
    mappings of anything."""
    for node in body:
        said: list[ast.expr | None] = []
        if isinstance(node, ast.ClassDef):
            if names is None or node.name in names:
                yield from untyped([one for one in node.body if not (
                    isinstance(one, ast.FunctionDef) and one.name.startswith("_") and one.name != "__init__")])
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if names is None or node.name in names:
                arguments = node.args
                said = [node.returns, *(one.annotation for one in (
                    *arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
                    if one)]
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if names is None or any(isinstance(one, ast.Name) and one.id in names for one in targets):
                said = [node.annotation if isinstance(node, ast.AnnAssign) else node.value]
        if any(one and re.search(r"(dict|Mapping)\[str, Any\]", ast.unparse(one)) for one in said):
            yield f"line {node.lineno}"


def untyped_imports(root: Path) -> dict[str, list[str]]:
    """Where a signature that another package imports has a mapping of anything, by module."""
    modules = modules_of(root)
    imported: dict[str, set[str]] = {}
    for module, name in imported_elsewhere(modules):
        imported.setdefault(module, set()).add(name)
    found = {module: list(untyped(modules[module].body, names)) for module, names in sorted(imported.items())}
    return {module: places for module, places in found.items() if places}


def test_a_signature_that_another_package_imports_has_no_mapping_of_anything() -> None:
    assert ("stages.wording.message", "message") in imported_elsewhere(modules_of(ROOT))
    assert untyped_imports(ROOT) == {}


@pytest.mark.parametrize("code", [
    "def name() -> dict[str, Any]: ...", "def name(*facts: list[Mapping[str, Any]]) -> None: ...",
    "class name:\n    facts: dict[str, Any]", "class name:\n    def read(self) -> dict[str, Any]: ...",
    "name = dict[str, Any]"])
@pytest.mark.parametrize("use", [
    "from stages.lower.module import name", "from stages.lower import module\nmodule.name()",
    "import stages.lower.module\nstages.lower.module.name()"])
def test_a_planted_mapping_of_anything_is_found(code: str, use: str, tmp_path: Path) -> None:
    for place, text in (("lower/module.py", code), ("upper/module.py", use), ("lower/other.py", "")):
        (tmp_path / "stages" / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "stages" / place).write_text(f"{text}\n", "utf-8")
    assert list(untyped_imports(tmp_path)) == ["stages.lower.module"]
    (tmp_path / "stages/command.py").write_text(f"{use}\n", "utf-8")
    (tmp_path / "stages/upper/module.py").unlink()
    assert list(untyped_imports(tmp_path)) == ["stages.lower.module"]  # by a command
    (tmp_path / "stages/command.py").unlink()
    (tmp_path / "stages/lower/other.py").write_text(f"{use}\n", "utf-8")
    assert untyped_imports(tmp_path) == {}  # within a package
