"""`python -m stages`: the stages of the pipeline and the commands beside it."""

import ast
import sys
from argparse import SUPPRESS, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.pipeline import declared_stages
from stages.common.sources import ROOT
from stages.settings.base import did_you_mean


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = stage_parser(
        "List the stages of the pipeline, with what each reads and writes, and the commands beside it. Words in"
        " brackets stand for every task, checkpoint, tuning, size or seed. `python -m stages.NAME --help` tells more.",
        "python -m stages")
    parser.prog = "python -m stages"
    parser.add_argument("names", nargs="*", help=SUPPRESS)
    return run_stage(parser, _list, arguments)


def _list(options: Namespace) -> None:
    if options.names and options.names != ["help"]:
        close = did_you_mean(options.names[0], [path.stem for path in (ROOT / "stages").glob("[!_]*.py")])
        raise UserError(f"python -m stages {options.names[0]}: expected `python -m stages.NAME`, found a space before "
                        f"the name{close or '; `python -m stages` lists the names'}")
    stages = declared_stages()
    print("Stages, in the order of `dvc repro`:\n")
    for name, stage in stages.items():
        print("\n".join(_describe_stage(name, stage)), end="\n\n")
    used = {stage["cmd"].split()[2] for stage in stages.values()}
    print("Commands:\n")
    for path in sorted((ROOT / "stages").glob("[!_]*.py")):
        if f"stages.{path.stem}" not in used:
            print(f"  python -m stages.{path.stem}\n      {_first_line(path)}")


def _describe_stage(name: str, stage: dict[str, Any]) -> Iterator[str]:
    yield f"  {name} ({stage['cmd'].split()[2]})"
    yield f"      {stage['desc']}"
    yield f"      reads: {', '.join(_paths(stage.get('deps', []))) or 'params.yaml alone'}"
    written = [entry for kind in ("outs", "metrics", "plots") for entry in stage.get(kind, [])]
    yield f"      writes: {', '.join(_paths(written))}"


def _paths(entries: list[Any]) -> Iterator[str]:
    """Paths of a stage; the listings of its own code are left out."""
    for entry in entries:
        path = next(iter(entry)) if isinstance(entry, dict) else entry
        if not path.startswith("data/sources/"):
            yield path.replace("${item.", "[").replace("${key}", "[name]").replace("}", "]").replace("${", "[")


def _first_line(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    line = text.split("\n")[0]
    return line.split(": ", 1)[-1] if line.startswith("Command ") else line


if __name__ == "__main__":
    sys.exit(main())
