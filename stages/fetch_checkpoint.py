"""Stage ``fetch_checkpoint``: the encoder that a task names itself, by its name on the Hub or its folder."""

import subprocess
import sys
from argparse import Namespace
from pathlib import Path

from stages.common.files import new_folder, write_json, write_text
from stages.common.pipeline import pipeline_stage
from stages.settings.checkpoints import COPIED, FETCHED, NAMED, copied_files, given_checkpoint, is_direct


def _fetch(options: Namespace) -> None:
    given = given_checkpoint(options.task)
    with new_folder(options.out) as folder:
        if is_direct(given):
            # A process of its own: only here are the libraries of models needed, which take seconds to import.
            done = subprocess.run(  # noqa: S603 (the name of the task is checked)
                [sys.executable, "-m", "stages.checkpoint", "--task", options.task, "--out", str(folder / FETCHED)],
                check=False)
            if done.returncode:
                sys.exit(done.returncode)  # it has said why
            if Path(given).is_dir():
                write_json(folder / COPIED, copied_files(Path(given)))
                print(f"{given}: copied; DVC does not watch a folder that a task names: after a change to it, run "
                      f"`dvc repro --force --single-item fetch_checkpoint@{options.task}`, or name the folder under "
                      "`checkpoints`, where it is watched", file=sys.stderr)
        write_text(folder / NAMED, given + "\n")


main = pipeline_stage(
    "fetch_checkpoint", _fetch, "task",
    more=f"{NAMED} has the name of the checkpoint, and {COPIED} digests of the files of a folder."
    " Where that is no entry of `checkpoints`, it is obtained as"
    " `python -m stages.checkpoint` does.", out="folder to write")

if __name__ == "__main__":
    sys.exit(main())
