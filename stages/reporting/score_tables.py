"""Tables of a task's scores: by run, by part of test, by class, by confidence."""

from collections.abc import Iterator, Sequence
from statistics import fmean

from stages.reporting.charts import pooled_reliability
from stages.reporting.document import Kind, Table
from stages.reporting.texts import NONE, count, p_value, points, score
from stages.reporting.verdicts import scope_of, with_interval
from stages.results.arm_words import words_of
from stages.results.curves import CurvePoint
from stages.results.findings import about_cell
from stages.results.metrics import SPLITS, TEST, shown
from stages.results.tasks import Arm, Run, TaskFacts, seeds_of_means
from stages.settings.arms import REFERENCE, TUNED
from stages.wording.message import Message, Wording, message
from stages.wording.names import baseline_name, metric_name, outcome_name, split_name


def score_tables(task: TaskFacts) -> tuple[Table, ...]:
    """Scores of runs, baselines and parts of test, further metrics, paired tests, and how runs ended."""
    slices = _slices(task)
    return (_scores(task), _baselines(task), _further_metrics(task), *([slices] if slices else []),
            _paired_tests(task), _runs(task))


def class_tables(task: TaskFacts) -> tuple[Table, ...]:
    """Scores by class, and what is taken for what."""
    return (_classes(task), *([_errors(task)] if task.metrics.kind == "words" else _confusions(task)))


def calibration_tables(task: TaskFacts) -> tuple[Table, ...]:
    """What temperature scaling changes, and accuracy by confidence."""
    return _temperatures(task), _bins(task)


def change_of_arms(task: TaskFacts) -> Table:
    """Mean headline metric of each arm before and after training, on test and on training rows."""
    metric = task.metrics.metric
    rows = []
    for arm in task.arms:
        before = fmean(run.cell.before["test"][metric] for run in arm.trained)
        known = _train_scores(arm)
        rows.append((arm.name, score(before), score(arm.mean(metric)), *map(score, known or ())))
    known_of_all = all(len(row) > 3 for row in rows)
    columns = [message("page-test-before"), message("page-test-after"),
               *([message("page-train-before"), message("page-train-after")] if known_of_all else [])]
    return Table(message("page-change-caption", metric=metric_name(metric), seeds=seeds_of_means(task)), (
        (message("column-arm"), "header"), *((name, "number") for name in columns)),
        tuple(row[:len(columns) + 1] for row in rows), task.metrics.synthetic)


def _train_scores(arm: Arm) -> tuple[float, float] | None:
    """Mean score on the training rows that are evaluated: before training, and of the models kept."""
    first, kept = [], []
    for run in arm.trained:
        measured = [point for point in run.curve if point.train_score is not None]
        if not measured:
            return None
        first.append(measured[0].train_score or 0.0)
        kept.append(_at(measured, run.cell.best_step).train_score or 0.0)
    return fmean(first), fmean(kept)


def _at(points: Sequence[CurvePoint], step: int) -> CurvePoint:
    return next((point for point in points if point.step == step), points[-1])


def pair_columns() -> tuple[tuple[Wording, Kind], ...]:
    """Columns of the tuned arm and of the reference."""
    return tuple((message("capitalized", text=words_of(arm).name), "number") for arm in (TUNED.name, REFERENCE))


def class_column(task: TaskFacts) -> Message:
    """The name of a column of labels, or of types of entities."""
    return message("column-type") if task.metrics.kind == "words" else message("column-label")


def _each_run(task: TaskFacts) -> Iterator[tuple[Arm, Run]]:
    return ((arm, run) for arm in task.arms for run in arm.runs)


def _scores(task: TaskFacts) -> Table:
    names = shown(SPLITS, task.arms[0].runs[0].cell.after["test"])
    rows: list[tuple[Wording, ...]] = []
    for arm, run in _each_run(task):
        cell = run.cell
        for split, after in cell.after.items():
            interval = message("score-range", low=cell.interval.low, high=cell.interval.high)
            changes = (_change(cell.before[split].get(name), after.get(name)) for name in names)
            found = about_cell(task.findings, run.name) if split == "test" else ""
            rows.append((arm.name, str(run.cell.seed), split_name(split), *changes,
                         interval if split == "test" else NONE, found))
    any_found = any(row[-1] for row in rows)
    return Table(
        message("caption-scores", metric=metric_name(task.metrics.metric)),
        ((message("column-arm"), "header"), (message("column-seed"), "header"), (message("column-split"), "header"),
         *((metric_name(name), "number") for name in names), (message("column-interval"), "number"),
         *([(message("column-found"), "text")] if any_found else [])),
        tuple((*row[:-1], *([row[-1] or NONE] if any_found else [])) for row in rows), task.metrics.synthetic)


def _change(before: float | None, after: float | None) -> str:
    """Some scores are of the trained model on test alone."""
    if after is None:
        return NONE
    return score(after) if before is None else f"{score(before)} → {score(after)}"


def _slices(task: TaskFacts) -> Table | None:
    """Further test sets and genres; None where the corpus has neither."""
    facts = task.metrics
    if not facts.slices:
        return None
    several = len(task.comparisons) > 1
    rows: list[tuple[Wording, ...]] = []
    for part in facts.slices:
        for tuning, compared in part.comparisons.items():
            rows.append((split_name(part.split), part.genre or message("all-genres"),
                         *((task.arm(tuning).name,) if several else ()), count(part.rows),
                         score(compared.first), score(compared.second),
                         with_interval(compared, part.rows),
                         points(compared.detectable) if compared.recipe else NONE))
    tuned_column: tuple[tuple[Wording, Kind], ...] = ((message("column-arm"), "header"),) if several else ()
    return Table(
        message("caption-slices", metric=metric_name(facts.metric), seeds=seeds_of_means(task),
                scope=scope_of(one for part in facts.slices for one in part.comparisons.values())),
        ((message("column-test-set"), "header"), (message("column-genre"), "header"), *tuned_column,
         (message("column-rows"), "number"), *pair_columns(), (message("column-difference"), "number"),
         (message("column-detectable"), "number")),
        tuple(rows), facts.synthetic)


def _runs(task: TaskFacts) -> Table:
    return Table(
        message("caption-runs"),
        ((message("column-arm"), "header"), (message("column-seed"), "header"), (message("column-steps"), "number"),
         (message("column-best-step"), "number"), (message("column-outcome"), "text")),
        tuple((arm.name, str(run.cell.seed), count(run.cell.steps), count(run.cell.best_step), _outcome(run))
              for arm, run in _each_run(task)),
        task.metrics.synthetic)


def _outcome(run: Run) -> Wording:
    outcome = outcome_name(run.cell.outcome)
    return message("failed-outcome", outcome=outcome) if run.cell.failed else outcome


def _baselines(task: TaskFacts) -> Table:
    metrics = task.metrics.baselines
    names = shown(SPLITS, next(iter(metrics.values()), {}))
    rows = ((baseline_name(baseline), *(score(values[name]) for name in names),
             *(with_interval(arm.against[baseline]) for arm in task.arms))
            for baseline, values in metrics.items())
    return Table(
        message("caption-baselines", metric=metric_name(task.metrics.metric), kind=task.metrics.kind,
                fits="each" if task.leaves_runs_out and task.metrics.draws > 1 else "one",
                scope=scope_of(one for arm in task.arms for one in arm.against.values())),
        ((message("column-baseline"), "header"), *((metric_name(name), "number") for name in names),
         *((message("capitalized", text=arm.name), "number") for arm in task.arms)),
        tuple(rows), task.metrics.synthetic)


def _further_metrics(task: TaskFacts) -> Table:
    names = shown(TEST, task.arms[0].runs[0].cell.after["test"])
    return Table(
        message("caption-further-metrics"),
        ((message("column-arm"), "header"), (message("column-seed"), "header"),
         *((metric_name(name), "number") for name in names)),
        tuple((arm.name, str(run.cell.seed), *(score(run.cell.after["test"][name]) for name in names))
              for arm, run in _each_run(task)),
        task.metrics.synthetic)


def _paired_tests(task: TaskFacts) -> Table:
    compared = task.metrics.comparisons
    tests = [test for arm in task.arms if arm.key in compared for test in compared[arm.key].runs]
    names = tuple(message(f"test-{name}") for name in dict.fromkeys(test.test for test in tests))
    return Table(
        message("caption-paired", tests=names),
        ((message("column-run"), "header"), (message("column-against"), "header"),
         (message("column-difference"), "number"), (message("column-p"), "number")),
        tuple((test.first, test.second, points(test.difference, sign="+"), p_value(test.p_value)) for test in tests),
        task.metrics.synthetic)


def _classes(task: TaskFacts) -> Table:
    words = task.metrics.kind == "words"
    rows = []
    for arm in task.arms:
        runs = [run.cell.details["after"]["test"].per_class for run in arm.trained]
        for label, values in runs[0].items():
            means = (sum(run[label][name] for run in runs) / len(runs) for name in ("precision", "recall", "f1"))
            rows.append((arm.name, label, *map(score, means), count(int(values["support"]))))
    return Table(
        message("caption-types" if words else "caption-labels", seeds=seeds_of_means(task)),
        ((message("column-arm"), "header"), (class_column(task), "label"), (message("column-precision"), "number"),
         (message("column-recall"), "number"), ("F1", "number"), (message("column-support"), "number")),
        tuple(rows), task.metrics.synthetic)


def _confusions(task: TaskFacts) -> Iterator[Table]:
    """A matrix per arm; shaded by the share of the gold label."""
    labels = task.metrics.labels
    for arm in task.arms:
        matrices = [details.confusion.counts for details in arm.on_test if details.confusion]
        totals = [[sum(column) for column in zip(*(matrix[place] for matrix in matrices), strict=True)]
                  for place in range(len(labels))]
        heat = tuple(tuple(number / max(sum(counts), 1) for number in counts) for counts in totals)
        yield Table(
            message("page-matrix", arm=arm.name, seeds=seeds_of_means(task)),
            ((message("column-gold"), "label"), *((label, "counts") for label in labels)),
            tuple((label, *(message("page-cell", count=number, share=part)
                            for number, part in zip(counts, shares, strict=True)))
                  for label, counts, shares in zip(labels, totals, heat, strict=True)),
            task.metrics.synthetic, heat)


def _errors(task: TaskFacts) -> Table:
    kinds = task.arms[0].on_test[0].errors
    errors: list[tuple[Wording, Kind]] = [(message(f"entity-error-{kind}"), "number") for kind in kinds]
    return Table(
        message("caption-entity-errors", seeds=seeds_of_means(task)), ((message("column-arm"), "header"), *errors),
        tuple((arm.name, *(count(sum(details.errors[kind] for details in arm.on_test)) for kind in kinds))
              for arm in task.arms),
        task.metrics.synthetic)


def _temperatures(task: TaskFacts) -> Table:
    """Loss and calibration error on test of every run, before and after temperature scaling."""
    rows: list[tuple[Wording, ...]] = []
    for arm, run in _each_run(task):
        before, scaled = run.cell.after["test"], run.cell.temperature_scaling
        rows.append((arm.name, str(run.cell.seed), score(scaled.temperature) if scaled else NONE,
                     *(_change(before[name], getattr(scaled, name)) if scaled else score(before[name])
                       for name in ("loss", "calibration_error"))))
    return Table(
        message("caption-temperatures", dashes="some" if any(row[2] == NONE for row in rows) else "none"),
        ((message("column-arm"), "header"), (message("column-seed"), "header"),
         (message("column-temperature"), "number"), (metric_name("loss"), "number"),
         (metric_name("calibration_error"), "number")),
        tuple(rows), task.metrics.synthetic)


def _bins(task: TaskFacts) -> Table:
    """Rows and accuracy by confidence."""
    pooled = [pooled_reliability(arm) for arm in task.arms]
    width = len(pooled[0])
    rows = []
    for place in range(width):
        of_arms = [bins[place] for bins in pooled]
        if any(one.rows for one in of_arms):
            rows.append((f"{place / width:.2f}–{(place + 1) / width:.2f}", *(
                text for one in of_arms for text in (count(one.rows), score(one.accuracy) if one.rows else NONE))))
    return Table(message("page-bins", seeds=seeds_of_means(task)), ((message("page-bin"), "header"), *(
        (name, "number") for arm in task.arms
        for name in (message("page-predictions", arm=arm.name), message("page-right", arm=arm.name)))),
        tuple(rows), task.metrics.synthetic)
