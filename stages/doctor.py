"""Print what the doctor found in the present results of every task; fail where something severe was."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.results.findings import FoundFact, read_findings
from stages.settings.grid import read_grid
from stages.wording.catalogue import render


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; the exit code is 1 where there is a severe finding, too."""
    parser = stage_parser(
        "Print the findings on the present results of every task of params.yaml, the worst first. Ends with 1 if one"
        " of them is severe, or if results are missing.",
        "python -m stages.doctor")
    parser.add_argument("--findings", type=Path, default=Path("reports/doctor"), help="folder that diagnose wrote")
    parser.add_argument("--metrics", type=Path, default=Path("reports/metrics"), help="folder that evaluate wrote")
    severe: list[FoundFact] = []
    code = run_stage(parser, lambda options: severe.extend(_print(options)), arguments)
    return code or int(bool(severe))


def _print(options: Namespace) -> list[FoundFact]:
    """Print all findings; return the severe ones."""
    tasks = read_grid().tasks
    found = {task: _findings(options, task) for task in tasks}
    for task, findings in found.items():
        print(f"{task}: {_counted(findings)}")
        for finding in findings:
            print(f"  {finding.severity}: {render(finding.sentence)}")
    return [finding for findings in found.values() for finding in findings if finding.severity == "severe"]


def _findings(options: Namespace, task: str) -> tuple[FoundFact, ...]:
    metrics = options.metrics / f"{task}.json"
    if not metrics.is_file():
        raise UserError(f"{metrics}: no such file; run `dvc repro` to make the results of {task}")
    return read_findings(options.findings / f"{task}.json", task, metrics)


def _counted(findings: Sequence[FoundFact]) -> str:
    if not findings:
        return "nothing found"
    severities = [finding.severity for finding in findings]
    return ", ".join(f"{severities.count(severity)} {severity}" for severity in dict.fromkeys(severities))


if __name__ == "__main__":
    sys.exit(main())
