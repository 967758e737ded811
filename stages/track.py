"""Stage ``track``: one MLflow run per cell of a task, below one per arm."""

import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from stages.common.command import run_stage
from stages.common.pipeline import pipeline_parser
from stages.common.repository import STATES, repository_root
from stages.common.slow_imports import slow_imports
from stages.settings.data import EncodingSettings, task_settings
from stages.settings.reading import read_section
from stages.settings.tracking import TrackingSettings

EVERY = 5.0  # seconds


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the stage."""
    follows = "--follow" in (sys.argv[1:] if arguments is None else arguments)
    own = {"plots": "folder of the charts that report drew", "out": "JSON with the digest of every logged result"}
    parser = pipeline_parser(
        "track", "" if follows else "task metrics models checkpoint sizes sized errors findings verdicts further",
        more="A parent run of each arm has mean, spread and comparison with scratch. A result that the store already"
        " has is not logged again. Beside `dvc repro`, `python -m stages.track --follow` shows the training in"
        " progress.", **({} if follows else own))
    parser.add_argument("--follow", action="store_true",
                        help="show training in progress in MLflow, with a delay of half a minute, until Ctrl-C")
    return run_stage(parser, _follow if follows else _track, arguments)


def _track(options: Namespace) -> None:
    encoding, models = task_settings(EncodingSettings, options.task), read_section(TrackingSettings, "tracking").models
    with slow_imports():
        from stages.tracking.runs import log_task
    log_task(options, encoding, models)


def _follow(options: Namespace) -> None:
    root = repository_root(Path.cwd())
    print(f"Looking for training every {EVERY:.0f} seconds; `make ui` shows it. Ctrl-C ends.", file=sys.stderr)
    with slow_imports():
        from stages.tracking.following import follow
        from stages.tracking.store import TrackingStore
    follow(root / STATES, root / "data/encoded", TrackingStore(root), lambda: time.sleep(EVERY) is None)


if __name__ == "__main__":
    sys.exit(main())
