"""The names of things that several parts speak of: splits, metrics, kinds of rows, baselines, severities."""

from stages.wording.message import Message, Wording, message

_SPLITS = ("train", "validation", "test", "test_xnli", "held_out", "task")
_BASELINES = ("majority", "tfidf_logistic_regression", "hypothesis_only", "most_frequent_tag",
              "embeddings_logistic_regression")
_OUTCOMES = ("finished", "stopped early", "stopped at the ceiling of train", "loss not finite")
_SOURCES = ("sample", "published", "local", "hub")

# What follows the name of a published corpus in its title, which is data by the time it is shown.
_TITLES = {"sentiment of Korean film reviews": "sentiment", "does the premise entail the hypothesis": "entailment",
           "named entities in news": "entities", "topic of a news item": "topics"}


def split_name(split: str) -> Wording:
    """A split, as it stands before rows: ``training``, ``test``; further test sets by their own name."""
    if split in _SPLITS:
        return message(f"split-{split}")
    return message("named-test-set", name=split.removeprefix("test_")) if split.startswith("test_") else split


def metric_name(metric: str) -> Message:
    """A metric of :data:`stages.results.metrics.METRICS`."""
    return message(f"metric-{metric}")


def rows_name(kind: str) -> Message:
    """What a row of a kind of task is called, in the plural: texts, pairs, sentences."""
    return message(f"rows-{kind}")


def baseline_name(baseline: str) -> Wording:
    """A baseline; those that are not this project's by their own name."""
    return message(f"baseline-{baseline}") if baseline in _BASELINES else baseline


def finding_name(finding: str) -> Message:
    """The title of a finding of the doctor."""
    return message(f"finding-{finding}")


def outcome_name(outcome: str) -> Wording:
    """How a run ended, see :class:`stages.metrics.outcome.Outcome`; what that does not have as it is."""
    return message(f"outcome-{outcome.replace(' ', '_')}") if outcome in _OUTCOMES else outcome


def source_name(source: str) -> Wording:
    """Where data come from, see ``tasks`` of params.yaml."""
    return message(f"from-{source}") if source in _SOURCES else source


def severity_name(severity: str) -> Message:
    """``severe``, ``warning`` or ``note``."""
    return message(f"severity-{severity}")


def verdict_name(verdict: str) -> Message:
    """A verdict in a word or two."""
    return message(f"verdict-name-{verdict}")


def task_title(title: str, name: Wording = "") -> Wording:
    """The title of a task: those of the published corpora in every language, others as their owner wrote them.

    Where given, ``name`` stands before the comma.
    """
    before, _, about = title.partition(", ")
    if about in _TITLES:
        return message("task-title", name=name or before, about=message(f"about-{_TITLES[about]}"))
    return message("task-title", name=name, about=about) if name and about else name or title
