"""The check of what can be seen of a text without knowing its words."""

import string
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.tree import DecisionTreeClassifier

from stages.doctoring.evidence import Evidence
from stages.doctoring.labels import FEWEST, FEWEST_OF_CLASS, FOLDS, kappa, spread
from stages.metrics.chance import chance_level
from stages.results.findings import Finding
from stages.wording.message import Message, message
from stages.wording.names import split_name

# Chance-corrected agreement (Cohen's kappa) that length, punctuation, case and the like reach by themselves: 0.22 at
# most on the real corpora, 0.28 for the hypotheses of the sample.
SURFACE, SURFACE_SEVERE, SURFACE_ERRORS = 0.35, 0.45, 4.0
# Rows that such a tree is sure of, and is right about: a sign in part of the rows of a label.
SURE, SURE_ROWS, SURE_RIGHT = 0.95, 0.22, 0.95
_ENDS = 20  # first and last words and characters that are features


def surface_shortcut(evidence: Evidence) -> Iterator[Finding]:
    """Length, punctuation, case or the ends of a text that give its label away; of all texts and splits, the worst.

    Severe where no word does: a question that begins with "who" asks for a person, and an offer names a number.
    """
    if evidence.task.is_words:
        return
    found: list[tuple[bool, float, float, int, str, str, Message]] = []
    for split, members in evidence.rows.items():
        rows = spread(members)
        counts = Counter(row.label for row in rows)
        rows = [row for row in rows if counts[row.label] >= FEWEST_OF_CLASS]
        if len({row.label for row in rows}) < 2 or len(rows) < FEWEST:
            continue
        for part in range(len(rows[0].texts)):
            texts, labels = [row.texts[part] for row in rows], np.array([row.label for row in rows])
            seen = _by_surface(texts, labels)
            bare = _by_surface(texts, labels, words=False) if seen[0] >= SURFACE_SEVERE else seen
            severe = bare[0] >= SURFACE_SEVERE
            agreement, sure, feature = bare if severe else seen
            if agreement >= max(SURFACE, SURFACE_ERRORS / len(rows) ** 0.5) or sure >= SURE_ROWS:
                found.append((severe, agreement, sure, len(rows), split, ("text", "second")[part], feature))
    if found:
        severe, agreement, sure, _, split, part_name, feature = max(found, key=lambda entry: entry[:6])
        splits = [name for name in evidence.rows if any(name == entry[4] for entry in found)]
        yield Finding.of(
            "surface_shortcut", "severe" if severe else "warning",
            split if len(splits) == 1 else "task", evidence.everything,
            part=part_name, kappa=agreement, split=split_name(split), sure=sure, feature=feature)


def _by_surface(texts: Sequence[str], labels: np.ndarray, words: bool = True) -> tuple[float, float, Message]:
    """Kappa out of sample of a small tree, share of rows that it is sure and mostly right about, what it asks first."""
    names, features = _surface(texts)
    if not words:
        kept = [place for place, name in enumerate(names) if not _is_of_words(name)]
        names, features = [names[place] for place in kept], features[:, kept]
    tree = DecisionTreeClassifier(max_depth=5, min_samples_leaf=max(10, len(labels) // 100), random_state=0)
    order = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    probabilities = cross_val_predict(tree, features, labels, cv=order, method="predict_proba")
    predicted = np.unique(labels)[probabilities.argmax(axis=1)]
    sure = probabilities.max(axis=1) >= SURE
    right = float(np.mean(predicted[sure] == labels[sure])) if sure.any() else 0.0
    # A label that nearly all rows have is sure without any sign.
    majority = chance_level(labels.tolist())
    share = float(sure.mean()) if right >= SURE_RIGHT and majority < SURE - 0.15 else 0.0
    first = tree.fit(features, labels).tree_.feature[0]
    return kappa(labels, predicted), share, names[first] if first >= 0 else message("feature-nothing")


def _is_of_words(feature: Message) -> bool:
    """Whether a feature is of what a text says: a word or letter at an end of it, or the numbers in it."""
    return feature.identifier == "feature-digits" or (
        feature.identifier == "feature-end" and any(map(str.isalnum, str(feature.values["text"]))))


def _surface(texts: Sequence[str]) -> tuple[list[Message], np.ndarray]:
    """Names and values, float array [texts, features], of what can be seen of a text without knowing its words."""
    words = [text.split() for text in texts]
    columns: dict[Message, list[float]] = {
        message("feature-length"): [len(text) for text in texts],
        message("feature-words"): [len(found) for found in words],
        message("feature-digits"): [sum(map(str.isdigit, text)) for text in texts],
        message("feature-capitals"): [sum(map(str.isupper, text)) for text in texts],
        message("feature-capitals-only"): [text.isupper() for text in texts],
        message("feature-first-capital"): [text[:1].isupper() for text in texts],
        message("feature-outer-spaces"): [len(text) - len(text.strip()) for text in texts],
        message("feature-double-spaces"): [text.count("  ") for text in texts],
        message("feature-not-ascii"): [sum(not character.isascii() for character in text) for text in texts],
    }
    marks = Counter(mark for text in texts for mark in set(text) if not mark.isalnum() and not mark.isspace())
    columns |= {message("feature-mark", mark=mark): [text.count(mark) for text in texts]
                for mark in sorted({*string.punctuation, *(mark for mark, _ in marks.most_common(20))})}
    for name, ends in (("first-word", [found[0] if found else "" for found in words]),
                       ("last-word", [found[-1] if found else "" for found in words]),
                       ("last-character", [text[-1:] for text in texts])):
        common = sorted(Counter(ends).items(), key=lambda entry: (-entry[1], entry[0]))[:_ENDS]
        columns |= {message("feature-end", place=name, text=end[:20]): [own == end for own in ends]
                    for end, _ in common}
    return list(columns), np.array(list(columns.values()), np.float64).T


CHECKS = (surface_shortcut,)
