"""The imports that a stage makes once it runs."""

import ast

from stages.common.sources import ROOT


def late_imports(tree: ast.Module) -> list[ast.stmt]:
    """Those inside ``with slow_imports()``."""
    return [line for node in ast.walk(tree) if isinstance(node, ast.With)
            and [ast.unparse(item) for item in node.items] == ["slow_imports()"] for line in node.body]


def import_all(stage: str) -> str:
    """A program that imports what a run of the stage does."""
    late = late_imports(ast.parse((ROOT / f"stages/{stage}.py").read_bytes()))
    return "; ".join([f"import stages.{stage}", *map(ast.unparse, late)])
