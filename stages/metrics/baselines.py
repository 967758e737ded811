"""Baselines without a transformer."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from stages.metrics.chance import most_frequent
from stages.results.prepared import Row

Rows = Sequence[Row]


def majority(rows: Rows) -> list[str]:
    """The label that is most frequent among ``rows``, for each of them: its accuracy is the chance level."""
    return [most_frequent(row.label for row in rows)] * len(rows)


def tfidf_logistic_regression(
    train: Rows, rows: Rows, language: str, parts: Sequence[str] = ("text", "text_pair")
) -> list[str]:
    """Logistic regression over TF-IDF features.

    Words and pairs of words; for Korean, whose words carry particles, 1 to 4 characters within a word. A pair of
    texts is joined, so the classifier sees the words of both but not which text they come from. ``parts`` are the
    columns that it sees; the second text alone is the hypothesis-only baseline of inference (Gururangan et al., 2018,
    https://aclanthology.org/N18-2017).
    """
    labels = {row.label for row in train}
    if len(labels) == 1:  # nothing to separate
        return [*labels] * len(rows)
    if language == "ko":
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
