"""Baselines in which no weight of a transformer is trained."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from stages.metrics.chance import most_frequent
from stages.results.prepared import Row

Rows = Sequence[Row]
# ISO 639-1 codes of languages whose words carry particles, or are not separated by spaces: characters tell more.
BY_CHARACTER = ("ja", "km", "ko", "lo", "my", "th", "zh")
INVERSE_PENALTIES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)  # C of scikit-learn: the larger, the weaker the L2 penalty


def majority(rows: Rows) -> list[str]:
    """The label that is most frequent among ``rows``, for each of them: its accuracy is the chance level."""
    return [most_frequent(row.label for row in rows)] * len(rows)


def tfidf_logistic_regression(
    train: Rows, rows: Rows, language: str, parts: Sequence[str] = ("text", "text_pair")
) -> list[str]:
    """Logistic regression over TF-IDF features.

    Words and pairs of words; in languages of ``BY_CHARACTER`` 1 to 4 characters within a word. A pair of
    texts is joined, so the classifier sees the words of both but not which text they come from. ``parts`` are the
    columns that it sees; the second text alone is the hypothesis-only baseline of inference (Gururangan et al., 2018,
    https://aclanthology.org/N18-2017).
    """
    labels = {row.label for row in train}
    if len(labels) == 1:  # nothing to separate
        return [*labels] * len(rows)
    if language in BY_CHARACTER:
        vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True, lowercase=False)
    else:
        vectors = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    classifier = LogisticRegression(C=10.0, max_iter=1000)
    try:
        features = vectors.fit_transform(_joined(row, parts) for row in train)
    except ValueError as error:
        if "empty vocabulary" not in str(error):
            raise
        # There is no word in all of train: without features the most frequent label is likeliest.
        return [most_frequent(row.label for row in train)] * len(rows)
    classifier.fit(features, [row.label for row in train])
    return list(map(str, classifier.predict(vectors.transform(_joined(row, parts) for row in rows))))


@dataclass(frozen=True)
class Probe:
    """Classes that logistic regression predicts from embeddings.

    Attributes:
        inverse_penalty: of those tried the one with the best score on the validation set, of equals the strongest
            penalty.
        score: that score.
        classes: predicted ids of the test set.
    """

    inverse_penalty: float
    score: float
    classes: np.ndarray


def probe(
    train: np.ndarray, labels: np.ndarray, validation: np.ndarray, test: np.ndarray,
    score: Callable[[np.ndarray], float],
) -> Probe:
    """Fit logistic regression over embeddings, standardised by those of the training set.

    The method by which frozen representations are compared (Alain and Bengio, 2016, https://arxiv.org/abs/1610.01644).

    Args:
        train: [examples, hidden size].
        labels: class ids, [examples].
        validation, test: [examples, hidden size].
        score: of predicted class ids of the validation set; the higher, the better.
    """
    if len(set(labels.tolist())) == 1:  # nothing to separate
        return Probe(INVERSE_PENALTIES[0], score(np.repeat(labels[:1], len(validation))),
                     np.repeat(labels[:1], len(test)))
    scaler = StandardScaler().fit(train)
    train, validation, test = map(scaler.transform, (train, validation, test))
    classifier = LogisticRegression(max_iter=5000)
    best: Probe | None = None
    with threadpool_limits(1):  # the order of sums, and with it the last bits, depends on the number of threads
        for inverse_penalty in INVERSE_PENALTIES:
            classifier.set_params(C=inverse_penalty).fit(train, labels)
            reached = score(classifier.predict(validation))
            if best is None or reached > best.score:
                best = Probe(inverse_penalty, reached, classifier.predict(test))
    assert best is not None, "several penalties are tried"
    return best


def most_frequent_tag(train: Rows, rows: Rows) -> list[list[str]]:
    """For each word its most frequent tag in train, ``O`` for a word that train has not."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in train:
        for word, tag in zip(row.words, row.tags, strict=True):
            counts[word][tag] += 1
    best = {word: most_frequent(tags) for word, tags in counts.items()}
    return [[best.get(word, "O") for word in row.words] for row in rows]


def _joined(row: Row, parts: Sequence[str]) -> str:
    return " ".join(getattr(row, part) for part in parts)
