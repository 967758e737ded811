"""Stage ``check_params``: refuse a wrong setting, and a store that takes no runs, before any work is done.

It is the first stage to run when a setting was changed, and so the place to keep the results that are about to be
replaced, and to remove those of cells that are gone. It runs for earlier settings, too: DVC's run cache has none of it.
"""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from stages.common.errors import UserError
from stages.common.files import read_json, write_text
from stages.common.outputs import refuse_among_outputs
from stages.common.pipeline import pipeline_stage
from stages.models.architectures import Use, refuse_unsupported
from stages.settings.arms import ARMS, pretrained_by
from stages.settings.checkpoints import (
    COPIED,
    NAMED,
    SAMPLE_TEXT,
    LocalCheckpoint,
    checkpoint_of,
    copied_files,
    is_direct,
)
from stages.settings.kinds import kind_of
from stages.settings.schema import Params, check_params
from stages.settings.table import TABLE
from stages.settings.training import SharedSettings
from stages.spreading.left_over import describe_removed, remove_left_over
from stages.spreading.room import room_of_machine
from stages.spreading.run_cache import keep_results
from stages.tracking.address import check_address, find_address
from stages.wording.catalogue import render
from stages.wording.message import Message, message
from stages.wording.names import severity_name


def _check(options: Namespace) -> None:
    try:
        params = check_params()
    except UserError as error:
        # DVC writes what `-S` has into params.yaml and does not take it back; and git, which compares time and size of
        # a file with those that it noted, may not see a change made within the same second.
        if "DVC_EXP_NAME" not in os.environ or ".dvc" in Path.cwd().parts:
            raise
        raise UserError(f"{error} (the experiment has left this value in params.yaml: correct it there)") from None
    for name, task in params.tasks.items():
        if task.corpus == TABLE and Path(task.folder).is_file() and task.table.files:
            raise UserError(f"params.yaml: tasks.{name}.folder: expected the folder of table.files, found the file "
                            f"{task.folder}; name its folder, or set files to {{}}")
    tables = {f"{section}.{name}.folder" for section in ("tasks", "further_tests")
              for name, entry in getattr(params, section).items() if entry.corpus == TABLE}
    for setting, folder, remedy in _folders(params):
        if not (Path(folder).is_dir() or (setting in tables and Path(folder).is_file())):
            remedy = "write it in full, without '~'" if folder.startswith("~") else remedy
            missing = "is no file and no folder" if setting in tables else "is not a folder"
            raise UserError(f"params.yaml: {setting}: {folder} {missing}; {remedy}")
        # what one stage has made may be the checkpoint, or the text, of another
        refuse_among_outputs(f"params.yaml: {setting}", Path(folder), setting.split(".")[-2],
                             inside=setting.startswith(("tasks.", "further_tests.")))
    for task in params.tasks:
        _check_checkpoint(params, task)
    check_address(find_address(Path.cwd()))
    for warning in _beyond_this_machine(params.training):
        prefix, said = (render(part, params.report.language) for part in (severity_name("warning"), warning))
        print(f"{prefix}: params.yaml: {said}", file=sys.stderr)
    keep_results()
    if removed := remove_left_over():
        print(describe_removed(removed), file=sys.stderr)
    write_text(options.out, "params.yaml is valid\n")


def _folders(params: Params) -> Iterator[tuple[str, str, str]]:
    """Settings that name a folder, the folder, and the remedy if it is missing; DVC needs unread ones, too."""
    unread = "its files are not read, but DVC tracks it; name an existing folder, such as data/local"
    for name, task in params.tasks.items():
        yield f"tasks.{name}.folder", task.folder, (
            unread if task.source != "local" else "put the table there, or name it" if task.corpus == TABLE else
            "put the files of the corpus there, or name their folder")
    for name, test in params.further_tests.items():
        yield f"further_tests.{name}.folder", test.folder, (
            "put the file of the test set there, or name it" if test.source == "local" else unread)
    for name, checkpoint in params.checkpoints.items():
        if checkpoint.folder != SAMPLE_TEXT:
            yield f"checkpoints.{name}.folder", checkpoint.folder, (
                unread if checkpoint.source == "hub" else "name the folder of the checkpoint")
    if params.in_context:
        yield "prompting.model.folder", params.prompting.model.folder, (
            unread if params.prompting.model.source == "hub" else "name the folder of the language model")
    for arm in ARMS.values():
        if arm.asked_by and arm.weights and getattr(params, arm.asked_by):
            section = getattr(params, arm.further)
            yield f"{arm.further}.folder", section.folder, "name the folder of the text" if section.text else unread


def _beyond_this_machine(training: SharedSettings) -> Iterator[Message]:
    """What training asks for and this machine lacks; no error, as it may be another machine that trains."""
    room = room_of_machine()
    cores, gpus = int(room.processors), len(room.gpus)
    if (asked := training.threads * training.processes) > cores:
        yield message("machine-threads", asked=asked, cores=cores)
    if 0 < gpus < training.processes:
        yield message("machine-gpus", processes=training.processes, gpus=gpus)


def _check_checkpoint(params: Params, task: str) -> None:
    """Refuse a local checkpoint that does not suit the task; others are checked once they are downloaded or made."""
    settings = params.tasks[task]
    checkpoint = checkpoint_of(params.checkpoints, task, settings.checkpoint)
    if not isinstance(checkpoint, LocalCheckpoint):
        return
    folder = Path(checkpoint.folder)
    path = folder / "config.json"
    if not path.is_file():
        setting = f"tasks.{task}.checkpoint" if is_direct(settings.checkpoint) else (
            f"checkpoints.{settings.checkpoint}.folder")
        raise UserError(f"params.yaml: {setting}: expected a folder with config.json, found none in {folder}; name the "
                        "folder of the checkpoint")
    if is_direct(settings.checkpoint):
        _refuse_changed(task, folder)
    config = read_json(path)
    if not isinstance(config, dict):
        raise UserError(f"{path}: expected a JSON object, found {type(config).__name__}; download the file "
                        "again")
    recipes = {name: params.recipes[name] for name in params.tunings}
    refuse_unsupported(config, str(path), Use(
        task, settings.checkpoint, kind_of(settings.corpus, settings.table), settings.max_length, recipes,
        pretrained_by(task, partial(getattr, params))))


def _refuse_changed(task: str, folder: Path) -> None:
    """Refuse a folder that a task names if it has changed since it was copied, which DVC does not see."""
    fetched = Path("data/fetched") / task
    names, copied = fetched / NAMED, fetched / COPIED
    if not copied.is_file() or Path(names.read_text("utf-8").strip()) != folder:
        return
    if read_json(copied) != copied_files(folder):
        raise UserError(f"{folder}: changed since it was copied for the task {task}; run `dvc repro --force "
                        f"--single-item fetch_checkpoint@{task}`, then go on")


main = pipeline_stage(
    "check_params", _check,
    more="It asks, too, whether MLflow's store takes runs. The output never changes, so a valid edit re-runs"
    " nothing by itself. Results that are there now, as those that are committed, are put into DVC's run cache"
    " where it lacks them, so that taking an edit back runs nothing else. Results of cells and tasks that are"
    " no longer in the grid are removed where DVC's cache or git keeps them. It warns where this machine lacks what"
    " the settings of training ask for.",
    out="file to write if the settings are valid")

if __name__ == "__main__":
    sys.exit(main())
