"""Command ``notebook``: an executed notebook on one task, in Korean or English."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

import nbformat

from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.files import write_text
from stages.notebooks.executing import execute
from stages.notebooks.study import study_notebook, without_texts
from stages.results.tasks import read_tasks
from stages.settings.grid import Grid, read_grid
from stages.settings.report import report_settings
from stages.wording.catalogue import languages

REPORTS = Path("reports")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = stage_parser(
        "Write an executed Jupyter notebook on the last run of one task: task, input and output shapes, model, learning"
        " curves, before and after training, errors, verdict, and what may mislead. Every table and figure is a few"
        " lines of Python that you can change. It shows texts of the corpus. Two runs give the same bytes.",
        "python -m stages.notebook --task nsmc\n"
        "  python -m stages.notebook --task nsmc --language ko --out homework.ipynb")
    parser.add_argument("--task", required=True, help="name of the task in params.yaml")
    parser.add_argument("--language", choices=languages(), help="(default: report.language of params.yaml)")
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
    notebook = make_notebook(grid.of_task(options.task), options.language or report_settings().language, str(out))
    write_text(out, nbformat.writes(notebook) + "\n")
    print(out)


def make_notebook(grid: Grid, language: str, name: str, texts: bool = True) -> nbformat.NotebookNode:
    """The executed notebook on the one task of ``grid``.

    Args:
        name: of the notebook in messages.
        texts: whether it shows texts of the corpus.

    Raises:
        UserError: files are missing, or a cell fails.
    """
    task, = read_tasks(REPORTS / "metrics", REPORTS / "curves", REPORTS / "cards", Path("data/search"),
                       REPORTS / "doctor", REPORTS / "verdicts.json", grid)
    for folder in ("data/prepared", "data/predictions", "data/models", "data/initial"):
        if not (Path(folder) / grid.tasks[0]).is_dir():
            raise UserError(f"{folder}/{grid.tasks[0]}: no such folder; run `dvc repro`, or `dvc pull` where it is "
                            "shared")
    notebook = study_notebook(task, language, texts)
    execute(notebook, Path.cwd(), name)
    if not texts:
        without_texts(notebook)
    return notebook


if __name__ == "__main__":
    sys.exit(main())
