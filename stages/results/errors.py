"""Which rows are wrong in a task, as ``analyse`` writes it."""

from pydantic import FiniteFloat

from stages.results.reading import Facts, Text
from stages.results.task_metrics import Difference


class ListedRow(Facts):
    """A row with the most probable wrong label and its mean probability.

    ``word`` is its place in a sentence, from 1.
    """

    guid: Text
    gold: Text
    wrong: Text
    chance: FiniteFloat
    word: int | None = None
    text: Text = ""


class Listing(Facts):
    """How many rows there are of a kind, and the first of them."""

    count: int
    rows: tuple[ListedRow, ...] = ()


class Agreement(Facts):
    """Rows that every run of one arm gets right and none of the other."""

    always_first: Listing
    always_second: Listing


class ErrorSlice(Facts):
    """Mean scores of the arms on some rows of test, and each encoder against random weights."""

    by: Text
    name: Text
    rows: int
    means: dict[str, FiniteFloat]
    comparisons: dict[str, Difference]


class ErrorFacts(Facts):
    """What ``analyse`` says about the errors in one task."""

    rows: int
    runs: int
    texts_shown: bool
    missed_by_all: Listing
    confident: dict[str, Listing]
    comparisons: dict[str, Agreement]
    slices: tuple[ErrorSlice, ...]
    suspected_labels: Listing
    wrong_label_rate: FiniteFloat = 0.0
