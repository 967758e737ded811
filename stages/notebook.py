"""Command ``notebook``: an executed notebook on one task, in Korean or English."""

import hashlib
import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

import nbformat

from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.files import write_text
from stages.notebooks.making import make_notebook
from stages.settings.grid import read_grid
from stages.terminal.language import add_language, chosen_language

_MARK = "headstart_cells"  # metadata: the digest of the cells, by which an edit is known


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = stage_parser(
        "Write an executed Jupyter notebook on the last run of one task: task, input and output shapes, model, learning"
        " curves, before and after training, errors, verdict, and what may mislead. Every table and figure is a few"
        " lines of Python that you can change. It shows texts of the corpus. Two runs give the same bytes.",
        "python -m stages.notebook --task nsmc\n"
        "  python -m stages.notebook --task nsmc --language ko --out homework.ipynb")
    parser.add_argument("--task", required=True, help="name of the task in params.yaml")
    add_language(parser)
    parser.add_argument("--out", type=Path, help="file to write (default: notebooks/TASK.ipynb)")
    parser.add_argument("--replace", action="store_true", help="replace a notebook that was edited, or is another")
    return run_stage(parser, _notebook, arguments)


def _notebook(options: Namespace) -> None:
    grid = read_grid()
    if options.task not in grid.tasks:
        raise UserError(f"--task: expected one of {', '.join(grid.tasks)}, found {options.task!r}")
    out = options.out or Path("notebooks") / f"{options.task}.ipynb"
    if out.suffix != ".ipynb":
        raise UserError(f"--out: expected a name that ends with .ipynb, found {out}; rename it")
    if out.is_file() and not options.replace and not _is_own(out):
        raise UserError(f"{out}: is no notebook as this command wrote it, and would be lost; name another file as "
                        "--out, or replace it with --replace")
    print(f"{out}: running its cells, which takes some seconds", file=sys.stderr)
    notebook = make_notebook(grid.of_task(options.task), chosen_language(options), str(out))
    notebook.metadata[_MARK] = _digest(notebook)
    write_text(out, nbformat.writes(notebook) + "\n")
    print(out)


def _is_own(path: Path) -> bool:
    """Whether the cells are still those that this command wrote; to run them again is no edit."""
    try:
        notebook = nbformat.reads(path.read_text("utf-8"), as_version=4)
    except Exception:  # nbformat has many for what is no notebook
        return False
    return bool(notebook.metadata.get(_MARK) == _digest(notebook))


def _digest(notebook: nbformat.NotebookNode) -> str:
    sources = [[cell.cell_type, cell.source] for cell in notebook.cells]
    return hashlib.sha256(json.dumps(sources).encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
