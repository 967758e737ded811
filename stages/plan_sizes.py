"""Stage ``plan_sizes``: which training rows every cell uses, and which further train sizes are points of the curve."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.files import new_folder, read_json_lines, write_json
from stages.encoding.draws import draw_order, rows_of_size
from stages.encoding.train_sizes import ALL_DRAWS
from stages.results.prepared import read_task
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
    """Write the plan of the sizes, and the rows of every cell, see :mod:`stages.encoding.train_sizes`."""
    kind = read_task(paths.prepared).kind
    labels = np.array([row.get("label", "") for row in read_json_lines(paths.prepared / "train.jsonl")])
    first = np.arange(len(labels))
    orders = {seed: draw_order(labels, kind, plan.split_seed, seed) for seed in plan.seeds} if plan.draws > 1 else {}

    def cell(size: Size, order: np.ndarray | None, setting: str) -> dict[str, Any]:
        rows = rows_of_size(labels, first if order is None else order, size, setting)
        named = order is not None or labels_per_class(size)
        return {"train_size": len(rows)} | ({"drawn": rows.tolist()} if named else {})

    def cells(size: Size, setting: str) -> dict[int, dict[str, Any]]:
        return {seed: cell(size, orders.get(seed), setting) for seed in plan.seeds}

    setting = f"tasks.{paths.task}.train_size"
    if not labels_per_class(plan.train_size) and int(plan.train_size) > len(labels):
        raise UserError(f"params.yaml: {setting}: expected at most {len(labels)}, the number of training rows, or 0 "
                        f"for all, got {plan.train_size}; lower it")
    whole = cells(plan.train_size, setting) if plan.train_size else {seed: {"train_size": 0} for seed in plan.seeds}
    used = whole[plan.seeds[0]]["train_size"] or len(labels)
    counts: dict[Size, int] = {}
    with new_folder(paths.rows) as folder:
        for seed, rows in whole.items():
            write_json(folder / f"{seed}.json", rows)
        drawn = plan.train_size and plan.draws > 1
        write_json(folder / ALL_DRAWS, whole if drawn else {0: whole[plan.seeds[0]]})
        for size in plan.train_sizes:
            counts[size] = labels_per_class(size) * len(set(labels)) or int(size)
            skipped = {"train_size": counts[size], "skipped": True, "rows": used} if counts[size] >= used else None
            of_size = {} if skipped else cells(size, f"train_sizes: {size} of {paths.task}")
            for seed in plan.seeds:
                write_json(folder / f"{size}-{seed}.json", skipped or of_size[seed])
    order = sorted(counts, key=lambda size: counts[size])
    sizes = [size for size in order if counts[size] < used]
    if twice := next((pair for pair in pairwise(sizes) if counts[pair[0]] == counts[pair[1]]), None):
        raise UserError(f"params.yaml: train_sizes: {twice[0]} and {twice[1]} are both {counts[twice[0]]} training "
                        f"rows of {paths.task}; remove one of them")
    write_json(paths.out, {"rows": used, "sizes": sizes, "skipped": order[len(sizes):]} | (
        {"size_rows": [counts[size] for size in sizes], "draws": plan.draws} if sizes else {}))


if __name__ == "__main__":
    sys.exit(main())
