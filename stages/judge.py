"""Stage ``judge``: the verdict on every comparison of all tasks, decided once for all who tell it."""

import sys
from argparse import Namespace

from stages.common.files import sha256, write_json
from stages.common.pipeline import pipeline_stage
from stages.judging.aggregate import aggregates
from stages.judging.verdicts import TaskResults, judge
from stages.results.findings import read_findings
from stages.results.sizes import read_sizes
from stages.results.task_metrics import read_metrics
from stages.results.verdicts import Verdicts
from stages.settings.evaluation import EvaluationSettings, evaluation_settings
from stages.settings.grid import Grid, read_judged_grid
from stages.settings.libraries import require_libraries


def _judge(options: Namespace) -> None:
    require_libraries("numpy", "scipy")
    tasks = write_verdicts(options, read_judged_grid(), evaluation_settings()).tasks
    # A terminal has room for few columns, and DVC shows one for every number of a metrics file.
    write_json(options.out_differences, {
        task: next(iter(found.comparisons.values())).difference for task, found in tasks.items()})


def write_verdicts(paths: Namespace, grid: Grid, settings: EvaluationSettings) -> Verdicts:
    """Write the verdicts on the tasks of ``grid`` and return them."""
    sizes = read_sizes(paths.sizes, grid)
    results = {}
    for task in grid.tasks:
        metrics, findings = (folder / f"{task}.json" for folder in (paths.metrics, paths.findings))
        results[task] = TaskResults(read_metrics(metrics, task, grid.of_task(task)),
                                    read_findings(findings, task, metrics), sizes[task],
                                    (sha256(metrics), sha256(findings)))
    tasks = judge(results, grid)
    verdicts = Verdicts(tasks=tasks, aggregates=tuple(aggregates(
        {task: one.metrics for task, one in results.items()}, tasks, grid, settings)))
    write_json(paths.out, verdicts.model_dump(mode="json", exclude_defaults=True))
    return verdicts


main = pipeline_stage(
    "judge", _judge, "metrics findings sizes",
    more="With it stands what withholds or qualifies a verdict, what holds for these runs, what would settle it,"
    " and what an arm gains over several tasks together.", out="JSON with the verdicts of all tasks",
    out_differences="JSON with the difference of each task's first comparison, for `dvc exp show`")

if __name__ == "__main__":
    sys.exit(main())
