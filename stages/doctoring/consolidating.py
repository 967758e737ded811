"""From what single checks find to findings by cause: one for all that one cause made, with one remedy."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from stages.corpora.damage import KINDS
from stages.doctoring.evidence import Evidence
from stages.results.arm_words import run_name
from stages.results.findings import SEVERITIES, Finding
from stages.wording.message import Message, Value, Wording, message

# What ails one run, the cause before what follows from it: a run that failed has overfitted nothing.
_RUN_CAUSES = ("aborted", "diverged", "dead_gradient", "collapsed", "never_improved", "one_class_predicted",
               "near_chance", "class_never_predicted")
_FAILURES = ("aborted", "diverged", "collapsed")
_OF_FAILURE = ("failed_arm", "failed_seed")  # which name the failures of their runs
_OF_LABEL_WORDS = ("shared_first_token", "class_never_predicted", "one_class_predicted", "prediction_drift")
# What a finding explains about the same arm, so that it is not said again with another remedy.
_EXPLAINS: Mapping[str, tuple[str, ...]] = {
    "failed_arm": ("not_converged", "underfitted", "prediction_drift", "unstable_seeds", "loses_to_a_baseline",
                   "weak_segment", "too_small_to_tell", *_RUN_CAUSES),
    "failed_seed": ("unstable_seeds", "prediction_drift"),
    "smaller_budget": ("not_converged", "underfitted"),
    "underfitted": ("not_converged",),
    "not_converged": ("overfitted", "prediction_drift"),
    "test_below_validation": ("near_chance", "prediction_drift"),
    "class_never_predicted": ("prediction_drift",),
    "equal_label_words": _OF_LABEL_WORDS,
    "shorter_word_favoured": _OF_LABEL_WORDS,
    "teacher_knows_test": ("test_above_validation",),
}
# The same of the whole task.
_EXPLAINS_ALL: Mapping[str, tuple[str, ...]] = {
    "sentence_pieces_as_word_pieces": ("unknown_tokens", "letters_for_tokens", "unknown_token_drift", "lost_hangul"),
    "lost_hangul": ("unknown_tokens", "letters_for_tokens", "unknown_token_drift"),
    "unknown_tokens": ("unknown_token_drift",),
    "swapped_labels": ("test_below_validation", "prediction_drift"),
}
# The same where the numbers must not be believed for it.
_OF_DAMAGE = ("duplicate_rows", "conflicting_labels", "length_drift", "length_outliers", "giveaway_word",
              "surface_shortcut", "label_noise", "unknown_tokens", "unknown_token_drift", "letters_for_tokens",
              "leaked_rows", "markup_in_text", "test_below_validation", "tag_drift")
_OF_LABELS = ("test_below_validation", "prediction_drift", "label_noise", "label_drift")
_EXPLAINS_ALL_IF_SEVERE: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(KINDS, _OF_DAMAGE),
    "shifted_labels": (*_OF_LABELS, "swapped_labels"),
    "shifted_tags": (*_OF_LABELS, "swapped_labels", "tag_drift"),
    "tag_scheme": (*_OF_LABELS, "tag_drift"),
    "tag_drift": _OF_LABELS,
    "label_noise": ("test_below_validation", "prediction_drift"),
    "absent_label": _OF_LABELS,
    "surface_shortcut": (*_OF_LABELS, "giveaway_word", "hypothesis_only_shortcut"),
    "test_is_validation": ("test_below_validation",),
    "validation_is_train": ("test_below_validation", "label_noise"),
}
_LISTED = 3  # of several pieces of evidence


def consolidated(found: Sequence[Finding], evidence: Evidence) -> list[Finding]:
    """The findings that are left where each cause is reported once, the worst first.

    Of what ails one run the cause alone stays. What is found of several runs of an arm, of several arms or of several
    splits, with one severity and one remedy, is one finding.
    """
    kept = _without_explained(_one_per_run(found), evidence)
    merged = _merged(_merged(kept, evidence, runs=True), evidence, runs=False)
    return sorted(merged, key=lambda finding: SEVERITIES.index(finding.severity))


def _one_per_run(found: Sequence[Finding]) -> list[Finding]:
    causes: dict[str, int] = {}
    failed = {cell for finding in found if finding.name in _OF_FAILURE for cell in finding.runs}
    for finding in found:
        if finding.name in _RUN_CAUSES:
            place = _RUN_CAUSES.index(finding.name)
            causes[finding.about] = min(place, causes.get(finding.about, place))
    return [finding for finding in found
            if finding.name not in _RUN_CAUSES or (_RUN_CAUSES.index(finding.name) == causes[finding.about]
                                                   and not (finding.name in _FAILURES and finding.about in failed))]


def _without_explained(found: Sequence[Finding], evidence: Evidence) -> list[Finding]:
    """What is worse than its cause stays, since it may withhold a verdict."""
    causes: dict[tuple[str, str], int] = {}  # by what is explained and its arm, "" for all, the rank of the worst cause
    for finding in found:
        rank = SEVERITIES.index(finding.severity)
        for name, arm in [*((name, arm) for name in _EXPLAINS.get(finding.name, ())
                            for arm in _arms(finding, evidence) if arm in finding.taints or finding.about != arm),
                          *((name, "") for name in _explained_everywhere(finding))]:
            causes[name, arm] = min(rank, causes.get((name, arm), rank))

    def explained(finding: Finding) -> bool:
        return any(causes.get((finding.name, arm), len(SEVERITIES)) <= SEVERITIES.index(finding.severity)
                   for arm in (*_arms(finding, evidence), ""))

    return [finding for finding in found if not explained(finding)]


def _explained_everywhere(finding: Finding) -> tuple[str, ...]:
    severe = _EXPLAINS_ALL_IF_SEVERE.get(finding.name, ()) if finding.severity == "severe" else ()
    return (*_EXPLAINS_ALL.get(finding.name, ()), *severe)


def _arms(finding: Finding, evidence: Evidence) -> tuple[str, ...]:
    """The arms that a finding is about, by itself or by one of its runs."""
    return tuple(arm for arm, cells in evidence.arms.items() if finding.about == arm or finding.about in cells)


def _merged(found: Sequence[Finding], evidence: Evidence, runs: bool) -> list[Finding]:
    """With one finding in place of several that differ in their run alone, or in their arm or split alone."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in found:
        arm = evidence.arm_of.get(finding.about)
        # Who had less than whom is lost where such findings about several arms become one.
        beside_some = not runs and finding.about in evidence.arms and finding.taints and (
            finding.about not in finding.taints)
        key: tuple[object, ...] = (finding.name, finding.severity, finding.reason, finding.remedy,
                                   finding.about if beside_some else "")
        if runs:
            key = (*key, arm) if arm else (*key, finding.about, finding.evidence)
        groups.setdefault(key, []).append(finding)
    return [_one(group, evidence) for group in groups.values()]


def _one(group: Sequence[Finding], evidence: Evidence) -> Finding:
    about = list(dict.fromkeys(finding.about for finding in group))
    cells = [cell for finding in group for cell in (finding.runs or (finding.about,)) if cell in evidence.arm_of]
    taints = tuple(dict.fromkeys(arm for finding in group for arm in finding.taints))
    if len(group) == 1:
        return replace(group[0], runs=tuple(cells))
    places = {**evidence.arm_names, **{cell: run_name(cell, evidence.arm_names[arm])
                                       for cell, arm in evidence.arm_of.items()}}
    arm = evidence.arm_of.get(about[0])
    whole = arm is not None and set(about) == set(evidence.arms[arm])
    figures = [finding.evidence if len(about) == 1 or finding.about not in places
               or _holds(finding.evidence, places[finding.about]) or _holds(finding.evidence, finding.about)
               else message("evidence-of", about=places[finding.about], evidence=finding.evidence) for finding in group]
    more = [message("evidence-more", number=len(figures) - _LISTED)] if len(figures) > _LISTED else []
    return replace(group[0], about=arm if whole and arm else ", ".join(about), taints=taints,
                   evidence=message("evidence-parts", parts=(*figures[:_LISTED], *more)),
                   runs=tuple(dict.fromkeys(cells)))


def _holds(value: Value, place: Wording) -> bool:
    """Whether a message names a place."""
    parts = value.values.values() if isinstance(value, Message) else value if isinstance(value, tuple) else ()
    return value == place or any(_holds(part, place) for part in parts)
