"""What a check of the doctor says."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["severe", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("severe", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or may be.

    Attributes:
        name: of what was found, the same in every task; stable, so that it can be searched for.
        severity: ``severe`` where the numbers that it taints must not be believed, ``warning`` where they mislead who
            does not know of it, ``note`` for what is merely good to know.
        about: the cell, arm or split that it was found in, or ``task``.
        taints: names of the arms whose scores it touches. A comparison of one of them with anything is tainted.
        evidence: figures.
        reason: why it matters.
        remedy: what to do.
        runs: the cells that it was found in, where ``about`` names none or several.
    """

    name: str
    severity: Severity
    about: str
    taints: tuple[str, ...]
    evidence: str
    reason: str
    remedy: str
    runs: tuple[str, ...] = ()


def percent(share: float) -> str:
    """A share between 0 and 1 for people."""
    return f"{100 * share:.1f} %"
