"""The executed notebook on the last run of one task."""

from pathlib import Path

import nbformat

from stages.common.errors import UserError
from stages.notebooks.executing import execute
from stages.notebooks.study import study_notebook, without_texts
from stages.results.tasks import read_tasks
from stages.settings.grid import Grid


def make_notebook(grid: Grid, language: str, name: str, texts: bool = True) -> nbformat.NotebookNode:
    """The executed notebook on the one task of ``grid``.

    Args:
        name: of the notebook in messages.
        texts: whether it shows texts of the corpus.

    Raises:
        UserError: files are missing, or a cell fails.
    """
    task, = read_tasks(grid)
    for folder in ("data/prepared", "data/predictions", "data/models", "data/initial"):
        if not (Path(folder) / grid.tasks[0]).is_dir():
            raise UserError(f"{folder}/{grid.tasks[0]}: no such folder; run `dvc repro`, or `dvc pull` where it is "
                            "shared")
    notebook = study_notebook(task, language, texts)
    execute(notebook, Path.cwd(), name)
    if not texts:
        without_texts(notebook)
    return notebook
