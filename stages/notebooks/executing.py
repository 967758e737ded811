"""Notebooks run from their first cell to the last; the same content gives the same bytes."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

from stages.common.errors import UserError

_SECONDS = 600  # of one cell
_BACKEND = "module://matplotlib_inline.backend_inline"


def execute(notebook: nbformat.NotebookNode, folder: Path, name: str, seconds: int = _SECONDS) -> None:
    """Run the cells in ``folder`` and keep their outputs; nothing of when they ran stays.

    Args:
        name: of the notebook in messages.
        seconds: in which each cell must end.

    Raises:
        UserError: a cell fails or takes too long.
    """
    with TemporaryDirectory() as own:
        environment = os.environ | {"IPYTHONDIR": own, "MPLBACKEND": _BACKEND, "TQDM_DISABLE": "1"}
        # By sockets in the file system: no port that other users of the machine could connect to.
        config = Config(KernelManager={"transport": "ipc", "connection_file": f"{own}/kernel.json"})
        client = NotebookClient(notebook, config=config, kernel_name="python3", timeout=seconds, record_timing=False,
                                resources={"metadata": {"path": str(folder)}})
        try:
            client.execute(env=environment)
        except CellExecutionError as error:
            raise UserError(f"{name}: a cell fails with {error.ename}: {' '.join(error.evalue.split())[:300]}; run "
                            "`dvc repro` if files are missing, else correct stages/notebooks") from None
        except CellTimeoutError:
            raise UserError(f"{name}: a cell takes more than {seconds} seconds; run again when the machine has less to "
                            "do") from None
        except DeadKernelError:
            raise UserError(f"{name}: its Python ended before the last cell, as where memory is short; free some and "
                            "run again") from None
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    notebook.metadata["language_info"] = {"name": "python"}

