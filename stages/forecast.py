"""Command ``forecast``: time and memory of the present grid, from a few measured steps, before it is trained."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stages.common.command import run_stage, stage_parser
from stages.common.durations import DURATIONS
from stages.common.errors import UserError
from stages.common.progress import progress
from stages.common.repository import repository_root
from stages.common.slow_imports import slow_imports
from stages.forecasting.budget import Size, fewer_epochs, fewer_rows, largest_within, seconds_of
from stages.forecasting.cells import Cell, TaskRows, first_of_each, grid_cells, prediction_stages, task_rows, tests_of
from stages.forecasting.finished import finished_stages, other_stages, outdated
from stages.results.durations import StageDurations
from stages.settings.grid import read_grid
from stages.settings.schema import check_params
from stages.wording.catalogue import render
from stages.wording.message import message

if TYPE_CHECKING:
    from stages.forecasting.study import Study


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the command."""
    return run_stage(_parser(), _forecast, arguments)


def _parser() -> ArgumentParser:
    parser = stage_parser(
        "Forecast time and memory of every cell of the present grid in params.yaml, and the total, on this machine.\n"
        "For each kind of cell a process trains a few steps with the code of training, on real rows from the\n"
        "shortest to the longest. The batches and evaluations of the whole run are counted, and their time is\n"
        "extrapolated. Cells that differ only in seed or initial weights share a probe.\n\n"
        "Cells that DVC would skip or restore from its run cache are done: their number is given. Nothing is\n"
        "written to DVC or MLflow. Encoded data and checkpoints must exist: `dvc repro encode assign_checkpoint`.\n\n"
        "All other stages, such as evaluation and report, are counted by how long they, or the same stage of another\n"
        "task, took when they last ran here. Not counted: those that never ran here, whose number is given, and DVC's\n"
        "own overhead. Runs that stop early (patience, stop_at_train_score) and runs in several processes take less.\n"
        "On a busy machine the forecast is of that busy machine.",
        "python -m stages.forecast --budget 20m",
    )
    parser.add_argument("--budget", type=seconds_of, metavar="TIME",
                        help="propose fewer rows, or fewer epochs, by the same share in all arms, so that the whole "
                             "grid takes at most this time: 90s, 20m, 1h30m")
    parser.add_argument("--json", action="store_true", help="print JSON: seconds and bytes")
    return parser


def _forecast(options: Namespace) -> None:
    params, grid = check_params(), read_grid()
    if options.budget and grid.train_sizes:
        raise UserError(f"params.yaml: train_sizes: expected [] with --budget, got {list(grid.train_sizes)}; "
                        "a proposal changes the rows of every task; choose train_sizes afterwards")
    rows = {task: task_rows(task) for task in grid.tasks}
    cells = grid_cells(grid, rows)
    _refuse_outdated(grid.tasks)
    predictions = {task: prediction_stages(grid, task) for task in grid.tasks}
    names = [*(cell.stage for cell in cells), *chain.from_iterable(predictions.values())]
    done = finished_stages(names)
    done -= {f"predict@{task}" for task, names in predictions.items() if not done.issuperset(names)}
    # A proposal changes all cells, so none of them is done.
    probed = _to_probe(cells, set() if options.budget else done)
    if probed:
        if params.training.precision == "bf16" and not _multiplies_bfloat16():
            print(render(message("machine-bf16"), params.report.language), file=sys.stderr)
        study = _probed_study(cells, rows, probed)
        found = _facts(study, done)
        if options.budget:
            found["budget_seconds"] = options.budget
            found["proposals"] = _proposals(study, options.budget, params.training.batch_size)
    else:
        found = {"cells": [_describe(cell, True) for cell in cells],
                 "predictions": [{"task": task, "done": True} for task in grid.tasks], "total_seconds": 0.0}
    found["other_stages"] = _other_stages(other_stages(names, done))
    found["total_seconds"] += found["other_stages"]["seconds"]
    print(json.dumps(found, indent=2) if options.json else "\n".join(_lines(found)))


def _other_stages(names: Sequence[str]) -> dict[str, float]:
    took = StageDurations(repository_root(Path.cwd()) / DURATIONS)
    known = [seconds for name in names if (seconds := took.of(name)) is not None]
    return {"count": len(names), "unknown": len(names) - len(known), "seconds": sum(known)}


def _refuse_outdated(tasks: Sequence[str]) -> None:
    targets = [f"{stage}@{task}" for task in tasks for stage in ("encode", "assign_checkpoint")]
    targets += [f"preprocess_further@{test}" for task in tasks for test in tests_of(task)]
    if found := outdated(targets):
        raise UserError(f"{found[0]}: expected data and checkpoints of the present params.yaml, found outdated ones; "
                        f"run `dvc repro {' '.join(targets)}` first")


def _to_probe(cells: list[Cell], done: set[str]) -> list[Cell]:
    """One cell of each kind to run, and one for each task of which only predictions are left to run."""
    chosen = first_of_each(cells)
    wanted = {cell.probe for cell in cells if cell.stage not in done}
    covered = {task for task, _ in wanted} | {name.removeprefix("predict@") for name in done}
    wanted |= {cell.probe for cell in cells if cell.task not in covered}
    return [cell for key, cell in chosen.items() if key in wanted]


def _probed_study(cells: list[Cell], rows: dict[str, TaskRows], probed: list[Cell]) -> "Study":
    with slow_imports():
        from stages.forecasting.study import Study, measure

    costs = {}
    with progress(len(probed), "probe", "cell") as bar:
        for cell in probed:
            bar.set_postfix_str(f"{cell.task} {cell.name}")
            costs[cell.probe] = measure(cell, rows[cell.task])
            bar.update()
    return Study(cells, rows, costs)


def _multiplies_bfloat16() -> bool:
    """Whether the device on which this machine trains does so natively."""
    with slow_imports():
        import torch

        from stages.models.precision import mixed_precision
    return mixed_precision("auto", torch.device("cuda" if torch.cuda.is_available() else "cpu")) == "bf16"


def _describe(cell: Cell, done: bool) -> dict[str, Any]:
    return {"task": cell.task, "cell": cell.name, "done": done}


def _facts(study: "Study", done: set[str]) -> dict[str, Any]:
    """The forecast as JSON holds it."""
    cells, left = [], set()
    for cell in study.cells:
        if cell.stage in done:
            cells.append(_describe(cell, True))
        else:
            left.add(cell.task)
            cells.append(_describe(cell, False) | study.counts(cell) | study.forecast(cell).as_json())
    predictions: list[dict[str, Any]] = []
    for task in study.size.rows:
        # Predictions of a task are not done while one of its models is not.
        if task in left or f"predict@{task}" not in done:
            predictions.append({"task": task, "done": False, "seconds": study.prediction(task)})
        else:
            predictions.append({"task": task, "done": True})
    total = sum(part["seconds"] for part in (*cells, *predictions) if not part["done"])
    return {"cells": cells, "predictions": predictions, "total_seconds": total}


def _proposals(study: "Study", budget: float, batch_size: int) -> list[dict[str, Any]]:
    """The largest study with fewer rows and the one with fewer epochs that fit; none where nothing does."""
    present, proposals = study.size, []
    for candidates in (fewer_rows(present, batch_size), fewer_epochs(present)):
        if found := largest_within(budget, candidates, study.seconds):
            size, seconds = found
            proposals.append({"overrides": _overrides(present, size), "seconds": seconds})
    return proposals


def _overrides(present: Size, size: Size) -> list[str]:
    """Changes of params.yaml, as overrides of `dvc exp run -S`."""
    rows = [f"tasks.{task}.train_size={count}" for task, count in size.rows.items() if count != present.rows[task]]
    epochs = [f"++tasks.{task}.{arm}.epochs={count}" for (task, arm), count in size.epochs.items()
              if count != present.epochs[task, arm]]
    return rows + epochs


def _lines(found: dict[str, Any]) -> list[str]:
    """The forecast as a table of text."""
    rows = [("", "steps", "evaluations", "time", "memory")]
    rows += [(f"{cell['task']} {cell['cell']}", f"{cell['steps']:,}", str(cell["evaluations"]),
              _format_seconds(cell["seconds"]), f"{cell['peak_bytes'] / 2**30:.1f} GiB")
             for cell in found["cells"] if not cell["done"]]
    rows += [(f"{part['task']} predict", "", "", _format_seconds(part["seconds"]), "")
             for part in found["predictions"] if not part["done"]]
    if done := sum(part["done"] for key in ("cells", "predictions") for part in found[key]):
        rows.append((f"{done} finished cells and predictions", "", "", "done", ""))
    others = found["other_stages"]
    if others["count"]:
        unknown = f", {others['unknown']} of which never ran here" if others["unknown"] else ""
        rows.append((f"{others['count']} other stages{unknown}", "", "", _format_seconds(others["seconds"]), ""))
    rows.append(("total", "", "", _format_seconds(found["total_seconds"]), ""))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join([row[0].ljust(widths[0]), *(text.rjust(width) for text, width in zip(
        row[1:], widths[1:], strict=True))]).rstrip() for row in rows]
    return lines + (_format_proposals(found) if "proposals" in found else [])


def _format_proposals(found: dict[str, Any]) -> list[str]:
    budget = _format_seconds(found["budget_seconds"])
    if not found["proposals"]:
        return [f"{budget}: the whole grid, trained from the start, does not fit even with one batch of rows or "
                "one epoch; remove tasks, tunings or seeds"]
    if not found["proposals"][0]["overrides"]:
        return [f"{budget}: the whole grid fits as it is, in {_format_seconds(found['proposals'][0]['seconds'])}"]
    return [f"{budget}: {_format_seconds(proposal['seconds'])} with dvc exp run "
            + " ".join(f"-S '{override}'" for override in proposal["overrides"]) for proposal in found["proposals"]]


def _format_seconds(seconds: float) -> str:
    """At most two units: 1h05m, 2m30s or 8s."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02d}s"
    return f"{whole // 3600}h{whole % 3600 // 60:02d}m"


if __name__ == "__main__":
    sys.exit(main())
