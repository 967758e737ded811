"""Stages ``train_pretrained`` and ``train_scratch``, with any number of rows: one code path, two kinds of weights."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

import accelerate
import peft
from accelerate import PartialState

from stages.common.command import run_stage, stage_parser
from stages.common.durations import DURATIONS, note_duration
from stages.common.errors import UserError
from stages.common.files import new_folder, sha256, write_json, write_json_lines
from stages.common.repository import STATES, repository_root
from stages.encoding.store import EncodedSplit, read_split, read_task
from stages.encoding.train_sizes import SKIPPED
from stages.models.building import build_model
from stages.models.inputs import refuse_too_long
from stages.models.tuning import merged
from stages.settings.arms import ARMS, FULL_TUNING
from stages.settings.libraries import require_libraries
from stages.settings.recipes import FULL, Recipe, recipe_settings
from stages.settings.seeds import order_seed, weight_seed
from stages.settings.training import TrainingSettings, training_settings
from stages.training.determinism import make_deterministic, numeric_setting
from stages.training.launching import launch, to_be_launched
from stages.training.loop import Training
from stages.training.memory import keep_freed_memory
from stages.training.resuming import StateStore, run_fingerprint


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the stage."""
    parser = stage_parser(
        "Train one model. The arms differ in --init alone and in the settings that params.yaml names for each."
        f" A run that was interrupted goes on from its last state in {STATES}, which may be deleted at any time.",
        "python -m stages.train --task nsmc --init scratch --seed 1 --encoded data/encoded/nsmc"
        " --checkpoint data/initial/nsmc --out data/models/nsmc/scratch-1",
    )
    parser.add_argument("--task", required=True, help="name of the task in params.yaml")
    parser.add_argument("--init", required=True, choices=[name for name, arm in ARMS.items() if arm.trained],
                        help="arm whose initial weights and settings it has")
    parser.add_argument("--tuning", help="name under `recipes` in params.yaml (default: full)")
    parser.add_argument("--seed", type=int, required=True, help="seed of the cell")
    parser.add_argument("--train-size", type=int, help="train on the first rows alone, so many, whatever the task's "
                        f"train_size; a number that is not below its rows trains nothing and writes {SKIPPED}")
    parser.add_argument("--encoded", type=Path, required=True, help="folder that encode wrote")
    parser.add_argument("--checkpoint", type=Path, required=True, help="folder with config.json and weights")
    parser.add_argument("--out", type=Path, required=True, help="folder to write: model and history.jsonl")
    given = sys.argv[1:] if arguments is None else arguments
    parser.set_defaults(arguments=given)
    return run_stage(parser, _train, given)


def _train(options: Namespace) -> None:
    require_libraries("accelerate", "numpy", "peft", "pyarrow", "torch", "transformers")
    arm = ARMS[options.init]
    if options.tuning and not arm.tuned:
        raise UserError(f"--tuning: expected none with --init {arm.name}, which trains all weights, got "
                        f"{options.tuning}; leave it out")
    settings = training_settings(options.task, options.init)
    recipe = recipe_settings(options.tuning or FULL_TUNING) if arm.weights is not None else FULL
    if options.train_size is not None:
        if _is_skipped(options, settings.train_size):
            return
        settings = settings.model_copy(update={"train_size": options.train_size})
    if to_be_launched(settings):
        launch("stages.train", options.arguments, settings)
        return
    root = repository_root(Path.cwd())
    train(options.init, options.seed, options.encoded, options.checkpoint, options.out, settings, root / STATES, recipe,
          root / DURATIONS)


def train(
    init: str, seed: int, encoded: Path, checkpoint: Path, out: Path, settings: TrainingSettings,
    states: Path | None = None, recipe: Recipe = FULL, durations: Path | None = None,
) -> None:
    """Train one cell and write its best model and its history; of several processes the first one writes.

    Weights that LoRA and IA3 add are multiplied into the model's own when it is written, so that transformers alone
    can load it. A prefix is written beside them: ``stages.models.building.load_model`` reads it.

    Args:
        states: where states of unfinished runs lie; without it the run saves none.
        recipe: which weights are trained, and how.
        durations: where the time that it took is noted.

    Raises:
        UserError: settings that the data or the model cannot serve.
        OSError: the result cannot be written, as when the disk is full; the state of the run stays.
    """
    make_deterministic(settings.threads)
    keep_freed_memory()
    settings = settings.model_copy(update={"lr": settings.lr * recipe.lr_factor})
    task = read_task(encoded)
    rows = _train_rows(encoded, task["task"], settings.train_size)
    validation = read_split(encoded, "validation")
    initial = weight_seed(seed, settings.seed_varies)
    model = build_model(init, checkpoint, task["kind"], task["tags"], settings.dropout, initial, recipe)
    refuse_too_long(model, (rows, validation), task)
    training = Training(
        model, rows, rows.first_guids(len(set(validation.guids))), validation, task, settings,
        order_seed(seed, settings.seed_varies), recipe,
    )
    start = {"kind": "start", "settings": settings.model_dump(), "recipe": recipe.model_dump(),
             "inputs": _inputs(init, encoded, checkpoint), "numerics": numeric_setting()}
    training.events.append(start)
    fingerprint = run_fingerprint(start | {
        "init": init, "seed": seed, "accelerate": accelerate.__version__, "peft": peft.__version__,
        "task": sha256(encoded / "task.json"), "config": sha256(checkpoint / "config.json")})
    store = StateStore(states, fingerprint) if states else None
    # The name of the cell: several arms may be trained as one is.
    training.run(f"{task['task']} {out.name}", store, fingerprint)
    if PartialState().is_main_process:
        _write(out, training)
        if durations:
            note_duration(durations, task["task"], out.name, start, training.seconds)
        if store:
            store.discard()
    PartialState().destroy_process_group()


def _is_skipped(options: Namespace, task_size: int) -> bool:
    """Whether the size is no further point of the task; then a note of it stands in place of the model.

    The cells of a matrix in dvc.yaml are those of every task, and a stage has to write what it declares.
    """
    rows = len(set(_train_rows(options.encoded, options.task, task_size).guids))
    if options.train_size < rows:
        return False
    print(f"{options.task}: {options.train_size} is not below the {rows} rows that the task trains on, so nothing is "
          "trained", file=sys.stderr)
    with new_folder(options.out) as folder:
        write_json(folder / SKIPPED, {"train_size": options.train_size, "rows": rows})
    return True


def _train_rows(encoded: Path, task: str, train_size: int) -> EncodedSplit:
    """The rows of train that a task trains on, ``train_size`` being 0 for all."""
    rows = read_split(encoded, "train")
    available = len(set(rows.guids))
    if train_size > available:
        raise UserError(f"params.yaml: tasks.{task}.train_size: expected at most {available}, the rows of train, "
                        f"or 0 for all, got {train_size}")
    return rows.first_guids(train_size)


def _write(out: Path, training: Training) -> None:
    with new_folder(out) as folder:
        merged(training.model).save_pretrained(folder)
        write_json_lines(folder / "history.jsonl", training.events)


def _inputs(init: str, encoded: Path, checkpoint: Path) -> dict[str, str]:
    """SHA-256 of what the run learns from."""
    paths = {"train": encoded / "train.arrow", "validation": encoded / "validation.arrow"}
    if ARMS[init].weights is not None:
        paths["initial_weights"] = checkpoint / "model.safetensors"
    return {name: sha256(path) for name, path in paths.items()}


if __name__ == "__main__":
    sys.exit(main())
