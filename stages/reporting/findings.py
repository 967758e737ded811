"""What the doctor found, beside the numbers that it taints."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from stages.common.errors import UserError
from stages.common.files import sha256
from stages.reporting.reading import validated
from stages.reporting.texts import visible

Text = Annotated[str, AfterValidator(visible)]
# Names of what a verdict is qualified by: it holds for the budget that the losing arm had.
BUDGETS = ("smaller_budget", "not_converged", "underfitted")


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


def withholding(findings: Iterable[FoundFact], arms: Collection[str]) -> str:
    """Why a comparison of ``arms`` cannot have a confident verdict; "" if it can.

    A severe finding that taints one of them is a reason. Of several of one name, the first is told.
    """
    severe: dict[str, FoundFact] = {}
    for finding in findings:
        if finding.severity == "severe" and set(finding.taints) & set(arms):
            severe.setdefault(finding.name, finding)
    return "; ".join(f"{finding.title}: {finding.evidence}" for finding in severe.values())


def qualifying(findings: Iterable[FoundFact], loser: str) -> str:
    """Why a verdict against the arm ``loser`` holds for its budget alone; "" where it holds for any.

    What is severe is a reason to withhold it instead, and what is merely noted is none.
    """
    return "; ".join(f"{finding.title}: {finding.evidence}" for finding in findings
                     if finding.severity == "warning" and finding.name in BUDGETS and loser in finding.taints)


def about_cell(findings: Iterable[FoundFact], cell: str) -> str:
    """Names of what is severe or a warning about one cell; "" if there is nothing."""
    return ", ".join(finding.title for finding in findings
                     if cell in (finding.about, *finding.runs) and finding.severity != "note")


def finding_rows(findings: Iterable[FoundFact]) -> Iterator[tuple[str, ...]]:
    """Rows of a table: severity, name, about, evidence, reason, remedy."""
    for finding in findings:
        yield (finding.severity, finding.title, finding.about, finding.evidence, finding.reason, finding.remedy)
