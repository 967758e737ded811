"""All checks in one place."""

from stages.doctoring import arms, data, results, tokens, training
from stages.doctoring.consolidating import consolidated
from stages.doctoring.evidence import Evidence
from stages.doctoring.finding import Finding

CHECKS = (*data.CHECKS, *tokens.CHECKS, *training.CHECKS, *arms.CHECKS, *results.CHECKS)


def diagnose(evidence: Evidence) -> list[Finding]:
    """What all checks find, by its cause, the worst first."""
    return consolidated([finding for check in CHECKS for finding in check(evidence)], evidence)
