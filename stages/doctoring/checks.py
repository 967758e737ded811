"""All checks in one place."""

from dataclasses import replace

from stages.doctoring import (
    adapting,
    arms,
    data,
    distilling,
    labels,
    leakage,
    prompts,
    results,
    surface,
    tags,
    text_damage,
    tokens,
    training,
)
from stages.doctoring.consolidating import consolidated
from stages.doctoring.evidence import Evidence
from stages.results.findings import Finding
from stages.wording.message import message

CHECKS = (*text_damage.CHECKS, *leakage.CHECKS, *data.CHECKS, *tags.CHECKS, *labels.CHECKS, *surface.CHECKS,
          *tokens.CHECKS, *training.CHECKS, *adapting.CHECKS, *arms.CHECKS, *distilling.CHECKS,
          *results.CHECKS, *prompts.CHECKS)
# What does not speak of a model that is only prompted.
_OF_TRAINING = {*training.CHECKS, arms.smaller_budget, arms.not_converged, arms.underfitted, results.swapped_labels,
                results.hypothesis_only_shortcut} - {training.unstable_seeds}
# Whose remedy is to train better.
_TUNED = ("one_class_predicted", "class_never_predicted", "near_chance", "loses_to_a_baseline", "unstable_seeds")


def diagnose(evidence: Evidence) -> list[Finding]:
    """What all checks find, by its cause, the worst first."""
    found = [finding for check in CHECKS
             for finding in check(evidence.of_training if check in _OF_TRAINING else evidence)]
    prompted = {evidence.arm_of[cell] for cell in evidence.prompts}
    return consolidated([replace(finding, remedy=message("fix-prompt"))
                         if finding.name in _TUNED and prompted.issuperset(finding.taints) else finding
                         for finding in found], evidence)
