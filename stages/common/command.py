"""Command line of a stage: one-line errors, the traceback behind ``--debug``."""

import argparse
import gc
import sys
from collections.abc import Callable, Sequence

from stages.common.errors import UserError

# Importing torch and transformers makes millions of objects that all stay; looking for garbage among them meanwhile
# takes a fifth of a stage's start-up. This module is imported before them, and `run_stage` turns collection on again.
gc.disable()


def stage_parser(description: str, example: str) -> argparse.ArgumentParser:
    """Parser whose ``--help`` ends with a working example."""
    parser = argparse.ArgumentParser(
        description=description,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    return parser


def run_stage(
    parser: argparse.ArgumentParser,
    stage: Callable[[argparse.Namespace], None],
    arguments: Sequence[str] | None = None,
) -> int:
    """Run ``stage`` and return the exit code: 0, 1 for bad input, 130 when interrupted."""
    options = parser.parse_args(arguments)
    gc.freeze()
    gc.enable()
    try:
        stage(options)
    except UserError as error:
        if options.debug:
            raise
        print(f"error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        if options.debug:
            raise
        place, reason = error.filename or "operating system", error.strerror or error
        print(f"error: {place}: {reason}; check path, rights and free space (--debug shows where)", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 0
