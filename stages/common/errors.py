"""The one exception that a user is meant to read."""


class UserError(Exception):
    """Bad input or settings: the message names the place and the remedy, on one line."""
