"""Command ``export``: a trained model as a folder that ``transformers.pipeline`` loads without this project."""

import itertools
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from stages.answering.cells import chosen_cell
from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.slow_imports import slow_imports
from stages.results.prepared import Row, read_rows
from stages.results.tasks import read_tasks
from stages.settings.grid import read_grid
from stages.settings.report import report_settings
from stages.wording.catalogue import render
from stages.wording.message import message

SAMPLE = 20  # test rows on which the exported model must agree with predict and with what was scored


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = stage_parser(
        "Write one trained model as a folder with weights, config, tokenizer and a model card that has the report's"
        " numbers and warnings. It loads with transformers alone; an entity model comes with word_pipeline.py, which"
        " splits texts into words as in training. A model whose exported copy answers otherwise than `predict` is"
        " refused, and so is one that is not the model that was scored. Pass truncation=True, as on the card: without"
        " it, transformers fails on texts that are longer than the model's maximum.",
        "python -m stages.export --task nsmc --out nsmc-model\n"
        "  python -c \"from transformers import pipeline; "
        "print(pipeline(model='nsmc-model')('좋다', truncation=True))\"",
    )
    parser.add_argument("--task", required=True, help="name of the task in params.yaml")
    parser.add_argument("--cell", help="model to write, such as scratch-1 (default: fine-tuned, first seed)")
    parser.add_argument("--out", type=Path, required=True, help="folder to write, which must not exist yet")
    return run_stage(parser, _export, arguments)


def _export(options: Namespace) -> None:
    cell = chosen_cell(options.task, options.cell)
    if options.out.exists():
        raise UserError(f"{options.out}: expected a folder that does not exist yet, found one; name another")
    if file := next((parent for parent in options.out.parents if parent.is_file()), None):
        raise UserError(f"--out {options.out}: expected a path through folders, found the file {file}; name another")
    facts = next(task for task in read_tasks(read_grid()) if task.metrics.task == options.task)
    prepared = Path("data/prepared") / options.task / "test.jsonl"
    rows = list(itertools.islice(read_rows(prepared), SAMPLE)) if prepared.is_file() else []
    with slow_imports():
        from stages.answering.exporting import export
    scored = _scored(options.task, cell, rows, str(facts.metrics.cells[cell].settings.get("precision")))
    with _without_new_parents(options.out):
        export(facts, cell, Path("data/models") / options.task / cell, Path("data/initial") / options.task,
               options.out, rows, scored)
    print(f"{options.out}: written; README.md there is its model card", file=sys.stderr)


@contextmanager
def _without_new_parents(path: Path) -> Iterator[None]:
    """Leave no folder above ``path`` that was not there before, if the block fails."""
    new = [parent for parent in path.parents if not parent.exists()]
    try:
        yield
    except BaseException:
        for parent in new:
            with suppress(OSError):  # the original error says more
                parent.rmdir()
        raise


def _scored(task: str, cell: str, rows: Sequence[Row], precision: str) -> Any:
    """What was scored on ``rows`` of test; None, which standard error tells, where that is not there."""
    from stages.answering.scored import read_scored  # loads torch

    encoded, predictions = Path("data/encoded") / task, Path("data/predictions") / task / f"{cell}.parquet"
    needed = (encoded / "task.json", Path("data/prepared") / task / "test.jsonl", predictions)
    if missing := next((path for path in needed if not path.is_file()), None):
        print(render(message("export-unchecked", path=str(missing)), report_settings().language), file=sys.stderr)
        return None
    return read_scored(encoded, predictions, rows, precision)


if __name__ == "__main__":
    sys.exit(main())
