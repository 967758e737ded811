"""Stage ``stress``: logits of every trained model of a task on changed rows of test."""

import sys
from argparse import Namespace

from stages.common.pipeline import pipeline_stage
from stages.common.slow_imports import slow_imports
from stages.settings.grid import read_cell_grid
from stages.settings.libraries import require_libraries
from stages.settings.stress import stress_settings


def _stress(options: Namespace) -> None:
    require_libraries("accelerate", "numpy", "peft", "pyarrow", "tokenizers", "torch", "transformers")
    cells, settings = read_cell_grid(options.task).trained_cells, stress_settings(options.task)
    with slow_imports():
        from stages.stressing.cells import stress
    stress(options, cells, *settings)


main = pipeline_stage(
    "stress", _stress, "task prepared tokenizer models",
    out="folder to write: the changed rows, and one Parquet file with logits per cell")

if __name__ == "__main__":
    sys.exit(main())
