"""A second gold standard of the same sentences: its entities on the words of the first, and whose error an error was.

A corrected corpus, such as CleanCoNLL (Rücker and Akbik, 2023, https://arxiv.org/abs/2310.16225) of CoNLL-2003, may
split words ("SKIING-WORLD") and join sentences that its original has otherwise. Both have the same characters in the
same order, by which they are aligned; no text is compared but for equality.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, zip_longest
from pathlib import Path

from stages.common.errors import UserError
from stages.common.example import Content
from stages.corpora.lines import excerpt
from stages.metrics.entities import Entity, entities

_AROUND = 20  # characters that an error shows


@dataclass(frozen=True)
class SecondTags:
    """IOB2 tags of one sentence by the second standard.

    ``unreachable`` counts its entities that begin or end inside a word, or in another sentence than they begin: no tags
    of these words can name them, so no model can find them.
    """

    tags: tuple[str, ...]
    unreachable: int


def align(first: Sequence[Content], second: Sequence[Content], path: Path) -> list[SecondTags]:
    """Tags for the words of ``first`` by the entities of ``second``, the rows of the file at ``path``.

    Raises:
        UserError: the words are not the same characters in the same order.
    """
    _refuse_other_text(first, second, path)
    starts, ends, firsts = {}, {}, []  # sentence and word by the character where a word begins, ends; of sentences
    place = 0
    for number, row in enumerate(first):
        firsts.append(place)
        for word, text in enumerate(row.words):
            starts[place] = number, word
            place += len(text)
            ends[place] = number, word + 1
    tags = [["O"] * len(row.words) for row in first]
    unreachable = [0] * len(first)
    for begin, end, kind in _by_character(second):
        number, word = starts.get(begin, (-1, 0))
        last, after = ends.get(end, (-2, 0))
        if number != last:
            unreachable[bisect_right(firsts, begin) - 1] += 1
        else:
            tags[number][word:after] = [f"B-{kind}", *[f"I-{kind}"] * (after - word - 1)]
    return [SecondTags(tuple(of_row), count) for of_row, count in zip(tags, unreachable, strict=True)]


def _by_character(rows: Sequence[Content]) -> list[Entity]:
    """Entities by their first character and the one after the last, counted over the words of all rows."""
    found, place = [], 0
    for row in rows:
        offsets = [place, *(place + length for length in accumulate(map(len, row.words)))]
        found += [(offsets[start], offsets[end], kind) for start, end, kind in sorted(entities(row.tags))]
        place = offsets[-1]
    return found


def _refuse_other_text(first: Sequence[Content], second: Sequence[Content], path: Path) -> None:
    texts = ["".join(word for row in rows for word in row.words) for rows in (first, second)]
    if texts[0] == texts[1]:
        return
    place = next(place for place, (one, other) in enumerate(zip_longest(*texts)) if one != other)
    numbers = [_sentence(rows, place) for rows in (first, second)]
    expected, found = (excerpt(text[place:place + _AROUND]) if place < len(text) else "the end" for text in texts)
    raise UserError(f"{path}: sentence {numbers[1]:,}: expected the words of sentence {numbers[0]:,} of the test set, "
                    f"which go on with {expected}, found {found}; take the file of the same sentences, or set "
                    "second_gold to false in params.yaml")


def _sentence(rows: Sequence[Content], place: int) -> int:
    """The number, from 1, of the sentence with a character, or of the last one."""
    ends = list(accumulate(sum(map(len, row.words)) for row in rows))
    return min(bisect_right(ends, place) + 1, len(rows))


def errors_by_gold(
    predicted: Sequence[set[Entity]], first: Sequence[set[Entity]], second: Sequence[set[Entity]]
) -> dict[str, int]:
    """Count the errors of every sentence's predicted entities: wrong ones, and those that were missed.

    A predicted entity that the first standard lacks is right by the second if that has it; one that was not predicted
    is rightly missing if the second standard lacks it, too.

    Returns:
        ``errors`` by the first standard, ``right_by_second`` those of them that are none by the second one;
        ``errors_by_second``, and ``right_by_first`` those of them that are none by the first one.
    """
    by_first = by_second = forgiven = blamed = 0
    for guess, one, other in zip(predicted, first, second, strict=True):
        by_first += len(guess ^ one)
        by_second += len(guess ^ other)
        forgiven += len((guess - one) & other) + len(one - guess - other)
        blamed += len((guess - other) & one) + len(other - guess - one)
    return {"errors": by_first, "right_by_second": forgiven, "errors_by_second": by_second, "right_by_first": blamed}
