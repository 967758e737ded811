"""The chance level: the score of one label for all rows."""

from collections import Counter
from collections.abc import Iterable, Mapping


def most_frequent(labels: Iterable[str] | Mapping[str, int]) -> str:
    """The most frequent label, from labels or their counts; of two that tie the first in the alphabet.

    Raises:
        ValueError: there is no label.
    """
    counts = Counter(labels)
    return min(counts, key=lambda label: (-counts[label], label))


def chance_level(labels: Iterable[str]) -> float:
    """The best accuracy of one label for all rows, on these very rows: the share of their most frequent label.

    The label is chosen on the rows that are scored, not on the training set, whose most frequent label may be another
    one and score less; so a test set has a single chance level.
    """
    found = list(labels)
    return found.count(most_frequent(found)) / len(found)
