"""The chance level, in one place: what one label for all rows scores."""

from collections import Counter
from collections.abc import Iterable, Mapping


def most_frequent(labels: Iterable[str] | Mapping[str, int]) -> str:
    """The most frequent of the labels, or of what was counted of them; the first in the alphabet where two tie.

    Raises:
        ValueError: there is no label.
    """
    counts = Counter(labels)
    return min(counts, key=lambda label: (-counts[label], label))


def chance_level(labels: Iterable[str]) -> float:
    """The best accuracy of one label for all rows, on these very rows: the share of their most frequent label.

    Which label that is, is known from the rows that are scored, not from train: a constant that train would choose
    scores less wherever the two have another one, and several chance levels of one test set are one too many.
    """
    found = list(labels)
    return found.count(most_frequent(found)) / len(found)
