"""Checks of the rows: the distributions of labels and lengths, and remains of markup."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np

from stages.common.lengths import length_percentiles
from stages.doctoring.evidence import Evidence, label_counts
from stages.doctoring.finding import Finding, percent
from stages.metrics.chance import most_frequent
from stages.results.prepared import Row

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
SMALL_TEST = 100
# Intervals over groups become too narrow below some number of them between 20 and 50 (Cameron and Miller, 2015, Journal
# of Human Resources 50); with 20 of ten rows each those of this project hold (tests/simulate_coverage.py).
FEW_GROUPS = 20
_MARKUP = re.compile(r"&[a-z]+;|#\d+;|<[a-z/][^>]*>", re.IGNORECASE)


def label_imbalance(evidence: Evidence) -> Iterator[Finding]:
    """One label that has nearly all rows, under accuracy."""
    if evidence.is_words:
        return
    if evidence.chance >= IMBALANCE:
        yield Finding(
            "label_imbalance", "warning", "test", evidence.everything,
            f"{percent(evidence.chance)} of test are {most_frequent(evidence.gold('test'))}",
            "saying so always gives that accuracy", "judge by macro-F1, and try `training.class_weights: balanced`")


def label_drift(evidence: Evidence) -> Iterator[Finding]:
    """Labels, or types of entities, that are more frequent in test than in train."""
    train, test = (label_counts(evidence.rows[split]) for split in ("train", "test"))
    rows = min(train.total(), test.total())
    distance = total_variation(train, test)
    if rows and distance > max(LABEL_DRIFT, 2 * (len(evidence.task.labels) / rows) ** 0.5):
        yield Finding(
            "label_drift", "warning", "test", evidence.everything,
            f"{percent(distance)} of the labels would have to change for test to have the mixture of train "
            f"({_format_shares(train)} against {_format_shares(test)})",
            "a model learns how frequent labels are, too, and is wrong about it on test",
            "draw both parts from one source, or say that the score is under drift")


def length_drift(evidence: Evidence) -> Iterator[Finding]:
    """Texts of test that are longer or shorter than those of train."""
    train, test = (np.sort([len(row.joined) for row in evidence.rows[split]]) for split in ("train", "test"))
    distance = _kolmogorov_smirnov(train, test)
    if distance > max(LENGTH_DRIFT, _KS_CRITICAL * ((len(train) + len(test)) / (len(train) * len(test))) ** 0.5):
        yield Finding(
            "length_drift", "warning", "test", evidence.everything,
            f"median length of {np.median(train):.0f} characters in train, {np.median(test):.0f} in test "
            f"(Kolmogorov-Smirnov distance {distance:.2f})",
            "train and test are texts of different kinds", "draw both parts from one source")


def length_outliers(evidence: Evidence) -> Iterator[Finding]:
    """Single rows that are far longer than all others."""
    for split, rows in evidence.rows.items():
        lengths = length_percentiles(len(row.joined) for row in rows)
        if lengths["100"] > OUTLIER * lengths["99"]:
            yield Finding(
                "length_outliers", "note", split, evidence.everything,
                f"the longest row of {split} has {lengths['100']:,} characters, 99 % have at most {lengths['99']:,}",
                "several rows may have been read as one", "look at the longest rows, and at quotes left open in them")


def markup_in_text(evidence: Evidence) -> Iterator[Finding]:
    """Remains of HTML in many rows."""
    for split, rows in evidence.rows.items():
        marked = sum(bool(_MARKUP.search(row.joined)) for row in rows)
        if marked / len(rows) >= MARKUP:
            yield Finding(
                "markup_in_text", "note", split, evidence.everything,
                f"{marked:,} of {len(rows):,} rows of {split} have remains of markup such as #39; or <b>",
                "they cost tokens, and may say which source a row is from", "unescape them before preprocess")


def giveaway_words(evidence: Evidence) -> Iterator[Finding]:
    """A word that gives the label away: in many rows of it, in hardly any of others."""
    if evidence.is_words:
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
        if count >= GIVEAWAY_ROWS and coverage >= GIVEAWAY_COVERAGE and purity >= GIVEAWAY_PURITY:
            yield Finding(
                "giveaway_word", "severe" if coverage >= GIVEAWAY_SEVERE else "warning", "train", evidence.everything,
                f"“{word[:40]}” stands in {percent(coverage)} of the rows of {label}, and {percent(purity)} of the "
                "rows that have it are of that label",
                "a model that looks for one word needs to understand nothing",
                "find out where the word comes from, and remove it")


def small_test(evidence: Evidence) -> Iterator[Finding]:
    """A test set too small for a conclusion: of few rows, few sentences with an entity, or few groups of rows."""
    rows = evidence.rows["test"]
    telling = [row for row in rows if _has_entity(row)] if evidence.is_words else rows
    groups = len({row.group or row.guid for row in telling})
    few_groups = len(telling) >= SMALL_TEST and groups < FEW_GROUPS
    if len(telling) < SMALL_TEST or few_groups:
        yield Finding(
            "small_test", "severe", "test", evidence.everything,
            f"test has {len(telling):,} rows of {groups:,} groups, such as documents or premises" if few_groups else
            f"test has {len(rows):,} rows" if len(rows) < SMALL_TEST else
            f"test has {len(telling):,} sentences with an entity, of {len(rows):,}",
            f"rows of one group are alike, and below {FEW_GROUPS} groups intervals are too narrow" if few_groups else
            f"below {SMALL_TEST} one row is a point or more",
            "set a larger `test_size`, or 0 for all" if _left_out(evidence, "test") else
            "take a corpus with a larger test set: all of its rows are used")


def no_entity(evidence: Evidence) -> Iterator[Finding]:
    """Sentences of validation or test none of which has an entity, so that nothing can be found."""
    for split in ("validation", "test"):
        if evidence.is_words and not any(map(_has_entity, evidence.rows[split])):
            yield Finding(
                "absent_label", "severe", split, evidence.everything,
                f"no sentence of {split} has an entity, of {len(evidence.rows[split]):,}",
                "entity F1 is not defined where there is no entity",
                "draw the split anew, so that it has rows of every label")


def _has_entity(row: Row) -> bool:
    """Whether a word of a sentence is in an entity."""
    return any(tag != "O" for tag in row.tags)


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


def _format_shares(counts: Counter[str]) -> str:
    return ", ".join(f"{label} {percent(counts[label] / counts.total())}" for label in sorted(counts))


CHECKS = (label_imbalance, label_drift, length_drift, length_outliers, markup_in_text, giveaway_words, small_test,
          no_entity)
