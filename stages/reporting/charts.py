"""The charts: differences of all tasks, and the learning curves of each."""

import json
from collections.abc import Iterable, Sequence
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
    tooltip = [{"field": name, "type": "nominal", "title": name}
               for name in ("comparison", "difference", "interval", "verdict")]
    return chart(
        "differences", title,
        ". ".join(f"{row['comparison']}: {row['difference']} points, {row['interval']}, {row['verdict']}"
                  for row in rows).replace("\n", ", ") + ".",
        {"width": 300, "height": {"step": 44}, "data": {"values": rows}, "encoding": {"y": y}, "layer": [
            {"mark": {"type": "rule"}, "encoding": {"x": {"datum": 0, "type": "quantitative"}, "y": None}},
            {"mark": {"type": "rule", "strokeWidth": 3}, "encoding": {
                "x": {"field": "low", "type": "quantitative", "title": "points; right of zero, pre-training is better"},
                "x2": {"field": "high"}, "color": color, "tooltip": tooltip}},
            # Hollow where it may be nothing, so that the verdict does not hang on colour.
            {"mark": {"type": "point", "size": 110, "strokeWidth": 2, "opacity": 1}, "encoding": {
                "x": {"field": "value", "type": "quantitative"}, "color": color, "tooltip": tooltip,
                "fill": color | {"condition": {"test": f"datum.verdict == '{VERDICTS['cannot_tell']}'",
                                               "value": "transparent"}}}},
            {"mark": {"type": "text", "align": "left", "dx": 12, "lineBreak": "\n"}, "encoding": {
                "x": {"value": "width"}, "text": {"field": "told", "type": "nominal"}}}]})


def _difference(task: TaskFacts, label: str) -> dict[str, Any]:
    compared = task.comparisons[label]
    interval = f"{points(compared.low)} to {points(compared.high)}"
    difference = points(compared.difference, "+")
    return {"comparison": _row_label(task, label), "low": 100 * compared.low, "high": 100 * compared.high,
            "value": 100 * compared.difference, "difference": difference, "interval": interval,
            "verdict": VERDICTS[compared.verdict], "told": f"{difference}\n({interval})"}


def _row_label(task: TaskFacts, label: str) -> str:
    tuning = f" ({label})" if len(task.comparisons) > 1 else ""
    name = "\n".join(map(_cut, task.short_title.replace(" × ", " ×\n").split("\n")))
    return f"{name}{tuning}" + ("\nsynthetic sample" if task.metrics.synthetic else "")


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
            _lines(task, {"strokeWidth": width}), _dots(task, "datum.measured == 'validation'")]))


def score_curves(task: TaskFacts) -> Chart:
    """The headline metric on validation over the steps, with the model of each run that was kept."""
    metric = task.metrics.metric
    rows = [_row(arm, run.cell.seed, point.step, point.validation_score) | {"kept": point.step == run.cell.best_step}
            for arm in task.arms for run in arm.runs for point in run.curve if point.validation_score is not None]
    title = f"{_name(task)}: {METRICS[metric]} on validation"
    ends = [f"{arm.label} {_range([run.cell.after['validation'][metric] for run in arm.runs])}" for arm in task.arms]
    rings = _dots(task, "datum.kept", size=130, filled=False)
    return chart(
        f"{task.metrics.task}-score", _marked(task, title),
        f"{capitalized(METRICS[metric])} on validation over the steps of training. "
        f"Of the models kept: {'; '.join(ends)}.",
        _curves(rows, "step", METRICS[metric], [_lines(task), _dots(task), rings]), "rings: the models kept")


def reliability_curves(task: TaskFacts) -> Chart:
    """Accuracy over confidence on test, of all seeds of all arms; on the diagonal a model is as right as it is sure."""
    rows = [_row(arm, run.cell.seed, curve.confidence[place], curve.accuracy[place]) | {"rows": number}
            for arm in task.arms for run, curve in
            ((run, details.reliability) for run, details in zip(arm.runs, arm.on_test, strict=True))
            for place, number in enumerate(curve.rows) if number]
    title = f"{_name(task)}: how sure and how right"
    errors = [f"{arm.label} {_range(arm.scores('calibration_error'))}" for arm in task.arms]
    diagonal = {"data": {"values": [{"x": 0, "y": 0}, {"x": 1, "y": 1}]}, "mark": {
        "type": "line", "strokeWidth": 0.9, "color": INK}, "encoding": {
            "x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}}}
    return chart(
        f"{task.metrics.task}-reliability", _marked(task, title),
        f"Accuracy over confidence on test. Expected calibration error: {'; '.join(errors)}.",
        _curves(rows, "confidence", "accuracy", [diagonal, _lines(task), _dots(task)]),
        "diagonal: as right as sure")


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


def _lines(task: TaskFacts, more: dict[str, Any] | None = None) -> dict[str, Any]:
    details = [{"field": name, "type": "nominal"} for name in ("seed", *(["measured"] if more else []))]
    return chosen_in_legend() | {"mark": {"type": "line", "clip": False}, "encoding": {
        "color": color_by_arm(task.arms), "strokeDash": dashes_by_arm(task.arms), "detail": details, "opacity": shown(),
        **(more or {"strokeWidth": {"value": 2.2}})}}


def _dots(task: TaskFacts, only: str = "", size: int = 22, filled: bool = True) -> dict[str, Any]:
    tooltip = [*({"field": name, "type": "nominal", "title": name} for name in ("arm", "seed")),
               {"field": "x", "type": "quantitative", "title": "at", "format": ",.4~g"},
               {"field": "y", "type": "quantitative", "title": "value", "format": ".3f"}]
    layer = {"mark": {"type": "point", "filled": filled, "size": size}, "encoding": {
        "color": color_by_arm(task.arms), "opacity": shown(), "tooltip": tooltip}}
    return layer | ({"transform": [{"filter": only}]} if only else {})


def _marked(task: TaskFacts, title: str) -> str:
    return f"{title} (synthetic sample)" if task.metrics.synthetic else title


def _range(values: Iterable[float]) -> str:
    low, high = score(min(values := list(values))), score(max(values))
    return low if low == high else f"{low} to {high}"
