"""Stage ``evaluate_further``: scores of a task's models on a further test set, whole and by part."""

import sys
from argparse import Namespace

from stages.common.files import read_json, write_json
from stages.common.pipeline import pipeline_stage
from stages.metrics.further_scores import FurtherScores
from stages.results.further_rows import read_further_test
from stages.results.task_metrics import read_metrics
from stages.settings.grid import Grid, read_cell_grid
from stages.settings.libraries import require_libraries

_SHOWN = ("name", "task", "title", "metric", "rows", "synthetic", "merge", "genre_column", "source", "read_as",
          "dropped", "train_overlap")


def _evaluate(options: Namespace) -> None:
    require_libraries("numpy", "pyarrow", "scipy")
    evaluate_further(options, read_cell_grid(options.task))


def evaluate_further(paths: Namespace, grid: Grid) -> None:
    """Write the scores of the expected cells."""
    cells = read_metrics(paths.metrics, paths.task, grid).cells
    rivals = {arm: rival for arm, rival in grid.rivals.items() if {arm, rival} <= grid.trained_arms.keys()}
    found = FurtherScores(read_further_test(paths.rows), paths.predictions, grid.trained_arms, rivals,
                          {name for name, cell in cells.items() if cell.failed})
    about = read_json(paths.rows / "test.json")
    write_json(paths.out, {name: about[name] for name in _SHOWN} | found.facts())


main = pipeline_stage(
    "evaluate_further", _evaluate, "task",
    more="The scores are in no verdict and in no correction for several comparisons.",
    rows="folder that preprocess_further wrote", predictions="folder that predict_further wrote",
    metrics="JSON that evaluate wrote about the task: which runs failed to train", out="JSON with the scores")

if __name__ == "__main__":
    sys.exit(main())
