"""Rows that repeat one another, exactly or nearly, found for whole corpora in one pass."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix, hstack

from stages.corpora.lines import normalise

Parts = tuple[str, ...]

# A syllable block or an ideograph says about as much as two letters of an alphabet, or more.
_DENSE, _SHINGLE_DENSE, _SHINGLE = 0x1100, 2, 4
# A changed character costs as many shingles as it is in. So much may be missing of the smaller set in any case, up to
# this share of a long one, and never more than that of a short one.
_MISSING, _MISSING_SHORT = 0.15, 0.3
# The longer of two near copies has at most so many times the shingles of the shorter: a prefix, not a quotation.
_LONGER = 2.0
_LEAST = 6  # fewer shingles in common are a matter of chance
_SMOOTH = 10.0  # weight of the frequency of single characters
# A text is distinctive that says so many bits more than it takes to number the rows. Set on the real NSMC: of its test
# texts, 1 % of those that say as much recur in train, of those that say half as much, half.
_DISTINCTIVE = 40.0
# Where more of the different texts recur, rows were copied, and none recurs by chance. Of the real NSMC's texts of at
# most three characters 29 % do; of texts drawn with replacement, as many as there are, 42 %.
_COPIED = 0.35
# Candidates share some of the rarest shingles of both. Of rows that share a formula, only some pairs are looked at:
# those that follow each other; rows of one origin share all their rare shingles, so the same pairs come from each.
_RAREST, _SHARED, _ALL_PAIRS, _NEXT = 10, 3, 30, 5
_PAIRS_AT_ONCE = 200_000
_SEPARATOR = "\x00"


@dataclass(frozen=True)
class Copies:
    """Which rows repeat others; rows of all splits are numbered through in the order of ``splits``.

    Attributes:
        splits: rows of each split, as a slice.
        keys: normalised text of every row, its parts separated.
        distinctive: whether a text says so much that it hardly recurs by chance; any text where rows were copied.
        pairs: numbers of rows that nearly, but not exactly, repeat each other: an array of shape (pairs, 2).
    """

    splits: Mapping[str, slice]
    keys: Sequence[str]
    distinctive: np.ndarray
    pairs: np.ndarray

    @cached_property
    def _counts(self) -> dict[str, Counter[str]]:
        return {split: Counter(self.keys[rows]) for split, rows in self.splits.items()}

    def exact(self, split: str, source: str) -> np.ndarray:
        """For every row of ``split``, whether ``source`` has (another) one of the same normalised text."""
        counts, least = self._counts[source], 1 + (split == source)
        return np.array([bool(key.strip(_SEPARATOR)) and counts[key] >= least
                         for key in self.keys[self.splits[split]]], bool)

    def near(self, split: str, source: str) -> np.ndarray:
        """For every row of ``split``, whether ``source`` has one that nearly repeats it, and none that is the same."""
        rows, sources = self.splits[split], self.splits[source]
        found = np.zeros(rows.stop - rows.start, bool)
        for first, second in (self.pairs.T, self.pairs.T[::-1]):
            hit = (first >= rows.start) & (first < rows.stop) & (second >= sources.start) & (second < sources.stop)
            found[first[hit] - rows.start] = True
        return found & ~self.exact(split, source)


def find_copies(texts: Mapping[str, Sequence[Parts]], answers: Sequence[object] | None = None) -> Copies:
    """Compare all rows of all splits; every row is a tuple of its texts, equally many in all rows.

    Shingles (Broder, 1997, https://doi.org/10.1109/SEQUEN.1997.666900) of normalised characters; two rows nearly repeat
    each other where in each part nearly all shingles of the smaller set are in the larger one. Candidates are rows that
    share several of the rarest shingles of both, so that the work grows with the number of rows. With ``answers``, of
    rows in the order of the splits, rows of different answers do not nearly repeat each other.
    """
    rows = [tuple(map(normalise, parts)) for split in texts.values() for parts in split]
    ends = np.cumsum([0, *map(len, texts.values())]).tolist()
    splits = {split: slice(ends[place], ends[place + 1]) for place, split in enumerate(texts)}
    keys = [_SEPARATOR.join(parts) for parts in rows]
    length = _SHINGLE_DENSE if _is_dense(keys) else _SHINGLE
    columns = list(zip(*rows, strict=True))
    shingles = [_shingles(column, length) for column in columns]
    # Longer ones are rarer, and bring fewer rows together by chance.
    candidates = _candidates(csr_matrix(hstack([_shingles(column, length + 1) for column in columns])))
    if answers is not None:
        candidates = candidates[[answers[first] == answers[second] for first, second in candidates.tolist()]]
    enough = 0.0 if _are_copied(keys) else _DISTINCTIVE + np.log2(max(len(keys), 1))
    bits = character_bits(keys)
    return Copies(splits, keys, (bits >= enough) & (bits > 0), _verified(candidates, shingles, columns, keys, length))


def _are_copied(keys: Sequence[str]) -> bool:
    counts = Counter(key for key in keys if key.strip(_SEPARATOR))
    return sum(count > 1 for count in counts.values()) > _COPIED * len(counts)


def swapped_key(key: str) -> str:
    """The key of the pair that has the two texts of this one in the other order."""
    return _SEPARATOR.join(reversed(key.split(_SEPARATOR)))


def _is_dense(keys: Sequence[str]) -> bool:
    letters = _characters("".join(keys[:2000]))
    return bool(letters.size) and float(np.mean(letters >= _DENSE)) > 1 / 3


def _characters(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def _shingles(texts: Sequence[str], length: int) -> csr_matrix:
    """Which shingles every text has: a matrix of ones, texts by distinct shingles."""
    characters = _characters("".join(texts)).astype(np.uint64)
    sizes = np.array([len(text) for text in texts], np.int64)
    owners = np.repeat(np.arange(len(texts)), sizes)
    last = max(len(characters) - length + 1, 0)
    inside = owners[:last] == owners[length - 1 :][:last] if last else np.zeros(0, bool)
    hashes = np.zeros(last, np.uint64)
    for place in range(length):  # a polynomial of odd base in 64 bits
        hashes = hashes * np.uint64(0x9E3779B97F4A7C15) + characters[place : place + last]
    _, names = np.unique(hashes[inside], return_inverse=True)
    shape = (len(texts), int(names.max(initial=-1)) + 1)
    matrix = csr_matrix((np.ones(len(names), np.int32), (owners[:last][inside], names)), shape=shape)
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def _candidates(shingles: csr_matrix) -> np.ndarray:
    """Pairs of rows, the smaller number first, that share several of the rarest shingles which others have, too."""
    frequency = np.bincount(shingles.indices, minlength=shingles.shape[1])
    owners = np.repeat(np.arange(shingles.shape[0]), np.diff(shingles.indptr))
    names = shingles.indices
    usable = frequency[names] > 1
    owners, names = owners[usable], names[usable]
    order = np.lexsort((names, frequency[names], owners))
    owners, names = owners[order], names[order]
    rarest = np.arange(len(owners)) - np.searchsorted(owners, owners) < _RAREST
    owners, names = owners[rarest], names[rarest]
    order = np.lexsort((owners, names))
    owners, names = owners[order], names[order]
    codes = [owners[:-apart][same].astype(np.int64) * shingles.shape[0] + owners[apart:][same]
             for apart, same in _within_groups(names)]
    found, shared = np.unique(np.concatenate(codes) if codes else np.zeros(0, np.int64), return_counts=True)
    found = found[shared >= _SHARED]
    return np.stack([found // shingles.shape[0], found % shingles.shape[0]], axis=1)


def _within_groups(names: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Distances of sorted ``names``, and for each, where both ends of it have one name and are to be paired."""
    sizes = np.bincount(names)[names] if len(names) else names
    for apart in range(1, _ALL_PAIRS):
        same = (names[:-apart] == names[apart:]) & ((sizes[apart:] <= _ALL_PAIRS) | (apart <= _NEXT))
        if not same.any():
            break
        yield apart, same


def _verified(
    candidates: np.ndarray, shingles: Sequence[csr_matrix], columns: Sequence[Sequence[str]], keys: Sequence[str],
    length: int,
) -> np.ndarray:
    """The candidates whose parts are all nearly the same, but not all equal."""
    kept = []
    for start in range(0, len(candidates), _PAIRS_AT_ONCE):
        pairs = candidates[start : start + _PAIRS_AT_ONCE]
        for matrix, column in zip(shingles, columns, strict=True):
            pairs = pairs[_is_near(matrix, column, pairs, length)]
        kept.append([pair for pair in pairs.tolist() if keys[pair[0]] != keys[pair[1]]])
    return np.array([pair for pairs in kept for pair in pairs], np.int64).reshape(-1, 2)


def _is_near(shingles: csr_matrix, texts: Sequence[str], pairs: np.ndarray, length: int) -> np.ndarray:
    """Whether nearly all shingles of the smaller set are in the larger one, for every pair."""
    first, second = pairs.T
    sizes = np.diff(shingles.indptr)
    smaller, larger = np.minimum(sizes[first], sizes[second]), np.maximum(sizes[first], sizes[second])
    shared = np.asarray(shingles[first].multiply(shingles[second]).sum(axis=1)).ravel()
    equal = np.array([texts[one] == texts[other] for one, other in pairs.tolist()], bool)
    missing = np.minimum(np.maximum(length, _MISSING * smaller), _MISSING_SHORT * smaller)
    return equal | ((smaller >= _LEAST) & (smaller - shared <= missing) & (larger <= _LONGER * smaller))


def character_bits(texts: Sequence[str]) -> np.ndarray:
    """What every text says, in bits: less the more its characters follow each other elsewhere, too.

    Pairs of characters are counted on the texts themselves and smoothed with the frequency of single ones.
    """
    characters = _characters("".join(texts))
    if not characters.size:
        return np.zeros(len(texts))
    _, places = np.unique(characters, return_inverse=True)
    single = np.bincount(places)
    owners = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    starts = np.ones(len(places), bool)
    starts[1:] = owners[1:] != owners[:-1]
    alone = single / len(places)
    pairs = places[:-1].astype(np.int64) * len(single) + places[1:]
    _, which, counts = np.unique(pairs, return_inverse=True, return_counts=True)
    likely = alone[places]
    likely[1:] = np.where(starts[1:], likely[1:], (counts[which] + _SMOOTH * likely[1:]) / (
        single[places[:-1]] + _SMOOTH))
    return np.bincount(owners, -np.log2(likely), minlength=len(texts))
