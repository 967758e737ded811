"""Stage ``predict_further``: logits of every trained model of a task on a further test set."""

import sys
from argparse import Namespace
from collections.abc import Sequence

import pyarrow.parquet as parquet

from stages.common.files import new_folder
from stages.common.pipeline import pipeline_stage
from stages.common.progress import progress
from stages.common.slow_imports import slow_imports
from stages.encoding.rows import further_split
from stages.results.predictions import predictions_table
from stages.results.prepared import read_task
from stages.settings.grid import read_cell_grid
from stages.settings.libraries import require_libraries
from stages.settings.prediction import PredictionSettings, running_text_length
from stages.settings.reading import read_keys


def _predict(options: Namespace) -> None:
    require_libraries("accelerate", "numpy", "peft", "pyarrow", "tokenizers", "torch", "transformers")
    predict_further(options, read_cell_grid(options.task).trained_cells, read_keys(PredictionSettings, "training"),
                    running_text_length(options.task))


def predict_further(paths: Namespace, cells: Sequence[str], settings: PredictionSettings, max_length: int) -> None:
    """Write ``<cell>.parquet`` with the columns of ``predict``, for one split called test, after training."""
    with slow_imports():
        from stages.models.building import load_model
        from stages.models.predicting import predicted_rows
        from stages.training.determinism import make_deterministic
    make_deterministic(settings.threads)
    task = read_task(paths.prepared)
    split = further_split(paths.rows, task, paths.tokenizer, max_length)
    with new_folder(paths.out) as folder, progress(
            len(cells) * len(split), f"{task.task} predict further", "row") as bar:
        for cell in cells:
            model = load_model(paths.models / cell, task.kind)
            table = predictions_table("after", "test", *predicted_rows(
                model, split, settings.precision, bar.update))
            parquet.write_table(table, folder / f"{cell}.parquet")


main = pipeline_stage(
    "predict_further", _predict, "task prepared tokenizer models",
    rows="folder that preprocess_further wrote", out="folder to write: one Parquet file per cell")

if __name__ == "__main__":
    sys.exit(main())
