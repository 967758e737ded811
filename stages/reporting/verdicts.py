"""Sentences that follow from the numbers."""

from stages.reporting.facts import Arm, Comparison, Run, TaskFacts
from stages.reporting.texts import BASELINES, METRICS, ROWS, numbered, points, score

ENOUGH_SEEDS = 5
_REGULAR = ("finished", "stopped early", "stopped at the ceiling of train")  # outcomes of runs that ended by themselves


def verdict_sentence(task: TaskFacts, arm: str) -> str:
    """What pre-training was worth, with its evidence; ``arm`` is the label of a pre-trained one."""
    comparison = task.comparisons[arm]
    name = "Pre-training" if len(task.comparisons) == 1 else f"Pre-training ({arm})"
    opening = {
        "helps": f"{name} helps on {task.short_title}",
        "hurts": f"{name} hurts on {task.short_title}",
        "cannot_tell": f"Cannot tell whether {name[0].lower()}{name[1:]} helps on {task.short_title}",
    }[comparison.verdict]
    return f"{opening}: {_evidence(task, comparison)}."


def _evidence(task: TaskFacts, comparison: Comparison) -> str:
    facts = task.metrics
    seeds = len(task.arms[0].runs)
    contains = " contains zero" if comparison.verdict == "cannot_tell" else ""
    alone = ", which leaves out the spread between seeds" if seeds == 1 else ""
    return (f"{METRICS[facts.metric]} {score(comparison.pretrained)} against {score(comparison.scratch)} from random "
            f"weights, {points(comparison.difference, '+')} points (95 % interval {points(comparison.low)} to "
            f"{points(comparison.high)}{contains}, {numbered(seeds, 'seed')} × {facts.rows['test']:,} test "
            f"{ROWS[facts.kind]}{alone})")


def baseline_sentences(task: TaskFacts) -> list[str]:
    """How each arm stands to the baselines that need no transformer, by the mean over seeds."""
    metric = task.metrics.metric
    baselines = {name: metrics[metric] for name, metrics in task.metrics.baselines.items()}
    sentences = [sentence for arm in task.arms for sentence in _losses(arm, metric, baselines)]
    if sentences or not baselines:
        return sentences
    best = max(baselines, key=lambda name: baselines[name])
    return [f"Every arm beats every baseline; the best of them is {_baseline(best, baselines)} "
            "(means compared, without an interval)."]


def _losses(arm: Arm, metric: str, baselines: dict[str, float]) -> list[str]:
    """Nothing for an arm that beats all; else a sentence that names every baseline at least as good."""
    mean = arm.mean(metric)
    ahead = [name for name in sorted(baselines, key=lambda name: -baselines[name]) if baselines[name] >= mean]
    if not ahead:
        return []
    relation = "loses to" if baselines[ahead[0]] > mean else "is no better than"
    others = " and ".join(_baseline(name, baselines) for name in ahead)
    noun = "baseline" if len(ahead) == 1 else "baselines"
    return [f"The {arm.label} model {relation} the {noun} {others}: its {METRICS[metric]} is {score(mean)} "
            "(means compared, without an interval)."]


def _baseline(name: str, baselines: dict[str, float]) -> str:
    return f"“{BASELINES.get(name, name)}” ({score(baselines[name])})"


def numeric_settings(task: TaskFacts) -> list[str]:
    """The numeric settings of the task's runs in words, in the order of the runs, each once."""
    return list(dict.fromkeys(
        ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in run.cell.numerics.items())
        for arm in task.arms for run in arm.runs))


def caveats(task: TaskFacts) -> list[str]:
    """What a reader has to know about single runs before believing the verdict."""
    sentences = []
    if task.metrics.synthetic_checkpoint and not task.metrics.synthetic:
        sentences.append(f"The checkpoint {task.metrics.checkpoint} was pre-trained on the synthetic sample text, so "
                         "this says nothing about a published encoder.")
    if len(settings := numeric_settings(task)) > 1:
        sentences.append(f"The runs were computed in {len(settings)} different numeric settings (see “Computed with”), "
                         "so part of their differences may come from there; run the older ones again to be sure.")
    if 1 < len(task.arms[0].runs) < ENOUGH_SEEDS:
        sentences.append(f"The spread between seeds is estimated from {len(task.arms[0].runs)} runs an arm; "
                         f"{ENOUGH_SEEDS} or more would make the interval narrower and surer.")
    for arm in task.arms:
        sentences += _failures(task, arm)
        for run in arm.runs:
            place = f"The {arm.label} run of seed {run.cell.seed}"
            if run.cell.best_step == 0:
                sentences.append(f"{place} never became better on validation than before training, "
                                 "so the weights that it started from were kept.")
    return sentences


def failure(task: TaskFacts, run: Run) -> str:
    """Why a run failed; "" if it did not.

    It fails that breaks off, or that ends no better than the majority class on validation (Mosbach et al., 2021,
    https://openreview.net/forum?id=nzpLWnVAyah).
    """
    if run.cell.outcome not in _REGULAR:
        return f"broke off at step {run.cell.steps:,}: {run.cell.outcome}"
    if run.last_score is not None and run.last_score <= task.majority_score:
        return f"ended at {score(run.last_score)} on validation, no better than the majority class"
    return ""


def _failures(task: TaskFacts, arm: Arm) -> list[str]:
    reasons = [f"seed {run.cell.seed} ({reason})" for run in arm.runs if (reason := failure(task, run))]
    if not reasons:
        return []
    runs = numbered(len(arm.runs), f"{arm.label} run")
    return [f"{len(reasons)} of {runs} failed: {', '.join(reasons)}. Failed runs count in every mean and interval, "
            "so the verdict is as much about the recipe as about pre-training."]


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
    return note + "".join(examples)
