"""What an arm gains over several tasks at once.

The interquartile mean of the improvements and the probability of improvement are those of rliable (Agarwal et al.,
2021, https://arxiv.org/abs/2108.13264), over all pairs of a run of the arm and one of the reference; every task counts
alike. The interval is over further runs on the same test examples, by a bootstrap that is stratified by task and arm.
rliable draws as many runs as there are, which of few gives intervals that are too narrow; here one run fewer is drawn
(Rao and Wu, 1988, Journal of the American Statistical Association 83), so that the variance of a mean is unbiased, and
limits are as much further off as those of Student's t are from normal ones, with Welch's (1947, Biometrika 34) degrees
of freedom: the middle half may be the runs of a single task.

`python -m tests.simulate_aggregate` measures the coverage of the 95 % intervals. Of the interquartile mean it was 93 to
99 % with four and eight tasks of two to ten runs, and 87 to 97 % with two tasks, whose middle half is the upper part of
one and the lower part of the other; of the probability of improvement 95 to 100 %.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from scipy.special import ndtri, stdtrit

from stages.results.task_metrics import Estimate, TaskMetrics
from stages.results.trained import that_trained
from stages.results.verdicts import Aggregate, TaskVerdicts
from stages.settings.arms import REFERENCE
from stages.settings.evaluation import EvaluationSettings
from stages.settings.grid import Grid

FEWEST_TASKS = 2
_TAIL = 0.025
_ROUNDING = 1e-12
_PAIRS_AT_A_TIME = 2_000_000  # bounds memory; the draws do not depend on it
Arms = tuple[np.ndarray, np.ndarray]  # scores [..., runs] of the arm and of the reference on one task


def aggregates(
    metrics: Mapping[str, TaskMetrics], verdicts: Mapping[str, TaskVerdicts], grid: Grid, settings: EvaluationSettings
) -> Iterator[Aggregate]:
    """By arm and by whether tasks are synthetic, where at least two tasks have several runs and no withheld verdict.

    Tasks on one corpus, such as two encoders of it, have one test set, and may have one reference: they would count
    twice, as if they were independent. The first of such tasks stands for them.
    """
    for arm in grid.rivals:
        for synthetic in (False, True):
            judged = {task: one.comparisons[arm] for task, one in verdicts.items()
                      if arm in one.comparisons and metrics[task].synthetic is synthetic}
            runs = {task: (_scores(metrics[task], grid.arms[arm]), _scores(metrics[task], grid.arms[REFERENCE]))
                    for task, one in judged.items() if one.arms[1] == REFERENCE and one.recipe and not one.withheld}
            runs = {task: both for task, both in runs.items() if min(map(len, both)) > 1}
            first = set(_one_of_each_corpus({task: metrics[task] for task in runs}, grid.arms[REFERENCE]))
            distinct = {task: both for task, both in runs.items() if task in first}
            if len(distinct) >= FEWEST_TASKS:
                gain, probability = estimates(list(distinct.values()), settings)
                yield Aggregate(arm=arm, synthetic=synthetic, tasks=tuple(distinct), among=len(judged),
                                same_rows=len(runs) - len(distinct), improvement=gain, probability=probability)


def _one_of_each_corpus(metrics: Mapping[str, TaskMetrics], cells: Sequence[str]) -> Iterator[str]:
    """The tasks, without those that have the title of an earlier one, or whose ``cells`` learned from the same tokens.

    The titles of a table's tasks are their own, and tokens depend on the tokenizer, so either tells what the other
    does not. Runs of older studies do not say what they learned from.
    """
    known = set[object]()
    for task, facts in metrics.items():
        inputs = [facts.cells[cell].inputs for cell in cells]
        marks: set[object] = {facts.title}
        if all(inputs):
            marks.add(tuple(tuple(sorted(of_run.items())) for of_run in inputs))
        if not marks & known:
            yield task
        known |= marks


def _scores(metrics: TaskMetrics, cells: Sequence[str]) -> np.ndarray:
    """The headline metric on test of the runs that trained."""
    found = [metrics.cells[cell] for cell in cells]
    return np.array([cell.after["test"][metrics.metric] for cell in that_trained(found, (one.failed for one in found))])


def estimates(tasks: Sequence[Arms], settings: EvaluationSettings) -> tuple[Estimate, Estimate]:
    """The interquartile mean of the improvements, and the probability of improvement, each task having several runs.

    Of either there is no interval where no resample has another value: where every pair of runs has the same winner, a
    bootstrap cannot show the chance of another one.
    """
    generator = np.random.default_rng([settings.bootstrap_seed, 3])
    drawn = [(_drawn(first, settings.resamples, generator), _drawn(second, settings.resamples, generator))
             for first, second in tasks]
    return (_estimate(interquartile_mean, tasks, drawn, -1.0),
            _estimate(probability_of_improvement, tasks, drawn, 0.0))


def _estimate(
    statistic: Callable[[Sequence[Arms]], np.ndarray], tasks: Sequence[Arms], drawn: Sequence[Arms], least: float
) -> Estimate:
    value, resampled = float(statistic(tasks)), statistic(drawn)
    if np.ptp(resampled) <= _ROUNDING:
        return Estimate(value=value)
    stretch = float(stdtrit(_freedom(resampled, tasks, drawn), _TAIL) / ndtri(_TAIL))
    limits = value + stretch * (np.quantile(resampled, [_TAIL, 1 - _TAIL]) - value)
    low, high = np.clip(limits, least, 1).tolist()
    return Estimate(value=value, low=low, high=high)


def _freedom(resampled: np.ndarray, tasks: Sequence[Arms], drawn: Sequence[Arms]) -> float:
    """From the parts of the variance that follow the mean of either arm on each task."""
    parts, degrees = [], []
    for arms, draws in zip(tasks, drawn, strict=True):
        for runs, drawn_runs in zip(arms, draws, strict=True):
            means = drawn_runs.mean(axis=-1)
            if (variance := float(means.var())) > _ROUNDING**2:
                parts.append(float(np.mean((resampled - resampled.mean()) * (means - means.mean()))) ** 2 / variance)
                degrees.append(len(runs) - 1)
    return sum(parts) ** 2 / sum(part**2 / degree for part, degree in zip(parts, degrees, strict=True))


def _drawn(runs: np.ndarray, resamples: int, generator: np.random.Generator) -> np.ndarray:
    """Scores [resamples, runs - 1]."""
    return runs[generator.integers(len(runs), size=(resamples, len(runs) - 1))]


def interquartile_mean(tasks: Sequence[Arms]) -> np.ndarray:
    """The mean [...] of the middle half of the improvements of all pairs of runs, a pair at the edge counting in part.

    The improvements of a task weigh as much together as those of another, however many of its runs there are.
    """
    gains = [(first[..., :, None] - second[..., None, :]).reshape(*first.shape[:-1], -1) for first, second in tasks]
    weights = np.concatenate([np.full(one.shape[-1], 1 / (len(gains) * one.shape[-1])) for one in gains])
    every = np.concatenate(gains, axis=-1).reshape(-1, len(weights))
    parts = np.array_split(every, -(-every.size // _PAIRS_AT_A_TIME))
    return np.concatenate([_middle(part, weights) for part in parts]).reshape(gains[0].shape[:-1])


def _middle(gains: np.ndarray, weights: np.ndarray) -> np.ndarray:
    order = np.argsort(gains, axis=-1, kind="stable")
    ends = np.cumsum(weights[order], axis=-1)
    kept = np.clip(ends, 0.25, 0.75) - np.clip(ends - weights[order], 0.25, 0.75)
    return np.asarray((kept * np.take_along_axis(gains, order, axis=-1)).sum(axis=-1) / kept.sum(axis=-1))


def probability_of_improvement(tasks: Sequence[Arms]) -> np.ndarray:
    """The share [...] of pairs of runs in which the arm's scores more, equal scores counting half; mean over tasks."""
    signs = [np.sign(first[..., :, None] - second[..., None, :]).mean(axis=(-2, -1)) for first, second in tasks]
    return np.asarray((1 + np.mean(signs, axis=0)) / 2)
