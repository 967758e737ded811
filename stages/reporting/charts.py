"""The charts: differences of all tasks, and the learning curves of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from stages.reporting.layers import (
    ENOUGH,
    chosen_in_legend,
    color_by_arm,
    dashes_by_arm,
    dots_of_few,
    has_bands,
    named,
    numbers,
    over_steps,
    rings,
    shown,
)
from stages.reporting.svg import INK, Chart, chart
from stages.reporting.texts import FEWEST
from stages.results.arm_words import COLORS, ORANGE
from stages.results.tasks import Arm, Run, TaskFacts, seeds_of_means
from stages.wording.message import Message, Wording, joined, lines, listed, message
from stages.wording.names import metric_name, split_name, verdict_name

LONGEST_NAME = 24  # characters of a line
SIZE = {"width": 360, "height": 210}
_VERDICT_COLORS = {"helps": COLORS[0], "hurts": ORANGE, "above_scratch": COLORS[0], "below_scratch": ORANGE,
                   "cannot_tell": INK, "withheld": INK}


def all_charts(tasks: Sequence[TaskFacts]) -> dict[str, Chart]:
    """Every chart by its name: ``differences``, and ``<task>-loss``, ``<task>-score`` and
    ``<task>-reliability`` of each task."""
    charts = [differences(tasks)]
    for task in tasks:
        charts += [loss_curves(task), score_curves(task), reliability_curves(task)]
    return {chart.name: chart for chart in charts}


def differences(tasks: Sequence[TaskFacts]) -> Chart:
    """Forest plot: pre-trained minus scratch with its interval, one line per task and tuning."""
    shown = [(task, key) for task in tasks for key in task.comparisons]
    rows = [{"place": place} | _difference(task, key) for place, (task, key) in enumerate(shown)]
    # By place and not by name: two names may be cut to the same letters.
    y = {"field": "place", "type": "ordinal", "title": None, "axis": {
        "labelExpr": "split(data('comparisons')[datum.value].comparison, '\\n')", "ticks": False, "domain": False,
        "grid": False}}
    color = {"field": "verdict", "type": "nominal", "legend": None, "scale": {
        "domain": list(map(verdict_name, _VERDICT_COLORS)), "range": list(_VERDICT_COLORS.values())}}
    synthetic = any(task.metrics.synthetic for task in tasks)
    tooltip = list(map(named, ("comparison", "difference", "interval", "verdict")))
    tall = any(len(_row_label(task, key)) > 1 for task, key in shown)
    return chart(
        "differences", message("chart-differences"), joined(_describe(task, key) for task, key in shown),
        # As narrow as a phone, on which no letter may shrink below legibility.
        {"width": 150, "height": {"step": 40 if tall else 26}, "data": {"name": "comparisons", "values": rows},
         "encoding": {"y": y}, "layer": [
            {"mark": {"type": "rule"}, "encoding": {"x": {"datum": 0, "type": "quantitative"}, "y": None}},
            {"mark": {"type": "rule", "strokeWidth": 3}, "encoding": {
                "x": {"field": "low", "type": "quantitative", "title": message("chart-points"),
                      "axis": {"tickCount": 5}},
                "x2": {"field": "high"}, "color": color, "tooltip": tooltip}},
            # Hollow where it may be nothing, so that the verdict does not hang on colour.
            {"mark": {"type": "point", "size": 90, "strokeWidth": 2, "opacity": 1}, "encoding": {
                "x": {"field": "value", "type": "quantitative"}, "color": color, "tooltip": tooltip,
                "fill": color | {"condition": {"test": "datum.open", "value": "transparent"}}}},
            {"mark": {"type": "text", "align": "left", "dx": 10}, "encoding": {
                "x": {"value": "width"}, "text": {"field": "both", "type": "nominal"}}}]},
        [message("page-synthetic")] * synthetic + [message("chart-hollow-open")] * any(row["open"] for row in rows))


def _difference(task: TaskFacts, key: str) -> dict[str, Any]:
    one = task.comparisons[key]
    interval = {"difference": one.difference, "low": one.low, "high": one.high}
    return {"comparison": lines(_row_label(task, key)), "low": 100 * one.low, "high": 100 * one.high,
            "value": 100 * one.difference, "difference": message("points-of-interval", **interval),
            "interval": message("points-range", **interval), "verdict": verdict_name(one.outcome),
            "open": one.verdict == "cannot_tell", "both": message("difference-with-interval", **interval)}


def _describe(task: TaskFacts, key: str) -> Message:
    one = task.comparisons[key]
    return message("chart-difference-of", comparison=listed(_row_label(task, key)), difference=one.difference,
                   low=one.low, high=one.high, verdict=verdict_name(one.outcome))


def _row_label(task: TaskFacts, key: str) -> list[Wording]:
    """One or several lines."""
    found: list[Wording] = [_cut(task.corpus)]
    if task.encoder:
        found.append(message("named-encoder", encoder=_cut(task.encoder)))
    if len(task.comparisons) > 1:
        found[-1] = message("page-named", task=found[-1], arm=task.arm(key).name)
    return found


def name_of(task: TaskFacts) -> Wording:
    """The name of the corpus in the title of a chart, with that of the encoder where it tells tasks apart."""
    if task.encoder:
        return message("task-with-encoder", corpus=_cut(task.corpus), encoder=_cut(task.encoder))
    return _cut(task.corpus, 2 * LONGEST_NAME)


def _cut(name: str, longest: int = LONGEST_NAME) -> str:
    """The name, cut where it would leave no room to draw."""
    return name if len(name) <= longest else f"{name[:longest - 1]}…"


def loss_curves(task: TaskFacts) -> Chart:
    """Loss of the batches and on validation over the steps, of all seeds of all arms, or of many their means."""
    batches, validation = message("chart-training-batches"), split_name("validation")
    rows = []
    for arm in task.arms:
        for run in arm.runs:
            for point in run.curve:
                for measured, value in ((batches, point.batch_loss), (validation, point.validation_loss)):
                    if value is not None:
                        rows.append(_row(arm, run, point.step, value) | {
                            "measured": measured, "evaluated": measured == validation})
    ends = _ends((arm.name, [run.cell.after["validation"]["loss"] for run in arm.runs]) for arm in task.arms)
    width = {"field": "measured", "type": "ordinal", "scale": {"domain": [batches, validation], "range": [0.8, 2.4]}}
    step = message("chart-step")
    layers = over_steps(task, step, message("chart-validation-loss"), "datum.evaluated", {"strokeWidth": width})
    return chart(
        f"{task.metrics.task}-loss", marked(task, message("chart-loss", task=name_of(task))),
        message("chart-loss-described", arms=ends),
        _curves(rows, step, message("chart-cross-entropy"), layers, zero=True),
        _of_bands(task) if has_bands(task) else "")


def score_curves(task: TaskFacts) -> Chart:
    """The headline metric on validation over the steps, with the model of each run that was kept."""
    metric = task.metrics.metric
    name = metric_name(metric)
    rows = [_row(arm, run, point.step, point.validation_score) | {"kept": point.step == run.cell.best_step}
            for arm in task.arms for run in arm.runs for point in run.curve if point.validation_score is not None]
    ends = _ends((arm.name, [run.cell.after["validation"][metric] for run in arm.runs]) for arm in task.arms)
    step, measured = message("chart-step"), message("chart-validation-score", metric=name)
    layers = [*over_steps(task, step, measured), rings(task, step, measured, "datum.kept")]
    return chart(
        f"{task.metrics.task}-score", marked(task, message("chart-score", task=name_of(task), metric=name)),
        message("chart-score-described", metric=name, arms=ends),
        _curves(rows, step, name, layers),
        _of_bands(task) if has_bands(task) else message("chart-selected"))


def _ends(scores: Iterable[tuple[Wording, list[float]]]) -> tuple[Message, ...]:
    """What each arm ends at, over its seeds."""
    return tuple(message("chart-end", arm=arm, scores=_range(values)) for arm, values in scores)


def _range(values: Sequence[float]) -> Message:
    low, high = min(values), max(values)
    alike = f"{low:.3f}" == f"{high:.3f}"
    return message("score", value=low) if alike else message("score-range", low=low, high=high)


@dataclass(frozen=True)
class Bin:
    """Rows of one bin of confidence, with their mean confidence and accuracy."""

    rows: int
    confidence: float
    accuracy: float


def pooled_reliability(arm: Arm) -> list[Bin]:
    """The bins of all seeds of an arm together."""
    curves = [details.reliability for details in arm.on_test]
    bins = []
    for place in range(len(curves[0].rows)):
        rows = sum(curve.rows[place] for curve in curves)
        confidence, accuracy = (
            sum(curve.rows[place] * one[place] for curve, one in zip(curves, of_curves, strict=True)) / max(rows, 1)
            for of_curves in ([curve.confidence for curve in curves], [curve.accuracy for curve in curves]))
        bins.append(Bin(rows, confidence, accuracy))
    return bins


def reliability_curves(task: TaskFacts) -> Chart:
    """Accuracy over confidence on test, the seeds of an arm together; on the diagonal a model is as right as it is
    sure. A dot is as large as its bin has rows, and hollow and on no line where it has very few."""
    rows = [{"arm": arm.name, "x": round(one.confidence, 6), "y": round(one.accuracy, 6), "rows": one.rows,
             "few": int(one.rows < FEWEST * len(arm.trained))}
            for arm in task.arms for one in pooled_reliability(arm) if one.rows]
    confidence, accuracy = message("chart-confidence"), metric_name("accuracy")
    diagonal = {"data": {"values": [{"x": 0, "y": 0}, {"x": 1, "y": 1}]}, "mark": {
        "type": "line", "strokeWidth": 0.9, "color": INK}, "encoding": {
            "x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}}}
    lines_of_arms = chosen_in_legend() | {"transform": [{"filter": ENOUGH}], "mark": {"type": "line"}, "encoding": {
        "color": color_by_arm(task.arms), "strokeDash": dashes_by_arm(task.arms), "opacity": shown()}}
    dots = dots_of_few({
        "color": color_by_arm(task.arms), "opacity": shown(), "tooltip": [named("arm"), *numbers(
            ("x", confidence, ".3f"), ("y", accuracy, ".3f"), ("rows", message("chart-word-rows"), ","))],
        "size": {"field": "rows", "type": "quantitative", "legend": None, "scale": {"range": [12, 320]}}})
    return chart(
        f"{task.metrics.task}-reliability", marked(task, message("chart-calibration", task=name_of(task))),
        message("chart-calibration-described", arms=_ends(
            (arm.name, arm.scores("calibration_error")) for arm in task.arms)),
        _curves(rows, confidence, accuracy, [diagonal, lines_of_arms, *dots]), [message("chart-diagonal")] + [
            message("chart-hollow-bins", number=FEWEST)] * any(row["few"] for row in rows))


def _row(arm: Arm, run: Run, x: float, y: float) -> dict[str, Any]:
    return {"arm": arm.name, "seed": run.cell.seed, "trained": int(run in arm.trained), "x": x, "y": round(y, 6)}


def _curves(
    rows: list[dict[str, Any]], x: Wording, y: Wording, layers: list[dict[str, Any]], zero: bool = False
) -> dict[str, Any]:
    """Layers over the columns "x" and "y"; a click in the legend shows one arm alone."""
    def encoded(layer: dict[str, Any]) -> dict[str, Any]:
        places = {"x": {"field": "x", "type": "quantitative", "title": x, "axis": {"grid": False}},
                  "y": {"field": "y", "type": "quantitative", "title": y, "scale": {"zero": zero}}}
        return layer | {"encoding": places | layer["encoding"]}

    return {**SIZE, "data": {"values": rows}, "layer": [encoded(layer) for layer in layers]}


def _of_bands(task: TaskFacts) -> Message:
    return message("chart-bands", seeds=seeds_of_means(task))


def marked(task: TaskFacts, title: Message) -> Message:
    """The title of a chart, which says where its data are synthetic."""
    return message("chart-synthetic", title=title) if task.metrics.synthetic else title
