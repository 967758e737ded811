"""Stage ``diagnose``: what is wrong with the results of one task, or may be."""

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from stages.common.files import sha256, write_json
from stages.common.pipeline import pipeline_stage
from stages.doctoring.checks import diagnose
from stages.doctoring.evidence import read_evidence
from stages.settings.adaptation import adaptation_text
from stages.settings.arms import arm_of_key
from stages.settings.grid import Grid, read_cell_grid
from stages.settings.libraries import require_libraries
from stages.settings.train_rows import read_all_draws


def _diagnose(options: Namespace) -> None:
    require_libraries("numpy", "pyarrow", "scikit-learn", "scipy", "tokenizers")
    grid = read_cell_grid(options.task)
    write_findings(options, grid, [arm for arm in grid.arms if arm_of_key(arm).weights
                                   and not adaptation_text(arm_of_key(arm).name)])


def write_findings(paths: Namespace, grid: Grid, readers: Collection[str] = ()) -> None:
    """Write the findings on one task, and the digest of the metrics that they are about.

    ``readers``: arms that were pre-trained on the texts of all training rows.
    """
    findings = diagnose(read_evidence(paths, grid.arms, read_all_draws(paths.rows), readers))
    facts: dict[str, Any] = {"task": paths.task, "metrics": sha256(paths.metrics)}
    if findings:  # `dvc plots` stumbles over an empty list
        facts["findings"] = [asdict(finding) for finding in findings]
    write_json(paths.out, facts)
    counts = Counter(finding.severity for finding in findings)
    print(f"{paths.task}: {counts['severe']} severe, {counts['warning']} warnings, {counts['note']} notes",
          file=sys.stderr)


main = pipeline_stage(
    "diagnose", _diagnose, "task prepared encoding_card metrics models predictions checkpoint rows",
    more="`python -m stages.doctor` fails on severe findings.",
    card="the data card; those of further pre-training lie beside it", out="JSON with the findings")

if __name__ == "__main__":
    sys.exit(main())
