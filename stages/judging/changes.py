"""What may be said of a change between two revisions, and what a gate should stop."""

import math
from collections.abc import Iterator, Mapping, Sequence

from stages.judging.holm import holm
from stages.judging.verdicts import LEVEL
from stages.results.changes import ArmChange, Changes, FailedCount, VerdictChange
from stages.results.english import arm_words, finding_words, metric_words, place_words
from stages.results.verdicts import Judgement
from stages.settings.arms import REFERENCE

GONE = "gone"  # stands for a verdict on a comparison that a revision no longer has
# Failed runs are left out of the means that verdicts compare, so they are counted by themselves. At five runs no test
# of two rates can find anything, and a seed that fails now and then must close no gate. So many runs more than the rate
# before gives, and such a share of the arm, is another recipe.
MORE_FAILED, SHARE_FAILED = 2, 1 / 3


def judge_scores(scores: Sequence[ArmChange]) -> None:
    """Add to each arm's change "holm", its corrected p value, "significant", and "change".

    Arms whose predictions are the same bytes are no tests: they must not make it harder to find what changed. Nor are
    runs of a single seed, of which nobody knows how much another seed would change.
    """
    tested = [found for found in scores if found["recipe"] and not found["same_predictions"]]
    adjusted = iter(holm([found["p_value"] for found in tested]))
    for found in scores:
        is_test = found["recipe"] and not found["same_predictions"]
        found["holm"] = next(adjusted) if is_test else 1.0
        found["significant"] = found["holm"] < LEVEL
        found["change"] = _change(found)


def _change(found: ArmChange) -> str:
    if found["same_predictions"]:
        return "same"
    if not found["recipe"]:
        return "one_seed"
    if not found["significant"]:
        return "inconclusive"
    return "better" if found["difference"] > 0 else "worse"


def judge_verdicts(
    old: Mapping[str, Mapping[str, Judgement]], new: Mapping[str, Mapping[str, Judgement]]
) -> Iterator[VerdictChange]:
    """Verdicts that changed, or are gone with their task or arm, and whether the effect fell beyond noise.

    One that holds for this budget alone is another than one without such a reservation.
    """
    for task, comparisons in old.items():
        for name, before in comparisons.items():
            after = new.get(task, {}).get(name)
            qualified = (bool(before.qualified), bool(after and after.qualified))
            if after is None or after.outcome != before.outcome or len(set(qualified)) > 1:
                yield {"task": task, "comparison": name, "arms": before.arms, "old": before.outcome,
                       "new": after.outcome if after else GONE, "qualified": qualified,
                       "fell": after is not None and fell(before, after)}


def fell(before: Judgement, after: Judgement) -> bool:
    """Whether the difference between the arms is less than it was by more than the intervals of both studies allow.

    Two studies of one truth often have other verdicts, one p value being just below the level and one just above it;
    this is the test of the difference itself (Gelman and Stern, 2006, The American Statistician 60). Limits of runs of
    a single seed leave out what another seed would change, so they close nothing.
    """
    if not (before.recipe and after.recipe):
        return False
    return before.difference - after.difference > math.hypot(
        (before.high - before.low) / 2, (after.high - after.low) / 2)


def _more_runs_fail(before: FailedCount | None, after: FailedCount | None) -> bool:
    if before is None or after is None:
        return False
    expected = before["count"] * after["runs"] / before["runs"]
    return after["count"] - expected >= MORE_FAILED and after["count"] >= SHARE_FAILED * after["runs"]


def regressions(facts: Changes) -> Iterator[str]:
    """What a gate should stop, in words, from the ``scores``, ``verdicts`` and ``findings`` that changed."""
    for found in facts["scores"]:
        if found["difference"] < 0 and (found["significant"] or found["rescored"]):
            why = ", though the predictions are the same" if found["rescored"] else ""
            yield f"{found['task']}, {found['arm']}: {metric_words(found['metric'])} fell{why}"
        if _more_runs_fail(*found["failed"]):
            was, now = (f"{side['count']} of {side['runs']}" for side in found["failed"])
            yield f"{found['task']}, {found['arm']}: {now} runs failed to train, {was} before"
    for flipped in facts["verdicts"]:
        if reason := _lost_verdict(flipped):
            yield f"{flipped['task']}, {arm_words(flipped['arms'][0])}: {reason}"
    for finding in facts["findings"]["new"]:
        if finding["severity"] == "severe":
            yield f"{finding['task']}, {place_words(finding['about'])}: severe finding {finding_words(finding['name'])}"


def _lost_verdict(flipped: VerdictChange) -> str:
    """Why a changed verdict is a regression; "" if it is none."""
    if flipped["new"] == flipped["old"]:  # with another reservation alone
        return ""
    lost = flipped["fell"] or flipped["new"] == GONE
    second = flipped["arms"][1]
    if second != REFERENCE:  # what is found is about what the first has besides the second, not about pre-training
        if flipped["new"] in ("hurts", "below_scratch"):
            return f"now scores below {arm_words(second)}"
        won = flipped["old"] in ("helps", "above_scratch")
        return f"scored above {arm_words(second)}, and no longer does" if won and lost else ""
    if flipped["new"] == "hurts":
        return "pre-training is now found to hurt"
    if flipped["new"] == "below_scratch":
        return "the arm now scores below training from scratch"
    if flipped["old"] == "helps" and lost:
        return "pre-training was found to help, and no longer is"
    if flipped["old"] == "above_scratch" and lost:
        return "the arm scored above training from scratch, and no longer does"
    return ""
