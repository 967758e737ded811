"""The option ``--language`` of commands that print for people."""

from argparse import ArgumentParser, Namespace

from stages.settings.report import report_settings
from stages.wording.catalogue import languages


def add_language(parser: ArgumentParser) -> None:
    """Add the option."""
    parser.add_argument("--language", choices=languages(), help="(default: report.language of params.yaml)")


def chosen_language(options: Namespace) -> str:
    """The language that was asked for, or that of the report."""
    return options.language or report_settings().language
