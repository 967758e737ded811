"""What an assignment asks about such a study, answered from what was measured."""

from dataclasses import dataclass
from statistics import fmean
from typing import NamedTuple

from stages.results.task_metrics import RunSettings
from stages.results.tasks import Arm, TaskFacts, seeds_of_means
from stages.settings.arms import arm_of_key
from stages.wording.message import Message, Value, joined, message
from stages.wording.names import rows_name

_RISEN = 1.1  # a validation loss that ends so many times above its lowest has risen
_SOURCES = ("pretrain", "local")


@dataclass(frozen=True)
class Answer:
    """A question and its answer."""

    question: Message
    answer: Message


class Questions(NamedTuple):
    """What the assignment asks on one task; of losses and cost the answers alone."""

    task: Answer
    design: Answer
    checkpoint: Answer
    losses: Message
    cost: Message


def questions(task: TaskFacts) -> Questions:
    """The questions of the assignment on one task."""
    return Questions(
        Answer(message("ask-task"), _task(task)), Answer(message("ask-design"), _design(task)),
        Answer(message("ask-checkpoint"), _checkpoint(task)), _losses(task), _cost(task))


def _task(task: TaskFacts) -> Message:
    facts = task.metrics
    majority = facts.baselines.get("majority", {}).get("accuracy")
    return joined([
        message("answer-task", title=task.title, kind=message(f"kind-{facts.kind}"),
                labels=tuple(facts.labels), rows=rows_name(facts.kind), train=facts.rows["train"],
                validation=facts.rows["validation"], test=facts.rows["test"]),
        message("answer-majority", accuracy=majority) if majority else ""])


def _design(task: TaskFacts) -> Message:
    encoding, cell = task.encoding, task.arms[0].runs[0].cell
    return joined([
        message("answer-design", model=_model(encoding.architecture), parameters=cell.parameters,
                length=encoding.max_length, vocabulary=encoding.vocabulary, kind=_kind(task),
                shape=message(f"shape-{_kind(task)}", classes=_classes(task))), _example(task)])


def _model(architecture: dict[str, str | int]) -> Value:
    model = architecture.get("model_type") or message("a-transformer")
    if not {"layers", "hidden_size", "heads"} <= architecture.keys():
        return model
    return message("architecture-sizes", model=model, layers=architecture["layers"],
                   units=architecture["hidden_size"], heads=architecture["heads"])


def _kind(task: TaskFacts) -> str:
    return "words" if task.metrics.kind == "words" else "rows"


def _classes(task: TaskFacts) -> int:
    return 2 * len(task.metrics.labels) + 1 if task.metrics.kind == "words" else len(task.metrics.labels)


def _example(task: TaskFacts) -> Message | str:
    """One input from text to label; "" where there is none."""
    example = task.encoding.example
    if example is None:
        return ""
    length = len(example.ids)
    sizes = ("1", str(length), str(_classes(task))) if task.metrics.kind == "words" else ("1", str(_classes(task)))
    return message(
        "answer-example", texts=tuple(message("quoted", text=text) for text in example.texts),
        tokens=" ".join(example.tokens), ids=" ".join(map(str, example.ids)), length=str(length),
        shape=message("shape", sizes=sizes), kind=_kind(task), labels=tuple(task.metrics.labels))


def _checkpoint(task: TaskFacts) -> Message:
    facts, origin, test = task.metrics, task.encoding.origin, task.encoding.splits["test"]
    source = origin.get("source", "")
    place = origin.get("repository") or (
        message("pretrained-on-lines", lines=origin["lines"]) if "lines" in origin else
        message(f"place-{source}") if source in _SOURCES else message("place-unknown"))
    return joined([
        message("answer-checkpoint", checkpoint=facts.checkpoint, place=place,
                unknown=test.unknown_tokens / test.tokens if test.tokens else 0.0),
        message("answer-synthetic-checkpoint") if facts.synthetic_checkpoint else ""])


def _losses(task: TaskFacts) -> Message:
    return message("answer-losses", seeds=seeds_of_means(task), arms=tuple(
        _losses_of(arm) for arm in task.arms if arm_of_key(arm.key).trained))


def _losses_of(arm: Arm) -> Message:
    """First, lowest and last loss on validation of an arm, and at which steps of its runs the lowest came."""
    losses = [[(point.step, point.validation_loss) for point in run.curve if point.validation_loss is not None]
              for run in arm.trained]
    lowest = [min(of_run, key=lambda measured: measured[1]) for of_run in losses]
    first, best, last = (fmean(values) for values in (
        [of_run[0][1] for of_run in losses], [value for _, value in lowest], [of_run[-1][1] for of_run in losses]))
    steps = {step for step, _ in lowest}
    if steps == {0}:
        return message("loss-never-falls", arm=arm.name, first=first, last=last)
    at = message("lowest-at-step", first=min(steps)) if len(steps) == 1 else message(
        "lowest-at-steps", first=min(steps), last=max(steps))
    return message("loss-of-arm", arm=arm.name, first=first, best=best, steps=at, last=last,
                   end="risen" if last > _RISEN * best else "flat")


def _cost(task: TaskFacts) -> Message:
    """Steps, rows and parameters; seconds are no part of a result that is to be the same bytes on every run."""
    return message("answer-cost", arms=tuple(
        message("cost-of-arm", arm=arm.name, steps=round(fmean(run.cell.steps for run in arm.runs)),
                batch=_rows_of_a_step(arm.runs[0].cell.settings),
                trained=arm.runs[0].cell.trainable_parameters, parameters=arm.runs[0].cell.parameters)
        for arm in task.arms))


def _rows_of_a_step(settings: RunSettings) -> int:
    """0 where steps have tokens of a number, or where there are none."""
    return 0 if settings.get("batch_tokens") else int(settings.get("batch_size") or 0)
