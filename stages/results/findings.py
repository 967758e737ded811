"""What the doctor found, beside the numbers that it taints."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from stages.common.errors import UserError
from stages.common.files import sha256
from stages.common.visible import visible
from stages.results.reading import Text, validated


class FoundFact(BaseModel):
    """A finding of the doctor; ``taints`` names arms, the pre-trained ones by their tuning."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    severity: Literal["severe", "warning", "note"]
    about: Text
    taints: tuple[str, ...]
    evidence: Text
    reason: Text
    remedy: Text
    runs: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The name in words."""
        return self.name.replace("_", " ")

    @property
    def sentence(self) -> str:
        """The finding on one line."""
        return f"{self.title} ({self.about}): {self.evidence}; {self.reason}. Remedy: {self.remedy}"


class _Diagnosis(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    task: Text
    metrics: str
    findings: tuple[FoundFact, ...] = ()


def read_findings(path: Path, task: str, metrics: Path) -> tuple[FoundFact, ...]:
    """The findings on ``task``, the worst first.

    Raises:
        UserError: the file is missing or malformed, or is about other metrics than those in ``metrics``.
    """
    diagnosis = validated(_Diagnosis, path)
    if diagnosis.task != visible(task) or diagnosis.metrics != sha256(metrics):
        raise UserError(f"{path}: expected findings on {metrics} as it is, found those on other results; "
                        "run `dvc repro`")
    return diagnosis.findings


def about_cell(findings: Iterable[FoundFact], cell: str) -> str:
    """Names of what is severe or a warning about one cell; "" if there is nothing."""
    return ", ".join(finding.title for finding in findings
                     if cell in (finding.about, *finding.runs) and finding.severity != "note")


def finding_rows(findings: Iterable[FoundFact]) -> Iterator[tuple[str, ...]]:
    """Rows of a table: severity, name, about, evidence, reason, remedy."""
    for finding in findings:
        yield (finding.severity, finding.title, finding.about, finding.evidence, finding.reason, finding.remedy)
