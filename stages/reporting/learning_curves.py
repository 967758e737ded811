"""What the report says of training rows and steps: the score over rows, and what pre-training is worth in both."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stages.metrics.outcome import Outcome
from stages.reporting.charts import SIZE, chosen_in_legend, color_by_arm, dashes_by_arm, shown
from stages.reporting.content import Part, Table
from stages.reporting.svg import Chart, chart
from stages.reporting.texts import METRICS, ROWS, VERDICTS, capitalized, count, score
from stages.reporting.verdicts import reasons, way_of_use
from stages.results.sizes import ArmSteps, BothSteps, Multiplier, Point, SizedRun, Sizes
from stages.results.tasks import TaskFacts
from stages.results.verdicts import JudgedMultiplier, LabelJudgement, SingleRun
from stages.settings.arms import PAIR, REFERENCE

NONE = "–"
ASSUMPTION = (
    "Between the train sizes, the logarithm of scratch's error is assumed to be straight over that of the rows; the "
    "interval also holds curves that bend as far as the neighbouring sizes suggest, and runs from the first to the "
    "last time that a falling curve has the score.")


def learning_parts(tasks: Sequence[TaskFacts], sizes: Mapping[str, Sizes]) -> dict[str, Part]:
    """A part of the report by task."""
    return {task.metrics.task: _part(task, sizes[task.metrics.task]) for task in tasks}


def worth_in_labels(tasks: Sequence[TaskFacts], sizes: Mapping[str, Sizes]) -> Iterator[str]:
    """Per task what pre-training is worth in labels, for the summary; nothing where there are no further sizes."""
    for task in tasks:
        if (labels := task.verdicts.labels) and labels.multipliers:
            yield f"{task.short_title}: {multiplier_sentence(task, sizes[task.metrics.task].rows, labels)}"


def summarize_sizes(
    summary: dict[str, Any], tasks: Sequence[TaskFacts], sizes: Mapping[str, Sizes]
) -> dict[str, Any]:
    """``summary`` with the multipliers of each task; what is open, never reached or withheld has no number."""
    scalars = {task.metrics.task: dict(_scalars(task, sizes[task.metrics.task])) for task in tasks}
    return summary | {task: summary[task] | found for task, found in scalars.items()}


def _scalars(task: TaskFacts, sizes: Sizes) -> Iterator[tuple[str, Any]]:
    for multiplier in _multipliers(task):
        yield f"labels-reached-{multiplier.rows}", multiplier.reached
        for name, value in (("labels", multiplier.factor), ("labels-low", multiplier.low),
                            ("labels-high", multiplier.high)):
            if value is not None:
                yield f"{name}-{multiplier.rows}", value
    for arm, steps in zip(PAIR, (sizes.steps.pretrained, sizes.steps.scratch), strict=True):
        if steps.median is not None:
            yield f"steps-{arm}-to-best-of-other", steps.median


def _multipliers(task: TaskFacts) -> tuple[JudgedMultiplier, ...]:
    """Those that may be told."""
    return task.verdicts.labels.multipliers if task.verdicts.labels else ()


def _part(task: TaskFacts, sizes: Sizes) -> Part:
    sentences = [*_label_sentences(task, sizes), _steps_sentence(task, sizes.steps)]
    if not sizes.multipliers:
        return Part("Labels and steps", tuple(sentences), (), (_steps_table(task, sizes),))
    return Part("Labels and steps", tuple(sentences), (_chart(task, sizes),),
                (_points_table(task, sizes), _steps_table(task, sizes)))


def _label_sentences(task: TaskFacts, sizes: Sizes) -> Iterator[str]:
    if (labels := task.verdicts.labels) and labels.multipliers:
        yield multiplier_sentence(task, sizes.rows, labels)
        yield ASSUMPTION
    elif labels:
        why = reasons(labels.withheld) or _single_run(task, labels.single_run)
        yield f"The label multiplier is withheld: {why}."
    for run in sizes.cells.values():
        if run.failed:
            alone = all(other.failed for other in sizes.cells.values()
                        if (other.arm, other.train_rows) == (run.arm, run.train_rows))
            counted = "counted all the same, as no other seed trained" if alone else "left out of the mean"
            yield (f"The run of {run.arm} with seed {run.seed} on {count(run.train_rows)} train rows failed, and is "
                   f"{counted}: {_why_failed(run)}.")
    if sizes.skipped:
        sizes_told = " and ".join(map(count, sizes.skipped))
        yield (f"No further {'point' if len(sizes.skipped) == 1 else 'points'} here: {sizes_told} train rows, since "
               f"the task trains on {count(sizes.rows)}.")


def _why_failed(run: SizedRun) -> str:
    return run.outcome if run.outcome == Outcome.LOSS_NOT_FINITE else "its model is at chance on validation"


def _single_run(task: TaskFacts, single: SingleRun | None) -> str:
    if single is None or single.rows is None:
        return "one seed does not show the spread between seeds, which the intervals leave out"
    label = task.arms[-1 if single.arm == REFERENCE else 0].label
    return (f"a single {label} run trained on {count(single.rows)} train rows, and the interval there leaves out the "
            "spread between seeds")


def multiplier_sentence(task: TaskFacts, all_rows: int, labels: LabelJudgement) -> str:
    """What pre-training is worth in labels at the smallest size, which no result has chosen.

    Args:
        task: of the report.
        all_rows: that the task trains on.
        labels: with multipliers.
    """
    first, rows = labels.multipliers[0], ROWS[task.metrics.kind]
    few, interval = f"{count(first.rows)} {rows}", _interval(first)
    treatment = "pre-training" if labels.of_pretraining else way_of_use(labels.method, labels.tuning)
    if first.reached == "within":
        return (f"Scratch needs {factor(first.factor)} times the labels to match {treatment} at {few} "
                f"(95 % interval: {interval}).")
    if first.reached == "beyond" and first.sure:
        return (f"Not reached within {count(all_rows)} {rows}: scratch needs more than {factor(first.largest)} times "
                f"the labels to match {treatment} at {few} (95 % interval: {interval}).")
    if first.reached == "beyond":
        least = "" if first.low is None else f", and it needs at least {factor(first.low)} times the labels"
        return (f"Whether scratch matches {treatment} at {few} within {count(all_rows)} {rows} is inconclusive: not in "
                f"these runs{least} (95 % interval: {interval}).")
    at_smallest = f"at {few}, the smallest size, it is as good or better"
    if first.sure:
        return (f"Scratch needs no more labels than {treatment}: {at_smallest} "
                f"(95 % interval of the multiple: {interval}).")
    return (f"Whether scratch needs more labels than {treatment} is inconclusive: {at_smallest} in these runs "
            f"(95 % interval of the multiple: {interval}).")


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
    multipliers = {multiplier.rows: multiplier for multiplier in _multipliers(task)}
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


def _times(multiplier: JudgedMultiplier | None) -> str:
    if multiplier is None:
        return NONE
    beyond = f"more than {factor(multiplier.largest)}" if multiplier.sure else VERDICTS["cannot_tell"]
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
