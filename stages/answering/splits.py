"""The logits of models on the splits of a task."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa
import pyarrow.parquet as parquet

from stages.common.files import new_folder, read_json_lines
from stages.common.progress import progress
from stages.encoding.rows import encode_rows, split_of_rows
from stages.encoding.running_text import running_row
from stages.encoding.store import EncodedSplit, read_split
from stages.encoding.tokenizing import TextTokenizer
from stages.models.building import build_model, load_model
from stages.models.predicting import predicted_rows
from stages.results.predictions import PREDICTIONS, predictions_table
from stages.results.prepared import Task, read_rows, read_task
from stages.settings.arms import ARMS, parse_cell_name
from stages.settings.prediction import PredictionSettings
from stages.settings.recipes import recipe_from
from stages.settings.seeds import weight_seed
from stages.training.determinism import make_deterministic


def running_split(prepared: Path, tokenizer: Path, max_length: int, task: Task) -> EncodedSplit:
    """The test set of words as running text, split into words as ``predict`` splits texts."""
    rows = [running_row(row) for row in read_rows(prepared / "test.jsonl")]
    return split_of_rows(encode_rows(rows, TextTokenizer(tokenizer, max_length), task))


def predict(
    cells: Sequence[str], models: Path, encoded: Path, checkpoint: Path, out: Path, settings: PredictionSettings,
    further: Mapping[str, EncodedSplit] = MappingProxyType({}),
) -> None:
    """Write ``<cell>.parquet`` with columns moment (before, after), split, guid and flattened float32 logits.

    The table of arms says in which folder below ``checkpoint`` the weights lie that a cell starts from, and which
    cells have their predictions already. ``further`` splits are for the trained models alone.
    """
    make_deterministic(settings.threads)
    task = read_task(encoded)
    splits = {split: read_split(encoded, split) for split in task.splits if split != "train"}
    total = len(cells) * (2 * sum(map(len, splits.values())) + sum(map(len, further.values())))
    with new_folder(out) as folder, progress(total, f"{task.task} predict", "row") as bar:
        for cell in cells:
            name = parse_cell_name(cell)
            if not ARMS[name.arm].trained:
                shutil.copyfile(models / cell / PREDICTIONS, folder / f"{cell}.parquet")
                continue
            initial = weight_seed(name.seed, settings.seed_varies)
            # The recipe that the model was trained by stands with it, so that another one under its name does not
            # count until the model is trained again.
            history = models / cell / "history.jsonl"
            recipe = recipe_from(next(read_json_lines(history))["recipe"], "recipe", str(history))
            weights = checkpoint / (ARMS[name.arm].weights or "")
            before = build_model(name.arm, weights, task.kind, task.tags, 0.0, initial, recipe).eval()
            after = load_model(models / cell, task.kind)
            tables = [
                predictions_table(phase, part, *predicted_rows(model, split, settings.precision, bar.update))
                for phase, model, parts in (("before", before, splits), ("after", after, {**splits, **further}))
                for part, split in parts.items()
            ]
            parquet.write_table(pa.concat_tables(tables), folder / f"{cell}.parquet")
