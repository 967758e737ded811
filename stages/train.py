"""The stages that train: pre-trained, adapted or random initial weights, on all rows or a part, by the same code."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from stages.common.command import run_stage
from stages.common.durations import DURATIONS
from stages.common.errors import UserError
from stages.common.files import new_folder, write_json
from stages.common.pipeline import pipeline_parser
from stages.common.repository import STATES, repository_root
from stages.common.slow_imports import slow_imports
from stages.results.prepared import read_task
from stages.settings.arms import ARMS, FULL_TUNING
from stages.settings.distillation import DistillationSettings
from stages.settings.libraries import require_libraries
from stages.settings.reading import read_section
from stages.settings.recipes import FULL, recipe_settings
from stages.settings.train_rows import SKIPPED, read_train_rows
from stages.settings.training import training_settings


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
    taught = options.teacher and (options.teacher, read_task(options.encoded).kind,
                                  read_section(DistillationSettings, "distillation"))
    with slow_imports():
        from stages.training.cell import train
        from stages.training.distilling import Teacher
        from stages.training.launching import launch, to_be_launched
    if to_be_launched(settings):
        launch("stages.train", options.arguments, settings)
        return
    root = repository_root(Path.cwd())
    teacher = Teacher(*taught) if taught else None
    train(options.init, options.seed, options.encoded, options.checkpoint, options.out, settings, root / STATES, recipe,
          root / DURATIONS, chosen.drawn, teacher)


if __name__ == "__main__":
    sys.exit(main())
