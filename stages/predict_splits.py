"""Stages ``predict`` and ``predict_sized``: logits of models on validation and test, before and after training.

Models of entities are also run on test as running text, after training, since that is how texts are given to them.
"""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from stages.common.command import run_stage
from stages.common.files import new_folder, write_json
from stages.common.pipeline import pipeline_parser
from stages.common.slow_imports import slow_imports
from stages.encoding.running_text import RUNNING
from stages.results.prepared import read_task
from stages.settings.grid import read_cell_grid, read_sized_grid
from stages.settings.libraries import require_libraries
from stages.settings.prediction import PredictionSettings, running_text_length
from stages.settings.reading import read_keys
from stages.settings.train_rows import SKIPPED


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the stage."""
    parser = pipeline_parser(
        "predict_splits", "task models encoded checkpoint",
        out="folder to write: one Parquet file per cell")
    parser.add_argument("--train-size", help="the models are those of this further train size")
    parser.add_argument("--prepared", type=Path, help="folder that preprocess wrote: models of entities are run on its"
                                                      " test set as running text, too")
    return run_stage(parser, _predict, arguments)


def _predict(options: Namespace) -> None:
    require_libraries("accelerate", "numpy", "peft", "pyarrow", "tokenizers", "torch", "transformers")
    settings = read_keys(PredictionSettings, "training")
    if options.train_size is None:
        cells = read_cell_grid(options.task).cells
    else:
        cells = read_sized_grid(options.task).sized_cells
        if (options.models / cells[0] / SKIPPED).exists():
            with new_folder(options.out) as folder:
                write_json(folder / SKIPPED, {"train_size": options.train_size})
            return
    task = read_task(options.encoded)
    length = running_text_length(options.task) if options.prepared and task.is_words else None
    with slow_imports():
        from stages.answering.splits import predict, running_split
    further = {} if length is None else {
        RUNNING: running_split(options.prepared, options.checkpoint / "tokenizer.json", length, task)}
    predict(cells, options.models, options.encoded, options.checkpoint, options.out, settings, further)


if __name__ == "__main__":
    sys.exit(main())
