"""Entity F1 by another way than :mod:`stages.metrics.entities`, so that a mistake of the one is not one of the other.

What is counted, as the shared tasks' conlleval script counts it: one pass over the words of gold and prediction side by
side, with an entity that is open in both, and no set of spans (Tjong Kim Sang and De Meulder, 2003,
https://aclanthology.org/W03-0419).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

_OUTSIDE = ("O", "")


def conlleval_f1(gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> float:
    """Micro F1 of entities from tags per word of as many sentences; 0 where neither has an entity."""
    right = found = there = 0
    for truth, guess in zip(gold, predicted, strict=True):
        both = False  # whether an entity that began in both at one word with one type goes on in both
        for (truth_before, truth_now), (guess_before, guess_now) in zip(_steps(truth), _steps(guess), strict=True):
            ends = _ends(truth_before, truth_now), _ends(guess_before, guess_now)
            begins = _begins(truth_before, truth_now), _begins(guess_before, guess_now)
            right += both and all(ends)
            both = (both and not any(ends)) or (all(begins) and truth_now[1] == guess_now[1])
            there += begins[0]
            found += begins[1]
    return 2 * right / (found + there) if found + there else 0.0


def _steps(tags: Sequence[str]) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Each tag, as prefix and type, with the one before it; outside of every entity before the first and at the end."""
    parted = [(prefix, kind) for prefix, _, kind in (tag.partition("-") for tag in tags)]
    return pairwise([_OUTSIDE, *parted, _OUTSIDE])


def _begins(before: tuple[str, str], now: tuple[str, str]) -> bool:
    """Whether an entity begins: at ``B-``, and at an ``I-`` that continues none of its type."""
    return now[0] != "O" and (now[0] == "B" or before[0] == "O" or before[1] != now[1])


def _ends(before: tuple[str, str], now: tuple[str, str]) -> bool:
    """Whether an entity has ended with the word before."""
    return before[0] != "O" and (now[0] != "I" or before[1] != now[1])
