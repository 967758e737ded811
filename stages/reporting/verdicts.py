"""Sentences that follow from the numbers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from stages.reporting.texts import (
    BASELINES,
    METRICS,
    ROWS,
    WAYS_OF_USE,
    capitalized,
    numbered,
    p_value,
    points,
    points_at_least,
    score,
    with_interval,
)
from stages.results.arm_words import words_of
from stages.results.task_metrics import FailedRuns
from stages.results.tasks import Arm, TaskFacts
from stages.results.verdicts import Judgement, Reason, ToSettle
from stages.settings.arms import ARMS, FULL_TUNING, arm_of_key
from stages.wording.message import Message, joined, message

ENOUGH_SEEDS = 5


def verdict_sentence(task: TaskFacts, arm: str) -> str:
    """What the arm with the label ``arm`` shows against the first with which it is compared, with its evidence."""
    return _sentence(task, _treatment(task, arm), task.comparisons[arm], arm)


def further_verdict_sentence(task: TaskFacts, arm: str) -> str:
    """The same against the second arm with which it is compared."""
    treatment = words_of(arm_of_key(task.arm(arm).key).name).further[0]
    return _sentence(task, treatment, task.further[arm], arm)


def overall_message(tasks: Sequence[TaskFacts]) -> Message:
    """How many comparisons with scratch came out how: on pre-training, and on other ways of using the encoder."""
    judged = [one for task in tasks for one in task.comparisons.values()]
    counts, others = (Counter(one.verdict for one in judged if one.of_pretraining is kind) for kind in (True, False))
    sentences = []
    if counts:
        sentences.append(message("verdict-overall-pretraining", comparisons=counts.total(), helps=counts["helps"],
                                 hurts=counts["hurts"], open=counts["cannot_tell"]))
    if others:
        sentences.append(message("verdict-overall-other", comparisons=others.total(), above=others["above_scratch"],
                                 below=others["below_scratch"], open=others["cannot_tell"]))
    return joined(sentences)


def _sentence(task: TaskFacts, treatment: str, judged: Judgement, arm: str) -> str:
    """Verdict, evidence, doubts, failed runs, what holds for these runs, and what would settle an open question."""
    rival = words_of(arm_of_key(judged.arms[1]).name)
    arms = (arm, rival.label[0])
    sentences = [f"{_opening(task, treatment, judged)}: {_evidence(task, judged, rival.as_rival[0])}."]
    if judged.withheld:
        sentences.append(f"The verdict is withheld: {reasons(judged.withheld)}.")
    if judged.qualified:
        sentences.append(f"A larger budget might raise the score of the losing arm: {reasons(judged.qualified)}.")
    if judged.failed:
        counts = (judged.failed.first, judged.failed.second)
        sentences += [_failed_runs(arm, count) for arm, count in zip(arms, counts, strict=True) if count.count]
    if judged.these_runs and (every := judged.these_runs.every_run):
        better, worse = arms if every.first else arms[::-1]
        noise = "" if every.significant else ", which may be test noise"
        sentences.append(f"In these runs, every {better} run beats every {worse} run by at least "
                         f"{points_at_least(every.least)} points on the same test {ROWS[task.metrics.kind]}{noise} "
                         f"({_p(every.p_value)}).")
    if judged.to_settle:
        sentences.append(_to_settle(task, judged.to_settle, judged.recipe))
    return " ".join(sentences)


def reasons(found: Iterable[Reason]) -> str:
    """Why a verdict is withheld or qualified."""
    return "; ".join(f"{reason.title}: {reason.evidence}" for reason in found)


def _failed_runs(arm: str, failed: FailedRuns) -> str:
    if failed.count == failed.runs:
        return f"All {numbered(failed.runs, f'{arm} run')} failed to train, so the difference is from runs at chance."
    return (f"{failed.count} of {numbered(failed.runs, f'{arm} run')} failed to train (95 % interval of the rate: "
            f"{100 * failed.low:.0f} to {100 * failed.high:.0f} %); the difference is between runs that trained.")


def _to_settle(task: TaskFacts, needed: ToSettle, recipe: bool) -> str:
    if not needed.seeds:
        return "The difference is so small against its error that more seeds and test rows would hardly settle it."
    command = f"dvc exp run -S 'seeds={list_of(needed.seeds)}'"
    if not recipe:
        return f"Further seeds are needed to say anything about the recipe ({command})."
    rows = f" and {needed.rows:,} test {ROWS[task.metrics.kind]}" if needed.rows is not None else ""
    return f"About {len(needed.seeds)} seeds{rows} would find a difference as large as this one ({command})."


def list_of(seeds: Sequence[int]) -> str:
    """Seeds as a list of params.yaml."""
    return f"[{','.join(map(str, seeds))}]"


def _p(value: float) -> str:
    shown = p_value(value)
    return f"p {shown}" if shown.startswith("<") else f"p = {shown}"


def _treatment(task: TaskFacts, arm: str) -> str:
    judged, found = task.comparisons[arm], arm_of_key(task.arm(arm).key)
    words = words_of(found.name)
    if found.tuned and not judged.of_pretraining:
        return way_of_use(judged.method, judged.arms[0])
    alone = not found.tuned or arm == words.label[0] or len(task.comparisons) == 1
    return words.treatment[0] if alone else f"{words.treatment[0]} ({arm})"


def way_of_use(method: str, tuning: str) -> str:
    """A way of using the encoder that trains less than all of it; ``tuning`` is the recipe's name."""
    return WAYS_OF_USE[method] + (f" ({tuning})" if tuning != method else "")


def _opening(task: TaskFacts, treatment: str, judged: Judgement) -> str:
    place, budget = f" on {task.short_title}", ", at least for this budget" if judged.qualified else ""
    if judged.verdict == "cannot_tell":
        from_what = ("" if judged.recipe else "From one seed, " if len(task.arms[0].runs) == 1
                     else "From one run that trained, ")
        effect = (f"the effect of {treatment}{place}" if judged.of_pretraining else
                  f"the difference between {treatment} and training everything from scratch{place}")
        return capitalized(f"{from_what}{effect} is inconclusive")
    return capitalized(treatment) + {
        "helps": f" helps{place}", "hurts": f" hurts{place}",
        "above_scratch": f" scores above training everything from scratch{place}",
        "below_scratch": f" scores below training everything from scratch{place}"}[judged.verdict] + budget


def _evidence(task: TaskFacts, judged: Judgement, against: str) -> str:
    facts, (first, second) = task.metrics, judged.means
    contains = " contains zero" if judged.low <= 0 <= judged.high else ""
    alone = "" if judged.recipe else f" over test {ROWS[facts.kind]} alone"
    return (f"{METRICS[facts.metric]} {score(first)} against {score(second)} {against}, "
            f"{points(judged.difference, '+')} points (95 % interval{alone} {points(judged.low)} to "
            f"{points(judged.high)}{contains}, {numbered(len(task.arms[0].runs), 'seed')} × "
            f"{facts.rows['test']:,} test {ROWS[facts.kind]}; {_significance(judged)})")


def _significance(judged: Judgement) -> str:
    alone = _p(judged.p_value)
    if not judged.recipe:
        return f"{alone} for these runs"
    if judged.family == 1:
        return alone
    return f"{alone}, {p_value(judged.p_value_holm)} after Holm's correction for {judged.family} comparisons"


def baseline_sentences(task: TaskFacts) -> list[str]:
    """How each arm compares with the baselines that need no transformer."""
    metric = task.metrics.metric
    baselines = {name: metrics[metric] for name, metrics in task.metrics.baselines.items()}
    sentences = [sentence for arm in task.arms for sentence in _not_beaten(arm, metric, baselines)]
    if sentences or not baselines:
        return sentences
    best = max(baselines, key=lambda name: baselines[name])
    every = "arm" if len(task.arms[0].runs) > 1 else "run"
    return [f"Every {every} beats every baseline; the best baseline is “{BASELINES.get(best, best)}” "
            f"({score(baselines[best])})."]


def _not_beaten(arm: Arm, metric: str, baselines: dict[str, float]) -> Iterator[str]:
    """Nothing for an arm that beats all; else sentences that name the baselines that are better, or may be."""
    order = sorted(arm.against, key=lambda name: -baselines[name])
    model = (f"the {arm.label} {'model' if len(arm.runs) > 1 else 'run'} "
             f"({METRICS[metric]} {score(arm.mean(metric))})")
    for standing, sentence in (("below", "{} scores below the {}."),
                               ("inconclusive", "The difference between {} and the {} is inconclusive.")):
        if names := [name for name in order if arm.standing[name] == standing]:
            noun = "baseline" if len(names) == 1 else "baselines"
            listed = " and ".join(_baseline(name, arm, baselines) for name in names)
            yield capitalized(sentence.format(model, f"{noun} {listed}"))


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
    return [f"A search on the validation set chose the settings of both arms, with equally many tries: "
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
        sentences.append("Most words in the sample's training rows come from one third of the words in its validation "
                         "and test rows; the rest can be learned from pre-training alone.")
    if task.metrics.synthetic_checkpoint and not task.metrics.synthetic:
        sentences.append(f"The checkpoint {task.metrics.checkpoint} was pre-trained on the synthetic sample text, so "
                         "it is not comparable to published encoders.")
    if task.adaptation and not task.adaptation.text and task.metrics.rows["train"] < task.card.kept["train"]:
        sentences.append(f"The encoder was adapted to the text of all {task.card.kept['train']:,} training rows, but "
                         f"every arm learns from the labels of only {task.metrics.rows['train']:,}.")
    if len(settings := numeric_settings(task)) > 1:
        sentences.append(f"The runs were computed in {len(settings)} different numeric settings (see “Computed with”), "
                         "which may explain part of their differences; rerun the older ones to be sure.")
    if 1 < len(task.arms[0].runs) < ENOUGH_SEEDS:
        sentences.append(f"The spread between seeds is estimated from {len(task.arms[0].runs)} runs per arm; "
                         f"{ENOUGH_SEEDS} or more would give a narrower and more reliable interval.")
    return sentences


def token_accuracy_note(task: TaskFacts) -> str:
    """Why token accuracy is not the headline of an entity task; "" for other tasks."""
    if task.metrics.kind != "words":
        return ""
    note = ("An entity counts as found only if its first word, last word and type are all correct. Token accuracy is "
            "shown because it is often quoted, but it is inflated: it counts every word, and most words are O, outside "
            "any entity.")
    examples = (f" The baseline “{BASELINES.get(name, name)}” has a token accuracy of "
                f"{score(metrics['token_accuracy'])} with an entity F1 of {score(metrics['entity_f1'])}."
                for name, metrics in task.metrics.baselines.items())
    inflated = task.arms[0].mean("inflated_token_accuracy")
    padded = (f" A scorer that also counts padding and sub-words would report {score(inflated)} for the "
              f"{task.arms[0].label} model: not a result, but a warning against such figures.")
    return note + "".join(examples) + padded
