"""Command ``export``: a trained model as a folder that ``transformers.pipeline`` loads without this project."""

import itertools
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from stages.answering.cells import chosen_cell
from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.slow_imports import slow_imports
from stages.results.prepared import read_rows
from stages.results.tasks import read_tasks
from stages.settings.grid import read_grid

SAMPLE = 20  # test rows on which the exported model must agree with predict


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = stage_parser(
        "Write one trained model as a folder with weights, config, tokenizer and a model card that has the report's"
        " numbers and warnings. It loads with transformers alone; an entity model comes with word_pipeline.py, which"
        " splits texts into words as in training. A model whose exported copy answers otherwise than `predict` is"
        " refused. Pass truncation=True, as on the card: without it, transformers fails on texts that are longer than"
        " the model's maximum.",
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
    facts = next(task for task in read_tasks(read_grid()) if task.metrics.task == options.task)
    prepared = Path("data/prepared") / options.task / "test.jsonl"
    rows = list(itertools.islice(read_rows(prepared), SAMPLE)) if prepared.is_file() else []
    with slow_imports():
        from stages.answering.exporting import export
    export(facts, cell, Path("data/models") / options.task / cell, Path("data/initial") / options.task, options.out,
           rows)
    print(f"{options.out}: written; README.md there is its model card", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
