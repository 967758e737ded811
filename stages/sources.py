"""Stage ``sources``: the code that every other stage runs, files by digest and libraries by release."""

import ast
import sys
from argparse import Namespace
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from stages.common.files import new_folder, write_text
from stages.common.pipeline import pipeline_stage
from stages.common.sources import ROOT, closure, code_digest, parse_python
from stages.settings.libraries import LIBRARIES, require_libraries
from stages.settings.yaml12 import parse_yaml

_HEADER = "# SHA-256 of code without comments, docstrings and formatting; of other files, of their bytes\n"


def _list_sources(options: Namespace) -> None:
    digest = cache(code_digest)  # most files belong to several stages
    releases = parse_yaml(LIBRARIES.read_text("utf-8"), LIBRARIES.name)
    with new_folder(options.out) as folder:
        for path in sorted((ROOT / "stages").glob("[!_]*.py")):
            libraries = (f"# {name} {releases[name]}\n" for name in required_libraries(path))
            files = (f"{digest(ROOT / file)}  {file}\n" for file in closure(f"stages.{path.stem}"))
            write_text(folder / f"{path.stem}.sha256", "".join([_HEADER, *libraries, *files]))


def required_libraries(path: Path) -> Iterator[str]:
    """Names of the libraries in a module's call of ``require_libraries``."""
    for node in ast.walk(parse_python(path)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == require_libraries.__name__:
            yield from map(ast.literal_eval, node.args)


main = pipeline_stage(
    "sources", _list_sources,
    more=f"Files are found by following imports, and the releases in {LIBRARIES.name} are of the libraries that a"
    " stage requires. A stage depends on its own listing: an edit re-runs the stages whose listing it changes,"
    " and an edited comment re-runs none. `dvc repro sources && dvc status` shows what an edit will re-run.",
    out="folder to write: <stage>.sha256 for every stage")

if __name__ == "__main__":
    sys.exit(main())
