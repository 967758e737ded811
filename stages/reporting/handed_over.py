"""How much of what pre-training gave a student from random weights got from its teacher."""

from collections.abc import Iterator

from stages.results.tasks import TaskFacts
from stages.settings.arms import arm_of_key
from stages.wording.message import Message, message


def handed_over(task: TaskFacts) -> Iterator[Message]:
    """One sentence for each student: its difference to scratch as a share of its teacher's, which needs a verdict.

    The sentence says that the share, a ratio of two differences that have scratch in common, has no interval.
    """
    for arm in task.arms:
        if arm_of_key(arm.key).taught:
            teacher = next(other for other in task.arms if arm_of_key(other.key).tuned)
            given, taken = task.comparisons[teacher.label], task.comparisons[arm.label]
            share = taken.difference / given.difference if given.difference else 0.0
            if given.verdict not in ("helps", "above_scratch") or taken.withheld:
                yield message("handed-over-unknown")
            elif 0 < share <= 1:
                yield message("handed-over", share=share, taken=taken.difference, given=given.difference)
            else:
                yield message("handed-over-beyond", sign="more" if share > 1 else "nothing", taken=taken.difference,
                              given=given.difference)
