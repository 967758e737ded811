"""Names of things in English words, for ``diff``, which is in English alone."""

from contextlib import suppress

from stages.wording.catalogue import render
from stages.wording.names import finding_name, metric_name


def metric_words(metric: str) -> str:
    """A metric in a word or two."""
    return render(metric_name(metric))


def finding_words(finding: str) -> str:
    """The title of a finding, as the doctor and the report have it; of one that the doctor no longer has, its name."""
    with suppress(LookupError):
        return render(finding_name(finding))
    return finding.replace("_", " ")
