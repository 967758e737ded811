"""What the report says, whatever it is written in: sections of sentences, facts, tables and charts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Literal

from stages.reporting.aggregate import aggregate_sentences, data_of, gain, share
from stages.reporting.charts import all_charts, pooled_reliability
from stages.reporting.delivered import delivered_note
from stages.reporting.first_screen import Card, answer, cards, meaning, ribbon, sources, verdict_in_words
from stages.reporting.questions import Questions, questions, train_scores
from stages.reporting.read_cards import drop_reason, read_as
from stages.reporting.svg import Chart
from stages.reporting.texts import count, p_value, points, score
from stages.reporting.verdicts import (
    baseline_remarks,
    caveats,
    decomposition,
    handed_over,
    numeric_settings,
    overall_verdict,
    search_remarks,
    token_accuracy_note,
    verdicts,
    with_interval,
)
from stages.results.arm_words import arm_names, words_of
from stages.results.cards import AdaptationCard, SourceFile
from stages.results.findings import about_cell, finding_rows
from stages.results.metrics import SPLITS, TEST, shown
from stages.results.tasks import Arm, Run, TaskFacts, seeds_of_means
from stages.results.verdicts import Aggregate
from stages.settings.arms import REFERENCE, TUNED, arm_of_key, rivals_of
from stages.wording.message import Message, Wording, lines, listed, message
from stages.wording.names import (
    baseline_name,
    metric_name,
    outcome_name,
    rows_name,
    source_name,
    split_name,
)

_NONE = "–"
_NO_LIMIT = ("train_size", "batch_tokens", "patience", "stop_at_train_score")  # settings whose 0 sets no limit
_GAP = 0.01  # of F1, below which a difference is not worth a sentence
_ENTITY_ERRORS = ("type", "boundary", "type_and_boundary", "spurious", "missed")
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

    ``meaning`` is in plain words, ``verdicts`` are (verdict, sentence), ``severities`` those of the
    findings, ``remarks`` qualify the verdicts, ``parts``
    hold the details.
    """

    name: str
    title: Wording
    short_title: Wording
    synthetic: bool
    meaning: tuple[Wording, ...]
    verdicts: tuple[tuple[str, Wording], ...]
    charts: tuple[Chart, ...]
    losses: Wording
    change: Table
    differs: tuple[Wording, ...]
    findings: Table | None
    severities: tuple[str, ...]
    remarks: tuple[Wording, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Report:
    """The whole report.

    ``banner`` is None where no task is synthetic; ``answer`` says in a sentence or two what came out, ``labels`` what
    pre-training is worth in labels, ``together`` what arms gain over several tasks, with a table where there are such.
    """

    banner: Message | None
    answer: tuple[Wording, ...]
    differences: Chart
    cards: tuple[Card, ...]
    sources: Wording
    overall: Wording
    summary: Table
    labels: tuple[Wording, ...]
    together: tuple[Wording, ...]
    aggregates: Table | None
    sections: tuple[Section, ...]
    charts: tuple[Chart, ...]


def compose(tasks: Sequence[TaskFacts], parts: Mapping[str, tuple[Part, ...]], labels: Iterable[Message],
            aggregates: Sequence[Aggregate] = ()) -> Report:
    """Arrange the facts of all tasks as a report; ``parts`` has further ones by task."""
    charts = all_charts(tasks)
    arms = arm_names(list(dict.fromkeys(arm.key for task in tasks for arm in task.arms)))
    further = (chart for of_task in parts.values() for part in of_task for chart in part.charts)
    return Report(
        ribbon(tasks), tuple(answer(tasks)), charts["differences"], tuple(cards(tasks)), sources(tasks),
        overall_verdict(tasks), _summary(tasks), tuple(labels),
        tuple(aggregate_sentences(aggregates, arms)), _aggregates(aggregates, arms, tasks),
        tuple(_section(task, charts, parts[task.metrics.task]) for task in tasks),
        (*charts.values(), *further))


def _aggregates(
    aggregates: Sequence[Aggregate], arms: Mapping[str, Wording], tasks: Sequence[TaskFacts]
) -> Table | None:
    """A row per arm and kind of data; None where the sentence says it all."""
    if len(aggregates) < 2:
        return None
    titles = {task.metrics.task: task.short_title for task in tasks}
    return Table(
        message("caption-aggregates"),
        ((message("column-arm"), "header"), (message("column-data"), "text"), (message("column-tasks"), "text"),
         (message("column-interquartile"), "number"), (message("column-improvement"), "number")),
        tuple((message("capitalized", text=arms[one.arm]), data_of(one),
               listed(titles[task] for task in one.tasks), gain(one.improvement), share(one.probability))
              for one in aggregates),
        all(one.synthetic for one in aggregates))


def _summary(tasks: Sequence[TaskFacts]) -> Table:
    # A mark on the table speaks for all of its rows.
    all_synthetic = all(task.metrics.synthetic for task in tasks)
    return Table(
        message("caption-summary", seeds=seeds_of_means(*tasks)),
        # The answer first: a phone shows two columns.
        ((message("page-task"), "header"), (message("page-verdict"), "verdict"),
         (message("column-difference"), "number"), (message("column-p-holm"), "number"), *_pair_columns(),
         (message("column-metric"), "text"), (message("column-baselines"), "text")),
        tuple(row for task in tasks for row in _summary_rows(task, task.metrics.synthetic and not all_synthetic)),
        all_synthetic)


def _pair_columns() -> tuple[tuple[Wording, Kind], ...]:
    return tuple((message("capitalized", text=words_of(arm).name), "number") for arm in (TUNED.name, REFERENCE))


def _summary_rows(task: TaskFacts, marked: bool) -> Iterator[tuple[Wording, ...]]:
    facts = task.metrics
    baselines = lines(message("scored-baseline", baseline=baseline_name(name), score=metrics[facts.metric])
                      for name, metrics in facts.baselines.items())
    arms = {arm.key: arm for arm in task.arms}
    for label, compared in task.comparisons.items():
        arm = task.arm(label)
        rival, title = arms[rivals_of(arm.key)[0]], task.title
        if len(task.comparisons) > 1:
            title = message("page-named", task=title, arm=arm.name)
        yield (message("synthetic-task", task=title) if marked else title,
               verdict_in_words(compared),
               message("difference-over-interval", difference=compared.difference, low=compared.low,
                       high=compared.high),
               message("p-over-corrected", p=compared.p_value, corrected=compared.p_value_holm),
               _mean(arm, facts.metric), _mean(rival, facts.metric), metric_name(facts.metric), baselines)


def _mean(arm: Arm, metric: str) -> Message:
    return message("mean-of-seeds", mean=arm.mean(metric), each=tuple(
        message("failed-score" if run.cell.failed else "score", value=value)
        for run, value in zip(arm.runs, arm.scores(metric), strict=True)))


def _section(task: TaskFacts, charts: dict[str, Chart], parts: tuple[Part, ...]) -> Section:
    facts, asked = task.metrics, questions(task)
    return Section(
        facts.task, task.title, task.short_title, facts.synthetic, tuple(meaning(task)),
        tuple(verdicts(task)),
        (charts[f"{facts.task}-loss"], charts[f"{facts.task}-score"]), asked.losses.answer, _change_of_arms(task),
        (*_agreement(task), *_widest_gap(task)), _findings(task), tuple(finding.severity for finding in task.findings),
        (*decomposition(task), *handed_over(task), *baseline_remarks(task), *search_remarks(task), *caveats(task)),
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
               tables=(_temperatures(task), _bins(task)))
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
        message("caption-findings"),
        ((message("column-severity"), "header"), (message("column-finding"), "header"),
         (message("column-about"), "header"), (message("column-evidence"), "text"), (message("column-reason"), "text"),
         (message("column-remedy"), "text")),
        tuple(finding_rows(task.findings, {arm.key: arm.name for arm in task.arms})), task.metrics.synthetic,
    ) if task.findings else None


def _facts(task: TaskFacts) -> Iterator[tuple[Wording, Wording]]:
    facts = task.metrics
    yield message("page-task"), message("fact-task", name=facts.task, kind=message(f"kind-{facts.kind}"),
                                        language=facts.language)
    yield message("fact-types") if facts.kind == "words" else message("fact-labels"), ", ".join(facts.labels)
    yield message("fact-metric"), metric_name(facts.metric)
    if facts.test_groups:
        yield message("fact-independent"), message("fact-groups", number=facts.test_groups, kind=facts.kind)
    yield message("fact-detectable"), lines(
        message("fact-points", points=compared.detectable, arm=task.arm(label).name,
                rival=words_of(arm_of_key(compared.arms[1]).name).name, comparisons=compared.family)
        for label, compared in task.comparisons.items())
    sizes = {(run.cell.parameters, run.cell.trainable_parameters): arm for arm in task.arms for run in arm.runs}
    parameters = [message("parameters-all", total=total) if total == trained else
                  message("parameters-some", total=total, trained=trained) for total, trained in sizes]
    yield message("fact-parameters"), parameters[0] if len(sizes) == 1 else lines(
        message("parameters-of-arm", parameters=number, arm=arm.name)
        for number, arm in zip(parameters, sizes.values(), strict=True))
    for key, card in task.adaptations.items():
        yield message(f"weights-{arm_of_key(key).further}"), _adaptation(card, own_text=arm_of_key(key).own_text)
    yield message("fact-used", rows=rows_name(facts.kind)), listed(
        message("number-of-split", split=split_name(split), number=rows) for split, rows in facts.rows.items())


def _adaptation(card: AdaptationCard, *, own_text: bool) -> Message:
    place = message("adaptation-file", text=card.text) if card.text else message("adaptation-training-texts")
    learned = message(
        "adaptation", number=card.texts, place=place, left=card.left_out,
        objective=str(card.settings.get("objective", "mlm")),
        head="random" if own_text else "new" if card.new_head else "own",
        tokens=card.tokens, losses=tuple(message("score", value=fmean(losses)) for losses in card.ends))
    return lines((learned, listed(_with_value(name, value) for name, value in card.settings.items())))


def _versions(task: TaskFacts) -> Iterator[tuple[Wording, Wording]]:
    yield message("fact-checkpoint"), lines([task.metrics.checkpoint, *(
        _with_value(name, value) for name, value in task.encoding.origin.items() if name in ORIGIN)])
    yield message("fact-computed"), lines(
        listed(_with_value(name, value) for name, value in one) for one in numeric_settings(task))
    card = task.card
    if card.homepage:
        yield message("fact-pinned"), lines(_file(pin.url, pin) for pin in card.pins)
    yield message("fact-files"), lines(_file(name, file) for name, file in card.files.items())


def _with_value(name: str, value: object) -> Message:
    return message("setting-with-value", setting=message("name-of-setting", name=name), value=_setting(name, value))


def _of_run(run: Run) -> dict[str, Any]:
    return run.cell.settings | {f"recipe_{name}": value for name, value in run.cell.recipe.items()}


def _settings(task: TaskFacts, differing: bool) -> Table | None:
    """What the arms are trained by, or what of it differs between them; None where nothing does."""
    found = [[_of_run(run) for run in arm.runs] for arm in task.arms]
    names = dict.fromkeys(name for runs in found for run in runs for name in run)
    rows: list[tuple[Wording, ...]] = []
    for name in names:
        values = [listed(dict.fromkeys(_setting(name, run.get(name)) for run in runs)) for runs in found]
        if not differing or len(set(values)) > 1:
            rows.append((message("name-of-setting", name=name), *values))
    return Table(
        message("page-settings-differ") if differing else message("page-all-settings"),
        ((message("page-setting"), "header"),
         *((message("capitalized", text=arm.name), "number") for arm in task.arms)),
        tuple(rows), task.metrics.synthetic) if rows else None


def _setting(name: str, value: Any) -> Wording:
    if name in _NO_LIMIT and value == 0:
        return message("setting-unset", name=name)
    return _NONE if value is None else message("value-of-setting", value=str(value))


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
                         interval if split == "test" else _NONE, found))
    any_found = any(row[-1] for row in rows)
    return Table(
        message("caption-scores", metric=metric_name(task.metrics.metric)),
        ((message("column-arm"), "header"), (message("column-seed"), "header"), (message("column-split"), "header"),
         *((metric_name(name), "number") for name in names), (message("column-interval"), "number"),
         *([(message("column-found"), "text")] if any_found else [])),
        tuple((*row[:-1], *([row[-1] or _NONE] if any_found else [])) for row in rows), task.metrics.synthetic)


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
    several = len(task.comparisons) > 1
    rows: list[tuple[Wording, ...]] = []
    for part in facts.slices:
        for tuning, compared in part.comparisons.items():
            rows.append((split_name(part.split), part.genre or message("all-genres"),
                         *((task.arm(task.labels[tuning]).name,) if several else ()), count(part.rows),
                         score(compared.first), score(compared.second),
                         with_interval(compared, part.rows),
                         points(compared.detectable)))
    tuned_column: tuple[tuple[Wording, Kind], ...] = ((message("column-arm"), "header"),) if several else ()
    return Table(
        message("caption-slices", metric=metric_name(facts.metric), seeds=seeds_of_means(task)),
        ((message("column-test-set"), "header"), (message("column-genre"), "header"), *tuned_column,
         (message("column-rows"), "number"), *_pair_columns(), (message("column-difference"), "number"),
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
                fits="each" if task.leaves_runs_out and task.metrics.draws > 1 else "one"),
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
        ((message("column-arm"), "header"), (_class_column(task), "label"), (message("column-precision"), "number"),
         (message("column-recall"), "number"), ("F1", "number"), (message("column-support"), "number")),
        tuple(rows), task.metrics.synthetic)


def _class_column(task: TaskFacts) -> Message:
    return message("column-type") if task.metrics.kind == "words" else message("column-label")


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
    return Table(message("page-bins", seeds=seeds_of_means(task)), ((message("page-bin"), "header"), *(
        (name, "number") for arm in task.arms
        for name in (message("page-predictions", arm=arm.name), message("page-right", arm=arm.name)))),
        tuple(rows), task.metrics.synthetic)


def _temperatures(task: TaskFacts) -> Table:
    """Loss and calibration error on test of every run, before and after temperature scaling."""
    rows: list[tuple[Wording, ...]] = []
    for arm, run in _each_run(task):
        before, scaled = run.cell.after["test"], run.cell.temperature_scaling
        rows.append((arm.name, str(run.cell.seed), score(scaled.temperature) if scaled else _NONE,
                     *(_change(before[name], getattr(scaled, name)) if scaled else score(before[name])
                       for name in ("loss", "calibration_error"))))
    return Table(
        message("caption-temperatures", dashes="some" if any(row[2] == _NONE for row in rows) else "none"),
        ((message("column-arm"), "header"), (message("column-seed"), "header"),
         (message("column-temperature"), "number"), (metric_name("loss"), "number"),
         (metric_name("calibration_error"), "number")),
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
    return Table(message("page-change-caption", metric=metric_name(metric), seeds=seeds_of_means(task)), (
        (message("column-arm"), "header"), *((name, "number") for name in columns)),
        tuple(row[:len(columns) + 1] for row in rows), task.metrics.synthetic)


def _agreement(task: TaskFacts) -> Iterator[Message]:
    """On how many rows of test the first arm and its rival are right."""
    key, rival = next(iter(task.metrics.comparisons)), rivals_of(task.arms[0].key)[0]
    found, names = task.metrics.comparisons[key].agreement, {arm.key: arm.name for arm in task.arms}
    if found:
        both, first, second, total = map(round, (found.both, found.first, found.second, task.metrics.rows["test"]))
        yield message("page-agreement", total=total, rows=rows_name(task.metrics.kind), both=both, first=first,
                      second=second, neither=total - both - first - second, kind=task.metrics.kind,
                      arm=names[key], rival=names[rival])


def _widest_gap(task: TaskFacts) -> Iterator[Message]:
    """The class on which the first arm and its rival differ most by F1, and the one most so the other way round."""
    arm = task.arms[0]
    rival = next(one for one in task.arms if one.key == rivals_of(arm.key)[0])
    of_arm, of_rival = (_f1(one) for one in (arm, rival))
    if len(of_arm) > 1 and of_arm.keys() == of_rival.keys():
        gaps = {label: of_arm[label] - of_rival[label] for label in of_arm}
        widest = max(gaps, key=lambda label: abs(gaps[label]))
        yield message("page-widest-gap", label=widest, first=of_arm[widest], second=of_rival[widest],
                      arm=arm.name, rival=rival.name)
        reverse = min(gaps, key=lambda label: gaps[label] * gaps[widest])
        if gaps[reverse] * gaps[widest] < 0 and abs(gaps[reverse]) >= _GAP:
            yield message("page-reverse-gap", label=reverse, first=of_arm[reverse], second=of_rival[reverse],
                          arm=arm.name, rival=rival.name, better=(arm if gaps[reverse] > 0 else rival).name)


def _f1(arm: Arm) -> dict[str, float]:
    runs = [run.cell.details["after"]["test"].per_class for run in arm.trained]
    return {label: fmean(run[label]["f1"] for run in runs) for label in runs[0]}


def _errors(task: TaskFacts) -> Table:
    errors: list[tuple[Wording, Kind]] = [(message(f"entity-error-{error}"), "number") for error in _ENTITY_ERRORS]
    return Table(
        message("caption-entity-errors", seeds=seeds_of_means(task)), ((message("column-arm"), "header"), *errors),
        tuple((arm.name, *(count(sum(details.errors[error] for details in arm.on_test)) for error in _ENTITY_ERRORS))
              for arm in task.arms),
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


def _card_facts(task: TaskFacts) -> Iterator[tuple[Wording, Wording]]:
    card = task.card
    yield message("fact-source"), source_name(card.source)
    if card.homepage:
        yield message("fact-homepage"), card.homepage
        yield message("fact-licence"), card.licence
    if any(card.read_as.values()):
        yield message("fact-read-as"), lines(
            message("read-as-of", place=card.splits.get(split) or split_name(split), parts=tuple(map(read_as, parts)))
            for split, parts in card.read_as.items() if parts)
    yield message("fact-known-rows"), _share(card.train_test_overlap, card.kept["test"])
    yield message("fact-contradictory"), count(card.conflicting_labels)


def _share(part: int, whole: int) -> Message:
    return message("share", number=part, share=part / whole) if whole else message("count", number=part)


def _file(name: str, file: SourceFile) -> Message:
    return message("file-facts", name=name, bytes=file.bytes, digest=file.sha256[:12])


def _rows(task: TaskFacts) -> Table:
    card = task.card
    rows: list[tuple[Wording, ...]] = []
    for split, kept in card.kept.items():
        dropped = card.dropped.get(split, {})
        reasons = listed(message("dropped-rows", number=number, reason=drop_reason(reason))
                         for reason, number in dropped.items())
        read = count(card.rows_read[split]) if split in card.rows_read else message("carved-from-training")
        known = lines(message("repeats-of", split=split_name(earlier), share=_share(number, kept))
                      for earlier, number in card.overlaps.get(split, {}).items())
        rows.append((split_name(split), read, count(kept), count(sum(dropped.values())), reasons if dropped else "",
                     _share(card.duplicates[split], kept), known if card.overlaps.get(split) else _NONE))
    return Table(
        message("caption-rows"),
        ((message("column-split"), "header"), (message("column-read"), "number"), (message("column-kept"), "number"),
         (message("column-dropped"), "number"), (message("column-why"), "text"),
         (message("column-repeats"), "number"), (message("column-repeats-of-split"), "text")),
        tuple(rows), task.metrics.synthetic)


def _labels(task: TaskFacts) -> Table:
    counts = task.card.labels
    totals = {split: sum(labels.values()) for split, labels in counts.items()}
    return Table(
        message("caption-entities-by-type") if task.metrics.kind == "words" else message("caption-rows-by-label"),
        ((_class_column(task), "label"), *((split_name(split), "number") for split in counts)),
        tuple((label, *(_share(counts[split].get(label, 0), total) for split, total in totals.items()))
              for label in task.metrics.labels),
        task.metrics.synthetic)


def _encoding(task: TaskFacts) -> Table:
    encoding, card = task.encoding, task.card
    unit = message("column-words") if task.metrics.kind == "words" else message("column-characters")
    return Table(
        message("caption-tokens", most=encoding.max_length, vocabulary=encoding.vocabulary),
        ((message("column-split"), "header"), (unit, "number"), (message("column-tokens"), "number"),
         (message("column-all-tokens"), "number"), (message("column-truncated"), "number"),
         (message("column-unknown-tokens"), "number"), (message("column-split-sentences"), "number")),
        tuple((split_name(split), _lengths(card.lengths[split]), _lengths(facts.lengths), count(facts.tokens),
               _share(facts.truncated_rows, facts.rows), _share(facts.unknown_tokens, facts.tokens),
               count(facts.split_sentences))
              for split, facts in encoding.splits.items()),
        task.metrics.synthetic)


def _lengths(percentiles: dict[str, int]) -> str:
    return " / ".join(map(count, percentiles.values()))
