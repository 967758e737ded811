"""What the report says, in its order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean

from stages.reporting.aggregate import aggregate_sentences, data_of, gain, share
from stages.reporting.charts import all_charts
from stages.reporting.data import data_part
from stages.reporting.document import Part, Report, Section, Table
from stages.reporting.first_screen import answer, cards, meaning, ribbon, sources, verdict_in_words
from stages.reporting.questions import Questions, questions
from stages.reporting.score_tables import calibration_tables, change_of_arms, class_tables, pair_columns, score_tables
from stages.reporting.settings import adaptation_fact, settings_part, versions_part
from stages.reporting.svg import Chart
from stages.reporting.verdicts import (
    baseline_remarks,
    caveats,
    decomposition,
    delivered_note,
    handed_over,
    overall_verdict,
    search_remarks,
    token_accuracy_note,
    verdicts,
)
from stages.results.arm_words import arm_names, words_of
from stages.results.findings import finding_rows
from stages.results.tasks import Arm, TaskFacts, seeds_of_means
from stages.results.verdicts import Aggregate
from stages.settings.arms import arm_of_key, rivals_of
from stages.wording.message import Message, Wording, lines, listed, message
from stages.wording.names import baseline_name, metric_name, rows_name, split_name

_GAP = 0.01  # of F1, below which a difference is not worth a sentence


def compose(tasks: Sequence[TaskFacts], parts: Mapping[str, tuple[Part, ...]], labels: Iterable[Message],
            aggregates: Sequence[Aggregate] = ()) -> Report:
    """Arrange the facts of all tasks as a report; ``parts`` has further ones by task."""
    charts = all_charts(tasks)
    arms = arm_names(list(dict.fromkeys(arm.key for task in tasks for arm in task.arms)))
    further = (chart for of_task in parts.values() for part in of_task for chart in part.charts)
    return Report(
        banner=ribbon(tasks), answer=tuple(answer(tasks)), differences=charts["differences"],
        cards=tuple(cards(tasks)), sources=sources(tasks), overall=overall_verdict(tasks), summary=_summary(tasks),
        labels=tuple(labels), together=tuple(aggregate_sentences(aggregates, arms)),
        aggregates=_aggregates(aggregates, arms, tasks),
        sections=tuple(_section(task, charts, parts[task.metrics.task]) for task in tasks),
        charts=(*charts.values(), *further))


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
         (message("column-difference"), "number"), (message("column-p-holm"), "number"), *pair_columns(),
         (message("column-metric"), "text"), (message("column-baselines"), "text")),
        tuple(row for task in tasks for row in _summary_rows(task, task.metrics.synthetic and not all_synthetic)),
        all_synthetic)


def _summary_rows(task: TaskFacts, marked: bool) -> Iterator[tuple[Wording, ...]]:
    facts = task.metrics
    baselines = lines(message("scored-baseline", baseline=baseline_name(name), score=metrics[facts.metric])
                      for name, metrics in facts.baselines.items())
    for key, compared in task.comparisons.items():
        arm, rival, title = task.arm(key), task.arm(rivals_of(key)[0]), task.title
        if len(task.comparisons) > 1:
            title = message("page-named", task=title, arm=arm.name)
        yield (message("synthetic-task", task=title) if marked else title,
               verdict_in_words(compared),
               message("difference-over-interval", difference=compared.difference, low=compared.low,
                       high=compared.high),
               message("p-over-corrected", p=compared.p_value, corrected=compared.p_value_holm) if compared.recipe
               else message("p-of-these-runs", p=compared.p_value),
               _mean(arm, facts.metric), _mean(rival, facts.metric), metric_name(facts.metric), baselines)


def _mean(arm: Arm, metric: str) -> Message:
    return message("mean-of-seeds", mean=arm.mean(metric), each=tuple(
        message("failed-score" if run.cell.failed else "score", value=value)
        for run, value in zip(arm.runs, arm.scores(metric), strict=True)))


def _section(task: TaskFacts, charts: dict[str, Chart], parts: tuple[Part, ...]) -> Section:
    facts, asked = task.metrics, questions(task)
    return Section(
        name=facts.task, title=task.title, short_title=task.short_title, synthetic=facts.synthetic,
        meaning=tuple(meaning(task)), verdicts=tuple(verdicts(task)),
        charts=(charts[f"{facts.task}-loss"], charts[f"{facts.task}-score"]), losses=asked.losses,
        change=change_of_arms(task), differs=(*_agreement(task), *_widest_gap(task)), findings=_findings(task),
        severities=tuple(finding.severity for finding in task.findings),
        remarks=(*decomposition(task), *handed_over(task), *baseline_remarks(task), *search_remarks(task),
                 *caveats(task)),
        parts=tuple(_parts(task, charts, parts, asked)))


def _parts(task: TaskFacts, charts: dict[str, Chart], parts: tuple[Part, ...], asked: Questions) -> Iterator[Part]:
    """The details of a section."""
    yield Part(message("page-about"), key="about", facts=(
        *((one.question, one.answer) for one in (asked.task, asked.design, asked.checkpoint)), *_facts(task)))
    yield Part(message("page-scores"), key="scores", tables=score_tables(task),
               sentences=tuple(filter(None, (token_accuracy_note(task), delivered_note(task)))))
    yield Part(message("page-classes"), key="classes", tables=class_tables(task))
    yield Part(message("page-calibration"), key="calibration", charts=(charts[f"{task.metrics.task}-reliability"],),
               tables=calibration_tables(task))
    yield from parts
    yield data_part(task)
    yield settings_part(task, asked.cost)
    yield versions_part(task)


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
    if of_recipes := {key: compared for key, compared in task.comparisons.items() if compared.recipe}:
        yield message("fact-detectable"), lines(
            message("fact-points", points=compared.detectable, arm=task.arm(key).name,
                    rival=words_of(arm_of_key(compared.arms[1]).name).name, comparisons=compared.family)
            for key, compared in of_recipes.items())
    sizes = {(run.cell.parameters, run.cell.trainable_parameters): arm for arm in task.arms for run in arm.runs}
    parameters = [message("parameters-all", total=total) if total == trained else
                  message("parameters-some", total=total, trained=trained) for total, trained in sizes]
    yield message("fact-parameters"), parameters[0] if len(sizes) == 1 else lines(
        message("parameters-of-arm", parameters=number, arm=arm.name)
        for number, arm in zip(parameters, sizes.values(), strict=True))
    for key, card in task.adaptations.items():
        yield message(f"weights-{arm_of_key(key).further}"), adaptation_fact(card, own_text=arm_of_key(key).own_text)
    yield message("fact-used", rows=rows_name(facts.kind)), listed(
        message("number-of-split", split=split_name(split), number=rows) for split, rows in facts.rows.items())


def _agreement(task: TaskFacts) -> Iterator[Message]:
    """On how many rows of test the first arm and its rival are right."""
    key, rival = next(iter(task.metrics.comparisons)), rivals_of(task.arms[0].key)[0]
    if found := task.metrics.comparisons[key].agreement:
        both, first, second, total = map(round, (found.both, found.first, found.second, task.metrics.rows["test"]))
        yield message("page-agreement", total=total, rows=rows_name(task.metrics.kind), both=both, first=first,
                      second=second, neither=max(0, total - both - first - second), kind=task.metrics.kind,
                      arm=task.arm(key).name, rival=task.arm(rival).name)


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
