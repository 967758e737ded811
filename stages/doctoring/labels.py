"""Checks of the labels by what a simple model, asked about rows that it did not learn from, makes of the texts."""

import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from stages.doctoring.evidence import Evidence, label_counts
from stages.metrics.baselines import BY_CHARACTER
from stages.metrics.classification import confusion
from stages.results.findings import Finding
from stages.results.prepared import Row
from stages.settings.arms import parse_cell_name
from stages.wording.message import message
from stages.wording.names import split_name

# Rows of each split that are looked at, and the fewest of train.
MOST_ROWS, FEWEST = 6000, 100
_ROWS_MOVED = 2000  # of them, while labels are moved to see whether they fit better
FOLDS, _FEW_ROWS, _FOLDS_OF_FEW = 5, 2000, 10
# Of a class with fewer rows no fold can be made.
FEWEST_OF_CLASS = 20
# Labels that fit better by so many standard errors once they are moved by up to so many rows; of twelve such shifts of
# unrelated rows, one in ten thousand does.
MOVED_ERRORS, _FARTHEST = 4.5, 3
# Points of accuracy on training rows, out of sample, below that on another split, and standard errors of it, or of the
# probability of the given label; of one small split it takes more. On draws of the real corpora and on samples the
# difference is 0.06 at most, with 2.3.
NOISE, NOISE_ERRORS, NOISE_ERRORS_ALONE = 0.05, 3.3, 4.0
_OTHER_MIXTURE = 0.1  # of labels, by the distance of two: one may be of easier ones, as train may be even by label
# Points below train, and below validation (of validation, below test), beyond those by which the model is less sure:
# words that train lacks make a model unsure, wrong labels do not. Of one healthy draw in 80 the first alone is 0.08.
NOISE_OF_TEST, NOISE_OF_TEST_ERRORS, NOISE_OF_OTHERS_ERRORS, NOISE_SEVERE = 0.08, 4.0, 2.5, 0.2
# Where a model that is far above chance is wrong about so many of the rows of which it is most sure. Of healthy draws
# it is wrong about 0.05 of these at most.
ABOVE_CHANCE, SUREST, WRONG_WHERE_SURE = 0.5, 0.3, 0.15
_WORD = r"\w+"
# Rows of a label that a split should have by the mixture of train, and has none of.
EXPECTED = 8.0


@dataclass(frozen=True)
class Judged:
    """Out-of-sample probabilities, float array [rows, classes], of rows with these class numbers; -1 for other ones."""

    probabilities: np.ndarray
    labels: np.ndarray

    @property
    def right(self) -> np.ndarray:
        """Whether the likeliest class is the given one."""
        return self.probabilities.argmax(axis=1) == self.labels

    @property
    def beyond(self) -> np.ndarray:
        """Right or not, less the probability with which the model thought so."""
        return self.right - self.probabilities.max(axis=1)

    @property
    def given(self) -> np.ndarray:
        """Probability of the given label, the self-confidence of Northcutt et al., 2021."""
        return np.where(self.labels >= 0, self.probabilities[np.arange(len(self.labels)), self.labels], 0.0)

    @property
    def suspected(self) -> float:
        """Share of the rows whose label confident learning doubts (Northcutt et al., 2021,
        https://doi.org/10.1613/jair.1.12125): another class is as likely as it is, on average, for its own rows."""
        classes = range(self.probabilities.shape[1])
        own = np.array([self.probabilities[self.labels == name, name].mean() if (self.labels == name).any() else 2.0
                        for name in classes])
        likely = np.where(self.probabilities >= own, self.probabilities, -1.0)
        return float(np.mean((likely.max(axis=1) > 0) & (likely.argmax(axis=1) != self.labels)))


def kappa(labels: np.ndarray, predicted: np.ndarray) -> float:
    """Cohen's kappa: agreement beyond that of two independent raters with these frequencies."""
    agreement = float(np.mean(labels == predicted))
    chance = sum(float(np.mean(labels == name)) * float(np.mean(predicted == name)) for name in np.unique(labels))
    return (agreement - chance) / (1 - chance) if chance < 1 else 0.0


def absent_label(evidence: Evidence) -> Iterator[Finding]:
    """A label that is tested and was never shown, or that was shown and is never tested."""
    counts = {split: label_counts(rows) for split, rows in evidence.rows.items()}
    train, whole = counts["train"], evidence.labels_of_train
    drawn = {seed: label_counts(rows) for seed, rows in evidence.drawn.items()}
    for label in evidence.task.labels:
        if not train[label] and counts["test"][label]:
            yield Finding(
                "absent_label", "severe", "train", evidence.everything,
                message("found-label-not-in-train", label=label, number=counts["test"][label]),
                message("why-label-not-in-train"), message("fix-label-not-in-train"))
        elif without := [seed for seed, found in drawn.items() if not found[label] and counts["test"][label]]:
            yield Finding(
                "absent_label", "warning", "train", evidence.everything,
                message("found-label-not-in-draw", label=label, seeds=tuple(map(str, without))),
                message("why-label-not-in-train"), message("fix-label-not-in-draw"),
                tuple(cell for cell in evidence.arm_of if parse_cell_name(cell).seed in without))
        for split, found in counts.items():
            expected = found.total() * whole[label] / max(whole.total(), 1)
            if split != "train" and not found[label] and expected >= EXPECTED:
                yield Finding(
                    "absent_label", "warning" if split == "validation" else "severe", split, evidence.everything,
                    message("found-label-not-in-split", split=split_name(split), label=label, expected=expected),
                    message("why-label-not-in-split"), message("fix-draw-anew"))


def label_quality(evidence: Evidence) -> Iterator[Finding]:
    """Labels that belong to other rows, or of which many are wrong."""
    if evidence.task.is_words:
        return
    rows = {split: members[:MOST_ROWS] if split == "train" else spread(members)
            for split, members in evidence.rows.items()}
    model = _Model(rows["train"], evidence.task.language)
    if len(model.rows) < FEWEST or len(model.names) < 2:
        return
    train = model.out_of_sample()
    others = {split: model.judge(members) for split, members in rows.items() if split != "train"}
    if not _is_above_chance(train) and not _is_above_chance(others["validation"]):
        yield from _labels_of_train_moved(evidence, model, train, others)
        return
    found = [finding for split in others for finding in _moved(evidence, split, model)]
    if len(found) == len(others):  # it is the labels of train that were moved
        found = [replace(found[0], about="train")]
    if not found:
        found = [finding for split in others for finding in _wrong_in(evidence, split, train, others)]
    yield from found or _wrong_in_train(evidence, train, others)


class _Model:
    """TF-IDF and logistic regression, fitted on the classes that have rows enough."""

    def __init__(self, rows: Sequence[Row], language: str) -> None:
        rows = [row for row in rows if any(map(str.isalnum, _joined(row)))]  # of others there is no vocabulary
        counts = Counter(row.label for row in rows)
        self.names = sorted(name for name, count in counts.items() if count >= FEWEST_OF_CLASS)
        self.rows = [row for row in rows if row.label in self.names]
        self.labels = self.classes_of(self.rows)
        features = ({"analyzer": "char_wb", "ngram_range": (1, 3), "lowercase": False} if language in BY_CHARACTER
                    else {"ngram_range": (1, 2), "token_pattern": _WORD})
        self._vectors = TfidfVectorizer(sublinear_tf=True, **features)
        self._features = self._vectors.fit_transform(map(_joined, self.rows)) if self.rows else None
        self._fitted: list[LogisticRegression] = []

    def classes_of(self, rows: Sequence[Row]) -> np.ndarray:
        """Class numbers, -1 for a label that has none."""
        numbers = {name: place for place, name in enumerate(self.names)}
        return np.array([numbers.get(row.label, -1) for row in rows])

    def out_of_sample(self, moved: int = 0) -> Judged:
        """Predictions for the rows by models that learned from the others, with the labels of rows further on."""
        labels, features = np.roll(self.labels, -moved), self._features
        probabilities, fitted = np.zeros((len(labels), len(self.names))), []
        folds = _FOLDS_OF_FEW if len(labels) < _FEW_ROWS else FOLDS
        for learned, judged in StratifiedKFold(folds, shuffle=True, random_state=0).split(features, labels):
            fitted.append(_fitted(features[learned], labels[learned]))
            probabilities[judged] = fitted[-1].predict_proba(features[judged])
        if not moved:
            self._fitted = fitted
        return Judged(probabilities, labels)

    def judge(self, rows: Sequence[Row]) -> Judged:
        """What the same models, taking turns, say of other rows: they learned from as many as those of train."""
        features = self._vectors.transform(map(_joined, rows))
        probabilities = np.zeros((len(rows), len(self.names)))
        for turn, model in enumerate(self._fitted):
            if turn < len(rows):
                probabilities[turn :: len(self._fitted)] = model.predict_proba(features[turn :: len(self._fitted)])
        return Judged(probabilities, self.classes_of(rows))


def _fitted(features: csr_matrix, labels: np.ndarray) -> LogisticRegression:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return LogisticRegression(C=10.0, max_iter=200, tol=1e-3).fit(features, labels)


def _joined(row: Row) -> str:
    return " ".join(row.texts)


def spread(rows: Sequence[Row]) -> Sequence[Row]:
    """At most so many rows, from all parts of the split, whatever it is sorted by."""
    return rows[:: -(-len(rows) // MOST_ROWS)]


def _is_above_chance(judged: Judged) -> bool:
    """Whether agreement is beyond chance by three standard errors."""
    agreement = kappa(judged.labels, judged.probabilities.argmax(axis=1))
    return agreement > 3 / len(judged.labels) ** 0.5


def _moved(evidence: Evidence, split: str, model: _Model) -> Iterator[Finding]:
    """Labels of a split that fit the rows before or after them."""
    judged = model.judge(evidence.rows[split][:MOST_ROWS])
    known = judged.labels >= 0
    counts = confusion(judged.labels[known], judged.probabilities.argmax(axis=1)[known], len(model.names))
    in_another_order = counts[linear_sum_assignment(-counts)].sum() / len(judged.labels)
    shifted = list(_best_shift(
        evidence, split, {0: judged.right} | {
            moved: Judged(judged.probabilities, np.roll(judged.labels, -moved)).right for moved in _shifts()}))
    best = max(float(np.mean(judged.probabilities.argmax(axis=1) == np.roll(judged.labels, -moved)))
               for moved in _shifts())
    yield from shifted if best > in_another_order else ()  # swapped labels have a finding of their own


def _labels_of_train_moved(
    evidence: Evidence, model: _Model, train: Judged, others: Mapping[str, Judged]
) -> Iterator[Finding]:
    """Labels of train from which nothing is learned, and from which something is once they are moved."""
    found: list[Finding] = []
    # A class that is frequent enough in all rows need not be so in the first of them.
    first = model if len(model.rows) <= _ROWS_MOVED else _Model(model.rows[:_ROWS_MOVED], evidence.task.language)
    if len(first.names) > 1:
        found += _best_shift(
            evidence, "train", {moved: first.out_of_sample(moved).right for moved in (0, *_shifts(1))})
    yield from found
    distinct = {row.texts: row for split in others for row in evidence.rows[split]}
    pooled = list(distinct.values())[:_ROWS_MOVED]
    if not found and len(pooled) >= FEWEST:
        other = _Model(pooled, evidence.task.language)
        if len(other.names) > 1 and _is_above_chance(judged := other.out_of_sample()) and (
                float(judged.right.mean()) - float(train.right.mean()) > 0.1):
            yield Finding(
                "label_noise", "severe", "train", evidence.everything,
                message("found-train-labels-foreign", others=float(judged.right.mean()),
                        train=float(train.right.mean())),
                message("why-train-labels-foreign"), message("fix-train-labels-foreign"))


def _shifts(farthest: int = _FARTHEST) -> list[int]:
    return [moved for far in range(1, farthest + 1) for moved in (far, -far)]


def _best_shift(evidence: Evidence, about: str, rights: Mapping[int, np.ndarray]) -> Iterator[Finding]:
    best = max((moved for moved in rights if moved), key=lambda moved: rights[moved].mean())
    gained = rights[best].astype(float) - rights[0]
    error = float(gained.std()) / len(gained) ** 0.5
    if gained.mean() > MOVED_ERRORS * error > 0:
        yield Finding.of(
            "shifted_labels", "severe", about, evidence.everything,
            before=float(rights[0].mean()), split=split_name(about), after=float(rights[best].mean()), moved=abs(best))


def _difference(first: np.ndarray, second: np.ndarray, weights: np.ndarray | None = None) -> tuple[float, float]:
    """Difference of two means, and the same in standard errors; ``weights`` are those of the second values."""
    mean, variance = second.mean(), second.var() / len(second)
    if weights is not None:
        shares = weights / weights.sum()
        mean = shares @ second
        variance = shares**2 @ (second - mean) ** 2
    difference = float(first.mean() - mean)
    error = float(first.var() / len(first) + variance) ** 0.5
    return difference, difference / error if error else 0.0


def _weights(labels: np.ndarray, others: np.ndarray) -> np.ndarray | None:
    """What gives rows with ``labels`` the mixture of ``others``; None where both have about one mixture."""
    classes = int(max(labels.max(), others.max())) + 1
    own, other = (np.bincount(one[one >= 0], minlength=classes) / len(one) for one in (labels, others))
    if np.abs(own - other).sum() / 2 <= _OTHER_MIXTURE:
        return None
    return (other / np.maximum(own, 1 / len(labels)))[labels]


def _wrong_in(
    evidence: Evidence, split: str, train: Judged, others: Mapping[str, Judged]
) -> Iterator[Finding]:
    """Labels of a split that the model is more often sure about, and wrong, than about those of train and of others."""
    judged = others[split]
    compared = [train, *(other for name, other in others.items() if (name == "validation") != (split == "validation"))]
    worse, errors = min(_difference(other.beyond, judged.beyond) for other in compared)
    fall = min(_difference(other.right, judged.right)[0] for other in compared)
    beyond_train = _difference(train.beyond, judged.beyond)[1]
    if min(worse, fall) >= NOISE_OF_TEST and beyond_train >= NOISE_OF_TEST_ERRORS and errors >= NOISE_OF_OTHERS_ERRORS:
        yield Finding(
            "label_noise", "severe" if worse >= NOISE_SEVERE else "warning", split, evidence.everything,
            message("found-noise-in-split", right=float(judged.right.mean()), split=split_name(split),
                    train_right=float(train.right.mean()), suspected=judged.suspected,
                    train_suspected=train.suspected),
            message("why-noise-in-split"), message("fix-relabel-sample"))


def _wrong_in_train(evidence: Evidence, train: Judged, others: Mapping[str, Judged]) -> Iterator[Finding]:
    """Labels of train that fit their texts less well than those of splits that the model never saw."""
    pooled = Judged(np.concatenate([judged.probabilities for judged in others.values()]),
                    np.concatenate([judged.labels for judged in others.values()]))
    for judged, enough, name in ((pooled, NOISE_ERRORS, "held_out"),
                                 *((judged, NOISE_ERRORS_ALONE, split) for split, judged in others.items())):
        alike = _weights(train.labels, judged.labels)
        better, errors = _difference(judged.right, train.right, alike)
        if judged is pooled:  # finer than right and wrong, but for small splits, whose rows may be easy ones
            errors = max(errors, _difference(judged.given, train.given, alike)[1])
        if better >= NOISE and errors >= enough:
            right, classes = float(judged.right.mean()), train.probabilities.shape[1]
            wrong = min(better / max(right - (1 - right) / (classes - 1), better), 1.0)
            yield Finding(
                "label_noise", "warning", "train", evidence.everything,
                message("found-noise-in-train", right=right, split=split_name(name),
                        train_right=float(train.right.mean()), wrong=wrong),
                message("why-noise-in-train"), message("fix-relabel-train"))
            return
    sure = train.probabilities.max(axis=1)
    surest = np.argsort(-sure, kind="stable")[: max(int(SUREST * len(sure)), 1)]
    wrong = 1 - float(train.right[surest].mean())
    if kappa(train.labels, train.probabilities.argmax(axis=1)) >= ABOVE_CHANCE and wrong >= WRONG_WHERE_SURE:
        yield Finding(
            "label_noise", "warning", "task", evidence.everything,
            message("found-noise-everywhere", wrong=wrong), message("why-noise-everywhere"),
            message("fix-relabel-sample"))


CHECKS = (absent_label, label_quality)
