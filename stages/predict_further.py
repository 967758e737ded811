"""Stage ``predict_further``: logits of every trained model of a task on a further test set."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as parquet

from stages.common.command import run_stage, stage_parser
from stages.common.files import new_folder
from stages.common.progress import progress
from stages.encoding.further import further_split
from stages.models.building import load_model
from stages.models.predicting import predicted_rows
from stages.results.predictions import predictions_table
from stages.results.prepared import read_task
from stages.settings.grid import read_cell_grid
from stages.settings.libraries import require_libraries
from stages.settings.prediction import PredictionSettings, prediction_settings, running_text_length
from stages.training.determinism import make_deterministic
from stages.training.memory import keep_freed_memory


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the stage."""
    parser = stage_parser(
        "Run every trained model of a task on a further test set.",
        "python -m stages.predict_further --task mnli --rows data/further/hans/rows --prepared data/prepared/mnli"
        " --tokenizer data/initial/mnli/tokenizer.json --models data/models/mnli --out data/further/hans/predictions",
    )
    parser.add_argument("--task", required=True, help="name of the task in params.yaml")
    parser.add_argument("--rows", type=Path, required=True, help="folder that preprocess_further wrote")
    parser.add_argument("--prepared", type=Path, required=True, help="folder with task.json, which preprocess wrote")
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer.json of the task's checkpoint")
    parser.add_argument("--models", type=Path, required=True, help="folder of the trained models, one per cell")
    parser.add_argument("--out", type=Path, required=True, help="folder to write: one Parquet file per cell")
    return run_stage(parser, _predict, arguments)


def _predict(options: Namespace) -> None:
    require_libraries("accelerate", "numpy", "peft", "pyarrow", "tokenizers", "torch", "transformers")
    predict_further(options, read_cell_grid(options.task).trained_cells, prediction_settings(),
                    running_text_length(options.task))


def predict_further(paths: Namespace, cells: Sequence[str], settings: PredictionSettings, max_length: int) -> None:
    """Write ``<cell>.parquet`` with the columns of ``predict``, for one split called test, after training."""
    make_deterministic(settings.threads)
    keep_freed_memory()
    task = read_task(paths.prepared)
    split = further_split(paths.rows, task, paths.tokenizer, max_length)
    with new_folder(paths.out) as folder, progress(
            len(cells) * len(split), f"{task.task} predict further", "row") as bar:
        for cell in cells:
            model = load_model(paths.models / cell, task.kind)
            table = predictions_table("after", "test", *predicted_rows(
                model, split, settings.precision, bar.update))
            parquet.write_table(table, folder / f"{cell}.parquet")


if __name__ == "__main__":
    sys.exit(main())
