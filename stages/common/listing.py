"""Names in a message, as many as a reader takes in."""

from collections.abc import Iterable

from stages.common.visible import visible

MOST = 12


def some_of(names: Iterable[object]) -> str:
    """The first names, made harmless, with commas between them; "" without any."""
    shown = [visible(str(name)) for name in names]
    return ", ".join(shown[:MOST]) + ", ..." * (len(shown) > MOST)
