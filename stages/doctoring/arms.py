"""Checks that compare arms: their budgets, their convergence, and their scores on validation and test."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from stages.doctoring.evidence import Answer, Evidence
from stages.metrics.groups import group_numbers
from stages.metrics.headlines import HEADLINES
from stages.metrics.outcome import Outcome
from stages.results.findings import SEVERITIES, Finding
from stages.results.histories import Evaluation, RunSummary
from stages.settings.arms import REFERENCE, arm_of_key, trained_as_far
from stages.wording.message import Message, message

# Of a schedule that falls to 0 the last part changes little; an arm that still gains a point there, and whose loss on
# train falls by a tenth, was cut short.
STILL_GAINING, STILL_FALLING = 0.01, 0.1
# Points of the score on train, at the end, by which one arm stays behind another. Who learns rows to the end comes
# close to all of them; a fifth is more than another schedule makes.
UNFITTED = 0.2
# Steps of the losing arm over those of the other: below the first it had a smaller budget, up to the second one that no
# verdict can stand on.
SMALLER, FAR_SMALLER = 0.9, 1 / 3
# Decoupled weight decay leaves exp(-lr * decay * steps) of each weight, lr being the mean over the steps. Published
# recipes leave more than 0.95; where a fifth is taken away, the decay undoes what the steps learn.
RUINED = 0.2
_MEAN_AFTER_WARMUP = {"linear": 1 / 2, "cosine": 1 / 2, "polynomial": 1 / 3, "constant": 1.0}
# Decay and learning rate of the losing arm that are so many times worse than those of the other, and above or below
# what is common (Mosbach et al., 2021, https://openreview.net/forum?id=nzpLWnVAyah: 0.01 to 0.1).
TIMES, COMMON_DECAY = 10.0, 0.1
LONG_WARMUP = 0.25
# Standard errors between validation and test that chance does not make: twelve tests of a report exceed them once in
# 1,300 reports. Validation chose each model among a few evaluations, which raises it by less than one. A test score
# far above it is rarer still: by chance one of 740 arms is three above, and 38 healthy studies of real rows reach 0.9.
# Where it is above, another arm that does not rise with it is known from a one-sided test at 1 %.
ERRORS, ERRORS_ABOVE, ERRORS_ALONE = 4.0, 3.0, 2.33
# Points that are worth a warning, and the share of the skill on validation that test must keep.
DISTANCE, KEPT_SKILL = 0.05, 0.5


def smaller_budget(evidence: Evidence) -> Iterator[Finding]:
    """Arms that lose a comparison and had less to learn with than the arm that wins it.

    Severe, so that there is no verdict, where the budget is far smaller, is undone by its weight decay, or is smaller
    and the arm was not trained to the end; else the verdict holds for this budget alone. Where the interval of the
    difference contains zero there is no verdict, and only a gross handicap is reported. Of an arm that had less than
    some of those that it is compared with, the comparisons with these alone are tainted: a recipe may have epochs of
    its own.
    """
    short = {finding.about for check in (not_converged, underfitted) for finding in check(evidence)}
    found: dict[str, dict[str, tuple[bool, Message]]] = {}  # by the losing and the winning arm
    losses = set(_losses(evidence))
    for arm, rival, compared in evidence.compared():
        loser, winner = (rival, arm) if compared.difference > 0 else (arm, rival)
        handicaps, gross = _handicaps(evidence, loser, winner)
        if (loser, winner) not in losses:
            handicaps, gross = (handicaps, False) if gross else ([], False)
        elif loser in short:
            gross = bool(handicaps)
        if handicaps:
            found.setdefault(loser, {})[winner] = (gross, message("evidence-parts", parts=tuple(handicaps)))
    for arm, winners in found.items():
        comparisons = sum(arm in pair for *pair, _ in evidence.compared())
        for severity in SEVERITIES[:2]:
            unfair = {winner: found for winner, (gross, found) in winners.items() if gross == (severity == "severe")}
            if unfair:
                gave_up = any(_gave_up(evidence, arm, winner) for winner in unfair)
                yield Finding(
                    "smaller_budget", severity, arm, (arm,) if len(unfair) == comparisons else tuple(unfair),
                    list(unfair.values())[-1 if severity == "severe" else 0], runs=tuple(evidence.arms[arm]),
                    remedy=message("fix-patience" if gave_up else "fix-smaller_budget"))


def _losses(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """The losing and the winning arm of every comparison whose interval excludes zero."""
    for arm, rival, compared in evidence.compared():
        if compared.low > 0:
            yield rival, arm
        elif compared.high < 0:
            yield arm, rival


def _handicaps(evidence: Evidence, loser: str, winner: str) -> tuple[list[Message], bool]:
    """In what the loser had the smaller budget, and whether that is gross by itself."""
    own, other = (_first_run(evidence, arm).settings for arm in (loser, winner))
    steps = {arm: _steps(evidence, arm) for arm in (loser, winner)}
    names = {"loser": evidence.arm_names[loser], "winner": evidence.arm_names[winner]}
    handicaps, gross = [], False
    if steps[loser] < SMALLER * steps[winner] and (
            _took_all_steps(evidence, loser) or _gave_up(evidence, loser, winner)):
        handicaps.append(message("budget-steps", own=steps[loser], other=steps[winner], **names))
        # Steps over pairs of rows do not measure steps over rows.
        over_pairs = _first_run(evidence, winner).recipe.get("method") == "setfit"
        gross = steps[loser] <= FAR_SMALLER * steps[winner] and not over_pairs
    if not own or not other:
        return handicaps, gross
    lost = 1 - math.exp(-own["lr"] * own["weight_decay"] * steps[loser] * _mean_of_schedule(own, steps[loser]))
    if own["weight_decay"] > max(COMMON_DECAY, TIMES * other["weight_decay"]):
        handicaps.append(message("budget-decay", own=own["weight_decay"], other=other["weight_decay"], **names))
    elif lost >= RUINED:
        handicaps.append(message("budget-decay-ruins", decay=own["weight_decay"], lost=lost, loser=names["loser"],
                                 rate=own["lr"]))
    gross = gross or lost >= RUINED
    if (loser == REFERENCE and trained_as_far(winner, _first_run(evidence, winner).recipe)
            and own["lr"] * TIMES <= other["lr"]):
        handicaps.append(message("budget-rate", own=own["lr"], other=other["lr"], **names))
    warmups = [_warmup_share(values, steps[arm]) for arm, values in ((loser, own), (winner, other))]
    if warmups[0] > max(LONG_WARMUP, 2 * warmups[1]):
        handicaps.append(message("budget-warmup", own=warmups[0], other=warmups[1], **names))
    if own["schedule"] == "constant" != other["schedule"]:
        handicaps.append(message("budget-schedule", **names))
    return handicaps, gross


def _mean_of_schedule(settings: Mapping[str, Any], steps: float) -> float:
    """The mean of the learning rate over all steps, as a share of its peak."""
    rising = min(_warmup_share(settings, steps), 1.0)
    return rising / 2 + (1 - rising) * _MEAN_AFTER_WARMUP[settings["schedule"]]


def _warmup_share(settings: Mapping[str, Any], steps: float) -> float:
    return settings["warmup"] if settings["warmup"] < 1 else settings["warmup"] / max(steps, 1.0)


def _steps(evidence: Evidence, arm: str) -> float:
    """In the mean of the runs that trained; a step that overflowed in fp16 changed nothing."""
    runs = [evidence.histories[cell].summary for cell in evidence.trained(arm)]
    return float(np.mean([run.steps - run.skipped_steps for run in runs]))


def _took_all_steps(evidence: Evidence, arm: str) -> bool:
    """Whether its budget ended most of the runs that trained: one that patience ended had all that it could use."""
    ended = [evidence.histories[cell].summary.outcome == Outcome.FINISHED for cell in evidence.trained(arm)]
    return 2 * sum(ended) > len(ended)


def _gave_up(evidence: Evidence, arm: str, other: str) -> bool:
    """Whether patience ended the runs of an arm after few of the steps of another, its own rows not learned by far."""
    stopped = [evidence.histories[cell].summary.outcome == Outcome.STOPPED_EARLY for cell in evidence.trained(arm)]
    if 2 * sum(stopped) <= len(stopped) or _steps(evidence, arm) > FAR_SMALLER * _steps(evidence, other):
        return False
    measured = all(evidence.histories[cell].evaluations for one in (arm, other) for cell in evidence.arms[one])
    return measured and _fit(evidence, other) - _fit(evidence, arm) >= UNFITTED


def not_converged(evidence: Evidence) -> Iterator[Finding]:
    """Arms that were still getting better when they ended, in the mean of their runs.

    A warning where the arm loses a comparison, which a longer run might win.
    """
    losing = {loser for loser, _ in _losses(evidence)}
    for arm, cells in evidence.arms.items():
        ends = [ended for cell in cells if (ended := _last_two(evidence, cell))]
        if not ends or 2 * sum(last for _, _, last in ends) <= len(cells):
            continue
        before, after = (np.array([[evidence.score(event, "validation"), event.train["loss"]] for event in events])
                         .mean(axis=0) for events in ([end[0] for end in ends], [end[1] for end in ends]))
        if after[0] - before[0] > STILL_GAINING and after[1] < (1 - STILL_FALLING) * before[1]:
            yield Finding.of(
                "not_converged", "warning" if arm in losing else "note", arm, (arm,),
                gained=float(after[0] - before[0]), before=float(before[1]), after=float(after[1]), runs=tuple(cells))


def _last_two(evidence: Evidence, cell: str) -> tuple[Evaluation, Evaluation, bool] | None:
    """The last two evaluations of a run that its steps ended, and whether the last is the one that was kept."""
    evaluations, end = evidence.histories[cell].evaluations, evidence.histories[cell].summary
    if len(evaluations) < 2 or end.outcome != Outcome.FINISHED:
        return None
    return evaluations[-2], evaluations[-1], end.best_step == evaluations[-1].step


def underfitted(evidence: Evidence) -> Iterator[Finding]:
    """Arms none of whose runs fits its training rows nearly as well as another arm does, and that test worse.

    A pre-trained encoder can learn what the same architecture learns from random weights. Where it does not, the recipe
    is at fault and not pre-training: severe where the interval of the difference excludes zero and all weights were
    trained, so that only the recipe is left as a cause. A head on a frozen encoder need not be able to. That random
    weights take longer is part of what pre-training is worth. Only runs on all training rows are looked at.
    """
    fits = {arm: _fit(evidence, arm) for arm, cells in evidence.arms.items()
            if all(evidence.histories[cell].evaluations for cell in cells)
            and _first_run(evidence, arm).recipe["method"] != "head"
            and all(evidence.histories[cell].summary.outcome != Outcome.REACHED_TRAIN_SCORE for cell in cells)}

    def behind(arm: str, other: str) -> bool:
        return fits[other] - fits[arm] >= UNFITTED and evidence.mean(arm) < evidence.mean(other)

    pretrained = [arm for arm in fits if arm_of_key(arm).weights is not None] if REFERENCE in fits else []
    for arm in pretrained:
        if behind(arm, REFERENCE):
            harm = evidence.metrics.comparisons[arm].high < 0 and trained_as_far(arm, _first_run(evidence, arm).recipe)
            yield Finding.of(
                "underfitted", "severe" if harm else "warning", arm, (arm,),
                own=fits[arm], other=fits[REFERENCE], rival=evidence.arm_names[REFERENCE],
                reason=message("why-underfitted-recipe"), remedy=evidence.tuning(arm), runs=tuple(evidence.arms[arm]))
    ahead = [arm for arm in pretrained if behind(REFERENCE, arm)]
    best = max(ahead, key=lambda arm: fits[arm], default="")
    gave_up = bool(best) and _gave_up(evidence, REFERENCE, best)
    if best and (gave_up or _took_all_steps(evidence, REFERENCE)):
        yield Finding.of(
            "underfitted", "warning", REFERENCE, (REFERENCE,),
            own=fits[REFERENCE], other=fits[best], rival=evidence.arm_names[best],
            reason=message("why-underfitted-scratch"),
            remedy=message("fix-patience" if gave_up else "fix-underfitted-scratch"),
            runs=tuple(evidence.arms[REFERENCE]))


def _fit(evidence: Evidence, arm: str) -> float:
    """The best headline metric on train with which a run of the arm ended; a failed seed has a finding of its own."""
    return max(evidence.score(evidence.histories[cell].evaluations[-1], "train") for cell in evidence.arms[arm])


def _first_run(evidence: Evidence, arm: str) -> RunSummary:
    return evidence.histories[evidence.arms[arm][0]].summary


def test_unlike_validation(evidence: Evidence) -> Iterator[Finding]:
    """Arms whose score on test is further from that on validation than the rows of both explain.

    Validation chose the models and test did not, so that test may lie a little below. Far below, its rows or labels are
    of another kind: severe where it keeps less than half of the skill above chance. Far above, something knows test:
    severe where that is a checkpoint, so that scratch does not rise with it.
    """
    shifts = {arm: _Shift.of(evidence, evidence.trained(arm)) for arm in evidence.arms}
    for arm, shift in shifts.items():
        if -ERRORS * shift.error <= shift.distance <= ERRORS_ABOVE * shift.error:
            continue
        distance = message("found-test-unlike-validation", test=shift.test, validation=shift.validation,
                           difference=shift.distance, errors=abs(shift.distance) / shift.error)
        if shift.distance > 0:
            alone = arm != REFERENCE and REFERENCE in shifts and shift.exceeds(shifts[REFERENCE])
            yield Finding(
                "test_above_validation", _severity(shift, alone), arm, (arm,), distance,
                message("why-checkpoint-knows-test" if alone else "why-test-easier"),
                message("fix-checkpoint-knows-test" if alone else "fix-test-easier"), tuple(evidence.arms[arm]))
        else:
            skills = [value - evidence.chance for value in (shift.validation, shift.test)]
            yield Finding(
                "test_below_validation", _severity(shift, skills[1] < KEPT_SKILL * skills[0]), arm, (arm,), distance,
                message("why-test-harder"), message("fix-test-harder"), tuple(evidence.arms[arm]))


def _severity(shift: "_Shift", severe: bool) -> Any:
    if abs(shift.distance) < DISTANCE:
        return "note"
    return "severe" if severe else "warning"


class _Shift:
    """Mean scores of an arm on validation and test, and their distance with its standard error.

    The error is that of the rows of both, linearised (for F1 the delta method; Efron and Tibshirani, 1993, An
    Introduction to the Bootstrap, chapter 21), by ``group`` where rows have one, and of the seeds.
    """

    def __init__(self, scores: Mapping[str, Sequence[float]], influences: Mapping[str, np.ndarray],
                 groups: Mapping[str, np.ndarray]) -> None:
        """Scores [runs] of both splits, and influences [rows] on their means with the group of each row."""
        self.validation, self.test = (float(np.mean(scores[split])) for split in ("validation", "test"))
        self.distance = self.test - self.validation
        self._influences, self._groups = influences, groups
        distances = np.subtract(scores["test"], scores["validation"])
        self._seeds = float(distances.var(ddof=1) / len(distances)) if len(distances) > 1 else 0.0
        shares = {"validation": self.validation, "test": self.test}
        added = {split: share**2 + (1 - share) ** 2 for split, share in shares.items()}
        self.error = math.sqrt(_variance(influences, groups, added) + self._seeds)

    @classmethod
    def of(cls, evidence: Evidence, cells: Sequence[str]) -> "_Shift":
        """That of an arm."""
        found = {split: [_scored(evidence, evidence.gold(split), evidence.predictions[split][cell]) for cell in cells]
                 for split in ("validation", "test")}
        return cls({split: [score for score, _ in runs] for split, runs in found.items()},
                   {split: np.mean([influence for _, influence in runs], axis=0) for split, runs in found.items()},
                   {split: _groups(evidence, split) for split in found})

    def exceeds(self, other: "_Shift") -> bool:
        """Whether this distance is above that of another arm by more than chance on the same rows."""
        apart = {split: self._influences[split] - other._influences[split] for split in self._influences}
        error = math.sqrt(_variance(apart, self._groups, dict.fromkeys(apart, 1.0)) + self._seeds + other._seeds)
        return self.distance - other.distance > ERRORS_ALONE * error


def _scored(evidence: Evidence, gold: Sequence[Answer], predicted: Sequence[Answer]) -> tuple[float, np.ndarray]:
    """The headline metric, and what each row adds to it beyond its share, float64 [rows] that sum to 0."""
    headline = HEADLINES[evidence.task.metric]
    rows = headline.statistics(gold, predicted)
    score = float(headline.scorer(rows.sum(axis=0)))
    right, *wholes = rows.T
    part, whole = len(wholes) * right, np.sum(wholes, axis=0)  # whose ratio is the score, as in Headline
    return score, (part - score * whole) / max(float(whole.sum()), 1.0)


def _groups(evidence: Evidence, split: str) -> np.ndarray:
    """Int [rows], the same number for rows that belong together."""
    numbers = group_numbers(evidence.rows[split])
    return np.arange(len(evidence.rows[split])) if numbers is None else numbers


def _variance(influences: Mapping[str, np.ndarray], groups: Mapping[str, np.ndarray], added: Mapping[str, float]
              ) -> float:
    """Of a difference of two means, with ``added`` squares per group squared.

    Few rows that are nearly all right show too little variance. One more that is right and one that is wrong add
    ``share ** 2 + (1 - share) ** 2`` (after Agresti and Coull, 1998, The American Statistician 52); to a paired
    difference half a row in each of four cells adds 1 (Agresti and Min, 2005, Statistics in Medicine 24).
    """
    total = 0.0
    for split, influence in influences.items():
        summed = np.bincount(groups[split], influence)
        corrected = (summed**2).sum() * len(summed) / max(len(summed) - 1, 1)
        total += float(corrected) + added[split] / len(summed) ** 2
    return total


CHECKS = (smaller_budget, not_converged, underfitted, test_unlike_validation)
