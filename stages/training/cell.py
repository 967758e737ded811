"""The training of one cell: its model and its history."""

import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from accelerate import PartialState

from stages.common.durations import note_duration
from stages.common.files import new_folder, sha256, write_json_lines
from stages.encoding.store import read_split
from stages.models.building import build_model
from stages.models.tuning import merged
from stages.results.prepared import read_task
from stages.settings.arms import ARMS
from stages.settings.recipes import FULL, Recipe
from stages.settings.seeds import order_seed, weight_seed
from stages.settings.training import TrainingSettings
from stages.training.determinism import make_deterministic, numeric_setting
from stages.training.distilling import Teacher
from stages.training.loop import Training
from stages.training.resuming import StateStore, run_fingerprint


def train(
    init: str, seed: int, encoded: Path, checkpoint: Path, out: Path, settings: TrainingSettings,
    states: Path | None = None, recipe: Recipe = FULL, durations: Path | None = None,
    drawn: Sequence[int] | None = None, teacher: Teacher | None = None,
) -> None:
    """Train one cell and write its best model and its history; of several processes, the main one writes.

    The weights that LoRA and IA3 add are merged into those of the model, so that transformers alone can load it. A
    prefix is stored as further tensors, which :func:`stages.models.building.load_model` reads.

    Args:
        init: arm whose initial weights it has, for example ``pretrained`` or ``scratch``.
        seed: seed of the cell, from which those of the weights and of the order of rows are derived.
        encoded: folder that ``encode`` wrote.
        checkpoint: folder with config.json and, where the arm starts from some, weights.
        out: folder to write.
        states: folder for states of unfinished runs; without it none are saved.
        recipe: which weights are trained, and how.
        durations: file in which the duration is recorded; without it none is.
        drawn: places of the training rows to use, in their order; without them the first ``train_size`` are.
        teacher: the model whose logits for the training rows are learned, too.

    Raises:
        UserError: the settings do not suit the data, the model or the hardware.
        OSError: the result cannot be written, for example because the disk is full; the saved state is kept.
    """
    make_deterministic(settings.threads)
    settings = settings.model_copy(update={"lr": settings.lr * recipe.lr_factor,
                                           "epochs": getattr(recipe, "epochs", settings.epochs)})
    task = read_task(encoded)
    rows = read_split(encoded, "train", settings.train_size, drawn)
    validation = read_split(encoded, "validation")
    initial = weight_seed(seed, settings.seed_varies)
    model = build_model(init, checkpoint, task.kind, task.tags, settings.dropout, initial, recipe)
    training = Training(
        model, rows, rows.first_guids(len(set(validation.guids))), validation, task, settings,
        order_seed(seed, settings.seed_varies), recipe, teacher,
    )
    start = {"kind": "start", "settings": settings.model_dump(), "recipe": recipe.model_dump(),
             "inputs": _inputs(init, encoded, checkpoint, drawn), "numerics": numeric_setting()}
    if teacher:  # not among the inputs, which all seeds of an arm share
        start["settings"] |= {f"distillation_{name}": value for name, value in teacher.settings.model_dump().items()}
        start["teacher"] = sha256(teacher.folder / "model.safetensors")
    training.events.append(start)
    fingerprint = run_fingerprint(start | {
        "init": init, "seed": seed, "accelerate": version("accelerate"), "peft": version("peft"),
        "task": sha256(encoded / "task.json"), "config": sha256(checkpoint / "config.json")})
    store = StateStore(states, fingerprint) if states else None
    # The name of the cell: several arms may be trained as one is.
    training.run(f"{task.task} {out.name}", store, fingerprint)
    if PartialState().is_main_process:
        _write(out, training)
        if durations:
            note_duration(durations, task.task, out.name, start, training.seconds)
        if store:
            store.discard()
    PartialState().destroy_process_group()


def _write(out: Path, training: Training) -> None:
    with new_folder(out) as folder:
        merged(training.model).save_pretrained(folder)
        write_json_lines(folder / "history.jsonl", training.events)


def _inputs(init: str, encoded: Path, checkpoint: Path, drawn: Sequence[int] | None) -> dict[str, str]:
    """SHA-256 of the training and validation rows, of the places of those used, and of pre-trained initial weights."""
    paths = {"train": encoded / "train.arrow", "validation": encoded / "validation.arrow"}
    if ARMS[init].weights is not None:
        paths["initial_weights"] = checkpoint / "model.safetensors"
    found = {name: sha256(path) for name, path in paths.items()}
    return found if drawn is None else found | {"drawn": hashlib.sha256(str(list(drawn)).encode()).hexdigest()}
