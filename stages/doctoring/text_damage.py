"""Checks of texts that are no longer what somebody wrote."""

from collections.abc import Iterator

from stages.corpora.damage import KINDS, count_damage, severity_of
from stages.doctoring.evidence import Evidence, parts_of
from stages.doctoring.finding import Finding, percent


def damaged_text(evidence: Evidence) -> Iterator[Finding]:
    """Texts that a wrong decoding, a lossy copy or a mixed file left behind, under the name of the kind of damage."""
    for split, rows in evidence.rows.items():
        counts = count_damage(map(parts_of, rows), evidence.task.get("language", ""))
        for kind in KINDS:
            severity = severity_of(kind, counts[kind], len(rows))
            if severity:
                yield _damage(evidence, kind, severity, split, counts[kind], len(rows))


def _damage(evidence: Evidence, kind: str, severity: str, split: str, damaged: int, rows: int) -> Finding:
    reason, remedy = _SAID[kind]
    return Finding(kind, severity, split, evidence.everything,
                   f"{damaged:,} of {rows:,} rows of {split} ({percent(damaged / rows)})", reason, remedy)
