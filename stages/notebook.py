"""Command ``notebook``: an executed notebook on one task, in Korean or English."""

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
    return run_stage(parser, _notebook, arguments)


def _notebook(options: Namespace) -> None:
    grid = read_grid()
    if options.task not in grid.tasks:
        raise UserError(f"--task: expected one of {', '.join(grid.tasks)}, found {options.task!r}")
    out = options.out or Path("notebooks") / f"{options.task}.ipynb"
    if out.suffix != ".ipynb":
        raise UserError(f"--out: expected a name that ends with .ipynb, found {out}; rename it")
    print(f"{out}: running its cells, which takes some seconds", file=sys.stderr)
    notebook = make_notebook(grid.of_task(options.task), chosen_language(options), str(out))
    write_text(out, nbformat.writes(notebook) + "\n")
    print(out)


if __name__ == "__main__":
    sys.exit(main())
