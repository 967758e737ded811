"""In how many rows of test the arms agree, in a sentence."""

from collections.abc import Iterator
from pathlib import Path

from stages.reporting.errors import ErrorFacts
from stages.results.reading import validated
from stages.results.tasks import TaskFacts
from stages.settings.arms import rivals_of
from stages.wording.message import Message, message
from stages.wording.names import rows_name


def agreement(task: TaskFacts, folder: Path) -> Iterator[Message]:
    """Of the first arm and its rival; ``folder`` has the error analyses."""
    facts = validated(ErrorFacts, folder / f"{task.metrics.task}.json")
    key, found = next(iter(facts.comparisons.items()))
    yield message("page-agreement", total=facts.rows, rows=rows_name(task.metrics.kind), both=found.both,
                  first=found.only_first, second=found.only_second, neither=found.neither,
                  arm=task.arm(task.labels[key]).name, rival=task.arm(task.labels[rivals_of(key)[0]]).name)
