"""All checks in one place."""

from stages.doctoring import arms, data, distilling, labels, leakage, results, tags, text_damage, tokens, training
from stages.doctoring.consolidating import consolidated
from stages.doctoring.evidence import Evidence
from stages.doctoring.finding import Finding

CHECKS = (*text_damage.CHECKS, *leakage.CHECKS, *data.CHECKS, *tags.CHECKS, *labels.CHECKS, *tokens.CHECKS,
          *training.CHECKS, *arms.CHECKS, *distilling.CHECKS, *results.CHECKS)


def diagnose(evidence: Evidence) -> list[Finding]:
    """What all checks find, by its cause, the worst first."""
    return consolidated([finding for check in CHECKS for finding in check(evidence)], evidence)
