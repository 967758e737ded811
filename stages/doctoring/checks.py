"""All checks in one place."""

from stages.doctoring import data, results, tokens, training
from stages.doctoring.evidence import Evidence
from stages.doctoring.finding import SEVERITIES, Finding

CHECKS = (*data.CHECKS, *tokens.CHECKS, *training.CHECKS, *results.CHECKS)


def diagnose(evidence: Evidence) -> list[Finding]:
    """What all checks find, the worst first."""
    found = [finding for check in CHECKS for finding in check(evidence)]
    return sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))
