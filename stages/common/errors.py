"""The exception whose message is written for users."""


class UserError(Exception):
    """Bad input or settings: a one-line message with the place, the problem and the remedy."""
