"""What the report says of train rows and steps: the score over rows, and what pre-training is worth in both."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, FiniteFloat

from stages.common.errors import UserError
from stages.judging.verdicts import withholding
from stages.metrics.outcome import Outcome
from stages.reporting.charts import SIZE, chosen_in_legend, color_by_arm, dashes_by_arm, shown
from stages.reporting.content import Part, Table
from stages.reporting.svg import Chart, chart
from stages.reporting.texts import METRICS, ROWS, VERDICTS, capitalized, count, score
from stages.results.reading import Facts, Text, validated
from stages.results.task_metrics import Interval
from stages.results.tasks import TaskFacts
from stages.settings.arms import PAIR, REFERENCE
from stages.settings.grid import Grid

NONE = "–"
ASSUMPTION = (
    "Between the train sizes, the logarithm of scratch's error is assumed to be straight over that of the rows; the "
    "interval also holds curves that bend as far as the neighbouring sizes suggest, and runs from the first to the "
    "last time that a falling curve has the score.")


class Point(Facts):
    """Mean score over ``runs`` of one arm on test, with its interval."""

    rows: int
    runs: int
    mean: FiniteFloat
    interval: Interval


class Points(Facts):
    """Both arms by rising rows; none where there are no further sizes."""

    pretrained: tuple[Point, ...] = ()
    scratch: tuple[Point, ...] = ()


class Multiplier(Facts):
    """What ``stages.metrics.label_multiplier`` says: None is an open end, and a factor that is not within the sizes."""

    rows: int
    factor: FiniteFloat | None
    low: FiniteFloat | None
    high: FiniteFloat | None
    reached: Literal["within", "beyond", "below"]
    largest: FiniteFloat


class RunSteps(Facts):
    """Where one run reaches the best ``score`` of the run of the other arm, which had it at ``other_step``."""

    seed: int
    score: FiniteFloat
    other_step: int
    step: int | None
    steps: int


class ArmSteps(Facts):
    """Steps of all seeds; ``median`` is None where it is never."""

    median: FiniteFloat | None
    runs: tuple[RunSteps, ...] = Field(min_length=1)


class BothSteps(Facts):
    """Steps of either arm."""

    pretrained: ArmSteps
    scratch: ArmSteps


class SizedRun(Facts):
    """How a run at a further size ended, and whether it failed to train."""

    train_rows: int
    arm: Text
    seed: int
    outcome: Text
    failed: bool

    @property
    def why_failed(self) -> str:
        """In words, of a run that failed."""
        return self.outcome if self.outcome == Outcome.LOSS_NOT_FINITE else "its model is at chance on validation"


class Sizes(Facts):
    """What ``evaluate_sizes`` says about one task."""

    cells: dict[Text, SizedRun]
    tuning: str
    rows: int
    sizes: tuple[int, ...] = ()
    skipped: tuple[int, ...] = ()
    points: Points = Points()
    multipliers: tuple[Multiplier, ...] = ()
    steps: BothSteps


def read_sizes(folder: Path, grid: Grid) -> dict[str, Sizes]:
    """By task what ``evaluate_sizes`` wrote, checked against the expected sizes, tuning and seeds."""
    return {task: _read(folder / f"{task}.json", grid) for task in grid.tasks}


def _read(path: Path, grid: Grid) -> Sizes:
    found = validated(Sizes, path)
    seeds = tuple(run.seed for run in found.steps.pretrained.runs)
    told = (tuple(sorted((*found.sizes, *found.skipped))), found.tuning, seeds)
    if told != (tuple(sorted(grid.train_sizes)), grid.tunings[0], grid.seeds):
        raise UserError(f"{path}: train sizes, tuning or seeds are not those of params.yaml; run `dvc repro`")
    return found


def learning_parts(tasks: Sequence[TaskFacts], sizes: Mapping[str, Sizes]) -> dict[str, Part]:
    """A part of the report by task."""
    return {task.metrics.task: _part(task, sizes[task.metrics.task]) for task in tasks}


def worth_in_labels(tasks: Sequence[TaskFacts], sizes: Mapping[str, Sizes]) -> Iterator[str]:
    """Per task what pre-training is worth in labels, for the summary; nothing where there are no further sizes."""
    for task in tasks:
        of_task = sizes[task.metrics.task]
        if of_task.multipliers and not _withheld(task, of_task):
            yield f"{task.short_title}: {multiplier_sentence(task, of_task)}"


def summarize_sizes(
    summary: dict[str, Any], tasks: Sequence[TaskFacts], sizes: Mapping[str, Sizes]
) -> dict[str, Any]:
    """``summary`` with the multipliers of each task; what is open, never reached or withheld has no number."""
    scalars = {task.metrics.task: dict(_scalars(task, sizes[task.metrics.task])) for task in tasks}
    return summary | {task: summary[task] | found for task, found in scalars.items()}


def _withheld(task: TaskFacts, sizes: Sizes) -> str:
    """Why nothing can be told of labels, as nothing can of a comparison; "" if it can."""
    return withholding(task.findings, (sizes.tuning, REFERENCE)) or _single_run(task, sizes)


def _single_run(task: TaskFacts, sizes: Sizes) -> str:
    """Where the spread between seeds is not known; "" if it is everywhere."""
    if len(task.arms[0].runs) == 1:
        return "one seed does not show the spread between seeds, which the intervals leave out"
    single = [(label, point.rows) for label, points in (
        (task.arms[0].label, sizes.points.pretrained), (task.arms[-1].label, sizes.points.scratch))
        for point in points if point.runs == 1]
    return "; ".join(f"a single {label} run trained on {count(rows)} train rows, and the interval there leaves out the "
                     "spread between seeds" for label, rows in single[:1])


def _scalars(task: TaskFacts, sizes: Sizes) -> Iterator[tuple[str, Any]]:
    for multiplier in () if _withheld(task, sizes) else sizes.multipliers:
        yield f"labels-reached-{multiplier.rows}", multiplier.reached
        for name, value in (("labels", multiplier.factor), ("labels-low", multiplier.low),
                            ("labels-high", multiplier.high)):
            if value is not None:
                yield f"{name}-{multiplier.rows}", value
    for arm, steps in zip(PAIR, (sizes.steps.pretrained, sizes.steps.scratch), strict=True):
        if steps.median is not None:
            yield f"steps-{arm}-to-best-of-other", steps.median


def _part(task: TaskFacts, sizes: Sizes) -> Part:
    sentences = [*_label_sentences(task, sizes), _steps_sentence(task, sizes.steps)]
    if not sizes.multipliers:
        return Part("Labels and steps", tuple(sentences), (), (_steps_table(task, sizes),))
    return Part("Labels and steps", tuple(sentences), (_chart(task, sizes),),
                (_points_table(task, sizes), _steps_table(task, sizes)))


def _label_sentences(task: TaskFacts, sizes: Sizes) -> Iterator[str]:
    if reason := sizes.multipliers and _withheld(task, sizes):
        yield f"What pre-training is worth in labels cannot be told: {reason}."
    elif sizes.multipliers:
        yield multiplier_sentence(task, sizes)
        yield ASSUMPTION
    for run in sizes.cells.values():
        if run.failed:
            alone = all(other.failed for other in sizes.cells.values()
                        if (other.arm, other.train_rows) == (run.arm, run.train_rows))
            counted = "counted all the same, as no other seed trained" if alone else "left out of the mean"
            yield (f"The run of {run.arm} with seed {run.seed} on {count(run.train_rows)} train rows failed, and is "
                   f"{counted}: {run.why_failed}.")
    if sizes.skipped:
        sizes_told = " and ".join(map(count, sizes.skipped))
        yield (f"No further {'point' if len(sizes.skipped) == 1 else 'points'} here: {sizes_told} train rows, since "
               f"the task trains on {count(sizes.rows)}.")


def multiplier_sentence(task: TaskFacts, sizes: Sizes) -> str:
    """What pre-training is worth in labels at the smallest size, which no result has chosen."""
    first, rows = sizes.multipliers[0], ROWS[task.metrics.kind]
    few, interval = f"{count(first.rows)} {rows}", _interval(first)
    if first.reached == "beyond" and not _surely_beyond(first):
        known = "" if first.low is None else f", and it needs at least {factor(first.low)} times the labels"
        return (f"It cannot be told whether scratch matches pre-training at {few} within {count(sizes.rows)} {rows}: "
                f"not in these runs{known} (95 % interval: {interval}).")
    if first.reached == "beyond":
        return (f"Not reached within {count(sizes.rows)} {rows}: scratch needs more than {factor(first.largest)} times "
                f"the labels to match pre-training at {few} (95 % interval: {interval}).")
    if first.reached == "below" and (first.high is None or first.high > 1):  # times the labels at the smallest size
        return (f"It cannot be told whether scratch needs more labels than pre-training: at {few}, the smallest size, "
                f"it is as good or better in these runs (95 % interval of the multiple: {interval}).")
    if first.reached == "below":
        return (f"Scratch needs no more labels than pre-training: at {few}, the smallest size, it is as good or better "
                f"(95 % interval of the multiple: {interval}).")
    return (f"Scratch needs {factor(first.factor)} times the labels to match pre-training at {few} "
            f"(95 % interval: {interval}).")


def _surely_beyond(multiplier: Multiplier) -> bool:
    """Whether the interval has no factor within the sizes."""
    return multiplier.low is not None and multiplier.low >= multiplier.largest


def factor(value: float | None) -> str:
    """A multiple of the labels."""
    return NONE if value is None else f"{value:.1f}" if value < 10 else f"{value:,.0f}"


def _interval(multiplier: Multiplier) -> str:
    low, high = multiplier.low, multiplier.high
    if low is None:
        return "open at both ends" if high is None else f"less than {factor(high)}"
    return f"more than {factor(low)}" if high is None else f"{factor(low)} to {factor(high)}"


def _steps_sentence(task: TaskFacts, steps: BothSteps) -> str:
    metric = METRICS[task.metrics.metric]
    label = task.arms[0].label
    return (f"On validation, the {label} run reaches the best {metric} of scratch {_reached(steps.pretrained)}; "
            f"scratch reaches that of the {label} one {_reached(steps.scratch)}. A step is that of the evaluation that "
            "shows it, so it may have come earlier.")


def _reached(steps: ArmSteps) -> str:
    if all(run.step is None for run in steps.runs):
        return f"never, in {_steps(run.steps for run in steps.runs)} steps"
    middle = "never" if steps.median is None else f"at step {_step(steps.median)}"
    return (f"{middle} in the median over seeds ({', '.join(_step(run.step) for run in steps.runs)}), where the other "
            f"had it at {_steps(run.other_step for run in steps.runs)}")


def _steps(values: Iterator[int]) -> str:
    return ", ".join(map(count, values))


def _step(value: float | None) -> str:
    return "never" if value is None else f"{value:,.10g}"


def _points_table(task: TaskFacts, sizes: Sizes) -> Table:
    multipliers = {} if _withheld(task, sizes) else {multiplier.rows: multiplier for multiplier in sizes.multipliers}
    return Table(
        f"By train rows: {METRICS[task.metrics.metric]} on test, mean over seeds (95 % interval), and how many times "
        "the labels scratch needs to match pre-training at these rows",
        (("Train rows", "header"), (capitalized(task.arms[0].label), "number"), ("Scratch", "number"),
         ("Times the labels", "number")),
        tuple((count(one.rows), _mean(one), _mean(other), _times(multipliers.get(one.rows)))
              for one, other in zip(sizes.points.pretrained, sizes.points.scratch, strict=True)),
        task.metrics.synthetic)


def _mean(point: Point) -> str:
    return f"{score(point.mean)}\n({score(point.interval.low)} to {score(point.interval.high)})"


def _times(multiplier: Multiplier | None) -> str:
    if multiplier is None:
        return NONE
    beyond = f"more than {factor(multiplier.largest)}" if _surely_beyond(multiplier) else VERDICTS["cannot_tell"]
    told = {"within": factor(multiplier.factor), "beyond": beyond,
            "below": "at most as for the smallest size"}[multiplier.reached]
    return f"{told}\n({_interval(multiplier)})"


def _steps_table(task: TaskFacts, sizes: Sizes) -> Table:
    arms = ((task.arms[0].label, sizes.steps.pretrained), (task.arms[-1].label, sizes.steps.scratch))
    return Table(
        f"Steps to the best {METRICS[task.metrics.metric]} on validation that the other arm reaches with the same seed",
        (("Arm", "header"), ("Seed", "header"), ("Best of the other", "number"), ("Its step", "number"),
         ("Reached at step", "number"), ("Steps in all", "number")),
        tuple((label, str(run.seed), score(run.score), count(run.other_step), _step(run.step), count(run.steps))
              for label, steps in arms for run in steps.runs),
        task.metrics.synthetic)


def _chart(task: TaskFacts, sizes: Sizes) -> Chart:
    metric, arms = METRICS[task.metrics.metric], (task.arms[0], task.arms[-1])
    mark = " (synthetic sample)" if task.metrics.synthetic else ""
    title = f"{task.short_title[:48]}: {metric} on test over train rows{mark}"
    rows = [{"arm": arm.label, "rows": point.rows, "mean": point.mean, "low": point.interval.low,
             "high": point.interval.high}
            for arm, of_arm in zip(arms, (sizes.points.pretrained, sizes.points.scratch), strict=True)
            for point in of_arm]
    tooltip = [{"field": "arm", "type": "nominal", "title": "arm"}, *(
        {"field": name, "type": "quantitative", "title": name, "format": form}
        for name, form in (("rows", ","), ("mean", ".3f"), ("low", ".3f"), ("high", ".3f")))]
    ends = {"y": {"field": "low", "type": "quantitative", "title": metric, "scale": {"zero": False}},
            "y2": {"field": "high"}, "strokeWidth": {"value": 1.2}}
    mean = {"y": {"field": "mean", "type": "quantitative"}}
    described = "; ".join(
        f"{count(one.rows)} rows: {task.arms[0].label} {score(one.mean)}, scratch {score(other.mean)}"
        for one, other in zip(sizes.points.pretrained, sizes.points.scratch, strict=True))
    return chart(
        f"{task.metrics.task}-rows", title,
        f"Mean {metric} on test over train rows, with 95 % intervals. {described}.", {
            **SIZE, "data": {"values": rows},
            "encoding": {
                "x": {"field": "rows", "type": "quantitative", "title": "train rows",
                      "scale": {"type": "log"}, "axis": {
                    "values": [point.rows for point in sizes.points.scratch], "grid": False, "format": ","}},
                "color": color_by_arm(arms), "opacity": shown(), "tooltip": tooltip},
            "layer": [
                chosen_in_legend() | {"mark": {"type": "line", "strokeWidth": 2.2}, "encoding": mean | {
                    "strokeDash": dashes_by_arm(arms)}},
                {"mark": {"type": "rule"}, "encoding": ends},
                {"mark": {"type": "point", "filled": True, "size": 30}, "encoding": mean}]})
