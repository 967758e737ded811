"""Which of a task's models is meant."""

from stages.common.errors import UserError
from stages.settings.data import task_encoding_settings
from stages.settings.grid import read_cell_grid


def chosen_cell(task: str, cell: str | None) -> str:
    """The cell that ``--cell`` names, else the fine-tuned one of the first seed.

    Raises:
        UserError: params.yaml has no such task, or its grid no such cell.
    """
    task_encoding_settings(task)
    cells = read_cell_grid(task).cells
    if cell and cell not in cells:
        raise UserError(f"--cell {cell}: no such model; there are {', '.join(cells)}")
    return cell or cells[0]
