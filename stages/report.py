"""Stage ``report``: the numbers of all tasks as a page, as Markdown and as scalars."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from stages.common.durations import DURATIONS
from stages.common.files import new_folder, write_json, write_text
from stages.common.pipeline import pipeline_stage
from stages.common.repository import repository_root
from stages.reporting import markdown, page
from stages.reporting.content import compose
from stages.reporting.document import Part
from stages.reporting.errors import error_part
from stages.reporting.further import further_parts
from stages.reporting.learning_curves import learning_part, summarize_sizes, worth_in_labels
from stages.reporting.seconds import seconds_sentence
from stages.reporting.stress import stress_parts
from stages.reporting.summary import summarize
from stages.results.durations import Durations
from stages.results.sizes import Sizes, read_sizes
from stages.results.tasks import TaskFacts, read_tasks
from stages.results.verdicts import read_aggregates
from stages.settings.further import further_tests
from stages.settings.grid import Grid, read_grid
from stages.settings.libraries import require_libraries
from stages.settings.report import ReportSettings, report_settings
from stages.terminal.summary import print_summary
from stages.wording.catalogue import render


def _report(options: Namespace) -> None:
    require_libraries("vl-convert-python")
    write_report(options, read_grid(), report_settings(), further_tests())


def write_report(
    paths: Namespace, grid: Grid, settings: ReportSettings, further: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Write page, Markdown, charts and scalars of the tasks of ``grid``.

    ``further`` has the task of every further test set by its name.
    """
    tasks = read_tasks(grid, paths)
    sizes = read_sizes(paths.sizes, grid)
    parts = {task.metrics.task: tuple(_further_parts(task, sizes[task.metrics.task], paths, grid, further))
             for task in tasks}
    aggregates = read_aggregates(paths.verdicts, grid.tasks)
    report = compose(tasks, parts, worth_in_labels(tasks, sizes), aggregates)
    with new_folder(paths.out_plots) as folder:
        for chart in report.charts:
            write_text(folder / f"{chart.name}.svg", chart.file)
    with new_folder(paths.out_details) as folder:
        plots = _from(paths.out_details, paths.out_plots)
        for section in report.sections:
            write_text(folder / f"{section.name}.md", markdown.render_details(section, plots, settings.language))
    places = markdown.Places(*(_from(paths.out_markdown.parent, place)
                               for place in (paths.out_plots, paths.out_details, paths.out_page)))
    write_text(paths.out_markdown, markdown.render(report, places, settings.language))
    write_text(paths.out_page, page.render(report, settings.language))
    numbers = summarize_sizes(summarize(tasks), tasks, sizes)
    write_json(paths.out_metrics, {"synthetic": any(task.metrics.synthetic for task in tasks)} | numbers)
    noted = Durations(repository_root(Path.cwd()) / DURATIONS)
    for sentence in filter(None, (seconds_sentence(task, paths.metrics, noted) for task in tasks)):
        print(render(sentence), file=sys.stderr)
    print_summary(tasks, aggregates, grid, settings.language, sys.stderr)


def _further_parts(
    task: TaskFacts, sizes: Sizes, paths: Namespace, grid: Grid, further: Mapping[str, str]
) -> Iterator[Part]:
    yield learning_part(task, sizes)
    if further:
        yield from further_parts(task, paths.further, further, grid.of_task(task.metrics.task))
    yield from stress_parts(task, paths.stress)
    yield error_part(task, paths.errors)


def _from(folder: Path, place: Path) -> str:
    return Path(os.path.relpath(place, folder)).as_posix()


main = pipeline_stage(
    "report", _report, "metrics sizes findings verdicts further",
    curves="folder of the curves that evaluate wrote", cards="folder of the cards of preprocess and encode",
    searches="folder of the records of searches", stress="folder of the scores under stress",
    errors="folder of the error analyses", out_markdown="the report in short, as Markdown",
    out_details="folder of the details by task, as Markdown", out_page="the report as one HTML file",
    out_metrics="JSON with the headline numbers", out_plots="folder of the charts, as SVG")

if __name__ == "__main__":
    sys.exit(main())
