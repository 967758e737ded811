"""Scores and differences of mean scores with intervals over seeds and test examples together.

**Estimand.** The expected difference of two arms' scores over further seeds and further test examples of the same kind.
Where a seed's run can fail to train, it is that of runs that train: the caller leaves failed ones out and reports
how many there were (:mod:`stages.metrics.failure`), since no interval can account for a failure that was not seen.

**Examples.** Their variance and covariance are the jackknife's (Miller, 1974, Biometrika 61; Efron and Stein, 1981, The
Annals of Statistics 9), as leaving out one of them at a time costs no resampling. An example is a row, or all rows of
one group: a document's sentences and a premise's pairs are no independent samples (Cameron and Miller, 2015, Journal of
Human Resources 50). That runs are right on the same examples is not taken as certain: every run counts as differing
in at least one, as in Bonett and Price's (2012, Journal of Educational and Behavioral Statistics 37) interval of paired
proportions. Seeds share the examples, so that more of them do not make this less.

**Seeds.** The variance s^2 of an arm's runs is that of its seeds, sigma^2, and d, what runs disagree on in single
examples, which the examples show: (runs - 1) s^2 / (sigma^2 + d) is chi-square with runs - 1 degrees of freedom. As a
few seeds tell little about sigma, and the two arms' may differ (the Behrens-Fisher problem), each has a weak prior of
its own, as variances have in Smyth's (2004, Statistical Applications in Genetics and Molecular Biology 3) moderated t
test: any spread up to some points is likely, one of tens of points is not. The interval is that of the difference over
the posterior of both, computed on a grid.

**Limits.** Each arm gets Wilson's (1927, Journal of the American Statistical Association 22) score limits with the
number of examples that its variance stands for, and those of the difference are recovered from them and the covariance
(MOVER: Newcombe, 1998, Statistics in Medicine 17; Zou and Donner, 2008, Statistics in Medicine 27). So no limit lies
beyond what is possible. `python -m tests.simulate_coverage` measures their coverage for seeds that spread by up to
4 points; where they spread by 12, the interval of two or three seeds covers in 87 to 92 %.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

from stages.metrics.bootstrap import Scorer
from stages.results.task_metrics import Difference, Interval, TheseRuns

TAIL = 0.025  # beyond either end of a 95 % interval
_SURE = 0.005  # beyond either end, where a comparison counts as settled
_FEWEST_SEEDS, _MOST_SEEDS, _MOST_ROWS = 3, 10, 20  # that are proposed; the rows as a multiple
_MISSED = 0.2  # a detectable difference is found with a probability of 80 %
_FAMILIES = 11  # powers of two, from 1
# With at least so many seeds, runs of one seed are compared as pairs. With fewer, the lost degrees of freedom widen the
# interval more than what the pairs share narrows it.
PAIRS = 5
_SHARING = 2  # runs at most, among which an example that was not seen to differ is split
_ROUNDING = 1e-12  # two equal means can differ by so much
_CLASSES = 10  # variances of the mixture are taken together where they differ by less than a tenth
_WIDEST = 1e4  # quantiles are searched below it

# The prior of the seeds' standard deviations: the logarithm is normal on either side of its mode. Its numbers were
# chosen by simulation of other numbers of seeds and rows, and other spreads, than tests/simulate_coverage.py judges by.
MODE, BELOW, ABOVE = 0.03, 4.0, 1.2
LEAST_SPREAD, GREATEST_SPREAD = 0.0003, 0.7  # beyond which the prior is zero
_LOGS = np.linspace(math.log(LEAST_SPREAD), math.log(GREATEST_SPREAD), 32)
_LOG_PRIOR = -(((_LOGS - math.log(MODE)) / np.where(math.log(MODE) > _LOGS, BELOW, ABOVE)) ** 2) / 2
_SQUARES = np.exp(2 * _LOGS)


def grouped(statistics: np.ndarray, groups: np.ndarray | None) -> np.ndarray:
    """Totals [runs, groups, statistics] of [runs, rows, statistics] by group number [rows]; as they are without."""
    if groups is None:
        return statistics
    numbers = np.unique(groups, return_inverse=True)[1]
    totals = np.zeros((len(statistics), numbers.max() + 1, statistics.shape[2]))
    for run, rows in zip(totals, statistics, strict=True):
        np.add.at(run, numbers, rows)
    return totals


def score_interval(statistics: np.ndarray, scorer: Scorer) -> Interval:
    """Wilson's interval of one model's score over examples, from statistics [examples, statistics]."""
    arm = _Arm.of(statistics[None], scorer, 0.0)
    errors = _Errors(arm, _nothing(arm), recipe=False)
    low, high = arm.limits(errors.quantile(TAIL), errors.variances[0])
    return Interval(low=low, high=high)


def compare(
    first: np.ndarray, second: np.ndarray | None, scorer: Scorer, *, fixed: bool = False, paired: bool = False,
    least: float = 0.0,
) -> Difference:
    """The mean score of ``first`` minus that of ``second``, each [runs, examples, statistics] on the same examples.

    What the two runs of a pair share, such as the luck of their seed, stands in no spread: pairs are one sample of
    differences, with as many degrees of freedom as there are pairs, less one; that needs no prior.

    Args:
        first, second: of runs that differ in their seeds; None for a score of 0 that is known.
        scorer: from totals of statistics to a score.
        fixed: whether ``second`` has no seeds, as a baseline.
        paired: whether run ``i`` of either arm belongs together, as two trainings with one seed do.
        least: the least score there can be; the most is 1.
    """
    arm = _Arm.of(first, scorer, least)
    other = _nothing(arm) if second is None else _Arm.of(second, scorer, least)
    if paired:
        arm, other = _pairs(arm, other)
    return _difference(arm, other, recipe=len(first) > 1 and (fixed or second is None or len(second) > 1))


def these_runs(first: np.ndarray, second: np.ndarray, scorer: Scorer) -> TheseRuns:
    """What holds for runs [runs, examples, statistics] of two arms, on the same examples."""
    arms = _Arm.of(first, scorer, 0.0), _Arm.of(second, scorer, 0.0)
    found = _difference(*arms, recipe=False)
    gaps = arms[0].scores[:, None] - arms[1].scores
    means = {name: getattr(found, name) for name in ("difference", "low", "high", "p_value")}
    if gaps.min() <= _ROUNDING and gaps.max() >= -_ROUNDING:
        return TheseRuns(**means, gap=None, gap_p_value=None)
    alone = [[arm.run(number) for number in range(arm.number)] for arm in arms]
    p_values = (_difference(one, other, recipe=False).p_value for one in alone[0] for other in alone[1])
    return TheseRuns(**means, gap=float(gaps.min() if gaps.min() > 0 else gaps.max()), gap_p_value=max(p_values))


def to_settle(
    first: np.ndarray, second: np.ndarray, scorer: Scorer, rows: int, run: int, *, paired: bool = False
) -> dict[str, int]:
    """How many ``seeds`` an arm, else how many test ``rows``, would find a difference as large as the measured one.

    They would find it with a probability of 80 % at a level of 1 %, which leaves room for Holm's correction, were the
    spreads as they seem; the true difference may be another. Where neither would, how many seeds were ``tried``. Where
    an arm has a single run, whose spread is not known, the seeds are as few as show one.

    Args:
        first, second: of the runs that trained.
        scorer: from totals of statistics to a score.
        rows: of test.
        run: seeds that were run, of which there are always more; as large a share of them is expected to train.
        paired: as in :func:`compare`.
    """
    one, other = _Arm.of(first, scorer, 0.0), _Arm.of(second, scorer, 0.0)
    gains, rest = _pairs(one, other) if paired else (one, other)
    arms = (gains,) if paired else (one, other)
    fewest = min(arm.number for arm in arms)
    if fewest < 2:
        return {"seeds": max(run + 1, math.ceil(_FEWEST_SEEDS * run / fewest))}
    difference = abs(one.mean - other.mean)
    trained = sum(arm.number for arm in arms) / run  # of one seed
    single = sum(max(float(arm.scores.var(ddof=1)), arm.disagreed) * run / arm.number for arm in arms)
    common = max(0.0, _Errors(gains, rest, recipe=False).examples - sum(arm.disagreed / arm.number for arm in arms))
    most = max(run + 1, math.ceil(_MOST_SEEDS * run / fewest))
    for seeds in range(run + 1, most + 1):
        if difference >= _needed(trained * seeds - len(arms)) * math.sqrt(common + single / seeds):
            return {"seeds": seeds}
    # With as many seeds, the rest is of the rows.
    room = (difference / _needed(trained * most - len(arms))) ** 2 - single / most
    if room <= 0 or common / room > _MOST_ROWS:
        return {"tried": most}
    return {"seeds": most, "rows": math.ceil(rows * common / room)}


def detectable_among(
    first: np.ndarray, second: np.ndarray, scorer: Scorer, *, paired: bool = False
) -> tuple[float, ...]:
    """The true differences that are found with a probability of 80 % by one of 1, 2, 4, 8, ... comparisons.

    They are those of the first step of Holm's correction: the smallest p value has to be below the level divided by the
    number of comparisons. ``paired`` is that of :func:`compare`.
    """
    one, other = _Arm.of(first, scorer, 0.0), _Arm.of(second, scorer, 0.0)
    if paired:
        one, other = _pairs(one, other)
    errors = _Errors(one, other, recipe=min(len(first), len(second)) > 1)
    return tuple(errors.detectable(TAIL / 2**power) for power in range(_FAMILIES))


def seed_errors(
    runs: np.ndarray, scorer: Scorer, resamples: int, generator: np.random.Generator
) -> np.ndarray:
    """Errors [resamples] over seeds of the mean score of ``runs``, of which a single one shows none."""
    weights, variances = _Arm.of(runs, scorer, 0.0).spreads
    return generator.standard_normal(resamples) * np.sqrt(generator.choice(variances, resamples, p=weights))


def unseen_errors(
    arms: Sequence[np.ndarray], scorer: Scorer, resamples: int, generator: np.random.Generator
) -> np.ndarray:
    """Errors [resamples, arms] over examples that a bootstrap of them misses, as runs are right on the same ones.

    With them, the variance of the difference of any two arms' means, each of runs [runs, examples, statistics] on the
    same examples, is at least what :func:`compare` takes it for.
    """
    known = [_Arm.of(runs, scorer, 0.0) for runs in arms]
    missed = [max(_Errors(one, other, recipe=False).missed for other in known if other is not one) for one in known]
    return generator.standard_normal((resamples, len(arms))) * np.sqrt(np.array(missed) / 2)


def _needed(freedom: float) -> float:
    """Standard errors of a difference that is found with a probability of 80 % at a level of 1 %."""
    return -float(stdtrit(freedom, _SURE) + ndtri(_MISSED))


@dataclass(frozen=True)
class _Arm:
    """Runs that differ in their seeds.

    Attributes:
        scores: [runs].
        influence: [runs, examples]; sums of squares and products over examples are variances and covariances.
        unit: what one example more that is right adds to a score, and so the least that is not known of one.
        least: the least score there can be.
        reference: whether any spread is as likely as any other, so that the error over seeds is Student's.
    """

    scores: np.ndarray
    influence: np.ndarray
    unit: float
    least: float
    reference: bool = False

    @classmethod
    def of(cls, runs: np.ndarray, scorer: Scorer, least: float) -> "_Arm":
        totals, examples = runs.sum(axis=1), runs.shape[1]
        if examples > 1:
            without = scorer(totals[:, None] - runs)
            influence = math.sqrt(1 - 1 / examples) * (without - without.mean(axis=1, keepdims=True))
        else:
            influence = np.zeros((len(runs), 1))
        more = totals.copy()
        more[:, 0] += 1
        unit = max(float(np.abs(scorer(more) - scorer(totals)).mean()), _ROUNDING)
        return cls(scorer(totals), influence, unit, least)

    def minus(self, other: "_Arm") -> "_Arm":
        """The differences of pairs of runs."""
        return _Arm(self.scores - other.scores, self.influence - other.influence, math.hypot(self.unit, other.unit),
                    -1.0, reference=True)

    @property
    def mean(self) -> float:
        return float(self.scores.mean())

    @property
    def number(self) -> int:
        return len(self.scores)

    @cached_property
    def common(self) -> np.ndarray:
        """Influence [examples] on the mean of these runs."""
        return np.asarray(self.influence.mean(axis=0))

    @property
    def unseen(self) -> float:
        """Variance of the mean that one example that differs gives.

        Runs share the examples, so further seeds do not make it less: two halve it, as for pairs of runs that differ in
        one example each, and no more do.
        """
        return self.unit**2 / min(self.number, _SHARING)

    @cached_property
    def spreads(self) -> tuple[np.ndarray, np.ndarray]:
        """Weights and variances of the mean over seeds, by their posterior on the grid."""
        if self.number == 1:
            return np.ones(1), np.zeros(1)
        expected, freedom = _SQUARES + self.disagreed, self.number - 1
        prior = np.log(_SQUARES / expected) if self.reference else _LOG_PRIOR
        logs = prior - freedom / 2 * (np.log(expected) + self.scores.var(ddof=1) / expected)
        weights = np.exp(logs - logs.max())
        return weights / weights.sum(), _SQUARES / self.number

    @property
    def disagreed(self) -> float:
        """Variance of a run over examples that it does not share with the other runs, of which there are some."""
        return max(float(((self.influence - self.common) ** 2).sum()) / (self.number - 1), self.unit**2)

    def run(self, number: int) -> "_Arm":
        """One of the runs alone."""
        return _Arm(self.scores[number:number + 1], self.influence[number:number + 1], self.unit, self.least)

    def limits(self, quantile: float, variance: float) -> tuple[float, float]:
        """Wilson's limits at the ``quantile`` of a mean with this ``variance``."""
        if not variance:
            return self.mean, self.mean
        room = 1 - self.least
        mean, unit = (self.mean - self.least) / room, self.unit / room
        inside = (mean + unit / 2) / (1 + unit)  # as if half an example more were right, and half a one wrong
        half = quantile**2 * variance / room**2
        per = half / (inside * (1 - inside))
        root = math.sqrt(half + per**2 / 4)
        low, high = ((mean + per / 2 + sign * root) / (1 + per) for sign in (-1, 1))
        return self.least + room * min(mean, max(0.0, low)), self.least + room * max(mean, min(1.0, high))


def _pairs(first: _Arm, second: _Arm) -> tuple[_Arm, _Arm]:
    """The gains of pairs of runs, and what they are compared with."""
    gains = first.minus(second)
    return gains, _nothing(gains)


def _nothing(arm: _Arm) -> _Arm:
    """What has neither score nor variance."""
    return _Arm(np.zeros(1), np.zeros((1, arm.influence.shape[1])), 0.0, 0.0)


@dataclass(frozen=True)
class _Errors:
    """What is known of the error of a difference; with ``recipe`` of any seed, else of these runs."""

    first: _Arm
    second: _Arm
    recipe: bool

    @property
    def examples(self) -> float:
        """Variance over examples of the difference of these runs' means."""
        return max(self._seen, self.first.unseen + self.second.unseen)

    @property
    def missed(self) -> float:
        """By how much that variance is above the one that the examples show."""
        return self.examples - self._seen

    @property
    def _seen(self) -> float:
        return float(((self.first.common - self.second.common) ** 2).sum())

    @property
    def _spreads(self) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
        """Of either arm; without variance where the difference is of these runs."""
        return tuple(arm.spreads if self.recipe else (np.ones(1), np.zeros(1)) for arm in (self.first, self.second))

    @cached_property
    def _mixture(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weights, standard errors and degrees of freedom of what the error is a mixture of, by classes of variance."""
        (first, of_first), (second, of_second) = self._spreads
        weights, variances = np.outer(first, second), self.examples + np.add.outer(of_first, of_second)
        steps = np.floor(_CLASSES * np.log(variances / variances.min())).astype(np.int64).ravel()
        weights, sums = (np.bincount(steps, values.ravel()) for values in (weights, weights * variances))
        weights, variances = weights[weights > _ROUNDING], (sums[weights > _ROUNDING] / weights[weights > _ROUNDING])
        # As many as the examples leave their own variance (Welch, 1947, Biometrika 34).
        freedom = max(self.first.influence.shape[1] - 1, 1) * (variances / (self.examples or 1)) ** 2
        return weights, np.sqrt(variances), freedom

    @cached_property
    def error(self) -> float:
        """Standard error of the difference, on the mean over the posterior."""
        weights, errors, _ = self._mixture
        return math.sqrt(float((weights * errors**2).sum()))

    @cached_property
    def variances(self) -> tuple[float, float]:
        """Of either arm's mean."""
        first, second = (
            max(float((arm.common**2).sum()), arm.unseen) + float(weights @ seeds)
            for arm, (weights, seeds) in zip((self.first, self.second), self._spreads, strict=True))
        return first, second

    def tail(self, quantile: float) -> float:
        """Probability of an error beyond ``quantile`` standard errors on one side."""
        weights, errors, freedom = self._mixture
        return float((weights * stdtr(freedom, -quantile * self.error / errors)).sum())

    def quantile(self, tail: float) -> float:
        """Standard errors beyond which an error is with the probability ``tail`` on one side."""
        return _first(lambda quantile: self.tail(quantile) <= tail)

    def detectable(self, tail: float) -> float:
        """The true difference whose estimate is beyond the quantile of that ``tail`` with a probability of 80 %."""
        return (self.quantile(tail) + self.quantile(_MISSED)) * self.error

    def lower(self, quantile: float) -> float:
        """Limit of the difference at the ``quantile``."""
        return self._limit(self.first, self.second, self.variances, quantile)

    def upper(self, quantile: float) -> float:
        """Limit of the difference at the ``quantile``."""
        return -self._limit(self.second, self.first, self.variances[::-1], quantile)

    def _limit(self, one: _Arm, other: _Arm, variances: tuple[float, float], quantile: float) -> float:
        below = one.mean - one.limits(quantile, variances[0])[0]
        above = other.limits(quantile, variances[1])[1] - other.mean
        product = math.sqrt(variances[0] * variances[1])
        shared = (sum(variances) - self.error**2) / 2
        correlation = min(1.0, max(-1.0, shared / product)) if product else 0.0
        square = below**2 + above**2 - 2 * correlation * below * above
        return one.mean - other.mean - math.sqrt(max(0.0, square))


def _difference(first: _Arm, second: _Arm, *, recipe: bool) -> Difference:
    errors = _Errors(first, second, recipe)
    difference, quantile = first.mean - second.mean, errors.quantile(TAIL)
    if abs(difference) <= _ROUNDING:
        p_value = 1.0
    else:
        reached = (lambda at: errors.lower(at) <= 0) if difference > 0 else (lambda at: errors.upper(at) >= 0)
        p_value = 2 * errors.tail(_first(reached))
    return Difference(
        low=errors.lower(quantile), high=errors.upper(quantile), difference=difference, p_value=p_value,
        detectable=errors.detectable(TAIL), recipe=recipe)


def _first(reached: Callable[[float], bool]) -> float:
    """The least quantile at which ``reached`` holds, as it does from there on; by bisection."""
    low, high = 0.0, 1.0
    while high < _WIDEST and not reached(high):
        low, high = high, 2 * high
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high
