"""Stage ``analyse``: what stress costs the models of one task, and which rows they get wrong."""

import sys
from argparse import Namespace

from stages.common.files import write_json
from stages.common.pipeline import pipeline_stage
from stages.metrics.error_analysis import ErrorAnalysis
from stages.metrics.stress_scores import StressScores
from stages.results.predictions import Predictions
from stages.results.prepared import read_rows, read_task
from stages.settings.error_analysis import ErrorAnalysisSettings
from stages.settings.evaluation import EvaluationSettings, evaluation_settings
from stages.settings.grid import Grid, read_cell_grid
from stages.settings.libraries import require_libraries
from stages.settings.reading import read_section


def _analyse(options: Namespace) -> None:
    require_libraries("numpy", "pyarrow", "scipy")
    analyse(options, read_cell_grid(options.task), evaluation_settings(),
            read_section(ErrorAnalysisSettings, "error_analysis"))


def analyse(paths: Namespace, grid: Grid, evaluation: EvaluationSettings, errors: ErrorAnalysisSettings) -> None:
    """Write what stress costs and the errors of the expected cells of one task."""
    task, rows = read_task(paths.prepared), list(read_rows(paths.prepared / "test.jsonl"))
    logits = {cell: Predictions.read(paths.predictions / f"{cell}.parquet", task).of_split("test", rows)
              for cell in grid.cells}
    stress = StressScores(task, rows, logits, grid.trained_arms, grid.rivals, evaluation, paths.stress).facts()
    found = ErrorAnalysis(task, rows, logits, grid.arms, grid.rivals, errors).facts()
    write_json(paths.out_stress, stress)
    write_json(paths.out_errors, found)


main = pipeline_stage(
    "analyse", _analyse, "task prepared predictions", stress="folder that stress wrote",
    out_stress="JSON with what each transformation costs", out_errors="JSON with the errors, by guid")

if __name__ == "__main__":
    sys.exit(main())
