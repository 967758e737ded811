"""Checks of texts that are no longer what somebody wrote."""

from collections.abc import Iterator

from stages.corpora.damage import KINDS, count_damage, severity_of
from stages.doctoring.evidence import Evidence
from stages.results.findings import Finding
from stages.wording.message import message
from stages.wording.names import split_name


def damaged_text(evidence: Evidence) -> Iterator[Finding]:
    """Texts that a wrong decoding, a lossy copy or a mixed file left behind, under the name of the kind of damage."""
    for split, rows in evidence.rows.items():
        counts = count_damage(rows, evidence.task.language)
        for kind in KINDS:
            if severity := severity_of(kind, counts[kind], len(rows)):
                yield Finding(
                    kind, severity, split, evidence.everything,
                    message("found-damage", number=counts[kind], rows=len(rows), share=counts[kind] / len(rows),
                            split=split_name(split)),
                    message(f"why-damage-{kind}"), message(f"fix-damage-{kind}"))


CHECKS = (damaged_text,)
