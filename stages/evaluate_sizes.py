"""Stage ``evaluate_sizes``: score over train rows and over steps, and what pre-training is worth in labels."""

import itertools
import sys
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

from stages.common.files import read_json, write_json
from stages.common.pipeline import pipeline_stage
from stages.metrics.evaluation import TaskEvaluation, TaskGold
from stages.metrics.label_multiplier import learning_curve
from stages.metrics.steps import catching_up
from stages.metrics.task_scores import scorer
from stages.results.cards import EncodingCard
from stages.results.histories import read_history
from stages.results.reading import validated
from stages.results.trained import that_trained
from stages.settings.arms import PAIR, parse_cell_name
from stages.settings.evaluation import EvaluationSettings, evaluation_settings
from stages.settings.grid import Grid, read_sized_grid
from stages.settings.libraries import require_libraries
from stages.settings.train_rows import PLAN, models_of, predictions_of


def _evaluate_sizes(options: Namespace) -> None:
    require_libraries("numpy", "pyarrow", "scipy")
    evaluate_sizes(options, read_sized_grid(options.task), evaluation_settings())


def evaluate_sizes(paths: Namespace, grid: Grid, settings: EvaluationSettings) -> None:
    """Write the curve over the sizes of one task, and the steps at which either arm reaches the other's best.

    Every point of the curve is of the runs that trained, as the comparison at all rows is, which is the last of them;
    the steps are those of seeds whose two runs did, or of all where there is no such seed.
    """
    plan = read_json(paths.sized / PLAN)
    counts = plan.pop("size_rows", [])
    gold = TaskGold.read(paths.prepared, validated(EncodingCard, paths.encoding_card))
    first, second = grid.sized_arms.values()
    # `dvc plots` stumbles over an empty list.
    facts: dict[str, Any] = {"task": paths.task, "tuning": grid.tunings[0], "cells": {}} | {
        name: value for name, value in plan.items() if value != []}
    histories = {cell: read_history(paths.models / cell / "history.jsonl") for cell in grid.sized_cells}
    evaluations = []
    for size, rows in zip(plan["sizes"], counts, strict=True):
        evaluations.append(TaskEvaluation(gold, predictions_of(paths.sized, size), settings))
        facts["cells"] |= {f"{cell}-rows-{size}": _cell(models_of(paths.sized, size), cell, rows, evaluations[-1])
                           for cell in grid.sized_cells}
    evaluation = TaskEvaluation(gold, paths.predictions, settings)
    for cell in grid.sized_cells:
        evaluation.cell(cell, histories[cell].summary.outcome, histories[cell].summary.best_step)
    if counts:
        evaluations.append(evaluation)
        statistics = [[one.on_test(one.trained(cells)) for one in evaluations] for cells in (first, second)]
        few = [[one.few_trained(cells) for one in evaluations] for cells in (first, second)]
        curve = learning_curve([*counts, plan["rows"]], *statistics, scorer(gold.task), settings.resamples,
                               settings.bootstrap_seed, few)
        facts["points"] = curve.model_dump()
        if multipliers := facts["points"].pop("multipliers"):
            facts["multipliers"] = multipliers
    failed = [evaluation.any_failed(pair) for pair in zip(first, second, strict=True)]
    pairs = that_trained(list(zip(first, second, grid.seeds, strict=True)), failed)
    reached = catching_up([histories[cell] for cell, _, _ in pairs], [histories[cell] for _, cell, _ in pairs],
                          [seed for _, _, seed in pairs], gold.task.metric)
    facts["steps"] = {arm: found.model_dump() for arm, found in zip(PAIR, reached, strict=True)}
    if any(failed):
        facts["steps"]["counted" if all(failed) else "left_out"] = list(itertools.compress(grid.seeds, failed))
    write_json(paths.out, facts)


def _cell(models: Path, cell: str, rows: int, evaluation: TaskEvaluation) -> dict[str, Any]:
    """What is logged of a cell of a further size."""
    summary = read_history(models / cell / "history.jsonl").summary
    scored = evaluation.cell(cell, summary.outcome, summary.best_step).facts()
    del scored["details"]
    return {"train_rows": rows} | asdict(parse_cell_name(cell)) | vars(summary) | scored


main = pipeline_stage(
    "evaluate_sizes", _evaluate_sizes, "task prepared encoding_card models predictions sized",
    out="JSON with the curve, the multipliers and the steps")

if __name__ == "__main__":
    sys.exit(main())
