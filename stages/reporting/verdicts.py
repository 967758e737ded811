"""Sentences that follow from the numbers."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from stages.judging.verdicts import LEVEL
from stages.reporting.texts import (
    BASELINES,
    METRICS,
    ROWS,
    numbered,
    p_value,
    points,
    points_at_least,
    score,
    with_interval,
)
from stages.results.arm_words import words_of
from stages.results.task_metrics import FailedRuns, Judged
from stages.results.tasks import Arm, TaskFacts
from stages.settings.arms import ARMS, FULL_TUNING, arm_of_key

ENOUGH_SEEDS = 5


def verdict_sentence(task: TaskFacts, arm: str) -> str:
    """What pre-training was worth, with its evidence; ``arm`` is the label of one that is compared."""
    comparison = task.comparisons[arm]
    opening = _opening(task, _treatment(task, arm), comparison)
    rival = words_of(arm_of_key(task.arm(arm).key).against[0])
    evidence = _evidence(task, comparison, comparison.first, comparison.second, rival.as_rival[0])
    return " ".join((f"{opening}: {evidence}.{_doubts(comparison)}",
                     *further_sentences(task, comparison, (arm, rival.label[0]))))


def overall_sentence(tasks: Sequence[TaskFacts]) -> str:
    """How many comparisons with scratch came out how."""
    counts = Counter(compared.verdict for task in tasks for compared in task.comparisons.values())
    return (f"Of {numbered(counts.total(), 'comparison')} with scratch, pre-training helps in {counts['helps']:,} and "
            f"hurts in {counts['hurts']:,}; in {counts['cannot_tell']:,} it cannot be told.")


def further_verdict_sentence(task: TaskFacts, arm: str) -> str:
    """What an arm was worth against the second one with which it is compared; ``arm`` is its label."""
    compared, found = task.further[arm], arm_of_key(task.arm(arm).key)
    opening = _opening(task, words_of(found.name).further[0], compared)
    rival = words_of(found.against[1])
    evidence = _evidence(task, compared, compared.first, compared.second, rival.as_rival[0])
    return " ".join((f"{opening}: {evidence}.{_doubts(compared)}",
                     *further_sentences(task, compared, (arm, rival.label[0]))))


def further_sentences(task: TaskFacts, compared: Judged, arms: tuple[str, str]) -> Iterator[str]:
    """Which runs failed, what holds for these runs, and what would settle an open question."""
    if compared.failed:
        counts = (compared.failed.first, compared.failed.second)
        yield from (_failed_runs(arm, count) for arm, count in zip(arms, counts, strict=True) if count.count)
    these = compared.these_runs
    if these and these.gap is not None and these.gap_p_value is not None and len(task.arms[0].runs) > 1:
        better, worse = arms if these.gap > 0 else arms[::-1]
        noise = "" if these.gap_p_value < LEVEL else ", which may be test noise"
        least = points_at_least(abs(these.gap))
        yield (f"In these runs, every {better} run beats every {worse} run by at least {least} points on the same test "
               f"{ROWS[task.metrics.kind]}{noise} ({_p(these.gap_p_value)}).")
    if compared.verdict == "cannot_tell" and not compared.withheld and compared.to_settle is not None:
        yield _to_settle(task, compared.to_settle, compared.recipe)


def _failed_runs(arm: str, failed: FailedRuns) -> str:
    if failed.count == failed.runs:
        return f"All {numbered(failed.runs, f'{arm} run')} failed to train, so the difference is from runs at chance."
    return (f"{failed.count} of {numbered(failed.runs, f'{arm} run')} failed to train (95 % interval of the rate: "
            f"{100 * failed.low:.0f} to {100 * failed.high:.0f} %); the difference is between runs that trained.")


def _to_settle(task: TaskFacts, needed: Mapping[str, int], recipe: bool) -> str:
    if "seeds" not in needed:
        return "The difference is so small against its error that more seeds and test rows would hardly settle it."
    command = f"dvc exp run -S 'seeds={seeds_to_run(task, needed)}'"
    if not recipe:
        return f"Further seeds are needed to say anything about the recipe ({command})."
    rows = (f" and {needed['rows']:,} test {ROWS[task.metrics.kind]}") if "rows" in needed else ""
    return f"About {needed['seeds']} seeds{rows} would find a difference as large as this one ({command})."


def seeds_to_run(task: TaskFacts, needed: Mapping[str, int]) -> str:
    """The seeds that there are and as many further ones as are needed, as a list of params.yaml."""
    seeds = [run.cell.seed for run in task.arms[0].runs]
    while len(seeds) < needed["seeds"]:
        seeds.append(max(seeds) + 1)
    return f"[{','.join(map(str, seeds))}]"


def _p(value: float) -> str:
    shown = p_value(value)
    return f"p {shown}" if shown.startswith("<") else f"p = {shown}"


def _doubts(compared: Judged) -> str:
    if compared.withheld:
        return f" The numbers are not to be trusted: {compared.withheld}."
    return f" The losing arm might gain from a larger budget: {compared.qualified}." if compared.qualified else ""


def _treatment(task: TaskFacts, arm: str) -> str:
    found = arm_of_key(task.arm(arm).key)
    words = words_of(found.name)
    alone = not found.tuned or arm == words.label[0] or len(task.comparisons) == 1
    return words.treatment[0] if alone else f"{words.treatment[0]} ({arm})"


def _opening(task: TaskFacts, treatment: str, compared: Judged) -> str:
    from_what = ("" if compared.recipe else " from one seed" if len(task.arms[0].runs) == 1
                 else " from one run that trained")
    return {
        "helps": f"{treatment} helps on {task.short_title}",
        "hurts": f"{treatment} hurts on {task.short_title}",
        "cannot_tell": (f"Cannot tell{from_what} whether {treatment[0].lower()}{treatment[1:]} helps on "
                        f"{task.short_title}"),
    }[compared.verdict] + (", at least for this budget" if compared.qualified else "")


def _evidence(task: TaskFacts, comparison: Judged, first: float, second: float, against: str) -> str:
    facts = task.metrics
    seeds = len(task.arms[0].runs)
    contains = " contains zero" if comparison.low <= 0 <= comparison.high else ""
    alone = "" if comparison.recipe else f" over test {ROWS[facts.kind]} alone"
    return (f"{METRICS[facts.metric]} {score(first)} against {score(second)} {against}, "
            f"{points(comparison.difference, '+')} points (95 % interval{alone} {points(comparison.low)} to "
            f"{points(comparison.high)}{contains}, {numbered(seeds, 'seed')} × {facts.rows['test']:,} test "
            f"{ROWS[facts.kind]}; {_significance(comparison)})")


def _significance(comparison: Judged) -> str:
    alone = _p(comparison.p_value)
    if not comparison.recipe:
        return f"{alone} for these runs"
    if comparison.family == 1:
        return alone
    return f"{alone}, {p_value(comparison.adjusted)} after Holm's correction for {comparison.family} comparisons"


def baseline_sentences(task: TaskFacts) -> list[str]:
    """How each arm stands to the baselines that need no transformer, by intervals over seeds and rows of test."""
    metric = task.metrics.metric
    baselines = {name: metrics[metric] for name, metrics in task.metrics.baselines.items()}
    sentences = [sentence for arm in task.arms for sentence in _not_beaten(arm, metric, baselines)]
    if sentences or not baselines:
        return sentences
    best = max(baselines, key=lambda name: baselines[name])
    every = "arm" if len(task.arms[0].runs) > 1 else "run"
    return [f"Every {every} beats every baseline; the best of them is “{BASELINES.get(best, best)}” "
            f"({score(baselines[best])})."]


def _not_beaten(arm: Arm, metric: str, baselines: dict[str, float]) -> Iterator[str]:
    """Nothing for an arm that beats all; else sentences that name the baselines that are better, or may be."""
    order = sorted(arm.against, key=lambda name: -baselines[name])
    better = [name for name in order if arm.against[name].high < 0]
    open_ = [name for name in order if arm.against[name].low <= 0 <= arm.against[name].high]
    model = "model" if len(arm.runs) > 1 else "run"
    for opening, names in ((f"The {arm.label} {model} loses to", better),
                           (f"It cannot be told whether the {arm.label} {model} is better than", open_)):
        if names:
            noun = "baseline" if len(names) == 1 else "baselines"
            told = " and ".join(_baseline(name, arm, baselines) for name in names)
            yield f"{opening} the {noun} {told}: its {METRICS[metric]} is {score(arm.mean(metric))}."


def _baseline(name: str, arm: Arm, baselines: dict[str, float]) -> str:
    compared = arm.against[name]
    return (f"“{BASELINES.get(name, name)}” ({score(baselines[name])}, "
            f"{with_interval(compared.difference, compared.low, compared.high)})")


def search_sentences(task: TaskFacts) -> list[str]:
    """How many tries each arm had, where the runs have the settings that won; nothing where they have others."""
    if task.search is None:
        return []
    searched = task.search.arms
    cells = [run.cell for arm in task.arms for run in arm.runs
             if run.cell.tuning == FULL_TUNING and run.cell.arm in searched]
    if ({cell.arm for cell in cells} != searched.keys()
            or any(cell.settings != searched[cell.arm].settings for cell in cells)):
        return []
    tries = (f"{len(searched[arm].tries)} for {words_of(arm).model or words_of(arm).label[0]}"
             + (f" ({searched[arm].failed} failed)" if searched[arm].failed else "")
             for arm in ARMS if arm in searched)
    return [f"A search chose what both arms are trained with, on validation alone, among as many tries: "
            f"{' and '.join(tries)}."]


def numeric_settings(task: TaskFacts) -> list[str]:
    """The numeric settings of the task's runs in words, in the order of the runs, each once."""
    return list(dict.fromkeys(
        ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in run.cell.numerics.items())
        for arm in task.arms for run in arm.runs))


def caveats(task: TaskFacts) -> list[str]:
    """What a reader has to know before believing the verdict, besides what the doctor finds."""
    sentences = []
    if task.metrics.synthetic:
        sentences.append("Most words of the sample's training rows come from a third of the words that its validation "
                         "and test rows use; the rest can be known from pre-training alone.")
    if task.metrics.synthetic_checkpoint and not task.metrics.synthetic:
        sentences.append(f"The checkpoint {task.metrics.checkpoint} was pre-trained on the synthetic sample text, so "
                         "this says nothing about a published encoder.")
    if task.adaptation and not task.adaptation.text and task.metrics.rows["train"] < task.card.kept["train"]:
        sentences.append(f"The encoder was adapted to the text of all {task.card.kept['train']:,} rows of train, "
                         f"though every arm learns from the labels of {task.metrics.rows['train']:,} alone.")
    if len(settings := numeric_settings(task)) > 1:
        sentences.append(f"The runs were computed in {len(settings)} different numeric settings (see “Computed with”), "
                         "so part of their differences may come from there; run the older ones again to be sure.")
    if 1 < len(task.arms[0].runs) < ENOUGH_SEEDS:
        sentences.append(f"The spread between seeds is estimated from {len(task.arms[0].runs)} runs an arm; "
                         f"{ENOUGH_SEEDS} or more would make the interval narrower and surer.")
    return sentences


def token_accuracy_note(task: TaskFacts) -> str:
    """Why token accuracy is not the headline of an entity task; "" for other tasks."""
    if task.metrics.kind != "words":
        return ""
    note = ("An entity counts as found only if its first word, last word and type are all right. Token accuracy is "
            "shown beside it because it is often quoted, and it is inflated: it counts every word, and most words are "
            "O, outside of any entity.")
    examples = (f" The baseline “{BASELINES.get(name, name)}” has a token accuracy of "
                f"{score(metrics['token_accuracy'])} with an entity F1 of {score(metrics['entity_f1'])}."
                for name, metrics in task.metrics.baselines.items())
    inflated = task.arms[0].mean("inflated_token_accuracy")
    padded = (f" A scorer that counts padding and sub-words too would show {score(inflated)} for the "
              f"{task.arms[0].label} model: no result, but a warning against such figures.")
    return note + "".join(examples) + padded
