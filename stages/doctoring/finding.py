"""What a check of the doctor says."""

from dataclasses import dataclass
from typing import Literal

from stages.wording.message import Message

Severity = Literal["severe", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("severe", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or may be.

    Attributes:
        name: of what was found, the same in every task; stable, so that it can be searched for. The message
            ``finding-<name>`` is its title.
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
    evidence: Message
    reason: Message
    remedy: Message
    runs: tuple[str, ...] = ()
