"""What a model of entities scores on running text, as ``predict`` and an exported model are given it."""

from stages.results.tasks import TaskFacts
from stages.wording.message import Message, message
from stages.wording.names import metric_name

DELIVERED = "delivered_entity_f1"


def delivered_note(task: TaskFacts) -> Message | None:
    """The score of the delivered path beside the headline; None where there is none."""
    arm = task.arms[0]
    if DELIVERED not in arm.runs[0].cell.after["test"]:
        return None
    return message("delivered", quoted=message("quoted", text=metric_name(DELIVERED)), score=arm.mean(DELIVERED),
                   arm=arm.name, headline=arm.mean(task.metrics.metric))
