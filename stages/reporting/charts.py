"""The charts: differences of all tasks, and the learning curves of each."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from stages.reporting.svg import INK, Chart, chart
from stages.reporting.texts import METRICS, VERDICTS, capitalized, points, score
from stages.results.arm_words import COLORS, ORANGE, arm_colors
from stages.results.tasks import Arm, TaskFacts
from stages.settings.arms import REFERENCE

DASHES = [5, 2]
LONGEST_NAME = 24  # characters of a line
SIZE = {"width": 360, "height": 210}
_LEGEND = {"symbolType": "stroke", "symbolSize": 300}
_SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left"]
_FADED = 0.08  # opacity of what the legend hides


def all_charts(tasks: Sequence[TaskFacts]) -> dict[str, Chart]:
    """Every chart by its name: ``differences``, and ``<task>-loss``, ``<task>-score`` and
    ``<task>-reliability`` of each task."""
    charts = [differences(tasks)]
    for task in tasks:
        charts += [loss_curves(task), score_curves(task), reliability_curves(task)]
    return {chart.name: chart for chart in charts}


def differences(tasks: Sequence[TaskFacts]) -> Chart:
    """Forest plot: pre-trained minus scratch with its interval, one line per task and tuning."""
    rows = [{"place": place} | _difference(task, label) for place, (task, label) in enumerate(
        (task, label) for task in tasks for label in task.comparisons)]
    # By place and not by name: two names may be cut to the same letters.
    names = json.dumps([row["comparison"] for row in rows], ensure_ascii=False)
    y = {"field": "place", "type": "ordinal", "title": None, "axis": {
        "labelExpr": f"split({names}[datum.value], '\\n')", "ticks": False, "domain": False, "grid": False}}
    color = {"field": "verdict", "type": "nominal", "legend": None, "scale": {
        "domain": list(VERDICTS.values()), "range": [COLORS[0], ORANGE, COLORS[0], ORANGE, INK]}}
    title = "Pre-trained minus scratch, with 95 % intervals"
    synthetic = any(task.metrics.synthetic for task in tasks)
    tooltip = [{"field": name, "type": "nominal", "title": name}
               for name in ("comparison", "difference", "interval", "verdict")]
    tall = any("\n" in row["comparison"] for row in rows)
    return chart(
        "differences", title,
        ". ".join(f"{row['comparison']}: {row['difference']} points, {row['interval']}, {row['verdict']}"
                  for row in rows).replace("\n", ", ") + ".",
        # As narrow as a phone, on which no letter may shrink below legibility.
        {"width": 150, "height": {"step": 40 if tall else 26}, "data": {"values": rows}, "encoding": {"y": y},
         "layer": [
            {"mark": {"type": "rule"}, "encoding": {"x": {"datum": 0, "type": "quantitative"}, "y": None}},
            {"mark": {"type": "rule", "strokeWidth": 3}, "encoding": {
                "x": {"field": "low", "type": "quantitative", "title": "points; right of zero, pre-training is better",
                      "axis": {"tickCount": 5}},
                "x2": {"field": "high"}, "color": color, "tooltip": tooltip}},
            # Hollow where it may be nothing, so that the verdict does not hang on colour.
            {"mark": {"type": "point", "size": 90, "strokeWidth": 2, "opacity": 1}, "encoding": {
                "x": {"field": "value", "type": "quantitative"}, "color": color, "tooltip": tooltip,
                "fill": color | {"condition": {"test": f"datum.verdict == '{VERDICTS['cannot_tell']}'",
                                               "value": "transparent"}}}},
            {"mark": {"type": "text", "align": "left", "dx": 10}, "encoding": {
                "x": {"value": "width"}, "text": {"field": "told", "type": "nominal"}}}]},
        "synthetic sample" if synthetic else "")


def _difference(task: TaskFacts, label: str) -> dict[str, Any]:
    compared = task.comparisons[label]
    interval = f"{points(compared.low)} to {points(compared.high)}"
    difference = points(compared.difference, "+")
    return {"comparison": _row_label(task, label), "low": 100 * compared.low, "high": 100 * compared.high,
            "value": 100 * compared.difference, "difference": difference, "interval": interval,
            "verdict": VERDICTS[compared.verdict], "told": f"{difference} ({interval})"}


def _row_label(task: TaskFacts, label: str) -> str:
    tuning = f" ({label})" if len(task.comparisons) > 1 else ""
    name = "\n".join(map(_cut, task.short_title.replace(" × ", " ×\n").split("\n")))
    return f"{name}{tuning}"


def _name(task: TaskFacts) -> str:
    return _cut(task.short_title, 2 * LONGEST_NAME)


def _cut(name: str, longest: int = LONGEST_NAME) -> str:
    """The name, cut where it would leave no room to draw."""
    return name if len(name) <= longest else f"{name[:longest - 1]}…"


def loss_curves(task: TaskFacts) -> Chart:
    """Loss of the batches and on validation over the steps, of all seeds of all arms."""
    rows = []
    for arm in task.arms:
        for run in arm.runs:
            for point in run.curve:
                for measured, value in (("train batches", point.batch_loss), ("validation", point.validation_loss)):
                    if value is not None:
                        rows.append(_row(arm, run.cell.seed, point.step, value) | {"measured": measured})
    title = f"{_name(task)}: loss"
    ends = [f"{arm.label} {_range([run.cell.after['validation']['loss'] for run in arm.runs])}" for arm in task.arms]
    width = {"field": "measured", "type": "ordinal", "scale": {
        "domain": ["train batches", "validation"], "range": [0.8, 2.4]}}
    return chart(
        f"{task.metrics.task}-loss", _marked(task, title),
        f"Loss over the steps of training. On validation, of the models kept: {'; '.join(ends)}.",
        _curves(rows, "step", "cross-entropy in nats", [
            _lines(task, {"strokeWidth": width}), _dots(
                task, "step", "loss on validation", "datum.measured == 'validation'")]))


def score_curves(task: TaskFacts) -> Chart:
    """The headline metric on validation over the steps, with the model of each run that was kept."""
    metric = task.metrics.metric
    rows = [_row(arm, run.cell.seed, point.step, point.validation_score) | {"kept": point.step == run.cell.best_step}
            for arm in task.arms for run in arm.runs for point in run.curve if point.validation_score is not None]
    title = f"{_name(task)}: {METRICS[metric]} on validation"
    ends = [f"{arm.label} {_range([run.cell.after['validation'][metric] for run in arm.runs])}" for arm in task.arms]
    named = ("step", f"{METRICS[metric]} on validation")
    return chart(
        f"{task.metrics.task}-score", _marked(task, title),
        f"{capitalized(METRICS[metric])} on validation over the steps of training. "
        f"Of the models kept: {'; '.join(ends)}.",
        _curves(rows, "step", METRICS[metric], [
            _lines(task), _dots(task, *named), _dots(task, *named, "datum.kept", ring=True)]), "rings: the models kept")


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
    sure. A dot is as large as its bin has rows."""
    rows = [{"arm": arm.label, "x": round(one.confidence, 6), "y": round(one.accuracy, 6), "rows": one.rows}
            for arm in task.arms for one in pooled_reliability(arm) if one.rows]
    title = f"{_name(task)}: how sure and how right"
    errors = [f"{arm.label} {_range(arm.scores('calibration_error'))}" for arm in task.arms]
    diagonal = {"data": {"values": [{"x": 0, "y": 0}, {"x": 1, "y": 1}]}, "mark": {
        "type": "line", "strokeWidth": 0.9, "color": INK}, "encoding": {
            "x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}}}
    lines = chosen_in_legend() | {"mark": {"type": "line"}, "encoding": {
        "color": color_by_arm(task.arms), "strokeDash": dashes_by_arm(task.arms), "opacity": shown()}}
    dots = {"mark": {"type": "point", "filled": True}, "encoding": {
        "color": color_by_arm(task.arms), "opacity": shown(), "tooltip": [
            {"field": "arm", "type": "nominal", "title": "arm"}, *_numbers(("x", "confidence", ".3f"),
                                                                         ("y", "accuracy", ".3f"),
                                                                         ("rows", "rows", ","))],
        "size": {"field": "rows", "type": "quantitative", "legend": None, "scale": {"range": [12, 320]}}}}
    return chart(
        f"{task.metrics.task}-reliability", _marked(task, title),
        f"Accuracy over confidence on test. Expected calibration error: {'; '.join(errors)}.",
        _curves(rows, "confidence", "accuracy", [diagonal, lines, dots]),
        "diagonal: as right as sure")


def _numbers(*fields: tuple[str, str, str]) -> list[dict[str, Any]]:
    return [{"field": field, "type": "quantitative", "title": title, "format": form} for field, title, form in fields]


def _row(arm: Arm, seed: int, x: float, y: float) -> dict[str, Any]:
    return {"arm": arm.label, "seed": seed, "x": x, "y": round(y, 6)}


def _curves(rows: list[dict[str, Any]], x: str, y: str, layers: list[dict[str, Any]]) -> dict[str, Any]:
    """Layers over the columns "x" and "y"; a click in the legend shows one arm alone."""
    def encoded(layer: dict[str, Any]) -> dict[str, Any]:
        places = {"x": {"field": "x", "type": "quantitative", "title": x, "axis": {"grid": False}},
                  "y": {"field": "y", "type": "quantitative", "title": y, "scale": {"zero": "cross" in y}}}
        return layer | {"encoding": places | layer["encoding"]}

    return {**SIZE, "data": {"values": rows}, "layer": [encoded(layer) for layer in layers]}


def color_by_arm(arms: Sequence[Arm]) -> dict[str, Any]:
    """Colour by arm."""
    return _by_arm(arms, arm_colors([arm.key for arm in arms]))


def dashes_by_arm(arms: Sequence[Arm]) -> dict[str, Any]:
    """The reference is dashed, so that arms are told apart without colour, too."""
    return _by_arm(arms, [DASHES if arm.key == REFERENCE else [1, 0] for arm in arms])


def _by_arm(arms: Sequence[Arm], values: list[Any]) -> dict[str, Any]:
    return {"field": "arm", "type": "nominal", "legend": _LEGEND, "scale": {
        "domain": [arm.label for arm in arms], "range": values}}


def chosen_in_legend() -> dict[str, Any]:
    """The parameter of a layer whose legend chooses an arm; see :func:`shown`."""
    return {"params": [{"name": "chosen", "select": {"type": "point", "fields": ["arm"]}, "bind": "legend"}]}


def shown(opacity: float = 1) -> dict[str, Any]:
    """Opacity of what the legend has chosen, and of the rest; all is chosen at first."""
    return {"condition": {"param": "chosen", "value": opacity}, "value": _FADED}


def _shown_by_seed() -> dict[str, Any]:
    """The same where the legend also chooses a seed."""
    return {"condition": {"test": {"and": [{"param": "chosen"}, {"param": "seeds"}]}, "value": 1}, "value": _FADED}


def _lines(task: TaskFacts, more: dict[str, Any] | None = None) -> dict[str, Any]:
    details = [{"field": name, "type": "nominal"} for name in ("seed", *(["measured"] if more else []))]
    return {"params": [*chosen_in_legend()["params"], {
        "name": "seeds", "select": {"type": "point", "fields": ["seed"]}, "bind": "legend"}],
        "mark": {"type": "line", "clip": False}, "encoding": {
            "color": color_by_arm(task.arms), "strokeDash": dashes_by_arm(task.arms), "detail": details,
            "opacity": _shown_by_seed(), **(more or {"strokeWidth": {"value": 1.8}})}}


def _dots(task: TaskFacts, x: str, y: str, only: str = "", ring: bool = False) -> dict[str, Any]:
    """Each seed has a shape of its own; rings have none."""
    tooltip = [*({"field": name, "type": "nominal", "title": name} for name in ("arm", "seed")),
               *_numbers(("x", x, ",.4~g"), ("y", y, ".3f"))]
    layer = {"mark": {"type": "point", "filled": not ring, "size": 170 if ring else 34}, "encoding": {
        "color": color_by_arm(task.arms), "opacity": _shown_by_seed(), "tooltip": tooltip}}
    if not ring:
        seeds = [run.cell.seed for run in task.arms[0].runs]
        layer["encoding"]["shape"] = {
            "field": "seed", "type": "nominal", "scale": {
                "domain": seeds, "range": [_SHAPES[place % len(_SHAPES)] for place in range(len(seeds))]},
            "legend": {"title": "seed", "symbolFillColor": INK, "symbolStrokeColor": INK, "titleOrient": "left"}}
    return layer | ({"transform": [{"filter": only}]} if only else {})


def _marked(task: TaskFacts, title: str) -> str:
    return f"{title} (synthetic sample)" if task.metrics.synthetic else title


def _range(values: Iterable[float]) -> str:
    low, high = score(min(values := list(values))), score(max(values))
    return low if low == high else f"{low} to {high}"
