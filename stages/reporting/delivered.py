"""What a model of entities scores on running text, as ``predict`` and an exported model are given it."""

from stages.reporting.texts import METRICS, score
from stages.results.tasks import TaskFacts

DELIVERED = "delivered_entity_f1"


def delivered_note(task: TaskFacts) -> str:
    """The score of the delivered path beside the headline; "" where there is none."""
    arm = task.arms[0]
    if DELIVERED not in arm.runs[0].cell.after["test"]:
        return ""
    return (f"Texts that are given to `predict` or to an exported model come without words. For "
            f"“{METRICS[DELIVERED]}” every test sentence is written as running text, split into words as `predict` "
            f"does, and entities are compared by characters: {score(arm.mean(DELIVERED))} for the {arm.label} model, "
            f"against {score(arm.mean(task.metrics.metric))} on the words of the corpus.")
