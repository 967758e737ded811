"""What arms gain over several tasks together."""

from collections.abc import Iterator, Mapping, Sequence

from stages.results.arm_words import words_of
from stages.results.task_metrics import Estimate
from stages.results.verdicts import Aggregate
from stages.settings.arms import REFERENCE
from stages.wording.message import Message, Wording, message


def aggregate_sentences(aggregates: Sequence[Aggregate], arms: Mapping[str, Wording]) -> Iterator[Message]:
    """What the first arm of the report gains on synthetic tasks, and what on others; ``arms`` has names by keys."""
    for synthetic in (False, True):
        for one in [one for one in aggregates if one.synthetic is synthetic][:1]:
            yield message(
                "aggregate", tasks=len(one.tasks), among=one.among, data=data_of(one), arm=arms[one.arm],
                of="all" if len(one.tasks) == one.among else "some", same=one.same_rows,
                rival=words_of(REFERENCE).name, improvement=gain(one.improvement), share=share(one.probability))


def data_of(one: Aggregate) -> Message:
    """Whether its tasks are synthetic; the two are never in one aggregate."""
    return message("page-synthetic" if one.synthetic else "aggregate-given")


def gain(estimate: Estimate) -> Message:
    """A difference with its interval, where it has one."""
    if estimate.low is None or estimate.high is None:
        return message("points-with-sign", difference=estimate.value)
    return message("difference-with-interval", difference=estimate.value, low=estimate.low, high=estimate.high)


def share(estimate: Estimate) -> Message:
    """A probability with its interval, where it has one."""
    if estimate.low is None or estimate.high is None:
        return message("aggregate-share-alone", share=estimate.value)
    return message("aggregate-share", share=estimate.value, low=estimate.low, high=estimate.high)
