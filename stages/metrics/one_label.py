"""The score of one label for all rows: what is reached without any skill."""

from collections.abc import Sequence

from stages.metrics.chance import most_frequent
from stages.metrics.failure import failed
from stages.metrics.headlines import HEADLINES
from stages.results.prepared import Task


def chance_score(task: Task, gold: Sequence[str | tuple[str, ...]]) -> float:
    """The headline metric of the most frequent label for all rows; 0 for entities, as most words are in none."""
    return 0.0 if task.is_words else HEADLINES[task.metric].score(gold, [most_frequent(gold)] * len(gold))


def is_at_chance(score: float, task: Task, gold: Sequence[str | tuple[str, ...]]) -> bool:
    """Whether a run failed to train, of which the headline metric alone is known.

    Its skill above chance, as a share of what is possible, stands for the correlation that it is of labels as frequent
    in the predictions as in gold.
    """
    if task.is_words:
        return score <= 0
    chance = chance_score(task, gold)
    skill = (score - chance) / (1 - chance) if chance < 1 else 0.0
    return failed("", {"mcc": skill}, len(gold), len(task.tags))
