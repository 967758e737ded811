"""The charts: differences of all tasks, and the learning curves of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from stages.reporting.svg import INK, Chart, chart
from stages.reporting.texts import FEWEST
from stages.results.arm_words import COLORS, ORANGE, arm_colors
from stages.results.tasks import Arm, Run, TaskFacts, seeds_of_means
from stages.settings.arms import REFERENCE
from stages.wording.message import Message, Wording, joined, lines, listed, message
from stages.wording.names import metric_name, split_name, verdict_name

DASHES = [5, 2]
LONGEST_NAME = 24  # characters of a line
SIZE = {"width": 360, "height": 210}
_LEGEND = {"symbolType": "stroke", "symbolOpacity": 1, "symbolSize": 300, "columns": 3}
_VERDICT_COLORS = {"helps": COLORS[0], "hurts": ORANGE, "above_scratch": COLORS[0], "below_scratch": ORANGE,
                   "cannot_tell": INK, "withheld": INK}
_SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left"]
_FADED = 0.08  # opacity of what the legend hides
_BAND = 0.16
ENOUGH = "!datum.few"  # a row of a chart is of many enough to be believed
_TOLD_APART = 6  # runs of which each can be followed as a line of its own


def all_charts(tasks: Sequence[TaskFacts]) -> dict[str, Chart]:
    """Every chart by its name: ``differences``, and ``<task>-loss``, ``<task>-score`` and
    ``<task>-reliability`` of each task."""
    charts = [differences(tasks)]
    for task in tasks:
        charts += [loss_curves(task), score_curves(task), reliability_curves(task)]
    return {chart.name: chart for chart in charts}


def differences(tasks: Sequence[TaskFacts]) -> Chart:
    """Forest plot: pre-trained minus scratch with its interval, one line per task and tuning."""
    shown = [(task, label) for task in tasks for label in task.comparisons]
    rows = [{"place": place} | _difference(task, label) for place, (task, label) in enumerate(shown)]
    # By place and not by name: two names may be cut to the same letters.
    y = {"field": "place", "type": "ordinal", "title": None, "axis": {
        "labelExpr": "split(data('comparisons')[datum.value].comparison, '\\n')", "ticks": False, "domain": False,
        "grid": False}}
    color = {"field": "verdict", "type": "nominal", "legend": None, "scale": {
        "domain": list(map(verdict_name, _VERDICT_COLORS)), "range": list(_VERDICT_COLORS.values())}}
    synthetic = any(task.metrics.synthetic for task in tasks)
    tooltip = [{"field": name, "type": "nominal", "title": message(f"chart-word-{name}")}
               for name in ("comparison", "difference", "interval", "verdict")]
    tall = any(len(_row_label(task, label)) > 1 for task, label in shown)
    return chart(
        "differences", message("chart-differences"), joined(_describe(task, label) for task, label in shown),
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


def _difference(task: TaskFacts, label: str) -> dict[str, Any]:
    one = task.comparisons[label]
    interval = {"difference": one.difference, "low": one.low, "high": one.high}
    return {"comparison": lines(_row_label(task, label)), "low": 100 * one.low, "high": 100 * one.high,
            "value": 100 * one.difference, "difference": message("points-of-interval", **interval),
            "interval": message("points-range", **interval), "verdict": verdict_name(one.outcome),
            "open": one.verdict == "cannot_tell", "both": message("difference-with-interval", **interval)}


def _describe(task: TaskFacts, label: str) -> Message:
    one = task.comparisons[label]
    return message("chart-difference-of", comparison=listed(_row_label(task, label)), difference=one.difference,
                   low=one.low, high=one.high, verdict=verdict_name(one.outcome))


def _row_label(task: TaskFacts, label: str) -> list[Wording]:
    """One or several lines."""
    found: list[Wording] = [_cut(task.corpus)]
    if task.encoder:
        found.append(message("named-encoder", encoder=_cut(task.encoder)))
    if len(task.comparisons) > 1:
        found[-1] = message("page-named", task=found[-1], arm=task.arm(label).name)
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
    named = (message("chart-step"), message("chart-validation-loss"))
    layers = ([_bands(task, "datum.evaluated"), _means(task, {"strokeWidth": width}),
               _mean_dots(task, *named, "datum.evaluated"), _runs(task, *named, "datum.evaluated")] if has_bands(task)
              else [_lines(task, {"strokeWidth": width}), _dots(task, *named, "datum.evaluated")])
    return chart(
        f"{task.metrics.task}-loss", marked(task, message("chart-loss", task=name_of(task))),
        message("chart-loss-described", arms=ends),
        _curves(rows, message("chart-step"), message("chart-cross-entropy"), layers, zero=True),
        _of_bands(task) if has_bands(task) else "")


def score_curves(task: TaskFacts) -> Chart:
    """The headline metric on validation over the steps, with the model of each run that was kept."""
    metric = task.metrics.metric
    name = metric_name(metric)
    rows = [_row(arm, run, point.step, point.validation_score) | {"kept": point.step == run.cell.best_step}
            for arm in task.arms for run in arm.runs for point in run.curve if point.validation_score is not None]
    ends = _ends((arm.name, [run.cell.after["validation"][metric] for run in arm.runs]) for arm in task.arms)
    named = (message("chart-step"), message("chart-validation-score", metric=name))
    layers = ([_bands(task), _means(task), _mean_dots(task, *named), _runs(task, *named),
               _runs(task, *named, "datum.kept", ring=True)] if has_bands(task)
              else [_lines(task), _dots(task, *named), _dots(task, *named, "datum.kept", ring=True)])
    return chart(
        f"{task.metrics.task}-score", marked(task, message("chart-score", task=name_of(task), metric=name)),
        message("chart-score-described", metric=name, arms=ends),
        _curves(rows, message("chart-step"), name, layers),
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
        "color": color_by_arm(task.arms), "opacity": shown(), "tooltip": [
            {"field": "arm", "type": "nominal", "title": message("chart-word-arm")},
            *numbers(("x", confidence, ".3f"), ("y", accuracy, ".3f"), ("rows", message("chart-word-rows"), ","))],
        "size": {"field": "rows", "type": "quantitative", "legend": None, "scale": {"range": [12, 320]}}})
    return chart(
        f"{task.metrics.task}-reliability", marked(task, message("chart-calibration", task=name_of(task))),
        message("chart-calibration-described", arms=_ends(
            (arm.name, arm.scores("calibration_error")) for arm in task.arms)),
        _curves(rows, confidence, accuracy, [diagonal, lines_of_arms, *dots]), [message("chart-diagonal")] + [
            message("chart-hollow-bins", number=FEWEST)] * any(row["few"] for row in rows))


def dots_of_few(encoding: dict[str, Any], **mark: int) -> list[dict[str, Any]]:
    """Layers of dots, filled where there is :data:`ENOUGH` behind them, else hollow."""
    kinds = ((ENOUGH, {"filled": True}), ("datum.few", {"filled": False, "strokeWidth": 1.4}))
    return [{"transform": [{"filter": only}], "mark": {"type": "point", **mark, **kind}, "encoding": encoding}
            for only, kind in kinds]


def numbers(*fields: tuple[str, Wording, str]) -> list[dict[str, Any]]:
    """Columns of numbers in a tooltip, with their titles and formats."""
    return [{"field": field, "type": "quantitative", "title": title, "format": form} for field, title, form in fields]


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


def color_by_arm(arms: Sequence[Arm]) -> dict[str, Any]:
    """Colour by arm."""
    return _by_arm(arms, arm_colors([arm.key for arm in arms]))


def dashes_by_arm(arms: Sequence[Arm]) -> dict[str, Any]:
    """The reference is dashed, so that arms are told apart without colour, too."""
    return _by_arm(arms, [DASHES if arm.key == REFERENCE else [1, 0] for arm in arms])


def _by_arm(arms: Sequence[Arm], values: list[Any]) -> dict[str, Any]:
    return {"field": "arm", "type": "nominal", "legend": _LEGEND, "scale": {
        "domain": [arm.name for arm in arms], "range": values}}


def chosen_in_legend() -> dict[str, Any]:
    """The parameter of a layer whose legend chooses an arm; see :func:`shown`."""
    return {"params": [{"name": "chosen", "select": {"type": "point", "fields": ["arm"]}, "bind": "legend"}]}


def shown(opacity: float = 1, rest: float = _FADED) -> dict[str, Any]:
    """Opacity of what the legend has chosen, and of the rest; all is chosen at first."""
    return {"condition": {"param": "chosen", "value": opacity}, "value": rest}


def _shown_by_seed() -> dict[str, Any]:
    """The same where the legend also chooses a seed."""
    return {"condition": {"test": {"and": [{"param": "chosen"}, {"param": "seeds"}]}, "value": 1}, "value": _FADED}


def has_bands(task: TaskFacts) -> bool:
    """Whether there are too many runs to follow each: a line is then a mean, in a band from lowest to highest."""
    runs = [len(arm.runs) for arm in task.arms]
    return sum(runs) > _TOLD_APART and max(runs) > 1


def _of_bands(task: TaskFacts) -> Message:
    return message("chart-bands", seeds=seeds_of_means(task))


def _over_seeds(only: str) -> list[dict[str, Any]]:
    """Mean, lowest and highest value of the runs of an arm that trained, at the steps at which it has all of them."""
    by = ["arm", "x", *(["measured"] if only == "" else [])]
    return [*([{"filter": only}] if only else []), {"filter": "datum.trained"},
            {"aggregate": [{"op": "mean", "field": "y", "as": "mean"}, {"op": "min", "field": "y", "as": "low"},
                           {"op": "max", "field": "y", "as": "high"}, {"op": "count", "as": "runs"}], "groupby": by},
            {"joinaggregate": [{"op": "max", "field": "runs", "as": "most"}], "groupby": ["arm"]},
            {"filter": "datum.runs == datum.most"}]


def _bands(task: TaskFacts, only: str = "") -> dict[str, Any]:
    """From the lowest to the highest run of each arm."""
    return {"transform": _over_seeds(only or "true"), "mark": {"type": "area"}, "encoding": {
        "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}, "color": color_by_arm(task.arms),
        "opacity": shown(_BAND, _BAND * _FADED)}}


def _means(task: TaskFacts, more: dict[str, Any] | None = None) -> dict[str, Any]:
    detail = {"detail": {"field": "measured", "type": "nominal"}} if more else {}
    return chosen_in_legend() | {
        "transform": _over_seeds("" if more else "true"), "mark": {"type": "line"}, "encoding": {
            "y": {"field": "mean", "type": "quantitative"}, "color": color_by_arm(task.arms),
            "strokeDash": dashes_by_arm(task.arms), "opacity": shown(), **(more or {"strokeWidth": {"value": 2.2}}),
            **detail}}


def _mean_dots(task: TaskFacts, x: Wording, y: Wording, only: str = "") -> dict[str, Any]:
    """Means with their runs in a tooltip; under the pointer, an arm shows its single runs."""
    tooltip = [{"field": "arm", "type": "nominal", "title": message("chart-word-arm")}, *numbers(
        ("x", x, ",.4~g"), ("mean", message("chart-mean-of", value=y), ".3f"),
        ("low", message("chart-word-lowest"), ".3f"), ("high", message("chart-word-highest"), ".3f"))]
    pointed = {"type": "point", "fields": ["arm"], "on": "pointerover", "clear": "pointerout"}
    return {"params": [{"name": "pointed", "select": pointed}], "transform": _over_seeds(only or "true"),
            "mark": {"type": "point", "filled": True, "size": 34}, "encoding": {
                "y": {"field": "mean", "type": "quantitative"}, "color": color_by_arm(task.arms), "opacity": shown(),
                "tooltip": tooltip}}


def _runs(task: TaskFacts, x: Wording, y: Wording, only: str = "true", ring: bool = False) -> dict[str, Any]:
    """Single runs, or rings around the models that they kept, of the arm alone that is pointed at or chosen."""
    asked = {"or": [{"param": name, "empty": False} for name in ("chosen", "pointed")]}
    mark = {"type": "point", "size": 120} if ring else {"type": "line", "strokeWidth": 1.2, "point": {"size": 22}}
    return {"transform": [{"filter": only}], "mark": mark, "encoding": {
        "color": color_by_arm(task.arms), "detail": {"field": "seed", "type": "nominal"},
        "opacity": {"condition": {"test": asked, "value": 1}, "value": 0}, "tooltip": [
            *({"field": name, "type": "nominal", "title": message(f"chart-word-{name}")} for name in ("arm", "seed")),
            *numbers(("x", x, ",.4~g"), ("y", y, ".3f"))]}}


def _lines(task: TaskFacts, more: dict[str, Any] | None = None) -> dict[str, Any]:
    details = [{"field": name, "type": "nominal"} for name in ("seed", *(["measured"] if more else []))]
    return {"params": [*chosen_in_legend()["params"], {
        "name": "seeds", "select": {"type": "point", "fields": ["seed"]}, "bind": "legend"}],
        "mark": {"type": "line", "clip": False}, "encoding": {
            "color": color_by_arm(task.arms), "strokeDash": dashes_by_arm(task.arms), "detail": details,
            "opacity": _shown_by_seed(), **(more or {"strokeWidth": {"value": 1.8}})}}


def _dots(task: TaskFacts, x: Wording, y: Wording, only: str = "", ring: bool = False) -> dict[str, Any]:
    """Each seed has a shape of its own; rings have none."""
    tooltip = [*({"field": name, "type": "nominal", "title": message(f"chart-word-{name}")}
                 for name in ("arm", "seed")), *numbers(("x", x, ",.4~g"), ("y", y, ".3f"))]
    layer = {"mark": {"type": "point", "filled": not ring, "size": 170 if ring else 34}, "encoding": {
        "color": color_by_arm(task.arms), "opacity": _shown_by_seed(), "tooltip": tooltip}}
    if not ring:
        seeds = [run.cell.seed for run in task.arms[0].runs]
        layer["encoding"]["shape"] = {
            "field": "seed", "type": "nominal", "scale": {
                "domain": seeds, "range": [_SHAPES[place % len(_SHAPES)] for place in range(len(seeds))]},
            "legend": {"title": message("chart-word-seed"), "symbolFillColor": INK, "symbolStrokeColor": INK,
                       "titleOrient": "left"}}
    return layer | ({"transform": [{"filter": only}]} if only else {})


def marked(task: TaskFacts, title: Message) -> Message:
    """The title of a chart, which says where its data are synthetic."""
    return message("chart-synthetic", title=title) if task.metrics.synthetic else title
