"""The stages that train: pre-trained, adapted or random initial weights, on all rows or a part, by the same code."""

import hashlib
import sys
from argparse import Namespace
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from accelerate import PartialState

from stages.common.command import run_stage
from stages.common.durations import DURATIONS, note_duration
from stages.common.errors import UserError
from stages.common.files import new_folder, sha256, write_json, write_json_lines
from stages.common.pipeline import pipeline_parser
from stages.common.repository import STATES, repository_root
from stages.encoding.store import read_split
from stages.models.building import build_model
from stages.models.tuning import merged
from stages.results.prepared import read_task
from stages.settings.arms import ARMS, FULL_TUNING
from stages.settings.distillation import DistillationSettings
from stages.settings.libraries import require_libraries
from stages.settings.reading import read_section
from stages.settings.recipes import FULL, Recipe, recipe_settings
from stages.settings.seeds import order_seed, weight_seed
from stages.settings.train_rows import SKIPPED, read_train_rows
from stages.settings.training import TrainingSettings, training_settings
from stages.training.determinism import make_deterministic, numeric_setting
from stages.training.distilling import Teacher
from stages.training.launching import launch, to_be_launched
from stages.training.loop import Training
from stages.training.resuming import StateStore, run_fingerprint


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the stage."""
    parser = pipeline_parser(
        "train", "task seed rows encoded checkpoint",
        more="The arms differ only in --init and in the settings that params.yaml has for each. Where the task has no"
        f" more rows than --rows asks for, nothing is trained and {SKIPPED} is written. An interrupted run resumes from"
        f" its last saved state in {STATES}, which may be deleted at any time.",
        out="folder to write: model and history.jsonl")
    parser.add_argument("--init", required=True, choices=[name for name, arm in ARMS.items() if arm.trained],
                        help="arm whose initial weights and settings it has")
    parser.add_argument("--tuning", help="name under `recipes` in params.yaml (default: full)")
    parser.add_argument("--teacher", type=Path, help="folder of a trained model of the task, whose logits for the "
                        "training rows are learned beside the gold labels, by `distillation` in params.yaml")
    given = sys.argv[1:] if arguments is None else arguments
    parser.set_defaults(arguments=given)
    return run_stage(parser, _train, given)


def _train(options: Namespace) -> None:
    require_libraries("accelerate", "numpy", "peft", "pyarrow", "scikit-learn", "scipy", "torch", "transformers")
    arm = ARMS[options.init]
    if options.tuning and not arm.tuned:
        raise UserError(f"--tuning: expected none with --init {arm.name}, which trains all weights, got "
                        f"{options.tuning}; leave it out")
    chosen = read_train_rows(options.rows)
    settings = training_settings(options.task, options.init).model_copy(update={"train_size": chosen.train_size})
    recipe = recipe_settings(options.tuning or FULL_TUNING) if arm.weights is not None else FULL
    if chosen.skipped:
        # All tasks share the sizes of the matrix in dvc.yaml, and a stage must write the output that it declares.
        print(f"{options.task}: {chosen.train_size} rows are not below the training rows of the task; nothing is "
              "trained", file=sys.stderr)
        with new_folder(options.out) as folder:
            write_json(folder / SKIPPED, {"train_size": chosen.train_size})
        return
    if to_be_launched(settings):
        launch("stages.train", options.arguments, settings)
        return
    root = repository_root(Path.cwd())
    teacher = options.teacher and Teacher(options.teacher, read_task(options.encoded).kind,
                                          read_section(DistillationSettings, "distillation"))
    train(options.init, options.seed, options.encoded, options.checkpoint, options.out, settings, root / STATES, recipe,
          root / DURATIONS, chosen.drawn, teacher)


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


if __name__ == "__main__":
    sys.exit(main())
