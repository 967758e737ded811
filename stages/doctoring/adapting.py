"""Checks of weights that were pre-trained on text of the task."""

from collections.abc import Iterator

import numpy as np

from stages.doctoring.evidence import Evidence
from stages.results.findings import Finding

# Losses are means of few batches. A fall by fewer standard errors, of those at either end, may be of the batches.
ERRORS = 2.0


def pretraining_without_gain(evidence: Evidence) -> Iterator[Finding]:
    """Further pre-training after which the loss is no lower than it began: it learned nothing that can be measured."""
    for arm, card in evidence.adaptations.items():
        first, last = card.ends
        if min(len(first), len(last)) < 2:
            continue
        error = (np.var(first, ddof=1) / len(first) + np.var(last, ddof=1) / len(last)) ** 0.5
        if np.mean(first) - np.mean(last) <= ERRORS * error:
            yield Finding.of(
                "pretraining_without_gain", "warning", arm, (arm,),
                first=float(np.mean(first)), last=float(np.mean(last)))


CHECKS = (pretraining_without_gain,)
