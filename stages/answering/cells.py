"""The model that a command is about."""

from stages.common.errors import UserError
from stages.settings.arms import ARMS, parse_cell_name
from stages.settings.grid import read_cell_grid, read_grid


def chosen_cell(task: str, cell: str | None) -> str:
    """The cell that ``--cell`` names; by default the fine-tuned model of the first seed.

    Raises:
        UserError: params.yaml has no such task, or its grid no such cell.
    """
    if task not in (tasks := read_grid().tasks):
        raise UserError(f"--task {task}: no such task; there are {', '.join(tasks)}")
    cells = read_cell_grid(task).cells
    if cell and cell not in cells:
        raise UserError(f"--cell {cell}: no such model; there are {', '.join(cells)}")
    chosen = cell or cells[0]
    if not ARMS[parse_cell_name(chosen).arm].trained:
        raise UserError(f"--cell {chosen}: no model of its own: its answers are those of a language model that was "
                        "shown examples, which is not kept here; name a cell of an arm that is trained")
    return chosen
