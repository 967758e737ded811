"""Stage ``diagnose``: what is wrong with the results of one task, or may be."""

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from stages.common.command import run_stage, stage_parser
from stages.common.files import sha256, write_json
from stages.doctoring.checks import diagnose
from stages.doctoring.evidence import read_evidence
from stages.encoding.train_sizes import read_all_draws
from stages.settings.adaptation import adaptation_text
from stages.settings.arms import arm_of_key
from stages.settings.grid import Grid, read_cell_grid
from stages.settings.libraries import require_libraries


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the stage."""
    parser = stage_parser(
        "Look for what makes the numbers of one task misleading. Severe findings are no error here: the report tells"
        " them, and `python -m stages.doctor` fails on them.",
        "python -m stages.diagnose --task nsmc --prepared data/prepared/nsmc --card reports/cards/nsmc.json"
        " --encoding-card reports/cards/nsmc.encoding.json --metrics reports/metrics/nsmc.json"
        " --models data/models/nsmc --predictions data/predictions/nsmc --checkpoint data/initial/nsmc"
        " --rows data/rows/nsmc/all.json --out reports/doctor/nsmc.json",
    )
    parser.add_argument("--task", required=True, help="name of the task in params.yaml")
    parser.add_argument("--prepared", type=Path, required=True, help="folder that preprocess wrote")
    parser.add_argument("--card", type=Path, required=True, help="the data card")
    parser.add_argument("--encoding-card", type=Path, required=True, help="the card of encode")
    parser.add_argument("--metrics", type=Path, required=True, help="what evaluate wrote")
    parser.add_argument("--models", type=Path, required=True, help="folder of the models: their histories")
    parser.add_argument("--predictions", type=Path, required=True, help="folder that predict wrote")
    parser.add_argument("--checkpoint", type=Path, required=True, help="folder with config.json and tokenizer.json")
    parser.add_argument("--rows", type=Path, required=True, help="JSON that plan_sizes wrote: the training rows")
    parser.add_argument("--out", type=Path, required=True, help="JSON with the findings")
    return run_stage(parser, _diagnose, arguments)


def _diagnose(options: Namespace) -> None:
    require_libraries("numpy", "pyarrow", "scikit-learn", "scipy", "tokenizers")
    grid = read_cell_grid(options.task)
    write_findings(options, grid, [arm for arm in grid.arms if arm_of_key(arm).weights
                                   and not adaptation_text(arm_of_key(arm).name)])


def write_findings(paths: Namespace, grid: Grid, readers: Collection[str] = ()) -> None:
    """Write the findings on one task, and the digest of the metrics that they are about.

    ``readers``: arms that were pre-trained on the texts of all training rows.
    """
    evidence = read_evidence(paths.prepared, paths.card, paths.encoding_card, paths.metrics, paths.models,
                             paths.predictions, paths.checkpoint, grid.arms, read_all_draws(paths.rows), readers)
    findings = diagnose(evidence)
    facts: dict[str, Any] = {"task": paths.task, "metrics": sha256(paths.metrics)}
    if findings:  # `dvc plots` stumbles over an empty list
        facts["findings"] = [asdict(finding) for finding in findings]
    write_json(paths.out, facts)
    counts = Counter(finding.severity for finding in findings)
    print(f"{paths.task}: {counts['severe']} severe, {counts['warning']} warnings, {counts['note']} notes",
          file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
