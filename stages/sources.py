"""Stage ``sources``: which code every other stage runs: the project's files by digest, libraries by release."""

import ast
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from stages.common.command import run_stage, stage_parser
from stages.common.files import new_folder, sha256, write_text
from stages.common.sources import ROOT, closure
from stages.settings.libraries import LIBRARIES, require_libraries
from stages.settings.yaml12 import parse_yaml


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the stage."""
    parser = stage_parser(
        "List the project's files that every stage runs, found by following its imports, with their SHA-256, and the"
        f" releases of the libraries that it requires, from {LIBRARIES.name}. A stage depends on its own listing: an"
        " edit re-runs the stages whose listing it changes, and no other. `sha256sum --check data/sources/train.sha256`"
        " tells what was edited since.",
        "python -m stages.sources --out data/sources",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to write: <stage>.sha256 for every stage")
    return run_stage(parser, _list_sources, arguments)


def _list_sources(options: Namespace) -> None:
    releases = parse_yaml(LIBRARIES.read_text("utf-8"), LIBRARIES.name)
    with new_folder(options.out) as folder:
        for path in sorted((ROOT / "stages").glob("*.py")):
            if not path.stem.startswith("_"):
                required = (f"# {name} {releases[name]}\n" for name in _required(path))
                files = (f"{sha256(ROOT / file)}  {file}\n" for file in closure(f"stages.{path.stem}"))
                write_text(folder / f"{path.stem}.sha256", "".join([*required, *files]))


def _required(path: Path) -> Iterator[str]:
    """Names of the libraries in a module's call of ``require_libraries``."""
    for node in ast.walk(ast.parse(path.read_bytes(), str(path))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == require_libraries.__name__:
            yield from map(ast.literal_eval, node.args)


if __name__ == "__main__":
    sys.exit(main())
