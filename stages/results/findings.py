"""What the doctor found, beside the numbers that it taints."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.dataclasses import dataclass

from stages.common.errors import UserError
from stages.common.files import sha256
from stages.common.visible import visible
from stages.results.arm_words import arm_name, named, run_name, words_of
from stages.results.reading import Text, validated
from stages.settings.arms import ARMS, FULL_TUNING, parse_cell_name
from stages.wording.message import Message, Value, Wording, listed, message
from stages.wording.names import finding_name, severity_name, split_name

Severity = Literal["severe", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("severe", "warning", "note")
# Findings that qualify a verdict: it holds for the budget that the losing arm had.
BUDGETS = ("smaller_budget", "not_converged", "underfitted")
# Findings that may be about an arm beside some of its rivals alone. They are then about the arm, and taint its
# comparisons with these.
_OF_COMPARISONS = (*BUDGETS, "too_small_to_tell")


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Finding:
    """One thing that is wrong, or may be.

    Attributes:
        name: of what was found, the same in every task; stable, so that it can be searched for. The message
            ``finding-<name>`` is its title.
        severity: ``severe`` where the numbers that it taints must not be believed, ``warning`` where they mislead who
            does not know of it, ``note`` for what is merely good to know.
        about: the cell, arm or split that it was found in, or ``task``.
        taints: names of the arms whose scores it touches, the pre-trained ones by their tuning. A comparison of one of
            them with anything is tainted.
        evidence: figures.
        reason: why it matters, ``why-<name>`` where nothing else is said.
        remedy: what to do, ``fix-<name>`` where nothing else is said.
        runs: the cells that it was found in, where ``about`` names none or several.
    """

    name: Text
    severity: Severity
    about: Text
    taints: tuple[str, ...]
    evidence: Message
    reason: Message = Field(default_factory=lambda found: message("why-" + found["name"]))
    remedy: Message = Field(default_factory=lambda found: message("fix-" + found["name"]))
    runs: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, severity: Severity, about: str, taints: tuple[str, ...], *, reason: Message | None = None,
           remedy: Message | None = None, runs: tuple[str, ...] = (), **figures: Value) -> "Finding":
        """One whose evidence is ``found-<name>`` with these figures."""
        said = {"reason": reason, "remedy": remedy}
        return cls(name, severity, about, taints, message("found-" + name, **figures), runs=runs,
                   **{part: words for part, words in said.items() if words})

    @property
    def title(self) -> Message:
        """The name in words."""
        return finding_name(self.name)

    @property
    def place(self) -> Message:
        """What it is about, in words."""
        return self.place_among({})

    def place_among(self, arms: Mapping[str, Wording]) -> Message:
        """The same where the arms of the task are known: their names by their keys."""
        known = {arm: words_of(arm).name for arm in ARMS} | dict(arms)
        return named(self._run(part, known) if part in self.runs else known.get(part) or split_name(part)
                     for part in self.about.split(", "))

    def _run(self, cell: str, arms: Mapping[str, Wording]) -> Message:
        of_cell = parse_cell_name(cell)
        return run_name(cell, arms.get(of_cell.key) or arm_name(
            of_cell.arm, "" if of_cell.tuning == FULL_TUNING else of_cell.tuning))

    def concerned(self, arms: Sequence[str]) -> set[str]:
        """Those of the compared ``arms`` whose results it puts in doubt."""
        about, tainted, compared = set(self.about.split(", ")), set(self.taints), set(arms)
        if self.name not in _OF_COMPARISONS or about & tainted:
            return tainted & compared
        return about & compared if tainted & compared else set()

    @property
    def sentence(self) -> Message:
        """The finding on one line."""
        return message("sentence-of-finding", title=self.title, about=self.place, evidence=self.evidence,
                       reason=self.reason, remedy=self.remedy)


class _Diagnosis(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    task: Text
    metrics: str
    findings: tuple[Finding, ...] = ()


def read_findings(path: Path, task: str, metrics: Path) -> tuple[Finding, ...]:
    """The findings on ``task``, the worst first.

    Raises:
        UserError: the file is missing or malformed, or is about other metrics than those in ``metrics``.
    """
    diagnosis = validated(_Diagnosis, path)
    if diagnosis.task != visible(task) or diagnosis.metrics != sha256(metrics):
        raise UserError(f"{path}: expected findings on {metrics} as it is, found those on other results; "
                        "run `dvc repro`")
    return diagnosis.findings


def beside(findings: Iterable[Finding], arms: Sequence[str]) -> list[Finding]:
    """What is to be told beside a comparison of ``arms``: all but what puts other arms alone in doubt."""
    return [finding for finding in findings if not finding.taints or finding.concerned(arms)]


def about_cell(findings: Iterable[Finding], cell: str) -> Wording:
    """Names of what is severe or a warning about one cell; "" if there is nothing."""
    names = [finding.title for finding in findings
             if cell in (finding.about, *finding.runs) and finding.severity != "note"]
    return listed(names) if names else ""


def finding_rows(findings: Iterable[Finding], arms: Mapping[str, Wording]) -> Iterator[tuple[Wording, ...]]:
    """Rows of a table: severity, name, about, evidence, reason, remedy; ``arms`` has names of arms by their keys."""
    for finding in findings:
        yield (severity_name(finding.severity), finding.title, finding.place_among(arms), finding.evidence,
               finding.reason, finding.remedy)
