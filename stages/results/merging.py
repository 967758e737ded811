"""The labels of a task, some of which count as one."""

from collections.abc import Mapping
from dataclasses import replace

from stages.common.errors import UserError
from stages.results.prepared import Task


def merged_tag(tag: str, merge: Mapping[str, str]) -> str:
    """The label, or the tag of the entity type, that a label or tag counts as."""
    if tag in merge:
        return merge[tag]
    prefix, dash, kind = tag.partition("-")
    return f"{prefix}-{merge[kind]}" if dash and prefix in "BI" and kind in merge else tag


def merged_task(task: Task, merge: Mapping[str, str], place: str) -> Task:
    """``task`` with the labels that its own count as, in the order of the first of them.

    Raises:
        UserError: ``merge``, which is set at ``place``, has a label that is none of the task, leaves a single one, or
            has O as an entity type.
    """
    if unknown := next((label for label in merge if label not in task.labels), ""):
        raise UserError(f"params.yaml: {place}: expected labels of the task, {', '.join(task.labels)}, found "
                        f"'{unknown}'; correct it")
    if task.is_words and "O" in merge.values():
        raise UserError(f"params.yaml: {place}: expected entity types, found 'O', the tag of words outside of "
                        "entities; name a type")
    labels = tuple(dict.fromkeys(merge.get(label, label) for label in task.labels))
    if not task.is_words and len(labels) < 2:
        raise UserError(f"params.yaml: {place}: expected two labels or more after merging, found only '{labels[0]}'; "
                        "leave one of them as it is")
    tags = tuple(dict.fromkeys(merged_tag(tag, merge) for tag in task.tags))
    return replace(task, labels=labels, tags=tags)
