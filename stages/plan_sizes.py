"""Stage ``plan_sizes``: which training rows every cell uses, and which further train sizes are points of the curve."""

import sys
from argparse import Namespace
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from stages.common.errors import UserError
from stages.common.files import new_folder, read_json_lines, write_json
from stages.common.pipeline import pipeline_stage
from stages.corpora.splitting import Labels, shuffled_order, stratified_order
from stages.results.prepared import Task, read_task
from stages.settings.grid import RowPlan, read_row_plan
from stages.settings.libraries import require_libraries
from stages.settings.train_rows import ALL_DRAWS, Size, labels_per_class


def _plan_sizes(options: Namespace) -> None:
    require_libraries("numpy")
    plan_sizes(options, read_row_plan(options.task))


def plan_sizes(paths: Namespace, plan: RowPlan) -> None:
    """Write the plan of the sizes, and the rows of every cell, see :mod:`stages.settings.train_rows`.

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


def draw_order(labels: Labels, kind: str, split_seed: int, draw: int) -> np.ndarray:
    """Permutation of the training rows, of which every front is a random sample, stratified by label.

    It depends on the arguments alone, so it is the same for every arm, and larger sizes hold the smaller ones. Rows of
    words have no single label; they are drawn plainly.
    """
    seed = f"{split_seed} {draw}"
    return shuffled_order(len(labels), seed) if kind == "words" else stratified_order(labels, seed)


def rows_of_size(labels: Labels, order: np.ndarray, size: Size, setting: str) -> np.ndarray:
    """The rows that ``size`` takes from the front of ``order``, in that order: the first, or the first of each class.

    Raises:
        UserError: there are too few; ``setting`` is the key of params.yaml that asks for them.
    """
    each = labels_per_class(size)
    if not each:
        return order[:int(size)]
    codes = np.asarray(labels)[order]
    names, counts = np.unique(codes, return_counts=True)
    if counts.min() < each:
        raise UserError(f"params.yaml: {setting}: expected {each} training rows of every class, found "
                        f"{counts.min()} of '{names[counts.argmin()]}'; lower it")
    chosen = np.concatenate([np.flatnonzero(codes == name)[:each] for name in names])
    return order[np.sort(chosen)]


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


main = pipeline_stage(
    "plan_sizes", _plan_sizes, "task prepared", out="JSON with the rows, the sizes and those skipped",
    rows="folder to write: the rows of every cell")

if __name__ == "__main__":
    sys.exit(main())
