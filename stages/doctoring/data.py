"""Checks of the rows: the distributions of labels and lengths, and remains of markup."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np

from stages.common.lengths import length_percentiles
from stages.doctoring.evidence import Evidence, label_counts
from stages.metrics.chance import most_frequent
from stages.results.findings import Finding
from stages.wording.message import Message, message
from stages.wording.names import split_name

# The majority baseline is right on four of five rows.
IMBALANCE = 0.8
# Total variation and Kolmogorov-Smirnov distance; so many rows, or so much text, lie elsewhere.
LABEL_DRIFT, LENGTH_DRIFT = 0.1, 0.2
_KS_CRITICAL = 1.95  # of the two-sample Kolmogorov-Smirnov test at 0.1 %, times sqrt((n + m) / (n m))
# The longest 1 % of a text corpus end at a few times the 99th percentile; beyond that are rows that were not split.
OUTLIER = 10
MARKUP = 0.05
# A word in every fourth row of a label, and hardly in any other's, is no habit of language.
GIVEAWAY_COVERAGE, GIVEAWAY_SEVERE, GIVEAWAY_PURITY, GIVEAWAY_ROWS = 0.25, 0.8, 0.98, 20
_ROWS_FOR_WORDS = 20_000
# Below it, one row is a point, and the standard error of an accuracy of 0.5 is five points.
SMALL = 100
# Intervals over groups become too narrow below some number of them between 20 and 50 (Cameron and Miller, 2015, Journal
# of Human Resources 50); with 20 of ten rows each those of this project hold (tests/simulate_coverage.py).
FEW_GROUPS = 20
_MARKUP = re.compile(r"&[a-z]+;|#\d+;|<[a-z/][^>]*>", re.IGNORECASE)


def label_imbalance(evidence: Evidence) -> Iterator[Finding]:
    """One label that has nearly all rows, under accuracy."""
    if evidence.task.is_words:
        return
    if evidence.chance >= IMBALANCE:
        yield Finding.of(
            "label_imbalance", "warning", "test", evidence.everything,
            share=evidence.chance, label=most_frequent(evidence.gold("test")))


def label_drift(evidence: Evidence) -> Iterator[Finding]:
    """Labels, or types of entities, that are more frequent in test than in train."""
    train, test = evidence.labels_of_train, label_counts(evidence.rows["test"])
    rows = min(train.total(), test.total())
    distance = total_variation(train, test)
    if rows and distance > max(LABEL_DRIFT, 2 * (len(evidence.task.labels) / rows) ** 0.5):
        yield Finding.of(
            "label_drift", "warning", "test", evidence.everything,
            share=distance, train=_label_shares(train), test=_label_shares(test))


def length_drift(evidence: Evidence) -> Iterator[Finding]:
    """Texts of test that are longer or shorter than those of train."""
    train, test = (np.sort([len(row.joined) for row in evidence.rows[split]]) for split in ("train", "test"))
    distance = _kolmogorov_smirnov(train, test)
    if distance > max(LENGTH_DRIFT, _KS_CRITICAL * ((len(train) + len(test)) / (len(train) * len(test))) ** 0.5):
        yield Finding.of(
            "length_drift", "warning", "test", evidence.everything,
            train=float(np.median(train)), test=float(np.median(test)), distance=distance,
            reason=message("why-other-texts"), remedy=message("fix-one-source"))


def length_outliers(evidence: Evidence) -> Iterator[Finding]:
    """Single rows that are far longer than all others."""
    for split, rows in evidence.rows.items():
        lengths = length_percentiles(len(row.joined) for row in rows)
        if lengths["100"] > OUTLIER * lengths["99"]:
            yield Finding.of(
                "length_outliers", "note", split, evidence.everything,
                split=split_name(split), longest=lengths["100"], most=lengths["99"])


def markup_in_text(evidence: Evidence) -> Iterator[Finding]:
    """Remains of HTML in many rows."""
    for split, rows in evidence.rows.items():
        marked = sum(bool(_MARKUP.search(row.joined)) for row in rows)
        if marked / len(rows) >= MARKUP:
            yield Finding.of(
                "markup_in_text", "note", split, evidence.everything,
                number=marked, rows=len(rows), split=split_name(split))


def giveaway_words(evidence: Evidence) -> Iterator[Finding]:
    """A word that gives the label away: in many rows of it, in hardly any of others."""
    if evidence.task.is_words:
        return
    rows = evidence.rows["train"][:_ROWS_FOR_WORDS]
    labels = label_counts(rows)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for word in sorted(set(row.joined.lower().split())):  # the order is that of the findings
            found[word][row.label] += 1
    for word, counts in found.items():
        label, count = counts.most_common(1)[0]
        coverage, purity = count / labels[label], count / counts.total()
        others = 1 - labels[label] / len(rows)  # the share of other labels that a word has which says nothing
        if (count >= GIVEAWAY_ROWS and counts.total() * others >= GIVEAWAY_ROWS / 2 and coverage >= GIVEAWAY_COVERAGE
                and 1 - purity <= (1 - GIVEAWAY_PURITY) * min(1.0, 2 * others)):
            yield Finding.of(
                "giveaway_word", "severe" if coverage >= GIVEAWAY_SEVERE else "warning", "train", evidence.everything,
                word=word[:40], coverage=coverage, label=label, purity=purity)


def small_test(evidence: Evidence) -> Iterator[Finding]:
    """A test set too small for a conclusion: of few rows, different texts, sentences with an entity, or groups."""
    rows, telling = evidence.rows["test"], evidence.telling("test")
    groups = len({row.group or row.guid for row in telling})
    texts = len({row.texts for row in telling})
    few_groups = texts >= SMALL and groups < FEW_GROUPS
    if texts < SMALL or few_groups:
        yield Finding(
            "small_test", "severe", "test", evidence.everything,
            message("found-few-groups", rows=len(telling), groups=groups) if few_groups else
            message("found-few-rows", rows=len(rows)) if len(rows) < SMALL else
            message("found-few-entities", rows=len(telling), all=len(rows)) if len(telling) < SMALL else
            message("found-few-texts", rows=len(telling), texts=texts),
            message("why-few-groups", few=FEW_GROUPS) if few_groups else message("why-few-rows", few=SMALL),
            message("fix-test-size" if _left_out(evidence, "test") else "fix-larger-corpus"))


def small_validation(evidence: Evidence) -> Iterator[Finding]:
    """A validation set too small to choose a model by, or of one label: severe where runs count as failed by it."""
    rows, telling = evidence.rows["validation"], evidence.telling("validation")
    labels = set() if evidence.task.is_words else {row.label for row in rows}
    if not telling or (len(telling) >= SMALL and len(labels) != 1):
        return  # without any entity there is another finding
    runs = evidence.undecided
    yield Finding(
        "small_validation", "severe" if runs else "warning", "validation", evidence.everything,
        message("found-validation-of-one-label", rows=len(rows), label=min(labels)) if len(labels) == 1 < len(rows) else
        message("found-few-validation-entities", rows=len(telling), all=len(rows)) if evidence.task.is_words else
        message("found-few-validation-rows", rows=len(rows)),
        message("why-failed-by-validation", failed=len(runs), runs=len(evidence.of_training.histories)) if runs else
        message("why-small_validation"), runs=runs)


def no_entity(evidence: Evidence) -> Iterator[Finding]:
    """Sentences of validation or test none of which has an entity, so that nothing can be found."""
    for split in ("validation", "test"):
        if evidence.task.is_words and not evidence.telling(split):
            yield Finding(
                "absent_label", "severe", split, evidence.everything,
                message("found-no-entity", split=split_name(split), rows=len(evidence.rows[split])),
                message("why-no-entity"), message("fix-draw-anew"))


def _left_out(evidence: Evidence, split: str) -> int:
    """Rows of a split that the settings leave out."""
    return sum(count for reason, count in evidence.card.dropped.get(split, {}).items()
               if reason.startswith("beyond "))


def total_variation(first: Counter[str], second: Counter[str]) -> float:
    """Half the summed differences of two distributions; the share that lies elsewhere."""
    names = first.keys() | second.keys()
    return sum(abs(first[name] / first.total() - second[name] / second.total()) for name in names) / 2 if (
        first.total() and second.total()) else 0.0


def _kolmogorov_smirnov(first: np.ndarray, second: np.ndarray) -> float:
    """Largest difference of two empirical distribution functions of sorted values."""
    values = np.concatenate([first, second])
    shares = (np.searchsorted(part, values, side="right") / len(part) for part in (first, second))
    return float(np.abs(next(shares) - next(shares)).max())


def _label_shares(counts: Counter[str]) -> Message:
    return message("label-shares", shares=tuple(
        message("label-share", label=label, share=counts[label] / counts.total()) for label in sorted(counts)))


CHECKS = (label_imbalance, label_drift, length_drift, length_outliers, markup_in_text, giveaway_words, small_test,
          small_validation, no_entity)
