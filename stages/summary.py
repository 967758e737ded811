"""Command ``summary``: the answer in a table, a row for every comparison of pre-trained with scratch."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from stages.common.command import run_stage, stage_parser
from stages.results.tasks import PATHS, read_summaries
from stages.results.verdicts import read_aggregates
from stages.settings.grid import read_grid
from stages.terminal.language import add_language, chosen_language
from stages.terminal.summary import print_summary
from stages.wording.catalogue import render
from stages.wording.message import message

PAGE = Path("reports/index.html")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = stage_parser(
        "Print the answer of the last run: for every task the verdict, the difference with its 95 % confidence"
        " interval, the scores of both arms, and the doctor's worst finding. At most 100 columns; colours where the"
        " terminal has them and NO_COLOR is not set.",
        "python -m stages.summary\n  python -m stages.summary --language ko")
    add_language(parser)
    return run_stage(parser, _print, arguments)


def _print(options: Namespace) -> None:
    grid = read_grid()
    tasks = read_summaries(grid, PATHS)
    language = chosen_language(options)
    print_summary(tasks, read_aggregates(PATHS.verdicts, grid.tasks), grid, language, sys.stdout)
    if PAGE.is_file():
        print(f"{render(message('terminal-report'), language)}: {PAGE.resolve().as_uri()}")


if __name__ == "__main__":
    sys.exit(main())
