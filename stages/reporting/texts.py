"""Words and numbers as a reader sees them, and text from data made harmless."""

import re

from stages.results import metrics

METRICS = {name: metric.words for name, metric in metrics.METRICS.items()}
ERRORS = {
    "type": "wrong type",
    "boundary": "wrong boundary",
    "type_and_boundary": "both wrong",
    "spurious": "where none is",
    "missed": "missed",
}
TESTS = {"mcnemar": "McNemar's exact test", "approximate_randomisation": "approximate randomisation"}
BASELINES = {
    "majority": "majority class",
    "tfidf_logistic_regression": "TF-IDF + logistic regression",
    "hypothesis_only": "hypothesis only, TF-IDF + logistic regression",
    "most_frequent_tag": "most frequent tag per word",
}
LANGUAGES = {"en": "English", "ko": "Korean"}
KINDS = {
    "single": "one label for a text",
    "pair": "one label for a pair of texts",
    "words": "one tag for each word; tags make up entities",
}
ROWS = {"single": "texts", "pair": "pairs", "words": "sentences"}
SOURCES = {
    "sample": "sample, written by the pipeline",
    "published": "published files, as pinned",
    "local": "local files",
}
VERDICTS = {"helps": "helps", "hurts": "hurts", "above_scratch": "above scratch", "below_scratch": "below scratch",
            "cannot_tell": "inconclusive"}
FEWEST = 20  # rows that an interval is told of


def markdown_text(text: str) -> str:
    """``text`` as plain text within a line or table cell of GitHub-flavoured Markdown."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = re.sub(r"([\\`*_{}\[\]|#~$])", r"\\\1", escaped)
    # Bare addresses become links without any markup.
    return escaped.replace("://", "&#58;//").replace("www.", "www&#46;")


def score(value: float) -> str:
    """A metric or a loss."""
    return f"{value:.3f}"


def points(difference: float, sign: str = "") -> str:
    """A difference of scores in points (hundredths); ``sign`` "+" shows that of a gain too."""
    value = 100 * difference
    digits = f"{value:{sign}.1f}"
    if value and not float(digits):
        digits = f"{value:{sign}.1g}"  # an interval that excludes zero must not seem to touch it
    return digits.replace("-", "−")


def p_value(value: float) -> str:
    """A p value; small ones are not told apart, as a finite number of resamples cannot."""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def capitalized(words: str) -> str:
    """The words as they begin a sentence."""
    return words[:1].upper() + words[1:]


def count(number: int) -> str:
    """A whole number with thousands separated."""
    return f"{number:,}"


def share(part: int, whole: int) -> str:
    """A count and what share of the whole it is."""
    return f"{part:,} ({100 * part / whole:.1f} %)" if whole else f"{part:,}"


def numbered(number: int, noun: str) -> str:
    """A count with its noun in the right number."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def split_name(split: str) -> str:
    """Name of a split for people."""
    return split.replace("test_xnli", "XNLI").replace("test_", "test, ")
