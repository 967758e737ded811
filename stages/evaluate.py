"""Stage ``evaluate``: metrics, intervals and comparisons of one task from stored predictions."""

import csv
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from stages.common.files import new_file, read_json, write_json
from stages.common.pipeline import pipeline_stage
from stages.metrics.evaluation import Pair, TaskEvaluation, TaskGold
from stages.results.cards import EncodingCard
from stages.results.histories import History, Step, read_history
from stages.results.reading import validated
from stages.results.task_metrics import Comparison
from stages.settings.arms import ARMS, PAIR, REFERENCE, arm_of_key, parse_cell_name
from stages.settings.evaluation import EvaluationSettings, evaluation_settings
from stages.settings.grid import Grid, read_cell_grid
from stages.settings.libraries import require_libraries

CURVE_COLUMNS = ("cell", "arm", "tuning", "seed", "step", "epoch", "batch_loss", "learning_rate", "gradient_norm",
                 "train_loss", "train_score", "validation_loss", "validation_score")


def _evaluate(options: Namespace) -> None:
    require_libraries("numpy", "pyarrow", "scipy")
    evaluate(options, read_cell_grid(options.task), evaluation_settings())


def evaluate(paths: Namespace, grid: Grid, settings: EvaluationSettings) -> None:
    """Write the metrics and the curves of the expected cells of one task."""
    encoding = validated(EncodingCard, paths.encoding_card)
    baselines = [read_json(path) for path in (paths.baselines, paths.embeddings)]
    drawn = "by_seed" in baselines[0]
    evaluation = TaskEvaluation(TaskGold.read(paths.prepared, encoding), paths.predictions, settings, drawn)
    histories = {cell: read_history(paths.models / cell / "history.jsonl") for cell in grid.cells}
    task = evaluation.task
    facts = {name: getattr(task, name) for name in (
        "task", "title", "language", "kind", "metric", "labels", "synthetic")}
    facts |= {"checkpoint": encoding.checkpoint, "synthetic_checkpoint": encoding.synthetic_checkpoint}
    facts["rows"] = {"train": baselines[0]["train_rows"]} | {
        split: len(gold.rows) for split, gold in evaluation.gold.items()}
    facts |= {name: baselines[0][name] for name in ("draws", "train_labels") if name in baselines[0]}
    if (groups := evaluation.gold["test"].groups) is not None:
        facts["test_groups"] = int(groups.max()) + 1
    facts["cells"] = {cell: asdict(parse_cell_name(cell)) | vars(history.summary)
                      | evaluation.cell(cell, history.summary.outcome, history.summary.best_step,
                                        trained=ARMS[parse_cell_name(cell).arm].trained).facts()
                      for cell, history in histories.items()}
    facts["baselines"] = {name: metrics for file in baselines for name, metrics in (
        evaluation.drawn_baselines(file["by_seed"]) if drawn else evaluation.baselines(file["test"])).items()}
    facts["baseline_comparisons"] = {
        baseline: {arm: dict(difference) for arm, difference in arms.items()}
        for baseline, arms in evaluation.against_baselines(grid.arms, list(facts["baselines"])).items()}
    facts["comparisons"], further = ({arm: _facts(evaluation.headline(*pair)) for arm, pair in pairs(
        grid, rivals).items()} for rivals in (grid.rivals, grid.further_rivals))
    if further:
        facts["further_comparisons"] = further
    if shares := dict(_handed_over(evaluation, grid)):
        facts["handed_over"] = shares
    if slices := evaluation.slices(pairs(grid, grid.rivals)):  # `dvc plots` stumbles over an empty list
        facts["slices"] = [dict(part) | {"comparisons": {
            name: _facts(compared) for name, compared in part.comparisons.items()}} for part in slices]
    with new_file(paths.curves) as partial, partial.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, CURVE_COLUMNS, lineterminator="\n")
        writer.writeheader()
        for cell, history in histories.items():
            writer.writerows(_curve(cell, history, task.metric))
    write_json(paths.out, facts)


def _handed_over(evaluation: TaskEvaluation, grid: Grid) -> Iterator[tuple[str, Any]]:
    """By student, the share of its teacher's gain; the first tuned arm teaches."""
    teacher = next(cells for arm, cells in grid.arms.items() if arm_of_key(arm).tuned)
    for arm, cells in grid.arms.items():
        if arm_of_key(arm).taught and (share := evaluation.handed_over(cells, teacher, grid.arms[REFERENCE])):
            yield arm, share.model_dump(exclude_none=True)


def _facts(compared: Comparison) -> dict[str, Any]:
    """JSON form, the means first."""
    facts = compared.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return {arm: facts.pop(arm) for arm in PAIR} | facts


def pairs(grid: Grid, rivals: Mapping[str, str]) -> dict[str, Pair]:
    """Cells of an arm and of the one with which it is compared, by the first."""
    return {arm: (grid.arms[arm], grid.arms[rival]) for arm, rival in rivals.items()}


def _curve(cell: str, history: History, metric: str) -> Iterator[dict[str, Any]]:
    for event in history.measured:
        row = {"cell": cell, "step": event.step, "epoch": event.epoch} | asdict(parse_cell_name(cell))
        if isinstance(event, Step):
            row |= {"batch_loss": event.loss, "learning_rate": event.learning_rate,
                    "gradient_norm": event.gradient_norm}
        else:
            for split, measured in (("train", event.train), ("validation", event.validation)):
                row |= {f"{split}_loss": measured.get("loss"), f"{split}_score": measured.get(metric)}
        yield row


main = pipeline_stage(
    "evaluate", _evaluate, "task prepared encoding_card predictions models",
    baselines="predictions that baseline wrote", embeddings="predictions that embed wrote",
    out="JSON with every metric", curves="CSV with the learning curves of every cell")

if __name__ == "__main__":
    sys.exit(main())
