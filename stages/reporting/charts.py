"""The charts: differences of all tasks, and the learning curves of each."""

from collections.abc import Callable, Iterable, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from stages.reporting.facts import Arm, CurvePoint, TaskFacts
from stages.reporting.svg import INK, Chart, chart, style
from stages.reporting.texts import METRICS, VERDICTS, points, score

# Told apart with any colour vision (Okabe and Ito, 2008, https://jfly.uni-koeln.de/color/), and on light and dark.
SCRATCH = "#d55e00"
PRETRAINED = ("#0072b2", "#009e73", "#cc79a7", "#e69f00")
DASHES = (5, 2)
UNIT = 72  # figure units per inch, as in SVG
LONGEST_NAME = 24  # characters of a line
CURVE_SIZE = (430 / UNIT, 290 / UNIT)


def all_charts(tasks: Sequence[TaskFacts]) -> dict[str, Chart]:
    """Every chart by its name: ``differences``, and ``<task>-loss``, ``<task>-score`` and
    ``<task>-reliability`` of each task."""
    with style():
        charts = [differences(tasks)]
        for task in tasks:
            charts += [loss_curves(task), score_curves(task), reliability_curves(task)]
    return {chart.name: chart for chart in charts}


def differences(tasks: Sequence[TaskFacts]) -> Chart:
    """Forest plot: pre-trained minus scratch with its interval, one line per task and tuning."""
    rows = [(task, label) for task in tasks for label in task.comparisons]
    figure = Figure(figsize=(440 / UNIT, (72 + 40 * len(rows)) / UNIT))
    axes = figure.subplots()
    for position, (task, label) in enumerate(rows):
        _difference(axes, position, task, label)
    axes.axvline(0, color=INK, linewidth=1)
    axes.set_yticks(range(len(rows)), [_row_label(task, label) for task, label in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(False, axis="y")
    axes.set_xlabel("points; right of zero, pre-training is better")
    title = "Pre-trained minus scratch, with 95 % intervals"
    axes.set_title(title)
    described = [f"{_row_label(task, label)}: {points(task.comparisons[label].difference, '+')} points, "
                 f"{_interval(task, label)}, {VERDICTS[task.comparisons[label].verdict]}" for task, label in rows]
    return chart(figure, "differences", title, ". ".join(described).replace("\n", ", ") + ".")


def _difference(axes: Axes, position: int, task: TaskFacts, label: str) -> None:
    comparison = task.comparisons[label]
    color = {"helps": PRETRAINED[0], "hurts": SCRATCH, "cannot_tell": INK}[comparison.verdict]
    axes.plot([100 * comparison.low, 100 * comparison.high], [position, position], color=color, linewidth=3,
              solid_capstyle="butt")
    # Hollow where it may be nothing, so that the verdict does not hang on colour.
    hollow = {"markerfacecolor": "none"} if comparison.verdict == "cannot_tell" else {}
    axes.plot([100 * comparison.difference], [position], "o", color=color, markersize=9, markeredgewidth=2, **hollow)
    axes.text(1.02, position, f"{points(comparison.difference, '+')}\n({_interval(task, label)})", va="center",
              transform=axes.get_yaxis_transform(), linespacing=1.3)


def _interval(task: TaskFacts, label: str) -> str:
    return f"{points(task.comparisons[label].low)} to {points(task.comparisons[label].high)}"


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
    title = f"{_name(task)}: loss"
    figure, axes = _curves(task, title, "cross-entropy in nats")
    for arm, color in _colored(task.arms):
        for run in arm.runs:
            axes.plot(*_series(run.curve, lambda point: point.batch_loss), color=color, linewidth=0.9, alpha=0.6)
            _bold(axes, arm, color, *_series(run.curve, lambda point: point.validation_loss))
    axes.set_ylim(bottom=0)
    _legend(figure, task, [Line2D([], [], color=INK, linewidth=0.9, label="train batches"),
                           Line2D([], [], color=INK, linewidth=2.2, label="validation")])
    ends = [f"{arm.label} {_range([run.cell.after['validation']['loss'] for run in arm.runs])}" for arm in task.arms]
    return chart(figure, f"{task.metrics.task}-loss", _marked(task, title),
                 f"Loss over the steps of training. On validation, of the models kept: {'; '.join(ends)}.")


def score_curves(task: TaskFacts) -> Chart:
    """The headline metric on validation over the steps, with the model of each run that was kept."""
    metric = task.metrics.metric
    title = f"{_name(task)}: {METRICS[metric]} on validation"
    figure, axes = _curves(task, title, METRICS[metric])
    for arm, color in _colored(task.arms):
        for run in arm.runs:
            steps, scores = _series(run.curve, lambda point: point.validation_score)
            _bold(axes, arm, color, steps, scores)
            kept = [(step, value) for step, value in zip(steps, scores, strict=True) if step == run.cell.best_step]
            axes.plot(*zip(*kept, strict=True), "o", markersize=10, markerfacecolor="none", markeredgecolor=color)
    _legend(figure, task, [Line2D([], [], color=INK, marker="o", markersize=9, markerfacecolor="none", linestyle="",
                                  label="model kept")])
    ends = [f"{arm.label} {_range([run.cell.after['validation'][metric] for run in arm.runs])}" for arm in task.arms]
    return chart(figure, f"{task.metrics.task}-score", _marked(task, title),
                 f"{METRICS[metric][:1].upper()}{METRICS[metric][1:]} on validation over the steps of training. "
                 f"Of the models kept: {'; '.join(ends)}.")


def reliability_curves(task: TaskFacts) -> Chart:
    """Accuracy over confidence on test, of all seeds of all arms; on the diagonal a model is as right as it is sure."""
    title = f"{_name(task)}: how sure and how right"
    figure, axes = _curves(task, title, "accuracy")
    axes.set_xlabel("confidence")
    axes.plot([0, 1], [0, 1], color=INK, linewidth=0.9)
    for arm, color in _colored(task.arms):
        for curve in (details.reliability for details in arm.on_test):
            bins = [place for place, rows in enumerate(curve.rows) if rows]
            _bold(axes, arm, color, [curve.confidence[place] for place in bins],
                  [curve.accuracy[place] for place in bins])
    _legend(figure, task, [Line2D([], [], color=INK, linewidth=0.9, label="as right as sure")])
    errors = [f"{arm.label} {_range(arm.scores('calibration_error'))}" for arm in task.arms]
    return chart(figure, f"{task.metrics.task}-reliability", _marked(task, title),
                 f"Accuracy over confidence on test. Expected calibration error: {'; '.join(errors)}.")


def _curves(task: TaskFacts, title: str, unit: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=CURVE_SIZE)
    axes = figure.subplots()
    axes.set_title(_marked(task, title))
    axes.set_xlabel("step")
    axes.set_ylabel(unit)
    return figure, axes


def _marked(task: TaskFacts, title: str) -> str:
    return f"{title} (synthetic sample)" if task.metrics.synthetic else title


def _colored(arms: Iterable[Arm]) -> list[tuple[Arm, str]]:
    colors = iter(PRETRAINED * 4)
    return [(arm, next(colors) if arm.pretrained else SCRATCH) for arm in arms]


def _series(
    curve: Iterable[CurvePoint], value: Callable[[CurvePoint], float | None]
) -> tuple[list[int], list[float]]:
    """Steps at which there is a value, and the values."""
    measured = [(point.step, number) for point in curve if (number := value(point)) is not None]
    return [step for step, _ in measured], [number for _, number in measured]


def _bold(
    axes: Axes, arm: Arm, color: str, steps: Sequence[float], values: Sequence[float]
) -> None:
    dashes = {} if arm.pretrained else {"dashes": DASHES}
    axes.plot(steps, values, color=color, linewidth=2.2, marker="o", markersize=3.5, **dashes)


def _legend(figure: Figure, task: TaskFacts, kinds: list[Line2D]) -> None:
    arms = [Line2D([], [], color=color, linewidth=2.2, label=arm.label,
                   linestyle="-" if arm.pretrained else (0, DASHES)) for arm, color in _colored(task.arms)]
    figure.legend(handles=[*arms, *kinds], loc="outside lower center", ncols=2 if len(arms) > 2 else 4,
                  handlelength=1.8, columnspacing=1.2)


def _range(values: Sequence[float]) -> str:
    low, high = score(min(values)), score(max(values))
    return low if low == high else f"{low} to {high}"
