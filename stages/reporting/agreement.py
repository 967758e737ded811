"""In how many rows of test the arms agree, in a sentence."""

from collections.abc import Iterator
from pathlib import Path

from stages.reporting.errors import ErrorFacts
from stages.reporting.texts import ROWS, count
from stages.reporting.wording import Pair, say
from stages.results.reading import validated
from stages.results.tasks import TaskFacts
from stages.settings.arms import rivals_of


def agreement(task: TaskFacts, folder: Path) -> Iterator[Pair]:
    """Of the first arm and its rival; ``folder`` has the error analyses."""
    facts = validated(ErrorFacts, folder / f"{task.metrics.task}.json")
    key, found = next(iter(facts.comparisons.items()))
    yield say("agreement", total=count(facts.rows), rows=ROWS[task.metrics.kind], both=count(found.both),
              first=count(found.only_first), second=count(found.only_second), neither=count(found.neither),
              arm=task.labels[key], rival=task.labels[rivals_of(key)[0]])
