"""Layers of charts, in Vega-Lite: lines and dots of arms, one of which a click in the legend chooses."""

from collections.abc import Sequence
from typing import Any

from stages.reporting.svg import INK
from stages.results.arm_words import arm_colors
from stages.results.tasks import Arm, TaskFacts
from stages.settings.arms import REFERENCE
from stages.wording.message import Wording, message

ENOUGH = "!datum.few"  # a row of a chart is of many enough to be believed
_DASHES = [5, 2]
_LEGEND = {"symbolType": "stroke", "symbolOpacity": 1, "symbolSize": 300, "columns": 3}
_SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left"]
_FADED = 0.08  # opacity of what the legend hides
_BAND = 0.16
_TOLD_APART = 6  # runs of which each can be followed as a line of its own


def over_steps(
    task: TaskFacts, x: Wording, y: Wording, only: str = "", more: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Lines of the runs, with dots where ``only`` is true; or means in bands, see :func:`has_bands`.

    Args:
        task: whose arms they are of.
        x, y: titles of the columns in a tooltip.
        only: a test of a row; "" is true of every one.
        more: how lines of several columns of one run are told apart.
    """
    if has_bands(task):
        return [_bands(task, only), _means(task, more), _mean_dots(task, x, y, only), _runs(task, x, y, only or "true")]
    return [_lines(task, more), _dots(task, x, y, only)]


def rings(task: TaskFacts, x: Wording, y: Wording, only: str) -> dict[str, Any]:
    """Rings around the rows of which ``only`` is true."""
    return (_runs if has_bands(task) else _dots)(task, x, y, only, ring=True)


def dots_of_few(encoding: dict[str, Any], **mark: int) -> list[dict[str, Any]]:
    """Layers of dots, filled where there is :data:`ENOUGH` behind them, else hollow."""
    kinds = ((ENOUGH, {"filled": True}), ("datum.few", {"filled": False, "strokeWidth": 1.4}))
    return [{"transform": [{"filter": only}], "mark": {"type": "point", **mark, **kind}, "encoding": encoding}
            for only, kind in kinds]


def named(field: str) -> dict[str, Any]:
    """A column of names in a tooltip, with its title."""
    return {"field": field, "type": "nominal", "title": message(f"chart-word-{field}")}


def numbers(*fields: tuple[str, Wording, str]) -> list[dict[str, Any]]:
    """Columns of numbers in a tooltip, with their titles and formats."""
    return [{"field": field, "type": "quantitative", "title": title, "format": form} for field, title, form in fields]


def color_by_arm(arms: Sequence[Arm]) -> dict[str, Any]:
    """Colour by arm."""
    return _by_arm(arms, arm_colors([arm.key for arm in arms]))


def dashes_by_arm(arms: Sequence[Arm]) -> dict[str, Any]:
    """The reference is dashed, so that arms are told apart without colour, too."""
    return _by_arm(arms, [_DASHES if arm.key == REFERENCE else [1, 0] for arm in arms])


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


def _over_seeds(only: str) -> list[dict[str, Any]]:
    """Mean, lowest and highest value of the runs of an arm that trained, at the steps at which it has all of them."""
    by = ["arm", "x", *(["measured"] if only == "" else [])]
    return [*([{"filter": only}] if only else []), {"filter": "datum.trained"},
            {"aggregate": [{"op": "mean", "field": "y", "as": "mean"}, {"op": "min", "field": "y", "as": "low"},
                           {"op": "max", "field": "y", "as": "high"}, {"op": "count", "as": "runs"}], "groupby": by},
            {"joinaggregate": [{"op": "max", "field": "runs", "as": "most"}], "groupby": ["arm"]},
            {"filter": "datum.runs == datum.most"}]


def _bands(task: TaskFacts, only: str) -> dict[str, Any]:
    """From the lowest to the highest run of each arm."""
    return {"transform": _over_seeds(only or "true"), "mark": {"type": "area"}, "encoding": {
        "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}, "color": color_by_arm(task.arms),
        "opacity": shown(_BAND, _BAND * _FADED)}}


def _means(task: TaskFacts, more: dict[str, Any] | None) -> dict[str, Any]:
    detail = {"detail": {"field": "measured", "type": "nominal"}} if more else {}
    return chosen_in_legend() | {
        "transform": _over_seeds("" if more else "true"), "mark": {"type": "line"}, "encoding": {
            "y": {"field": "mean", "type": "quantitative"}, "color": color_by_arm(task.arms),
            "strokeDash": dashes_by_arm(task.arms), "opacity": shown(), **(more or {"strokeWidth": {"value": 2.2}}),
            **detail}}


def _mean_dots(task: TaskFacts, x: Wording, y: Wording, only: str) -> dict[str, Any]:
    """Means with their runs in a tooltip; under the pointer, an arm shows its single runs."""
    tooltip = [named("arm"), *numbers(
        ("x", x, ",.4~g"), ("mean", message("chart-mean-of", value=y), ".3f"),
        ("low", message("chart-word-lowest"), ".3f"), ("high", message("chart-word-highest"), ".3f"))]
    pointed = {"type": "point", "fields": ["arm"], "on": "pointerover", "clear": "pointerout"}
    return {"params": [{"name": "pointed", "select": pointed}], "transform": _over_seeds(only or "true"),
            "mark": {"type": "point", "filled": True, "size": 34}, "encoding": {
                "y": {"field": "mean", "type": "quantitative"}, "color": color_by_arm(task.arms), "opacity": shown(),
                "tooltip": tooltip}}


def _runs(task: TaskFacts, x: Wording, y: Wording, only: str, ring: bool = False) -> dict[str, Any]:
    """Single runs, or rings around the models that they kept, of the arm alone that is pointed at or chosen."""
    asked = {"or": [{"param": name, "empty": False} for name in ("chosen", "pointed")]}
    mark = {"type": "point", "size": 120} if ring else {"type": "line", "strokeWidth": 1.2, "point": {"size": 22}}
    return {"transform": [{"filter": only}], "mark": mark, "encoding": {
        "color": color_by_arm(task.arms), "detail": {"field": "seed", "type": "nominal"},
        "opacity": {"condition": {"test": asked, "value": 1}, "value": 0}, "tooltip": _of_one_run(x, y)}}


def _lines(task: TaskFacts, more: dict[str, Any] | None) -> dict[str, Any]:
    details = [{"field": name, "type": "nominal"} for name in ("seed", *(["measured"] if more else []))]
    return {"params": [*chosen_in_legend()["params"], {
        "name": "seeds", "select": {"type": "point", "fields": ["seed"]}, "bind": "legend"}],
        "mark": {"type": "line", "clip": False}, "encoding": {
            "color": color_by_arm(task.arms), "strokeDash": dashes_by_arm(task.arms), "detail": details,
            "opacity": _shown_by_seed(), **(more or {"strokeWidth": {"value": 1.8}})}}


def _dots(task: TaskFacts, x: Wording, y: Wording, only: str, ring: bool = False) -> dict[str, Any]:
    """Each seed has a shape of its own; rings have none."""
    layer = {"mark": {"type": "point", "filled": not ring, "size": 170 if ring else 34}, "encoding": {
        "color": color_by_arm(task.arms), "opacity": _shown_by_seed(), "tooltip": _of_one_run(x, y)}}
    if not ring:
        seeds = [run.cell.seed for run in task.arms[0].runs]
        layer["encoding"]["shape"] = {
            "field": "seed", "type": "nominal", "scale": {
                "domain": seeds, "range": [_SHAPES[place % len(_SHAPES)] for place in range(len(seeds))]},
            "legend": {"title": message("chart-word-seed"), "symbolFillColor": INK, "symbolStrokeColor": INK,
                       "titleOrient": "left"}}
    return layer | ({"transform": [{"filter": only}]} if only else {})


def _of_one_run(x: Wording, y: Wording) -> list[dict[str, Any]]:
    """The tooltip of a point of a run."""
    return [named("arm"), named("seed"), *numbers(("x", x, ",.4~g"), ("y", y, ".3f"))]
