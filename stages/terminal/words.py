"""Names of findings in the language of who reads them."""

from typing import Literal

from stages.reporting.findings_in_korean import NAMES
from stages.reporting.korean import finding_in_korean
from stages.results.findings import FoundFact

Language = Literal["en", "ko"]


def finding_name(title: str, language: Language) -> str:
    """The name of one of the doctor's findings."""
    return NAMES.get(title, title) if language == "ko" else title


def describe_finding(finding: FoundFact, language: Language) -> str:
    """A finding with its evidence, reason and remedy, on one line."""
    return finding_in_korean(finding) if language == "ko" else finding.sentence
