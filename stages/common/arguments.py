"""Values on the command line of more than one command."""

from argparse import ArgumentTypeError


def positive_integer(text: str) -> int:
    """An integer of at least 1.

    Raises:
        ArgumentTypeError: it is anything else.
    """
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"expected an integer of at least 1, got {text!r}")
    return int(text)
