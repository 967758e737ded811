"""What the report says of training rows and steps: the score over rows, and what pre-training is worth in both."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from stages.metrics.outcome import Outcome
from stages.reporting.charts import SIZE, marked, name_of
from stages.reporting.document import Part, Table
from stages.reporting.layers import (
    ENOUGH,
    chosen_in_legend,
    color_by_arm,
    dashes_by_arm,
    dots_of_few,
    named,
    numbers,
    shown,
)
from stages.reporting.summary import Numbers
from stages.reporting.svg import Chart, chart
from stages.reporting.texts import NONE, score
from stages.reporting.verdicts import reasons, way_of_use
from stages.results.arm_words import words_of
from stages.results.sizes import ArmSteps, BothSteps, Multiplier, Point, SizedRun, Sizes
from stages.results.tasks import TaskFacts
from stages.results.verdicts import JudgedMultiplier, LabelJudgement
from stages.settings.arms import PAIR, REFERENCE, TUNED
from stages.settings.train_rows import labels_per_class
from stages.wording.message import Message, Value, Wording, message
from stages.wording.names import metric_name, outcome_name, rows_name, verdict_name


def learning_part(task: TaskFacts, sizes: Sizes) -> Part:
    """The part of the report on rows and steps; on steps alone where there are no further sizes."""
    sentences, steps = (*_label_sentences(task, sizes), _steps_sentence(task, sizes.steps)), _steps_table(task, sizes)
    if not sizes.sizes:
        return Part(message("steps-to-same-score"), key="labels", sentences=sentences, tables=(steps,))
    return Part(message("labels-and-steps"), key="labels", sentences=sentences, charts=(_chart(task, sizes),),
                tables=(_points_table(task, sizes), steps))


def worth_in_labels(tasks: Sequence[TaskFacts], sizes: Mapping[str, Sizes]) -> Iterator[Message]:
    """Per task what pre-training is worth in labels, for the summary; nothing where there are no further sizes."""
    for task in tasks:
        if (labels := task.verdicts.labels) and labels.multipliers:
            yield message("labels-of-task", task=task.short_title,
                          budget=message("page-budget-of-all") if labels.qualified else "",
                          sentence=multiplier_sentence(task, sizes[task.metrics.task].rows, labels))


def summarize_sizes(
    summary: Mapping[str, Numbers], tasks: Sequence[TaskFacts], sizes: Mapping[str, Sizes]
) -> dict[str, Numbers]:
    """``summary`` with the multipliers of each task; what is open, never reached or withheld has no number."""
    scalars = {task.metrics.task: dict(_scalars(task, sizes[task.metrics.task])) for task in tasks}
    return {task: summary[task] | found for task, found in scalars.items()}


def _scalars(task: TaskFacts, sizes: Sizes) -> Iterator[tuple[str, str | float]]:
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


def _label_sentences(task: TaskFacts, sizes: Sizes) -> Iterator[Message]:
    if (labels := task.verdicts.labels) and labels.multipliers:
        yield multiplier_sentence(task, sizes.rows, labels)
        if labels.qualified:
            yield message("verdict-qualified", reasons=reasons(labels.qualified))
        yield message("labels-assumption")
        yield message("labels-draw", covered="shared" if sizes.draws == 1 else "covered")
        if labels.few_trained:
            yield message("labels-few-trained", points=_few_trained(task, labels),
                          curve="shorter" if any(one.arm == REFERENCE for one in labels.few_trained) else "whole")
    elif labels:
        yield message("labels-withheld", reasons=_why_withheld(task, labels))
    yield from _failed_runs(sizes)
    if sizes.skipped:
        yield message("labels-skipped", number=len(sizes.skipped), rows=sizes.rows,
                      sizes=tuple(message("labels-per-class", number=each) if (each := labels_per_class(size)) else
                                  message("count", number=int(size)) for size in sizes.skipped))


def _failed_runs(sizes: Sizes) -> Iterator[Message]:
    """Once for the runs of an arm at a size that failed for the same reason."""
    failed: dict[tuple[str, int, Wording], list[str]] = {}
    for run in sizes.cells.values():
        if run.failed:
            failed.setdefault((run.arm, run.train_rows, _why_failed(run)), []).append(str(run.seed))
    for (arm, rows, reason), seeds in failed.items():
        alone = all(run.failed for run in sizes.cells.values() if (run.arm, run.train_rows) == (arm, rows))
        yield message("labels-run-counted" if alone else "labels-run-left-out", arm=words_of(arm).name,
                      number=len(seeds), seeds=tuple(seeds), rows=rows, reason=reason)


def _why_withheld(task: TaskFacts, labels: LabelJudgement) -> Message:
    if labels.withheld:
        return reasons(labels.withheld)
    if labels.one_seed:
        return message("labels-one-seed")
    return message("labels-too-few-trained", points=_few_trained(task, labels))


def _few_trained(task: TaskFacts, labels: LabelJudgement) -> tuple[Message, ...]:
    return tuple(message("labels-point", arm=_arm_name(task, one.arm), rows=one.rows) for one in labels.few_trained)


def _arm_name(task: TaskFacts, key: str) -> Wording:
    return task.arms[-1 if key == REFERENCE else 0].name


def _why_failed(run: SizedRun) -> Wording:
    if run.outcome == Outcome.LOSS_NOT_FINITE:
        return outcome_name(run.outcome)
    return message("labels-at-chance" if run.best_step else "found-never_improved")


def multiplier_sentence(task: TaskFacts, all_rows: int, labels: LabelJudgement) -> Message:
    """What pre-training is worth in labels at the smallest size that has a multiplier.

    Args:
        task: of the report.
        all_rows: that the task trains on.
        labels: with multipliers.
    """
    first = labels.multipliers[0]
    values: dict[str, Value] = {
        "treatment": words_of(TUNED.name).treatment if labels.of_pretraining else way_of_use(
            labels.method, labels.tuning),
        "number": first.rows, "rows": rows_name(task.metrics.kind), "interval": _interval(first)}
    if first.reached == "within":
        return message("labels-within" if first.sure else "labels-within-open", factor=factor(first.factor), **values)
    if first.reached == "below":
        return message("labels-below" if first.sure else "labels-below-open", **values | {
            "number": round(first.rows * first.smallest)})
    if first.sure:
        return message("labels-beyond", all=all_rows, factor=factor(first.largest), **values)
    if first.low is None:
        return message("labels-beyond-open", all=all_rows, **values)
    return message("labels-beyond-at-least", all=all_rows, least=factor(first.low), **values)


def factor(value: float | None) -> Wording:
    """A multiple of the labels."""
    if value is None:
        return NONE
    return message("factor", value=value)


def _interval(multiplier: Multiplier) -> Message:
    low, high = multiplier.low, multiplier.high
    if low is None:
        return message("open-at-both-ends") if high is None else message("less-than", high=factor(high))
    return message("more-than", low=factor(low)) if high is None else message(
        "interval", low=factor(low), high=factor(high))


def _steps_sentence(task: TaskFacts, steps: BothSteps) -> Message:
    first, last, metric = task.arms[0].name, task.arms[-1].name, metric_name(task.metrics.metric)
    return message("steps-to-best", failed="all" if steps.counted else len(steps.left_out),
                   first=_reached(steps.pretrained, arm=first, rival=last, metric=metric),
                   second=_reached(steps.scratch, arm=last, rival=first, metric=metric))


def _reached(steps: ArmSteps, **names: Wording) -> Message:
    if all(run.step is None for run in steps.runs):
        return message("reached-never", steps=_steps(dict.fromkeys(run.steps for run in steps.runs)), **names)
    each, others = tuple(_step(run.step) for run in steps.runs), _steps(run.other_step for run in steps.runs)
    if steps.median is None:
        return message("reached-not-in-median", each=each, others=others, **names)
    return message("reached-at-step", step=_step(steps.median), each=each, others=others, **names)


def _steps(values: Iterable[int]) -> tuple[Message, ...]:
    return tuple(map(_step, values))


def _step(value: float | None) -> Message:
    return message("never") if value is None else message("step", number=value)


def _points_table(task: TaskFacts, sizes: Sizes) -> Table:
    multipliers = {multiplier.rows: multiplier for multiplier in _multipliers(task)}
    per_class = [*map(labels_per_class, sizes.sizes), 0]  # the last point is of no further size
    return Table(
        message("points-caption", metric=metric_name(task.metrics.metric), seeds=message("seeds-of-means", trained=(
            "some" if task.leaves_runs_out or any(run.failed for run in sizes.cells.values()) else "all"))),
        ((message("column-training-rows"), "header"), (message("capitalized", text=task.arms[0].name), "number"),
         (message("capitalized", text=task.arms[-1].name), "number"), (message("column-times-labels"), "number")),
        tuple((_rows(one.rows, each), _mean(one), _mean(other), _times(multipliers.get(one.rows)))
              for one, other, each in zip(sizes.points.pretrained, sizes.points.scratch, per_class, strict=True)),
        task.metrics.synthetic)


def _rows(rows: int, per_class: int) -> Message:
    return message("size-per-class", number=rows, each=per_class) if per_class else message("count", number=rows)


def _mean(point: Point) -> Message:
    return message("mean-with-interval", mean=point.mean, low=point.interval.low, high=point.interval.high)


def _times(multiplier: JudgedMultiplier | None) -> Wording:
    if multiplier is None:
        return NONE
    beyond = (message("more-than", low=factor(multiplier.largest)) if multiplier.sure else
              verdict_name("cannot_tell"))
    times = {"within": factor(multiplier.factor), "beyond": beyond,
             "below": message("at-most-smallest")}[multiplier.reached]
    return message("times-labels", times=times, interval=_interval(multiplier))


def _steps_table(task: TaskFacts, sizes: Sizes) -> Table:
    arms = ((task.arms[0].name, sizes.steps.pretrained), (task.arms[-1].name, sizes.steps.scratch))
    return Table(
        message("steps-caption", metric=metric_name(task.metrics.metric)),
        ((message("column-arm"), "header"), (message("column-seed"), "header"),
         (message("column-best-of-other"), "number"), (message("column-its-step"), "number"),
         (message("column-reached-at-step"), "number"), (message("column-steps"), "number")),
        tuple((name, str(run.seed), score(run.score), _step(run.other_step), _step(run.step), _step(run.steps))
              for name, steps in arms for run in steps.runs),
        task.metrics.synthetic)


def _chart(task: TaskFacts, sizes: Sizes) -> Chart:
    metric, arms = metric_name(task.metrics.metric), (task.arms[0], task.arms[-1])
    both = (sizes.points.pretrained, sizes.points.scratch)
    rows = [{"arm": arm.name, "rows": point.rows, "mean": point.mean, "low": point.interval.low,
             "high": point.interval.high, "few": int(point.few_trained)}
            for arm, of_arm in zip(arms, both, strict=True) for point in of_arm]
    tooltip = [named("arm"), *numbers(*(
        (name, message(f"chart-word-{name}"), form)
        for name, form in (("rows", ","), ("mean", ".3f"), ("low", ".3f"), ("high", ".3f"))))]
    ends = {"y": {"field": "low", "type": "quantitative", "title": metric, "scale": {"zero": False}},
            "y2": {"field": "high"}, "strokeWidth": {"value": 1.2}}
    mean = {"y": {"field": "mean", "type": "quantitative"}}
    described = tuple(
        message("chart-size", number=one.rows, arm=arms[0].name, first=one.mean, rival=arms[1].name, second=other.mean)
        for one, other in zip(*both, strict=True))
    return chart(
        f"{task.metrics.task}-rows", marked(task, message("chart-sizes", task=name_of(task), metric=metric)),
        message("chart-sizes-described", metric=metric, sizes=described), {
            **SIZE, "data": {"values": rows},
            "encoding": {
                "x": {"field": "rows", "type": "quantitative", "title": message("chart-training-rows"),
                      "scale": {"type": "log"}, "axis": {
                    "values": [point.rows for point in sizes.points.scratch], "grid": False, "format": ","}},
                "color": color_by_arm(arms), "opacity": shown(), "tooltip": tooltip},
            "layer": [
                chosen_in_legend() | {
                    "transform": [{"filter": ENOUGH}], "mark": {"type": "line", "strokeWidth": 2.2},
                    "encoding": mean | {"strokeDash": dashes_by_arm(arms)}},
                {"mark": {"type": "rule"}, "encoding": ends},
                *dots_of_few(mean, size=44)]},
        message("chart-hollow-sizes") if any(row["few"] for row in rows) else "")
