"""Print what the doctor found in the present results of every task; fail where something severe was."""

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Sequence

from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.results.findings import Finding, read_findings
from stages.results.tasks import PATHS
from stages.settings.grid import read_grid
from stages.terminal.language import add_language, chosen_language
from stages.wording.catalogue import render
from stages.wording.message import Message, message
from stages.wording.names import severity_name


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; the exit code is 1 where there is a severe finding, too."""
    parser = stage_parser(
        "Print the findings on the present results of every task of params.yaml, the worst first. Ends with 1 if one"
        " of them is severe, or if results are missing.",
        "python -m stages.doctor")
    add_language(parser)
    severe: list[Finding] = []
    code = run_stage(parser, lambda options: severe.extend(_print(options)), arguments)
    return code or int(bool(severe))


def _print(options: Namespace) -> list[Finding]:
    """Print all findings; return the severe ones."""
    tasks, language = read_grid().tasks, chosen_language(options)
    found = {task: _findings(task) for task in tasks}
    for task, findings in found.items():
        print(f"{task}: {', '.join(render(part, language) for part in _counted(findings))}")
        for finding in findings:
            print(f"  {render(severity_name(finding.severity), language)}: {render(finding.sentence, language)}")
    return [finding for findings in found.values() for finding in findings if finding.severity == "severe"]


def _findings(task: str) -> tuple[Finding, ...]:
    metrics = PATHS.metrics / f"{task}.json"
    if not metrics.is_file():
        raise UserError(f"{metrics}: no such file; run `dvc repro` to make the results of {task}")
    return read_findings(PATHS.findings / f"{task}.json", task, metrics)


def _counted(findings: Sequence[Finding]) -> list[Message]:
    counts = Counter(finding.severity for finding in findings)
    return [message("terminal-count", count=count, severity=severity_name(severity))
            for severity, count in counts.items()] or [message("terminal-nothing-found")]


if __name__ == "__main__":
    sys.exit(main())
