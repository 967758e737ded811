"""What the report says, whatever it is written in: sections of sentences, facts, tables and charts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Literal

from stages.reporting.charts import all_charts, pooled_reliability
from stages.reporting.delivered import delivered_note
from stages.reporting.first_screen import Card, answer, cards, meaning, ribbon, sources
from stages.reporting.questions import Questions, questions, train_scores
from stages.reporting.svg import Chart
from stages.reporting.texts import (
    BASELINES,
    ERRORS,
    KINDS,
    LANGUAGES,
    METRICS,
    ROWS,
    SOURCES,
    TESTS,
    VERDICTS,
    capitalized,
    count,
    p_value,
    points,
    score,
    share,
    split_name,
)
from stages.reporting.verdicts import (
    baseline_remarks,
    caveats,
    further_verdict,
    numeric_settings,
    overall_verdict,
    search_remarks,
    token_accuracy_note,
    verdict,
    with_interval,
)
from stages.results.cards import AdaptationCard, SourceFile
from stages.results.findings import about_cell, finding_rows
from stages.results.metrics import SPLITS, TEST, shown
from stages.results.tasks import Arm, Run, TaskFacts
from stages.settings.arms import rivals_of
from stages.wording.message import Message, Wording, message
from stages.wording.names import metric_name, task_title

SYNTHETIC = "SYNTHETIC SAMPLE"
_NONE = "–"
# What is told about where a checkpoint comes from.
ORIGIN = ("source", "repository", "revision", "commit", "conversion", "text", "lines", "text_sha256",
          "weights_sha256")

Kind = Literal["header", "label", "text", "data", "number", "counts", "verdict"]


@dataclass(frozen=True)
class Table:
    """A table of plain texts of one or more lines.

    ``columns`` are (name, kind); those of kind ``header`` or ``label`` name their row. What ``label`` and ``data``
    hold, and what numbers of kind ``counts`` are headed by, is told by the data, and is in no language of the report.
    ``heat`` has the share, from 0 to 1, that shades each number of kind ``counts``.
    """

    caption: Wording
    columns: tuple[tuple[Wording, Kind], ...]
    rows: tuple[tuple[Wording, ...], ...]
    synthetic: bool
    heat: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class Part:
    """A further part of a section, under a heading of its own; ``key`` ends its address in the page.

    ``facts`` are (name, value), and ``parts`` are shown on a further request.
    """

    title: Wording
    sentences: tuple[Wording, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    facts: tuple[tuple[Wording, Wording], ...] = ()
    parts: tuple["Part", ...] = ()
    key: str = ""


@dataclass(frozen=True)
class Section:
    """The part on one task.

    ``meaning`` is in plain words, ``verdicts`` are (verdict, sentence), ``remarks`` qualify them, ``parts``
    hold the details.
    """

    name: str
    title: Wording
    short_title: str
    synthetic: bool
    meaning: tuple[Wording, ...]
    verdicts: tuple[tuple[str, Wording], ...]
    charts: tuple[Chart, ...]
    losses: Wording
    change: Table
    differs: tuple[Wording, ...]
    findings: Table | None
    remarks: tuple[Wording, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Report:
    """The whole report.

    ``banner`` is None where no task is synthetic; ``answer`` says in a sentence or two what came out, ``labels`` what
    pre-training is worth in labels.
    """

    banner: Message | None
    answer: tuple[Wording, ...]
    differences: Chart
    cards: tuple[Card, ...]
    sources: Wording
    overall: Wording
    summary: Table
    labels: tuple[Wording, ...]
    sections: tuple[Section, ...]
    charts: tuple[Chart, ...]


def compose(tasks: Sequence[TaskFacts], parts: Mapping[str, tuple[Part, ...]], labels: Iterable[Message],
            agreed: Mapping[str, tuple[Wording, ...]]) -> Report:
    """Arrange the facts of all tasks as a report; ``parts`` has further ones by task, ``agreed`` what arms agree on."""
    charts = all_charts(tasks)
    further = (chart for of_task in parts.values() for part in of_task for chart in part.charts)
    return Report(
        ribbon(tasks), tuple(answer(tasks)), charts["differences"], tuple(cards(tasks)), sources(tasks),
        overall_verdict(tasks), _summary(tasks), tuple(labels),
        tuple(_section(task, charts, parts[task.metrics.task], agreed[task.metrics.task]) for task in tasks),
        (*charts.values(), *further))


def _summary(tasks: Sequence[TaskFacts]) -> Table:
    # A mark on the table speaks for all of its rows.
    all_synthetic = all(task.metrics.synthetic for task in tasks)
    some_failed = any(task.leaves_runs_out for task in tasks)
    return Table(
        f"Headline metric on test: mean over seeds{' that trained' if some_failed else ''} (each seed), difference in "
        "points (95 % interval)",
        # The answer first: a phone shows two columns.
        (("Task", "header"), ("Verdict", "verdict"), ("Difference", "number"), ("p (Holm)", "number"),
         ("Pre-trained", "number"), ("Scratch", "number"), ("Metric", "text"), ("Baselines", "text")),
        tuple(row for task in tasks for row in _summary_rows(task, task.metrics.synthetic and not all_synthetic)),
        all_synthetic)


def _summary_rows(task: TaskFacts, marked: bool) -> Iterator[tuple[str, ...]]:
    facts = task.metrics
    baselines = "\n".join(f"{BASELINES.get(name, name)} {score(metrics[facts.metric])}"
                          for name, metrics in facts.baselines.items())
    mark = f" [{SYNTHETIC}]" if marked else ""
    arms = {arm.key: arm for arm in task.arms}
    for label, compared in task.comparisons.items():
        arm = task.arm(label)
        rival = arms[rivals_of(arm.key)[0]]
        tuning = f" ({label})" if len(task.comparisons) > 1 else ""
        yield (f"{facts.title}{tuning}{mark}",
               VERDICTS[compared.verdict] + (" (this budget)" if compared.qualified else ""),
               f"{points(compared.difference, '+')}\n({points(compared.low)} to {points(compared.high)})",
               f"{p_value(compared.p_value)}\n({p_value(compared.p_value_holm)})",
               _mean(arm, facts.metric), _mean(rival, facts.metric), METRICS[facts.metric], baselines)


def _mean(arm: Arm, metric: str) -> str:
    each = (score(value) + (" failed" if run.cell.failed else "")
            for run, value in zip(arm.runs, arm.scores(metric), strict=True))
    return f"{score(arm.mean(metric))}\n({', '.join(each)})"


def _section(
    task: TaskFacts, charts: dict[str, Chart], parts: tuple[Part, ...], agreed: tuple[Wording, ...]
) -> Section:
    facts, asked = task.metrics, questions(task)
    return Section(
        facts.task, task_title(facts.title), task.short_title, facts.synthetic, tuple(meaning(task)),
        (*((one.verdict, verdict(task, label)) for label, one in task.comparisons.items()),
         *((one.verdict, further_verdict(task, label)) for label, one in task.further.items())),
        (charts[f"{facts.task}-loss"], charts[f"{facts.task}-score"]), asked.losses.answer, _change_of_arms(task),
        (*agreed, *_widest_gap(task)), _findings(task),
        (*baseline_remarks(task), *search_remarks(task), *caveats(task)),
        tuple(_parts(task, charts, parts, asked)))


def _parts(task: TaskFacts, charts: dict[str, Chart], parts: tuple[Part, ...], asked: Questions) -> Iterator[Part]:
    """The details of a section."""
    yield Part(message("page-about"), key="about", facts=(
        *((one.question, one.answer) for one in (asked.task, asked.design, asked.checkpoint)), *_facts(task)))
    slices = _slices(task)
    yield Part(message("page-scores"), key="scores", sentences=tuple(
        filter(None, (token_accuracy_note(task), delivered_note(task)))), tables=(
            _scores(task), _baselines(task), _further_metrics(task), *([slices] if slices else []),
            _paired_tests(task), _runs(task)))
    yield Part(message("page-classes"), key="classes", tables=(
        _classes(task), *([_errors(task)] if task.metrics.kind == "words" else _confusions(task))))
    yield Part(message("page-calibration"), key="calibration", charts=(charts[f"{task.metrics.task}-reliability"],),
               tables=(_bins(task),))
    yield from parts
    yield Part(message("page-data"), key="data", facts=tuple(_card_facts(task)),
               tables=(_rows(task), _labels(task), _encoding(task)))
    differing, every = _settings(task, differing=True), _settings(task, differing=False)
    yield Part(message("page-settings"), key="settings",
               sentences=(() if differing else (message("page-settings-alike"),)) + (asked.cost.answer,),
               tables=(differing,) if differing else (),
               parts=(Part(message("page-all-settings"), key="all-settings", tables=(every,)),) if every else ())
    yield Part(message("page-versions"), key="versions", facts=tuple(_versions(task)))


def _findings(task: TaskFacts) -> Table | None:
    """What the doctor found; None where it found nothing."""
    return Table(
        "What the doctor found", (("Severity", "header"), ("Finding", "header"), ("About", "header"),
                                  ("Evidence", "text"), ("Reason", "text"), ("Remedy", "text")),
        tuple(finding_rows(task.findings)), task.metrics.synthetic) if task.findings else None


def _facts(task: TaskFacts) -> Iterator[tuple[str, str]]:
    facts = task.metrics
    yield "Task", f"{facts.task}: {KINDS[facts.kind]}, {LANGUAGES.get(facts.language, facts.language)}"
    yield "Entity types" if facts.kind == "words" else "Labels", ", ".join(facts.labels)
    yield "Headline metric", METRICS[facts.metric]
    if facts.test_groups:
        yield "Independent test examples", f"{count(facts.test_groups)} documents or premises"
    yield "Smallest difference that would be found in 80 % of such studies", "\n".join(
        f"{points(compared.detectable)} points ({label})" for label, compared in task.comparisons.items())
    sizes = {(run.cell.parameters, run.cell.trainable_parameters): arm for arm in task.arms for run in arm.runs}
    yield "Parameters", "; ".join(
        f"{count(total)}, {'all' if total == trained else count(trained)} trained"
        + (f" ({arm.label})" if len(sizes) > 1 else "") for (total, trained), arm in sizes.items())
    if task.adaptation:
        yield "Adaptation", _adaptation(task.adaptation)
    yield f"{capitalized(ROWS[facts.kind])} used", ", ".join(
        f"{split_name(split)} {count(rows)}" for split, rows in facts.rows.items())


def _adaptation(card: AdaptationCard) -> str:
    text = f"lines of {card.text}" if card.text else "texts of train"
    left_out = f", without {count(card.left_out)} that repeat one of validation or test" if card.left_out else ""
    losses = " → ".join(score(point.loss) for point in dict.fromkeys((card.losses[0], card.losses[-1])))
    return (f"masked words of {count(card.texts)} {text}{left_out}; loss {losses} in nats"
            f"{', from a new head' if card.new_head else ''}\n"
            + ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in card.settings.items()))


def _versions(task: TaskFacts) -> Iterator[tuple[str, str]]:
    yield "Checkpoint", "\n".join([task.metrics.checkpoint, *(
        f"{name.replace('_', ' ')} {value}" for name, value in task.encoding.origin.items() if name in ORIGIN)])
    yield "Computed with", "\n".join(numeric_settings(task))
    card = task.card
    if card.homepage:
        yield "Pinned", "\n".join(_file(pin.url, pin) for pin in card.pins)
    yield "Files", "\n".join(_file(name, file) for name, file in card.files.items())


def _of_run(run: Run) -> dict[str, Any]:
    return run.cell.settings | {f"recipe {name}": value for name, value in run.cell.recipe.items()}


def _settings(task: TaskFacts, differing: bool) -> Table | None:
    """What the arms are trained by, or what of it differs between them; None where nothing does."""
    found = [[_of_run(run) for run in arm.runs] for arm in task.arms]
    names = dict.fromkeys(name for runs in found for run in runs for name in run)
    rows = []
    for name in names:
        values = [", ".join(dict.fromkeys(_setting(run.get(name)) for run in runs)) for runs in found]
        if not differing or len(set(values)) > 1:
            rows.append((name.replace("_", " "), *values))
    return Table(
        message("page-settings-differ") if differing else message("page-all-settings"),
        ((message("page-setting"), "header"),
         *((message("capitalized", text=arm.name), "number") for arm in task.arms)),
        tuple(rows), task.metrics.synthetic) if rows else None


def _setting(value: Any) -> str:
    return _NONE if value is None else str(value)


def _each_run(task: TaskFacts) -> Iterator[tuple[Arm, Run]]:
    return ((arm, run) for arm in task.arms for run in arm.runs)


def _scores(task: TaskFacts) -> Table:
    names = shown(SPLITS, task.arms[0].runs[0].cell.after["test"])
    rows = []
    for arm, run in _each_run(task):
        cell = run.cell
        for split, after in cell.after.items():
            interval = f"{score(cell.interval.low)} to {score(cell.interval.high)}" if split == "test" else _NONE
            changes = (_change(cell.before[split].get(name), after.get(name)) for name in names)
            found = about_cell(task.findings, run.name) if split == "test" else ""
            rows.append((arm.label, str(run.cell.seed), split_name(split), *changes, interval, found or _NONE))
    return Table(
        f"Before → after training, with the interval of {METRICS[task.metrics.metric]} after it",
        (("Arm", "header"), ("Seed", "header"), ("Split", "header"),
         *((METRICS[name], "number") for name in names), ("95 % interval", "number"), ("Found", "text")),
        tuple(rows), task.metrics.synthetic)


def _change(before: float | None, after: float | None) -> str:
    """Some scores are of the trained model on test alone."""
    if after is None:
        return _NONE
    return score(after) if before is None else f"{score(before)} → {score(after)}"


def _slices(task: TaskFacts) -> Table | None:
    """Further test sets and genres; None where the corpus has neither."""
    facts = task.metrics
    if not facts.slices:
        return None
    rows = []
    for part in facts.slices:
        for tuning, compared in part.comparisons.items():
            tuned = (task.labels[tuning],) if len(task.comparisons) > 1 else ()
            rows.append((split_name(part.split), part.genre or "all", *tuned, count(part.rows),
                         score(compared.first), score(compared.second),
                         with_interval(compared.difference, compared.low, compared.high, part.rows),
                         points(compared.detectable)))
    tuned_column: tuple[tuple[str, Kind], ...] = (("Arm", "header"),) if len(task.comparisons) > 1 else ()
    return Table(
        f"By test set and genre: {METRICS[facts.metric]}, mean over seeds, and difference in points (95 % interval; "
        "among many, some exclude zero by chance)",
        (("Test set", "header"), ("Genre", "header"), *tuned_column, ("Rows", "number"), ("Pre-trained", "number"),
         ("Scratch", "number"), ("Difference", "number"), ("Detectable", "number")),
        tuple(rows), facts.synthetic)


def _runs(task: TaskFacts) -> Table:
    return Table(
        "Training runs",
        (("Arm", "header"), ("Seed", "header"), ("Steps", "number"), ("Step of the model kept", "number"),
         ("Outcome", "text")),
        tuple((arm.label, str(run.cell.seed), count(run.cell.steps), count(run.cell.best_step),
               f"{run.cell.outcome} (failed)" if run.cell.failed else run.cell.outcome)
              for arm, run in _each_run(task)),
        task.metrics.synthetic)


def _baselines(task: TaskFacts) -> Table:
    metrics = task.metrics.baselines
    names = shown(SPLITS, next(iter(metrics.values()), {}))
    rows = ((BASELINES.get(baseline, baseline), *(score(values[name]) for name in names),
             *(with_interval(compared.difference, compared.low, compared.high)
               for compared in (arm.against[baseline] for arm in task.arms)))
            for baseline, values in metrics.items())
    return Table(
        f"Baselines that need no transformer, on test, and by how many points each arm is better by "
        f"{METRICS[task.metrics.metric]} (95 % interval)",
        (("Baseline", "header"), *((METRICS[name], "number") for name in names),
         *((capitalized(arm.label), "number") for arm in task.arms)),
        tuple(rows), task.metrics.synthetic)


def _further_metrics(task: TaskFacts) -> Table:
    names = shown(TEST, task.arms[0].runs[0].cell.after["test"])
    return Table(
        "Further metrics on test after training",
        (("Arm", "header"), ("Seed", "header"), *((METRICS[name], "number") for name in names)),
        tuple((arm.label, str(run.cell.seed), *(score(run.cell.after["test"][name]) for name in names))
              for arm, run in _each_run(task)),
        task.metrics.synthetic)


def _classes(task: TaskFacts) -> Table:
    kind = "Type" if task.metrics.kind == "words" else "Label"
    rows = []
    for arm in task.arms:
        runs = [run.cell.details["after"]["test"].per_class for run in arm.trained]
        for label, values in runs[0].items():
            means = (sum(run[label][name] for run in runs) / len(runs) for name in ("precision", "recall", "f1"))
            rows.append((arm.label, label, *map(score, means), count(int(values["support"]))))
    return Table(
        f"By {kind.lower()} on test, mean over seeds",
        (("Arm", "header"), (kind, "label"), ("Precision", "number"), ("Recall", "number"), ("F1", "number"),
         ("Gold", "number")), tuple(rows), task.metrics.synthetic)


def _confusions(task: TaskFacts) -> Iterator[Table]:
    """A matrix per arm; shaded by the share of the gold label."""
    labels = task.metrics.labels
    for arm in task.arms:
        matrices = [details.confusion.counts for details in arm.on_test if details.confusion]
        totals = [[sum(column) for column in zip(*(matrix[place] for matrix in matrices), strict=True)]
                  for place in range(len(labels))]
        heat = tuple(tuple(number / max(sum(counts), 1) for number in counts) for counts in totals)
        yield Table(
            message("page-matrix", arm=arm.name),
            ((message("page-gold"), "label"), *((label, "counts") for label in labels)),
            tuple((label, *(message("page-cell", count=number, share=part)
                            for number, part in zip(counts, shares, strict=True)))
                  for label, counts, shares in zip(labels, totals, heat, strict=True)),
            task.metrics.synthetic, heat)


def _bins(task: TaskFacts) -> Table:
    """Rows and accuracy by confidence."""
    pooled = [pooled_reliability(arm) for arm in task.arms]
    width = len(pooled[0])
    rows = []
    for place in range(width):
        of_arms = [bins[place] for bins in pooled]
        if any(one.rows for one in of_arms):
            rows.append((f"{place / width:.2f}–{(place + 1) / width:.2f}", *(
                text for one in of_arms for text in (count(one.rows), score(one.accuracy) if one.rows else _NONE))))
    return Table(message("page-bins"), ((message("page-bin"), "header"), *(
        (name, "number") for arm in task.arms
        for name in (message("page-predictions", arm=arm.name), message("page-right", arm=arm.name)))),
        tuple(rows), task.metrics.synthetic)


def _change_of_arms(task: TaskFacts) -> Table:
    """Mean headline metric of each arm before and after training, on test and on training rows."""
    metric = task.metrics.metric
    rows = []
    for arm in task.arms:
        before = fmean(run.cell.before["test"][metric] for run in arm.trained)
        known = train_scores(arm)
        rows.append((arm.name, score(before), score(arm.mean(metric)), *map(score, known or ())))
    known_of_all = all(len(row) > 3 for row in rows)
    columns = [message("page-test-before"), message("page-test-after"),
               *([message("page-train-before"), message("page-train-after")] if known_of_all else [])]
    return Table(message("page-change-caption", metric=metric_name(metric)), (
        (message("page-arm"), "header"), *((name, "number") for name in columns)),
        tuple(row[:len(columns) + 1] for row in rows), task.metrics.synthetic)


def _widest_gap(task: TaskFacts) -> Iterator[Message]:
    """The class on which the first arm and its rival differ most by F1."""
    arm = task.arms[0]
    rival = next(one for one in task.arms if one.key == rivals_of(arm.key)[0])
    of_arm, of_rival = (_f1(one) for one in (arm, rival))
    if len(of_arm) > 1 and of_arm.keys() == of_rival.keys():
        label = max(of_arm, key=lambda name: abs(of_arm[name] - of_rival[name]))
        yield message("page-widest-gap", label=label, first=of_arm[label], second=of_rival[label],
                      arm=arm.name, rival=rival.name)


def _f1(arm: Arm) -> dict[str, float]:
    runs = [run.cell.details["after"]["test"].per_class for run in arm.trained]
    return {label: fmean(run[label]["f1"] for run in runs) for label in runs[0]}


def _errors(task: TaskFacts) -> Table:
    return Table(
        "Errors in entities on test, all seeds together",
        (("Arm", "header"), *((text, "number") for text in ERRORS.values())),
        tuple((arm.label, *(count(sum(details.errors[error] for details in arm.on_test)) for error in ERRORS))
              for arm in task.arms),
        task.metrics.synthetic)


def _paired_tests(task: TaskFacts) -> Table:
    compared = task.metrics.comparisons
    tests = [test for arm in task.arms if arm.key in compared for test in compared[arm.key].runs]
    names = " and ".join(dict.fromkeys(TESTS[test.test] for test in tests))
    return Table(
        f"Single runs against each other on the same rows of test, by {names}; seeds play no part",
        (("Run", "header"), ("Against", "header"), ("Difference", "number"), ("p", "number")),
        tuple((test.first, test.second, points(test.difference, "+"), p_value(test.p_value)) for test in tests),
        task.metrics.synthetic)


def _card_facts(task: TaskFacts) -> Iterator[tuple[str, str]]:
    card = task.card
    yield "Source", SOURCES.get(card.source, card.source)
    if card.homepage:
        yield "Homepage", card.homepage
        yield "Licence", card.licence
    if any(card.read_as.values()):
        yield "Read as", "\n".join(f"{card.splits.get(split, split)}: {'; '.join(parts)}"
                                   for split, parts in card.read_as.items() if parts)
    yield "Test rows whose text is known from train or validation", share(card.train_test_overlap, card.kept["test"])
    yield "Texts of train and validation with contradictory labels", count(card.conflicting_labels)


def _file(name: str, file: SourceFile) -> str:
    return f"{name}, {count(file.bytes)} bytes, SHA-256 {file.sha256[:12]}…"


def _rows(task: TaskFacts) -> Table:
    card = task.card
    rows = []
    for split, kept in card.kept.items():
        dropped = card.dropped.get(split, {})
        reasons = ", ".join(f"{count(number)} {reason}" for reason, number in dropped.items())
        read = count(card.rows_read[split]) if split in card.rows_read else "carved from train"
        known = "\n".join(f"{split_name(earlier)} {share(number, kept)}"
                          for earlier, number in card.overlaps.get(split, {}).items())
        rows.append((split_name(split), read, count(kept), count(sum(dropped.values())), reasons,
                     share(card.duplicates[split], kept), known or _NONE))
    return Table(
        "Rows", (("Split", "header"), ("Read", "number"), ("Kept", "number"), ("Dropped", "number"), ("Why", "text"),
                 ("Repeat an earlier row", "number"), ("Repeat a row of", "text")),
        tuple(rows), task.metrics.synthetic)


def _labels(task: TaskFacts) -> Table:
    counts = task.card.labels
    totals = {split: sum(labels.values()) for split, labels in counts.items()}
    words = task.metrics.kind == "words"
    return Table(
        "Entities by type" if words else "Rows by label",
        (("Type" if words else "Label", "label"), *((split_name(split), "number") for split in counts)),
        tuple((label, *(share(counts[split].get(label, 0), total) for split, total in totals.items()))
              for label in task.metrics.labels),
        task.metrics.synthetic)


def _encoding(task: TaskFacts) -> Table:
    encoding, card = task.encoding, task.card
    unit = "Words" if task.metrics.kind == "words" else "Characters"
    return Table(
        f"Tokens: at most {count(encoding.max_length)} an input, vocabulary of {count(encoding.vocabulary)}; "
        "lengths as median / 90 % / 99 % / longest",
        (("Split", "header"), (unit, "number"), ("Tokens", "number"), ("Tokens in all", "number"),
         ("Rows cut short", "number"), ("Unknown tokens", "number"), ("Sentences split", "number")),
        tuple((split_name(split), _lengths(card.lengths[split]), _lengths(facts.lengths), count(facts.tokens),
               share(facts.truncated_rows, facts.rows), share(facts.unknown_tokens, facts.tokens),
               count(facts.split_sentences))
              for split, facts in encoding.splits.items()),
        task.metrics.synthetic)


def _lengths(percentiles: dict[str, int]) -> str:
    return " / ".join(map(count, percentiles.values()))
