"""Stage ``assign_checkpoint``: the files of the checkpoint that a task starts from."""

import shutil
import sys
from argparse import Namespace

from stages.common.errors import UserError
from stages.common.files import new_file, read_json
from stages.common.pipeline import pipeline_stage
from stages.models.architectures import Use, refuse_unsupported
from stages.settings.arms import pretrained_by
from stages.settings.checkpoints import FETCHED, given_checkpoint, is_direct
from stages.settings.kinds import kind_of
from stages.settings.reading import pick, read_section
from stages.settings.recipes import recipe_from
from stages.settings.table import TableSettings

FILES = ("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors", "origin.json")


def _assign(options: Namespace) -> None:
    given = given_checkpoint(options.task)
    checkpoint = options.fetched / FETCHED if is_direct(given) else options.checkpoints / given
    for name in FILES:
        source = checkpoint / name
        if not source.is_file():
            raise UserError(f"{source}: no such file; run `dvc repro` to make the checkpoint")
    config = checkpoint / "config.json"
    refuse_unsupported(read_json(config), str(config), checkpoint_use(options.task))
    for name in FILES:
        with new_file(options.out / name) as partial:
            shutil.copyfile(checkpoint / name, partial)


def checkpoint_use(task: str) -> Use:
    """What the study asks of the checkpoint of one task."""
    recipes = pick("recipes")
    return Use(
        task, pick(f"tasks.{task}.checkpoint"),
        kind_of(pick(f"tasks.{task}.corpus"), read_section(TableSettings, f"tasks.{task}.table")),
        pick(f"tasks.{task}.max_length"),
        {name: recipe_from(recipes.get(name), f"recipes.{name}") for name in pick("tunings")},
        pretrained_by(task, pick))


main = pipeline_stage(
    "assign_checkpoint", _assign, "task",
    more="A cell of the grid knows its task but not which checkpoint that task uses; this way it depends on the"
    " right files, and scratch on the config alone.", checkpoints="what the checkpoint stage wrote, by entry",
    fetched="folder that the fetch_checkpoint stage wrote", out="folder to copy to")

if __name__ == "__main__":
    sys.exit(main())
