"""Checks of word-by-word tags: their scheme, their place, and whether all splits were tagged alike."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stages.doctoring.evidence import Evidence
from stages.metrics.chance import most_frequent
from stages.results.findings import Finding
from stages.results.prepared import Row
from stages.wording.message import message
from stages.wording.names import split_name

# In running text entities of one type hardly ever touch: in 0.4 % of those of CoNLL-2003 at most. Where words of one
# entity are tagged as entities of their own, 13 % (the sample) to 31 % (CoNLL-2003) do.
TOUCHING, WITHOUT_BEGINNING, LEAST = 0.05, 0.01, 10
# A table of words, and of the shapes of unknown ones, finds entity words of other rows with an F1 of 0.89 to 0.99 on
# draws of CoNLL-2003 and on samples, and with one of 0.09 to 0.37 where the tags are moved by a word. Learned from
# moved tags, it finds these worse by 0.1 at least than tags in their place.
MOVED, LEARNED_MOVED = 0.1, 0.03
# At most 1 % of the sentences fit their tags better by so much, in nats, once these are moved.
MOVED_SENTENCES, MOVED_MANY, BETTER = 0.05, 0.15, 4.0
# F1 of the table, share of its entity words that have its type, and share of entities of several words, by which splits
# differ that were not tagged alike; with so many standard errors. Those of healthy draws differ by 0.04, 0.1 and 0.1;
# in the test set of the sample names are of other types than in its train, by up to 0.16.
DRIFT_F1, DRIFT_KIND, DRIFT_LONG, ERRORS = 0.1, 0.25, 0.15, 4.0
DRIFT_SEVERE = 0.25
NOISE, NOISE_KIND = 0.1, 0.12  # of train, where the table fits other splits better than train itself
_STRENGTH = 1.0  # rows that the shape of a word counts for beside those that have the word
_LEAST_LIKELY = 0.002
_MOST_ROWS = 20_000


class WordTable:
    """How often words, and words of their shape, are in an entity, and of which type, learned from tagged rows."""

    def __init__(self, rows: Sequence[Row], moved: int = 0) -> None:
        """Count the tags that stand ``moved`` words after each word."""
        self._words: dict[str, Counter[str]] = defaultdict(Counter)
        self._shapes: dict[tuple[object, ...], Counter[str]] = defaultdict(Counter)
        for row in rows:
            for word, tag in _inner(row, moved):
                self._words[word][tag[2:]] += 1
                self._shapes[_shape(word)][tag[2:]] += 1
        self._share = _entity_share(sum(self._words.values(), Counter()), 0.0, 1.0)

    def likelihood(self, word: str) -> float:
        """Probability that a word is in an entity."""
        shape = _entity_share(self._shapes.get(_shape(word), Counter()), self._share, 2.0)
        share = _entity_share(self._words.get(word, Counter()), shape, _STRENGTH)
        return min(max(share, _LEAST_LIKELY), 1 - _LEAST_LIKELY)

    def kind(self, word: str) -> str:
        """The most frequent type of a word where it was in an entity; "" for one that never was."""
        kinds = {kind: count for kind, count in self._words.get(word, Counter()).items() if kind}
        return most_frequent(kinds) if kinds else ""


@dataclass(frozen=True)
class Fit:
    """How well the tags of a split fit a table.

    Attributes:
        counts: float array [sentences, 3]: entity words found, words predicted to be in one, words that are in one.
        likelihoods: log-likelihood of each sentence's tags.
        kinds: int array [sentences, 2]: entity words with the type of the table, and those that have one in it.
    """

    counts: np.ndarray
    likelihoods: np.ndarray
    kinds: np.ndarray

    @property
    def f1(self) -> float:
        """F1 of the words in entities."""
        found, predicted, there = self.counts.sum(axis=0)
        return float(2 * found / max(predicted + there, 1))

    @property
    def same_kind(self) -> float:
        """Share of the entity words that the table knows as such which have its type; 1 where there are none."""
        same, known = self.kinds.sum(axis=0)
        return float(same / known) if known else 1.0

    def errors(self) -> tuple[float, float]:
        """Standard errors of both, by the linearised ratio over sentences."""
        found, predicted, there = self.counts.T
        same, known = self.kinds.T
        return (_ratio_error(2 * found, predicted + there), _ratio_error(same, known))


def _ratio_error(above: np.ndarray, below: np.ndarray) -> float:
    total = max(float(below.sum()), 1.0)
    return float(np.sqrt(np.sum((above - above.sum() / total * below) ** 2))) / total


def fit(table: WordTable, rows: Sequence[Row], moved: int = 0) -> Fit:
    """Compare tags, those ``moved`` words after each word, with what the table says of the words."""
    counts, likelihoods, kinds = np.zeros((len(rows), 3)), np.zeros(len(rows)), np.zeros((len(rows), 2), np.int64)
    for place, row in enumerate(rows):
        for word, tag in _inner(row, moved):
            likely, there = table.likelihood(word), tag != "O"
            predicted = likely >= 0.5
            counts[place] += (predicted and there, predicted, there)
            likelihoods[place] += np.log(likely if there else 1 - likely)
            if there and (kind := table.kind(word)):
                kinds[place] += (kind == tag[2:], 1)
    return Fit(counts, likelihoods, kinds)


def _inner(row: Row, moved: int) -> Iterator[tuple[str, str]]:
    """Words that have a neighbour on either side, with a tag near them."""
    words, tags = row.words, row.tags
    return ((words[place], tags[place + moved]) for place in range(1, len(words) - 1))


def _shape(word: str) -> tuple[object, ...]:
    """Capitals and digits; of a word in another script its last character, which may be a particle."""
    return (word[:1].isupper(), word.isupper(), any(character.isdigit() for character in word), word[:1].isalpha(),
            "" if word.isascii() else word[-1:])


def _entity_share(kinds: Mapping[str, int], prior: float, strength: float) -> float:
    total = sum(kinds.values())
    return (total - kinds.get("", 0) + strength * prior) / (total + strength)


def tagging(evidence: Evidence) -> Iterator[Finding]:
    """Tags beside their words, in another scheme than IOB2, or given by other rules in one split; the main cause."""
    if not evidence.task.is_words:
        return
    rows = {split: members[:_MOST_ROWS] for split, members in evidence.rows.items()}
    tables = {moved: WordTable(rows["train"], moved) for moved in (-1, 0, 1)}
    fits = {split: fit(tables[0], members) for split, members in rows.items() if split != "train"}
    if found := list(_shifted(evidence, rows, tables, fits)):
        yield from found
        return
    schemes = list(_schemes(evidence))
    yield from schemes if len({finding.about for finding in schemes}) < len(rows) else [
        replace(schemes[0], about="task")]
    if schemes:
        return
    for split in fits:
        if split != "validation":
            yield from _drifted(evidence, split, fits[split], fits["validation"])
    half = len(rows["train"]) // 2
    table = WordTable(rows["train"][half:])  # of one half, that it knows as little of the other splits
    yield from _noisy(evidence, fit(table, rows["train"][:half]), {split: fit(table, rows[split]) for split in fits})


def _schemes(evidence: Evidence) -> Iterator[Finding]:
    """Entities whose words are each tagged as one, or that begin without the tag of a beginning."""
    for split, rows in evidence.rows.items():
        pairs = [pair for row in rows for pair in zip(["O", *row.tags], row.tags, strict=False)]
        entities = sum(tag.startswith("B-") for _, tag in pairs)
        touching = sum(tag.startswith("B-") and before[2:] == tag[2:] for before, tag in pairs)
        orphans = sum(tag.startswith("I-") and before[2:] != tag[2:] for before, tag in pairs)
        total = entities + orphans
        if touching >= max(LEAST, TOUCHING * total):
            yield Finding(
                "tag_scheme", "severe", split, evidence.everything,
                message("found-touching-entities", number=touching, entities=total, split=split_name(split),
                        share=touching / total),
                message("why-touching-entities"), message("fix-touching-entities"))
        elif orphans >= max(LEAST, WITHOUT_BEGINNING * total):
            yield Finding(
                "tag_scheme", "severe", split, evidence.everything,
                message("found-without-beginning", number=orphans, entities=total, split=split_name(split),
                        share=orphans / total),
                message("why-without-beginning"), message("fix-without-beginning"))


def _shifted(
    evidence: Evidence, rows: Mapping[str, Sequence[Row]], tables: Mapping[int, WordTable], fits: Mapping[str, Fit],
) -> Iterator[Finding]:
    """Tags that stand beside their words: those of train where no other split fits them, of all, or of one split."""
    moved = {split: _moved(tables[0], fits[split], rows[split]) for split in fits}
    if all(share >= MOVED_MANY for share, _, _ in moved.values()):
        yield _shifted_tags(evidence, "train", "validation", *moved["validation"])
        return
    own = {place: fit(table, rows["validation"], place) for place, table in tables.items()}
    best = max((-1, 1), key=lambda place: own[place].f1)
    if own[best].f1 - own[0].f1 >= max(LEARNED_MOVED, ERRORS * _difference_error(own[best], own[0], 0)):
        yield _shifted_tags(evidence, "task", "validation", 1.0, own[0].f1, own[best].f1)
        return
    for split, (share, before, after) in moved.items():
        if share >= MOVED_SENTENCES:
            yield _shifted_tags(evidence, split, split, share, before, after)


def _moved(table: WordTable, here: Fit, rows: Sequence[Row]) -> tuple[float, float, float]:
    """Share of the sentences whose tags fit better once they are moved, and F1 before and after; the better side."""
    sides = [fit(table, rows, place) for place in (-1, 1)]
    best = max(sides, key=lambda side: side.f1)
    shares = [float(np.mean(side.likelihoods - here.likelihoods > BETTER)) for side in sides]
    whole = best.f1 - here.f1 >= MOVED
    return max(*shares, MOVED_MANY) if whole else max(shares), here.f1, best.f1


def _shifted_tags(
    evidence: Evidence, about: str, judged: str, share: float, before: float, after: float
) -> Finding:
    return Finding.of(
        "shifted_tags", "severe" if share >= MOVED_MANY else "warning", about, evidence.everything,
        split=split_name(judged), before=before, after=after, share=share)


def _drifted(evidence: Evidence, split: str, test: Fit, validation: Fit) -> Iterator[Finding]:
    long = {name: [len(tags.split()) > 1 for row in evidence.rows[name] for tags in _entities(row.tags)]
            for name in (split, "validation")}
    shares = {name: float(np.mean(values or [0.0])) for name, values in long.items()}
    error = sum(share * (1 - share) / max(len(long[name]), 1) for name, share in shares.items()) ** 0.5
    f1 = validation.f1 - test.f1
    kind = validation.same_kind - test.same_kind
    if (f1 >= max(DRIFT_F1, ERRORS * _difference_error(test, validation, 0))
            or kind >= max(DRIFT_KIND, ERRORS * _difference_error(test, validation, 1))
            or abs(shares[split] - shares["validation"]) >= max(DRIFT_LONG, ERRORS * error)):
        yield Finding.of(
            "tag_drift", "severe" if max(f1, kind) >= DRIFT_SEVERE else "warning", split, evidence.everything,
            validation_f1=validation.f1, f1=test.f1, split=split_name(split), validation_kind=validation.same_kind,
            kind=test.same_kind, validation_long=shares["validation"], long=shares[split])


def _noisy(evidence: Evidence, within: Fit, fits: Mapping[str, Fit]) -> Iterator[Finding]:
    best = max(fits, key=lambda split: fits[split].f1 + fits[split].same_kind)
    f1, kind = fits[best].f1 - within.f1, fits[best].same_kind - within.same_kind
    if (f1 >= max(NOISE, ERRORS * _difference_error(within, fits[best], 0))
            or kind >= max(NOISE_KIND, ERRORS * _difference_error(within, fits[best], 1))):
        yield Finding(
            "label_noise", "warning", "train", evidence.everything,
            message("found-tag-noise", split=split_name(best), f1=fits[best].f1, kind=fits[best].same_kind,
                    train_f1=within.f1, train_kind=within.same_kind),
            message("why-tag-noise"), message("fix-tag-noise"))


def _difference_error(first: Fit, second: Fit, which: int) -> float:
    return float(np.hypot(first.errors()[which], second.errors()[which]))


def _entities(tags: Sequence[str]) -> list[str]:
    """The tags of each entity, parted by spaces."""
    found: list[str] = []
    for tag in tags:
        if tag.startswith("B-") or (tag != "O" and not found):
            found.append(tag)
        elif tag != "O":
            found[-1] += f" {tag}"
    return found


CHECKS = (tagging,)
