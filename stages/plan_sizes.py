"""Stage ``plan_sizes``: which training rows every cell uses, and which further train sizes are points of the curve."""

import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.files import new_folder, read_json_lines, write_json
from stages.encoding.draws import draw_order, rows_of_size
from stages.encoding.train_sizes import ALL_DRAWS
from stages.results.prepared import Task, read_task
from stages.settings.grid import RowPlan, read_row_plan
from stages.settings.libraries import require_libraries
from stages.settings.train_sizes import Size, labels_per_class


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the stage."""
    parser = stage_parser(
        "Choose the training rows of every cell: all, the first ones, so many of each class, or a draw for every seed."
        " Tell the further train sizes that are below the rows that a task trains on from the others, which are no"
        " further points of its learning curve.",
        "python -m stages.plan_sizes --task nsmc --prepared data/prepared/nsmc --out data/sized/nsmc/sizes.json"
        " --rows data/rows/nsmc",
    )
    parser.add_argument("--task", required=True, help="name of the task in params.yaml")
    parser.add_argument("--prepared", type=Path, required=True, help="folder that preprocess wrote")
    parser.add_argument("--out", type=Path, required=True, help="JSON with the rows, the sizes and those skipped")
    parser.add_argument("--rows", type=Path, required=True, help="folder to write: the rows of every cell")
    return run_stage(parser, _plan_sizes, arguments)


def _plan_sizes(options: Namespace) -> None:
    require_libraries("numpy")
    plan_sizes(options, read_row_plan(options.task))


def plan_sizes(paths: Namespace, plan: RowPlan) -> None:
    """Write the plan of the sizes, and the rows of every cell, see :mod:`stages.encoding.train_sizes`.

    Raises:
        UserError: there are too few training rows for a size, or two sizes are as many rows.
    """
    labels = np.array([row.get("label", "") for row in read_json_lines(paths.prepared / "train.jsonl")])
    setting = f"tasks.{paths.task}.train_size"
    if not labels_per_class(plan.train_size) and int(plan.train_size) > len(labels):
        raise UserError(f"params.yaml: {setting}: expected at most {len(labels)}, the number of training rows, or 0 "
                        f"for all, got {plan.train_size}; lower it")
    task = read_task(paths.prepared)
    _refuse_absent(task, labels, {setting: plan.train_size} | {
        f"train_sizes: {size} of {paths.task}": size for size in plan.train_sizes})
    orders = {seed: draw_order(labels, task.kind, plan.split_seed, seed) if plan.draws > 1 else None
              for seed in plan.seeds}
    whole = _cells(labels, orders, plan.train_size, setting)
    used = _row_count(whole) or len(labels)
    counts = {size: labels_per_class(size) * len(set(labels)) or int(size) for size in plan.train_sizes}
    points = _points(counts, used, plan.draws, paths.task)
    sized = {size: _cells(labels, orders, size, f"train_sizes: {size} of {paths.task}") for size in points["sizes"]}
    with new_folder(paths.rows) as folder:
        for seed, rows in whole.items():
            write_json(folder / f"{seed}.json", rows)
        drawn = plan.train_size and plan.draws > 1
        write_json(folder / ALL_DRAWS, whole if drawn else {0: whole[plan.seeds[0]]})
        for size in plan.train_sizes:
            skipped = {"train_size": counts[size], "skipped": True, "rows": used}
            for seed in plan.seeds:
                write_json(folder / f"{size}-{seed}.json", sized[size][seed] if size in sized else skipped)
    write_json(paths.out, points)


def _refuse_absent(task: Task, labels: np.ndarray, sizes: Mapping[str, Size]) -> None:
    """Refuse so many rows of every class, by the setting that asks for them, where a class has no training row."""
    absent = [] if task.is_words else sorted(set(task.labels) - set(labels.tolist()))
    if found := next((setting for setting, size in sizes.items() if absent and labels_per_class(size)), ""):
        raise UserError(f"params.yaml: {found}: expected {labels_per_class(sizes[found])} training rows of every "
                        f"class, found 0 of '{absent[0]}'; give a number of rows, or training data that has the class")


def _cells(
    labels: np.ndarray, orders: Mapping[int, np.ndarray | None], size: Size, setting: str
) -> dict[int, dict[str, Any]]:
    """The rows of the cells of one size by seed, as JSON values: their places stand there where a number is not enough.
    """
    if not size:
        return {seed: {"train_size": 0} for seed in orders}
    cells = {}
    for seed, order in orders.items():
        rows = rows_of_size(labels, np.arange(len(labels)) if order is None else order, size, setting)
        named = order is not None or labels_per_class(size)
        cells[seed] = {"train_size": len(rows)} | ({"drawn": rows.tolist()} if named else {})
    return cells


def _row_count(cells: Mapping[int, dict[str, Any]]) -> int:
    """How many rows each of the cells has, 0 for all."""
    return int(next(iter(cells.values()))["train_size"])


def _points(counts: Mapping[Size, int], used: int, draws: int, task: str) -> dict[str, Any]:
    """Which sizes are points of the learning curve, below the ``used`` rows, in the order of their numbers of rows."""
    order = sorted(counts, key=lambda size: counts[size])
    sizes = [size for size in order if counts[size] < used]
    if twice := next((pair for pair in pairwise(sizes) if counts[pair[0]] == counts[pair[1]]), None):
        raise UserError(f"params.yaml: train_sizes: {twice[0]} and {twice[1]} are both {counts[twice[0]]} training "
                        f"rows of {task}; remove one of them")
    curve = {"size_rows": [counts[size] for size in sizes], "draws": draws} if sizes else {}
    return {"rows": used, "sizes": sizes, "skipped": order[len(sizes):]} | curve


if __name__ == "__main__":
    sys.exit(main())
